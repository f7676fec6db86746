//! Spreadsheet reader: workbooks of Excel and LibreOffice, one sheet per page.
//!
//! `xlsx` and `ods` read the cells of the two XML formats, `legacy` those of old and binary workbooks.
//! All give [`Sheet`]s with the text that each cell shows; this module writes their rows. Hidden sheets,
//! rows and columns are left out with a warning. The name of a sheet is written above its page.

mod legacy;
mod number_format;
mod ods;
mod serial;
mod xlsx;

use std::collections::{BTreeMap, BTreeSet};

use diarium_document::{Carrier, Failure, RawDocument, Warning, WarningCode};

use super::{
    document,
    flow::{Edge, Edges, Flow, FlowLine, ParagraphStyle, TextStyle, into_pages},
};

pub(super) use legacy::{read_xls, read_xlsb};
pub(super) use ods::read as read_ods;
pub(super) use xlsx::read as read_xlsx;

/// Cells of a workbook that are read, at most.
// A register of a hundred thousand rows has ten cells in each.
const MAX_CELLS: usize = 2_000_000;

/// Bytes of the cells of a workbook that are read, at most.
// A text that many cells share is in the file once: a thousand cells can show a thousand times its size.
const MAX_CELL_BYTES: usize = 32 << 20;

/// Sheets that are read, at most.
const MAX_SHEETS: usize = 2_000;

/// Columns of a table whose empty cells are written. In wider ones they are left out.
const MAX_ALIGNED: usize = 64;

/// A cell that shows something.
#[derive(Debug, Clone, Default, PartialEq)]
struct Cell {
    text: String,
    is_bold: bool,
    is_struck: bool,
}

/// A sheet: its cells by row and column.
#[derive(Debug, Default)]
struct Sheet {
    name: String,
    rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
    /// Text of shapes, which stands beside the cells.
    shapes: Vec<String>,
    header: Vec<String>,
    footer: Vec<String>,
    /// Columns that are hidden.
    hidden_ranges: Vec<std::ops::Range<u32>>,
    /// Rows and columns with text that are hidden.
    hidden_rows: usize,
    hidden_columns: usize,
}

/// A workbook.
#[derive(Debug, Default)]
struct Workbook {
    sheets: Vec<Sheet>,
    title: Option<String>,
    hidden_sheets: usize,
    has_comments: bool,
    /// Formulas without a stored result.
    uncomputed: usize,
    cells: usize,
    /// Bytes of the cells' texts.
    cell_bytes: usize,
    /// Cells were left out, because there are too many.
    is_full: bool,
    is_damaged: bool,
}

impl Workbook {
    /// Adds a cell to a sheet, unless it shows nothing. `false` if there are too many cells or too much text.
    fn add(&mut self, sheet: &mut Sheet, row: u32, column: u32, cell: Cell) -> bool {
        if cell.text.trim().is_empty() {
            return true;
        }
        let bytes = self.cell_bytes.saturating_add(cell.text.len());
        self.is_full |= self.cells >= MAX_CELLS || bytes > MAX_CELL_BYTES;
        if self.is_full {
            return false;
        }
        self.cells = self.cells.saturating_add(1);
        self.cell_bytes = bytes;
        sheet.rows.entry(row).or_default().insert(column, cell);
        true
    }

    /// The workbook as a document.
    ///
    /// # Errors
    /// If it has no text, or more than the limits allow.
    fn into_document(self, media_type: &'static str) -> Result<RawDocument, Failure> {
        let mut flow = Flow::default();
        let mut edges = Vec::new();
        let mut warnings = self.warnings();
        for sheet in self.sheets {
            if sheet.rows.is_empty() && sheet.shapes.is_empty() {
                continue;
            }
            if !edges.is_empty() {
                flow.break_page();
                flow.begin_section();
            }
            edges.push(sheet.edges());
            sheet.write(&mut flow);
        }
        let pages = flow.finish()?;
        if self.is_damaged {
            warnings.push(super::findings::damaged());
        }
        document(RawDocument {
            carrier: Carrier::Office,
            media_type,
            encoding: None,
            stated_title: self.title,
            pages: into_pages(pages, &edges),
            related: Vec::new(),
            warnings,
        })
    }

    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let total = |count: fn(&Sheet) -> usize| self.sheets.iter().map(count).sum::<usize>();
        let hidden = [
            (self.hidden_sheets, "sheets"),
            (total(|sheet| sheet.hidden_rows), "rows"),
            (total(|sheet| sheet.hidden_columns), "columns"),
        ];
        let parts: Vec<_> = hidden
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{what}: {count}"))
            .collect();
        if !parts.is_empty() {
            let message = format!(
                "hidden parts of the workbook were left out ({}); unhide them in the spreadsheet program to see them",
                parts.join(", ")
            );
            warnings.push(Warning::new(WarningCode::HiddenText, message));
        }
        if self.has_comments {
            let message =
                "the workbook's comments were left out; open it in its program to read them";
            warnings.push(Warning::new(WarningCode::HiddenText, message));
        }
        if self.uncomputed > 0 {
            let message = format!(
                "{} formulas have no stored result; open the workbook in its program and save it again",
                self.uncomputed
            );
            warnings.push(Warning::new(WarningCode::DamagedFile, message));
        }
        if self.is_full {
            let message = format!(
                "only the first {} cells were read, up to the limit of {MAX_CELLS} cells or {} MiB; split the workbook",
                self.cells,
                MAX_CELL_BYTES >> 20
            );
            warnings.push(Warning::new(WarningCode::DamagedFile, message));
        }
        warnings
    }
}

impl Sheet {
    /// Removes hidden columns and counts those in which there was something.
    fn hide_columns(&mut self) {
        let mut hidden = BTreeSet::new();
        let mut ranges = std::mem::take(&mut self.hidden_ranges);
        ranges.sort_by_key(|range| range.start);
        let is_hidden = |column: u32| {
            let after = ranges.partition_point(|range| range.start <= column);
            let before = ranges.get(..after).and_then(<[_]>::last);
            before.is_some_and(|range| range.contains(&column))
        };
        for row in self.rows.values_mut() {
            row.retain(|column, _| {
                let hide = is_hidden(*column);
                if hide {
                    hidden.insert(*column);
                }
                !hide
            });
        }
        self.rows.retain(|_, row| !row.is_empty());
        self.hidden_columns = hidden.len();
    }

    fn edges(&self) -> Edges {
        let line = |text: &String| {
            let mut line = FlowLine::default();
            line.push(text, TextStyle::default());
            line
        };
        let name = Some(&self.name).filter(|name| !name.trim().is_empty());
        Edges {
            usual: Edge {
                header: name.into_iter().chain(&self.header).map(line).collect(),
                footer: self.footer.iter().map(line).collect(),
            },
            ..Edges::default()
        }
    }

    /// Writes the rows. Rows without an empty one between them are a table.
    fn write(&self, flow: &mut Flow) {
        let mut table: Vec<&BTreeMap<u32, Cell>> = Vec::new();
        let mut next = None;
        for (row, cells) in &self.rows {
            if next.is_some_and(|next| next != *row) {
                write_table(&std::mem::take(&mut table), flow);
            }
            table.push(cells);
            next = row.checked_add(1);
        }
        write_table(&table, flow);
        for shape in &self.shapes {
            for line in shape.lines() {
                flow.begin_paragraph(ParagraphStyle::default());
                flow.push(line, TextStyle::default());
                flow.end_paragraph();
            }
        }
    }
}

/// Writes rows as a table. Columns that are empty in all of them are left out.
fn write_table(rows: &[&BTreeMap<u32, Cell>], flow: &mut Flow) {
    if rows.is_empty() {
        return;
    }
    let columns: BTreeSet<u32> = rows.iter().flat_map(|row| row.keys().copied()).collect();
    flow.begin_table();
    for row in rows {
        if columns.len() <= MAX_ALIGNED {
            for column in &columns {
                write_cell(row.get(column), flow);
            }
        } else {
            for cell in row.values() {
                write_cell(Some(cell), flow);
            }
        }
        flow.end_row();
    }
    flow.end_table();
}

fn write_cell(cell: Option<&Cell>, flow: &mut Flow) {
    flow.begin_cell();
    if let Some(cell) = cell {
        let style = TextStyle {
            bold: cell.is_bold,
            struck: cell.is_struck,
            size: None,
        };
        for line in cell.text.lines() {
            flow.begin_paragraph(ParagraphStyle::default());
            flow.push(&line.replace('\t', " "), style);
            flow.end_paragraph();
        }
    }
    flow.end_cell();
}

#[cfg(test)]
mod tests;
