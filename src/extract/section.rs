//! Which text stands under which heading?

use std::ops::Range;

use super::{heading::Heading, place::Places};
use crate::document::{CleanText, Section};

/// What is not part of any section's text, though it stands between headings.
pub(super) struct Cuts {
    /// Byte ranges of the clean text, in any order: lists, boxes to tick.
    pub ranges: Vec<Range<usize>>,
    /// Where the last section before them ends: the starts of lists.
    pub ends: Vec<usize>,
}

/// Builds the sections. A section of level 1 holds all text up to the next one, with the headings
/// inside it; a heading of level 2 ends at the next heading of any level.
pub(super) fn build(
    text: &CleanText,
    headings: &[Heading],
    cuts: &Cuts,
    places: &Places<'_>,
) -> Vec<Section> {
    let mut sections = Vec::with_capacity(headings.len());
    for (index, heading) in headings.iter().enumerate() {
        // What stands inside a section only because no section has begun is the form's front page.
        let inside = headings[..index].iter().any(|before| before.level == 1);
        if heading.level > 1 && !inside {
            continue;
        }
        let end = end_of(text, headings, index, cuts);
        let body = heading.bytes.end..end.max(heading.bytes.end);
        sections.push(Section {
            number: heading.number.clone(),
            heading: heading.title.clone(),
            level: heading.level,
            text: body_text(text, body.clone(), &cuts.ranges),
            spans: places.spans(heading.bytes.start..body.end),
        });
    }
    sections.retain(|section| !section.heading.is_empty());
    sections
}

/// All the text from `start` on as one section under the document's title; none if there is no text.
pub(super) fn whole(
    text: &CleanText,
    title: Option<&str>,
    start: usize,
    cuts: &Cuts,
    places: &Places<'_>,
) -> Option<Section> {
    let end = cuts.ends.iter().copied().filter(|&end| end >= start).min();
    let body = start..end.unwrap_or(text.text().len());
    let written = body_text(text, body.clone(), &cuts.ranges);
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
        .find(|next| next.level <= heading.level)
        .map_or(text.text().len(), |next| next.bytes.start);
    let list = cuts
        .ends
        .iter()
        .copied()
        .filter(|&end| end >= heading.bytes.end)
        .min();
    list.map_or(next, |list| list.min(next))
}

/// The text of a stretch without the parts that were cut, white space around it left out.
fn body_text(text: &CleanText, body: Range<usize>, cuts: &[Range<usize>]) -> String {
    let mut inside: Vec<&Range<usize>> = cuts
        .iter()
        .filter(|cut| cut.start >= body.start && cut.end <= body.end)
        .collect();
    inside.sort_by_key(|cut| cut.start);
    let mut joined = String::with_capacity(body.len());
    let mut from = body.start;
    for cut in inside {
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
