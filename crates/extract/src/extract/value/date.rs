//! Dates: parse the spellings of Nordic and English forms.

use std::ops::Range;

use jiff::civil::Date;
use lazy_regex::{Lazy, Regex, lazy_regex};

use super::month::month;

/// A date at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParsedDate {
    /// Bytes of the text that it was read from.
    pub bytes: Range<usize>,
    pub date: Date,
    /// Less than 1 if the spelling has more than one reading.
    pub certainty: f64,
}

// fr.o.m. | från och med | from
pub(super) static FROM: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:fr\.?\s?o\.?\s?m\.?|f\.?\s?o\.?\s?m\.?|från(?:\soch\smed)?|fra(?:\sog\smed)?|from|starting|mellan|between)[\s:]+"
);
// torsdagen | tors. | Monday, | torstaina
static WEEKDAY: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:(?:mån|tis|ons|tors|fre|lör|sön|man|tirs|lør|søn|mon|tues|wednes|thurs|fri|satur|sun)(?:dag(?:en)?|day)?|maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)(?:na)?\.?,?\s"
);
// den | d. | the
static ARTICLE: Lazy<Regex> = lazy_regex!(r"(?i)^(?:den|d\.|the)\s?");
// 2016-03-01 | 2016/03/01 | 2016.03.01 | 20160301
static ISO_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<year>(?:19|20)\d{2})\s?[-‐‑–−/.]?\s?(?P<month>0[1-9]|1[0-2])\s?[-‐‑–−/.]?\s?(?P<day>0[1-9]|[12]\d|3[01])(?:\D|$)"
);
// 2016-3-1 | 2016/3/1
static SHORT_ISO_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<year>(?:19|20)\d{2})(?:[-‐‑–−](?P<month>\d{1,2})[-‐‑–−]|/(?P<month2>\d{1,2})/|\.(?P<month3>\d{1,2})\.)(?P<day>\d{1,2})(?:\D|$)"
);
// 1 mars 2016 | 1:a januari 2016 | 30 april, 2011 | 1. marts 2016 | 3rd of May 2012 | 3 maj -12
static SPOKEN_DATE: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?P<day>\d{1,2})(?:\s?[:.]?(?:a|e)\s|st|nd|rd|th|\.)?\s{0,2}(?:of\s)?(?P<month>\p{L}{3,12})\.?,?\s{0,2}(?:(?P<year>(?:19|20)\d{2})|\s?[-'’](?P<short>\d{2}))(?:\D|$)"
);
// May 3, 2012 | March 1st 2012
static MONTH_FIRST: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?P<month>\p{L}{3,9})\.?\s(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s(?P<year>(?:19|20)\d{2})(?:\D|$)"
);
// 31/12 2014 | 31.12.2014 | 1/3-2016 | 1. 3. 2016 | 01-03-2016
static SLASHED_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<day>\d{1,2})(?:[/.]\s?(?P<month>\d{1,2})[-–/. ]|-(?P<month2>\d{1,2})-)\s?(?P<year>(?:19|20)\d{2})(?:\D|$)"
);
// 3/5-12 | 3/5/12 | 3/5 -12 | 1.3.12
static SHORT_SLASHED_DATE: Lazy<Regex> = lazy_regex!(
    r"^(?P<day>\d{1,2})(?:/(?P<month>\d{1,2})\s?[-–/'’]|\.(?P<month2>\d{1,2})\.)\s?(?P<short>\d{2})(?:[^\d/.:]|[.:](?:\D|$)|$)"
);
// 110301
static SIX_DIGITS: Lazy<Regex> =
    lazy_regex!(r"^(?P<short>\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:\D|$)");

/// The certainty of a date in six digits, which may be any number.
const SIX_DIGITS_CERTAINTY: f64 = 0.85;
/// The certainty of `03/05/2012`, which English documents write for the third of May and the fifth of
/// March.
const AMBIGUOUS_CERTAINTY: f64 = 0.89;
/// Two-digit years from this one on are in the last century.
// No form of the archives is older than 1950 or plans beyond 2049.
const FIRST_OLD_YEAR: i16 = 50;

/// A date in any spelling, after the words that may introduce it.
pub(super) fn date(text: &str) -> Option<ParsedDate> {
    let start = introduction(text);
    let mut parsed = bare_date(&text[start..])?;
    parsed.bytes = parsed.bytes.start + start..parsed.bytes.end + start;
    Some(parsed)
}

/// The end of `fr.o.m. torsdagen den` at the start of a text.
pub(super) fn introduction(text: &str) -> usize {
    let mut end = 0;
    for pattern in [&*FROM, &*WEEKDAY, &*ARTICLE] {
        end += pattern.find(&text[end..]).map_or(0, |found| found.end());
    }
    end
}

/// Whether a text begins with a date, except for one of six digits, which may be any number.
pub(super) fn begins_date(text: &str) -> bool {
    !SIX_DIGITS.is_match(text) && bare_date(text).is_some()
}

/// A date without introduction.
fn bare_date(text: &str) -> Option<ParsedDate> {
    let patterns = [
        (&*ISO_DATE, 1.0),
        (&*SHORT_ISO_DATE, 1.0),
        (&*SPOKEN_DATE, 1.0),
        (&*SLASHED_DATE, 1.0),
        (&*SHORT_SLASHED_DATE, 1.0),
        (&*MONTH_FIRST, 1.0),
        (&*SIX_DIGITS, SIX_DIGITS_CERTAINTY),
    ];
    let mut readings = patterns
        .into_iter()
        .filter_map(|(pattern, certainty)| Some((captured(pattern, text)?, certainty)));
    let (mut parsed, certainty) = readings.next()?;
    parsed.certainty = certainty;
    if has_two_readings(&text[parsed.bytes.clone()], parsed.date) {
        parsed.certainty = AMBIGUOUS_CERTAINTY;
    }
    Some(parsed)
}

fn captured(pattern: &Regex, text: &str) -> Option<ParsedDate> {
    let captures = pattern.captures(text)?;
    let day = captures.name("day")?;
    let names = ["month", "month2", "month3"];
    // Not every pattern has every name.
    let written = names.into_iter().find_map(|name| captures.name(name))?;
    let year = captures.name("year").or_else(|| captures.name("short"))?;
    let date = Date::new(
        full_year(year.as_str())?,
        month(written.as_str())?,
        day.as_str().parse().ok()?,
    );
    // The calendar refuses 2016-02-30.
    let date = date.ok()?;
    let start = year.start().min(day.start()).min(written.start());
    let end = year.end().max(day.end());
    Some(ParsedDate {
        bytes: start..end,
        date,
        certainty: 1.0,
    })
}

/// A year in four or two digits.
fn full_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    Some(match text.len() {
        2 if year >= FIRST_OLD_YEAR => 1900 + year,
        2 => 2000 + year,
        _ => year,
    })
}

/// Whether day and month may be exchanged: `03/05/2012`.
fn has_two_readings(written: &str, date: Date) -> bool {
    written.matches('/').count() == 2
        && !written.starts_with("19")
        && !written.starts_with("20")
        && date.day() <= 12
        && date.day() != date.month()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_of_a_month_is_no_ordinal() {
        let iso = |parsed: &ParsedDate| parsed.date.to_string();
        for text in ["12 augusti 2016", "12:e augusti 2016", "12. august 2016"] {
            assert_eq!(
                date(text).as_ref().map(iso).as_deref(),
                Some("2016-08-12"),
                "{text}"
            );
        }
        let april = date("3 april 2016");
        assert_eq!(april.as_ref().map(iso).as_deref(), Some("2016-04-03"));
    }

    #[test]
    fn dates_are_read_in_every_spelling() {
        for text in [
            "2016-03-01",
            "2016/03/01",
            "20160301",
            "2016-3-1",
            "2016.3.1",
            "160301",
            "1 mars 2016",
            "den 1 mars 2016",
            "tisdagen den 1 mars 2016",
            "fr.o.m. 1 mars 2016",
            "1:a mars 2016",
            "1/3 2016",
            "1/3-16",
            "1/3/2016",
            "01.03.2016",
            "1.3.2016",
            "01-03-2016",
            "1. marts 2016",
            "1.mars 2016",
            "1 mars -16",
            "1st of March 2016",
            "March 1, 2016",
            "1. maaliskuuta 2016",
            "1 mars, 2016",
            "2016-03-01 kl. 12.00",
        ] {
            let found = date(text).map(|parsed| parsed.date.to_string());
            assert_eq!(found.as_deref(), Some("2016-03-01"), "{text}");
        }
    }

    #[test]
    fn impossible_dates_and_other_numbers_are_no_dates() {
        for text in [
            "2016-02-30",
            "2016-13-01",
            "mars 2016",
            "31/4 2016",
            "1 marknad 2016",
            "v. 12 2016",
            "vecka 12-14 2016",
            "2016-3040019",
            "2016-3-12345",
            "1/3-30/6 2016",
            "12 500 kr",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
