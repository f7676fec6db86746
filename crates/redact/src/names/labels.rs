//! Which tokens tell that a name follows?
//!
//! `Kontaktperson: …`, `rektor …`, `undertecknad …`, `Vänliga hälsningar`. The name may be one that
//! no list knows; it is two tokens with capitals at least, and none of them an organisation's.

use super::tokens::{LetterCase, Separator, Token};
use super::{NameSpan, is_unknown_name, name_at, without_genitive};
use crate::lexicon::{
    Certainty, first_name, is_common_word, is_organisation_word, is_place_name, surname,
};

/// Labels and titles: a name follows them in the same line or the next.
const LABELS: [&str; 93] = [
    "sager",
    "berattar",
    "menar",
    "tycker",
    "forklarar",
    "tillagger",
    "konstaterar",
    "heter",
    "hette",
    "snickaren",
    "kontaktperson",
    "kontaktpersoner",
    "kontakt",
    "kontakta",
    "kontaktpersonen",
    "projektledare",
    "projektledaren",
    "projektansvarig",
    "projektassistent",
    "projektkoordinator",
    "projektekonom",
    "projektsamordnare",
    "delprojektledare",
    "handlaggare",
    "handlaggaren",
    "firmatecknare",
    "namnfortydligande",
    "underskrift",
    "namnteckning",
    "undertecknad",
    "undertecknade",
    "ordforande",
    "ordforanden",
    "ordf",
    "kassor",
    "sekreterare",
    "sekr",
    "ledamot",
    "ledamoter",
    "suppleant",
    "revisor",
    "foretradare",
    "uppgiftslamnare",
    "foredragande",
    "beslutsfattare",
    "narvarande",
    "justerare",
    "justeras",
    "protokollforare",
    "utvarderare",
    "utvarderaren",
    "foljeforskare",
    "forfattare",
    "redaktor",
    "foto",
    "rektor",
    "rektorn",
    "doktor",
    "dr",
    "professor",
    "docent",
    "kommunalrad",
    "kommunchef",
    "verksamhetschef",
    "verksamhetsledare",
    "enhetschef",
    "avdelningschef",
    "forvaltningschef",
    "socialchef",
    "ekonomichef",
    "ekonomiansvarig",
    "ekonom",
    "samordnare",
    "samordnaren",
    "koordinator",
    "handledare",
    "radgivare",
    "kurator",
    "socialsekreterare",
    "arbetsformedlare",
    "coach",
    "landshovding",
    "statsrad",
    "advokat",
    "fru",
    "herr",
    "froken",
    "kyrkoherde",
    "vd",
    "halsningar",
    "mvh",
    "attestant",
    "intervjuare",
];

/// Titles that take a surname alone.
const TITLES: [&str; 14] = [
    "rektor",
    "doktor",
    "dr",
    "professor",
    "docent",
    "kommunalrad",
    "fru",
    "herr",
    "froken",
    "kyrkoherde",
    "statsrad",
    "landshovding",
    "advokat",
    "kurator",
];

/// Words between a label and its name.
const BETWEEN: [&str; 9] = [
    "ar", "var", "heter", "blir", "namn", "och", "samt", "person", "titel",
];

/// Whether a normalized token is a label or a title that a name follows.
pub(super) fn is_label(normalized: &str) -> bool {
    LABELS.contains(&normalized)
}

/// The names that follow the label at a token, also several in a row.
pub(super) fn names(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    let label = tokens[at].normalized.as_str();
    let mut found = Vec::new();
    if !is_label(label) {
        return found;
    }
    let mut next = at + 1;
    while tokens.get(next).is_some_and(|token| {
        next - at <= 2
            && token.case == LetterCase::Lower
            && BETWEEN.contains(&token.normalized.as_str())
            || next - at <= 2 && token.normalized == "namn"
    }) {
        next += 1;
    }
    while let Some(name) = name_after(tokens, next, TITLES.contains(&label) && found.is_empty()) {
        next = name.end;
        found.push(name);
        // Mirjeta Hoxhaj, Besnik Krasniqi och Arta Gashi
        match tokens.get(next) {
            Some(token) if token.separator == Separator::Comma => {}
            Some(token) if token.normalized == "och" || token.normalized == "samt" => next += 1,
            _ => break,
        }
    }
    found
}

fn name_after(tokens: &[Token], start: usize, surname_will_do: bool) -> Option<NameSpan> {
    let first = tokens.get(start)?;
    if first.separator == Separator::Other && !first.begins {
        return None;
    }
    let known = name_at(tokens, start);
    let mut end = start;
    while tokens.get(end).is_some_and(|token| {
        end - start < 4
            && (end == start || token.separator == Separator::Space)
            && (could_be_name(token) || end > start && token.case == LetterCase::Initial)
    }) {
        end += 1;
    }
    if known.as_ref().is_some_and(|known| known.end >= end) {
        return known;
    }
    let many = end - start;
    // A heading under a heading is no name: what stands in a line of its own has it alone.
    let alone = first.separator != Separator::Line
        || tokens
            .get(end)
            .is_none_or(|next| next.separator != Separator::Space);
    let one = surname_will_do
        && first.separator == Separator::Space
        && first.case == LetterCase::Capitalized;
    let one = one
        && tokens.get(end).is_none_or(|next| {
            next.case == LetterCase::Lower || next.separator != Separator::Space
        });
    if (many >= 2 && alone || many == 1 && one)
        && !super::organisation::is_called_by(tokens, start, end)
    {
        let parts = tokens[start..end]
            .iter()
            .filter(|token| token.case != LetterCase::Initial)
            .map(|token| without_genitive(&token.normalized).to_owned())
            .collect();
        return Some(NameSpan { start, end, parts });
    }
    known
}

fn could_be_name(token: &Token) -> bool {
    let listed = first_name(&token.normalized) == Some(Certainty::Certain)
        || surname(&token.normalized).is_some();
    let other = is_common_word(&token.normalized)
        || is_organisation_word(&token.normalized)
        || is_place_name(&token.normalized);
    is_unknown_name(token)
        || token.case != LetterCase::Lower && token.case != LetterCase::Initial && listed && !other
        || token.case == LetterCase::Capitalized && first_name(&token.normalized).is_some()
}
