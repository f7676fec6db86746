//! Normalization: one form for all spellings of a value.
//!
//! Normalized text has only lowercase letters without diacritics (å and ä become a, ö becomes o, as
//! in e-mail addresses), digits and `@`. Spaces, hyphens, line breaks and all other characters are
//! left out. [`NormalizedText`] maps its offsets back to the original.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Error;

/// Normalizes a text.
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
        // Unicode has no decomposition for these.
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

/// A normalized text with a map back to the original.
#[derive(Debug, Default)]
pub(super) struct NormalizedText {
    /// The normalized text.
    pub(super) text: String,
    /// For each of its bytes, the start and length of the original character.
    // 32 bits halve the memory: the map is eight times as large as the text.
    origins: Vec<(u32, u8)>,
}

impl NormalizedText {
    /// Normalizes a text.
    ///
    /// # Errors
    /// If its offsets do not fit into 32 bits. A wrong offset would leave personal data in place.
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        let mut normalized = Self::default();
        for (start, character) in text.char_indices() {
            normalize_into(character, &mut normalized.text);
            let start = u32::try_from(start).map_err(|_| Error::TextTooLong)?;
            let length = u8::try_from(character.len_utf8()).map_err(|_| Error::TextTooLong)?;
            normalized
                .origins
                .resize(normalized.text.len(), (start, length));
        }
        Ok(normalized)
    }

    /// The bytes of the original that these bytes of the normalized text came from.
    pub(super) fn original_range(&self, start: usize, end: usize) -> Range<usize> {
        let (first, _) = self.origins[start];
        let (last, length) = self.origins[end - 1];
        first as usize..last as usize + usize::from(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_equal_when_normalized() {
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
    fn a_normalized_range_maps_back_to_the_original() {
        let text = "x – Åsa Bjö-\nrk!";
        let normalized = NormalizedText::new(text).unwrap();
        let start = normalized.text.find("asabjork").unwrap();
        assert_eq!(
            &text[normalized.original_range(start, start + 8)],
            "Åsa Bjö-\nrk"
        );
    }
}
