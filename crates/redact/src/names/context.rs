//! Which words tell that a name follows?
//!
//! `Kontaktperson: …`, `rektor …`, `undertecknad …`, `Vänliga hälsningar`. The name may be one that
//! no list knows; it is two words with capitals at least, and none of them an organisation's.

use super::lists::{Sign, first_name, is_common, is_organisation, is_place, surname};
use super::words::{Gap, Shape, Word};
use super::{Found, is_unknown_name, name_at, without_genitive};

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

/// Whether a folded word is a label or a title that a name follows.
pub(super) fn is_label(folded: &str) -> bool {
    LABELS.contains(&folded)
}

/// The names that follow the label at a word, also several in a row.
pub(super) fn names(words: &[Word], at: usize) -> Vec<Found> {
    let label = words[at].folded.as_str();
    let mut found = Vec::new();
    if !is_label(label) {
        return found;
    }
    let mut next = at + 1;
    while words.get(next).is_some_and(|word| {
        next - at <= 2 && word.shape == Shape::Lower && BETWEEN.contains(&word.folded.as_str())
            || next - at <= 2 && word.folded == "namn"
    }) {
        next += 1;
    }
    while let Some(name) = name_after(words, next, TITLES.contains(&label) && found.is_empty()) {
        next = name.end;
        found.push(name);
        // Mirjeta Hoxhaj, Besnik Krasniqi och Arta Gashi
        match words.get(next) {
            Some(word) if word.gap == Gap::Comma => {}
            Some(word) if word.folded == "och" || word.folded == "samt" => next += 1,
            _ => break,
        }
    }
    found
}

fn name_after(words: &[Word], start: usize, surname_will_do: bool) -> Option<Found> {
    let first = words.get(start)?;
    if first.gap == Gap::Other && !first.begins {
        return None;
    }
    let known = name_at(words, start);
    let mut end = start;
    while words.get(end).is_some_and(|word| {
        end - start < 4
            && (end == start || word.gap == Gap::Space)
            && (could_be_name(word) || end > start && word.shape == Shape::Initial)
    }) {
        end += 1;
    }
    if known.as_ref().is_some_and(|known| known.end >= end) {
        return known;
    }
    let many = end - start;
    // A heading under a heading is no name: what stands in a line of its own has it alone.
    let alone = first.gap != Gap::Line || words.get(end).is_none_or(|next| next.gap != Gap::Space);
    let one = surname_will_do && first.gap == Gap::Space && first.shape == Shape::Capital;
    let one = one
        && words
            .get(end)
            .is_none_or(|next| next.shape == Shape::Lower || next.gap != Gap::Space);
    if (many >= 2 && alone || many == 1 && one)
        && !super::organisation::is_called_by(words, start, end)
    {
        let parts = words[start..end]
            .iter()
            .filter(|word| word.shape != Shape::Initial)
            .map(|word| without_genitive(&word.folded).to_owned())
            .collect();
        return Some(Found { start, end, parts });
    }
    known
}

fn could_be_name(word: &Word) -> bool {
    let listed = first_name(&word.folded) == Some(Sign::Sure) || surname(&word.folded).is_some();
    let other = is_common(&word.folded) || is_organisation(&word.folded) || is_place(&word.folded);
    is_unknown_name(word)
        || word.shape != Shape::Lower && word.shape != Shape::Initial && listed && !other
        || word.shape == Shape::Capital && first_name(&word.folded).is_some()
}
