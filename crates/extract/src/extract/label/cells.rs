//! Cells: the parts of a line that tabs separate, and their positions.

use std::ops::Range;

use diarium_document::{CleanText, Rect, operations};

use crate::extract::span::SpanResolver;

/// The cells of a line that are not empty, in bytes of the clean text. A line without tabs is one cell.
pub(super) fn cells(text: &CleanText, line: usize) -> Vec<Range<usize>> {
    let bytes = &text.lines()[line].bytes;
    let written = text.line(line);
    operations::count(1 + written.len());
    let mut start = bytes.start;
    let mut cells = Vec::new();
    for part in written.split('\t') {
        if !part.trim().is_empty() {
            let from = start + (part.len() - part.trim_start().len());
            // The mark of a field that must be filled in, or of a note, is not part of the cell.
            let text = part.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
            let text = if text.trim().is_empty() {
                part.trim_end()
            } else {
                text
            };
            cells.push(from..start + text.len());
        }
        start += part.len() + 1;
    }
    cells
}

/// The cell of a row that stands in the same column as a cell of another row. Rows with as many cells
/// have the same columns; otherwise the positions on the page decide.
pub(super) fn cell_in_column(
    row: &[Range<usize>],
    label_row: &[Range<usize>],
    column: usize,
    spans: &SpanResolver<'_>,
) -> Option<usize> {
    if row.len() == label_row.len() {
        return Some(column);
    }
    let rect = |cell: &Range<usize>| spans.resolve(cell.clone())?.span.rect;
    let label = rect(label_row.get(column)?)?;
    // A value begins below its label, and before the label of the next column.
    let next = label_row.get(column + 1).and_then(rect);
    let end = next.map_or(f32::MAX, |next: Rect| next.0);
    let slack = (label.3 - label.1).abs() / 2.0;
    row.iter().position(|cell| {
        operations::count(1);
        rect(cell).is_some_and(|cell| cell.0 >= label.0 - slack && cell.0 < end - slack)
    })
}
