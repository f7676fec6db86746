//! Letterhead learning: the lines that many documents have at the same place of a page.
//!
//! In a one-page form nothing repeats, so that its letterhead cannot be found within the document. Over an
//! archive it repeats: the same line at the same distance from an edge of the page, for years. What a form
//! prints for the author to answer repeats as well, so labels, questions and headings are never proposed,
//! nor is an answer that many authors give. A person decides about every proposal ([`LetterheadFile`]).
//!
//! Lines are counted in one pass. Memory is bounded: lines that only few documents have are dropped when
//! there are too many.

mod line;
mod prompts;
mod proposals;

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use super::line_index::{LineIndex, LineKey};
use crate::profile::{LetterheadFile, Profiles};
use line::{Counts, Line, Majority, Neighbor};
use prompts::{is_prompt, label, year};
use proposals::Place;

/// Lines that are counted at the same time, at most. A line takes about half a kilobyte.
const MAX_LINES: usize = 200_000;
/// Labels that are counted, at most.
const MAX_LABELS: usize = 50_000;
/// Documents that are compared with others, at most.
const MAX_KNOWN: usize = 4_000_000;
/// The longest line that is counted, in characters.
// A longer line is a paragraph or a whole page.
const MAX_CHARACTERS: usize = 300;

/// A document to learn from.
#[derive(Debug)]
pub struct LearnedDocument<'d> {
    /// Its path, for the examples and the year.
    pub path: &'d str,
    /// The texts of its pages, as read.
    pub pages: Vec<&'d str>,
}

/// Counts lines over documents.
#[derive(Debug)]
pub struct Learner<'p> {
    profiles: &'p Profiles,
    index: LineIndex,
    lines: Vec<Line>,
    labels: HashMap<String, Counts>,
    documents: Counts,
    /// A line that fewer documents have is dropped when there are too many.
    floor: u64,
    /// Digests of the texts of documents: a copy of a document says nothing new.
    known: HashSet<u64>,
}

impl<'p> Learner<'p> {
    /// A learner that knows the labels and headings of these profiles.
    pub fn new(profiles: &'p Profiles) -> Self {
        Self {
            profiles,
            index: LineIndex::default(),
            lines: Vec::new(),
            labels: HashMap::new(),
            documents: Counts::default(),
            floor: 1,
            known: HashSet::new(),
        }
    }

    /// How many documents were counted.
    pub fn documents(&self) -> u64 {
        self.documents.all
    }

    /// Counts the lines of a document, unless it is a copy of one that was counted.
    pub fn add(&mut self, document: &LearnedDocument<'_>) {
        let mut digest = DefaultHasher::new();
        for word in document
            .pages
            .iter()
            .flat_map(|page| page.split_whitespace())
        {
            word.hash(&mut digest);
        }
        let is_new = self.known.len() >= MAX_KNOWN || self.known.insert(digest.finish());
        if !is_new {
            return;
        }
        let year = year(document);
        self.documents.add(year);
        for page in &document.pages {
            if self.lines.len() > MAX_LINES {
                self.drop_rare_lines();
            }
            self.add_page(page, document.path, year);
        }
    }

    fn add_page(&mut self, page: &str, path: &str, year: Option<u16>) {
        // Numbers alone, rules and blank lines are nobody's text and separate nothing.
        let texts: Vec<&str> = page
            .lines()
            .map(str::trim)
            .filter(|line| line.contains(char::is_alphabetic))
            .collect();
        let numbers: Vec<Option<usize>> = texts.iter().map(|text| self.number(text)).collect();
        for (index, text) in texts.iter().enumerate() {
            let Some(number) = numbers[index] else {
                continue;
            };
            let neighbor = |at: Option<usize>| match at {
                Some(at) if at < texts.len() => numbers[at].map(Neighbor::Line),
                _ => Some(Neighbor::Edge),
            };
            let (above, below) = (neighbor(index.checked_sub(1)), neighbor(Some(index + 1)));
            let is_below_prompt = index > 0 && is_prompt(texts[index - 1], self.profiles);
            let document = self.documents.all;
            let line = &mut self.lines[number];
            if line.last == document {
                // Once on each page is a header.
                let is_same_page = numbers[..index].contains(&Some(number));
                line.repeated += u64::from(is_same_page);
                continue;
            }
            line.last = document;
            line.count(text, path, year);
            line.above.vote(above);
            line.below.vote(below);
            line.below_prompt += u64::from(is_below_prompt);
            let from_bottom = texts.len() - 1 - index;
            for (counts, offset) in [(&mut line.top, index), (&mut line.bottom, from_bottom)] {
                if let Some(count) = counts.get_mut(offset) {
                    *count += 1;
                }
            }
            self.count_label(text, year);
        }
    }

    /// The number of a line, a new one if it is not known; `None` for a line that is not counted.
    fn number(&mut self, text: &str) -> Option<usize> {
        if text.chars().count() > MAX_CHARACTERS {
            return None;
        }
        let key = LineKey::new(text)?;
        if let Some(number) = self.index.find(&key) {
            return Some(number);
        }
        self.lines.push(Line::new(key.clone()));
        Some(self.index.add(key))
    }

    fn count_label(&mut self, text: &str, year: Option<u16>) {
        if let Some(label) = label(text, self.profiles)
            && (self.labels.len() < MAX_LABELS || self.labels.contains_key(&label))
        {
            self.labels.entry(label).or_default().add(year);
        }
    }

    /// Drops the lines that the fewest documents have, until half of the room is free.
    fn drop_rare_lines(&mut self) {
        while self.lines.len() > MAX_LINES / 2 {
            self.floor += 1;
            self.lines.retain(|line| line.documents.all >= self.floor);
        }
        self.index = LineIndex::default();
        for line in &mut self.lines {
            self.index.add(line.key.clone());
            // The numbers of its neighbors have changed.
            line.above = Majority::default();
            line.below = Majority::default();
        }
    }

    /// The proposals, the most likely first.
    pub fn finish(self) -> LetterheadFile {
        let placed: Vec<Option<Place>> = self.lines.iter().map(|line| self.place(line)).collect();
        let proposed: Vec<bool> = (0..self.lines.len())
            .map(|number| self.is_structural(number, &placed))
            .collect();
        let mut entries = self.entries(&placed, &proposed);
        entries.sort_by(|a, b| {
            let order = b.likelihood.total_cmp(&a.likelihood);
            order
                .then(b.documents.cmp(&a.documents))
                .then_with(|| a.lines.cmp(&b.lines))
        });
        LetterheadFile { entries }
    }
}
