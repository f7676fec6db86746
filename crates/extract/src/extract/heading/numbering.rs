//! Heading numbering: numbered questions, as opposed to numbered list items.
//!
//! In a form without a description, the questions are the chain of ascending numbers with answers between
//! them. Numbers that follow each other line by line, or begin again at one inside an answer, are a list.

use lazy_regex::{Lazy, Regex, lazy_regex, regex_find};

use super::{Heading, MAX_HEADING, normalize_title};
use crate::extract::label::{LabelHit, LabelLayout, labels_on_line};
use diarium_document::{CleanText, LineRole, operations};

// 3. Beskriv | 3a) Sökande | 10.b Mål | C.1 Kostnader | A. Sökande | 2 Bakgrund
static NUMBERED: Lazy<Regex> = lazy_regex!(
    r"^\**(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?:\.?[a-z]\b)?|\p{Lu}(?:\.\d{1,2}){0,2})(?P<mark>[.):]{0,2})\**\s+(?P<title>\S.*)$"
);
// 1. | 10) | 3a.
static NUMBER_LINE: Lazy<Regex> = lazy_regex!(
    r"^\**(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,2}[a-z]?)[.)]|(?P<lettered>\d{1,2}\.?[a-z]))\**$"
);

/// The penalty for a gap in the numbers, at most.
// Pages may be missing, and with them many numbers.
const MAX_GAP_PENALTY: u32 = 2;
/// Candidates of a form, at most.
// A text with more is a list of numbers. The time for the best chain grows with the square.
const MAX_CANDIDATES: usize = 600;
/// The longest row of a table that may be a question, in bytes.
// A question and its answer may be two cells of a row. A longer row is that of another table.
const MAX_ROW_BYTES: usize = 120;
/// The longest title, in characters, that scores as a heading.
// A list item is often a whole sentence.
const MAX_SHORT_TITLE: usize = 90;
/// The value of the letter A in a number, above all digits.
const LETTER_BASE: u32 = 1000;

/// Splits a line into its number and the words after it.
pub(super) fn split_number(line: &str) -> (Option<String>, &str) {
    let Some(captures) = NUMBERED.captures(line) else {
        return (None, line);
    };
    let number = captures.name("number").map_or("", |number| number.as_str());
    let is_marked = captures.name("mark").is_some_and(|mark| !mark.is_empty());
    let title = captures.name("title").map_or(line, |title| title.as_str());
    let is_lettered = number.starts_with(char::is_uppercase);
    // `A person` is a sentence; `A. Sökande` and `A.1 Sökande` are numbered.
    let is_number = !is_lettered || is_marked || number.contains('.');
    let is_title =
        title.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '”' | '*' | '('));
    if is_number && is_title {
        (Some(number.to_owned()), title)
    } else {
        (None, line)
    }
}

/// A line that a number begins.
struct Candidate {
    heading: Heading,
    /// The parts of the number.
    key: Vec<u32>,
    /// How much it looks like a question.
    score: i32,
}

/// The headings of the best chain of ascending numbers, if it is that of a form.
pub(super) fn numbered_headings(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<Heading> {
    let Some(candidates) = candidates(text, hits) else {
        return Vec::new();
    };
    let best = best_chain(&candidates);
    let score: i32 = best.iter().map(|&index| candidates[index].score).sum();
    // On average every link must look like a question.
    let is_form = best.len() >= 2 && score >= i32::try_from(best.len()).unwrap_or(i32::MAX);
    let from_start = best
        .first()
        .is_some_and(|&first| is_first_number(&candidates[first].key));
    if !is_form || !from_start {
        return Vec::new();
    }
    best.iter()
        .map(|&index| candidates[index].heading.clone())
        .collect()
}

/// Whether a form may begin with this number: 1 or A, or 2 or 3 if its first page is missing.
fn is_first_number(key: &[u32]) -> bool {
    key.first()
        .is_some_and(|&first| (1..=3).contains(&(first % LETTER_BASE)))
}

/// The lines that a number begins; `None` if there are too many for a form.
fn candidates(text: &CleanText, hits: &[LabelHit<'_>]) -> Option<Vec<Candidate>> {
    let mut found = Vec::new();
    for index in 0..text.lines().len() {
        operations::count(1);
        if found.len() > MAX_CANDIDATES {
            return None;
        }
        found.extend(candidate(text, index, hits));
    }
    (found.len() <= MAX_CANDIDATES).then_some(found)
}

fn candidate(text: &CleanText, index: usize, hits: &[LabelHit<'_>]) -> Option<Candidate> {
    let line = &text.lines()[index];
    let content = text.line(index).trim();
    let is_long_row = line.role == LineRole::Row && content.len() > MAX_ROW_BYTES;
    if content.chars().count() > MAX_HEADING || is_long_row {
        return None;
    }
    let on_own_line = number_on_own_line(text, index, content);
    let (number, title, end) = on_own_line.or_else(|| {
        let (number, title) = split_number(content);
        let end = answer_start(text, index, hits).unwrap_or(line.bytes.end);
        let answer = line.bytes.end - end;
        let title = title[..title.len().saturating_sub(answer)].trim_end();
        Some((number?, title.to_owned(), end))
    })?;
    let key = number_parts(&number)?;
    let level = if key.len() > 1 { 2 } else { 1 };
    Some(Candidate {
        score: score(text, index, &title, &key, end < line.bytes.end),
        heading: Heading {
            bytes: line.bytes.start..end,
            line: index,
            number: Some(number.trim_end_matches('.').to_owned()),
            title: normalize_title(&title),
            level,
        },
        key,
    })
}

/// The byte where an answer on the same line as its question begins: after the colon of a label, or
/// before the checkboxes.
fn answer_start(text: &CleanText, index: usize, hits: &[LabelHit<'_>]) -> Option<usize> {
    let line = &text.lines()[index].bytes;
    let hit = labels_on_line(hits, index)
        .iter()
        .find(|hit| hit.layout == LabelLayout::Colon);
    if let Some(hit) = hit {
        return Some(line.start + text.text()[line.start..hit.bytes.end].trim_end().len());
    }
    // Har ni sökt stöd tidigare? Ja ( ) Nej ( X )
    let question = regex_find!(
        r"^.*\?(?:\s+\p{L}+)?\s*(?:\(\s?[xX]?\s?\)|\[\s?[xX]?\s?\]|[☐☒⍰])",
        text.line(index)
    )?;
    question.rfind('?').map(|at| line.start + at + 1)
}

/// A number on a line of its own, with its question on the next.
fn number_on_own_line(
    text: &CleanText,
    index: usize,
    content: &str,
) -> Option<(String, String, usize)> {
    let captures = NUMBER_LINE.captures(content)?;
    let next = text.lines().get(index + 1)?;
    let title = text.line(index + 1).trim();
    let is_question = title.chars().count() <= MAX_HEADING && title.starts_with(char::is_uppercase);
    let number = captures.name("number").or(captures.name("lettered"))?;
    let number = number.as_str().to_owned();
    is_question.then(|| (number, title.to_owned(), next.bytes.end))
}

/// The comparable parts of a number: `3` → [3], `3a` → [3, 1], `10.2` → [10, 2], `C.1` → [1003, 1].
fn number_parts(number: &str) -> Option<Vec<u32>> {
    let mut key = Vec::new();
    for part in number.split('.').filter(|part| !part.is_empty()) {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        let letter = part.chars().nth(digits.len());
        if !digits.is_empty() {
            key.push(digits.parse().ok()?);
        }
        if let Some(letter) = letter {
            let ordinal = u32::from(letter.to_ascii_lowercase()).checked_sub(u32::from('a'))? + 1;
            if ordinal > 26 {
                return None;
            }
            key.push(if letter.is_uppercase() {
                LETTER_BASE + ordinal
            } else {
                ordinal
            });
        }
    }
    (!key.is_empty()).then_some(key)
}

/// How much a line looks like a question rather than a list item.
// The points rank the signs: a heading's markup or capitals outweigh any other single one. They are no
// measured weights; the tests of the forms show what they must separate.
fn score(text: &CleanText, index: usize, title: &str, key: &[u32], is_answered: bool) -> i32 {
    let line = &text.lines()[index];
    let next = text.lines().get(index + 1);
    // A number on the next line makes this an item, unless this line has an answer or the next number is
    // a part of this one.
    let next_is_item = next.is_some()
        && split_number(text.line(index + 1).trim())
            .0
            .and_then(|number| number_parts(&number))
            .is_some_and(|next| !is_answered && !next.starts_with(key));
    let is_marked = matches!(line.role, LineRole::Heading(_)) || line.bold;
    let is_all_caps = title
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(char::is_uppercase);
    let mut score = i32::from(is_answered);
    score += if is_marked || is_all_caps { 3 } else { 0 };
    score += i32::from(line.gap_before);
    score += i32::from(title.ends_with('?')) * 2;
    score += i32::from(next.is_some_and(|next| next.gap_before));
    score += i32::from(title.chars().count() <= MAX_SHORT_TITLE && !title.ends_with('.'));
    score -= if next_is_item { 2 } else { 0 };
    score -= i32::from(title.ends_with('.')) * 2;
    score -= i32::from(!title.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '*')) * 2;
    score
}

/// The indexes of the chain with the highest score, by dynamic programming: for each candidate, the best
/// chain that ends with it.
fn best_chain(candidates: &[Candidate]) -> Vec<usize> {
    let mut best: Vec<(i32, Option<usize>)> = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        // A chain that does not begin at 1 or A skips the numbers before its first.
        let skipped = candidate.key[0] % LETTER_BASE;
        let skipped = i32::try_from(skipped.saturating_sub(1).min(MAX_GAP_PENALTY)).unwrap_or(0);
        let mut own = (candidate.score - skipped, None);
        operations::count(index);
        for before in 0..index {
            let Some(skipped) = gap_penalty(&candidates[before].key, &candidate.key) else {
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

/// The penalty for one number after another, `None` if it cannot follow: it is the same again, the first
/// of its parts, or a later number.
fn gap_penalty(before: &[u32], after: &[u32]) -> Option<i32> {
    let shared = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    match (before.get(shared), after.get(shared)) {
        (Some(a), Some(b)) if b > a && after.len() <= shared + 2 => {
            i32::try_from((b - a - 1).min(MAX_GAP_PENALTY)).ok()
        }
        (None, Some(part)) if *part <= 2 => Some(0),
        (None, None) => Some(0),
        _ => None,
    }
}
