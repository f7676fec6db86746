//! Which words did a line's end break in two?
//!
//! Cleaning has decided on each hyphen at a line's end; what it joined is told here of both halves.

use std::collections::BTreeMap;
use std::ops::Range;

use diarium_document::{CleanText, RawDocument};

/// The halves of words, by page and by the byte of its text that they touch.
#[derive(Debug, Default)]
pub(super) struct Hyphens {
    /// By the byte that the half ends at, its hyphen left out.
    first: BTreeMap<(usize, usize), Half>,
    /// By the byte that the half begins at.
    second: BTreeMap<(usize, usize), Half>,
}

/// One half of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Half {
    /// The whole word.
    pub whole: String,
    /// It is the one before the hyphen.
    pub is_first: bool,
    /// How many bytes of the half come before the hyphen.
    length: usize,
}

/// What stands at a line's end where a word is broken: a hyphen of any sort.
const HYPHENS: [char; 3] = ['-', '\u{AD}', '\u{2010}'];

impl Hyphens {
    /// The words that cleaning put together again.
    pub(super) fn of(document: &RawDocument, clean: &CleanText) -> Self {
        let mut found = Self::default();
        for (end, start) in clean.joints() {
            let texts = [end, start].map(|(page, byte)| {
                let text = document.pages.get(page).map(|page| page.text.as_str());
                text.and_then(|text| Some((text.get(..byte)?, text.get(byte..)?)))
            });
            let [Some((before, hyphen)), Some((_, after))] = texts else {
                continue;
            };
            let first = before
                .rsplit(char::is_whitespace)
                .next()
                .unwrap_or_default();
            let second = after.split(char::is_whitespace).next().unwrap_or_default();
            if !hyphen.starts_with(HYPHENS) || first.is_empty() || second.is_empty() {
                continue;
            }
            let half = |is_first| Half {
                whole: format!("{first}{second}"),
                is_first,
                length: first.len(),
            };
            found.first.insert(end, half(true));
            found.second.insert(start, half(false));
        }
        found
    }

    /// What a page's word is half of, if it is.
    pub(super) fn half(&self, page: usize, word: &Range<usize>) -> Option<&Half> {
        let inside = (page, word.start + 1)..(page, word.end);
        let first = match inside.is_empty() {
            true => None,
            false => self.first.range(inside).next().map(|(_, half)| half),
        };
        first.or_else(|| self.second.get(&(page, word.start)))
    }
}

impl Half {
    /// A first half as it is printed, parted from its hyphen.
    pub(super) fn parted<'w>(&self, printed: &'w str) -> (&'w str, &'w str) {
        printed
            .split_at_checked(self.length)
            .unwrap_or((printed, ""))
    }
}
