//! Inline headings: headings inside a line of running text.
//!
//! A sharing site gives a page as one line: `… metoder etc. Projektets resultat Under året har …`.
//! There a heading is known by the profile's words, by the document's own list of contents, or by a
//! number, and only where a sentence can begin both at it and after it.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{Declared, Heading, MOST, fold, tidy};
use crate::extract::label::{LabelHit, of_line};
use diarium_document::{CleanText, Heartbeat, operations};

/// A shorter line is a line.
const LONG: usize = 120;
/// The longest title, in bytes, behind which a heading is looked for.
const LONGEST_TITLE: usize = 1_200;
/// The bytes before a place in which its word is looked at: no word is longer.
const WORD: usize = 120;
/// How far behind a numbered heading, in bytes, its lettered parts stand: some ten pages.
const PARTS: usize = 1 << 15;

// 2. UPPGIFTER OM SÖKANDE | 1. Allmänna uppgifter | 1 Förord
static NUMBER: Lazy<Regex> =
    lazy_regex!(r"(?:^|[\s.:!?)])(?P<number>\d{1,2})(?P<mark>\.?)\s(?P<title>\p{Lu}\S*)");
// a) projektets namn:
static LETTER: Lazy<Regex> = lazy_regex!(r"\s(?P<letter>[a-h])\)\s(?P<title>\p{L}[^:]{2,60}:)");
// Innehåll | Innehållsförteckning:
static CONTENTS: Lazy<Regex> = lazy_regex!(r"(?i:innehållsförteckning|innehåll):?");
// Mål och tidplan 4 | Genomförande.4 | Förord ......... 2
static ENTRY: Lazy<Regex> =
    lazy_regex!(r"(?P<title>\p{Lu}[\p{L} ,/&-]{2,80}?)\s?(?:\.\s?){0,40}\s?\d{1,3}\b");

//  och behov Varje
static REST: Lazy<Regex> = lazy_regex!(r"^ (?:och|samt|av|för) \p{Ll}{4,}(?: \p{Ll}{4,})? ");

/// Headings inside long lines.
pub(super) fn find(
    text: &CleanText,
    hits: &[LabelHit<'_>],
    declared: &Declared,
    title: Option<&str>,
    numbers: bool,
    heartbeat: &Heartbeat,
) -> Vec<Heading> {
    let title = title.filter(|title| title.len() <= LONGEST_TITLE);
    let mut found = Vec::new();
    let mut last_number = LastNumber::default();
    let contents = contents(text);
    for (index, line) in text.lines().iter().enumerate() {
        operations::count(1);
        if line.bytes.len() < LONG {
            continue;
        }
        if found.len() >= MOST {
            break;
        }
        let scan = Scan {
            line: index,
            text: text.line(index),
            title,
            offset: line.bytes.start,
            label_ends: label_ends(text, index, hits),
        };
        for (_, written) in &declared.headings {
            scan.declared(written, &mut found);
            heartbeat.beat();
        }
        for written in &contents {
            scan.declared(written, &mut found);
            heartbeat.beat();
        }
        if numbers {
            scan.numbered(&mut last_number, &mut found);
        }
    }
    found.sort_by_key(|heading: &Heading| {
        (heading.bytes.start, std::cmp::Reverse(heading.bytes.end))
    });
    found.dedup_by(|next, kept| next.bytes.start < kept.bytes.end);
    found
}

/// Where the labels of a line end, in bytes of the line, white space before the end left out; rising.
fn label_ends(text: &CleanText, index: usize, hits: &[LabelHit<'_>]) -> Vec<usize> {
    let offset = text.lines()[index].bytes.start;
    let line = text.line(index);
    let of_line = of_line(hits, index).iter();
    let ends = of_line.map(|hit| line[..hit.bytes.end - offset].trim_end().len());
    ends.inspect(|_| operations::count(1)).collect()
}

/// The number of the last heading that has one, looked for in each heading once.
#[derive(Default)]
struct LastNumber {
    seen: usize,
    number: u32,
}

impl LastNumber {
    fn of(&mut self, found: &[Heading]) -> u32 {
        operations::count(found.len() - self.seen);
        let new = found[self.seen..].iter().rev();
        let number = new
            .filter_map(|heading| heading.number.as_ref()?.parse().ok())
            .next();
        self.number = number.unwrap_or(self.number);
        self.seen = found.len();
        self.number
    }
}

/// The end of a text, no more than so many bytes of it, on a character boundary.
fn tail(text: &str, bytes: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(bytes))..]
}

/// The entries of the document's own list of contents.
fn contents(text: &CleanText) -> Vec<String> {
    let Some(heading) = CONTENTS.find(text.text()) else {
        return Vec::new();
    };
    let rest: String = text.text()[heading.end()..].chars().take(3000).collect();
    let mut entries: Vec<String> = ENTRY
        .captures_iter(&rest)
        .filter_map(|captures| captures.name("title"))
        .map(|title| tidy(title.as_str()))
        .filter(|title| title.chars().count() >= 4)
        .take(60)
        .collect();
    entries.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    entries.dedup();
    entries
}

/// One long line.
struct Scan<'t> {
    line: usize,
    text: &'t str,
    title: Option<&'t str>,
    offset: usize,
    label_ends: Vec<usize>,
}

impl Scan<'_> {
    /// A heading whose words are known.
    fn declared(&self, written: &str, found: &mut Vec<Heading>) {
        let several = written.contains(' ');
        operations::count(self.text.len());
        for (start, _) in self.text.match_indices(written) {
            if found.len() >= MOST {
                return;
            }
            let mut range = start..start + written.len();
            let whole_word = !self.text[..start].ends_with(char::is_alphanumeric)
                && !self.text[range.end..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
            let contents = CONTENTS.is_match(written) && self.sentence_may_begin(start);
            if !whole_word {
                continue;
            }
            range.end = self.with_rest(range.end);
            let written = &self.text[range.clone()];
            if !contents && (!self.body_follows(range.end) || self.is_entry(range.end)) {
                continue;
            }
            if !several && !self.sentence_may_begin(start) {
                continue;
            }
            range.start = self.with_number(start);
            let (number, _) = super::numbered::split(&self.text[range.clone()]);
            found.push(self.heading(range, number, written, 1));
        }
    }

    /// `Bakgrund och behov`: a heading may go on in lower case behind words that are known, if a
    /// sentence begins right after it.
    fn with_rest(&self, end: usize) -> usize {
        let rest = REST.find(&self.text[end..]);
        rest.map_or(end, |rest| end + rest.as_str().trim_end().len())
    }

    /// `1 Förord`: the number that stands before a heading is part of it.
    fn with_number(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end();
        let bare = before.trim_end_matches('.');
        let digits = bare.len() - bare.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let at = bare.len() - digits;
        let alone = at == 0 || self.text[..at].ends_with(char::is_whitespace);
        if (1..=2).contains(&digits) && alone {
            at
        } else {
            start
        }
    }

    /// What stands after a heading begins a sentence, a note in brackets, or nothing.
    fn body_follows(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_start_matches([' ', ':', '-', '–', '"', '”', '\t']);
        let next = rest.chars().next();
        next.is_none_or(|next| {
            next.is_uppercase()
                || next == '('
                || next.is_ascii_digit() && self.text[end..].starts_with(':')
        })
    }

    /// An entry of a list of contents: dots or a page's number follow.
    fn is_entry(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_start();
        rest.starts_with("..")
            || rest.starts_with(". .")
            || rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
    }

    /// A sentence or a heading may begin here: at the start, after a stop, after a number or a label.
    fn sentence_may_begin(&self, start: usize) -> bool {
        let before = self.text[..start].trim_end();
        let Some(last) = before.chars().next_back() else {
            return true;
        };
        let word = tail(before, WORD)
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default();
        operations::count(word.len());
        !last.is_alphabetic() && last != ','
            || word.contains(|c: char| c.is_ascii_digit())
            || self.title.is_some_and(|title| before.ends_with(title))
            || self.label_ends.binary_search(&before.len()).is_ok()
    }

    /// `Fas 1. Under våren …` counts phases, not questions.
    fn counts_something(&self, start: usize) -> bool {
        const COUNTED: [&str; 12] = [
            "fas",
            "steg",
            "punkt",
            "del",
            "kapitel",
            "nr",
            "bilaga",
            "tabell",
            "figur",
            "etapp",
            "mål",
            "programområde",
        ];
        let before = self.text[..start].trim_end();
        let word = tail(before, WORD)
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default();
        COUNTED.contains(&word.to_lowercase().as_str())
    }

    /// Headings that a number begins, as long as the numbers rise one by one.
    fn numbered(&self, last: &mut LastNumber, found: &mut Vec<Heading>) {
        let mut expected = last.of(found).saturating_add(1);
        operations::count(self.text.len());
        for captures in NUMBER.captures_iter(self.text) {
            let (Some(number), Some(title)) = (captures.name("number"), captures.name("title"))
            else {
                continue;
            };
            let value: u32 = number.as_str().parse().unwrap_or(0);
            let marked = captures.name("mark").is_some_and(|mark| !mark.is_empty());
            if value != expected || !marked || self.counts_something(number.start()) {
                continue;
            }
            let end = self.title_end(title.start());
            let words = &self.text[title.start()..end];
            if self.is_entry(end) || fold(words).chars().count() < 4 {
                continue;
            }
            expected += 1;
            found.push(self.heading(
                number.start()..end,
                Some(number.as_str().to_owned()),
                words,
                1,
            ));
            self.lettered(number.as_str(), end, found);
        }
    }

    /// `a) … b) …` behind a numbered heading: parts of its question.
    fn lettered(&self, number: &str, from: usize, found: &mut Vec<Heading>) {
        let mut expected = b'a';
        let end = self.text.len().min(from + PARTS);
        let parts = &self.text[from..self.text.floor_char_boundary(end)];
        for captures in LETTER.captures_iter(parts) {
            let (Some(letter), Some(title)) = (captures.name("letter"), captures.name("title"))
            else {
                continue;
            };
            if letter.as_str().as_bytes() != [expected] {
                continue;
            }
            expected += 1;
            let range = from + letter.start()..from + title.end();
            let part = format!("{number}{}", letter.as_str());
            found.push(self.heading(range, Some(part), title.as_str(), 2));
        }
    }

    /// A title set in capitals ends with them; another ends where the next sentence begins.
    fn title_end(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let capitals = |word: &str| {
            word.chars().any(char::is_alphabetic) && !word.contains(char::is_lowercase)
        };
        let mut end = start;
        let shouted = rest
            .split(' ')
            .next()
            .is_some_and(|first| capitals(first) && first.chars().count() > 1);
        for (count, (at, word)) in words(rest).into_iter().enumerate() {
            let stops = if shouted {
                !capitals(word)
            } else {
                count > 0 && (word.starts_with(char::is_uppercase) || is_letter_mark(word))
            };
            if stops || count >= 20 {
                break;
            }
            end = start + at + word.len();
            let abbreviated = word.ends_with("kl.") || word.chars().count() <= 3;
            if word.ends_with([':', '?']) || word.ends_with('.') && !abbreviated {
                break;
            }
        }
        end
    }

    fn heading(
        &self,
        range: Range<usize>,
        number: Option<String>,
        title: &str,
        level: u8,
    ) -> Heading {
        Heading {
            bytes: range.start + self.offset..range.end + self.offset,
            line: self.line,
            number,
            title: tidy(title),
            level,
        }
    }
}

fn is_letter_mark(word: &str) -> bool {
    word.len() == 2 && word.ends_with(')')
}

/// The words of a text with the bytes where they begin.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(' ').take(40) {
        if !word.is_empty() {
            found.push((at, word));
        }
        at += word.len() + 1;
    }
    found
}
