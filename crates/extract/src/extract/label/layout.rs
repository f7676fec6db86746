//! The layout of one label in its cell: whether a word that names a field is a label there at all.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::LabelLayout;
use crate::extract::value;
use crate::profile::Label;
use diarium_document::FieldType;

/// A line with more bytes than this is a paragraph or a whole page.
const MAX_LINE_BYTES: usize = 160;
/// The header of a page that is one line is within this many bytes.
const HEADER_BYTES: usize = 300;
/// The shortest label of one word, in characters, that is unlikely to be an everyday word.
// Below: `Region`, `Period`, `Budget`. Above: `Projektägare`, `Programområde`.
const MIN_DISTINCTIVE_LABEL: usize = 9;

// (namn och organisation på samtliga i gruppen): | *: | :
static AFTER_LABEL: Lazy<Regex> =
    lazy_regex!(r"^(?P<note>\s?\*?\s?\([^()]{1,80}\))?\s?\*?\s*(?P<colon>:)?");
//  för gruppen:
static OPEN_WORDS: Lazy<Regex> = lazy_regex!(r"^(?:\s\p{L}+){1,5}(?:\s?\([^()]{1,80}\))?\s?:");
// - | • | a) | 1.2 | *
static PREFIX: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?$");
// The same prefix at the start of a longer text.
static LINE_PREFIX: Lazy<Regex> =
    lazy_regex!(r"^[\s•·*–▪-]*(?:(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[a-z]\))\s+)?\*?");

/// The end of the bullets and numbers before the first word of a cell.
pub(super) fn prefix_end(cell: &str) -> usize {
    LINE_PREFIX.find(cell).map_or(0, |prefix| prefix.end())
}

/// Whether a text is nothing but bullets and numbers before a label.
pub(super) fn is_prefix(text: &str) -> bool {
    PREFIX.is_match(text)
}

/// The layout of the label at `range` of a cell, and the end of the label; `None` if it is just a word.
pub(super) fn layout(
    cell: &str,
    range: &Range<usize>,
    label: &Label,
    at_start: bool,
) -> Option<(usize, LabelLayout)> {
    let rest = &cell[range.end..];
    let after = AFTER_LABEL.captures(rest)?;
    let has_colon = after.name("colon").is_some();
    let colon = after.get(0).filter(|_| has_colon);
    let colon = colon.or_else(|| label.open.then(|| OPEN_WORDS.find(rest)).flatten());
    if let Some(colon) = colon {
        let end = range.end + colon.end();
        return colon_layout(cell, range.start, end, at_start).map(|layout| (end, layout));
    }
    let note = after.name("note").map_or(0, |note| note.end());
    let end = range.end + note;
    let rest = &cell[end..];
    if rest.trim().is_empty() {
        return at_start.then_some((end, LabelLayout::Alone { colon: false }));
    }
    if rest.starts_with(' ') {
        return spaced_layout(cell, range, label, at_start).map(|layout| (end, layout));
    }
    // Checked last, because an e-mail address is searched to its end.
    let is_glued = || {
        rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            || label.field_type == FieldType::Email && value::email(rest).is_some()
    };
    (at_start && note == 0 && is_glued()).then_some((end, LabelLayout::Glued))
}

/// The layout of a label with a colon, which ends at `end`.
fn colon_layout(cell: &str, start: usize, end: usize, at_start: bool) -> Option<LabelLayout> {
    // The scheme of a URL is not a label.
    if cell[end..].starts_with("//") {
        return None;
    }
    let is_capitalized = cell[start..].starts_with(char::is_uppercase);
    let is_lettered = cell[..start].ends_with(") ");
    if !(at_start || is_capitalized || is_lettered) {
        return None;
    }
    Some(match (at_start, cell[end..].trim().is_empty()) {
        (true, true) => LabelLayout::Alone { colon: true },
        (true, false) => LabelLayout::Colon,
        (false, _) => LabelLayout::InlineColon,
    })
}

/// The layout of `Label value`. At the start of a short line, the type of the value must confirm it
/// later; inside a long line, only capitalized labels that are not everyday words count.
fn spaced_layout(
    cell: &str,
    range: &Range<usize>,
    label: &Label,
    at_start: bool,
) -> Option<LabelLayout> {
    let is_capitalized = cell[range.start..].starts_with(char::is_uppercase);
    if at_start && cell.len() <= MAX_LINE_BYTES {
        return is_capitalized.then_some(LabelLayout::Spaced);
    }
    let rest = cell[range.end..].trim_start();
    // A header often contains a label with its number: `ANSÖKAN Diarienummer 2012-9990017 Sid 1`
    let is_numbered = label.field_type == FieldType::Identifier
        && is_capitalized
        && rest.starts_with(|c: char| c.is_ascii_digit());
    if cell.len() <= MAX_LINE_BYTES {
        // Tel. 010-12 34 56 E-post eva@example.se
        let is_addressed = label.field_type == FieldType::Email && value::email(rest).is_some()
            || label.field_type == FieldType::Phone && value::phone(rest).is_some();
        let is_label = is_numbered || is_capitalized && is_addressed;
        return is_label.then_some(LabelLayout::InlineSpaced);
    }
    if is_numbered && range.start <= HEADER_BYTES {
        return Some(LabelLayout::InlineSpaced);
    }
    let is_distinctive =
        label.normalized.contains(' ') || label.normalized.chars().count() >= MIN_DISTINCTIVE_LABEL;
    let next = rest.chars().next()?;
    let begins_value = next.is_uppercase() || next.is_ascii_digit();
    (is_capitalized && is_distinctive && begins_value).then_some(LabelLayout::InlineSpaced)
}
