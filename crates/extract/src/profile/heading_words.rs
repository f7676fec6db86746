//! Heading words: how strongly the words of a line are known as a heading, whatever its layout.
//!
//! The words are data, `built_in/headings.toml`. They are compared as a whole, and as a phrase around a
//! known word: one rule reads `Projektets bakgrund`, `Bakgrund till projektet` and `Bakgrund och
//! problembild`, so that the list needs only `Bakgrund`.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Deserialize;

use diarium_document::operations;

use super::{Error, declaration::invalid};

/// The most words of a heading that is built around a known word.
// More words are a clause: `Bakgrund till att projektet startades var att …`.
const MAX_PHRASE_WORDS: usize = 8;
/// The most words before the known word: `Projektets långsiktiga mål`.
const MAX_MODIFIERS: usize = 3;
/// The shortest known word, in characters, that may end a compound, and the shortest word before it.
// Shorter ones end too many other words: `mål` in `svalmål`.
const MIN_COMPOUND: usize = 6;
const MIN_COMPOUND_START: usize = 3;
/// The longest word that is compared, in bytes.
const MAX_WORD_BYTES: usize = 80;

/// How strongly words are known as a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Also a label, a value or an everyday noun.
    Weak,
    /// A phrase around a known word.
    Related,
    /// A whole heading.
    Strong,
    /// A whole heading that stands in running text as nothing else.
    Sure,
}

/// One language's words as written in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Language {
    sure: Vec<String>,
    strong: Vec<String>,
    weak: Vec<String>,
    modifiers: Vec<String>,
    connectors: Vec<String>,
    sentence: Vec<String>,
    openers: Vec<String>,
    site: Vec<String>,
    #[serde(default)]
    notice: Vec<String>,
}

/// The words of headings in all languages.
#[derive(Debug, Default)]
pub struct HeadingWords {
    /// Whole headings in lowercase.
    known: HashMap<String, Strength>,
    modifiers: HashSet<String>,
    connectors: HashSet<String>,
    sentence: HashSet<String>,
    openers: HashSet<String>,
    /// Beginnings of site elements, by their first word.
    site: HashMap<String, Vec<Vec<String>>>,
    notice: Vec<String>,
}

impl HeadingWords {
    /// Parses the words.
    pub(super) fn load(file: &str, text: &str) -> Result<Self, Error> {
        let languages: BTreeMap<String, Language> =
            toml::from_str(text).map_err(|error| invalid(file, text, &error))?;
        let mut words = Self::default();
        for language in languages.into_values() {
            words.add(language);
        }
        Ok(words)
    }

    fn add(&mut self, language: Language) {
        let strengths = [
            (language.weak, Strength::Weak),
            (language.strong, Strength::Strong),
            (language.sure, Strength::Sure),
        ];
        for (headings, strength) in strengths {
            for heading in headings {
                let words: Vec<String> = heading_words(&heading).collect();
                let known = self.known.entry(words.join(" ")).or_insert(strength);
                // A word of two languages is only as strong as in the one where it is weaker.
                *known = (*known).min(strength);
            }
        }
        self.modifiers.extend(language.modifiers);
        self.connectors.extend(language.connectors);
        self.sentence.extend(language.sentence);
        self.openers.extend(language.openers);
        self.notice.extend(language.notice);
        for phrase in language.site {
            let words: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
            let first = words.first().cloned().unwrap_or_default();
            self.site.entry(first).or_default().push(words);
        }
    }

    /// How strongly words are known as a whole heading. `words` are those of [`heading_words`].
    pub fn whole(&self, words: &[String]) -> Option<Strength> {
        operations::count(1 + words.len());
        self.known.get(&words.join(" ")).copied()
    }

    /// How strongly words are known as a heading, or as a phrase around a known word.
    pub fn strength(&self, words: &[String]) -> Option<Strength> {
        let whole = self.whole(words);
        whole.or_else(|| self.phrase(without_number(before_explanation(words))))
    }

    /// The strength of a phrase around a known word: words that modify it, the word, and words that a
    /// connector joins to it.
    fn phrase(&self, words: &[String]) -> Option<Strength> {
        if words.is_empty() || words.len() > MAX_PHRASE_WORDS || self.is_sentence(words) {
            return None;
        }
        let whole = self.known.get(&words.join(" "));
        if let Some(strength) = whole {
            return Some((*strength).min(Strength::Related));
        }
        (0..words.len().min(MAX_MODIFIERS + 1)).find_map(|at| {
            // Allmänna och särskilda villkor
            let (first, rest) = words.split_at(at);
            let is_modified = first.first().is_none_or(|word| self.is_modifier(word))
                && first
                    .iter()
                    .skip(1)
                    .all(|word| self.is_modifier(word) || self.connectors.contains(word))
                && !rest.is_empty();
            // The longest known words, so that `Mål och syfte för arbetet` is read as one.
            let rest = (at + 1..=words.len()).rev().find_map(|end| {
                let head = self.known_head(&words[at..end])?;
                let is_joined = words
                    .get(end)
                    .is_none_or(|next| self.connectors.contains(next));
                let is_complete = words
                    .last()
                    .is_some_and(|last| !self.connectors.contains(last));
                (is_joined && is_complete).then_some(head)
            });
            rest.filter(|_| is_modified)
        })
    }

    /// The strength of a known word inside a phrase.
    fn known_head(&self, words: &[String]) -> Option<Strength> {
        let whole = self.known.get(&words.join(" ")).copied();
        let [word] = words else {
            return whole.map(|strength| strength.min(Strength::Related));
        };
        let compound = || {
            let starts = word.char_indices().skip(MIN_COMPOUND_START);
            let ends = starts.map(|(at, _)| &word[at..]);
            ends.filter(|end| end.chars().count() >= MIN_COMPOUND)
                .find_map(|end| self.known.get(end).copied())
        };
        match whole.or_else(compound)? {
            Strength::Weak => Some(Strength::Weak),
            _ => Some(Strength::Related),
        }
    }

    /// Whether a word may stand before a known word: one of the list, or a genitive.
    fn is_modifier(&self, word: &str) -> bool {
        // projektets | förbundets | kommunens
        let is_genitive = word.ends_with("ets") || word.ends_with("ens") || word.ends_with("ernas");
        self.modifiers.contains(word) || is_genitive && word.chars().count() > MIN_COMPOUND
    }

    /// Whether a word joins others and ends no phrase.
    pub fn is_connector(&self, word: &str) -> bool {
        self.connectors.contains(word)
    }

    /// Whether a sentence, and no heading, begins with a word.
    pub fn is_opener(&self, word: &str) -> bool {
        self.openers.contains(word)
    }

    /// Whether words that only a sentence has are among these.
    pub fn is_sentence(&self, words: &[String]) -> bool {
        let words = before_explanation(words);
        words.iter().any(|word| self.sentence.contains(word))
    }

    /// Whether words begin like a link, a button or a notice of a web page.
    pub fn is_site_element(&self, words: &[String]) -> bool {
        let Some(first) = words.first() else {
            return false;
        };
        let starts = |phrase: &Vec<String>| {
            let is_same = |(one, other): (&String, &String)| one.trim_end_matches(',') == other;
            let is_start = words.len() >= phrase.len() && words.iter().zip(phrase).all(is_same);
            // One word begins a sentence or a heading as well: `Dela med andra`.
            is_start && (phrase.len() > 1 || words.len() <= 2)
        };
        let is_phrase = self
            .site
            .get(first)
            .is_some_and(|all| all.iter().any(starts));
        let has_part = |part: &String| words.iter().any(|word| word.contains(part.as_str()));
        is_phrase || self.notice.iter().any(has_part)
    }
}

/// The words of a line for comparison: lowercase, without the marks around them. A dash at the end of a
/// word is a word of its own unless it stands for the rest of a compound: `Planering- så gör ni`, but
/// `Tids- och aktivitetsplan`.
pub fn heading_words(line: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut found = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let bare = word.trim_matches(['*', '#', '_', ':', '.', '?', '!', '"', '”', '“']);
        if bare.is_empty() || bare.len() > MAX_WORD_BYTES {
            continue;
        }
        let next = words.get(index + 1).copied().unwrap_or_default();
        let is_compound = matches!(next, "och" | "eller" | "samt" | "og" | "ja" | "and" | "&");
        match bare
            .strip_suffix('-')
            .filter(|word| !word.is_empty() && !is_compound)
        {
            Some(word) => found.extend([word.to_lowercase(), "-".to_owned()]),
            None => found.push(bare.to_lowercase()),
        }
    }
    found.into_iter()
}

/// The words without a number that tells several of a kind apart: `Utlysning 1:2023`, `Delmål 2`.
fn without_number(words: &[String]) -> &[String] {
    match words {
        [first @ .., last] if !first.is_empty() => {
            let is_number = last
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '/' | '–' | '-'));
            if is_number { first } else { words }
        }
        _ => words,
    }
}

/// The words before an explanation: `Målgrupp – vilka når ni?`, `Bakgrund (max 2000 tecken)`.
fn before_explanation(words: &[String]) -> &[String] {
    let is_mark = |word: &String| matches!(word.as_str(), "-" | "–" | "—") || word.starts_with('(');
    let end = words
        .iter()
        .skip(1)
        .position(is_mark)
        .map_or(words.len(), |at| at + 1);
    &words[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &str = r#"
[sv]
sure = ["Bakgrund"]
strong = ["Mål och syfte", "Metod", "Organisation och ledning"]
weak = ["Kontakt"]
modifiers = ["kort"]
connectors = ["och", "till", "för"]
sentence = ["är"]
openers = ["under"]
site = ["läs mer", "dela"]
notice = ["cookie"]
"#;

    fn strength(line: &str) -> Option<Strength> {
        let known = HeadingWords::load("headings.toml", WORDS).unwrap();
        known.strength(&heading_words(line).collect::<Vec<_>>())
    }

    #[test]
    fn a_phrase_around_a_known_word_is_known() {
        for line in [
            "Verksamhetens bakgrund",
            "Bakgrund till satsningen",
            "Bakgrund och problembild",
            "Kort bakgrund",
            "Bakgrund – varför nu?",
            "Bakgrund (högst en sida)",
            "Projektbakgrund",
            "Mål och syfte för arbetet",
        ] {
            assert_eq!(strength(line), Some(Strength::Related), "{line}");
        }
        assert_eq!(strength("BAKGRUND:"), Some(Strength::Sure));
        assert_eq!(strength("Kontakt"), Some(Strength::Weak));
    }

    #[test]
    fn a_sentence_about_a_known_word_is_not() {
        for line in [
            "Bakgrund är viktig",
            "Ingen bakgrund",
            "Bakgrund saknas",
            "Bakgrund och",
            "Bakgrunds",
        ] {
            assert_eq!(strength(line), None, "{line}");
        }
    }

    #[test]
    fn links_and_notices_are_site_elements() {
        let known = HeadingWords::load("headings.toml", WORDS).unwrap();
        let is_site = |line: &str| known.is_site_element(&heading_words(line).collect::<Vec<_>>());
        assert!(is_site("Läs mer om stödet"));
        assert!(is_site("Dela"));
        assert!(is_site("Filmen kräver cookies"));
        assert!(!is_site("Dela ansvaret för barnen"));
    }
}
