//! Numbered headings: question numbers, as opposed to list items.
//!
//! A form's own questions are known by their words. In a form that nobody has described, questions
//! are the chain of rising numbers that has answers between its links; numbers that follow each
//! other line by line, or begin again at one inside an answer, are a list.

use lazy_regex::{Lazy, Regex, lazy_regex, regex_find};

use super::{Heading, LONGEST, fold, tidy};
use crate::extract::label::{LabelForm, LabelHit, of_line};
use crate::profile::Profile;
use diarium_document::{CleanText, Heartbeat, LineRole, operations};

// 3. Beskriv | 3a) Sökande | 10.b Mål | C.1 Kostnader | A. Sökande | 2 Bakgrund
static NUMBERED: Lazy<Regex> = lazy_regex!(
    r"^\**(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?:\.?[a-z]\b)?|\p{Lu}(?:\.\d{1,2}){0,2})(?P<mark>[.):]{0,2})\**\s+(?P<title>\S.*)$"
);
// 1. | 10) | 3a.
static ALONE: Lazy<Regex> = lazy_regex!(
    r"^\**(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}[a-z]?)[.)]|(?P<lettered>\d{1,2}\.?[a-z]))\**$"
);

/// What a gap in the numbers costs at most: pages may be lost, and with them many numbers.
const MOST_SKIPPED: u32 = 2;
/// Candidates above which a text is a list of numbers, not a form.
const MOST: usize = 600;

/// A line's number and the words after it.
pub(super) fn split(line: &str) -> (Option<String>, &str) {
    let Some(captures) = NUMBERED.captures(line) else {
        return (None, line);
    };
    let number = captures.name("number").map_or("", |number| number.as_str());
    let marked = captures.name("mark").is_some_and(|mark| !mark.is_empty());
    let title = captures.name("title").map_or(line, |title| title.as_str());
    let lettered = number.starts_with(char::is_uppercase);
    let counts = !lettered || marked || number.contains('.');
    let word = title.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '”' | '*' | '('));
    if counts && word {
        (Some(number.to_owned()), title)
    } else {
        (None, line)
    }
}

/// The profile's own questions, wherever they stand as a line.
pub(super) fn questions(
    text: &CleanText,
    profile: &Profile,
    heartbeat: &Heartbeat,
) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut next = 0;
    let asked: Vec<Asked> = profile
        .questions
        .iter()
        .map(|question| Asked::new(fold(&question.heading)))
        .collect();
    for (index, line) in text.lines().iter().enumerate() {
        if next >= asked.len() {
            break;
        }
        heartbeat.step(index);
        operations::count(1);
        let content = text.line(index).trim();
        if content.len() > 2 * LONGEST {
            continue;
        }
        // A question that fills its line goes on in the next, in lower case if it is a sentence.
        let below = text
            .lines()
            .get(index + 1)
            .filter(|below| !below.gap_before);
        let one = Some((content.to_owned(), line.bytes.end));
        let two = below.map(|below| {
            let rest = text.line(index + 1).trim();
            (format!("{content} {rest}"), below.bytes.end)
        });
        let goes_on = below.is_some()
            && text.line(index + 1).starts_with(char::is_lowercase)
            && !content.ends_with(['?', '.', ':', ')']);
        let tries = if goes_on { [two, one] } else { [one, two] };
        let tries = tries.into_iter().flatten();
        for (written, end) in tries {
            let (number, title) = split(&written);
            let folded = fold(title);
            let hit = (next..asked.len()).find(|&place| {
                let same = number
                    .as_ref()
                    .is_none_or(|number| *number == profile.questions[place].number);
                same && asked[place].begins(&folded)
            });
            if let Some(place) = hit {
                found.push(Heading {
                    bytes: line.bytes.start..end,
                    line: index,
                    number: Some(profile.questions[place].number.clone()),
                    title: tidy(title),
                    level: 1,
                });
                next = place + 1;
                break;
            }
        }
    }
    found
}

/// The share of a question's letters that a scan reads right at least.
const ALIKE: f64 = 0.85;

/// A question as a line is compared with it.
struct Asked {
    folded: String,
    /// In characters.
    length: usize,
    letters: Letters,
}

impl Asked {
    fn new(folded: String) -> Self {
        Self {
            length: folded.chars().count(),
            letters: letters(folded.chars()),
            folded,
        }
    }

    /// Whether a line begins with the question's words, but for what a scan misreads.
    fn begins(&self, line: &str) -> bool {
        operations::count(1);
        if line.starts_with(&self.folded) {
            return true;
        }
        if self.length < 12 || line.len() * 10 < self.length * 9 {
            return false;
        }
        let start: String = line.chars().take(self.length).collect();
        let length = start.chars().count();
        length * 10 >= self.length * 9
            && self.may_be_alike(&letters(start.chars()), length)
            && strsim::normalized_levenshtein(&start, &self.folded) >= ALIKE
    }

    /// Comparing letter by letter takes long. How often each letter stands in two texts tells at a
    /// glance that most are not alike: a letter put in, left out or replaced changes two counts at most.
    fn may_be_alike(&self, other: &Letters, length: usize) -> bool {
        let counts = self.letters.iter().zip(other);
        let differing: usize = counts
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        let longer = self.length.max(length);
        1.0 - differing.div_ceil(2) as f64 / longer as f64 >= ALIKE
    }
}

/// How often each letter stands in a text, letters 64 apart counted as one.
type Letters = [u16; 64];

fn letters(text: impl Iterator<Item = char>) -> Letters {
    let mut counts = [0_u16; 64];
    for character in text {
        let count = &mut counts[character as usize % 64];
        *count = count.saturating_add(1);
    }
    counts
}

struct Candidate {
    heading: Heading,
    /// The number as comparable parts.
    key: Vec<u32>,
    score: i32,
}

/// The best chain of rising numbers, if it is a form's.
pub(super) fn chain(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<Heading> {
    let Some(candidates) = candidates(text, hits) else {
        return Vec::new();
    };
    let best = best_chain(&candidates);
    let score: i32 = best.iter().map(|&index| candidates[index].score).sum();
    let enough = best.len() >= 2 && score >= i32::try_from(best.len()).unwrap_or(i32::MAX);
    let from_start = best
        .first()
        .is_some_and(|&first| starts(&candidates[first].key));
    if !enough || !from_start {
        return Vec::new();
    }
    best.iter()
        .map(|&index| candidates[index].heading.clone())
        .collect()
}

/// Forms begin at 1 or A; a first page may be lost, so 2 and 3 will do.
fn starts(key: &[u32]) -> bool {
    key.first()
        .is_some_and(|&first| (1..=3).contains(&(first % 1000)))
}

/// The lines that a number begins; nothing where they are too many to be a form's.
fn candidates(text: &CleanText, hits: &[LabelHit<'_>]) -> Option<Vec<Candidate>> {
    let mut found = Vec::new();
    for (index, line) in text.lines().iter().enumerate() {
        operations::count(1);
        if found.len() > MOST {
            return None;
        }
        let content = text.line(index).trim();
        if content.chars().count() > LONGEST || line.role == LineRole::Row && content.len() > 120 {
            continue;
        }
        let (number, title, end) = match alone(text, index, content) {
            Some((number, title, end)) => (number, title, end),
            None => match split(content) {
                (Some(number), title) => {
                    let end = answer(text, index, hits).unwrap_or(line.bytes.end);
                    let rest = line.bytes.end - end;
                    let title = title[..title.len().saturating_sub(rest)].trim_end();
                    (number, title.to_owned(), end)
                }
                (None, _) => continue,
            },
        };
        let Some(key) = key(&number) else {
            continue;
        };
        let level = if key.len() > 1 { 2 } else { 1 };
        found.push(Candidate {
            score: score(text, index, &title, &key, end < line.bytes.end),
            heading: Heading {
                bytes: line.bytes.start..end,
                line: index,
                number: Some(number.trim_end_matches('.').to_owned()),
                title: tidy(&title),
                level,
            },
            key,
        });
    }
    (found.len() <= MOST).then_some(found)
}

/// Where the answer begins that stands on its question's own line: behind a label's colon, or before
/// the boxes to tick.
fn answer(text: &CleanText, index: usize, hits: &[LabelHit<'_>]) -> Option<usize> {
    let line = &text.lines()[index].bytes;
    let hit = of_line(hits, index)
        .iter()
        .find(|hit| hit.form == LabelForm::Colon);
    if let Some(hit) = hit {
        return Some(line.start + text.text()[line.start..hit.bytes.end].trim_end().len());
    }
    // Har ni sökt stöd tidigare? Ja ( ) Nej ( X )
    let asked = regex_find!(
        r"^.*\?(?:\s+\p{L}+)?\s*(?:\(\s?[xX]?\s?\)|\[\s?[xX]?\s?\]|[☐☒⍰])",
        text.line(index)
    )?;
    asked.rfind('?').map(|at| line.start + at + 1)
}

/// A number alone on its line, with its question on the next.
fn alone(text: &CleanText, index: usize, content: &str) -> Option<(String, String, usize)> {
    let captures = ALONE.captures(content)?;
    let next = text.lines().get(index + 1)?;
    let title = text.line(index + 1).trim();
    let question = title.chars().count() <= LONGEST && title.starts_with(char::is_uppercase);
    let number = captures.name("number").or(captures.name("lettered"))?;
    let number = number.as_str().to_owned();
    question.then(|| (number, title.to_owned(), next.bytes.end))
}

/// `3` → [3], `3a` → [3, 1], `10.2` → [10, 2], `C.1` → [1003, 1]: letters count after all numbers.
fn key(number: &str) -> Option<Vec<u32>> {
    let mut key = Vec::new();
    for part in number.split('.').filter(|part| !part.is_empty()) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let letter = part.chars().nth(digits.len());
        if !digits.is_empty() {
            key.push(digits.parse().ok()?);
        }
        if let Some(letter) = letter {
            let place = u32::from(letter.to_ascii_lowercase()).checked_sub(u32::from('a'))? + 1;
            if place > 26 {
                return None;
            }
            key.push(if letter.is_uppercase() {
                1000 + place
            } else {
                place
            });
        }
    }
    (!key.is_empty()).then_some(key)
}

/// How much a line looks like a question rather than an item.
fn score(text: &CleanText, index: usize, title: &str, key: &[u32], answered: bool) -> i32 {
    let line = &text.lines()[index];
    let next = text.lines().get(index + 1);
    // The next question may follow an answer on this line; its first part may follow at once.
    let next_is_item = next.is_some()
        && split(text.line(index + 1).trim())
            .0
            .and_then(|number| self::key(&number))
            .is_some_and(|next| !answered && !next.starts_with(key));
    let marked = matches!(line.role, LineRole::Heading(_)) || line.bold;
    let shouted = title
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(char::is_uppercase);
    let mut score = i32::from(answered);
    score += if marked || shouted { 3 } else { 0 };
    score += i32::from(line.gap_before);
    score += i32::from(title.ends_with('?')) * 2;
    score += i32::from(next.is_some_and(|next| next.gap_before));
    score += i32::from(title.chars().count() <= 90 && !title.ends_with('.'));
    score -= if next_is_item { 2 } else { 0 };
    score -= i32::from(title.ends_with('.')) * 2;
    score -= i32::from(!title.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '*')) * 2;
    score
}

/// Indexes of the chain with the highest score, rising.
fn best_chain(candidates: &[Candidate]) -> Vec<usize> {
    let mut best: Vec<(i32, Option<usize>)> = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        // A chain that does not begin at the beginning has skipped what is before it.
        let skipped = candidate.key[0] % 1000;
        let skipped = i32::try_from(skipped.saturating_sub(1).min(MOST_SKIPPED)).unwrap_or(0);
        let mut own = (candidate.score - skipped, None);
        operations::count(index);
        for before in 0..index {
            let Some(skipped) = follows(&candidates[before].key, &candidate.key) else {
                continue;
            };
            let total = best[before].0 + candidate.score - skipped;
            if total >= own.0 {
                own = (total, Some(before));
            }
        }
        best.push(own);
    }
    let last = (0..best.len()).max_by_key(|&index| best[index].0);
    let mut chain = Vec::new();
    let mut at = last;
    while let Some(index) = at {
        chain.push(index);
        at = best[index].1;
    }
    chain.reverse();
    chain
}

/// Whether one number may come after another: the same again, the first of its parts, or a later one;
/// then what the numbers skipped between them cost. `None` if it may not.
fn follows(before: &[u32], after: &[u32]) -> Option<i32> {
    let shared = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    match (before.get(shared), after.get(shared)) {
        (Some(a), Some(b)) if b > a && after.len() <= shared + 2 => {
            i32::try_from((b - a - 1).min(MOST_SKIPPED)).ok()
        }
        (None, Some(part)) if *part <= 2 => Some(0),
        (None, None) => Some(0),
        _ => None,
    }
}
