//! Section extraction: the text below each heading.
//!
//! Lists and checkboxes have places of their own in a record and are left out of the sections.

use std::ops::Range;

use super::{heading::Heading, span::SpanResolver};
use diarium_document::{CleanText, Heartbeat, Section, operations};

/// The ranges between headings that belong to no section's text.
pub(super) struct ExcludedRanges {
    /// Byte ranges of the clean text, sorted by start: lists and checkboxes.
    ranges: Vec<Range<usize>>,
    /// The starts of lists, sorted: a list ends the section before it.
    list_starts: Vec<usize>,
}

impl ExcludedRanges {
    /// The ranges of lists and of checkboxes, each in any order.
    pub(super) fn new(lists: Vec<Range<usize>>, checkboxes: Vec<Range<usize>>) -> Self {
        let mut list_starts: Vec<usize> = lists.iter().map(|range| range.start).collect();
        list_starts.sort_unstable();
        let mut ranges = lists;
        ranges.extend(checkboxes);
        ranges.sort_by_key(|range| range.start);
        Self {
            ranges,
            list_starts,
        }
    }

    /// The first start of a list at or after a byte.
    fn next_list(&self, byte: usize) -> Option<usize> {
        let first = self.list_starts.partition_point(|&start| start < byte);
        self.list_starts.get(first).copied()
    }

    /// The excluded ranges inside a range, sorted by start.
    fn inside(&self, range: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let (start, end) = (range.start, range.end);
        let first = self
            .ranges
            .partition_point(|excluded| excluded.start < start);
        self.ranges[first..]
            .iter()
            .take_while(move |excluded| excluded.start <= end)
            .inspect(|_| operations::count(1))
            .filter(move |excluded| excluded.end <= end)
    }
}

/// Builds the sections. A section of level 1 contains all text up to the next one, including the headings
/// inside it; a section of level 2 ends at the next heading of any level.
pub(super) fn build_sections(
    text: &CleanText,
    headings: &[Heading],
    excluded: &ExcludedRanges,
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> Vec<Section> {
    let mut sections = Vec::with_capacity(headings.len());
    let mut has_begun = false;
    for (index, heading) in headings.iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        // A subheading before the first section belongs to the form's front page.
        if heading.level > 1 && !has_begun {
            continue;
        }
        has_begun = true;
        let end = section_end(text, headings, index, excluded);
        let body = heading.bytes.end..end.max(heading.bytes.end);
        sections.push(Section {
            number: heading.number.clone(),
            heading: heading.title.clone(),
            level: heading.level,
            text: body_text(text, body.clone(), excluded),
            spans: spans.spans(heading.bytes.start..body.end),
        });
    }
    // A heading that was only a bullet or a number has no words left.
    sections.retain(|section| !section.heading.is_empty());
    sections
}

/// A range of the text as one section under the document's title; `None` if it has no text.
pub(super) fn untitled_section(
    text: &CleanText,
    title: Option<&str>,
    range: Range<usize>,
    excluded: &ExcludedRanges,
    spans: &SpanResolver<'_>,
) -> Option<Section> {
    let list = excluded.next_list(range.start);
    let end = list.map_or(range.end, |list| list.min(range.end));
    let body = range.start..end.max(range.start);
    let written = body_text(text, body.clone(), excluded);
    (!written.is_empty()).then(|| Section {
        number: None,
        heading: title.unwrap_or_default().to_owned(),
        level: 1,
        text: written,
        spans: spans.spans(body),
    })
}

fn section_end(
    text: &CleanText,
    headings: &[Heading],
    index: usize,
    excluded: &ExcludedRanges,
) -> usize {
    let heading = &headings[index];
    let next = headings[index + 1..]
        .iter()
        .inspect(|_| operations::count(1))
        .find(|next| next.level <= heading.level)
        .map_or(text.text().len(), |next| next.bytes.start);
    let list = excluded.next_list(heading.bytes.end);
    list.map_or(next, |list| list.min(next))
}

/// The text of a range without the excluded ranges and without white space around it.
fn body_text(text: &CleanText, body: Range<usize>, excluded: &ExcludedRanges) -> String {
    operations::count(body.len());
    let mut joined = String::with_capacity(body.len());
    let mut from = body.start;
    for range in excluded.inside(&body) {
        if range.start < from {
            continue;
        }
        joined.push_str(&text.text()[from..range.start]);
        from = range.end;
    }
    joined.push_str(&text.text()[from..body.end]);
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
