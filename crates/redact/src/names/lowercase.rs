//! Names in small letters after a label that announces a person.
//!
//! `Ansvarig: nils-erik lövgren`. A token in small letters is a name only where a label announces one
//! and the lists know one of its tokens: a given name (`anna`), a double one (`per-olof`), or a
//! surname that is hardly anything else (`karlsson`). `Ansvarig: se bilaga` and
//! `Kontaktperson: saknas` have none of these.

use super::NameSpan;
use super::labels::is_label;
use super::tokens::{LetterCase, Separator, Token};
use super::{PARTICLES, without_genitive};
use crate::lexicon::{
    Certainty, first_name, has_word_suffix, is_certain_surname, is_common_word, is_listed_surname,
    is_organisation_word, is_place_name, is_unambiguous_listed_surname, surname,
};

/// Labels beside those of [`is_label`], normalized: what follows them is a name only where the lists
/// know it.
const LABELS: [&str; 11] = [
    "namn",
    "fornamn",
    "efternamn",
    "person",
    "deltagare",
    "elev",
    "sokande",
    "anstalld",
    "signatur",
    "undertecknat",
    "ansvariga",
];

/// Endings of labels: `projektansvarig`, `biträdande enhetschef`, `avtalshandläggare`.
const ENDINGS: [&str; 16] = [
    "ansvarig",
    "ansvarige",
    "kontaktperson",
    "handlaggare",
    "ledare",
    "samordnare",
    "sekreterare",
    "chef",
    "ordforande",
    "foretradare",
    "tecknare",
    "assistent",
    "koordinator",
    "larare",
    "utredare",
    "mentor",
];

/// Words between a label and its colon: `Ansvarig för ekonomin: …`.
const MOST_BETWEEN: usize = 3;

/// Words of a name.
const MOST_WORDS: usize = 4;

/// The names that follow the label at a token, at least one token of them in small letters.
pub(super) fn names(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    let label = tokens[at].normalized.as_str();
    let mut found = Vec::new();
    if !is_label(label)
        && !LABELS.contains(&label)
        && !ENDINGS.iter().any(|end| label.ends_with(end))
    {
        return found;
    }
    let mut next = value(tokens, at);
    while let Some(name) = next.and_then(|start| name_at(tokens, start)) {
        let end = name.end;
        found.push(name);
        // anna svensson, per ek och nils-erik lövgren
        next = match tokens.get(end) {
            Some(token) if token.separator == Separator::Comma => Some(end),
            Some(token) if token.normalized == "och" || token.normalized == "samt" => Some(end + 1),
            _ => None,
        };
    }
    let is_small = |name: &NameSpan| {
        let tokens = &tokens[name.start..name.end];
        tokens
            .iter()
            .any(|token| token.case == LetterCase::Lower || token.halves.is_some())
    };
    match found.iter().any(is_small) {
        true => found,
        false => Vec::new(),
    }
}

/// The name that a whole value is, where the value's place announces a person.
pub(crate) fn of_value(tokens: &[Token]) -> Option<super::Name> {
    if tokens.is_empty() {
        return None;
    }
    name_at(tokens, 0).map(|found| found.into_name(tokens))
}

/// The token with which the label's value begins.
fn value(tokens: &[Token], at: usize) -> Option<usize> {
    let mut between = 0;
    for (next, token) in tokens.iter().enumerate().skip(at + 1) {
        if token.after_label {
            return Some(next);
        }
        // `kontaktperson anna svensson`
        let direct =
            between == 0 && token.separator == Separator::Space && is_full_name(tokens, next);
        if direct {
            return Some(next);
        }
        between += 1;
        let goes_on = matches!(token.separator, Separator::Space | Separator::Other)
            && token.case == LetterCase::Lower;
        if !goes_on || between > MOST_BETWEEN {
            return None;
        }
    }
    None
}

/// A given name and a surname that are hardly anything else.
fn is_full_name(tokens: &[Token], at: usize) -> bool {
    let last = tokens.get(at + 1);
    let is_surname =
        |token: &Token| token.separator == Separator::Space && is_unmistakable_surname(token);
    given(&tokens[at]) == Some(Certainty::Certain) && last.is_some_and(is_surname)
}

/// The name that begins at a token.
fn name_at(tokens: &[Token], start: usize) -> Option<NameSpan> {
    let first = tokens.get(start)?;
    let certainty = given(first);
    let mut end = start + 1;
    while end - start < MOST_WORDS && goes_on(tokens, start, end) {
        end += 1;
    }
    while end > start + 1 && is_particle(&tokens[end - 1]) {
        end -= 1;
    }
    let ends = tokens.get(end).is_none_or(|next| {
        next.separator != Separator::Space || ["och", "samt"].contains(&next.normalized.as_str())
    });
    let last = &tokens[end - 1];
    let is_name = match (certainty, end - start) {
        (Some(Certainty::Certain), 1) => ends && first.normalized.len() > 2,
        (Some(Certainty::Certain), _) => ends || is_known_surname(last) || given(last).is_some(),
        (Some(Certainty::Ambiguous), 1) => false,
        (Some(Certainty::Ambiguous), _) => ends && is_known_surname(last),
        (None, 1) => ends && is_unmistakable_surname(first),
        (None, _) => ends && could_be_name(first) && is_unmistakable_surname(last),
    };
    let parts = tokens[start..end]
        .iter()
        .filter(|token| !is_particle(token));
    let parts = parts.map(|token| without_genitive(&token.normalized).to_owned());
    is_name.then(|| NameSpan {
        start,
        end,
        parts: parts.collect(),
    })
}

/// Whether a name that began at `start` goes on with the token at `at`.
fn goes_on(tokens: &[Token], start: usize, at: usize) -> bool {
    let Some(token) = tokens
        .get(at)
        .filter(|token| token.separator == Separator::Space)
    else {
        return false;
    };
    if token.case == LetterCase::Initial {
        return given(&tokens[start]).is_some();
    }
    let after = tokens.get(at + 1);
    let surname = |after: &Token| after.separator == Separator::Space && could_be_name(after);
    if is_particle(token) {
        return given(&tokens[start]).is_some() && after.is_some_and(surname);
    }
    // Behind a surname, or behind a token with a capital, only what is one for sure: `anna svensson
    // tillsammans med`, `Anna Svensson tillsammans med`.
    let before = &tokens[at - 1];
    let is_full = at - start > 1 && is_known_surname(before) && given(before).is_none();
    let turns_small = token.case == LetterCase::Lower && before.case != LetterCase::Lower;
    match is_full || turns_small && !is_particle(before) {
        true => is_listed_surname(last_half(token)) || is_certain_surname(last_half(token)),
        false => could_be_name(token),
    }
}

fn is_particle(token: &Token) -> bool {
    PARTICLES.contains(&token.normalized.as_str())
}

/// What a token says as a given name; both halves of a double one are looked at.
fn given(token: &Token) -> Option<Certainty> {
    if let Some([first, second]) = &token.halves {
        let certainty = first_name(first)?;
        let is_double = first_name(second).is_some();
        let is_sure =
            is_double || certainty == Certainty::Certain && is_no_word(second) && second.len() > 2;
        return is_sure.then_some(Certainty::Certain);
    }
    first_name(&token.normalized)
}

/// Nothing speaks against the token being a name.
fn could_be_name(token: &Token) -> bool {
    let normalized = without_genitive(&token.normalized);
    is_known_surname(token)
        || given(token) == Some(Certainty::Certain)
        || is_no_word(normalized) && normalized.len() > 2
}

fn is_no_word(normalized: &str) -> bool {
    !is_common_word(normalized)
        && !is_organisation_word(normalized)
        && !is_place_name(normalized)
        && !has_word_suffix(normalized)
        && !is_label(normalized)
}

/// One of the commonest surnames, or one that its ending tells: `ek`, `lövgren`.
fn is_known_surname(token: &Token) -> bool {
    let normalized = last_half(token);
    is_listed_surname(normalized)
        || is_certain_surname(normalized)
        || surname(normalized).is_some() && is_no_word(normalized)
}

/// A surname that small letters make no other token of: listed as sure, or a patronymic. `gren` and
/// `berg` end other tokens as well.
fn is_unmistakable_surname(token: &Token) -> bool {
    let normalized = last_half(token);
    let patronymic = ["sson", "qvist", "quist", "kvist"];
    let ends = |end: &&str| normalized.ends_with(*end) && is_certain_surname(normalized);
    (is_unambiguous_listed_surname(normalized) || patronymic.iter().any(ends))
        && !is_place_name(normalized)
}

/// Of `svensson-ek` the last half, of any other token the whole.
fn last_half(token: &Token) -> &str {
    match &token.halves {
        Some([_, second]) => without_genitive(second),
        None => without_genitive(&token.normalized),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{find, tokens};

    fn found(text: &str) -> Vec<&str> {
        let names = find(&tokens::tokenize(text)).into_iter();
        names.map(|name| &text[name.range]).collect()
    }

    #[test]
    fn names_in_small_letters_are_found_behind_a_label() {
        for (text, name) in [
            ("Ansvarig: nils-erik lövgren", "nils-erik lövgren"),
            ("Kontaktperson: anna svensson", "anna svensson"),
            ("Kontaktperson:\nanna svensson\n08", "anna svensson"),
            ("Handläggare – per-olof ek", "per-olof ek"),
            ("Handläggare - per ek, enheten", "per ek"),
            ("Ansvarig för ekonomin: eva berg", "eva berg"),
            ("Kontaktperson 1: karl von essen", "karl von essen"),
            ("Projektansvarig: Anna svensson", "Anna svensson"),
            ("Kontaktperson: mirjeta karlsson", "mirjeta karlsson"),
            ("Namn: anna-lena svensson-ek", "anna-lena svensson-ek"),
            ("enhetschef: anna", "anna"),
            ("kontaktperson anna svensson är", "anna svensson"),
            ("Ansvarig: anna svensson på kommunen", "anna svensson"),
            ("Ansvarig: anna svensson tillsammans", "anna svensson"),
            ("Ansvarig: Anna Svensson tillsammans", "Anna Svensson"),
        ] {
            assert_eq!(found(text), [name], "{text}");
        }
        assert_eq!(
            found("Närvarande: anna svensson, per ek och nils-erik lövgren."),
            ["anna svensson", "per ek", "nils-erik lövgren"]
        );
    }

    #[test]
    fn other_words_in_small_letters_behind_a_label_stay() {
        for text in [
            "Ansvarig: se bilaga",
            "Kontaktperson: saknas",
            "Ansvarig: kommunstyrelsen",
            "Handläggare: enheten för arbete",
            "Ansvarig: per telefon",
            "Ansvarig: hans chef",
            "Kontaktperson: ej utsedd",
            "Ansvarig: projektledaren och styrgruppen",
            "Handledare: utses senare",
            "Ansvarig: alla deltagare",
            "Sökande: lunds kommun",
            "Namn: vår nya park",
            "Ansvarig: vakant",
            "Ansvarig - kommunen i berg",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
