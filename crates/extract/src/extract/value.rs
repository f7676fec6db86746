//! Typed values: parse amounts, numbers, names, e-mail addresses and others.
//!
//! One function for each type; [`super::date`] parses dates. A function takes the text after a label and
//! returns the value at its start with the bytes it was read from. A label whose text is not of its type
//! has no value.

use std::ops::{Range, RangeInclusive};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::date::{self, ParsedDate};
use diarium_document::{FieldType, FieldValue, collapse_whitespace, operations};

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
        Self::text(parsed.bytes, parsed.date.to_string())
    }
}

// 691 000 kr | 3.954.500:- | 47 000 | 1,2 miljoner kronor | 0 SEK
static AMOUNT: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:ca\.?\s|cirka\s|sek\s?|kr\s)?\s*(?P<value>(?P<whole>\d{1,3}(?:[  .,\u{a0}\u{2009}\u{202f}'’]\d{3})+|\d{1,12})(?:[.,](?P<fraction>\d{1,2}))?)(?P<unit>\s?(?:miljoner|milj\.?|mkr|msek|mnkr|tkr|ksek|tusen)\b)?(?:\s?(?:kr(?:onor)?\b\.?|sek\b|:-|,-))?"
);
static EMAIL: Lazy<Regex> = lazy_regex!(r"^[\w.%+'-]+@[\w-]+(?:\.[\w-]+)*\.\p{L}{2,12}");
// https://exempel.se/projekt?id=4 | www.exempel.se
static URL: Lazy<Regex> = lazy_regex!(
    r"^(?i:https?://|www\.)[\w-]+(?:\.[\w-]+)*\.\p{L}{2,12}(?::\d{2,5})?(?:/[^\s<>\x22|]*)?"
);
// 08-452 79 26 | +46 (0)8 562 262 40 | 031 970 960
static PHONE: Lazy<Regex> = lazy_regex!(r"^\+?\(?\d[\d\s()/.–-]{4,22}\d");
// 1 250 | 200 | 11650
static INTEGER: Lazy<Regex> = lazy_regex!(
    r"^(?:ca\.?\s|cirka\s)?(?P<value>\d{1,3}(?:[  .\u{a0}\u{2009}]\d{3})+|\d{1,9})(?:\D|$)"
);
// 2018/00566 | 2007-5020001 | 2009 3040096 | Dnr 12/2009 | 556490-0883
static IDENTIFIER: Lazy<Regex> = lazy_regex!(
    r"^(?P<value>(?:\p{Lu}{1,6}[ -]?)?(?:(?:19|20)\d{2} \d{5,8}|\d{2,8}(?:[-/:.]\d{1,9}){0,3})|[\p{Lu}\d][\p{Lu}\d/:.-]{2,24})(?:[\s,;.)]|$)"
);

/// The longest e-mail address, in bytes.
// RFC 5321, section 4.5.3.1.3: 256 octets with the angle brackets.
const MAX_EMAIL_BYTES: usize = 254;
/// The fewest digits of a telephone number without a label that says so.
// Below: a number with leading zeros, such as 000123.
const MIN_PHONE_DIGITS: usize = 7;
/// The digits of a telephone number.
// Below: house numbers and years. Above: E.164 allows fifteen digits.
const PHONE_DIGITS: RangeInclusive<usize> = 6..=15;

/// Words inside a name that begin in lowercase; `och` and `&` connect two names.
const NAME_PARTICLES: [&str; 9] = ["von", "af", "de", "van", "der", "la", "el", "och", "&"];

/// An amount in whole kronor.
pub(super) fn amount(text: &str) -> Option<Value> {
    let captures = AMOUNT.captures(text)?;
    let value = captures.name("value")?;
    let whole: String = digits(captures.name("whole")?.as_str());
    let number: i64 = whole.parse().ok()?;
    let fraction = captures.name("fraction").map(|fraction| fraction.as_str());
    let factor = match captures.name("unit") {
        None => 1,
        Some(unit) if unit.as_str().trim().to_lowercase().starts_with(['t', 'k']) => 1_000,
        Some(_) => 1_000_000,
    };
    // The fraction counts only with a unit: `2,5 miljoner`. Kronor are whole, so öre are dropped.
    let part = fraction.map_or(0, |fraction| {
        let scale = 10_i64.pow(u32::try_from(fraction.len()).unwrap_or(0));
        fraction.parse::<i64>().unwrap_or(0).saturating_mul(factor) / scale
    });
    let end = captures.get(0)?.end();
    // A date (2016-03-01) and a percentage (10 %) begin like an amount.
    if text[value.end()..].trim_start().starts_with('%')
        || date::begins_iso_date(&text[value.start()..])
    {
        return None;
    }
    Some(Value {
        bytes: value.start()..trimmed_end(text, end),
        value: FieldValue::Integer(number.checked_mul(factor)?.checked_add(part)?),
        certainty: 1.0,
    })
}

/// A count.
pub(super) fn integer(text: &str) -> Option<Value> {
    let captures = INTEGER.captures(text)?;
    let value = captures.name("value")?;
    Some(Value {
        bytes: value.range(),
        value: FieldValue::Integer(digits(value.as_str()).parse().ok()?),
        certainty: 1.0,
    })
}

/// A date, as ISO 8601.
pub(super) fn date(text: &str) -> Option<Value> {
    date::date(text).map(Value::from)
}

/// The start and the end of a period, each as ISO 8601.
pub(super) fn period(text: &str) -> Option<(Value, Value)> {
    let (start, end) = date::period(text)?;
    Some((start.into(), end.into()))
}

/// An e-mail address.
pub(super) fn email(text: &str) -> Option<Value> {
    // A longer address is a mistake or an attack, and is not scanned to its end.
    let text = &text[..text.floor_char_boundary(2 * MAX_EMAIL_BYTES)];
    operations::count(1);
    let found = EMAIL
        .find(text)
        .filter(|found| found.len() <= MAX_EMAIL_BYTES)?;
    let address = found.as_str().trim_end_matches(['.', '-']);
    Some(Value::text(0..address.len(), address))
}

/// A telephone number, as printed.
pub(super) fn phone(text: &str) -> Option<Value> {
    let found = PHONE.find(text)?;
    let number = found
        .as_str()
        .trim_end_matches([' ', '-', '–', '/', '.', '(']);
    let count = number.chars().filter(char::is_ascii_digit).count();
    if !PHONE_DIGITS.contains(&count) || date::begins_iso_date(number) {
        return None;
    }
    Some(Value::text(0..number.len(), collapse_whitespace(number)))
}

/// An identifier of a case or a project.
pub(super) fn identifier(text: &str) -> Option<Value> {
    let captures = IDENTIFIER.captures(text)?;
    let value = captures.name("value")?;
    let number = value.as_str().trim_end_matches(['.', ':', '-', '/', ' ']);
    number
        .contains(|c: char| c.is_ascii_digit())
        .then(|| Value::text(0..number.len(), number))
}

/// A person's name: up to five capitalized words, with particles between them.
pub(super) fn name(text: &str) -> Option<Value> {
    let mut end = 0;
    let mut words = 0;
    for word in text.split([' ', '\t']).take(6) {
        let start = end + usize::from(end > 0);
        let bare = word.trim_end_matches([',', '.', ';', '(', ')']);
        let capital = bare.starts_with(char::is_uppercase);
        let particle = words > 0 && NAME_PARTICLES.contains(&bare);
        if bare.is_empty()
            || !(capital || particle)
            || bare.contains(|c: char| c.is_ascii_digit() || c == ':' || c == '@')
        {
            break;
        }
        words += 1;
        end = start + bare.len();
        // Punctuation ends a name, except for the full stop of an initial.
        if bare.len() < word.len() && !(bare.chars().count() == 1 && word.ends_with('.')) {
            break;
        }
        if word.len() > bare.len() {
            end = start + word.len();
        }
    }
    let found = text[..end].trim_end_matches([' ', '\t']);
    // A particle at the end is the next word of a sentence, or the connection to a second name.
    let found = found
        .strip_suffix(" och")
        .or(found.strip_suffix(" &"))
        .unwrap_or(found);
    (words >= 1 && found.chars().count() >= 3)
        .then(|| Value::text(0..found.len(), collapse_whitespace(found)))
}

/// The whole text, without a closing full stop.
pub(super) fn words(text: &str) -> Option<Value> {
    let end = trimmed_end(text, text.len());
    let mut found = &text[..end];
    if let Some(bare) = found.strip_suffix('.') {
        // A short last word or one with another full stop is an abbreviation: `m.m.`, `etc.`
        let last = bare.split(' ').next_back().unwrap_or_default();
        if last.chars().count() > 3 && !last.contains('.') {
            found = bare;
        }
    }
    let start = found.len() - found.trim_start().len();
    let has_text = found.chars().any(char::is_alphanumeric);
    (has_text && found.trim() != "?")
        .then(|| Value::text(start..found.len(), collapse_whitespace(&found[start..])))
}

/// The address of a web page.
pub(super) fn url(text: &str) -> Option<Value> {
    let found = URL.find(text)?;
    // A full stop or a bracket after an address belongs to the sentence.
    let address = found
        .as_str()
        .trim_end_matches(['.', ',', ';', ':', ')', '\'']);
    Some(Value::text(0..address.len(), address))
}

/// Infers the type of a value that no profile declares: the narrowest type whose parser accepts the
/// whole text, or [`FieldType::Text`].
pub fn infer_type(text: &str) -> FieldType {
    let text = text.trim();
    let is_whole = |value: Option<Value>| value.is_some_and(|value| value.bytes == (0..text.len()));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    // The order matters: most texts that one parser accepts, a later one accepts as well.
    if is_whole(email(text)) {
        FieldType::Email
    } else if is_whole(url(text)) {
        FieldType::Url
    } else if period(text).is_some() {
        FieldType::Period
    } else if is_whole(date(text)) {
        FieldType::Date
    } else if text.starts_with(['0', '+']) && digits >= MIN_PHONE_DIGITS && is_whole(phone(text)) {
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

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn trimmed_end(text: &str, end: usize) -> usize {
    text[..end].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integer_of(value: Option<Value>) -> Option<i64> {
        match value?.value {
            FieldValue::Integer(number) => Some(number),
            FieldValue::Text(_) => None,
        }
    }

    fn text_of(value: Option<Value>) -> Option<String> {
        match value?.value {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) => None,
        }
    }

    #[test]
    fn amounts_are_read_in_every_spelling() {
        for (text, expected) in [
            ("691 000 kr", 691_000),
            ("3.954.500:-", 3_954_500),
            ("3 954 500,50 kr", 3_954_500),
            ("47 000", 47_000),
            ("47\u{a0}000 kronor", 47_000),
            ("0 kr", 0),
            ("SEK 1 200", 1_200),
            ("49 000 SEK (halva delen)", 49_000),
            ("2,5 miljoner kronor", 2_500_000),
            ("120 tkr", 120_000),
            ("20250:-", 20_250),
        ] {
            assert_eq!(integer_of(amount(text)), Some(expected), "{text}");
        }
    }

    #[test]
    fn percentages_dates_and_words_are_not_amounts() {
        for text in ["50%", "2016-03-01", ":-", "kr", "?", "ej beslutat"] {
            assert_eq!(integer_of(amount(text)), None, "{text}");
        }
    }

    #[test]
    fn the_whole_of_a_value_decides_its_type() {
        for (text, field_type) in [
            ("kansliet@tradgarden.example.se", FieldType::Email),
            ("https://exempel.se/snickeri/?nr=4", FieldType::Url),
            ("www.exempel.se", FieldType::Url),
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
            assert_eq!(infer_type(text), field_type, "{text}");
        }
    }

    #[test]
    fn numbers_and_names() {
        assert_eq!(
            text_of(phone("08-465 004 12, växel")).as_deref(),
            Some("08-465 004 12")
        );
        assert_eq!(
            text_of(phone("+46 (0)31 390 06 00")).as_deref(),
            Some("+46 (0)31 390 06 00")
        );
        assert_eq!(phone("2016-03-01"), None);
        assert_eq!(
            text_of(email("eva.ek@example.se.")).as_deref(),
            Some("eva.ek@example.se")
        );
        assert_eq!(
            text_of(name("Eva-Lena von Ek, ordförande")).as_deref(),
            Some("Eva-Lena von Ek")
        );
        assert_eq!(text_of(name("J. Ek")).as_deref(), Some("J. Ek"));
        assert_eq!(name("den som svarar"), None);
        assert_eq!(
            text_of(identifier("2018/00566")).as_deref(),
            Some("2018/00566")
        );
        assert_eq!(identifier("saknas"), None);
        assert_eq!(integer_of(integer("11 650 personer")), Some(11_650));
    }

    #[test]
    fn text_loses_its_closing_full_stop_but_not_that_of_an_abbreviation() {
        assert_eq!(
            text_of(words("En ny väg till arbete.")).as_deref(),
            Some("En ny väg till arbete")
        );
        assert_eq!(
            text_of(words("Kaffe, te m.m.")).as_deref(),
            Some("Kaffe, te m.m.")
        );
        assert_eq!(words("?"), None);
        assert_eq!(words(" - "), None);
    }
}
