//! Where do bank accounts, bankgiro and plusgiro numbers stand?
//!
//! Most of them look like any other number, and are known by the label before them. Two speak for
//! themselves: an IBAN by its check digits (ISO 13616), a plusgiro by its pairs of digits and its
//! check digit.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{begins, digits, ends, luhn, told};
use super::entity::{Entity, Rule};

// Bankgiro 123-4567 | BG: 5050-1055 | Plusgiro: 12 34 56-7 | pg 4 15 50-7 | Postgirokonto nr 12 34-5
static GIRO: Lazy<Regex> = lazy_regex!(
    r"(?i)(?:\b\w{0,6} ?g[i1l]r[o0]|\b(?:bg|pg))(?:konto|t|n)?(?:[- ]?(?:nr|nummer|no))?(?: ska vara| skall vara| är)?\.?(?:[ \t:]{0,24}\n?[ \t:]{0,4})(?:nr[.:]? ?)?(?P<number>[0-9OlISBZ]{1,4}(?:[ –—‑−-]{0,3}[0-9OlISBZ]{1,4}){1,4}\b)"
);

// Kontonr: 8327-9 123 456 789-0 | clearingnr 6000, konto 123 456 789 | bankkonto 1234 56 789 01
static ACCOUNT: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:(?:bank|person|pers\.|spar|löne|privat|företags)?-?konto(?:nr|nummer|numret|t)?|kto)(?: ?nr)?\b[^\d\n]{0,24}\n?[^\d\n]{0,12}(?P<number>[0-9OlISBZ]{2,4}[0-9OlISBZ ,./–—‑−-]{2,22}[0-9OlISBZ]\b)"
);

// Nordea 3300-811218 9876 | Swedbank, 8327-9, 123 456 789-0
static BANK: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:nordea|swedbank|handelsbanken|seb|shb|danske bank|länsförsäkringar bank|[a-zåäö]*bank(?:en)?)\b[^\d\n]{0,30}(?P<number>[0-9]{4}(?:-[0-9])?[ ,./–—‑−-]{1,3}[0-9][0-9 ./–—‑−-]{4,16}[0-9])"
);

// Sparbanken 8257-7, kontonummer …
static BANK_CLEARING: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:nordea|swedbank|handelsbanken|seb|[a-zåäö]*bank(?:en)?)[ ,:]{1,3}(?P<number>\d{4}-\d)\b"
);

// 3300-811218-9876: Nordea's accounts that have their owner's personnummer (Bankinfrastruktur i
// Sverige, clearing numbers)
static PERSON: Lazy<Regex> =
    lazy_regex!(r"\b(?P<number>(?:3300|3782)[ ,–-]{1,2}\d{6} ?[–-]? ?\d{4})\b");

// Clearingnummer 8327-9 | clearingnr 6000, konto 123 456 789
static CLEARING: Lazy<Regex> = lazy_regex!(
    r"(?i)\bclearing(?:nr|nummer)?\b(?: ?nr)?(?: \([^)\n]{0,30}\))?\.?[\s:]{0,4}(?P<number>[0-9OlISBZ]{4}(?:-?[0-9OlISBZ])?)(?:[ ,/–-]{1,3}(?:konto(?:nr|nummer)?[.: ]{0,3})?(?P<more>[0-9OlISBZ][0-9OlISBZ ./–—‑−-]{4,18}[0-9OlISBZ]))?"
);

// What hardly anything else looks like. Swedbank's clearing numbers have a fifth digit; SEB and others
// write two, three and two: 8327-9, 914 207 553-1 | 6155-771 204 388 | 5440 02 619 80 | 4117 00 26180
static SHAPED: Lazy<Regex> = lazy_regex!(
    r"\b(?P<number>[1-9]\d{3}-\d(?:, ?| )\d(?:[\d .]{4,11}\d)(?:-\d)?|[1-9]\d{3}-\d{2,3} \d{3} \d{1,3}|[1-9]\d{3} \d{2} (?:\d{3} \d{2}|\d{5}|\d{4} \d{4}))\b"
);

// 362-9813, with a label some words before it
static BANKGIRO: Lazy<Regex> = lazy_regex!(r"\b\d{3,4} ?[-–‑−] ?\d{4}\b");

// Bankgiro, at some distance before its number
static GIRO_LABEL: Lazy<Regex> =
    lazy_regex!(r"(?i)\b(?:bank ?giro|plus ?giro|post ?giro)|\b(?:bg|pg)\b");

// 2010-12-31
static DAY: Lazy<Regex> = lazy_regex!(r"^(?:19|20)\d\d-\d\d-\d\d\b");

// 4010–7699: bookkeepers' accounts, from one to another
static BOOKS: Lazy<Regex> = lazy_regex!(r"^\d{4} ?[–-] ?\d{4}$");

// 2010 …
static YEAR: Lazy<Regex> = lazy_regex!(r"^(?:19|20)");

// 2010-2013
static YEARS: Lazy<Regex> = lazy_regex!(r"^(?:19|20)\d\d ?[-–‑−] ?(?:19|20)\d\d$");

/// So many bytes before its number a label may stand, in the same paragraph.
const REACH: usize = 120;

// SE45 5000 0000 0583 9825 7466
static IBAN: Lazy<Regex> = lazy_regex!(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b");

// 12 34 56-7
static PLUSGIRO: Lazy<Regex> = lazy_regex!(r"\b\d{1,3}(?: \d{2}){1,3} ?[-–] ?\d\b");

/// A way of writing accounts.
struct Form {
    pattern: &'static Lazy<Regex>,
    /// The groups that hold numbers, with the fewest digits of each.
    numbers: &'static [(&'static str, usize)],
    /// What is written alike and is something else.
    other: Option<&'static Lazy<Regex>>,
}

impl Form {
    const fn new(pattern: &'static Lazy<Regex>, numbers: &'static [(&'static str, usize)]) -> Self {
        Self {
            pattern,
            numbers,
            other: None,
        }
    }

    const fn but_not(self, other: &'static Lazy<Regex>) -> Self {
        Self {
            other: Some(other),
            ..self
        }
    }
}

static FORMS: [Form; 7] = [
    Form::new(&GIRO, &[("number", 3)]),
    Form::new(&ACCOUNT, &[("number", 7)]).but_not(&BOOKS),
    Form::new(&BANK, &[("number", 9)]),
    Form::new(&BANK_CLEARING, &[("number", 5)]),
    Form::new(&PERSON, &[("number", 14)]),
    Form::new(&SHAPED, &[("number", 10)]).but_not(&YEAR),
    Form::new(&CLEARING, &[("number", 4), ("more", 5)]),
];

/// Finds them all.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for form in &FORMS {
        for captures in form.pattern.captures_iter(text) {
            for &(group, fewest) in form.numbers {
                let number = captures.name(group);
                let Some(range) = number.and_then(|number| numbered(text, form, number.range()))
                else {
                    continue;
                };
                let all = digits(&text[range.clone()]).unwrap_or_default();
                if all.len() >= fewest {
                    push(range, told(&all), entities);
                }
            }
        }
    }
    for found in BANKGIRO.find_iter(text) {
        let alone = begins(text, found.start()) && ends(text, found.end());
        let from = text.floor_char_boundary(found.start().saturating_sub(REACH));
        let before = &text[from..found.start()];
        let paragraph = before.rsplit("\n\n").next().unwrap_or_default();
        if alone && GIRO_LABEL.is_match(paragraph) && !YEARS.is_match(found.as_str()) {
            let all = digits(found.as_str()).unwrap_or_default();
            push(found.range(), told(&all), entities);
        }
    }
    for found in IBAN.find_iter(text) {
        let number: String = found
            .as_str()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        if is_iban(&number) {
            push(found.range(), number, entities);
        }
    }
    for found in PLUSGIRO.find_iter(text) {
        let all = digits(found.as_str()).unwrap_or_default();
        let alone = begins(text, found.start()) && ends(text, found.end());
        if alone && all.len() >= 5 && luhn(&all) {
            push(found.range(), told(&all), entities);
        }
    }
}

/// What of a number in a form's place is the account's, if it is one.
fn numbered(text: &str, form: &Form, number: Range<usize>) -> Option<Range<usize>> {
    let printed = without_words(&text[number.clone()]);
    let rest = &text[number.end..];
    let money = rest.trim_start().starts_with("kr");
    // The head of a table's last column, and the first cell of the row below.
    let next_row = text[..number.start].ends_with('\n') && rest.starts_with('\t');
    let two_cells = printed.contains("   ");
    let other = form.other.is_some_and(|other| other.is_match(printed)) || DAY.is_match(printed);
    let range = number.start..number.start + printed.len();
    (!money && !next_row && !two_cells && !other && ends(text, range.end)).then_some(range)
}

/// The number without a letter behind it that stands by itself: `447 203 118, i två delar`.
fn without_words(number: &str) -> &str {
    let rest = number.trim_end_matches(char::is_alphabetic);
    match rest.ends_with([' ', ',']) {
        true => rest.trim_end_matches([' ', ',', '.']),
        false => number,
    }
}

fn push(range: Range<usize>, key: String, entities: &mut Vec<Entity>) {
    entities.push(Entity {
        range,
        rule: Rule::Account,
        canonical: key,
    });
}

/// Letters count from A = 10; the first four characters come last; the remainder by 97 is 1.
fn is_iban(number: &str) -> bool {
    if !(15..=34).contains(&number.len()) || !number.is_ascii() {
        return false;
    }
    let (first, rest) = number.split_at(4);
    let remainder = rest.chars().chain(first.chars()).try_fold(0_u32, |sum, c| {
        let value = c.to_digit(36)?;
        Some(
            if value < 10 {
                sum * 10 + value
            } else {
                sum * 100 + value
            } % 97,
        )
    });
    remainder == Some(1)
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
        for (label, number) in [
            ("Bankgiro ", "123-4567"),
            ("BG: ", "5050-1055"),
            ("Plusgiro:\t", "12 34 56-6"),
            ("Postgiro nr ", "4 15 50-7"),
            ("Kontonr: ", "8327-9 123 456 789-0"),
            ("bankkonto ", "1234 56 789 01"),
            ("Clearingnr ", "6000"),
            ("Clearingnr 6000, konto ", "123 456 789"),
            ("Nordea i Ås, ", "3300-811218 9876"),
            ("PK ", "3300-811218-9876"),
            ("Bankgirot ska vara ", "5050-1055"),
            ("Posfgiro  ", "66 8l 20-9"),
            ("i stället för ", "8381-6, 794 206 113-1"),
            ("i stället för ", "6155-771 204 388"),
            ("i stället för ", "5440 02 619 80"),
            ("Postg1ro:          ", "9O 37 14-5"),
            ("Clearingnummer (4 eller 5 siffror): ", "83279"),
            ("☐ Plusgiro ☒ Bankgiro Nr: ", "123-4567"),
            ("IBAN ", "SE45 5000 0000 0583 9825 7466"),
            ("inbetalning på ", "90 19 50-6"),
            ("Bankgiro\n", "5O5O-1O55"),
        ] {
            assert!(
                found(&format!("{label}{number}, tack.")).contains(&number),
                "{number}"
            );
        }
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "konto 4010",
            "konto stängt 2010-12-31",
            "2012 12 345 67",
            "1998-2 500 000 kr",
            "konto 4010–7699",
            "bokförs på konto 4010 och 5010",
            "2010-2013",
            "12 34 56-7",
            "1 250 000 kr",
            "kontot 1 250 000 kr",
            "bg",
            "SE12 1234",
            "A4 80 g",
            "bankgiro finns inte 2010-2013",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
