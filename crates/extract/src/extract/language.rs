//! Which language is it in?

/// Words that are common in one of the languages and rare in the others.
const MARKERS: [(&str, &[&str]); 5] = [
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

/// Words looked at; more say nothing new.
const REACH: usize = 2000;
/// Fewer marker words than this say nothing.
const LEAST: usize = 4;

/// The text's language as a BCP 47 tag, if its words tell.
pub(super) fn of(text: &str) -> Option<String> {
    let mut counts = [0_usize; MARKERS.len()];
    for word in text.split_whitespace().take(REACH) {
        let word = word
            .trim_matches(|character: char| !character.is_alphabetic())
            .to_lowercase();
        for (count, (_, markers)) in counts.iter_mut().zip(&MARKERS) {
            *count += usize::from(markers.contains(&word.as_str()));
        }
    }
    let most = *counts.iter().max()?;
    let index = counts.iter().position(|&count| count == most)?;
    (most >= LEAST).then(|| MARKERS[index].0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_tell_the_language() {
        let swedish =
            "Vi är här för att se till att den som vill får ett arbete och inte blir utan";
        assert_eq!(of(swedish).as_deref(), Some("sv"));
        let english = "This is the first of the reports that are made for and by the people";
        assert_eq!(of(english).as_deref(), Some("en"));
        assert_eq!(of("12 34 Ale Bjuv"), None);
    }
}
