//! Where in a line's text does each of its words stand?

use std::ops::Range;

use kurbo::{Affine, Point};
use unicode_normalization::UnicodeNormalization;

use super::rows::Word;
use diarium_document::Rect;

/// A word in the text of its line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlacedWord {
    /// Byte offsets into the line's text.
    pub bytes: Range<usize>,
    /// Left edge.
    pub left: f32,
    /// Right edge.
    pub right: f32,
    /// The line that it stands on.
    pub baseline: f32,
    /// Size of its largest font.
    pub size: f32,
}

/// The words of a row in the text that was made of them. Where the text does not give them one
/// after the other, as where it runs from right to left, the whole of it is one word.
pub(super) fn placed(words: &[Word], text: &str) -> Vec<PlacedWord> {
    one_by_one(words, text).unwrap_or_else(|| {
        let whole = words.iter().map(|word| at(word, 0..text.len()));
        whole.reduce(joined).into_iter().collect()
    })
}

fn one_by_one(words: &[Word], text: &str) -> Option<Vec<PlacedWord>> {
    let mut next = 0;
    let mut placed = Vec::with_capacity(words.len());
    for word in words {
        let printed: String = word.text.nfc().collect();
        let rest = &text[next..];
        let start = text.len() - rest.trim_start().len();
        let end = start + printed.len();
        if !text[start..].starts_with(&printed) {
            return None;
        }
        placed.push(at(word, start..end));
        next = end;
    }
    (next == text.len()).then_some(placed)
}

fn at(word: &Word, bytes: Range<usize>) -> PlacedWord {
    PlacedWord {
        bytes,
        left: word.left,
        right: word.right,
        baseline: word.baseline,
        size: word.size,
    }
}

fn joined(one: PlacedWord, other: PlacedWord) -> PlacedWord {
    PlacedWord {
        left: one.left.min(other.left),
        right: one.right.max(other.right),
        baseline: one.baseline.max(other.baseline),
        size: one.size.max(other.size),
        bytes: one.bytes,
    }
}

impl PlacedWord {
    /// The word as a document tells it: on the page, in its text from byte `start` on.
    pub(super) fn on_page(
        self,
        start: usize,
        to_page: Affine,
        confidence: f32,
    ) -> diarium_document::Word {
        let point = |x: f32| pair(to_page * Point::new(x.into(), self.baseline.into()));
        diarium_document::Word {
            bytes: start + self.bytes.start..start + self.bytes.end,
            start: point(self.left),
            end: point(self.right),
            rect: bounds(
                to_page,
                reach(self.left, self.right, self.baseline, self.size),
            ),
            confidence,
        }
    }
}

/// A word that was read on a page, on the same page turned.
pub(super) fn turned(word: diarium_document::Word, to_page: Affine) -> diarium_document::Word {
    let point = |(x, y): (f32, f32)| pair(to_page * Point::new(x.into(), y.into()));
    diarium_document::Word {
        start: point(word.start),
        end: point(word.end),
        rect: bounds(to_page, word.rect),
        ..word
    }
}

/// How far a word's letters may reach above and below the line that they stand on.
pub(super) fn reach(left: f32, right: f32, baseline: f32, size: f32) -> Rect {
    Rect(left, baseline - 0.75 * size, right, baseline + 0.2 * size)
}

/// The smallest upright rectangle around a turned one.
pub(super) fn bounds(turn: Affine, rect: Rect) -> Rect {
    let rect = kurbo::Rect::new(rect.0.into(), rect.1.into(), rect.2.into(), rect.3.into());
    let bounds = turn.transform_rect_bbox(rect);
    Rect(
        bounds.x0 as f32,
        bounds.y0 as f32,
        bounds.x1 as f32,
        bounds.y1 as f32,
    )
}

fn pair(point: Point) -> (f32, f32) {
    (point.x as f32, point.y as f32)
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::super::test_support::glyphs_of;
    use super::*;

    fn words(texts: &[(&str, f32, f32)]) -> Vec<Word> {
        rows(glyphs_of(texts)).remove(0).words
    }

    #[test]
    fn words_are_found_in_their_lines_text_whatever_parts_them() {
        let words = words(&[("Siv Ek", 50.0, 100.0), ("691 000", 300.0, 100.0)]);
        let text = "Siv Ek\t691 000";
        let found: Vec<&str> = placed(&words, text)
            .into_iter()
            .map(|word| &text[word.bytes])
            .collect();
        assert_eq!(found, ["Siv", "Ek", "691", "000"]);
    }

    #[test]
    fn a_line_that_was_put_in_another_order_is_one_word() {
        let words = words(&[("ett två", 50.0, 100.0)]);
        let found = placed(&words, "två ett");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].bytes, 0..8);
        assert_eq!((found[0].left, found[0].right), (50.0, 88.5));
    }

    #[test]
    fn a_word_up_the_margin_has_its_place_on_the_page() {
        let word = PlacedWord {
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
