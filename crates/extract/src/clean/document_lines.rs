//! Document lines: the lines of all pages in one sequence, and the ranges removed from it.

use std::{collections::HashMap, ops::Range, rc::Rc};

use diarium_document::{
    Heartbeat, Line, LineRole, Page, RawDocument, Removed, RemovedBecause, work,
};

/// The lines of a whole document in reading order.
pub(super) struct Flow<'d> {
    pub pages: &'d [Page],
    pub lines: Vec<FlowLine<'d>>,
    keys: Keys,
}

/// One line, and which parts of it are not the author's. A long text has millions of them: nothing is
/// kept here that few lines have.
pub(super) struct FlowLine<'d> {
    /// Index of its page.
    pub page: usize,
    pub line: &'d Line,
    pub text: &'d str,
    /// Its words folded for comparison.
    pub key: Key,
    /// What was taken out of it, if anything was.
    taken: Option<Box<Taken>>,
}

/// What was taken out of one line.
#[derive(Default)]
struct Taken {
    /// Byte ranges of the page's text, rising, not touching.
    ranges: Vec<Range<usize>>,
    /// How many bytes had been taken when a reason was last noted.
    noted: usize,
    /// Why something was first taken out.
    because: Option<RemovedBecause>,
}

/// A folded text, by its number: texts are alike if their numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u32);

impl Key {
    /// The key of a text without letters or digits.
    const NONE: Self = Self(0);

    /// Whether the text has no letters or digits.
    pub(super) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Its number, as they are given out.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

/// Folded texts, each kept once and numbered in order of first appearance.
#[derive(Debug)]
pub(super) struct Keys {
    numbers: HashMap<Rc<str>, Key>,
    texts: Vec<Rc<str>>,
}

impl Default for Keys {
    fn default() -> Self {
        let empty: Rc<str> = Rc::from("");
        Self {
            numbers: HashMap::from([(Rc::clone(&empty), Key::NONE)]),
            texts: vec![empty],
        }
    }
}

impl Keys {
    /// The key of a folded text.
    pub(super) fn of(&mut self, folded: &str) -> Key {
        work::spend(1 + folded.len());
        if let Some(&key) = self.numbers.get(folded) {
            return key;
        }
        // Memory ends long before numbers do; the last would stand for a text that is like no other.
        let key = Key(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = Rc::from(folded);
        self.numbers.insert(Rc::clone(&text), key);
        self.texts.push(text);
        key
    }

    /// The folded text of a key.
    pub(super) fn text(&self, key: Key) -> &str {
        self.texts.get(key.0 as usize).map_or("", |text| text)
    }
}

/// A word of a line, for comparison.
#[derive(Debug)]
pub(super) struct Word {
    /// Index of its line in the flow.
    pub line: usize,
    /// Where it stands in its page's text.
    pub bytes: Range<usize>,
    pub key: Key,
}

impl<'d> Flow<'d> {
    /// Lays out the document's lines. What the carrier knows to be furniture is taken out at once.
    pub(super) fn new(document: &'d RawDocument, heartbeat: &Heartbeat) -> Self {
        let mut lines =
            Vec::with_capacity(document.pages.iter().map(|page| page.lines.len()).sum());
        let mut keys = Keys::default();
        for (page_index, page) in document.pages.iter().enumerate() {
            for line in &page.lines {
                heartbeat.step(lines.len());
                let text = page.line_text(line);
                let mut flow_line = FlowLine {
                    page: page_index,
                    line,
                    text,
                    key: keys.of(&fold(text)),
                    taken: None,
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
            keys,
        };
        flow.note(RemovedBecause::Furniture);
        flow
    }

    /// A line's words folded for comparison; empty for a line without letters or digits.
    pub(super) fn key(&self, index: usize) -> &str {
        self.keys.text(self.lines[index].key)
    }

    /// The folded text of a line's key.
    pub(super) fn key_text(&self, key: Key) -> &str {
        self.keys.text(key)
    }

    /// Notes why lines were taken out since the last note. Finders need not know of it.
    pub(super) fn note(&mut self, because: RemovedBecause) {
        work::spend(self.lines.len());
        for taken in self.lines.iter_mut().filter_map(|line| line.taken.as_mut()) {
            let bytes = taken.ranges.iter().map(Range::len).sum();
            if bytes > taken.noted {
                taken.noted = bytes;
                taken.because.get_or_insert(because);
            }
        }
    }

    /// What was taken out of each line, and why.
    pub(super) fn removed(&self) -> Vec<Removed> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| {
                work::spend(1 + line.taken().len());
                let page = &self.pages[line.page];
                let parts = line.taken().iter().map(|range| &page.text[range.clone()]);
                let words = parts.flat_map(str::split_whitespace);
                let text = words.collect::<Vec<_>>().join(" ");
                let because = line.taken.as_ref()?.because;
                let because = because.filter(|_| !text.is_empty())?;
                Some(Removed {
                    text,
                    page: page.number,
                    because,
                })
            })
            .collect()
    }

    /// Indexes of the lines of which something is left.
    pub(super) fn kept(&self) -> Vec<usize> {
        (0..self.lines.len())
            .filter(|&index| !self.lines[index].is_taken())
            .collect()
    }

    /// The words that are left of one line: where they stand in their page's text, and the words.
    pub(super) fn words(
        &self,
        index: usize,
    ) -> impl DoubleEndedIterator<Item = (Range<usize>, &'d str)> {
        let line = &self.lines[index];
        let page: &'d Page = &self.pages[line.page];
        line.kept().into_iter().flat_map(move |range| {
            let text = &page.text[range.clone()];
            text.split_whitespace().map(move |word| {
                work::spend(word.len());
                // Both slices are of the same text, so the distance is the word's offset in it.
                let offset = word.as_ptr() as usize - text.as_ptr() as usize;
                let start = range.start + offset;
                (start..start + word.len(), word)
            })
        })
    }

    /// Index ranges of `lines`, one a page, in order; pages without lines are empty ranges.
    pub(super) fn page_lines(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::with_capacity(self.pages.len());
        let mut start = 0;
        for page in 0..self.pages.len() {
            let length = self.lines[start..]
                .iter()
                .take_while(|line| line.page == page)
                .count();
            work::spend(1 + length);
            ranges.push(start..start + length);
            start += length;
        }
        ranges
    }
}

impl FlowLine<'_> {
    /// Takes the whole line out.
    pub(super) fn take_all(&mut self) {
        let whole = self.line.bytes.clone();
        self.taken.get_or_insert_default().ranges = vec![whole];
    }

    /// Takes a part of it out, given in bytes of its page's text.
    pub(super) fn take(&mut self, part: Range<usize>) {
        let ranges = &mut self.taken.get_or_insert_default().ranges;
        work::spend(1);
        match ranges.last_mut() {
            // Finders go from left to right; so a line of a million parts is not sorted each time.
            Some(last) if part.start > last.end => ranges.push(part),
            Some(last) if part.start >= last.start => last.end = last.end.max(part.end),
            None => ranges.push(part),
            Some(_) => self.take_parts(vec![part]),
        }
    }

    /// Takes several parts of it out, in any order.
    pub(super) fn take_parts(&mut self, parts: Vec<Range<usize>>) {
        if parts.is_empty() {
            return;
        }
        let ranges = &mut self.taken.get_or_insert_default().ranges;
        ranges.extend(parts);
        work::spend(ranges.len());
        ranges.sort_by_key(|range| range.start);
        ranges.dedup_by(|next, kept| {
            let touches = next.start <= kept.end;
            if touches {
                kept.end = kept.end.max(next.end);
            }
            touches
        });
    }

    /// What was taken out of it.
    pub(super) fn taken(&self) -> &[Range<usize>] {
        self.taken.as_ref().map_or(&[], |taken| &taken.ranges)
    }

    /// Nothing but white space is left of it.
    pub(super) fn is_taken(&self) -> bool {
        self.parts().all(|range| !self.says_something(&range))
    }

    /// What is left of it, in bytes of its page's text; parts of white space alone are left out.
    pub(super) fn kept(&self) -> Vec<Range<usize>> {
        self.parts()
            .filter(|range| self.says_something(range))
            .collect()
    }

    /// The parts between those that were taken out.
    fn parts(&self) -> impl Iterator<Item = Range<usize>> {
        let taken = self.taken();
        let starts =
            std::iter::once(self.line.bytes.start).chain(taken.iter().map(|part| part.end));
        let ends = taken.iter().map(|part| part.start);
        let ends = ends.chain([self.line.bytes.end]);
        starts
            .zip(ends)
            .inspect(|_| work::spend(1))
            .map(|(start, end)| start..end)
    }

    fn says_something(&self, part: &Range<usize>) -> bool {
        let offset = self.line.bytes.start;
        part.start < part.end
            && !self.text[part.start - offset..part.end - offset]
                .trim()
                .is_empty()
    }
}

/// A text's words in lower case, parted by single spaces, without punctuation; every run of digits
/// is a single `0`, because page numbers and dates change where the rest repeats.
pub(super) fn fold(text: &str) -> String {
    work::spend(text.len());
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

/// A single word folded for comparison.
pub(super) fn fold_word(word: &str) -> String {
    fold(word).replace(' ', "")
}

/// A letterhead's line is shorter, in bytes; comparing longer ones letter by letter takes long.
const LONGEST_ALIKE: usize = 400;

/// Whether two folded texts are the same but for what a bad scan does to letters: at least four
/// fifths of the longer one, by Levenshtein distance.
pub(super) fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    work::spend(1);
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    short >= 5
        && long <= LONGEST_ALIKE
        && short * 5 >= long * 4
        && strsim::normalized_levenshtein(a, b) >= 0.8
}
