//! Identifiers: numbers of cases and projects, and those of organizations with their check digits.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::Value;
use diarium_document::collapse_whitespace;

// 2018/00566 | 2007-5020001 | 2009 3040096 | Dnr 12/2009 | 556490-0883
static IDENTIFIER: Lazy<Regex> = lazy_regex!(
    r"^(?P<value>(?:\p{Lu}{1,6}[ -]?)?(?:(?:19|20)\d{2} \d{5,8}|\d{2,8}(?:[-/:.]\d{1,9}){0,3})|[\p{Lu}\d][\p{Lu}\d/:.-]{2,24})(?:[\s,;.)⁰¹²³⁴-⁹]|$)"
);
// 556490-0883 | 16 556490 0883 | SE556490088301
static SWEDISH: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:SE\s?)?(?:16\s?)?(?P<number>\d{6}\s?[-‐‑–−]?\s?\d{4})(?:01)?(?:[^\d-]|-\D|$)"
);
// 2345678-9
static FINNISH: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:FI\s?)?(?P<number>\d{7}\s?[-‐‑–−]?\s?\d)(?:[^\d-]|$)");
// 12 34 56 78
static DANISH: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:DK\s?)?(?P<number>\d{2}\s?\d{2}\s?\d{2}\s?\d{2})(?:[^\d-]|$)");
// 923 456 789 | 923456789 MVA
static NORWEGIAN: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:NO\s?)?(?P<number>\d{3}\s?\d{3}\s?\d{3})(?:[^\d-]|$)");

/// The certainty of an organization's number whose check digit is wrong, or that has another form.
const UNCHECKED_CERTAINTY: f64 = 0.89;

/// An identifier of a case or a project.
pub(in crate::extract) fn identifier(text: &str) -> Option<Value> {
    let captures = IDENTIFIER.captures(text)?;
    let value = captures.name("value")?;
    let number = value.as_str().trim_end_matches(['.', ':', '-', '/', ' ']);
    number
        .contains(|c: char| c.is_ascii_digit())
        .then(|| Value::text(0..number.len(), number))
}

/// Whether the check digit of a number is right.
type Check = fn(&[u32]) -> bool;

/// The number of an organization, Swedish, Danish, Norwegian or Finnish, as printed.
pub(in crate::extract) fn organisation_number(text: &str) -> Option<Value> {
    let forms: [(&Regex, Check); 4] = [
        (&SWEDISH, is_luhn),
        (&FINNISH, |digits| {
            is_divisible(digits, &[7, 9, 10, 5, 8, 4, 2, 1])
        }),
        (&DANISH, |digits| {
            is_divisible(digits, &[2, 7, 6, 5, 4, 3, 2, 1])
        }),
        (&NORWEGIAN, |digits| {
            is_divisible(digits, &[3, 2, 7, 6, 5, 4, 3, 2, 1])
        }),
    ];
    let readings = forms.into_iter().filter_map(|(form, is_valid)| {
        let number = form.captures(text)?.name("number")?;
        let digits: Vec<u32> = number
            .as_str()
            .chars()
            .filter_map(|c| c.to_digit(10))
            .collect();
        let mut value = Value::text(number.range(), collapse_whitespace(number.as_str()));
        if !is_valid(&digits) {
            value.certainty = UNCHECKED_CERTAINTY;
        }
        Some(value)
    });
    let other = || {
        let mut value = identifier(text)?;
        value.certainty = UNCHECKED_CERTAINTY;
        Some(value)
    };
    // Of two forms, the one whose check digit is right.
    readings
        .reduce(|best, next| {
            if next.certainty > best.certainty {
                next
            } else {
                best
            }
        })
        .or_else(other)
}

/// The check of ISO/IEC 7812, which Swedish numbers have.
fn is_luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The check of Danish, Norwegian and Finnish numbers: the weighted sum is divisible by eleven.
fn is_divisible(digits: &[u32], weights: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    digits.len() == weights.len() && sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn identifiers_have_digits() {
        assert_eq!(
            text_of(identifier("2018/00566")).as_deref(),
            Some("2018/00566")
        );
        assert_eq!(identifier("saknas"), None);
    }

    #[test]
    fn a_right_check_digit_makes_an_organization_number_certain() {
        // Numbers that no organization has: they begin with zeros, or repeat.
        for (text, expected, is_right) in [
            ("000000-0018", "000000-0018", true),
            ("000000-0019, Ekby", "000000-0019", false),
            ("16 000000-0018", "000000-0018", true),
            ("0000001-9", "0000001-9", true),
            ("00 00 00 00", "00 00 00 00", true),
            ("000 000 000", "000 000 000", true),
        ] {
            let value = organisation_number(text);
            let certainty = value.as_ref().map(|value| value.certainty);
            assert_eq!(text_of(value).as_deref(), Some(expected), "{text}");
            assert_eq!(certainty == Some(1.0), is_right, "{text}");
        }
        assert_eq!(organisation_number("saknas"), None);
    }
}
