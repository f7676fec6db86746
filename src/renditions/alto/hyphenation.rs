//! Hyphenation: the words that a line break divides into two parts.
//!
//! Cleaning decides for each hyphen at the end of a line whether it belongs to the word. The parts that
//! it joined are listed here by their position on the page. Words across a page break are included.

use std::collections::BTreeMap;
use std::ops::Range;

use diarium_document::{CleanText, RawDocument};

/// The parts of hyphenated words, by the index of their page and a byte offset in its text.
#[derive(Debug, Default)]
pub(super) struct HyphenatedWords {
    /// By the offset of the hyphen.
    first: BTreeMap<(usize, usize), WordPart>,
    /// By the offset at which the part begins.
    second: BTreeMap<(usize, usize), WordPart>,
}

/// One part of a hyphenated word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WordPart {
    /// The whole word, without the hyphen.
    pub word: String,
    /// Whether it is the part before the hyphen.
    pub is_first: bool,
    /// The length of the part before the hyphen, in bytes.
    first_length: usize,
}

/// Hyphen-minus, soft hyphen and hyphen.
const HYPHENS: [char; 3] = ['-', '\u{AD}', '\u{2010}'];

impl HyphenatedWords {
    /// The words that cleaning dehyphenated.
    pub(super) fn of(document: &RawDocument, clean: &CleanText) -> Self {
        let mut words = Self::default();
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
            let part = |is_first| WordPart {
                word: format!("{first}{second}"),
                is_first,
                first_length: first.len(),
            };
            words.first.insert(end, part(true));
            words.second.insert(start, part(false));
        }
        words
    }

    /// The part of a hyphenated word that a word on a page is, if it is one. `word` is its range in the
    /// text of the page.
    pub(super) fn part(&self, page: usize, word: &Range<usize>) -> Option<&WordPart> {
        // A hyphen at the start of a word has no part before it.
        let inside = (page, word.start + 1)..(page, word.end);
        // `BTreeMap::range` panics where the start is behind the end.
        let first = if inside.is_empty() {
            None
        } else {
            self.first.range(inside).next().map(|(_, part)| part)
        };
        first.or_else(|| self.second.get(&(page, word.start)))
    }
}

impl WordPart {
    /// Splits the printed text of a first part into the part and the hyphen.
    pub(super) fn split_hyphen<'w>(&self, printed: &'w str) -> (&'w str, &'w str) {
        printed
            .split_at_checked(self.first_length)
            .unwrap_or((printed, ""))
    }
}
