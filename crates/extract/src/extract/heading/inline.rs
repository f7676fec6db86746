//! Inline headings: headings inside a line of running text.
//!
//! A document-sharing site gives each page as one line: `… metoder etc. Projektets resultat Under året
//! har …`. There a heading is known by the profile's words or by the document's table of contents, and only
//! where a sentence can begin both at it and after it. `numbering` finds those with a number.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{DeclaredHeadings, Heading, MAX_HEADINGS, normalize_title, numbering::split_number};
use crate::extract::label::{LabelHit, labels_on_line};
use diarium_document::{CleanText, Heartbeat, operations};

/// The shortest line that may contain headings, in bytes.
// A shorter line is an ordinary line.
const MIN_LONG_LINE: usize = 120;
/// The longest document title after which a heading may follow, in bytes.
const MAX_TITLE_BYTES: usize = 1_200;
/// The longest word before a heading, in bytes.
// No word is longer. Without a limit, a line without spaces would be read once for each heading.
const MAX_WORD_BYTES: usize = 120;
/// The part of the text after `Innehåll` that may be a table of contents, in characters.
// About one page.
const CONTENTS_CHARACTERS: usize = 3000;
/// Entries of a table of contents, at most.
// Each is searched in every long line.
const MAX_ENTRIES: usize = 60;

// Innehåll | Innehållsförteckning:
static CONTENTS_HEADING: Lazy<Regex> = lazy_regex!(r"(?i:innehållsförteckning|innehåll):?");
// Mål och tidplan 4 | Genomförande.4 | Förord ......... 2
static CONTENTS_ENTRY: Lazy<Regex> =
    lazy_regex!(r"(?P<title>\p{Lu}[\p{L} ,/&-]{2,80}?)\s?(?:\.\s?){0,40}\s?\d{1,3}\b");

// A continuation of a known heading: Bakgrund| och behov Varje
static CONTINUATION: Lazy<Regex> =
    lazy_regex!(r"^ (?:och|samt|av|för) \p{Ll}{4,}(?: \p{Ll}{4,})? ");

/// What the headings of a document are searched by.
pub(super) struct Search<'s> {
    pub text: &'s CleanText,
    pub hits: &'s [LabelHit<'s>],
    pub declared: &'s DeclaredHeadings,
    /// The title that the carrier states: a heading may follow it.
    pub title: Option<&'s str>,
    pub heartbeat: &'s Heartbeat,
}

/// Finds the headings inside long lines.
pub(super) fn inline_headings(search: &Search<'_>) -> Vec<Heading> {
    let title = search.title.filter(|title| title.len() <= MAX_TITLE_BYTES);
    let text = search.text;
    let mut found = Vec::new();
    let contents = table_of_contents(text);
    for (index, line) in text.lines().iter().enumerate() {
        operations::count(1);
        if line.bytes.len() < MIN_LONG_LINE {
            continue;
        }
        if found.len() >= MAX_HEADINGS {
            break;
        }
        let long_line = LongLine {
            line: index,
            text: text.line(index),
            title,
            offset: line.bytes.start,
            label_ends: label_ends(text, index, search.hits),
        };
        let declared = search.declared.headings.iter().map(|(_, written)| written);
        for written in declared.chain(&contents) {
            long_line.add_known(written, &mut found);
            search.heartbeat.beat();
        }
    }
    found.sort_by_key(|heading: &Heading| {
        (heading.bytes.start, std::cmp::Reverse(heading.bytes.end))
    });
    found.dedup_by(|next, previous| next.bytes.start < previous.bytes.end);
    found
}

/// The ends of a line's labels without trailing white space, in bytes of the line, sorted.
fn label_ends(text: &CleanText, index: usize, hits: &[LabelHit<'_>]) -> Vec<usize> {
    let offset = text.lines()[index].bytes.start;
    let line = text.line(index);
    let labels = labels_on_line(hits, index).iter();
    let ends = labels.map(|hit| line[..hit.bytes.end - offset].trim_end().len());
    ends.inspect(|_| operations::count(1)).collect()
}

/// The last bytes of a text, at most `bytes` of them, from a character boundary on.
fn tail(text: &str, bytes: usize) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(bytes))..]
}

/// The entries of the document's table of contents, the longest first.
fn table_of_contents(text: &CleanText) -> Vec<String> {
    let Some(heading) = CONTENTS_HEADING.find(text.text()) else {
        return Vec::new();
    };
    let rest: String = text.text()[heading.end()..]
        .chars()
        .take(CONTENTS_CHARACTERS)
        .collect();
    let mut entries: Vec<String> = CONTENTS_ENTRY
        .captures_iter(&rest)
        .filter_map(|captures| captures.name("title"))
        .map(|title| normalize_title(title.as_str()))
        .filter(|title| title.chars().count() >= 4)
        .take(MAX_ENTRIES)
        .collect();
    entries.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    entries.dedup();
    entries
}

/// A long line, and what is known of it.
struct LongLine<'t> {
    line: usize,
    text: &'t str,
    title: Option<&'t str>,
    offset: usize,
    label_ends: Vec<usize>,
}

impl LongLine<'_> {
    /// Adds the headings with known words.
    fn add_known(&self, written: &str, found: &mut Vec<Heading>) {
        let has_several_words = written.contains(' ');
        operations::count(self.text.len());
        for (start, _) in self.text.match_indices(written) {
            if found.len() >= MAX_HEADINGS {
                return;
            }
            let mut range = start..start + written.len();
            let is_whole_word = !self.text[..start].ends_with(char::is_alphanumeric)
                && !self.text[range.end..].starts_with(|c: char| c.is_alphanumeric() || c == '-');
            let is_contents = CONTENTS_HEADING.is_match(written) && self.sentence_may_begin(start);
            if !is_whole_word {
                continue;
            }
            range.end = self.with_continuation(range.end);
            let written = &self.text[range.clone()];
            if !is_contents && (!self.body_follows(range.end) || self.is_entry(range.end)) {
                continue;
            }
            if !has_several_words && !self.sentence_may_begin(start) {
                continue;
            }
            range.start = self.with_number(start);
            let (number, _) = split_number(&self.text[range.clone()]);
            found.push(self.heading(range, number, written, 1));
        }
    }

    /// The end of a heading that continues in lowercase after its known words, as in `Bakgrund och behov`.
    fn with_continuation(&self, end: usize) -> usize {
        let continuation = CONTINUATION.find(&self.text[end..]);
        continuation.map_or(end, |found| end + found.as_str().trim_end().len())
    }

    /// The start of a heading with the number before it, as in `1 Förord`.
    fn with_number(&self, start: usize) -> usize {
        let before = self.text[..start].trim_end();
        let bare = before.trim_end_matches('.');
        let digits = bare.len() - bare.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let at = bare.len() - digits;
        let is_word = at == 0 || self.text[..at].ends_with(char::is_whitespace);
        if (1..=2).contains(&digits) && is_word {
            at
        } else {
            start
        }
    }

    /// Whether a sentence, a note in brackets or nothing follows a heading.
    fn body_follows(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_start_matches([' ', ':', '-', '–', '"', '”', '\t']);
        let next = rest.chars().next();
        next.is_none_or(|next| {
            next.is_uppercase()
                || next == '('
                || next.is_ascii_digit() && self.text[end..].starts_with(':')
        })
    }

    /// Whether a heading is an entry of a table of contents: dots or a page number follow.
    fn is_entry(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_start();
        rest.starts_with("..")
            || rest.starts_with(". .")
            || rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether a sentence or a heading may begin here: at the start of the line, or after a full stop, a
    /// number, a label or the title.
    fn sentence_may_begin(&self, start: usize) -> bool {
        let before = self.text[..start].trim_end();
        let Some(last) = before.chars().next_back() else {
            return true;
        };
        let word = tail(before, MAX_WORD_BYTES)
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default();
        operations::count(word.len());
        !last.is_alphabetic() && last != ','
            || word.contains(|c: char| c.is_ascii_digit())
            || self.title.is_some_and(|title| before.ends_with(title))
            || self.label_ends.binary_search(&before.len()).is_ok()
    }

    fn heading(
        &self,
        range: Range<usize>,
        number: Option<String>,
        title: &str,
        level: u8,
    ) -> Heading {
        Heading {
            bytes: range.start + self.offset..range.end + self.offset,
            line: self.line,
            number,
            title: normalize_title(title),
            level,
        }
    }
}
