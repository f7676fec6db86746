//! Names in small letters after a label that announces a person.
//!
//! `Ansvarig: nils-erik lövgren`. A word in small letters is a name only where a label announces one
//! and the lists know one of its words: a given name (`anna`), a double one (`per-olof`), or a
//! surname that is hardly anything else (`karlsson`). `Ansvarig: se bilaga` and
//! `Kontaktperson: saknas` have none of these.

use super::Found;
use super::context::is_label;
use super::lists::{
    Sign, first_name, is_common, is_listed_surname, is_organisation, is_place, is_sure_surname,
    is_surname_of_list, is_word_shaped, surname,
};
use super::words::{Gap, Shape, Word};
use super::{PARTICLES, without_genitive};

/// Labels beside those of [`is_label`], folded: what follows them is a name only where the lists
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

/// The names that follow the label at a word, at least one word of them in small letters.
pub(super) fn names(words: &[Word], at: usize) -> Vec<Found> {
    let label = words[at].folded.as_str();
    let mut found = Vec::new();
    if !is_label(label)
        && !LABELS.contains(&label)
        && !ENDINGS.iter().any(|end| label.ends_with(end))
    {
        return found;
    }
    let mut next = value(words, at);
    while let Some(name) = next.and_then(|start| name_at(words, start)) {
        let end = name.end;
        found.push(name);
        // anna svensson, per ek och nils-erik lövgren
        next = match words.get(end) {
            Some(word) if word.gap == Gap::Comma => Some(end),
            Some(word) if word.folded == "och" || word.folded == "samt" => Some(end + 1),
            _ => None,
        };
    }
    let is_small = |name: &Found| {
        let words = &words[name.start..name.end];
        words
            .iter()
            .any(|word| word.shape == Shape::Lower || word.halves.is_some())
    };
    match found.iter().any(is_small) {
        true => found,
        false => Vec::new(),
    }
}

/// The name that a whole value is, where the value's place announces a person.
pub(crate) fn of_value(words: &[Word]) -> Option<super::Name> {
    if words.is_empty() {
        return None;
    }
    name_at(words, 0).map(|found| found.told(words))
}

/// The word with which the label's value begins.
fn value(words: &[Word], at: usize) -> Option<usize> {
    let mut between = 0;
    for (next, word) in words.iter().enumerate().skip(at + 1) {
        if word.after_label {
            return Some(next);
        }
        // `kontaktperson anna svensson`
        let direct = between == 0 && word.gap == Gap::Space && is_full_name(words, next);
        if direct {
            return Some(next);
        }
        between += 1;
        let goes_on = matches!(word.gap, Gap::Space | Gap::Other) && word.shape == Shape::Lower;
        if !goes_on || between > MOST_BETWEEN {
            return None;
        }
    }
    None
}

/// A given name and a surname that are hardly anything else.
fn is_full_name(words: &[Word], at: usize) -> bool {
    let last = words.get(at + 1);
    let is_surname = |word: &Word| word.gap == Gap::Space && is_certain_surname(word);
    given(&words[at]) == Some(Sign::Sure) && last.is_some_and(is_surname)
}

/// The name that begins at a word.
fn name_at(words: &[Word], start: usize) -> Option<Found> {
    let first = words.get(start)?;
    let sign = given(first);
    let mut end = start + 1;
    while end - start < MOST_WORDS && goes_on(words, start, end) {
        end += 1;
    }
    while end > start + 1 && is_particle(&words[end - 1]) {
        end -= 1;
    }
    let ends = words.get(end).is_none_or(|next| {
        next.gap != Gap::Space || ["och", "samt"].contains(&next.folded.as_str())
    });
    let last = &words[end - 1];
    let is_name = match (sign, end - start) {
        (Some(Sign::Sure), 1) => ends && first.folded.len() > 2,
        (Some(Sign::Sure), _) => ends || is_known_surname(last) || given(last).is_some(),
        (Some(Sign::Unsure), 1) => false,
        (Some(Sign::Unsure), _) => ends && is_known_surname(last),
        (None, 1) => ends && is_certain_surname(first),
        (None, _) => ends && could_be_name(first) && is_certain_surname(last),
    };
    let parts = words[start..end].iter().filter(|word| !is_particle(word));
    let parts = parts.map(|word| without_genitive(&word.folded).to_owned());
    is_name.then(|| Found {
        start,
        end,
        parts: parts.collect(),
    })
}

/// Whether a name that began at `start` goes on with the word at `at`.
fn goes_on(words: &[Word], start: usize, at: usize) -> bool {
    let Some(word) = words.get(at).filter(|word| word.gap == Gap::Space) else {
        return false;
    };
    if word.shape == Shape::Initial {
        return given(&words[start]).is_some();
    }
    let after = words.get(at + 1);
    let surname = |after: &Word| after.gap == Gap::Space && could_be_name(after);
    if is_particle(word) {
        return given(&words[start]).is_some() && after.is_some_and(surname);
    }
    // Behind a surname, or behind a word with a capital, only what is one for sure: `anna svensson
    // tillsammans med`, `Anna Svensson tillsammans med`.
    let before = &words[at - 1];
    let is_full = at - start > 1 && is_known_surname(before) && given(before).is_none();
    let turns_small = word.shape == Shape::Lower && before.shape != Shape::Lower;
    match is_full || turns_small && !is_particle(before) {
        true => is_surname_of_list(last_half(word)) || is_sure_surname(last_half(word)),
        false => could_be_name(word),
    }
}

fn is_particle(word: &Word) -> bool {
    PARTICLES.contains(&word.folded.as_str())
}

/// What a word says as a given name; both halves of a double one are looked at.
fn given(word: &Word) -> Option<Sign> {
    if let Some([first, second]) = &word.halves {
        let sign = first_name(first)?;
        let is_double = first_name(second).is_some();
        let is_sure = is_double || sign == Sign::Sure && is_no_word(second) && second.len() > 2;
        return is_sure.then_some(Sign::Sure);
    }
    first_name(&word.folded)
}

/// Nothing speaks against the word being a name.
fn could_be_name(word: &Word) -> bool {
    let folded = without_genitive(&word.folded);
    is_known_surname(word)
        || given(word) == Some(Sign::Sure)
        || is_no_word(folded) && folded.len() > 2
}

fn is_no_word(folded: &str) -> bool {
    !is_common(folded)
        && !is_organisation(folded)
        && !is_place(folded)
        && !is_word_shaped(folded)
        && !is_label(folded)
}

/// One of the commonest surnames, or one that its ending tells: `ek`, `lövgren`.
fn is_known_surname(word: &Word) -> bool {
    let folded = last_half(word);
    is_surname_of_list(folded)
        || is_sure_surname(folded)
        || surname(folded).is_some() && is_no_word(folded)
}

/// A surname that small letters make no other word of: listed as sure, or a patronymic. `gren` and
/// `berg` end other words as well.
fn is_certain_surname(word: &Word) -> bool {
    let folded = last_half(word);
    let patronymic = ["sson", "qvist", "quist", "kvist"];
    let ends = |end: &&str| folded.ends_with(*end) && is_sure_surname(folded);
    (is_listed_surname(folded) || patronymic.iter().any(ends)) && !is_place(folded)
}

/// Of `svensson-ek` the last half, of any other word the whole.
fn last_half(word: &Word) -> &str {
    match &word.halves {
        Some([_, second]) => without_genitive(second),
        None => without_genitive(&word.folded),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{find, words};

    fn found(text: &str) -> Vec<&str> {
        let names = find(&words::words(text)).into_iter();
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
