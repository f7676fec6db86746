//! TTY-output sanitization: prevent terminal escape injection from documents and file names.
//!
//! A terminal obeys control characters: a document could clear the screen, change the window's title
//! or hide text. C0 control characters and DEL become their control pictures (U+2400 and following), a
//! tab becomes a space, and all others (C1, line separators, bidirectional controls) become U+FFFD. The
//! text keeps its number of characters. Everything that is printed for a person passes here: results in
//! a [`TextReport`](super::text_report::TextReport), messages in [`Logging`](super::logging::Logging).

use std::borrow::Cow;

use diarium_document::is_terminal_control;

/// The text on one line, without control characters; line breaks and tabs are escaped as well.
pub(super) fn escape_control_chars(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_terminal_control) {
        Cow::Owned(text.chars().map(escape).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The same for a text of several lines, which keeps its line breaks.
pub(super) fn escape_control_chars_in_lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(escape_control_chars).collect();
    lines.join("\n")
}

fn escape(character: char) -> char {
    match character {
        // Documents contain tabs as white space; ␉ would clutter them.
        '\t' => ' ',
        // The block Control Pictures has them in the order of ASCII.
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '␡',
        control if is_terminal_control(control) => '\u{fffd}',
        printable => printable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn control_characters_are_escaped() {
        let cases = [
            ("\u{1b}[2Jclear", "␛[2Jclear"),
            ("a\nb\tc\u{7f}", "a␊b c␡"),
            ("\u{9b}31m\u{202e}", "\u{fffd}31m\u{fffd}"),
            ("Smörgås – 100 %", "Smörgås – 100 %"),
        ];
        for (text, escaped) in cases {
            assert_eq!(escape_control_chars(text), escaped);
        }
        assert_eq!(escape_control_chars_in_lines("a\u{1b}\nb"), "a␛\nb");
    }

    proptest! {
        #[test]
        fn only_control_characters_are_replaced(text in any::<String>()) {
            let escaped = escape_control_chars(&text);
            prop_assert!(!escaped.chars().any(is_terminal_control));
            prop_assert_eq!(escaped.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(escaped.chars()) {
                prop_assert!(before == after || is_terminal_control(before));
            }
        }
    }
}
