//! Names of people: capitalized words with particles between them, without titles and roles.

use super::text::is_note_mark;
use super::{Value, trimmed_end};
use diarium_document::collapse_whitespace;

/// Words inside a name that begin in lowercase.
const PARTICLES: &str = "\
af al ap av ben bin bint da das de del della den der di dos du el ibn la le les ten ter tom und van vom von \
y zu zum zur";
/// Words that connect two names.
const CONNECTORS: &str = "\
och og ja and & samt";
/// Academic and social titles before a name, in lowercase without a full stop.
const TITLES: &str = "\
adj agr arkitekt cand civ civilekonom civilingenjör dipl docent doc doktor dosentti dr ekon fil fru frk \
fröken herr hr ing ingenjör jur kand lektor lic mag med miss mr mrs ms odont pol prof professor rektor siv \
soc stud tekn tekniker teol fd ph phd";
/// Roles of people in a project, in lowercase: before a name they introduce it, alone they are no name.
const ROLES: &str = "\
administratör ansvarig chef controller direktor direktör ekonom ekonomiansvarig enhetschef föreståndare \
generalsekreterare handläggare huvudansvarig kanslichef kassör kassören kontaktperson koordinator \
coordinator ledare leder ordförande ordføreren president projektansvarig projektchef projektekonom \
projektkoordinator projektledare projektägare projektleder prosjektleder projektipäällikkö projekteigner \
samordnare sekreterare vd verksamhetschef verksamhetsledare manager";
/// Words that only names of organizations contain, in lowercase.
const ORGANISATION_WORDS: &str = "förening projekt projektet region team university company";
/// Legal forms, as they are written.
const LEGAL_FORMS: &str = "AB HB KB AS ASA ApS A/S Oy Oyj Ry ry Rf rf Ltd Inc GmbH";
/// What words for organizations end with, in lowercase.
// Long enough that no surname ends with them: `Lund` and `Berg` are surnames, `-förbund` is none.
const ORGANISATION_ENDINGS: &str = "\
akademi akademin avdelning avdelningen bolag bolaget byrå byrån centrum departementet enheten folkhögskola \
församling förbund förbundet föreningen förening förvaltning förvaltningen gymnasiet gymnasium högskola \
högskolan institut institutet kansli kansliet kommun kommunen kommune kommunalförbund landsting landstinget \
myndigheten nämnden nätverk nätverket regionen sekretariat stiftelse stiftelsen styrelsen universitet verket";
/// Words of a name, at most.
// Two people with three names each, and a connector.
const MAX_WORDS: usize = 7;
/// The shortest name, in characters.
const MIN_CHARACTERS: usize = 3;
/// The certainty of a single word, which may be a first name or anything.
const SINGLE_WORD_CERTAINTY: f64 = 0.89;

/// A person's name at the start of a text.
pub(in crate::extract) fn name(text: &str) -> Option<Value> {
    let start = skip_titles(text);
    let (end, count) = read_words(text, start)?;
    let found = text[start..end].trim_end();
    // `Ekby kommun` is no person called Ekby.
    let next = words(&text[end..]).next();
    let is_continued = next.is_some_and(|next| names_organisation(next.text));
    if found.chars().count() < MIN_CHARACTERS || is_continued || is_organisation(found) {
        return None;
    }
    let mut value = Value::text(start..start + found.len(), collapse_whitespace(found));
    if count == 1 {
        value.certainty = SINGLE_WORD_CERTAINTY;
    }
    Some(value)
}

/// Whether the text after a name shows that it ended: nothing, a separator, or the person's role.
pub(in crate::extract) fn ends_name(rest: &str) -> bool {
    let rest = rest.trim_start();
    let word = rest.split(|c: char| !c.is_alphabetic()).next();
    rest.is_empty()
        || rest.starts_with(is_note_mark)
        || rest.starts_with([
            ',', '(', ';', '/', '-', '–', '|', ':', '<', '[', '+', '•', '·', '.',
        ])
        || word.is_some_and(is_role)
        // An address belongs to no sentence.
        || rest.split_whitespace().next().is_some_and(|next| next.contains('@'))
}

/// The end of titles and roles before a name: `fil. dr `, `Projektledare `.
fn skip_titles(text: &str) -> usize {
    let mut start = 0;
    for word in words(text).take(4) {
        let bare = word.text.trim_end_matches(['.', ',', ':']);
        let is_title = is_listed(TITLES, &bare.to_lowercase()) || is_role(bare);
        let has_more = text[word.end..].contains(char::is_alphabetic);
        if !(is_title && has_more) {
            break;
        }
        start = word.end + (text[word.end..].len() - text[word.end..].trim_start().len());
    }
    start
}

fn is_role(word: &str) -> bool {
    is_listed(ROLES, &word.to_lowercase())
}

/// The end of the last word of a name that begins at `start`, and the number of its words.
fn read_words(text: &str, start: usize) -> Option<(usize, usize)> {
    let (mut end, mut count, mut since_connector) = (start, 0, 0);
    for word in words(&text[start..]).take(MAX_WORDS) {
        let bare = word.text.trim_end_matches(|c| {
            is_note_mark(c) || matches!(c, ',' | '.' | ';' | ':' | '(' | ')' | '|')
        });
        let lower = bare.to_lowercase();
        let is_connector = count > 0 && is_listed(CONNECTORS, &lower) && lower == bare;
        let is_particle = count > 0 && is_listed(PARTICLES, &lower);
        if is_connector || is_particle && !begins_name(bare) {
            // Counted once a name follows: at the end it is the next word of a sentence.
            since_connector = usize::from(is_connector);
            continue;
        }
        if !begins_name(bare) || !is_name_word(bare) || count > 0 && is_role(bare) {
            break;
        }
        let is_initial = is_initial(bare) && word.text[bare.len()..].starts_with('.');
        count += 1 + since_connector;
        since_connector = 0;
        end = start + word.end - word.text.len() + bare.len() + usize::from(is_initial);
        // Punctuation ends a name, except for the full stop of an initial.
        if word.text.len() > bare.len() && !is_initial {
            break;
        }
    }
    (count > 0).then_some((end, count))
}

/// `J` | `A.B` | `K-G`
fn is_initial(bare: &str) -> bool {
    let letters = bare.split(['.', '-']);
    letters.into_iter().all(|part| part.chars().count() <= 2)
}

/// Whether a word begins as names do: `Ek`, `d'Aubert`, `O’Hara`.
fn begins_name(word: &str) -> bool {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) if first.is_uppercase() => true,
        Some(first) if first.is_lowercase() => {
            let apostrophe = word.find(['\'', '’']).filter(|&at| at <= 3);
            apostrophe.is_some_and(|at| word[at..].chars().nth(1).is_some_and(char::is_uppercase))
        }
        _ => false,
    }
}

fn is_name_word(word: &str) -> bool {
    let is_letter =
        |c: char| c.is_alphabetic() || matches!(c, '-' | '‐' | '‑' | '\'' | '’' | '´' | '.');
    word.chars().all(is_letter)
}

/// Whether a word is one that only names of organizations contain.
fn names_organisation(word: &str) -> bool {
    let lower = word.to_lowercase();
    is_listed(LEGAL_FORMS, word)
        || is_listed(ORGANISATION_WORDS, &lower)
        || ORGANISATION_ENDINGS
            .split(' ')
            .any(|ending| lower.ends_with(ending))
}

/// Whether a list, which is divided by spaces, has a word.
fn is_listed(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

/// Whether the words that look like a name are an organization's, or a role.
fn is_organisation(name: &str) -> bool {
    let parts = name.split(|c: char| c.is_whitespace() || c == '.');
    let mut parts = parts.filter(|part| !part.is_empty());
    parts.clone().all(is_role) || parts.any(names_organisation)
}

/// A word with its end in the text.
struct NameWord<'t> {
    text: &'t str,
    end: usize,
}

/// The words of a text up to a tab, which begins the next cell.
fn words(text: &str) -> impl Iterator<Item = NameWord<'_>> {
    let line = text.split(['\t', '\n']).next().unwrap_or_default();
    let line = &text[..trimmed_end(text, line.len())];
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &line[at..];
        let start = at + (rest.len() - rest.trim_start().len());
        let rest = &line[start..];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        at = start + length;
        (length > 0).then(|| NameWord {
            text: &rest[..length],
            end: at,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn names_with_particles_titles_and_initials_are_read() {
        for (text, expected) in [
            ("Eva-Lena von Ek, ordförande", "Eva-Lena von Ek"),
            ("J. Ek", "J. Ek"),
            ("K-G Ek", "K-G Ek"),
            ("A.B. Ek", "A.B. Ek"),
            ("Eva du Berg", "Eva du Berg"),
            ("Per von und zu Berg", "Per von und zu Berg"),
            ("Per d'Ekberg", "Per d'Ekberg"),
            ("Per O’Ek", "Per O’Ek"),
            ("Amir bin Said", "Amir bin Said"),
            ("EVA EK", "EVA EK"),
            ("Eva Ek-Berg (ordf)", "Eva Ek-Berg"),
            ("fil. dr Eva Ek", "Eva Ek"),
            ("Projektledare Eva Ek", "Eva Ek"),
            ("Projektledare: Eva Ek", "Eva Ek"),
            ("Eva Ek Projektledare", "Eva Ek"),
            ("Eva Ek och Per Berg", "Eva Ek och Per Berg"),
            ("Eva Ek och de andra", "Eva Ek"),
            ("Eva Ek\t040-12 34 56", "Eva Ek"),
            ("Päivi Mäki-Öljynen", "Päivi Mäki-Öljynen"),
            ("Åse Bjørnsæther", "Åse Bjørnsæther"),
        ] {
            assert_eq!(text_of(name(text)).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn organizations_roles_and_sentences_are_no_names() {
        for text in [
            "den som svarar",
            "Byalaget Näsets Stiftelse",
            "Ekby kommun",
            "Ekby Kommun",
            "Projektledare",
            "Ekbolaget AB",
            "Region Ekby",
            "08-12 34 56",
            "eva.ek@example.se",
        ] {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
