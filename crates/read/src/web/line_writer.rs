//! How does a page's text become lines while it is written?
//!
//! White space is collapsed as browsers do it: never at a line's beginning or end, one space
//! between words. A line gets its role from the words that begin it.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use diarium_document::{Line, LineEnd, LineRole, Origin, Page};

/// What is known of a word by the elements that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// The role of a line that begins with it.
    pub role: LineRole,
    /// Whether it is bold.
    pub bold: bool,
}

/// Writes the lines of one page.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    lines: Vec<Line>,
    current: Option<Current>,
    /// White space was seen since the last word.
    space: bool,
    /// White space stands before the next line.
    gap: bool,
    /// What the next line begins with if it is an item.
    bullet: Option<String>,
}

/// The line that is being written.
#[derive(Debug)]
struct Current {
    /// Where the text ended before it.
    before: usize,
    start: usize,
    role: LineRole,
    /// Whether all words so far are bold; unknown before the first.
    bold: Option<bool>,
}

impl Writer {
    /// Adds text in which white space means nothing but that words end.
    pub(super) fn words(&mut self, text: &str, style: Style) {
        for character in text.chars() {
            if character.is_ascii_whitespace() || character.is_control() {
                self.space = true;
            } else {
                self.character(character, style);
            }
        }
    }

    /// Adds text whose line breaks and spaces are the author's.
    pub(super) fn verbatim(&mut self, text: &str, style: Style) {
        for character in text.chars() {
            match character {
                '\n' => self.break_line(),
                ' ' | '\t' if self.current.is_some() => self.text.push(character),
                ' ' | '\t' => {}
                _ if character.is_control() => {}
                _ => self.character(character, style),
            }
        }
    }

    /// Adds something that stands apart from the words beside it, such as a box to tick.
    pub(super) fn apart(&mut self, text: &str, style: Style) {
        self.space = true;
        self.words(text, style);
        self.space = true;
    }

    /// White space between two words, or between two blocks that share a line.
    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// Ends a cell of a row. An empty first cell counts.
    pub(super) fn tab(&mut self, style: Style) {
        self.start_line(style);
        self.text.push('\t');
        self.space = false;
    }

    /// Ends the line, if there is one.
    pub(super) fn end_line(&mut self) {
        self.space = false;
        let Some(current) = self.current.take() else {
            return;
        };
        let written = &self.text[current.start..];
        let kept = written.trim_end();
        if kept.is_empty() {
            self.text.truncate(current.before);
            self.gap = true;
            return;
        }
        let composed: Option<String> = (!is_nfc(kept)).then(|| kept.nfc().collect());
        self.text.truncate(current.start + kept.len());
        if let Some(composed) = composed {
            self.text.truncate(current.start);
            self.text.push_str(&composed);
        }
        let is_row = current.role == LineRole::Row;
        let role = match self.text[current.start..].contains('\t') {
            false if is_row => LineRole::Body,
            _ => current.role,
        };
        let gap = self.gap && !self.lines.is_empty();
        let mut line = Line::plain(current.start..self.text.len(), gap);
        line.end = LineEnd::Hard;
        line.role = role;
        line.bold = current.bold == Some(true);
        self.lines.push(line);
        self.gap = false;
    }

    /// Ends the line; white space comes after it.
    pub(super) fn end_paragraph(&mut self) {
        self.end_line();
        self.gap = true;
    }

    /// A line break of the author's: where there is no line to end, an empty one.
    pub(super) fn break_line(&mut self) {
        if self.current.is_none() {
            self.gap = true;
        }
        self.end_line();
    }

    /// Whether a line has been begun.
    pub(super) fn is_in_line(&self) -> bool {
        self.current.is_some()
    }

    /// Makes the line that is being written a row.
    pub(super) fn make_row(&mut self) {
        if let Some(current) = &mut self.current
            && current.role == LineRole::Body
        {
            current.role = LineRole::Row;
        }
    }

    /// Makes the next line an item.
    pub(super) fn bullet(&mut self, bullet: Option<String>) {
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
            picture_only: false,
            confidence: 1.0,
            size: None,
        }
    }

    fn character(&mut self, character: char, style: Style) {
        if self.current.is_none() {
            let bullet = self.bullet.take();
            let is_item = bullet.is_some() && style.role == LineRole::Body;
            let role = if is_item { LineRole::Item } else { style.role };
            self.start_line(Style { role, ..style });
            if let Some(bullet) = bullet.filter(|_| is_item && !is_bullet(character)) {
                self.text.push_str(&bullet);
            }
        } else if self.space && !self.text.ends_with([' ', '\t']) {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push(character);
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
            self.text.push_str(if self.gap { "\n\n" } else { "\n" });
        }
        self.current = Some(Current {
            before,
            start: self.text.len(),
            role: style.role,
            bold: None,
        });
    }
}

/// Some authors type their bullets into the list.
fn is_bullet(character: char) -> bool {
    matches!(
        character,
        '•' | '·' | '‣' | '◦' | '▪' | '–' | '-' | '☐' | '☒'
    )
}
