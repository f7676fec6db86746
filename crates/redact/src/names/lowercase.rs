//! Lowercase names after a label that announces a person: `Ansvarig: nils-erik lövgren`.
//!
//! In lowercase, a word is a name only where a label announces one and the lexicon knows one of its
//! words: a given name (`anna`), a double one (`per-olof`), or a surname that is hardly anything else
//! (`karlsson`). `Ansvarig: se bilaga` and `Kontaktperson: saknas` have none of these.

use super::labels::is_and;
use super::tokens::{LetterCase, Separator, Token};
use super::{Name, NameSpan, PARTICLES, follows_space, is_other_word, without_genitive};
use crate::lexicon::{
    Certainty, first_name, has_word_suffix, is_certain_surname, is_listed_surname, is_name_label,
    is_place_name, is_unambiguous_listed_surname, surname,
};

/// Labels beside those of [`is_name_label`], normalized. Too many other words follow them for a
/// capitalized name that no list knows.
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

/// Suffixes of labels, normalized: `projektansvarig`, `biträdande enhetschef`, `avtalshandläggare`.
const LABEL_SUFFIXES: [&str; 16] = [
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

/// The most words between a label and its colon: `Ansvarig för ekonomin: …`.
// More words are a sentence that happens to end with a colon.
const MAX_BETWEEN: usize = 3;

/// The most words of a name.
const MAX_TOKENS: usize = 4;

/// The names that follow the label at a token, if at least one word of them is in lowercase.
pub(super) fn names(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    if !is_label(&tokens[at].normalized) {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut next = value_start(tokens, at);
    while let Some(name) = next.and_then(|start| name_at(tokens, start)) {
        // anna svensson, per ek och nils-erik lövgren
        let end = name.end;
        next = match tokens.get(end) {
            Some(token) if token.separator == Separator::Comma => Some(end),
            Some(token) if is_and(token) => Some(end + 1),
            _ => None,
        };
        names.push(name);
    }
    let has_lowercase = |name: &NameSpan| {
        tokens[name.start..name.end]
            .iter()
            .any(|token| token.case == LetterCase::Lower || token.lowercase_halves.is_some())
    };
    if names.iter().any(has_lowercase) {
        names
    } else {
        Vec::new()
    }
}

fn is_label(word: &str) -> bool {
    is_name_label(word)
        || LABELS.contains(&word)
        || LABEL_SUFFIXES.iter().any(|suffix| word.ends_with(suffix))
}

/// The name that starts a value, where the value's position announces a person.
pub(crate) fn name_value(tokens: &[Token]) -> Option<Name> {
    name_at(tokens, 0).map(|span| span.into_name(tokens))
}

/// The index of the token with which the value of the label at a token starts.
fn value_start(tokens: &[Token], at: usize) -> Option<usize> {
    for (next, token) in tokens.iter().enumerate().skip(at + 1) {
        let between = next - at - 1;
        // `kontaktperson anna svensson` has no colon.
        let is_direct = between == 0 && follows_space(token) && is_full_name(tokens, next);
        if token.is_after_label || is_direct {
            return Some(next);
        }
        let continues = matches!(token.separator, Separator::Space | Separator::Other)
            && token.case == LetterCase::Lower;
        if !continues || between >= MAX_BETWEEN {
            return None;
        }
    }
    None
}

/// Whether a given name and a surname start at a token, both hardly anything else.
fn is_full_name(tokens: &[Token], at: usize) -> bool {
    let is_surname = |token: &Token| follows_space(token) && is_unmistakable_surname(token);
    given_name(&tokens[at]) == Some(Certainty::Certain)
        && tokens.get(at + 1).is_some_and(is_surname)
}

/// The name that starts at a token.
fn name_at(tokens: &[Token], start: usize) -> Option<NameSpan> {
    let first = tokens.get(start)?;
    let mut end = start + 1;
    while end - start < MAX_TOKENS && continues(tokens, start, end) {
        end += 1;
    }
    while end > start + 1 && is_particle(&tokens[end - 1]) {
        end -= 1;
    }
    let is_complete = tokens
        .get(end)
        .is_none_or(|next| !follows_space(next) || is_and(next));
    let last = &tokens[end - 1];
    // The less is known of the first word, the more the last word and what follows must say.
    let is_name = match (given_name(first), end - start) {
        (Some(Certainty::Certain), 1) => is_complete && first.normalized.len() > 2,
        (Some(Certainty::Certain), _) => {
            is_complete || is_known_surname(last) || given_name(last).is_some()
        }
        (Some(Certainty::Ambiguous), 1) => false,
        (Some(Certainty::Ambiguous), _) => is_complete && is_known_surname(last),
        (None, 1) => is_complete && is_unmistakable_surname(first),
        (None, _) => is_complete && may_be_name(first) && is_unmistakable_surname(last),
    };
    let parts = tokens[start..end]
        .iter()
        .filter(|token| !is_particle(token))
        .map(|token| without_genitive(&token.normalized).to_owned());
    is_name.then(|| NameSpan {
        start,
        end,
        parts: parts.collect(),
    })
}

/// Whether the name that starts at `start` continues with the token at `at`.
fn continues(tokens: &[Token], start: usize, at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| follows_space(token)) else {
        return false;
    };
    let has_given_name = given_name(&tokens[start]).is_some();
    if token.case == LetterCase::Initial {
        return has_given_name;
    }
    if is_particle(token) {
        let is_surname = |after: &Token| follows_space(after) && may_be_name(after);
        return has_given_name && tokens.get(at + 1).is_some_and(is_surname);
    }
    // After a surname, or in lowercase after a capitalized word, only a known surname continues the
    // name: `anna svensson tillsammans med`, `Anna Svensson tillsammans med`.
    let before = &tokens[at - 1];
    let has_surname = at - start > 1 && is_known_surname(before) && given_name(before).is_none();
    let turns_lowercase = token.case == LetterCase::Lower && before.case != LetterCase::Lower;
    if has_surname || turns_lowercase && !is_particle(before) {
        is_listed_surname(surname_part(token)) || is_certain_surname(surname_part(token))
    } else {
        may_be_name(token)
    }
}

fn is_particle(token: &Token) -> bool {
    PARTICLES.contains(&token.normalized.as_str())
}

/// Whether a token is a given name. In lowercase, both halves decide for a double name.
fn given_name(token: &Token) -> Option<Certainty> {
    let Some([first, second]) = &token.lowercase_halves else {
        return first_name(&token.normalized);
    };
    let certainty = first_name(first)?;
    // `per-capita` is no name.
    let is_double = first_name(second).is_some()
        || certainty == Certainty::Certain && is_unknown_word(second) && second.len() > 2;
    is_double.then_some(Certainty::Certain)
}

/// Whether nothing says that a token is not a name.
fn may_be_name(token: &Token) -> bool {
    let word = without_genitive(&token.normalized);
    is_known_surname(token)
        || given_name(token) == Some(Certainty::Certain)
        || is_unknown_word(word) && word.len() > 2
}

/// Whether a word is not known as something else than a name.
fn is_unknown_word(word: &str) -> bool {
    !is_other_word(word) && !has_word_suffix(word) && !is_name_label(word)
}

/// Whether a token is one of the most common surnames, or has a suffix of surnames: `ek`, `lövgren`.
fn is_known_surname(token: &Token) -> bool {
    let word = surname_part(token);
    is_listed_surname(word)
        || is_certain_surname(word)
        || surname(word).is_some() && is_unknown_word(word)
}

/// Whether a token is a surname that is no other word in lowercase: listed as unambiguous, or a
/// patronymic. `gren` and `berg` end other words too.
fn is_unmistakable_surname(token: &Token) -> bool {
    const SUFFIXES: [&str; 4] = ["sson", "qvist", "quist", "kvist"];
    let word = surname_part(token);
    let has_suffix = SUFFIXES.iter().any(|suffix| word.ends_with(suffix));
    (is_unambiguous_listed_surname(word) || has_suffix && is_certain_surname(word))
        && !is_place_name(word)
}

/// The second half of `svensson-ek`, or the whole word.
fn surname_part(token: &Token) -> &str {
    match &token.lowercase_halves {
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
    fn lowercase_names_are_found_after_a_label() {
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
    fn other_lowercase_words_after_a_label_are_not_names() {
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
