//! Columns, column types, constraints and cells: the declarations that all formats share.
//!
//! All formats and all metadata are made from these declarations, so that a column has the same name,
//! type and description everywhere.

use std::borrow::Cow;

use jiff::civil::Date;

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Text.
    Text,
    /// 64-bit integers: kronor, counts, offsets.
    Integer,
    /// Floating-point numbers: confidences from 0 to 1, lengths in points.
    Number,
    /// True or false.
    Boolean,
    /// Calendar dates, ISO 8601.
    Date,
    /// Lists of integers.
    Integers,
}

/// Constraints on the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Constraints {
    /// Every row has a value.
    pub required: bool,
    /// No two rows have the same value.
    pub unique: bool,
    /// The lowest value, inclusive.
    pub minimum: Option<i64>,
    /// The highest value, inclusive.
    pub maximum: Option<i64>,
    /// All possible values; empty: any.
    pub values: &'static [&'static str],
    /// A regular expression that matches each value as a whole.
    pub pattern: Option<&'static str>,
}

impl Constraints {
    /// No constraints: rows may be empty.
    pub const NONE: Self = Self {
        required: false,
        unique: false,
        minimum: None,
        maximum: None,
        values: &[],
        pattern: None,
    };

    /// Every row has a value.
    pub const REQUIRED: Self = Self::NONE.required();

    /// Adds: every row has a value.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Adds: no two rows have the same value.
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Adds: no value is lower than this one.
    pub const fn at_least(mut self, minimum: i64) -> Self {
        self.minimum = Some(minimum);
        self
    }

    /// Adds: values are from 0 to 1, inclusive.
    pub const fn zero_to_one(mut self) -> Self {
        self.minimum = Some(0);
        self.maximum = Some(1);
        self
    }

    /// Adds: only these values are possible.
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }

    /// Adds: values match a regular expression as a whole.
    pub const fn pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name: that of the member of the record.
    pub name: String,
    /// The type of its values.
    pub column_type: ColumnType,
    /// What its values mean, in a sentence.
    pub description: String,
    /// Constraints on its values.
    pub constraints: Constraints,
}

impl Column {
    /// A column without constraints.
    pub fn new(name: &str, column_type: ColumnType, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            column_type,
            description: description.to_owned(),
            constraints: Constraints::default(),
        }
    }

    /// The same column with these constraints.
    pub fn with(mut self, constraints: Constraints) -> Self {
        self.constraints = constraints;
        self
    }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'r> {
    /// No value.
    Empty,
    /// For [`ColumnType::Text`] and [`ColumnType::Date`].
    Text(Cow<'r, str>),
    /// For [`ColumnType::Integer`].
    Integer(i64),
    /// For [`ColumnType::Number`].
    Number(f64),
    /// For [`ColumnType::Boolean`].
    Boolean(bool),
    /// For [`ColumnType::Integers`].
    Integers(Vec<i64>),
}

impl<'r> Cell<'r> {
    /// A text.
    pub fn text(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A count. Counts are far below 2⁶³; a higher one would become the highest integer.
    pub fn count<T: TryInto<i64>>(number: T) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    /// The cell of an optional value.
    pub fn optional<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}

/// The number of days from 1970-01-01 to a date of the form `2014-03-31`; `None` if it is not a
/// calendar date of that form.
pub(super) fn days_since_epoch(text: &str) -> Option<i32> {
    // jiff also reads `20140331`, `+002014-03-31` and a date with a time. Those are text in a record.
    let bytes = text.as_bytes();
    let is_digit_or_hyphen = |(index, byte): (usize, &u8)| match index {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if bytes.len() != 10 || !bytes.iter().enumerate().all(is_digit_or_hyphen) {
        return None;
    }
    let date: Date = text.parse().ok()?;
    let epoch = Date::constant(1970, 1, 1);
    date.since(epoch).ok().map(|span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2014-03-31", 16_160),
            ("0000-03-01", -719_468),
            ("0000-01-01", -719_528),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(days_since_epoch(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn only_calendar_dates_in_iso_8601_are_dates() {
        for text in [
            "2014",
            "2013-02-29",
            "1900-02-29",
            "2014-13-01",
            "2014-00-10",
            "2014-04-31",
            "2014-4-031",
            "+014-04-01",
            "åå14-04-0",
            "20140401",
            "2014-04-01T10:00",
        ] {
            assert_eq!(days_since_epoch(text), None, "{text}");
        }
    }
}
