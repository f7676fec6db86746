//! Line writer: build a page's text and its lines from rendered text.
//!
//! White space is collapsed as browsers do it: none at the start or end of a line, one space between
//! words. A line's role is that of its first word. Every line is NFC.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use diarium_document::{Line, LineEnd, LineRole, Origin, Page};

/// The properties of a word, from the elements around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Role of a line that begins with it.
    pub role: LineRole,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether it is crossed out.
    pub struck: bool,
}

/// Writes the lines of one page.
#[derive(Debug, Default)]
pub(super) struct LineWriter {
    text: String,
    lines: Vec<Line>,
    /// Parts of the text that are crossed out, in order.
    struck: Vec<Range<usize>>,
    current: Option<Current>,
    /// White space was read since the last word.
    pending_space: bool,
    /// A blank line precedes the next line.
    pending_gap: bool,
    /// Bullet or number of the next line, if it is an item.
    bullet: Option<String>,
}

/// The current line.
#[derive(Debug)]
struct Current {
    /// End of the text before it and its line break.
    before: usize,
    /// First byte of the line.
    start: usize,
    role: LineRole,
    /// Number of cells that ended.
    cells: usize,
    /// Whether all words so far are bold; `None` before the first.
    bold: Option<bool>,
}

impl LineWriter {
    /// Adds text in which white space only separates words.
    pub(super) fn push_text(&mut self, text: &str, style: Style) {
        for character in text.chars() {
            if character.is_ascii_whitespace() || character.is_control() {
                self.pending_space = true;
            } else {
                self.push(character, style);
            }
        }
    }

    /// Adds text with the author's line breaks and spaces.
    pub(super) fn push_preformatted(&mut self, text: &str, style: Style) {
        for character in text.chars() {
            match character {
                '\n' => self.break_line(),
                ' ' | '\t' if self.current.is_some() => self.text.push(character),
                ' ' | '\t' => {}
                _ if character.is_control() => {}
                _ => self.push(character, style),
            }
        }
    }

    /// Adds text with white space on both sides, such as a checkbox.
    pub(super) fn push_separate(&mut self, text: &str, style: Style) {
        self.pending_space = true;
        self.push_text(text, style);
        self.pending_space = true;
    }

    /// Separates two words, or two blocks that share a line.
    pub(super) fn separate_words(&mut self) {
        self.pending_space = true;
    }

    /// Ends a cell of a row, also an empty first one.
    pub(super) fn end_cell(&mut self, style: Style) {
        self.start_line(style);
        self.text.push('\t');
        if let Some(current) = &mut self.current {
            current.cells += 1;
        }
        self.pending_space = false;
    }

    /// Ends the current line, if there is one. A line without text becomes a gap.
    pub(super) fn end_line(&mut self) {
        self.pending_space = false;
        let Some(current) = self.current.take() else {
            return;
        };
        let written = &self.text[current.start..];
        let trimmed = written.trim_end();
        if trimmed.is_empty() {
            self.text.truncate(current.before);
            self.limit_struck();
            self.pending_gap = true;
            return;
        }
        self.text.truncate(current.start + trimmed.len());
        // The file's text is NFC, but character references can be combining characters (`a&#x30a;`).
        if !is_nfc(&self.text[current.start..]) {
            self.compose(current.start);
        }
        self.limit_struck();
        // A row with one cell is a paragraph: layout, or a caption inside the table.
        let has_cells = self.text[current.start..].contains('\t');
        let role = if current.role == LineRole::Row && !has_cells {
            LineRole::Body
        } else {
            current.role
        };
        let gap = self.pending_gap && !self.lines.is_empty();
        let mut line = Line::plain(current.start..self.text.len(), gap);
        line.end = LineEnd::Hard;
        line.role = role;
        line.bold = current.bold == Some(true);
        self.lines.push(line);
        self.pending_gap = false;
    }

    /// Composes the text from a byte on, and moves the crossed-out parts of it.
    fn compose(&mut self, from: usize) {
        let decomposed = self.text.split_off(from);
        self.text.extend(decomposed.nfc());
        let (mut read, mut written) = (from, from);
        let mut moved = |position: &mut usize, text: &str| {
            let part = &decomposed[read - from..*position - from];
            written += part.nfc().map(char::len_utf8).sum::<usize>();
            read = *position;
            // A combining character may follow the part, and be composed with its last letter.
            *position = text.floor_char_boundary(written.min(text.len()));
        };
        let first = self.struck.partition_point(|part| part.start < from);
        for part in &mut self.struck[first..] {
            moved(&mut part.start, &self.text);
            moved(&mut part.end, &self.text);
        }
    }

    /// Shortens the crossed-out parts to the text that remains.
    fn limit_struck(&mut self) {
        while let Some(last) = self.struck.last_mut()
            && last.end > self.text.len()
        {
            last.end = self.text.len();
            if last.start < last.end {
                return;
            }
            self.struck.pop();
        }
    }

    /// Extends the crossed-out text by the character that was just written.
    fn strike(&mut self, character: char) {
        let end = self.text.len();
        let start = end - character.len_utf8();
        match self.struck.last_mut() {
            // Spaces between two words that are crossed out are crossed out too.
            Some(last) if self.text[last.end..start].bytes().all(|byte| byte == b' ') => {
                last.end = end;
            }
            _ => self.struck.push(start..end),
        }
    }

    /// Ends the line and the paragraph.
    pub(super) fn end_paragraph(&mut self) {
        self.end_line();
        self.pending_gap = true;
    }

    /// Ends the line at a line break of the author's; without a current line it is a blank line.
    pub(super) fn break_line(&mut self) {
        if self.current.is_none() {
            self.pending_gap = true;
        }
        self.end_line();
    }

    /// Begins the value of a form control, in a cell of its own behind its label.
    pub(super) fn begin_value(&mut self, is_labelled: bool, style: Style) {
        self.pending_space = true;
        let Some(current) = &self.current else {
            return;
        };
        // Between two controls of a line may stand a word such as `till`, and behind one its unit.
        let is_first = current.cells == 0;
        if is_first || is_labelled || self.text.ends_with(':') {
            self.end_cell(style);
            self.make_row();
        }
    }

    /// Whether the current line has a cell with a value, or a row's second cell.
    pub(super) fn has_cells(&self) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.cells > 0)
    }

    /// Whether there is a current line.
    pub(super) fn is_in_line(&self) -> bool {
        self.current.is_some()
    }

    /// Makes the current line a row.
    pub(super) fn make_row(&mut self) {
        if let Some(current) = &mut self.current
            && current.role == LineRole::Body
        {
            current.role = LineRole::Row;
        }
    }

    /// Makes the next line an item with this bullet, or an ordinary line.
    pub(super) fn set_bullet(&mut self, bullet: Option<String>) {
        self.bullet = bullet;
    }

    /// The finished page.
    pub(super) fn finish(mut self) -> Page {
        self.end_line();
        Page {
            number: 1,
            origin: Origin::File,
            text: self.text,
            lines: self.lines,
            words: Vec::new(),
            struck: self.struck,
            picture_only: false,
            confidence: 1.0,
            size: None,
        }
    }

    fn push(&mut self, character: char, style: Style) {
        if self.current.is_none() {
            let bullet = self.bullet.take();
            let is_item = bullet.is_some() && style.role == LineRole::Body;
            let role = if is_item { LineRole::Item } else { style.role };
            self.start_line(Style { role, ..style });
            if let Some(bullet) = bullet.filter(|_| is_item && !is_bullet(character)) {
                self.text.push_str(&bullet);
            }
        } else if self.pending_space && !self.text.ends_with([' ', '\t']) {
            self.text.push(' ');
        }
        self.pending_space = false;
        self.text.push(character);
        if style.struck {
            self.strike(character);
        }
        if let Some(current) = &mut self.current {
            current.bold = Some(current.bold.unwrap_or(true) && style.bold);
        }
    }

    fn start_line(&mut self, style: Style) {
        if self.current.is_some() {
            return;
        }
        let before = self.text.len();
        if !self.lines.is_empty() {
            self.text
                .push_str(if self.pending_gap { "\n\n" } else { "\n" });
        }
        self.current = Some(Current {
            before,
            start: self.text.len(),
            role: style.role,
            cells: 0,
            bold: None,
        });
    }
}

/// Whether a list item begins with a bullet that the author typed into it.
fn is_bullet(character: char) -> bool {
    matches!(
        character,
        '•' | '·' | '‣' | '◦' | '▪' | '–' | '-' | '☐' | '☒'
    )
}
