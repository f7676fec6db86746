//! Label detection: labels and their positions.
//!
//! The same form reaches us with its labels before a colon, in a table's cell, alone on a line with
//! the value on the next, glued to the value (`ProjektfasGenomförande`), or in the middle of a line
//! that a site has made of a whole page. A hit says which; [`super::field`] decides what it is worth.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::profile::{Label, Vocabulary};
use diarium_document::FieldType;
use diarium_document::{CleanText, Heartbeat, LineRole, work};

/// How a label stands to its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelForm {
    /// `Label: value`, at a line's start.
    Colon,
    /// `Label: value`, inside a line.
    InlineColon,
    /// `Label`, a tab, the value.
    Cell,
    /// The label is all that its line says, with or without a colon.
    Alone { colon: bool },
    /// `LabelValue`.
    Glued,
    /// `Label value`, at a line's start.
    Spaced,
    /// `Label value`, inside a line.
    InlineSpaced,
}

impl LabelForm {
    /// How it looks, for people.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Colon => "label: value, at a line's start",
            Self::InlineColon => "label: value, inside a line",
            Self::Cell => "label in a cell, value in the next",
            Self::Alone { colon: true } => "label: on a line of its own, value below",
            Self::Alone { colon: false } => "label on a line of its own, value below",
            Self::Glued => "label and value run together",
            Self::Spaced => "label and value, at a line's start",
            Self::InlineSpaced => "label and value, inside a line",
        }
    }
}

/// A label in the clean text.
#[derive(Debug, Clone)]
pub(super) struct LabelHit<'p> {
    pub label: &'p Label,
    /// The label with what belongs to it, up to the value.
    pub bytes: Range<usize>,
    /// Index of its line.
    pub line: usize,
    pub form: LabelForm,
    /// How many other labels begin a line near it.
    pub company: usize,
}

/// Lines around a label in which others count as its company: two lines a fact, three facts.
const NEAR: usize = 6;
/// A line of more bytes is a page or a paragraph, not a line.
const LONG: usize = 160;

// (namn och organisation på samtliga i gruppen): | *: | :
static AFTER_LABEL: Lazy<Regex> =
    lazy_regex!(r"^(?P<note>\s?\*?\s?\([^()]{1,80}\))?\s?\*?\s*(?P<colon>:)?");
//  för gruppen:
static OPEN_WORDS: Lazy<Regex> = lazy_regex!(r"^(?:\s\p{L}+){1,5}(?:\s?\([^()]{1,80}\))?\s?:");
// - | • | a) | 1.2 | *
static BEFORE_LABEL: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?$");
// The same, as far as it goes.
static LEAD: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?");

/// All labels of the text, by position.
pub(super) fn find<'p>(
    text: &CleanText,
    vocabulary: &'p Vocabulary,
    heartbeat: &Heartbeat,
) -> Vec<LabelHit<'p>> {
    let mut hits = Vec::new();
    for (index, line) in text.lines().iter().enumerate() {
        heartbeat.step(index);
        work::spend(1);
        if matches!(line.role, LineRole::Furniture) {
            continue;
        }
        find_in_line(text, index, vocabulary, heartbeat, &mut hits);
    }
    count_company(&mut hits);
    hits
}

/// The labels of one line: hits are sorted by position.
pub(super) fn of_line<'h, 'p>(hits: &'h [LabelHit<'p>], line: usize) -> &'h [LabelHit<'p>] {
    work::spend(1);
    let first = hits.partition_point(|hit| hit.line < line);
    let rest = &hits[first..];
    &rest[..rest.partition_point(|hit| hit.line == line)]
}

fn find_in_line<'p>(
    text: &CleanText,
    index: usize,
    vocabulary: &'p Vocabulary,
    heartbeat: &Heartbeat,
    hits: &mut Vec<LabelHit<'p>>,
) {
    let line = text.line(index);
    let offset = text.lines()[index].bytes.start;
    // Bullets before a label are looked at once a line, not once a label.
    let lead = LEAD.find(line).map_or(0, |lead| lead.end());
    let mut search = vocabulary.search(line);
    let mut from = 0;
    while let Some((range, label)) = search.next(from) {
        heartbeat.step(hits.len());
        from = range.end;
        let at_start = range.start <= lead && {
            work::spend(range.start);
            BEFORE_LABEL.is_match(&line[..range.start])
        };
        let Some((end, form)) = form(line, &range, label, at_start) else {
            continue;
        };
        from = end;
        hits.push(LabelHit {
            label,
            bytes: offset + range.start..offset + end,
            line: index,
            form,
            company: 0,
        });
    }
}

/// In which form a label stands at `range` of its line, and where it ends; `None` if it is just a word.
fn form(
    line: &str,
    range: &Range<usize>,
    label: &Label,
    at_start: bool,
) -> Option<(usize, LabelForm)> {
    let rest = &line[range.end..];
    let after = AFTER_LABEL.captures(rest)?;
    let mut colon = after
        .name("colon")
        .map(|_| after.get(0).map_or(0, |whole| whole.end()));
    if label.open && colon.is_none() {
        colon = OPEN_WORDS.find(rest).map(|words| words.end());
    }
    if let Some(length) = colon {
        let end = range.end + length;
        if line[end..].starts_with("//") {
            return None;
        }
        let form = match (at_start, line[end..].trim().is_empty()) {
            (true, true) => LabelForm::Alone { colon: true },
            (true, false) => LabelForm::Colon,
            (false, _) => LabelForm::InlineColon,
        };
        let capital = line[range.start..].starts_with(char::is_uppercase);
        let lettered = line[..range.start].ends_with(") ");
        return (at_start || capital || lettered).then_some((end, form));
    }
    let note = after.name("note").map_or(0, |note| note.end());
    let end = range.end + note;
    let rest = &line[end..];
    if rest.trim().is_empty() {
        return at_start.then_some((end, LabelForm::Alone { colon: false }));
    }
    if rest.starts_with('\t') || rest.trim_start_matches(' ').starts_with('\t') {
        return at_start.then_some((end, LabelForm::Cell));
    }
    if rest.starts_with(' ') {
        return spaced(line, range, label, at_start).map(|form| (end, form));
    }
    // Asked last, for an address is looked for to its end.
    let glued = || {
        rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || label.field_type == FieldType::Email && super::value::email(rest).is_some()
    };
    (at_start && note == 0 && glued()).then_some((end, LabelForm::Glued))
}

/// `Label value`: at a line's start the value's type must tell; inside a long line only labels that
/// are no everyday words count, and only with a capital letter.
fn spaced(line: &str, range: &Range<usize>, label: &Label, at_start: bool) -> Option<LabelForm> {
    let capital = line[range.start..].starts_with(char::is_uppercase);
    if at_start && line.len() <= LONG {
        return capital.then_some(LabelForm::Spaced);
    }
    let rest = line[range.end..].trim_start();
    if label.field_type == FieldType::Identifier && line.len() <= LONG {
        // A number behind the label tells that it is one, if a header is all that the line is.
        let numbered = rest.starts_with(|c: char| c.is_ascii_digit());
        return (capital && numbered).then_some(LabelForm::InlineSpaced);
    }
    let telling = label.normalized.contains(' ') || label.normalized.chars().count() >= 9;
    let next = line[range.end..].trim_start().chars().next()?;
    (capital && telling && line.len() > LONG && (next.is_uppercase() || next.is_ascii_digit()))
        .then_some(LabelForm::InlineSpaced)
}

/// Counts for each hit how many others begin a line near it.
fn count_company(hits: &mut [LabelHit<'_>]) {
    let begins: Vec<(usize, bool)> = hits
        .iter()
        .map(|hit| {
            let begins = !matches!(
                hit.form,
                LabelForm::InlineColon | LabelForm::InlineSpaced | LabelForm::Spaced
            );
            (hit.line, begins)
        })
        .collect();
    for (index, hit) in hits.iter_mut().enumerate() {
        let line = begins[index].0;
        let near = |&(other, begins): &(usize, bool)| begins && other.abs_diff(line) <= NEAR;
        let before = begins[..index]
            .iter()
            .rev()
            .take(NEAR)
            .filter(|other| near(other));
        let after = begins[index + 1..]
            .iter()
            .take(NEAR)
            .filter(|other| near(other));
        // Label, value, label, value: two of them make a box.
        let pair = matches!(hit.form, LabelForm::Alone { .. })
            && (line
                .checked_sub(2)
                .is_some_and(|other| begins_line(&begins, other))
                || begins_line(&begins, line + 2));
        hit.company = before.count() + after.count() + usize::from(pair);
    }
}

/// Whether one of the labels, sorted by line, begins this line.
fn begins_line(labels: &[(usize, bool)], line: usize) -> bool {
    let first = labels.partition_point(|&(other, _)| other < line);
    labels[first..]
        .iter()
        .take_while(|&&(other, _)| other == line)
        .any(|&(_, begins)| {
            work::spend(1);
            begins
        })
}
