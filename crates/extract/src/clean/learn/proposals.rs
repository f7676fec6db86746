//! Proposals: the counted lines that may be letterhead, by their share of the documents, their place and their
//! neighbors.

use diarium_document::operations;

use super::{
    Learner,
    line::{Line, Majority, Neighbor, ZONE},
    prompts::{is_prompt, is_unmistakable, label},
};
use crate::{
    clean::line_index::has_variable,
    profile::{LetterheadEntry, PagePosition},
};

/// Lines of an entry, at most.
const MAX_BLOCK: usize = 20;
/// The most documents that a line must be in.
// Fewer in a small archive; an author seldom sends as many applications with the same line.
const MIN_DOCUMENTS: u64 = 5;
/// The share of the documents of the same years that must have a line at the edge of the page.
// A publisher with a twentieth of the documents is one whose letterhead is worth removing.
const MIN_SHARE: f64 = 0.05;
/// The same for a sentence between other text, and for a line that may be an answer.
const MIN_SHARE_INSIDE: f64 = 0.2;
/// The same for a line below a question, and for a line with a date: authors write these as well.
const MIN_SHARE_OF_ANSWER: f64 = 0.6;
/// How often a line may follow a label or a question and still be no answer.
const MAX_BELOW_PROMPT: f64 = 0.3;
/// How often a label must have the same value: then the value is the publisher's.
const SAME_VALUE: f64 = 0.8;

/// Where a line stands, and how likely it is letterhead.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) position: PagePosition,
    /// It is a label with one of several values.
    pub(super) is_value: bool,
    pub(super) share: f64,
    pub(super) likelihood: f64,
}

impl Learner<'_> {
    /// Where a line stands, if that and its words allow it to be letterhead.
    pub(super) fn place(&self, line: &Line) -> Option<Place> {
        operations::count(1);
        let minimum = MIN_DOCUMENTS.min((self.documents.all / 4).max(2));
        let text = line.text();
        if line.documents.all < minimum
            || line.repeated * 10 > line.documents.all
            || is_prompt(text, self.profiles)
        {
            return None;
        }
        let years = line.documents.years();
        let documents = line.documents.all as f64;
        let share = documents / self.documents.within(years).max(1) as f64;
        let mut is_value = false;
        if let Some(label) = label(text, self.profiles) {
            let with_label = self.labels.get(&label);
            let with_label = with_label.map_or(0, |counts| counts.within(years));
            if has_variable(text) {
                return None;
            }
            is_value = documents < SAME_VALUE * with_label as f64;
        }
        let (position, same_place) = line.position();
        let below_prompt = line.below_prompt as f64 / documents;
        let words = text.split_whitespace().count();
        let may_be_answer = below_prompt > MAX_BELOW_PROMPT
            || words <= 3 && text.ends_with('.')
            || has_variable(text);
        let needed = match position {
            _ if may_be_answer => MIN_SHARE_OF_ANSWER,
            PagePosition::Inside => MIN_SHARE_INSIDE,
            _ if words == 1 => MIN_SHARE_INSIDE,
            _ => MIN_SHARE,
        };
        // Inside a page only a sentence: what is shorter is a heading or an answer.
        let is_sentence = words >= 6 && text.ends_with('.') && below_prompt <= MAX_BELOW_PROMPT;
        if share < needed || position == PagePosition::Inside && !is_sentence {
            return None;
        }
        let same_wording = line
            .wordings
            .iter()
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(0) as f64
            / documents;
        let likelihood = 0.5 * same_place + 0.3 * share.min(1.0) + 0.2 * same_wording;
        Some(Place {
            position,
            is_value,
            share: share.min(1.0),
            likelihood: if position == PagePosition::Inside {
                likelihood / 2.0
            } else {
                likelihood
            },
        })
    }

    /// Whether a line is letterhead by its neighbors. A line with an address, a number or a full stop
    /// needs none. Another may be a heading or a label that no profile knows: these stand above the text
    /// of authors, which varies; letterhead stands between the edge of the page and other letterhead.
    pub(super) fn is_structural(&self, number: usize, placed: &[Option<Place>]) -> bool {
        let Some(place) = &placed[number] else {
            return false;
        };
        let line = &self.lines[number];
        if place.is_value {
            return self.is_value_of_letterhead(number, placed);
        }
        if is_unmistakable(line.text()) {
            return true;
        }
        let documents = line.documents.all;
        let reaches_edge = |next: fn(&Line) -> Majority| {
            let mut at = number;
            for _ in 0..ZONE {
                operations::count(1);
                let line = &self.lines[at];
                match next(line).winner(line.documents.all) {
                    Some(Neighbor::Edge) => return true,
                    Some(Neighbor::Line(other)) if placed[other].is_some() => at = other,
                    _ => return false,
                }
            }
            false
        };
        match place.position {
            PagePosition::Top => {
                let is_first = matches!(line.above.winner(documents), Some(Neighbor::Edge));
                let has_letterhead_below = matches!(line.below.winner(documents), Some(Neighbor::Line(below)) if placed[below].is_some());
                is_first || has_letterhead_below && reaches_edge(|line| line.above)
            }
            PagePosition::Bottom => reaches_edge(|line| line.below),
            PagePosition::Inside => true,
        }
    }

    /// Whether a label with one of several values is always beside the same letterhead: the telephone number
    /// of one of several publishers.
    fn is_value_of_letterhead(&self, number: usize, placed: &[Option<Place>]) -> bool {
        let documents = self.lines[number].documents.all;
        let leads_to_letterhead = |next: fn(&Line) -> Majority| {
            let mut at = number;
            for _ in 0..ZONE {
                operations::count(1);
                let line = &self.lines[at];
                let Some(Neighbor::Line(other)) = next(line).winner(line.documents.all) else {
                    return false;
                };
                let is_as_frequent =
                    documents as f64 >= SAME_VALUE * self.lines[other].documents.all as f64;
                match &placed[other] {
                    Some(place) if is_as_frequent && !place.is_value => return true,
                    Some(_) if is_as_frequent => at = other,
                    _ => return false,
                }
            }
            false
        };
        leads_to_letterhead(|line| line.above) || leads_to_letterhead(|line| line.below)
    }

    /// The entries: lines that follow each other in most documents are one.
    pub(super) fn entries(
        &self,
        placed: &[Option<Place>],
        proposed: &[bool],
    ) -> Vec<LetterheadEntry> {
        let follows = |number: usize| -> Option<usize> {
            let line = &self.lines[number];
            let Some(Neighbor::Line(below)) = line.below.winner(line.documents.all) else {
                return None;
            };
            let other = &self.lines[below];
            let is_mutual = other.above.winner(other.documents.all) == Some(Neighbor::Line(number));
            let (one, two) = (line.documents.all, other.documents.all);
            let is_as_frequent = one.abs_diff(two) * 10 <= one.max(two);
            let is_same_place = placed[number].as_ref().map(|place| place.position)
                == placed[below].as_ref().map(|place| place.position);
            (proposed[below] && is_mutual && is_as_frequent && is_same_place).then_some(below)
        };
        let mut is_inner = vec![false; self.lines.len()];
        let numbers = || (0..self.lines.len()).filter(|&number| proposed[number]);
        for below in numbers().filter_map(follows) {
            is_inner[below] = true;
        }
        let mut is_done = vec![false; self.lines.len()];
        let mut entries = Vec::new();
        // Blocks begin at a line that follows no other; the second pass is for circles, which no page has.
        for number in numbers()
            .filter(|&number| !is_inner[number])
            .chain(numbers())
        {
            let mut block = Vec::new();
            let mut at = Some(number);
            while let Some(line) = at.filter(|&line| !is_done[line] && block.len() < MAX_BLOCK) {
                operations::count(1);
                is_done[line] = true;
                block.push(line);
                at = follows(line);
            }
            entries.extend(self.entry(&block, placed));
        }
        entries
    }

    fn entry(&self, block: &[usize], placed: &[Option<Place>]) -> Option<LetterheadEntry> {
        let first = *block.first()?;
        let place = placed[first].as_ref()?;
        let line = &self.lines[first];
        let likelihoods = block.iter().filter_map(|&line| placed[line].as_ref());
        Some(LetterheadEntry {
            lines: block
                .iter()
                .map(|&line| self.lines[line].text().to_owned())
                .collect(),
            approved: false,
            likelihood: rounded(
                likelihoods
                    .map(|place| place.likelihood)
                    .fold(1.0, f64::min),
                100.0,
            ),
            position: place.position,
            documents: line.documents.all,
            share: rounded(place.share, 1000.0),
            years: line.documents.years(),
            examples: line.examples.clone(),
        })
    }
}

fn rounded(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}
