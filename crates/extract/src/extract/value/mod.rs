//! Typed values: parse amounts, dates, names, e-mail addresses and others.
//!
//! A module for each type. A parser takes the text after a label and returns the value at its start with
//! the bytes it was read from. A label whose text is not of its type has no value.
//!
//! | file | type |
//! | --- | --- |
//! | `amount`, `currency`, `number`, `words` | amounts of money, in figures and in words |
//! | `date`, `period`, `month` | dates and periods |
//! | `name`, `email`, `phone`, `url` | people and how to reach them |
//! | `identifier` | numbers of cases, projects and organizations |
//! | `text` | anything else |
//! | `answer` | what of a text is the answer, and what the form printed |

mod amount;
mod answer;
mod currency;
mod date;
mod email;
mod identifier;
mod month;
mod name;
mod number;
mod period;
mod phone;
mod text;
mod url;
mod words;

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use diarium_document::{FieldType, FieldValue};

pub(super) use amount::{Amount, amount as money};
pub(super) use answer::{comb, is_placeholder, trim};
pub(super) use currency::Money;
pub(super) use email::{email, first_email};
pub(super) use identifier::{identifier, organisation_number};
pub(super) use name::{ends_name, name};
pub(super) use phone::{phone, phone_after_words};
pub(super) use text::words;
pub(super) use url::url;

use date::ParsedDate;

/// A value at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// Bytes of the text that it was read from.
    pub bytes: Range<usize>,
    pub value: FieldValue,
    /// Less than 1 if the value was inferred.
    pub certainty: f64,
}

impl Value {
    fn text(bytes: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            bytes,
            value: FieldValue::Text(text.into()),
            certainty: 1.0,
        }
    }
}

impl From<ParsedDate> for Value {
    fn from(parsed: ParsedDate) -> Self {
        Self {
            certainty: parsed.certainty,
            ..Self::text(parsed.bytes, parsed.date.to_string())
        }
    }
}

// 1 250 | 200 | 11650
static INTEGER: Lazy<Regex> = lazy_regex!(
    r"^(?:ca\.?\s|cirka\s)?(?P<value>\d{1,3}(?:[  .\u{a0}\u{2009}]\d{3})+|\d{1,9})(?:\D|$)"
);

/// An amount in whole units, whatever its currency.
pub(super) fn amount(text: &str) -> Option<Value> {
    amount::amount(text).map(Amount::into_value)
}

/// A count.
pub(super) fn integer(text: &str) -> Option<Value> {
    let captures = INTEGER.captures(text)?;
    let value = captures.name("value")?;
    let digits: String = value
        .as_str()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Some(Value {
        bytes: value.range(),
        value: FieldValue::Integer(digits.parse().ok()?),
        certainty: 1.0,
    })
}

/// A date, as ISO 8601.
pub(super) fn date(text: &str) -> Option<Value> {
    date::date(text).map(Value::from)
}

/// The start and the end of a period, each as ISO 8601.
pub(super) fn period(text: &str) -> Option<(Value, Value)> {
    let (start, end) = open_period(text)?;
    Some((start, end?))
}

/// The start of a period, and its end if it has one.
pub(super) fn open_period(text: &str) -> Option<(Value, Option<Value>)> {
    let (start, end) = period::period(text)?;
    Some((start.into(), end.map(Value::from)))
}

/// Infers the type of a value that no profile declares: the narrowest type whose parser accepts the
/// whole text, or [`FieldType::Text`].
pub fn infer_type(text: &str) -> FieldType {
    let text = text.trim();
    let is_whole = |value: Option<Value>| value.is_some_and(|value| value.bytes == (0..text.len()));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_labeled_phone = text.starts_with(['0', '+']) && digits >= phone::MIN_UNLABELED_DIGITS;
    let is_six_digits = text.len() == 6 && digits == 6;
    // `Bilaga.pdf` has the form of a domain.
    let is_marked_url = text.starts_with("http") || text.starts_with("www.");
    // A single year is a number.
    let is_period = || digits > 4 && period(text).is_some();
    // The order matters: most texts that one parser accepts, a later one accepts as well.
    if is_whole(email(text)) {
        FieldType::Email
    } else if is_marked_url && is_whole(url(text)) {
        FieldType::Url
    } else if is_period() {
        FieldType::Period
    } else if is_whole(date(text)) && !is_six_digits {
        FieldType::Date
    } else if is_labeled_phone && is_whole(phone(text)) {
        FieldType::Phone
    } else if is_whole(amount(text)) && !text.ends_with(|last: char| last.is_ascii_digit()) {
        FieldType::Amount
    } else if is_whole(integer(text)) {
        FieldType::Integer
    } else if digits > 0 && is_whole(identifier(text)) {
        FieldType::Identifier
    } else {
        FieldType::Text
    }
}

fn trimmed_end(text: &str, end: usize) -> usize {
    text[..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a value that is one.
    pub(super) fn text_of(value: Option<Value>) -> Option<String> {
        match value?.value {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) => None,
        }
    }

    #[test]
    fn the_whole_of_a_value_decides_its_type() {
        for (text, field_type) in [
            ("kansliet@tradgarden.example.se", FieldType::Email),
            ("2019-02-01 – 2019-06-30", FieldType::Period),
            ("1 mars 2019", FieldType::Date),
            ("040-628 04 19", FieldType::Phone),
            ("12 400 kr", FieldType::Amount),
            ("12 400 euro", FieldType::Amount),
            ("45:-", FieldType::Amount),
            ("24", FieldType::Integer),
            ("2019", FieldType::Integer),
            ("https://exempel.se/snickeri/?nr=4", FieldType::Url),
            ("www.exempel.se", FieldType::Url),
            ("Bilaga.pdf", FieldType::Text),
            ("KN 2019/0417", FieldType::Identifier),
            ("2019-9990017", FieldType::Identifier),
            ("12 stolar", FieldType::Text),
            ("Vävstugan", FieldType::Text),
        ] {
            assert_eq!(infer_type(text), field_type, "{text}");
        }
    }

    #[test]
    fn counts_are_grouped_or_not() {
        let count = integer("11 650 personer").map(|value| value.value);
        assert_eq!(count, Some(FieldValue::Integer(11_650)));
    }
}
