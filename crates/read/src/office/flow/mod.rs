//! Flow: paragraphs and tables of a word processor, as pages of lines.
//!
//! A reader reports what it meets in document order: paragraphs with their text, tables with rows and
//! cells, text boxes, page breaks. [`Flow`] makes lines of that. `row` decides how a table row is written,
//! `pages` adds headers and footers and builds the document's pages.

mod line;
mod pages;
mod row;

use diarium_document::{Failure, FailureCode, LineEnd, LineRole};

pub(super) use line::{FlowLine, TextStyle};
pub(super) use pages::{Edge, Edges, PAGE_COUNT, PAGE_NUMBER, into_pages};

/// Bytes of text, at most, as in texts.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Lines, at most. A line costs some 160 bytes, whatever is in it.
const MAX_LINES: usize = 4_000_000;

/// Pages, at most; what follows is on the last one.
const MAX_PAGES: usize = 10_000;

/// Tables and text boxes inside each other, at most. What is deeper is read as text.
const MAX_FRAMES: usize = 64;

/// Characters of a paragraph that stands alone, although no space separates it from others.
// A line of A4 has some 80; a longer paragraph is running text and no row of a form.
const PROSE: usize = 90;

/// Space in points between paragraphs that readers see as a gap.
const GAP_POINTS: f32 = 3.0;

/// The properties of a paragraph.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ParagraphStyle {
    /// The level of a heading.
    pub(super) heading: Option<u8>,
    /// The bullet or number before its text.
    pub(super) marker: Option<Marker>,
    /// Space above it in points.
    pub(super) before: f32,
    /// Space below it in points.
    pub(super) after: f32,
}

/// What is printed before the text of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    /// A bullet or a checkbox.
    Bullet(char),
    /// A number, such as `2.1` or `a)`.
    Number(String),
}

/// One page of the flow, without header and footer.
#[derive(Debug, Default)]
pub(super) struct FlowPage {
    pub(super) lines: Vec<FlowLine>,
    /// The index of its section, which has its own header.
    pub(super) section: usize,
}

/// The paragraph that is being read.
#[derive(Debug, Default)]
struct Paragraph {
    style: ParagraphStyle,
    line: FlowLine,
    /// Whether a line of it was written.
    is_continued: bool,
    /// The lines of text boxes that are anchored in it.
    boxes: Vec<FlowLine>,
}

/// An open table or text box.
#[derive(Debug)]
enum Frame {
    Table {
        /// The cells of the current row.
        row: Vec<Vec<FlowLine>>,
        /// Whether a cell is open; it is the last of the row.
        in_cell: bool,
        is_first_row: bool,
    },
    TextBox {
        /// The paragraph in which it is anchored.
        anchor: Option<Paragraph>,
        lines: Vec<FlowLine>,
    },
}

/// Collects the lines of a document.
#[derive(Debug)]
pub(super) struct Flow {
    pages: Vec<FlowPage>,
    frames: Vec<Frame>,
    /// Frames that were too deep to be opened.
    ignored_frames: usize,
    paragraph: Option<Paragraph>,
    section: usize,
    /// A page begins as soon as the tables are closed.
    pending_page: bool,
    /// White space precedes the next line.
    pending_gap: bool,
    /// Space below the last paragraph.
    after: f32,
    last_was_prose: bool,
    bytes: usize,
    lines: usize,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            pages: vec![FlowPage::default()],
            frames: Vec::new(),
            ignored_frames: 0,
            paragraph: None,
            section: 0,
            pending_page: false,
            pending_gap: false,
            after: 0.0,
            last_was_prose: false,
            bytes: 0,
            lines: 0,
        }
    }
}

impl Flow {
    /// Begins a paragraph; an open one ends.
    pub(super) fn begin_paragraph(&mut self, style: ParagraphStyle) {
        self.end_paragraph();
        if self.after.max(style.before) >= GAP_POINTS {
            self.pending_gap = true;
        }
        self.paragraph = Some(Paragraph {
            style,
            ..Paragraph::default()
        });
    }

    /// Adds text to the paragraph; without one, it begins one.
    pub(super) fn push(&mut self, text: &str, style: TextStyle) {
        if self.is_full() {
            return;
        }
        self.bytes = self.bytes.saturating_add(text.len());
        self.paragraph
            .get_or_insert_default()
            .line
            .push(text, style);
    }

    /// Adds a tab, which separates the cells of a line. In a table, where cells are separated already, and
    /// behind the number of a heading it is a space.
    pub(super) fn push_tab(&mut self, style: TextStyle) {
        let in_table = self
            .frames
            .iter()
            .any(|frame| matches!(frame, Frame::Table { .. }));
        let line = &mut self.paragraph.get_or_insert_default().line;
        let tab = if in_table || line.is_number() {
            " "
        } else {
            "\t"
        };
        self.push(tab, style);
    }

    /// Ends the line at the author's line break.
    pub(super) fn break_line(&mut self) {
        self.end_line(LineEnd::Hard);
    }

    /// Ends the paragraph. An empty one is a gap.
    pub(super) fn end_paragraph(&mut self) {
        let Some(paragraph) = &self.paragraph else {
            return;
        };
        let is_empty = paragraph.line.is_blank() && !paragraph.is_continued;
        let is_prose = paragraph.line.text.chars().count() > PROSE;
        self.after = paragraph.style.after;
        if is_prose || self.last_was_prose {
            self.pending_gap = true;
        }
        self.last_was_prose = is_prose;
        self.end_line(LineEnd::Hard);
        self.pending_gap |= is_empty;
        if let Some(paragraph) = self.paragraph.take() {
            for line in paragraph.boxes {
                self.write(line);
            }
        }
    }

    /// Begins a page, in a table at the row that is open.
    pub(super) fn break_page(&mut self) {
        if !self.frames.is_empty() {
            self.pending_page = true;
            return;
        }
        let is_blank = self.paragraph.as_ref().is_none_or(|it| it.line.is_blank());
        if !is_blank {
            self.end_line(LineEnd::Soft);
        }
        self.start_page();
    }

    /// Begins a section with a header of its own.
    pub(super) fn begin_section(&mut self) {
        self.section = self.section.saturating_add(1);
        if let Some(page) = self.pages.last_mut().filter(|page| page.lines.is_empty()) {
            page.section = self.section;
        }
    }

    /// Begins a table.
    pub(super) fn begin_table(&mut self) {
        self.end_paragraph();
        self.open(Frame::Table {
            row: Vec::new(),
            in_cell: false,
            is_first_row: true,
        });
    }

    /// Begins a cell of the table's current row.
    pub(super) fn begin_cell(&mut self) {
        self.end_paragraph();
        if let Some(Frame::Table { row, in_cell, .. }) = self.frames.last_mut() {
            row.push(Vec::new());
            *in_cell = true;
        }
    }

    /// Ends a cell.
    pub(super) fn end_cell(&mut self) {
        self.end_paragraph();
        if let Some(Frame::Table { in_cell, .. }) = self.frames.last_mut() {
            *in_cell = false;
        }
        self.pending_gap = false;
        self.after = 0.0;
        self.last_was_prose = false;
    }

    /// Ends a row, and writes it.
    pub(super) fn end_row(&mut self) {
        self.end_cell();
        let Some(Frame::Table {
            row, is_first_row, ..
        }) = self.frames.last_mut()
        else {
            return;
        };
        let cells = std::mem::take(row);
        let mut lines = row::lines_of(cells);
        if std::mem::take(is_first_row)
            && let Some(first) = lines.first_mut()
        {
            first.gap_before = true;
        }
        let Some(table) = self.frames.pop() else {
            return;
        };
        if self.frames.is_empty() && std::mem::take(&mut self.pending_page) {
            self.start_page();
        }
        for line in lines {
            self.write(line);
        }
        self.frames.push(table);
    }

    /// Forgets the current row: its deletion is a tracked change, or it is hidden.
    pub(super) fn drop_row(&mut self) {
        self.end_cell();
        if let Some(Frame::Table { row, .. }) = self.frames.last_mut() {
            row.clear();
        }
    }

    /// Ends a table.
    pub(super) fn end_table(&mut self) {
        self.end_row();
        if matches!(self.frames.last(), Some(Frame::Table { .. })) {
            self.close();
            self.pending_gap = true;
        }
    }

    /// Begins a text box, which is written behind the paragraph that it is anchored in.
    pub(super) fn begin_text_box(&mut self) {
        if self.frames.len() >= MAX_FRAMES {
            self.end_paragraph();
            self.ignored_frames = self.ignored_frames.saturating_add(1);
            return;
        }
        let anchor = self.paragraph.take();
        self.open(Frame::TextBox {
            anchor,
            lines: Vec::new(),
        });
    }

    /// Ends a text box.
    pub(super) fn end_text_box(&mut self) {
        self.end_paragraph();
        if self.ignored_frames > 0 {
            self.ignored_frames -= 1;
            return;
        }
        if !matches!(self.frames.last(), Some(Frame::TextBox { .. })) {
            return;
        }
        if let Some(Frame::TextBox { anchor, mut lines }) = self.frames.pop() {
            if let Some(first) = lines.first_mut() {
                first.gap_before = true;
            }
            let mut anchor = anchor.unwrap_or_default();
            anchor.boxes.append(&mut lines);
            self.paragraph = Some(anchor);
        }
    }

    /// All pages.
    ///
    /// # Errors
    /// If there is more text than the limits allow.
    pub(super) fn finish(mut self) -> Result<Vec<FlowPage>, Failure> {
        while !self.frames.is_empty() {
            self.ignored_frames = 0;
            match self.frames.last() {
                Some(Frame::Table { .. }) => self.end_table(),
                _ => self.end_text_box(),
            }
        }
        self.end_paragraph();
        if self.is_full() {
            let message = "the document has more text than a thousand books; split it";
            return Err(Failure::new(FailureCode::TooLarge, message));
        }
        // A break at the end begins a page that is blank.
        if self.pages.len() > 1 {
            self.pages.pop_if(|page| page.lines.is_empty());
        }
        Ok(self.pages)
    }

    /// Whether the limits are reached, so that nothing more is collected.
    pub(super) fn is_full(&self) -> bool {
        self.bytes > MAX_TEXT_BYTES || self.lines > MAX_LINES
    }

    fn open(&mut self, frame: Frame) {
        if self.frames.len() < MAX_FRAMES {
            self.frames.push(frame);
        } else {
            self.ignored_frames = self.ignored_frames.saturating_add(1);
        }
    }

    fn close(&mut self) {
        if self.ignored_frames > 0 {
            self.ignored_frames -= 1;
        } else {
            self.frames.pop();
        }
    }

    fn start_page(&mut self) {
        let is_blank = self.pages.last().is_none_or(|page| page.lines.is_empty());
        if is_blank || self.pages.len() >= MAX_PAGES {
            return;
        }
        self.pending_gap = false;
        self.pages.push(FlowPage {
            lines: Vec::new(),
            section: self.section,
        });
    }

    /// Ends the paragraph's current line, and writes it if there is text in it.
    fn end_line(&mut self, end: LineEnd) {
        let Some(paragraph) = &mut self.paragraph else {
            return;
        };
        let mut line = std::mem::take(&mut paragraph.line);
        if line.is_blank() {
            self.pending_gap |= paragraph.is_continued && end == LineEnd::Hard;
            return;
        }
        line.end = end;
        line.role = match paragraph.style.heading {
            Some(level) => LineRole::Heading(level),
            None => LineRole::Body,
        };
        if !std::mem::replace(&mut paragraph.is_continued, true) {
            if let Some(marker) = &paragraph.style.marker {
                line.mark(marker);
            }
            line.gap_before = std::mem::take(&mut self.pending_gap);
        }
        line.finish();
        self.write(line);
    }

    /// Writes a line to the innermost cell or text box, or to the page.
    fn write(&mut self, line: FlowLine) {
        if line.text.is_empty() || self.is_full() {
            return;
        }
        self.lines = self.lines.saturating_add(1);
        let target = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Table { row, in_cell, .. } if *in_cell => row.last_mut(),
            Frame::Table { .. } => None,
            Frame::TextBox { lines, .. } => Some(lines),
        });
        match target {
            Some(lines) => lines.push(line),
            None => {
                if let Some(page) = self.pages.last_mut() {
                    page.lines.push(line);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
