//! Morphology: the normal form of a phrase, which its inflected and compounded variants share.
//!
//! `Projektets namn`, `Namn på projektet` and `Projektnamn` all have the form `namn projekt`: stems of the
//! content words, compounds divided, function words dropped, in one order. The rules of a language are data:
//! they stand in its label file. Stems are no words of a dictionary. They only have to be the same for the
//! variants of a label.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Deserializer};

use diarium_document::operations;

/// The morphology of a language as written in TOML.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::profile) struct Morphology {
    /// Words without content, such as prepositions and articles.
    function_words: Vec<String>,
    /// Endings of inflected words, longest first.
    #[serde(deserialize_with = "longest_first")]
    endings: Vec<String>,
    /// Spellings that a word has in some of its forms, each with the usual one.
    #[serde(default)]
    spellings: Vec<(String, String)>,
    /// Irregular forms and abbreviations, each with its basic word.
    #[serde(default)]
    words: BTreeMap<String, String>,
}

/// The shortest stem, in characters.
const MIN_STEM: usize = 3;
/// How many endings a word may have: plural, definiteness, case.
const MAX_ENDINGS: usize = 4;
/// The longest word that is divided, in characters.
// A longer one is no word of a form. The limit bounds the work for hostile text.
const MAX_COMPOUND: usize = 40;
/// The most words of a phrase.
// `Organisationens eller den enskilda firmans namn` has six.
const MAX_WORDS: usize = 8;

/// The stems of a language's labels that are no compounds of others: what compounds are made of.
#[derive(Debug, Default)]
pub(super) struct Lexicon(HashSet<String>);

impl Lexicon {
    /// The stems of the labels' words.
    pub(super) fn new<'l>(labels: impl Iterator<Item = &'l str>, morphology: &Morphology) -> Self {
        let mut all: Vec<String> = labels.flat_map(words).collect();
        all.retain(|word| !morphology.is_function(word));
        // A compound is longer than its parts, so that they come first.
        all.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        all.dedup();
        let mut lexicon = Self::default();
        for word in all {
            if morphology.parts(&word, &lexicon).is_none() {
                lexicon.0.insert(morphology.stem(&word));
            }
        }
        lexicon
    }

    fn has(&self, stem: &str) -> bool {
        operations::count(1);
        self.0.contains(stem)
    }
}

impl Morphology {
    /// The normal form of a phrase; `None` if it has a word that no label of the language has.
    pub(super) fn normal_form(&self, phrase: &str, lexicon: &Lexicon) -> Option<String> {
        let words = words(phrase);
        if words.len() > MAX_WORDS {
            return None;
        }
        let mut stems: Vec<String> = Vec::new();
        for word in words.iter().filter(|word| !self.is_function(word)) {
            stems.extend(self.parts(word, lexicon)?);
        }
        stems.sort();
        stems.dedup();
        (!stems.is_empty()).then(|| stems.join(" "))
    }

    fn is_function(&self, word: &str) -> bool {
        self.function_words.iter().any(|known| known == word)
    }

    /// The stem of a word, or those of its parts; `None` if they are not in the lexicon.
    fn parts(&self, word: &str, lexicon: &Lexicon) -> Option<Vec<String>> {
        let stem = self.stem(word);
        if lexicon.has(&stem) {
            return Some(vec![stem]);
        }
        divisions(word).find_map(|(first, rest)| {
            let first = self.stem(first);
            if !lexicon.has(&first) {
                return None;
            }
            let second = self.stem(rest);
            if lexicon.has(&second) {
                return Some(vec![first, second]);
            }
            // `projektägareorganisation` has three parts.
            divisions(rest).find_map(|(second, third)| {
                let parts = [self.stem(second), self.stem(third)];
                let is_known = parts.iter().all(|part| lexicon.has(part));
                is_known.then(|| [vec![first.clone()], parts.to_vec()].concat())
            })
        })
    }

    /// The stem of a word in lowercase: its usual spelling without endings.
    fn stem(&self, word: &str) -> String {
        let word = self.words.get(word).map_or(word, String::as_str);
        let mut stem = word.to_owned();
        for (spelling, usual) in &self.spellings {
            if stem.contains(spelling.as_str()) {
                stem = stem.replace(spelling.as_str(), usual);
            }
        }
        for _ in 0..MAX_ENDINGS {
            let ending = self.endings.iter().find(|ending| {
                let rest = stem.strip_suffix(ending.as_str());
                rest.is_some_and(|rest| rest.chars().count() >= MIN_STEM)
            });
            let Some(ending) = ending else { break };
            stem.truncate(stem.len() - ending.len());
        }
        stem
    }
}

/// The divisions of a word into two parts that may be words.
fn divisions(word: &str) -> impl Iterator<Item = (&str, &str)> {
    let length = word.chars().take(MAX_COMPOUND + 1).count();
    let last = if length > MAX_COMPOUND {
        0
    } else {
        (length + 1).saturating_sub(MIN_STEM)
    };
    let starts = word.char_indices().map(|(at, _)| at);
    let starts = starts.enumerate().take(last).skip(MIN_STEM);
    starts.map(|(_, at)| word.split_at(at))
}

/// The endings in the order in which they are tried.
fn longest_first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let mut endings = Vec::<String>::deserialize(deserializer)?;
    endings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    Ok(endings)
}

/// The words of a phrase, in lowercase and without punctuation. A single letter belongs to the word after
/// it, as in `E-post`, `Y-tunnus` and `D.nr`.
fn words(phrase: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for written in phrase.to_lowercase().split_whitespace() {
        let mut letter: Option<&str> = None;
        for part in written.split(|c: char| !c.is_alphanumeric()) {
            match letter.take() {
                Some(letter) => words.push(format!("{letter}{part}")),
                None if part.chars().count() == 1 && written.len() > part.len() => {
                    letter = Some(part);
                }
                None if part.is_empty() => {}
                None => words.push(part.to_owned()),
            }
        }
    }
    words
}
