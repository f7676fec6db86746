//! Rows of a budget: a label and one or more amounts on a line.
//!
//! The cells of a row are separated by tabs, by bars, or by the wide spaces of typed columns. A line
//! without any of these is a label and its amount, or several amounts that only their grouping separates.

use lazy_regex::{Lazy, Regex, lazy_regex, regex, regex_is_match};

use diarium_document::collapse_whitespace;

/// The longest row of a budget, in characters.
// A longer line is a sentence that ends with an amount.
const MAX_ROW: usize = 200;
/// Cells of a row, at most.
// A budget has a column for each year and some for financiers; a wider table is another one.
const MAX_CELLS: usize = 24;
/// The most groups of three digits that are one amount: hundreds of millions.
// Above: amounts of two columns with a space between.
const MAX_GROUPS: usize = 3;
/// Years, which are no amounts in the head of a table.
const YEARS: std::ops::RangeInclusive<i64> = 1950..=2099;

// 47 000 | 3.954.500,00 | (50 000) | – 50 000 kr | 50 000- | € 12,500 | 20 250:-
static CELL: Lazy<Regex> = lazy_regex!(
    r"(?xi)^(?P<open>\()?\s*
    (?P<sign>[-−–—+]\s?)?
    (?P<before>(?:kr\.?|sek|nok|dkk|eur|usd|gbp|€|£|\$)\s?)?
    (?P<minus>[-−–])?
    (?P<number>\d{1,3}(?:[\x20.,'’\u{a0}\u{2009}\u{202f}]\d{3})+|\d{1,12})
    (?:[.,](?P<fraction>\d{1,2}))?
    (?P<unit>\s?(?:tkr|kkr|ksek|tsek|mkr|mnkr|msek|kr(?:on(?:or|er))?\b\.?|kr\.|sek|nok|dkk|eur(?:oa|os|o)?|usd|gbp|€|£|\$|:-|:–|,-|\.-))?
    \s*(?P<close>\))?(?P<after>\s?[-−])?$"
);
// Resor och boende ....... 47 000 kr: the last amount of a line without columns.
static SPACED: Lazy<Regex> = lazy_regex!(
    r"(?xi)^(?P<label>\S.*?)(?P<gap>[\s.:…_]*[\s:])
    (?P<amount>\(?\s?(?:[-−–—+]\s?)?(?:(?:kr\.?|sek|nok|dkk|eur|usd|gbp|€|£|\$)\s?)?[-−–]?
    (?:\d{1,3}(?:[\x20.,'’\u{a0}\u{2009}\u{202f}]\d{3})+|\d{1,12})(?:[.,]\d{1,2})?
    (?:\s?(?:tkr|kkr|ksek|tsek|mkr|mnkr|msek|kr(?:on(?:or|er))?\b\.?|kr\.|sek|nok|dkk|eur(?:oa|os|o)?|usd|gbp|€|£|\$|:-|:–|,-|\.-))?
    \s*\)?(?:\s?[-−])?)$"
);

/// The currency of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Currency {
    /// `kr`, which several countries have.
    Krona,
    /// A currency that is named, by its ISO 4217 code.
    Named(&'static str),
}

/// The sign of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Plus,
    Minus,
    /// A dash that separates the label from its amount, or a minus sign.
    Dash,
}

/// An amount as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// A hundredth of the unit, without the sign.
    hundredths: i64,
    /// The factor of its own unit, such as 1000 of `tkr`, if it has one.
    factor: Option<i64>,
    pub currency: Option<Currency>,
    pub sign: Sign,
    /// It is grouped or has a unit: `47 000`, `900 kr`.
    pub is_money: bool,
}

impl Cell {
    /// The amount as written, where the table's amounts are in units of `factor`.
    pub(super) fn amount(&self, factor: i64) -> Option<i64> {
        let factor = self.factor.unwrap_or(factor);
        // Kronor are whole, so what is less is dropped.
        let amount = self.hundredths.checked_mul(factor)? / 100;
        Some(if self.sign == Sign::Minus {
            -amount
        } else {
            amount
        })
    }

    /// Whether it may be a year.
    pub(super) fn is_year(&self) -> bool {
        !self.is_money && self.sign == Sign::Plus && YEARS.contains(&(self.hundredths / 100))
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub label: String,
    /// The cells to the right of the label's; `None` where one holds no amount.
    pub cells: Vec<Option<Cell>>,
    /// A plain number behind a space: `Porto 900`.
    pub is_weak: bool,
}

impl Row {
    /// The amounts, in order.
    pub(super) fn amounts(&self) -> impl DoubleEndedIterator<Item = &Cell> + Clone {
        self.cells.iter().flatten()
    }
}

/// The cells of a line: between tabs or bars, or between wide spaces of the page's own text.
pub(super) fn split_cells<'l>(line: &'l str, raw: &'l str) -> Vec<&'l str> {
    let cells: Vec<&str> = if line.contains('\t') {
        line.split('\t').collect()
    } else if line.contains('|') {
        // | Resor | 47 000 |
        line.trim().trim_matches('|').split('|').collect()
    } else {
        regex!(r"\s{2,}").split(raw.trim()).collect()
    };
    cells.into_iter().take(MAX_CELLS).map(str::trim).collect()
}

/// The row on a line. `raw` is the line as the page has it, with all of its spaces.
pub(super) fn parse(line: &str, raw: &str) -> Option<Row> {
    if line.chars().count() > MAX_ROW {
        return None;
    }
    let cells = split_cells(line, raw);
    let row = if cells.len() > 1 {
        row_of_cells(&cells).or_else(|| row_of_words(line))?
    } else {
        row_of_words(line)?
    };
    row.label.chars().any(char::is_alphabetic).then_some(row)
}

/// A label and its amounts, each in a cell.
fn row_of_cells(written: &[&str]) -> Option<Row> {
    let first = written.iter().position(|cell| is_label(cell))?;
    let mut label = written[first].to_owned();
    let mut cells = Vec::new();
    for cell in &written[first + 1..] {
        // Two amounts in a cell are columns that the reader did not separate.
        match amounts(cell) {
            Some(amounts) => cells.extend(amounts.into_iter().map(Some)),
            None => {
                // Arbetstid | rapport | 20 250
                if cells.iter().all(Option::is_none) && is_label(cell) {
                    label = format!("{label} {cell}");
                }
                cells.push(None);
            }
        }
    }
    cells.iter().any(Option::is_some).then(|| Row {
        label: tidy(&label),
        cells,
        is_weak: false,
    })
}

/// Whether a cell holds words, and more than a unit.
fn is_label(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
        && !regex_is_match!(r"(?i)^(?:kr\.?|sek|nok|dkk|eur|euroa?|tkr)$", cell)
        && amounts(cell).is_none()
}

/// A label and its amounts, with nothing but spaces between.
fn row_of_words(line: &str) -> Option<Row> {
    let line = line.trim();
    let captures = SPACED.captures(line)?;
    let written = captures.name("amount")?.as_str();
    let mut cells = amounts(written)?;
    let mut label = captures.name("label")?.as_str();
    let is_money = cells.iter().all(|cell| cell.is_money);
    let is_year = cells.iter().any(Cell::is_year);
    // Lokaler 40 000 80 000 120 000: the rest of the columns, which have no unit.
    while is_money && cells.len() < MAX_CELLS {
        let Some(captures) = SPACED.captures(label) else {
            break;
        };
        let (Some(rest), Some(amount)) = (captures.name("label"), captures.name("amount")) else {
            break;
        };
        // 10 kvällar à 1 200 12 000: a price, which belongs to the label.
        let is_price = regex_is_match!(r"(?i)(?:\b(?:à|á|a|per|x)|[*×@])$", rest.as_str());
        match amounts(amount.as_str()) {
            Some(more)
                if !is_price
                    && is_bare_number(amount.as_str())
                    && more.iter().all(|cell| cell.is_money) =>
            {
                cells.splice(0..0, more);
                label = rest.as_str();
            }
            _ => break,
        }
    }
    (!is_year).then(|| Row {
        label: tidy(label),
        cells: cells.into_iter().map(Some).collect(),
        is_weak: !is_money,
    })
}

fn is_bare_number(written: &str) -> bool {
    written
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ','))
}

fn tidy(label: &str) -> String {
    collapse_whitespace(label.trim_matches([' ', '\t', ':', '.', '-', '–', '—', '•', '…', '_']))
}

/// The amounts that a text is: one, or several whose grouping separates them.
pub(super) fn amounts(written: &str) -> Option<Vec<Cell>> {
    let captures = CELL.captures(written.trim())?;
    let number = captures.name("number")?.as_str();
    // 031 970 960: a telephone number.
    if number.len() > 1 && number.starts_with('0')
        || captures.name("open").is_some() != captures.name("close").is_some()
    {
        return None;
    }
    let groups: Vec<&str> = number.split(|c: char| !c.is_ascii_digit()).collect();
    if groups.len() > MAX_GROUPS {
        return columns(&groups);
    }
    let digits: String = groups.concat();
    let fraction = captures
        .name("fraction")
        .map_or("", |fraction| fraction.as_str());
    let hundredths: i64 = format!("{digits}{fraction:0<2}").parse().ok()?;
    let unit = captures
        .name("unit")
        .map(|unit| unit.as_str().trim().to_lowercase());
    let before = captures
        .name("before")
        .map(|unit| unit.as_str().trim().to_lowercase());
    Some(vec![Cell {
        hundredths,
        factor: unit.as_deref().or(before.as_deref()).and_then(factor),
        currency: unit.as_deref().or(before.as_deref()).and_then(currency),
        sign: sign(&captures),
        is_money: groups.len() > 1 || unit.is_some() || before.is_some(),
    }])
}

fn sign(captures: &lazy_regex::regex::Captures<'_>) -> Sign {
    if captures.name("open").is_some()
        || captures.name("minus").is_some()
        || captures.name("after").is_some()
    {
        return Sign::Minus;
    }
    match captures.name("sign").map(|sign| sign.as_str()) {
        None => Sign::Plus,
        Some(sign) if sign.starts_with('+') => Sign::Plus,
        // A hyphen or a minus sign that touches its number is no separator.
        Some("-" | "−") => Sign::Minus,
        Some(_) => Sign::Dash,
    }
}

/// Amounts of several columns with single spaces between: `200 000 400 000 600 000`. The last is the sum
/// of the others, or else each has two groups.
fn columns(groups: &[&str]) -> Option<Vec<Cell>> {
    let parse = |groups: &[&str]| groups.concat().parse::<i64>().ok();
    let last_is_sum = (1..=MAX_GROUPS.min(groups.len() - 1)).find_map(|last| {
        let (rest, last) = groups.split_at(groups.len() - last);
        // All others have the same number of groups, as sums of the same kind mostly do.
        (1..=MAX_GROUPS).find_map(|size| {
            let parts: Option<Vec<i64>> = rest.chunks(size).map(parse).collect();
            let parts = parts.filter(|parts| parts.len() > 1 && rest.len() % size == 0)?;
            let total = parse(last)?;
            (parts.iter().sum::<i64>() == total).then(|| [parts, vec![total]].concat())
        })
    });
    let pairs = || {
        let parts: Option<Vec<i64>> = groups.chunks(2).map(parse).collect();
        parts.filter(|_| groups.len().is_multiple_of(2))
    };
    let numbers = last_is_sum.or_else(pairs)?;
    let cell = |number: i64| {
        Some(Cell {
            hundredths: number.checked_mul(100)?,
            factor: None,
            currency: None,
            sign: Sign::Plus,
            is_money: true,
        })
    };
    numbers.into_iter().map(cell).collect()
}

/// The factor that a unit states. `kr` behind an amount says that it is not in thousands.
fn factor(unit: &str) -> Option<i64> {
    match unit {
        "tkr" | "kkr" | "ksek" | "tsek" => Some(1_000),
        "mkr" | "mnkr" | "msek" => Some(1_000_000),
        ":-" | ":–" | ",-" | ".-" => Some(1),
        _ if unit.starts_with("kr") || currency(unit).is_some() => Some(1),
        _ => None,
    }
}

/// The currency that a unit names, in lowercase.
pub(super) fn currency(unit: &str) -> Option<Currency> {
    match unit.trim_end_matches('.') {
        "sek" | "ksek" | "tsek" | "msek" => Some(Currency::Named("SEK")),
        "nok" | "tnok" | "mnok" => Some(Currency::Named("NOK")),
        "dkk" | "tdkk" | "mdkk" => Some(Currency::Named("DKK")),
        "usd" | "$" => Some(Currency::Named("USD")),
        "gbp" | "£" => Some(Currency::Named("GBP")),
        "€" | "teur" | "keur" | "meur" | "k€" | "t€" | "m€" => Some(Currency::Named("EUR")),
        unit if unit.starts_with("eur") => Some(Currency::Named("EUR")),
        unit if unit.starts_with("kr") || matches!(unit, "tkr" | "kkr" | "mkr" | "mnkr") => {
            Some(Currency::Krona)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, Vec<i64>)> {
        let row = parse(line, line).filter(|row| !row.is_weak)?;
        let amounts = row.amounts().filter_map(|cell| cell.amount(1)).collect();
        Some((row.label, amounts))
    }

    #[test]
    fn every_layout_of_a_row_is_accepted() {
        for (line, label, amounts) in [
            (
                "Resor och boende\t47 000",
                "Resor och boende",
                &[47_000][..],
            ),
            (
                "Arbetstid, rapport 20 250:-",
                "Arbetstid, rapport",
                &[20_250],
            ),
            ("Lokaler: 900 kr", "Lokaler", &[900]),
            ("Summa kr:\t54 940", "Summa kr", &[54_940]),
            ("Porto ............ 1 200", "Porto", &[1_200]),
            ("Etapp 2 47 000 kr", "Etapp 2", &[47_000]),
            ("| Tryck | 3 000 | 4 000 |", "Tryck", &[3_000, 4_000]),
            ("Hyra      3 000     4 000", "Hyra", &[3_000, 4_000]),
            (
                "Hyra 30 000 40 000 70 000",
                "Hyra",
                &[30_000, 40_000, 70_000],
            ),
            (
                "Hyra 300 000 400 000 700 000",
                "Hyra",
                &[300_000, 400_000, 700_000],
            ),
            ("1\tHyra\t300", "Hyra", &[300]),
            (
                "Arvoden\t10 kvällar\t12 000",
                "Arvoden 10 kvällar",
                &[12_000],
            ),
            (
                "Arvoden 10 kvällar à 1 200 12 000",
                "Arvoden 10 kvällar à 1 200",
                &[12_000],
            ),
            ("Avgår\t-5 000", "Avgår", &[-5_000]),
            ("Avgår\t(5 000)", "Avgår", &[-5_000]),
            ("Avgår\t5 000-", "Avgår", &[-5_000]),
            ("Travel\t€ 12,500.50", "Travel", &[12_500]),
        ] {
            assert_eq!(
                read(line),
                Some((label.to_owned(), amounts.to_vec())),
                "{line}"
            );
        }
    }

    #[test]
    fn sentences_and_dates_are_not_rows() {
        for line in [
            "Vi var 49 deltagare",
            "Fas 2",
            "mars – nov 2016",
            "I mars 2016",
            "100 % av tiden",
            "Telefon 031 970 960",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
