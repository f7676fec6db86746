//! Title detection: the title of a document, from its layout or its first lines.
//!
//! Candidates in order: the line above the fact box, for kinds that print it there; the first marked
//! heading; the largest type; the title that the carrier states; the first line that may be one.

use lazy_regex::{Lazy, Regex, lazy_regex, regex};

use super::{
    heading::{Heading, MAX_DECLARED_BYTES, normalize_heading, normalize_title},
    label::{BOX_NEIGHBORS, LabelHit, LabelLayout},
};
use crate::profile::{Profile, TitlePosition};
use diarium_document::{CleanText, LineRole, RawDocument};

/// The longest title, in characters.
const MAX_TITLE: usize = 300;
/// The longest title among the first lines if nothing but its position shows that it is one, in characters.
const MAX_FIRST_LINE: usize = MAX_TITLE / 2;
/// The first lines of a document, among which its title is.
// A letterhead that was not detected and a fact box may precede it.
const TOP_LINES: usize = 25;
/// The first of those lines among which a line that names the document's type is preferred.
// It outranks the publisher's name above it. Further down, it is a reference to another document.
const TYPE_LINES: usize = 4;
/// How much larger than the median the largest type is if it is the title's.
// Below: bold type or rounding within one size.
const LARGER_TYPE: f32 = 1.15;
/// A longer line above a fact box, in characters, is prose, so that the box does not begin the document.
const PROSE_LINE: usize = 200;
/// The characters of a text without lines that are searched for a title in capitals.
const SEARCHED_CHARACTERS: usize = 1000;

// 2018/00566 - Kvinnor i arbete
static NUMBERED: Lazy<Regex> = lazy_regex!(r"^\d{4}[/-]\d{3,7}\s+[-–]\s+(?P<title>\S.*)$");

/// A title, and its line unless only the carrier states it.
pub(super) struct Title {
    pub text: String,
    pub line: Option<usize>,
}

/// Finds the title of a document.
pub(super) fn find_title(
    raw: &RawDocument,
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
) -> Option<Title> {
    let above = (profile.title == TitlePosition::AboveBox).then(|| above_box(text, hits));
    let line = above
        .flatten()
        .or_else(|| first_marked_heading(text, headings))
        .or_else(|| largest_type(text, headings));
    if let Some(title) = line.and_then(|line| at_line(text, line)) {
        return Some(title);
    }
    if let Some(stated) = raw.stated_title.as_deref().filter(|title| is_title(title)) {
        return Some(Title {
            text: normalize_title(stated),
            line: None,
        });
    }
    first_line(text, profile, headings, hits).or_else(|| first_capitals(text))
}

/// The title on a line; `None` if cleaning removed all of its text.
fn at_line(text: &CleanText, line: usize) -> Option<Title> {
    let written = text.line(line);
    let bare = NUMBERED
        .captures(written)
        .and_then(|captures| captures.name("title"))
        .map_or(written, |title| title.as_str());
    let title = normalize_title(bare.trim_matches(['*', ' ']));
    (!title.is_empty()).then_some(Title {
        text: title,
        line: Some(line),
    })
}

/// The line directly above the fact box.
fn above_box(text: &CleanText, hits: &[LabelHit<'_>]) -> Option<usize> {
    let first = hits.iter().find(|hit| {
        hit.neighbor_count >= BOX_NEIGHBORS
            && !matches!(
                hit.layout,
                LabelLayout::InlineColon | LabelLayout::InlineSpaced | LabelLayout::Spaced
            )
    })?;
    let line = first.line.checked_sub(1)?;
    let written = text.line(line);
    // A box below prose is not at the top of the document, so the line above it is no title.
    let prose_before = (0..line).any(|before| text.line(before).chars().count() > PROSE_LINE);
    let is_all_caps = !written.contains(char::is_lowercase);
    let fits =
        written.chars().count() <= MAX_TITLE && !written.ends_with([':', '.']) && line <= TOP_LINES;
    (fits && !is_all_caps && !prose_before).then_some(line)
}

/// The first heading that HTML or Markdown marks, unless it is numbered and so begins a section.
fn first_marked_heading(text: &CleanText, headings: &[Heading]) -> Option<usize> {
    let line = text
        .lines()
        .iter()
        .take(TOP_LINES)
        .enumerate()
        .position(|(index, line)| {
            matches!(line.role, LineRole::Heading(_)) && has_text(text, index)
        })?;
    (!is_numbered(headings, line)).then_some(line)
}

/// Whether the line has a numbered heading.
fn is_numbered(headings: &[Heading], line: usize) -> bool {
    let mut headings = headings.iter();
    headings.any(|heading| heading.line == line && heading.number.is_some())
}

/// Whether a line has letters or digits: removed letterhead can leave a single `*`.
fn has_text(text: &CleanText, line: usize) -> bool {
    text.line(line).chars().any(char::is_alphanumeric)
}

/// The first of the top lines in the largest type, if it is larger than the text's.
fn largest_type(text: &CleanText, headings: &[Heading]) -> Option<usize> {
    let sizes: Vec<f32> = text
        .lines()
        .iter()
        .filter_map(|line| line.font_size)
        .collect();
    let mut sorted = sizes.clone();
    sorted.sort_by(f32::total_cmp);
    // Half of a document's lines are body text.
    let median = *sorted.get(sorted.len() / 2)?;
    let head = text.lines().iter().enumerate().take(TOP_LINES);
    let sizes = head
        .filter(|(index, _)| has_text(text, *index))
        .filter_map(|(index, line)| Some((index, line.font_size?)));
    let top = sizes.clone().map(|(_, size)| size).fold(0.0, f32::max);
    let (line, _) = sizes.clone().find(|(_, size)| *size == top)?;
    let is_larger = top > median * LARGER_TYPE;
    let fits = text.line(line).chars().count() <= MAX_TITLE;
    (is_larger && fits && !is_numbered(headings, line)).then_some(line)
}

/// The first line that may be a title, or a line just below it that names the document's type.
fn first_line(
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
) -> Option<Title> {
    let mut lines = (0..text.lines().len().min(TOP_LINES)).filter(|&line| {
        let written = text.line(line);
        !is_fact(hits, line)
            && !is_declared_heading(profile, written)
            && written.chars().any(char::is_alphabetic)
    });
    let first = lines.clone().next()?;
    let document_type = &profile.shared.document_type_line;
    let names_type = |&line: &usize| document_type.is_match(text.line(line));
    let line = lines
        .by_ref()
        .take(TYPE_LINES)
        .find(names_type)
        .unwrap_or(first);
    let written = text.line(line);
    let is_sentence = written.ends_with(['.', ',', ';', ':']) && written.split(' ').count() > 8;
    let fits = written.chars().count() <= MAX_FIRST_LINE;
    if is_numbered(headings, line) || is_sentence || !fits {
        return None;
    }
    at_line(text, line)
}

/// Whether a line begins with a label, or is the value below one.
fn is_fact(hits: &[LabelHit<'_>], line: usize) -> bool {
    let mut hits = hits.iter();
    hits.any(|hit| {
        let is_value = matches!(hit.layout, LabelLayout::Alone { .. }) && hit.line + 1 == line;
        let begins_line = !matches!(
            hit.layout,
            LabelLayout::Spaced | LabelLayout::InlineSpaced | LabelLayout::InlineColon
        );
        is_value || hit.line == line && begins_line
    })
}

/// Whether a line is a heading of the form: it begins the first section, and this page has no title.
fn is_declared_heading(profile: &Profile, line: &str) -> bool {
    line.len() <= MAX_DECLARED_BYTES && {
        let normalized = normalize_heading(line);
        let mut headings = profile.headings.iter();
        headings.any(|known| normalize_heading(known) == normalized)
    }
}

/// The first words in capitals, such as `SLUTRAPPORT`, in a text that is one long line.
fn first_capitals(text: &CleanText) -> Option<Title> {
    let head: String = text.text().chars().take(SEARCHED_CHARACTERS).collect();
    let capitals = regex!(r"\b\p{Lu}{4,}(?:[\s-]\p{Lu}{2,})*\b");
    let found = capitals.find(&head)?;
    // Below: abbreviations, such as those of authorities.
    (found.as_str().chars().count() >= 6).then(|| Title {
        text: normalize_title(found.as_str()),
        line: None,
    })
}

/// Whether a title that a site states is one: some are letterhead, labels without values.
fn is_title(title: &str) -> bool {
    // `Projekt: Region:` is a row of labels; `Torget: en förstudie` is a title with one colon.
    let empty_labels = title.matches(": ").count() + usize::from(title.ends_with(':'));
    let characters = title.chars().count();
    empty_labels < 2
        && (3..=MAX_TITLE).contains(&characters)
        && title.chars().any(char::is_alphabetic)
}
