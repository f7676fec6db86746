//! Typed values: parse amounts, dates, e-mail addresses and others.
//!
//! One function a type. Each takes the text after a label and gives the bytes that the value takes
//! and the value itself, or nothing: a label whose value is not of its type has no value.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use diarium_document::{FieldValue, collapse_whitespace, work};

/// A value at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// Bytes of the text that it was read from.
    pub bytes: Range<usize>,
    pub value: FieldValue,
    /// Less than 1 where reading it took a guess.
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

// 691 000 kr | 3.954.500:- | 47 000 | 1,2 miljoner kronor | 0 SEK
static AMOUNT: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:ca\.?\s|cirka\s|sek\s?|kr\s)?\s*(?P<value>(?P<whole>\d{1,3}(?:[  .,\u{a0}\u{2009}\u{202f}'’]\d{3})+|\d{1,12})(?:[.,](?P<fraction>\d{1,2}))?)(?P<unit>\s?(?:miljoner|milj\.?|mkr|msek|mnkr|tkr|ksek|tusen)\b)?(?:\s?(?:kr(?:onor)?\b\.?|sek\b|:-|,-))?"
);
// 2016-03-01 | 2016/03/01 | 2016.03.01 | 20160301
static ISO_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<year>(?:19|20)\d{2})\s?[-/.–]?\s?(?P<month>0[1-9]|1[0-2])\s?[-/.–]?\s?(?P<day>0[1-9]|[12]\d|3[01])(?:\D|$)"
);
// 1 mars 2016 | den 1 mars 2016 | 30 april, 2011
static SPOKEN_DATE: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:den\s)?(?P<day>0?[1-9]|[12]\d|3[01])(?::?e)?\s(?P<month>jan|feb|mars|mar|apr|maj|may|juni|jun|juli|jul|aug|sep|okt|oct|nov|dec)[a-zåäö]{0,7}\.?,?\s(?P<year>(?:19|20)\d{2})"
);
// 31/12 2014 | 31.12.2014 | 1/3-2016
static SLASHED_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<day>0?[1-9]|[12]\d|3[01])[/.](?P<month>0?[1-9]|1[0-2])[-/. ]\s?(?P<year>(?:19|20)\d{2})"
);
// till | t.o.m. | - | –
static UNTIL: Lazy<Regex> =
    lazy_regex!(r"(?i)^\s*(?:till(?:\soch\smed)?|t\.?\s?o\.?\s?m\.?|tom|--|[-–—]|to|until)\s*");
static EMAIL: Lazy<Regex> = lazy_regex!(r"^[\w.%+'-]+@[\w-]+(?:\.[\w-]+)*\.\p{L}{2,12}");
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
const LONGEST_EMAIL: usize = 254;

/// Whole kronor.
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
    let part = fraction.map_or(0, |fraction| {
        let scale = 10_i64.pow(u32::try_from(fraction.len()).unwrap_or(0));
        fraction.parse::<i64>().unwrap_or(0).saturating_mul(factor) / scale
    });
    let end = captures.get(0)?.end();
    // 2016-03-01 and 10 % are no amounts.
    if text[value.end()..].trim_start().starts_with('%')
        || ISO_DATE.is_match(&text[value.start()..])
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

/// One date, as ISO 8601.
pub(super) fn date(text: &str) -> Option<Value> {
    [&*ISO_DATE, &*SPOKEN_DATE, &*SLASHED_DATE]
        .into_iter()
        .find_map(|pattern| {
            let captures = pattern.captures(text)?;
            let day = captures.name("day")?;
            let year = captures.name("year")?;
            let month = month(captures.name("month")?.as_str())?;
            let (y, d): (u32, u32) = (year.as_str().parse().ok()?, day.as_str().parse().ok()?);
            if d > days(y, month) {
                return None;
            }
            let start = year.start().min(day.start());
            let end = year.end().max(day.end());
            Some(Value::text(start..end, format!("{y:04}-{month:02}-{d:02}")))
        })
}

/// Two dates.
pub(super) fn period(text: &str) -> Option<(Value, Value)> {
    let start = date(text)?;
    let rest = &text[start.bytes.end..];
    let until = UNTIL
        .find(rest)
        .map_or(rest.len() - rest.trim_start().len(), |until| until.end());
    let from = start.bytes.end + until;
    let mut end = date(&text[from..])?;
    end.bytes = end.bytes.start + from..end.bytes.end + from;
    Some((start, end))
}

/// An e-mail address.
pub(super) fn email(text: &str) -> Option<Value> {
    // RFC 5321 allows 254 characters; longer is no address but an attack or a mistake, and not looked
    // at to its end.
    let text = &text[..text.floor_char_boundary(2 * LONGEST_EMAIL)];
    work::spend(1);
    let found = EMAIL
        .find(text)
        .filter(|found| found.len() <= LONGEST_EMAIL)?;
    let address = found.as_str().trim_end_matches(['.', '-']);
    Some(Value::text(0..address.len(), address))
}

/// A telephone number as printed.
pub(super) fn phone(text: &str) -> Option<Value> {
    let found = PHONE.find(text)?;
    let number = found
        .as_str()
        .trim_end_matches([' ', '-', '–', '/', '.', '(']);
    let count = number.chars().filter(char::is_ascii_digit).count();
    if !(6..=15).contains(&count) || ISO_DATE.is_match(number) {
        return None;
    }
    Some(Value::text(0..number.len(), collapse_whitespace(number)))
}

/// A number that names a case or a project.
pub(super) fn identifier(text: &str) -> Option<Value> {
    let captures = IDENTIFIER.captures(text)?;
    let value = captures.name("value")?;
    let number = value.as_str().trim_end_matches(['.', ':', '-', '/', ' ']);
    number
        .contains(|c: char| c.is_ascii_digit())
        .then(|| Value::text(0..number.len(), number))
}

/// A person's name: up to five capitalised words.
pub(super) fn name(text: &str) -> Option<Value> {
    let mut end = 0;
    let mut words = 0;
    for word in text.split([' ', '\t']).take(6) {
        let start = end + usize::from(end > 0);
        let bare = word.trim_end_matches([',', '.', ';', '(', ')']);
        let capital = bare.starts_with(char::is_uppercase);
        let particle =
            words > 0 && ["von", "af", "de", "van", "der", "la", "el", "och", "&"].contains(&bare);
        if bare.is_empty()
            || !(capital || particle)
            || bare.contains(|c: char| c.is_ascii_digit() || c == ':' || c == '@')
        {
            break;
        }
        words += 1;
        end = start + bare.len();
        if bare.len() < word.len() && !(bare.chars().count() == 1 && word.ends_with('.')) {
            break;
        }
        if word.len() > bare.len() {
            end = start + word.len();
        }
    }
    let found = text[..end].trim_end_matches([' ', '\t']);
    let found = found
        .strip_suffix(" och")
        .or(found.strip_suffix(" &"))
        .unwrap_or(found);
    (words >= 1 && found.chars().count() >= 3)
        .then(|| Value::text(0..found.len(), collapse_whitespace(found)))
}

/// Any words, up to the end of the text; a full stop that ends them is not part of the value.
pub(super) fn words(text: &str) -> Option<Value> {
    let end = trimmed_end(text, text.len());
    let mut found = &text[..end];
    if let Some(bare) = found.strip_suffix('.') {
        let last = bare.split(' ').next_back().unwrap_or_default();
        if last.chars().count() > 3 && !last.contains('.') {
            found = bare;
        }
    }
    let start = found.len() - found.trim_start().len();
    let says = found.chars().any(char::is_alphanumeric);
    (says && found.trim() != "?")
        .then(|| Value::text(start..found.len(), collapse_whitespace(&found[start..])))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn trimmed_end(text: &str, end: usize) -> usize {
    text[..end].trim_end().len()
}

fn month(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let first: String = text.to_lowercase().chars().take(3).collect();
    let index = [
        "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
    ]
    .iter()
    .position(|&name| name == first)
    .or(match first.as_str() {
        "may" => Some(4),
        "oct" => Some(9),
        _ => None,
    })?;
    u32::try_from(index + 1).ok()
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
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
    fn amounts_in_every_spelling() {
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
    fn what_is_no_amount() {
        for text in ["50%", "2016-03-01", ":-", "kr", "?", "ej beslutat"] {
            assert_eq!(integer_of(amount(text)), None, "{text}");
        }
    }

    #[test]
    fn dates_in_every_spelling() {
        for text in [
            "2016-03-01",
            "2016/03/01",
            "20160301",
            "1 mars 2016",
            "den 1 mars 2016",
            "1/3 2016",
            "01.03.2016",
            "1 mars, 2016",
        ] {
            assert_eq!(text_of(date(text)).as_deref(), Some("2016-03-01"), "{text}");
        }
        for text in ["2016-02-30", "2016-13-01", "mars 2016", "31/4 2016"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn periods_also_glued() {
        for text in [
            "2015-10-19-2016-11-30",
            "2015-10-19 till 2016-11-30",
            "2015-10-19 t.o.m. 2016-11-30",
            "2015/10/19 – 2016/11/30",
            "19 oktober 2015 - 30 november 2016",
        ] {
            let (start, end) = period(text).unwrap();
            assert_eq!(start.value, FieldValue::Text("2015-10-19".into()), "{text}");
            assert_eq!(end.value, FieldValue::Text("2016-11-30".into()), "{text}");
        }
        assert_eq!(period("2015-10-19"), None);
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
    fn words_lose_a_closing_full_stop_but_not_an_abbreviation() {
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
