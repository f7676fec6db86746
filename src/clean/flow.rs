//! What do all pages say, in one row of lines, and what of it has been taken out?

use std::ops::Range;

use crate::document::{Line, LineRole, Page, RawDocument, Removed, RemovedBecause};

/// The lines of a whole document in reading order.
pub(super) struct Flow<'d> {
    pub pages: &'d [Page],
    pub lines: Vec<FlowLine<'d>>,
}

/// One line, and which parts of it are not the author's.
pub(super) struct FlowLine<'d> {
    /// Index of its page.
    pub page: usize,
    pub line: &'d Line,
    pub text: &'d str,
    /// Its words folded for comparison; empty for a line without letters or digits.
    pub key: String,
    /// Byte ranges of the page's text that were taken out, rising, not touching.
    taken: Vec<Range<usize>>,
    /// How many bytes of it had been taken when a reason was last noted.
    noted: usize,
    /// Why something was first taken out of it.
    because: Option<RemovedBecause>,
}

/// A word of a line, for comparison.
#[derive(Debug)]
pub(super) struct Word {
    /// Index of its line in the flow.
    pub line: usize,
    /// Where it stands in its page's text.
    pub bytes: Range<usize>,
    pub key: String,
}

impl<'d> Flow<'d> {
    /// Lays out the document's lines. What the carrier knows to be furniture is taken out at once.
    pub fn new(document: &'d RawDocument) -> Self {
        let mut lines = Vec::new();
        for (page_index, page) in document.pages.iter().enumerate() {
            for line in &page.lines {
                let text = page.line_text(line);
                let mut flow_line = FlowLine {
                    page: page_index,
                    line,
                    text,
                    key: fold(text),
                    taken: Vec::new(),
                    noted: 0,
                    because: None,
                };
                if line.role == LineRole::Furniture {
                    flow_line.take_all();
                }
                lines.push(flow_line);
            }
        }
        let mut flow = Self {
            pages: &document.pages,
            lines,
        };
        flow.note(RemovedBecause::Furniture);
        flow
    }

    /// Notes why lines were taken out since the last note. Finders need not know of it.
    pub fn note(&mut self, because: RemovedBecause) {
        for line in &mut self.lines {
            let taken = line.taken.iter().map(Range::len).sum();
            if taken > line.noted {
                line.noted = taken;
                line.because.get_or_insert(because);
            }
        }
    }

    /// What was taken out of each line, and why.
    pub fn removed(&self) -> Vec<Removed> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| {
                let page = &self.pages[line.page];
                let parts = line.taken.iter().map(|range| &page.text[range.clone()]);
                let words = parts.flat_map(str::split_whitespace);
                let text = words.collect::<Vec<_>>().join(" ");
                let because = line.because.filter(|_| !text.is_empty())?;
                Some(Removed {
                    text,
                    page: page.number,
                    because,
                })
            })
            .collect()
    }

    /// Indexes of the lines of which something is left.
    pub fn kept(&self) -> Vec<usize> {
        (0..self.lines.len())
            .filter(|&index| !self.lines[index].is_taken())
            .collect()
    }

    /// The words that are left of one line.
    pub fn words(&self, index: usize) -> Vec<Word> {
        let line = &self.lines[index];
        let page_text = &self.pages[line.page].text;
        let mut words = Vec::new();
        for range in line.kept() {
            let text = &page_text[range.clone()];
            for word in text.split_whitespace() {
                // Both slices are of the same text, so the distance is the word's offset in it.
                let offset = word.as_ptr() as usize - text.as_ptr() as usize;
                let start = range.start + offset;
                words.push(Word {
                    line: index,
                    bytes: start..start + word.len(),
                    key: fold(word).replace(' ', ""),
                });
            }
        }
        words
    }

    /// Index ranges of `lines`, one a page, in order; pages without lines are empty ranges.
    pub fn page_lines(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.pages.len());
        let mut start = 0;
        for page in 0..self.pages.len() {
            let length = self.lines[start..]
                .iter()
                .take_while(|line| line.page == page)
                .count();
            ranges.push(start..start + length);
            start += length;
        }
        ranges
    }
}

impl FlowLine<'_> {
    /// Takes the whole line out.
    pub fn take_all(&mut self) {
        self.taken = vec![self.line.bytes.clone()];
    }

    /// Takes a part of it out, given in bytes of its page's text.
    pub fn take(&mut self, part: Range<usize>) {
        self.taken.push(part);
        self.taken.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(self.taken.len());
        for range in self.taken.drain(..) {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        self.taken = merged;
    }

    /// What was taken out of it.
    pub fn taken(&self) -> &[Range<usize>] {
        &self.taken
    }

    /// Nothing but white space is left of it.
    pub fn is_taken(&self) -> bool {
        self.kept().is_empty()
    }

    /// What is left of it, in bytes of its page's text; parts of white space alone are left out.
    pub fn kept(&self) -> Vec<Range<usize>> {
        let mut kept = Vec::with_capacity(self.taken.len() + 1);
        let mut start = self.line.bytes.start;
        for range in &self.taken {
            kept.push(start..range.start);
            start = range.end;
        }
        kept.push(start..self.line.bytes.end);
        let offset = self.line.bytes.start;
        kept.retain(|range| {
            range.start < range.end
                && !self.text[range.start - offset..range.end - offset]
                    .trim()
                    .is_empty()
        });
        kept
    }
}

/// A text's words in lower case, parted by single spaces, without punctuation; every run of digits
/// is a single `0`, because page numbers and dates change where the rest repeats.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = true;
        } else if character.is_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            if character.is_numeric() {
                if !folded.ends_with('0') {
                    folded.push('0');
                }
            } else {
                folded.extend(character.to_lowercase());
            }
        }
    }
    folded
}

/// A letterhead's line is shorter, in bytes; comparing longer ones letter by letter takes long.
const LONGEST_ALIKE: usize = 400;

/// Whether two folded texts are the same but for what a bad scan does to letters: at least four
/// fifths of the longer one, by Levenshtein distance.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    short >= 5
        && long <= LONGEST_ALIKE
        && short * 5 >= long * 4
        && strsim::normalized_levenshtein(a, b) >= 0.8
}
