//! Is this a person, or what is called by a person's name?
//!
//! `Anna Lindhs minnesfond`, `Karlssons Bygg AB`, `Sofia församling`, `Sven Jerrings gata`.

use super::super::fold::fold;
use super::lists::{first_name, is_listed_surname, is_organisation};
use super::without_genitive;
use super::words::{Gap, Shape, Word};

/// Companies by their ending (Bolagsverket).
const COMPANY: [&str; 12] = [
    "ab", "hb", "kb", "ekf", "ltd", "inc", "gmbh", "oy", "aps", "as", "asa", "co",
];

/// What is named after a person, in the genitive: `Anna Lindhs …`
const NAMED_AFTER: [&str; 30] = [
    "minnesfond",
    "minnesstiftelse",
    "minne",
    "fond",
    "stiftelse",
    "stipendium",
    "stipendiefond",
    "pris",
    "priset",
    "gata",
    "gatan",
    "vag",
    "vagen",
    "plats",
    "torg",
    "plan",
    "park",
    "parken",
    "allé",
    "alle",
    "grand",
    "backe",
    "gymnasium",
    "skola",
    "museum",
    "bageri",
    "konditori",
    "akeri",
    "snickeri",
    "kyrka",
];

/// What has a saint's or a patron's name before it: `Sofia församling`.
const PATRONS: [&str; 18] = [
    "forsamling",
    "forsamlings",
    "socken",
    "kyrka",
    "kyrkan",
    "skola",
    "skolan",
    "gymnasium",
    "gymnasiet",
    "sjukhus",
    "forskola",
    "forskolan",
    "distrikt",
    "pastorat",
    "kapell",
    "domkyrka",
    "park",
    "hus",
];

/// What stands before the name of a firm, a house, a ship.
const BEFORE: [&str; 26] = [
    "stiftelsen",
    "stiftelse",
    "bolaget",
    "ab",
    "hotell",
    "hotel",
    "restaurang",
    "restaurangen",
    "kafe",
    "cafe",
    "galleri",
    "advokatfirman",
    "advokatfirma",
    "advokatbyran",
    "firman",
    "foretaget",
    "fonden",
    "fond",
    "kvarteret",
    "fartyget",
    "orkanen",
    "jouren",
    "varumarket",
    "tidningen",
    "butiken",
    "kedjan",
];

/// Whether a word tells that the name after it is a firm's.
pub(super) fn is_before(folded: &str) -> bool {
    BEFORE.contains(&folded) || folded.ends_with("jouren") || folded.ends_with("kooperativet")
}

/// Whether the words from `start` to `end` are the name of no person.
pub(super) fn is_called_by(words: &[Word], start: usize, end: usize) -> bool {
    let single = end - start == 1;
    let before = start.checked_sub(1).map(|at| &words[at]);
    let beside = words[start].gap == Gap::Space;
    if beside && before.is_some_and(|word| is_before(&word.folded)) {
        return true;
    }
    if beside
        && single
        && before.is_some_and(|word| word.folded.starts_with("projekt") && word.folded.len() <= 9)
    {
        return true;
    }
    if beside
        && single
        && before.is_some_and(|word| word.shape == Shape::Capital && is_organisation(&word.folded))
    {
        return true;
    }
    let Some(next) = words.get(end) else {
        return false;
    };
    if next.gap == Gap::And && next.shape != Shape::Lower {
        return true;
    }
    if next.gap != Gap::Space {
        return false;
    }
    let last = words[end - 1].folded.as_str();
    let name = first_name(last).is_some() || is_listed_surname(last);
    let genitive = last.ends_with('s') && !name && (!single || without_genitive(last) != last);
    // Only what has a name of its own has a capital: Astrid Lindgrens Värld.
    let thing = next.shape == Shape::Capital && next.range.len() > 2;
    genitive && (thing || NAMED_AFTER.contains(&next.folded.as_str()))
        || PATRONS.contains(&next.folded.as_str())
        || single && next.shape == Shape::Capital && is_organisation(&next.folded)
        || is_company(&words[end..])
}

/// `Bygg AB`, `och Söner Åkeri AB`, `Konsult`: what follows a name makes a firm of it.
fn is_company(after: &[Word]) -> bool {
    const TRADES: [&str; 26] = [
        "konsult",
        "consulting",
        "bygg",
        "maleri",
        "akeri",
        "bageri",
        "ror",
        "el",
        "fastigheter",
        "handels",
        "industri",
        "service",
        "media",
        "forlag",
        "tryckeri",
        "revision",
        "redovisning",
        "juridik",
        "advokatbyra",
        "partners",
        "group",
        "lantbruk",
        "hotell",
        "restaurang",
        "konditori",
        "foundation",
    ];
    for (place, word) in after.iter().take(4).enumerate() {
        let joined = word.gap == Gap::Space || word.gap == Gap::And;
        if !joined {
            return false;
        }
        let capital = matches!(word.shape, Shape::Capital | Shape::Upper);
        if capital && COMPANY.contains(&word.folded.as_str()) && word.shape == Shape::Upper
            || word.folded == "soner"
        {
            return true;
        }
        if place == 0 && capital && TRADES.contains(&word.folded.as_str()) {
            return true;
        }
        if !capital && word.folded != "och" {
            return false;
        }
    }
    false
}

/// `S:t Anna`, `Sankta Maria`, `Saint Lawrence`
pub(super) fn is_saint(words: &[Word], at: usize) -> bool {
    let saint = ["st", "sta", "sankt", "sankta", "santa", "saint", "san"];
    at.checked_sub(1).is_some_and(|before| {
        saint.contains(&words[before].folded.as_str()) && words[at].gap == Gap::Space
    })
}

/// Whether a whole value, such as a field's, is the name of no person.
pub(crate) fn is_organisation_name(words: &[Word]) -> bool {
    words
        .iter()
        .any(|word| is_organisation(&word.folded) || fold("kommun") == word.folded)
}
