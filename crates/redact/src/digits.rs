//! Digits with OCR confusions: letters that OCR read instead of digits count as digits.
//!
//! `O` for 0, `l` and `I` for 1, `Z` for 2, `S` for 5, `B` for 8. They count only inside a number that
//! is mostly digits. This module also knows where a number may start and end, and which labels
//! announce a number that is not personal data.

/// The digit that a character is, or that OCR may have misread as it.
pub(super) fn digit(character: char) -> Option<u8> {
    match character {
        '0'..='9' => u8::try_from(u32::from(character) - u32::from('0')).ok(),
        'O' | 'o' | 'Q' => Some(0),
        'l' | 'I' | '|' => Some(1),
        'Z' => Some(2),
        'S' | 's' => Some(5),
        'B' => Some(8),
        _ => None,
    }
}

/// The digits of a number as printed, without separators. `None` if fewer than half of them are real
/// digits: `SOS-1`.
pub(super) fn digits(number: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = number.chars().filter_map(digit).collect();
    let real = number.chars().filter(char::is_ascii_digit).count();
    (real * 2 >= digits.len() && real > 0).then_some(digits)
}

/// Whether the letter at byte `at` may be a misread digit: its word has only digits and letters like
/// it, at least one of them a real digit.
pub(super) fn is_misread_digit(text: &str, at: usize) -> bool {
    // More than the digits of a personal or telephone number without separators. The bound keeps the
    // search linear.
    const LONGEST: usize = 16;
    let is_in_word = |c: &char| c.is_alphanumeric() || *c == '|';
    let before = text[..at].chars().rev().take(LONGEST);
    let after = text[at..].chars().take(LONGEST);
    // The last group of `16 15 OO` has no real digit.
    let mut has_digit = text[..at].ends_with([' ', 'O']) && text[at..].starts_with('O');
    for character in before
        .take_while(is_in_word)
        .chain(after.take_while(is_in_word))
    {
        if digit(character).is_none() {
            return false;
        }
        has_digit |= character.is_ascii_digit();
    }
    has_digit
}

/// Digits as text.
pub(super) fn digit_string(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// Whether the last digit is the check digit of the others: the Luhn algorithm (ISO/IEC 7812-1).
pub(super) fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| match index % 2 {
            0 => u32::from(digit),
            _ if digit > 4 => u32::from(digit) * 2 - 9,
            _ => u32::from(digit) * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a number may start at this byte: no word and no longer number continues there.
pub(super) fn starts_at_boundary(text: &str, start: usize) -> bool {
    let mut before = text[..start].chars().rev();
    match before.next() {
        Some(last) if last.is_alphanumeric() => false,
        // A separator inside a longer number, unless it is punctuation after a word.
        Some('-' | '–' | '.' | '/' | ',' | ':' | '+') => {
            !before.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => true,
    }
}

/// Whether a number may end at this byte.
pub(super) fn ends_at_boundary(text: &str, end: usize) -> bool {
    let mut after = text[end..].chars();
    match after.next() {
        Some(next) if next.is_alphanumeric() => false,
        Some('-' | '–' | '/') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        _ => true,
    }
}

/// At most `bytes` of the text before a byte, in lowercase.
pub(super) fn context_before(text: &str, start: usize, bytes: usize) -> String {
    let from = text.floor_char_boundary(start.saturating_sub(bytes));
    text[from..start].to_lowercase()
}

/// Prefixes of labels whose numbers are not personal data: `Dnr 2014-0123`, `Diarienummer:`,
/// `Projektnr`, `Ärende-ID`, `Faktura nr`, `ISBN`.
const OTHER_NUMBER_LABELS: [&str; 18] = [
    "dnr",
    "d.nr",
    "diarie",
    "projektn",
    "projekt-",
    "ärende",
    "ref",
    "faktura",
    "isbn",
    "issn",
    "artikel",
    "journal",
    "kundn",
    "utlysning",
    "beslut",
    "cfar",
    "sni",
    "version",
];

/// Whether the label right before a number says that it is not personal data.
pub(super) fn has_other_label(text: &str, start: usize) -> bool {
    // 32 bytes hold the longest label with its colon and spaces.
    let before = context_before(text, start, 32);
    let label = before.trim_end_matches(|c: char| !c.is_alphabetic());
    // `Dnr: 811218`: a colon, a space, a tab. What is further away labels something else.
    if before.len() - label.len() > 4 {
        return false;
    }
    let label = label.rsplit([' ', '\n', '\t']).next().unwrap_or(label);
    OTHER_NUMBER_LABELS
        .iter()
        .any(|prefix| label.starts_with(prefix))
        || label == "ordernr"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_count_as_digits_only_among_digits() {
        assert_eq!(
            digits("8l12I8-9B7O").as_deref(),
            Some(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 0][..])
        );
        assert_eq!(digits("SOS-1"), None);
        assert!(passes_luhn(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 6]));
        assert!(!passes_luhn(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 5]));
    }
}
