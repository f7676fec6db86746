//! Label detection: labels and their layout.
//!
//! The same form arrives with its labels before a colon, in a table cell, on a line of their own with
//! the value below, run together with the value (`ProjektfasGenomförande`), or in the middle of a line
//! that a site has made of a whole page. Each label found says which; [`super::field`] decides what that
//! is worth.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::profile::{Label, Vocabulary};
use diarium_document::FieldType;
use diarium_document::{CleanText, Heartbeat, LineRole, operations};

/// The layout of a label and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelLayout {
    /// `Label: value`, at the start of a line.
    Colon,
    /// `Label: value`, inside a line.
    InlineColon,
    /// `Label`, a tab, the value.
    Cell,
    /// The label has a line of its own, with or without a colon.
    Alone { colon: bool },
    /// `LabelValue`.
    Glued,
    /// `Label value`, at the start of a line.
    Spaced,
    /// `Label value`, inside a line.
    InlineSpaced,
}

impl LabelLayout {
    /// A description for people, which `diarium show --why` prints.
    pub(super) fn description(self) -> &'static str {
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
    /// The bytes of the label with its note and colon, up to the value.
    pub bytes: Range<usize>,
    /// Index of its line.
    pub line: usize,
    pub layout: LabelLayout,
    /// How many other labels begin a line near it.
    pub neighbor_count: usize,
}

/// Neighbors that a label needs to be part of a fact box: a block of labels with their values.
// Three labels in a row are a box. Two may be a list or a sentence about a field.
pub(super) const BOX_NEIGHBORS: usize = 2;
/// The distance of a neighbor, in lines.
// Above: three facts of two lines each, where every value is below its label. Below: the next section.
const NEIGHBOR_DISTANCE: usize = 6;
/// A line with more bytes than this is a paragraph or a whole page.
const MAX_LINE_BYTES: usize = 160;
/// The shortest label of one word, in characters, that is unlikely to be an everyday word.
// Below: `Region`, `Period`, `Budget`. Above: `Projektägare`, `Programområde`.
const MIN_DISTINCTIVE_LABEL: usize = 9;

// (namn och organisation på samtliga i gruppen): | *: | :
static AFTER_LABEL: Lazy<Regex> =
    lazy_regex!(r"^(?P<note>\s?\*?\s?\([^()]{1,80}\))?\s?\*?\s*(?P<colon>:)?");
//  för gruppen:
static OPEN_WORDS: Lazy<Regex> = lazy_regex!(r"^(?:\s\p{L}+){1,5}(?:\s?\([^()]{1,80}\))?\s?:");
// - | • | a) | 1.2 | *
static PREFIX: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?$");
// The same prefix at the start of a longer text.
static LINE_PREFIX: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?");

/// All labels of the text, in order of position.
pub(super) fn find_labels<'p>(
    text: &CleanText,
    vocabulary: &'p Vocabulary,
    heartbeat: &Heartbeat,
) -> Vec<LabelHit<'p>> {
    let mut hits = Vec::new();
    for (index, line) in text.lines().iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        if matches!(line.role, LineRole::Boilerplate) {
            continue;
        }
        find_in_line(text, index, vocabulary, heartbeat, &mut hits);
    }
    count_neighbors(&mut hits);
    hits
}

/// The labels of one line. `hits` are sorted by position.
pub(super) fn labels_on_line<'h, 'p>(hits: &'h [LabelHit<'p>], line: usize) -> &'h [LabelHit<'p>] {
    operations::count(1);
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
    // Bullets before a label are matched once a line, not once a label.
    let prefix_end = LINE_PREFIX.find(line).map_or(0, |prefix| prefix.end());
    let mut search = vocabulary.search(line);
    let mut from = 0;
    while let Some((range, label)) = search.next(from) {
        heartbeat.step(hits.len());
        from = range.end;
        let at_start = range.start <= prefix_end && {
            operations::count(range.start);
            PREFIX.is_match(&line[..range.start])
        };
        let Some((end, layout)) = layout(line, &range, label, at_start) else {
            continue;
        };
        from = end;
        hits.push(LabelHit {
            label,
            bytes: offset + range.start..offset + end,
            line: index,
            layout,
            neighbor_count: 0,
        });
    }
}

/// The layout of the label at `range` of a line, and the end of the label; `None` if it is just a word.
fn layout(
    line: &str,
    range: &Range<usize>,
    label: &Label,
    at_start: bool,
) -> Option<(usize, LabelLayout)> {
    let rest = &line[range.end..];
    let after = AFTER_LABEL.captures(rest)?;
    let has_colon = after.name("colon").is_some();
    let colon = after.get(0).filter(|_| has_colon);
    let colon = colon.or_else(|| label.open.then(|| OPEN_WORDS.find(rest)).flatten());
    if let Some(colon) = colon {
        let end = range.end + colon.end();
        return colon_layout(line, range.start, end, at_start).map(|layout| (end, layout));
    }
    let note = after.name("note").map_or(0, |note| note.end());
    let end = range.end + note;
    let rest = &line[end..];
    if rest.trim().is_empty() {
        return at_start.then_some((end, LabelLayout::Alone { colon: false }));
    }
    if rest.trim_start_matches(' ').starts_with('\t') {
        return at_start.then_some((end, LabelLayout::Cell));
    }
    if rest.starts_with(' ') {
        return spaced_layout(line, range, label, at_start).map(|layout| (end, layout));
    }
    // Checked last, because an e-mail address is searched to its end.
    let is_glued = || {
        rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || label.field_type == FieldType::Email && super::value::email(rest).is_some()
    };
    (at_start && note == 0 && is_glued()).then_some((end, LabelLayout::Glued))
}

/// The layout of a label with a colon, which ends at `end`.
fn colon_layout(line: &str, start: usize, end: usize, at_start: bool) -> Option<LabelLayout> {
    // The scheme of a URL is not a label.
    if line[end..].starts_with("//") {
        return None;
    }
    let is_capitalized = line[start..].starts_with(char::is_uppercase);
    let is_lettered = line[..start].ends_with(") ");
    if !(at_start || is_capitalized || is_lettered) {
        return None;
    }
    Some(match (at_start, line[end..].trim().is_empty()) {
        (true, true) => LabelLayout::Alone { colon: true },
        (true, false) => LabelLayout::Colon,
        (false, _) => LabelLayout::InlineColon,
    })
}

/// The layout of `Label value`. At the start of a short line, the type of the value must confirm it
/// later; inside a long line, only capitalized labels that are not everyday words count.
fn spaced_layout(
    line: &str,
    range: &Range<usize>,
    label: &Label,
    at_start: bool,
) -> Option<LabelLayout> {
    let is_capitalized = line[range.start..].starts_with(char::is_uppercase);
    if at_start && line.len() <= MAX_LINE_BYTES {
        return is_capitalized.then_some(LabelLayout::Spaced);
    }
    let rest = line[range.end..].trim_start();
    if label.field_type == FieldType::Identifier && line.len() <= MAX_LINE_BYTES {
        // A header often contains a label with its number: `ANSÖKAN Diarienummer 2012-9990017 Sid 1`
        let is_numbered = rest.starts_with(|c: char| c.is_ascii_digit());
        return (is_capitalized && is_numbered).then_some(LabelLayout::InlineSpaced);
    }
    let is_distinctive =
        label.normalized.contains(' ') || label.normalized.chars().count() >= MIN_DISTINCTIVE_LABEL;
    let next = rest.chars().next()?;
    let begins_value = next.is_uppercase() || next.is_ascii_digit();
    (is_capitalized && is_distinctive && line.len() > MAX_LINE_BYTES && begins_value)
        .then_some(LabelLayout::InlineSpaced)
}

/// Counts for each label how many others begin a line near it.
fn count_neighbors(hits: &mut [LabelHit<'_>]) {
    let begins: Vec<(usize, bool)> = hits
        .iter()
        .map(|hit| {
            let begins = !matches!(
                hit.layout,
                LabelLayout::InlineColon | LabelLayout::InlineSpaced | LabelLayout::Spaced
            );
            (hit.line, begins)
        })
        .collect();
    for (index, hit) in hits.iter_mut().enumerate() {
        let line = begins[index].0;
        let near =
            |&(other, begins): &(usize, bool)| begins && other.abs_diff(line) <= NEIGHBOR_DISTANCE;
        let before = begins[..index]
            .iter()
            .rev()
            .take(NEIGHBOR_DISTANCE)
            .filter(|other| near(other));
        let after = begins[index + 1..]
            .iter()
            .take(NEIGHBOR_DISTANCE)
            .filter(|other| near(other));
        // Label, value, label, value: here a single neighbor makes a box.
        let pair = matches!(hit.layout, LabelLayout::Alone { .. })
            && (line
                .checked_sub(2)
                .is_some_and(|other| begins_line(&begins, other))
                || begins_line(&begins, line + 2));
        hit.neighbor_count = before.count() + after.count() + usize::from(pair);
    }
}

/// Whether one of the labels, sorted by line, begins this line.
fn begins_line(labels: &[(usize, bool)], line: usize) -> bool {
    let first = labels.partition_point(|&(other, _)| other < line);
    labels[first..]
        .iter()
        .take_while(|&&(other, _)| other == line)
        .any(|&(_, begins)| {
            operations::count(1);
            begins
        })
}
