//! Language detection: the language of a text by its most frequent words.
//!
//! Only languages that the archives contain are distinguished. A text with few known words has no
//! language.

/// Stop words of each language: common in it and rare in the others.
const STOP_WORDS: [(&str, &[&str]); 5] = [
    (
        "sv",
        &[
            "och", "att", "som", "är", "för", "med", "på", "av", "inte", "till", "ett", "den",
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
            "og", "ikke", "som", "er", "for", "med", "på", "av", "til", "et", "den", "jeg",
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
const MIN_STOP_WORDS: usize = 4;

/// The language of a text as a BCP 47 tag, if its stop words decide. Of two languages with equally many,
/// the first of [`STOP_WORDS`].
pub(super) fn detect_language(text: &str) -> Option<String> {
    let mut counts = [0_usize; STOP_WORDS.len()];
    for word in text.split_whitespace().take(EXAMINED_WORDS) {
        let word = word
            .trim_matches(|character: char| !character.is_alphabetic())
            .to_lowercase();
        for (count, (_, stop_words)) in counts.iter_mut().zip(&STOP_WORDS) {
            *count += usize::from(stop_words.contains(&word.as_str()));
        }
    }
    let most = *counts.iter().max()?;
    let index = counts.iter().position(|&count| count == most)?;
    (most >= MIN_STOP_WORDS).then(|| STOP_WORDS[index].0.to_owned())
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
}
