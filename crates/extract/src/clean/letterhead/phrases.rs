//! Boilerplate phrases: the words of a known block in the middle of a paragraph.
//!
//! An OCR service that takes a page's header for running text leaves the whole block, line breaks
//! and all, inside a sentence, often with the page's number after it.

use std::collections::HashMap;

use lazy_regex::regex_is_match;

use super::{
    super::flow::{Flow, Key, Keys, Word, alike, fold_word},
    blocks::Blocks,
    take_words,
};
use diarium_document::{Heartbeat, work};

/// Shorter phrases could be an author's.
const LEAST_WORDS: usize = 8;
/// The share of a phrase's words that must be there; a scan may misread the others.
const LEAST_SHARE: f64 = 0.85;

/// Longer phrases, in words, are not a header that stands in a sentence: the longest seen has sixty.
const MOST_WORDS: usize = 400;
/// Comparisons letter by letter that a document may ask for; behind them words must be the same.
const COMPARISONS: usize = 10_000_000;

/// Takes the blocks' words out wherever they stand.
pub(super) fn take_out(flow: &mut Flow<'_>, blocks: &mut Blocks, heartbeat: &Heartbeat) {
    let keys = &mut blocks.keys;
    let mut phrases = Phrases::of(&blocks.blocks);
    if phrases.by_start.is_empty() {
        return;
    }
    let mut words: Vec<Word> = Vec::new();
    for (index, line) in flow.kept().into_iter().enumerate() {
        heartbeat.step(index);
        for (bytes, word) in flow.words(line) {
            let key = keys.of(&fold_word(word));
            if !key.is_empty() {
                words.push(Word { line, bytes, key });
            }
        }
    }
    let mut place = 0;
    while place < words.len() {
        heartbeat.step(place);
        let Some(length) = phrases.at(keys, &words[place..]) else {
            place += 1;
            continue;
        };
        let end = place + length;
        let end = end + page_label_words(flow, &words[end..]);
        take_words(&mut flow.lines, &words[place..end]);
        place = end;
    }
}

/// Phrases with the same two words at their start that are tried; publishers have one or two.
const SAME_START: usize = 16;

/// Phrases by the two words that they start with.
struct Phrases<'b> {
    by_start: HashMap<(Key, Key), Vec<&'b [Key]>>,
    comparisons: usize,
}

impl<'b> Phrases<'b> {
    fn of(blocks: &'b [Vec<Key>]) -> Self {
        let mut by_start: HashMap<_, Vec<_>> = HashMap::new();
        for words in blocks {
            if let [first, second, ..] = words.as_slice()
                && (LEAST_WORDS..=MOST_WORDS).contains(&words.len())
            {
                let alike = by_start.entry((*first, *second)).or_default();
                if alike.len() < SAME_START {
                    alike.push(words.as_slice());
                }
            }
        }
        Self {
            by_start,
            comparisons: COMPARISONS,
        }
    }

    /// The length of the phrase that stands at the start of the words.
    fn at(&mut self, keys: &Keys, words: &[Word]) -> Option<usize> {
        work::spend(1);
        let [first, second, ..] = words else {
            return None;
        };
        let phrases = self.by_start.get(&(first.key, second.key))?;
        let left = &mut self.comparisons;
        let found = phrases
            .iter()
            .find(|phrase| stands_at(keys, words, phrase, left))?;
        Some(found.len())
    }
}

/// Whether the words begin with the phrase, but for a misread word here and there.
fn stands_at(keys: &Keys, words: &[Word], phrase: &[Key], left: &mut usize) -> bool {
    if words.len() < phrase.len() {
        return false;
    }
    let needed = (LEAST_SHARE * phrase.len() as f64).ceil() as usize;
    let mut misread = phrase.len() - needed.min(phrase.len());
    for (word, expected) in words.iter().zip(phrase) {
        work::spend(1);
        let same = word.key == *expected
            || *left > 0 && {
                *left -= 1;
                alike(keys.text(word.key), keys.text(*expected))
            };
        if !same {
            let Some(fewer) = misread.checked_sub(1) else {
                return false;
            };
            misread = fewer;
        }
    }
    true
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
