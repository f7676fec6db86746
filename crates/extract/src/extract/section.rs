//! Section extraction: the text below each heading.
//!
//! The title, lists and checkboxes have places of their own in a record and are left out of the sections.
//! Everything else that the text says is in a section, facts included.

use std::ops::Range;

use lazy_regex::regex;

use super::{heading::Heading, span::SpanResolver};
use diarium_document::{CleanText, Heartbeat, Section, operations};

/// Ranges of the clean text, sorted by start. They may overlap.
pub(super) struct Ranges(Vec<Range<usize>>);

impl Ranges {
    /// The ranges, in any order.
    pub(super) fn new(mut ranges: Vec<Range<usize>>) -> Self {
        ranges.sort_by_key(|range| range.start);
        Self(ranges)
    }

    /// The ranges inside a range, sorted by start.
    fn inside(&self, range: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let (start, end) = (range.start, range.end);
        let first = self.0.partition_point(|inner| inner.start < start);
        self.0[first..]
            .iter()
            .take_while(move |inner| inner.start <= end)
            .inspect(|_| operations::count(1))
            .filter(move |inner| inner.end <= end)
    }

    /// The parts of a range that none of the ranges inside it contains.
    fn gaps(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        let mut from = range.start;
        for inner in self.inside(range) {
            if inner.start > from {
                gaps.push(from..inner.start);
            }
            from = from.max(inner.end);
        }
        gaps.push(from..range.end);
        gaps
    }
}

/// What sections are built from.
pub(super) struct Parts<'p> {
    pub text: &'p CleanText,
    /// The document's title, which is the heading of the text before the first section.
    pub title: Option<&'p str>,
    pub headings: &'p [Heading],
    /// The level of the section before the first heading.
    pub opening_level: u8,
    /// What is in no section, because it has a place of its own: the title, lists and checkboxes.
    pub excluded: Ranges,
    /// What has a place of its own besides, such as labels and values.
    pub covered: Ranges,
    pub spans: &'p SpanResolver<'p>,
}

impl Parts<'_> {
    /// The sections. They divide the whole text: each byte outside the headings and the excluded ranges
    /// is in the text of exactly one section of level 1, so that nothing that an author wrote is lost.
    ///
    /// A section of level 1 contains all text up to the next one, including the headings inside it; a
    /// section of level 2 ends at the next heading of any level. The text before the first section of
    /// level 1 is a section under the document's title.
    pub(super) fn sections(&self, heartbeat: &Heartbeat) -> Vec<Section> {
        let end = self.text.text().len();
        // A heading that was only a bullet or a number has no words left. It is part of the text around it.
        let headings: Vec<&Heading> = self
            .headings
            .iter()
            .filter(|heading| !heading.title.is_empty())
            .collect();
        // A subheading before the first section belongs to the front page, and is in the opening's text.
        let front = headings
            .iter()
            .take_while(|heading| heading.level > 1)
            .count();
        let first = headings.get(front);
        let opening = self.opening(0..first.map_or(end, |first| first.bytes.start));
        let mut sections = Vec::with_capacity(headings.len() + 1);
        sections.extend(opening);
        for (index, heading) in headings.iter().enumerate().skip(front) {
            heartbeat.step(index);
            operations::count(1);
            let next = headings[index + 1..]
                .iter()
                .inspect(|_| operations::count(1))
                .find(|next| next.level <= heading.level)
                .map_or(end, |next| next.bytes.start);
            let body = heading.bytes.end..next.max(heading.bytes.end);
            sections.push(Section {
                number: heading.number.clone(),
                heading: heading.title.clone(),
                level: heading.level,
                text: body_text(self.text, body.clone(), &self.excluded),
                spans: self.spans.spans(heading.bytes.start..body.end),
            });
        }
        sections
    }

    /// The text before the first section; `None` if it has no words, or only facts: the front page of a
    /// form says nothing more than its fields.
    fn opening(&self, range: Range<usize>) -> Option<Section> {
        let written = body_text(self.text, range.clone(), &self.excluded);
        let is_text = self.has_uncovered_words(&range) && Some(written.as_str()) != self.title;
        is_text.then(|| Section {
            number: None,
            heading: self.title.unwrap_or_default().to_owned(),
            level: self.opening_level,
            text: written,
            spans: self.spans.spans(range),
        })
    }

    /// Whether a range has words that are in no other part of the record.
    fn has_uncovered_words(&self, range: &Range<usize>) -> bool {
        let mut gaps = self.covered.gaps(range).into_iter();
        gaps.any(|gap| {
            let mut lines = self.text.text()[gap].lines();
            lines.any(|line| {
                operations::count(line.len());
                let words = line.split(|c: char| !c.is_alphanumeric());
                let letters: usize = words.map(|word| word.chars().count()).sum();
                letters > MAX_CONNECTOR
            })
        })
    }
}

/// The longest text between two values, in letters, that says nothing of its own.
// `kr` after an amount, `till` in a period.
const MAX_CONNECTOR: usize = 4;

/// The text of a range without the excluded ranges and without white space around it.
fn body_text(text: &CleanText, body: Range<usize>, excluded: &Ranges) -> String {
    operations::count(body.len());
    let mut joined = String::with_capacity(body.len());
    for gap in excluded.gaps(&body) {
        joined.push_str(&text.text()[gap]);
    }
    // Dots between an entry of a table of contents and its page are typography.
    let joined = regex!(r" ?(?:\.[ \u{a0}]?){5,}").replace_all(&joined, " ");
    normalize_blank_lines(&joined)
}

/// Leaves at most one blank line between paragraphs and none around them. A colon or a dash between the
/// heading and its text is removed.
fn normalize_blank_lines(text: &str) -> String {
    let mut normalized = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.trim_start_matches([':', ' ', '\n']).lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !normalized.is_empty() {
            normalized.push('\n');
            if blank > 0 {
                normalized.push('\n');
            }
        }
        blank = 0;
        normalized.push_str(line);
    }
    // If several lines begin with a dash, it is a bullet.
    let after_dash = normalized
        .strip_prefix("- ")
        .filter(|rest| !rest.contains("\n- "));
    match after_dash {
        Some(rest) => rest.trim().to_owned(),
        None => normalized.trim().to_owned(),
    }
}
