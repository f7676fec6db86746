//! When are two spellings the same?
//!
//! NormalizedText, a text is its letters and digits in lower case without accents (å and ä are a, ö is o,
//! as in the names of mailboxes), and `@`. Everything else is left out: spaces, hyphens, line
//! breaks. [`NormalizedText`] leads back from there to the text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text.
pub(super) fn normalize(text: &str) -> String {
    let mut normalized = String::with_capacity(text.len());
    for character in text.chars() {
        normalize_into(character, &mut normalized);
    }
    normalized
}

fn normalize_into(character: char, normalized: &mut String) {
    match character {
        'a'..='z' | '0'..='9' | '@' => normalized.push(character),
        'A'..='Z' => normalized.push(character.to_ascii_lowercase()),
        _ if character.is_ascii() => {}
        'ø' | 'Ø' => normalized.push('o'),
        'æ' | 'Æ' => normalized.push('a'),
        'ł' | 'Ł' => normalized.push('l'),
        'đ' | 'Đ' => normalized.push('d'),
        'ı' => normalized.push('i'),
        'ß' => normalized.push_str("ss"),
        _ => {
            let parts = character.nfd().filter(|part| !is_combining_mark(*part));
            let letters = parts.filter(|part| part.is_alphanumeric());
            normalized.extend(letters.flat_map(char::to_lowercase));
        }
    }
}

/// A normalized text and where each byte of it came from.
#[derive(Debug, Default)]
pub(super) struct NormalizedText {
    /// What to search in.
    pub(super) text: String,
    /// For each byte of it, the bytes of the character that it came from.
    places: Vec<(u32, u8)>,
}

impl NormalizedText {
    /// Folds a text.
    pub(super) fn new(text: &str) -> Self {
        let mut normalized = Self::default();
        for (at, character) in text.char_indices() {
            normalize_into(character, &mut normalized.text);
            let place = (
                u32::try_from(at).unwrap_or(u32::MAX),
                u8::try_from(character.len_utf8()).unwrap_or(4),
            );
            normalized.places.resize(normalized.text.len(), place);
        }
        normalized
    }

    /// The bytes of the original from which these bytes of the normalized text came.
    pub(super) fn range(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let (first, _) = self.places[start];
        let (last, length) = self.places[end - 1];
        first as usize..last as usize + usize::from(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_the_same() {
        for name in [
            "Åsa Björk",
            "ÅSA BJÖRK",
            "asa.bjork",
            "Åsa Bjö-\nrk",
            "A\u{30a}sa Bjo\u{308}rk",
        ] {
            assert_eq!(normalize(name), "asabjork", "{name}");
        }
    }

    #[test]
    fn the_way_back_is_known() {
        let text = "x – Åsa Bjö-\nrk!";
        let normalized = NormalizedText::new(text);
        let start = normalized.text.find("asabjork").unwrap();
        assert_eq!(&text[normalized.range(start, start + 8)], "Åsa Bjö-\nrk");
    }
}
