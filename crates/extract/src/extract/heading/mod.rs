//! Heading detection: headings and their levels.
//!
//! A form's own questions and ascending numbers are found first. Every other line is a candidate, and what
//! speaks for and against it is weighed: markup, type, known words, the form of the line, what is above and
//! below it ([`signs`]). Inside running text the words count, with a higher threshold. The profile's
//! [`SectionStyle`] decides which headings begin a section of the form (level 1) and which only a subsection
//! (level 2).
//!
//! | file | what it finds |
//! | --- | --- |
//! | `questions`, `numbering` | questions that the profile declares; numbered headings |
//! | `signs` | the signs of a heading and their points |
//! | `lines`, `shape` | headings on lines of their own; the form of a line's words |
//! | `running` | headings inside running text |
//! | `contents` | tables of contents |

mod contents;
mod lines;
mod numbering;
mod questions;
mod running;
mod shape;
mod signs;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use super::label::{LabelHit, fact_lines};
use crate::profile::{HeadingWords, Profile, SectionStyle, Strength, heading_words};
use contents::Contents;
use diarium_document::{CleanText, Heartbeat, operations};
use lines::Lines;

/// A heading in the clean text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    /// Its range with the number.
    pub bytes: Range<usize>,
    /// Index of the line where it begins.
    pub line: usize,
    pub number: Option<String>,
    /// Its words, without the number.
    pub title: String,
    pub level: u8,
}

/// The longest line that is a heading, in characters.
// Forms print whole questions as headings; a longer line is a paragraph.
const MAX_HEADING: usize = 250;
/// Headings of a document, at most. The text after the last one belongs to its section, so that nothing is
/// lost.
// A book of a thousand pages has a few thousand. A text of nothing but headings would need a hundred times
// its size for its sections.
const MAX_HEADINGS: usize = 50_000;
/// The longest line, in bytes, that is compared with the headings of a profile.
// Without a limit every paragraph would be normalized.
pub(super) const MAX_DECLARED_BYTES: usize = 1_000;

/// All headings, in order of position; none overlaps another.
///
/// `title` is the one that the carrier states: in running text a heading may follow it.
pub(super) fn find_headings(
    text: &CleanText,
    profile: &Profile,
    hits: &[LabelHit<'_>],
    title: Option<&str>,
    heartbeat: &Heartbeat,
) -> Vec<Heading> {
    let mut found: BTreeMap<usize, Heading> = BTreeMap::new();
    for heading in questions::declared_questions(text, profile, heartbeat) {
        found.insert(heading.line, heading);
    }
    let is_named = profile.sections == SectionStyle::Named;
    // Known questions are better evidence than numbers: those inside answers are lists then.
    let mut running = Vec::new();
    if !is_named && found.is_empty() {
        let numbered = numbering::numbered_headings(&numbering::Sources {
            text,
            hits,
            words: &profile.shared.numbering_words,
            counted_words: &profile.shared.counted_words,
            open_words: &profile.shared.open_words,
            contents_words: &profile.shared.contents_words,
            title,
            heartbeat,
        });
        for heading in numbered {
            // Inside running text, one line has several headings.
            if is_own_line(text, &heading) {
                found.entry(heading.line).or_insert(heading);
            } else {
                running.push(heading);
            }
        }
    }
    let is_numbered = !found.is_empty();
    let known = KnownHeadings::new(profile, text);
    Lines::new(text, profile, &known, hits, is_numbered).add_headings(&mut found, heartbeat);
    let mut headings: Vec<Heading> = found.into_values().collect();
    headings.extend(running);
    headings.extend(running::running_headings(&running::Search {
        text,
        hits,
        known: &known,
        profile,
        title,
        level: if profile.sections == SectionStyle::Free {
            1
        } else {
            2
        },
        heartbeat,
    }));
    headings.sort_by_key(|heading| (heading.bytes.start, heading.bytes.end));
    headings.dedup_by(|next, previous| next.bytes.start < previous.bytes.end);
    headings.truncate(MAX_HEADINGS);
    if profile.sections != SectionStyle::Numbered {
        promote_subheadings(&mut headings);
    }
    headings
}

/// Whether a heading begins its line, and the line is no running text.
fn is_own_line(text: &CleanText, heading: &Heading) -> bool {
    let line = &text.lines()[heading.line].bytes;
    heading.bytes.start == line.start && line.len() <= 2 * MAX_HEADING
}

/// Makes all headings sections if none is one, so that the text of the document is in sections.
fn promote_subheadings(headings: &mut [Heading]) {
    if headings.iter().all(|heading| heading.level > 1) {
        for heading in headings {
            heading.level = 1;
        }
    }
}

/// The headings that begin on one line. `headings` are sorted by position.
pub(super) fn headings_on_line(headings: &[Heading], line: usize) -> &[Heading] {
    operations::count(1);
    let first = headings.partition_point(|heading| heading.line < line);
    let rest = &headings[first..];
    &rest[..rest.partition_point(|heading| heading.line == line)]
}

/// The headings that are known before the lines are read: those that the profile declares, the entries of the
/// table of contents, and the general words of headings.
pub(super) struct KnownHeadings<'p> {
    /// Those of the profile, normalized.
    declared: HashSet<String>,
    /// The first characters of those of the profile.
    initials: HashSet<char>,
    /// The headings of lists, normalized.
    lists: HashSet<String>,
    contents: Contents,
    words: &'p HeadingWords,
}

impl<'p> KnownHeadings<'p> {
    fn new(profile: &'p Profile, text: &CleanText) -> Self {
        let headings = profile.headings.iter();
        let lists = profile.lists.iter().flat_map(|list| &list.headings);
        let declared: HashSet<String> =
            headings.map(|heading| normalize_heading(heading)).collect();
        Self {
            initials: declared
                .iter()
                .filter_map(|heading| heading.chars().next())
                .collect(),
            declared,
            lists: lists.map(|heading| normalize_heading(heading)).collect(),
            contents: Contents::find(text, &profile.shared.contents_words),
            words: &profile.shared.heading_words,
        }
    }

    /// Whether the profile declares a line as a heading.
    fn is_declared(&self, line: &str) -> bool {
        // Most lines begin with another character: nothing is allocated for them.
        let bare =
            line.trim_start_matches(|c: char| c.is_whitespace() || HEADING_MARKS.contains(&c));
        let initial = bare.chars().flat_map(char::to_lowercase).next();
        initial.is_some_and(|initial| self.initials.contains(&initial))
            && line.len() <= MAX_DECLARED_BYTES
            && self.declared.contains(&normalize_heading(line))
    }

    /// How strongly a line is known as a heading.
    fn strength(&self, line: &str) -> Option<Strength> {
        let words: Vec<String> = heading_words(line).collect();
        self.words.strength(&words)
    }

    fn is_list(&self, line: &str) -> bool {
        self.lists.contains(&normalize_heading(line))
    }
}

/// Marks around a heading that are not a part of it.
const HEADING_MARKS: [char; 6] = ['*', ':', ' ', '.', '#', '_'];

/// Normalizes a heading for comparison: lowercase, single spaces, without marks around it.
pub(super) fn normalize_heading(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches(HEADING_MARKS).to_lowercase()
}

/// The words of a heading for a record: single spaces, without a bullet.
pub(super) fn normalize_title(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").trim_start_matches("* ").to_owned()
}
