//! Which words are first names, surnames, places, organisations, common words?
//!
//! `first_names.txt` and `surnames.txt` tell where they come from in `README.md` beside them. A name
//! that is also a common word or a place has a `?` behind it: it needs a second sign.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::super::fold::fold;

/// How much a word says by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A name, and hardly anything else.
    Sure,
    /// A name, or a common word, or a place.
    Unsure,
}

static FIRST_NAMES: LazyLock<HashMap<String, Sign>> =
    LazyLock::new(|| names(include_str!("first_names.txt")));
static SURNAMES: LazyLock<HashMap<String, Sign>> =
    LazyLock::new(|| names(include_str!("surnames.txt")));
static PLACES: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("places.txt")));
static COMMON: LazyLock<HashSet<String>> = LazyLock::new(|| words(include_str!("common.txt")));
static ORGANISATIONS: LazyLock<HashSet<String>> =
    LazyLock::new(|| words(include_str!("organisations.txt")));

fn names(list: &str) -> HashMap<String, Sign> {
    let mut names = HashMap::new();
    for line in list.lines() {
        // Nóra and Nora are one when folded, and as unsure as the less sure of them.
        match line.strip_suffix(" ?") {
            Some(name) => names.insert(fold(name), Sign::Unsure),
            None => Some(*names.entry(fold(line)).or_insert(Sign::Sure)),
        };
    }
    names
}

fn words(list: &str) -> HashSet<String> {
    list.split_whitespace().map(fold).collect()
}

/// What a folded word says as a first name; a double name is one if its first half is.
pub(crate) fn first_name(folded: &str) -> Option<Sign> {
    match FIRST_NAMES.get(folded).copied() {
        // Folded, Från is Fran and Åmål is Amal.
        Some(Sign::Sure) if is_common(folded) => None,
        Some(Sign::Sure) if is_place(folded) => Some(Sign::Unsure),
        sign => sign,
    }
}

/// Whether it is a first name and hardly anything else.
pub(crate) fn is_first_name(folded: &str) -> bool {
    first_name(folded) == Some(Sign::Sure)
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

/// What a folded word says as a surname.
pub(crate) fn surname(folded: &str) -> Option<Sign> {
    if let Some(sign) = SURNAMES.get(folded) {
        return Some(*sign);
    }
    if is_place(folded) || is_common(folded) || is_organisation(folded) || folded.ends_with("ionen")
    {
        return None;
    }
    let ends =
        |(end, stem): &(&str, usize)| folded.ends_with(end) && folded.len() >= end.len() + stem;
    if STRONG_ENDINGS.iter().any(ends) {
        return Some(Sign::Sure);
    }
    let weak = |end: &&str| folded.ends_with(*end) && folded.len() >= end.len() + 3;
    WEAK_ENDINGS.iter().any(weak).then_some(Sign::Unsure)
}

/// One of the commonest surnames, also where it is another word as well.
pub(crate) fn is_surname_of_list(folded: &str) -> bool {
    SURNAMES.contains_key(folded)
}

/// A surname of the list that is no other word.
pub(crate) fn is_listed_surname(folded: &str) -> bool {
    SURNAMES.get(folded) == Some(&Sign::Sure)
}

/// A surname that says so by itself: a patronymic, or one of the commonest.
pub(crate) fn is_sure_surname(folded: &str) -> bool {
    surname(folded) == Some(Sign::Sure)
}

/// A municipality, a county, a province, a country, a part of a city.
pub(crate) fn is_place(folded: &str) -> bool {
    PLACES.contains(folded)
        || folded
            .strip_suffix('s')
            .is_some_and(|stem| PLACES.contains(stem))
}

/// Ends as towns do: `Hallstavik`, `Knäred`, `Tyringe`.
pub(crate) fn is_town_shaped(folded: &str) -> bool {
    const ENDS: [&str; 28] = [
        "by", "sta", "stad", "koping", "hamn", "vik", "sund", "torp", "ryd", "red", "arp", "inge",
        "bo", "as", "fors", "bruk", "holm", "borg", "berg", "lov", "hult", "mala", "sjo", "o",
        "dal", "lunda", "strand", "tuna",
    ];
    folded.len() > 3 && ENDS.iter().any(|end| folded.ends_with(end))
}

/// A word that begins sentences, a title, a word of forms: never part of a name.
pub(crate) fn is_common(folded: &str) -> bool {
    COMMON.contains(folded)
}

/// A word that organisations are called by, alone or at its end: `Byggnadsnämnden`, `Coompanion`.
pub(crate) fn is_organisation(folded: &str) -> bool {
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
    ORGANISATIONS.contains(folded)
        || ENDS.iter().any(|end| {
            folded.ends_with(end)
                || folded
                    .strip_suffix('s')
                    .is_some_and(|stem| stem.ends_with(end))
        })
}

/// An ending that Swedish nouns, verbs and adjectives have, and first names hardly.
pub(crate) fn is_word_shaped(folded: &str) -> bool {
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
    let long = folded.len() > 7 && !folded.ends_with("sen") && !folded.ends_with("nen");
    (long || folded.ends_with("ionen")) && LONG.iter().any(|end| folded.ends_with(end))
        || ENDS
            .iter()
            .any(|end| folded.len() > end.len() + 1 && folded.ends_with(end))
}
