//! Personal identity numbers: personnummer and samordningsnummer.
//!
//! Ten or twelve digits: a date of birth, three digits and a check digit (Skatteverket, SKV 704 and
//! 707). A samordningsnummer has 60 added to the day. An organisation number has at least 20 in the
//! place of the month, and is not personal data.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{
    context_before, digit_string, digits, ends_at_boundary, has_other_label, passes_luhn,
    starts_at_boundary,
};
use super::entity::{Entity, Rule};

// 811218-9876 | 19811218-9876 | 811218 – 9876 | 811218+9876 | 8112189876 | 1981-12-18-9876 | 811218-XXXX
static NUMBER: Lazy<Regex> = lazy_regex!(
    r"(?:[0-9OoQlI|SsBZ]{2} ?)?[0-9OoQlI|SsBZ]{2}[-./ ]?[0-9OoQlI|SsBZ]{2}[-./ ]?[0-9OoQlI|SsBZ]{2}(?P<separator>\s{0,2}[-+–—−‐‑~]?\s{0,2})(?P<last>[0-9OoQlI|SsBZ]{4}|[Xx*]{4})"
);

/// Labels that announce a personal number, in lowercase.
const LABELS: [&str; 8] = [
    "personn",
    "persnr",
    "pers.nr",
    "pnr",
    "person nr",
    "födelse",
    "samordning",
    "född",
];

/// The distance in bytes from a label to its number: `Personnummer (ÅÅMMDD-NNNN): `.
const LABEL_DISTANCE: usize = 40;

/// Adds all personal numbers, in order.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    let mut at = 0;
    while let Some(captures) = NUMBER.captures_at(text, at) {
        let (Some(whole), Some(separator), Some(last)) = (
            captures.get(0),
            captures.name("separator"),
            captures.name("last"),
        ) else {
            return;
        };
        let number = Number {
            text,
            start: whole.start(),
            separator: separator.as_str().trim(),
            last_four: last.as_str(),
            printed: whole.as_str(),
        };
        let is_alone =
            starts_at_boundary(text, whole.start()) && ends_at_boundary(text, whole.end());
        if let Some(canonical) = number.canonical().filter(|_| is_alone) {
            entities.push(Entity {
                range: whole.range(),
                rule: Rule::PersonalNumber,
                canonical,
            });
            at = whole.end();
        } else {
            // A number may start inside of what was rejected.
            at = text.ceil_char_boundary(whole.start() + 1);
        }
    }
}

/// A candidate for a personal number.
struct Number<'a> {
    text: &'a str,
    start: usize,
    /// What separates the date of birth from the last four digits.
    separator: &'a str,
    last_four: &'a str,
    printed: &'a str,
}

impl Number<'_> {
    /// Its ten digits, or six if the last four are hidden. `None` if it is not a personal number.
    fn canonical(&self) -> Option<String> {
        let is_hidden = self.last_four.starts_with(['X', 'x', '*']);
        let hidden = if is_hidden { self.last_four.len() } else { 0 };
        let all = digits(&self.printed[..self.printed.len() - hidden])?;
        let ten = match all.len() {
            6 | 10 => &all[..],
            8 | 12 if matches!(all[..2], [1, 8 | 9] | [2, 0]) => &all[2..],
            _ => return None,
        };
        let month = ten[2] * 10 + ten[3];
        let day = ten[4] * 10 + ten[5];
        // The day of a samordningsnummer is 60 higher.
        if !(1..=12).contains(&month) || !matches!(day, 1..=31 | 61..=91) {
            return None;
        }
        if has_other_label(self.text, self.start) {
            return None;
        }
        // A wrong check digit is common where OCR misread a digit: a separator or a label is enough
        // then. Ten digits with neither are another number.
        let is_valid = !is_hidden && passes_luhn(ten);
        (is_valid || !self.separator.is_empty() || self.is_labeled()).then(|| digit_string(ten))
    }

    fn is_labeled(&self) -> bool {
        let before = context_before(self.text, self.start, LABEL_DISTANCE);
        LABELS.iter().any(|label| before.contains(label))
    }
}

#[cfg(test)]
mod tests {
    use super::super::entity::found_by;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        found_by(find, text)
    }

    #[test]
    fn all_spellings_are_found() {
        for number in [
            "811218-9876",
            "19811218-9876",
            "811218+9876",
            "811218–9876",
            "811218 - 9876",
            "811218 9876",
            "8112189876",
            "198112189876",
            "1981-12-18-9876",
            "8l12I8-9876",
            "811278-9873",
            "811218-XXXX",
        ] {
            assert_eq!(
                found(&format!("född {number}, i Lund")),
                [number],
                "{number}"
            );
        }
    }

    #[test]
    fn organisation_numbers_and_other_numbers_are_not_found() {
        for text in [
            "Org.nr 556036-0793",
            "212000-1355",
            "16556036-0793",
            "Dnr 811218-9876",
            "8112189875",
            "2014-03-12",
            "1 000 000",
            "2010-2013",
            "A811218-9876B",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
