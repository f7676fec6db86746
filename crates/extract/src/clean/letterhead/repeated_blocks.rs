//! Repeated blocks: boilerplate in a text that has lost its page breaks.
//!
//! A block is found by two lines that follow each other at least twice, grown to all the lines that
//! repeat with them. Then its neighbours are tried: a footer stands before the next page's header,
//! and where the same line, or what a scan made of it, stands beside the letterhead twice, it belongs
//! to it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::flow::{Flow, Key, Keys, alike, fold_word};
use crate::profile::Profiles;
use diarium_document::{Heartbeat, work};

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

/// The blocks that were found, each as its words' keys.
#[derive(Default)]
pub(super) struct Blocks {
    pub keys: Keys,
    pub blocks: Vec<Vec<Key>>,
}

impl Blocks {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// Takes out the blocks that repeat, and gives them back for [`super::phrases`].
pub(super) fn take_out(flow: &mut Flow<'_>, profiles: &Profiles, heartbeat: &Heartbeat) -> Blocks {
    let order: Vec<usize> = flow
        .kept()
        .into_iter()
        .filter(|&index| !flow.lines[index].key.is_empty())
        .collect();
    let mut found = Blocks::default();
    for (length, starts) in find(flow, &order, profiles, heartbeat) {
        let first = starts[0];
        let words = order[first..first + length]
            .iter()
            .flat_map(|&line| flow.words(line))
            .map(|(_, word)| found.keys.of(&fold_word(word)))
            .filter(|key| !key.is_empty())
            .collect();
        found.blocks.push(words);
        for start in starts {
            work::spend(length);
            for &line in &order[start..start + length] {
                flow.lines[line].take_all();
            }
        }
    }
    found
}

/// Blocks as their length in lines and the places in `order` where they start.
fn find(
    flow: &Flow<'_>,
    order: &[usize],
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) -> Vec<(usize, Vec<usize>)> {
    let outline = Outline::new(flow, order, profiles);
    heartbeat.beat();
    let mut used = vec![false; order.len()];
    let mut blocks = Vec::new();
    for (index, places) in repeated_pairs(flow, order, &outline)
        .into_iter()
        .enumerate()
    {
        heartbeat.step(index);
        work::spend(places.len());
        let places: Vec<usize> = places.into_iter().filter(|&place| !used[place]).collect();
        if places.len() < 2 {
            continue;
        }
        let length = outline.grow(&places);
        if !outline.is_letterhead(&places, length) {
            continue;
        }
        for &place in &places {
            work::spend(length);
            used[place..place + length].fill(true);
        }
        blocks.push((length, places));
    }
    blocks
}

/// The places of each pair of lines that follow each other at least twice, by the first place.
fn repeated_pairs(flow: &Flow<'_>, order: &[usize], outline: &Outline) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(Key, Key, usize)> = Vec::new();
    for (place, pair) in order.windows(2).enumerate() {
        work::spend(1);
        let [a, b] = [pair[0], pair[1]].map(|line| flow.lines[line].key);
        if a != b && outline.next_label[place] != place {
            pairs.push((a, b, place));
        }
    }
    pairs.sort_unstable();
    let same = pairs.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1));
    let mut repeated: Vec<Vec<usize>> = same
        .filter(|places| places.len() >= 2)
        .map(|places| places.iter().map(|&(_, _, place)| place).collect())
        .collect();
    repeated.sort();
    repeated
}

/// What blocks are judged by, for the lines in order, so that a long stretch of lines is judged as
/// quickly as a short one: a text that stands in itself twice has as many such stretches as lines.
struct Outline {
    keys: Vec<Key>,
    /// The next place, from each on, whose line is a form's label; the number of lines if none is.
    next_label: Vec<usize>,
    /// What all lines before a place have together.
    before: Vec<Totals>,
    single_page: bool,
}

/// What lines have together.
#[derive(Clone, Copy, Default)]
struct Totals {
    /// A polynomial of their keys: equal stretches have equal ones.
    hash: u64,
    words: usize,
    /// Lines of three words or more.
    telling: u32,
    /// Lines that are paragraphs.
    long: u32,
    /// Lines that are no items.
    unlisted: u32,
}

impl Outline {
    fn new(flow: &Flow<'_>, order: &[usize], profiles: &Profiles) -> Self {
        let mut before = Vec::with_capacity(order.len() + 1);
        let mut totals = Totals::default();
        before.push(totals);
        for &line in order {
            let words = flow.key(line).split(' ').count();
            work::spend(flow.key(line).len());
            totals = Totals {
                hash: hash::extended(totals.hash, flow.lines[line].key.number()),
                words: totals.words + words,
                telling: totals.telling + u32::from(words >= 3),
                long: totals.long + u32::from(words > LONGEST_LINE),
                unlisted: totals.unlisted + u32::from(!is_item(flow.lines[line].text)),
            };
            before.push(totals);
        }
        let mut next_label = vec![order.len(); order.len() + 1];
        for (place, &line) in order.iter().enumerate().rev() {
            next_label[place] = match profiles.is_label(flow.lines[line].text) {
                true => place,
                false => next_label[place + 1],
            };
        }
        Self {
            keys: order.iter().map(|&line| flow.lines[line].key).collect(),
            next_label,
            before,
            single_page: flow.pages.len() == 1,
        }
    }

    /// How many lines the occurrences have in common from their starts: up to a label, to the next
    /// occurrence and to the first line that differs.
    fn grow(&self, places: &[usize]) -> usize {
        let first = places[0];
        let mut most = self.next_label[first + 2] - first;
        for pair in places.windows(2) {
            most = most.min(pair[1] - pair[0]);
        }
        for pair in places.windows(2) {
            most = self.shared(pair[0], pair[1], most);
        }
        most.max(2)
    }

    /// How many lines from two places on are the same, up to so many.
    fn shared(&self, one: usize, other: usize, most: usize) -> usize {
        let most = most.min(self.keys.len() - other);
        let hash_of = |from: usize, length: usize| {
            work::spend(1);
            let (before, to) = (self.before[from].hash, self.before[from + length].hash);
            hash::between(before, to, hash::power(length))
        };
        // Most differ soon.
        let mut shared = 0;
        while shared < most.min(8) {
            work::spend(1);
            if self.keys[one + shared] != self.keys[other + shared] {
                return shared;
            }
            shared += 1;
        }
        let (mut low, mut high) = (shared, most);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if hash_of(one, middle) == hash_of(other, middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    /// Whether a repeated block is a publisher's: long enough for how often it comes, and with
    /// enough of the author's lines in between.
    fn is_letterhead(&self, places: &[usize], length: usize) -> bool {
        let (from, to) = (self.before[places[0]], self.before[places[0] + length]);
        let words = to.words - from.words;
        let apart = places
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= length + 2);
        // Where the page breaks are known, letterhead stands at them; what comes twice elsewhere is
        // an author repeating himself.
        let twice = self.single_page && places.len() >= TWICE.0 && words >= TWICE.1;
        let often = twice || places.len() >= THRICE.0 && words >= THRICE.1;
        let listed = to.unlisted == from.unlisted;
        // A publisher prints lines; what fills a line and goes on is an author quoting himself.
        let lines = to.long == from.long;
        often && to.telling > from.telling && lines && apart && !listed
    }
}

/// Hashes of sequences from which those of their stretches follow: polynomials modulo the Mersenne
/// prime 2^61 - 1, which two different sequences of a file share once in a quintillion pairs.
mod hash {
    const PRIME: u64 = (1 << 61) - 1;
    /// Any number that is no small power of anything.
    const BASE: u64 = 0x1357_9bdf_0246_8ace;

    fn product(one: u64, other: u64) -> u64 {
        let product = u128::from(one) * u128::from(other);
        u64::try_from(product % u128::from(PRIME)).unwrap_or(0)
    }

    /// The hash of a sequence and one more number.
    pub(super) fn extended(hash: u64, number: u32) -> u64 {
        (product(hash, BASE) + u64::from(number) + 1) % PRIME
    }

    /// The hash of a stretch, given those of all before it and of all up to its end.
    pub(super) fn between(before: u64, to: u64, power: u64) -> u64 {
        (to + PRIME - product(before, power)) % PRIME
    }

    /// The base to the power of a length.
    pub(super) fn power(length: usize) -> u64 {
        let (mut result, mut factor, mut left) = (1, BASE, length);
        while left > 0 {
            if left % 2 == 1 {
                result = product(result, factor);
            }
            factor = product(factor, factor);
            left /= 2;
        }
        result
    }
}

fn is_item(text: &str) -> bool {
    text.trim_start()
        .starts_with(['•', '·', '-', '–', '*', '▪'])
        && !text.trim_start().starts_with("**")
}

/// Takes short lines beside the letterhead that stand beside it more than once.
pub(super) fn take_neighbours(flow: &mut Flow<'_>, heartbeat: &Heartbeat) {
    // Each round may bring further lines within reach; no footer seen needed more than three.
    for _ in 0..4 {
        heartbeat.beat();
        let known: BTreeSet<&str> = flow
            .lines
            .iter()
            .filter(|line| line.is_taken() && !line.key.is_empty())
            .map(|line| flow.key_text(line.key))
            .collect();
        let beside = neighbours(flow);
        let mut gaps = Gaps::default();
        for &(index, gap) in &beside {
            gaps.add(flow.key(index), gap);
        }
        heartbeat.beat();
        let belong = gaps.of_alike(&known);
        let takes: Vec<usize> = beside
            .iter()
            .filter(|&&(index, gap)| match belong[flow.key(index)] {
                None => true,
                // Two lines between the same two pieces of letterhead are one author's.
                Some((first, last)) => first != gap || last != gap,
            })
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
            // Once all glances are spent, only the same key is alike, which was asked first.
            let is_known = known.contains(key)
                || left > 0
                    && letters
                        .iter()
                        .any(|other| left > 0 && own_letters.are_alike(other, &mut left));
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
        work::spend(1);
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
        work::spend(1);
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
        && flow.key(index).split(' ').nth(NEIGHBOUR_WORDS).is_none()
        && !bare.starts_with(|first: char| first.is_ascii_digit())
        && !is_item(text)
        && !text.ends_with(['.', '?', '!'])
        && !text.contains(": ")
        && !runs_on(flow, index)
        && !text.contains(['\t', '<', '☐', '☒'])
}
