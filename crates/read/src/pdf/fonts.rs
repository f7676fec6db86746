//! What do a glyph's font and its program tell of it?
//!
//! Whether the font is bold, and what a glyph says that the file has no Unicode for. With
//! `glyphs.rs` and `widgets.rs` this is one of the three files that know the interpreter.
//!
//! The interpreter hands out glyphs, not fonts. A glyph's font is known again by the identity of
//! its program, which the glyph's identifier feeds to any hasher. For fonts whose program comes
//! with the glyph, name and weight come with it too; for the others (Type 1, and fonts that are
//! not embedded) the page's font dictionaries are loaded once more, and compared.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use hayro_font::{FontCache, FontGlyph};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::font::{GlyphId, OutlineFontData, OutlineGlyph};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};
use skrifa::MetadataProvider;

use super::symbols::SymbolFont;

/// What is known of one font program.
#[derive(Debug, Clone, Default)]
pub(super) struct FontFacts {
    /// Its letters are bold.
    pub bold: bool,
    /// It is one of the fonts whose letters are pictures.
    pub symbols: Option<SymbolFont>,
    /// The file carries the font itself, so its widths are true and nothing was stretched.
    pub embedded: bool,
    /// Character by glyph, made when first asked for.
    reverse: Option<BTreeMap<u32, char>>,
}

/// The fonts of one document.
pub(super) struct Fonts<'a> {
    facts: Vec<FontFacts>,
    by_program: BTreeMap<u128, usize>,
    last: Option<(u128, usize)>,
    cache: FontCache<'a>,
    settings: InterpreterSettings,
    /// Names of the programs that the dictionaries seen so far load.
    names: BTreeMap<u128, Described>,
}

/// What a font dictionary says of its program.
#[derive(Debug, Clone, Default)]
struct Described {
    name: String,
    bold: bool,
    embedded: bool,
}

/// Forms inside forms are looked through this deep for fonts.
const DEEPEST_FORM: usize = 4;
/// Fonts looked at on one page; more are only made to keep a reader busy.
const MOST_FONTS: usize = 200;

impl<'a> Fonts<'a> {
    /// No fonts yet.
    pub(super) fn new(settings: InterpreterSettings) -> Self {
        Self {
            facts: Vec::new(),
            by_program: BTreeMap::new(),
            last: None,
            cache: FontCache::new(),
            settings,
            names: BTreeMap::new(),
        }
    }

    /// Learns the names of the fonts that a page uses and that glyphs do not tell.
    pub(super) fn learn(&mut self, page: &Page<'a>) {
        let mut dictionaries = Vec::new();
        collect_fonts(page.resources(), 0, &mut dictionaries);
        for appearance in appearances(page) {
            if let Some(resources) = appearance.dict().get::<Dict<'a>>(b"Resources") {
                collect_fonts(&Resources::new(resources), 1, &mut dictionaries);
            }
        }
        for dictionary in dictionaries.iter().take(MOST_FONTS) {
            self.describe(dictionary);
        }
    }

    /// The font of a glyph.
    pub(super) fn of(&mut self, glyph: &OutlineGlyph) -> &mut FontFacts {
        let program = program_of(glyph);
        let index = match self.last {
            Some((last, index)) if last == program => index,
            _ => self.index_of(program, glyph),
        };
        self.last = Some((program, index));
        &mut self.facts[index]
    }

    fn index_of(&mut self, program: u128, glyph: &OutlineGlyph) -> usize {
        if let Some(&index) = self.by_program.get(&program) {
            return index;
        }
        let facts = match (glyph.font_data(), self.names.get(&program)) {
            (Some(data), _) => facts_from_program(&data),
            (None, Some(described)) => FontFacts {
                bold: described.bold,
                symbols: SymbolFont::named(&described.name),
                embedded: described.embedded,
                reverse: None,
            },
            (None, None) => FontFacts::default(),
        };
        self.facts.push(facts);
        self.by_program.insert(program, self.facts.len() - 1);
        self.facts.len() - 1
    }

    /// Loads a font to see which program it is, unless its glyphs tell themselves.
    fn describe(&mut self, dictionary: &Dict<'a>) {
        if carries_truetype(dictionary) {
            return;
        }
        let Some(font) = self.cache.font(
            dictionary,
            &self.settings.font_resolver,
            &self.settings.cmap_resolver,
        ) else {
            return;
        };
        let FontGlyph::Outline(glyph) = font.glyph(GlyphId::NOTDEF, 0) else {
            return;
        };
        let described = description(dictionary);
        self.names
            .entry(program_of(&glyph))
            // Two fonts that are not embedded may be shown with one program; it counts as bold
            // only if both are.
            .and_modify(|known| known.bold &= described.bold)
            .or_insert(described);
    }
}

impl FontFacts {
    /// What a glyph says according to its font's own character map.
    pub(super) fn character(&mut self, glyph: &OutlineGlyph) -> Option<char> {
        let reverse = self.reverse.get_or_insert_with(|| {
            glyph
                .font_data()
                .map(|data| reverse_map(&data))
                .unwrap_or_default()
        });
        reverse.get(&glyph.glyph_id().to_u32()).copied()
    }
}

/// The embedded font's map from characters to glyphs, turned round. Where several characters share
/// a glyph the lowest is meant: a space, not a no-break space.
fn reverse_map(data: &OutlineFontData) -> BTreeMap<u32, char> {
    let mut reverse = BTreeMap::new();
    let bytes: &[u8] = data.data.as_ref().as_ref();
    let Ok(font) = skrifa::FontRef::from_index(bytes, 0) else {
        return reverse;
    };
    for (code, glyph) in font.charmap().mappings() {
        // Symbol maps put their codes at U+F000; in a font of letters they are ASCII.
        let code = match code {
            0xF020..=0xF07E => code - 0xF000,
            other => other,
        };
        if let Some(character) = char::from_u32(code)
            && !character.is_control()
        {
            let known = reverse.entry(glyph.to_u32()).or_insert(character);
            *known = (*known).min(character);
        }
    }
    reverse
}

/// Catches the identity of a font program from the hash of a glyph's identifier: the only 128-bit
/// number in it.
#[derive(Default)]
struct ProgramCatcher(u128);

impl Hasher for ProgramCatcher {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u128(&mut self, number: u128) {
        self.0 = number;
    }
}

fn program_of(glyph: &OutlineGlyph) -> u128 {
    let mut catcher = ProgramCatcher::default();
    glyph.identifier().hash(&mut catcher);
    catcher.0
}

fn facts_from_program(data: &OutlineFontData) -> FontFacts {
    let name = data.postscript_name.as_deref().unwrap_or_default();
    FontFacts {
        bold: is_bold_name(name) || data.weight.is_some_and(|weight| weight >= BOLD_WEIGHT),
        symbols: SymbolFont::named(name),
        embedded: true,
        reverse: None,
    }
}

/// CSS and OpenType call 600 semibold.
const BOLD_WEIGHT: u32 = 600;
/// ISO 32000-1, table 123: bit 19 of a font's flags.
const FORCE_BOLD: u32 = 1 << 18;

fn description(dictionary: &Dict<'_>) -> Described {
    let descendant = dictionary
        .get::<Array<'_>>(b"DescendantFonts")
        .and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    let descriptor = descendant
        .as_ref()
        .unwrap_or(dictionary)
        .get::<Dict<'_>>(b"FontDescriptor")
        .unwrap_or_default();
    let name = dictionary
        .get::<Name<'_>>(b"BaseFont")
        .map(|name| name.as_str().to_owned())
        .unwrap_or_default();
    let flags = descriptor.get::<u32>(b"Flags").unwrap_or(0);
    let weight = descriptor.get::<u32>(b"FontWeight").unwrap_or(0);
    Described {
        bold: is_bold_name(&name) || flags & FORCE_BOLD != 0 || weight >= BOLD_WEIGHT,
        embedded: [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
            .iter()
            .any(|key| descriptor.contains_key(key)),
        name,
    }
}

/// Words for bold in the names of fonts; the last three are those of Computer Modern and its
/// descendants, and the abbreviation that some foundries use.
const BOLD_WORDS: [&str; 7] = ["bold", "black", "heavy", "demi", "cmbx", "sfbx", "-bd"];

/// Whether a font's name says that it is bold. `Demi` also stands in names of light fonts, but as
/// `DemiLight`.
pub(super) fn is_bold_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let light = name.contains("light") && !name.contains("bold");
    !light && BOLD_WORDS.iter().any(|word| name.contains(word))
}

/// Whether a font's glyphs come with their program, as those of embedded TrueType fonts do.
fn carries_truetype(dictionary: &Dict<'_>) -> bool {
    let descendant = dictionary
        .get::<Array<'_>>(b"DescendantFonts")
        .and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    descendant
        .as_ref()
        .unwrap_or(dictionary)
        .get::<Dict<'_>>(b"FontDescriptor")
        .is_some_and(|descriptor| descriptor.contains_key(b"FontFile2"))
}

fn collect_fonts<'a>(resources: &Resources<'a>, depth: usize, found: &mut Vec<Dict<'a>>) {
    for (name, _) in resources.fonts.entries() {
        if found.len() >= MOST_FONTS {
            return;
        }
        found.extend(resources.fonts.get::<Dict<'a>>(&name));
    }
    if depth >= DEEPEST_FORM {
        return;
    }
    for (name, _) in resources.x_objects.entries().take(MOST_FONTS) {
        if found.len() >= MOST_FONTS {
            return;
        }
        let Some(form) = resources.x_objects.get::<Stream<'a>>(&name) else {
            continue;
        };
        if let Some(own) = form.dict().get::<Dict<'a>>(b"Resources") {
            collect_fonts(&Resources::new(own), depth + 1, found);
        }
    }
}

/// The streams that draw the page's annotations.
fn appearances<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    let Some(annotations) = page.raw().get::<Array<'a>>(b"Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'a>>()
        .take(MOST_FONTS)
        .filter_map(|annotation| annotation.get::<Dict<'a>>(b"AP"))
        .filter_map(|appearance| match appearance.get::<Object<'a>>(b"N")? {
            Object::Stream(stream) => Some(stream),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boldness_is_read_from_names() {
        for name in [
            "Arial-BoldMT",
            "Lato-Black",
            "Avenir-Heavy",
            "Futura-Demi",
            "CMBX12",
        ] {
            assert!(is_bold_name(name), "{name}");
        }
        for name in ["ArialMT", "Georgia-Italic", "Gotham-DemiLight", ""] {
            assert!(!is_bold_name(name), "{name}");
        }
    }
}
