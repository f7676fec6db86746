//! Telephone numbers after a label, as printed.

use std::ops::RangeInclusive;

use super::{Value, date};
use diarium_document::{
    collapse_whitespace,
    phone::{DigitGroups, MAX_NATIONAL_DIGITS},
};

/// The fewest digits of a telephone number without a label that says so.
// Below: a number with leading zeros, such as 000123.
pub(super) const MIN_UNLABELED_DIGITS: usize = 7;
/// The digits of a telephone number.
// Below: house numbers and years. Above: E.164 allows fifteen digits.
const DIGITS: RangeInclusive<usize> = 6..=15;
/// Digits that are read, at most.
// Two numbers with a space between them; a third does not matter for the first.
const MAX_READ: usize = 30;
/// The longest number as printed, in bytes.
const MAX_BYTES: usize = 80;

/// The longest words before a number, in bytes.
const MAX_WORDS_BYTES: usize = 24;
/// The certainty of a number after words, which may say whose it is.
const AFTER_WORDS_CERTAINTY: f64 = 0.93;

/// The first telephone number at the start of a text.
pub(in crate::extract) fn phone(text: &str) -> Option<Value> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')) {
        return None;
    }
    let groups = DigitGroups::read(text, MAX_READ, |_, character| {
        character
            .to_digit(10)
            .and_then(|digit| u8::try_from(digit).ok())
    });
    let (end, count) = first_number(&groups)?;
    let number = &text[..end];
    if !DIGITS.contains(&count) || date::begins_date(number) {
        return None;
    }
    Some(Value::text(0..end, collapse_whitespace(number)))
}

/// A telephone number after a word or two that say which one it is: `växel 08-…`, `mobil: 070-…`.
pub(in crate::extract) fn phone_after_words(text: &str) -> Option<Value> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let start = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
    let words = text[..start].split_whitespace();
    let is_plain = |word: &str| {
        word.chars()
            .all(|c| c.is_alphabetic() || matches!(c, '.' | ':'))
    };
    if start > MAX_WORDS_BYTES || !words.clone().all(is_plain) || words.count() > 2 {
        return None;
    }
    let mut value = phone(&text[start..])?;
    value.bytes = value.bytes.start + start..value.bytes.end + start;
    value.certainty = AFTER_WORDS_CERTAINTY;
    Some(value)
}

/// The end of the first of several numbers, and how many digits it has. Numbers that only a space
/// divides are told apart by their lengths: `08-12 34 56 070-123 45 67`.
fn first_number(groups: &DigitGroups) -> Option<(usize, usize)> {
    if groups.digits.len() <= *DIGITS.end() && groups.digits.len() <= MAX_NATIONAL_DIGITS + 2 {
        return Some((groups.end(), groups.digits.len()));
    }
    let mut count = 0;
    for (&length, &end) in groups.groups.iter().zip(&groups.ends) {
        count += length;
        // The next number begins with the 0 of its area code.
        let begins_next = groups.digits.get(count) == Some(&0);
        if begins_next && count >= MIN_UNLABELED_DIGITS && count <= *DIGITS.end() {
            // `390 06 00` has groups with a leading 0, too: the rest must be a whole number.
            let rest = groups.digits.len() - count;
            if rest >= MIN_UNLABELED_DIGITS {
                return Some((end, count));
            }
        }
    }
    Some((groups.end(), groups.digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn numbers_are_read_as_printed() {
        for (text, expected) in [
            ("08-465 004 12, växel", "08-465 004 12"),
            ("+46 (0)31 390 06 00", "+46 (0)31 390 06 00"),
            ("0381‑12\u{a0}34\u{a0}56", "0381‑12 34 56"),
            ("+46 70−123 45 67", "+46 70−123 45 67"),
            ("070 / 123 45 67", "070 / 123 45 67"),
            ("0381-12 34 56, 070-123 45 67", "0381-12 34 56"),
            ("0381-12 34 56 070-123 45 67", "0381-12 34 56"),
            ("0381-12 34 56/070-123 45 67", "0381-12 34 56"),
            ("031-390 06 00 ankn 12", "031-390 06 00"),
            ("(08) 12 34 56", "(08) 12 34 56"),
            ("+47 77 12 34 56", "+47 77 12 34 56"),
            ("0501234567", "0501234567"),
        ] {
            assert_eq!(text_of(phone(text)).as_deref(), Some(expected), "{text}");
        }
        let found = text_of(phone_after_words("mobil: 070-123 45 67"));
        assert_eq!(found.as_deref(), Some("070-123 45 67"));
        assert_eq!(phone_after_words("vi nås i stugan 070-123 45 67"), None);
        for text in ["2016-03-01", "12.03.2016", "saknas", "12 34", "-"] {
            assert_eq!(phone(text), None, "{text}");
        }
    }
}
