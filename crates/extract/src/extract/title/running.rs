//! Titles in running text: a page that a site or a scanner gives as one long line.
//!
//! `1 (9) Redovisning av uppdraget Sammanfattning Vi …`: page labels, dates, addresses, labels and headings
//! divide the beginning of such a page into parts, of which one may be the title.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{Candidate, Context, MAX_FIRST_LINE, title_at};
use crate::{
    extract::{heading::headings_on_line, label::labels_on_line},
    profile::{Strength, heading_words},
};
use diarium_document::operations;

/// The part of a long line that is searched, in bytes.
// A title is on the first page, below a letterhead of some lines.
const SEARCHED_BYTES: usize = 1_500;
/// The first lines, one of which is the long one.
const FIRST_LINES: usize = 2;
/// The shortest part that may be a title, in characters.
const MIN_PART: usize = 5;
/// The longest part that may be a title, in characters.
const MAX_PART: usize = 200;
/// A title that ends with a full stop has at most this number of words.
const MAX_SENTENCE_WORDS: usize = 8;
/// The longest known heading, in words.
const MAX_HEADING_WORDS: usize = 6;
/// Parts at most.
const MAX_PARTS: usize = 40;

// 1 (9) | Sida 3 av 7 | 2014-11-11 | 3 maj 2013 | Januari 2015 | 103 33 Stockholm | 08-508 25 031 | a@b.se
static SEPARATOR: Lazy<Regex> = lazy_regex!(
    r"^\d{1,3}\s|\b(?:(?:sid(?:a|an)?|page|side|sivu)\.?\s?)?\d{1,3}\s?\(\d{1,3}\)|\b(?:sid(?:a|an)?|page|side|sivu)\.?\s\d{1,3}(?:\s(?:av|of|af)\s\d{1,3})?|\b\d{4}-\d{2}-\d{2}\b|\b(?:\d{1,2}\s)?(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|january|february|march|may|june|july|august|october|januar|februar|marts|oktober|desember)\s\d{4}\b|\b\d{3}\s\d{2}\s\p{L}+|\b0\d{1,3}-\d[\d\s]{4,}|\S+@\S+|\bwww\.\S+"i
);
// Till Socialnämnden | Till kommunstyrelsen
static ADDRESSEE: Lazy<Regex> =
    lazy_regex!(r"\bTill \p{L}+(?:nämnden|styrelsen|fullmäktige|utskottet)\b");
// Utvalg: | Møtested:
static LABEL: Lazy<Regex> = lazy_regex!(r"\b\p{Lu}[\p{Ll}-]+:\s");
static SENTENCE_END: Lazy<Regex> = lazy_regex!(r"[.!?]\s+\p{Lu}");

/// The parts of the first long line that may be the title.
pub(super) fn candidates(context: &Context<'_>) -> Vec<Candidate> {
    let lines = 0..context.text.lines().len().min(FIRST_LINES);
    let is_long = |&line: &usize| context.text.line(line).chars().count() > MAX_FIRST_LINE;
    let Some(line) = lines.clone().find(is_long) else {
        return Vec::new();
    };
    let mut parts = parts(context, line);
    parts.extend(title_heading(context, line));
    parts.sort_by_key(|part| part.bytes.start);
    let weighed = parts.into_iter().take(MAX_PARTS).enumerate();
    weighed
        .filter_map(|(rank, part)| {
            let weight = weight(context, &part, rank)?;
            let title = title_at(context.text, part.bytes)?;
            Some(Candidate { title, weight })
        })
        .collect()
}

/// A part of a long line.
struct Part {
    bytes: Range<usize>,
    /// A page label, a date or an address is before it.
    is_first: bool,
    /// It does not end with a full stop.
    is_cut: bool,
}

/// A place where a part ends: the bytes between the parts, and whether the part after it may be a title.
struct Cut {
    bytes: Range<usize>,
    is_sentence: bool,
    /// A label or a heading follows, so the next part is a value or a paragraph.
    is_content: bool,
}

fn parts(context: &Context<'_>, line: usize) -> Vec<Part> {
    let whole = context.text.lines()[line].bytes.clone();
    let written = context.text.line(line);
    let head = &written[..written.floor_char_boundary(SEARCHED_BYTES)];
    let end = whole.start + head.len();
    let mut parts = Vec::new();
    let mut from = whole.start;
    // Prose and values follow each other up to the next separator.
    let (mut is_content, mut is_first) = (false, true);
    for cut in cuts(context, line, head) {
        operations::count(1);
        if cut.bytes.start < from {
            from = from.max(cut.bytes.end);
            continue;
        }
        if !is_content && cut.bytes.start > from {
            parts.push(Part {
                bytes: from..cut.bytes.start,
                is_first,
                is_cut: !cut.is_sentence,
            });
        }
        is_content = cut.is_content || is_content && cut.is_sentence;
        is_first = !cut.is_sentence;
        from = cut.bytes.end;
    }
    if !is_content && from < end && end == whole.end {
        parts.push(Part {
            bytes: from..end,
            is_first,
            is_cut: true,
        });
    }
    parts
}

/// The first heading of a line if it names the document's type, or if another heading follows it directly: a
/// heading without a text of its own is a title.
fn title_heading(context: &Context<'_>, line: usize) -> Option<Part> {
    let mut headings = headings_on_line(context.headings, line).iter();
    let first = headings.next()?;
    let is_followed = headings
        .next()
        .is_some_and(|second| second.bytes.start <= first.bytes.end + 1);
    let document_type = &context.profile.shared.document_type_line;
    let is_top = first.bytes.start < context.text.lines().get(line)?.bytes.start + SEARCHED_BYTES;
    let is_title = is_followed || document_type.is_match(&first.title);
    (first.number.is_none() && is_top && is_title).then(|| Part {
        bytes: first.bytes.clone(),
        is_first: true,
        is_cut: true,
    })
}

/// The places that divide the beginning of a line, in order.
fn cuts(context: &Context<'_>, line: usize, head: &str) -> Vec<Cut> {
    operations::count(head.len());
    let start = context.text.lines()[line].bytes.start;
    let matches = |pattern: &'static Regex| pattern.find_iter(head).map(|found| found.range());
    let outside = |range: Range<usize>| range.start + start..range.end + start;
    let separators = matches(&SEPARATOR).chain(matches(&ADDRESSEE));
    let mut cuts: Vec<Cut> = separators
        .map(|range| Cut {
            bytes: outside(range),
            is_sentence: false,
            is_content: false,
        })
        .collect();
    cuts.extend(matches(&SENTENCE_END).map(|range| {
        // The full stop belongs to neither part, the capital to the second.
        let after = head[range.clone()].trim_end_matches(|c: char| c.is_uppercase());
        Cut {
            bytes: outside(range.start..range.start + after.len()),
            is_sentence: true,
            is_content: false,
        }
    }));
    let shared = &context.profile.shared;
    cuts.extend(
        shared
            .document_type_word
            .find_iter(head)
            .filter_map(|word| {
                let is_capitalized = word.as_str().starts_with(char::is_uppercase);
                is_capitalized.then(|| Cut {
                    bytes: outside(word.start()..word.start()),
                    is_sentence: false,
                    is_content: false,
                })
            }),
    );
    cuts.extend(
        shared
            .sentence_start
            .captures_iter(head)
            .filter_map(|captures| {
                let sentence = captures.name("start")?;
                Some(Cut {
                    bytes: outside(sentence.start()..sentence.start()),
                    is_sentence: false,
                    is_content: true,
                })
            }),
    );
    let labels = labels_on_line(context.hits, line)
        .iter()
        .map(|hit| hit.bytes.clone());
    let labels = labels.chain(matches(&LABEL).map(outside));
    let labels = labels.chain(known_headings(context, head).into_iter().map(outside));
    let headings = headings_on_line(context.headings, line);
    let headings = headings.iter().map(|heading| heading.bytes.clone());
    cuts.extend(labels.chain(headings).map(|bytes| Cut {
        bytes,
        is_sentence: false,
        is_content: true,
    }));
    cuts.sort_by_key(|cut| (cut.bytes.start, cut.bytes.end));
    cuts
}

/// The places of known headings before a sentence, even where the words before them end no sentence.
fn known_headings(context: &Context<'_>, head: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for word in head.split(' ') {
        let start = words.last().map_or(0, |last| last.end + 1);
        words.push(start..start + word.len());
    }
    let is_capitalized = |index: usize| {
        let word = words.get(index).map(|word| &head[word.clone()]);
        word.is_some_and(|word| word.starts_with(char::is_uppercase))
    };
    let heading_at = |first: usize| {
        let lengths = (1..=MAX_HEADING_WORDS).rev();
        let mut ends = lengths.map(|length| first + length - 1);
        let end = ends.find(|&end| {
            let range = words.get(end).map(|last| words[first].start..last.end);
            is_capitalized(end + 1) && range.is_some_and(|range| is_known(context, &head[range]))
        });
        end.map(|end| words[first].start..words[end].end)
    };
    // The first words of a page are its title, even if others are a heading.
    let starts = (1..words.len()).filter(|&first| is_capitalized(first));
    starts.filter_map(heading_at).collect()
}

/// Whether words are a heading that the profile declares, or one that all documents share.
fn is_known(context: &Context<'_>, words: &str) -> bool {
    operations::count(words.len());
    let shared: Vec<String> = heading_words(words).collect();
    let strength = context.profile.shared.heading_words.whole(&shared);
    let mut declared = context.profile.headings.iter();
    strength >= Some(Strength::Strong) || declared.any(|heading| heading == words)
}

/// The evidence for a part, the `rank`-th of its line; `None` if it cannot be a title.
fn weight(context: &Context<'_>, part: &Part, rank: usize) -> Option<f64> {
    let written = context.text.text()[part.bytes.clone()].trim();
    let characters = written.chars().count();
    let letters = written
        .chars()
        .filter(|letter| letter.is_alphabetic())
        .count();
    let begins = written.chars().find(|letter| letter.is_alphanumeric());
    let is_whole = begins.is_some_and(|first| first.is_uppercase());
    let is_sentence = !part.is_cut || written.ends_with('.');
    let is_prose = is_sentence && written.split_whitespace().count() > MAX_SENTENCE_WORDS;
    let fits = (MIN_PART..=MAX_PART).contains(&characters) && letters >= MIN_PART;
    if !fits || !is_whole || is_prose {
        return None;
    }
    let shared = &context.profile.shared;
    let mut weight = (1.5 - 0.1 * rank as f64).max(0.3);
    let names_type = shared.document_type_line.is_match(written);
    if names_type {
        weight += if written.contains(' ') { 1.5 } else { 0.75 };
    }
    // A single word is rather a publisher's or a person's name.
    if !names_type && !written.contains(' ') {
        weight -= 0.5;
    }
    weight += if part.is_cut { 0.5 } else { 0.0 };
    weight += if part.is_first { 0.25 } else { 0.0 };
    if !names_type && shared.publisher_line.is_match(written) {
        weight -= 1.5;
    }
    Some(weight)
}
