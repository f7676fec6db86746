//! Workbooks in the XML format of Excel: `.xlsx`, `.xlsm`, `.xltx`.
//!
//! The values of formulas are those that the program stored. A crate that gives the values of cells would
//! not do: what a cell shows depends on its number format, and hidden rows are no part of its answer.

use std::collections::{BTreeMap, BTreeSet};

use diarium_document::{Failure, Heartbeat, RawDocument};

use super::{
    super::{
        package::Package,
        parts::{self, Parts},
        stated_title,
        xml::{Element, Node, Tree, Xml},
    },
    Cell, MAX_SHEETS, Sheet, Workbook,
    number_format::{NumberFormat, built_in, general},
};

/// The media type of workbooks.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Rows that are examined for merged cells, at most, in all sheets together.
const MAX_MERGED_ROWS: usize = 2_000_000;

/// Reads a workbook.
///
/// # Errors
/// If the package is damaged beyond reading or exceeds the limits, or no sheet has text.
pub(in super::super) fn read(
    mut package: Package<'_>,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let parts = Parts::of(&mut package, "xl/workbook.xml", heartbeat)?;
    let tree = parts::tree(&mut package, &parts.main, heartbeat)?;
    let formats = parts::tree(&mut package, &parts.with_role("styles"), heartbeat)?;
    let strings = package
        .xml(&parts.with_role("sharedStrings"))?
        .unwrap_or_default();
    let properties = tree
        .child("workbookPr")
        .and_then(|it| it.attribute("date1904"));
    let mut reader = Reader {
        strings: shared_strings(&strings, heartbeat),
        formats: Formats::of(&formats),
        is_1904: matches!(properties, Some("1" | "true" | "on")),
        merged_rows: 0,
        heartbeat,
    };
    let mut workbook = Workbook {
        title: stated_title(&mut package, "docProps/core.xml", heartbeat)?,
        ..Workbook::default()
    };
    let sheets = tree
        .child("sheets")
        .map(|it| it.children.as_slice())
        .unwrap_or_default();
    for stated in sheets.iter().take(MAX_SHEETS) {
        if matches!(stated.attribute("state"), Some("hidden" | "veryHidden")) {
            workbook.hidden_sheets = workbook.hidden_sheets.saturating_add(1);
            continue;
        }
        let part = stated.attribute("id").and_then(|id| parts.with_id(id));
        let Some(part) = part.map(str::to_owned) else {
            workbook.is_damaged = true;
            continue;
        };
        let name = stated.attribute("name").unwrap_or_default();
        let sheet = reader.sheet(&mut package, &part, name, &mut workbook)?;
        workbook.sheets.push(sheet);
    }
    workbook.is_damaged |= package.is_damaged;
    workbook.into_document(XLSX)
}

/// What all sheets share.
struct Reader<'h> {
    strings: Vec<String>,
    formats: Formats,
    is_1904: bool,
    merged_rows: usize,
    heartbeat: &'h Heartbeat,
}

impl Reader<'_> {
    fn sheet(
        &mut self,
        package: &mut Package<'_>,
        part: &str,
        name: &str,
        workbook: &mut Workbook,
    ) -> Result<Sheet, Failure> {
        let Some(text) = package.xml(part)? else {
            workbook.is_damaged = true;
            return Ok(Sheet::default());
        };
        let mut walk = Walk {
            sheet: Sheet {
                name: name.to_owned(),
                ..Sheet::default()
            },
            ..Walk::default()
        };
        let mut xml = Xml::new(&text, self.heartbeat);
        while let Some(node) = xml.next() {
            if !self.node(node, &mut xml, &mut walk, workbook) {
                break;
            }
        }
        workbook.is_damaged |= xml.is_damaged;
        let Walk {
            mut sheet,
            merged,
            controls,
            ..
        } = walk;
        self.uncover(&mut sheet, &merged);
        sheet.hide_columns();
        let related = Parts::beside(package, part, self.heartbeat)?;
        workbook.has_comments |=
            related.has_role("comments") || related.has_role("threadedComment");
        let boxes = boxes(package, &related, &controls, self.heartbeat)?;
        for drawing in related.all_with_role("drawing") {
            let drawing = package.xml(&drawing)?.unwrap_or_default();
            sheet
                .shapes
                .extend(shapes(&drawing, &boxes, self.heartbeat));
        }
        Ok(sheet)
    }

    /// Reads a node of a sheet. `false` if there are too many cells.
    fn node(
        &self,
        node: Node<'_>,
        xml: &mut Xml<'_>,
        walk: &mut Walk,
        workbook: &mut Workbook,
    ) -> bool {
        match node {
            Node::Open(element) => self.open(&element, xml, walk),
            Node::Text(text) => {
                if let Some(collected) = &mut walk.text {
                    collected.push_str(&text);
                }
            }
            Node::Close(closed) => match closed.name() {
                "v" => {
                    walk.value = walk.text.take().unwrap_or_default();
                }
                "t" => {
                    let text = walk.text.take().unwrap_or_default();
                    walk.inline.push_str(&text);
                }
                "oddHeader" => {
                    let text = walk.text.take().unwrap_or_default();
                    walk.sheet.header = header_lines(&text);
                }
                "oddFooter" => {
                    let text = walk.text.take().unwrap_or_default();
                    walk.sheet.footer = header_lines(&text);
                }
                "c" => {
                    let cell = self.cell(walk);
                    // A formula may well have an empty text as its result.
                    let is_lost = walk.has_formula && walk.value.is_empty() && walk.kind != "str";
                    workbook.uncomputed = workbook.uncomputed.saturating_add(usize::from(is_lost));
                    let (row, column) = (walk.row, walk.column);
                    walk.column = walk.column.saturating_add(1);
                    if walk.is_row_hidden {
                        walk.has_hidden_text |= !cell.text.trim().is_empty();
                        return true;
                    }
                    return workbook.add(&mut walk.sheet, row, column, cell);
                }
                "row" => {
                    let is_lost = std::mem::take(&mut walk.has_hidden_text);
                    walk.sheet.hidden_rows =
                        walk.sheet.hidden_rows.saturating_add(usize::from(is_lost));
                    walk.row = walk.row.saturating_add(1);
                }
                _ => {}
            },
        }
        true
    }

    fn open(&self, element: &Element<'_>, xml: &mut Xml<'_>, walk: &mut Walk) {
        let number = |name: &str| {
            element
                .attribute(name)
                .and_then(|it| it.parse::<u32>().ok())
        };
        let is = |name: &str| {
            matches!(
                element.attribute(name).as_deref(),
                Some("1" | "true" | "on")
            )
        };
        match element.name() {
            "col" if is("hidden") => {
                let range = number("min").zip(number("max"));
                if let Some((first, last)) = range {
                    walk.sheet.hidden_ranges.push(first.saturating_sub(1)..last);
                }
            }
            "row" => {
                walk.row = number("r").map_or(walk.row, |row| row.saturating_sub(1));
                walk.column = 0;
                walk.is_row_hidden = is("hidden");
            }
            "c" => {
                if let Some((_, column)) = element.attribute("r").and_then(|it| position(&it)) {
                    walk.column = column;
                }
                walk.kind = element.attribute("t").unwrap_or_default();
                walk.style = number("s").unwrap_or(0);
                walk.has_formula = false;
                walk.value.clear();
                walk.inline.clear();
            }
            "v" | "t" | "oddHeader" | "oddFooter" => walk.text = Some(String::new()),
            "f" => {
                walk.has_formula = true;
                xml.skip();
            }
            "rPh" | "extLst" => xml.skip(),
            "mergeCell" => {
                let area = element.attribute("ref").unwrap_or_default();
                let area = area.split_once(':');
                if let Some((first, last)) =
                    area.and_then(|(first, last)| position(first).zip(position(last)))
                {
                    walk.merged.push((first, last));
                }
            }
            "control" => {
                let ids = element.attribute("shapeId").zip(element.attribute("id"));
                walk.controls.extend(ids);
            }
            // Of a control's two versions the newer one.
            "Fallback" => xml.skip(),
            _ => {}
        }
    }

    /// The cell that was read, with the text that it shows.
    fn cell(&self, walk: &Walk) -> Cell {
        let format = self.formats.of_cell(walk.style);
        let value = walk.value.as_str();
        let number = || value.trim().parse::<f64>().ok();
        let text = match walk.kind.as_str() {
            "s" => {
                let index = value.trim().parse::<usize>().ok();
                index
                    .and_then(|index| self.strings.get(index))
                    .cloned()
                    .unwrap_or_default()
            }
            "inlineStr" => walk.inline.clone(),
            "b" => (if value.trim() == "1" { "TRUE" } else { "FALSE" }).to_owned(),
            "str" | "e" | "d" => value.to_owned(),
            _ => match (number(), format) {
                (Some(number), Some(format)) => format.number.show(number, self.is_1904),
                (Some(number), None) => general(number),
                (None, _) => value.to_owned(),
            },
        };
        Cell {
            text,
            is_bold: format.is_some_and(|format| format.is_bold),
            is_struck: format.is_some_and(|format| format.is_struck),
        }
    }

    /// Removes the cells that merged ones cover.
    fn uncover(&mut self, sheet: &mut Sheet, merged: &[CellRange]) {
        for ((first_row, first_column), (last_row, last_column)) in merged {
            if first_row > last_row {
                continue;
            }
            for (row, cells) in sheet.rows.range_mut(first_row..=last_row) {
                self.merged_rows = self.merged_rows.saturating_add(1);
                if self.merged_rows > MAX_MERGED_ROWS {
                    return;
                }
                let is_first = row == first_row;
                cells.retain(|column, _| {
                    !(first_column..=last_column).contains(&column)
                        || is_first && column == first_column
                });
            }
        }
        sheet.rows.retain(|_, row| !row.is_empty());
    }
}

/// The row and column of the first and of the last cell of a range.
type CellRange = ((u32, u32), (u32, u32));

/// A sheet while it is read.
#[derive(Default)]
struct Walk {
    sheet: Sheet,
    row: u32,
    column: u32,
    is_row_hidden: bool,
    /// Something in the hidden row is left out.
    has_hidden_text: bool,
    kind: String,
    has_formula: bool,
    style: u32,
    text: Option<String>,
    value: String,
    inline: String,
    merged: Vec<CellRange>,
    /// The shapes of form controls, and the relationships to their parts.
    controls: BTreeMap<String, String>,
}

/// Row and column of a cell, from 0, such as `B12`.
fn position(reference: &str) -> Option<(u32, u32)> {
    let mut column = 0_u32;
    let mut row = 0_u32;
    for character in reference.chars().filter(|it| *it != '$') {
        match character {
            'A'..='Z' => {
                let letter = u32::from(character) - u32::from('A') + 1;
                column = column.checked_mul(26)?.checked_add(letter)?;
            }
            '0'..='9' => row = row.checked_mul(10)?.checked_add(character.to_digit(10)?)?,
            _ => return None,
        }
    }
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

/// The strings that cells share, without their phonetic readings.
fn shared_strings(text: &str, heartbeat: &Heartbeat) -> Vec<String> {
    let mut xml = Xml::new(text, heartbeat);
    let mut strings = Vec::new();
    let mut current = String::new();
    let mut in_text = false;
    while let Some(node) = xml.next() {
        match node {
            Node::Open(element) => match element.name() {
                "t" => in_text = true,
                "rPh" => xml.skip(),
                _ => {}
            },
            Node::Text(text) if in_text => current.push_str(&text),
            Node::Text(_) => {}
            Node::Close(closed) => match closed.name() {
                "t" => in_text = false,
                "si" => strings.push(std::mem::take(&mut current)),
                _ => {}
            },
        }
    }
    strings
}

/// How the cells of a style look.
#[derive(Debug)]
struct CellFormat {
    number: NumberFormat,
    is_bold: bool,
    is_struck: bool,
}

/// The cell styles.
#[derive(Debug, Default)]
struct Formats(Vec<CellFormat>);

impl Formats {
    fn of(tree: &Tree) -> Self {
        let children = |name: &str| {
            tree.child(name)
                .map(|it| it.children.as_slice())
                .unwrap_or_default()
        };
        let codes: BTreeMap<u32, &str> = children("numFmts")
            .iter()
            .filter_map(|it| {
                Some((
                    it.attribute("numFmtId")?.parse().ok()?,
                    it.attribute("formatCode")?,
                ))
            })
            .collect();
        let fonts = children("fonts");
        let format = |style: &Tree| {
            let number = |name: &str| {
                style
                    .attribute(name)
                    .and_then(|it| it.parse::<u32>().ok())
                    .unwrap_or(0)
            };
            let id = number("numFmtId");
            let code = codes.get(&id).copied().unwrap_or_else(|| built_in(id));
            let font = usize::try_from(number("fontId"))
                .ok()
                .and_then(|index| fonts.get(index));
            let has = |name: &str| font.and_then(|font| font.switch(name)) == Some(true);
            CellFormat {
                number: NumberFormat::parse(code),
                is_bold: has("b"),
                is_struck: has("strike"),
            }
        };
        Self(children("cellXfs").iter().map(format).collect())
    }

    fn of_cell(&self, style: u32) -> Option<&CellFormat> {
        self.0.get(usize::try_from(style).ok()?)
    }
}

/// The lines of a header: its parts at the left, in the middle and at the right, without codes.
fn header_lines(text: &str) -> Vec<String> {
    let mut written = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '&' {
            written.push(character);
            continue;
        }
        match characters.next() {
            Some('L' | 'C' | 'R') => written.push('\t'),
            Some('&') => written.push('&'),
            Some('P') => written.push(super::super::flow::PAGE_NUMBER),
            Some('N') => written.push(super::super::flow::PAGE_COUNT),
            // A font and its style.
            Some('"') => drop(characters.by_ref().take_while(|it| *it != '"').count()),
            Some('K') => drop(characters.by_ref().take(6).count()),
            Some('0'..='9') => while characters.next_if(char::is_ascii_digit).is_some() {},
            // Date, time, names of the file and the sheet, and styles.
            _ => {}
        }
    }
    let lines = written.lines().map(|line| line.trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// The state of the form controls that are boxes, by the identifier of their shape.
fn boxes(
    package: &mut Package<'_>,
    related: &Parts,
    controls: &BTreeMap<String, String>,
    heartbeat: &Heartbeat,
) -> Result<BTreeMap<String, bool>, Failure> {
    let mut boxes = BTreeMap::new();
    for (shape, id) in controls {
        let Some(part) = related.with_id(id) else {
            continue;
        };
        let control = parts::tree(package, part, heartbeat)?;
        if matches!(control.attribute("objectType"), Some("CheckBox" | "Radio")) {
            let is_checked = control.attribute("checked") == Some("Checked");
            boxes.insert(shape.clone(), is_checked);
        }
    }
    Ok(boxes)
}

/// The texts of the shapes of a drawing, with their boxes if they are form controls.
fn shapes(drawing: &str, boxes: &BTreeMap<String, bool>, heartbeat: &Heartbeat) -> Vec<String> {
    let mut xml = Xml::new(drawing, heartbeat);
    let mut shapes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut current = String::new();
    let mut id = String::new();
    let mut in_text = false;
    while let Some(node) = xml.next() {
        match node {
            Node::Open(element) => match element.name() {
                "cNvPr" => id = element.attribute("id").unwrap_or_default(),
                "t" => in_text = true,
                "br" => current.push('\n'),
                "Fallback" => xml.skip(),
                _ => {}
            },
            Node::Text(text) if in_text => current.push_str(&text),
            Node::Text(_) => {}
            Node::Close(closed) => match closed.name() {
                "t" => in_text = false,
                "p" => current.push('\n'),
                "sp" => {
                    let text = std::mem::take(&mut current);
                    let text = match boxes.get(&id).filter(|_| seen.insert(id.clone())) {
                        Some(true) => format!("☒ {}", text.trim()),
                        Some(false) => format!("☐ {}", text.trim()),
                        None => text.trim().to_owned(),
                    };
                    shapes.push(text);
                }
                _ => {}
            },
        }
    }
    shapes.retain(|shape| !shape.is_empty());
    shapes
}
