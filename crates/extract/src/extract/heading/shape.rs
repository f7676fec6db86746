//! The form of a line's text: whether it is a value, a name, a site element or words that a heading can have.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::signs::{Evidence, Sign};
use crate::profile::{Profile, Strength, heading_words};

/// The longest line, in characters, that is a heading by its layout alone.
// With weaker evidence, headings are shorter: a line of 80 characters fills a page's width.
const MAX_SHORT: usize = 80;
/// The most words of such a line.
// A short sentence without a full stop has more.
const MAX_SHORT_WORDS: usize = 11;
/// The longest heading that is no question, in characters.
// Authors also emphasize whole sentences.
const MAX_LONG: usize = 150;
/// The words of a name.
const NAME_WORDS: std::ops::RangeInclusive<usize> = 2..=3;

// 2019-03-01 | 1.3.2019 | 08-123 45 67 | 12 500 kr | 55 % | 123 45 Skogsby | namn@exempel.se | www.exempel.se
// | Lillby den 1 mars 2019 | Sida 2 (5) | 3 (9) | 10.15–10.30 Kaffe
static VALUE: Lazy<Regex> = lazy_regex!(
    r"(?ix)^(?:
        [\d\s.,:/()+–-]+(?:kr|kronor|sek|eur|euro|nok|dkk|tkr|mkr|%|st|€|\$)?\.?(?:\s?\([^()]{1,60}\))?
      | \S+@\S+
      | (?:https?://|www\.)\S+
      | [+]?[\d()][\d\s()/–-]{5,}
      | (?:[a-z]{1,2}-)?\d{3}\s?\d{2}\s+\p{L}[\p{L}\s]{1,30}
      | \p{Lu}\p{L}+(?:,|\sden|,\sden)\s\d{1,2}\.?\s\p{L}{3,10}\s\d{4}
      | (?:sida|sid|side|page|sivu|s)\.?\s*\d+(?:\s*(?:\(|av|of|/).*)?
      | (?:kl(?:ockan|\.)?\s)?\d{1,2}[.:]\d\d(?:\s?[–-]\s?\d{1,2}[.:]\d\d)?\s\D.*
    )$"
);
// Pdf, 81 kB | Anvisningar.docx (Word)
static FILE: Lazy<Regex> = lazy_regex!(
    r"(?i)(?:\b(?:pdf|docx?|xlsx?|word|excel|pptx?)\b,?\s*[\d.,]+\s*[kmg]?b\W*|\((?:pdf|docx?|xlsx?|word|excel|pptx?)\b[^)]{0,60}\))$"
);
/// The longest name of a file, in characters.
const MAX_FILE_NAME: usize = 120;
// 2019-03-01 | Lillby den 1 mars 2019 | kl. 14.00 | v2.0 | exempel.se
static PART_OF_VALUE: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}[.:]\d\d\b|\d{1,2}\.?\s\p{L}{3,10}\s\d{4}\b|v\.?\s?\d+[.]\d+|\S+@\S+|www\.\S+|https?:\S+|\d+\s?\(\d+\)$)"
);
// Ansökan: löpande | Öppnar: 2 december
static LABEL_AND_VALUE: Lazy<Regex> = lazy_regex!(r"^\p{Lu}[^:?\d]{2,40}:\s+\S");
// Start > Stöd > Ansök | Hem » Nyheter
static BREADCRUMB: Lazy<Regex> = lazy_regex!(r"\S\s[>»›]\s\S");

/// Adds the signs of a line's own words. `title` is the line without its number.
pub(super) fn add_signs(evidence: &mut Evidence, title: &str, words: &[String], profile: &Profile) {
    let vocabulary = &profile.shared.heading_words;
    let characters = title.chars().count();
    let is_question = title.ends_with('?');
    let known = vocabulary.strength(words);
    let has_capital = title
        .trim_start_matches(['*', '"', '”', '“'])
        .starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let ends = title.ends_with(['.', ',', ';', '-', '!', '…']) || ends_quotation(title);
    let is_short = characters <= MAX_SHORT && words.len() <= MAX_SHORT_WORDS;
    evidence.add_if(is_short && has_capital && !ends, Sign::ShortForm);
    evidence.add_if(!is_short, Sign::Long);
    evidence.add_if(characters > MAX_LONG && !is_question, Sign::VeryLong);
    evidence.add_if(!has_capital, Sign::NoCapital);
    evidence.add_if(ends, Sign::Stop);
    evidence.add_if(is_question, Sign::Question);
    if let Some(strength) = known {
        evidence.add(Sign::Known(strength));
    }
    let is_site = vocabulary.is_site_element(words) || BREADCRUMB.is_match(title);
    evidence.add_if(is_site, Sign::SiteElement);
    if is_value(title) {
        evidence.add(Sign::Value);
    } else {
        evidence.add_if(PART_OF_VALUE.is_match(title), Sign::PartlyValue);
    }
    evidence.add_if(LABEL_AND_VALUE.is_match(title), Sign::LabelAndValue);
    evidence.add_if(
        !is_question && vocabulary.is_sentence(words),
        Sign::Sentence,
    );
    evidence.add_if(known.is_none() && is_name(title), Sign::Name);
    let is_type = known < Some(Strength::Strong) && names_document(title, profile);
    evidence.add_if(is_type, Sign::DocumentType);
}

/// Whether a line ends a quotation that is more than a name inside it: `… säger hon, ”vi är nöjda”`.
fn ends_quotation(title: &str) -> bool {
    const MARKS: [char; 4] = ['"', '”', '“', '»'];
    // `Satsningen ”Kvarnar för alla”` ends with a name: its first mark opens after a word.
    let names_something = title.matches(MARKS).count() == 2 && !title.starts_with(MARKS);
    title.ends_with(MARKS) && !names_something
}

/// Whether a line is a value by its form.
pub(super) fn is_value(line: &str) -> bool {
    let names_file = |file: regex::Match<'_>| line[..file.start()].chars().count() <= MAX_FILE_NAME;
    VALUE.is_match(line) || FILE.find(line).is_some_and(names_file)
}

/// Whether words name the type of the document: `Slutrapport för projektet`.
pub(super) fn names_document(title: &str, profile: &Profile) -> bool {
    let first = title.split_whitespace().next().unwrap_or_default();
    let words: Vec<String> = heading_words(first).collect();
    // `Utlysning` and `Projektplan` are headings as well.
    let is_heading = profile.shared.heading_words.whole(&words).is_some();
    !is_heading && profile.shared.document_type_line.is_match(first)
}

/// Whether a line is two or three capitalized words, such as a person's name.
fn is_name(title: &str) -> bool {
    let words: Vec<&str> = title
        .split_whitespace()
        .take(NAME_WORDS.end() + 1)
        .collect();
    let is_capitalized = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.clone().next().is_some()
            && letters
                .all(|c| c.is_lowercase() || c == '-' || c.is_uppercase() && word.contains('-'))
    };
    NAME_WORDS.contains(&words.len()) && words.iter().all(is_capitalized)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_names_are_recognized_by_their_form() {
        for line in [
            "2021-05-04",
            "12 500 kr",
            "031-45 67 89",
            "info@lillan.example",
            "www.lillan.example",
            "123 45 Lillby",
            "Sida 2 (5)",
            "Ansökan mall Pdf, 81 kB",
            "Mall (PDF, öppnas i nytt fönster)",
        ] {
            assert!(is_value(line), "{line}");
        }
        for line in [
            "Bakgrund",
            "Mål 2030",
            "Verksamhet 2019",
            "12 kommuner i samverkan",
        ] {
            assert!(!is_value(line), "{line}");
        }
        assert!(is_name("Eva-Lena Lillås"));
        assert!(!is_name("Mål och syfte"));
        assert!(!is_name("Bakgrund"));
    }

    #[test]
    fn a_label_with_its_value_is_recognized() {
        assert!(LABEL_AND_VALUE.is_match("Stänger: Ej bestämt"));
        assert!(!LABEL_AND_VALUE.is_match("Mål 1: Fler i arbete"));
        assert!(!LABEL_AND_VALUE.is_match("Insatser i området:"));
    }
}
