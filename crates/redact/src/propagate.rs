//! Propagation of found entities: search all texts of a document for the values found in one.
//!
//! All values are searched for in one pass over each normalized text (Aho–Corasick), so that case,
//! accents, line breaks and separators make no difference. Each match is then checked in the original
//! text by the [`MatchRule`] of its value: a surname inside a longer word is not a match.
//!
//! The search is complete or fails: a value that cannot be searched for is an [`Error`].

use std::collections::BTreeMap;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Error;
use super::digits::{ends_at_boundary, starts_at_boundary};
use super::entity::{Entity, Rule};
use super::lexicon::{self, Certainty};
use super::normalize::{NormalizedText, normalize};
use super::persons::Persons;
use super::texts::TextRole;

/// The longest pattern in bytes. Of longer values, only the beginning is a pattern.
// Bounds the number of patterns that can match at one position: a hostile document could otherwise
// have values of which each is a prefix of the next, and the matches would grow with the square of
// its size. Names and numbers are far shorter; only e-mail and postal addresses reach it.
const MAX_PATTERN_LENGTH: usize = 100;

/// The longest part of a value after its pattern, in bytes, that is compared at a match.
// E-mail addresses are shorter (RFC 5321 allows 64 + 1 + 255 bytes). Without a bound, one value of a
// hostile document could be compared at every position of a text.
const MAX_REST_LENGTH: usize = 400;

/// The largest total size of all patterns of one document in bytes.
// 100,000 telephone numbers in all their spellings have 6 MB. The automaton takes up to 40 bytes of
// memory per byte of pattern, so that this limit means at most 640 MB.
pub(super) const MAX_PATTERN_TOTAL: usize = 16 << 20;

/// The fewest digits of a number that is searched for in other texts.
// Shorter numbers, such as extensions, occur by chance in amounts and dates.
const MIN_DIGITS: usize = 6;

/// How a match is checked in the original text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MatchRule {
    /// A full name: all parts in order.
    FullName,
    /// One part of a name.
    NamePart,
    /// A number.
    Number,
    /// An e-mail or postal address.
    Address,
    /// The first [`MAX_PATTERN_LENGTH`] bytes of a longer value.
    Prefix,
}

#[derive(Debug)]
struct Pattern {
    rule: Rule,
    canonical: String,
    match_rule: MatchRule,
    /// What follows the pattern in a longer value.
    rest: String,
}

/// A search for all values of one document.
pub(super) struct EntityMatcher {
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
}

impl EntityMatcher {
    /// Builds the search from the entities with their text, and from the persons.
    ///
    /// # Errors
    /// If not all values can be searched for.
    pub(super) fn new<'a>(
        entities: impl Iterator<Item = (&'a Entity, &'a str)>,
        persons: &Persons,
    ) -> Result<Self, Error> {
        let mut patterns = BTreeMap::new();
        add_names(&mut patterns, persons);
        add_entities(&mut patterns, entities);
        let bytes = patterns.keys().map(String::len).sum();
        if bytes > MAX_PATTERN_TOTAL {
            return Err(Error::TooManyValues { bytes });
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.keys())?;
        Ok(Self {
            patterns: patterns.into_values().collect(),
            automaton,
        })
    }

    /// Adds the occurrences of all values in one text. They may overlap.
    ///
    /// # Errors
    /// If the text is too long to be searched.
    pub(super) fn find(
        &self,
        role: TextRole,
        text: &str,
        entities: &mut Vec<Entity>,
    ) -> Result<(), Error> {
        if self.patterns.is_empty() {
            return Ok(());
        }
        let normalized = NormalizedText::new(text)?;
        for found in self.automaton.find_overlapping_iter(&normalized.text) {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let end = found.end() + pattern.rest_length(&normalized.text[found.end()..]);
            let range = normalized.original_range(found.start(), end);
            let candidate = Candidate {
                text,
                range: range.clone(),
                is_path: role == TextRole::Path,
            };
            let is_match = match pattern.match_rule {
                MatchRule::FullName => candidate.is_full_name(),
                MatchRule::NamePart => {
                    candidate.is_name_part(&normalized.text[found.start()..found.end()])
                }
                MatchRule::Number => candidate.is_number(),
                MatchRule::Address => candidate.is_address(),
                MatchRule::Prefix => candidate.starts_word(),
            };
            if is_match {
                entities.push(Entity {
                    range,
                    rule: pattern.rule,
                    canonical: pattern.canonical.clone(),
                });
            }
        }
        Ok(())
    }
}

impl Pattern {
    /// How many bytes of the rest follow in a normalized text.
    fn rest_length(&self, after: &str) -> usize {
        let pairs = self.rest.chars().zip(after.chars());
        pairs
            .take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum()
    }
}

fn add_names(patterns: &mut BTreeMap<String, Pattern>, persons: &Persons) {
    for (parts, canonical) in persons.full_name_forms() {
        let rule = MatchRule::FullName;
        add(patterns, parts.concat(), Rule::Name, &canonical, rule);
    }
    for (part, canonical) in persons.parts() {
        // A common word that was mistaken for a part of a name would be removed everywhere.
        let is_other = lexicon::is_common_word(&part) || lexicon::is_organisation_word(&part);
        let is_name = lexicon::first_name(&part).is_some() || lexicon::is_listed_surname(&part);
        if part.len() > 1 && (!is_other || is_name) {
            add(patterns, part, Rule::Name, &canonical, MatchRule::NamePart);
        }
    }
}

fn add_entities<'a>(
    patterns: &mut BTreeMap<String, Pattern>,
    entities: impl Iterator<Item = (&'a Entity, &'a str)>,
) {
    for (entity, printed) in entities {
        let (rule, canonical) = (entity.rule, &entity.canonical);
        match rule {
            Rule::Email | Rule::Address => {
                let normalized = normalize(printed);
                add(patterns, normalized, rule, canonical, MatchRule::Address);
            }
            // See `add_names`.
            Rule::Name => {}
            Rule::PersonalNumber | Rule::Account | Rule::Phone => {
                for number in spellings(entity) {
                    add(patterns, number, rule, canonical, MatchRule::Number);
                }
            }
        }
    }
}

/// Adds a pattern. Of two with the same text, the first stays: a full name before its parts, names
/// before other entities.
fn add(
    patterns: &mut BTreeMap<String, Pattern>,
    mut text: String,
    rule: Rule,
    canonical: &str,
    mut match_rule: MatchRule,
) {
    if text.is_empty() {
        return;
    }
    let mut rest = String::new();
    if text.len() > MAX_PATTERN_LENGTH {
        rest = text.split_off(text.floor_char_boundary(MAX_PATTERN_LENGTH));
        rest.truncate(rest.floor_char_boundary(MAX_REST_LENGTH));
        match_rule = MatchRule::Prefix;
    }
    patterns.entry(text).or_insert_with(|| Pattern {
        rule,
        canonical: canonical.to_owned(),
        match_rule,
        rest,
    });
}

/// The digits with which a number may be written: a personal number with and without its century, a
/// telephone number with and without its country code.
fn spellings(entity: &Entity) -> Vec<String> {
    let digits = entity.canonical.trim_start_matches('+');
    let prefixed = |prefixes: &[&str], digits: &str| {
        let prefixes = prefixes.iter();
        prefixes
            .map(|prefix| format!("{prefix}{digits}"))
            .collect::<Vec<_>>()
    };
    let mut all = match (entity.rule, digits.strip_prefix('0')) {
        (Rule::PersonalNumber, _) => prefixed(&["", "19", "20"], digits),
        // With and without the optional zero in +46 (0)8.
        (Rule::Phone, Some(national)) => prefixed(&["0", "46", "460", "0046", "00460"], national),
        (Rule::Phone, None) => prefixed(&["", "00"], digits),
        _ => vec![normalize(digits)],
    };
    all.retain(|digits| digits.len() >= MIN_DIGITS);
    all
}

/// A passage of the original text whose normalized form is a value.
struct Candidate<'a> {
    text: &'a str,
    range: Range<usize>,
    /// The text is the path of a file.
    is_path: bool,
}

impl Candidate<'_> {
    fn printed(&self) -> &str {
        &self.text[self.range.clone()]
    }

    fn before(&self) -> &str {
        &self.text[..self.range.start]
    }

    fn after(&self) -> &str {
        &self.text[self.range.end..]
    }

    fn last_before(&self) -> Option<char> {
        self.before().chars().next_back()
    }

    /// The words right before it.
    fn context_before(&self) -> &str {
        // More than any word in `is_place_name`; a bound, because the text may be one long line.
        let start = self.range.start.saturating_sub(64);
        &self.before()[self.text.floor_char_boundary(start)..]
    }

    /// Whether it starts and ends at a word boundary. A genitive `s` may follow; a capital after a
    /// lowercase letter is a boundary too: `KontaktpersonUlla BjörkTelefon`.
    fn is_whole_word(&self) -> bool {
        let printed = self.printed();
        let mut after = self.after().chars();
        let ends_lowercase = printed.ends_with(char::is_lowercase);
        let ends = match after.next() {
            Some('s' | 'S') => !after.next().is_some_and(char::is_alphabetic),
            Some(next) => !next.is_alphabetic() || ends_lowercase && next.is_uppercase(),
            None => true,
        };
        let is_capitalized = printed.starts_with(char::is_uppercase);
        let inside_word = self
            .last_before()
            .is_some_and(|c| c.is_alphabetic() && !(is_capitalized && c.is_lowercase()));
        ends && !inside_word
    }

    /// Whether letters and digits are separated by these characters only, at most `longest` of them
    /// in a row.
    fn is_separated_by(&self, separators: &str, longest: usize) -> bool {
        let gaps = self
            .printed()
            .split(|c: char| c.is_alphanumeric() || c == '@');
        gaps.into_iter().all(|gap| {
            gap.chars().count() <= longest
                && gap
                    .chars()
                    .all(|c| separators.contains(c) || is_combining_mark(c))
        })
    }

    fn is_full_name(&self) -> bool {
        let printed = self.printed();
        let is_joined = printed.chars().all(char::is_alphabetic);
        // Without a capital or a separator, a short name is equal to another word by chance: Per Son
        // and `person`. From nine bytes on, that does not happen.
        let is_name_like = self.is_path
            || printed.starts_with(char::is_uppercase) && (!is_joined || printed.len() > 7)
            || printed.len() > 8;
        is_name_like
            && self.is_whole_word()
            && self.is_separated_by(" \n\t-‐‑\u{ad}.,_'’/\u{a0}", 4)
    }

    fn is_name_part(&self, normalized: &str) -> bool {
        if !self.is_whole_word() {
            return false;
        }
        let printed = self.printed();
        let is_capitalized = printed.starts_with(char::is_uppercase);
        if self.is_path {
            return normalized.len() > 2 || is_capitalized;
        }
        // Three capitals or fewer are as often an abbreviation: `EK`.
        let is_upper = printed.chars().all(|c| !c.is_lowercase());
        let is_ambiguous = lexicon::first_name(normalized) == Some(Certainty::Ambiguous);
        is_capitalized
            && (!is_upper || normalized.len() > 3)
            && self.is_one_word()
            && !(is_ambiguous && self.starts_sentence())
            && !(lexicon::is_place_name(normalized) && self.is_used_as_place())
    }

    /// Whether it is one word, which a hyphen and a line break may divide.
    fn is_one_word(&self) -> bool {
        let mut gaps = self
            .printed()
            .split(char::is_alphabetic)
            .filter(|gap| !gap.is_empty());
        gaps.all(|gap| {
            let is_hyphen = gap.starts_with(['-', '‐', '‑', '\u{ad}', '\'', '’', '¬']);
            let is_mark = gap.chars().all(is_combining_mark);
            (is_hyphen || is_mark) && gap.chars().count() <= 4
        })
    }

    /// Whether any word would have a capital here.
    fn starts_sentence(&self) -> bool {
        let before = self.context_before().trim_end_matches([' ', '"', '”', '(']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\t', '•', '-', '–'])
    }

    /// Whether the context makes it a place: `i Lund`, `Lunds kommun`.
    fn is_used_as_place(&self) -> bool {
        const BEFORE: [&str; 14] = [
            "i", "från", "till", "på", "vid", "kring", "utanför", "region", "över", "genom",
            "inom", "omkring", "staden", "orten",
        ];
        const AFTER: [&str; 12] = [
            "kommun",
            "kommuns",
            "stad",
            "stads",
            "län",
            "läns",
            "universitet",
            "högskola",
            "stift",
            "tingsrätt",
            "socken",
            "lasarett",
        ];
        let is_separator = |c: char| !c.is_alphabetic();
        let before = self.context_before().trim_end();
        let previous = before.rsplit(is_separator).next().unwrap_or_default();
        let after = self.after();
        let after = after.strip_prefix('s').unwrap_or(after).trim_start();
        let next = after.split(is_separator).next().unwrap_or_default();
        BEFORE.contains(&previous.to_lowercase().as_str())
            || AFTER.contains(&next.to_lowercase().as_str())
    }

    fn is_number(&self) -> bool {
        // `Telefon070-123 45 67`: joined to its label, a known number is still that number.
        let is_joined = self.last_before().is_some_and(char::is_alphabetic);
        (is_joined || starts_at_boundary(self.text, self.range.start))
            && ends_at_boundary(self.text, self.range.end)
            && self.is_separated_by(" -–—−‐‑()./\n\t+,\u{a0}", 5)
    }

    fn starts_word(&self) -> bool {
        !self.last_before().is_some_and(char::is_alphanumeric)
    }

    fn is_address(&self) -> bool {
        let mut gaps = self.printed().split(|c: char| c.is_alphanumeric());
        self.starts_word()
            && !self.after().starts_with(char::is_alphanumeric)
            // The lines of a postal address have a comma, a line break and some spaces between them.
            && gaps.all(|gap| gap.chars().count() <= 6)
    }
}

/// The accents of decomposed letters (NFD).
fn is_combining_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(number: usize) -> Entity {
        let canonical = format!("07{number:08}");
        Entity {
            range: 0..canonical.len(),
            rule: Rule::Phone,
            canonical,
        }
    }

    fn matcher(entities: &[Entity]) -> Result<EntityMatcher, Error> {
        let entities = entities
            .iter()
            .map(|entity| (entity, entity.canonical.as_str()));
        EntityMatcher::new(entities, &Persons::default())
    }

    #[test]
    fn a_hundred_thousand_values_are_searched_for() {
        let phones: Vec<Entity> = (0..100_000).map(phone).collect();
        let matcher = matcher(&phones).unwrap();
        let mut entities = Vec::new();
        let text = "ring 0700 09 99 99 eller 08-1";
        matcher.find(TextRole::Prose, text, &mut entities).unwrap();
        assert_eq!(entities.len(), 1);
        assert_eq!(entities[0].range, 5..18);
    }

    #[test]
    fn more_values_than_can_be_searched_for_are_an_error() {
        let email = |number: usize| Entity {
            range: 0..0,
            rule: Rule::Email,
            canonical: format!("{number}{}", "a".repeat(90)),
        };
        let all: Vec<Entity> = (0..MAX_PATTERN_TOTAL / 90).map(email).collect();
        assert!(matches!(matcher(&all), Err(Error::TooManyValues { .. })));
    }

    #[test]
    fn a_value_that_is_too_long_is_found_by_its_beginning() {
        let long = format!("{}@exempel.se", "abcdefghij".repeat(12));
        let entity = Entity {
            range: 0..long.len(),
            rule: Rule::Email,
            canonical: long.clone(),
        };
        let mut entities = Vec::new();
        let text = format!("skriv till {long} genast");
        let matcher = matcher(&[entity]).unwrap();
        matcher.find(TextRole::Prose, &text, &mut entities).unwrap();
        assert_eq!(&text[entities[0].range.clone()], long);
    }
}
