//! Heading detection: headings and their levels.
//!
//! Four witnesses: the profile's own words (questions and headings of the form), numbers that rise,
//! what the carrier says (HTML, Markdown, bold type), and the look of a line (short, alone, prose
//! below it). The profile's [`SectionStyle`] says which of them make a section of the form (level 1)
//! and which only a heading inside one (level 2).

mod inline;
mod numbered;

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use super::label::{LabelForm, LabelHit};
use crate::profile::{Profile, SectionStyle};
use diarium_document::{CleanText, Heartbeat, LineRole, operations};

/// A heading in the clean text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    /// Where it stands, with its number.
    pub bytes: Range<usize>,
    /// Index of the line where it begins.
    pub line: usize,
    pub number: Option<String>,
    /// Its words, without the number.
    pub title: String,
    pub level: u8,
}

/// The longest line that is a heading of its own, in characters.
const LONGEST: usize = 250;
/// The longest line that looks like a heading without anything saying that it is one.
const LONGEST_BARE: usize = 80;

/// Headings of a document, at most. A book of a thousand pages has a few thousand; a text of little
/// else than headings would ask for a hundred times its size in sections. What stands behind the
/// last one is that one's text, so that nothing is lost.
const MOST: usize = 50_000;
/// The longest line, in bytes, that is compared with the headings of a profile.
pub(super) const LONGEST_DECLARED: usize = 1_000;

/// All headings, by position; none overlaps another.
///
/// `title` is the one that the carrier states: in running text a heading may stand behind it.
pub(super) fn find(
    text: &CleanText,
    profile: &Profile,
    hits: &[LabelHit<'_>],
    title: Option<&str>,
    heartbeat: &Heartbeat,
) -> Vec<Heading> {
    let mut found: BTreeMap<usize, Heading> = BTreeMap::new();
    for heading in numbered::questions(text, profile, heartbeat) {
        found.insert(heading.line, heading);
    }
    let asked = !found.is_empty();
    if profile.sections != SectionStyle::Named && !asked {
        for heading in numbered::chain(text, hits) {
            found.entry(heading.line).or_insert(heading);
        }
    }
    let numbered = !found.is_empty();
    let numbers_may_run_on = !numbered && profile.sections != SectionStyle::Named;
    let declared = Declared::new(profile);
    let lines = Lines {
        text,
        profile,
        declared: &declared,
        labelled: labelled_lines(text, hits),
        numbered,
        top_marked_level: top_marked_level(text),
        first_line: fold(text.lines().first().map_or("", |_| text.line(0))),
    };
    for line in 0..text.lines().len() {
        heartbeat.step(line);
        operations::count(1);
        if found.len() >= MOST {
            break;
        }
        if let Some(heading) = lines.heading(line) {
            found.entry(line).or_insert(heading);
        }
    }
    let mut headings: Vec<Heading> = found.into_values().collect();
    headings.extend(inline::find(
        text,
        hits,
        &declared,
        title,
        numbers_may_run_on,
        heartbeat,
    ));
    headings.sort_by_key(|heading| (heading.bytes.start, heading.bytes.end));
    headings.dedup_by(|next, kept| next.bytes.start < kept.bytes.end);
    headings.truncate(MOST);
    if profile.sections != SectionStyle::Numbered
        && headings.iter().all(|heading| heading.level > 1)
    {
        for heading in &mut headings {
            heading.level = 1;
        }
    }
    headings
}

/// The headings that begin in one line; headings are sorted by position.
pub(super) fn of_line(headings: &[Heading], line: usize) -> &[Heading] {
    operations::count(1);
    let first = headings.partition_point(|heading| heading.line < line);
    let rest = &headings[first..];
    &rest[..rest.partition_point(|heading| heading.line == line)]
}

/// For each line, whether a label begins it, or it is the value of a box: a fact, not a heading.
fn labelled_lines(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<bool> {
    let mut lines = vec![false; text.lines().len()];
    for hit in hits {
        operations::count(1);
        let boxed = hit.company >= 2;
        match hit.form {
            LabelForm::Colon | LabelForm::Cell => lines[hit.line] = true,
            LabelForm::Glued if boxed => lines[hit.line] = true,
            // In a box the line below a label is its value, even if it could head a section.
            LabelForm::Alone { .. } if boxed => {
                lines[hit.line] = true;
                let below = text.lines().get(hit.line + 1);
                if below.is_some_and(|line| !line.gap_before) {
                    lines[hit.line + 1] = true;
                }
            }
            LabelForm::Alone { colon: true } => lines[hit.line] = true,
            _ => {}
        }
    }
    lines
}

/// The highest level that more than one marked heading has; a single one is the title's.
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

/// The headings that a profile declares, folded for comparison.
pub(super) struct Declared {
    headings: Vec<(String, String)>,
    folded: HashSet<String>,
    lists: HashSet<String>,
}

impl Declared {
    fn new(profile: &Profile) -> Self {
        let mut headings: Vec<(String, String)> = profile
            .headings
            .iter()
            .map(|heading| (fold(heading), heading.clone()))
            .collect();
        // The longest first, so that `Syfte och mål` is not read as `Syfte`.
        headings.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let lists = profile
            .lists
            .iter()
            .flat_map(|list| list.headings.iter().map(|heading| fold(heading)))
            .collect();
        let folded = headings.iter().map(|(folded, _)| folded.clone()).collect();
        Self {
            headings,
            folded,
            lists,
        }
    }

    fn has(&self, line: &str) -> bool {
        line.len() <= LONGEST_DECLARED && self.folded.contains(&fold(line))
    }

    fn is_list(&self, line: &str) -> bool {
        self.lists.contains(&fold(line))
    }
}

/// Lower case, single spaces, without the marks that stand around headings.
pub(super) fn fold(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .trim_matches(['*', ':', ' ', '.', '#', '_'])
        .to_lowercase()
}

/// Line by line: what the carrier, the profile's words and the look say.
struct Lines<'t> {
    text: &'t CleanText,
    profile: &'t Profile,
    declared: &'t Declared,
    /// By line: a fact, not a heading.
    labelled: Vec<bool>,
    /// Numbers mark the sections of this document.
    numbered: bool,
    top_marked_level: u8,
    /// The first line, folded for comparison.
    first_line: String,
}

impl Lines<'_> {
    fn heading(&self, line: usize) -> Option<Heading> {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        let characters = text.chars().count();
        if characters == 0
            || characters > LONGEST
            || self.labelled[line]
            || self.declared.is_list(text)
        {
            return None;
        }
        let level =
            if self.declared.has(text) && !matches!(clean.role, LineRole::Item | LineRole::Row) {
                self.declared_level()
            } else if let LineRole::Heading(level) = clean.role {
                self.marked_level(level)
            } else if matches!(clean.role, LineRole::Body)
                && (self.is_styled(line) || self.is_bare(line) || self.is_shouted(line))
            {
                self.look_level()
            } else {
                return None;
            };
        let (number, title) = numbered::split(text);
        let title = if number.is_some() { title } else { text };
        Some(Heading {
            bytes: clean.bytes.clone(),
            line,
            number,
            title: tidy(title),
            level,
        })
    }

    /// The level of a heading that HTML or Markdown marks.
    fn marked_level(&self, level: u8) -> u8 {
        match self.profile.sections {
            SectionStyle::Numbered => 2,
            SectionStyle::Named | SectionStyle::Free if self.numbered => 2,
            SectionStyle::Named | SectionStyle::Free if level <= self.top_marked_level => 1,
            SectionStyle::Named | SectionStyle::Free => 2,
        }
    }

    /// The level of a heading that the profile names: where numbers mark the sections of a form that
    /// nobody has described, an answer may hold such words.
    fn declared_level(&self) -> u8 {
        match self.profile.sections {
            SectionStyle::Free if self.numbered => 2,
            _ => 1,
        }
    }

    fn look_level(&self) -> u8 {
        match self.profile.sections {
            SectionStyle::Numbered | SectionStyle::Named => 2,
            SectionStyle::Free if self.numbered => 2,
            SectionStyle::Free => 1,
        }
    }

    /// Set in bold or in larger type than the prose below it.
    fn is_styled(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let Some(next) = self.text.lines().get(line + 1) else {
            return false;
        };
        let larger = match (clean.font_size, next.font_size) {
            (Some(size), Some(below)) => size > below * 1.12,
            _ => false,
        };
        let bolder = clean.bold && !next.bold;
        let text = self.text.line(line).trim();
        (larger || bolder) && !text.ends_with(['.', ',', ';']) && text.chars().count() <= 150
    }

    /// A sentence, a paragraph or a known heading: what follows it is something new.
    fn ends_something(&self, line: usize) -> bool {
        let long = self.text.line(line).chars().count() > 60;
        long || self.is_ended(line) || self.is_known(line)
    }

    fn is_ended(&self, line: usize) -> bool {
        self.text
            .line(line)
            .trim_end()
            .ends_with(['.', '!', '?', ':', ')'])
    }

    /// A line that is a heading for a better reason than its look.
    fn is_known(&self, line: usize) -> bool {
        let text = self.text.line(line).trim();
        matches!(self.text.lines()[line].role, LineRole::Heading(_))
            || numbered::split(text).0.is_some()
            // A form's title is often printed again above its first heading.
            || fold(text) == self.first_line
            || self.declared.has(text)
    }

    /// Set in capitals, a few words, alone.
    fn is_shouted(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let shouted = |line: usize| !self.text.line(line).contains(char::is_lowercase);
        let alone = line.checked_sub(1).is_none_or(|before| !shouted(before))
            && self
                .text
                .lines()
                .get(line + 1)
                .is_some_and(|_| !shouted(line + 1));
        let words = text.split_whitespace().count();
        clean.gap_before
            && alone
            && shouted(line)
            && (4..=60).contains(&letters)
            && words <= 6
            && !text.contains(|c: char| c.is_ascii_digit())
    }

    /// Short, without a full stop, with prose below it, and above it nothing that it could belong to.
    fn is_bare(&self, line: usize) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        // With a layout, type tells headings from prose; the look of the words only misleads.
        if clean.font_size.is_some() || text.chars().count() > LONGEST_BARE {
            return false;
        }
        let words = text.split_whitespace().count();
        let begins = text.trim_start_matches(['*', '"', '”']).chars().next();
        if !begins.is_some_and(char::is_uppercase)
            || words > 9
            || text.ends_with(['.', ',', ';', '-', '"', '”'])
        {
            return false;
        }
        let Some(next) = self.text.lines().get(line + 1) else {
            return false;
        };
        let below = self.text.line(line + 1).chars().count();
        let above = match line.checked_sub(1) {
            None => true,
            Some(before) if clean.gap_before => {
                // One of several short lines is an item of a list without bullets.
                self.ends_something(before)
                    || before
                        .checked_sub(1)
                        .is_none_or(|before| self.ends_something(before))
            }
            Some(before) => self.is_ended(before),
        };
        let above = above && numbered::split(self.text.line(line + 1).trim()).0.is_none();
        // What introduces a list is the first half of a sentence.
        let listed = next.role == LineRole::Item;
        let prose = if listed {
            words <= 3 && next.gap_before && !text.ends_with(':')
        } else {
            below >= 40
        };
        above && prose && !matches!(next.role, LineRole::Row) && below > text.chars().count()
    }
}

/// A heading's words as they are told: single-spaced, without marks that are not its own.
pub(super) fn tidy(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").trim_start_matches("* ").to_owned()
}
