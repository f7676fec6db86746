//! Numbers in figures: digits in groups of thousands, with a fraction.

/// What separates the thousands of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    Space,
    Stop,
    Comma,
    Apostrophe,
}

impl Separator {
    fn of(character: char) -> Option<Self> {
        match character {
            ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{200a}' | '\u{202f}' => Some(Self::Space),
            '.' => Some(Self::Stop),
            ',' => Some(Self::Comma),
            '\'' | '’' | '´' => Some(Self::Apostrophe),
            _ => None,
        }
    }
}

/// Digits of a number, at most.
// The largest budgets have eleven; fifteen with a factor of a million would overflow.
const MAX_DIGITS: usize = 13;
/// The certainty of a number behind whose last group another digit is printed.
const FOOTNOTE_CERTAINTY: f64 = 0.8;
/// The certainty of a number behind which another number is printed.
const RUN_ON_CERTAINTY: f64 = 0.6;

/// A number at the start of a text, without its sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number<'t> {
    pub whole: i64,
    /// The digits after a decimal comma or point.
    pub fraction: Option<&'t str>,
    /// Whether its thousands are separated.
    pub is_grouped: bool,
    pub separator: Option<Separator>,
    /// How many groups of digits there are.
    pub groups: usize,
    /// The last group, if there are several.
    pub last_group: Option<&'t str>,
    pub end: usize,
    /// The length of a digit behind it that is the mark of a footnote.
    pub mark: usize,
    /// Less than 1 if a footnote mark may be glued to it.
    pub certainty: f64,
}

impl<'t> Number<'t> {
    /// The number at the start of a text.
    pub(super) fn read(text: &'t str) -> Option<Self> {
        let first = digit_run(text);
        if first == 0 || first > MAX_DIGITS {
            return None;
        }
        let mut number = Self {
            whole: 0,
            fraction: None,
            is_grouped: false,
            separator: None,
            groups: 1,
            last_group: None,
            end: first,
            mark: 0,
            certainty: 1.0,
        };
        if first <= 3 && !text.starts_with('0') {
            while number.groups < 5 && number.add_group(text) {}
        }
        let digits: String = text[..number.end]
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        number.whole = digits.parse().ok()?;
        number.add_fraction(text);
        Some(number)
    }

    /// Adds a group of three digits after the separator that the number has; false if none follows.
    fn add_group(&mut self, text: &'t str) -> bool {
        let rest = &text[self.end..];
        let Some(character) = rest.chars().next() else {
            return false;
        };
        let separator = Separator::of(character);
        if separator.is_none() || self.separator.is_some_and(|known| Some(known) != separator) {
            return false;
        }
        let start = self.end + character.len_utf8();
        let run = digit_run(&text[start..]);
        let group = &text[start..start + run];
        // `1 250 0001`: a raised footnote mark that lost its height, unless the group is a year.
        let is_year = run == 4 && (group.starts_with("19") || group.starts_with("20"));
        let is_footnote = run == 4 && !is_year;
        if self.is_grouped && run > 2 && run != 3 {
            self.certainty = if is_footnote {
                FOOTNOTE_CERTAINTY
            } else {
                RUN_ON_CERTAINTY
            };
        }
        if run != 3 && !(is_footnote && self.is_grouped) {
            return false;
        }
        self.separator = separator;
        self.last_group = Some(&text[start..start + 3]);
        self.end = start + 3;
        self.mark = usize::from(is_footnote);
        self.groups += 1;
        self.is_grouped = true;
        !is_footnote
    }

    /// Adds one or two decimals, or three where there is no other separator.
    fn add_fraction(&mut self, text: &'t str) {
        let rest = &text[self.end..];
        let mark = match rest.chars().next().and_then(Separator::of) {
            Some(mark @ (Separator::Comma | Separator::Stop)) if self.separator != Some(mark) => {
                mark
            }
            _ => return,
        };
        debug_assert!(matches!(mark, Separator::Comma | Separator::Stop));
        let run = digit_run(&rest[1..]);
        if (1..=2).contains(&run) || run > 3 && run <= 6 && !self.is_grouped {
            self.fraction = Some(&rest[1..=run]);
            self.end += 1 + run;
        }
    }
}

/// The length of the digits at the start of a text.
fn digit_run(text: &str) -> usize {
    let digits = text.bytes().take(MAX_DIGITS + 1);
    digits.take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(i64, Option<&str>, &str)> {
        Number::read(text).map(|number| (number.whole, number.fraction, &text[..number.end]))
    }

    #[test]
    fn groups_have_three_digits_and_one_separator() {
        assert_eq!(read("1 250 000"), Some((1_250_000, None, "1 250 000")));
        assert_eq!(
            read("1.250.000,50"),
            Some((1_250_000, Some("50"), "1.250.000,50"))
        );
        assert_eq!(
            read("1,250,000.50"),
            Some((1_250_000, Some("50"), "1,250,000.50"))
        );
        assert_eq!(read("1'250"), Some((1_250, None, "1'250")));
        assert_eq!(read("1 250 2012"), Some((1_250, None, "1 250")));
        assert_eq!(read("1.250 000"), Some((1_250, None, "1.250")));
        assert_eq!(read("12 50"), Some((12, None, "12")));
        assert_eq!(read("2,5"), Some((2, Some("5"), "2,5")));
        assert_eq!(read("99999999999999"), None);
        assert_eq!(read("1 250 0001 kr"), Some((1_250_000, None, "1 250 000")));
        assert_eq!(read("1 250 0001)"), Some((1_250_000, None, "1 250 000")));
    }
}
