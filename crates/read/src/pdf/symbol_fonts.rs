//! Symbol fonts: the Unicode characters of their bullets, arrows and checkboxes.
//!
//! Word processors print bullets and boxes with fonts whose glyphs are pictures, and map them to the private
//! code points U+F020 to U+F0FF. The few that forms use are mapped to Unicode here; others are kept.

/// A font whose glyphs are pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SymbolFont {
    /// Adobe's and Microsoft's Symbol.
    Symbol,
    /// Microsoft's Wingdings.
    Wingdings,
    /// Microsoft's Wingdings 2.
    Wingdings2,
    /// Any other, such as ITC Zapf Dingbats, whose glyph names identify its glyphs.
    Other,
}

impl SymbolFont {
    /// The symbol font with this name, if it is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        if name.contains("wingdings2") || name.contains("wingdings-2") {
            Some(Self::Wingdings2)
        } else if name.contains("wingdings3") || name.contains("webdings") {
            Some(Self::Other)
        } else if name.contains("wingdings") {
            Some(Self::Wingdings)
        } else if name.contains("dingbats") {
            Some(Self::Other)
        } else if name.contains("symbol") {
            Some(Self::Symbol)
        } else {
            None
        }
    }

    /// The character of a code, for the codes that forms use. The code is a private code point, or the letter
    /// at whose position the font has its picture.
    pub(crate) fn character(self, code: char) -> Option<char> {
        let code = match u32::from(code) {
            code @ 0xF020..=0xF0FF => code - 0xF000,
            code @ 0x20..=0xFF => code,
            _ => return None,
        };
        // Symbol has the codes of ISO 32000-1, annex D.5. Wingdings has no standard; its codes are Microsoft's.
        match (self, code) {
            (Self::Symbol, 0xB7) => Some('•'),
            (Self::Symbol, 0x2D) => Some('−'),
            (Self::Wingdings, 0xA7) => Some('▪'),
            (Self::Wingdings, 0x6E) => Some('■'),
            (Self::Wingdings, 0x6C) => Some('●'),
            (Self::Wingdings, 0x9F) => Some('•'),
            (Self::Wingdings, 0xD8) => Some('➢'),
            (Self::Wingdings, 0xE0) => Some('→'),
            (Self::Wingdings, 0xFC) => Some('✓'),
            (Self::Wingdings, 0xFB) => Some('✗'),
            (Self::Wingdings, 0x6F | 0x70 | 0x71 | 0x72 | 0xA8) => Some('☐'),
            (Self::Wingdings, 0x78 | 0xFD | 0xFE) => Some('☒'),
            (Self::Wingdings2, 0x2A | 0xA3) => Some('☐'),
            (Self::Wingdings2, 0x51..=0x54) => Some('☒'),
            (Self::Wingdings2, 0x50) => Some('✓'),
            (Self::Wingdings2, 0x4F) => Some('✗'),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_and_checkboxes_of_word_processors_are_mapped() {
        for (font, code, expected) in [
            ("ABCDEF+SymbolMT", '\u{F0B7}', Some('•')),
            ("Wingdings-Regular", '\u{F0A7}', Some('▪')),
            ("Wingdings-Regular", '\u{F0FE}', Some('☒')),
            ("Wingdings-Regular", '\u{F06F}', Some('☐')),
            ("Wingdings2", 'R', Some('☒')),
            ("Wingdings-Regular", '\u{F041}', None),
        ] {
            let font = SymbolFont::named(font).unwrap();
            assert_eq!(font.character(code), expected);
        }
        assert_eq!(SymbolFont::named("Carlito-Bold"), None);
    }
}
