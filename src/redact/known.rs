//! Where else does a value stand that was found once?
//!
//! All values of a document are searched for in all its texts at once, folded: in any case, over line
//! breaks, with other separators. What is found must stand by itself: a surname is not taken out of
//! a longer word.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::digits::{begins, ends};
use super::fold::{Folded, fold};
use super::names::lists::{self, Sign};
use super::persons::Persons;
use super::rule::{Hit, Rule};
use super::texts::Kind;

/// Longer values are searched for by their beginning only where they were found: a bound on what
/// a hostile document can make of the search.
const LONGEST: usize = 100;

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
}

#[derive(Debug)]
struct Pattern {
    rule: Rule,
    key: String,
    form: Form,
}

/// The values of one document, ready to be searched for.
pub(super) struct Known {
    patterns: Vec<Pattern>,
    automaton: Option<AhoCorasick>,
}

impl Known {
    /// From all that was found in the texts themselves.
    pub(super) fn new<'a>(
        hits: impl Iterator<Item = (&'a Hit, &'a str)>,
        persons: &Persons,
    ) -> Self {
        let mut patterns = BTreeMap::new();
        for (words, key) in persons.full_names() {
            add(
                &mut patterns,
                words.concat(),
                Rule::Name,
                &key,
                Form::FullName,
            );
        }
        for (word, key) in persons.words() {
            let other = lists::is_common(&word) || lists::is_organisation(&word);
            if word.len() > 1
                && (!other
                    || lists::first_name(&word).is_some()
                    || lists::is_surname_of_list(&word))
            {
                add(&mut patterns, word, Rule::Name, &key, Form::Part);
            }
        }
        for (hit, printed) in hits {
            match hit.rule {
                Rule::Email | Rule::Address => {
                    add(
                        &mut patterns,
                        fold(printed),
                        hit.rule,
                        &hit.key,
                        Form::Address,
                    );
                }
                Rule::Name => {}
                Rule::PersonalNumber | Rule::Account | Rule::Phone => {
                    for number in spellings(hit) {
                        add(&mut patterns, number, hit.rule, &hit.key, Form::Number);
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns.keys())
            .ok();
        Self {
            patterns: patterns.into_values().collect(),
            automaton,
        }
    }

    /// Finds the values in one text.
    pub(super) fn find(&self, kind: Kind, text: &str, hits: &mut Vec<Hit>) {
        let Some(automaton) = self
            .automaton
            .as_ref()
            .filter(|_| !self.patterns.is_empty())
        else {
            return;
        };
        let folded = Folded::new(text);
        for found in automaton.find_overlapping_iter(&folded.text) {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let range = folded.range(found.start(), found.end());
            let place = Place {
                text,
                start: range.start,
                end: range.end,
                path: kind == Kind::Path,
            };
            let right = match pattern.form {
                Form::FullName => place.is_full_name(),
                Form::Part => place.is_part(&folded.text[found.start()..found.end()]),
                Form::Number => place.is_number(),
                Form::Address => place.is_address(),
            };
            if right {
                hits.push(Hit {
                    range,
                    rule: pattern.rule,
                    key: pattern.key.clone(),
                });
            }
        }
    }
}

fn add(
    patterns: &mut BTreeMap<String, Pattern>,
    folded: String,
    rule: Rule,
    key: &str,
    form: Form,
) {
    if folded.is_empty() || folded.len() > LONGEST {
        return;
    }
    let key = key.to_owned();
    patterns
        .entry(folded)
        .or_insert(Pattern { rule, key, form });
}

/// The digits that a number may be written with.
fn spellings(hit: &Hit) -> Vec<String> {
    let digits = hit.key.trim_start_matches('+');
    let all = match (hit.rule, digits.strip_prefix('0')) {
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
        _ => vec![fold(digits)],
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

    fn is_part(&self, folded: &str) -> bool {
        if !self.is_word() {
            return false;
        }
        if self.path {
            return folded.len() > 2 || self.printed().starts_with(char::is_uppercase);
        }
        let printed = self.printed();
        let upper = printed.chars().all(|c| !c.is_lowercase());
        let written = printed.starts_with(char::is_uppercase) && (!upper || folded.len() > 3);
        written
            && self.is_one_word()
            && !(lists::first_name(folded) == Some(Sign::Unsure) && self.begins())
            && !(lists::is_place(folded) && self.is_place())
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
