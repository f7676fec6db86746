//! Runs: several labels in running text, then their values.
//!
//! A site that makes one line of a page prints a row of labels before the row of their values: `Namn Telefon
//! Eva Ek 040-12 34 56`. The types of the values tell them apart: between two values with a form of their
//! own, one value without such a form has room.

use std::ops::Range;

use super::{LabelHit, LabelLayout, Place};
use crate::extract::field::{has_own_form, typed_value};
use crate::profile::Label;
use diarium_document::{CleanText, FieldType, operations};

/// The most labels of a run.
// A longer one is a list of words.
const MAX_RUN: usize = 8;
/// The longest value without a form of its own, in bytes.
const MAX_FREE_VALUE: usize = 80;

/// The labels of a cell that follow each other with nothing but spaces between them.
#[derive(Default)]
pub(super) struct Runs<'p> {
    /// The labels of the present run, with their bytes in the cell.
    labels: Vec<(Range<usize>, &'p Label)>,
    /// Finished runs: their labels.
    runs: Vec<Vec<(Range<usize>, &'p Label)>>,
}

impl<'p> Runs<'p> {
    /// Adds a label of the cell. Labels are added in order.
    pub(super) fn add(&mut self, cell: &str, range: &Range<usize>, label: &'p Label) {
        let follows = self.labels.last().is_some_and(|(last, _)| {
            let between = cell.get(last.end..range.start);
            between.is_some_and(|between| !between.is_empty() && between.trim().is_empty())
        });
        if !follows {
            self.finish();
        }
        // In running text a label is capitalized; a lowercase word belongs to a sentence.
        if cell[range.start..].starts_with(char::is_uppercase) {
            self.labels.push((range.clone(), label));
        } else {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let labels = std::mem::take(&mut self.labels);
        if (2..=MAX_RUN).contains(&labels.len()) {
            self.runs.push(labels);
        }
    }

    /// Replaces the hits of each run whose values fit. `hits` ends with those of the cell, from `first` on.
    pub(super) fn place(
        mut self,
        text: &CleanText,
        line: usize,
        cell: &Range<usize>,
        hits: &mut Vec<LabelHit<'p>>,
        first: usize,
    ) {
        self.finish();
        if self.runs.is_empty() {
            return;
        }
        // Merged in one pass: a page of one line may have thousands of runs.
        let mut others = hits.split_off(first).into_iter().peekable();
        for run in self.runs {
            operations::count(1);
            let [(first, _), .., (last, _)] = run.as_slice() else {
                continue;
            };
            let (start, from) = (cell.start + first.start, cell.start + last.end);
            while let Some(other) = others.next_if(|hit| hit.bytes.start < start) {
                hits.push(other);
            }
            let mut replaced = Vec::new();
            while let Some(other) = others.next_if(|hit| hit.bytes.start < from) {
                replaced.push(other);
            }
            // The values end where the next label begins.
            let end = others.peek().map_or(cell.end, |hit| hit.bytes.start);
            let types: Vec<FieldType> = run.iter().map(|(_, label)| label.field_type).collect();
            // A hit may end behind the run, with its note or colon.
            let values = text.text().get(from..end);
            match values.and_then(|text| values_of(text, &types, end == cell.end)) {
                Some(values) => hits.extend(run_hits(&run, values, line, cell, from)),
                None => hits.append(&mut replaced),
            }
        }
        hits.extend(others);
    }
}

/// The hits of a run. `from` is the first byte of the text after it.
fn run_hits<'p>(
    run: &[(Range<usize>, &'p Label)],
    values: Vec<Option<Range<usize>>>,
    line: usize,
    cell: &Range<usize>,
    from: usize,
) -> Vec<LabelHit<'p>> {
    let hits = run
        .iter()
        .zip(values)
        .map(|((range, label), value)| LabelHit {
            label,
            is_variant: false,
            bytes: cell.start + range.start..cell.start + range.end,
            line,
            layout: LabelLayout::Run,
            cell_end: cell.end,
            neighbor_count: 0,
            place: value.map(|value| Place {
                line,
                bytes: from + value.start..from + value.end,
                in_typed_row: false,
            }),
        });
    hits.collect()
}

/// The bytes of the value of each label in the text after a run; `None` if the types do not fit.
fn values_of(text: &str, types: &[FieldType], is_whole: bool) -> Option<Vec<Option<Range<usize>>>> {
    let mut values = vec![None; types.len()];
    let mut at = text.len() - text.trim_start().len();
    // Labels whose values have no form of their own, since the last one that has.
    let mut free: Vec<usize> = Vec::new();
    let mut typed = 0;
    for (index, &field_type) in types.iter().enumerate() {
        if !has_own_form(field_type) {
            free.push(index);
            continue;
        }
        let value = find_typed(text, at, field_type)?;
        let between = text[at..value.start].trim_end();
        match free.as_slice() {
            [] if !between.is_empty() => return None,
            [only] if !between.is_empty() => values[*only] = Some(at..at + between.len()),
            _ => {}
        }
        free.clear();
        at = value.end;
        values[index] = Some(value);
        typed += 1;
    }
    let rest = text[at..].trim();
    if let [only] = free.as_slice()
        && is_whole
        && !rest.is_empty()
        && rest.len() <= MAX_FREE_VALUE
    {
        let start = at + (text[at..].len() - text[at..].trim_start().len());
        values[*only] = Some(start..start + rest.len());
    }
    (typed > 0).then_some(values)
}

/// The first value of a type at the beginning of a word near `from`.
fn find_typed(text: &str, from: usize, field_type: FieldType) -> Option<Range<usize>> {
    let end = text.floor_char_boundary(from + MAX_FREE_VALUE);
    let mut at = from;
    for word in text[from..end].split_inclusive(' ') {
        operations::count(1 + word.len());
        if !word.trim().is_empty()
            && let Some(value) = typed_value(field_type, &text[at..])
        {
            return Some(at..at + value.bytes.end);
        }
        at += word.len();
    }
    None
}
