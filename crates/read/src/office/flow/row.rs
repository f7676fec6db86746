//! Table rows: how a row of cells is written.
//!
//! A row of data is one line, its cells separated by tabs. Two rows of lines are written if each cell
//! has its label above its value. A row whose cells hold whole texts lays out the page: its cells are
//! written one after the other.

use diarium_document::LineRole;

use super::FlowLine;

/// Lines of a cell in a row of data, at most, as in web pages.
const MAX_CELL_LINES: usize = 2;

/// Characters of a line that may be a part of an address or a name.
const SHORT: usize = 60;

/// The lines of a row.
pub(super) fn lines_of(cells: Vec<Vec<FlowLine>>) -> Vec<FlowLine> {
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    if filled <= 1 {
        return cells.into_iter().flatten().collect();
    }
    if has_labels_above(&cells) {
        return stacked(&cells);
    }
    if cells.iter().all(|cell| is_data(cell, MAX_CELL_LINES)) {
        return vec![joined(cells.iter().map(Vec::as_slice))];
    }
    if let Some(lines) = label_and_short_lines(&cells) {
        return lines;
    }
    let mut lines = Vec::new();
    for cell in cells {
        // The cells are apart, so that a text does not continue in the next.
        for (index, mut line) in cell.into_iter().enumerate() {
            line.gap_before |= index == 0;
            lines.push(line);
        }
    }
    lines
}

/// Whether a cell is one of data.
fn is_data(cell: &[FlowLine], most: usize) -> bool {
    let has_structure =
        |line: &FlowLine| !matches!(line.role, LineRole::Body | LineRole::Heading(_));
    match cell {
        [line] => line.role != LineRole::Row,
        _ => cell.len() <= most && !cell.iter().any(has_structure) && !is_choices(cell),
    }
}

/// Whether the lines are boxes to choose from.
fn is_choices(cell: &[FlowLine]) -> bool {
    let boxes = cell.iter().filter(|line| line.text.starts_with(['☐', '☒']));
    boxes.count() > 1
}

/// Whether the first cell, and so each filled cell, has a label above a value.
fn has_labels_above(cells: &[Vec<FlowLine>]) -> bool {
    let is_short = |line: &FlowLine| line.text.chars().count() <= SHORT;
    cells.first().is_some_and(|first| first.len() == 2)
        && cells
            .iter()
            .all(|cell| is_data(cell, 2) && cell.iter().all(is_short))
}

/// A row of labels, and a row of the values below them.
fn stacked(cells: &[Vec<FlowLine>]) -> Vec<FlowLine> {
    [0, 1]
        .into_iter()
        .map(|row| {
            joined(
                cells
                    .iter()
                    .map(|cell| cell.get(row..=row).unwrap_or_default()),
            )
        })
        .collect()
}

/// A label, beside it a cell of several short lines: the first one is the value, and the others follow.
fn label_and_short_lines(cells: &[Vec<FlowLine>]) -> Option<Vec<FlowLine>> {
    let [label, value] = cells else {
        return None;
    };
    let is_short = |line: &FlowLine| {
        line.role == LineRole::Body && line.text.chars().count() <= SHORT && !line.is_bold()
    };
    if label.len() > 1 || is_choices(value) || !value.iter().all(is_short) {
        return None;
    }
    let (first, others) = value.split_at_checked(1)?;
    let mut lines = vec![joined([label.as_slice(), first].into_iter())];
    lines.extend_from_slice(others);
    Some(lines)
}

/// One line of all cells.
fn joined<'l>(cells: impl Iterator<Item = &'l [FlowLine]>) -> FlowLine {
    let mut row = FlowLine {
        role: LineRole::Row,
        ..FlowLine::default()
    };
    for (index, cell) in cells.enumerate() {
        for (line_index, line) in cell.iter().enumerate() {
            let separator = match (index, line_index) {
                (0, 0) => "",
                (_, 0) => "\t",
                _ => " ",
            };
            row.join(separator, line);
        }
        if cell.is_empty() && index > 0 {
            row.text.push('\t');
        }
    }
    row.text.truncate(row.text.trim_end().len());
    row
}
