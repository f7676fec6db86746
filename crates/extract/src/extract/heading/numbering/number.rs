//! Numbers of headings: how they are written, and the parts that are compared.

use lazy_regex::{Lazy, Regex, lazy_regex};

// 3. | 3a) | 10.b | C.1 | A. | 2 | 1.1.2 | IV. | 3 § | 3 a)
static NUMBER: Lazy<Regex> = lazy_regex!(
    r"^\**(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}(?:\.?[a-z]\b)?|[IVX]{2,5}|\p{Lu}(?:\.\d{1,2}){0,3})(?P<mark>\s?§|\.\)|[.):]{0,2})\**"
);
static SPACED_LETTER: Lazy<Regex> = lazy_regex!(r"^\**(?P<number>\d{1,2}\s[a-z])(?P<mark>[.)])\**");

/// The largest Roman numeral of a heading.
// A larger one is rare, and single letters such as C and M are letters.
const MAX_ROMAN: u8 = 39;

/// The numerals of the first part of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Numeral {
    Arabic,
    Letter,
    Roman,
}

/// What is printed with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    None,
    Point,
    Bracket,
    Colon,
    /// A paragraph sign or a word, such as `Fråga`: its index among the known words.
    Word(usize),
}

/// A number as it is printed at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PrintedNumber<'t> {
    /// Without the mark after it.
    pub number: &'t str,
    pub mark: Mark,
    /// The bytes of the number with its mark and the white space after it.
    pub length: usize,
}

impl<'t> PrintedNumber<'t> {
    /// The number that a text begins with. A word of `words` may precede it: `Fråga 3`.
    pub(super) fn at_start_of(text: &'t str, words: &[String]) -> Option<Self> {
        let (word, before) = numbering_word(text, words).unzip();
        let before = before.unwrap_or(0);
        let rest = text.get(before..)?;
        let captures = SPACED_LETTER
            .captures(rest)
            .or_else(|| NUMBER.captures(rest))?;
        let (number, mark) = (captures.name("number")?, captures.name("mark")?);
        let end = captures.get(0)?.end();
        let after = rest.get(end..)?;
        let space = after.len() - after.trim_start().len();
        let is_parted = space > 0 || after.is_empty();
        // 1.Inledning
        let is_glued = !mark.is_empty()
            && number.as_str().starts_with(|c: char| c.is_ascii_digit())
            && after.starts_with(char::is_uppercase);
        if !is_parted && !is_glued {
            return None;
        }
        let mark = match (word, mark.as_str()) {
            (Some(word), _) => Mark::Word(word),
            (None, mark) if mark.ends_with('§') => Mark::Word(words.len()),
            (None, mark) if mark.ends_with(')') => Mark::Bracket,
            (None, mark) if mark.ends_with('.') => Mark::Point,
            (None, mark) if mark.ends_with(':') => Mark::Colon,
            _ => Mark::None,
        };
        Some(Self {
            number: number.as_str(),
            mark,
            length: before + end + space,
        })
    }

    /// Whether it is a number and no word: `A person` and `I skolan` are sentences.
    pub(super) fn is_distinct(&self) -> bool {
        self.number.starts_with(|c: char| c.is_ascii_digit())
            || self.number.contains('.')
            || self.mark != Mark::None
    }

    /// The numerals that it may be written with, each with the parts of the number: `3` → [3],
    /// `3a` → [3, 1], `10.2` → [10, 2], `C.1` → [3, 1]. `I` is a letter or a Roman numeral.
    pub(super) fn readings(&self) -> Vec<(Numeral, Vec<u8>)> {
        let mut readings = Vec::new();
        let first = self.number.split('.').next().unwrap_or_default();
        if let Some(value) = roman(first)
            && let Some(rest) = number_parts(self.number.get(first.len()..).unwrap_or_default())
        {
            readings.push((Numeral::Roman, [&[value], &rest[..]].concat()));
        }
        let is_letter = first.starts_with(char::is_alphabetic);
        if (!is_letter || first.chars().count() == 1)
            && let Some(parts) = number_parts(self.number)
            && !parts.is_empty()
        {
            let numeral = if is_letter {
                Numeral::Letter
            } else {
                Numeral::Arabic
            };
            readings.push((numeral, parts));
        }
        readings
    }
}

/// The index of the word before a number, and the byte where the number begins: `Fråga 3` | `§ 3`.
fn numbering_word(text: &str, words: &[String]) -> Option<(usize, usize)> {
    let text_without_stars = text.trim_start_matches('*');
    let (word, rest) = text_without_stars.split_once([' ', '\u{a0}'])?;
    let index = if word == "§" {
        words.len()
    } else {
        // A word in lowercase is part of a sentence.
        if !word.starts_with(char::is_uppercase) || word.len() > 40 {
            return None;
        }
        let word = word.to_lowercase();
        words.iter().position(|known| *known == word)?
    };
    Some((index, text.len() - rest.trim_start().len()))
}

/// The parts of a number, `None` if one is zero or no letter from A to Z.
fn number_parts(number: &str) -> Option<Vec<u8>> {
    let mut parts = Vec::new();
    for part in number.split(['.', ' ']).filter(|part| !part.is_empty()) {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (digits, letter) = part.split_at(digits);
        if !digits.is_empty() {
            parts.push(digits.parse().ok().filter(|&value: &u8| value > 0)?);
        }
        if let Some(letter) = letter.chars().next() {
            let ordinal = u32::from(letter.to_ascii_lowercase()).checked_sub(u32::from('a'))?;
            parts.push(u8::try_from(ordinal).ok().filter(|&letter| letter < 26)? + 1);
        }
    }
    Some(parts)
}

/// The value of a Roman numeral of the digits I, V and X in its standard form.
fn roman(text: &str) -> Option<u8> {
    (1..=MAX_ROMAN).find(|&value| {
        let tens = "X".repeat(usize::from(value / 10));
        let ones = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"];
        text.strip_prefix(tens.as_str()) == ones.get(usize::from(value % 10)).copied()
    })
}

/// Whether two numbers may have the same numerals.
pub(super) fn is_alike(number: &PrintedNumber<'_>, other: &PrintedNumber<'_>) -> bool {
    let others = other.readings();
    let numerals = number.readings();
    numerals
        .iter()
        .any(|(numeral, _)| others.iter().any(|(other, _)| other == numeral))
}

/// Whether a number is a part of another: 1.1 of 1, 3a of 3.
pub(super) fn is_part(number: &PrintedNumber<'_>, whole: &PrintedNumber<'_>) -> bool {
    let wholes = whole.readings();
    let parts = number.readings();
    parts.iter().any(|(numeral, parts)| {
        wholes
            .iter()
            .any(|(of, whole)| of == numeral && parts.starts_with(whole))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(text: &str) -> Vec<(Numeral, Vec<u8>)> {
        let words = vec!["fråga".to_owned()];
        let number = PrintedNumber::at_start_of(text, &words);
        number.map_or_else(Vec::new, |number| number.readings())
    }

    #[test]
    fn every_style_of_number_is_read() {
        use Numeral::{Arabic, Letter, Roman};
        for (text, parts) in [
            ("3. Mål", vec![(Arabic, vec![3])]),
            ("3a) Mål", vec![(Arabic, vec![3, 1])]),
            ("3 b) Mål", vec![(Arabic, vec![3, 2])]),
            ("10.b Mål", vec![(Arabic, vec![10, 2])]),
            ("1.1.2 Mål", vec![(Arabic, vec![1, 1, 2])]),
            ("1.Mål", vec![(Arabic, vec![1])]),
            ("C.1 Mål", vec![(Letter, vec![3, 1])]),
            ("I. Mål", vec![(Roman, vec![1]), (Letter, vec![9])]),
            ("XIV. Mål", vec![(Roman, vec![14])]),
            ("§ 3 Mål", vec![(Arabic, vec![3])]),
            ("3 § Mål", vec![(Arabic, vec![3])]),
            ("Fråga 3: Mål", vec![(Arabic, vec![3])]),
            ("Svar 3: Mål", vec![]),
            ("IIX. Mål", vec![]),
            ("0. Mål", vec![]),
            ("2019 Mål", vec![]),
            ("3d-skrivare", vec![]),
        ] {
            assert_eq!(readings(text), parts, "{text}");
        }
    }

    #[test]
    fn a_letter_without_a_mark_is_a_word() {
        let is_distinct = |text| PrintedNumber::at_start_of(text, &[]).unwrap().is_distinct();
        assert!(!is_distinct("I skolan"));
        assert!(is_distinct("I. Skolan"));
        assert!(is_distinct("3 Skolan"));
    }
}
