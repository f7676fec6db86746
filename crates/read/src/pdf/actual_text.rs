//! Replacement text: `ActualText`, which says what a few glyphs mean (ISO 32000-1, 14.9.4).
//!
//! Files use it for ligatures without Unicode, for letters in special forms, for icons, and for hyphens at
//! line ends. It is trusted where it explains what is printed, and ignored where it says something else: a
//! reader of the page does not see it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::content::{Glyph, GlyphText};

/// Longest replacement of glyphs without Unicode, in characters per glyph.
// A ligature has three letters, an icon may mean a word.
const MAX_PER_GLYPH: usize = 12;
/// Longest replacement of all.
// Replacements are a word; a longer one is the text of a figure.
const MAX_LENGTH: usize = 200;

/// Puts the replacement text in the place of the glyphs from `start` on. Returns whether they were replaced:
/// one glyph is left then.
pub(super) fn replace(glyphs: &mut Vec<Glyph>, start: usize, replacement: &str) -> bool {
    let Some(printed) = glyphs.get(start..) else {
        return false;
    };
    let text: String = replacement.nfc().filter(|one| !one.is_control()).collect();
    if printed.is_empty() || !is_on_one_line(printed) || !explains(&text, printed) {
        return false;
    }
    let left = printed.iter().map(|one| one.left).fold(f32::MAX, f32::min);
    let right = printed.iter().map(|one| one.right).fold(f32::MIN, f32::max);
    glyphs.truncate(start + 1);
    if let Some(first) = glyphs.get_mut(start) {
        (first.left, first.right) = (left, right);
        let mut characters = text.chars();
        first.text = match (characters.next(), characters.next()) {
            (None, _) => GlyphText::Character('\u{AD}'),
            (Some(only), None) => GlyphText::Character(only),
            _ => GlyphText::Several(text.into()),
        };
    }
    true
}

fn is_on_one_line(glyphs: &[Glyph]) -> bool {
    glyphs.windows(2).all(|pair| {
        pair[0].direction == pair[1].direction
            && pair[0].visible == pair[1].visible
            && (pair[0].baseline - pair[1].baseline).abs() < 0.5 * pair[0].size
    })
}

/// Whether a text is a plausible reading of some glyphs, and more than they say themselves.
fn explains(text: &str, glyphs: &[Glyph]) -> bool {
    let printed = text_of(glyphs);
    let length = text.chars().count();
    if printed == text || length > MAX_LENGTH {
        return false;
    }
    if glyphs.iter().any(Glyph::is_unknown) {
        let is_readable = text.chars().any(|one| !one.is_whitespace());
        return is_readable
            && length <= MAX_PER_GLYPH * glyphs.len()
            && contains_known(text, glyphs);
    }
    // A hyphen that only the end of the line made.
    if matches!(printed.as_str(), "-" | "\u{2010}" | "\u{2011}") {
        return text.is_empty() || text == "\u{AD}";
    }
    let is_symbol = !printed.contains(char::is_alphanumeric) && !printed.trim().is_empty();
    if is_symbol && glyphs.len() == 1 {
        return (1..=MAX_PER_GLYPH).contains(&length);
    }
    // The same letters in another form: ligatures, small capitals, accents that are printed apart.
    !text.is_empty() && skeleton(text) == skeleton(&printed)
}

/// Whether a text has the known characters of some glyphs, in their order.
fn contains_known(text: &str, glyphs: &[Glyph]) -> bool {
    let known: Vec<Glyph> = glyphs
        .iter()
        .filter(|glyph| !glyph.is_unknown())
        .cloned()
        .collect();
    let skeleton_of_text = skeleton(text);
    let mut rest = skeleton_of_text.chars();
    skeleton(&text_of(&known))
        .chars()
        .all(|one| rest.any(|other| other == one))
}

fn text_of(glyphs: &[Glyph]) -> String {
    let mut text = String::new();
    for glyph in glyphs {
        glyph.text.push_to(&mut text);
    }
    text
}

/// The letters and digits of a text in one form, without accents.
fn skeleton(text: &str) -> String {
    text.nfkd()
        .filter(|one| one.is_alphanumeric() && !is_combining_mark(*one))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::support::typed;
    use super::*;

    fn read(printed: &str, replacement: &str) -> String {
        let mut glyphs = typed(printed, 50.0, 100.0);
        let right = glyphs.last().map(|glyph| glyph.right);
        if replace(&mut glyphs, 0, replacement) {
            assert_eq!(glyphs.len(), 1);
            assert_eq!((glyphs[0].left, Some(glyphs[0].right)), (50.0, right));
        }
        text_of(&glyphs)
    }

    #[test]
    fn glyphs_without_unicode_are_explained() {
        assert_eq!(read("\u{FFFD}", "ffi"), "ffi");
        assert_eq!(read("e\u{FFFD}ekt", "effekt"), "effekt");
        assert_eq!(read("\u{F0B7}", "Telefon"), "Telefon");
    }

    #[test]
    fn letter_forms_and_hyphens_are_explained() {
        assert_eq!(read("\u{FB01}n", "fin"), "fin");
        assert_eq!(read("a¨r", "är"), "är");
        assert_eq!(read("-", "\u{AD}"), "\u{AD}");
        assert_eq!(read("-", ""), "\u{AD}");
    }

    #[test]
    fn what_is_printed_wins_over_another_text() {
        assert_eq!(read("1000 kr", "9000 kr"), "1000 kr");
        assert_eq!(read("Siv", "Tor"), "Siv");
        assert_eq!(read("e\u{FFFD}ekt", "annat"), "e\u{FFFD}ekt");
        assert_eq!(read("\u{FFFD}", "en hel mening som ingen ser"), "\u{FFFD}");
        assert_eq!(read("-", "minus"), "-");
    }

    #[test]
    fn glyphs_on_two_lines_keep_their_text() {
        let mut glyphs = typed("\u{FFFD}", 50.0, 100.0);
        glyphs.extend(typed("\u{FFFD}", 50.0, 120.0));
        assert!(!replace(&mut glyphs, 0, "ff"));
    }
}
