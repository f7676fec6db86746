//! Text normalization and edit distance: how cleaning decides that two lines are the same.
//!
//! A header is printed on every page with another page number and another date, and OCR misreads a
//! letter here and there. [`normalize`] removes the former difference, [`is_similar`] tolerates the
//! latter. [`Interner`] numbers normalized texts, so that lines are compared by number.

use std::{collections::HashMap, rc::Rc};

use diarium_document::work;

/// The number of a normalized text: two texts are equal if their numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextKey(u32);

impl TextKey {
    /// The key of a text without letters or digits.
    const NONE: Self = Self(0);

    /// Whether the text has no letters or digits.
    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// The number, in order of first appearance.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

/// Normalized texts, each stored once and numbered in order of first appearance.
#[derive(Debug)]
pub(super) struct Interner {
    numbers: HashMap<Rc<str>, TextKey>,
    texts: Vec<Rc<str>>,
}

impl Default for Interner {
    fn default() -> Self {
        let empty: Rc<str> = Rc::from("");
        Self {
            numbers: HashMap::from([(Rc::clone(&empty), TextKey::NONE)]),
            texts: vec![empty],
        }
    }
}

impl Interner {
    /// The key of a normalized text, a new one if the text is new.
    pub(super) fn intern(&mut self, normalized: &str) -> TextKey {
        work::spend(1 + normalized.len());
        if let Some(&key) = self.numbers.get(normalized) {
            return key;
        }
        // Unreachable in practice: four billion texts need more memory than any worker has.
        let key = TextKey(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = Rc::from(normalized);
        self.numbers.insert(Rc::clone(&text), key);
        self.texts.push(text);
        key
    }

    /// The normalized text of a key.
    pub(super) fn text(&self, key: TextKey) -> &str {
        self.texts.get(key.0 as usize).map_or("", |text| text)
    }
}

/// Normalizes a text for comparison: lowercase words with single spaces, without punctuation, and a
/// single `0` for every run of digits, because page numbers and dates change from page to page.
pub(super) fn normalize(text: &str) -> String {
    work::spend(text.len());
    let mut normalized = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = true;
        } else if character.is_alphanumeric() {
            if gap && !normalized.is_empty() {
                normalized.push(' ');
            }
            gap = false;
            if character.is_numeric() {
                if !normalized.ends_with('0') {
                    normalized.push('0');
                }
            } else {
                normalized.extend(character.to_lowercase());
            }
        }
    }
    normalized
}

/// Normalizes a single word.
pub(super) fn normalize_word(word: &str) -> String {
    normalize(word).replace(' ', "")
}

/// The longest text, in bytes, that is compared letter by letter.
// Lines of a header or footer are shorter. The time for an edit distance grows with the square of the
// length.
const MAX_COMPARED_BYTES: usize = 400;

/// Whether two normalized texts are equal except for OCR errors: at least four fifths of the longer
/// one are the same, by Levenshtein distance.
pub(super) fn is_similar(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    work::spend(1);
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    // In a text of fewer than five letters, one wrong letter makes another word. The comparison of
    // lengths is cheap and excludes most pairs.
    short >= 5
        && long <= MAX_COMPARED_BYTES
        && short * 5 >= long * 4
        && strsim::normalized_levenshtein(a, b) >= 0.8
}
