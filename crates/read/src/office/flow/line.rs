//! Lines of a flow, before they are part of a page's text.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use diarium_document::{LineEnd, LineRole};

use super::Marker;

/// The properties of a piece of text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in super::super) struct TextStyle {
    /// It is bold.
    pub(in super::super) bold: bool,
    /// It is struck out.
    pub(in super::super) struck: bool,
    /// Font size in points.
    pub(in super::super) size: Option<f32>,
}

/// One line with the properties that its format has.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct FlowLine {
    pub(in super::super) text: String,
    pub(in super::super) role: LineRole,
    pub(in super::super) gap_before: bool,
    pub(in super::super) end: LineEnd,
    /// All of its text is bold; `None` before the first word.
    pub(super) bold: Option<bool>,
    /// The largest font size in it.
    pub(in super::super) size: Option<f32>,
    /// Ranges of its text that are struck out, in order.
    pub(in super::super) struck: Vec<Range<usize>>,
}

impl Default for FlowLine {
    fn default() -> Self {
        Self {
            text: String::new(),
            role: LineRole::Body,
            gap_before: false,
            end: LineEnd::Hard,
            bold: None,
            size: None,
            struck: Vec::new(),
        }
    }
}

/// Struck ranges of a line that are kept apart.
const MAX_STRUCK: usize = 16;

/// Characters of the number before a heading's first tab, at most: `12.10.1`.
const MAX_NUMBER: usize = 8;

impl FlowLine {
    /// Adds text. Line breaks are spaces; characters that are not printed are left out.
    pub(in super::super) fn push(&mut self, text: &str, style: TextStyle) {
        let start = self.text.len();
        for character in text.chars() {
            match character {
                '\t' => self.text.push('\t'),
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{2028}' | '\u{2029}' => self.text.push(' '),
                // Soft hyphens and byte order marks are not printed.
                '\u{ad}' | '\u{feff}' => {}
                _ if character.is_control() => {}
                _ => self.text.push(character),
            }
        }
        let added = self.text.get(start..).unwrap_or_default();
        if added.trim().is_empty() {
            return;
        }
        self.bold = Some(self.bold.unwrap_or(true) && style.bold);
        self.size = match (self.size, style.size) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
        if style.struck {
            match self.struck.last_mut() {
                Some(last) if last.end == start => last.end = self.text.len(),
                _ => self.struck.push(start..self.text.len()),
            }
        }
    }

    /// Puts a bullet or number before the text.
    pub(super) fn mark(&mut self, marker: &Marker) {
        let text = self.text.trim_start();
        let mark = match marker {
            // A bullet or a checkbox that the author typed.
            Marker::Bullet('•') if text.starts_with(['•', '–', '☐', '☒']) => return,
            Marker::Bullet(bullet) => format!("{bullet} "),
            Marker::Number(number) if number.is_empty() => return,
            Marker::Number(number) => format!("{number} "),
        };
        if self.role == LineRole::Body && !(self.is_bold() && matches!(marker, Marker::Number(_))) {
            self.role = LineRole::Item;
        }
        self.text.insert_str(0, &mark);
        for range in &mut self.struck {
            range.start = range.start.saturating_add(mark.len());
            range.end = range.end.saturating_add(mark.len());
        }
    }

    /// Trims and composes the text.
    pub(super) fn finish(&mut self) {
        if !is_nfc(&self.text) {
            // Each range composes the text before it, so there must not be many.
            if self.struck.len() > MAX_STRUCK
                && let (Some(first), Some(last)) = (self.struck.first(), self.struck.last())
            {
                self.struck = std::iter::once(first.start..last.end).collect();
            }
            let composed = |end: usize| {
                let before = self.text.get(..end).unwrap_or_default();
                before.nfc().map(char::len_utf8).sum::<usize>()
            };
            let struck = self.struck.iter();
            self.struck = struck
                .map(|range| composed(range.start)..composed(range.end))
                .collect();
            self.text = self.text.nfc().collect();
        }
        self.text.truncate(self.text.trim_end().len());
        let indent = self.text.len() - self.text.trim_start().len();
        self.text.drain(..indent);
        let end = self.text.len();
        for range in &mut self.struck {
            range.start = range.start.saturating_sub(indent).min(end);
            range.end = range.end.saturating_sub(indent).min(end);
        }
        self.struck.retain(|range| !range.is_empty());
    }

    /// Whether nothing of it is seen.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether all of its text is bold.
    pub(in super::super) fn is_bold(&self) -> bool {
        self.bold == Some(true)
    }

    /// Whether its text so far is the number of a heading or an item, such as `1.2` or `a)`.
    pub(super) fn is_number(&self) -> bool {
        let text = self.text.trim();
        let mut characters = text.chars();
        text.len() <= MAX_NUMBER
            && characters.next().is_some_and(char::is_alphanumeric)
            && characters.all(|it| it.is_ascii_digit() || matches!(it, '.' | ')' | ':'))
    }

    /// Appends another line behind a separator.
    pub(super) fn join(&mut self, separator: &str, other: &FlowLine) {
        self.text.push_str(separator);
        let offset = self.text.len();
        self.text.push_str(&other.text);
        let moved = other
            .struck
            .iter()
            .map(|range| range.start.saturating_add(offset)..range.end.saturating_add(offset));
        self.struck.extend(moved);
        self.bold = match (self.bold, other.bold) {
            (Some(one), Some(other)) => Some(one && other),
            (one, other) => one.or(other),
        };
        self.size = self.size.or(other.size);
    }
}
