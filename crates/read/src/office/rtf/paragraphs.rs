//! Paragraphs and tables of RTF, which have no element around them.
//!
//! A paragraph begins with its first character and ends with `\par`; it is in a table if `\intbl` was said
//! of it, and `\cell` and `\row` end cells and rows.

use diarium_document::Failure;

use super::{
    super::flow::{Flow, FlowPage, Marker, ParagraphStyle, TextStyle},
    fonts::StyleSheet,
};

/// Twips of a point.
const TWIPS: f32 = 20.0;

/// Tables inside each other, at most.
const MAX_TABLES: usize = 30;

/// Properties of the paragraph to come.
#[derive(Debug, Clone, Default)]
struct Properties {
    style: i32,
    outline: Option<u8>,
    before: f32,
    after: f32,
    /// How many tables it is in.
    tables: usize,
    breaks_page: bool,
}

/// Reports paragraphs and tables to a flow.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    pub(super) flow: Flow,
    properties: Properties,
    /// A paragraph was begun in the flow.
    is_open: bool,
    marker: Option<Marker>,
    /// For each open table whether a cell is open.
    tables: Vec<bool>,
    /// The tables around open text boxes.
    outer_tables: Vec<(Vec<bool>, bool, Properties)>,
    /// The section begins on the page on which the one before ends.
    is_continuous: bool,
}

impl Paragraphs {
    /// Reads a control word.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>, styles: &StyleSheet) {
        let length = || f32::from(i16::try_from(number.unwrap_or(0)).unwrap_or(0)) / TWIPS;
        match word {
            // The bullet of a paragraph stands before this word.
            "pard" => self.properties = Properties::default(),
            "sectd" => self.is_continuous = false,
            "sbknone" | "sbkcol" => self.is_continuous = true,
            "s" => self.properties.style = number.unwrap_or(0),
            "outlinelevel" => {
                self.properties.outline = number.and_then(|level| u8::try_from(level).ok());
            }
            "sb" => self.properties.before = length(),
            "sa" => self.properties.after = length(),
            "pagebb" => self.properties.breaks_page = number != Some(0),
            "intbl" => self.properties.tables = self.properties.tables.max(1),
            "itap" => {
                let depth = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
                self.properties.tables = depth.min(MAX_TABLES);
            }
            "par" => {
                self.begin(styles);
                self.end_paragraph();
            }
            "line" | "lbr" | "column" => {
                self.begin(styles);
                self.flow.break_line();
            }
            "page" | "softpage" => self.flow.break_page(),
            "cell" => self.end_cell(1, styles),
            "row" => self.end_row(1),
            "nestcell" => self.end_cell(self.properties.tables.max(2), styles),
            "nestrow" => self.end_row(self.properties.tables.max(2)),
            _ => {}
        }
    }

    /// Sets the bullet or number of the paragraph to come, as it is printed.
    pub(super) fn set_marker(&mut self, text: &str) {
        let text = text.trim();
        let mut characters = text.chars();
        self.marker = match (characters.next(), characters.next()) {
            (None, _) => None,
            (Some(it), None) if matches!(it, '☐' | '☒') => Some(Marker::Bullet(it)),
            (Some(it), None) if !it.is_alphanumeric() => Some(Marker::Bullet('•')),
            // The letter o is the bullet of a second level.
            (Some('o'), None) => Some(Marker::Bullet('•')),
            _ => Some(Marker::Number(text.to_owned())),
        };
    }

    pub(super) fn push(&mut self, text: &str, style: TextStyle, styles: &StyleSheet) {
        self.begin(styles);
        self.flow.push(text, style);
    }

    pub(super) fn push_tab(&mut self, style: TextStyle, styles: &StyleSheet) {
        self.begin(styles);
        self.flow.push_tab(style);
    }

    pub(super) fn end_paragraph(&mut self) {
        self.flow.end_paragraph();
        self.is_open = false;
    }

    pub(super) fn end_section(&mut self) {
        self.end_paragraph();
        self.close_tables(0);
        if !self.is_continuous {
            self.flow.break_page();
        }
        self.flow.begin_section();
    }

    pub(super) fn begin_text_box(&mut self) {
        self.flow.begin_text_box();
        let tables = std::mem::take(&mut self.tables);
        let is_open = std::mem::take(&mut self.is_open);
        let properties = std::mem::take(&mut self.properties);
        self.outer_tables.push((tables, is_open, properties));
    }

    pub(super) fn end_text_box(&mut self) {
        self.end_paragraph();
        self.close_tables(0);
        self.flow.end_text_box();
        if let Some((tables, _, properties)) = self.outer_tables.pop() {
            self.tables = tables;
            self.properties = properties;
            // The paragraph that the box is anchored in goes on.
            self.is_open = true;
        }
    }

    /// All pages.
    ///
    /// # Errors
    /// If there is more text than the limits allow.
    pub(super) fn finish(self) -> Result<Vec<FlowPage>, Failure> {
        self.flow.finish()
    }

    /// Begins a paragraph, unless one is open, in the table that it belongs to.
    fn begin(&mut self, styles: &StyleSheet) {
        if self.is_open {
            return;
        }
        self.open_tables(self.properties.tables);
        if self.properties.breaks_page {
            self.flow.break_page();
        }
        let level = self.properties.outline.filter(|level| *level < 9);
        let heading = level.map(|level| level.saturating_add(1));
        let heading = heading.or_else(|| styles.heading(self.properties.style));
        let marker = self.marker.take();
        let is_bullet = matches!(marker, Some(Marker::Bullet(_)));
        self.flow.begin_paragraph(ParagraphStyle {
            heading,
            marker: marker.filter(|_| !(is_bullet && heading.is_some())),
            before: self.properties.before,
            after: self.properties.after,
        });
        self.is_open = true;
    }

    /// Opens or closes tables until so many are open, the last with an open cell.
    fn open_tables(&mut self, depth: usize) {
        self.close_tables(depth);
        while self.tables.len() < depth {
            self.open_cell();
            self.flow.begin_table();
            self.tables.push(false);
        }
        self.open_cell();
    }

    fn open_cell(&mut self) {
        if let Some(in_cell) = self.tables.last_mut().filter(|in_cell| !**in_cell) {
            *in_cell = true;
            self.flow.begin_cell();
        }
    }

    fn close_tables(&mut self, depth: usize) {
        while self.tables.len() > depth {
            self.tables.pop();
            self.flow.end_table();
        }
    }

    fn end_cell(&mut self, depth: usize, styles: &StyleSheet) {
        let depth = depth.min(MAX_TABLES);
        if !self.is_open {
            // An empty cell; it may have been said of the row only that it is in a table.
            self.properties.tables = self.properties.tables.max(depth);
            self.begin(styles);
        }
        self.end_paragraph();
        self.close_tables(depth);
        if let Some(in_cell) = self.tables.last_mut().filter(|in_cell| **in_cell) {
            *in_cell = false;
            self.flow.end_cell();
        }
    }

    fn end_row(&mut self, depth: usize) {
        self.end_paragraph();
        self.close_tables(depth);
        if self.tables.len() == depth {
            self.flow.end_row();
            if let Some(in_cell) = self.tables.last_mut() {
                *in_cell = false;
            }
        }
    }
}
