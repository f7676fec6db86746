//! When are two spellings the same?
//!
//! Folded, a text is its letters and digits in lower case without accents (å and ä are a, ö is o,
//! as in the names of mailboxes), and `@`. Everything else is left out: spaces, hyphens, line
//! breaks. [`Folded`] leads back from there to the text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a text.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        fold_into(character, &mut folded);
    }
    folded
}

fn fold_into(character: char, folded: &mut String) {
    match character {
        'a'..='z' | '0'..='9' | '@' => folded.push(character),
        'A'..='Z' => folded.push(character.to_ascii_lowercase()),
        _ if character.is_ascii() => {}
        'ø' | 'Ø' => folded.push('o'),
        'æ' | 'Æ' => folded.push('a'),
        'ł' | 'Ł' => folded.push('l'),
        'đ' | 'Đ' => folded.push('d'),
        'ı' => folded.push('i'),
        'ß' => folded.push_str("ss"),
        _ => {
            let parts = character.nfd().filter(|part| !is_combining_mark(*part));
            let letters = parts.filter(|part| part.is_alphanumeric());
            folded.extend(letters.flat_map(char::to_lowercase));
        }
    }
}

/// A folded text and where each byte of it came from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// What to search in.
    pub(super) text: String,
    /// For each byte of it, the bytes of the character that it came from.
    places: Vec<(u32, u8)>,
}

impl Folded {
    /// Folds a text.
    pub(super) fn new(text: &str) -> Self {
        let mut folded = Self::default();
        for (at, character) in text.char_indices() {
            fold_into(character, &mut folded.text);
            let place = (
                u32::try_from(at).unwrap_or(u32::MAX),
                u8::try_from(character.len_utf8()).unwrap_or(4),
            );
            folded.places.resize(folded.text.len(), place);
        }
        folded
    }

    /// The bytes of the original from which these bytes of the folded text came.
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
            assert_eq!(fold(name), "asabjork", "{name}");
        }
    }

    #[test]
    fn the_way_back_is_known() {
        let text = "x – Åsa Bjö-\nrk!";
        let folded = Folded::new(text);
        let start = folded.text.find("asabjork").unwrap();
        assert_eq!(&text[folded.range(start, start + 8)], "Åsa Bjö-\nrk");
    }
}
