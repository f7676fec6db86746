//! List extraction: the named lists of a profile, such as municipalities or partners.

use std::{collections::BTreeMap, ops::Range};

use super::{heading::normalize_heading, span::SpanResolver};
use crate::profile::Profile;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Heartbeat, LineRole, ListSpans, Lists, operations};

/// The longest item, in characters.
// A longer line is prose.
const MAX_ITEM: usize = 120;
/// Items of a list, at most. Further ones stay in the section text, so that nothing is lost.
// Sweden has 290 municipalities; a hostile text of short lines has millions of items.
const MAX_ITEMS: usize = 50_000;

/// The lists, and their ranges of the clean text.
pub(super) struct FoundLists {
    pub lists: Lists,
    /// One for each entry.
    pub list_spans: ListSpans,
    pub ranges: Vec<Range<usize>>,
}

/// Finds the profile's lists: one of their headings, then items with bullets or short lines without a
/// gap.
pub(super) fn find_lists(
    text: &CleanText,
    profile: &Profile,
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> FoundLists {
    let mut found = FoundLists {
        lists: Lists::default(),
        list_spans: ListSpans::default(),
        ranges: Vec::new(),
    };
    let names = names_by_heading(profile);
    let mut line = 0;
    while line < text.lines().len() {
        heartbeat.step(line);
        operations::count(1);
        let start = line;
        line += 1;
        let written = text.line(start);
        let Some(name) = (written.len() <= MAX_ITEM)
            .then(|| names.get(&normalize_heading(written)))
            .flatten()
        else {
            continue;
        };
        let full = found.lists.0.get(*name).map_or(0, Vec::len);
        let items = items(text, start + 1, MAX_ITEMS.saturating_sub(full));
        if items.is_empty() {
            continue;
        }
        line = start + 1 + items.len();
        let bytes = text.lines()[start].bytes.start..text.lines()[line - 1].bytes.end;
        found.ranges.push(bytes);
        found.add(name, items, text, spans);
    }
    found
}

/// The names of the profile's lists, by their normalized headings.
fn names_by_heading(profile: &Profile) -> BTreeMap<String, &str> {
    let lists = profile.lists.iter();
    let headings = lists.flat_map(|list| {
        let headings = list.headings.iter();
        headings.map(|heading| (normalize_heading(heading), list.name.as_str()))
    });
    headings.collect()
}

impl FoundLists {
    /// Adds the entries of a list with their positions.
    fn add(
        &mut self,
        name: &str,
        items: Vec<Range<usize>>,
        text: &CleanText,
        spans: &SpanResolver<'_>,
    ) {
        let entries = self.lists.0.entry(name.to_owned()).or_default();
        let positions = self.list_spans.0.entry(name.to_owned()).or_default();
        for item in items {
            let entry = collapse_whitespace(&text.text()[item.clone()]);
            // A bullet without words is no entry.
            if let Some(resolved) = spans.resolve(item).filter(|_| !entry.is_empty()) {
                entries.push(entry);
                positions.push(resolved.span);
            }
        }
    }
}

/// The items from a line on, at most `most`, in bytes of the clean text.
fn items(text: &CleanText, from: usize, most: usize) -> Vec<Range<usize>> {
    let lines = text.lines();
    let has_bullets = lines
        .get(from)
        .is_some_and(|line| line.role == LineRole::Item);
    let mut items = Vec::new();
    for (index, line) in lines.iter().enumerate().skip(from).take(most) {
        operations::count(1);
        let written = text.line(index);
        let fits = written.chars().count() <= MAX_ITEM;
        // A list has either bullets on all items or on none.
        let belongs = if has_bullets {
            line.role == LineRole::Item
        } else {
            let has_ended = written.ends_with(['.', ':', '?']);
            line.role == LineRole::Body && !has_ended && (index == from || !line.gap_before)
        };
        if !fits || !belongs {
            break;
        }
        let bare = without_bullet(written);
        items.push(line.bytes.end - bare.len()..line.bytes.end);
    }
    // A single short line below such a heading may be prose.
    if has_bullets || items.len() >= 2 {
        items
    } else {
        Vec::new()
    }
}

/// An item without its bullet.
fn without_bullet(item: &str) -> &str {
    item.trim_start_matches(['•', '·', '▪', '●', '○', '*', '-', '–', ' ', '\u{f0b7}'])
}
