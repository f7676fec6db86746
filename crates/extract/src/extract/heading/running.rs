//! Headings inside running text, known by their words.
//!
//! A document-sharing site gives each page as one line: `… metoder etc. Projektets resultat Under året
//! har …`. No layout is left there, so that known words count, and what is before and after them: a
//! heading follows a sentence, a number, a label or a name, and a capital follows it.

use std::ops::Range;

use super::{
    Heading, KnownHeadings, MAX_HEADINGS, contents, normalize_heading, normalize_title,
    numbering::split_number,
    shape,
    signs::{Evidence, RUNNING_THRESHOLD, Sign},
};
use crate::{
    extract::label::{LabelHit, LabelLayout, labels_on_line},
    profile::{Profile, Strength, heading_words},
};
use diarium_document::{CleanText, Heartbeat, operations};

/// The shortest line that may contain headings, in bytes.
// A shorter line is an ordinary line.
const MIN_LONG_LINE: usize = 120;
/// The longest document title after which a heading may follow, in bytes.
const MAX_TITLE_BYTES: usize = 1_200;
/// The most words of a heading in running text.
const MAX_WORDS: usize = 10;

/// What the headings of a document are searched by.
pub(super) struct Search<'s> {
    pub text: &'s CleanText,
    pub hits: &'s [LabelHit<'s>],
    pub known: &'s KnownHeadings<'s>,
    pub profile: &'s Profile,
    /// The title that the carrier states: a heading may follow it.
    pub title: Option<&'s str>,
    /// The level of the headings that the profile does not declare.
    pub level: u8,
    pub heartbeat: &'s Heartbeat,
}

/// Finds the headings inside long lines.
pub(super) fn running_headings(search: &Search<'_>) -> Vec<Heading> {
    let text = search.text;
    let mut found = Vec::new();
    for (index, line) in text.lines().iter().enumerate() {
        operations::count(1);
        if line.bytes.len() < MIN_LONG_LINE {
            continue;
        }
        let long_line = LongLine::new(search, index);
        let mut next = 0;
        while next < long_line.words.len() && found.len() < MAX_HEADINGS {
            search.heartbeat.step(next);
            match long_line.heading_at(next) {
                Some((end, heading)) => {
                    found.push(heading);
                    next = end;
                }
                None => next += 1,
            }
        }
    }
    found
}

/// A long line, and what is known of it.
struct LongLine<'s> {
    search: &'s Search<'s>,
    line: usize,
    text: &'s str,
    offset: usize,
    /// Its words, in bytes of the line.
    words: Vec<Range<usize>>,
    /// The ends of its labels without trailing white space, in bytes of the line, sorted.
    label_ends: Vec<usize>,
    /// Its labels: where each begins, in bytes of the line, and whether a colon follows it; sorted.
    labels: Vec<(usize, bool)>,
    /// Where the document's title stands in it, in bytes of the line, sorted.
    titles: Vec<Range<usize>>,
}

impl<'s> LongLine<'s> {
    fn new(search: &'s Search<'s>, index: usize) -> Self {
        let text = search.text.line(index);
        let offset = search.text.lines()[index].bytes.start;
        operations::count(text.len());
        let labels = labels_on_line(search.hits, index);
        let label_end = |hit: &LabelHit<'_>| text[..hit.bytes.end - offset].trim_end().len();
        let has_colon = |hit: &LabelHit<'_>| {
            matches!(
                hit.layout,
                LabelLayout::Colon | LabelLayout::InlineColon | LabelLayout::Alone { colon: true }
            )
        };
        let title = search
            .title
            .filter(|title| !title.is_empty() && title.len() <= MAX_TITLE_BYTES);
        let titles = title.map(|title| {
            let found = text.match_indices(title);
            found.map(|(at, title)| at..at + title.len()).collect()
        });
        Self {
            search,
            line: index,
            text,
            offset,
            words: words(text, search.known),
            label_ends: labels.iter().map(label_end).collect(),
            labels: labels
                .iter()
                .map(|hit| (hit.bytes.start - offset, has_colon(hit)))
                .collect(),
            titles: titles.unwrap_or_default(),
        }
    }

    fn word(&self, index: usize) -> Option<&'s str> {
        self.words.get(index).map(|word| &self.text[word.clone()])
    }

    /// The heading that begins with a word, and the index of the word after it.
    fn heading_at(&self, first: usize) -> Option<(usize, Heading)> {
        let start = self.words.get(first)?.start;
        if !self.word(first)?.starts_with(char::is_uppercase)
            || self.is_in_title(start)
            || self.search.known.contents.contains(self.offset + start)
        {
            return None;
        }
        let longest = (first + MAX_WORDS).min(self.words.len());
        let natural = self.natural_end(first, longest);
        (first + 1..=longest).rev().find_map(|end| {
            operations::count(end - first);
            let evidence = self.evidence(first, end, end == natural)?;
            if evidence.points < RUNNING_THRESHOLD {
                return None;
            }
            let end = self.with_note(end);
            Some((end, self.heading(first, end)))
        })
    }

    /// Whether a byte of the line is inside the document's title.
    fn is_in_title(&self, byte: usize) -> bool {
        let next = self.titles.partition_point(|title| title.end <= byte);
        self.titles
            .get(next)
            .is_some_and(|title| title.contains(&byte))
    }

    /// Whether the document's title ends at a byte of the line.
    fn ends_title(&self, byte: usize) -> bool {
        self.titles
            .binary_search_by_key(&byte, |title| title.end)
            .is_ok()
    }

    /// The end of a phrase around a known word: after punctuation, before the next capital, or where capitals
    /// end.
    fn natural_end(&self, first: usize, longest: usize) -> usize {
        let is_capitals = self.word(first).is_some_and(is_capitals);
        let continues = |index: usize| {
            let has_ended = self
                .word(index - 1)
                .is_some_and(|word| word.ends_with(['.', ':', '?', '!', ';']));
            let word = self.word(index).unwrap_or_default();
            let is_part = if is_capitals {
                is_capitals_or_mark(word)
            } else {
                word.starts_with(|c: char| c.is_lowercase() || matches!(c, '&' | '/'))
                    || is_abbreviation(word)
            };
            is_part && !has_ended
        };
        (first + 1..longest)
            .find(|&index| !continues(index))
            .unwrap_or(longest)
    }

    /// The end of a phrase with a note in brackets that belongs to it: `Sammanfattning (högst en sida) Vi …`.
    fn with_note(&self, end: usize) -> usize {
        if !self.word(end).is_some_and(|word| word.starts_with('(')) {
            return end;
        }
        let last = (end + MAX_WORDS).min(self.words.len());
        let closes = |index: &usize| self.word(*index).is_some_and(|word| word.contains(')'));
        let close = (end..last).find(closes);
        close
            .map(|close| close + 1)
            .filter(|&end| {
                let next = self.word(end);
                next.is_none()
            })
            .unwrap_or(end)
    }

    /// The signs of a phrase; `None` if nothing knows its words or no text can begin after it.
    fn evidence(&self, first: usize, end: usize, is_natural: bool) -> Option<Evidence> {
        let range = self.words.get(first)?.start..self.words.get(end - 1)?.end;
        let phrase = &self.text[range.clone()];
        let known = self.search.known;
        let is_contents = contents::is_heading(phrase, &self.search.profile.shared.contents_words);
        let body_follows = is_contents || self.body_follows(end);
        let number_follows = !body_follows && self.number_follows(end);
        // Most phrases of a text end here, before anything is allocated for their words.
        if !body_follows && !number_follows || phrase.ends_with([',', ';']) {
            return None;
        }
        let words: Vec<String> = heading_words(phrase).collect();
        let is_listed = known.contents.lists(&normalize_heading(phrase));
        let strength = if known.is_declared(phrase) {
            Some(Strength::Sure)
        } else if is_natural {
            known.words.strength(&words)
        } else {
            known.words.whole(&words)
        };
        let may_have_list = strength >= Some(Strength::Related) && !self.is_counting(end);
        let follows = body_follows || may_have_list;
        if strength.is_none() && !is_listed || !follows {
            return None;
        }
        let is_type = known.words.whole(&words).is_none()
            && shape::names_document(phrase, self.search.profile);
        let mut evidence = Evidence::default();
        if let Some(strength) = strength {
            evidence.add(Sign::Known(strength));
        }
        evidence.add_if(is_listed, Sign::InContents);
        let is_set_apart = self.is_in_capitals(first, end);
        evidence.add_if(is_set_apart && end > first + 1, Sign::Capitals);
        // A question that only begins with a known word is one of the text's own.
        let is_question = phrase.ends_with('?') && known.words.whole(&words).is_none();
        evidence.add_if(
            is_question && !is_listed && !known.is_declared(phrase),
            Sign::Stop,
        );
        evidence.add_if(end > first + 1, Sign::SeveralWords);
        if let Some(next) = self.word(end) {
            let next = next
                .trim_matches(['"', '”', '“', '-', '–', '•'])
                .to_lowercase();
            evidence.add(if known.words.is_opener(&next) {
                Sign::SentenceAfter
            } else {
                Sign::CapitalAfter
            });
        }
        evidence.add(self.before(first));
        evidence.add_if(is_type, Sign::DocumentType);
        evidence.add_if(phrase.ends_with(['.', '!']), Sign::Stop);
        let label = self
            .labels
            .binary_search_by_key(&range.start, |&(start, _)| start);
        let label = label.ok().and_then(|index| self.labels.get(index));
        // Without a colon a word of both kinds is a label, and any other one a heading.
        let is_label =
            label.is_some_and(|&(_, has_colon)| has_colon || strength < Some(Strength::Strong));
        evidence.add_if(is_label, Sign::LabelAndValue);
        Some(evidence)
    }

    /// Whether a sentence, a note in brackets, a numbered part or nothing follows a phrase.
    fn body_follows(&self, end: usize) -> bool {
        let has_colon = self.word(end - 1).is_some_and(|word| word.ends_with(':'));
        let Some(mut next) = self.word(end) else {
            return true;
        };
        if matches!(next, "-" | "–" | ":" | "•" | "*")
            && let Some(after) = self.word(end + 1)
        {
            next = after;
        }
        let next = next.trim_start_matches(['"', '”', '“', '-', '–', '•']);
        next.starts_with(|c: char| {
            c.is_uppercase() || c == '(' || has_colon && (c.is_ascii_digit() || c.is_alphabetic())
        })
    }

    /// Whether the number of a part or of the first item of a list follows: `1.1`, `1.`
    fn number_follows(&self, end: usize) -> bool {
        let is_capital = self
            .word(end + 1)
            .is_some_and(|word| word.starts_with(char::is_uppercase));
        self.word(end).is_some_and(|next| {
            let is_part = is_number(next) && next.trim_end_matches('.').contains('.');
            is_capital && (is_part || next == "1.")
        })
    }

    /// Whether the last word of a phrase is one that numbers follow: `Mål 2.2`.
    fn is_counting(&self, end: usize) -> bool {
        let word = self.word(end - 1).unwrap_or_default().to_lowercase();
        self.search.profile.shared.counted_words.contains(&word)
    }

    /// The sign of what is before a phrase.
    fn before(&self, first: usize) -> Sign {
        let Some(before) = first
            .checked_sub(1)
            .and_then(|before| self.words.get(before))
        else {
            return Sign::LineStart;
        };
        let word = &self.text[before.clone()];
        let bare = word.to_lowercase();
        let is_number = word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let words = self.search.known.words;
        if is_number && first == 1 || self.ends_title(before.end) {
            return Sign::LineStart;
        }
        let is_dash = matches!(word, "-" | "–" | "—");
        let is_end = is_dash
            || !word.ends_with(|c: char| c.is_alphabetic() || c == ',' || c == '-')
            || word.contains(|c: char| c.is_ascii_digit() || c == '@')
            || self.label_ends.binary_search(&before.end).is_ok();
        if word.ends_with(['.', '!', '?']) && !is_number {
            Sign::AfterSentence
        } else if is_end {
            Sign::AfterMark
        } else if word.ends_with([',', '-'])
            || words.is_connector(&bare)
            || words.is_sentence(std::slice::from_ref(&bare))
        {
            Sign::InsideSentence
        } else if word.starts_with(char::is_uppercase) && !self.is_among_capitals(first) {
            Sign::AfterName
        } else {
            Sign::AfterWord
        }
    }

    /// Whether capitalized words surround a word: the cells of a table or a list, where each begins with a
    /// capital and none shows where a heading would end.
    fn is_among_capitals(&self, first: usize) -> bool {
        let is_capitalized = |index: Option<usize>| {
            let word = index.and_then(|index| self.word(index));
            word.is_some_and(|word| word.starts_with(char::is_uppercase) && !is_capitals(word))
        };
        (1..=2).all(|back| is_capitalized(first.checked_sub(back)))
            && is_capitalized(Some(first + 1))
    }

    /// Whether a phrase is in capitals and the words around it are not.
    fn is_in_capitals(&self, first: usize, end: usize) -> bool {
        let before = first.checked_sub(1).and_then(|before| self.word(before));
        let around = [before, self.word(end)];
        (first..end).all(|index| self.word(index).is_some_and(is_capitals_or_mark))
            && self.word(first).is_some_and(is_capitals)
            && !around.into_iter().flatten().any(is_capitals)
    }

    fn heading(&self, first: usize, end: usize) -> Heading {
        let number = first
            .checked_sub(1)
            .filter(|&before| self.word(before).is_some_and(is_number));
        let start = self.words[number.unwrap_or(first)].start;
        let end = self.words[end - 1].end;
        let without_colon = self.text[start..end].trim_end_matches(':').len();
        let range = start..start + without_colon;
        let phrase = &self.text[self.words[first].start..range.end];
        let (number, _) = split_number(&self.text[range.clone()]);
        let level = if self.search.known.is_declared(phrase) {
            1
        } else {
            self.search.level
        };
        Heading {
            bytes: range.start + self.offset..range.end + self.offset,
            line: self.line,
            number,
            title: normalize_title(phrase),
            level,
        }
    }
}

/// `1` | `12.` | `1.2`
fn is_number(word: &str) -> bool {
    let parts = word.trim_end_matches('.').split('.');
    parts.clone().count() <= 3
        && parts
            .into_iter()
            .all(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
}

fn is_capitals(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters > 1 && !word.contains(char::is_lowercase)
}

/// `EU-medel` | `ESF:s`
fn is_abbreviation(word: &str) -> bool {
    let capitals = word.chars().take_while(|c| c.is_uppercase()).count();
    capitals > 1 && word.contains(['-', ':'])
}

fn is_capitals_or_mark(word: &str) -> bool {
    !word.contains(char::is_lowercase) && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// The words of a text. A known heading that the next sentence is run together with is a word of its own:
/// `BakgrundKommunen har …`.
fn words(text: &str, known: &KnownHeadings<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for word in text.split_whitespace() {
        // Both are slices of the same text, so the distance of their addresses is the offset.
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let end = start + word.len();
        match glued_heading(word, known) {
            Some(length) => found.extend([start..start + length, start + length..end]),
            None => found.push(start..end),
        }
    }
    found
}

/// The length of a known heading at the start of a word that a capital inside it ends.
fn glued_heading(word: &str, known: &KnownHeadings<'_>) -> Option<usize> {
    let mut before = None;
    let boundary = word.char_indices().find(|&(_, character)| {
        let is_boundary = character.is_uppercase() && before.is_some_and(char::is_lowercase);
        before = Some(character);
        is_boundary
    })?;
    let strength = known.strength(&word[..boundary.0])?;
    (strength >= Strength::Strong).then_some(boundary.0)
}
