//! How is text from a document shown without obeying it?
//!
//! A terminal obeys control characters: a document could clear the screen, change its title or
//! hide text. They are shown by their pictures instead (U+2400 on), the marks that turn the
//! direction of writing by U+FFFD.

use std::borrow::Cow;

/// The text with nothing in it that a terminal would obey, line breaks and tabs included.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(|character| picture(character).is_some()) {
        let shown = |character| picture(character).unwrap_or(character);
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn picture(character: char) -> Option<char> {
    match character {
        '\t' => Some(' '),
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('␡'),
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_are_shown_and_not_obeyed() {
        assert_eq!(harmless("\u{1b}[2Jclear"), "␛[2Jclear");
        assert_eq!(harmless("a\nb\tc\u{7f}"), "a␊b c␡");
        assert_eq!(harmless("\u{9b}31m\u{202e}"), "\u{fffd}31m\u{fffd}");
        assert_eq!(harmless("Smörgås – 100 %"), "Smörgås – 100 %");
    }
}
