//! Where do the words of a known block stand in the middle of a paragraph?
//!
//! An OCR service that takes a page's header for running text leaves the whole block, line breaks
//! and all, inside a sentence, often with the page's number after it.

use std::collections::BTreeMap;

use lazy_regex::regex_is_match;

use super::{
    super::flow::{Flow, Word, alike},
    blocks::Block,
    take_words,
};

/// Shorter phrases could be an author's.
const LEAST_WORDS: usize = 8;
/// The share of a phrase's words that must be there; a scan may misread the others.
const LEAST_SHARE: f64 = 0.85;

/// Takes the blocks' words out wherever they stand.
pub(super) fn take_out(flow: &mut Flow<'_>, blocks: &[Block]) {
    let phrases = Phrases::of(blocks);
    if phrases.by_start.is_empty() {
        return;
    }
    let words: Vec<Word> = flow
        .kept()
        .into_iter()
        .flat_map(|line| flow.words(line))
        .filter(|word| !word.key.is_empty())
        .collect();
    let mut place = 0;
    while place < words.len() {
        let Some(phrase) = phrases.at(&words[place..]) else {
            place += 1;
            continue;
        };
        let end = place + phrase.len();
        let end = end + page_label_words(flow, &words[end..]);
        take_words(&mut flow.lines, &words[place..end]);
        place = end;
    }
}

/// Phrases with the same two words at their start that are tried; publishers have one or two.
const SAME_START: usize = 16;

/// Phrases by the two words that they start with.
struct Phrases<'b> {
    by_start: BTreeMap<(&'b str, &'b str), Vec<&'b [String]>>,
}

impl<'b> Phrases<'b> {
    fn of(blocks: &'b [Block]) -> Self {
        let mut by_start: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for block in blocks {
            if let [first, second, ..] = block.words.as_slice()
                && block.words.len() >= LEAST_WORDS
            {
                let alike = by_start
                    .entry((first.as_str(), second.as_str()))
                    .or_default();
                if alike.len() < SAME_START {
                    alike.push(block.words.as_slice());
                }
            }
        }
        Self { by_start }
    }

    /// The phrase that stands at the start of the words.
    fn at(&self, words: &[Word]) -> Option<&'b [String]> {
        let [first, second, ..] = words else {
            return None;
        };
        let phrases = self
            .by_start
            .get(&(first.key.as_str(), second.key.as_str()))?;
        phrases
            .iter()
            .copied()
            .find(|phrase| stands_at(words, phrase))
    }
}

/// Whether the words begin with the phrase, but for a misread word here and there.
fn stands_at(words: &[Word], phrase: &[String]) -> bool {
    if words.len() < phrase.len() {
        return false;
    }
    let same = words
        .iter()
        .zip(phrase)
        .filter(|(word, expected)| alike(&word.key, expected))
        .count();
    same as f64 >= LEAST_SHARE * phrase.len() as f64
}

/// How many words after a phrase are its page's label: `sida 3`, `sid 3 (9)`, `sida 3 av 9`.
fn page_label_words(flow: &Flow<'_>, words: &[Word]) -> usize {
    let text = |word: &Word| &flow.pages[flow.lines[word.line].page].text[word.bytes.clone()];
    (2..=4)
        .rev()
        .filter(|&count| count <= words.len())
        .find(|&count| {
            let joined: Vec<&str> = words[..count].iter().map(text).collect();
            // sida 3 av 9
            regex_is_match!(
                r"^(?:sida|sidan|sid|page) \d{1,4}(?: av \d{1,4}| ?\(\d{1,4}\))?$"i,
                &joined.join(" ")
            )
        })
        .unwrap_or(0)
}
