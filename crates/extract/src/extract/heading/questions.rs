//! Declared questions: the fixed questions of a form, found in the text by their words.
//!
//! A question is compared with the start of a line, exactly or by edit distance, because OCR misreads
//! letters. A profile's questions are found in their order.

use super::{Heading, MAX_HEADING, normalize_heading, normalize_title, numbering::split_number};
use crate::profile::{Profile, Question};
use diarium_document::{CleanText, Heartbeat, operations};

/// The least similarity of a question and a line: the share of equal letters, by Levenshtein distance.
// Above: a question with OCR errors. Below: another question of the form.
const MIN_SIMILARITY: f64 = 0.85;
/// The shortest question, in characters, that is compared by edit distance.
// In a shorter one, a few letters make another word.
const MIN_COMPARED: usize = 12;

/// The profile's questions in the text.
pub(super) fn declared_questions(
    text: &CleanText,
    profile: &Profile,
    heartbeat: &Heartbeat,
) -> Vec<Heading> {
    let questions: Vec<DeclaredQuestion<'_>> = profile
        .questions
        .iter()
        .map(DeclaredQuestion::new)
        .collect();
    let mut found = Vec::new();
    let mut next = 0;
    for index in 0..text.lines().len() {
        if next >= questions.len() {
            break;
        }
        heartbeat.step(index);
        operations::count(1);
        if let Some((position, heading)) = question_on_line(text, index, &questions[next..]) {
            found.push(heading);
            next += position + 1;
        }
    }
    found
}

/// The first of the questions that a line begins with, and its index.
fn question_on_line(
    text: &CleanText,
    index: usize,
    questions: &[DeclaredQuestion<'_>],
) -> Option<(usize, Heading)> {
    let line = &text.lines()[index];
    if text.line(index).trim().len() > 2 * MAX_HEADING {
        return None;
    }
    readings(text, index).find_map(|(written, end)| {
        let (number, title) = split_number(&written);
        let normalized = normalize_heading(title);
        let position = questions.iter().position(|question| {
            let is_numbered = number
                .as_ref()
                .is_none_or(|number| *number == question.declared.number);
            is_numbered && question.begins(&normalized)
        })?;
        let heading = Heading {
            bytes: line.bytes.start..end,
            line: index,
            number: Some(questions[position].declared.number.clone()),
            title: normalize_title(title),
            level: 1,
        };
        Some((position, heading))
    })
}

/// The line alone and together with the next one, the likelier first, each with its end in the text: a
/// question that fills its line continues in the next one, in lowercase if it is a sentence.
fn readings(text: &CleanText, index: usize) -> impl Iterator<Item = (String, usize)> {
    let content = text.line(index).trim();
    let below = text
        .lines()
        .get(index + 1)
        .filter(|below| !below.gap_before);
    let one = Some((content.to_owned(), text.lines()[index].bytes.end));
    let two = below.map(|below| {
        let rest = text.line(index + 1).trim();
        (format!("{content} {rest}"), below.bytes.end)
    });
    let continues = below.is_some()
        && text.line(index + 1).starts_with(char::is_lowercase)
        && !content.ends_with(['?', '.', ':', ')']);
    let readings = if continues { [two, one] } else { [one, two] };
    readings.into_iter().flatten()
}

/// A question, prepared for comparison.
struct DeclaredQuestion<'p> {
    declared: &'p Question,
    normalized: String,
    /// In characters.
    length: usize,
    letters: LetterCounts,
}

impl<'p> DeclaredQuestion<'p> {
    fn new(declared: &'p Question) -> Self {
        let normalized = normalize_heading(&declared.heading);
        Self {
            declared,
            length: normalized.chars().count(),
            letters: letter_counts(normalized.chars()),
            normalized,
        }
    }

    /// Whether a line begins with the question's words, except for OCR errors.
    fn begins(&self, line: &str) -> bool {
        operations::count(1);
        if line.starts_with(&self.normalized) {
            return true;
        }
        if self.length < MIN_COMPARED || line.len() * 10 < self.length * 9 {
            return false;
        }
        let start: String = line.chars().take(self.length).collect();
        let length = start.chars().count();
        length * 10 >= self.length * 9
            && self.may_be_similar(&letter_counts(start.chars()), length)
            && strsim::normalized_levenshtein(&start, &self.normalized) >= MIN_SIMILARITY
    }

    /// Whether the letter counts allow two texts to be similar. That excludes most pairs without an
    /// expensive edit distance: an inserted, deleted or replaced letter changes two counts at most.
    fn may_be_similar(&self, other: &LetterCounts, length: usize) -> bool {
        let counts = self.letters.iter().zip(other);
        let differing: usize = counts
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        let longer = self.length.max(length);
        1.0 - differing.div_ceil(2) as f64 / longer as f64 >= MIN_SIMILARITY
    }
}

/// How often each letter occurs in a text, letters 64 apart counted as one.
type LetterCounts = [u16; 64];

fn letter_counts(text: impl Iterator<Item = char>) -> LetterCounts {
    let mut counts = [0_u16; 64];
    for character in text {
        let count = &mut counts[character as usize % 64];
        *count = count.saturating_add(1);
    }
    counts
}
