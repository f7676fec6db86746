//! Span resolution: from a range of clean text to a span on a page.

use std::{cell::OnceCell, ops::Range};

use diarium_document::{
    CleanText, Page, PageRange, RawDocument, Rect, ScalarIndex, Span, Word, operations,
};

/// Turns stretches of clean text into the record's spans.
pub(super) struct Places<'d> {
    document: &'d RawDocument,
    text: &'d CleanText,
    indexes: Vec<OnceCell<ScalarIndex>>,
}

/// A stretch of one page, ready for a record.
pub(super) struct Place {
    pub span: Span,
    /// The page's characters that the span slices.
    pub raw: String,
    /// The stretch goes on on another page, which this place does not tell.
    pub partial: bool,
}

impl<'d> Places<'d> {
    pub(super) fn new(document: &'d RawDocument, text: &'d CleanText) -> Self {
        let indexes = document.pages.iter().map(|_| OnceCell::new()).collect();
        Self {
            document,
            text,
            indexes,
        }
    }

    /// Where a stretch of the clean text begins to stand; nothing if cleaning put all of it in.
    pub(super) fn place(&self, bytes: Range<usize>) -> Option<Place> {
        let origins = self.text.origins(bytes);
        let first = origins.first()?;
        let page = &self.document.pages[first.page];
        operations::count(first.bytes.len());
        Some(Place {
            span: self.span(first),
            raw: page.text[first.bytes.clone()].to_owned(),
            partial: origins.len() > 1,
        })
    }

    /// All the places of a stretch, one a page.
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
            rect: rect(page, &range.bytes).map(Rect::rounded),
        }
    }
}

/// The smallest box around the words that a stretch covers, or around the parts of lines where no
/// words are known. Within either, letters are taken to be of equal width.
fn rect(page: &Page, bytes: &Range<usize>) -> Option<Rect> {
    let first = page
        .words
        .partition_point(|word| word.bytes.end <= bytes.start);
    page.words[first..]
        .iter()
        .take_while(|word| word.bytes.start < bytes.end)
        .inspect(|_| operations::count(1))
        .map(|word| part(word, bytes))
        .reduce(Rect::union)
        .or_else(|| rect_of_lines(page, bytes))
}

/// The part of a word's box that holds some of its letters.
fn part(word: &Word, bytes: &Range<usize>) -> Rect {
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

fn rect_of_lines(page: &Page, bytes: &Range<usize>) -> Option<Rect> {
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
    fn a_part_of_a_word_is_cut_along_the_way_it_runs() {
        let part = |start, end| {
            let word = Word {
                bytes: 10..20,
                start,
                end,
                rect: Rect(0.0, 0.0, 100.0, 100.0),
                confidence: 1.0,
            };
            super::part(&word, &(10..15))
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
