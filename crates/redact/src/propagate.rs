//! Propagation: search every text for the values that were found in one.
//!
//! All values of a document are searched for in all its texts at once, normalized: in any case, over line
//! breaks, with other separators. What is found must stand by itself: a surname is not taken out of
//! a longer word.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Error;
use super::digits::{begins, ends};
use super::entity::{Entity, Rule};
use super::lexicon::{self, Certainty};
use super::normalize::{NormalizedText, normalize};
use super::persons::Persons;
use super::texts::TextRole;

/// Longer values are searched for by so many bytes of their beginning: a bound on how many values
/// a hostile document can make end at one place.
const LONGEST: usize = 100;

/// So many bytes after the beginning of a longer value are compared: addresses are no longer, and
/// without a bound one value could be compared at every letter of a text.
const LONGEST_REST: usize = 400;

/// All spellings of all values of one document may have so many bytes. 100,000 telephone numbers
/// have 6 MB; the automaton takes up to 40 bytes of memory for each byte here.
pub(super) const MAX_PATTERN_TOTAL: usize = 16 << 20;

/// Shorter numbers are found by chance.
const FEWEST_DIGITS: usize = 6;

/// What a match must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A full name: words in this order.
    FullName,
    /// One word of a name.
    Part,
    /// A number.
    Number,
    /// An address of the net or of the post.
    Address,
    /// The first [`LONGEST`] bytes of a longer value; what follows them is in the pattern.
    Beginning,
}

#[derive(Debug)]
struct Pattern {
    rule: Rule,
    key: String,
    form: Form,
    /// Of a value that is too long, what follows its beginning.
    rest: String,
}

/// The values of one document, ready to be searched for.
pub(super) struct EntityMatcher {
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
}

impl EntityMatcher {
    /// From all that was found in the texts themselves.
    ///
    /// # Errors
    /// If the values cannot all be searched for.
    pub(super) fn new<'a>(
        entities: impl Iterator<Item = (&'a Entity, &'a str)>,
        persons: &Persons,
    ) -> Result<Self, Error> {
        let mut patterns = BTreeMap::new();
        add_names(&mut patterns, persons);
        add_hits(&mut patterns, entities);
        Self::build(patterns)
    }

    fn build(patterns: BTreeMap<String, Pattern>) -> Result<Self, Error> {
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

    /// Finds the values in one text.
    pub(super) fn find(&self, kind: TextRole, text: &str, entities: &mut Vec<Entity>) {
        if self.patterns.is_empty() {
            return;
        }
        let normalized = NormalizedText::new(text);
        for found in self.automaton.find_overlapping_iter(&normalized.text) {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let end = found.end() + pattern.rest_in(&normalized.text[found.end()..]);
            let range = normalized.range(found.start(), end);
            let place = Place {
                text,
                start: range.start,
                end: range.end,
                path: kind == TextRole::Path,
            };
            let right = match pattern.form {
                Form::FullName => place.is_full_name(),
                Form::Part => place.is_part(&normalized.text[found.start()..found.end()]),
                Form::Number => place.is_number(),
                Form::Address => place.is_address(),
                Form::Beginning => place.begins_word(),
            };
            if right {
                entities.push(Entity {
                    range,
                    rule: pattern.rule,
                    canonical: pattern.key.clone(),
                });
            }
        }
    }
}

impl Pattern {
    /// How many bytes of a value's rest follow in a normalized text.
    fn rest_in(&self, after: &str) -> usize {
        let same = self.rest.chars().zip(after.chars());
        same.take_while(|(one, other)| one == other)
            .map(|(one, _)| one.len_utf8())
            .sum()
    }
}

fn add_names(patterns: &mut BTreeMap<String, Pattern>, persons: &Persons) {
    for (words, key) in persons.full_names() {
        add(patterns, words.concat(), Rule::Name, &key, Form::FullName);
    }
    for (word, key) in persons.words() {
        let other = lexicon::is_common_word(&word) || lexicon::is_organisation_word(&word);
        let name = lexicon::first_name(&word).is_some() || lexicon::is_listed_surname(&word);
        if word.len() > 1 && (!other || name) {
            add(patterns, word, Rule::Name, &key, Form::Part);
        }
    }
}

fn add_hits<'a>(
    patterns: &mut BTreeMap<String, Pattern>,
    entities: impl Iterator<Item = (&'a Entity, &'a str)>,
) {
    for (entity, printed) in entities {
        match entity.rule {
            Rule::Email | Rule::Address => {
                let normalized = normalize(printed);
                add(
                    patterns,
                    normalized,
                    entity.rule,
                    &entity.canonical,
                    Form::Address,
                );
            }
            Rule::Name => {}
            Rule::PersonalNumber | Rule::Account | Rule::Phone => {
                for number in spellings(entity) {
                    add(
                        patterns,
                        number,
                        entity.rule,
                        &entity.canonical,
                        Form::Number,
                    );
                }
            }
        }
    }
}

fn add(
    patterns: &mut BTreeMap<String, Pattern>,
    mut normalized: String,
    rule: Rule,
    key: &str,
    form: Form,
) {
    if normalized.is_empty() {
        return;
    }
    let (mut rest, mut form) = (String::new(), form);
    if normalized.len() > LONGEST {
        rest = normalized.split_off(normalized.floor_char_boundary(LONGEST));
        rest.truncate(rest.floor_char_boundary(LONGEST_REST));
        form = Form::Beginning;
    }
    patterns.entry(normalized).or_insert_with(|| Pattern {
        rule,
        key: key.to_owned(),
        form,
        rest,
    });
}

/// The digits that a number may be written with.
fn spellings(entity: &Entity) -> Vec<String> {
    let digits = entity.canonical.trim_start_matches('+');
    let all = match (entity.rule, digits.strip_prefix('0')) {
        (Rule::PersonalNumber, _) => vec![
            digits.to_owned(),
            format!("19{digits}"),
            format!("20{digits}"),
        ],
        (Rule::Phone, Some(national)) => {
            vec![
                digits.to_owned(),
                format!("46{national}"),
                format!("460{national}"),
                format!("0046{national}"),
                format!("00460{national}"),
            ]
        }
        (Rule::Phone, None) => vec![digits.to_owned(), format!("00{digits}")],
        _ => vec![normalize(digits)],
    };
    all.into_iter()
        .filter(|digits| digits.len() >= FEWEST_DIGITS)
        .collect()
}

/// A stretch of a text that reads as a value does.
struct Place<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    path: bool,
}

impl Place<'_> {
    fn printed(&self) -> &str {
        &self.text[self.start..self.end]
    }

    fn before(&self) -> Option<char> {
        self.text[..self.start].chars().next_back()
    }

    /// A few words before it.
    fn near_before(&self) -> &str {
        let from = self.text.floor_char_boundary(self.start.saturating_sub(64));
        &self.text[from..self.start]
    }

    /// Letters neither before nor after, but for the s of the genitive; a capital after a small
    /// letter begins a word as well: `KontaktpersonUlla BjörkTelefon`.
    fn is_word(&self) -> bool {
        let printed = self.printed();
        let mut after = self.text[self.end..].chars();
        let small = printed.ends_with(char::is_lowercase);
        let ends = match after.next() {
            Some('s' | 'S') => !after.next().is_some_and(char::is_alphabetic),
            Some(next) => !next.is_alphabetic() || small && next.is_uppercase(),
            None => true,
        };
        let capital = printed.starts_with(char::is_uppercase);
        let before = self.before();
        ends && !before.is_some_and(|c| c.is_alphabetic() && !(capital && c.is_lowercase()))
    }

    /// The longest run of characters between letters and digits is short and has only these.
    fn parted_by(&self, signs: &str, longest: usize) -> bool {
        self.printed()
            .split(|c: char| c.is_alphanumeric() || c == '@')
            .all(|gap| {
                gap.chars().count() <= longest
                    && gap
                        .chars()
                        .all(|c| signs.contains(c) || ('\u{300}'..='\u{36f}').contains(&c))
            })
    }

    fn is_full_name(&self) -> bool {
        let printed = self.printed();
        let whole = printed.chars().all(char::is_alphabetic);
        let written = self.path
            || printed.starts_with(char::is_uppercase) && (!whole || printed.len() > 7)
            || printed.len() > 8;
        written && self.is_word() && self.parted_by(" \n\t-‐‑\u{ad}.,_'’/\u{a0}", 4)
    }

    fn is_part(&self, normalized: &str) -> bool {
        if !self.is_word() {
            return false;
        }
        if self.path {
            return normalized.len() > 2 || self.printed().starts_with(char::is_uppercase);
        }
        let printed = self.printed();
        let upper = printed.chars().all(|c| !c.is_lowercase());
        let written = printed.starts_with(char::is_uppercase) && (!upper || normalized.len() > 3);
        written
            && self.is_one_word()
            && !(lexicon::first_name(normalized) == Some(Certainty::Ambiguous) && self.begins())
            && !(lexicon::is_place_name(normalized) && self.is_place())
    }

    /// Hyphens may part a word, spaces and lines only behind them.
    fn is_one_word(&self) -> bool {
        self.printed()
            .split(char::is_alphabetic)
            .filter(|gap| !gap.is_empty())
            .all(|gap| {
                let hyphen = gap.starts_with(['-', '‐', '‑', '\u{ad}', '\'', '’', '¬']);
                let mark = gap.chars().all(|c| ('\u{300}'..='\u{36f}').contains(&c));
                (hyphen || mark) && gap.chars().count() <= 4
            })
    }

    /// Any word has a capital here.
    fn begins(&self) -> bool {
        let before = self.near_before().trim_end_matches([' ', '"', '”', '(']);
        before.is_empty() || before.ends_with(['.', '!', '?', ':', '\n', '\t', '•', '-', '–'])
    }

    /// `i Lund`, `Lunds kommun`
    fn is_place(&self) -> bool {
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
        let before = self.near_before().trim_end();
        let word = before
            .rsplit(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or_default();
        let after = self.text[self.end..]
            .strip_prefix('s')
            .unwrap_or(&self.text[self.end..]);
        let next = after
            .trim_start()
            .split(|c: char| !c.is_alphabetic())
            .next()
            .unwrap_or_default();
        BEFORE.contains(&word.to_lowercase().as_str())
            || AFTER.contains(&next.to_lowercase().as_str())
    }

    fn is_number(&self) -> bool {
        // Glued to its label, a number that is known is still that number.
        let glued = self.before().is_some_and(char::is_alphabetic);
        (glued || begins(self.text, self.start))
            && ends(self.text, self.end)
            && self.parted_by(" -–—−‐‑()./\n\t+,\u{a0}", 5)
    }

    /// A value that is too long to be looked at as a whole is taken out wherever it begins.
    fn begins_word(&self) -> bool {
        !self.before().is_some_and(char::is_alphanumeric)
    }

    fn is_address(&self) -> bool {
        let after = self.text[self.end..].chars().next();
        !self.before().is_some_and(char::is_alphanumeric)
            && !after.is_some_and(char::is_alphanumeric)
            && self
                .printed()
                .split(|c: char| c.is_alphanumeric())
                .all(|gap| gap.chars().count() <= 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(number: usize) -> Entity {
        let key = format!("07{number:08}");
        Entity {
            range: 0..key.len(),
            rule: Rule::Phone,
            canonical: key,
        }
    }

    fn known(entities: &[Entity]) -> Result<EntityMatcher, Error> {
        let entities = entities
            .iter()
            .map(|entity| (entity, entity.canonical.as_str()));
        EntityMatcher::new(entities, &Persons::default())
    }

    #[test]
    fn a_hundred_thousand_values_are_searched_for() {
        let phones: Vec<Entity> = (0..100_000).map(phone).collect();
        let known = known(&phones).unwrap();
        let mut entities = Vec::new();
        known.find(
            TextRole::Prose,
            "ring 0700 09 99 99 eller 08-1",
            &mut entities,
        );
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
        assert!(matches!(known(&all), Err(Error::TooManyValues { .. })));
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
        known(&[entity])
            .unwrap()
            .find(TextRole::Prose, &text, &mut entities);
        assert_eq!(&text[entities[0].range.clone()], long);
    }
}
