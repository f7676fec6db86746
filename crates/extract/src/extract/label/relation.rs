//! Relations: which cell has the value of a label that fills a cell of its own.
//!
//! The value is to the right of its label, below it, above it (labels in small print under a rule), or as far
//! down as there are labels in a column. A page has one such relation for a block of labels, so the block
//! decides: the relation that explains its labels, with values of their types, holds for all of them.

use std::ops::Range;

use super::cells::{cell_in_column, cells};
use super::{LabelHit, LabelLayout, Place, begins_label};
use crate::extract::{
    field::{begins_with_value, has_own_form},
    span::SpanResolver,
};
use diarium_document::{CleanText, FieldType, operations};

/// The distance between two rows of labels of one block, in lines.
// Label and value take two lines, and a value may wrap.
const BLOCK_DISTANCE: usize = 3;
/// The most labels in a column that a column of values follows.
const MAX_COLUMN: usize = 20;
/// The longest value in a column of values or above its label, in bytes.
const MAX_PLACED_VALUE: usize = 120;

/// Places values to the right of labels in a row of several cells. `hits` are those of the row.
///
/// In `label value label value` every second cell is a label. A row with two labels next to each other is
/// a row of labels, whose values are elsewhere.
pub(super) fn place_in_row(cells: &[Range<usize>], hits: &mut [LabelHit<'_>]) {
    let column_of = |hit: &LabelHit<'_>| {
        let column = cells.partition_point(|cell| cell.end <= hit.bytes.start);
        hit.layout.is_alone().then_some(column)
    };
    let columns: Vec<usize> = hits.iter().filter_map(column_of).collect();
    let is_pairs = columns.iter().all(|column| column % 2 == 0) && cells.len().is_multiple_of(2);
    // A row with a single label at its start: label, value, note.
    let is_single = columns == [0];
    if !(is_pairs || is_single) {
        return;
    }
    for hit in hits {
        let Some(column) = column_of(hit) else {
            continue;
        };
        let next_label = columns.iter().find(|&&other| other > column);
        let last = next_label.map_or(cells.len(), |&next| next) - 1;
        let Some(value) = cells.get(column + 1) else {
            continue;
        };
        // A contact's telephone number may have a cell of its own.
        let may_continue = matches!(hit.label.field_type, FieldType::Name | FieldType::Period);
        let end = match cells.get(last) {
            Some(last) if may_continue => last.end,
            _ => value.end,
        };
        hit.layout = LabelLayout::Cell;
        hit.place = Some(Place {
            line: hit.line,
            bytes: value.start..end,
            in_typed_row: false,
        });
    }
}

/// A line with labels that fill their cells.
struct LabelRow {
    line: usize,
    /// Indexes of its labels.
    hits: Range<usize>,
    /// All of its cells.
    cells: Vec<Range<usize>>,
}

/// Places the values of labels that fill their cells and have no value to the right.
pub(super) fn place_in_blocks(
    text: &CleanText,
    hits: &mut [LabelHit<'_>],
    spans: &SpanResolver<'_>,
) {
    let rows = label_rows(text, hits);
    let mut start = 0;
    while start < rows.len() {
        let mut end = start + 1;
        while end < rows.len() && rows[end].line - rows[end - 1].line <= BLOCK_DISTANCE {
            end += 1;
        }
        place_block(text, &rows[start..end], hits, spans);
        start = end;
    }
}

fn label_rows(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<LabelRow> {
    let mut rows: Vec<LabelRow> = Vec::new();
    for (index, hit) in hits.iter().enumerate() {
        operations::count(1);
        if !hit.layout.is_alone() {
            continue;
        }
        match rows.last_mut() {
            Some(row) if row.line == hit.line => row.hits.end = index + 1,
            _ => rows.push(LabelRow {
                line: hit.line,
                hits: index..index + 1,
                cells: cells(text, hit.line),
            }),
        }
    }
    rows
}

fn place_block(
    text: &CleanText,
    rows: &[LabelRow],
    hits: &mut [LabelHit<'_>],
    spans: &SpanResolver<'_>,
) {
    if place_above(text, rows, hits, spans) {
        return;
    }
    let mut index = 0;
    while index < rows.len() {
        let column = column_length(rows, index);
        if column >= 2 && place_columns(text, &rows[index..index + column], hits) {
            index += column;
            continue;
        }
        place_below(text, &rows[index], hits, spans);
        index += 1;
    }
}

/// Places each value on the line below its label.
fn place_below(
    text: &CleanText,
    row: &LabelRow,
    hits: &mut [LabelHit<'_>],
    spans: &SpanResolver<'_>,
) {
    let line = row.line + 1;
    if line >= text.lines().len() || begins_label(hits, line) {
        return;
    }
    let places = row_places(text, row, line, hits, spans);
    let is_row = row.cells.len() > 1;
    if is_row && (row.hits.len() < 2 || continues_as_table(text, row, hits)) {
        return;
    }
    let row_hits = &hits[row.hits.clone()];
    let fits = places.iter().zip(row_hits).map(|(place, hit)| {
        let place = place.as_ref()?;
        fit(hit.label.field_type, &text.text()[place.clone()])
    });
    let fits: Vec<Option<bool>> = fits.collect();
    // A value of another type shows that the cells are no values.
    if is_row && fits.contains(&Some(false)) {
        return;
    }
    let in_typed_row = is_row && fits.contains(&Some(true));
    for (hit, place) in hits[row.hits.clone()].iter_mut().zip(places) {
        hit.place = place.map(|bytes| Place {
            line,
            bytes,
            in_typed_row,
        });
    }
}

/// Whether the row below a row of labels is the first of several: a list of people or of costs has no
/// value for a label.
fn continues_as_table(text: &CleanText, row: &LabelRow, hits: &[LabelHit<'_>]) -> bool {
    let after = row.line + 2;
    after < text.lines().len()
        && !begins_label(hits, after)
        && cells(text, after).len() == row.cells.len()
}

/// The cells of a line that stand in the columns of a row's labels.
fn row_places(
    text: &CleanText,
    row: &LabelRow,
    line: usize,
    hits: &[LabelHit<'_>],
    spans: &SpanResolver<'_>,
) -> Vec<Option<Range<usize>>> {
    if row.cells.len() == 1 {
        return vec![Some(text.lines()[line].bytes.clone()); row.hits.len()];
    }
    let values = cells(text, line);
    let place = |hit: &LabelHit<'_>| {
        let column = row
            .cells
            .partition_point(|cell| cell.end <= hit.bytes.start);
        let value = cell_in_column(&values, &row.cells, column, spans)?;
        values.get(value).cloned()
    };
    hits[row.hits.clone()].iter().map(place).collect()
}

/// Whether a value shows its type: it fits, does not, or has no form of its own.
fn fit(field_type: FieldType, text: &str) -> Option<bool> {
    if !has_own_form(field_type) && field_type != FieldType::Integer {
        return None;
    }
    Some(begins_with_value(field_type, text.trim()))
}

/// Places the values of a block above their labels, if that explains the block and the line below each
/// label does not. Says whether it did.
fn place_above(
    text: &CleanText,
    rows: &[LabelRow],
    hits: &mut [LabelHit<'_>],
    spans: &SpanResolver<'_>,
) -> bool {
    let lines = text.lines();
    // The label is closer to the value above it than to the next one.
    let is_below_value = |row: &LabelRow| {
        let above = row.line.checked_sub(1);
        let is_last = lines.get(row.line + 1).is_none_or(|next| next.gap_before);
        above.is_some_and(|above| {
            !begins_label(hits, above) && lines[above].bytes.len() <= MAX_PLACED_VALUE
        }) && !lines[row.line].gap_before
            && is_last
    };
    let has_colon = |row: &LabelRow| {
        let mut row_hits = hits[row.hits.clone()].iter();
        row_hits.any(|hit| hit.layout == LabelLayout::Alone { colon: true })
    };
    if rows.len() < 2
        || !rows
            .iter()
            .all(|row| is_below_value(row) && !has_colon(row))
    {
        return false;
    }
    let places: Vec<Vec<Option<Range<usize>>>> = rows
        .iter()
        .map(|row| row_places(text, row, row.line - 1, hits, spans))
        .collect();
    let fits = |(row, places): (&LabelRow, &Vec<Option<Range<usize>>>)| {
        let row_hits = hits[row.hits.clone()].iter().zip(places);
        let fits = row_hits
            .filter_map(|(hit, place)| fit(hit.label.field_type, &text.text()[place.clone()?]));
        fits.collect::<Vec<bool>>()
    };
    let fits: Vec<bool> = rows.iter().zip(&places).flat_map(fits).collect();
    // The gaps alone are weak evidence: a type must confirm them, and none may contradict.
    if fits.is_empty() || fits.contains(&false) {
        return false;
    }
    for (row, places) in rows.iter().zip(places) {
        for (hit, place) in hits[row.hits.clone()].iter_mut().zip(places) {
            hit.layout = LabelLayout::Above;
            hit.place = place.map(|bytes| Place {
                line: row.line - 1,
                bytes,
                in_typed_row: false,
            });
        }
    }
    true
}

/// How many rows of one label each follow each other directly.
fn column_length(rows: &[LabelRow], start: usize) -> usize {
    let mut length = 0;
    while let Some(row) = rows.get(start + length)
        && row.cells.len() == 1
        && row.line == rows[start].line + length
        && length < MAX_COLUMN
    {
        length += 1;
    }
    length
}

/// Places the values of a column of labels in the lines below it, if their types fit. Says whether it did.
fn place_columns(text: &CleanText, rows: &[LabelRow], hits: &mut [LabelHit<'_>]) -> bool {
    let count = rows.len();
    let Some(last) = rows.last() else {
        return false;
    };
    let mut typed = 0;
    for (index, row) in rows.iter().enumerate() {
        operations::count(1);
        let line = last.line + 1 + index;
        let Some(value) = text.lines().get(line) else {
            return false;
        };
        if begins_label(hits, line) || value.bytes.len() > MAX_PLACED_VALUE {
            return false;
        }
        match fit(hits[row.hits.start].label.field_type, text.line(line)) {
            Some(false) => return false,
            Some(true) => typed += 1,
            None => {}
        }
    }
    if typed == 0 {
        return false;
    }
    for row in rows {
        for hit in &mut hits[row.hits.clone()] {
            let line = row.line + count;
            hit.layout = LabelLayout::Columns;
            hit.place = Some(Place {
                line,
                bytes: text.lines()[line].bytes.clone(),
                in_typed_row: false,
            });
        }
    }
    true
}
