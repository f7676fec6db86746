//! Unknown labels: labels that no profile lists, known by their layout alone.
//!
//! A text before a colon, in the first cell of a row or above a short line is a label if the page repeats
//! that layout in a block, or if the value has a form that prose does not have. Neither headings nor
//! titles depend on these labels: only values do.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{LabelHit, LabelLayout, begins_label, cells::cells, layout};
use crate::extract::value::infer_type;
use diarium_document::{CleanText, FieldType, Heartbeat, LineRole, operations};

/// The longest label, in bytes.
// Longer ones are questions, which are headings, or sentences.
const MAX_LABEL: usize = 90;
/// The most words of a label.
const MAX_WORDS: usize = 9;
/// The longest value, in bytes.
// Longer ones are prose, which the sections have.
const MAX_VALUE: usize = 120;
/// Labels that make a block in which a value may be any short text.
const MIN_BLOCK: usize = 3;
/// The distance of two lines of one block.
// One line between them: a value that wraps, or a label with a value below it.
const BLOCK_DISTANCE: usize = 2;
/// A line with more bytes than this is a paragraph or a whole page: nothing ends a text there.
const MAX_LINE: usize = 160;
/// The most labels of a document.
const MAX_UNKNOWN: usize = 5_000;

/// A label that no profile lists, or one without a canonical field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct UnknownLabel {
    /// Bytes of the label without its colon.
    pub label: Range<usize>,
    /// Bytes of its value.
    pub value: Range<usize>,
    /// Line of the label.
    pub line: usize,
    /// What shows that it is a label.
    pub layout: LabelLayout,
    /// A block of labels stands around it.
    pub in_block: bool,
}

// Beviljat från fonden (kr): | Org.nr:
static INLINE_LABEL: Lazy<Regex> = lazy_regex!(
    r"(?:^|[\s,;])(?P<label>\p{Lu}[\p{L}.-]+(?:\s(?:[\p{Ll}/-]+|\([^:()]{1,40}\))){0,6})\s?:\s"
);

/// The unknown labels of a text, in order. `headings` are the lines that are headings, sorted.
pub(in crate::extract) fn find_unknown(
    text: &CleanText,
    hits: &[LabelHit<'_>],
    headings: &[usize],
    heartbeat: &Heartbeat,
) -> Vec<UnknownLabel> {
    let search = Search {
        text,
        hits,
        headings,
    };
    let mut found = Vec::new();
    let mut block = Block::default();
    for line in 0..text.lines().len() {
        heartbeat.step(line);
        operations::count(1);
        if found.len() >= MAX_UNKNOWN {
            return found;
        }
        if !search.may_have_labels(line) {
            continue;
        }
        if line > block.last + BLOCK_DISTANCE {
            std::mem::take(&mut block).finish(&mut found);
        }
        search.add_line(line, &mut block);
    }
    block.finish(&mut found);
    found.sort_by_key(|unknown| unknown.label.start);
    found
}

/// The text that is searched.
struct Search<'s> {
    text: &'s CleanText,
    hits: &'s [LabelHit<'s>],
    headings: &'s [usize],
}

/// Lines close to each other that labels begin.
#[derive(Default)]
struct Block {
    /// The last of its lines.
    last: usize,
    /// Labels of any kind.
    count: usize,
    /// Whether a label that a profile lists is one of them.
    has_known: bool,
    candidates: Vec<Candidate>,
}

struct Candidate {
    unknown: UnknownLabel,
    value_type: FieldType,
}

impl Block {
    /// Adds its labels to `found`.
    fn finish(self, found: &mut Vec<UnknownLabel>) {
        let has_form = |candidate: &&Candidate| is_unmistakable(candidate.value_type);
        let mut types: Vec<&str> = self
            .candidates
            .iter()
            .filter(has_form)
            .map(|candidate| candidate.value_type.as_str())
            .filter(|&name| name != FieldType::Amount.as_str())
            .collect();
        types.sort_unstable();
        types.dedup();
        let is_block = self.count >= MIN_BLOCK;
        // A table of figures has a text in its first column as well.
        let is_fact_table = self.has_known || is_block && types.len() >= 2;
        for Candidate {
            mut unknown,
            value_type,
        } in self.candidates
        {
            let is_label = match unknown.layout {
                LabelLayout::Cell => is_fact_table && self.count >= 2,
                LabelLayout::Alone { colon: false } => {
                    self.has_known && (is_block || is_unmistakable(value_type))
                }
                LabelLayout::InlineColon => is_unmistakable(value_type),
                _ => is_block || is_unmistakable(value_type),
            };
            if is_label {
                unknown.in_block = is_block;
                found.push(unknown);
            }
        }
    }
}

/// Whether a value of this type has a form that prose and counts do not have.
pub(in crate::extract) fn is_unmistakable(value_type: FieldType) -> bool {
    matches!(
        value_type,
        FieldType::Email
            | FieldType::Phone
            | FieldType::Date
            | FieldType::Period
            | FieldType::Amount
            | FieldType::Url
    )
}

impl Search<'_> {
    fn may_have_labels(&self, line: usize) -> bool {
        let role = self.text.lines()[line].role;
        !matches!(role, LineRole::Boilerplate | LineRole::Heading(_))
            && self.headings.binary_search(&line).is_err()
    }

    /// Adds the labels of a line to a block.
    fn add_line(&self, line: usize, block: &mut Block) {
        let row = cells(self.text, line);
        let mut known = 0;
        let mut found = Vec::new();
        for (column, cell) in row.iter().enumerate() {
            match self.known_label(line, cell) {
                Some(hit) if hit.layout == LabelLayout::Spaced => {}
                Some(_) => known += 1,
                None => self.add_cell(line, &row, column, &mut found),
            }
        }
        if known == 0 && found.is_empty() && row.len() == 1 {
            self.add_pair(line, block);
            return;
        }
        if known > 0 || !found.is_empty() {
            block.last = line;
            block.count += known + found.len();
            block.has_known |= known > 0;
            block.candidates.append(&mut found);
        }
    }

    /// The listed label at the beginning of a cell.
    fn known_label(&self, line: usize, cell: &Range<usize>) -> Option<&LabelHit<'_>> {
        let hits = super::labels_on_line(self.hits, line).iter();
        let begins = self.text.text()[cell.clone()].len();
        let prefix = layout::prefix_end(&self.text.text()[cell.clone()]).min(begins);
        hits.take_while(|hit| hit.bytes.start <= cell.start + prefix)
            .find(|hit| {
                operations::count(1);
                hit.bytes.start >= cell.start && hit.layout != LabelLayout::Run
            })
    }

    /// Adds the label of a cell, and those after it in the same cell.
    fn add_cell(
        &self,
        line: usize,
        row: &[Range<usize>],
        column: usize,
        found: &mut Vec<Candidate>,
    ) {
        let cell = row[column].clone();
        let written = &self.text.text()[cell.clone()];
        let start = cell.start + layout::prefix_end(written).min(written.len());
        let colon = self.text.text()[start..cell.end]
            .find(':')
            .map(|colon| start + colon);
        if let Some(colon) = colon.filter(|&colon| self.is_label(start..colon)) {
            let rest = colon + 1..cell.end;
            if !self.text.text()[rest.clone()].trim().is_empty() {
                let end = self.value_end(line, rest.clone());
                let layout = match written.len() > MAX_LINE {
                    true => LabelLayout::InlineColon,
                    false => LabelLayout::Colon,
                };
                self.add(line, start..colon, rest.start..end, layout, found);
                self.add_inline(line, end..cell.end, found);
            } else if let Some(value) = row.get(column + 1) {
                self.add(line, start..colon, value.clone(), LabelLayout::Cell, found);
            } else if row.len() == 1 && self.is_value_line(line + 1) {
                let value = self.text.lines()[line + 1].bytes.clone();
                let layout = LabelLayout::Alone { colon: true };
                self.add(line, start..colon, value, layout, found);
            }
            return;
        }
        let is_pair = row.len().is_multiple_of(2) && column.is_multiple_of(2);
        if is_pair && colon.is_none() && self.is_label(start..cell.end) {
            if let Some(value) = row.get(column + 1) {
                self.add(
                    line,
                    start..cell.end,
                    value.clone(),
                    LabelLayout::Cell,
                    found,
                );
            }
        } else if row.len() == 1 {
            self.add_inline(line, cell, found);
        }
    }

    /// Adds the labels inside running text that a value of an unmistakable form follows.
    fn add_inline(&self, line: usize, bytes: Range<usize>, found: &mut Vec<Candidate>) {
        let written = &self.text.text()[bytes.clone()];
        operations::count(written.len());
        for label in INLINE_LABEL
            .captures_iter(written)
            .filter_map(|captures| Some((captures.get(0)?.end(), captures.name("label")?.range())))
        {
            let (end, label) = label;
            let start = bytes.start + label.start;
            let is_known = super::labels_on_line(self.hits, line)
                .binary_search_by(|hit| {
                    operations::count(1);
                    if hit.bytes.end <= start {
                        std::cmp::Ordering::Less
                    } else if hit.bytes.start >= bytes.start + end {
                        std::cmp::Ordering::Greater
                    } else {
                        std::cmp::Ordering::Equal
                    }
                })
                .is_ok();
            if is_known {
                continue;
            }
            let rest = bytes.start + end..bytes.end;
            let end = self.value_end(line, rest.clone());
            let label = start..bytes.start + label.end;
            self.add(
                line,
                label,
                rest.start..end,
                LabelLayout::InlineColon,
                found,
            );
        }
    }

    /// The end of a value in a line: the next label, or as far as a value may be long.
    fn value_end(&self, line: usize, bytes: Range<usize>) -> usize {
        let longest = self
            .text
            .text()
            .floor_char_boundary(bytes.end.min(bytes.start + 2 * MAX_VALUE));
        let on_line = super::labels_on_line(self.hits, line);
        let next = on_line.partition_point(|hit| hit.bytes.start < bytes.start);
        let next = on_line.get(next).map_or(longest, |hit| hit.bytes.start);
        let end = next.min(longest).max(bytes.start);
        let written = &self.text.text()[bytes.start..end];
        operations::count(written.len());
        let label = INLINE_LABEL
            .captures(written)
            .and_then(|captures| captures.name("label"));
        label.map_or(end, |label| bytes.start + label.start())
    }

    /// Adds a label on a line of its own with a short value below, as the listed labels around it.
    fn add_pair(&self, line: usize, block: &mut Block) {
        let lines = self.text.lines();
        let is_like = |other: usize| {
            let hits = super::labels_on_line(self.hits, other);
            let label = hits.first().filter(|hit| hit.layout.is_alone());
            let value = label.and_then(|hit| hit.place.as_ref());
            value.is_some_and(|place| place.line == other + 1)
                && lines[other].gap_before == lines[line].gap_before
                && lines[other + 1].gap_before
                    == lines.get(line + 1).is_some_and(|value| value.gap_before)
        };
        let continues = block
            .candidates
            .last()
            .is_some_and(|last| last.unknown.line + 2 == line && last.unknown.layout.is_alone());
        let before = line.checked_sub(2).is_some_and(is_like) || continues;
        let after = line + 2 < lines.len() && is_like(line + 2);
        if !(before || after) || !self.is_value_line(line + 1) {
            return;
        }
        let label = lines[line].bytes.clone();
        if !self.is_label(label.clone()) {
            return;
        }
        let value = lines[line + 1].bytes.clone();
        let value_type = infer_type(&self.text.text()[value.clone()]);
        // Between two listed labels any short text is a value; after one, its form must show it.
        if !(before && after) && matches!(value_type, FieldType::Text | FieldType::Integer) {
            return;
        }
        let mut found = Vec::new();
        let layout = LabelLayout::Alone { colon: false };
        self.add(line, label, value, layout, &mut found);
        if !found.is_empty() {
            block.last = line + 1;
            block.count += 1;
            block.has_known |= before || after;
            block.candidates.append(&mut found);
        }
    }

    fn is_value_line(&self, line: usize) -> bool {
        let lines = self.text.lines();
        lines.get(line).is_some_and(|next| {
            next.bytes.len() <= MAX_VALUE
                && !matches!(next.role, LineRole::Heading(_))
                && self.headings.binary_search(&line).is_err()
                && !begins_label(self.hits, line)
                && !self.text.line(line).contains('\t')
                && !self.text.line(line).trim_end().ends_with(':')
        })
    }

    /// Adds a candidate if its value is short and no sentence.
    fn add(
        &self,
        line: usize,
        label: Range<usize>,
        value: Range<usize>,
        layout: LabelLayout,
        found: &mut Vec<Candidate>,
    ) {
        let label = self.trimmed(label);
        let value = self.trimmed(value);
        let written = &self.text.text()[value.clone()];
        operations::count(written.len());
        if written.is_empty() || label.is_empty() {
            return;
        }
        let value_type = infer_type(written);
        let words = written.split_whitespace().count();
        let is_prose = written.len() > MAX_VALUE || written.ends_with(['.', '?', '!']) && words > 8;
        // A bullet begins a list below a heading.
        let is_item = written.starts_with(['•', '▪', '●', '◦', '*']) || written.starts_with("- ");
        if is_item || written.contains(['☐', '☒', '⍰']) || is_prose && !is_unmistakable(value_type)
        {
            return;
        }
        found.push(Candidate {
            unknown: UnknownLabel {
                label,
                value,
                line,
                layout,
                in_block: false,
            },
            value_type,
        });
    }

    fn trimmed(&self, bytes: Range<usize>) -> Range<usize> {
        let written = &self.text.text()[bytes.clone()];
        let start = bytes.start + (written.len() - written.trim_start().len());
        start..start.max(bytes.start + written.trim_end().len())
    }

    /// Whether a text can be a label: a few words that begin with a capital and are neither a sentence
    /// nor a value.
    fn is_label(&self, bytes: Range<usize>) -> bool {
        let label = &self.text.text()[bytes];
        let label = label.trim_end_matches([' ', ':', '*']);
        if label.len() > MAX_LABEL || !label.starts_with(char::is_uppercase) {
            return false;
        }
        operations::count(label.len());
        let without_note = label.split('(').next().unwrap_or(label).trim();
        let digits = without_note.chars().filter(char::is_ascii_digit).count();
        let letters = without_note.chars().filter(|c| c.is_alphabetic()).count();
        let ends_sentence = |(at, _): (usize, &str)| {
            let rest = label[at + 1..].trim_start();
            rest.len() < label.len() - at - 1 && rest.starts_with(char::is_uppercase)
        };
        letters >= 2
            && digits <= 2
            && label.split_whitespace().count() <= MAX_WORDS
            && !label.contains(['@', '?', '!', ';', '"', '”'])
            && !label.contains("://")
            && !label.ends_with([',', '-'])
            && (!label.ends_with('.') || ends_in_abbreviation(label))
            && !label.match_indices('.').any(ends_sentence)
    }
}

/// Whether a label ends with a short word and a full stop, such as `Org.nr.`
fn ends_in_abbreviation(label: &str) -> bool {
    /// `Telefonnr.` is the longest one that is common.
    const MAX_ABBREVIATION: usize = 11;
    let last = label.split_whitespace().next_back();
    last.is_some_and(|last| last.chars().count() <= MAX_ABBREVIATION)
}
