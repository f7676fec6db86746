//! Line index: finds the known line that a line of a document is, except for its date, its page number and
//! what OCR misread.
//!
//! Letters are compared with a tolerance, digits are not: a telephone number with another digit is the
//! number of somebody else. Dates and page numbers are the exception, because they change from page to page.

use std::collections::HashMap;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::normalize::{is_similar, normalize};
use diarium_document::operations;

// 2012-03-01 | 1/3 2012 | 1 mars 2012 | 10:22 | 2 (14) | 2 av 14 | sida 2
static VARIABLE: Lazy<Regex> = lazy_regex!(
    r"(?xi)\b(?:
    \d{4}-\d{1,2}-\d{1,2}\b
    |\d{1,2}[./]\d{1,2}[./\ -]\d{2,4}\b
    |\d{1,2}\.?\ (?:jan|feb|mar|apr|maj|may|mai|jun|jul|aug|sep|okt|oct|nov|dec|des)\p{L}*\.?\ \d{4}\b
    |\d{1,2}:\d{2}(?::\d{2})?\b
    |(?:(?:sid(?:a|an|nr)?|page|side|sivu)\.?\ ?)?\d{1,3}\ ?(?:\(\d{1,3}\)|(?:av|of|/)\ ?\d{1,3}\b)
    |(?:sid(?:a|an|nr)?|page|side|sivu)\.?\ ?\d{1,3}\b)"
);

/// Known lines that a line is compared with, at most.
// Lines with the same beginning or end are few; a hostile file could have any number.
const MAX_COMPARED: usize = 32;
/// The letters at the beginning and at the end of a line of which one must be read correctly.
const EDGE_LETTERS: usize = 6;

/// A line as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct LineKey {
    /// Its words, with `0` for every number.
    pub words: String,
    /// The digits of its numbers, except those of dates and page numbers.
    pub digits: String,
}

impl LineKey {
    /// The key of a line; `None` for a line with fewer than three letters.
    pub(super) fn new(line: &str) -> Option<Self> {
        operations::count(line.len());
        // OCR services mark headers as headings or bold text.
        let bare = line.trim_matches(['*', '_', '#', ' ', '\t']);
        let fixed = VARIABLE.replace_all(bare, "0");
        // A line that is only a page number is left to the page labels.
        if fixed.chars().filter(|c| c.is_alphabetic()).take(3).count() < 3 {
            return None;
        }
        // A lone 0 is what replaces dates, or a misread O.
        let digits = fixed
            .split(|c: char| !c.is_ascii_digit())
            .filter(|run| !run.is_empty() && *run != "0");
        Some(Self {
            digits: digits.collect::<Vec<_>>().join(" "),
            words: normalize(&fixed),
        })
    }
}

/// Whether a line has a date or a page number, which differ from document to document.
pub(super) fn has_variable(line: &str) -> bool {
    operations::count(line.len());
    VARIABLE.is_match(line)
}

/// Known lines, by their keys.
#[derive(Debug, Default)]
pub(super) struct LineIndex {
    keys: Vec<LineKey>,
    by_key: HashMap<LineKey, usize>,
    /// Lines by their first and by their last letters.
    by_edge: HashMap<(bool, String), Vec<usize>>,
}

impl LineIndex {
    /// Adds a line and returns its number. Lines are numbered in the order in which they are added.
    pub(super) fn add(&mut self, key: LineKey) -> usize {
        let number = self.keys.len();
        self.by_key.entry(key.clone()).or_insert(number);
        for edge in edges(&key.words) {
            let lines = self.by_edge.entry(edge).or_default();
            if lines.len() < MAX_COMPARED {
                lines.push(number);
            }
        }
        self.keys.push(key);
        number
    }

    /// The known line that a line is.
    pub(super) fn find(&self, key: &LineKey) -> Option<usize> {
        self.exact(key).or_else(|| self.similar(key))
    }

    /// The known line with the same key.
    pub(super) fn exact(&self, key: &LineKey) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The first known line that is the same except for misread letters.
    fn similar(&self, key: &LineKey) -> Option<usize> {
        edges(&key.words).iter().find_map(|edge| {
            let lines = self.by_edge.get(edge)?;
            lines.iter().copied().find(|&number| {
                let known = &self.keys[number];
                known.digits == key.digits && is_similar(&known.words, &key.words)
            })
        })
    }
}

/// The first and the last letters of a line.
fn edges(words: &str) -> [(bool, String); 2] {
    let first: String = words.chars().take(EDGE_LETTERS).collect();
    let last: String = words.chars().rev().take(EDGE_LETTERS).collect();
    [(true, first), (false, last)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_with_misread_letters_and_another_date_but_not_with_another_number() {
        let mut index = LineIndex::default();
        for line in [
            "Bygdekassan, Box 17, 123 45 Torpa, tel 099-12 34 56",
            "Utskrivet 2012-03-01 sida 2 (4)",
        ] {
            index.add(LineKey::new(line).unwrap());
        }
        let find = |line: &str| index.find(&LineKey::new(line).unwrap());
        assert_eq!(
            find("**Bygdekassan, Box 17, 123 45 Torpa, tel 099-12 34 56**"),
            Some(0)
        );
        // A lone 0 is a misread letter.
        assert_eq!(
            find("Bygdekassan, B0x 17, 123 45 Torpa, tel 099-12 34 56"),
            Some(0)
        );
        assert_eq!(
            find("Bygdckassan. Bax 17, 123 45 Torpa, tel 099-12 34 56"),
            Some(0)
        );
        assert_eq!(
            find("Bygdekassan, Box 17, 123 45 Torpa, tel 099-12 34 57"),
            None
        );
        assert_eq!(find("Utskrivet 2013-11-30 sida 3 (9)"), Some(1));
        for line in [
            "Utskrivet 1/3 2012 Sida 4 av 6",
            "Utskrivet 1 mars 2012 sid. 3/9",
        ] {
            assert_eq!(find(line), Some(1), "{line}");
        }
        assert_eq!(find("Vi bygger en bro"), None);
        assert_eq!(LineKey::new("12 000"), None);
        assert_eq!(LineKey::new("Sida 1 av 2"), None);
    }
}
