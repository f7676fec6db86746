//! Heading detection: headings and their levels.
//!
//! Four kinds of evidence: the profile's own words (questions and headings of the form), ascending numbers,
//! markup (HTML, Markdown, bold type), and layout (a short line of its own with prose below it). The
//! profile's [`SectionStyle`] decides which of them begin a section of the form (level 1) and which only a
//! subsection (level 2).

mod inline;
mod numbering;
mod questions;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use super::label::{LabelHit, fact_lines};
use crate::profile::{Profile, SectionStyle};
use diarium_document::{CleanText, Heartbeat, LineRole, operations};
use numbering::split_number;

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
/// The longest line, in characters, that is a heading by its layout alone.
// With weaker evidence, headings are shorter: a line of 80 characters fills a page's width.
const MAX_BARE_HEADING: usize = 80;
/// The most words of such a line.
// A short sentence without a full stop has more.
const MAX_BARE_WORDS: usize = 9;
/// The longest bold or large line that is a heading, in characters.
// Between the two: the type is evidence, but authors also emphasize whole sentences.
const MAX_STYLED_HEADING: usize = 150;
/// The shortest line that is prose, in characters.
// Below: a value, an item or a signature, which needs no heading.
const MIN_PROSE: usize = 40;
/// A longer line, in characters, is complete in itself: a heading may follow it.
const MIN_COMPLETE_LINE: usize = 60;
/// How much larger the type of a heading is than that of the line below it.
// Below: differences within one size, such as rounding.
const LARGER_TYPE: f32 = 1.12;
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
    let declared = DeclaredHeadings::new(profile);
    let lines = Lines::new(text, profile, &declared, hits, is_numbered);
    lines.add_headings(&mut found, heartbeat);
    let mut headings: Vec<Heading> = found.into_values().collect();
    headings.extend(running);
    headings.extend(inline::inline_headings(&inline::Search {
        text,
        hits,
        declared: &declared,
        title,
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

/// The highest level of marked headings that occurs more than once. A single heading is the title.
fn top_marked_level(text: &CleanText) -> u8 {
    let mut counts = [0_usize; 7];
    for line in text.lines() {
        if let LineRole::Heading(level @ 1..=6) = line.role {
            counts[usize::from(level)] += 1;
        }
    }
    operations::count(text.lines().len());
    (1..=6)
        .find(|&level| counts[usize::from(level)] > 1)
        .unwrap_or(6)
}

/// The headings that a profile declares.
pub(super) struct DeclaredHeadings {
    /// Normalized and as written, the longest first.
    headings: Vec<(String, String)>,
    normalized: HashSet<String>,
    /// The headings of lists, normalized.
    lists: HashSet<String>,
}

impl DeclaredHeadings {
    fn new(profile: &Profile) -> Self {
        let mut headings: Vec<(String, String)> = profile
            .headings
            .iter()
            .map(|heading| (normalize_heading(heading), heading.clone()))
            .collect();
        // The longest first: `Syfte och mål` must not be read as `Syfte`.
        headings.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let lists = profile
            .lists
            .iter()
            .flat_map(|list| {
                list.headings
                    .iter()
                    .map(|heading| normalize_heading(heading))
            })
            .collect();
        let normalized = headings
            .iter()
            .map(|(normalized, _)| normalized.clone())
            .collect();
        Self {
            headings,
            normalized,
            lists,
        }
    }

    fn contains(&self, line: &str) -> bool {
        line.len() <= MAX_DECLARED_BYTES && self.normalized.contains(&normalize_heading(line))
    }

    fn is_list(&self, line: &str) -> bool {
        self.lists.contains(&normalize_heading(line))
    }
}

/// Normalizes a heading for comparison: lowercase, single spaces, without marks around it.
pub(super) fn normalize_heading(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .trim_matches(['*', ':', ' ', '.', '#', '_'])
        .to_lowercase()
}

/// The lines of a document, and what decides whether one is a heading.
struct Lines<'t> {
    text: &'t CleanText,
    profile: &'t Profile,
    declared: &'t DeclaredHeadings,
    /// For each line, whether it is a fact and not a heading.
    is_fact: Vec<bool>,
    /// Whether numbers mark the sections of this document.
    is_numbered: bool,
    top_marked_level: u8,
    /// The first line, normalized.
    first_line: String,
}

impl<'t> Lines<'t> {
    fn new(
        text: &'t CleanText,
        profile: &'t Profile,
        declared: &'t DeclaredHeadings,
        hits: &[LabelHit<'_>],
        is_numbered: bool,
    ) -> Self {
        let first_line = text.lines().first().map_or("", |_| text.line(0));
        Self {
            text,
            profile,
            declared,
            is_fact: fact_lines(text, hits),
            is_numbered,
            top_marked_level: top_marked_level(text),
            first_line: normalize_heading(first_line),
        }
    }

    /// Adds the lines that are headings, unless a heading with better evidence was found there.
    fn add_headings(&self, found: &mut BTreeMap<usize, Heading>, heartbeat: &Heartbeat) {
        for line in 0..self.text.lines().len() {
            heartbeat.step(line);
            operations::count(1);
            if found.len() >= MAX_HEADINGS {
                break;
            }
            if let Some(heading) = self.heading(line) {
                found.entry(line).or_insert(heading);
            }
        }
    }

    fn heading(&self, line: usize) -> Option<Heading> {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        let characters = text.chars().count();
        if characters == 0
            || characters > MAX_HEADING
            || self.is_fact[line]
            || self.declared.is_list(text)
        {
            return None;
        }
        let level = if self.declared.contains(text)
            && !matches!(clean.role, LineRole::Item | LineRole::Row)
        {
            self.declared_level()
        } else if let LineRole::Heading(level) = clean.role {
            self.marked_level(level)
        } else if matches!(clean.role, LineRole::Body)
            && (self.is_styled(line) || self.is_bare_heading(line) || self.is_all_caps(line))
        {
            self.layout_level()
        } else {
            return None;
        };
        let (number, title) = split_number(text);
        let title = if number.is_some() { title } else { text };
        Some(Heading {
            bytes: clean.bytes.clone(),
            line,
            number,
            title: normalize_title(title),
            level,
        })
    }

    /// The level of a heading that HTML or Markdown marks.
    fn marked_level(&self, level: u8) -> u8 {
        match self.profile.sections {
            SectionStyle::Numbered => 2,
            SectionStyle::Named | SectionStyle::Free if self.is_numbered => 2,
            SectionStyle::Named | SectionStyle::Free if level <= self.top_marked_level => 1,
            SectionStyle::Named | SectionStyle::Free => 2,
        }
    }

    /// The level of a heading that the profile declares. In a numbered form without a description of its
    /// own, such words may be part of an answer.
    fn declared_level(&self) -> u8 {
        match self.profile.sections {
            SectionStyle::Free if self.is_numbered => 2,
            _ => 1,
        }
    }

    /// The level of a heading that only the layout shows.
    fn layout_level(&self) -> u8 {
        match self.profile.sections {
            SectionStyle::Numbered | SectionStyle::Named => 2,
            SectionStyle::Free if self.is_numbered => 2,
            SectionStyle::Free => 1,
        }
    }

    /// Whether a line is in bold or in larger type than the line below it.
    fn is_styled(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let Some(next) = self.text.lines().get(line + 1) else {
            return false;
        };
        let is_larger = match (clean.font_size, next.font_size) {
            (Some(size), Some(below)) => size > below * LARGER_TYPE,
            _ => false,
        };
        let is_bolder = clean.bold && !next.bold;
        let text = self.text.line(line).trim();
        (is_larger || is_bolder)
            && !text.ends_with(['.', ',', ';'])
            && text.chars().count() <= MAX_STYLED_HEADING
    }

    /// Whether a line is a sentence, a paragraph or a known heading, so that a heading may follow it.
    fn is_complete(&self, line: usize) -> bool {
        let is_long = self.text.line(line).chars().count() > MIN_COMPLETE_LINE;
        is_long || self.has_ended(line) || self.is_known_heading(line)
    }

    fn has_ended(&self, line: usize) -> bool {
        self.text
            .line(line)
            .trim_end()
            .ends_with(['.', '!', '?', ':', ')'])
    }

    /// Whether a line is a heading for a better reason than its layout.
    fn is_known_heading(&self, line: usize) -> bool {
        let text = self.text.line(line).trim();
        matches!(self.text.lines()[line].role, LineRole::Heading(_))
            || split_number(text).0.is_some()
            // Forms often print their title again above the first heading.
            || normalize_heading(text) == self.first_line
            || self.declared.contains(text)
    }

    /// Whether a line is a few words in capitals, and the lines around it are not.
    fn is_all_caps(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let is_capitals = |line: usize| !self.text.line(line).contains(char::is_lowercase);
        let is_alone = line
            .checked_sub(1)
            .is_none_or(|before| !is_capitals(before))
            && self
                .text
                .lines()
                .get(line + 1)
                .is_some_and(|_| !is_capitals(line + 1));
        let words = text.split_whitespace().count();
        // Without a gap, or with digits, it is a value in capitals, such as an address.
        clean.gap_before
            && is_alone
            && is_capitals(line)
            // Fewer letters are an abbreviation, more are a paragraph in capitals.
            && (4..=60).contains(&letters)
            && words <= 6
            && !text.contains(|c: char| c.is_ascii_digit())
    }

    /// Whether a line is short and without a full stop, prose is below it, and nothing above it can
    /// continue in it.
    fn is_bare_heading(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        // In a page layout, type distinguishes headings from prose, and words would only mislead.
        if clean.font_size.is_some() || !has_form_of_heading(text) {
            return false;
        }
        let Some(next) = self.text.lines().get(line + 1) else {
            return false;
        };
        let below = self.text.line(line + 1);
        let is_followed_by_number = split_number(below.trim()).0.is_some();
        if is_followed_by_number || !self.may_begin_heading(line) {
            return false;
        }
        let length_below = below.chars().count();
        // A line that introduces a list is usually the first half of a sentence.
        let has_body = if next.role == LineRole::Item {
            text.split_whitespace().count() <= 3 && next.gap_before && !text.ends_with(':')
        } else {
            length_below >= MIN_PROSE
        };
        has_body && !matches!(next.role, LineRole::Row) && length_below > text.chars().count()
    }

    /// Whether the lines above a line allow a heading there.
    fn may_begin_heading(&self, line: usize) -> bool {
        let Some(before) = line.checked_sub(1) else {
            return true;
        };
        if !self.text.lines()[line].gap_before {
            return self.has_ended(before);
        }
        // One of several short lines is an item of a list without bullets.
        self.is_complete(before)
            || before
                .checked_sub(1)
                .is_none_or(|before| self.is_complete(before))
    }
}

/// Whether a line is short, begins with a capital and ends without punctuation.
fn has_form_of_heading(text: &str) -> bool {
    let first = text.trim_start_matches(['*', '"', '”']).chars().next();
    text.chars().count() <= MAX_BARE_HEADING
        && text.split_whitespace().count() <= MAX_BARE_WORDS
        && first.is_some_and(char::is_uppercase)
        && !text.ends_with(['.', ',', ';', '-', '"', '”'])
}

/// The words of a heading for a record: single spaces, without a bullet.
pub(super) fn normalize_title(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").trim_start_matches("* ").to_owned()
}
