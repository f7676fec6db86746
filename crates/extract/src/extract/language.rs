//! Language detection: the language of a text by its most frequent words.
//!
//! Only languages that the archives contain are distinguished. A text with few known words has no
//! language.

/// Stop words of each language: common in it. Words that related languages share count for all of them, and
/// the others decide.
const STOP_WORDS: [(&str, &[&str]); 6] = [
    (
        "sv",
        &[
            "och", "att", "som", "är", "för", "med", "på", "av", "inte", "till", "ett", "den",
            "från", "eller", "ska", "också", "genom", "inom", "när", "samt", "även", "vid",
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
            "og", "ikke", "som", "er", "for", "med", "på", "av", "til", "et", "den", "jeg", "fra",
            "eller", "skal", "også", "gjennom", "hva", "etter", "ble", "blir", "søknad", "noe",
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
        ],
    ),
    (
        "fi",
        &[
            "ja", "on", "ei", "että", "se", "ovat", "mutta", "tai", "joka", "kun", "myös", "sekä",
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
    fn danish_and_norwegian_are_told_apart_and_a_tie_is_undecided() {
        let danish = "Hvad skal ansøgningen handle om, og af hvem bliver den læst efter fristen?";
        assert_eq!(detect_language(danish).as_deref(), Some("da"));
        let norwegian = "Hva skal søknaden handle om, og av hvem blir den lest etter fristen?";
        assert_eq!(detect_language(norwegian).as_deref(), Some("nb"));
        assert_eq!(
            detect_language("Kommunen er for alle og ikke for noen."),
            None
        );
    }
}
