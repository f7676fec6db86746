//! Code maps: the characters of composite fonts and of Type 3 fonts for which the interpreter finds no Unicode.
//!
//! A composite font (Type 0) is searched for, in this order: a `ToUnicode` map that is damaged but can be read
//! entry by entry; the name `Identity-H` instead of a map, which means that the codes are Unicode; a character
//! collection of Adobe; and the order of glyphs that the common fonts of Windows share, if the font is not
//! embedded. The names of the glyphs of a Type 3 font often repeat their codes: `a65`, `C41`.

use std::collections::BTreeMap;

use hayro_font::CMapResolverFn;
use hayro_interpret::hayro_cmap::{BfString, CMap, CidFamily};
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};

/// How the codes of a composite font become characters.
#[derive(Debug)]
pub(super) struct CodeMap {
    /// Entries of a damaged map.
    listed: BTreeMap<u32, String>,
    rest: Rest,
}

/// How the codes that are not listed become characters.
#[derive(Debug)]
enum Rest {
    Unknown,
    /// They are Unicode.
    Unicode,
    /// They are the numbers of a character collection.
    Collection(Box<CMap>),
    /// They are glyphs in the order of the Macintosh character set.
    Macintosh,
}

impl CodeMap {
    /// The map of a font, if it is a composite font with one.
    pub(super) fn of(dictionary: &Dict<'_>, cmaps: &CMapResolverFn) -> Option<Self> {
        let descendants = dictionary.get::<Array<'_>>(b"DescendantFonts")?;
        let descendant = descendants.iter::<Dict<'_>>().next()?;
        let listed = dictionary
            .get::<Stream<'_>>(b"ToUnicode")
            .and_then(|stream| stream.decoded_data().ok())
            .map(|bytes| entries(&bytes))
            .unwrap_or_default();
        let rest = rest(dictionary, &descendant, cmaps);
        let is_empty = listed.is_empty() && matches!(rest, Rest::Unknown);
        (!is_empty).then_some(Self { listed, rest })
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<BfString> {
        if let Some(text) = self.listed.get(&code) {
            return Some(BfString::String(text.clone()));
        }
        match &self.rest {
            Rest::Unknown => None,
            Rest::Unicode => char::from_u32(code).map(BfString::Char),
            Rest::Collection(map) => map.lookup_bf_string(code),
            Rest::Macintosh => {
                let index = usize::try_from(code.checked_sub(FIRST_MACINTOSH)?).ok()?;
                MACINTOSH.chars().nth(index).map(BfString::Char)
            }
        }
    }
}

fn rest(dictionary: &Dict<'_>, descendant: &Dict<'_>, cmaps: &CMapResolverFn) -> Rest {
    let is_identity = |key: &[u8]| {
        let name = dictionary.get::<Name<'_>>(key);
        name.is_some_and(|name| name.as_str().starts_with("Identity"))
    };
    if is_identity(b"ToUnicode") {
        return Rest::Unicode;
    }
    if !is_identity(b"Encoding") {
        return Rest::Unknown;
    }
    if let Some(map) = collection(descendant, cmaps) {
        return Rest::Collection(Box::new(map));
    }
    let descriptor = descendant.get::<Dict<'_>>(b"FontDescriptor");
    let is_embedded = descriptor.is_some_and(|descriptor| {
        let keys = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"];
        keys.iter().any(|key| descriptor.contains_key(key))
    });
    let name = dictionary.get::<Name<'_>>(b"BaseFont");
    if !is_embedded && name.is_some_and(|name| has_macintosh_order(name.as_str())) {
        return Rest::Macintosh;
    }
    Rest::Unknown
}

/// The map from the numbers of a font's character collection to Unicode.
fn collection(descendant: &Dict<'_>, cmaps: &CMapResolverFn) -> Option<CMap> {
    let info = descendant.get::<Dict<'_>>(b"CIDSystemInfo")?;
    let text = |key: &[u8]| info.get::<hayro_syntax::object::String<'_>>(key);
    let (registry, ordering) = (text(b"Registry")?, text(b"Ordering")?);
    let family = CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes());
    let bytes = cmaps(family.ucs2_cmap()?)?;
    let cmaps = cmaps.clone();
    CMap::parse(bytes, move |name| cmaps(name))
}

/// The families of fonts whose first glyphs are those of the Macintosh character set, in lowercase without
/// spaces.
// Those that Windows had when files with references to their glyphs were common. Calibri and later ones have
// another order.
const MACINTOSH_FAMILIES: [&str; 10] = [
    "arial",
    "timesnewroman",
    "couriernew",
    "verdana",
    "tahoma",
    "georgia",
    "trebuchet",
    "comicsans",
    "centurygothic",
    "garamond",
];

fn has_macintosh_order(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace(' ', "");
    MACINTOSH_FAMILIES
        .iter()
        .any(|family| name.contains(family))
}

/// The glyph of the first character, the space. Three glyphs without a character precede it.
const FIRST_MACINTOSH: u32 = 3;
/// The characters of the glyphs from there on (TrueType, table `post`, format 1).
const MACINTOSH: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`\
abcdefghijklmnopqrstuvwxyz{|}~ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{A0}\
ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄¤‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞşĆćČčđ";

/// Most entries of a map that are read.
// A code has two bytes.
const MAX_ENTRIES: usize = 65_536;

/// The entries of a `ToUnicode` map, without a look at what stands around them.
fn entries(bytes: &[u8]) -> BTreeMap<u32, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = BTreeMap::new();
    for section in text.split("begin").skip(1) {
        if let Some(body) = section.strip_prefix("bfchar") {
            let numbers = hexadecimals(body);
            for pair in numbers.chunks_exact(2) {
                add(&mut found, number(pair[0]), utf16(pair[1]));
            }
        } else if let Some(body) = section.strip_prefix("bfrange") {
            add_ranges(&mut found, body);
        }
    }
    found
}

fn add_ranges(found: &mut BTreeMap<u32, String>, body: &str) {
    // `<00> <02> [<0041> <0042> <0043>]`: the lists are not followed.
    let body = body.split("endbfrange").next().unwrap_or_default();
    if body.contains('[') {
        return;
    }
    for triple in hexadecimals(body).chunks_exact(3) {
        let (Some(first), Some(last)) = (number(triple[0]), number(triple[1])) else {
            continue;
        };
        let Some(start) = number(triple[2]) else {
            continue;
        };
        for code in (first..=last).take(MAX_ENTRIES.saturating_sub(found.len())) {
            let character = start.checked_add(code - first).and_then(char::from_u32);
            add(found, Some(code), character.map(String::from));
        }
    }
}

fn add(found: &mut BTreeMap<u32, String>, code: Option<u32>, text: Option<String>) {
    let text = text.filter(|text| !text.is_empty() && !text.contains('\0'));
    if let (Some(code), Some(text)) = (code, text)
        && found.len() < MAX_ENTRIES
    {
        found.entry(code).or_insert(text);
    }
}

/// What stands in `<` and `>` up to the end of a section.
fn hexadecimals(body: &str) -> Vec<&str> {
    let body = body.split("end").next().unwrap_or_default();
    let parts = body.split('<').skip(1);
    let parts = parts.filter_map(|part| part.split_once('>'));
    parts.map(|(digits, _)| digits.trim()).collect()
}

fn number(digits: &str) -> Option<u32> {
    u32::from_str_radix(digits, 16).ok()
}

/// The text of digits that are UTF-16.
fn utf16(digits: &str) -> Option<String> {
    if digits.len() <= 4 {
        return number(digits).and_then(char::from_u32).map(String::from);
    }
    let units = digits.as_bytes().chunks(4).map(|unit| {
        let unit = std::str::from_utf8(unit).ok()?;
        u16::from_str_radix(unit, 16).ok()
    });
    let units: Option<Vec<u16>> = units.collect();
    String::from_utf16(&units?).ok()
}

/// Whether the names of a Type 3 font's glyphs repeat their codes, and the codes are characters; `None` if it is
/// another font, or has no code of a character. A program that numbers the glyphs of a font from 0 on names
/// them so as well: such numbers are no characters. TeX has ligatures and accents below the space, from 11 on.
pub(super) fn names_are_codes(dictionary: &Dict<'_>) -> Option<bool> {
    let subtype = dictionary.get::<Name<'_>>(b"Subtype")?;
    if subtype.as_str() != "Type3" {
        return None;
    }
    let encoding = dictionary.get::<Dict<'_>>(b"Encoding")?;
    let differences = encoding.get::<Array<'_>>(b"Differences")?;
    let (mut code, mut same, mut all) = (0_u32, 0_usize, 0_usize);
    let (mut control, mut lowest) = (0_usize, u32::MAX);
    for entry in differences.iter::<Object<'_>>().take(MAX_NAMES) {
        match entry {
            Object::Number(number) => code = code_of(number),
            Object::Name(name) => {
                if name.as_str() != ".notdef" {
                    all += 1;
                    same += usize::from(is_code(name.as_str(), code));
                    control += usize::from(code < 32);
                    lowest = lowest.min(code);
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    // A few may have a name of their own.
    let are_characters = lowest > 8 && control * 4 <= all;
    (all > control).then_some(are_characters && same * 10 >= all * 9)
}

/// The printed character of a code of one byte that is a character.
pub(super) fn character_of_code(code: u32) -> Option<char> {
    let bytes = [u8::try_from(code).ok()?];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars()
        .next()
        .filter(|character| !character.is_control())
}

/// Most names of an encoding: each code has one, and some have another one before it.
const MAX_NAMES: usize = 1_024;

fn code_of(number: Number) -> u32 {
    u32::try_from(number.as_i64()).unwrap_or(0)
}

/// Whether a name is a code in decimal or hexadecimal digits, with at most one letter before it.
fn is_code(name: &str, code: u32) -> bool {
    let digits = name.strip_prefix(|first: char| first.is_ascii_alphabetic());
    [Some(name), digits]
        .into_iter()
        .flatten()
        .any(|digits| digits.parse() == Ok(code) || u32::from_str_radix(digits, 16) == Ok(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_map_is_read_entry_by_entry() {
        let map = "/Ordering (UC>) 1 begincodespacerange <0000> <FFFF> endcodespacerange \
                   2 beginbfchar <002B> <0048> <004F> <00660069> endbfchar \
                   1 beginbfrange <0010> <0012> <0061> endbfrange <0099> endcmap";
        let found = entries(map.as_bytes());
        let texts: Vec<(u32, &str)> = found
            .iter()
            .map(|(code, text)| (*code, text.as_str()))
            .collect();
        let expected = [
            (0x10, "a"),
            (0x11, "b"),
            (0x12, "c"),
            (0x2B, "H"),
            (0x4F, "fi"),
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn the_order_of_the_macintosh_has_all_its_glyphs() {
        assert_eq!(MACINTOSH.chars().count(), 255);
        let map = CodeMap {
            listed: BTreeMap::new(),
            rest: Rest::Macintosh,
        };
        for (glyph, expected) in [
            (3, ' '),
            (36, 'A'),
            (68, 'a'),
            (98, 'Ä'),
            (110, 'å'),
            (124, 'ö'),
        ] {
            assert_eq!(map.text(glyph), Some(BfString::Char(expected)), "{glyph}");
        }
        assert_eq!(map.text(1), None);
    }

    #[test]
    fn names_that_repeat_their_codes_are_known() {
        for (name, code, expected) in [
            ("a65", 65, true),
            ("C41", 65, true),
            ("65", 65, true),
            ("g1", 65, false),
            ("A", 65, false),
        ] {
            assert_eq!(is_code(name, code), expected, "{name}");
        }
    }
}
