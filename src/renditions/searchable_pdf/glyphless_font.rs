//! Glyphless font: the font of an invisible text layer, without outlines.
//!
//! Viewers and validators want a font that is embedded (ISO 32000-1, 9.9). `glyphless.ttf` has one empty
//! glyph, half an em wide, to which a map leads from each character code. The codes are numbered through
//! the characters of the document, and a second map leads from them to Unicode (9.10.3), so that every
//! character can be found and copied. OCRmyPDF and Tesseract use such a font for the same purpose.
//!
//! `scripts/glyphless-font` writes the font file. It derives from no other font and has the license of
//! this project.

use std::collections::BTreeSet;
use std::fmt::Write;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::{Update, compressed};
use diarium_document::Page;

/// The font file: glyph 0 is for missing characters, [`GLYPH`] for all others.
const FONT_FILE: &[u8] = include_bytes!("glyphless.ttf");

/// The empty glyph that every character has.
const GLYPH: u16 = 1;

/// The advance width of a character, as a share of the font size.
pub(super) const ADVANCE: f64 = 0.5;

/// The advance width, and how far glyphs reach above and below the baseline, in thousandths of the font
/// size. `glyphless.ttf` contains the same numbers.
// Half an em is about the average width of a printed letter, so that words are not stretched much.
const ADVANCE_UNITS: u16 = 500;
const ASCENT: i16 = 750;
const DESCENT: i16 = -200;

/// The PostScript name of the font.
const BASE_FONT: &str = "DiariumGlyphless";

/// The most characters that have a code; further ones are left out of the text layer.
// Codes have two bytes, so that 65,535 would be possible. No document comes near.
const MAX_CHARACTERS: usize = 60_000;

/// The characters of a document in order. The code of the first is 1.
pub(super) struct CharacterCodes(Vec<char>);

impl CharacterCodes {
    /// Codes for the characters of these pages' words, and for the space.
    pub(super) fn of_pages(pages: &[&Page]) -> Self {
        let mut characters = BTreeSet::from([' ']);
        for page in pages {
            let words = page.words.iter().map(|word| &page.text[word.bytes.clone()]);
            characters.extend(words.flat_map(str::chars));
        }
        Self(characters.into_iter().take(MAX_CHARACTERS).collect())
    }

    /// The codes of a text.
    pub(super) fn encode(&self, text: &str) -> Vec<u16> {
        text.chars()
            .filter_map(|character| self.0.binary_search(&character).ok())
            .filter_map(|index| u16::try_from(index + 1).ok())
            .collect()
    }
}

/// Adds the font to an update, and returns the ID of its dictionary.
pub(super) fn add_font(codes: &CharacterCodes, update: &mut Update) -> ObjectId {
    let length = i64::try_from(FONT_FILE.len()).unwrap_or(i64::MAX);
    let file = compressed(dictionary! { "Length1" => length }, FONT_FILE.to_vec());
    let file = update.add(file);
    let descriptor = update.add(dictionary! {
        "Type" => "FontDescriptor", "FontName" => BASE_FONT, "FontFile2" => file,
        // Symbolic: the characters are no standard set (ISO 32000-1, table 123).
        "Flags" => 4,
        "FontBBox" => vec![0.into(), DESCENT.into(), ADVANCE_UNITS.into(), ASCENT.into()],
        // Required entries that mean nothing for a font without outlines.
        "ItalicAngle" => 0, "StemV" => 80,
        "Ascent" => ASCENT, "Descent" => DESCENT, "CapHeight" => ASCENT,
    });
    let system = dictionary! {
        "Registry" => Object::string_literal("Adobe"),
        "Ordering" => Object::string_literal("Identity"),
        "Supplement" => 0,
    };
    let glyphs = update.add(compressed(Dictionary::new(), glyph_map(codes)));
    let descendant = update.add(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => BASE_FONT,
        "CIDSystemInfo" => system, "FontDescriptor" => descriptor,
        "CIDToGIDMap" => glyphs, "DW" => ADVANCE_UNITS,
    });
    let unicode = update.add(compressed(Dictionary::new(), unicode_map(codes)));
    update.add(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => BASE_FONT,
        "Encoding" => "Identity-H", "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => unicode,
    })
}

/// The map from codes to glyphs: two bytes for each code from 0 (ISO 32000-1, table 117).
fn glyph_map(codes: &CharacterCodes) -> Vec<u8> {
    let missing = [0; 2];
    let glyphs = codes.0.iter().flat_map(|_| GLYPH.to_be_bytes());
    missing.into_iter().chain(glyphs).collect()
}

/// Entries of one block of a Unicode map, at most (Adobe Technical Note 5411, 1.4.1).
const MAX_BLOCK: usize = 100;

/// The map from codes to Unicode.
fn unicode_map(codes: &CharacterCodes) -> Vec<u8> {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let coded: Vec<(usize, char)> = (1..).zip(codes.0.iter().copied()).collect();
    // Writing to a string cannot fail.
    for block in coded.chunks(MAX_BLOCK) {
        let _ = writeln!(map, "{} beginbfchar", block.len());
        for (code, character) in block {
            let _ = write!(map, "<{code:04X}> <");
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04X}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use skrifa::MetadataProvider;
    use skrifa::raw::TableProvider;

    #[test]
    fn the_font_file_has_the_metrics_that_its_dictionary_states() {
        let font = skrifa::FontRef::new(FONT_FILE).unwrap();
        assert_eq!(font.maxp().unwrap().num_glyphs(), 2);
        let size = skrifa::instance::Size::unscaled();
        let location = skrifa::instance::LocationRef::default();
        let metrics = font.metrics(size, location);
        assert_eq!(metrics.units_per_em, 1000);
        assert_eq!(
            (metrics.ascent, metrics.descent),
            (f32::from(ASCENT), f32::from(DESCENT))
        );
        let glyphs = font.glyph_metrics(size, location);
        for glyph in [0, u32::from(GLYPH)] {
            let advance = Some(f32::from(ADVANCE_UNITS));
            assert_eq!(glyphs.advance_width(glyph.into()), advance);
        }
        assert!(font.outline_glyphs().get(GLYPH.into()).is_some());
    }

    #[test]
    fn every_character_leads_to_the_empty_glyph() {
        let codes = CharacterCodes(vec![' ', 'å']);
        assert_eq!(glyph_map(&codes), [0, 0, 0, 1, 0, 1]);
    }

    #[test]
    fn characters_of_all_planes_are_in_the_unicode_map() {
        let codes = CharacterCodes(vec![' ', 'å', '😀']);
        let map = String::from_utf8(unicode_map(&codes)).unwrap();
        assert!(map.contains("3 beginbfchar\n<0001> <0020>\n<0002> <00E5>\n<0003> <D83DDE00>\n"));
        assert_eq!(codes.encode("å 😀ö"), [2, 1, 3]);
    }
}
