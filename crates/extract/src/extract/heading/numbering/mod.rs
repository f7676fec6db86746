//! Heading numbering: the numbered headings of a document as one sequence.
//!
//! A number says little by itself: it may be that of a heading, of an item of a list, of a page or of a
//! street. The numbers of headings ascend through the whole document in one style, with the author's text
//! between them. So all numbers that may be those of headings are collected (`candidate`, `running`), those
//! of tables of contents are removed (`contents`), and the rest is chained (`chain`). The chain with the most
//! evidence is the numbering of the document. Numbers that follow each other line by line, or begin again at
//! one inside an answer, are a list.

mod candidate;
mod chain;
mod contents;
mod lettered;
mod nested;
mod number;
mod page_numbers;
mod running;
#[cfg(test)]
mod tests;

use super::Heading;
use crate::extract::label::LabelHit;
use candidate::Candidate;
use chain::Chain;
use diarium_document::{CleanText, Heartbeat, operations};
use number::PrintedNumber;

/// Candidates of a document, at most.
// A text with more is a list of numbers.
const MAX_CANDIDATES: usize = 10_000;
/// The fewest headings in running text that need no better evidence than their order.
const MIN_RUNNING_CHAIN: i32 = 3;
/// The score of each of fewer.
const CERTAIN_LINK: i32 = 2;

/// What the numbers of a document are searched by.
pub(super) struct Sources<'s> {
    pub text: &'s CleanText,
    pub hits: &'s [LabelHit<'s>],
    /// Words that number headings, in lowercase: `Fråga 3`.
    pub words: &'s [String],
    /// Words before a number that numbers no heading, in lowercase.
    pub counted_words: &'s [String],
    /// Words that end no heading, in lowercase: `och`.
    pub open_words: &'s [String],
    /// Headings of tables of contents, in lowercase.
    pub contents_words: &'s [String],
    /// The title that the carrier states.
    pub title: Option<&'s str>,
    pub heartbeat: &'s Heartbeat,
}

/// Splits a line into its number and the words after it.
pub(super) fn split_number(line: &str) -> (Option<String>, &str) {
    let begins = |c: char| c.is_alphabetic() || matches!(c, '"' | '”' | '*' | '(');
    let number = PrintedNumber::at_start_of(line, &[]);
    let number = number.filter(|number| number.is_distinct() && !number.readings().is_empty());
    match number.and_then(|number| Some((number.number, line.get(number.length..)?))) {
        Some((number, title)) if title.starts_with(begins) => (Some(number.to_owned()), title),
        _ => (None, line),
    }
}

/// The headings of the best chain of numbers, if it is that of a document.
pub(super) fn numbered_headings(sources: &Sources<'_>) -> Vec<Heading> {
    let Some(mut candidates) = candidates(sources) else {
        return Vec::new();
    };
    page_numbers::remove(sources, &mut candidates);
    contents::apply(sources, &mut candidates);
    let mut members = main_chain(sources.text, &candidates);
    if members.is_empty() {
        return Vec::new();
    }
    nested::add_chains(&mut candidates, &mut members);
    let members = members.into_iter().map(|index| &candidates[index]);
    let headings: Vec<Heading> = members.map(|member| member.heading.clone()).collect();
    lettered::with_parts(sources.text, headings)
}

/// The members of the best chain that is the numbering of the document; none if there is no such chain.
fn main_chain(text: &CleanText, candidates: &[Candidate]) -> Vec<usize> {
    let chains = chain::best_chains(candidates);
    let found = chains
        .into_iter()
        .find(|chain| is_numbering(text, candidates, chain));
    found.map_or_else(Vec::new, |chain| chain.members)
}

/// The numbers that may be those of headings, in order; `None` if there are too many.
fn candidates(sources: &Sources<'_>) -> Option<Vec<Candidate>> {
    let mut found: Vec<Candidate> = Vec::new();
    for index in 0..sources.text.lines().len() {
        sources.heartbeat.step(index);
        operations::count(1);
        if found.len() > MAX_CANDIDATES {
            return None;
        }
        let begins = candidate::on_line(sources, index);
        if sources.text.line(index).len() < running::MIN_LONG_LINE {
            found.extend(begins);
            continue;
        }
        let inside = running::in_line(sources, index);
        // A line with a second number or a second sentence is running text.
        let is_running = inside.len() > begins.len() || candidate::is_running(sources, index);
        let is_answered = begins.iter().any(|begin| {
            let line = &sources.text.lines()[index].bytes;
            inside.len() <= begins.len() && begin.heading.bytes.end < line.end
        });
        let is_heading = !begins.is_empty() && (is_answered || !is_running);
        found.extend(if is_heading { begins } else { inside });
    }
    (found.len() <= MAX_CANDIDATES).then_some(found)
}

/// Whether a chain is the numbering of the document.
fn is_numbering(text: &CleanText, candidates: &[Candidate], chain: &Chain) -> bool {
    let members = || chain.members.iter().map(|&index| &candidates[index]);
    // A form begins with 1 or A, or with 2 or 3 if its first page is missing.
    let first = members().next().and_then(|first| first.parts.first());
    let from_start = first.is_some_and(|first| (1..=3).contains(first));
    let length = i32::try_from(chain.members.len()).unwrap_or(i32::MAX);
    if !from_start {
        return false;
    }
    if let [only] = chain.members.as_slice() {
        // Its lettered parts are a sequence as well.
        return lettered::part_count(text, &candidates[*only].heading) > 1;
    }
    // On average every link must look like a heading.
    let running = members().filter(|member| member.is_running).count();
    if 2 * running <= chain.members.len() {
        return members().map(|member| member.score).sum::<i32>() >= length;
    }
    // In running text two numbers follow each other by chance.
    if length < MIN_RUNNING_CHAIN {
        return chain.score >= length * CERTAIN_LINK && !is_list(text, candidates, chain);
    }
    chain.score + order_evidence(candidates, chain) >= length
}

/// Whether nothing is between the members of a chain, as between the items of a list. A heading may follow the
/// heading that it is a part of.
fn is_list(text: &CleanText, candidates: &[Candidate], chain: &Chain) -> bool {
    chain.members.windows(2).any(|pair| {
        let (before, after) = (&candidates[pair[0]], &candidates[pair[1]]);
        let between = before.heading.bytes.end..after.heading.bytes.start;
        let between = text.text().get(between).unwrap_or_default();
        !after.parts.starts_with(&before.parts) && between.trim().is_empty()
    })
}

/// The evidence of the order alone: several numbers that ascend while few others stand between them.
fn order_evidence(candidates: &[Candidate], chain: &Chain) -> i32 {
    let (Some(&first), Some(&last)) = (chain.members.first(), chain.members.last()) else {
        return 0;
    };
    let style = candidates[first].style();
    let between = &candidates[first..=last];
    operations::count(between.len());
    let alike = between
        .iter()
        .filter(|other| other.style() == style)
        .count();
    let own = chain
        .members
        .iter()
        .filter(|&&index| candidates[index].style() == style)
        .count();
    let length = chain.members.len();
    let length = i32::try_from(length).unwrap_or(0);
    // Three of four, and more than chance would put into order.
    if length > MIN_RUNNING_CHAIN && 4 * own >= 3 * alike {
        length
    } else {
        0
    }
}
