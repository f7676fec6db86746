//! Word positions: the byte range and the bounding box of each word of a line.
//!
//! Every byte of a line's text that is not white space belongs to exactly one word.

use std::ops::Range;

use kurbo::Affine;
use unicode_normalization::UnicodeNormalization;

use super::geometry::{bounding_box, map_point};
use super::rows::Word;
use diarium_document::Rect;

// How far letters reach above and below the baseline, as shares of the font size. Fonts differ; capitals and
// ascenders of common ones stay within 0.75. The bounding boxes of lines and words use the same values.
pub(super) const ASCENT: f32 = 0.75;
pub(super) const DESCENT: f32 = 0.2;

/// A word with its position in the text of its line and on the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PositionedWord {
    /// Byte offsets into the line's text.
    pub bytes: Range<usize>,
    /// Left edge.
    pub left: f32,
    /// Right edge.
    pub right: f32,
    /// Position of the baseline.
    pub baseline: f32,
    /// Size of its largest font, in points.
    pub size: f32,
}

/// Locates the words of a row in the line's text. If the text has them in another order, as in a line that
/// runs from right to left, the whole line is one word.
pub(super) fn locate_words(words: &[Word], text: &str) -> Vec<PositionedWord> {
    locate_in_order(words, text).unwrap_or_else(|| {
        let whole = words.iter().map(|word| position(word, 0..text.len()));
        whole.reduce(merge).into_iter().collect()
    })
}

fn locate_in_order(words: &[Word], text: &str) -> Option<Vec<PositionedWord>> {
    let mut end_of_previous = 0;
    let mut located = Vec::with_capacity(words.len());
    for word in words {
        let printed: String = word.text.nfc().collect();
        let rest = &text[end_of_previous..];
        let start = text.len() - rest.trim_start().len();
        let end = start + printed.len();
        if !text[start..].starts_with(&printed) {
            return None;
        }
        located.push(position(word, start..end));
        end_of_previous = end;
    }
    (end_of_previous == text.len()).then_some(located)
}

fn position(word: &Word, bytes: Range<usize>) -> PositionedWord {
    PositionedWord {
        bytes,
        left: word.left,
        right: word.right,
        baseline: word.baseline,
        size: word.size,
    }
}

fn merge(one: PositionedWord, other: PositionedWord) -> PositionedWord {
    PositionedWord {
        left: one.left.min(other.left),
        right: one.right.max(other.right),
        baseline: one.baseline.max(other.baseline),
        size: one.size.max(other.size),
        bytes: one.bytes,
    }
}

impl PositionedWord {
    /// Its bounding box in the writing direction.
    fn rect(&self) -> Rect {
        Rect(
            self.left,
            self.baseline - ASCENT * self.size,
            self.right,
            self.baseline + DESCENT * self.size,
        )
    }

    /// The word of a finished page, whose line starts at byte `start` of the page's text. `to_page` maps the
    /// line's writing direction to the page.
    pub(super) fn on_page(
        self,
        start: usize,
        to_page: Affine,
        confidence: f32,
    ) -> diarium_document::Word {
        let point = |x: f32| map_point(to_page, (x, self.baseline));
        diarium_document::Word {
            bytes: start + self.bytes.start..start + self.bytes.end,
            start: point(self.left),
            end: point(self.right),
            rect: bounding_box(to_page, self.rect()),
            confidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::super::tests::support::glyphs_of;
    use super::*;

    fn words(texts: &[(&str, f32, f32)]) -> Vec<Word> {
        rows(glyphs_of(texts)).remove(0).words
    }

    #[test]
    fn words_are_located_across_spaces_and_tabs() {
        let words = words(&[("Siv Ek", 50.0, 100.0), ("691 000", 300.0, 100.0)]);
        let text = "Siv Ek\t691 000";
        let found: Vec<&str> = locate_words(&words, text)
            .into_iter()
            .map(|word| &text[word.bytes])
            .collect();
        assert_eq!(found, ["Siv", "Ek", "691", "000"]);
    }

    #[test]
    fn a_line_in_another_order_is_one_word() {
        let words = words(&[("ett två", 50.0, 100.0)]);
        let found = locate_words(&words, "två ett");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].bytes, 0..8);
        assert_eq!((found[0].left, found[0].right), (50.0, 88.5));
    }

    #[test]
    fn a_word_up_the_margin_is_mapped_to_the_page() {
        let word = PositionedWord {
            bytes: 0..3,
            left: -700.0,
            right: -650.0,
            baseline: 30.0,
            size: 10.0,
        };
        let word = word.on_page(5, Affine::rotate(-90_f64.to_radians()), 1.0);
        assert_eq!(word.bytes, 5..8);
        let near = |one: (f32, f32), other: (f32, f32)| {
            (one.0 - other.0).abs() < 0.01 && (one.1 - other.1).abs() < 0.01
        };
        assert!(near(word.start, (30.0, 700.0)), "{word:?}");
        assert!(near(word.end, (30.0, 650.0)), "{word:?}");
        assert!(near((word.rect.0, word.rect.1), (22.5, 650.0)), "{word:?}");
    }
}
