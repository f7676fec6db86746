//! Tables of contents: entries that repeat the headings of the document, each with a page number.
//!
//! Their numbers are a chain like that of the headings. They are no headings themselves; they are evidence
//! for the headings with the same words. A table of contents is known by its own heading, by the dots before
//! its page numbers, or because its titles are printed again.

use std::collections::{BTreeMap, BTreeSet};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{Sources, candidate::Candidate};
use crate::extract::heading::normalize_heading;
use diarium_document::operations;

/// The longest entry, in bytes.
const MAX_ENTRY_BYTES: usize = 300;
/// The longest entry below the heading of a table of contents, in bytes: some of its entries have no number.
const MAX_LONG_ENTRY_BYTES: usize = 700;
/// The fewest entries without dots between their titles and page numbers.
// Fewer may be questions that a number answers.
const MIN_ENTRIES: usize = 3;

// Mål och tidplan 4 | Genomförande.4 | Förord ......... 2
static ENTRY: Lazy<Regex> =
    lazy_regex!(r"^(?P<title>\S.*?)(?P<dots>[\s.…·_\t]*)(?P<page>\d{1,3})\s*$");
// Förord| ......... 2. Without a page number, the dots are a form's line for an answer.
static LEADERS: Lazy<Regex> =
    lazy_regex!(r"^\s?(?:\.{3}|…|(?:\.\s){3}|_{3}|·{3})[\s.…_·]*\d{1,3}\b");
// Utfall| 9 Torget i byn
static LAST_PAGE: Lazy<Regex> = lazy_regex!(r"^\s(?P<page>\d{1,3})\s");

/// An entry of a table of contents.
struct Entry {
    candidate: usize,
    page: u16,
    has_leaders: bool,
}

/// Removes the candidates that are entries of a table of contents, and raises those with the same titles.
pub(super) fn apply(sources: &Sources<'_>, candidates: &mut Vec<Candidate>) {
    let entries = entries(sources, candidates);
    if entries.is_empty() {
        return;
    }
    let title = |index: usize| normalize_heading(&candidates[index].heading.title);
    let titles: BTreeSet<String> = entries.iter().map(|&index| title(index)).collect();
    let mut index = 0;
    candidates.retain_mut(|candidate| {
        index += 1;
        if candidate.is_running && titles.contains(&normalize_heading(&candidate.heading.title)) {
            candidate.score += 3;
        }
        !entries.contains(&(index - 1))
    });
}

/// The indexes of the candidates that are entries.
fn entries(sources: &Sources<'_>, candidates: &[Candidate]) -> BTreeSet<usize> {
    // The last candidate with each title.
    let titles = candidates.iter().enumerate();
    let last: BTreeMap<String, usize> = titles
        .map(|(index, candidate)| (normalize_heading(&candidate.heading.title), index))
        .collect();
    let mut found = BTreeSet::new();
    let mut run: Vec<Entry> = Vec::new();
    for index in 0..candidates.len() {
        operations::count(1);
        let entry = entry(sources, candidates, index);
        let continues = entry.as_ref().is_some_and(|entry| {
            run.last()
                .is_none_or(|last| last.page <= entry.page && last.has_leaders == entry.has_leaders)
        });
        if !continues {
            found.extend(end_run(candidates, &last, &run));
            run.clear();
        }
        run.extend(entry);
    }
    found.extend(end_run(candidates, &last, &run));
    found.extend(below_heading(sources, candidates));
    found
}

/// The candidates in running text after the heading of a table of contents, up to the next line or the
/// next lower number, if most of them have the form of entries.
fn below_heading(sources: &Sources<'_>, candidates: &[Candidate]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut index = 0;
    while index < candidates.len() {
        operations::count(1);
        let first = &candidates[index];
        if !first.is_running || !has_contents_heading(sources, candidates, index) {
            index += 1;
            continue;
        }
        let begin = index;
        let mut highest = first.parts.first().copied();
        let mut entries = 0;
        while let Some(next) = candidates.get(index) {
            operations::count(1);
            let number = next.parts.first().copied();
            if next.heading.line != first.heading.line || number < highest {
                break;
            }
            highest = number;
            entries += usize::from(is_entry(sources, candidates, index));
            index += 1;
        }
        if 2 * entries >= index - begin {
            found.extend(begin..index);
        }
    }
    found
}

/// Whether the heading of a table of contents is between the candidate before and this one, on its line.
fn has_contents_heading(sources: &Sources<'_>, candidates: &[Candidate], index: usize) -> bool {
    let heading = &candidates[index].heading;
    let line = sources.text.lines()[heading.line].bytes.start;
    let before = index
        .checked_sub(1)
        .and_then(|before| candidates.get(before));
    let from = before.map_or(line, |before| before.heading.bytes.start.max(line));
    let from = from.max(heading.bytes.start.saturating_sub(MAX_LONG_ENTRY_BYTES));
    let text = sources.text.text();
    let Some(between) = text.get(text.ceil_char_boundary(from)..heading.bytes.start) else {
        return false;
    };
    operations::count(between.len());
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    between.split_whitespace().any(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphabetic());
        is_capital(bare) && sources.contents_words.contains(&bare.to_lowercase())
    })
}

/// Whether a page number or dots follow the title of a candidate before the next one.
fn is_entry(sources: &Sources<'_>, candidates: &[Candidate], index: usize) -> bool {
    let whole = up_to_next(sources, candidates, index).unwrap_or_default();
    whole.len() <= MAX_LONG_ENTRY_BYTES && (ENTRY.is_match(whole) || whole.contains("..."))
}

/// The text from a candidate up to the next one, or up to the end of its line.
fn up_to_next<'t>(
    sources: &Sources<'t>,
    candidates: &[Candidate],
    index: usize,
) -> Option<&'t str> {
    let text = sources.text;
    let heading = &candidates[index].heading;
    let line = &text.lines()[heading.line].bytes;
    let mut later = candidates[index + 1..]
        .iter()
        .map(|next| next.heading.bytes.start);
    let next = later.find(|&next| next > heading.bytes.start);
    let end = next
        .map_or(line.end, |next| next.min(line.end))
        .max(heading.bytes.end);
    text.text().get(heading.bytes.start..end)
}

/// The entry that begins at a candidate: its text up to the next number, or up to the end of its line, ends
/// with the number of a page.
fn entry(sources: &Sources<'_>, candidates: &[Candidate], index: usize) -> Option<Entry> {
    let heading = &candidates[index].heading;
    let line = &sources.text.lines()[heading.line].bytes;
    let whole = up_to_next(sources, candidates, index)?;
    let captures = ENTRY.captures(whole);
    let Some(captures) = captures.filter(|_| whole.len() <= MAX_ENTRY_BYTES) else {
        // The last entry, with text after it.
        let rest = sources.text.text().get(heading.bytes.end..line.end)?;
        let page = LAST_PAGE.captures(rest);
        let page = page.and_then(|captures| captures.name("page")?.as_str().parse().ok());
        let has_leaders = LEADERS.is_match(rest);
        return (has_leaders || page.is_some()).then_some(Entry {
            candidate: index,
            page: page.unwrap_or(u16::MAX),
            has_leaders,
        });
    };
    let dots = captures.name("dots").map_or("", |dots| dots.as_str());
    Some(Entry {
        candidate: index,
        page: captures.name("page")?.as_str().parse().ok()?,
        // `50.000` and the end of a sentence have one.
        has_leaders: dots.matches(['.', '_', '·']).count() >= 3 || dots.contains('…'),
    })
}

/// The entries of a run of candidates, if it is a table of contents: with dots before the page numbers, or
/// with a title that is printed again after it.
fn end_run(
    candidates: &[Candidate],
    last_with_title: &BTreeMap<String, usize>,
    run: &[Entry],
) -> Vec<usize> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Vec::new();
    };
    let is_repeated = |entry: &Entry| {
        operations::count(1);
        let title = normalize_heading(&candidates[entry.candidate].heading.title);
        let again = last_with_title.get(&title);
        again.is_some_and(|&again| again > last.candidate)
    };
    let is_contents = first.has_leaders && run.len() > 1
        || run.len() >= MIN_ENTRIES && run.iter().any(is_repeated);
    if is_contents {
        run.iter().map(|entry| entry.candidate).collect()
    } else {
        Vec::new()
    }
}
