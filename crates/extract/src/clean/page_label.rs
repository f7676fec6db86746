//! Page labels: the page numbers that are printed, and the stated number of pages.
//!
//! `1 (14)`, `Sid 1 (9)`, `Sidan 3 av 9`, or a bare number at the page's edge. A label is looked for
//! in the letterhead that was taken out, and at the very start and end of what is left, where it is
//! then taken out as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::flow::Flow;
use diarium_document::{Heartbeat, work};

// Sida 2 av 9 | Sid 1 (24) | Sidan 3 | Sid (24)
static WORDED: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:sidan|sida|sid\.?|page)\s*(?:(?P<number>\d{1,4})(?:\s*(?:\(\s*(?P<total>\d{1,4})\s*\)|(?:av|of|/)\s*(?P<total2>\d{1,4})))?|\(\s*(?P<total3>\d{1,4})\s*\))"
);
// Antal sidor: 14 (bilagor inräknade)
static COUNTED: Lazy<Regex> =
    lazy_regex!(r"(?i)(?:antal sidor|sidantal)(?: totalt)?\s*:?\s*(?P<total>\d{1,4})\b");
// 1 (14) | 2(9)
static BARE: Lazy<Regex> = lazy_regex!(r"\b(?P<number>\d{1,4})\s?\(\s?(?P<total>\d{1,4})\s?\)");
// 3/9 and 3 av 9 are dates and counts where they do not stand alone on their line.
static ALONE: Lazy<Regex> =
    lazy_regex!(r"^\W*(?P<number>\d{1,4})\s*(?:/|av|of)\s*(?P<total>\d{1,4})\W*$");

/// How far from a page's edge a label may stand, in bytes: a form's name and a date stand before
/// it on some forms.
const REACH: usize = 60;

/// How far into the first page its form may tell the number of pages, in bytes.
const COUNTED_REACH: usize = 3000;

/// What the pages call themselves.
pub(super) struct PageLabels {
    /// By index of the page.
    pub pages: Vec<Option<String>>,
    /// The total that the most pages state.
    pub stated: Option<u32>,
    /// The numbers on the labels, rising, each once.
    pub numbers: Vec<u32>,
}

struct Found {
    text: String,
    number: u32,
    total: Option<u32>,
}

/// Reads the labels, and takes those out that are left among the author's words.
pub(super) fn take_out(flow: &mut Flow<'_>, heartbeat: &Heartbeat) -> PageLabels {
    let page_lines = flow.page_lines();
    let several = page_lines.len() > 1;
    let mut found: Vec<Option<Found>> = Vec::with_capacity(page_lines.len());
    let mut numbers = BTreeSet::new();
    for (page, lines) in page_lines.into_iter().enumerate() {
        let in_letterhead = lines.clone().find_map(|line| in_taken(flow, line));
        numbers.extend(
            lines
                .clone()
                .filter_map(|line| in_taken(flow, line))
                .map(|label| label.number),
        );
        numbers.extend(take_lone_lines(flow, lines.clone(), heartbeat));
        let at_edge = take_at_edge(flow, lines.clone());
        let number = flow.pages[page].number;
        let bare = several && at_edge.is_none() && take_bare_number(flow, lines, number);
        let label = at_edge.or(in_letterhead).or(bare.then(|| Found {
            text: number.to_string(),
            number,
            total: None,
        }));
        numbers.extend(label.iter().map(|label| label.number));
        found.push(label);
    }
    numbers.remove(&0);
    PageLabels {
        stated: most_stated(&found).or_else(|| counted(flow)),
        // A file without page breaks may hold several pages; then no label is its own.
        pages: if !several && numbers.len() > 1 {
            vec![None]
        } else {
            found
                .into_iter()
                .map(|label| label.map(|label| label.text))
                .collect()
        },
        numbers: numbers.into_iter().collect(),
    }
}

/// The total that most labels state; the larger of two that are stated alike.
fn most_stated(found: &[Option<Found>]) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for total in found.iter().flatten().filter_map(|label| label.total) {
        work::spend(1);
        *counts.entry(total).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|&(total, count)| (count, total));
    most.map(|(total, _)| total)
}

/// What the first page says of their number in words.
fn counted(flow: &Flow<'_>) -> Option<u32> {
    let first = flow.pages.first()?;
    let head = &first.text[..floor_boundary(&first.text, COUNTED_REACH)];
    COUNTED
        .captures(head)?
        .name("total")?
        .as_str()
        .parse()
        .ok()
        .filter(|&total| total > 0)
}

fn in_taken(flow: &Flow<'_>, line: usize) -> Option<Found> {
    let line = &flow.lines[line];
    line.taken().iter().find_map(|range| {
        let text = &flow.pages[line.page].text[range.clone()];
        first_label(text).map(|(_, found)| found)
    })
}

/// The first label in a text and where it stands.
fn first_label(text: &str) -> Option<(Range<usize>, Found)> {
    work::spend(text.len());
    let bare = BARE
        .captures_iter(text)
        .filter_map(|captures| read(&captures))
        .find(|(_, found)| found.total.is_some_and(|total| found.number <= total));
    WORDED
        .captures_iter(text)
        .find_map(|captures| read(&captures))
        .or(bare)
        .or_else(|| ALONE.captures(text).and_then(|captures| read(&captures)))
}

fn read(captures: &regex::Captures<'_>) -> Option<(Range<usize>, Found)> {
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
        Found {
            text,
            // A label may have lost its number and kept the total.
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

/// Takes out lines that are a label and nothing else, wherever they stand; gives their numbers.
fn take_lone_lines(flow: &mut Flow<'_>, lines: Range<usize>, heartbeat: &Heartbeat) -> Vec<u32> {
    let mut numbers = Vec::new();
    for index in lines {
        heartbeat.step(index);
        work::spend(1 + flow.lines[index].text.len());
        let text = flow.lines[index].text.trim_matches([' ', '*', '-', '–']);
        let whole = [&*WORDED, &*BARE].into_iter().find_map(|pattern| {
            let (range, found) = read(&pattern.captures(text)?)?;
            let all = range.len() == text.len();
            let total = found.total.is_some_and(|total| found.number <= total);
            (all && total).then_some(found.number)
        });
        if let Some(number) = whole {
            flow.lines[index].take_all();
            numbers.push(number);
        }
    }
    numbers
}

/// A label at the start or the end of what is left of a page.
fn take_at_edge(flow: &mut Flow<'_>, lines: Range<usize>) -> Option<Found> {
    // A label alone on its line was just taken out; it is the page's label all the same.
    let lone = lines.clone().find_map(|index| {
        let line = &flow.lines[index];
        (line.taken().len() == 1 && line.is_taken())
            .then(|| first_label(line.text))
            .flatten()
    });
    let kept: Vec<usize> = lines
        .filter(|&index| !flow.lines[index].is_taken())
        .collect();
    let (&first, &last) = (kept.first()?, kept.last()?);
    let from_start = take_from_line(flow, first, Side::Start);
    let from_end = take_from_line(flow, last, Side::End);
    from_start.or(from_end).or(lone.map(|(_, found)| found))
}

#[derive(Clone, Copy)]
enum Side {
    Start,
    End,
}

fn take_from_line(flow: &mut Flow<'_>, index: usize, side: Side) -> Option<Found> {
    let line = &flow.lines[index];
    let kept = line.kept();
    let part = match side {
        Side::Start => kept.first()?,
        Side::End => kept.last()?,
    }
    .clone();
    let text = &flow.pages[line.page].text[part.clone()];
    let (window, offset) = match side {
        Side::Start => (&text[..floor_boundary(text, REACH)], 0),
        Side::End => {
            let from = floor_boundary(text, text.len().saturating_sub(REACH));
            (&text[from..], from)
        }
    };
    let (range, found) = first_label(window)?;
    let touches_edge = match side {
        Side::Start => window[..range.start].trim().is_empty(),
        Side::End => window[range.end..].trim().is_empty(),
    };
    // Away from the very edge only a label that says `sida` and the total is beyond doubt.
    let beyond_doubt = found.total.is_some() && found.text.to_lowercase().starts_with('s');
    if !(touches_edge && found.total.is_some_and(|total| found.number <= total) || beyond_doubt) {
        return None;
    }
    let start = part.start + offset + range.start;
    flow.lines[index].take(start..start + range.len());
    Some(found)
}

/// The page's own number, alone at its start or end.
fn take_bare_number(flow: &mut Flow<'_>, lines: Range<usize>, number: u32) -> bool {
    let kept: Vec<usize> = lines
        .filter(|&index| !flow.lines[index].is_taken())
        .collect();
    let (Some(&first), Some(&last)) = (kept.first(), kept.last()) else {
        return false;
    };
    let number = number.to_string();
    let first_word = flow.words(first).next().map(|word| (first, word));
    let last_word = flow.words(last).next_back().map(|word| (last, word));
    let mut taken = false;
    for (line, (bytes, word)) in [first_word, last_word].into_iter().flatten() {
        if word == number {
            flow.lines[line].take(bytes);
            taken = true;
        }
    }
    taken
}

/// The largest character boundary that is not after `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0)
}
