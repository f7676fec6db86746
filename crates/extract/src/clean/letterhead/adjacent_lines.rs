//! Adjacent lines: short lines that occur beside the letterhead more than once.
//!
//! A footer precedes the next page's header. If the same line, or a misread copy of it, is beside the
//! letterhead at least twice, it belongs to it. Two lines are compared by letter counts first and by
//! edit distance only if those are close, within a budget for the whole document.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::{document_lines::DocumentLines, normalize::is_similar},
    repeated_blocks::is_item,
};
use diarium_document::{Heartbeat, work};

/// The shortest line, in characters, that may be wrapped.
const MIN_WRAPPED_LINE: usize = 35;
/// The distance of an adjacent line from the letterhead, in lines, at most.
const MAX_DISTANCE: usize = 6;
/// The longest adjacent line, in words.
// A longer line is a paragraph.
const MAX_WORDS: usize = 12;
/// Rounds, at most: each may bring further lines within reach.
// No footer seen needed more than three.
const MAX_ROUNDS: usize = 4;
/// The work of comparing lines in one document, in comparisons of letter counts.
// A report of 200 pages needs some millions. A hostile text could otherwise ask for hours.
const COMPARISON_BUDGET: usize = 10_000_000;
/// The work of one edit distance, in comparisons of letter counts.
const EDIT_DISTANCE_COST: usize = 100;

/// Removes short lines that are beside the letterhead more than once.
pub(super) fn remove_adjacent_lines(document: &mut DocumentLines<'_>, heartbeat: &Heartbeat) {
    for _ in 0..MAX_ROUNDS {
        heartbeat.beat();
        let known: BTreeSet<&str> = document
            .lines
            .iter()
            .filter(|line| line.is_removed() && !line.key.is_empty())
            .map(|line| document.key_text(line.key))
            .collect();
        let adjacent = adjacent_lines(document);
        let mut gaps = Gaps::default();
        for &(index, gap) in &adjacent {
            gaps.add(document.normalized(index), gap);
        }
        heartbeat.beat();
        let similar_gaps = gaps.of_similar_lines(&known);
        let letterhead: Vec<usize> = adjacent
            .iter()
            .filter(
                |&&(index, gap)| match similar_gaps[document.normalized(index)] {
                    None => true,
                    // Similar lines in only one gap are the author's.
                    Some((first, last)) => first != gap || last != gap,
                },
            )
            .map(|&(index, _)| index)
            .collect();
        if letterhead.is_empty() {
            return;
        }
        for index in letterhead {
            document.lines[index].remove_all();
        }
    }
}

/// The first and the last gap in the letterhead that contain a line, by the line's normalized text.
#[derive(Default)]
struct Gaps<'f> {
    by_text: BTreeMap<&'f str, (usize, usize)>,
}

impl<'f> Gaps<'f> {
    fn add(&mut self, text: &'f str, gap: usize) {
        let gaps = self.by_text.entry(text).or_insert((gap, gap));
        *gaps = (gaps.0.min(gap), gaps.1.max(gap));
    }

    /// For each line the first and the last gap of all similar lines; `None` if a line of the
    /// letterhead is similar, because then the line belongs to it in any gap.
    fn of_similar_lines(
        &self,
        known: &BTreeSet<&str>,
    ) -> BTreeMap<&'f str, Option<(usize, usize)>> {
        let mut budget = COMPARISON_BUDGET;
        let known_lines: Vec<LetterCounts<'_>> =
            known.iter().map(|text| LetterCounts::new(text)).collect();
        let lines = self.by_text.iter();
        let lines: Vec<(LetterCounts<'_>, (usize, usize))> = lines
            .map(|(text, gaps)| (LetterCounts::new(text), *gaps))
            .collect();
        let mut found = BTreeMap::new();
        for ((&text, &own_gaps), (own, _)) in self.by_text.iter().zip(&lines) {
            // Once the budget is spent, only an equal text is similar, and that is checked first.
            let is_known = known.contains(text)
                || budget > 0
                    && known_lines
                        .iter()
                        .any(|other| budget > 0 && own.is_similar(other, &mut budget));
            let mut all = own_gaps;
            for (other, gaps) in &lines {
                if is_known || budget == 0 {
                    break;
                }
                if own.is_similar(other, &mut budget) {
                    all = (all.0.min(gaps.0), all.1.max(gaps.1));
                }
            }
            found.insert(text, (!is_known).then_some(all));
        }
        found
    }
}

/// A normalized text and how often each letter occurs in it, letters 32 apart counted as one. Texts with
/// very different counts cannot be similar, which is cheaper to find than their edit distance.
struct LetterCounts<'k> {
    text: &'k str,
    counts: [u16; 32],
}

impl<'k> LetterCounts<'k> {
    fn new(text: &'k str) -> Self {
        let mut counts = [0_u16; 32];
        for character in text.chars() {
            let count = &mut counts[character as usize % 32];
            *count = count.saturating_add(1);
        }
        Self { text, counts }
    }

    fn is_similar(&self, other: &Self, budget: &mut usize) -> bool {
        work::spend(1);
        *budget = budget.saturating_sub(1);
        if *budget == 0 {
            return self.text == other.text;
        }
        let length = self.text.len().max(other.text.len());
        let counts = self.counts.iter().zip(&other.counts);
        let differing: usize = counts
            .map(|(one, other)| usize::from(one.abs_diff(*other)))
            .sum();
        // `is_similar` allows a fifth of the letters to differ, and a replaced letter changes two counts.
        if differing * 5 > length * 2 {
            return false;
        }
        *budget = budget.saturating_sub(EDIT_DISTANCE_COST);
        is_similar(self.text, other.text)
    }
}

/// The lines near the letterhead, with only such lines in between, each with the number of the gap in
/// the letterhead that contains it.
fn adjacent_lines(document: &DocumentLines<'_>) -> BTreeSet<(usize, usize)> {
    let order: Vec<usize> = (0..document.lines.len())
        .filter(|&index| !document.lines[index].key.is_empty())
        .collect();
    let mut found = BTreeSet::new();
    let mut gap = 0;
    for (position, &index) in order.iter().enumerate() {
        work::spend(1);
        if !document.lines[index].is_removed() {
            continue;
        }
        let near = |lines: &mut dyn Iterator<Item = &usize>, gap| {
            lines
                .copied()
                .take(MAX_DISTANCE)
                .take_while(|&line| may_belong(document, line))
                .map(|line| (line, gap))
                .collect::<Vec<_>>()
        };
        found.extend(near(&mut order[..position].iter().rev(), gap));
        gap += 1;
        found.extend(near(&mut order[position + 1..].iter(), gap));
    }
    found
}

/// Whether a line is part of a wrapped paragraph: it or the line above it fills the width, and the next
/// line continues in lowercase.
fn is_wrapped(document: &DocumentLines<'_>, index: usize) -> bool {
    let wraps = |above: usize, below: usize| {
        let (Some(above), Some(below)) = (document.lines.get(above), document.lines.get(below))
        else {
            return false;
        };
        above.page == below.page
            && !below.line.gap_before
            && above.text.chars().count() >= MIN_WRAPPED_LINE
            && below.text.trim_start().starts_with(char::is_lowercase)
    };
    wraps(index, index + 1) || index > 0 && wraps(index - 1, index)
}

/// Whether a line is short, and neither a sentence nor an item nor a fact.
fn may_belong(document: &DocumentLines<'_>, index: usize) -> bool {
    let line = &document.lines[index];
    let text = line.text.trim();
    let bare = text.trim_start_matches(['#', '*', ' ']);
    line.removed_ranges().is_empty()
        && document
            .normalized(index)
            .split(' ')
            .nth(MAX_WORDS)
            .is_none()
        && !bare.starts_with(|first: char| first.is_ascii_digit())
        && !is_item(text)
        && !text.ends_with(['.', '?', '!'])
        && !text.contains(": ")
        && !is_wrapped(document, index)
        && !text.contains(['\t', '<', '☐', '☒'])
}
