//! Dates and periods: parse the spellings of Swedish forms.

use std::ops::Range;

use jiff::civil::Date;
use lazy_regex::{Lazy, Regex, lazy_regex};

/// A date at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParsedDate {
    /// Bytes of the text that it was read from.
    pub bytes: Range<usize>,
    pub date: Date,
}

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

/// A date in any spelling.
pub(super) fn date(text: &str) -> Option<ParsedDate> {
    [&*ISO_DATE, &*SPOKEN_DATE, &*SLASHED_DATE]
        .into_iter()
        .find_map(|pattern| {
            let captures = pattern.captures(text)?;
            let day = captures.name("day")?;
            let year = captures.name("year")?;
            let month = month(captures.name("month")?.as_str())?;
            // The calendar refuses 2016-02-30.
            let (y, d) = (year.as_str().parse().ok()?, day.as_str().parse().ok()?);
            let date = Date::new(y, month, d).ok()?;
            let start = year.start().min(day.start());
            let end = year.end().max(day.end());
            Some(ParsedDate {
                bytes: start..end,
                date,
            })
        })
}

/// Whether a text begins with a date in digits, which a number must not be read from.
pub(super) fn begins_iso_date(text: &str) -> bool {
    ISO_DATE.is_match(text)
}

/// A period: its start and its end.
pub(super) fn period(text: &str) -> Option<(ParsedDate, ParsedDate)> {
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

/// The first three letters of the months, in Swedish; May and October in English have others.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
];

/// The number of a month, given in digits or by name.
fn month(text: &str) -> Option<i8> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let first: String = text.to_lowercase().chars().take(3).collect();
    let first = match first.as_str() {
        "may" => "maj",
        "oct" => "okt",
        other => other,
    };
    let index = MONTHS.iter().position(|&name| name == first)?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    fn iso(parsed: &ParsedDate) -> String {
        parsed.date.to_string()
    }

    #[test]
    fn dates_are_read_in_every_spelling() {
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
            assert_eq!(
                date(text).as_ref().map(iso).as_deref(),
                Some("2016-03-01"),
                "{text}"
            );
        }
        for text in ["2016-02-30", "2016-13-01", "mars 2016", "31/4 2016"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn periods_are_read_with_every_separator() {
        for text in [
            "2015-10-19-2016-11-30",
            "2015-10-19 till 2016-11-30",
            "2015-10-19 t.o.m. 2016-11-30",
            "2015/10/19 – 2016/11/30",
            "19 oktober 2015 - 30 november 2016",
        ] {
            let (start, end) = period(text).unwrap();
            assert_eq!(iso(&start), "2015-10-19", "{text}");
            assert_eq!(iso(&end), "2016-11-30", "{text}");
        }
        assert_eq!(period("2015-10-19"), None);
    }
}
