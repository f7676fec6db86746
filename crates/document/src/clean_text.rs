//! Clean text: the cleaned text of a document, with a source map from each character to its page.
//!
//! A [`CleanText`] is one text for the whole document, without letterhead and with broken sentences
//! joined. Its lines end with `\n`; a blank line separates paragraphs. Every range that was copied from
//! a page keeps its position there, so that a position in the clean text can be resolved to the page.
//! Characters that cleaning inserted (a space where two lines were joined, a line break) have no origin.

use std::ops::Range;

use super::{LineRole, PageRange, operations};

/// The document's own text, with a source map to its pages.
#[derive(Debug, Clone, Default)]
pub struct CleanText {
    text: String,
    lines: Vec<CleanLine>,
    /// The source map: in order, without overlaps, with gaps where characters were inserted.
    segments: Vec<Segment>,
}

/// One line of clean text.
#[derive(Debug, Clone, PartialEq)]
pub struct CleanLine {
    /// Byte offsets into the clean text, without the line break.
    pub bytes: Range<usize>,
    /// A blank line precedes it.
    pub gap_before: bool,
    /// Its role according to the reader; never the site's boilerplate.
    pub role: LineRole,
    /// All of its text is bold.
    pub bold: bool,
    /// Font size in points, if known.
    pub font_size: Option<f32>,
    /// The reader's confidence in it, 0 to 1.
    pub confidence: f32,
}

/// A range of the clean text that was copied from a page unchanged, or that replaces one character of it.
#[derive(Debug, Clone, Copy)]
struct Segment {
    /// First byte in the clean text.
    clean: usize,
    /// Length in bytes in the clean text.
    length: usize,
    /// Index of the page.
    page: usize,
    /// First byte in the page's text.
    origin: usize,
    /// Length in bytes in the page's text: that of a copied range is the same in both.
    origin_length: usize,
    /// Whether it was copied. A replacement cannot be divided: each part of it is the whole character.
    copied: bool,
}

impl Segment {
    /// The bytes of the page's text that a part of the clean text comes from.
    fn origin_of(&self, bytes: &Range<usize>) -> Range<usize> {
        if !self.copied {
            return self.origin..self.origin_end();
        }
        let from = bytes.start.max(self.clean) - self.clean;
        let to = bytes.end.min(self.clean + self.length) - self.clean;
        self.origin + from..self.origin + to
    }

    fn origin_end(&self) -> usize {
        self.origin + self.origin_length
    }
}

impl CleanText {
    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its lines, in order, blank ones left out.
    pub fn lines(&self) -> &[CleanLine] {
        &self.lines
    }

    /// The text of one line.
    pub fn line(&self, index: usize) -> &str {
        &self.text[self.lines[index].bytes.clone()]
    }

    /// The index of the line that contains or precedes a byte of the text.
    pub fn line_at(&self, byte: usize) -> usize {
        self.lines
            .partition_point(|line| line.bytes.start <= byte)
            .saturating_sub(1)
    }

    /// The positions of a range of the text on the pages: one range per page that it touches, in
    /// order. Each range runs from the first to the last byte that came from that page, so it may
    /// contain more than the text does: markup, a line break, letterhead removed from the middle.
    pub fn origins(&self, bytes: Range<usize>) -> Vec<PageRange> {
        // Segments are sorted by `clean`. A linear search for each of the fields of a long document
        // would be quadratic.
        let first = self
            .segments
            .partition_point(|segment| segment.clean + segment.length <= bytes.start);
        let mut found: Vec<PageRange> = Vec::new();
        for segment in &self.segments[first..] {
            operations::count(1);
            if segment.clean >= bytes.end {
                break;
            }
            let range = segment.origin_of(&bytes);
            match found.last_mut() {
                Some(last) if last.page == segment.page => {
                    last.bytes.start = last.bytes.start.min(range.start);
                    last.bytes.end = last.bytes.end.max(range.end);
                }
                _ => found.push(PageRange {
                    page: segment.page,
                    bytes: range,
                }),
            }
        }
        found
    }

    /// The positions where two ranges from different places were joined with nothing between them, such
    /// as the halves of a word that was hyphenated at a line's end: the end of the first and the start
    /// of the second, each as a page's index and a byte of its text.
    pub fn joints(&self) -> impl Iterator<Item = ((usize, usize), (usize, usize))> {
        let pairs = self.segments.windows(2);
        let joined = pairs.filter(|pair| pair[0].clean + pair[0].length == pair[1].clean);
        let places = joined.map(|pair| {
            let end = (pair[0].page, pair[0].origin_end());
            (end, (pair[1].page, pair[1].origin))
        });
        // A replaced character is where it was.
        places.filter(|(end, start)| end != start)
    }

    /// The lowest confidence of the lines that a range touches.
    pub fn confidence(&self, bytes: Range<usize>) -> f32 {
        let first = self.line_at(bytes.start);
        self.lines
            .iter()
            .skip(first)
            .take_while(|line| line.bytes.start < bytes.end)
            .map(|line| line.confidence)
            .fold(1.0, f32::min)
    }
}

/// Builds a [`CleanText`] from start to end.
#[derive(Debug, Default)]
pub struct CleanTextBuilder {
    built: CleanText,
}

impl CleanTextBuilder {
    /// Starts a line and ends the one before it. The first line never has a gap before it.
    pub fn start_line(&mut self, mut line: CleanLine) {
        if self.built.lines.is_empty() {
            line.gap_before = false;
        } else {
            self.built.text.push('\n');
            if line.gap_before {
                self.built.text.push('\n');
            }
        }
        line.bytes = self.built.text.len()..self.built.text.len();
        self.built.lines.push(line);
    }

    /// Appends text of a page to the current line; `origin` is its first byte in the page's text.
    pub fn copy(&mut self, page: usize, text: &str, origin: usize) {
        // An empty segment would be a joint where nothing was joined; see `joints`.
        if text.is_empty() {
            return;
        }
        let clean = self.built.text.len();
        self.built.text.push_str(text);
        match self.built.segments.last_mut() {
            // Adjacent both here and on the page: one segment, so that the map grows with the number
            // of edits, not with the number of copied words.
            Some(last)
                if last.copied
                    && last.page == page
                    && last.clean + last.length == clean
                    && last.origin_end() == origin =>
            {
                last.length += text.len();
                last.origin_length += text.len();
            }
            _ => self.built.segments.push(Segment {
                clean,
                length: text.len(),
                page,
                origin,
                origin_length: text.len(),
                copied: true,
            }),
        }
        self.end_current_line();
    }

    /// Appends a text that replaces one character of a page, such as the letters of a ligature; `origin`
    /// are its bytes in the page's text.
    pub fn replace(&mut self, page: usize, text: &str, origin: Range<usize>) {
        if text.is_empty() {
            return;
        }
        self.built.segments.push(Segment {
            clean: self.built.text.len(),
            length: text.len(),
            page,
            origin: origin.start,
            origin_length: origin.len(),
            copied: false,
        });
        self.built.text.push_str(text);
        self.end_current_line();
    }

    /// Inserts a character that is on no page.
    pub fn insert(&mut self, character: char) {
        self.built.text.push(character);
        self.end_current_line();
    }

    /// Removes the last character, such as a hyphen at a line's end.
    pub fn remove_last(&mut self) {
        if self.built.text.pop().is_none() {
            return;
        }
        let end = self.built.text.len();
        // Only the last segment can contain the last character, and it does not if the character was
        // inserted.
        if let Some(last) = self.built.segments.last_mut()
            && last.clean + last.length > end
        {
            last.length = end - last.clean;
            if last.copied {
                last.origin_length = last.length;
            }
            if last.length == 0 {
                self.built.segments.pop();
            }
        }
        self.end_current_line();
    }

    /// Lowers the confidence of the current line to that of the text joined to it.
    pub fn lower_confidence(&mut self, confidence: f32) {
        if let Some(line) = self.built.lines.last_mut() {
            line.confidence = line.confidence.min(confidence);
        }
    }

    /// The current line as built so far.
    pub fn current_line(&self) -> &str {
        match self.built.lines.last() {
            Some(line) => &self.built.text[line.bytes.start..],
            None => "",
        }
    }

    /// The finished text.
    pub fn finish(self) -> CleanText {
        self.built
    }

    fn end_current_line(&mut self) {
        let end = self.built.text.len();
        if let Some(line) = self.built.lines.last_mut() {
            line.bytes.end = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(gap_before: bool) -> CleanLine {
        CleanLine {
            bytes: 0..0,
            gap_before,
            role: LineRole::Body,
            bold: false,
            font_size: None,
            confidence: 1.0,
        }
    }

    #[test]
    fn a_joined_sentence_resolves_to_both_pages() {
        let mut builder = CleanTextBuilder::default();
        builder.start_line(line(false));
        builder.copy(0, "half a sen-", 40);
        builder.remove_last();
        builder.copy(1, "tence", 7);
        builder.start_line(line(true));
        builder.copy(1, "next", 20);
        let clean = builder.finish();

        assert_eq!(clean.text(), "half a sentence\n\nnext");
        assert_eq!(clean.line(1), "next");
        let origins = clean.origins(7..15);
        assert_eq!(origins.len(), 2);
        assert_eq!((origins[0].page, origins[0].bytes.clone()), (0, 47..50));
        assert_eq!((origins[1].page, origins[1].bytes.clone()), (1, 7..12));
    }

    #[test]
    fn the_letters_of_a_ligature_come_from_the_whole_ligature() {
        let mut builder = CleanTextBuilder::default();
        builder.start_line(line(false));
        builder.copy(0, "a", 10);
        builder.replace(0, "ff", 11..14);
        builder.copy(0, "isch", 14);
        let clean = builder.finish();
        assert_eq!(clean.text(), "affisch");
        for (bytes, expected) in [(0..2, 10..14), (2..4, 11..15), (3..7, 14..18)] {
            assert_eq!(clean.origins(bytes)[0].bytes, expected);
        }
        assert_eq!(clean.joints().count(), 0);
    }

    #[test]
    fn inserted_characters_have_no_origin() {
        let mut builder = CleanTextBuilder::default();
        builder.start_line(line(false));
        builder.copy(0, "a", 0);
        builder.insert(' ');
        builder.copy(0, "b", 5);
        let clean = builder.finish();
        assert!(clean.origins(1..2).is_empty());
        assert_eq!(clean.origins(0..3)[0].bytes, 0..6);
    }
}
