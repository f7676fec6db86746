//! Headings on lines of their own, weighed by their signs; see [`super::signs`].
//!
//! Two passes: the signs of each line first, then again with what the accepted headings of the document
//! have in common. Forms and reports set all their headings alike, so that a line that looks like the
//! others needs less evidence of its own.

use std::collections::{BTreeMap, HashMap};

use super::{
    Heading, KnownHeadings, MAX_HEADING, MAX_HEADINGS, fact_lines, normalize_heading,
    normalize_title,
    numbering::split_number,
    shape,
    signs::{Evidence, LINE_THRESHOLD, Sign},
};
use crate::{
    extract::label::{LabelHit, LabelLayout},
    profile::{Profile, SectionStyle, Strength, heading_words},
};
use diarium_document::{CleanText, Heartbeat, LineRole, operations};

/// The shortest line that is prose, in characters.
// Below: a value, an item or a signature, which needs no heading.
const MIN_PROSE: usize = 40;
/// A longer line, in characters, is complete in itself: a heading may follow it.
const MIN_COMPLETE_LINE: usize = 60;
/// How much larger the type of a heading is than that of the line below it.
// Below: differences within one size, such as rounding.
const LARGER_TYPE: f32 = 1.12;
/// How few points a line may lack that the form of the other headings makes up for.
const MAX_LACKING: i32 = 2;
/// Headings of the same form that make the form a sign.
// One heading has no form in common with others.
const MIN_SAME_FORM: usize = 2;

/// What a line is, as far as its neighbors need to know.
#[derive(Debug, Clone, Copy, Default)]
struct Kind {
    /// A label begins it, or it is a value in a fact box.
    is_fact: bool,
    /// It is a label and nothing else: its value, if it has one, is below it.
    is_bare_label: bool,
    /// It is a heading for a better reason than its layout.
    is_known: bool,
    /// A sentence, a paragraph, a fact, or a known heading: a heading may follow it.
    is_complete: bool,
    /// It ends like a sentence.
    has_ended: bool,
    /// It is a whole value by its form: a date, an amount, an address.
    is_value: bool,
    characters: usize,
}

/// How a line is set. Headings of a document share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Form {
    gaps: (bool, bool),
    is_bold: bool,
    is_capitals: bool,
    is_question: bool,
    has_colon: bool,
    /// The size of the type in tenths of a point.
    size: u32,
}

/// A line that may be a heading.
struct Candidate {
    line: usize,
    form: Form,
    evidence: Evidence,
    is_declared: bool,
    /// Nothing in its words speaks against a heading.
    has_plain_words: bool,
}

/// The lines of a document, and what decides whether one is a heading.
pub(super) struct Lines<'t> {
    text: &'t CleanText,
    profile: &'t Profile,
    known: &'t KnownHeadings<'t>,
    kinds: Vec<Kind>,
    /// Whether numbers mark the sections of this document.
    is_numbered: bool,
    top_marked_level: u8,
    /// The size of the type of most of the text, in points.
    body_size: Option<f32>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(
        text: &'t CleanText,
        profile: &'t Profile,
        known: &'t KnownHeadings<'t>,
        hits: &[LabelHit<'_>],
        is_numbered: bool,
    ) -> Self {
        Self {
            text,
            profile,
            known,
            kinds: kinds(text, known, hits),
            is_numbered,
            top_marked_level: top_marked_level(text),
            body_size: body_size(text),
        }
    }

    /// Adds the lines that are headings, unless a heading with better evidence was found there.
    pub(super) fn add_headings(&self, found: &mut BTreeMap<usize, Heading>, heartbeat: &Heartbeat) {
        let mut candidates = Vec::new();
        for line in 0..self.text.lines().len() {
            heartbeat.step(line);
            operations::count(1);
            candidates.extend(self.candidate(line));
        }
        let forms = shared_forms(&candidates);
        for candidate in &mut candidates {
            operations::count(1);
            let lacking = LINE_THRESHOLD - candidate.evidence.points;
            let is_alike = candidate.has_plain_words && forms.get(&candidate.form) == Some(&true);
            if is_alike && (1..=MAX_LACKING).contains(&lacking) {
                candidate.evidence.add(Sign::Repeated);
            }
        }
        let accepted = candidates
            .iter()
            .filter(|candidate| candidate.evidence.points >= LINE_THRESHOLD);
        for candidate in accepted {
            if found.len() >= MAX_HEADINGS {
                break;
            }
            found
                .entry(candidate.line)
                .or_insert_with(|| self.heading(candidate));
        }
    }

    /// A line with its signs; `None` if its role excludes a heading.
    fn candidate(&self, line: usize) -> Option<Candidate> {
        let clean = &self.text.lines()[line];
        let text = self.text.line(line).trim();
        let kind = &self.kinds[line];
        if kind.characters == 0
            || kind.characters > MAX_HEADING
            || kind.is_fact
            || !matches!(clean.role, LineRole::Body | LineRole::Heading(_))
            || self.known.contents.contains(clean.bytes.start)
            || self.known.is_list(text)
        {
            return None;
        }
        let (number, rest) = split_number(text);
        let title = if number.is_some() { rest } else { text };
        let words: Vec<String> = heading_words(title).collect();
        let is_declared = self.known.is_declared(text);
        let mut evidence = Evidence::default();
        evidence.add_if(is_declared, Sign::Declared);
        evidence.add_if(matches!(clean.role, LineRole::Heading(_)), Sign::Markup);
        evidence.add_if(
            self.known.contents.lists(&normalize_heading(title)),
            Sign::InContents,
        );
        shape::add_signs(&mut evidence, title, &words, self.profile);
        let has_plain_words = evidence.against == 0;
        self.add_type(&mut evidence, line);
        self.add_above(&mut evidence, line);
        self.add_below(&mut evidence, line);
        // A known word that begins a block of short lines heads them: `Kontakt` above a name and an address.
        let heads_block = self.known.strength(title).is_some()
            && clean.gap_before
            && self
                .text
                .lines()
                .get(line + 1)
                .is_some_and(|next| next.gap_before);
        evidence.add_if(!heads_block && self.is_in_run(line), Sign::Run);
        Some(Candidate {
            line,
            form: self.form(line, text),
            evidence,
            is_declared,
            has_plain_words,
        })
    }

    fn heading(&self, candidate: &Candidate) -> Heading {
        let clean = &self.text.lines()[candidate.line];
        let text = self.text.line(candidate.line).trim();
        let level = match clean.role {
            _ if candidate.is_declared => self.declared_level(),
            LineRole::Heading(level) => self.marked_level(level),
            _ => self.layout_level(),
        };
        let (number, title) = split_number(text);
        let title = if number.is_some() { title } else { text };
        Heading {
            bytes: clean.bytes.clone(),
            line: candidate.line,
            number,
            title: normalize_title(title),
            level,
        }
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

    /// The level of a heading without markup that the profile does not declare.
    fn layout_level(&self) -> u8 {
        match self.profile.sections {
            SectionStyle::Numbered | SectionStyle::Named => 2,
            SectionStyle::Free if self.is_numbered => 2,
            SectionStyle::Free => 1,
        }
    }

    /// The signs of the type: bold, large, in capitals, or like the text around it.
    fn add_type(&self, evidence: &mut Evidence, line: usize) {
        let clean = &self.text.lines()[line];
        let Some(next) = self.text.lines().get(line + 1) else {
            return;
        };
        let is_larger = match (clean.font_size, next.font_size) {
            (Some(size), Some(below)) => {
                let is_body = self.body_size.is_some_and(|body| size < body * LARGER_TYPE);
                size > below * LARGER_TYPE && !is_body
            }
            _ => false,
        };
        let is_bolder = clean.bold && !next.bold;
        evidence.add_if(is_larger, Sign::LargerType);
        evidence.add_if(is_bolder && !is_larger, Sign::BoldType);
        let is_plain = clean.font_size.is_some() && !is_larger && !is_bolder && !clean.bold;
        evidence.add_if(is_plain, Sign::PlainType);
        evidence.add_if(self.is_capitals(line), Sign::Capitals);
    }

    /// Whether a line is a few words in capitals, and the lines around it are not.
    fn is_capitals(&self, line: usize) -> bool {
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
        is_alone
            && is_capitals(line)
            // Fewer letters are an abbreviation, more are a paragraph in capitals.
            && (4..=60).contains(&letters)
            // With digits it is a value in capitals, such as an address.
            && !text.contains(|c: char| c.is_ascii_digit())
    }

    /// The signs above a line.
    fn add_above(&self, evidence: &mut Evidence, line: usize) {
        let clean = &self.text.lines()[line];
        evidence.add_if(clean.gap_before, Sign::GapBefore);
        let Some(before) = line.checked_sub(1) else {
            evidence.add(Sign::AfterText);
            return;
        };
        let above = &self.kinds[before];
        let ends_with_colon = self.text.line(before).trim_end().ends_with(':');
        // After a gap the label may be one without an answer.
        let waits = above.is_bare_label || ends_with_colon && !clean.gap_before;
        evidence.add_if(waits && !above.is_known, Sign::BelowLabel);
        if clean.gap_before {
            // The last of several lines without a gap ends a block, even if it is a short value.
            let ends_block = !self.text.lines()[before].gap_before && before > 0;
            let is_complete = above.is_complete || ends_block && !above.is_bare_label;
            evidence.add_if(is_complete, Sign::AfterText);
            let is_item_of_run = !is_complete
                && before
                    .checked_sub(1)
                    .is_some_and(|before| !self.kinds[before].is_complete);
            evidence.add_if(is_item_of_run, Sign::Run);
            return;
        }
        // A value may wrap, so that a line directly below a fact may be its second half.
        let is_complete = (above.has_ended || above.is_known) && !above.is_fact || above.is_value;
        evidence.add(if is_complete {
            Sign::AfterText
        } else {
            Sign::MayContinue
        });
    }

    /// The signs below a line.
    fn add_below(&self, evidence: &mut Evidence, line: usize) {
        let text = self.text.line(line).trim();
        let Some(next) = self.text.lines().get(line + 1) else {
            evidence.add(Sign::NothingBelow);
            return;
        };
        evidence.add_if(next.gap_before, Sign::GapAfter);
        let below = self.text.line(line + 1).trim();
        let kind = &self.kinds[line + 1];
        let has_colon = text.ends_with(':');
        match next.role {
            LineRole::Item | LineRole::Row if has_colon => evidence.add(Sign::IntroducesList),
            LineRole::Row => evidence.add(Sign::RowsBelow),
            LineRole::Item => evidence.add_if(next.gap_before, Sign::ListBelow),
            _ if split_number(below).0.is_some() => evidence.add(Sign::RowsBelow),
            _ if kind.is_bare_label => {}
            _ if kind.is_fact => evidence.add(Sign::LabelBelow),
            _ if kind.is_known => {}
            _ if kind.characters >= MIN_PROSE
                && (kind.has_ended
                    || kind.characters >= MIN_COMPLETE_LINE
                    || self.goes_on(line + 1)) =>
            {
                let is_longer = kind.characters > text.chars().count();
                evidence.add_if(is_longer, Sign::ProseBelow);
            }
            _ => evidence.add(Sign::ShortBelow),
        }
        // A label on a line of its own with a short line below it names a value.
        let is_short = kind.characters < MIN_COMPLETE_LINE;
        let names_value = self.kinds[line].is_bare_label && is_short && !next.gap_before;
        evidence.add_if(names_value, Sign::AboveValue);
        let continues = !next.gap_before
            && below.starts_with(char::is_lowercase)
            && !text.ends_with(['?', ':', '.']);
        evidence.add_if(continues, Sign::ContinuesBelow);
    }

    /// Whether the text of a line goes on in the line below it, in lowercase and without a gap.
    fn goes_on(&self, line: usize) -> bool {
        self.text.lines().get(line + 1).is_some_and(|next| {
            !next.gap_before && self.text.line(line + 1).starts_with(char::is_lowercase)
        })
    }

    /// Whether most lines around a line are as short as it is: a menu, a list of names, a form of labels.
    fn is_in_run(&self, line: usize) -> bool {
        let first = line.saturating_sub(2);
        let around = (first..line).chain(line + 1..line + 3);
        let is_short = |line: &usize| {
            self.kinds.get(*line).is_some_and(|kind| {
                !kind.is_complete && kind.characters < MIN_COMPLETE_LINE && !kind.has_ended
            })
        };
        around.filter(is_short).count() >= 3
    }

    fn form(&self, line: usize, text: &str) -> Form {
        let clean = &self.text.lines()[line];
        let after = self.text.lines().get(line + 1);
        Form {
            gaps: (clean.gap_before, after.is_none_or(|after| after.gap_before)),
            is_bold: clean.bold,
            is_capitals: !text.contains(char::is_lowercase),
            is_question: text.ends_with('?'),
            has_colon: text.ends_with(':'),
            size: clean.font_size.map_or(0, |size| (size * 10.0) as u32),
        }
    }
}

/// For each form of several accepted headings, whether at least half of its lines are headings.
fn shared_forms(candidates: &[Candidate]) -> HashMap<Form, bool> {
    let mut counts: HashMap<Form, (usize, usize)> = HashMap::new();
    for candidate in candidates {
        operations::count(1);
        let (accepted, all) = counts.entry(candidate.form).or_default();
        *accepted += usize::from(candidate.evidence.points >= LINE_THRESHOLD);
        // A paragraph of one line is set like a heading in plain text and does not weaken the form.
        *all += usize::from(candidate.evidence.points > LINE_THRESHOLD - 2 * MAX_LACKING);
    }
    counts
        .into_iter()
        .map(|(form, (accepted, all))| (form, accepted >= MIN_SAME_FORM && accepted * 2 >= all))
        .collect()
}

/// What each line is.
fn kinds(text: &CleanText, known: &KnownHeadings<'_>, hits: &[LabelHit<'_>]) -> Vec<Kind> {
    let first_line = text.lines().first().map_or("", |_| text.line(0));
    let first_line = normalize_heading(first_line);
    let is_fact = fact_lines(text, hits);
    let is_bare_label = bare_labels(text, hits);
    (0..text.lines().len())
        .map(|line| {
            operations::count(1);
            let clean = &text.lines()[line];
            let content = text.line(line).trim();
            let characters = content.chars().count();
            let has_ended = content.ends_with(['.', '!', '?', ':', ')', '”', '"']);
            let is_known = characters <= MAX_HEADING
                && (matches!(clean.role, LineRole::Heading(_))
                    || split_number(content).0.is_some()
                    // Forms often print their title again above the first heading.
                    || line > 0 && normalize_heading(content) == first_line
                    || known.is_declared(content)
                    || known.strength(content) >= Some(Strength::Related));
            let is_row = matches!(clean.role, LineRole::Row | LineRole::Item);
            Kind {
                is_fact: is_fact[line],
                is_bare_label: is_bare_label[line],
                is_known,
                is_complete: characters > MIN_COMPLETE_LINE
                    || has_ended
                    || is_known
                    || is_fact[line] && !is_bare_label[line]
                    || is_row,
                has_ended,
                is_value: characters <= MAX_HEADING && shape::is_value(content),
                characters,
            }
        })
        .collect()
}

/// For each line, whether it is a label and nothing else.
fn bare_labels(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<bool> {
    let mut lines = vec![false; text.lines().len()];
    for hit in hits {
        operations::count(1);
        if matches!(hit.layout, LabelLayout::Alone { .. }) {
            lines[hit.line] = true;
        }
    }
    lines
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

/// The size of type that most characters have, in points; `None` without a page layout.
fn body_size(text: &CleanText) -> Option<f32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for line in text.lines() {
        operations::count(1);
        if let Some(size) = line.font_size {
            *counts.entry((size * 10.0) as u32).or_default() += line.bytes.len();
        }
    }
    let (size, _) = counts.into_iter().max_by_key(|&(_, bytes)| bytes)?;
    Some(size as f32 / 10.0)
}
