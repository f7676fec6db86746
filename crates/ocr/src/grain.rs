//! Is what was read text, or the grain of a picture?
//!
//! In foliage, cloth or gravel an engine sees letters: one here, two there, and it is not sure of
//! them. Print has words.

use super::MeasuredLine;

/// What stands in words of this many letters and digits is hardly chance.
const WORD: usize = 3;
/// A page with a larger share of its characters in such words is text…
const IN_WORDS: f32 = 0.35;
/// …and so is one that the engine is surer of than this: columns of short numbers are.
const SURE: f32 = 0.8;

/// How sure the engine is of a page whose lines are the grain of a picture; nothing if they are
/// text, or none.
pub(super) fn grain(lines: &[MeasuredLine]) -> Option<f32> {
    let (mut characters, mut in_words, mut confidence) = (0.0, 0.0, 0.0);
    for word in lines.iter().flat_map(|line| &line.words) {
        let length = word.text.chars().count() as f32;
        let signs = word.text.chars().filter(|one| one.is_alphanumeric());
        if signs.count() >= WORD {
            in_words += length;
        }
        characters += length;
        confidence += length * word.confidence;
    }
    let confidence = confidence / f32::max(characters, 1.0);
    let is_grain = characters > 0.0 && in_words < IN_WORDS * characters && confidence < SURE;
    is_grain.then_some(confidence)
}

#[cfg(test)]
mod tests {
    use super::super::MeasuredWord;
    use super::*;

    fn page(words: &[&str], confidence: f32) -> Option<f32> {
        let line = |text: &&str| MeasuredLine {
            words: vec![MeasuredWord {
                text: (*text).to_owned(),
                left: 0.0,
                right: 10.0,
                confidence,
            }],
            baseline: 10.0,
            size: 10.0,
        };
        grain(&words.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn scattered_letters_that_nobody_is_sure_of_are_grain() {
        assert!(page(&["n", "1", "YI", "A", "t.", "N"], 0.66).is_some());
    }

    #[test]
    fn words_and_sure_numbers_are_text() {
        assert_eq!(page(&["Åsa", "Öberg", "1", "A"], 0.6), None);
        assert_eq!(page(&["1", "2", "14", "3"], 0.95), None);
        assert_eq!(page(&[], 0.0), None);
    }
}
