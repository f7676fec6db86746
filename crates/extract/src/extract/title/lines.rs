//! Titles among the first lines of a document.

use std::{collections::BTreeSet, ops::Range};

use lazy_regex::{Lazy, Regex, lazy_regex, regex_is_match};

use super::{Candidate, Context, MAX_FIRST_LINE, MAX_TITLE, STATED, TOP_LINES, title_at};
use crate::{
    extract::{
        heading::{MAX_DECLARED_BYTES, normalize_heading},
        label::{BOX_NEIGHBORS, LabelHit, LabelLayout, begins_label, labels_on_line},
    },
    profile::{Strength, TitlePosition, heading_words},
};
use diarium_document::{Carrier, LineRole, operations};

/// How much larger than the median the largest type is if it is the title's.
// Below: bold type or rounding within one size.
const LARGER_TYPE: f32 = 1.15;
/// A longer line above a fact box, in characters, is prose, so that the box does not begin the document.
const PROSE_LINE: usize = 200;
/// The shortest line below a title, in characters, that is prose.
const MIN_PROSE: usize = 90;
/// The first of the lines that may be titles, among which a line that names the document's type is
/// preferred.
// It outranks the publisher's name above it. Further down, it is a reference to another document.
const TYPE_LINES: usize = 4;
/// The shortest title that is searched in the rest of the text, in characters.
// A shorter one is an everyday word.
const MIN_REPEATED: usize = 5;

// eva.ek@example.se | www.example.se | 123 45 Åsunda | Box 123
static CONTACT: Lazy<Regex> =
    lazy_regex!(r"@|www\.|https?:|(?i:\bbox \d)|\b\d{3} ?\d{2} \p{Lu}\p{L}+");
// Start > Projekt > Vår ö | Hem / Nyheter / Vår ö
static BREADCRUMB: Lazy<Regex> = lazy_regex!(r"\S\s+[>›»→]\s+\S|\S / \S.* / \S");
// Löner 120 000 kr | Summa 4 500
static AMOUNT_ROW: Lazy<Regex> = lazy_regex!(
    r"\s\d{1,3}(?:[ .\u{a0}]\d{3})+(?:\s?(?:kr|sek|eur|€|:-))?\W*$|\d\s?(?:kr|SEK|EUR|€)\W*$"
);
// Utlysning 1:2023 | Ansökan 2013-04-02 | Protokoll nr 4 | Rapport 2015:13
static NUMBERED_TYPE: Lazy<Regex> =
    lazy_regex!(r"^\W*\p{L}+(?:\s(?:nr|no|nummer|n:o)\.?)?\s[\d:/.-]*\d[\d:/.-]*\W*$"i);

// Utvecklingsprojekt - 129194: a type and a number
static ENDING_NUMBER: Lazy<Regex> = lazy_regex!(r"\s[-–]\s\d{4,}\W*$");

/// The lines at the top that may be the title, with their weights.
pub(super) fn candidates(context: &Context<'_>) -> Vec<Candidate> {
    let lines = Lines::new(context);
    let eligible =
        (0..context.text.lines().len().min(TOP_LINES)).filter(|&line| lines.may_be(line));
    let eligible: Vec<usize> = eligible.collect();
    let weighed = eligible.iter().enumerate().filter_map(|(rank, &line)| {
        let bytes = lines.with_wrapped_lines(line);
        let weight = lines.weight(line, rank, &bytes);
        title_at(context.text, bytes).map(|title| Candidate { title, weight })
    });
    weighed.collect()
}

/// The lines of a document, and what decides which of them is the title.
struct Lines<'c> {
    context: &'c Context<'c>,
    above_box: Option<usize>,
    first_marked: Option<usize>,
    largest: Option<usize>,
    /// The first line of prose: a title stands above it.
    first_prose: Option<usize>,
    /// The first line that is a heading of the text by its words.
    first_section: Option<usize>,
    /// Lines with the value of a label.
    values: BTreeSet<usize>,
    /// The name of the project as a label states it, normalized.
    project_names: Vec<String>,
    /// The last parts of breadcrumbs, normalized: the name of the page itself.
    page_names: Vec<String>,
}

impl<'c> Lines<'c> {
    fn new(context: &'c Context<'c>) -> Self {
        let mut values = BTreeSet::new();
        for hit in context.hits.iter().take_while(|hit| hit.line <= TOP_LINES) {
            values.extend(hit.place.as_ref().map(|place| place.line));
            if hit.layout.is_alone() && hit.place.is_none() && !is_bare_label(hit) {
                values.insert(hit.line + 1);
            }
        }
        let mut lines = Self {
            context,
            above_box: None,
            first_marked: None,
            largest: None,
            first_prose: None,
            first_section: None,
            values,
            project_names: project_names(context),
            page_names: page_names(context),
        };
        lines.above_box = lines.find_above_box();
        lines.first_marked = lines.find_first_marked();
        lines.largest = lines.find_largest();
        lines.first_section = lines.find_first_section();
        lines.first_prose =
            (0..context.text.lines().len().min(TOP_LINES)).find(|&line| lines.is_prose(line));
        lines
    }

    fn written(&self, line: usize) -> &'c str {
        self.context.text.line(line)
    }

    /// Whether a line can be the title at all.
    fn may_be(&self, line: usize) -> bool {
        operations::count(1);
        let written = self.written(line).trim();
        let characters = written.chars().count();
        let clean = &self.context.text.lines()[line];
        let is_distinguished = Some(line) == self.above_box
            || Some(line) == self.first_marked
            || Some(line) == self.largest;
        let is_plain = !matches!(clean.role, LineRole::Item | LineRole::Boilerplate);
        let is_fact = self.is_boxed(line);
        if is_distinguished {
            let is_section = Some(line) != self.above_box && self.is_numbered(line);
            return characters <= MAX_TITLE && !is_section && !BREADCRUMB.is_match(written);
        }
        characters <= MAX_FIRST_LINE
            && has_word(written)
            && is_plain
            && !is_fact
            && !self.is_numbered(line)
            && !self.is_sentence(line)
            && !self.is_declared_heading(written)
            && !BREADCRUMB.is_match(written)
            && !is_slug(written)
            && !CONTACT.is_match(written)
            && !AMOUNT_ROW.is_match(written)
    }

    /// Whether a line is a fact, or stands below one without a gap: a label that no profile knows.
    fn is_boxed(&self, line: usize) -> bool {
        let lines = self.context.text.lines();
        let has_gap = |line: &usize| lines.get(*line).is_none_or(|line| line.gap_before);
        let first = (0..=line).rev().find(has_gap).unwrap_or(0);
        let mut block = first..=line;
        block.any(|line| {
            operations::count(1);
            self.begins_fact(line) || self.values.contains(&line)
        })
    }

    /// Whether a label with a value begins a line.
    fn begins_fact(&self, line: usize) -> bool {
        let mut hits = labels_on_line(self.context.hits, line).iter();
        begins_label(self.context.hits, line) && !hits.any(is_bare_label)
    }

    /// The sum of the evidence for a line, which is the `rank`-th that may be the title.
    fn weight(&self, line: usize, rank: usize, bytes: &Range<usize>) -> f64 {
        let context = self.context;
        let written = context.text.text()[bytes.clone()].trim();
        let normalized = normalize_heading(written);
        let mut weight = self.weight_of_place(line, rank);
        let document_type = &context.profile.shared.document_type_line;
        // `Ansökan: löpande` is a label and its value.
        let is_labeled = regex_is_match!(r"^\W*\p{L}+:", written);
        if rank < TYPE_LINES && !is_labeled && document_type.is_match(written) {
            let has_number = NUMBERED_TYPE.is_match(written);
            let is_bare = !normalized.contains(' ');
            // A number identifies one of many; a name says more than a type.
            weight += if has_number {
                -1.0
            } else if is_bare {
                1.0
            } else {
                1.5
            };
        }
        let is_stated = context.stated.as_deref() == Some(normalized.as_str());
        let is_named = self.project_names.contains(&normalized);
        let is_page = self.page_names.contains(&normalized);
        if is_stated {
            // At least as certain as the statement itself, and it has a position.
            weight = weight.max(STATED) + 0.1;
        }
        weight += if is_named { 1.5 } else { 0.0 };
        weight += if is_page { 2.0 } else { 0.0 };
        weight += if self.is_repeated(written, bytes) {
            0.75
        } else {
            0.0
        };
        weight += if self.is_above_prose(line) { 0.5 } else { 0.0 };
        let words = written.split_whitespace().count();
        weight += if (3..=14).contains(&words) { 0.25 } else { 0.0 };
        weight - self.doubt(line, written)
    }

    /// The evidence of a line's place and typography.
    fn weight_of_place(&self, line: usize, rank: usize) -> f64 {
        let is_marked = matches!(self.context.text.lines()[line].role, LineRole::Heading(_));
        let mut weight = (if rank == 0 {
            3.0
        } else {
            2.75 - 0.4 * rank as f64
        })
        .max(0.5);
        if Some(line) == self.above_box {
            weight = 6.0;
        } else if Some(line) == self.first_marked {
            weight = weight.max(5.0);
        } else if Some(line) == self.largest {
            weight = weight.max(4.5);
        } else if is_marked {
            weight = weight.min(1.5);
        }
        weight
    }

    /// What speaks against a line.
    fn doubt(&self, line: usize, written: &str) -> f64 {
        let shared = &self.context.profile.shared;
        let mut doubt = 0.0;
        let names_type = shared.document_type_line.is_match(written);
        if !names_type && shared.publisher_line.is_match(written) {
            doubt += 1.5;
        }
        if written.ends_with(':') {
            doubt += 2.0;
        } else if written.ends_with(['.', ',', ';', '?']) {
            doubt += 1.0;
        }
        if !names_type && self.is_label(written) {
            doubt += 2.0;
        }
        if ENDING_NUMBER.is_match(written) {
            doubt += 1.0;
        }
        if self.first_prose.is_some_and(|prose| line > prose) {
            doubt += 1.5;
        }
        if self.first_section.is_some_and(|section| line >= section) {
            doubt += 2.5;
        }
        if written.trim_start().starts_with(char::is_lowercase) {
            doubt += 1.5;
        }
        if self.context.text.lines()[line].role == LineRole::Row {
            doubt += 1.5;
        }
        doubt
    }

    /// Whether a line is a label of a form, such as `Projekt`, even without a value.
    fn is_label(&self, written: &str) -> bool {
        let vocabulary = &self.context.profile.vocabulary;
        vocabulary.contains(&normalize_heading(written))
    }

    /// Whether the text says a line's words again.
    fn is_repeated(&self, written: &str, bytes: &Range<usize>) -> bool {
        let text = self.context.text.text();
        let enough = written.chars().count() >= MIN_REPEATED;
        operations::count(text.len());
        enough && (text[..bytes.start].contains(written) || text[bytes.end..].contains(written))
    }

    /// Whether the next line is prose.
    fn is_above_prose(&self, line: usize) -> bool {
        let below = self.context.text.lines().get(line + 1);
        below.is_some_and(|_| self.written(line + 1).chars().count() >= MIN_PROSE)
    }

    /// Whether a line is a sentence of several lines' length.
    fn is_prose(&self, line: usize) -> bool {
        let written = self.written(line).trim_end();
        written.ends_with(['.', ':']) && written.chars().count() >= MIN_PROSE
    }

    fn is_sentence(&self, line: usize) -> bool {
        let written = self.written(line);
        let words = written.split_whitespace().count();
        // A title may end with an abbreviation or a stray mark; five words and a full stop are a sentence.
        written.ends_with('.') && words >= 5 || written.ends_with([',', ';', ':']) && words > 8
    }

    /// The first line that is a heading by its words: what follows it is the text of a section.
    fn find_first_section(&self) -> Option<usize> {
        let words = &self.context.profile.shared.heading_words;
        let mut headings = self.context.headings.iter();
        let section = headings.find(|heading| {
            operations::count(1);
            let title: Vec<String> = heading_words(&heading.title).collect();
            let strength = words.whole(&title);
            matches!(strength, Some(Strength::Sure | Strength::Strong))
        });
        section.map(|heading| heading.line)
    }

    /// Whether the line has a numbered heading.
    fn is_numbered(&self, line: usize) -> bool {
        let bytes = &self.context.text.lines()[line].bytes;
        let headings = self.context.headings;
        let first = headings.partition_point(|heading| heading.bytes.end <= bytes.start);
        let overlapping = headings[first..]
            .iter()
            .take_while(|heading| heading.bytes.start < bytes.end);
        let mut numbers = overlapping.map(|heading| heading.number.is_some());
        numbers.any(|is_numbered| is_numbered)
            || regex_is_match!(r"^\W*\d{1,2}(?:\.\d{1,2})*\.?\s+\p{Lu}", self.written(line))
    }

    /// Whether a line is a heading of the form or of any document: it begins the first section, and this page
    /// has no title.
    fn is_declared_heading(&self, written: &str) -> bool {
        if written.len() > MAX_DECLARED_BYTES {
            return false;
        }
        let normalized = normalize_heading(written);
        let profile = self.context.profile;
        let mut declared = profile.headings.iter();
        let words: Vec<String> = heading_words(written).collect();
        declared.any(|known| normalize_heading(known) == normalized)
            || profile.shared.heading_words.whole(&words) == Some(Strength::Sure)
    }

    /// The line directly above the fact box, for kinds that print the title there.
    fn find_above_box(&self) -> Option<usize> {
        if self.context.profile.title != TitlePosition::AboveBox {
            return None;
        }
        let first = self.context.hits.iter().find(|hit| {
            hit.neighbor_count >= BOX_NEIGHBORS
                && !matches!(
                    hit.layout,
                    LabelLayout::InlineColon | LabelLayout::InlineSpaced | LabelLayout::Spaced
                )
        })?;
        let line = first.line.checked_sub(1)?;
        let written = self.written(line);
        // A box below prose is not at the top of the document, so the line above it is no title.
        let is_prose = |before: usize| self.written(before).chars().count() > PROSE_LINE;
        let is_all_caps = !written.contains(char::is_lowercase);
        let fits = !written.ends_with([':', '.']) && line <= TOP_LINES;
        (fits && !is_all_caps && !(0..line).any(is_prose)).then_some(line)
    }

    /// The first heading that HTML or Markdown marks.
    fn find_first_marked(&self) -> Option<usize> {
        let lines = self.context.text.lines().iter().take(TOP_LINES);
        lines.enumerate().position(|(index, line)| {
            matches!(line.role, LineRole::Heading(_)) && has_word(self.written(index))
        })
    }

    /// The first of the top lines in the largest type, if it is larger than the text's.
    fn find_largest(&self) -> Option<usize> {
        let lines = self.context.text.lines();
        let mut sorted: Vec<f32> = lines.iter().filter_map(|line| line.font_size).collect();
        sorted.sort_by(f32::total_cmp);
        // Half of a document's lines are body text.
        let median = *sorted.get(sorted.len() / 2)?;
        let head = lines.iter().enumerate().take(TOP_LINES);
        let sizes = head
            .filter(|(index, _)| has_word(self.written(*index)))
            .filter_map(|(index, line)| Some((index, line.font_size?)));
        let top = sizes.clone().map(|(_, size)| size).fold(0.0, f32::max);
        let (line, _) = sizes.clone().find(|(_, size)| *size == top)?;
        (top > median * LARGER_TYPE).then_some(line)
    }

    /// A title with the lines into which it is wrapped: of the same large type, or continued in lowercase.
    fn with_wrapped_lines(&self, line: usize) -> Range<usize> {
        let lines = self.context.text.lines();
        let mut bytes = lines[line].bytes.clone();
        for (below, next) in lines.iter().enumerate().skip(line + 1).take(3) {
            let above = &lines[below - 1];
            let written = self.written(below).trim();
            let is_same_type = Some(line) == self.largest && next.font_size == above.font_size;
            let continues = written.starts_with(char::is_lowercase)
                && !self
                    .written(below - 1)
                    .trim_end()
                    .ends_with(['.', ':', '!', '?'])
                && self.written(below - 1).chars().count() >= MIN_WRAPPED;
            let fits = next.bytes.end - bytes.start <= MAX_TITLE;
            let is_same =
                next.role == above.role && !next.gap_before && (is_same_type || continues);
            if !is_same || !fits || !labels_on_line(self.context.hits, below).is_empty() {
                break;
            }
            bytes.end = next.bytes.end;
        }
        bytes
    }
}

/// The shortest line that its page's width may wrap, in characters.
const MIN_WRAPPED: usize = 30;

/// Whether a label is alone on its line without a colon or other labels near it: it may be a title.
fn is_bare_label(hit: &LabelHit<'_>) -> bool {
    matches!(hit.layout, LabelLayout::Alone { colon: false }) && hit.neighbor_count < BOX_NEIGHBORS
}

/// Whether a text has a word, and is no date or number.
fn has_word(text: &str) -> bool {
    text.chars().filter(|letter| letter.is_alphabetic()).count() >= 3
}

/// `regional-utveckling`: the address of a page, not its name.
fn is_slug(text: &str) -> bool {
    text.contains('-') && !text.contains(char::is_whitespace) && !text.contains(char::is_uppercase)
}

/// The values of labels for the name of the project, normalized.
fn project_names(context: &Context<'_>) -> Vec<String> {
    let hits = context.hits.iter();
    let named = hits.filter(|hit| hit.label.field == "project_name").take(8);
    let values = named.filter_map(|hit| {
        let lines = context.text.lines();
        let bytes = if hit.layout.is_alone() {
            lines.get(hit.line + 1)?.bytes.clone()
        } else {
            hit.bytes.end..lines.get(hit.line)?.bytes.end
        };
        let value = context.text.text().get(bytes)?;
        (value.len() <= MAX_DECLARED_BYTES).then(|| normalize_heading(value))
    });
    values.filter(|value| !value.is_empty()).collect()
}

/// The last parts of the breadcrumbs at the top of a page, normalized.
fn page_names(context: &Context<'_>) -> Vec<String> {
    if context.raw.carrier != Carrier::Web && context.raw.carrier != Carrier::Text {
        return Vec::new();
    }
    let lines = 0..context.text.lines().len().min(TOP_LINES);
    let written = lines.map(|line| context.text.line(line));
    let names = written.filter_map(|line| {
        let is_item = line.starts_with("- ") || line.starts_with("* ");
        let last = if BREADCRUMB.is_match(line) {
            line.rsplit(['>', '›', '»', '→', '/']).next()
        } else {
            is_item.then(|| &line[2..])
        };
        last.map(normalize_heading)
    });
    names.filter(|name| !name.is_empty()).collect()
}
