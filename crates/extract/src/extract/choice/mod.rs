//! Checkbox extraction: choices and their state.
//!
//! A checkbox is `☐`, `☒` or `⍰` (readers and cleaning convert drawn boxes, form buttons and HTML inputs),
//! or typed as `[x]` or `( X )`. It may precede its label, follow it, or be in a column of boxes below a
//! column of labels. An unreadable box has the state null, never false. `mark` finds the checkboxes of a
//! line and decides on which side of their labels they are; `answer` reads answers that are only crossed.

mod answer;
mod mark;

use std::ops::Range;

use lazy_regex::Regex;

use super::{
    confidence::{self, Evidence},
    span::SpanResolver,
};
use diarium_document::{Choice, CleanText, Heartbeat, LineRole, collapse_whitespace, operations};
use mark::{Mark, Style, marks};

/// The longest label, in characters.
// A longer text beside a box is a paragraph.
const MAX_LABEL: usize = 120;
/// Checkboxes of a document, at most.
// The longest forms have a few hundred. A text of nothing but boxes would need thirty times its size in
// memory.
const MAX_CHOICES: usize = 50_000;

/// The choices, and the ranges of the clean text that contain nothing else.
pub(super) struct FoundChoices {
    pub choices: Vec<Choice>,
    pub ranges: Vec<Range<usize>>,
}

/// Finds all checkboxes with their labels.
pub(super) fn find_choices(
    text: &CleanText,
    answers: &Regex,
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> FoundChoices {
    let style = Style::of(text, answers, heartbeat);
    let mut found = FoundChoices {
        choices: Vec::new(),
        ranges: Vec::new(),
    };
    let mut line = 0;
    while line < text.lines().len() && found.choices.len() < MAX_CHOICES {
        heartbeat.step(line);
        let column = column_length(text, line, &style);
        if column > 0 {
            add_column(text, line, column, &style, spans, &mut found);
            line += column;
            continue;
        }
        let marks = marks(text.line(line), &style);
        if marks.is_empty() {
            let start = text.lines()[line].bytes.start;
            for (label, checked) in answer::crossed(text.line(line), answers, style.side()) {
                let label = label.start + start..label.end + start;
                add_choice(text, label, checked, spans, &mut found);
            }
        } else {
            add_line(text, line, &marks, &style, spans, &mut found);
        }
        line += 1;
    }
    found
}

/// How many lines from a line on are one checkbox each and nothing else.
fn column_length(text: &CleanText, from: usize, style: &Style) -> usize {
    (from..text.lines().len())
        .take_while(|&line| {
            let marks = marks(text.line(line), style);
            marks.len() == 1 && text.line(line).trim().len() == marks[0].bytes.len()
        })
        .count()
}

/// A column of boxes below a column of as many labels.
fn add_column(
    text: &CleanText,
    from: usize,
    length: usize,
    style: &Style,
    spans: &SpanResolver<'_>,
    found: &mut FoundChoices,
) {
    let Some(first) = from.checked_sub(length) else {
        return;
    };
    let are_labels = (first..from).all(|line| {
        let label = text.line(line);
        label.chars().count() <= MAX_LABEL
            && !label.ends_with('.')
            && text.lines()[line].role == LineRole::Body
    });
    if !are_labels {
        return;
    }
    for row in 0..length {
        let Some(mark) = marks(text.line(from + row), style).into_iter().next() else {
            return;
        };
        let label = text.lines()[first + row].bytes.clone();
        add_choice(text, label, mark.checked, spans, found);
    }
    let end = text.lines()[from + length - 1].bytes.end;
    found.ranges.push(text.lines()[first].bytes.start..end);
}

/// Checkboxes beside their labels on one line.
fn add_line(
    text: &CleanText,
    line: usize,
    marks: &[Mark],
    style: &Style,
    spans: &SpanResolver<'_>,
    found: &mut FoundChoices,
) {
    let written = text.line(line);
    let bytes = text.lines()[line].bytes.clone();
    let is_before_label = style.precedes_labels(written, marks);
    let mut is_whole = true;
    for (index, mark) in marks.iter().enumerate().take(MAX_CHOICES) {
        let range = if is_before_label {
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
        let label = range.start + bytes.start..range.end + bytes.start;
        // Text that is no label is prose beside a box, which belongs to the section.
        is_whole &= add_choice(text, label, mark.checked, spans, found);
    }
    let (first, last) = (marks[0].bytes.start, marks[marks.len() - 1].bytes.end);
    if is_before_label && is_whole {
        // The question before the first checkbox stays in the section.
        let before = written[..first].trim_end().len();
        found.ranges.push(bytes.start + before..bytes.end);
    } else if is_whole && written[last..].trim().is_empty() {
        // The question before the first label stays in the section.
        let from = label_before(written, 0..first).start;
        found.ranges.push(bytes.start + from..bytes.end);
    }
}

/// The label directly before a checkbox: the text after the last sentence, or only the last word of a
/// long sentence.
fn label_before(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let sentence = text.rfind(['?', '.', ':', ';']).map_or(0, |at| at + 1);
    let label = &text[sentence..];
    if label.chars().count() <= MAX_LABEL {
        return range.start + sentence..range.end;
    }
    let trimmed = text.trim_end();
    let word = trimmed.rfind(' ').map_or(0, |at| at + 1);
    range.start + word..range.end
}

/// Adds a choice, and returns whether the text beside its box is all in it.
fn add_choice(
    text: &CleanText,
    range: Range<usize>,
    checked: Option<bool>,
    spans: &SpanResolver<'_>,
    found: &mut FoundChoices,
) -> bool {
    let written = &text.text()[range.clone()];
    operations::count(1 + written.len());
    let label = collapse_whitespace(written.trim_matches([' ', '\t', ':', '-', '–']));
    let start = range.start + (written.len() - written.trim_start().len());
    let end = range.start + written.trim_end().len();
    if label.is_empty() || start >= end {
        return true;
    }
    if label.chars().count() > MAX_LABEL {
        return false;
    }
    let resolved = spans.resolve(start..end);
    let choice = resolved.map(|resolved| Choice {
        label,
        checked,
        confidence: Some(confidence::of_part(
            Evidence::Choice,
            text.confidence(start..end),
        )),
        span: resolved.span,
    });
    let is_added = choice.is_some();
    found.choices.extend(choice);
    is_added
}
