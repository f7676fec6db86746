//! Section extraction: the text under each heading.

use std::ops::Range;

use super::{heading::Heading, place::Places};
use diarium_document::{CleanText, Heartbeat, Section, operations};

/// What is not part of any section's text, though it stands between headings.
pub(super) struct Cuts {
    /// Byte ranges of the clean text, by their starts: lists, boxes to tick.
    ranges: Vec<Range<usize>>,
    /// Where the last section before them ends: the starts of lists, rising.
    ends: Vec<usize>,
}

impl Cuts {
    /// The stretches of lists and of boxes, each in any order.
    pub(super) fn new(lists: Vec<Range<usize>>, boxes: Vec<Range<usize>>) -> Self {
        let mut ends: Vec<usize> = lists.iter().map(|range| range.start).collect();
        ends.sort_unstable();
        let mut ranges = lists;
        ranges.extend(boxes);
        ranges.sort_by_key(|range| range.start);
        Self { ranges, ends }
    }

    /// The first start of a list at or after a byte.
    fn list_from(&self, byte: usize) -> Option<usize> {
        let first = self.ends.partition_point(|&end| end < byte);
        self.ends.get(first).copied()
    }

    /// The ranges inside of a stretch, by their starts.
    fn inside(&self, stretch: &Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let (start, end) = (stretch.start, stretch.end);
        let first = self.ranges.partition_point(|cut| cut.start < start);
        self.ranges[first..]
            .iter()
            .take_while(move |cut| cut.start <= end)
            .inspect(|_| operations::count(1))
            .filter(move |cut| cut.end <= end)
    }
}

/// Builds the sections. A section of level 1 holds all text up to the next one, with the headings
/// inside it; a heading of level 2 ends at the next heading of any level.
pub(super) fn build(
    text: &CleanText,
    headings: &[Heading],
    cuts: &Cuts,
    places: &Places<'_>,
    heartbeat: &Heartbeat,
) -> Vec<Section> {
    let mut sections = Vec::with_capacity(headings.len());
    let mut begun = false;
    for (index, heading) in headings.iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        // What stands inside a section only because no section has begun is the form's front page.
        if heading.level > 1 && !begun {
            continue;
        }
        begun = true;
        let end = end_of(text, headings, index, cuts);
        let body = heading.bytes.end..end.max(heading.bytes.end);
        sections.push(Section {
            number: heading.number.clone(),
            heading: heading.title.clone(),
            level: heading.level,
            text: body_text(text, body.clone(), cuts),
            spans: places.spans(heading.bytes.start..body.end),
        });
    }
    sections.retain(|section| !section.heading.is_empty());
    sections
}

/// A stretch of the text as one section under the document's title; none if it says nothing.
pub(super) fn whole(
    text: &CleanText,
    title: Option<&str>,
    stretch: Range<usize>,
    cuts: &Cuts,
    places: &Places<'_>,
) -> Option<Section> {
    let list = cuts.list_from(stretch.start);
    let end = list.map_or(stretch.end, |list| list.min(stretch.end));
    let body = stretch.start..end.max(stretch.start);
    let written = body_text(text, body.clone(), cuts);
    (!written.is_empty()).then(|| Section {
        number: None,
        heading: title.unwrap_or_default().to_owned(),
        level: 1,
        text: written,
        spans: places.spans(body),
    })
}

fn end_of(text: &CleanText, headings: &[Heading], index: usize, cuts: &Cuts) -> usize {
    let heading = &headings[index];
    let next = headings[index + 1..]
        .iter()
        .inspect(|_| operations::count(1))
        .find(|next| next.level <= heading.level)
        .map_or(text.text().len(), |next| next.bytes.start);
    let list = cuts.list_from(heading.bytes.end);
    list.map_or(next, |list| list.min(next))
}

/// The text of a stretch without the parts that were cut, white space around it left out.
fn body_text(text: &CleanText, body: Range<usize>, cuts: &Cuts) -> String {
    operations::count(body.len());
    let mut joined = String::with_capacity(body.len());
    let mut from = body.start;
    for cut in cuts.inside(&body) {
        if cut.start < from {
            continue;
        }
        joined.push_str(&text.text()[from..cut.start]);
        from = cut.end;
    }
    joined.push_str(&text.text()[from..body.end]);
    tidy(&joined)
}

/// At most one blank line between paragraphs, none around them. A colon or a dash that parted the
/// heading from its text is not text.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.trim_start_matches([':', ' ', '\n']).lines() {
        let line = line.trim_end();
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !tidied.is_empty() {
            tidied.push('\n');
            if blank > 0 {
                tidied.push('\n');
            }
        }
        blank = 0;
        tidied.push_str(line);
    }
    let dash = tidied
        .strip_prefix("- ")
        .filter(|rest| !rest.contains("\n- "));
    match dash {
        Some(rest) => rest.trim().to_owned(),
        None => tidied.trim().to_owned(),
    }
}
