//! Where do personnummer and samordningsnummer stand?
//!
//! Ten or twelve digits: a day of birth, three digits and a check digit (Skatteverket, SKV 704 and
//! 707). A samordningsnummer has 60 added to the day. An organisation number has at least 20 where
//! the month would be, and is nobody's personal data.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{before, begins, digits, ends, is_labelled_otherwise, luhn, told};
use super::entity::{Entity, Rule};

// 811218-9876 | 19811218-9876 | 811218 – 9876 | 811218+9876 | 8112189876 | 1981-12-18-9876 | 811218-XXXX
static NUMBER: Lazy<Regex> = lazy_regex!(
    r"(?:[0-9OoQlI|SsBZ]{2} ?)?[0-9OoQlI|SsBZ]{2}[-./ ]?[0-9OoQlI|SsBZ]{2}[-./ ]?[0-9OoQlI|SsBZ]{2}(?P<parted>\s{0,2}[-+–—−‐‑~]?\s{0,2})(?P<last>[0-9OoQlI|SsBZ]{4}|[Xx*]{4})"
);

/// Finds them all, in order.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    let mut at = 0;
    while let Some(captures) = NUMBER.captures_at(text, at) {
        let (Some(whole), Some(parted), Some(last)) = (
            captures.get(0),
            captures.name("parted"),
            captures.name("last"),
        ) else {
            return;
        };
        let number = Number {
            text,
            start: whole.start(),
            parted: parted.as_str().trim(),
            last: last.as_str(),
            printed: whole.as_str(),
        };
        let stands_alone = begins(text, whole.start()) && ends(text, whole.end());
        match number.key().filter(|_| stands_alone) {
            Some(key) => {
                entities.push(Entity {
                    range: whole.range(),
                    rule: Rule::PersonalNumber,
                    canonical: key,
                });
                at = whole.end();
            }
            None => at = text.ceil_char_boundary(whole.start() + 1),
        }
    }
}

struct Number<'a> {
    text: &'a str,
    start: usize,
    /// The sign between day of birth and the last four.
    parted: &'a str,
    last: &'a str,
    printed: &'a str,
}

impl Number<'_> {
    /// Its ten digits, if it is a person's.
    fn key(&self) -> Option<String> {
        let hidden = self.last.starts_with(['X', 'x', '*']);
        let born = &self.printed[..self.printed.len() - if hidden { self.last.len() } else { 0 }];
        let all = digits(born)?;
        let ten = match all.len() {
            6 | 10 => &all[..],
            8 | 12 if matches!(all[..2], [1, 8 | 9] | [2, 0]) => &all[2..],
            _ => return None,
        };
        let month = ten[2] * 10 + ten[3];
        let day = ten[4] * 10 + ten[5];
        if !(1..=12).contains(&month) || !matches!(day, 1..=31 | 61..=91) {
            return None;
        }
        if is_labelled_otherwise(self.text, self.start) {
            return None;
        }
        let sure = !hidden && luhn(ten);
        (sure || !self.parted.is_empty() || self.is_labelled()).then(|| told(ten))
    }

    fn is_labelled(&self) -> bool {
        let before = before(self.text, self.start, 40);
        [
            "personn",
            "persnr",
            "pers.nr",
            "pnr",
            "person nr",
            "födelse",
            "samordning",
            "född",
        ]
        .iter()
        .any(|label| before.contains(label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut entities = Vec::new();
        find(text, &mut entities);
        entities
            .iter()
            .map(|entity| &text[entity.range.clone()])
            .collect()
    }

    #[test]
    fn every_spelling_is_found() {
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
    fn what_is_no_person_stays() {
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
