//! Checkbox extraction: choices and their state.
//!
//! A box is `☐`, `☒` or `⍰` (readers and cleaning turn drawn boxes, form buttons and HTML inputs into
//! them), or typed as `[x]` or `( X )`. It may stand before its label, after it, or in a column of
//! boxes below a column of labels. What cannot be told is null, never false.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::place::Places;
use diarium_document::{Choice, CleanText, Heartbeat, LineRole, collapse_whitespace, work};

/// The longest label, in characters.
const LONGEST: usize = 120;
/// Boxes of a document, at most: the longest forms have a few hundred, and a text of nothing but boxes
/// would ask for thirty times its size in memory.
const MOST: usize = 50_000;

// ☐ | [x] | ( X )
static BOX: Lazy<Regex> =
    lazy_regex!(r"(?P<drawn>[☐☑☒✓✔✗⍰])|(?P<typed>\[\s?(?P<b>[xX✓]?)\s?\]|\(\s?(?P<p>[xX✓]?)\s?\))");

/// The choices, and the lines of the clean text that they take up whole.
pub(super) struct Found {
    pub choices: Vec<Choice>,
    pub ranges: Vec<Range<usize>>,
}

struct Mark {
    bytes: Range<usize>,
    checked: Option<bool>,
}

/// Finds all boxes and the labels that they belong to.
pub(super) fn find(text: &CleanText, places: &Places<'_>, heartbeat: &Heartbeat) -> Found {
    let mut found = Found {
        choices: Vec::new(),
        ranges: Vec::new(),
    };
    let mut line = 0;
    while line < text.lines().len() && found.choices.len() < MOST {
        heartbeat.step(line);
        let column = column_length(text, line);
        if column > 0 {
            take_column(text, line, column, places, &mut found);
            line += column;
            continue;
        }
        let marks = marks(text, line);
        if !marks.is_empty() {
            take_line(text, line, &marks, places, &mut found);
        }
        line += 1;
    }
    found
}

/// The boxes of a line. Typed ones count in pairs only: `( )` alone is two brackets.
fn marks(text: &CleanText, line: usize) -> Vec<Mark> {
    let written = text.line(line);
    work::spend(1 + written.len());
    let mut drawn = false;
    let marks: Vec<Mark> = BOX
        .captures_iter(written)
        .filter_map(|captures| {
            let whole = captures.get(0)?;
            let checked = match captures.name("drawn").map(|mark| mark.as_str()) {
                Some("☐") => Some(false),
                Some("⍰") => None,
                Some(_) => Some(true),
                None => {
                    let inner = captures.name("b").or(captures.name("p"));
                    Some(inner.is_some_and(|inner| !inner.is_empty()))
                }
            };
            drawn |= captures.name("drawn").is_some();
            Some(Mark {
                bytes: whole.range(),
                checked,
            })
        })
        .collect();
    let starts = marks
        .first()
        .is_some_and(|mark| written[..mark.bytes.start].trim().is_empty());
    if drawn || marks.len() >= 2 || starts && !marks.is_empty() {
        marks
    } else {
        Vec::new()
    }
}

/// How many lines from here are a box each and nothing else.
fn column_length(text: &CleanText, from: usize) -> usize {
    (from..text.lines().len())
        .take_while(|&line| {
            let marks = marks(text, line);
            marks.len() == 1 && text.line(line).trim().len() == marks[0].bytes.len()
        })
        .count()
}

/// A column of boxes below a column of as many labels.
fn take_column(
    text: &CleanText,
    from: usize,
    length: usize,
    places: &Places<'_>,
    found: &mut Found,
) {
    let Some(first) = from.checked_sub(length) else {
        return;
    };
    let are_labels = (first..from).all(|line| {
        let label = text.line(line);
        label.chars().count() <= LONGEST
            && !label.ends_with('.')
            && text.lines()[line].role == LineRole::Body
    });
    if !are_labels {
        return;
    }
    for place in 0..length {
        let mark = &marks(text, from + place)[0];
        let label = text.lines()[first + place].bytes.clone();
        push(text, label, mark.checked, places, found);
    }
    let end = text.lines()[from + length - 1].bytes.end;
    found.ranges.push(text.lines()[first].bytes.start..end);
}

/// Boxes beside their labels on one line.
fn take_line(
    text: &CleanText,
    line: usize,
    marks: &[Mark],
    places: &Places<'_>,
    found: &mut Found,
) {
    let written = text.line(line);
    let bytes = text.lines()[line].bytes.clone();
    let before = written[..marks[0].bytes.start].trim().is_empty();
    let mut whole = true;
    for (index, mark) in marks.iter().enumerate().take(MOST) {
        let range = if before {
            let end = marks
                .get(index + 1)
                .map_or(written.len(), |next| next.bytes.start);
            mark.bytes.end..end
        } else {
            let start = index
                .checked_sub(1)
                .map_or(0, |before| marks[before].bytes.end);
            label_before(written, start..mark.bytes.start)
        };
        whole &= range.len() <= 2 * LONGEST;
        let label = range.start + bytes.start..range.end + bytes.start;
        push(text, label, mark.checked, places, found);
    }
    let (first, last) = (marks[0].bytes.start, marks[marks.len() - 1].bytes.end);
    if before && whole {
        found.ranges.push(bytes);
    } else if whole && written[last..].trim().is_empty() {
        // The question before the first label stays.
        let from = label_before(written, 0..first).start;
        found.ranges.push(bytes.start + from..bytes.end);
    }
}

/// The label directly before a box: after the last sentence, and in running text only its last word.
fn label_before(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let sentence = text.rfind(['?', '.', ':', ';']).map_or(0, |at| at + 1);
    let label = &text[sentence..];
    if label.chars().count() <= LONGEST {
        return range.start + sentence..range.end;
    }
    let trimmed = text.trim_end();
    let word = trimmed.rfind(' ').map_or(0, |at| at + 1);
    range.start + word..range.end
}

fn push(
    text: &CleanText,
    range: Range<usize>,
    checked: Option<bool>,
    places: &Places<'_>,
    found: &mut Found,
) {
    let written = &text.text()[range.clone()];
    work::spend(1 + written.len());
    let label = collapse_whitespace(written.trim_matches([' ', '\t', ':', '-', '–']));
    let start = range.start + (written.len() - written.trim_start().len());
    let end = range.start + written.trim_end().len();
    if label.is_empty() || label.chars().count() > LONGEST || start >= end {
        return;
    }
    if let Some(place) = places.place(start..end) {
        found.choices.push(Choice {
            label,
            checked,
            span: place.span,
        });
    }
}
