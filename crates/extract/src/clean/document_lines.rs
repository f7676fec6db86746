//! Document lines: the lines of all pages in one sequence, and the ranges removed from them.
//!
//! Each step of cleaning removes ranges from the lines and then records its reason. Nothing is moved
//! or copied, so that every remaining character keeps its position on its page.

use std::ops::Range;

use diarium_document::{
    Heartbeat, Line, LineRole, Page, RawDocument, RemovalReason, RemovedText, operations,
};

use super::normalize::{Interner, TextKey, normalize};

/// The lines of a whole document in reading order.
pub(super) struct DocumentLines<'d> {
    pub pages: &'d [Page],
    pub lines: Vec<DocumentLine<'d>>,
    interner: Interner,
}

/// One line and the ranges removed from it.
// A long text has millions of lines, so what few lines need is behind one pointer.
pub(super) struct DocumentLine<'d> {
    /// Index of its page.
    pub page: usize,
    pub line: &'d Line,
    pub text: &'d str,
    /// Its normalized text.
    pub key: TextKey,
    /// What was removed from it, if anything was.
    removal: Option<Box<Removal>>,
}

/// What was removed from one line, and why.
#[derive(Default)]
struct Removal {
    /// Byte ranges of the page's text, sorted, with a gap between any two.
    ranges: Vec<Range<usize>>,
    /// How many bytes had been removed when a reason was last recorded.
    recorded_bytes: usize,
    /// Why something was first removed.
    reason: Option<RemovalReason>,
    /// Those of the ranges that are crossed out, in order.
    struck: Vec<Range<usize>>,
}

/// A word of a line, for comparison.
#[derive(Debug)]
pub(super) struct LineWord {
    /// Index of its line in the document.
    pub line: usize,
    /// Its range in the page's text.
    pub bytes: Range<usize>,
    pub key: TextKey,
}

impl<'d> DocumentLines<'d> {
    /// The lines of a document. Lines that the reader marks as boilerplate are removed at once,
    /// and so is what is crossed out.
    pub(super) fn new(document: &'d RawDocument, heartbeat: &Heartbeat) -> Self {
        let mut lines =
            Vec::with_capacity(document.pages.iter().map(|page| page.lines.len()).sum());
        let mut interner = Interner::default();
        for (page_index, page) in document.pages.iter().enumerate() {
            for line in &page.lines {
                heartbeat.step(lines.len());
                let text = page.line_text(line);
                let mut document_line = DocumentLine {
                    page: page_index,
                    line,
                    text,
                    key: interner.intern(&normalize(text)),
                    removal: None,
                };
                if line.role == LineRole::Boilerplate {
                    document_line.remove_all();
                }
                lines.push(document_line);
            }
        }
        let mut document_lines = Self {
            pages: &document.pages,
            lines,
            interner,
        };
        document_lines.record_reason(RemovalReason::Boilerplate);
        document_lines.remove_struck();
        document_lines.record_reason(RemovalReason::StruckOut);
        for line in &mut document_lines.lines {
            if line.line.role == LineRole::Letterhead {
                line.remove_all();
            }
        }
        document_lines.record_reason(RemovalReason::HeaderOrFooter);
        document_lines
    }

    /// Removes what is crossed out.
    fn remove_struck(&mut self) {
        for line in &mut self.lines {
            let struck = &self.pages[line.page].struck;
            let bytes = &line.line.bytes;
            let first = struck.partition_point(|range| range.end <= bytes.start);
            let on_line: Vec<_> = struck[first..]
                .iter()
                .take_while(|range| range.start < bytes.end)
                .map(|range| range.start.max(bytes.start)..range.end.min(bytes.end))
                .collect();
            operations::count(1 + on_line.len());
            if !on_line.is_empty() {
                line.remove_ranges(on_line.clone());
                line.removal.get_or_insert_default().struck = on_line;
            }
        }
    }

    /// A line's normalized text; empty for a line without letters or digits.
    pub(super) fn normalized(&self, index: usize) -> &str {
        self.interner.text(self.lines[index].key)
    }

    /// The normalized text of a key.
    pub(super) fn key_text(&self, key: TextKey) -> &str {
        self.interner.text(key)
    }

    /// Records the reason for everything that was removed since the last call, so that the detectors
    /// need not carry reasons along.
    pub(super) fn record_reason(&mut self, reason: RemovalReason) {
        operations::count(self.lines.len());
        for line in &mut self.lines {
            let Some(removal) = line.removal.as_mut() else {
                continue;
            };
            let bytes = removal.ranges.iter().map(Range::len).sum();
            if bytes > removal.recorded_bytes {
                removal.recorded_bytes = bytes;
                // Later steps may remove more of the line, but the first reason is the better evidence.
                removal.reason.get_or_insert(reason);
            }
        }
    }

    /// Removes a whole line for a reason of its own.
    pub(super) fn remove_line(&mut self, index: usize, reason: RemovalReason) {
        let line = &mut self.lines[index];
        line.remove_all();
        if let Some(removal) = line.removal.as_mut() {
            removal.recorded_bytes = removal.ranges.iter().map(Range::len).sum();
            removal.reason.get_or_insert(reason);
        }
    }

    /// What was removed from each line, and why.
    pub(super) fn removals(&self) -> Vec<RemovedText> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| {
                operations::count(1 + line.removed_ranges().len());
                let page = &self.pages[line.page];
                let parts = line.removed_ranges().iter();
                let parts = parts.map(|range| &page.text[range.clone()]);
                let words = parts.flat_map(str::split_whitespace);
                let text = words.collect::<Vec<_>>().join(" ");
                let reason = line.removal.as_ref()?.reason;
                let reason = reason.filter(|_| !text.is_empty())?;
                Some(RemovedText {
                    text,
                    page: page.number,
                    reason,
                })
            })
            .collect()
    }

    /// Indexes of the lines that are not removed completely.
    pub(super) fn remaining_lines(&self) -> Vec<usize> {
        (0..self.lines.len())
            .filter(|&index| !self.lines[index].is_removed())
            .collect()
    }

    /// The remaining words of one line, each with its range in the page's text.
    pub(super) fn words(
        &self,
        index: usize,
    ) -> impl DoubleEndedIterator<Item = (Range<usize>, &'d str)> {
        let line = &self.lines[index];
        let page: &'d Page = &self.pages[line.page];
        line.remaining_ranges().into_iter().flat_map(move |range| {
            let text = &page.text[range.clone()];
            text.split_whitespace().map(move |word| {
                operations::count(word.len());
                // Both are slices of the same text, so the distance of their addresses is the offset.
                let offset = word.as_ptr() as usize - text.as_ptr() as usize;
                let start = range.start + offset;
                (start..start + word.len(), word)
            })
        })
    }

    /// Index ranges of `lines`, one for each page in order; empty for a page without lines.
    pub(super) fn page_lines(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.pages.len());
        let mut start = 0;
        for page in 0..self.pages.len() {
            let length = self.lines[start..]
                .iter()
                .take_while(|line| line.page == page)
                .count();
            operations::count(1 + length);
            ranges.push(start..start + length);
            start += length;
        }
        ranges
    }
}

impl DocumentLine<'_> {
    /// Removes the whole line.
    pub(super) fn remove_all(&mut self) {
        let whole = self.line.bytes.clone();
        self.removal.get_or_insert_default().ranges = vec![whole];
    }

    /// Removes a range, given in bytes of the page's text.
    pub(super) fn remove(&mut self, part: Range<usize>) {
        let ranges = &mut self.removal.get_or_insert_default().ranges;
        operations::count(1);
        match ranges.last_mut() {
            // Detectors go from left to right. Appending avoids sorting a line of a million ranges
            // once for each range.
            Some(last) if part.start > last.end => ranges.push(part),
            Some(last) if part.start >= last.start => last.end = last.end.max(part.end),
            None => ranges.push(part),
            Some(_) => self.remove_ranges(vec![part]),
        }
    }

    /// Removes several ranges, in any order.
    pub(super) fn remove_ranges(&mut self, added: Vec<Range<usize>>) {
        if added.is_empty() {
            return;
        }
        let ranges = &mut self.removal.get_or_insert_default().ranges;
        ranges.extend(added);
        operations::count(ranges.len());
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, previous| {
            let touches = next.start <= previous.end;
            if touches {
                previous.end = previous.end.max(next.end);
            }
            touches
        });
    }

    /// What was removed from it.
    pub(super) fn removed_ranges(&self) -> &[Range<usize>] {
        self.removal.as_ref().map_or(&[], |removal| &removal.ranges)
    }

    /// What was removed from it as letterhead: all but what is crossed out.
    pub(super) fn letterhead_ranges(&self) -> Vec<Range<usize>> {
        let struck = self.removal.as_ref().map_or(&[][..], |line| &line.struck);
        let mut remaining_struck = struck.iter().peekable();
        let mut letterhead = Vec::new();
        for range in self.removed_ranges() {
            let mut start = range.start;
            // Ranges that touch were joined, so that each crossed-out part lies within one of them.
            while let Some(part) = remaining_struck.next_if(|part| part.end <= range.end) {
                operations::count(1);
                letterhead.push(start..part.start);
                start = part.end;
            }
            letterhead.push(start..range.end);
        }
        letterhead.retain(|range| !range.is_empty());
        letterhead
    }

    /// Whether nothing but white space remains.
    pub(super) fn is_removed(&self) -> bool {
        self.unremoved_ranges().all(|range| !self.has_text(&range))
    }

    /// The remaining ranges, in bytes of the page's text, without ranges of spaces only. A tab stays: it
    /// separates two cells.
    pub(super) fn remaining_ranges(&self) -> Vec<Range<usize>> {
        let offset = self.line.bytes.start;
        self.unremoved_ranges()
            .filter(|range| {
                self.has_text(range)
                    || range.start < range.end
                        && self.text[range.start - offset..range.end - offset].contains('\t')
            })
            .collect()
    }

    /// The ranges between those that were removed, some of them empty.
    fn unremoved_ranges(&self) -> impl Iterator<Item = Range<usize>> {
        let removed_ranges = self.removed_ranges();
        let starts = std::iter::once(self.line.bytes.start)
            .chain(removed_ranges.iter().map(|part| part.end));
        let ends = removed_ranges.iter().map(|part| part.start);
        let ends = ends.chain([self.line.bytes.end]);
        starts
            .zip(ends)
            .inspect(|_| operations::count(1))
            .map(|(start, end)| start..end)
    }

    fn has_text(&self, part: &Range<usize>) -> bool {
        let offset = self.line.bytes.start;
        part.start < part.end
            && !self.text[part.start - offset..part.end - offset]
                .trim()
                .is_empty()
    }
}
