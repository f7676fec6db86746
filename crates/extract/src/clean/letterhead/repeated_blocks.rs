//! Repeated blocks: boilerplate in a text that has lost its page breaks.
//!
//! A block begins with two lines that follow each other at least twice, and is extended by the lines
//! that repeat after them. The lines are compared by rolling hashes, so that a text that contains itself
//! twice takes no longer than another.

use super::super::{
    document_lines::DocumentLines,
    normalize::{Interner, TextKey, normalize_word},
};
use crate::profile::Profiles;
use diarium_document::{Heartbeat, operations};

/// What a repeated block needs to be letterhead.
struct Requirement {
    occurrences: usize,
    words: usize,
}

impl Requirement {
    fn is_met(&self, occurrences: usize, words: usize) -> bool {
        occurrences >= self.occurrences && words >= self.words
    }
}

/// The requirement in any document.
// Below: a greeting or a signature, which authors repeat. Above: the name and address of an organization.
const ANY_DOCUMENT: Requirement = Requirement {
    occurrences: 3,
    words: 6,
};
/// A lower number of occurrences that is enough in a document of a single page.
// Two occurrences may be an accident, unless the block is long.
const SINGLE_PAGE: Requirement = Requirement {
    occurrences: 2,
    words: 14,
};
/// The longest line of a block, in words.
// A longer line is an author's paragraph, even if the text contains it twice.
const MAX_LINE_WORDS: usize = 16;

/// The blocks that were found, each as the keys of its words.
#[derive(Default)]
pub(super) struct Blocks {
    pub interner: Interner,
    pub blocks: Vec<Vec<TextKey>>,
}

impl Blocks {
    /// Whether there is no block.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

/// Removes the repeated blocks, and returns them for [`super::phrases`].
pub(super) fn remove_repeated_blocks(
    document: &mut DocumentLines<'_>,
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) -> Blocks {
    let order: Vec<usize> = document
        .remaining_lines()
        .into_iter()
        .filter(|&index| !document.lines[index].key.is_empty())
        .collect();
    let mut found = Blocks::default();
    for (length, starts) in find_blocks(document, &order, profiles, heartbeat) {
        let first = starts[0];
        let words = order[first..first + length]
            .iter()
            .flat_map(|&line| document.words(line))
            .map(|(_, word)| found.interner.intern(&normalize_word(word)))
            .filter(|key| !key.is_empty())
            .collect();
        found.blocks.push(words);
        for start in starts {
            operations::count(length);
            for &line in &order[start..start + length] {
                document.lines[line].remove_all();
            }
        }
    }
    found
}

/// The blocks, each as its length in lines and the positions in `order` where it begins.
fn find_blocks(
    document: &DocumentLines<'_>,
    order: &[usize],
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) -> Vec<(usize, Vec<usize>)> {
    let line_sums = LineSums::new(document, order, profiles);
    heartbeat.beat();
    let mut used = vec![false; order.len()];
    let mut blocks = Vec::new();
    for (index, positions) in repeated_pairs(document, order, &line_sums)
        .into_iter()
        .enumerate()
    {
        heartbeat.step(index);
        operations::count(positions.len());
        let positions: Vec<usize> = positions
            .into_iter()
            .filter(|&position| !used[position])
            .collect();
        if positions.len() < 2 {
            continue;
        }
        let length = line_sums.common_length(&positions);
        if !line_sums.is_letterhead(&positions, length) {
            continue;
        }
        for &position in &positions {
            operations::count(length);
            used[position..position + length].fill(true);
        }
        blocks.push((length, positions));
    }
    blocks
}

/// The positions of each pair of lines that follow each other at least twice, by the first position.
fn repeated_pairs(
    document: &DocumentLines<'_>,
    order: &[usize],
    line_sums: &LineSums,
) -> Vec<Vec<usize>> {
    let mut pairs: Vec<(TextKey, TextKey, usize)> = Vec::new();
    for (position, pair) in order.windows(2).enumerate() {
        operations::count(1);
        let [a, b] = [pair[0], pair[1]].map(|line| document.lines[line].key);
        // A block does not begin with a label: a form prints its labels again and again.
        if a != b && line_sums.next_label[position] != position {
            pairs.push((a, b, position));
        }
    }
    pairs.sort_unstable();
    let same = pairs.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1));
    let mut repeated: Vec<Vec<usize>> = same
        .filter(|positions| positions.len() >= 2)
        .map(|positions| positions.iter().map(|&(_, _, position)| position).collect())
        .collect();
    repeated.sort();
    repeated
}

/// Sums over all lines up to each position, so that a long range of lines is judged as fast as a short
/// one. A text that contains itself twice has as many repeated ranges as lines.
struct LineSums {
    keys: Vec<TextKey>,
    /// For each position the next one whose line is a label; the number of lines if there is none.
    next_label: Vec<usize>,
    /// For each position the sums over all lines before it.
    before: Vec<PrefixSums>,
    single_page: bool,
}

/// Sums over the first lines of a document.
#[derive(Clone, Copy, Default)]
struct PrefixSums {
    /// The rolling hash of their keys.
    hash: u64,
    words: usize,
    /// Lines of three words or more.
    several_words: u32,
    /// Lines that are paragraphs.
    paragraphs: u32,
    /// Lines that are not list items.
    non_items: u32,
}

impl LineSums {
    fn new(document: &DocumentLines<'_>, order: &[usize], profiles: &Profiles) -> Self {
        let mut before = Vec::with_capacity(order.len() + 1);
        let mut sums = PrefixSums::default();
        before.push(sums);
        for &line in order {
            let words = document.normalized(line).split(' ').count();
            operations::count(document.normalized(line).len());
            sums = PrefixSums {
                hash: hash::extended(sums.hash, document.lines[line].key.number()),
                words: sums.words + words,
                several_words: sums.several_words + u32::from(words >= 3),
                paragraphs: sums.paragraphs + u32::from(words > MAX_LINE_WORDS),
                non_items: sums.non_items + u32::from(!is_item(document.lines[line].text)),
            };
            before.push(sums);
        }
        let mut next_label = vec![order.len(); order.len() + 1];
        for (position, &line) in order.iter().enumerate().rev() {
            next_label[position] = if profiles.is_label(document.lines[line].text) {
                position
            } else {
                next_label[position + 1]
            };
        }
        Self {
            keys: order.iter().map(|&line| document.lines[line].key).collect(),
            next_label,
            before,
            single_page: document.pages.len() == 1,
        }
    }

    /// How many lines the occurrences have in common: up to a label, to the next occurrence, or to the
    /// first line that differs.
    fn common_length(&self, positions: &[usize]) -> usize {
        let first = positions[0];
        let mut most = self.next_label[first + 2] - first;
        for pair in positions.windows(2) {
            most = most.min(pair[1] - pair[0]);
        }
        for pair in positions.windows(2) {
            most = self.shared_length(pair[0], pair[1], most);
        }
        most.max(2)
    }

    /// How many lines are the same from two positions on, at most `most`.
    fn shared_length(&self, one: usize, other: usize, most: usize) -> usize {
        let most = most.min(self.keys.len() - other);
        let hash_of = |from: usize, length: usize| {
            operations::count(1);
            let (before, to) = (self.before[from].hash, self.before[from + length].hash);
            hash::between(before, to, hash::power(length))
        };
        // Most pairs differ within a few lines, which is cheaper to find without hashes.
        let mut shared = 0;
        while shared < most.min(8) {
            operations::count(1);
            if self.keys[one + shared] != self.keys[other + shared] {
                return shared;
            }
            shared += 1;
        }
        let (mut low, mut high) = (shared, most);
        while low < high {
            let middle = (low + high).div_ceil(2);
            if hash_of(one, middle) == hash_of(other, middle) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    /// Whether a repeated block is letterhead: long enough for the number of its occurrences, and with
    /// enough of the author's lines in between.
    fn is_letterhead(&self, positions: &[usize], length: usize) -> bool {
        let (from, to) = (
            self.before[positions[0]],
            self.before[positions[0] + length],
        );
        let words = to.words - from.words;
        // Blocks that follow each other directly are a list or a table.
        let apart = positions
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= length + 2);
        // In a document with page breaks, letterhead is at the edges of pages. A block that occurs twice
        // elsewhere is an author's repetition.
        let is_frequent = ANY_DOCUMENT.is_met(positions.len(), words)
            || self.single_page && SINGLE_PAGE.is_met(positions.len(), words);
        // A list of the same items may be the answer to two questions.
        let is_list = to.non_items == from.non_items;
        let has_paragraph = to.paragraphs > from.paragraphs;
        let has_words = to.several_words > from.several_words;
        is_frequent && has_words && !has_paragraph && apart && !is_list
    }
}

/// Rolling hash (Rabin-Karp): the hash of a range follows from the hashes of the sequences before it and
/// up to its end. Polynomials modulo the Mersenne prime 2^61 - 1: two different sequences of a file have
/// the same hash once in a quintillion pairs.
mod hash {
    const PRIME: u64 = (1 << 61) - 1;
    // Any large number that is not a power of a small one.
    const BASE: u64 = 0x1357_9bdf_0246_8ace;

    fn product(one: u64, other: u64) -> u64 {
        let product = u128::from(one) * u128::from(other);
        u64::try_from(product % u128::from(PRIME)).unwrap_or(0)
    }

    /// The hash of a sequence that is extended by a number.
    pub(super) fn extended(hash: u64, number: u32) -> u64 {
        (product(hash, BASE) + u64::from(number) + 1) % PRIME
    }

    /// The hash of a range, given the hashes of everything before it and of everything up to its end.
    pub(super) fn between(before: u64, to: u64, power: u64) -> u64 {
        (to + PRIME - product(before, power)) % PRIME
    }

    /// The base to the power of a length, by repeated squaring.
    pub(super) fn power(length: usize) -> u64 {
        let (mut result, mut factor, mut left) = (1, BASE, length);
        while left > 0 {
            if left % 2 == 1 {
                result = product(result, factor);
            }
            factor = product(factor, factor);
            left /= 2;
        }
        result
    }
}

/// Whether a line begins with a bullet; `**` begins bold text.
pub(super) fn is_item(text: &str) -> bool {
    text.trim_start()
        .starts_with(['•', '·', '-', '–', '*', '▪'])
        && !text.trim_start().starts_with("**")
}
