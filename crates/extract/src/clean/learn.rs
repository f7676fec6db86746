//! Letterhead learning: the lines that many documents have at the same place of a page.
//!
//! In a one-page form nothing repeats, so that its letterhead cannot be found within the document. Over an
//! archive it repeats: the same line at the same distance from an edge of the page, for years. What a form
//! prints for the author to answer repeats as well, so labels, questions and headings are never proposed,
//! nor is an answer that many authors give. A person decides about every proposal ([`LetterheadFile`]).
//!
//! Lines are counted in one pass. Memory is bounded: lines that only few documents have are dropped when
//! there are too many.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use lazy_regex::{regex, regex_is_match};

use super::line_index::{LineIndex, LineKey, has_variable};
use crate::profile::{LetterheadEntry, LetterheadFile, PagePosition, Profiles};
use diarium_document::operations;

/// Lines from an edge of a page that may be letterhead.
// The tallest header seen on real forms has nine lines.
const ZONE: usize = 12;
/// Lines that are counted at the same time, at most. A line takes about half a kilobyte.
const MAX_LINES: usize = 200_000;
/// Labels that are counted, at most.
const MAX_LABELS: usize = 50_000;
/// Documents that are compared with others, at most.
const MAX_KNOWN: usize = 4_000_000;
/// Wordings of a line that are counted, at most. Others are what OCR misread.
const MAX_WORDINGS: usize = 4;
/// Documents that an entry names.
const EXAMPLES: usize = 3;
/// Lines of an entry, at most.
const MAX_BLOCK: usize = 20;
/// The longest line that is counted, in characters.
// A longer line is a paragraph or a whole page.
const MAX_CHARACTERS: usize = 300;
/// The most documents that a line must be in.
// Fewer in a small archive; an author seldom sends as many applications with the same line.
const MIN_DOCUMENTS: u64 = 5;
/// The share of the documents of the same years that must have a line at the edge of the page.
// A publisher with a twentieth of the documents is one whose letterhead is worth removing.
const MIN_SHARE: f64 = 0.05;
/// The same for a sentence between other text, and for a line that may be an answer.
const MIN_SHARE_INSIDE: f64 = 0.2;
/// The same for a line below a question, and for a line with a date: authors write these as well.
const MIN_SHARE_OF_ANSWER: f64 = 0.6;
/// How often a line must have the same distance from the edge.
const SAME_PLACE: f64 = 0.8;
/// How often a line may follow a label or a question and still be no answer.
const MAX_BELOW_PROMPT: f64 = 0.3;
/// How often a label must have the same value: then the value is the publisher's.
const SAME_VALUE: f64 = 0.8;

/// A document to learn from.
#[derive(Debug)]
pub struct LearnedDocument<'d> {
    /// Its path, for the examples and the year.
    pub path: &'d str,
    /// The texts of its pages, as read.
    pub pages: Vec<&'d str>,
}

/// Counts lines over documents.
#[derive(Debug)]
pub struct Learner<'p> {
    profiles: &'p Profiles,
    index: LineIndex,
    lines: Vec<Line>,
    labels: HashMap<String, Counts>,
    documents: Counts,
    /// A line that fewer documents have is dropped when there are too many.
    floor: u64,
    /// Digests of the texts of documents: a copy of a document says nothing new.
    known: HashSet<u64>,
}

/// Documents, in all and by year.
#[derive(Debug, Clone, Default)]
struct Counts {
    all: u64,
    by_year: BTreeMap<u16, u64>,
}

impl Counts {
    fn add(&mut self, year: Option<u16>) {
        self.all += 1;
        if let Some(year) = year {
            *self.by_year.entry(year).or_default() += 1;
        }
    }

    /// The documents of the years from the first to the last.
    fn within(&self, years: Option<(u16, u16)>) -> u64 {
        let Some((first, last)) = years else {
            return self.all;
        };
        let dated: u64 = self.by_year.values().sum();
        let within: u64 = self
            .by_year
            .range(first..=last)
            .map(|(_, count)| count)
            .sum();
        // Documents without a year may be of any.
        within + (self.all - dated)
    }

    fn years(&self) -> Option<(u16, u16)> {
        let first = self.by_year.first_key_value()?;
        let last = self.by_year.last_key_value()?;
        Some((*first.0, *last.0))
    }
}

/// What stands beside a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Neighbor {
    Edge,
    Line(usize),
}

/// The most frequent neighbor, by the Boyer–Moore vote.
#[derive(Debug, Clone, Copy, Default)]
struct Majority {
    candidate: Option<Neighbor>,
    votes: u64,
}

impl Majority {
    fn vote(&mut self, neighbor: Option<Neighbor>) {
        if self.votes == 0 {
            self.candidate = neighbor;
            self.votes = 1;
        } else if self.candidate == neighbor {
            self.votes += 1;
        } else {
            self.votes -= 1;
        }
    }

    /// The neighbor that at least two thirds of the documents have.
    fn winner(self, documents: u64) -> Option<Neighbor> {
        self.candidate.filter(|_| 3 * self.votes >= documents)
    }
}

/// A line and where documents have it.
#[derive(Debug)]
struct Line {
    key: LineKey,
    /// How many documents have it in these words.
    wordings: Vec<(String, u64)>,
    documents: Counts,
    examples: Vec<String>,
    /// Documents that have it at this distance from the top or the bottom of a page.
    top: [u64; ZONE],
    bottom: [u64; ZONE],
    above: Majority,
    below: Majority,
    /// Documents in which it follows a label or a question.
    below_prompt: u64,
    /// Documents that have it several times on a page.
    repeated: u64,
    /// The number of the last document that has it, from 1.
    last: u64,
}

impl<'p> Learner<'p> {
    /// A learner that knows the labels and headings of these profiles.
    pub fn new(profiles: &'p Profiles) -> Self {
        Self {
            profiles,
            index: LineIndex::default(),
            lines: Vec::new(),
            labels: HashMap::new(),
            documents: Counts::default(),
            floor: 1,
            known: HashSet::new(),
        }
    }

    /// How many documents were counted.
    pub fn documents(&self) -> u64 {
        self.documents.all
    }

    /// Counts the lines of a document, unless it is a copy of one that was counted.
    pub fn add(&mut self, document: &LearnedDocument<'_>) {
        let mut digest = DefaultHasher::new();
        for word in document
            .pages
            .iter()
            .flat_map(|page| page.split_whitespace())
        {
            word.hash(&mut digest);
        }
        let is_new = self.known.len() >= MAX_KNOWN || self.known.insert(digest.finish());
        if !is_new {
            return;
        }
        let year = year(document);
        self.documents.add(year);
        for page in &document.pages {
            if self.lines.len() > MAX_LINES {
                self.drop_rare_lines();
            }
            self.add_page(page, document.path, year);
        }
    }

    fn add_page(&mut self, page: &str, path: &str, year: Option<u16>) {
        // Numbers alone, rules and blank lines are nobody's text and separate nothing.
        let texts: Vec<&str> = page
            .lines()
            .map(str::trim)
            .filter(|line| line.contains(char::is_alphabetic))
            .collect();
        let numbers: Vec<Option<usize>> = texts.iter().map(|text| self.number(text)).collect();
        for (index, text) in texts.iter().enumerate() {
            let Some(number) = numbers[index] else {
                continue;
            };
            let neighbor = |at: Option<usize>| match at {
                Some(at) if at < texts.len() => numbers[at].map(Neighbor::Line),
                _ => Some(Neighbor::Edge),
            };
            let (above, below) = (neighbor(index.checked_sub(1)), neighbor(Some(index + 1)));
            let is_below_prompt = index > 0 && is_prompt(texts[index - 1], self.profiles);
            let document = self.documents.all;
            let line = &mut self.lines[number];
            if line.last == document {
                // Once on each page is a header.
                let is_same_page = numbers[..index].contains(&Some(number));
                line.repeated += u64::from(is_same_page);
                continue;
            }
            line.last = document;
            line.count(text, path, year);
            line.above.vote(above);
            line.below.vote(below);
            line.below_prompt += u64::from(is_below_prompt);
            let from_bottom = texts.len() - 1 - index;
            for (counts, offset) in [(&mut line.top, index), (&mut line.bottom, from_bottom)] {
                if let Some(count) = counts.get_mut(offset) {
                    *count += 1;
                }
            }
            self.count_label(text, year);
        }
    }

    /// The number of a line, a new one if it is not known; `None` for a line that is not counted.
    fn number(&mut self, text: &str) -> Option<usize> {
        if text.chars().count() > MAX_CHARACTERS {
            return None;
        }
        let key = LineKey::new(text)?;
        if let Some(number) = self.index.find(&key) {
            return Some(number);
        }
        self.lines.push(Line::new(key.clone()));
        Some(self.index.add(key))
    }

    fn count_label(&mut self, text: &str, year: Option<u16>) {
        if let Some(label) = label(text, self.profiles)
            && (self.labels.len() < MAX_LABELS || self.labels.contains_key(&label))
        {
            self.labels.entry(label).or_default().add(year);
        }
    }

    /// Drops the lines that the fewest documents have, until half of the room is free.
    fn drop_rare_lines(&mut self) {
        while self.lines.len() > MAX_LINES / 2 {
            self.floor += 1;
            self.lines.retain(|line| line.documents.all >= self.floor);
        }
        self.index = LineIndex::default();
        for line in &mut self.lines {
            self.index.add(line.key.clone());
            // The numbers of its neighbors have changed.
            line.above = Majority::default();
            line.below = Majority::default();
        }
    }

    /// The proposals, the most likely first.
    pub fn finish(self) -> LetterheadFile {
        let placed: Vec<Option<Place>> = self.lines.iter().map(|line| self.place(line)).collect();
        let proposed: Vec<bool> = (0..self.lines.len())
            .map(|number| self.is_structural(number, &placed))
            .collect();
        let mut entries = self.entries(&placed, &proposed);
        entries.sort_by(|a, b| {
            let order = b.likelihood.total_cmp(&a.likelihood);
            order
                .then(b.documents.cmp(&a.documents))
                .then_with(|| a.lines.cmp(&b.lines))
        });
        LetterheadFile { entries }
    }

    /// Where a line stands, if that and its words allow it to be letterhead.
    fn place(&self, line: &Line) -> Option<Place> {
        operations::count(1);
        let minimum = MIN_DOCUMENTS.min((self.documents.all / 4).max(2));
        let text = line.text();
        if line.documents.all < minimum
            || line.repeated * 10 > line.documents.all
            || is_prompt(text, self.profiles)
        {
            return None;
        }
        let years = line.documents.years();
        let documents = line.documents.all as f64;
        let share = documents / self.documents.within(years).max(1) as f64;
        let mut is_value = false;
        if let Some(label) = label(text, self.profiles) {
            let with_label = self.labels.get(&label);
            let with_label = with_label.map_or(0, |counts| counts.within(years));
            if has_variable(text) {
                return None;
            }
            is_value = documents < SAME_VALUE * with_label as f64;
        }
        let (position, same_place) = line.position();
        let below_prompt = line.below_prompt as f64 / documents;
        let words = text.split_whitespace().count();
        let may_be_answer = below_prompt > MAX_BELOW_PROMPT
            || words <= 3 && text.ends_with('.')
            || has_variable(text);
        let needed = match position {
            _ if may_be_answer => MIN_SHARE_OF_ANSWER,
            PagePosition::Inside => MIN_SHARE_INSIDE,
            _ if words == 1 => MIN_SHARE_INSIDE,
            _ => MIN_SHARE,
        };
        // Inside a page only a sentence: what is shorter is a heading or an answer.
        let is_sentence = words >= 6 && text.ends_with('.') && below_prompt <= MAX_BELOW_PROMPT;
        if share < needed || position == PagePosition::Inside && !is_sentence {
            return None;
        }
        let same_wording = line
            .wordings
            .iter()
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(0) as f64
            / documents;
        let likelihood = 0.5 * same_place + 0.3 * share.min(1.0) + 0.2 * same_wording;
        Some(Place {
            position,
            is_value,
            share: share.min(1.0),
            likelihood: if position == PagePosition::Inside {
                likelihood / 2.0
            } else {
                likelihood
            },
        })
    }

    /// Whether a line is letterhead by its neighbors. A line with an address, a number or a full stop
    /// needs none. Another may be a heading or a label that no profile knows: these stand above the text
    /// of authors, which varies; letterhead stands between the edge of the page and other letterhead.
    fn is_structural(&self, number: usize, placed: &[Option<Place>]) -> bool {
        let Some(place) = &placed[number] else {
            return false;
        };
        let line = &self.lines[number];
        if place.is_value {
            return self.is_value_of_letterhead(number, placed);
        }
        if is_unmistakable(line.text()) {
            return true;
        }
        let documents = line.documents.all;
        let reaches_edge = |next: fn(&Line) -> Majority| {
            let mut at = number;
            for _ in 0..ZONE {
                operations::count(1);
                let line = &self.lines[at];
                match next(line).winner(line.documents.all) {
                    Some(Neighbor::Edge) => return true,
                    Some(Neighbor::Line(other)) if placed[other].is_some() => at = other,
                    _ => return false,
                }
            }
            false
        };
        match place.position {
            PagePosition::Top => {
                let is_first = matches!(line.above.winner(documents), Some(Neighbor::Edge));
                let has_letterhead_below = matches!(line.below.winner(documents), Some(Neighbor::Line(below)) if placed[below].is_some());
                is_first || has_letterhead_below && reaches_edge(|line| line.above)
            }
            PagePosition::Bottom => reaches_edge(|line| line.below),
            PagePosition::Inside => true,
        }
    }

    /// Whether a label with one of several values is always beside the same letterhead: the telephone number
    /// of one of several publishers.
    fn is_value_of_letterhead(&self, number: usize, placed: &[Option<Place>]) -> bool {
        let documents = self.lines[number].documents.all;
        let leads_to_letterhead = |next: fn(&Line) -> Majority| {
            let mut at = number;
            for _ in 0..ZONE {
                operations::count(1);
                let line = &self.lines[at];
                let Some(Neighbor::Line(other)) = next(line).winner(line.documents.all) else {
                    return false;
                };
                let is_as_frequent =
                    documents as f64 >= SAME_VALUE * self.lines[other].documents.all as f64;
                match &placed[other] {
                    Some(place) if is_as_frequent && !place.is_value => return true,
                    Some(_) if is_as_frequent => at = other,
                    _ => return false,
                }
            }
            false
        };
        leads_to_letterhead(|line| line.above) || leads_to_letterhead(|line| line.below)
    }

    /// The entries: lines that follow each other in most documents are one.
    fn entries(&self, placed: &[Option<Place>], proposed: &[bool]) -> Vec<LetterheadEntry> {
        let follows = |number: usize| -> Option<usize> {
            let line = &self.lines[number];
            let Some(Neighbor::Line(below)) = line.below.winner(line.documents.all) else {
                return None;
            };
            let other = &self.lines[below];
            let is_mutual = other.above.winner(other.documents.all) == Some(Neighbor::Line(number));
            let (one, two) = (line.documents.all, other.documents.all);
            let is_as_frequent = one.abs_diff(two) * 10 <= one.max(two);
            let is_same_place = placed[number].as_ref().map(|place| place.position)
                == placed[below].as_ref().map(|place| place.position);
            (proposed[below] && is_mutual && is_as_frequent && is_same_place).then_some(below)
        };
        let mut is_inner = vec![false; self.lines.len()];
        let numbers = || (0..self.lines.len()).filter(|&number| proposed[number]);
        for below in numbers().filter_map(follows) {
            is_inner[below] = true;
        }
        let mut is_done = vec![false; self.lines.len()];
        let mut entries = Vec::new();
        // Blocks begin at a line that follows no other; the second pass is for circles, which no page has.
        for number in numbers()
            .filter(|&number| !is_inner[number])
            .chain(numbers())
        {
            let mut block = Vec::new();
            let mut at = Some(number);
            while let Some(line) = at.filter(|&line| !is_done[line] && block.len() < MAX_BLOCK) {
                operations::count(1);
                is_done[line] = true;
                block.push(line);
                at = follows(line);
            }
            entries.extend(self.entry(&block, placed));
        }
        entries
    }

    fn entry(&self, block: &[usize], placed: &[Option<Place>]) -> Option<LetterheadEntry> {
        let first = *block.first()?;
        let place = placed[first].as_ref()?;
        let line = &self.lines[first];
        let likelihoods = block.iter().filter_map(|&line| placed[line].as_ref());
        Some(LetterheadEntry {
            lines: block
                .iter()
                .map(|&line| self.lines[line].text().to_owned())
                .collect(),
            approved: false,
            likelihood: rounded(
                likelihoods
                    .map(|place| place.likelihood)
                    .fold(1.0, f64::min),
                100.0,
            ),
            position: place.position,
            documents: line.documents.all,
            share: rounded(place.share, 1000.0),
            years: line.documents.years(),
            examples: line.examples.clone(),
        })
    }
}

/// Where a line stands, and how likely it is letterhead.
#[derive(Debug)]
struct Place {
    position: PagePosition,
    /// It is a label with one of several values.
    is_value: bool,
    share: f64,
    likelihood: f64,
}

impl Line {
    fn new(key: LineKey) -> Self {
        Self {
            key,
            wordings: Vec::new(),
            documents: Counts::default(),
            examples: Vec::new(),
            top: [0; ZONE],
            bottom: [0; ZONE],
            above: Majority::default(),
            below: Majority::default(),
            below_prompt: 0,
            repeated: 0,
            last: 0,
        }
    }

    fn count(&mut self, text: &str, path: &str, year: Option<u16>) {
        self.documents.add(year);
        if self.examples.len() < EXAMPLES {
            self.examples.push(path.to_owned());
        }
        let mut wordings = self.wordings.iter_mut();
        if let Some((_, count)) = wordings.find(|(wording, _)| wording == text) {
            *count += 1;
        } else if self.wordings.len() < MAX_WORDINGS {
            self.wordings.push((text.to_owned(), 1));
        }
    }

    /// The most frequent wording; of equally frequent ones the first.
    fn text(&self) -> &str {
        let most = self.wordings.iter().map(|(_, count)| *count).max();
        let wording = self.wordings.iter().find(|(_, count)| Some(*count) == most);
        wording.map_or("", |(text, _)| text)
    }

    /// Where the line mostly stands, and in which share of its documents.
    fn position(&self) -> (PagePosition, f64) {
        // A title that is wrapped in some documents shifts a line by one.
        let window = |counts: &[u64; ZONE]| {
            let windows = counts.windows(2).map(|pair| pair.iter().sum::<u64>());
            windows.max().unwrap_or(0) as f64 / self.documents.all.max(1) as f64
        };
        let (top, bottom) = (window(&self.top), window(&self.bottom));
        if top.max(bottom) < SAME_PLACE {
            (PagePosition::Inside, top.max(bottom))
        } else if top >= bottom {
            (PagePosition::Top, top)
        } else {
            (PagePosition::Bottom, bottom)
        }
    }
}

fn rounded(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}

/// Whether a line asks for text: a label, a question, a heading or a checkbox of a form.
fn is_prompt(line: &str, profiles: &Profiles) -> bool {
    let bare = line.trim_matches(['*', '_', '#', ' ', '\t']);
    let is_known = profiles.is_label(bare) || profiles.is_heading(bare);
    let is_table_head =
        bare.contains('\t') && bare.split('\t').skip(1).any(|cell| profiles.is_label(cell));
    is_known
        || is_table_head
        || line.trim_start().starts_with('#')
        || bare.ends_with([':', '?'])
        // 3. Mål | 3a Mål | B. Projekt; no address such as `123 45 Torpa`
        || regex_is_match!(r"^(?:\d{1,2}[a-z]?[.):]*|\p{Lu}[.)])\s+\p{Lu}", bare)
        || regex_is_match!(r"[☐☒☑□■]|\[\s?[xX]?\s?\]|_{3,}|\.{5,}", bare)
        // A title, but not a sentence about applications.
        || profiles.is_document_type(bare) && !bare.ends_with('.')
}

/// The label at the beginning of a line that also has its value: `Telefon: 099-12 34 56`.
fn label(line: &str, profiles: &Profiles) -> Option<String> {
    let bare = line.trim_matches(['*', '_', '#', ' ']);
    if let Some((label, value)) = bare.split_once([':', '\t'])
        && value.contains(char::is_alphanumeric)
        // A time and an address on the web have a colon, too.
        && !label.ends_with(|last: char| last.is_ascii_digit())
        && !value.starts_with("//")
    {
        return Some(label.trim().to_lowercase());
    }
    let mut ends = regex!(r"\s+")
        .find_iter(bare)
        .take(5)
        .map(|space| space.start());
    let end = ends.find(|&end| profiles.is_label(&bare[..end]))?;
    Some(bare[..end].to_lowercase())
}

/// Whether nobody would take a line for a heading or a label: it has an address or ends like a sentence.
fn is_unmistakable(line: &str) -> bool {
    line.contains(['@', '|', '•', '·'])
        || line.ends_with('.')
        || regex_is_match!(
            r"(?i)\d{3}|\bwww\.|https?:|\p{L}\.(?:se|fi|no|dk|eu|org|com|net|example)\b",
            line
        )
}

/// The year of a document: in its path, or else of the last date in its text.
fn year(document: &LearnedDocument<'_>) -> Option<u16> {
    let in_path = regex!(r"(?:^|\D)((?:19[5-9]|20)\d\d)(?:\D|$)").captures(document.path);
    if let Some(year) = in_path.and_then(|found| found.get(1)) {
        return year.as_str().parse().ok();
    }
    let dates = regex!(
        r"\b((?:19[5-9]\d|20\d\d))-\d\d-\d\d\b|\b\d{1,2}[./ ](?:\d{1,2}|\p{L}{3,9})[./ ]((?:19[5-9]|20)\d\d)\b"
    );
    let first_page = document.pages.first()?;
    operations::count(first_page.len());
    let years = dates
        .captures_iter(first_page)
        .filter_map(|found| found.get(1).or(found.get(2))?.as_str().parse().ok());
    years.max()
}
