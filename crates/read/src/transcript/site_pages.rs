//! Where do the pages of a transcript begin?
//!
//! A page is a paragraph that begins with the site's page number, and may be followed by more
//! paragraphs. Some of these begin with a number too: an answer, a year, a sum. Of all the
//! paragraphs that begin with a number, those are taken that count up best from the first page to
//! the last; a number that would leave a gap must pay for it with pages that follow.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::FileLine;

/// The first line of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// Index of the line.
    pub line: usize,
    /// The site's number for the page.
    pub number: u32,
}

/// What a page is worth in a sequence, and each number that the sequence leaves out costs.
const PAGE: i64 = 10;

/// A page whose number the document's own label follows is sure to be one, even after a few that
/// are missing.
const LABELED: i64 = 4 * PAGE;

/// More pages than these are never missing in a row.
const LONGEST_GAP: usize = 20;

/// Sites show no longer documents.
const LAST_NUMBER: usize = 9999;

/// The pages' first lines, in order; their numbers rise.
pub(super) fn find(lines: &[FileLine<'_>]) -> Vec<Start> {
    let candidates = candidates(lines);
    let first_line = lines.iter().position(|line| !line.is_blank());
    // For each number the best sequence that ends with it: its worth and its last candidate.
    let mut best: Vec<Option<(i64, usize)>> = vec![None; LAST_NUMBER + 1];
    let mut before: Vec<Option<usize>> = Vec::with_capacity(candidates.len());
    let mut last: Option<(i64, usize)> = None;
    for (index, candidate) in candidates.iter().enumerate() {
        let number = candidate.start.number as usize;
        let opening = match first_line {
            Some(line) if line == candidate.start.line => 0,
            _ => -cost(number - 1),
        };
        let mut worth = (opening, None);
        for gap in 1..=LONGEST_GAP.min(number - 1) {
            if let Some((score, previous)) = best[number - gap]
                && score - cost(gap - 1) > worth.0
            {
                worth = (score - cost(gap - 1), Some(previous));
            }
        }
        let score = worth.0 + candidate.worth;
        before.push(worth.1);
        if best[number].is_none_or(|(known, _)| score > known) {
            best[number] = Some((score, index));
        }
        if last.is_none_or(|(known, _)| score > known) {
            last = Some((score, index));
        }
    }
    let ends = last.filter(|&(score, _)| score > 0).map(|(_, index)| index);
    let mut starts: Vec<Start> = std::iter::successors(ends, |&index| before[index])
        .map(|index| candidates[index].start)
        .collect();
    starts.reverse();
    starts
}

fn cost(skipped: usize) -> i64 {
    i64::try_from(skipped).map_or(i64::MAX / 4, |skipped| skipped * PAGE)
}

/// Where the number stands in a page's first line; empty where there is none.
pub(super) fn number_in(line: &str) -> Range<usize> {
    let start = line.len() - line.trim_start().len();
    let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
    start..start + digits
}

struct Candidate {
    start: Start,
    worth: i64,
}

fn candidates(lines: &[FileLine<'_>]) -> Vec<Candidate> {
    let by_line = has_no_gaps(lines);
    let mut after_gap = true;
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if (after_gap || by_line)
            && let Some(candidate) = candidate(index, line.text)
        {
            found.push(candidate);
        }
        after_gap = line.is_blank();
    }
    found
}

fn candidate(index: usize, line: &str) -> Option<Candidate> {
    // 3 (7) Om ön / 4(7) Om sjön / Sid 5 (7) Om ån / Sida 6 av 7
    static OWN_LABEL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:(?:[Ss]ida?\.? ?)?\d{1,4} ?(?:\(\d{1,4}\)|/ ?\d{1,4}\b|av \d)|[Ss]ida?\.? \d)",
        )
        .ok()
    });
    let digits = number_in(line);
    let rest = &line[digits.end..];
    if !(1..=4).contains(&digits.len())
        || !rest.is_empty() && !rest.starts_with(char::is_whitespace)
    {
        return None;
    }
    let number: u32 = line[digits].parse().ok().filter(|&number| number > 0)?;
    let labeled = OWN_LABEL.as_ref()?.is_match(rest.trim_start());
    Some(Candidate {
        start: Start {
            line: index,
            number,
        },
        worth: PAGE + if labeled { LABELED } else { 0 },
    })
}

/// Saved without blank lines, every line is a paragraph.
fn has_no_gaps(lines: &[FileLine<'_>]) -> bool {
    let mut inner = lines.iter().skip_while(|line| line.is_blank());
    let mut blank_before = false;
    inner.all(|line| {
        let gap = blank_before && !line.is_blank();
        blank_before = line.is_blank();
        !gap
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<u32> {
        let mut start = 0;
        let lines: Vec<FileLine> = text
            .split('\n')
            .map(|text| {
                let line = FileLine { start, text };
                start += text.len() + 1;
                line
            })
            .collect();
        find(&lines).iter().map(|start| start.number).collect()
    }

    #[test]
    fn pages_are_the_numbers_that_count_up() {
        let cases: &[(&str, &[u32])] = &[
            ("1 ett\n\n2 två\n\n3 tre", &[1, 2, 3]),
            (
                "1 ett\n\n2007 började det\n\n2008 slutade det\n\n2 två",
                &[1, 2],
            ),
            (
                "1 ett\n\n2 två\n\n5 deltagare kom\n\n3 tre\n\n4 fyra\n\n5 fem",
                &[1, 2, 3, 4, 5],
            ),
            (
                "1 ett\n\n2 två\n\n4 fyra\n\n5 fem\n\n6 sex",
                &[1, 2, 4, 5, 6],
            ),
            ("7 sju\n\n8 åtta", &[7, 8]),
            ("1 ett\n\n2 kvinnor svarade\n\n2 2(7) två", &[1, 2]),
            ("1 1 (7) ett\n\n4 4 (7) fyra", &[1, 4]),
            ("1 ett\n2 två\n3 tre\n", &[1, 2, 3]),
            ("inget nummer", &[]),
            ("1. Inledning\n\n2. Slut", &[]),
            ("1", &[1]),
        ];
        for (text, expected) in cases {
            assert_eq!(numbers(text), *expected, "{text}");
        }
    }

    #[test]
    fn of_two_paragraphs_with_one_number_the_labeled_one_is_the_page() {
        let text = "1 ett\n\n2 kvinnor svarade\n\n2 2(7) två\n\n3 tre";
        let lines: Vec<FileLine> = text
            .split('\n')
            .map(|text| FileLine { start: 0, text })
            .collect();
        assert_eq!(find(&lines)[1].line, 4);
    }

    #[test]
    fn a_number_that_leaves_a_gap_at_the_end_is_a_paragraph() {
        assert_eq!(numbers("1 ett\n\n2 två\n\n4 personer till"), [1, 2]);
    }
}
