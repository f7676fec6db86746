//! Control characters: remove padding and terminal escape sequences from text.
//!
//! NULs pad fixed-length records and disk blocks; escape sequences (ECMA-48) come from terminals and
//! printers. Neither is text. A run of NULs becomes one space, and nothing at the edge of a line. A
//! control sequence (`ESC [ … m`) is removed whole; of any other escape only the ESC itself, because
//! the letter after it may be the author's. Every other control character becomes a space. Line ends
//! are left to normalization.

use std::borrow::Cow;

/// What was removed or replaced.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Removed {
    /// NULs.
    pub nuls: usize,
    /// Escape characters, alone or with their sequences.
    pub escapes: usize,
}

/// A control sequence is shorter, in characters; what is longer is not one.
const LONGEST_SEQUENCE: usize = 32;

/// The bytes without the NULs before and after them, and how many those were. Pairs of bytes stay
/// together, so that UTF-16 stays UTF-16.
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

/// The text without NULs and escape sequences, and how many of them there were.
pub(super) fn without_controls(text: &str) -> (Cow<'_, str>, Removed) {
    let mut removed = Removed::default();
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
                space(&mut plain, rest);
            }
            '\u{1b}' => {
                removed.escapes += 1;
                let length = sequence_length(rest);
                rest = &rest[length..];
                if length == 1 {
                    space(&mut plain, rest);
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

/// A space, unless a line begins or ends here, or white space parts the words already.
fn space(plain: &mut String, rest: &str) {
    let edge = |character: Option<char>| character.is_none_or(char::is_whitespace);
    if !edge(plain.chars().next_back()) && !edge(rest.chars().next()) {
        plain.push(' ');
    }
}

/// How many bytes the sequence at the start of a text takes: a control sequence (ECMA-48, section
/// 5.4), or the ESC alone.
fn sequence_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let body = bytes.iter().take(LONGEST_SEQUENCE).skip(2);
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
    fn padding_goes_and_words_stay_apart() {
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
    fn a_control_sequence_goes_whole_and_no_letter_with_it() {
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
    fn bytes_are_taken_from_the_edges_in_pairs() {
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
