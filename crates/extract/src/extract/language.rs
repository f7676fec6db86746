//! Language detection: the language of a text by its most frequent words.
//!
//! Only languages that the archives contain are distinguished. A text with few known words has no
//! language.

use diarium_document::{Warning, WarningCode};

/// Stop words of each language: common in it. Words that related languages share count for all of them, and
/// the others decide.
const STOP_WORDS: [(&str, &[&str]); 6] = [
    (
        "sv",
        &[
            "och",
            "att",
            "som",
            "är",
            "för",
            "med",
            "på",
            "av",
            "inte",
            "till",
            "ett",
            "den",
            "från",
            "eller",
            "ska",
            "också",
            "genom",
            "inom",
            "när",
            "samt",
            "även",
            "vid",
            "efter",
            "utan",
            "mellan",
            "projekt",
            "projektet",
        ],
    ),
    (
        "en",
        &[
            "the", "and", "of", "is", "that", "with", "for", "to", "this", "are", "from", "by",
        ],
    ),
    (
        "nb",
        &[
            "og",
            "ikke",
            "som",
            "er",
            "for",
            "med",
            "på",
            "av",
            "til",
            "et",
            "den",
            "jeg",
            "fra",
            "eller",
            "skal",
            "også",
            "gjennom",
            "hva",
            "etter",
            "ble",
            "blir",
            "søknad",
            "noe",
            "mellom",
            "uten",
            "prosjektet",
            "prosjekt",
            "utvikling",
            "gjør",
            "dere",
            "noen",
            "nye",
            "seg",
            "hvordan",
        ],
    ),
    (
        "da",
        &[
            "og",
            "ikke",
            "som",
            "er",
            "for",
            "med",
            "på",
            "af",
            "til",
            "et",
            "den",
            "jeg",
            "fra",
            "eller",
            "skal",
            "også",
            "gennem",
            "hvad",
            "efter",
            "blev",
            "bliver",
            "ansøgning",
            "noget",
            "mellem",
            "uden",
            "projektet",
            "projekt",
            "udvikling",
            "gør",
            "nogle",
            "sig",
            "hvordan",
            "løbet",
        ],
    ),
    (
        "fi",
        &[
            "ja",
            "on",
            "ei",
            "että",
            "se",
            "ovat",
            "mutta",
            "tai",
            "joka",
            "kun",
            "myös",
            "sekä",
            "oli",
            "olla",
            "mukaan",
            "kanssa",
            "miten",
            "voivat",
            "hankkeen",
            "hankkeessa",
        ],
    ),
    (
        "de",
        &[
            "und", "der", "die", "das", "ist", "nicht", "mit", "für", "auf", "ein", "eine", "von",
        ],
    ),
];

/// Words that are examined, from the start.
// Some pages; more words do not change the result.
const EXAMINED_WORDS: usize = 2000;
/// The fewest stop words of a language that decide.
// Below: a list of names or numbers, where a stop word may be part of a name.
const MIN_STOP_WORDS: usize = 3;
/// The languages whose labels and headings the built-in profiles have.
const KNOWN_LANGUAGES: [&str; 5] = ["sv", "en", "nb", "da", "fi"];
/// The words of a text, at least, that make the absence of known stop words evidence.
// Fewer may be labels and values, which have none in any language.
const MIN_WORDS: usize = 150;
/// A text has fewer stop words than one in this many words if it is in none of the languages.
// Prose of a known language has one in three to one in eight; forms and tables have fewer.
const WORDS_FOR_A_STOP_WORD: usize = 40;

/// The language of a text as a BCP 47 tag, if its stop words decide: one language has more of them than any
/// other.
pub(super) fn detect_language(text: &str) -> Option<String> {
    let counts = count_stop_words(text);
    let most = *counts.iter().max()?;
    let mut leaders = counts
        .iter()
        .zip(&STOP_WORDS)
        .filter(|(count, _)| **count == most);
    let (_, (language, _)) = leaders.next()?;
    let is_decided = most >= MIN_STOP_WORDS && leaders.next().is_none();
    is_decided.then(|| (*language).to_owned())
}

/// A warning if a text is in a language whose labels and headings are not known: it is recognized, or
/// none is although the text is long.
pub(super) fn unknown_language(text: &str) -> Option<Warning> {
    let known = "labels and headings are known in Swedish, Danish, Norwegian, Finnish and English";
    let message = match detect_language(text) {
        Some(language) if KNOWN_LANGUAGES.contains(&language.as_str()) => return None,
        Some(language) => format!("the text is in the language `{language}`; {known}"),
        None => {
            let words = text
                .split_whitespace()
                .filter(|word| word.contains(char::is_alphabetic));
            let words = words.take(EXAMINED_WORDS).count();
            let most = count_stop_words(text).into_iter().max().unwrap_or(0);
            if words < MIN_WORDS || most * WORDS_FOR_A_STOP_WORD >= words {
                return None;
            }
            format!("the language of the text was not recognized; {known}")
        }
    };
    Some(Warning::new(WarningCode::UnknownLanguage, message))
}

/// How many of the examined words are stop words of each language.
fn count_stop_words(text: &str) -> [usize; STOP_WORDS.len()] {
    let mut counts = [0_usize; STOP_WORDS.len()];
    for word in text.split_whitespace().take(EXAMINED_WORDS) {
        let word = word
            .trim_matches(|character: char| !character.is_alphabetic())
            .to_lowercase();
        for (count, (_, stop_words)) in counts.iter_mut().zip(&STOP_WORDS) {
            *count += usize::from(stop_words.contains(&word.as_str()));
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_decide_the_language() {
        let swedish =
            "Vi är här för att se till att den som vill får ett arbete och inte blir utan";
        assert_eq!(detect_language(swedish).as_deref(), Some("sv"));
        let english = "This is the first of the reports that are made for and by the people";
        assert_eq!(detect_language(english).as_deref(), Some("en"));
        assert_eq!(detect_language("12 34 Ale Bjuv"), None);
    }

    #[test]
    fn a_text_in_another_language_has_a_warning_and_one_without_sentences_has_none() {
        let code = |text: &str| unknown_language(text).map(|warning| warning.code);
        let german = "Der Verein hat die Scheune mit eigenen Mitteln für die Kinder gebaut.";
        assert_eq!(code(german), Some(WarningCode::UnknownLanguage));
        let polish = "Stowarzyszenie wyremontowało starą szkołę razem z mieszkańcami wsi. ";
        assert_eq!(code(&polish.repeat(20)), Some(WarningCode::UnknownLanguage));
        assert_eq!(code(polish), None);
        let swedish = "Föreningen byggde om ladan och den är nu till för alla barn. ";
        assert_eq!(code(&swedish.repeat(20)), None);
    }

    #[test]
    fn danish_and_norwegian_are_told_apart_and_a_tie_is_undecided() {
        let danish = "Hvad skal ansøgningen handle om, og af hvem bliver den læst efter fristen?";
        assert_eq!(detect_language(danish).as_deref(), Some("da"));
        let norwegian = "Hva skal søknaden handle om, og av hvem blir den lest etter fristen?";
        assert_eq!(detect_language(norwegian).as_deref(), Some("nb"));
        assert_eq!(
            detect_language("Kommunen er for alle og ikke for den ene."),
            None
        );
    }
}
