//! Clean text: the cleaned text, with a map from each character to its page.
//!
//! A [`CleanText`] is one text for the whole document, letterhead out and broken sentences joined.
//! Its lines end with `\n`; a blank line parts paragraphs. Every stretch that was copied from a
//! page remembers from where, so that a place in the clean text leads back to the page. Characters
//! that cleaning put in (a space where two lines were joined, a line break) have no origin.

use std::ops::Range;

use super::{LineRole, PageRange, work};

/// The document's own text, with a map back to its pages.
#[derive(Debug, Clone, Default)]
pub struct CleanText {
    text: String,
    lines: Vec<CleanLine>,
    segments: Vec<Segment>,
}

/// One line of clean text.
#[derive(Debug, Clone, PartialEq)]
pub struct CleanLine {
    /// Byte offsets into the clean text, without the line break.
    pub bytes: Range<usize>,
    /// A blank line stands before it.
    pub gap_before: bool,
    /// What the carrier says it is; never furniture.
    pub role: LineRole,
    /// Set in bold throughout.
    pub bold: bool,
    /// Size of its letters in points, where known.
    pub font_size: Option<f32>,
    /// How sure the reader was of it, 0 to 1.
    pub confidence: f32,
}

/// Bytes of the clean text that stand, the same, on a page.
#[derive(Debug, Clone, Copy)]
struct Segment {
    clean: usize,
    length: usize,
    page: usize,
    origin: usize,
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

    /// The index of the line that holds or precedes a byte of the text.
    pub fn line_at(&self, byte: usize) -> usize {
        self.lines
            .partition_point(|line| line.bytes.start <= byte)
            .saturating_sub(1)
    }

    /// Where a stretch of the text stands: one range a page that it touches, in order. Each range
    /// runs from the first to the last byte that came from that page, so it may hold more than the
    /// stretch does: markup, a line break, letterhead that was taken out of the middle.
    pub fn origins(&self, bytes: Range<usize>) -> Vec<PageRange> {
        let first = self
            .segments
            .partition_point(|segment| segment.clean + segment.length <= bytes.start);
        let mut found: Vec<PageRange> = Vec::new();
        for segment in &self.segments[first..] {
            work::spend(1);
            if segment.clean >= bytes.end {
                break;
            }
            let from = bytes.start.max(segment.clean) - segment.clean;
            let to = bytes.end.min(segment.clean + segment.length) - segment.clean;
            let range = segment.origin + from..segment.origin + to;
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

    /// Where two stretches from different places were put together with nothing between them, as the
    /// halves of a word that a line's end broke: where the first ends, and where the second begins,
    /// each a page's index and a byte of its text.
    pub fn joints(&self) -> impl Iterator<Item = ((usize, usize), (usize, usize))> {
        let pairs = self.segments.windows(2);
        let joined = pairs.filter(|pair| pair[0].clean + pair[0].length == pair[1].clean);
        joined.map(|pair| {
            let end = pair[0].origin + pair[0].length;
            ((pair[0].page, end), (pair[1].page, pair[1].origin))
        })
    }

    /// The least confidence of the lines that a stretch touches.
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

/// Builds a [`CleanText`] from front to back.
#[derive(Debug, Default)]
pub struct CleanTextBuilder {
    built: CleanText,
}

impl CleanTextBuilder {
    /// Starts a line; the one before it is ended. The first line never has a gap before it.
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

    /// Copies a stretch of a page to the end of the current line.
    pub fn copy(&mut self, page: usize, text: &str, origin: usize) {
        if text.is_empty() {
            return;
        }
        let clean = self.built.text.len();
        self.built.text.push_str(text);
        match self.built.segments.last_mut() {
            Some(last)
                if last.page == page
                    && last.clean + last.length == clean
                    && last.origin + last.length == origin =>
            {
                last.length += text.len();
            }
            _ => self.built.segments.push(Segment {
                clean,
                length: text.len(),
                page,
                origin,
            }),
        }
        self.end_current_line();
    }

    /// Puts in a character that stands on no page.
    pub fn insert(&mut self, character: char) {
        self.built.text.push(character);
        self.end_current_line();
    }

    /// Takes the last character away again, such as a hyphen at a line's end.
    pub fn remove_last(&mut self) {
        if self.built.text.pop().is_none() {
            return;
        }
        let end = self.built.text.len();
        if let Some(last) = self.built.segments.last_mut()
            && last.clean + last.length > end
        {
            last.length = end - last.clean;
            if last.length == 0 {
                self.built.segments.pop();
            }
        }
        self.end_current_line();
    }

    /// Lowers the confidence of the current line to that of what was joined to it.
    pub fn lower_confidence(&mut self, confidence: f32) {
        if let Some(line) = self.built.lines.last_mut() {
            line.confidence = line.confidence.min(confidence);
        }
    }

    /// What has been built of the current line.
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
    fn a_joined_sentence_leads_back_to_both_pages() {
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
