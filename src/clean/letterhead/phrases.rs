//! Where do the words of a known block stand in the middle of a paragraph?
//!
//! An OCR service that takes a page's header for running text leaves the whole block, line breaks
//! and all, inside a sentence, often with the page's number after it.

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
    let phrases: Vec<&Block> = blocks
        .iter()
        .filter(|block| block.words.len() >= LEAST_WORDS)
        .collect();
    if phrases.is_empty() {
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
        let hit = phrases
            .iter()
            .find(|phrase| stands_at(&words[place..], &phrase.words));
        let Some(phrase) = hit else {
            place += 1;
            continue;
        };
        let end = place + phrase.words.len();
        let end = end + page_label_words(flow, &words[end..]);
        take_words(&mut flow.lines, &words[place..end]);
        place = end;
    }
}

/// Whether the words begin with the phrase, but for a misread word here and there.
fn stands_at(words: &[Word], phrase: &[String]) -> bool {
    if words.len() < phrase.len() || words[0].key != phrase[0] || words[1].key != phrase[1] {
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
