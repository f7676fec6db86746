//! Font and style tables of RTF.

use std::collections::BTreeMap;

use super::{super::symbol_font, code_page};
use crate::pdf::symbol_fonts::SymbolFont;

/// Fonts and styles that are kept, at most.
const MAX_ENTRIES: usize = 20_000;

/// A font.
#[derive(Debug, Clone, Default)]
pub(super) struct Font {
    code_page: Option<i32>,
    name: String,
    symbols: Option<SymbolFont>,
}

/// The fonts of a document.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    fonts: BTreeMap<i32, Font>,
    current: i32,
}

impl Fonts {
    /// Reads a control word of the table.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        let number = number.unwrap_or(0);
        match word {
            "f" => {
                self.current = number;
                if self.fonts.len() < MAX_ENTRIES {
                    self.fonts.entry(number).or_default();
                }
            }
            "fcharset" => {
                let code_page = code_page::code_page_of_charset(number);
                if let Some(font) = self.fonts.get_mut(&self.current) {
                    font.code_page = font.code_page.or(code_page);
                }
            }
            "cpg" => {
                if let Some(font) = self.fonts.get_mut(&self.current) {
                    font.code_page = Some(number);
                }
            }
            _ => {}
        }
    }

    /// Reads text of the table: a part of the current font's name.
    pub(super) fn text(&mut self, text: &str) {
        const MAX_NAME: usize = 100;
        if let Some(font) = self.fonts.get_mut(&self.current)
            && font.name.len() < MAX_NAME
            && !font.name.ends_with(';')
        {
            font.name.push_str(text);
            font.symbols = symbol_font(font.name.trim_end_matches(';'));
        }
    }

    /// The code page of a font, if it has one of its own.
    pub(super) fn code_page(&self, font: i32) -> Option<i32> {
        self.fonts.get(&font)?.code_page
    }

    /// The pictures of a symbol font.
    pub(super) fn symbols(&self, font: i32) -> Option<SymbolFont> {
        self.fonts.get(&font)?.symbols
    }
}

/// A paragraph style.
#[derive(Debug, Clone, Default)]
struct Style {
    name: String,
    outline: Option<u8>,
    based_on: Option<i32>,
}

/// The paragraph styles of a document.
#[derive(Debug, Default)]
pub(super) struct StyleSheet {
    styles: BTreeMap<i32, Style>,
    current: i32,
}

impl StyleSheet {
    /// Begins a style; the first one has no number.
    pub(super) fn begin(&mut self) {
        self.current = 0;
    }

    /// Reads a control word of the table.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "s" => self.current = number.unwrap_or(0),
            // Character, section and table styles.
            "cs" | "ds" | "ts" => self.current = -1,
            "outlinelevel" => {
                let level = number.and_then(|level| u8::try_from(level).ok());
                if let Some(style) = self.style() {
                    style.outline = level;
                }
            }
            "sbasedon" => {
                if let Some(style) = self.style() {
                    style.based_on = number;
                }
            }
            _ => {}
        }
    }

    /// Reads text of the table: a part of the current style's name.
    pub(super) fn text(&mut self, text: &str) {
        const MAX_NAME: usize = 100;
        if let Some(style) = self.style()
            && style.name.len() < MAX_NAME
        {
            style.name.push_str(text);
        }
    }

    fn style(&mut self) -> Option<&mut Style> {
        if self.current < 0 || self.styles.len() >= MAX_ENTRIES {
            return None;
        }
        Some(self.styles.entry(self.current).or_default())
    }

    /// The heading level of a style.
    pub(super) fn heading(&self, number: i32) -> Option<u8> {
        /// Chains can be circular.
        const MAX_CHAIN: usize = 16;
        let next = |style: &&Style| self.styles.get(&style.based_on?);
        let chain = std::iter::successors(self.styles.get(&number), next).take(MAX_CHAIN);
        chain.filter_map(Style::heading).next()
    }
}

impl Style {
    fn heading(&self) -> Option<u8> {
        if let Some(level) = self.outline.filter(|level| *level < 9) {
            return Some(level.saturating_add(1));
        }
        let name = self.name.trim().trim_end_matches(';').to_lowercase();
        let name = name.split(';').next().unwrap_or_default();
        if name == "title" {
            return Some(1);
        }
        let digits = [
            "heading ",
            "rubrik ",
            "überschrift ",
            "otsikko ",
            "overskrift ",
        ]
        .iter()
        .find_map(|start| name.strip_prefix(start))?;
        digits
            .trim()
            .parse()
            .ok()
            .filter(|level| (1..=9).contains(level))
    }
}
