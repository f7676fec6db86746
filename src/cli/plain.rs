//! How is text from a document shown without obeying it?
//!
//! A terminal obeys control characters: a document could clear the screen, change its title or
//! hide text. They are shown by their pictures instead (U+2400 on), the others that are obeyed by
//! U+FFFD. Whatever is printed for a person passes here: results through a
//! [`Sheet`](super::show::sheet::Sheet), messages through [`Logging`](super::logging::Logging).

use std::borrow::Cow;

use diarium_document::is_terminal_control;

/// The text with nothing in it that a terminal would obey, line breaks and tabs included.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_terminal_control) {
        Cow::Owned(text.chars().map(shown).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The same for a text of several lines, which stay.
pub(super) fn harmless_lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(harmless).collect();
    lines.join("\n")
}

fn shown(character: char) -> char {
    match character {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        obeyed if is_terminal_control(obeyed) => '\u{fffd}',
        harmless => harmless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_are_shown_and_not_obeyed() {
        assert_eq!(harmless("\u{1b}[2Jclear"), "␛[2Jclear");
        assert_eq!(harmless("a\nb\tc\u{7f}"), "a␊b c␡");
        assert_eq!(harmless("\u{9b}31m\u{202e}"), "\u{fffd}31m\u{fffd}");
        assert_eq!(harmless("Smörgås – 100 %"), "Smörgås – 100 %");
        assert_eq!(harmless_lines("a\u{1b}\nb"), "a␛\nb");
    }

    proptest! {
        #[test]
        fn nothing_is_left_to_obey_and_nothing_else_is_changed(text in any::<String>()) {
            let shown = harmless(&text);
            prop_assert!(!shown.chars().any(is_terminal_control));
            prop_assert_eq!(shown.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(shown.chars()) {
                prop_assert!(before == after || is_terminal_control(before));
            }
        }
    }
}
