//! Which words are first names, surnames, places, organisations, common words?
//!
//! `first_names.txt` and `surnames.txt` tell where they come from in `README.md` beside them. A name
//! that is also a common word or a place has a `?` behind it: it needs a second certainty.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::normalize::normalize;

/// How much a word says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// A name, and hardly anything else.
    Certain,
    /// A name, or a common word, or a place.
    Ambiguous,
}

static FIRST_NAMES: LazyLock<HashMap<String, Certainty>> =
    LazyLock::new(|| names(include_str!("first_names.txt")));
static SURNAMES: LazyLock<HashMap<String, Certainty>> =
    LazyLock::new(|| names(include_str!("surnames.txt")));
static PLACES: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("places.txt")));
static COMMON: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(include_str!("common_words.txt")));
static ORGANISATIONS: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(include_str!("organisations.txt")));

fn names(list: &str) -> HashMap<String, Certainty> {
    let mut names = HashMap::new();
    for line in list.lines() {
        // Nóra and Nora are one when normalized, and as unsure as the less sure of them.
        match line.strip_suffix(" ?") {
            Some(name) => names.insert(normalize(name), Certainty::Ambiguous),
            None => Some(*names.entry(normalize(line)).or_insert(Certainty::Certain)),
        };
    }
    names
}

fn words(list: &str) -> HashSet<String> {
    list.split_whitespace().map(normalize).collect()
}

/// What a normalized word says as a first name; a double name is one if its first half is.
pub(crate) fn first_name(normalized: &str) -> Option<Certainty> {
    match FIRST_NAMES.get(normalized).copied() {
        // NormalizedText, Från is Fran and Åmål is Amal.
        Some(Certainty::Certain) if is_common_word(normalized) => None,
        Some(Certainty::Certain) if is_place_name(normalized) => Some(Certainty::Ambiguous),
        certainty => certainty,
    }
}

/// Whether it is a first name and hardly anything else.
pub(crate) fn is_unambiguous_first_name(normalized: &str) -> bool {
    first_name(normalized) == Some(Certainty::Certain)
}

/// Endings of surnames that few other words have, with the shortest stem before them.
const STRONG_ENDINGS: [(&str, usize); 32] = [
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

/// Endings of surnames that other words have, too.
const WEAK_ENDINGS: [&str; 30] = [
    "lund", "man", "ell", "ius", "in", "en", "son", "sen", "holm", "blad", "back", "mark", "wall",
    "vall", "borg", "ander", "by", "rud", "as", "ic", "ski", "sky", "ska", "ov", "ova", "ev",
    "oglu", "zadeh", "pour", "dal",
];

/// What a normalized word says as a surname.
pub(crate) fn surname(normalized: &str) -> Option<Certainty> {
    if let Some(certainty) = SURNAMES.get(normalized) {
        return Some(*certainty);
    }
    if is_place_name(normalized)
        || is_common_word(normalized)
        || is_organisation_word(normalized)
        || normalized.ends_with("ionen")
    {
        return None;
    }
    let ends = |(end, stem): &(&str, usize)| {
        normalized.ends_with(end) && normalized.len() >= end.len() + stem
    };
    if STRONG_ENDINGS.iter().any(ends) {
        return Some(Certainty::Certain);
    }
    let weak = |end: &&str| normalized.ends_with(*end) && normalized.len() >= end.len() + 3;
    WEAK_ENDINGS
        .iter()
        .any(weak)
        .then_some(Certainty::Ambiguous)
}

/// One of the commonest surnames, also where it is another word as well.
pub(crate) fn is_listed_surname(normalized: &str) -> bool {
    SURNAMES.contains_key(normalized)
}

/// A surname of the list that is no other word.
pub(crate) fn is_unambiguous_listed_surname(normalized: &str) -> bool {
    SURNAMES.get(normalized) == Some(&Certainty::Certain)
}

/// A surname that says so by itself: a patronymic, or one of the commonest.
pub(crate) fn is_certain_surname(normalized: &str) -> bool {
    surname(normalized) == Some(Certainty::Certain)
}

/// A municipality, a county, a province, a country, a part of a city.
pub(crate) fn is_place_name(normalized: &str) -> bool {
    PLACES.contains(normalized)
        || normalized
            .strip_suffix('s')
            .is_some_and(|stem| PLACES.contains(stem))
}

/// Ends as towns do: `Hallstavik`, `Knäred`, `Tyringe`.
pub(crate) fn has_town_suffix(normalized: &str) -> bool {
    const ENDS: [&str; 28] = [
        "by", "sta", "stad", "koping", "hamn", "vik", "sund", "torp", "ryd", "red", "arp", "inge",
        "bo", "as", "fors", "bruk", "holm", "borg", "berg", "lov", "hult", "mala", "sjo", "o",
        "dal", "lunda", "strand", "tuna",
    ];
    normalized.len() > 3 && ENDS.iter().any(|end| normalized.ends_with(end))
}

/// A word that begins sentences, a title, a word of forms: never part of a name.
pub(crate) fn is_common_word(normalized: &str) -> bool {
    COMMON.contains(normalized)
}

/// A word that organisations are called by, alone or at its end: `Byggnadsnämnden`, `Coompanion`.
pub(crate) fn is_organisation_word(normalized: &str) -> bool {
    const ENDS: [&str; 74] = [
        "forbundet",
        "forbund",
        "forening",
        "foreningen",
        "forvaltning",
        "forvaltningen",
        "namnd",
        "namnden",
        "verket",
        "myndigheten",
        "formedlingen",
        "kassan",
        "styrelsen",
        "kommun",
        "kommunen",
        "region",
        "regionen",
        "landsting",
        "landstinget",
        "skola",
        "skolan",
        "gymnasiet",
        "gymnasium",
        "universitet",
        "universitetet",
        "hogskola",
        "hogskolan",
        "institut",
        "institutet",
        "stiftelse",
        "stiftelsen",
        "fonden",
        "fond",
        "bolaget",
        "bolag",
        "radet",
        "gruppen",
        "centrum",
        "center",
        "projektet",
        "projekt",
        "programmet",
        "byran",
        "kyrkan",
        "forsamling",
        "forsamlingen",
        "sallskapet",
        "klubben",
        "banken",
        "tjanst",
        "tjanster",
        "huset",
        "sjukhus",
        "sjukhuset",
        "museet",
        "teatern",
        "biblioteket",
        "arkivet",
        "enheten",
        "avdelningen",
        "kontoret",
        "kansliet",
        "natverket",
        "alliansen",
        "partiet",
        "kooperativet",
        "kooperativ",
        "akademin",
        "akademi",
        "samverkan",
        "partnerskap",
        "utveckling",
        "minnesfond",
        "priset",
    ];
    ORGANISATIONS.contains(normalized)
        || ENDS.iter().any(|end| {
            normalized.ends_with(end)
                || normalized
                    .strip_suffix('s')
                    .is_some_and(|stem| stem.ends_with(end))
        })
}

/// An ending that Swedish nouns, verbs and adjectives have, and first names hardly.
pub(crate) fn has_word_suffix(normalized: &str) -> bool {
    const ENDS: [&str; 40] = [
        "ing",
        "ingen",
        "ingar",
        "ningar",
        "het",
        "heten",
        "tion",
        "tionen",
        "tioner",
        "arna",
        "erna",
        "orna",
        "ande",
        "ende",
        "aren",
        "arens",
        "aktig",
        "liga",
        "ligt",
        "iska",
        "iskt",
        "mot",
        "skap",
        "skapet",
        "else",
        "elsen",
        "erade",
        "ades",
        "torn",
        "ledare",
        "ansvarig",
        "chef",
        "sekreterare",
        "konsult",
        "assistent",
        "samordnare",
        "handlaggare",
        "arbetare",
        "larare",
        "forskare",
    ];
    const LONG: [&str; 7] = ["en", "et", "ens", "ets", "nas", "eras", "ats"];
    let long = normalized.len() > 7 && !normalized.ends_with("sen") && !normalized.ends_with("nen");
    (long || normalized.ends_with("ionen")) && LONG.iter().any(|end| normalized.ends_with(end))
        || ENDS
            .iter()
            .any(|end| normalized.len() > end.len() + 1 && normalized.ends_with(end))
}
