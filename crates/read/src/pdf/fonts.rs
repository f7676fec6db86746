//! Font properties: whether a font is bold or a symbol font, and its reverse character map.
//!
//! The interpreter returns glyphs, not fonts. A glyph's font is identified by the id of its font program,
//! which only the hash of the glyph's identifier exposes; see [`FontIdHasher`]. The glyphs of TrueType and
//! OpenType fonts carry name, weight and program. For the others (Type 1, and fonts that are not
//! embedded), the font dictionaries of the page are loaded a second time, to learn which id they have.
//!
//! The reverse character map gives the characters of glyphs for which the file has no Unicode; if the font has
//! none either, [`code_maps`](super::code_maps) has rules for the codes of the file.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use hayro_font::{FontCache, FontGlyph};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::font::{GlyphId, OutlineFontData, OutlineGlyph};
use hayro_syntax::object::{Array, Dict, Name, Object, Stream};
use hayro_syntax::page::{Page, Resources};
use skrifa::MetadataProvider;

use super::code_maps::{CodeMap, character_of_code, names_are_codes};
use super::content::GlyphText;
use super::interpreter::text_of;
use super::symbol_fonts::SymbolFont;

/// The properties of one font program.
#[derive(Debug, Default)]
pub(super) struct FontProperties {
    /// Whether its letters are bold.
    pub bold: bool,
    /// Which symbol font it is, if it is one.
    pub symbols: Option<SymbolFont>,
    /// Whether the file contains the font program, so that no glyph of a substitute font was stretched.
    pub embedded: bool,
    /// Whether the file does not contain the font, so that a glyph may be missing.
    pub is_substitute: bool,
    /// Character by glyph, built when first needed.
    reverse: Option<BTreeMap<u32, char>>,
    /// The map of its codes, if it has one, built when first needed.
    code_map: Option<Option<Rc<CodeMap>>>,
}

/// The fonts of one document.
pub(super) struct Fonts<'a> {
    properties: Vec<FontProperties>,
    /// Index in `properties` by font id.
    by_id: BTreeMap<u128, usize>,
    /// The font of the previous glyph: most glyphs have the same.
    last: Option<(u128, usize)>,
    cache: FontCache<'a>,
    settings: InterpreterSettings,
    /// Descriptions from the font dictionaries of the pages so far, by font id.
    described: BTreeMap<u128, FontDescription>,
    /// Composite fonts of the pages so far whose ids are not known yet.
    pending: Vec<Dict<'a>>,
    /// The dictionaries of composite fonts by font id; `None` if fonts of different names share the id.
    composite: BTreeMap<u128, Option<Dict<'a>>>,
    /// Whether the names of the glyphs of all Type 3 fonts of the page repeat their codes.
    type3_names_are_codes: bool,
}

/// The properties of a font according to its dictionary.
#[derive(Debug, Clone, Default)]
struct FontDescription {
    name: String,
    bold: bool,
    embedded: bool,
}

/// Form XObjects are searched for fonts up to this depth of nesting: a form may contain itself.
const MAX_FORM_DEPTH: usize = 4;
/// Fonts and forms of one page that are examined.
// Only hostile files have more.
const MAX_FONTS: usize = 200;

impl<'a> Fonts<'a> {
    /// No fonts yet.
    pub(super) fn new(settings: InterpreterSettings) -> Self {
        Self {
            properties: Vec::new(),
            by_id: BTreeMap::new(),
            last: None,
            cache: FontCache::new(),
            settings,
            described: BTreeMap::new(),
            pending: Vec::new(),
            composite: BTreeMap::new(),
            type3_names_are_codes: false,
        }
    }

    /// Loads the descriptions of the fonts of a page whose glyphs do not carry them.
    pub(super) fn load_page_fonts(&mut self, page: &Page<'a>) {
        let mut dictionaries = Vec::new();
        collect_fonts(page.resources(), 0, &mut dictionaries);
        // Form fields draw with fonts of their own.
        for appearance in appearances(page) {
            if let Some(resources) = appearance.dict().get::<Dict<'a>>(b"Resources") {
                collect_fonts(&Resources::new(resources), 1, &mut dictionaries);
            }
        }
        dictionaries.truncate(MAX_FONTS);
        let mut type3 = dictionaries.iter().filter_map(names_are_codes).peekable();
        self.type3_names_are_codes = type3.peek().is_some() && type3.all(|same| same);
        for dictionary in &dictionaries {
            self.describe(dictionary);
        }
        let is_composite = |one: &Dict<'a>| one.contains_key(b"DescendantFonts");
        self.pending.truncate(MAX_FONTS);
        self.pending
            .extend(dictionaries.into_iter().filter(is_composite));
    }

    /// The text of a glyph for which the file has no Unicode.
    pub(super) fn text(&mut self, glyph: &OutlineGlyph) -> Option<GlyphText> {
        if let Some(character) = self.font_of(glyph).character(glyph) {
            return Some(GlyphText::Character(character));
        }
        let map = match &self.font_of(glyph).code_map {
            Some(map) => map.clone(),
            None => {
                let map = self.code_map(font_id(glyph)).map(Rc::new);
                self.font_of(glyph).code_map = Some(map.clone());
                map
            }
        };
        map?.text(glyph.char_code()).and_then(text_of)
    }

    /// The character of a Type 3 font's code for which the file has no Unicode.
    pub(super) fn type3_character(&self, code: u32) -> Option<GlyphText> {
        let character = character_of_code(code).filter(|_| self.type3_names_are_codes);
        character.map(GlyphText::Character)
    }

    /// The code map of the font with an id.
    fn code_map(&mut self, id: u128) -> Option<CodeMap> {
        for dictionary in std::mem::take(&mut self.pending) {
            let Some(FontGlyph::Outline(glyph)) = self.notdef(&dictionary) else {
                continue;
            };
            let name = |one: &Dict<'a>| one.get::<Name<'a>>(b"BaseFont");
            self.composite
                .entry(font_id(&glyph))
                .and_modify(|known| {
                    known
                        .take_if(|known| name(known) != name(&dictionary))
                        .map_or((), drop)
                })
                .or_insert(Some(dictionary.clone()));
        }
        let dictionary = self.composite.get(&id)?.as_ref()?;
        CodeMap::of(dictionary, &self.settings.cmap_resolver)
    }

    /// The first glyph of a font, which shows its id.
    fn notdef(&self, dictionary: &Dict<'a>) -> Option<FontGlyph<'a>> {
        let (fonts, cmaps) = (&self.settings.font_resolver, &self.settings.cmap_resolver);
        let font = self.cache.font(dictionary, fonts, cmaps)?;
        Some(font.glyph(GlyphId::NOTDEF, 0))
    }

    /// The properties of a glyph's font.
    pub(super) fn font_of(&mut self, glyph: &OutlineGlyph) -> &mut FontProperties {
        let id = font_id(glyph);
        let index = match self.last {
            Some((last, index)) if last == id => index,
            _ => self.index_of(id, glyph),
        };
        self.last = Some((id, index));
        &mut self.properties[index]
    }

    fn index_of(&mut self, id: u128, glyph: &OutlineGlyph) -> usize {
        if let Some(&index) = self.by_id.get(&id) {
            return index;
        }
        let properties = match (glyph.font_data(), self.described.get(&id)) {
            (Some(data), described) => FontProperties {
                // A substitute has a program as well, but the file does not contain it.
                is_substitute: described.is_some_and(|described| !described.embedded),
                ..properties_of_program(&data)
            },
            (None, Some(described)) => FontProperties {
                bold: described.bold,
                symbols: SymbolFont::named(&described.name),
                embedded: described.embedded,
                is_substitute: !described.embedded,
                ..FontProperties::default()
            },
            (None, None) => FontProperties::default(),
        };
        self.properties.push(properties);
        self.by_id.insert(id, self.properties.len() - 1);
        self.properties.len() - 1
    }

    /// Loads a font to learn its id, unless its glyphs carry their program.
    fn describe(&mut self, dictionary: &Dict<'a>) {
        if is_embedded_truetype(dictionary) {
            return;
        }
        let Some(FontGlyph::Outline(glyph)) = self.notdef(dictionary) else {
            return;
        };
        let description = describe_font(dictionary);
        self.described
            .entry(font_id(&glyph))
            // Two fonts that are not embedded may share a substitute. It counts as bold only if both are.
            .and_modify(|known| known.bold &= description.bold)
            .or_insert(description);
    }
}

impl FontProperties {
    /// The character of a glyph according to the font's own character map.
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

/// The inverse of the font's map from characters to glyphs. If several characters share a glyph, the lowest
/// code point is meant: a space, not a no-break space.
fn reverse_map(data: &OutlineFontData) -> BTreeMap<u32, char> {
    let mut reverse = BTreeMap::new();
    let bytes: &[u8] = data.data.as_ref().as_ref();
    let Ok(font) = skrifa::FontRef::from_index(bytes, 0) else {
        return reverse;
    };
    for (code, glyph) in font.charmap().mappings() {
        // Symbol character maps (platform 3, encoding 0) shift ASCII to U+F000.
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

/// A hasher that records the id of a font program.
// The interpreter has no accessor for the id. But the identifier of a glyph hashes it, as the only 128-bit
// number. A release of the interpreter that hashes something else would silently give all fonts the id 0;
// the tests of this file fail then, and the version is pinned in Cargo.toml.
#[derive(Default)]
struct FontIdHasher(u128);

impl Hasher for FontIdHasher {
    /// Unused: the recorded number is the result.
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u128(&mut self, number: u128) {
        self.0 = number;
    }
}

/// The id of a glyph's font program, equal for all glyphs of the font.
fn font_id(glyph: &OutlineGlyph) -> u128 {
    let mut hasher = FontIdHasher::default();
    glyph.identifier().hash(&mut hasher);
    hasher.0
}

fn properties_of_program(data: &OutlineFontData) -> FontProperties {
    let name = data.postscript_name.as_deref().unwrap_or_default();
    FontProperties {
        bold: is_bold_name(name) || data.weight.is_some_and(|weight| weight >= BOLD_WEIGHT),
        symbols: SymbolFont::named(name),
        embedded: true,
        ..FontProperties::default()
    }
}

/// The lightest weight that is bold: 600, semibold in CSS and OpenType.
const BOLD_WEIGHT: u32 = 600;
/// Bit 19 of a font's flags (ISO 32000-1, table 123).
const FORCE_BOLD: u32 = 1 << 18;

fn describe_font(dictionary: &Dict<'_>) -> FontDescription {
    let descriptor = descriptor(dictionary).unwrap_or_default();
    let name = dictionary
        .get::<Name<'_>>(b"BaseFont")
        .map(|name| name.as_str().to_owned())
        .unwrap_or_default();
    let flags = descriptor.get::<u32>(b"Flags").unwrap_or(0);
    let weight = descriptor.get::<u32>(b"FontWeight").unwrap_or(0);
    FontDescription {
        bold: is_bold_name(&name) || flags & FORCE_BOLD != 0 || weight >= BOLD_WEIGHT,
        embedded: [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
            .iter()
            .any(|key| descriptor.contains_key(key)),
        name,
    }
}

/// Words for bold in the names of fonts.
// `cmbx` and `sfbx` are Computer Modern and its descendants, `-bd` is an abbreviation of some
// foundries.
const BOLD_WORDS: [&str; 7] = ["bold", "black", "heavy", "demi", "cmbx", "sfbx", "-bd"];

/// Whether the name of a font means that it is bold. `Demi` does, but `DemiLight` does not.
pub(super) fn is_bold_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_light = name.contains("light") && !name.contains("bold");
    !is_light && BOLD_WORDS.iter().any(|word| name.contains(word))
}

/// Whether the glyphs of a font carry their program, as those of embedded TrueType fonts do.
fn is_embedded_truetype(dictionary: &Dict<'_>) -> bool {
    descriptor(dictionary).is_some_and(|descriptor| descriptor.contains_key(b"FontFile2"))
}

/// The font descriptor; a composite font has it in its descendant.
fn descriptor<'a>(dictionary: &Dict<'a>) -> Option<Dict<'a>> {
    let descendant = dictionary
        .get::<Array<'a>>(b"DescendantFonts")
        .and_then(|fonts| fonts.iter::<Dict<'a>>().next());
    let font = descendant.as_ref().unwrap_or(dictionary);
    font.get::<Dict<'a>>(b"FontDescriptor")
}

fn collect_fonts<'a>(resources: &Resources<'a>, depth: usize, found: &mut Vec<Dict<'a>>) {
    for (name, _) in resources.fonts.entries() {
        if found.len() >= MAX_FONTS {
            return;
        }
        found.extend(resources.fonts.get::<Dict<'a>>(&name));
    }
    if depth >= MAX_FORM_DEPTH {
        return;
    }
    for (name, _) in resources.x_objects.entries().take(MAX_FONTS) {
        if found.len() >= MAX_FONTS {
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

/// The appearance streams of the page's annotations.
fn appearances<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    let Some(annotations) = page.raw().get::<Array<'a>>(b"Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'a>>()
        .take(MAX_FONTS)
        .filter_map(|annotation| annotation.get::<Dict<'a>>(b"AP"))
        .filter_map(|appearance| match appearance.get::<Object<'a>>(b"N")? {
            Object::Stream(stream) => Some(stream),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use hayro_interpret::font::{Glyph, GlyphRun};
    use hayro_interpret::{
        BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
        InterpreterCache, SoftMask, interpret_page,
    };
    use hayro_syntax::Pdf;
    use kurbo::{Affine, BezPath};
    use lopdf::dictionary;

    use super::super::tests::support::{PdfBuilder, show};
    use super::*;

    #[test]
    fn bold_fonts_are_recognized_by_name() {
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

    /// Records the font id of every glyph of a page.
    #[derive(Default)]
    struct IdCollector(Vec<u128>);

    impl<'a> Device<'a> for IdCollector {
        fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
            for glyph in run.glyphs() {
                if let Glyph::Outline(glyph) = &**glyph {
                    self.0.push(font_id(glyph));
                }
            }
        }

        fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
        fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
        fn push_clip_path(&mut self, _: &ClipPath) {}
        fn push_clip_rect(&mut self, _: &kurbo::Rect) {}
        fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
        fn pop_clip(&mut self) {}
        fn pop_transparency_group(&mut self) {}
    }

    #[test]
    fn a_font_has_one_id_and_two_fonts_have_two() {
        let mut operations = show("ab", "F1", 72, 700);
        operations.extend(show("ab", "F2", 72, 680));
        let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
        let file = Pdf::new(bytes).unwrap();
        let page = &file.pages()[0];
        let cache = InterpreterCache::new();
        let frame = kurbo::Rect::new(0.0, 0.0, 595.0, 842.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, frame, &cache, page.xref(), settings);
        let mut collector = IdCollector::default();
        interpret_page(page, &mut context, &mut collector);
        let [first, second, third, fourth] = collector.0[..] else {
            panic!("{:?}", collector.0);
        };
        assert_eq!((first, third), (second, fourth));
        // A constant, such as the 0 of a hasher that never sees the id, is not an id.
        assert_ne!(first, third);
    }
}
