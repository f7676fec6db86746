//! Which block of lines comes again and again in a text that has lost its page breaks?
//!
//! A block is found by two lines that follow each other at least twice, grown to all the lines that
//! repeat with them. Then its neighbours are tried: a footer stands before the next page's header,
//! and where the same line, or what a scan made of it, stands beside the letterhead twice, it belongs
//! to it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::flow::{Flow, alike};
use crate::profile::Profiles;

/// Words of a block that repeats this often are taken as letterhead.
const THRICE: (usize, usize) = (3, 6);
/// With only two occurrences, a block must be long to be no accident.
const TWICE: (usize, usize) = (2, 14);
/// A line with more words is a paragraph of the author's, even if it stands in the text twice.
const LONGEST_LINE: usize = 16;
/// A line of so many characters may have been broken because the paper ended.
const FULL_LINE: usize = 35;
/// How many lines from the letterhead a neighbour may stand.
const NEIGHBOURS: usize = 6;
/// A neighbour with more words is a paragraph.
const NEIGHBOUR_WORDS: usize = 12;

/// A block that was found, as its words' keys.
pub(super) struct Block {
    pub words: Vec<String>,
}

/// Takes out the blocks that repeat, and gives them back for [`super::phrases`].
pub(super) fn take_out(flow: &mut Flow<'_>, profiles: &Profiles) -> Vec<Block> {
    let order: Vec<usize> = flow
        .kept()
        .into_iter()
        .filter(|&index| !flow.lines[index].key.is_empty())
        .collect();
    let mut blocks = Vec::new();
    for (length, starts) in find(flow, &order, profiles) {
        let first = starts[0];
        let words = order[first..first + length]
            .iter()
            .flat_map(|&line| flow.words(line))
            .map(|word| word.key)
            .filter(|key| !key.is_empty())
            .collect();
        blocks.push(Block { words });
        for start in starts {
            for &line in &order[start..start + length] {
                flow.lines[line].take_all();
            }
        }
    }
    blocks
}

/// Blocks as their length in lines and the places in `order` where they start.
fn find(flow: &Flow<'_>, order: &[usize], profiles: &Profiles) -> Vec<(usize, Vec<usize>)> {
    let mut pairs: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (place, pair) in order.windows(2).enumerate() {
        let [a, b] = [pair[0], pair[1]].map(|line| flow.lines[line].key.as_str());
        if a != b && !profiles.is_label(flow.lines[pair[0]].text) {
            pairs.entry((a, b)).or_default().push(place);
        }
    }
    let mut by_first: Vec<Vec<usize>> = pairs
        .into_values()
        .filter(|places| places.len() >= 2)
        .collect();
    by_first.sort();
    let mut used = vec![false; order.len()];
    let mut blocks = Vec::new();
    for places in by_first {
        let places: Vec<usize> = places.into_iter().filter(|&place| !used[place]).collect();
        if places.len() < 2 {
            continue;
        }
        let length = grow(flow, order, &places, profiles);
        if !is_letterhead(flow, order, &places, length) {
            continue;
        }
        for &place in &places {
            used[place..place + length].fill(true);
        }
        blocks.push((length, places));
    }
    blocks
}

/// How many lines the occurrences have in common from their starts.
fn grow(flow: &Flow<'_>, order: &[usize], places: &[usize], profiles: &Profiles) -> usize {
    let key = |place: usize| order.get(place).map(|&line| flow.lines[line].key.as_str());
    let mut length = 2;
    while let Some(next) = key(places[0] + length) {
        let all_share = places
            .iter()
            .all(|&place| key(place + length) == Some(next));
        let overlaps = places.windows(2).any(|pair| pair[0] + length >= pair[1]);
        let label = profiles.is_label(flow.lines[order[places[0] + length]].text);
        if !all_share || overlaps || label {
            break;
        }
        length += 1;
    }
    length
}

/// Whether a repeated block is a publisher's: long enough for how often it comes, and with enough
/// of the author's lines in between.
fn is_letterhead(flow: &Flow<'_>, order: &[usize], places: &[usize], length: usize) -> bool {
    let first = &order[places[0]..places[0] + length];
    let counts: Vec<usize> = first
        .iter()
        .map(|&line| flow.lines[line].key.split(' ').count())
        .collect();
    let words: usize = counts.iter().sum();
    let longest = counts.iter().copied().max().unwrap_or(0);
    let apart = places
        .windows(2)
        .all(|pair| pair[1] - pair[0] >= length + 2);
    // Where the page breaks are known, letterhead stands at them; what comes twice elsewhere is an
    // author repeating himself.
    let twice = flow.pages.len() == 1 && places.len() >= TWICE.0 && words >= TWICE.1;
    let often = twice || places.len() >= THRICE.0 && words >= THRICE.1;
    let listed = first.iter().all(|&line| is_item(flow.lines[line].text));
    // A publisher prints lines; what fills a line and goes on is an author quoting himself.
    let lines = longest <= LONGEST_LINE;
    often && longest >= 3 && lines && apart && !listed
}

fn is_item(text: &str) -> bool {
    text.trim_start()
        .starts_with(['•', '·', '-', '–', '*', '▪'])
        && !text.trim_start().starts_with("**")
}

/// Takes short lines beside the letterhead that stand beside it more than once.
pub(super) fn take_neighbours(flow: &mut Flow<'_>) {
    // Each round may bring further lines within reach; no footer seen needed more than three.
    for _ in 0..4 {
        let known: BTreeSet<&str> = flow
            .lines
            .iter()
            .filter(|line| line.is_taken() && !line.key.is_empty())
            .map(|line| line.key.as_str())
            .collect();
        let beside = neighbours(flow);
        let mut gaps = Gaps::default();
        for &(index, gap) in &beside {
            gaps.add(&flow.lines[index].key, gap);
        }
        let belong = gaps.of_alike(&known);
        let takes: Vec<usize> = beside
            .iter()
            .filter(
                |&&(index, gap)| match belong[flow.lines[index].key.as_str()] {
                    None => true,
                    // Two lines between the same two pieces of letterhead are one author's.
                    Some((first, last)) => first != gap || last != gap,
                },
            )
            .map(|&(index, _)| index)
            .collect();
        if takes.is_empty() {
            return;
        }
        for index in takes {
            flow.lines[index].take_all();
        }
    }
}

/// What may be spent on holding lines against each other, in glances at two of them. A report of 200
/// pages asks for some millions; a text that was made to ask for more would take hours.
const GLANCES: usize = 10_000_000;
/// What it costs to compare two lines letter by letter.
const COMPARISON: usize = 100;

/// The first and the last gap in the letterhead that a line stands in, by the line's key.
#[derive(Default)]
struct Gaps<'f> {
    by_key: BTreeMap<&'f str, (usize, usize)>,
}

impl<'f> Gaps<'f> {
    fn add(&mut self, key: &'f str, gap: usize) {
        let gaps = self.by_key.entry(key).or_insert((gap, gap));
        *gaps = (gaps.0.min(gap), gaps.1.max(gap));
    }

    /// For each key the first and the last gap of all keys that are alike, or nothing where one of
    /// the letterhead's own is: that line belongs to it wherever it stands.
    fn of_alike(&self, known: &BTreeSet<&str>) -> BTreeMap<&'f str, Option<(usize, usize)>> {
        let mut left = GLANCES;
        let letters: Vec<Letters<'_>> = known.iter().map(|key| Letters::of(key)).collect();
        let keys = self.by_key.iter();
        let keys: Vec<(Letters<'_>, (usize, usize))> =
            keys.map(|(key, gaps)| (Letters::of(key), *gaps)).collect();
        let mut found = BTreeMap::new();
        for ((&key, &own), (own_letters, _)) in self.by_key.iter().zip(&keys) {
            let is_known = known.contains(key)
                || letters
                    .iter()
                    .any(|other| own_letters.are_alike(other, &mut left));
            let mut all = own;
            for (other, gaps) in &keys {
                if is_known || left == 0 {
                    break;
                }
                if own_letters.are_alike(other, &mut left) {
                    all = (all.0.min(gaps.0), all.1.max(gaps.1));
                }
            }
            found.insert(key, (!is_known).then_some(all));
        }
        found
    }
}

/// A line's key, and how often each letter stands in it, roughly: what differs much in that cannot be
/// alike, and is told at a glance.
struct Letters<'k> {
    key: &'k str,
    counts: [u16; 32],
}

impl<'k> Letters<'k> {
    fn of(key: &'k str) -> Self {
        let mut counts = [0_u16; 32];
        for character in key.chars() {
            let count = &mut counts[character as usize % 32];
            *count = count.saturating_add(1);
        }
        Self { key, counts }
    }

    fn are_alike(&self, other: &Self, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return self.key == other.key;
        }
        let length = self.key.len().max(other.key.len());
        let counts = self.counts.iter().zip(&other.counts);
        let differing: usize = counts
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        // A letter replaced counts twice here; a fifth may be.
        if differing * 5 > length * 2 {
            return false;
        }
        *left = left.saturating_sub(COMPARISON);
        alike(self.key, other.key)
    }
}

/// Lines within reach of what was taken, with nothing but such lines in between; each with the number
/// of the gap in the letterhead that it stands in.
fn neighbours(flow: &Flow<'_>) -> BTreeSet<(usize, usize)> {
    let order: Vec<usize> = (0..flow.lines.len())
        .filter(|&index| !flow.lines[index].key.is_empty())
        .collect();
    let mut found = BTreeSet::new();
    let mut gap = 0;
    for (place, &index) in order.iter().enumerate() {
        if !flow.lines[index].is_taken() {
            continue;
        }
        let reach = |lines: &mut dyn Iterator<Item = &usize>, gap| {
            lines
                .copied()
                .take(NEIGHBOURS)
                .take_while(|&line| may_belong(flow, line))
                .map(|line| (line, gap))
                .collect::<Vec<_>>()
        };
        found.extend(reach(&mut order[..place].iter().rev(), gap));
        gap += 1;
        found.extend(reach(&mut order[place + 1..].iter(), gap));
    }
    found
}

/// Whether a line is part of a paragraph that the paper broke: it or the line above it fills the
/// width, and the next goes on in lower case.
fn runs_on(flow: &Flow<'_>, index: usize) -> bool {
    let breaks = |above: usize, below: usize| {
        let (Some(above), Some(below)) = (flow.lines.get(above), flow.lines.get(below)) else {
            return false;
        };
        above.page == below.page
            && !below.line.gap_before
            && above.text.chars().count() >= FULL_LINE
            && below.text.trim_start().starts_with(char::is_lowercase)
    };
    breaks(index, index + 1) || index > 0 && breaks(index - 1, index)
}

/// A short line that is no sentence, no item, no fact.
fn may_belong(flow: &Flow<'_>, index: usize) -> bool {
    let line = &flow.lines[index];
    let text = line.text.trim();
    let bare = text.trim_start_matches(['#', '*', ' ']);
    line.taken().is_empty()
        && line.key.split(' ').count() <= NEIGHBOUR_WORDS
        && !bare.starts_with(|first: char| first.is_ascii_digit())
        && !is_item(text)
        && !text.ends_with(['.', '?', '!'])
        && !text.contains(": ")
        && !runs_on(flow, index)
        && !text.contains(['\t', '<', '☐', '☒'])
}
