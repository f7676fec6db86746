//! Number formats: how a sheet shows the numbers in its cells.
//!
//! A sheet stores `41000` and a format; a reader of the sheet sees an amount, a share or a date. Amounts
//! are written in the Swedish way, with spaces between thousands and a decimal comma, dates as ISO 8601:
//! how a program writes them depends on its language, which the file does not say.

use super::serial;

/// A part of a format code.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// A place of a digit: `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    Exponent,
    /// A letter of a date or time.
    Date(char),
    /// Hours, minutes or seconds that are not limited to a day or an hour.
    Elapsed(char),
    /// The value as it is.
    General,
    Text,
}

/// A section of a format code, and the condition under which it is used.
#[derive(Debug, Clone, Default, PartialEq)]
struct Section {
    pieces: Vec<Piece>,
    condition: Option<(String, f64)>,
}

/// A format code that was parsed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
}

/// Bytes of a format code, at most.
const MAX_CODE: usize = 1_000;

/// Decimals that are written, at most.
const MAX_DECIMALS: usize = 15;

impl NumberFormat {
    /// Parses a format code.
    pub(super) fn parse(code: &str) -> Self {
        let mut sections = vec![Section::default()];
        let mut characters = code.chars().take(MAX_CODE).peekable();
        while let Some(character) = characters.next() {
            if character == ';' {
                sections.push(Section::default());
                continue;
            }
            let Some(section) = sections.last_mut() else {
                break;
            };
            let piece = match character {
                '"' => {
                    let text = characters.by_ref().take_while(|it| *it != '"').collect();
                    Piece::Literal(text)
                }
                '\\' => Piece::Literal(characters.next().into_iter().collect()),
                '_' => {
                    characters.next();
                    Piece::Literal(" ".to_owned())
                }
                '*' => {
                    characters.next();
                    continue;
                }
                '[' => {
                    let inner: String = characters.by_ref().take_while(|it| *it != ']').collect();
                    match bracket(&inner, section) {
                        Some(piece) => piece,
                        None => continue,
                    }
                }
                '0' | '#' | '?' => Piece::Digit(character),
                '.' => Piece::Point,
                ',' => Piece::Comma,
                '%' => Piece::Percent,
                '@' => Piece::Text,
                'E' if matches!(characters.peek(), Some('+' | '-')) => {
                    characters.next();
                    Piece::Exponent
                }
                'G' | 'g' if starts_word(&characters, "eneral") => {
                    characters.nth(5);
                    Piece::General
                }
                'S' if starts_word(&characters, "tandard") => {
                    characters.nth(6);
                    Piece::General
                }
                'A' | 'a' if starts_word(&characters, "M/PM") => {
                    characters.nth(3);
                    continue;
                }
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                    Piece::Date(character.to_ascii_lowercase())
                }
                _ => Piece::Literal(character.to_string()),
            };
            section.pieces.push(piece);
        }
        Self { sections }
    }

    /// The value as the format shows it; empty if the format hides it.
    pub(super) fn show(&self, value: f64, is_1904: bool) -> String {
        let Some((index, section)) = self.section(value) else {
            return general(value);
        };
        if section.pieces.is_empty() {
            // `;;;` hides a value; an empty format is none.
            return if self.sections.len() > 1 {
                String::new()
            } else {
                general(value)
            };
        }
        if section.is_date() {
            return section
                .date(value, is_1904)
                .unwrap_or_else(|| general(value));
        }
        // The section of negative numbers has its own sign.
        let has_own_sign = index > 0 || section.condition.is_some();
        let is_negative = value < 0.0 && !has_own_sign;
        let shown = section.number(value.abs());
        let sign = if is_negative && shown.chars().any(|it| matches!(it, '1'..='9')) {
            "-"
        } else {
            ""
        };
        let shown = format!("{sign}{shown}");
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn section(&self, value: f64) -> Option<(usize, &Section)> {
        let conditional = self
            .sections
            .iter()
            .any(|section| section.condition.is_some());
        if conditional {
            let mut sections = self.sections.iter().enumerate();
            return sections.find(|(_, section)| section.holds(value));
        }
        let index = match self.sections.len() {
            0 | 1 => 0,
            2 => usize::from(value < 0.0),
            _ if value > 0.0 => 0,
            _ if value < 0.0 => 1,
            _ => 2,
        };
        self.sections.get(index).map(|section| (index, section))
    }
}

fn starts_word(
    characters: &std::iter::Peekable<std::iter::Take<std::str::Chars<'_>>>,
    rest: &str,
) -> bool {
    let mut following = characters.clone();
    rest.chars().all(|expected| {
        following
            .next()
            .is_some_and(|it| it.eq_ignore_ascii_case(&expected))
    })
}

/// What stands in brackets: a color, a condition, a currency or an elapsed time.
fn bracket(inner: &str, section: &mut Section) -> Option<Piece> {
    if let Some(currency) = inner.strip_prefix('$') {
        let currency = currency.split('-').next().unwrap_or_default();
        return Some(Piece::Literal(currency.to_owned()));
    }
    if inner.starts_with(['<', '>', '=']) {
        let operator: String = inner
            .chars()
            .take_while(|it| matches!(it, '<' | '>' | '='))
            .collect();
        let number = inner.get(operator.len()..).and_then(|it| it.parse().ok());
        section.condition = number.map(|number| (operator, number));
        return None;
    }
    let lower = inner.to_ascii_lowercase();
    let first = lower.chars().next()?;
    let is_elapsed = matches!(first, 'h' | 'm' | 's') && lower.chars().all(|it| it == first);
    is_elapsed.then_some(Piece::Elapsed(first))
}

impl Section {
    fn holds(&self, value: f64) -> bool {
        let Some((operator, bound)) = &self.condition else {
            return true;
        };
        match operator.as_str() {
            "<" => value < *bound,
            "<=" => value <= *bound,
            ">" => value > *bound,
            ">=" => value >= *bound,
            "<>" => value != *bound,
            _ => value == *bound,
        }
    }

    fn is_date(&self) -> bool {
        let mut pieces = self.pieces.iter();
        pieces.any(|piece| matches!(piece, Piece::Date(_) | Piece::Elapsed(_)))
    }

    /// A date, a time, or both.
    fn date(&self, value: f64, is_1904: bool) -> Option<String> {
        let has = |wanted: char| {
            let mut pieces = self.pieces.iter();
            pieces.any(|piece| *piece == Piece::Date(wanted))
        };
        let elapsed = self.pieces.iter().find_map(|piece| match piece {
            Piece::Elapsed(unit) => Some(*unit),
            _ => None,
        });
        let moment = serial::Moment::of(value, is_1904)?;
        if let Some(unit) = elapsed {
            return Some(moment.elapsed(unit));
        }
        let has_time = has('h') || has('s');
        let has_date = has('y') || has('d') || has('m') && !has_time;
        let date = match (has('y'), has('m'), has('d')) {
            (true, true, false) => moment.month(),
            (true, false, false) => moment.year(),
            _ => moment.date(),
        };
        let time = || moment.time(has('s'));
        Some(match (has_date, has_time) {
            (true, true) => format!("{date} {}", time()),
            (true, false) => date,
            _ => time(),
        })
    }

    fn number(&self, value: f64) -> String {
        let digits = Digits::of(&self.pieces);
        let scaled = value * digits.factor();
        let written = digits.write(scaled);
        let mut shown = String::new();
        let mut is_written = false;
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => shown.push_str(text),
                Piece::Percent => shown.push_str(" %"),
                Piece::General => shown.push_str(&general(value)),
                Piece::Digit(_) if !std::mem::replace(&mut is_written, true) => {
                    shown.push_str(&written);
                }
                _ => {}
            }
        }
        shown
    }
}

/// The places of digits in a section.
#[derive(Debug, Default)]
struct Digits {
    /// Digits before the point that are written even if they are zeros.
    least: usize,
    decimals: usize,
    /// Decimals that are written even if they are zeros.
    least_decimals: usize,
    has_thousands: bool,
    /// The number is shown in thousands of thousands.
    thousandths: i32,
    percents: i32,
    is_scientific: bool,
}

impl Digits {
    fn of(pieces: &[Piece]) -> Self {
        let mut digits = Self::default();
        let (mut after_point, mut commas) = (false, 0_i32);
        for piece in pieces {
            match piece {
                Piece::Digit(_) if digits.is_scientific => {}
                Piece::Digit(digit) => {
                    // Commas between digits separate thousands; those behind the last digit divide by them.
                    digits.has_thousands |= std::mem::take(&mut commas) > 0;
                    if after_point {
                        digits.decimals = digits.decimals.saturating_add(1).min(MAX_DECIMALS);
                        if *digit == '0' {
                            digits.least_decimals = digits.decimals;
                        }
                    } else if *digit == '0' {
                        digits.least = digits.least.saturating_add(1).min(MAX_DECIMALS);
                    }
                }
                Piece::Comma => commas = commas.saturating_add(1).min(5),
                Piece::Point => {
                    digits.thousandths = digits.thousandths.max(std::mem::take(&mut commas));
                    after_point = true;
                }
                Piece::Percent => digits.percents = digits.percents.saturating_add(1).min(3),
                Piece::Exponent => digits.is_scientific = true,
                _ => {}
            }
        }
        digits.thousandths = digits.thousandths.max(commas);
        digits
    }

    fn factor(&self) -> f64 {
        100_f64.powi(self.percents) / 1000_f64.powi(self.thousandths)
    }

    fn write(&self, value: f64) -> String {
        if self.is_scientific {
            return format!("{value:.*E}", self.decimals).replace('.', ",");
        }
        let written = format!("{value:.*}", self.decimals);
        let (whole, decimals) = written.split_once('.').unwrap_or((&written, ""));
        let whole = whole.trim_start_matches('0');
        let mut whole = format!(
            "{}{whole}",
            "0".repeat(self.least.saturating_sub(whole.len()))
        );
        if self.has_thousands {
            whole = thousands(&whole);
        }
        let optional = decimals.trim_end_matches('0').len();
        let decimals = decimals
            .get(..optional.max(self.least_decimals))
            .unwrap_or(decimals);
        if decimals.is_empty() {
            whole
        } else {
            format!("{whole},{decimals}")
        }
    }
}

/// Digits with spaces between thousands.
fn thousands(digits: &str) -> String {
    let first = digits.len() % 3;
    let mut written = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == first {
            written.push(' ');
        }
        written.push(digit);
    }
    written
}

/// A number without a format: as many digits as a cell shows.
pub(super) fn general(value: f64) -> String {
    const DIGITS: usize = 11;
    if !value.is_finite() {
        return String::new();
    }
    let size = value.abs();
    if value != 0.0 && !(1e-9..1e15).contains(&size) {
        return format!("{value:E}").replace('.', ",");
    }
    let whole = format!("{:.0}", size.trunc()).len();
    let decimals = DIGITS.saturating_sub(whole.max(1)).min(9);
    let written = format!("{value:.decimals$}");
    let trimmed = match written.split_once('.') {
        Some(_) => written.trim_end_matches('0').trim_end_matches('.'),
        None => written.as_str(),
    };
    let trimmed = if trimmed == "-0" { "0" } else { trimmed };
    trimmed.replace('.', ",")
}

/// The codes of formats that files name by number only.
pub(super) fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 | 5 | 6 | 37 | 38 | 41 | 42 => "#,##0",
        4 | 7 | 8 | 39 | 40 | 43 | 44 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 | 48 => "0.00E+00",
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => "yyyy-mm-dd",
        18 | 20 => "h:mm",
        19 | 21 => "h:mm:ss",
        22 => "yyyy-mm-dd h:mm",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        _ => "General",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_by_their_format() {
        for (code, value, expected) in [
            ("General", 450_000.0, "450000"),
            ("General", 0.1 + 0.2, "0,3"),
            ("General", -1.5, "-1,5"),
            ("General", 1e20, "1E20"),
            ("#,##0", 450_000.0, "450 000"),
            ("#,##0 \"kr\"", -1_234_567.0, "-1 234 567 kr"),
            ("#,##0.00", 999.5, "999,50"),
            ("0.0##", 1.25, "1,25"),
            ("0%", 0.4, "40 %"),
            ("0.0%", -0.125, "-12,5 %"),
            ("#,##0,", 1_234_567.0, "1 235"),
            ("000", 7.0, "007"),
            ("0.00E+00", 12_345.0, "1,23E4"),
            ("#,##0;[Red]\\(#,##0\\)", -30.0, "(30)"),
            (
                "_-* #,##0\\ \"kr\"_-;-* #,##0\\ \"kr\"_-;_-* \"-\"??\\ \"kr\"_-;_-@_-",
                120_000.0,
                "120 000 kr",
            ),
            (
                "_-* #,##0\\ \"kr\"_-;-* #,##0\\ \"kr\"_-;_-* \"-\"??\\ \"kr\"_-;_-@_-",
                -5.0,
                "-5 kr",
            ),
            ("#,##0 [$kr-41D]", 600.0, "600 kr"),
            ("[>=1000]#,##0;0.0", 12.5, "12,5"),
            (";;;", 5.0, ""),
            ("", 5.0, "5"),
            ("#,##0", -0.2, "0"),
            ("#", 0.0, ""),
        ] {
            let shown = NumberFormat::parse(code).show(value, false);
            assert_eq!(shown, expected, "{code} {value}");
        }
    }

    #[test]
    fn dates_and_times_are_shown_by_their_format() {
        for (code, value, expected) in [
            ("yyyy-mm-dd", 40_969.0, "2012-03-01"),
            ("d/m/yy", 40_969.75, "2012-03-01"),
            ("[$-41D]mmmm yyyy", 40_969.0, "2012-03"),
            ("yyyy-mm-dd hh:mm", 40_969.75, "2012-03-01 18:00"),
            ("h:mm:ss AM/PM", 0.5, "12:00:00"),
            ("[h]:mm", 1.5, "36:00"),
            ("yyyy", 40_969.0, "2012"),
            ("yyyy-mm-dd", -1.0, "-1"),
            ("yyyy-mm-dd", 1e300, "1E300"),
        ] {
            let shown = NumberFormat::parse(code).show(value, false);
            assert_eq!(shown, expected, "{code} {value}");
        }
        let format = NumberFormat::parse("yyyy-mm-dd");
        assert_eq!(format.show(39_507.0, true), "2012-03-01");
    }

    #[test]
    fn hostile_codes_are_parsed() {
        for code in [
            "\"",
            "[",
            "\\",
            "_",
            "*",
            "E+",
            "[>]",
            ";;;;;;;;",
            &"0".repeat(10_000),
        ] {
            NumberFormat::parse(code).show(1.0, false);
        }
    }
}
