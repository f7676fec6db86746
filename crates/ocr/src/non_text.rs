//! Non-text detection: recognize the false positives of OCR on photographs.
//!
//! In foliage, cloth or gravel an engine sees letters: scattered ones, with low confidence. A page of
//! text has words.

use super::RecognizedLine;

/// A word with at least this many letters and digits is hardly a coincidence.
const MIN_WORD_LENGTH: usize = 3;
// A page is text if more than this share of its characters is in such words, or if the engine is more
// confident than this: columns of short numbers have no long words, but are read with high confidence.
// The engines drop lines below 0.5 (`ppocr`) and 0.4 (`tesseract`) themselves.
const MIN_SHARE_IN_WORDS: f32 = 0.35;
const SURE: f32 = 0.8;

/// The engine's mean confidence in lines that are no text; `None` if they are text, or if there are no
/// characters.
pub(super) fn detect_non_text(lines: &[RecognizedLine]) -> Option<f32> {
    let (mut characters, mut in_words, mut confidence) = (0.0, 0.0, 0.0);
    for word in lines.iter().flat_map(|line| &line.words) {
        let length = word.text.chars().count() as f32;
        let alphanumeric = word.text.chars().filter(|one| one.is_alphanumeric());
        if alphanumeric.count() >= MIN_WORD_LENGTH {
            in_words += length;
        }
        characters += length;
        confidence += length * word.confidence;
    }
    let confidence = confidence / f32::max(characters, 1.0);
    let is_non_text =
        characters > 0.0 && in_words < MIN_SHARE_IN_WORDS * characters && confidence < SURE;
    is_non_text.then_some(confidence)
}

#[cfg(test)]
mod tests {
    use super::super::RecognizedWord;
    use super::*;

    fn non_text(words: &[&str], confidence: f32) -> Option<f32> {
        let line = |text: &&str| RecognizedLine {
            words: vec![RecognizedWord {
                text: (*text).to_owned(),
                left: 0.0,
                right: 10.0,
                confidence,
            }],
            baseline: 10.0,
            font_size: 10.0,
        };
        detect_non_text(&words.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn scattered_letters_of_low_confidence_are_no_text() {
        assert!(non_text(&["n", "1", "YI", "A", "t.", "N"], 0.66).is_some());
    }

    #[test]
    fn words_and_numbers_of_high_confidence_are_text() {
        assert_eq!(non_text(&["Åsa", "Öberg", "1", "A"], 0.6), None);
        assert_eq!(non_text(&["1", "2", "14", "3"], 0.95), None);
        assert_eq!(non_text(&[], 0.0), None);
    }
}
