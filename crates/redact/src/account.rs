//! Bank accounts, bankgiro and plusgiro numbers, and IBANs.
//!
//! Most look like any other number and are recognized by the label before them. Two need none: an
//! IBAN has check digits (ISO 13616), a plusgiro number has digits in pairs and a check digit.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{digit_string, digits, ends_at_boundary, passes_luhn, starts_at_boundary};
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

// 3300-811218-9876: Nordea's personal accounts, whose number is the owner's personal number
// (Bankinfrastruktur i Sverige, clearing numbers 3300 and 3782)
static NORDEA_PERSONAL: Lazy<Regex> =
    lazy_regex!(r"\b(?P<number>(?:3300|3782)[ ,–-]{1,2}\d{6} ?[–-]? ?\d{4})\b");

// Clearingnummer 8327-9 | clearingnr 6000, konto 123 456 789
static CLEARING: Lazy<Regex> = lazy_regex!(
    r"(?i)\bclearing(?:nr|nummer)?\b(?: ?nr)?(?: \([^)\n]{0,30}\))?\.?[\s:]{0,4}(?P<number>[0-9OlISBZ]{4}(?:-?[0-9OlISBZ])?)(?:[ ,/–-]{1,3}(?:konto(?:nr|nummer)?[.: ]{0,3})?(?P<more>[0-9OlISBZ][0-9OlISBZ ./–—‑−-]{4,18}[0-9OlISBZ]))?"
);

// Formats that hardly anything else has. Swedbank's clearing numbers have a fifth digit; SEB and
// others group two, three and two digits: 8327-9, 123 456 789-0 | 6001-123 456 789 | 5001 01 234 56 | 4001 01 23456
static UNLABELED: Lazy<Regex> = lazy_regex!(
    r"\b(?P<number>[1-9]\d{3}-\d(?:, ?| )\d(?:[\d .]{4,11}\d)(?:-\d)?|[1-9]\d{3}-\d{2,3} \d{3} \d{1,3}|[1-9]\d{3} \d{2} (?:\d{3} \d{2}|\d{5}|\d{4} \d{4}))\b"
);

// 123-4567, with a label some words before it
static BANKGIRO: Lazy<Regex> = lazy_regex!(r"\b\d{3,4} ?[-–‑−] ?\d{4}\b");

// Bankgiro …, the label of `BANKGIRO`
static GIRO_LABEL: Lazy<Regex> =
    lazy_regex!(r"(?i)\b(?:bank ?giro|plus ?giro|post ?giro)|\b(?:bg|pg)\b");

// 2010-12-31
static DATE: Lazy<Regex> = lazy_regex!(r"^(?:19|20)\d\d-\d\d-\d\d\b");

// 4010–7699: a range of accounts of a ledger
static LEDGER_RANGE: Lazy<Regex> = lazy_regex!(r"^\d{4} ?[–-] ?\d{4}$");

// 2010 …
static YEAR: Lazy<Regex> = lazy_regex!(r"^(?:19|20)");

// 2010-2013
static YEARS: Lazy<Regex> = lazy_regex!(r"^(?:19|20)\d\d ?[-–‑−] ?(?:19|20)\d\d$");

// SE45 5000 0000 0583 9825 7466
static IBAN: Lazy<Regex> = lazy_regex!(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b");

// 12 34 56-7
static PLUSGIRO: Lazy<Regex> = lazy_regex!(r"\b\d{1,3}(?: \d{2}){1,3} ?[-–] ?\d\b");

/// The distance in bytes from a giro label to its number, within one paragraph.
// Covers a sentence such as "Bankgirot som bidraget ska betalas ut till är …".
const LABEL_DISTANCE: usize = 120;

/// A format in which accounts are written.
struct Format {
    pattern: &'static Lazy<Regex>,
    /// The groups that contain numbers, with the fewest digits of each.
    numbers: &'static [(&'static str, usize)],
    /// What has the same format and is not an account.
    exception: Option<&'static Lazy<Regex>>,
}

impl Format {
    const fn new(pattern: &'static Lazy<Regex>, numbers: &'static [(&'static str, usize)]) -> Self {
        Self {
            pattern,
            numbers,
            exception: None,
        }
    }

    const fn except(self, exception: &'static Lazy<Regex>) -> Self {
        Self {
            exception: Some(exception),
            ..self
        }
    }
}

// The fewest digits separate accounts from other numbers after the same word. Seven after `konto`:
// `konto 4010` is an account of a ledger. Nine after a bank's name, a clearing number with an account:
// shorter numbers there are years, dates and sums.
static FORMATS: [Format; 7] = [
    Format::new(&GIRO, &[("number", 3)]),
    Format::new(&ACCOUNT, &[("number", 7)]).except(&LEDGER_RANGE),
    Format::new(&BANK, &[("number", 9)]),
    Format::new(&BANK_CLEARING, &[("number", 5)]),
    Format::new(&NORDEA_PERSONAL, &[("number", 14)]),
    Format::new(&UNLABELED, &[("number", 10)]).except(&YEAR),
    Format::new(&CLEARING, &[("number", 4), ("more", 5)]),
];

/// Adds all accounts.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for format in &FORMATS {
        find_format(text, format, entities);
    }
    find_bankgiro(text, entities);
    find_iban(text, entities);
    find_plusgiro(text, entities);
}

fn find_format(text: &str, format: &Format, entities: &mut Vec<Entity>) {
    for captures in format.pattern.captures_iter(text) {
        for &(group, fewest) in format.numbers {
            let number = captures.name(group);
            let range = number.and_then(|number| account_range(text, format, number.range()));
            let Some(range) = range else { continue };
            let digits = digits(&text[range.clone()]).unwrap_or_default();
            if digits.len() >= fewest {
                push(range, digit_string(&digits), entities);
            }
        }
    }
}

/// Bankgiro numbers whose label is some words before them.
fn find_bankgiro(text: &str, entities: &mut Vec<Entity>) {
    for found in BANKGIRO.find_iter(text) {
        let from = text.floor_char_boundary(found.start().saturating_sub(LABEL_DISTANCE));
        let before = &text[from..found.start()];
        let paragraph = before.rsplit("\n\n").next().unwrap_or_default();
        if is_alone(text, &found.range())
            && GIRO_LABEL.is_match(paragraph)
            && !YEARS.is_match(found.as_str())
        {
            let digits = digits(found.as_str()).unwrap_or_default();
            push(found.range(), digit_string(&digits), entities);
        }
    }
}

fn find_iban(text: &str, entities: &mut Vec<Entity>) {
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
}

fn find_plusgiro(text: &str, entities: &mut Vec<Entity>) {
    for found in PLUSGIRO.find_iter(text) {
        let digits = digits(found.as_str()).unwrap_or_default();
        // One in ten other numbers passes the check too, and numbers of four digits such as `1 23-4`
        // are rarely accounts.
        if is_alone(text, &found.range()) && digits.len() >= 5 && passes_luhn(&digits) {
            push(found.range(), digit_string(&digits), entities);
        }
    }
}

fn is_alone(text: &str, range: &Range<usize>) -> bool {
    starts_at_boundary(text, range.start) && ends_at_boundary(text, range.end)
}

/// The part of a matched number that is an account, if it is one.
fn account_range(text: &str, format: &Format, number: Range<usize>) -> Option<Range<usize>> {
    let printed = without_trailing_word(&text[number.clone()]);
    let range = number.start..number.start + printed.len();
    let rest = &text[number.end..];
    let is_amount = rest.trim_start().starts_with("kr");
    // The label is the header of a table's last column, and the number is the first cell below.
    let is_other_cell = text[..number.start].ends_with('\n') && rest.starts_with('\t');
    let is_two_cells = printed.contains("   ");
    let is_exception = format
        .exception
        .is_some_and(|exception| exception.is_match(printed))
        || DATE.is_match(printed);
    let is_account = !is_amount
        && !is_other_cell
        && !is_two_cells
        && !is_exception
        && ends_at_boundary(text, range.end);
    is_account.then_some(range)
}

/// A number without the letter that begins the next word: the patterns match `447 203 118, i` in
/// `447 203 118, i två delar`, because letters may be misread digits.
fn without_trailing_word(number: &str) -> &str {
    let rest = number.trim_end_matches(char::is_alphabetic);
    if rest.ends_with([' ', ',']) {
        rest.trim_end_matches([' ', ',', '.'])
    } else {
        number
    }
}

fn push(range: Range<usize>, canonical: String, entities: &mut Vec<Entity>) {
    entities.push(Entity {
        range,
        rule: Rule::Account,
        canonical,
    });
}

/// Whether the check digits are right (ISO 7064, MOD 97-10): with the first four characters at the
/// end and letters as numbers from A = 10, the remainder by 97 is 1.
fn is_iban(number: &str) -> bool {
    if !(15..=34).contains(&number.len()) || !number.is_ascii() {
        return false;
    }
    let (first, rest) = number.split_at(4);
    let remainder = rest.chars().chain(first.chars()).try_fold(0_u32, |sum, c| {
        let value = c.to_digit(36)?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((sum * shift + value) % 97)
    });
    remainder == Some(1)
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
            ("Posfgiro  ", "12 3l 45-6"),
            ("i stället för ", "8327-9, 123 456 789-0"),
            ("i stället för ", "6001-123 456 789"),
            ("i stället för ", "5001 01 234 56"),
            ("Postg1ro:          ", "1O 23 45-6"),
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
    fn other_numbers_are_not_found() {
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
