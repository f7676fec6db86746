//! Text comparison: exact and fuzzy matches, word similarity (LCS) and character errors.
//!
//! A match is exact if the texts are equal after Unicode normalization (NFC) with white space collapsed.
//! It is fuzzy if they also differ in case, in punctuation or in one letter of ten, but never in a
//! digit: a telephone number with one wrong digit is wrong.

use std::collections::HashMap;
use std::convert::Infallible;

use similar::algorithms::{DiffHook, myers};
use unicode_normalization::UnicodeNormalization;

use diarium_document::collapse_whitespace;

/// The least normalized Levenshtein similarity of a fuzzy match.
// One letter of ten may be misread. `Vävstugam` for `Vävstugan` in a name of two words passes;
// `Vävstugor` for `Vävstugan` has 0.78 and does not.
const FUZZY_MATCH: f64 = 0.9;

/// The most comparisons of words or characters, as the product of the two lengths.
// Above, the order of the words is ignored, because the time of the comparison grows with this product.
// 50 million are two texts of 7,000 words, some 20 pages, without a common start or end.
const MAX_COMPARISONS: usize = 50_000_000;

/// Whether two texts are equal after normalization.
pub fn is_exact_match(one: &str, other: &str) -> bool {
    normalize(one) == normalize(other)
}

/// Whether two texts are equal except for case, punctuation and a few letters.
pub fn is_fuzzy_match(one: &str, other: &str) -> bool {
    if is_exact_match(one, other) {
        return true;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    // One letter of ten may be wrong, but `2014-03-01` and `2014-03-11` are different dates.
    if digits(one) != digits(other) {
        return false;
    }
    let (one, other) = (
        normalize_for_fuzzy_match(one),
        normalize_for_fuzzy_match(other),
    );
    // Two texts of punctuation alone, such as `-` and `–`, are both empty here, and would be equal.
    !one.is_empty() && strsim::normalized_levenshtein(&one, &other) >= FUZZY_MATCH
}

/// The word similarity of two texts, 0 to 1: twice the length of the longest common subsequence (LCS) of
/// their words, divided by the number of words of both.
pub fn word_similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (normalize(one), normalize(other));
    let one: Vec<&str> = one.split(' ').filter(|word| !word.is_empty()).collect();
    let other: Vec<&str> = other.split(' ').filter(|word| !word.is_empty()).collect();
    let words = one.len() + other.len();
    if words == 0 {
        return 1.0;
    }
    // Most texts have a long common start and end, which need no comparison of all pairs of words.
    // The result is the same: a common start and end are always part of a longest common subsequence.
    let pairs = || one.iter().zip(&other);
    let start = pairs().take_while(|(a, b)| a == b).count();
    let ends = one[start..].iter().rev().zip(other[start..].iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let (left, right) = (
        &one[start..one.len() - end],
        &other[start..other.len() - end],
    );
    let common = if left.len().saturating_mul(right.len()) > MAX_COMPARISONS {
        shared_words(left, right)
    } else {
        lcs_length(left, right)
    };
    2.0 * (start + end + common) as f64 / words as f64
}

/// The length of the longest common subsequence.
// The entry point without heuristics: the others may return a shorter subsequence for difficult texts,
// and scores would change.
fn lcs_length(one: &[&str], other: &[&str]) -> usize {
    let mut length = EqualItems(0);
    let all = (0..one.len(), 0..other.len());
    let Ok(()) = myers::diff_deadline_raw(&mut length, one, all.0, other, all.1, None);
    length.0
}

/// Counts the items that both sequences of a diff have.
struct EqualItems(usize);

impl DiffHook for EqualItems {
    type Error = Infallible;

    fn equal(&mut self, _: usize, _: usize, length: usize) -> Result<(), Infallible> {
        self.0 += length;
        Ok(())
    }
}

/// The number of words that both texts have, in any order.
fn shared_words(one: &[&str], other: &[&str]) -> usize {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in one {
        *counts.entry(word).or_default() += 1;
    }
    let has_partner = |word: &&&str| match counts.get_mut(**word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    other.iter().filter(has_partner).count()
}

/// The number of wrong characters in `found` (Levenshtein distance), and the number of expected characters,
/// after normalization. The character error rate (CER) is their quotient.
pub fn character_errors(expected: &str, found: &str) -> (usize, usize) {
    let (expected, found) = (normalize(expected), normalize(found));
    let characters = expected.chars().count();
    let others = found.chars().count();
    let wrong = if characters.saturating_mul(others) > MAX_COMPARISONS {
        // An estimate: a word that differs counts as a whole.
        let same = word_similarity(&expected, &found);
        ((1.0 - same) * characters.max(others) as f64).round() as usize
    } else {
        strsim::levenshtein(&expected, &found)
    };
    (wrong, characters)
}

/// NFC with white space collapsed.
fn normalize(text: &str) -> String {
    // Å may be one character or a letter with a combining ring, depending on the program that wrote it.
    let composed: String = text.nfc().collect();
    collapse_whitespace(&composed)
}

/// Lowercase letters and digits, with single spaces between words.
fn normalize_for_fuzzy_match(text: &str) -> String {
    let letters: String = normalize(text)
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                // A space instead of nothing, so that `Ljungby/Växjö` remains two words.
                ' '
            }
        })
        .collect();
    collapse_whitespace(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_unicode_composition_do_not_count() {
        assert!(is_exact_match("Å  ström\n", "A\u{30a} ström"));
        assert!(!is_exact_match("Åström", "åström"));
    }

    #[test]
    fn a_fuzzy_match_may_differ_in_letters_but_not_in_digits() {
        for (one, other, expected) in [
            ("Vävstugan, Ljungby", "vävstugan ljungby", true),
            ("Föreningen Vävstugan", "Föreningen Vävstugam", true),
            ("Vävstugan", "Verkstaden", false),
            ("0372-555 01 01", "0372-555 01 02", false),
            ("2014-03-01", "2014-03-11", false),
            ("-", "–", false),
        ] {
            assert_eq!(is_fuzzy_match(one, other), expected, "{one} | {other}");
        }
    }

    #[test]
    fn word_similarity_is_the_share_of_common_words() {
        for (one, other, share) in [
            ("", "", 1.0),
            ("a b c d", "a b c d", 1.0),
            ("a b c d", "a x c d", 0.75),
            ("a b", "c d", 0.0),
            ("a b", "", 0.0),
        ] {
            assert_eq!(word_similarity(one, other), share, "{one} | {other}");
        }
    }

    #[test]
    fn a_wrong_character_is_counted_once() {
        assert_eq!(
            character_errors("Åsa och Örjan", "Äsa  och 0rjan."),
            (3, 13)
        );
        assert_eq!(character_errors("", ""), (0, 0));
        let long = "ord ".repeat(5_000);
        assert_eq!(character_errors(&long, &long), (0, 19_999));
    }

    #[test]
    fn the_order_of_words_in_very_long_texts_is_ignored() {
        assert_eq!(shared_words(&["a", "b", "a"], &["a", "a", "a"]), 2);
    }

    /// The textbook dynamic program, row by row.
    fn reference_lcs_length(one: &[&str], other: &[&str]) -> usize {
        let mut row = vec![0_usize; other.len() + 1];
        for word in one {
            let mut diagonal = 0;
            for (index, candidate) in other.iter().enumerate() {
                let above = row[index + 1];
                row[index + 1] = if word == candidate {
                    diagonal + 1
                } else {
                    above.max(row[index])
                };
                diagonal = above;
            }
        }
        row[other.len()]
    }

    proptest::proptest! {
        #[test]
        fn the_common_subsequence_is_the_longest(
            one in proptest::collection::vec("[a-d]", 0..80),
            other in proptest::collection::vec("[a-e]", 0..80),
        ) {
            let one: Vec<&str> = one.iter().map(String::as_str).collect();
            let other: Vec<&str> = other.iter().map(String::as_str).collect();
            proptest::prop_assert_eq!(lcs_length(&one, &other), reference_lcs_length(&one, &other));
        }
    }
}
