//! Spreadsheets of LibreOffice: `.ods`, and flat ones. Their cells state the text that they show.

use diarium_document::{Failure, Heartbeat, RawDocument};

use super::{
    super::{
        odt::styles::Styles,
        package::{OpenDocument, Package},
        title_in,
        xml::{Element, Node, Xml},
    },
    Cell, MAX_SHEETS, Sheet, Workbook,
    number_format::general,
};

/// The media type of spreadsheets.
const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// How often a row with text is repeated, at most. A sheet repeats blank rows a million times.
const MAX_REPEATED_ROWS: u32 = 1_000;

/// How often a cell with text is repeated, at most.
const MAX_REPEATED_CELLS: u32 = 200;

/// Reads a spreadsheet.
///
/// # Errors
/// If the package is encrypted, damaged beyond reading or exceeds the limits, or no sheet has text.
pub(in super::super) fn read(
    mut package: Package<'_>,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let OpenDocument {
        content,
        styles: common,
        meta,
    } = OpenDocument::read(&mut package)?;
    let mut styles = Styles::default();
    styles.add(&common, false, heartbeat);
    styles.add(&content, true, heartbeat);
    let mut reader = Reader {
        workbook: Workbook {
            title: title_in(&meta, heartbeat),
            is_damaged: package.is_damaged,
            ..Workbook::default()
        },
        styles,
        sheet: None,
        row: Row::default(),
        cell: None,
        in_paragraph: false,
    };
    let mut xml = Xml::new(&content, heartbeat);
    while let Some(node) = xml.next() {
        let is_within_limits = match node {
            Node::Open(element) => reader.open(&element, &mut xml),
            Node::Close(closed) => reader.close(closed.name()),
            Node::Text(text) => {
                reader.text(&text);
                true
            }
        };
        if !is_within_limits {
            break;
        }
    }
    reader.end_sheet();
    reader.workbook.is_damaged |= xml.is_damaged;
    reader.workbook.into_document(ODS)
}

/// A row while it is read.
#[derive(Debug, Default)]
struct Row {
    number: u32,
    column: u32,
    repeated: u32,
    is_hidden: bool,
    cells: Vec<(u32, Cell)>,
}

/// A cell while it is read.
#[derive(Debug, Default)]
struct OpenCell {
    cell: Cell,
    /// The value, for programs that do not state what the cell shows.
    value: Option<String>,
    repeated: u32,
}

struct Reader {
    workbook: Workbook,
    styles: Styles,
    sheet: Option<Sheet>,
    row: Row,
    cell: Option<OpenCell>,
    in_paragraph: bool,
}

impl Reader {
    /// `false` if there are too many sheets.
    fn open(&mut self, element: &Element<'_>, xml: &mut Xml<'_>) -> bool {
        let repeated = |name: &str| {
            let count = element
                .attribute(name)
                .and_then(|it| it.parse::<u32>().ok());
            count.unwrap_or(1)
        };
        match element.name() {
            "table" if self.sheet.is_none() => {
                let style = element.attribute("style-name");
                let is_hidden = self.styles.find("table", style.as_deref(), |it| {
                    it.is_hidden_table.then_some(())
                });
                if is_hidden.is_some() {
                    self.workbook.hidden_sheets = self.workbook.hidden_sheets.saturating_add(1);
                    xml.skip();
                    return true;
                }
                self.row = Row::default();
                self.sheet = Some(Sheet {
                    name: element.attribute("name").unwrap_or_default(),
                    ..Sheet::default()
                });
                return self.workbook.sheets.len() < MAX_SHEETS;
            }
            "table-row" => {
                let visibility = element.attribute("visibility");
                self.row.column = 0;
                self.row.cells.clear();
                self.row.repeated = repeated("number-rows-repeated");
                self.row.is_hidden = matches!(visibility.as_deref(), Some("collapse" | "filter"));
            }
            "table-column" => self.column(element, repeated("number-columns-repeated")),
            "covered-table-cell" => {
                let count = repeated("number-columns-repeated");
                self.row.column = self.row.column.saturating_add(count);
                xml.skip();
            }
            "table-cell" => self.open_cell(element, repeated("number-columns-repeated")),
            "annotation" => {
                self.workbook.has_comments = true;
                xml.skip();
            }
            "tracked-changes"
            | "automatic-styles"
            | "styles"
            | "master-styles"
            | "forms"
            | "content-validations"
            | "data-pilot-tables"
            | "object"
            | "image"
            | "binary-data"
            | "desc"
            | "label-ranges"
            | "database-ranges" => xml.skip(),
            "p" => self.in_paragraph = true,
            "s" => self.text(" "),
            "line-break" => self.text("\n"),
            _ => {}
        }
        true
    }

    fn open_cell(&mut self, element: &Element<'_>, repeated: u32) {
        let style = element.attribute("style-name");
        let characters = self.styles.characters("table-cell", style.as_deref());
        let value = [
            "value",
            "date-value",
            "time-value",
            "string-value",
            "boolean-value",
        ]
        .iter()
        .find_map(|name| element.attribute(name));
        let value = value.map(|value| value.parse().map_or(value, general));
        self.cell = Some(OpenCell {
            cell: Cell {
                text: String::new(),
                is_bold: characters.bold == Some(true),
                is_struck: characters.struck == Some(true),
            },
            value,
            repeated,
        });
    }

    /// Notes columns that are hidden.
    fn column(&mut self, element: &Element<'_>, repeated: u32) {
        let from = self.row.column;
        self.row.column = from.saturating_add(repeated);
        let visibility = element.attribute("visibility");
        if matches!(visibility.as_deref(), Some("collapse" | "filter"))
            && let Some(sheet) = &mut self.sheet
        {
            sheet.hidden_ranges.push(from..self.row.column);
        }
    }

    fn text(&mut self, text: &str) {
        if !self.in_paragraph {
            return;
        }
        let text = text.replace(['\r', '\t'], " ");
        match (&mut self.cell, &mut self.sheet) {
            (Some(open), _) => open.cell.text.push_str(&text),
            (None, Some(sheet)) => match sheet.shapes.last_mut() {
                Some(last) => last.push_str(&text),
                None => sheet.shapes.push(text),
            },
            (None, None) => {}
        }
    }

    /// `false` if there are too many cells.
    fn close(&mut self, name: &str) -> bool {
        match name {
            "p" => {
                self.text("\n");
                self.in_paragraph = false;
            }
            "table-cell" => self.close_cell(),
            "table-row" => return self.close_row(),
            "table" if self.cell.is_none() => self.end_sheet(),
            _ => {}
        }
        true
    }

    fn close_cell(&mut self) {
        let Some(OpenCell {
            mut cell,
            value,
            repeated,
        }) = self.cell.take()
        else {
            return;
        };
        cell.text.truncate(cell.text.trim_end().len());
        if cell.text.is_empty() {
            cell.text = value.unwrap_or_default();
        }
        let column = self.row.column;
        self.row.column = column.saturating_add(repeated);
        if cell.text.is_empty() {
            return;
        }
        for offset in 0..repeated.min(MAX_REPEATED_CELLS) {
            self.row
                .cells
                .push((column.saturating_add(offset), cell.clone()));
        }
    }

    fn close_row(&mut self) -> bool {
        let number = self.row.number;
        self.row.number = number.saturating_add(self.row.repeated);
        let Some(sheet) = &mut self.sheet else {
            return true;
        };
        if self.row.is_hidden {
            let count = usize::from(!self.row.cells.is_empty());
            sheet.hidden_rows = sheet.hidden_rows.saturating_add(count);
            return true;
        }
        if self.row.cells.is_empty() {
            return true;
        }
        self.workbook.is_damaged |= self.row.repeated > MAX_REPEATED_ROWS;
        for offset in 0..self.row.repeated.min(MAX_REPEATED_ROWS) {
            for (column, cell) in &self.row.cells {
                let row = number.saturating_add(offset);
                if !self.workbook.add(sheet, row, *column, cell.clone()) {
                    return false;
                }
            }
        }
        true
    }

    fn end_sheet(&mut self) {
        if let Some(mut sheet) = self.sheet.take() {
            sheet.hide_columns();
            self.workbook.sheets.push(sheet);
        }
        self.cell = None;
    }
}
