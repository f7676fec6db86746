//! List extraction: named lists.

use std::{collections::BTreeMap, ops::Range};

use super::heading::fold;
use crate::profile::Profile;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Heartbeat, LineRole, Lists, work};

/// The longest item, in characters; what is longer is prose.
const LONGEST: usize = 120;
/// Items of a list, at most; those behind stay in the text, where they would have stood without a list.
const MOST: usize = 50_000;

/// Lists, and the stretches of the clean text that they take.
pub(super) struct Found {
    pub lists: Lists,
    pub ranges: Vec<Range<usize>>,
}

/// Finds the profile's lists: a heading that is one of theirs, then items with bullets, or short lines
/// without a gap.
pub(super) fn find(text: &CleanText, profile: &Profile, heartbeat: &Heartbeat) -> Found {
    let mut lists = Lists::default();
    let mut ranges = Vec::new();
    let names: BTreeMap<String, &str> = profile
        .lists
        .iter()
        .flat_map(|list| {
            list.headings
                .iter()
                .map(|heading| (fold(heading), list.name.as_str()))
        })
        .collect();
    let mut line = 0;
    while line < text.lines().len() {
        heartbeat.step(line);
        work::spend(1);
        let start = line;
        line += 1;
        let written = text.line(start);
        let Some(name) = (written.len() <= LONGEST)
            .then(|| names.get(&fold(written)))
            .flatten()
        else {
            continue;
        };
        let full = lists.0.get(*name).map_or(0, Vec::len);
        let items = items(text, start + 1, MOST.saturating_sub(full));
        if items.is_empty() {
            continue;
        }
        line = start + 1 + items.len();
        ranges.push(text.lines()[start].bytes.start..text.lines()[line - 1].bytes.end);
        lists.0.entry((*name).to_owned()).or_default().extend(items);
    }
    Found { lists, ranges }
}

/// Up to so many items from a line on.
fn items(text: &CleanText, from: usize, most: usize) -> Vec<String> {
    let lines = text.lines();
    let bulleted = lines
        .get(from)
        .is_some_and(|line| line.role == LineRole::Item);
    let mut items = Vec::new();
    for (index, line) in lines.iter().enumerate().skip(from).take(most) {
        work::spend(1);
        let written = text.line(index);
        let fits = written.chars().count() <= LONGEST;
        let belongs = if bulleted {
            line.role == LineRole::Item
        } else {
            let ended = written.ends_with(['.', ':', '?']);
            line.role == LineRole::Body && !ended && (index == from || !line.gap_before)
        };
        if !fits || !belongs {
            break;
        }
        items.push(collapse_whitespace(bare(written)));
    }
    // One short line below such a heading may just as well be prose that a reader cut.
    if bulleted || items.len() >= 2 {
        items
    } else {
        Vec::new()
    }
}

/// An item without its bullet.
fn bare(item: &str) -> &str {
    item.trim_start_matches(['•', '·', '▪', '●', '○', '*', '-', '–', ' ', '\u{f0b7}'])
}
