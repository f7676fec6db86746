//! Periods: a start and an end, of which the start may leave out what the end states.

use std::ops::Range;

use jiff::civil::Date;
use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    date::{self, ParsedDate},
    month::month,
};

/// A period: its start, and its end unless it is open.
pub(super) type Period = (ParsedDate, Option<ParsedDate>);

// till | t.o.m. | till och med | - | – | -- | -> | until | asti
static UNTIL: Lazy<Regex> = lazy_regex!(
    r"(?i)^[\s,;(]*(?:(?:och\s)?(?:fram\s)?(?:till|til|t\.?\s?o\.?\s?m\.?|tom|to|until|through|and)(?:\so(?:ch|g)\smed)?|-{1,2}>?|[‐‑–—−→])[\s:]*"
);
// kl. 12.00 | klo 9:00 | T08:00
static TIME: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:,?\s?(?:kl|klo|klokken|klockan|at)\.?\s?|T|\s)\d{1,2}[.:]\d{2}(?::\d{2})?"
);
// mars 2012 | sept. 2012
static MONTH_OF_YEAR: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?P<month>\p{L}{3,12})\.?,?\s(?P<year>(?:19|20)\d{2})(?:[^\d]|$)");
// 2012-03
static ISO_MONTH: Lazy<Regex> =
    lazy_regex!(r"^(?P<year>(?:19|20)\d{2})[-/.](?P<month>0[1-9]|1[0-2])(?:[^\d]|$)");
// 03/2012 | 3.2012
static MONTH_AND_YEAR: Lazy<Regex> =
    lazy_regex!(r"^(?P<month>0?[1-9]|1[0-2])[/.](?P<year>(?:19|20)\d{2})(?:[^\d]|$)");
// 2012
static YEAR: Lazy<Regex> = lazy_regex!(r"^(?:år(?:en|et)?\s)?(?P<year>(?:19|20)\d{2})(?:[^\d]|$)");
// 1 | 1 mars | 1. | 1.3. | 1/3 | mars
static PARTIAL: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:(?P<day>\d{1,2})(?:\s?:?[ae]\b|st\b|nd\b|rd\b|th\b|\.)?(?:\s{0,2}(?P<name>\p{L}{3,12})\.?|[/.]?\s?(?P<number>\d{1,2})\.?)?|(?P<month>\p{L}{3,12})\.?)"
);
// 2012-03-01 och tills vidare | 2012-03-01 –
static OPEN: Lazy<Regex> = lazy_regex!(
    r"(?i)^\s*(?:[-‐‑–—−]{1,2}|→|->|(?:och\s)?tills?\s(?:vidare|videre)|och\sframåt|alkaen)\s*\W*$"
);

/// The certainty of a start without a year or month, which it shares with the end.
const SHARED_CERTAINTY: f64 = 0.97;
/// The certainty of the first or last day of a month or a year that is named without a day.
const INFERRED_CERTAINTY: f64 = 0.85;
/// The certainty of a period that is a single month or year, and of one that ends before it begins.
const DOUBTFUL_CERTAINTY: f64 = 0.6;

/// The period at the start of a text.
pub(super) fn period(text: &str) -> Option<Period> {
    let start = date::introduction(text);
    let (from, until) = explicit(text, start)
        .or_else(|| shared(text, start))
        .map(|(from, until)| (from, Some(until)))
        .or_else(|| open(text, start))?;
    let Some(until) = until else {
        return Some((from, None));
    };
    let (mut from, mut until) = (from, until);
    if from.date > until.date {
        from.certainty = from.certainty.min(DOUBTFUL_CERTAINTY);
        until.certainty = until.certainty.min(DOUBTFUL_CERTAINTY);
    }
    Some((from, Some(until)))
}

/// A point in time: a day, a month or a year.
struct Point {
    bytes: Range<usize>,
    first: Date,
    last: Date,
    certainty: f64,
    is_day: bool,
}

impl Point {
    fn read(text: &str, at: usize) -> Option<Self> {
        let rest = text.get(at..)?;
        if let Some(day) = date::date(rest) {
            // In a period two dates of six digits confirm each other.
            return Some(Self {
                bytes: day.bytes.start + at..day.bytes.end + at,
                first: day.date,
                last: day.date,
                certainty: day.certainty,
                is_day: true,
            });
        }
        let patterns = [&*MONTH_OF_YEAR, &*ISO_MONTH, &*MONTH_AND_YEAR, &*YEAR];
        let mut readings = patterns
            .into_iter()
            .filter_map(|pattern| named(pattern, rest));
        let (first, last, end) = readings.next()?;
        Some(Self {
            bytes: at..at + end,
            first,
            last,
            certainty: INFERRED_CERTAINTY,
            is_day: false,
        })
    }

    fn start(&self) -> ParsedDate {
        self.day(self.first)
    }

    fn end(&self) -> ParsedDate {
        self.day(self.last)
    }

    fn day(&self, date: Date) -> ParsedDate {
        ParsedDate {
            bytes: self.bytes.clone(),
            date,
            certainty: self.certainty,
        }
    }
}

/// The first and the last day of a month or year, and the end of its name.
fn named(pattern: &Regex, text: &str) -> Option<(Date, Date, usize)> {
    let captures = pattern.captures(text)?;
    let year = captures.name("year")?;
    let written = captures.name("month");
    // `Etapp 2012` has no month.
    let (first, last) = match written {
        Some(written) => month(written.as_str()).map(|number| (number, number))?,
        None => (1, 12),
    };
    let number = year.as_str().parse().ok()?;
    let end = written.map_or(year.end(), |written| written.end().max(year.end()));
    let last = Date::new(number, last, 1).ok()?.last_of_month();
    Some((Date::new(number, first, 1).ok()?, last, end))
}

/// Two points that are complete: `2012-03-01 – 2012-06-30`, `mars 2012–juni 2013`, `2011–2012`.
fn explicit(text: &str, start: usize) -> Option<(ParsedDate, ParsedDate)> {
    let from = Point::read(text, start)?;
    let after = from.bytes.end + time(&text[from.bytes.end..]);
    let rest = &text[after..];
    let separator = UNTIL.find(rest).map(|until| until.end());
    // Two dates may stand in two cells; two years would be a list.
    let space = rest.len() - rest.trim_start().len();
    let separator = separator.or((from.is_day && space > 0).then_some(space))?;
    let until = Point::read(text, after + separator)?;
    if from.is_day != until.is_day {
        return None;
    }
    let (mut from, mut until) = (from.start(), until.end());
    if from.bytes.len() == 6 && until.bytes.len() == 6 && from.date < until.date {
        (from.certainty, until.certainty) = (SHARED_CERTAINTY, SHARED_CERTAINTY);
    }
    Some((from, until))
}

/// A start that shares year or month with the end: `1 mars – 30 juni 2012`, `1/3–30/6 2012`,
/// `1.–30.6.2012`, `mars–juni 2012`.
fn shared(text: &str, start: usize) -> Option<(ParsedDate, ParsedDate)> {
    let rest = text.get(start..)?;
    let partial = PARTIAL.captures(rest)?;
    let after = start + partial.get(0)?.end();
    let separator = UNTIL.find(&text[after..])?.end();
    let until = Point::read(text, after + separator)?;
    let day = partial.name("day").map(|day| day.as_str().parse());
    let is_day = day.is_some();
    let names = ["name", "number", "month"];
    let written = names.into_iter().find_map(|name| partial.name(name));
    let month = match written {
        Some(written) => month(written.as_str())?,
        None => until.last.month(),
    };
    if is_day != until.is_day || !is_day && written.is_none() {
        return None;
    }
    let day: i8 = day.unwrap_or(Ok(1)).ok()?;
    let mut from = Date::new(until.last.year(), month, day).ok()?;
    let mut certainty = SHARED_CERTAINTY.min(until.certainty);
    if from > until.last {
        // 1 november – 31 mars 2012
        from = Date::new(until.last.year() - 1, month, day).ok()?;
        certainty = DOUBTFUL_CERTAINTY;
    }
    let end = written.or(partial.name("day"))?.end();
    let from = ParsedDate {
        bytes: start..start + end,
        date: from,
        certainty,
    };
    let mut until = until.end();
    until.certainty = until.certainty.min(certainty);
    Some((from, until))
}

/// A start without an end, or a single month or year: `2020-11-14 –`, `2012`.
fn open(text: &str, start: usize) -> Option<Period> {
    let point = Point::read(text, start)?;
    let rest = &text[point.bytes.end..];
    if point.is_day {
        return OPEN.is_match(rest).then(|| (point.start(), None));
    }
    let is_all = !rest.contains(|c: char| c.is_alphanumeric());
    let is_open = OPEN.is_match(rest);
    if !is_all && !is_open {
        return None;
    }
    let mut from = point.start();
    let mut until = point.end();
    (from.certainty, until.certainty) = (DOUBTFUL_CERTAINTY, DOUBTFUL_CERTAINTY);
    Some((from, (!is_open).then_some(until)))
}

/// The length of a time of day.
fn time(text: &str) -> usize {
    TIME.find(text).map_or(0, |time| time.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<(String, Option<String>)> {
        let (from, until) = period(text)?;
        Some((
            from.date.to_string(),
            until.map(|until| until.date.to_string()),
        ))
    }

    #[test]
    fn periods_are_read_with_every_separator() {
        for text in [
            "2015-10-19-2016-11-30",
            "2015-10-19 till 2016-11-30",
            "2015-10-19 t.o.m. 2016-11-30",
            "2015-10-19 t o m 2016-11-30",
            "fr.o.m. 2015-10-19 t.o.m. 2016-11-30",
            "från och med 2015-10-19 till och med 2016-11-30",
            "fra 19. oktober 2015 til og med 30. november 2016",
            "from 19 October 2015 until 30 November 2016",
            "2015/10/19 – 2016/11/30",
            "2015-10-19 -- 2016-11-30",
            "2015-10-19 kl. 08.00 – 2016-11-30 kl. 17.00",
            "19.10.2015 - 30.11.2016",
            "19.10.2015\u{2013}30.11.2016",
            "151019-161130",
            "19/10-15 – 30/11-16",
            "19 oktober 2015 - 30 november 2016",
            "den 19 oktober 2015 till den 30 november 2016",
        ] {
            let expected = ("2015-10-19".to_owned(), Some("2016-11-30".to_owned()));
            assert_eq!(iso(text), Some(expected), "{text}");
        }
        assert_eq!(iso("2015-10-19"), None);
    }

    #[test]
    fn the_start_may_share_year_and_month_with_the_end() {
        for (text, from, until) in [
            ("1 mars – 30 juni 2012", "2012-03-01", "2012-06-30"),
            ("1/3–30/6 2012", "2012-03-01", "2012-06-30"),
            ("1/3 - 30/6-12", "2012-03-01", "2012-06-30"),
            ("1.3.–30.6.2012", "2012-03-01", "2012-06-30"),
            ("1.–30.6.2012", "2012-06-01", "2012-06-30"),
            ("1-30 juni 2012", "2012-06-01", "2012-06-30"),
            ("1 november – 31 mars 2012", "2011-11-01", "2012-03-31"),
            ("mars–juni 2012", "2012-03-01", "2012-06-30"),
            ("mars 2012 – februari 2013", "2012-03-01", "2013-02-28"),
            ("2011-2012", "2011-01-01", "2012-12-31"),
            ("2012-03 – 2012-06", "2012-03-01", "2012-06-30"),
        ] {
            let expected = (from.to_owned(), Some(until.to_owned()));
            assert_eq!(iso(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_period_may_be_open() {
        for text in [
            "2020-11-14 –",
            "2020-11-14 tills vidare",
            "fr.o.m. 2020-11-14 -",
        ] {
            assert_eq!(iso(text), Some(("2020-11-14".to_owned(), None)), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_periods() {
        for text in [
            "2012-3040019",
            "v. 12–20 2012",
            "1-2 gånger per år",
            "mars – i år",
            "2012 års budget 2013",
            "12-18 månader",
            "3–4 juniorer 2012",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
