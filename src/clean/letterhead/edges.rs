//! What stands at the same edge of page after page?
//!
//! With a layout, a line counts where it repeats at the same height; without one, where it repeats
//! among a page's first or last lines. Pages that came as one long line (a site's transcript) are
//! compared by their first and last words instead.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    super::flow::{Flow, Word, alike},
    take_words,
};

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
pub(super) fn take_out(flow: &mut Flow<'_>) {
    for edge in [Edge::Top, Edge::Bottom] {
        take_lines(flow, edge);
        take_edge_words(flow, edge);
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

fn take_lines(flow: &mut Flow<'_>, edge: Edge) {
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
        for lines in &pages {
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
    /// By key: one line of each page that has it at the edge.
    at_edge: BTreeMap<String, Vec<usize>>,
    inside: BTreeMap<String, usize>,
    pages: usize,
}

impl Repeats {
    fn count(flow: &Flow<'_>, pages: &[Vec<usize>], reached: &[usize], edge: Edge) -> Self {
        let reached: BTreeSet<usize> = reached.iter().copied().collect();
        let mut at_edge: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut inside: BTreeMap<String, usize> = BTreeMap::new();
        for lines in pages {
            for (depth, &index) in lines.iter().enumerate() {
                let key = &flow.lines[index].key;
                if key.is_empty() {
                    continue;
                }
                let far_from_other_edge = lines.len() - depth > ZONE;
                if reached.contains(&index) {
                    let found = at_edge.entry(key.clone()).or_default();
                    let page = flow.lines[index].page;
                    if found
                        .last()
                        .is_none_or(|&last| flow.lines[last].page != page)
                    {
                        found.push(index);
                    }
                } else if far_from_other_edge || edge == Edge::Bottom {
                    *inside.entry(key.clone()).or_default() += 1;
                }
            }
        }
        Self {
            at_edge,
            inside,
            pages: pages.len(),
        }
    }

    /// Whether the line is letterhead at this edge.
    fn holds(&self, flow: &Flow<'_>, index: usize, edge: Edge) -> bool {
        let key = &flow.lines[index].key;
        if self
            .at_edge
            .get(key)
            .is_some_and(|same| self.enough(flow, index, same, edge))
        {
            return true;
        }
        // A scan misreads a letter here and there; what is nearly a line that repeats is that line.
        flow.lines[index].line.confidence < 1.0
            && self.at_edge.iter().any(|(other, same)| {
                // Asked first, for few lines repeat so often, and comparing letters takes long.
                let often = same.len() >= 2 && same.len() + 1 >= self.pages.div_ceil(3);
                often && alike(key, other) && self.enough(flow, index, same, edge)
            })
    }

    fn enough(&self, flow: &Flow<'_>, index: usize, same: &[usize], edge: Edge) -> bool {
        let key = &flow.lines[same[0]].key;
        if self.inside.contains_key(key) {
            return false;
        }
        let has_layout = flow.lines[index].line.rect.is_some();
        let others = same.len() - usize::from(same.binary_search(&index).is_ok());
        let level = 1 + match has_layout {
            true => same
                .iter()
                .filter(|&&other| other != index && same_height(flow, index, other, edge))
                .count(),
            false => others,
        };
        if has_layout {
            level >= (self.pages.div_ceil(3)).max(2)
        } else {
            let words = key.split(' ').count();
            level >= self.pages.div_ceil(2).max(if words >= 3 { 2 } else { 3 })
        }
    }
}

/// Whether two lines stand equally far from the edge; without a layout, always.
fn same_height(flow: &Flow<'_>, a: usize, b: usize, edge: Edge) -> bool {
    let height = |index: usize| {
        let line = &flow.lines[index];
        let (_, page_height) = flow.pages[line.page].size?;
        let rect = line.line.rect?;
        Some(match edge {
            Edge::Top => rect.1,
            Edge::Bottom => page_height - rect.3,
        })
    };
    match (height(a), height(b)) {
        (Some(a), Some(b)) => (a - b).abs() <= SLIP,
        _ => true,
    }
}

/// Takes out the words that pages without line breaks begin or end with alike.
fn take_edge_words(flow: &mut Flow<'_>, edge: Edge) {
    let pages: Vec<Vec<Word>> = from_edge(flow, edge)
        .iter()
        .map(|lines| edge_words(flow, lines, edge))
        .collect();
    let long = pages
        .iter()
        .filter(|words| words.len() >= WORD_ZONE / 2)
        .count();
    let one_liners = flow
        .lines
        .iter()
        .any(|line| line.text.split(' ').count() > LONG_LINE);
    if pages.len() < 2 || long == 0 || !one_liners {
        return;
    }
    let enough = match edge {
        // A title that returns at the head of a later page is the title where it first stands.
        Edge::Top => pages.len().div_ceil(2).max(3),
        Edge::Bottom => pages.len().div_ceil(2).max(2),
    };
    for (index, words) in pages.iter().enumerate() {
        if edge == Edge::Top && index == 0 {
            continue;
        }
        let length = common_length(&pages, index, enough);
        if length > 0 {
            let mut taken: Vec<&Word> = words[..length].iter().collect();
            taken.sort_by_key(|word| (word.line, word.bytes.start));
            take_words(&mut flow.lines, taken);
        }
    }
}

/// Up to [`WORD_ZONE`] words of a page, from the edge inwards.
fn edge_words(flow: &Flow<'_>, lines: &[usize], edge: Edge) -> Vec<Word> {
    let mut words = Vec::new();
    for &line in lines {
        let mut of_line = flow.words(line);
        if edge == Edge::Bottom {
            of_line.reverse();
        }
        words.extend(of_line);
        if words.len() >= WORD_ZONE {
            break;
        }
    }
    words.truncate(WORD_ZONE);
    words
}

/// How many words from the edge a page shares with enough other pages; 0 if too few to be sure.
fn common_length(pages: &[Vec<Word>], index: usize, enough: usize) -> usize {
    let mut lengths: Vec<usize> = pages
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != index)
        .map(|(_, other)| {
            let pairs = pages[index].iter().zip(other);
            pairs.take_while(|(a, b)| a.key == b.key).count()
        })
        .collect();
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    let length = lengths.get(enough.saturating_sub(2)).copied().unwrap_or(0);
    let letters = pages[index][..length]
        .iter()
        .filter(|word| word.key.chars().any(char::is_alphabetic))
        .count();
    if letters >= 3 { length } else { 0 }
}
