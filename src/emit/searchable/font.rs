//! Which font is text set in that nobody sees?
//!
//! One whose letters have no outlines, all equally wide, with a code for each character that the
//! document has. Viewers and archives' checkers want a font that is there: a TrueType font of the
//! six tables that PDFs need (ISO 32000-1, 9.9), and a map from its codes to Unicode (9.10.3), so
//! that every character can be found and copied.

use std::collections::BTreeSet;
use std::fmt::Write;

use lopdf::{Dictionary, Object, ObjectId, dictionary};

use super::{Changes, compressed};
use diarium_document::Page;

/// How far each letter advances, in shares of the font's size.
pub(super) const ADVANCE: f64 = 0.5;

/// The font's units for its size, its letters' advance, and how far they reach up and down.
const UNITS: u16 = 1000;
const ADVANCE_UNITS: u16 = 500;
const ASCENT: i16 = 750;
const DESCENT: i16 = -200;

const BASE_FONT: &str = "DiariumGlyphless";

/// More characters than this have no code; no document has them.
const MOST_CHARACTERS: usize = 60_000;

/// The characters of a document, each with its code: 1 for the first.
pub(super) struct Alphabet(Vec<char>);

impl Alphabet {
    /// Those of these pages' words, and the blank.
    pub(super) fn of(pages: &[&Page]) -> Self {
        let mut characters = BTreeSet::from([' ']);
        for page in pages {
            let words = page.words.iter().map(|word| &page.text[word.bytes.clone()]);
            characters.extend(words.flat_map(str::chars));
        }
        Self(characters.into_iter().take(MOST_CHARACTERS).collect())
    }

    /// The codes of a text.
    pub(super) fn codes(&self, text: &str) -> Vec<u16> {
        text.chars()
            .filter_map(|character| self.0.binary_search(&character).ok())
            .filter_map(|index| u16::try_from(index + 1).ok())
            .collect()
    }

    fn len(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }
}

/// Adds the font to a document.
pub(super) fn add(alphabet: &Alphabet, changes: &mut Changes) -> ObjectId {
    let program = truetype(alphabet.len());
    let length = i64::try_from(program.len()).unwrap_or(i64::MAX);
    let program = changes.add(compressed(dictionary! { "Length1" => length }, program));
    let descriptor = changes.add(dictionary! {
        "Type" => "FontDescriptor", "FontName" => BASE_FONT, "FontFile2" => program,
        // Its characters are no standard set's.
        "Flags" => 4,
        "FontBBox" => vec![0.into(), DESCENT.into(), ADVANCE_UNITS.into(), ASCENT.into()],
        "ItalicAngle" => 0, "StemV" => 80,
        "Ascent" => ASCENT, "Descent" => DESCENT, "CapHeight" => ASCENT,
    });
    let system = dictionary! {
        "Registry" => Object::string_literal("Adobe"),
        "Ordering" => Object::string_literal("Identity"),
        "Supplement" => 0,
    };
    let descendant = changes.add(dictionary! {
        "Type" => "Font", "Subtype" => "CIDFontType2", "BaseFont" => BASE_FONT,
        "CIDSystemInfo" => system, "FontDescriptor" => descriptor,
        "CIDToGIDMap" => "Identity", "DW" => ADVANCE_UNITS,
    });
    let map = changes.add(compressed(Dictionary::new(), to_unicode(alphabet)));
    changes.add(dictionary! {
        "Type" => "Font", "Subtype" => "Type0", "BaseFont" => BASE_FONT,
        "Encoding" => "Identity-H", "DescendantFonts" => vec![descendant.into()],
        "ToUnicode" => map,
    })
}

/// Entries of one part of a map, at most (Adobe Technical Note 5411, 1.4.1).
const PART: usize = 100;

/// The map from codes to Unicode.
fn to_unicode(alphabet: &Alphabet) -> Vec<u8> {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let coded: Vec<(usize, char)> = (1..).zip(alphabet.0.iter().copied()).collect();
    // Writing to a string cannot fail.
    for part in coded.chunks(PART) {
        let _ = writeln!(map, "{} beginbfchar", part.len());
        for (code, character) in part {
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

/// A TrueType font with so many empty glyphs behind the one for what is missing (ISO 14496-22).
fn truetype(letters: u16) -> Vec<u8> {
    let glyphs = letters.saturating_add(1);
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        // One byte that no glyph has: some readers take a table without any for a fault.
        (b"glyf", vec![0]),
        (b"head", head()),
        (b"hhea", hhea()),
        (b"hmtx", hmtx(glyphs)),
        (b"loca", vec![0; 2 * (usize::from(glyphs) + 1)]),
        (b"maxp", maxp(glyphs)),
    ];
    // Six tables: the largest power of two is four, so 64, 2 and 32 in the header.
    let mut font = words(&[0x0001, 0x0000, 6, 64, 2, 32]);
    let mut offset = 12 + 16 * tables.len();
    for (tag, table) in &tables {
        font.extend_from_slice(*tag);
        font.extend(checksum(table).to_be_bytes());
        font.extend(u32_of(offset).to_be_bytes());
        font.extend(u32_of(table.len()).to_be_bytes());
        offset += table.len().next_multiple_of(4);
    }
    let mut head_at = 0;
    for (tag, table) in &tables {
        if *tag == b"head" {
            head_at = font.len();
        }
        font.extend_from_slice(table);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&font));
    font[head_at + 8..head_at + 12].copy_from_slice(&adjustment.to_be_bytes());
    font
}

fn head() -> Vec<u8> {
    let mut table = words(&[1, 0, 1, 0]);
    table.extend([0; 4]);
    table.extend(0x5F0F_3CF5_u32.to_be_bytes());
    // No flags; no dates, so that the same text makes the same bytes.
    table.extend(words(&[0, UNITS]));
    table.extend([0; 16]);
    let reach = [0, DESCENT, ADVANCE_UNITS.cast_signed(), ASCENT];
    table.extend(reach.iter().flat_map(|value| value.to_be_bytes()));
    // Plain style, readable from 3 pixels on, left to right, short offsets, the usual format.
    table.extend(words(&[0, 3, 2, 0, 0]));
    table
}

fn hhea() -> Vec<u8> {
    let mut table = words(&[1, 0]);
    let lines = [ASCENT, DESCENT, 0, ADVANCE_UNITS.cast_signed(), 0, 0, 0, 1];
    table.extend(lines.iter().flat_map(|value| value.to_be_bytes()));
    table.extend([0; 14]);
    table.extend(words(&[1]));
    table
}

/// One advance for all.
fn hmtx(glyphs: u16) -> Vec<u8> {
    let mut table = words(&[ADVANCE_UNITS, 0]);
    table.resize(4 + 2 * usize::from(glyphs - 1), 0);
    table
}

fn maxp(glyphs: u16) -> Vec<u8> {
    let mut table = words(&[1, 0, glyphs]);
    table.extend([0; 8]);
    // Two zones, as in all fonts without instructions.
    table.extend(words(&[2]));
    table.resize(32, 0);
    table
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The sum of a table's 32-bit words.
fn checksum(table: &[u8]) -> u32 {
    table.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use skrifa::MetadataProvider;
    use skrifa::raw::TableProvider;

    #[test]
    fn a_font_reader_finds_empty_letters_of_one_width() {
        let bytes = truetype(300);
        let font = skrifa::FontRef::new(&bytes).unwrap();
        assert_eq!(font.maxp().unwrap().num_glyphs(), 301);
        assert_eq!(font.head().unwrap().units_per_em(), 1000);
        let metrics = font.glyph_metrics(
            skrifa::instance::Size::unscaled(),
            skrifa::instance::LocationRef::default(),
        );
        for glyph in [1_u32, 150, 300] {
            assert_eq!(metrics.advance_width(glyph.into()), Some(500.0));
        }
        assert_eq!(checksum(&bytes), 0xB1B0_AFBA);
    }

    #[test]
    fn characters_of_all_planes_are_in_the_map() {
        let alphabet = Alphabet(vec![' ', 'å', '😀']);
        let map = String::from_utf8(to_unicode(&alphabet)).unwrap();
        assert!(map.contains("3 beginbfchar\n<0001> <0020>\n<0002> <00E5>\n<0003> <D83DDE00>\n"));
        assert_eq!(alphabet.codes("å 😀ö"), [2, 1, 3]);
    }
}
