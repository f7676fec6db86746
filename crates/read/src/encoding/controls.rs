//! Control characters: removal of padding and terminal escape sequences.
//!
//! NULs pad fixed-length records and disk blocks; escape sequences (ECMA-48) come from terminals and
//! printers. Neither is text. A run of NULs becomes one space, and nothing at the edge of a line. A
//! control sequence (`ESC [ … m`) is removed whole; of any other escape only the ESC itself, because
//! the letter after it may be the author's. Every other control character becomes a space. Line ends
//! are left to normalization.

use std::borrow::Cow;

/// The number of control characters that were removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct RemovedControls {
    /// NULs.
    pub nuls: usize,
    /// Escape characters, alone or with their sequences.
    pub escapes: usize,
}

/// Bytes of a control sequence, at most.
// Real ones have up to twenty (`ESC [ 38 ; 2 ; 255 ; 255 ; 255 m`). Without a limit, each ESC in a text of
// digits would scan to the text's end.
const MAX_SEQUENCE_BYTES: usize = 32;

/// The bytes without leading and trailing NULs, and the number of those. An even number of bytes is
/// removed at the start, and zeros of the last pair are kept, so that UTF-16 stays UTF-16.
pub(super) fn unpadded(bytes: &[u8]) -> (&[u8], usize) {
    let is_text = |byte: &u8| *byte != 0;
    let Some(first) = bytes.iter().position(is_text) else {
        return (bytes, 0);
    };
    let start = first & !1;
    let last = bytes.iter().rposition(is_text).unwrap_or(first);
    let end = (last + 1).next_multiple_of(2).min(bytes.len());
    (&bytes[start..end], bytes.len() - (end - start))
}

/// The text without NULs and escape sequences, and the number of those.
pub(super) fn without_controls(text: &str) -> (Cow<'_, str>, RemovedControls) {
    let mut removed = RemovedControls::default();
    if !text.contains(['\0', '\u{1b}']) {
        return (text.into(), removed);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        match character {
            '\0' => {
                let after = rest.trim_start_matches('\0');
                removed.nuls += rest.len() - after.len();
                rest = after;
                separate_words(&mut plain, rest);
            }
            '\u{1b}' => {
                removed.escapes += 1;
                let length = sequence_length(rest);
                rest = &rest[length..];
                if length == 1 {
                    separate_words(&mut plain, rest);
                }
            }
            _ => {
                plain.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    (plain.into(), removed)
}

/// Adds a space, unless a line begins or ends here or there is white space already.
fn separate_words(plain: &mut String, rest: &str) {
    let is_edge = |character: Option<char>| character.is_none_or(char::is_whitespace);
    if !is_edge(plain.chars().next_back()) && !is_edge(rest.chars().next()) {
        plain.push(' ');
    }
}

/// The length in bytes of the sequence at the start of a text: a control sequence (ECMA-48, section
/// 5.4), or the ESC alone.
fn sequence_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let body = bytes.iter().take(MAX_SEQUENCE_BYTES).skip(2);
    let is_inside = |byte: &&u8| matches!(**byte, 0x20..=0x3f);
    let length = 2 + body.take_while(is_inside).count();
    let ends = matches!(bytes.get(length), Some(0x40..=0x7e));
    match bytes.get(1) {
        Some(b'[') if ends => length + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_removed_and_words_stay_separate() {
        for (text, plain, nuls) in [
            ("Bron\0\0\0\0ån", "Bron ån", 4),
            ("a\0\0\nb\n\0c \0d", "a\nb\nc d", 4),
            ("a\0b", "a b", 1),
            ("plain", "plain", 0),
        ] {
            let (found, removed) = without_controls(text);
            assert_eq!((found.as_ref(), removed.nuls), (plain, nuls));
        }
    }

    #[test]
    fn a_control_sequence_is_removed_and_no_letter_after_it() {
        for (text, plain, escapes) in [
            ("\u{1b}[1mRubrik\u{1b}[0m\nText", "Rubrik\nText", 2),
            ("\u{1b}[38;5;1mrött\u{1b}[K", "rött", 2),
            ("\u{1b}Namn: \u{1b}Eva", "Namn: Eva", 2),
            ("a\u{1b}å\u{1b}[å", "a å [å", 2),
            ("\u{1b}[", "[", 1),
        ] {
            let (found, removed) = without_controls(text);
            assert_eq!(
                (found.as_ref(), removed.escapes),
                (plain, escapes),
                "{text:?}"
            );
        }
        let endless = format!("\u{1b}[{}", "1;".repeat(10_000));
        assert_eq!(without_controls(&endless).0, &endless[1..]);
    }

    #[test]
    fn padding_is_removed_in_pairs_of_bytes() {
        let cases: [(&[u8], &[u8], usize); 6] = [
            (b"\0\0\0ab\0\0\0", b"\0ab\0", 4),
            (b"ab", b"ab", 0),
            (b"abc\0\0\0\0", b"abc\0", 3),
            (b"\0\0\0a\0b\0\0", b"\0a\0b", 4),
            (b"a\0b\0\0\0", b"a\0b\0", 2),
            (b"\0\0", b"\0\0", 0),
        ];
        for (bytes, left, count) in cases {
            assert_eq!(unpadded(bytes), (left, count));
        }
    }
}
