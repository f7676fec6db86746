//! Page labels: the page numbers that are printed, and the stated number of pages.
//!
//! A label is `1 (14)`, `Sid 1 (9)`, `Sidan 3 av 9`, or a bare number at the edge of its page. Labels
//! are found in the removed letterhead, and at the start and end of the remaining text, from which they
//! are removed as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::document_lines::DocumentLines;
use diarium_document::{Heartbeat, operations};

// Sida 2 av 9 | Sid 1 (24) | Sidan 3 | Sid (24)
static WITH_WORD: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:sidan|sida|sid\.?|page)\s*(?:(?P<number>\d{1,4})(?:\s*(?:\(\s*(?P<total>\d{1,4})\s*\)|(?:av|of|/)\s*(?P<total2>\d{1,4})))?|\(\s*(?P<total3>\d{1,4})\s*\))"
);
// Antal sidor: 14 (bilagor inräknade)
static PAGE_COUNT: Lazy<Regex> =
    lazy_regex!(r"(?i)(?:antal sidor|sidantal)(?: totalt)?\s*:?\s*(?P<total>\d{1,4})\b");
// 1 (14) | 2(9)
static WITH_TOTAL: Lazy<Regex> =
    lazy_regex!(r"\b(?P<number>\d{1,4})\s?\(\s?(?P<total>\d{1,4})\s?\)");
// 3/9 and 3 av 9 are labels only if nothing else is on the line; otherwise a date or a count.
static STANDALONE: Lazy<Regex> =
    lazy_regex!(r"^\W*(?P<number>\d{1,4})\s*(?:/|av|of)\s*(?P<total>\d{1,4})\W*$");

/// The distance of a label from the edge of its page's text, in bytes.
// Some forms print their name and a date before it. A larger window would find labels in prose.
const EDGE_BYTES: usize = 60;

/// The part of the first page that may state the number of pages, in bytes.
// About one page: on a form, the number is one of the first facts.
const PAGE_COUNT_BYTES: usize = 3000;

/// The page labels of a document.
pub(super) struct PageLabels {
    /// The label of each page.
    pub pages: Vec<Option<String>>,
    /// The total number of pages that most labels state.
    pub stated: Option<u32>,
    /// The page numbers on the labels, sorted, without duplicates.
    pub numbers: Vec<u32>,
}

/// One page label.
struct PageLabel {
    text: String,
    number: u32,
    total: Option<u32>,
}

/// Parses the labels, and removes those that remain in the text.
pub(super) fn remove_page_labels(
    document: &mut DocumentLines<'_>,
    heartbeat: &Heartbeat,
) -> PageLabels {
    let page_lines = document.page_lines();
    let several = page_lines.len() > 1;
    let mut found: Vec<Option<PageLabel>> = Vec::with_capacity(page_lines.len());
    let mut numbers = BTreeSet::new();
    for (page, lines) in page_lines.into_iter().enumerate() {
        let in_letterhead = lines.clone().find_map(|line| removed_label(document, line));
        let removed = lines
            .clone()
            .filter_map(|line| removed_label(document, line));
        numbers.extend(removed.map(|label| label.number));
        numbers.extend(remove_label_lines(document, lines.clone(), heartbeat));
        let at_edge = remove_edge_label(document, lines.clone());
        let number = document.pages[page].number;
        // In a file of one page, a `1` at the edge numbers a question.
        let bare = several && at_edge.is_none() && remove_bare_number(document, lines, number);
        let label = at_edge.or(in_letterhead).or(bare.then(|| PageLabel {
            text: number.to_string(),
            number,
            total: None,
        }));
        numbers.extend(label.iter().map(|label| label.number));
        found.push(label);
    }
    numbers.remove(&0);
    let stated = most_stated(&found).or_else(|| stated_page_count(document));
    // A file without page breaks may contain several pages; then no label is the file's own.
    if !several && numbers.len() > 1 {
        found = vec![None];
    }
    let texts = found.into_iter().map(|label| label.map(|label| label.text));
    PageLabels {
        pages: texts.collect(),
        stated,
        numbers: numbers.into_iter().collect(),
    }
}

/// The total that most labels state, because OCR misreads single ones. Of two that equally many state,
/// the larger.
fn most_stated(found: &[Option<PageLabel>]) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for total in found.iter().flatten().filter_map(|label| label.total) {
        operations::count(1);
        *counts.entry(total).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(total, count)| (count, total));
    most.map(|(total, _)| total)
}

/// The number of pages that the form's first page states, as in `Antal sidor: 14`.
fn stated_page_count(document: &DocumentLines<'_>) -> Option<u32> {
    let first = document.pages.first()?;
    let head = &first.text[..first.text.floor_char_boundary(PAGE_COUNT_BYTES)];
    PAGE_COUNT
        .captures(head)?
        .name("total")?
        .as_str()
        .parse()
        .ok()
        .filter(|&total| total > 0)
}

/// The label in the removed ranges of a line.
fn removed_label(document: &DocumentLines<'_>, line: usize) -> Option<PageLabel> {
    let line = &document.lines[line];
    line.removed_ranges().iter().find_map(|range| {
        let text = &document.pages[line.page].text[range.clone()];
        first_label(text).map(|(_, found)| found)
    })
}

/// The first label in a text, with its range.
fn first_label(text: &str) -> Option<(Range<usize>, PageLabel)> {
    operations::count(text.len());
    let bare = WITH_TOTAL
        .captures_iter(text)
        .filter_map(|captures| parse(&captures))
        .find(|(_, found)| found.total.is_some_and(|total| found.number <= total));
    WITH_WORD
        .captures_iter(text)
        .find_map(|captures| parse(&captures))
        .or(bare)
        .or_else(|| {
            STANDALONE
                .captures(text)
                .and_then(|captures| parse(&captures))
        })
}

fn parse(captures: &regex::Captures<'_>) -> Option<(Range<usize>, PageLabel)> {
    let whole = captures.get(0)?;
    let total = ["total", "total2", "total3"]
        .iter()
        .find_map(|name| captures.name(name));
    let text = whole
        .as_str()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Some((
        whole.range(),
        PageLabel {
            text,
            // OCR may miss the number and find the total: `Sid (24)`.
            number: match captures.name("number") {
                Some(number) => number.as_str().parse().ok()?,
                None => 0,
            },
            total: total
                .and_then(|total| total.as_str().parse().ok())
                .filter(|&total| total > 0),
        },
    ))
}

/// Removes lines that are only a label, anywhere on the page, and returns their numbers.
fn remove_label_lines(
    document: &mut DocumentLines<'_>,
    lines: Range<usize>,
    heartbeat: &Heartbeat,
) -> Vec<u32> {
    let mut numbers = Vec::new();
    for index in lines {
        heartbeat.step(index);
        operations::count(1 + document.lines[index].text.len());
        let text = document.lines[index]
            .text
            .trim_matches([' ', '*', '-', '–']);
        let whole = [&*WITH_WORD, &*WITH_TOTAL].into_iter().find_map(|pattern| {
            let (range, found) = parse(&pattern.captures(text)?)?;
            let all = range.len() == text.len();
            let total = found.total.is_some_and(|total| found.number <= total);
            (all && total).then_some(found.number)
        });
        if let Some(number) = whole {
            document.lines[index].remove_all();
            numbers.push(number);
        }
    }
    numbers
}

/// Removes a label at the start or the end of a page's remaining text.
fn remove_edge_label(document: &mut DocumentLines<'_>, lines: Range<usize>) -> Option<PageLabel> {
    // A label on a line of its own was just removed; it is still the page's label.
    let lone = lines.clone().find_map(|index| {
        let line = &document.lines[index];
        (line.removed_ranges().len() == 1 && line.is_removed())
            .then(|| first_label(line.text))
            .flatten()
    });
    let remaining: Vec<usize> = lines
        .filter(|&index| !document.lines[index].is_removed())
        .collect();
    let (&first, &last) = (remaining.first()?, remaining.last()?);
    let from_start = remove_label_from_line(document, first, Side::Start);
    let from_end = remove_label_from_line(document, last, Side::End);
    from_start.or(from_end).or(lone.map(|(_, found)| found))
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

fn remove_label_from_line(
    document: &mut DocumentLines<'_>,
    index: usize,
    side: Side,
) -> Option<PageLabel> {
    let line = &document.lines[index];
    let remaining = line.remaining_ranges();
    let part = match side {
        Side::Start => remaining.first()?,
        Side::End => remaining.last()?,
    }
    .clone();
    let text = &document.pages[line.page].text[part.clone()];
    let (window, offset) = match side {
        Side::Start => (&text[..text.floor_char_boundary(EDGE_BYTES)], 0),
        Side::End => {
            let from = text.floor_char_boundary(text.len().saturating_sub(EDGE_BYTES));
            (&text[from..], from)
        }
    };
    let (range, found) = first_label(window)?;
    let touches_edge = match side {
        Side::Start => window[..range.start].trim().is_empty(),
        Side::End => window[range.end..].trim().is_empty(),
    };
    // Away from the edge, only a label with both the word `sida` and the total is certain: `1 (14)`
    // may also count something in a sentence.
    let certain = found.total.is_some() && found.text.to_lowercase().starts_with('s');
    // `Sida 2` on a line of its own.
    let is_line = range.len() == text.trim().len() && found.text.starts_with(char::is_alphabetic);
    if !(is_line
        || touches_edge && found.total.is_some_and(|total| found.number <= total)
        || certain)
    {
        return None;
    }
    let start = part.start + offset + range.start;
    document.lines[index].remove(start..start + range.len());
    Some(found)
}

/// Removes the page's number if it is the first or the last word of its text.
fn remove_bare_number(document: &mut DocumentLines<'_>, lines: Range<usize>, number: u32) -> bool {
    let remaining: Vec<usize> = lines
        .filter(|&index| !document.lines[index].is_removed())
        .collect();
    let (Some(&first), Some(&last)) = (remaining.first(), remaining.last()) else {
        return false;
    };
    let number = number.to_string();
    let first_word = document.words(first).next().map(|word| (first, word));
    let last_word = document.words(last).next_back().map(|word| (last, word));
    let mut removed = false;
    for (line, (bytes, word)) in [first_word, last_word].into_iter().flatten() {
        if word == number {
            document.lines[line].remove(bytes);
            removed = true;
        }
    }
    removed
}
