//! Spans: positions of text on a page, as offsets and bounding boxes.
//!
//! The stages use a [`PageRange`]: a page and byte offsets into its text, which Rust slices in constant
//! time. Records contain [`Span`]s: Unicode scalar offsets, which every language can slice.
//! [`ScalarIndex`] converts one into the other. A [`Rect`] is a bounding box.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::work;

/// A bounding box: an axis-aligned rectangle in PDF points (1/72 inch) from the page's top left, as
/// left, top, right, bottom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect(pub f32, pub f32, pub f32, pub f32);

impl Rect {
    /// The bounding box of both.
    pub fn union(self, other: Rect) -> Rect {
        Rect(
            self.0.min(other.0),
            self.1.min(other.1),
            self.2.max(other.2),
            self.3.max(other.3),
        )
    }

    /// The same bounding box with coordinates rounded to a tenth of a point.
    pub fn rounded(self) -> Rect {
        // Records must not depend on the last bits of floating-point arithmetic, which may differ
        // between processors. A tenth of a point is 0.035 mm, far below the height of any letter.
        let round = |value: f32| (value * 10.0).round() / 10.0;
        Rect(round(self.0), round(self.1), round(self.2), round(self.3))
    }
}

/// A range of one page's text, in byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRange {
    /// Index into `RawDocument::pages`, not the page's number.
    pub page: usize,
    /// Byte offsets into that page's text, on character boundaries.
    pub bytes: Range<usize>,
}

/// A range of one page's text, in Unicode scalars, as records contain it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The page's number, from 1.
    pub page: u32,
    /// First Unicode scalar, counted from the start of the page's text.
    pub start: usize,
    /// One past the last Unicode scalar.
    pub end: usize,
    /// Bounding box on the page, for formats that have a layout.
    #[serde(rename = "box", skip_serializing_if = "Option::is_none")]
    pub rect: Option<Rect>,
}

/// Converts between byte offsets and scalar offsets of one text, without counting from its start each
/// time.
#[derive(Debug, Clone)]
pub struct ScalarIndex {
    /// Pairs of a byte offset and its scalar offset, about `STRIDE` bytes apart.
    checkpoints: Vec<(usize, usize)>,
}

/// Bytes between checkpoints.
// A conversion counts at most this many bytes. The index takes two words per stride: a sixteenth of the
// text's size on a 64-bit machine.
const STRIDE: usize = 256;

impl ScalarIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let mut checkpoints = vec![(0, 0)];
        let mut next = STRIDE;
        for (scalar, (byte, _)) in text.char_indices().enumerate() {
            if byte >= next {
                checkpoints.push((byte, scalar));
                next = byte + STRIDE;
            }
        }
        Self { checkpoints }
    }

    /// The byte offset of a scalar offset of `text`, which must be the indexed text; the length of the
    /// text if it has no more scalars.
    pub fn byte(&self, text: &str, scalar: usize) -> usize {
        let nearest = self.checkpoints.partition_point(|&(_, at)| at <= scalar);
        let (start, scalars) = self.checkpoints[nearest.saturating_sub(1)];
        let mut rest = text[start..].char_indices();
        let skipped = scalar - scalars;
        work::spend(skipped);
        rest.nth(skipped)
            .map_or(text.len(), |(offset, _)| start + offset)
    }

    /// The scalar offset of a byte offset of `text`, which must be the indexed text. The byte must be on
    /// a character boundary.
    pub fn scalar(&self, text: &str, byte: usize) -> usize {
        let nearest = self.checkpoints.partition_point(|&(at, _)| at <= byte);
        let (start, scalars) = self.checkpoints[nearest.saturating_sub(1)];
        work::spend(byte - start);
        scalars + text[start..byte].chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalar_offsets_agree_with_counting_from_the_start() {
        let text = "åäö — 😀 plain ".repeat(200);
        let index = ScalarIndex::new(&text);
        for (scalar, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(index.scalar(&text, byte), scalar);
            assert_eq!(index.byte(&text, scalar), byte);
        }
        let scalars = text.chars().count();
        assert_eq!(index.scalar(&text, text.len()), scalars);
        assert_eq!(index.byte(&text, scalars), text.len());
    }
}
