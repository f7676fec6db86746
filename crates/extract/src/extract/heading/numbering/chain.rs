//! Chains: the best sequences of ascending numbers.
//!
//! Numbers of one style are chained by dynamic programming. For each number the best chain that ends with
//! it is the best one that a sibling, a part of a sibling, or the parent ends. These are looked up by their
//! first parts, so that the time grows with the candidates and not with their pairs.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    candidate::Candidate,
    number::{Mark, Numeral},
};
use diarium_document::operations;

/// The penalty for a gap in the numbers, at most.
// Pages may be missing, and with them many numbers.
const MAX_GAP_PENALTY: i32 = 2;
/// The largest gap in the numbers.
const MAX_GAP: u8 = 40;

/// The penalty for a change of the mark: OCR loses full stops.
const MARK_PENALTY: i32 = 1;

/// How the first part of the numbers of a chain is written: all alike, or with several marks.
type Style = (Numeral, Option<Mark>);

/// Ascending numbers of one style.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chain {
    pub score: i32,
    /// Indexes of candidates.
    pub members: Vec<usize>,
}

/// The best chain of each style, the best first.
pub(super) fn best_chains(candidates: &[Candidate]) -> Vec<Chain> {
    let mut search = ChainSearch {
        candidates,
        nodes: Vec::new(),
        ends: BTreeMap::new(),
        reaches: BTreeMap::new(),
    };
    let styles: BTreeSet<Style> = candidates.iter().flat_map(styles_of).collect();
    for (index, candidate) in candidates.iter().enumerate() {
        if candidate.parts.len() == 1 {
            for style in styles_of(candidate) {
                search.add(index, candidate, style);
            }
            continue;
        }
        // 1.1 and 1.1. both belong to `1` as well as to `1.`.
        let numeral = candidate.numeral;
        for style in styles.range((numeral, None)..=(numeral, Some(Mark::Word(usize::MAX)))) {
            search.add(index, candidate, *style);
        }
    }
    search.finish()
}

/// The styles of the chains that a candidate may belong to.
fn styles_of(candidate: &Candidate) -> impl Iterator<Item = Style> {
    let (numeral, mark) = (candidate.numeral, candidate.mark);
    // A word is no mark that gets lost, and in running text the mark is needed.
    let may_vary = !matches!(mark, Mark::Word(_)) && !candidate.is_running;
    [
        Some((numeral, Some(mark))),
        may_vary.then_some((numeral, None)),
    ]
    .into_iter()
    .flatten()
}

/// A chain that ends with a candidate.
struct Node {
    candidate: usize,
    style: Style,
    /// The mark of its last number of one part.
    mark: Option<Mark>,
    score: i32,
    before: Option<usize>,
}

struct ChainSearch<'c> {
    candidates: &'c [Candidate],
    nodes: Vec<Node>,
    /// The best chain that ends with a number, and with a number that begins with these parts.
    ends: BTreeMap<(Style, Vec<u8>), usize>,
    reaches: BTreeMap<(Style, Vec<u8>), usize>,
}

impl ChainSearch<'_> {
    fn add(&mut self, index: usize, candidate: &Candidate, style: Style) {
        let parts = &candidate.parts;
        // A chain that does not begin at 1 or A skips the numbers before its first.
        let first = parts.first().map_or(0, |first| gap_penalty(0, *first));
        let mut best = (candidate.link(first) - first, None);
        let own_mark = (parts.len() == 1).then_some(candidate.mark);
        for (before, penalty) in self.predecessors(candidate, style) {
            let mark = self.nodes[before].mark;
            let changes = own_mark.is_some() && mark.is_some() && own_mark != mark;
            let penalty = penalty + if changes { MARK_PENALTY } else { 0 };
            let total = self.nodes[before].score + candidate.link(penalty) - penalty;
            if total >= best.0 {
                best = (total, Some(before));
            }
        }
        let (link, before) = best;
        let node = self.nodes.len();
        self.nodes.push(Node {
            candidate: index,
            style,
            mark: own_mark.or_else(|| before.and_then(|before: usize| self.nodes[before].mark)),
            score: link + candidate.score,
            before,
        });
        let score = self.nodes[node].score;
        let best_of =
            |best: Option<&usize>| best.is_none_or(|&best| self.nodes[best].score <= score);
        let key = (style, parts.clone());
        if best_of(self.ends.get(&key)) {
            self.ends.insert(key, node);
        }
        for length in 1..=parts.len() {
            let key = (style, parts[..length].to_vec());
            if best_of(self.reaches.get(&key)) {
                self.reaches.insert(key, node);
            }
        }
    }

    /// The chains that a candidate may continue, each with the penalty for the numbers between.
    fn predecessors(&self, candidate: &Candidate, style: Style) -> Vec<(usize, i32)> {
        let parts = &candidate.parts;
        let mut found = Vec::new();
        let mut add = |chains: &BTreeMap<(Style, Vec<u8>), usize>, parts: Vec<u8>, penalty| {
            operations::count(1);
            found.extend(chains.get(&(style, parts)).map(|&node| (node, penalty)));
        };
        let Some((&last, parent)) = parts.split_last() else {
            return found;
        };
        // 1.2 → 1.3, 1.2.1 → 1.3
        for before in last.saturating_sub(MAX_GAP).max(1)..last {
            add(
                &self.reaches,
                [parent, &[before]].concat(),
                gap_penalty(before, last),
            );
        }
        // 1 → 1.1
        if last <= 2 && !parent.is_empty() {
            add(&self.ends, parent.to_vec(), 0);
        }
        // 1.3 → 2.1: the heading with the number 2 is missing.
        if let Some((&last, parent)) = parent.split_last() {
            for before in last.saturating_sub(MAX_GAP).max(1)..last {
                add(
                    &self.reaches,
                    [parent, &[before]].concat(),
                    gap_penalty(before, last),
                );
            }
        }
        // The same heading again, on the next page of its section.
        let again = self.ends.get(&(style, parts.clone())).filter(|&&node| {
            let title = &self.candidates[self.nodes[node].candidate].heading.title;
            !candidate.is_running && *title == candidate.heading.title
        });
        found.extend(again.map(|&node| (node, 0)));
        found
    }

    fn finish(self) -> Vec<Chain> {
        let mut best: BTreeMap<Style, usize> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let best = best.entry(node.style).or_insert(index);
            if self.nodes[*best].score <= node.score {
                *best = index;
            }
        }
        let mut chains: Vec<Chain> = best.into_values().map(|last| self.chain(last)).collect();
        chains.sort_by_key(|chain| std::cmp::Reverse((chain.score, chain.members.len())));
        chains
    }

    fn chain(&self, last: usize) -> Chain {
        let mut members = Vec::new();
        let mut at = Some(last);
        while let Some(index) = at {
            members.push(self.nodes[index].candidate);
            at = self.nodes[index].before;
        }
        members.reverse();
        Chain {
            score: self.nodes[last].score,
            members,
        }
    }
}

/// The penalty for the numbers between two.
fn gap_penalty(before: u8, after: u8) -> i32 {
    i32::from(after.saturating_sub(before).saturating_sub(1)).min(MAX_GAP_PENALTY)
}
