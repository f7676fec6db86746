//! Which digits did the author write, where a scan may have misread them?
//!
//! Letters that are read for digits: O for 0, l and I for 1, Z for 2, S for 5, B for 8. They count
//! as digits only inside a number that is mostly digits.

/// The digit that a character is, or may have been.
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

/// The digits of a number as printed, separators left out; none where most were no digits.
pub(super) fn digits(number: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = number.chars().filter_map(digit).collect();
    let real = number.chars().filter(char::is_ascii_digit).count();
    (real * 2 >= digits.len() && real > 0).then_some(digits)
}

/// Whether a letter stands where a scan may have misread a digit: among digits, in a word that has
/// nothing else.
pub(super) fn is_misread(text: &str, at: usize) -> bool {
    let word = |c: &char| c.is_alphanumeric() || *c == '|';
    let before = text[..at].chars().rev().take(16).take_while(word);
    let after = text[at..].chars().take(16).take_while(word);
    // 16 15 OO
    let mut real = text[..at].ends_with([' ', 'O']) && text[at..].starts_with('O');
    for character in before.chain(after) {
        if digit(character).is_none() {
            return false;
        }
        real |= character.is_ascii_digit();
    }
    real
}

/// Digits as text.
pub(super) fn told(digits: &[u8]) -> String {
    digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// Whether the last digit is the check digit of the others: the Luhn algorithm (ISO/IEC 7812-1).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match place % 2 {
            0 => u32::from(digit),
            _ if digit > 4 => u32::from(digit) * 2 - 9,
            _ => u32::from(digit) * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a number could begin at this byte: nothing that belongs to a word or a longer number
/// stands right before it.
pub(super) fn begins(text: &str, start: usize) -> bool {
    let mut before = text[..start].chars().rev();
    match before.next() {
        Some(last) if last.is_alphanumeric() => false,
        Some('-' | '–' | '.' | '/' | ',' | ':' | '+') => {
            !before.next().is_some_and(|c| c.is_ascii_digit())
        }
        _ => true,
    }
}

/// Whether a number could end at this byte.
pub(super) fn ends(text: &str, end: usize) -> bool {
    let mut after = text[end..].chars();
    match after.next() {
        Some(next) if next.is_alphanumeric() => false,
        Some('-' | '–' | '/') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        _ => true,
    }
}

/// At most so many bytes of the text before a place, on its line and the one before, in lower case.
pub(super) fn before(text: &str, start: usize, bytes: usize) -> String {
    let from = text.floor_char_boundary(start.saturating_sub(bytes));
    text[from..start].to_lowercase()
}

/// Whether what stands before a number says that it is no person's: a diary number, a project's.
pub(super) fn is_labelled_otherwise(text: &str, start: usize) -> bool {
    let before = before(text, start, 32);
    let label = before.trim_end_matches(|c: char| !c.is_alphabetic());
    if before.len() - label.len() > 4 {
        return false;
    }
    let label = label.rsplit([' ', '\n', '\t']).next().unwrap_or(label);
    // Dnr 2014-0123 | Diarienummer: | Projektnr | Ärende-ID | Ref. | Faktura nr | ISBN
    [
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
    ]
    .iter()
    .any(|start| label.starts_with(start))
        || label.ends_with("nr") && ["diarienr", "fakturanr", "ordernr"].contains(&label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misread_digits_count_inside_a_number_only() {
        assert_eq!(
            digits("8l12I8-9B7O").as_deref(),
            Some(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 0][..])
        );
        assert_eq!(digits("SOS-1"), None);
        assert!(luhn(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 6]));
        assert!(!luhn(&[8, 1, 1, 2, 1, 8, 9, 8, 7, 5]));
    }
}
