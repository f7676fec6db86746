//! Amounts of money: figures with their sign, thousands, decimals, unit and currency; and in words.
//!
//! A number that is a date, a year, a share, a range or a part of an identifier is no amount.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    Value,
    currency::{self, Currency},
    date,
    number::{Number, Separator},
    words,
};
use diarium_document::FieldValue;

/// An amount, in whole units of its currency.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::extract) struct Amount {
    /// Bytes of the text, with sign and currency.
    pub bytes: Range<usize>,
    /// Negative with a minus sign or in parentheses.
    pub units: i64,
    /// The currency, if it is stated.
    pub currency: Option<Currency>,
    pub certainty: f64,
}

impl Amount {
    /// The amount as a value, without its currency.
    pub(in crate::extract) fn into_value(self) -> Value {
        Value {
            bytes: self.bytes,
            value: FieldValue::Integer(self.units),
            certainty: self.certainty,
        }
    }
}

// ca | cirka | c:a | about | noin
static ABOUT: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:ca|c:a|cirka|circa|about|approx|omkring|noin|n)\.?\s+");
// en halv miljon kronor (500 000 kr)
static BRACKETED: Lazy<Regex> = lazy_regex!(r"^\s?\(");
// 500 000 (femhundratusen) kronor
static NOTE: Lazy<Regex> = lazy_regex!(r"^\s?\([^()\d]{1,80}\)");
// – 75 000 | till 75 000 | to 75 000
static RANGE: Lazy<Regex> =
    lazy_regex!(r"(?i)^\s?(?:[-‐‑–—−]{1,2}|till|til|to|eller|upp till|respektive)\s?(?P<rest>\d)");
// /år | per person
static RATE: Lazy<Regex> = lazy_regex!(r"(?i)^\s?(?:/\s?\p{L}|per\s\p{L}|i timmen|om året)");
// % | procent | promille
static SHARE: Lazy<Regex> = lazy_regex!(r"(?i)^\s?(?:%|‰|procent|prosent|prosenttia|percent|pct)");

/// The certainty of an amount per unit of time or thing: the field may ask for the sum.
const RATE_CERTAINTY: f64 = 0.8;
/// The certainty of a small bare number before a word: `3 år`, `25 deltagare`.
const COUNT_CERTAINTY: f64 = 0.6;
/// The certainty of a number whose separator may divide thousands or be a decimal comma.
const AMBIGUOUS_CERTAINTY: f64 = 0.6;
/// The certainty of an amount in words.
const WORDS_CERTAINTY: f64 = 0.93;
/// The largest bare number that may count something.
const MAX_COUNT: i64 = 999;

/// The amount at the start of a text.
pub(in crate::extract) fn amount(text: &str) -> Option<Amount> {
    let about = ABOUT.find(text).map_or(0, |about| about.end());
    let start = about + leading_space(&text[about..]);
    let body = &text[start..];
    let amount = in_figures(body).or_else(|| in_words(body))?;
    Some(Amount {
        bytes: amount.bytes.start + start..amount.bytes.end + start,
        ..amount
    })
}

/// What precedes the figures: a bracket, a minus sign, a currency, in any order that is printed.
#[derive(Default)]
struct Prefix {
    bracket: bool,
    minus: bool,
    currency: Option<Currency>,
    end: usize,
}

impl Prefix {
    fn read(text: &str) -> Option<Self> {
        let mut prefix = Self::default();
        // `(-€ 500)` has three parts; a fourth is no amount.
        for _ in 0..4 {
            let rest = &text[prefix.end..];
            let first = rest.chars().next()?;
            if first.is_ascii_digit() {
                return Some(prefix);
            }
            let length = match first {
                '(' if !prefix.bracket => {
                    prefix.bracket = true;
                    1
                }
                '-' | '−' | '–' | '‑' if !prefix.minus => {
                    prefix.minus = true;
                    first.len_utf8()
                }
                _ if prefix.currency.is_none() => {
                    let (currency, length) = currency::before_amount(rest)?;
                    prefix.currency = Some(currency);
                    length
                }
                _ => return None,
            };
            prefix.end += length;
            // A dash before a space separates label and value, or begins an item.
            let is_separator = first != '−' && prefix.minus && prefix.currency.is_none();
            if is_separator && text[prefix.end..].starts_with(char::is_whitespace) {
                return None;
            }
            prefix.end += leading_space(&text[prefix.end..]);
        }
        None
    }
}

/// What follows the figures.
struct Suffix {
    factor: i64,
    currency: Option<Currency>,
    has_factor: bool,
    end: usize,
}

impl Suffix {
    fn read(text: &str, from: usize) -> Self {
        let rest = &text[from..];
        let note = NOTE.find(rest).map_or(0, |note| note.end());
        let unit = currency::unit(rest)
            .or_else(|| {
                let (unit, end) = currency::unit(&rest[note..])?;
                Some((unit, end + note))
            })
            .filter(|_| !rest.is_empty());
        match unit {
            Some(((factor, currency), end)) => Self {
                factor,
                currency,
                has_factor: factor > 1,
                end: from + end,
            },
            None => Self {
                factor: 1,
                currency: None,
                has_factor: false,
                end: from,
            },
        }
    }
}

fn in_figures(text: &str) -> Option<Amount> {
    let prefix = Prefix::read(text)?;
    let number = Number::read(&text[prefix.end..])?;
    let figures_end = prefix.end + number.end + number.mark;
    let suffix = Suffix::read(text, figures_end);
    let currency = prefix.currency.or(suffix.currency);
    let (units, mut certainty) = scaled(&number, &suffix)?;
    let rest = &text[suffix.end..];
    let is_bare = currency.is_none() && !suffix.has_factor;
    if is_bare && is_other_number(&text[prefix.end..], &number, rest)
        || SHARE.is_match(rest)
        || is_range(rest)
    {
        return None;
    }
    if is_bare && !number.is_grouped && units <= MAX_COUNT && begins_with_word(rest) {
        certainty = COUNT_CERTAINTY;
    } else if is_bare && is_followed_by_number(rest) {
        certainty = certainty.min(AMBIGUOUS_CERTAINTY);
    } else if RATE.is_match(rest) {
        certainty = certainty.min(RATE_CERTAINTY);
    }
    let (negative, end) = sign(&prefix, rest, suffix.end)?;
    Some(Amount {
        bytes: 0..end,
        units: if negative { -units } else { units },
        currency,
        certainty,
    })
}

/// Whether the amount is negative, and its end: `-500`, `(500)`, `500-`. `None` if its bracket does
/// not close behind it.
fn sign(prefix: &Prefix, rest: &str, end: usize) -> Option<(bool, usize)> {
    if prefix.bracket {
        return rest.starts_with(')').then_some((true, end + 1));
    }
    let trailing = rest.chars().next().filter(|c| matches!(c, '-' | '−'));
    let length = trailing.map_or(0, char::len_utf8);
    let ends = rest[length..]
        .chars()
        .next()
        .is_none_or(char::is_whitespace);
    match trailing {
        Some(_) if ends && !prefix.minus => Some((true, end + length)),
        _ => Some((prefix.minus, end)),
    }
}

/// The number in whole units with its unit's factor, and how certain that is.
fn scaled(number: &Number<'_>, suffix: &Suffix) -> Option<(i64, f64)> {
    let mut certainty = number.certainty;
    // 1,325 Mkr: three decimals, not thousands. With a factor of a thousand, both are possible.
    let decimals = number
        .last_group
        .filter(|_| suffix.has_factor && number.groups == 2);
    if let (Some(group), Some(separator)) = (decimals, number.separator)
        && matches!(separator, Separator::Comma | Separator::Stop)
    {
        if suffix.factor > 1_000 {
            let whole = number.whole / 1_000;
            let part = group.parse::<i64>().ok()?.checked_mul(suffix.factor)? / 1_000;
            return Some((
                whole.checked_mul(suffix.factor)?.checked_add(part)?,
                certainty,
            ));
        }
        certainty = certainty.min(AMBIGUOUS_CERTAINTY);
    }
    let whole = number.whole.checked_mul(suffix.factor)?;
    // Kronor are whole, so öre are dropped; a fraction counts only with a unit: `2,5 miljoner`.
    let part = match number.fraction {
        Some(fraction) if suffix.has_factor => {
            let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
            fraction.parse::<i64>().ok()?.checked_mul(suffix.factor)? / scale
        }
        _ => 0,
    };
    Some((whole.checked_add(part)?, certainty))
}

/// Whether a bare number is a date, a year, a time, an identifier or a telephone number.
fn is_other_number(text: &str, number: &Number<'_>, rest: &str) -> bool {
    let is_year = !number.is_grouped
        && number.fraction.is_none()
        && number.end == 4
        && (1950..2050).contains(&number.whole);
    // 0980-31 92 45 | 007
    let has_leading_zero = text.starts_with('0') && number.end > 1 && number.fraction.is_none();
    // 12/2009 | 5:1 | 16-3 | 25st
    let mut following = rest.chars();
    let continues = match following.next() {
        Some('/' | ':' | '.' | ',' | '-' | '–' | '+') => {
            following.next().is_some_and(|c| c.is_ascii_digit())
        }
        Some(next) => next.is_alphabetic() || next.is_ascii_digit(),
        None => false,
    };
    is_year || has_leading_zero || continues || date::begins_date(text)
}

/// Whether an amount is the lower end of a range: `400 000–500 000 kr`.
fn is_range(rest: &str) -> bool {
    let Some(upper) = RANGE.captures(rest).and_then(|range| range.name("rest")) else {
        return false;
    };
    let upper = &rest[upper.start()..];
    // `500 000 kr – 50 % av budgeten`, `500 000 kr – 2012-03-01` and `20 000 kr – 3 deltagare`
    // are notes.
    Number::read(upper).is_some_and(|number| {
        let after = &upper[number.end..];
        let is_amount =
            number.is_grouped || number.whole > MAX_COUNT || currency::unit(after).is_some();
        is_amount && !SHARE.is_match(after) && !date::begins_date(upper)
    })
}

/// Whether another number follows, so that the digits may be grouped otherwise: `12 3401`.
fn is_followed_by_number(rest: &str) -> bool {
    let bare = rest.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    bare.len() < rest.len() && bare.starts_with(|c: char| c.is_ascii_digit())
}

fn begins_with_word(rest: &str) -> bool {
    rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(char::is_alphabetic)
}

/// An amount in words, which figures in brackets may repeat: `en halv miljon kronor (500 000 kr)`.
fn in_words(text: &str) -> Option<Amount> {
    let (units, end) = words::number(text)?;
    let ((factor, currency), length) = currency::unit(&text[end..])?;
    let (1, Some(_)) = (factor, currency) else {
        return None;
    };
    let end = end + length;
    let bracket = BRACKETED.find(&text[end..]);
    let figures = bracket.and_then(|bracket| {
        let at = end + bracket.end();
        in_figures(&text[at..]).map(|amount| (at, amount))
    });
    Some(match figures {
        Some((at, amount)) => Amount {
            bytes: at..at + amount.bytes.end,
            // Words and figures that contradict each other need a person.
            certainty: if amount.units == units {
                amount.certainty
            } else {
                AMBIGUOUS_CERTAINTY
            },
            currency: amount.currency.or(currency),
            ..amount
        },
        None => Amount {
            bytes: 0..end,
            units,
            currency,
            certainty: WORDS_CERTAINTY,
        },
    })
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Option<i64> {
        amount(text).map(|amount| amount.units)
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
            assert_eq!(units(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn percentages_dates_and_words_are_not_amounts() {
        for text in ["50%", "2016-03-01", ":-", "kr", "?", "ej beslutat"] {
            assert_eq!(units(text), None, "{text}");
        }
    }
}
