//! Running headers and footers: boilerplate at the same edge of several pages.
//!
//! With a layout, a line counts where it repeats at the same height; without one, where it repeats
//! among a page's first or last lines. Pages that came as one long line (a site's transcript) are
//! compared by their first and last words instead.

use std::collections::{BTreeSet, HashMap};

use super::{
    super::flow::{Flow, Key, Keys, Word, alike, fold_word},
    take_words,
};
use diarium_document::{Heartbeat, work};

/// Lines from an edge that may belong to a header or a footer. The tallest seen on real forms has
/// nine lines (two columns of address and a logo's text).
const ZONE: usize = 12;
/// Rounds in which the walks settle; two were enough for every document tried.
const MOST_ROUNDS: usize = 5;
/// Points by which a header may slip from page to page.
const SLIP: f32 = 6.0;
/// Words from an edge that are compared on pages without lines.
const WORD_ZONE: usize = 60;
/// The longest line, in words, that still is a page's line and not a page's whole text.
const LONG_LINE: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Top,
    Bottom,
}

/// Takes out what repeats at the pages' edges.
pub(super) fn take_out(flow: &mut Flow<'_>, heartbeat: &Heartbeat) {
    for edge in [Edge::Top, Edge::Bottom] {
        take_lines(flow, edge, heartbeat);
        take_edge_words(flow, edge);
        heartbeat.beat();
    }
}

/// The lines of each page that has any, from the edge inwards; known letterhead left out.
fn from_edge(flow: &Flow<'_>, edge: Edge) -> Vec<Vec<usize>> {
    flow.page_lines()
        .into_iter()
        .map(|range| {
            let kept = range.filter(|&index| !flow.lines[index].is_taken());
            match edge {
                Edge::Top => kept.collect(),
                Edge::Bottom => kept.rev().collect(),
            }
        })
        .filter(|lines: &Vec<usize>| !lines.is_empty())
        .collect()
}

fn take_lines(flow: &mut Flow<'_>, edge: Edge, heartbeat: &Heartbeat) {
    let pages = from_edge(flow, edge);
    if pages.len() < 2 {
        return;
    }
    // A line counts only where a walk from the edge reaches it, and what is reached depends on what
    // counts: begin with all lines of the zone and let the walks settle.
    let mut reached: Vec<usize> = pages
        .iter()
        .flat_map(|lines| lines.iter().copied().take(ZONE))
        .collect();
    let mut taken = Vec::new();
    for _ in 0..MOST_ROUNDS {
        let repeats = Repeats::count(flow, &pages, &reached, edge);
        let before = std::mem::take(&mut reached);
        taken.clear();
        heartbeat.beat();
        for (index, lines) in pages.iter().enumerate() {
            heartbeat.step(index);
            walk(flow, lines, &repeats, edge, &mut reached, &mut taken);
        }
        if reached == before {
            break;
        }
    }
    for index in taken {
        flow.lines[index].take_all();
    }
}

/// Walks from the edge of one page inwards, as long as there is letterhead.
fn walk(
    flow: &Flow<'_>,
    lines: &[usize],
    repeats: &Repeats,
    edge: Edge,
    reached: &mut Vec<usize>,
    taken: &mut Vec<usize>,
) {
    let mut strangers = 0;
    for &index in lines.iter().take(ZONE) {
        reached.push(index);
        if repeats.holds(flow, index, edge) {
            taken.push(index);
            strangers = 0;
            continue;
        }
        strangers += 1;
        // A line or two of a header may change from page to page; more is the text. Without a layout
        // nothing but the edge itself speaks for a line.
        let most = if flow.lines[index].line.rect.is_some() {
            2
        } else {
            1
        };
        if strangers > most {
            return;
        }
    }
}

/// How often each line stands at one edge, and whether it stands elsewhere too.
struct Repeats {
    at_edge: HashMap<Key, Same>,
    /// The keys at the edge that repeat so often that a line like them may be one of them.
    often: Vec<Key>,
    inside: BTreeSet<Key>,
    pages: usize,
}

/// The lines of one key at an edge.
#[derive(Default)]
struct Same {
    /// One of each page, rising.
    lines: Vec<usize>,
    /// How far from the edge they stand, rising.
    heights: Vec<f32>,
    /// How many of them have no place on their page.
    without_height: usize,
}

impl Same {
    fn add(&mut self, flow: &Flow<'_>, index: usize, edge: Edge) {
        self.lines.push(index);
        match height(flow, index, edge) {
            Some(height) if height.is_nan() => {}
            Some(height) => self.heights.push(height),
            None => self.without_height += 1,
        }
    }

    /// How many of them stand as far from the edge as a line; without a layout, all.
    fn at_height(&self, of_line: Option<f32>) -> usize {
        let Some(height) = of_line else {
            return self.lines.len();
        };
        let nearer = |&other: &f32| height - other > SLIP;
        let not_farther = |&other: &f32| other - height <= SLIP;
        let first = self.heights.partition_point(nearer);
        let behind = self.heights.partition_point(not_farther);
        behind.saturating_sub(first) + self.without_height
    }
}

impl Repeats {
    fn count(flow: &Flow<'_>, pages: &[Vec<usize>], reached: &[usize], edge: Edge) -> Self {
        let reached: BTreeSet<usize> = reached.iter().copied().collect();
        let mut at_edge: HashMap<Key, Same> = HashMap::new();
        let mut inside = BTreeSet::new();
        for lines in pages {
            for (depth, &index) in lines.iter().enumerate() {
                work::spend(1);
                let key = flow.lines[index].key;
                if key.is_empty() {
                    continue;
                }
                let far_from_other_edge = lines.len() - depth > ZONE;
                if reached.contains(&index) {
                    let found = at_edge.entry(key).or_default();
                    let page = flow.lines[index].page;
                    let last = found.lines.last();
                    if last.is_none_or(|&last| flow.lines[last].page != page) {
                        found.add(flow, index, edge);
                    }
                } else if far_from_other_edge || edge == Edge::Bottom {
                    inside.insert(key);
                }
            }
        }
        for same in at_edge.values_mut() {
            same.heights.sort_by(f32::total_cmp);
        }
        let enough = pages.len().div_ceil(3).saturating_sub(1).max(2);
        let keys = at_edge
            .iter()
            .filter(|(_, same)| same.lines.len() >= enough);
        let mut often: Vec<Key> = keys.map(|(key, _)| *key).collect();
        often.sort_unstable();
        Self {
            at_edge,
            often,
            inside,
            pages: pages.len(),
        }
    }

    /// Whether the line is letterhead at this edge.
    fn holds(&self, flow: &Flow<'_>, index: usize, edge: Edge) -> bool {
        let key = flow.lines[index].key;
        let enough = |key| self.enough(flow, index, key, edge);
        if enough(key) {
            return true;
        }
        // A scan misreads a letter here and there; what is nearly a line that repeats is that line.
        // Few lines repeat so often that they are compared letter by letter.
        flow.lines[index].line.confidence < 1.0
            && self
                .often
                .iter()
                .any(|&other| alike(flow.key(index), flow.key_text(other)) && enough(other))
    }

    fn enough(&self, flow: &Flow<'_>, index: usize, key: Key, edge: Edge) -> bool {
        work::spend(1);
        let Some(same) = self
            .at_edge
            .get(&key)
            .filter(|_| !self.inside.contains(&key))
        else {
            return false;
        };
        let itself = same.lines.binary_search(&index).is_ok();
        if flow.lines[index].line.rect.is_some() {
            let height = height(flow, index, edge);
            let known = !height.is_some_and(f32::is_nan);
            let others = same.at_height(height) - usize::from(itself && known);
            others + 1 >= self.pages.div_ceil(3).max(2)
        } else {
            let others = same.lines.len() - usize::from(itself);
            let words = flow.key_text(key).split(' ').count();
            others + 1 >= self.pages.div_ceil(2).max(if words >= 3 { 2 } else { 3 })
        }
    }
}

/// How far from the edge a line stands, where that is known.
fn height(flow: &Flow<'_>, index: usize, edge: Edge) -> Option<f32> {
    let line = &flow.lines[index];
    let (_, page_height) = flow.pages[line.page].size?;
    let rect = line.line.rect?;
    Some(match edge {
        Edge::Top => rect.1,
        Edge::Bottom => page_height - rect.3,
    })
}

/// Takes out the words that pages without line breaks begin or end with alike.
fn take_edge_words(flow: &mut Flow<'_>, edge: Edge) {
    let lines = from_edge(flow, edge);
    let one_liners = flow
        .lines
        .iter()
        .inspect(|line| work::spend(line.text.len()))
        .any(|line| line.text.split(' ').nth(LONG_LINE).is_some());
    if lines.len() < 2 || !one_liners {
        return;
    }
    let mut keys = Keys::default();
    let pages: Vec<Vec<Word>> = lines
        .iter()
        .map(|lines| edge_words(flow, &mut keys, lines, edge))
        .collect();
    if pages.iter().all(|words| words.len() < WORD_ZONE / 2) {
        return;
    }
    let enough = match edge {
        // A title that returns at the head of a later page is the title where it first stands.
        Edge::Top => pages.len().div_ceil(2).max(3),
        Edge::Bottom => pages.len().div_ceil(2).max(2),
    };
    let shared = SharedWords::of(&pages);
    for (index, words) in pages.iter().enumerate() {
        if edge == Edge::Top && index == 0 {
            continue;
        }
        let length = shared.length(words, enough);
        let has_letters = |word: &&Word| keys.text(word.key).chars().any(char::is_alphabetic);
        // Too few are not sure.
        if words[..length].iter().filter(has_letters).count() >= 3 {
            let mut taken: Vec<&Word> = words[..length].iter().collect();
            taken.sort_by_key(|word| (word.line, word.bytes.start));
            take_words(&mut flow.lines, taken);
        }
    }
}

/// Up to [`WORD_ZONE`] words of a page, from the edge inwards.
fn edge_words(flow: &Flow<'_>, keys: &mut Keys, lines: &[usize], edge: Edge) -> Vec<Word> {
    let mut words = Vec::new();
    for &line in lines {
        let left = WORD_ZONE - words.len();
        let mut add = |(bytes, word): (_, &str)| {
            words.push(Word {
                line,
                bytes,
                key: keys.of(&fold_word(word)),
            });
        };
        let of_line = flow.words(line);
        match edge {
            Edge::Top => of_line.take(left).for_each(&mut add),
            Edge::Bottom => of_line.rev().take(left).for_each(&mut add),
        }
        if words.len() >= WORD_ZONE {
            break;
        }
    }
    words
}

/// How many pages begin with the same words: a tree of words, with the number of pages at each.
#[derive(Default)]
struct SharedWords {
    /// By the node before it and its word: the node, and how many pages lead through it.
    nodes: HashMap<(usize, Key), (usize, usize)>,
}

impl SharedWords {
    fn of(pages: &[Vec<Word>]) -> Self {
        let mut tree = Self::default();
        for words in pages {
            let mut node = 0;
            for word in words {
                work::spend(1);
                let next = tree.nodes.len() + 1;
                let (next, pages) = tree.nodes.entry((node, word.key)).or_insert((next, 0));
                *pages += 1;
                node = *next;
            }
        }
        tree
    }

    /// How many words from the edge a page shares with enough pages, itself among them.
    fn length(&self, words: &[Word], enough: usize) -> usize {
        let mut node = 0;
        let shared = words.iter().take_while(|word| {
            work::spend(1);
            let Some(&(next, pages)) = self.nodes.get(&(node, word.key)) else {
                return false;
            };
            node = next;
            pages >= enough
        });
        shared.count()
    }
}
