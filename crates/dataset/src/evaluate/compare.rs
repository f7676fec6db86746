//! When is a value the right one?
//!
//! Strictly: when it is equal after NFC, with its white space made single. Softly: words may differ
//! in case and punctuation and in one letter of ten, digits in nothing: a telephone number with one
//! digit wrong is wrong.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use diarium_document::collapse_whitespace;

/// Texts of which a smaller share of letters agrees are different. The customary bound for fields
/// read from forms.
const NEARLY: f64 = 0.9;

/// Past this many comparisons of words, their order is not looked at: texts of 7,000 words that
/// have neither start nor end in common.
const MOST_COMPARISONS: usize = 50_000_000;

/// Whether two texts are equal after NFC, white space made single.
pub fn is_same(one: &str, other: &str) -> bool {
    tidy(one) == tidy(other)
}

/// Whether two texts are equal but for case, punctuation and a letter here and there.
pub fn is_nearly(one: &str, other: &str) -> bool {
    if is_same(one, other) {
        return true;
    }
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    if digits(one) != digits(other) {
        return false;
    }
    let (one, other) = (bare(one), bare(other));
    !one.is_empty() && strsim::normalized_levenshtein(&one, &other) >= NEARLY
}

/// The share of words that two texts have in common, in order: twice the longest common
/// subsequence over the words of both.
pub fn similarity(one: &str, other: &str) -> f64 {
    let (one, other) = (tidy(one), tidy(other));
    let one: Vec<&str> = one.split(' ').filter(|word| !word.is_empty()).collect();
    let other: Vec<&str> = other.split(' ').filter(|word| !word.is_empty()).collect();
    let words = one.len() + other.len();
    if words == 0 {
        return 1.0;
    }
    let pairs = || one.iter().zip(&other);
    let start = pairs().take_while(|(a, b)| a == b).count();
    let ends = one[start..].iter().rev().zip(other[start..].iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let (left, right) = (
        &one[start..one.len() - end],
        &other[start..other.len() - end],
    );
    let common = if left.len().saturating_mul(right.len()) > MOST_COMPARISONS {
        shared_words(left, right)
    } else {
        common_subsequence(left, right)
    };
    2.0 * (start + end + common) as f64 / words as f64
}

/// The length of the longest common subsequence, row by row.
fn common_subsequence(one: &[&str], other: &[&str]) -> usize {
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

fn shared_words(one: &[&str], other: &[&str]) -> usize {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for word in one {
        *counts.entry(word).or_default() += 1;
    }
    let takes = |word: &&&str| match counts.get_mut(**word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    other.iter().filter(takes).count()
}

/// How many characters must be changed, put in or taken out to make `found` what is expected, and how
/// many are expected: the character error rate is the one by the other. White space is single.
pub fn misread(expected: &str, found: &str) -> (usize, usize) {
    let (expected, found) = (tidy(expected), tidy(found));
    let characters = expected.chars().count();
    let others = found.chars().count();
    let wrong = if characters.saturating_mul(others) > MOST_COMPARISONS {
        // Words that differ count whole.
        let same = similarity(&expected, &found);
        ((1.0 - same) * characters.max(others) as f64).round() as usize
    } else {
        strsim::levenshtein(&expected, &found)
    };
    (wrong, characters)
}

/// NFC, white space made single.
fn tidy(text: &str) -> String {
    let composed: String = text.nfc().collect();
    collapse_whitespace(&composed)
}

/// Lower case, letters and digits only, words parted by single spaces.
fn bare(text: &str) -> String {
    let letters: String = tidy(text)
        .to_lowercase()
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
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
    fn spaces_and_composition_never_matter() {
        assert!(is_same("Å  ström\n", "A\u{30a} ström"));
        assert!(!is_same("Åström", "åström"));
    }

    #[test]
    fn words_may_nearly_agree_but_digits_must() {
        for (one, other, nearly) in [
            ("Vävstugan, Ljungby", "vävstugan ljungby", true),
            ("Föreningen Vävstugan", "Föreningen Vävstugam", true),
            ("Vävstugan", "Verkstaden", false),
            ("0372-555 01 01", "0372-555 01 02", false),
            ("2014-03-01", "2014-03-11", false),
            ("-", "–", false),
        ] {
            assert_eq!(is_nearly(one, other), nearly, "{one} | {other}");
        }
    }

    #[test]
    fn similarity_is_the_share_of_words_in_common() {
        for (one, other, share) in [
            ("", "", 1.0),
            ("a b c d", "a b c d", 1.0),
            ("a b c d", "a x c d", 0.75),
            ("a b", "c d", 0.0),
            ("a b", "", 0.0),
        ] {
            assert_eq!(similarity(one, other), share, "{one} | {other}");
        }
    }

    #[test]
    fn a_misread_character_is_counted_once() {
        assert_eq!(misread("Åsa och Örjan", "Äsa  och 0rjan."), (3, 13));
        assert_eq!(misread("", ""), (0, 0));
        let long = "ord ".repeat(5_000);
        assert_eq!(misread(&long, &long), (0, 19_999));
    }

    #[test]
    fn words_of_very_long_texts_are_counted_without_their_order() {
        assert_eq!(shared_words(&["a", "b", "a"], &["a", "a", "a"]), 2);
    }
}
