//! Span resolution: from a range of clean text to spans on pages, with bounding boxes.
//!
//! A bounding box is the union of the boxes of the words that the range covers. A part of a word gets its
//! share of the word's box, as if all letters were equally wide.

use std::{cell::OnceCell, ops::Range};

use diarium_document::{
    CleanText, Page, PageRange, RawDocument, Rect, ScalarIndex, Span, Word, operations,
};

/// Resolves ranges of the clean text to spans of a record.
pub(super) struct SpanResolver<'d> {
    document: &'d RawDocument,
    text: &'d CleanText,
    /// One for each page, built at the first span on it.
    indexes: Vec<OnceCell<ScalarIndex>>,
}

/// A range of one page.
pub(super) struct ResolvedSpan {
    pub span: Span,
    /// The page's text at the span.
    pub raw: String,
    /// Whether the range continues on another page, which the span does not cover.
    pub is_partial: bool,
}

impl<'d> SpanResolver<'d> {
    pub(super) fn new(document: &'d RawDocument, text: &'d CleanText) -> Self {
        let indexes = document.pages.iter().map(|_| OnceCell::new()).collect();
        Self {
            document,
            text,
            indexes,
        }
    }

    /// The span of a range on the page where it begins; `None` if cleaning inserted all of it.
    pub(super) fn resolve(&self, bytes: Range<usize>) -> Option<ResolvedSpan> {
        let origins = self.text.origins(bytes);
        let first = origins.first()?;
        let page = &self.document.pages[first.page];
        operations::count(first.bytes.len());
        Some(ResolvedSpan {
            span: self.span(first),
            raw: page.text[first.bytes.clone()].to_owned(),
            is_partial: origins.len() > 1,
        })
    }

    /// The spans of a range, one for each page.
    pub(super) fn spans(&self, bytes: Range<usize>) -> Vec<Span> {
        let origins = self.text.origins(bytes);
        origins.iter().map(|range| self.span(range)).collect()
    }

    fn span(&self, range: &PageRange) -> Span {
        let page = &self.document.pages[range.page];
        let index = self.indexes[range.page].get_or_init(|| ScalarIndex::new(&page.text));
        Span {
            page: page.number,
            start: index.scalar(&page.text, range.bytes.start),
            end: index.scalar(&page.text, range.bytes.end),
            rect: bounding_box(page, &range.bytes).map(Rect::rounded),
        }
    }
}

/// The bounding box of the words that a range covers, or of the parts of lines if no words are known.
fn bounding_box(page: &Page, bytes: &Range<usize>) -> Option<Rect> {
    let first = page
        .words
        .partition_point(|word| word.bytes.end <= bytes.start);
    page.words[first..]
        .iter()
        .take_while(|word| word.bytes.start < bytes.end)
        .inspect(|_| operations::count(1))
        .map(|word| part_of_word(word, bytes))
        .reduce(Rect::union)
        .or_else(|| bounding_box_of_lines(page, bytes))
}

/// The part of a word's box that contains the letters in a range, in any of the four writing directions.
fn part_of_word(word: &Word, bytes: &Range<usize>) -> Rect {
    // Bytes instead of letters: å and ä count double, which is below the accuracy of the boxes of OCR.
    let length = word.bytes.len().max(1) as f32;
    let share = |byte: usize| {
        (byte.clamp(word.bytes.start, word.bytes.end) - word.bytes.start) as f32 / length
    };
    let (from, to) = (share(bytes.start), share(bytes.end));
    let Rect(left, top, right, bottom) = word.rect;
    let between = |low: f32, high: f32, share: f32| low + (high - low) * share;
    let (across, down) = (word.end.0 - word.start.0, word.end.1 - word.start.1);
    match (across.abs() >= down.abs(), across >= 0.0, down >= 0.0) {
        (true, true, _) => Rect(
            between(left, right, from),
            top,
            between(left, right, to),
            bottom,
        ),
        (true, false, _) => Rect(
            between(right, left, to),
            top,
            between(right, left, from),
            bottom,
        ),
        (false, _, true) => Rect(
            left,
            between(top, bottom, from),
            right,
            between(top, bottom, to),
        ),
        (false, _, false) => Rect(
            left,
            between(bottom, top, to),
            right,
            between(bottom, top, from),
        ),
    }
}

fn bounding_box_of_lines(page: &Page, bytes: &Range<usize>) -> Option<Rect> {
    let first = page
        .lines
        .partition_point(|line| line.bytes.end <= bytes.start);
    page.lines[first..]
        .iter()
        .take_while(|line| line.bytes.start < bytes.end)
        .inspect(|_| operations::count(1))
        .filter_map(|line| {
            let whole = line.rect?;
            let length = line.bytes.len().max(1) as f32;
            let share = |byte: usize| {
                let inside = byte.clamp(line.bytes.start, line.bytes.end) - line.bytes.start;
                whole.0 + (whole.2 - whole.0) * inside as f32 / length
            };
            Some(Rect(share(bytes.start), whole.1, share(bytes.end), whole.3))
        })
        .reduce(Rect::union)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_word_is_cut_along_its_writing_direction() {
        let part = |start, end| {
            let word = Word {
                bytes: 10..20,
                start,
                end,
                rect: Rect(0.0, 0.0, 100.0, 100.0),
                confidence: 1.0,
            };
            part_of_word(&word, &(10..15))
        };
        assert_eq!(
            part((0.0, 80.0), (100.0, 80.0)),
            Rect(0.0, 0.0, 50.0, 100.0)
        );
        assert_eq!(
            part((100.0, 20.0), (0.0, 20.0)),
            Rect(50.0, 0.0, 100.0, 100.0)
        );
        assert_eq!(
            part((20.0, 0.0), (20.0, 100.0)),
            Rect(0.0, 0.0, 100.0, 50.0)
        );
        assert_eq!(
            part((80.0, 100.0), (80.0, 0.0)),
            Rect(0.0, 50.0, 100.0, 100.0)
        );
    }
}
