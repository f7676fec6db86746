//! Boilerplate phrases: the words of a known block in the middle of a paragraph.
//!
//! An OCR service that reads a page header as running text leaves the whole block, including its line
//! breaks, inside a sentence, often followed by the page number.

use std::collections::HashMap;

use lazy_regex::regex_is_match;

use super::{
    super::{
        document_lines::{DocumentLines, LineWord},
        normalize::{Interner, TextKey, is_similar, normalize_word},
    },
    remove_words,
    repeated_blocks::Blocks,
};
use diarium_document::{Heartbeat, work};

/// The shortest phrase, in words.
// An author may repeat a shorter one.
const MIN_PHRASE_WORDS: usize = 8;
/// The longest phrase, in words.
// The longest header inside a sentence that was seen had sixty words.
const MAX_PHRASE_WORDS: usize = 400;
/// The share of a phrase's words that must be present.
// OCR may misread the others. In a phrase of eight words that is one word.
const MIN_SHARE: f64 = 0.85;
/// Phrases that begin with the same two words, at most.
// A publisher has one or two headers.
const MAX_SAME_START: usize = 16;
/// Comparisons letter by letter in one document, at most; after that, words must be equal.
// A hostile text could otherwise ask for a comparison of every word with every phrase.
const COMPARISON_BUDGET: usize = 10_000_000;

/// Removes the words of the blocks anywhere in the text.
pub(super) fn remove_phrases(
    document: &mut DocumentLines<'_>,
    blocks: &mut Blocks,
    heartbeat: &Heartbeat,
) {
    let interner = &mut blocks.interner;
    let mut phrases = Phrases::new(&blocks.blocks);
    if phrases.by_start.is_empty() {
        return;
    }
    let mut words: Vec<LineWord> = Vec::new();
    for (index, line) in document.remaining_lines().into_iter().enumerate() {
        heartbeat.step(index);
        for (bytes, word) in document.words(line) {
            let key = interner.intern(&normalize_word(word));
            if !key.is_empty() {
                words.push(LineWord { line, bytes, key });
            }
        }
    }
    let mut start = 0;
    while start < words.len() {
        heartbeat.step(start);
        let Some(length) = phrases.length_at_start(interner, &words[start..]) else {
            start += 1;
            continue;
        };
        let end = start + length;
        let end = end + page_label_words(document, &words[end..]);
        remove_words(&mut document.lines, &words[start..end]);
        start = end;
    }
}

/// Phrases by their first two words.
struct Phrases<'b> {
    by_start: HashMap<(TextKey, TextKey), Vec<&'b [TextKey]>>,
    /// Comparisons letter by letter that are left.
    budget: usize,
}

impl<'b> Phrases<'b> {
    fn new(blocks: &'b [Vec<TextKey>]) -> Self {
        let mut by_start: HashMap<_, Vec<_>> = HashMap::new();
        for words in blocks {
            if let [first, second, ..] = words.as_slice()
                && (MIN_PHRASE_WORDS..=MAX_PHRASE_WORDS).contains(&words.len())
            {
                let same_start = by_start.entry((*first, *second)).or_default();
                if same_start.len() < MAX_SAME_START {
                    same_start.push(words.as_slice());
                }
            }
        }
        Self {
            by_start,
            budget: COMPARISON_BUDGET,
        }
    }

    /// The length of the phrase that the words begin with.
    fn length_at_start(&mut self, interner: &Interner, words: &[LineWord]) -> Option<usize> {
        work::spend(1);
        let [first, second, ..] = words else {
            return None;
        };
        let phrases = self.by_start.get(&(first.key, second.key))?;
        let budget = &mut self.budget;
        let found = phrases
            .iter()
            .find(|phrase| begins_with(interner, words, phrase, budget))?;
        Some(found.len())
    }
}

/// Whether the words begin with the phrase, except for a few misread words.
fn begins_with(
    interner: &Interner,
    words: &[LineWord],
    phrase: &[TextKey],
    budget: &mut usize,
) -> bool {
    if words.len() < phrase.len() {
        return false;
    }
    let needed = (MIN_SHARE * phrase.len() as f64).ceil() as usize;
    let mut misread_left = phrase.len() - needed.min(phrase.len());
    for (word, expected) in words.iter().zip(phrase) {
        work::spend(1);
        let same = word.key == *expected
            || *budget > 0 && {
                *budget -= 1;
                is_similar(interner.text(word.key), interner.text(*expected))
            };
        if !same {
            let Some(fewer) = misread_left.checked_sub(1) else {
                return false;
            };
            misread_left = fewer;
        }
    }
    true
}

/// How many words after a phrase are a page label: `sida 3`, `sid 3 (9)`, `sida 3 av 9`.
fn page_label_words(document: &DocumentLines<'_>, words: &[LineWord]) -> usize {
    let text =
        |word: &LineWord| &document.pages[document.lines[word.line].page].text[word.bytes.clone()];
    (2..=4)
        .rev()
        .filter(|&count| count <= words.len())
        .find(|&count| {
            let joined: Vec<&str> = words[..count].iter().map(text).collect();
            // sida 3 av 9 | sid 3 (9)
            regex_is_match!(
                r"^(?:sida|sidan|sid|page) \d{1,4}(?: av \d{1,4}| ?\(\d{1,4}\))?$"i,
                &joined.join(" ")
            )
        })
        .unwrap_or(0)
}
