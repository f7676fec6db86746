//! Where do bank accounts, bankgiro and plusgiro numbers stand?
//!
//! Most of them look like any other number, and are known by the label before them. Two speak for
//! themselves: an IBAN by its check digits (ISO 13616), a plusgiro by its pairs of digits and its
//! check digit.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{begins, digits, ends, luhn, told};
use super::rule::{Hit, Rule};

// Bankgiro 123-4567 | BG: 5050-1055 | Plusgiro: 12 34 56-7 | pg 4 15 50-7 | Postgirokonto nr 12 34-5
static GIRO: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:bank ?giro|plus ?giro|post ?giro|giro|bg|pg)(?:konto)?(?:[- ]?(?:nr|nummer|no))?\.?[\s:]{0,4}(?P<number>[0-9OlISBZ]{1,4}(?:[ –—‑−-]{0,3}[0-9OlISBZ]{1,4}){1,4})"
);

// Kontonr: 8327-9 123 456 789-0 | clearingnr 6000, konto 123 456 789 | bankkonto 1234 56 789 01
static ACCOUNT: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:bank|person|spar|löne|privat|företags)?-?konto(?:nr|nummer|t)?(?: ?nr)?\b[^\d\n]{0,24}\n?[^\d\n]{0,12}(?P<number>[0-9OlISBZ]{4}[0-9OlISBZ ,./–—‑−-]{2,22}[0-9OlISBZ])"
);

// Clearingnummer 8327-9
static CLEARING: Lazy<Regex> = lazy_regex!(
    r"(?i)\bclearing(?:nr|nummer)?\b(?: ?nr)?\.?[\s:]{0,4}(?P<number>[0-9OlISBZ]{4}(?:-[0-9OlISBZ])?(?:[ ,/–-]{1,3}(?:konto(?:nr|nummer)?[.: ]{0,3})?[0-9OlISBZ][0-9OlISBZ ./–—‑−-]{4,18}[0-9OlISBZ])?)"
);

// SE45 5000 0000 0583 9825 7466
static IBAN: Lazy<Regex> = lazy_regex!(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b");

// 12 34 56-7
static PLUSGIRO: Lazy<Regex> = lazy_regex!(r"\b\d{1,3}(?: \d{2}){1,3} ?[-–] ?\d\b");

/// Finds them all.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    for (pattern, fewest) in [(&GIRO, 3), (&ACCOUNT, 7), (&CLEARING, 4)] {
        for captures in pattern.captures_iter(text) {
            let Some(number) = captures.name("number") else {
                continue;
            };
            let all = digits(number.as_str()).unwrap_or_default();
            let money = text[number.end()..].trim_start().starts_with("kr");
            if all.len() >= fewest && !money && ends(text, number.end()) {
                push(number.range(), told(&all), hits);
            }
        }
    }
    for found in IBAN.find_iter(text) {
        let number: String = found
            .as_str()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        if is_iban(&number) {
            push(found.range(), number, hits);
        }
    }
    for found in PLUSGIRO.find_iter(text) {
        let all = digits(found.as_str()).unwrap_or_default();
        let alone = begins(text, found.start()) && ends(text, found.end());
        if alone && all.len() >= 5 && luhn(&all) {
            push(found.range(), told(&all), hits);
        }
    }
}

fn push(range: std::ops::Range<usize>, key: String, hits: &mut Vec<Hit>) {
    hits.push(Hit {
        range,
        rule: Rule::Account,
        key,
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
        let mut hits = Vec::new();
        find(text, &mut hits);
        hits.iter().map(|hit| &text[hit.range.clone()]).collect()
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
            ("Clearingnr ", "6000, konto 123 456 789"),
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
            "bokförs på konto 4010 och 5010",
            "2010-2013",
            "12 34 56-7",
            "1 250 000 kr",
            "kontot 1 250 000 kr",
            "bg",
            "SE12 1234",
            "A4 80 g",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
