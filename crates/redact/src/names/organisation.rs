//! Is this a person, or what is called by a person's name?
//!
//! `Anna Lindhs minnesfond`, `Karlssons Bygg AB`, `Sofia församling`, `Sven Jerrings gata`.

use super::tokens::{LetterCase, Separator, Token};
use super::without_genitive;
use crate::lexicon::{first_name, is_organisation_word, is_unambiguous_listed_surname};
use crate::normalize::normalize;

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

/// Whether a token tells that the name after it is a firm's.
pub(super) fn is_before(normalized: &str) -> bool {
    BEFORE.contains(&normalized)
        || normalized.ends_with("jouren")
        || normalized.ends_with("kooperativet")
}

/// Whether the tokens from `start` to `end` are the name of no person.
pub(super) fn is_called_by(tokens: &[Token], start: usize, end: usize) -> bool {
    let single = end - start == 1;
    let before = start.checked_sub(1).map(|at| &tokens[at]);
    let beside = tokens[start].separator == Separator::Space;
    if beside && before.is_some_and(|token| is_before(&token.normalized)) {
        return true;
    }
    if beside
        && single
        && before.is_some_and(|token| {
            token.normalized.starts_with("projekt") && token.normalized.len() <= 9
        })
    {
        return true;
    }
    if beside
        && single
        && before.is_some_and(|token| {
            token.case == LetterCase::Capitalized && is_organisation_word(&token.normalized)
        })
    {
        return true;
    }
    let Some(next) = tokens.get(end) else {
        return false;
    };
    if next.separator == Separator::And && next.case != LetterCase::Lower {
        return true;
    }
    if next.separator != Separator::Space {
        return false;
    }
    let last = tokens[end - 1].normalized.as_str();
    let name = first_name(last).is_some() || is_unambiguous_listed_surname(last);
    let genitive = last.ends_with('s') && !name && (!single || without_genitive(last) != last);
    // Only what has a name of its own has a capital: Astrid Lindgrens Värld.
    let thing = next.case == LetterCase::Capitalized && next.range.len() > 2;
    genitive && (thing || NAMED_AFTER.contains(&next.normalized.as_str()))
        || PATRONS.contains(&next.normalized.as_str())
        || single && next.case == LetterCase::Capitalized && is_organisation_word(&next.normalized)
        || is_company(&tokens[end..])
}

/// `Bygg AB`, `och Söner Åkeri AB`, `Konsult`: what follows a name makes a firm of it.
fn is_company(after: &[Token]) -> bool {
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
    for (place, token) in after.iter().take(4).enumerate() {
        let joined = token.separator == Separator::Space || token.separator == Separator::And;
        if !joined {
            return false;
        }
        let capital = matches!(token.case, LetterCase::Capitalized | LetterCase::Upper);
        if capital
            && COMPANY.contains(&token.normalized.as_str())
            && token.case == LetterCase::Upper
            || token.normalized == "soner"
        {
            return true;
        }
        if place == 0 && capital && TRADES.contains(&token.normalized.as_str()) {
            return true;
        }
        if !capital && token.normalized != "och" {
            return false;
        }
    }
    false
}

/// `S:t Anna`, `Sankta Maria`, `Saint Lawrence`
pub(super) fn is_saint(tokens: &[Token], at: usize) -> bool {
    let saint = ["st", "sta", "sankt", "sankta", "santa", "saint", "san"];
    at.checked_sub(1).is_some_and(|before| {
        saint.contains(&tokens[before].normalized.as_str())
            && tokens[at].separator == Separator::Space
    })
}

/// Whether a whole value, such as a field's, is the name of no person.
pub(crate) fn is_organisation_name(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| {
        is_organisation_word(&token.normalized) || normalize("kommun") == token.normalized
    })
}
