//! Title detection: the title of a document, from its layout, its first lines, and what the carrier states.
//!
//! Everything that may be the title is a candidate with a weight, the sum of the evidence for and against
//! it: lines at the top (`lines`), parts of a page that is one long line (`running`), the title that
//! the carrier states, and the first words in capitals. The candidate with the greatest weight is the
//! title.

mod lines;
mod running;

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex, regex};

use super::{
    heading::{Heading, normalize_heading, normalize_title},
    label::LabelHit,
};
use crate::profile::Profile;
use diarium_document::{Carrier, CleanText, RawDocument, operations};

/// The longest title, in characters.
const MAX_TITLE: usize = 300;
/// The longest title if nothing but its position shows that it is one, in characters.
const MAX_FIRST_LINE: usize = MAX_TITLE / 2;
/// The first lines of a document, among which its title is.
// A letterhead that was not detected and a fact box may precede it.
const TOP_LINES: usize = 25;
/// The characters of a text without lines that are searched for a title in capitals.
const SEARCHED_CHARACTERS: usize = 1000;
/// The weight of the title that a page or a file states about itself.
// Above a first line, below a marked heading: it may be the title of a file or of the site.
const STATED: f64 = 4.0;
/// The weight of the title that a document-sharing site states.
// The site prints it above the document's own text, in which lines are often lost.
const STATED_BY_SITE: f64 = 8.0;

// 2018/00566 - Kvinnor i arbete | 22-025-S02 - Unga till arbete
static NUMBERED: Lazy<Regex> = lazy_regex!(
    r"^(?P<number>[A-Z]{0,4}\d[\dA-Z]*(?:[/:.-][\dA-Z]+)+)\s+[-–]\s+(?P<title>\p{L}.*)$"
);
// 2011-2013
static YEARS: Lazy<Regex> = lazy_regex!(r"^(?:19|20)\d\d[-/](?:19|20)?\d\d$");
// TJÄNSTESKRIVELSE 1 (2) | Rapport Sida 3
static PAGE_LABEL: Lazy<Regex> = lazy_regex!(
    r"\s+(?:(?:sid(?:a|an)?|page|side)\.?\s)?\d{1,3}\s?\(\d{1,3}\)\W*$|\s(?:sid(?:a|an)?|page)\.?\s\d{1,3}\W*$"i
);
// Sökande. A. Uppgifter om sökande. B. Uppgifter om kontaktpersonen
static LETTERED_PARTS: Lazy<Regex> = lazy_regex!(r"[.:]?\s(?:A|1)[.)]\s.*\s(?:B|2)[.)]\s");
// Vår ö | Kommunen · Nyheter
static SITE_NAME: Lazy<Regex> = lazy_regex!(r"\s[|·»«]\s");

/// A title, and its bytes in the clean text unless only the carrier states it.
#[derive(Debug, Clone)]
pub(super) struct Title {
    pub text: String,
    pub bytes: Option<Range<usize>>,
    /// The same with a number before it that the text states elsewhere as well.
    pub with_number: Option<Range<usize>>,
}

/// A text that may be the title.
struct Candidate {
    title: Title,
    weight: f64,
}

/// What candidates are weighed by.
struct Context<'c> {
    raw: &'c RawDocument,
    text: &'c CleanText,
    profile: &'c Profile,
    headings: &'c [Heading],
    hits: &'c [LabelHit<'c>],
    /// The title that the carrier states, normalized.
    stated: Option<String>,
}

/// Finds the title of a document.
pub(super) fn find_title(
    raw: &RawDocument,
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
) -> Option<Title> {
    let stated = stated_title(raw, profile);
    let context = Context {
        raw,
        text,
        profile,
        headings,
        hits,
        stated: stated.as_deref().map(normalize_heading),
    };
    let mut candidates = lines::candidates(&context);
    candidates.extend(stated.map(|title| Candidate {
        weight: if raw.carrier == Carrier::Transcript {
            STATED_BY_SITE
        } else {
            STATED
        },
        title: Title {
            text: title,
            bytes: None,
            with_number: None,
        },
    }));
    candidates.extend(running::candidates(&context));
    candidates.extend(first_capitals(text, profile));
    // Of equal weights the first wins: lines before other places, from the top down.
    let best = candidates.into_iter().reduce(|best, next| {
        if next.weight > best.weight + f64::EPSILON {
            next
        } else {
            best
        }
    });
    best.filter(|best| best.weight > 0.0).map(|best| best.title)
}

/// The title that the carrier states, without the site's name; `None` if it cannot be one.
fn stated_title(raw: &RawDocument, profile: &Profile) -> Option<String> {
    let title = raw.stated_title.as_deref()?;
    // A page names its site after its title; a sharing site lists the first lines of the document.
    let rest = match raw.carrier {
        Carrier::Transcript => LETTERED_PARTS.find(title).or_else(|| SITE_NAME.find(title)),
        _ => SITE_NAME.find(title),
    };
    let end = rest.map_or(title.len(), |rest| rest.start());
    let title = Some(&title[..end])
        .filter(|part| is_title(profile, part))
        .unwrap_or(title);
    is_title(profile, title).then(|| normalize_title(title))
}

/// Whether a title that a site states is one: some are letterhead, labels without values.
fn is_title(profile: &Profile, title: &str) -> bool {
    // `Projekt: Region:` is a row of labels; `Torget: en förstudie` is a title with one colon.
    let colons = title.matches(": ").count() + usize::from(title.ends_with(':'));
    let is_label_row = colons >= 2 && has_label(profile, title);
    let characters = title.chars().count();
    !is_label_row && (3..=MAX_TITLE).contains(&characters) && title.chars().any(char::is_alphabetic)
}

/// Whether a text has a label of a form, with its colon.
fn has_label(profile: &Profile, text: &str) -> bool {
    let mut search = profile.vocabulary.search(text, 0);
    let mut from = 0;
    while let Some(found) = search.next(from) {
        if !found.is_variant && text[found.range.end..].starts_with(':') {
            return true;
        }
        from = found.range.end;
    }
    false
}

/// A title at a range of the text, without a number before it; `None` if nothing is left of it.
fn title_at(text: &CleanText, bytes: Range<usize>) -> Option<Title> {
    let written = &text.text()[bytes.clone()];
    let (number, from) = split_number(written);
    let is_stated_again = !number.is_empty() && {
        operations::count(text.text().len());
        text.text()[bytes.end..].contains(number)
    };
    let bare = written[from..].trim_start_matches(['*', '#', ' ']);
    let start = bytes.start + written.len() - bare.len();
    let end = PAGE_LABEL
        .find(bare)
        .map_or(bare.len(), |label| label.start());
    let bare = bare[..end].trim_end_matches(['*', ' ']);
    let title = normalize_title(bare);
    let end = start + bare.len();
    let from = if is_stated_again { bytes.start } else { start };
    (!title.is_empty()).then_some(Title {
        text: title,
        bytes: Some(start..end),
        with_number: Some(from..end),
    })
}

/// The number before a title, and the byte where the title begins.
fn split_number(written: &str) -> (&str, usize) {
    let split = NUMBERED.captures(written).and_then(|captures| {
        let number = captures.name("number")?.as_str();
        let title = captures.name("title")?.start();
        (!YEARS.is_match(number)).then_some((number, title))
    });
    split.unwrap_or(("", 0))
}

/// The first words in capitals, such as `SLUTRAPPORT`, in a text that is one long line.
fn first_capitals(text: &CleanText, profile: &Profile) -> Option<Candidate> {
    let end = text.text().char_indices().nth(SEARCHED_CHARACTERS);
    let head = &text.text()[..end.map_or(text.text().len(), |(at, _)| at)];
    let found = regex!(r"\b\p{Lu}{4,}(?:[\s-]\p{Lu}{2,})*\b").find(head)?;
    // Below: abbreviations, such as those of authorities.
    (found.as_str().chars().count() >= 6).then(|| Candidate {
        title: Title {
            text: normalize_title(found.as_str()),
            bytes: None,
            with_number: None,
        },
        // Capitals alone are weak evidence: they may be the publisher's.
        weight: if profile.shared.document_type_line.is_match(found.as_str()) {
            2.5
        } else {
            0.1
        },
    })
}

#[cfg(test)]
mod tests;
