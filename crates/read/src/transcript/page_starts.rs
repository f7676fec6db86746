//! Page detection in a transcript: the paragraphs that begin the pages of the original.
//!
//! A page is a paragraph that begins with the site's page number, and more paragraphs may follow it. Some
//! of those begin with a number too: an answer, a year, an amount. Of all candidates, the increasing
//! sequence with the highest score is chosen by dynamic programming: each page adds to the score, and
//! each missing number between two pages costs as much as a page adds.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::FileLine;

/// The first line of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageStart {
    /// Index of the line.
    pub line: usize,
    /// The site's number of the page.
    pub number: u32,
}

/// The score of a page, and the cost of each number that the sequence leaves out.
// With equal values, a sequence continues after a gap only if more pages follow than are missing. So a
// year or an amount at the start of a paragraph is not a page.
const PAGE_SCORE: i64 = 10;

/// The additional score of a candidate that is followed by the document's own page label.
// A label is almost certain evidence: it outweighs a gap of four missing pages.
const LABEL_SCORE: i64 = 4 * PAGE_SCORE;

/// The largest difference between the numbers of consecutive pages.
// It bounds the search per candidate. A larger gap would need more than 19 pages after it.
const MAX_STEP: usize = 20;

/// The highest page number.
// Sites show no longer documents. Candidates have up to four digits, and the table of sequences has an
// entry per number.
const MAX_PAGE_NUMBER: usize = 9999;

/// The first lines of all pages, in order, with increasing numbers.
pub(super) fn find_page_starts(lines: &[FileLine<'_>]) -> Vec<PageStart> {
    let candidates = candidates(lines);
    let mut sequences = Sequences::new();
    let first_line = lines.iter().position(|line| !line.is_blank());
    for (index, candidate) in candidates.iter().enumerate() {
        sequences.append(index, candidate, first_line);
    }
    let mut starts: Vec<PageStart> = sequences
        .best()
        .map(|index| candidates[index].start)
        .collect();
    starts.reverse();
    starts
}

/// The best sequence so far for each number that a sequence can end with.
struct Sequences {
    /// By number: the sequence's score and the index of its last candidate.
    by_last_number: Vec<Option<(i64, usize)>>,
    /// By candidate: the candidate before it in its sequence.
    previous: Vec<Option<usize>>,
    /// The best of all sequences: its score and its last candidate.
    best: Option<(i64, usize)>,
}

impl Sequences {
    fn new() -> Self {
        Self {
            by_last_number: vec![None; MAX_PAGE_NUMBER + 1],
            previous: Vec::new(),
            best: None,
        }
    }

    /// Appends the next candidate to the best sequence before it, or begins one with it.
    fn append(&mut self, index: usize, candidate: &Candidate, first_line: Option<usize>) {
        let number = candidate.start.number as usize;
        // A sequence that begins later than page 1 has missing pages, unless it begins the transcript:
        // then the file is an excerpt.
        let is_first_line = first_line == Some(candidate.start.line);
        let mut before = if is_first_line {
            (0, None)
        } else {
            (-gap_cost(number - 1), None)
        };
        for step in 1..=MAX_STEP.min(number - 1) {
            if let Some((score, last)) = self.by_last_number[number - step]
                && score - gap_cost(step - 1) > before.0
            {
                before = (score - gap_cost(step - 1), Some(last));
            }
        }
        let score = before.0 + candidate.score;
        self.previous.push(before.1);
        let is_better = |known: Option<(i64, usize)>| known.is_none_or(|(best, _)| score > best);
        if is_better(self.by_last_number[number]) {
            self.by_last_number[number] = Some((score, index));
        }
        if is_better(self.best) {
            self.best = Some((score, index));
        }
    }

    /// The candidates of the best sequence, from the last to the first. None if its score is not
    /// positive: then it has more missing pages than pages.
    fn best(&self) -> impl Iterator<Item = usize> {
        let last = self.best.filter(|&(score, _)| score > 0);
        std::iter::successors(last.map(|(_, index)| index), |&index| self.previous[index])
    }
}

/// The cost of this many missing pages.
fn gap_cost(missing: usize) -> i64 {
    i64::try_from(missing).map_or(i64::MAX / 4, |missing| missing * PAGE_SCORE)
}

/// The byte range of the page number in a page's first line, empty if there is none.
pub(super) fn page_number_range(line: &str) -> Range<usize> {
    let start = line.len() - line.trim_start().len();
    let digits = line[start..].bytes().take_while(u8::is_ascii_digit).count();
    start..start + digits
}

/// A line that may begin a page.
struct Candidate {
    start: PageStart,
    score: i64,
}

fn candidates(lines: &[FileLine<'_>]) -> Vec<Candidate> {
    // Saved without blank lines, every line is a paragraph.
    let any_line = has_no_gaps(lines);
    let mut after_gap = true;
    let mut candidates = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if (after_gap || any_line)
            && let Some(candidate) = candidate(index, line.text)
        {
            candidates.push(candidate);
        }
        after_gap = line.is_blank();
    }
    candidates
}

// The document's own page label: 3 (7) Om ön / 4(7) Om sjön / Sid 5 (7) Om ån / Sida 6 av 7
static PAGE_LABEL: Lazy<Regex> = lazy_regex!(
    r"^(?:(?:[Ss]ida?\.? ?)?\d{1,4} ?(?:\(\d{1,4}\)|/ ?\d{1,4}\b|av \d)|[Ss]ida?\.? \d)"
);

/// A candidate, if the line begins with a page number: up to four digits, as a word of their own.
fn candidate(index: usize, line: &str) -> Option<Candidate> {
    let digits = page_number_range(line);
    let rest = &line[digits.end..];
    if !(1..=4).contains(&digits.len())
        || !rest.is_empty() && !rest.starts_with(char::is_whitespace)
    {
        return None;
    }
    let number: u32 = line[digits].parse().ok().filter(|&number| number > 0)?;
    let is_labeled = PAGE_LABEL.is_match(rest.trim_start());
    Some(Candidate {
        start: PageStart {
            line: index,
            number,
        },
        score: PAGE_SCORE + if is_labeled { LABEL_SCORE } else { 0 },
    })
}

/// Whether no blank line separates two lines.
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
        find_page_starts(&lines)
            .iter()
            .map(|start| start.number)
            .collect()
    }

    #[test]
    fn pages_are_the_increasing_sequence_with_the_highest_score() {
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
    fn of_two_paragraphs_with_the_same_number_the_labeled_one_is_the_page() {
        let text = "1 ett\n\n2 kvinnor svarade\n\n2 2(7) två\n\n3 tre";
        let lines: Vec<FileLine> = text
            .split('\n')
            .map(|text| FileLine { start: 0, text })
            .collect();
        assert_eq!(find_page_starts(&lines)[1].line, 4);
    }

    #[test]
    fn a_last_number_after_a_gap_is_not_a_page() {
        assert_eq!(numbers("1 ett\n\n2 två\n\n4 personer till"), [1, 2]);
    }
}
