//! Where on its page does a stretch of clean text stand?

use std::{cell::OnceCell, ops::Range};

use crate::document::{CleanText, Page, PageRange, RawDocument, Rect, ScalarIndex, Span};

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
    pub fn new(document: &'d RawDocument, text: &'d CleanText) -> Self {
        let indexes = document.pages.iter().map(|_| OnceCell::new()).collect();
        Self {
            document,
            text,
            indexes,
        }
    }

    /// Where a stretch of the clean text begins to stand; nothing if cleaning put all of it in.
    pub fn place(&self, bytes: Range<usize>) -> Option<Place> {
        let origins = self.text.origins(bytes);
        let first = origins.first()?;
        let page = &self.document.pages[first.page];
        Some(Place {
            span: self.span(first),
            raw: page.text[first.bytes.clone()].to_owned(),
            partial: origins.len() > 1,
        })
    }

    /// All the places of a stretch, one a page.
    pub fn spans(&self, bytes: Range<usize>) -> Vec<Span> {
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

/// The smallest box around the parts of lines that a stretch covers; within a line, letters are
/// taken to be of equal width.
fn rect(page: &Page, bytes: &Range<usize>) -> Option<Rect> {
    let first = page
        .lines
        .partition_point(|line| line.bytes.end <= bytes.start);
    page.lines[first..]
        .iter()
        .take_while(|line| line.bytes.start < bytes.end)
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
