//! Running headers and footers: boilerplate at the same edge of several pages.
//!
//! In a page layout, a line repeats if it has the same height on several pages; without one, if it is
//! among the first or last lines of several pages. Pages that are one long line each (a site's
//! transcript) are compared by their first and last words instead.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use super::{
    super::{
        document_lines::{DocumentLines, LineWord},
        normalize::{Interner, TextKey, is_similar, normalize_word},
    },
    remove_words,
};
use diarium_document::{Heartbeat, LineRole, operations};
use lazy_regex::regex_is_match;

/// Lines from an edge that may belong to a header or a footer.
// The tallest header seen on real forms has nine lines: two columns of address and the text of a logo.
const ZONE_LINES: usize = 12;
/// Rounds until the walks reach the same lines again, at most.
// Two were enough for every document tried.
const MAX_ROUNDS: usize = 5;
/// The difference in height, in points, between the same line on two pages, at most.
// Scanned pages are shifted by a few points; the next line is ten or more away.
const HEIGHT_TOLERANCE: f32 = 6.0;
/// Words from an edge that are compared on pages without lines.
// Above: a header of two columns with addresses. More words only take time.
const ZONE_WORDS: usize = 60;
/// A line with more words than this is the text of a whole page.
const MAX_LINE_WORDS: usize = 60;

/// An edge of a page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Top,
    Bottom,
}

/// Removes what repeats at the edges of pages.
pub(super) fn remove_headers_and_footers(document: &mut DocumentLines<'_>, heartbeat: &Heartbeat) {
    for edge in [Edge::Top, Edge::Bottom] {
        remove_edge_lines(document, edge, heartbeat);
        remove_edge_words(document, edge);
        heartbeat.beat();
    }
}

/// The remaining lines of each page that has any, from the edge inward.
fn lines_from_edge(document: &DocumentLines<'_>, edge: Edge) -> Vec<Vec<usize>> {
    document
        .page_lines()
        .into_iter()
        .map(|range| {
            let remaining = range.filter(|&index| !document.lines[index].is_removed());
            match edge {
                Edge::Top => remaining.collect(),
                Edge::Bottom => remaining.rev().collect(),
            }
        })
        .filter(|lines: &Vec<usize>| !lines.is_empty())
        .collect()
}

fn remove_edge_lines(document: &mut DocumentLines<'_>, edge: Edge, heartbeat: &Heartbeat) {
    let (pages, copies) = without_copies(document, lines_from_edge(document, edge));
    if pages.len() < 2 {
        return;
    }
    // A line counts only if a walk from the edge reaches it, and what the walk reaches depends on which
    // lines count. So begin with all lines of the zone and repeat until nothing changes.
    let mut reached: Vec<usize> = pages
        .iter()
        .flat_map(|lines| lines.iter().copied().take(ZONE_LINES))
        .collect();
    let mut letterhead = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let repetitions = Repetitions::count(document, &pages, &reached, edge);
        let before = std::mem::take(&mut reached);
        letterhead.clear();
        heartbeat.beat();
        for (index, lines) in pages.iter().enumerate() {
            heartbeat.step(index);
            walk(
                document,
                lines,
                &repetitions,
                edge,
                &mut reached,
                &mut letterhead,
            );
        }
        if reached == before {
            break;
        }
    }
    let letterhead: BTreeSet<usize> = letterhead.into_iter().collect();
    for (lines, original) in &copies {
        for (&line, original) in lines.iter().zip(&pages[*original]) {
            if letterhead.contains(original) {
                document.lines[line].remove_all();
            }
        }
    }
    for index in letterhead {
        document.lines[index].remove_all();
    }
}

/// The lines of a page that was scanned twice, and the position of the first copy.
type Copy = (Vec<usize>, usize);

/// Pages that differ from each other, and the copies among them. What two copies of a page have in common
/// is the whole page, and no letterhead.
fn without_copies(
    document: &DocumentLines<'_>,
    pages: Vec<Vec<usize>>,
) -> (Vec<Vec<usize>>, Vec<Copy>) {
    let mut known: HashMap<Vec<TextKey>, usize> = HashMap::new();
    let (mut originals, mut copies) = (Vec::new(), Vec::new());
    for lines in pages {
        operations::count(lines.len());
        let keys = lines.iter().map(|&line| document.lines[line].key).collect();
        match known.entry(keys) {
            Entry::Occupied(original) => copies.push((lines, *original.get())),
            Entry::Vacant(place) => {
                place.insert(originals.len());
                originals.push(lines);
            }
        }
    }
    (originals, copies)
}

/// Walks from the edge of one page inward, as long as there is letterhead.
fn walk(
    document: &DocumentLines<'_>,
    lines: &[usize],
    repetitions: &Repetitions,
    edge: Edge,
    reached: &mut Vec<usize>,
    letterhead: &mut Vec<usize>,
) {
    let mut unrepeated = 0;
    for &index in lines.iter().take(ZONE_LINES) {
        reached.push(index);
        if repetitions.is_letterhead(document, index, edge) {
            letterhead.push(index);
            unrepeated = 0;
            continue;
        }
        // What repeats below a heading or beyond a sentence is an author's answer: `Ej aktuellt.` under each
        // question.
        if is_heading(document, index) || is_sentence(document.lines[index].text) {
            return;
        }
        unrepeated += 1;
        // One or two lines of a header may change from page to page; more are the text. Without a layout
        // only the edge itself shows that a line belongs to a header.
        let most = if document.lines[index].line.rect.is_some() {
            2
        } else {
            1
        };
        if unrepeated > most {
            return;
        }
    }
}

/// Whether a line has the form of a section's heading: marked as one, a question, or a number and a title.
fn is_heading(document: &DocumentLines<'_>, index: usize) -> bool {
    let line = &document.lines[index];
    let text = line.text.trim_matches(['*', '#', '_', ' ']);
    operations::count(text.len());
    matches!(line.line.role, LineRole::Heading(_))
        || text.ends_with('?')
        || regex_is_match!(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s+\p{Lu}\p{Ll}", text)
}

/// Whether a line is a sentence with a number, such as `Vi nådde 14 unga i år.` Where another page has the
/// same sentence with another number, both are the author's.
fn is_numbered_sentence(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit()) && is_sentence(text)
}

/// Whether a line is a sentence or ends one.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace();
    let lowercase = words.filter(|word| word.starts_with(char::is_lowercase));
    text.trim_end().ends_with('.') && lowercase.count() >= MIN_SENTENCE_WORDS
}

/// Words in lowercase that a sentence has at least.
// `Sida 3 av 9.` has one.
const MIN_SENTENCE_WORDS: usize = 3;

/// How often each line occurs at one edge, and which lines also occur elsewhere.
struct Repetitions {
    at_edge: HashMap<TextKey, Occurrences>,
    /// The keys at the edge that repeat so often that a similar line may be a misread one of them.
    frequent: Vec<TextKey>,
    /// The keys that also occur in the middle of a page.
    inside: BTreeSet<TextKey>,
    /// How many pages have lines.
    pages: usize,
}

/// The lines of one key at an edge.
#[derive(Default)]
struct Occurrences {
    /// One for each page, sorted.
    lines: Vec<usize>,
    /// Their distances from the edge, sorted.
    heights: Vec<f32>,
    /// How many of them have no position on their page.
    without_height: usize,
    /// They are sentences that differ in their numbers.
    differ_in_numbers: bool,
}

impl Occurrences {
    fn add(&mut self, document: &DocumentLines<'_>, index: usize, edge: Edge) {
        if let Some(&first) = self.lines.first() {
            let (first, text) = (document.lines[first].text, document.lines[index].text);
            self.differ_in_numbers |= is_numbered_sentence(text) && digits(first).ne(digits(text));
        }
        self.lines.push(index);
        match height(document, index, edge) {
            Some(height) if height.is_nan() => {}
            Some(height) => self.heights.push(height),
            None => self.without_height += 1,
        }
    }

    /// How many of them are as far from the edge as a line; without a layout, all.
    fn at_height(&self, of_line: Option<f32>) -> usize {
        let Some(height) = of_line else {
            return self.lines.len();
        };
        let nearer = |&other: &f32| height - other > HEIGHT_TOLERANCE;
        let not_farther = |&other: &f32| other - height <= HEIGHT_TOLERANCE;
        let first = self.heights.partition_point(nearer);
        let end = self.heights.partition_point(not_farther);
        end.saturating_sub(first) + self.without_height
    }
}

impl Repetitions {
    fn count(
        document: &DocumentLines<'_>,
        pages: &[Vec<usize>],
        reached: &[usize],
        edge: Edge,
    ) -> Self {
        let reached: BTreeSet<usize> = reached.iter().copied().collect();
        let mut at_edge: HashMap<TextKey, Occurrences> = HashMap::new();
        let mut inside = BTreeSet::new();
        for lines in pages {
            for (depth, &index) in lines.iter().enumerate() {
                operations::count(1);
                let key = document.lines[index].key;
                if key.is_empty() {
                    continue;
                }
                // The lines at the other edge of a short page are that edge's header or footer.
                let far_from_other_edge = lines.len() - depth > ZONE_LINES;
                if reached.contains(&index) {
                    let found = at_edge.entry(key).or_default();
                    let page = document.lines[index].page;
                    let last = found.lines.last();
                    if last.is_none_or(|&last| document.lines[last].page != page) {
                        found.add(document, index, edge);
                    }
                } else if far_from_other_edge || edge == Edge::Bottom {
                    inside.insert(key);
                }
            }
        }
        for occurrences in at_edge.values_mut() {
            occurrences.heights.sort_by(f32::total_cmp);
        }
        Self {
            frequent: frequent_keys(&at_edge, pages.len()),
            at_edge,
            inside,
            pages: pages.len(),
        }
    }

    /// Whether a line is letterhead at this edge.
    fn is_letterhead(&self, document: &DocumentLines<'_>, index: usize, edge: Edge) -> bool {
        let key = document.lines[index].key;
        let repeats = |key| self.repeats(document, index, key, edge);
        if repeats(key) {
            return true;
        }
        // OCR misreads single letters: a line that is similar to a repeated one is that line. Only
        // frequent keys are compared letter by letter, because there are few of them.
        document.lines[index].line.confidence < 1.0
            && self.frequent.iter().any(|&other| {
                is_similar(document.normalized(index), document.key_text(other)) && repeats(other)
            })
    }

    /// Whether a line with this key repeats on enough pages: a third of them in a layout, where the
    /// height counts as well, and half of them without one.
    fn repeats(
        &self,
        document: &DocumentLines<'_>,
        index: usize,
        key: TextKey,
        edge: Edge,
    ) -> bool {
        operations::count(1);
        let Some(occurrences) = self
            .at_edge
            .get(&key)
            .filter(|found| !self.inside.contains(&key) && !found.differ_in_numbers)
        else {
            return false;
        };
        let is_counted = occurrences.lines.binary_search(&index).is_ok();
        if document.lines[index].line.rect.is_some() {
            let height = height(document, index, edge);
            let is_known = !height.is_some_and(f32::is_nan);
            let others = occurrences.at_height(height) - usize::from(is_counted && is_known);
            others + 1 >= self.pages.div_ceil(3).max(2)
        } else {
            let others = occurrences.lines.len() - usize::from(is_counted);
            let words = document.key_text(key).split(' ').count();
            // One or two words may occur twice by accident.
            others + 1 >= self.pages.div_ceil(2).max(if words >= 3 { 2 } else { 3 })
        }
    }
}

/// The keys that occur on so many pages that a similar line may be one of them. With that line itself, they
/// are on a third of the pages.
fn frequent_keys(at_edge: &HashMap<TextKey, Occurrences>, pages: usize) -> Vec<TextKey> {
    let enough = pages.div_ceil(3).saturating_sub(1).max(2);
    let keys = at_edge
        .iter()
        .filter(|(_, occurrences)| occurrences.lines.len() >= enough);
    let mut frequent: Vec<TextKey> = keys.map(|(key, _)| *key).collect();
    // The order of a hash map changes from run to run, and the first similar key decides.
    frequent.sort_unstable();
    frequent
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    operations::count(text.len());
    text.chars().filter(char::is_ascii_digit)
}

/// The distance of a line from the edge, in points; `None` without a layout.
fn height(document: &DocumentLines<'_>, index: usize, edge: Edge) -> Option<f32> {
    let line = &document.lines[index];
    let (_, page_height) = document.pages[line.page].size?;
    let rect = line.line.rect?;
    Some(match edge {
        Edge::Top => rect.1,
        Edge::Bottom => page_height - rect.3,
    })
}

/// Removes the words that pages without line breaks have in common at their start or end.
fn remove_edge_words(document: &mut DocumentLines<'_>, edge: Edge) {
    let lines = lines_from_edge(document, edge);
    let one_liners = document
        .lines
        .iter()
        .inspect(|line| operations::count(line.text.len()))
        .any(|line| line.text.split(' ').nth(MAX_LINE_WORDS).is_some());
    if lines.len() < 2 || !one_liners {
        return;
    }
    let mut keys = Interner::default();
    let pages: Vec<Vec<LineWord>> = lines
        .iter()
        .map(|lines| edge_words(document, &mut keys, lines, edge))
        .collect();
    // Pages of a few words have no running text that could hide a header.
    if pages.iter().all(|words| words.len() < ZONE_WORDS / 2) {
        return;
    }
    let enough = match edge {
        // At the top of the first page the same words are the document's title, so it needs one more.
        Edge::Top => pages.len().div_ceil(2).max(3),
        Edge::Bottom => pages.len().div_ceil(2).max(2),
    };
    let trie = WordTrie::new(&pages);
    for (index, words) in pages.iter().enumerate() {
        if edge == Edge::Top && index == 0 {
            continue;
        }
        let length = trie.shared_length(words, enough);
        // Page numbers and dates are common to all pages, too.
        let has_letters = |word: &&LineWord| keys.text(word.key).chars().any(char::is_alphabetic);
        // Fewer words may be common by accident.
        if words[..length].iter().filter(has_letters).count() >= 3 {
            let mut removed: Vec<&LineWord> = words[..length].iter().collect();
            removed.sort_by_key(|word| (word.line, word.bytes.start));
            remove_words(&mut document.lines, removed);
        }
    }
}

/// Up to [`ZONE_WORDS`] words of a page, from the edge inward.
fn edge_words(
    document: &DocumentLines<'_>,
    keys: &mut Interner,
    lines: &[usize],
    edge: Edge,
) -> Vec<LineWord> {
    let mut words = Vec::new();
    for &line in lines {
        let left = ZONE_WORDS - words.len();
        let mut add = |(bytes, word): (_, &str)| {
            words.push(LineWord {
                line,
                bytes,
                key: keys.intern(&normalize_word(word)),
            });
        };
        let line_words = document.words(line);
        match edge {
            Edge::Top => line_words.take(left).for_each(&mut add),
            Edge::Bottom => line_words.rev().take(left).for_each(&mut add),
        }
        if words.len() >= ZONE_WORDS {
            break;
        }
    }
    words
}

/// The first words of all pages as a trie (prefix tree), with the number of pages at each node.
#[derive(Default)]
struct WordTrie {
    /// By parent node and word: the node, and how many pages pass through it.
    nodes: HashMap<(usize, TextKey), (usize, usize)>,
}

impl WordTrie {
    fn new(pages: &[Vec<LineWord>]) -> Self {
        let mut trie = Self::default();
        for words in pages {
            let mut node = 0;
            for word in words {
                operations::count(1);
                let next = trie.nodes.len() + 1;
                let (next, pages) = trie.nodes.entry((node, word.key)).or_insert((next, 0));
                *pages += 1;
                node = *next;
            }
        }
        trie
    }

    /// How many words from the edge a page shares with enough pages, itself included.
    fn shared_length(&self, words: &[LineWord], enough: usize) -> usize {
        let mut node = 0;
        let shared = words.iter().take_while(|word| {
            operations::count(1);
            let Some(&(next, pages)) = self.nodes.get(&(node, word.key)) else {
                return false;
            };
            node = next;
            pages >= enough
        });
        shared.count()
    }
}
