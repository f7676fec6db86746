//! Counted lines: in which documents a line stands, at which place, and beside which lines.

use std::collections::BTreeMap;

use crate::{clean::line_index::LineKey, profile::PagePosition};

/// Lines from an edge of a page that may be letterhead.
// The tallest header seen on real forms has nine lines.
pub(super) const ZONE: usize = 12;
/// Wordings of a line that are counted, at most. Others are what OCR misread.
pub(super) const MAX_WORDINGS: usize = 4;
/// Documents that an entry names.
pub(super) const EXAMPLES: usize = 3;
/// How often a line must have the same distance from the edge.
pub(super) const SAME_PLACE: f64 = 0.8;

/// Documents, in all and by year.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) all: u64,
    pub(super) by_year: BTreeMap<u16, u64>,
}

impl Counts {
    pub(super) fn add(&mut self, year: Option<u16>) {
        self.all += 1;
        if let Some(year) = year {
            *self.by_year.entry(year).or_default() += 1;
        }
    }

    /// The documents of the years from the first to the last.
    pub(super) fn within(&self, years: Option<(u16, u16)>) -> u64 {
        let Some((first, last)) = years else {
            return self.all;
        };
        let dated: u64 = self.by_year.values().sum();
        let within: u64 = self
            .by_year
            .range(first..=last)
            .map(|(_, count)| count)
            .sum();
        // Documents without a year may be of any.
        within + (self.all - dated)
    }

    pub(super) fn years(&self) -> Option<(u16, u16)> {
        let first = self.by_year.first_key_value()?;
        let last = self.by_year.last_key_value()?;
        Some((*first.0, *last.0))
    }
}

/// What stands beside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbor {
    Edge,
    Line(usize),
}

/// The most frequent neighbor, by the Boyer–Moore vote.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Majority {
    pub(super) candidate: Option<Neighbor>,
    pub(super) votes: u64,
}

impl Majority {
    pub(super) fn vote(&mut self, neighbor: Option<Neighbor>) {
        if self.votes == 0 {
            self.candidate = neighbor;
            self.votes = 1;
        } else if self.candidate == neighbor {
            self.votes += 1;
        } else {
            self.votes -= 1;
        }
    }

    /// The neighbor that at least two thirds of the documents have.
    pub(super) fn winner(self, documents: u64) -> Option<Neighbor> {
        self.candidate.filter(|_| 3 * self.votes >= documents)
    }
}

/// A line and where documents have it.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) key: LineKey,
    /// How many documents have it in these words.
    pub(super) wordings: Vec<(String, u64)>,
    pub(super) documents: Counts,
    pub(super) examples: Vec<String>,
    /// Documents that have it at this distance from the top or the bottom of a page.
    pub(super) top: [u64; ZONE],
    pub(super) bottom: [u64; ZONE],
    pub(super) above: Majority,
    pub(super) below: Majority,
    /// Documents in which it follows a label or a question.
    pub(super) below_prompt: u64,
    /// Documents that have it several times on a page.
    pub(super) repeated: u64,
    /// The number of the last document that has it, from 1.
    pub(super) last: u64,
}

impl Line {
    pub(super) fn new(key: LineKey) -> Self {
        Self {
            key,
            wordings: Vec::new(),
            documents: Counts::default(),
            examples: Vec::new(),
            top: [0; ZONE],
            bottom: [0; ZONE],
            above: Majority::default(),
            below: Majority::default(),
            below_prompt: 0,
            repeated: 0,
            last: 0,
        }
    }

    pub(super) fn count(&mut self, text: &str, path: &str, year: Option<u16>) {
        self.documents.add(year);
        if self.examples.len() < EXAMPLES {
            self.examples.push(path.to_owned());
        }
        let mut wordings = self.wordings.iter_mut();
        if let Some((_, count)) = wordings.find(|(wording, _)| wording == text) {
            *count += 1;
        } else if self.wordings.len() < MAX_WORDINGS {
            self.wordings.push((text.to_owned(), 1));
        }
    }

    /// The most frequent wording; of equally frequent ones the first.
    pub(super) fn text(&self) -> &str {
        let most = self.wordings.iter().map(|(_, count)| *count).max();
        let wording = self.wordings.iter().find(|(_, count)| Some(*count) == most);
        wording.map_or("", |(text, _)| text)
    }

    /// Where the line mostly stands, and in which share of its documents.
    pub(super) fn position(&self) -> (PagePosition, f64) {
        // A title that is wrapped in some documents shifts a line by one.
        let window = |counts: &[u64; ZONE]| {
            let windows = counts.windows(2).map(|pair| pair.iter().sum::<u64>());
            windows.max().unwrap_or(0) as f64 / self.documents.all.max(1) as f64
        };
        let (top, bottom) = (window(&self.top), window(&self.bottom));
        if top.max(bottom) < SAME_PLACE {
            (PagePosition::Inside, top.max(bottom))
        } else if top >= bottom {
            (PagePosition::Top, top)
        } else {
            (PagePosition::Bottom, bottom)
        }
    }
}
