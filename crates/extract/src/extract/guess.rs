//! Of which type is a value that nobody has declared?

use super::value::{self, Value};
use diarium_document::FieldType;

/// Past so many digits a number that begins with 0 is a telephone's.
const PHONE_DIGITS: usize = 7;

/// The narrowest type whose reader takes the whole of a text; words where none does.
pub fn type_of(text: &str) -> FieldType {
    let text = text.trim();
    let is = |value: Option<Value>| value.is_some_and(|value| value.bytes == (0..text.len()));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if is(value::email(text)) {
        FieldType::Email
    } else if value::period(text).is_some() {
        FieldType::Period
    } else if is(value::date(text)) {
        FieldType::Date
    } else if text.starts_with(['0', '+']) && digits >= PHONE_DIGITS && is(value::phone(text)) {
        FieldType::Phone
    } else if is(value::amount(text)) && !text.ends_with(|last: char| last.is_ascii_digit()) {
        FieldType::Amount
    } else if is(value::integer(text)) {
        FieldType::Integer
    } else if digits > 0 && is(value::identifier(text)) {
        FieldType::Identifier
    } else {
        FieldType::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_by_the_whole_of_a_value() {
        for (text, kind) in [
            ("kansliet@tradgarden.example.se", FieldType::Email),
            ("2019-02-01 – 2019-06-30", FieldType::Period),
            ("1 mars 2019", FieldType::Date),
            ("040-628 04 19", FieldType::Phone),
            ("12 400 kr", FieldType::Amount),
            ("45:-", FieldType::Amount),
            ("24", FieldType::Integer),
            ("KN 2019/0417", FieldType::Identifier),
            ("2019-9990017", FieldType::Identifier),
            ("12 stolar", FieldType::Text),
            ("Vävstugan", FieldType::Text),
        ] {
            assert_eq!(type_of(text), kind, "{text}");
        }
    }
}
