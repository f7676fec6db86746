//! Lexicon: lists of names, places and words (gazetteers), and suffixes that classify other words.
//!
//! The lists are the text files of this folder; `README.md` says where they come from. Lines that
//! begin with `#` are comments. All functions take and compare normalized words
//! ([`crate::normalize`]), so that the files have ordinary Swedish spelling.
//!
//! A name with a `?` after it is also a common word or a place: it needs a second sign before it
//! counts as a person's ([`Certainty::Ambiguous`]).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::entity::Rule;
use crate::normalize::normalize;

/// How certain it is that a word is a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// A name, and hardly anything else.
    Certain,
    /// A name, or a common word, or a place.
    Ambiguous,
}

type Names = LazyLock<HashMap<String, Certainty>>;
type WordSet = LazyLock<HashSet<String>>;
type Suffixes = LazyLock<Vec<String>>;

static FIRST_NAMES: Names = LazyLock::new(|| names(include_str!("first_names.txt")));
static SURNAMES: Names = LazyLock::new(|| names(include_str!("surnames.txt")));
static PLACES: WordSet = LazyLock::new(|| word_set(include_str!("places.txt")));
static COMMON_WORDS: WordSet = LazyLock::new(|| word_set(include_str!("common_words.txt")));
static UNITS: WordSet = LazyLock::new(|| word_set(include_str!("units.txt")));
static NAME_LABELS: WordSet = LazyLock::new(|| word_set(include_str!("name_labels.txt")));
static ORGANISATIONS: WordSet = LazyLock::new(|| word_set(include_str!("organisations.txt")));
static ORGANISATION_PREFIXES: WordSet =
    LazyLock::new(|| word_set(include_str!("organisation_prefixes.txt")));
static NAMED_AFTER_PERSONS: WordSet =
    LazyLock::new(|| word_set(include_str!("named_after_persons.txt")));
static TRADES: WordSet = LazyLock::new(|| word_set(include_str!("trades.txt")));
static ORGANISATION_SUFFIXES: Suffixes =
    LazyLock::new(|| words(include_str!("organisation_suffixes.txt")).collect());
static WORD_SUFFIXES: Suffixes =
    LazyLock::new(|| words(include_str!("word_suffixes.txt")).collect());
static DOCUMENT_STEMS: Suffixes =
    LazyLock::new(|| words(include_str!("document_stems.txt")).collect());
static COLUMN_HEADERS: LazyLock<HashMap<String, Rule>> =
    LazyLock::new(|| column_headers(include_str!("column_headers.txt")));

fn names(list: &str) -> HashMap<String, Certainty> {
    let mut names = HashMap::new();
    for line in entries(list) {
        if let Some(name) = line.strip_suffix(" ?") {
            names.insert(normalize(name), Certainty::Ambiguous);
        } else {
            // Nóra and Nora are equal when normalized: the ambiguous one decides.
            names.entry(normalize(line)).or_insert(Certainty::Certain);
        }
    }
    names
}

fn word_set(list: &str) -> HashSet<String> {
    words(list).collect()
}

fn words(list: &str) -> impl Iterator<Item = String> {
    entries(list).flat_map(str::split_whitespace).map(normalize)
}

fn column_headers(list: &str) -> HashMap<String, Rule> {
    let mut headers = HashMap::new();
    for line in entries(list) {
        let (name, words) = line.split_once(' ').unwrap_or((line, ""));
        let Some(rule) = rule_named(name) else {
            continue;
        };
        let words = words.split_whitespace();
        headers.extend(words.map(|word| (normalize(word), rule)));
    }
    headers
}

fn rule_named(name: &str) -> Option<Rule> {
    match name {
        "email" => Some(Rule::Email),
        "personal_number" => Some(Rule::PersonalNumber),
        "account" => Some(Rule::Account),
        "phone" => Some(Rule::Phone),
        "address" => Some(Rule::Address),
        "name" => Some(Rule::Name),
        _ => None,
    }
}

/// The lines of a list that are not comments.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.lines().filter(|line| !line.starts_with('#'))
}

/// Whether a word is a first name.
pub(crate) fn first_name(word: &str) -> Option<Certainty> {
    match FIRST_NAMES.get(word).copied() {
        // Normalized, `Från` is equal to Fran, and `Åmål` to Amal.
        Some(Certainty::Certain) if is_common_word(word) => None,
        Some(Certainty::Certain) if is_place_name(word) => Some(Certainty::Ambiguous),
        certainty => certainty,
    }
}

/// Whether a word is a first name and hardly anything else.
pub(crate) fn is_unambiguous_first_name(word: &str) -> bool {
    first_name(word) == Some(Certainty::Certain)
}

/// Suffixes of surnames that few other words have, with the shortest stem before them.
// The stem separates surnames from other words with the same ending: two letters are enough for -sson
// (Olsson); -nen needs five (Virtanen), because shorter nouns in the definite form end so too (`scenen`).
const STRONG_SURNAME_SUFFIXES: [(&str, usize); 32] = [
    ("ic", 4),
    ("sson", 2),
    ("qvist", 2),
    ("kvist", 3),
    ("quist", 2),
    ("gren", 3),
    ("stedt", 3),
    ("sted", 4),
    ("feldt", 2),
    ("felt", 4),
    ("hjelm", 2),
    ("skiold", 2),
    ("skold", 3),
    ("stierna", 3),
    ("stjerna", 3),
    ("crona", 3),
    ("strom", 3),
    ("lundh", 2),
    ("dahl", 2),
    ("berg", 3),
    ("hammar", 3),
    ("ovic", 3),
    ("ovich", 3),
    ("wicz", 3),
    ("owski", 2),
    ("elius", 2),
    ("enius", 2),
    ("hagen", 4),
    ("gard", 4),
    ("nen", 5),
    ("lander", 3),
    ("mann", 3),
];

/// Suffixes of surnames that other words have too.
const WEAK_SURNAME_SUFFIXES: [&str; 30] = [
    "lund", "man", "ell", "ius", "in", "en", "son", "sen", "holm", "blad", "back", "mark", "wall",
    "vall", "borg", "ander", "by", "rud", "as", "ic", "ski", "sky", "ska", "ov", "ova", "ev",
    "oglu", "zadeh", "pour", "dal",
];

/// The shortest stem before a weak suffix.
// With two letters, short nouns in the definite form would be surnames: `Boken`.
const MIN_WEAK_STEM: usize = 3;

/// Whether a word is a surname: listed, or with a suffix of surnames.
pub(crate) fn surname(word: &str) -> Option<Certainty> {
    if let Some(certainty) = SURNAMES.get(word) {
        return Some(*certainty);
    }
    // `Institutionen`, `Kommissionen`: -en is a weak suffix.
    let is_other = is_place_name(word)
        || is_common_word(word)
        || is_organisation_word(word)
        || word.ends_with("ionen");
    if is_other {
        return None;
    }
    let has_suffix =
        |suffix: &str, stem: usize| word.ends_with(suffix) && word.len() >= suffix.len() + stem;
    let mut strong = STRONG_SURNAME_SUFFIXES.iter();
    let mut weak = WEAK_SURNAME_SUFFIXES.iter();
    if strong.any(|&(suffix, stem)| has_suffix(suffix, stem)) {
        Some(Certainty::Certain)
    } else if weak.any(|suffix| has_suffix(suffix, MIN_WEAK_STEM)) {
        Some(Certainty::Ambiguous)
    } else {
        None
    }
}

/// Whether a word is one of the most common surnames, also if it is another word too.
pub(crate) fn is_listed_surname(word: &str) -> bool {
    SURNAMES.contains_key(word)
}

/// Whether a word is one of the most common surnames, and hardly anything else.
pub(crate) fn is_unambiguous_listed_surname(word: &str) -> bool {
    SURNAMES.get(word) == Some(&Certainty::Certain)
}

/// Whether a word is a surname and hardly anything else: listed, a patronymic, or with a strong suffix.
pub(crate) fn is_certain_surname(word: &str) -> bool {
    surname(word) == Some(Certainty::Certain)
}

/// Whether a word is a municipality, a province, a country or a part of a city; also in the genitive.
pub(crate) fn is_place_name(word: &str) -> bool {
    let stem = word.strip_suffix('s');
    PLACES.contains(word) || stem.is_some_and(|stem| PLACES.contains(stem))
}

/// Whether a word has a suffix of towns' names: `Hallstavik`, `Knäred`, `Tyringe`.
pub(crate) fn has_town_suffix(word: &str) -> bool {
    const SUFFIXES: [&str; 28] = [
        "by", "sta", "stad", "koping", "hamn", "vik", "sund", "torp", "ryd", "red", "arp", "inge",
        "bo", "as", "fors", "bruk", "holm", "borg", "berg", "lov", "hult", "mala", "sjo", "o",
        "dal", "lunda", "strand", "tuna",
    ];
    word.len() > 3 && SUFFIXES.iter().any(|suffix| word.ends_with(suffix))
}

/// Whether a word is never a part of a name: it begins sentences, is a title, or a word of forms.
pub(crate) fn is_common_word(word: &str) -> bool {
    COMMON_WORDS.contains(word)
}

/// Whether a word that follows a number makes it an amount or a count.
pub(crate) fn is_unit(word: &str) -> bool {
    UNITS.contains(word)
}

/// Whether a word is a label or a title that a name follows: `Kontaktperson`, `rektor`.
pub(crate) fn is_name_label(word: &str) -> bool {
    NAME_LABELS.contains(word)
}

/// Whether a word is an organisation's name or ends like one, also in the genitive: `Coompanion`,
/// `Byggnadsnämndens`.
pub(crate) fn is_organisation_word(word: &str) -> bool {
    ORGANISATIONS.contains(word)
        || ORGANISATION_SUFFIXES.iter().any(|suffix| {
            let stem = word.strip_suffix('s');
            word.ends_with(suffix) || stem.is_some_and(|stem| stem.ends_with(suffix))
        })
}

/// Whether a word precedes the name of an organisation: `Advokatfirman`, `Hotell`.
pub(crate) fn is_organisation_prefix(word: &str) -> bool {
    ORGANISATION_PREFIXES.contains(word)
        || word.ends_with("jouren")
        || word.ends_with("kooperativet")
}

/// Whether a word is something that is named after a person: `minnesfond`.
pub(crate) fn is_named_after_persons(word: &str) -> bool {
    NAMED_AFTER_PERSONS.contains(word)
}

/// Whether a word is a trade that turns the name before it into a company's: `Konsult`.
pub(crate) fn is_trade(word: &str) -> bool {
    TRADES.contains(word)
}

/// Whether a stem makes a document or an activity of a compound that ends like a street:
/// `handlings` in `Handlingsplan`.
pub(crate) fn is_document_stem(stem: &str) -> bool {
    DOCUMENT_STEMS
        .iter()
        .any(|document| stem.ends_with(document))
}

/// The rule that a header of a table column announces.
pub(crate) fn column_header(header: &str) -> Option<Rule> {
    COLUMN_HEADERS.get(header).copied()
}

/// Whether a word has a suffix of Swedish nouns, verbs and adjectives that first names hardly have.
pub(crate) fn has_word_suffix(word: &str) -> bool {
    // Of the definite endings, only in long words: Helen, Margaret and Jens are names.
    const DEFINITE_SUFFIXES: [&str; 7] = ["en", "et", "ens", "ets", "nas", "eras", "ats"];
    // Surnames: Andersen, Virtanen.
    let is_long = word.len() > 7 && !word.ends_with("sen") && !word.ends_with("nen");
    let is_definite = is_long || word.ends_with("ionen");
    is_definite
        && DEFINITE_SUFFIXES
            .iter()
            .any(|suffix| word.ends_with(suffix))
        || WORD_SUFFIXES
            .iter()
            .any(|suffix| word.len() > suffix.len() + 1 && word.ends_with(suffix.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_column_headers_begins_with_a_rule() {
        for line in entries(include_str!("column_headers.txt")) {
            let name = line.split(' ').next().unwrap();
            assert!(rule_named(name).is_some(), "{line}");
        }
        assert_eq!(column_header("fodelsenummer"), Some(Rule::PersonalNumber));
        assert_eq!(column_header("rum"), None);
    }

    #[test]
    fn lists_are_normalized() {
        assert!(is_organisation_word("byggnadsnamndens"));
        assert!(is_name_label("ordforande"));
        assert!(is_unit("invanare"));
        assert!(has_word_suffix("avtalshandlaggare"));
    }
}
