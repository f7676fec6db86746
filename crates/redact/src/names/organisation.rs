//! Organisations and other things that are named after persons: `Anna Lindhs minnesfond`,
//! `Karlssons Bygg AB`, `Sofia församling`, `Sven Jerrings gata`.

use super::tokens::{LetterCase, Separator, Token};
use super::{follows_space, without_genitive};
use crate::lexicon::{
    first_name, is_named_after_persons, is_organisation_prefix, is_organisation_word, is_trade,
    is_unambiguous_listed_surname,
};

/// Company forms, normalized (Bolagsverket, and the most common abroad).
const COMPANY_FORMS: [&str; 12] = [
    "ab", "hb", "kb", "ekf", "ltd", "inc", "gmbh", "oy", "aps", "as", "asa", "co",
];

/// What has the name of a saint or a patron before it, normalized: `Sofia församling`.
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

/// The most words of a company's name after a person's: `Karlsson och Söner Åkeri AB`.
const MAX_COMPANY_WORDS: usize = 4;

/// Whether the tokens from `start` to `end` name something that is not a person.
pub(super) fn is_named_after(tokens: &[Token], start: usize, end: usize) -> bool {
    follows_organisation(tokens, start, end) || precedes_organisation(tokens, start, end)
}

/// Whether the word before a name makes it an organisation's: `Advokatfirman Lindahl`.
fn follows_organisation(tokens: &[Token], start: usize, end: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|before| &tokens[before]) else {
        return false;
    };
    let word = &before.normalized;
    // `Projekt Ulla`, `Projektet Ulla`, but `Projektledare Ulla`.
    let is_project = word.starts_with("projekt") && word.len() <= 9;
    let is_organisation = before.case == LetterCase::Capitalized && is_organisation_word(word);
    let is_single = end - start == 1;
    follows_space(&tokens[start])
        && (is_organisation_prefix(word) || is_single && (is_project || is_organisation))
}

/// Whether the words after a name make it an organisation's: `Karlssons Bygg AB`.
fn precedes_organisation(tokens: &[Token], start: usize, end: usize) -> bool {
    let Some(next) = tokens.get(end) else {
        return false;
    };
    // Karlsson & Söner
    if next.separator == Separator::And && next.case != LetterCase::Lower {
        return true;
    }
    if !follows_space(next) {
        return false;
    }
    let is_single = end - start == 1;
    let last = tokens[end - 1].normalized.as_str();
    // Hans and Andersson have no genitive.
    let is_name = first_name(last).is_some() || is_unambiguous_listed_surname(last);
    let has_genitive =
        last.ends_with('s') && !is_name && (!is_single || without_genitive(last) != last);
    // Only what has a name of its own has a capital: `Astrid Lindgrens Värld`.
    let is_thing = next.case == LetterCase::Capitalized && next.range.len() > 2
        || is_named_after_persons(&next.normalized);
    has_genitive && is_thing
        || PATRONS.contains(&next.normalized.as_str())
        || is_single
            && next.case == LetterCase::Capitalized
            && is_organisation_word(&next.normalized)
        || is_company(&tokens[end..])
}

/// Whether the words after a name make it a company's: `Bygg AB`, `och Söner Åkeri AB`, `Konsult`.
fn is_company(after: &[Token]) -> bool {
    for (index, token) in after.iter().take(MAX_COMPANY_WORDS).enumerate() {
        if !matches!(token.separator, Separator::Space | Separator::And) {
            return false;
        }
        let word = token.normalized.as_str();
        // `as` and `co` are company forms only in capitals.
        let is_company_form = token.case == LetterCase::Upper && COMPANY_FORMS.contains(&word);
        let has_capital = matches!(token.case, LetterCase::Capitalized | LetterCase::Upper);
        if is_company_form || word == "soner" || index == 0 && has_capital && is_trade(word) {
            return true;
        }
        if !has_capital && word != "och" {
            return false;
        }
    }
    false
}

/// Words before the name of a saint, normalized: `S:t Anna`, `Saint Lawrence`.
const SAINTS: [&str; 7] = ["st", "sta", "sankt", "sankta", "santa", "saint", "san"];

/// Whether the name at a token is a saint's, and so a place or a church.
pub(super) fn is_saint(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        SAINTS.contains(&tokens[before].normalized.as_str()) && follows_space(&tokens[at])
    })
}

/// Whether a whole value, such as a field's, is an organisation.
pub(crate) fn is_organisation_name(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .any(|token| is_organisation_word(&token.normalized))
}
