//! What is a table, a column, a cell?
//!
//! All formats and all metadata are made from these declarations, so that a column has one name, one
//! type and one meaning wherever it turns up.

use std::borrow::Cow;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Words.
    Text,
    /// Whole numbers: kronor, counts, places.
    Integer,
    /// A share from 0 to 1, or a length in points.
    Number,
    /// True or false.
    Boolean,
    /// A day, ISO 8601.
    Date,
    /// Several whole numbers.
    Integers,
}

/// What else is known of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Constraints {
    /// There is a value in each row.
    pub required: bool,
    /// No value comes twice.
    pub unique: bool,
    /// The lowest and the highest value, both allowed.
    pub minimum: Option<i64>,
    /// See `minimum`.
    pub maximum: Option<i64>,
    /// All values that there can be.
    pub values: &'static [&'static str],
    /// A regular expression that each value matches as a whole.
    pub pattern: Option<&'static str>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name: the record's word for it.
    pub name: String,
    /// What its values are.
    pub kind: Type,
    /// What they mean, in a sentence.
    pub description: String,
    /// What else is known of them.
    pub constraints: Constraints,
}

impl Column {
    /// A column whose rows may be empty.
    pub fn new(name: &str, kind: Type, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            description: description.to_owned(),
            constraints: Constraints::default(),
        }
    }

    /// The same with a value in each row.
    pub fn required(mut self) -> Self {
        self.constraints.required = true;
        self
    }

    /// The same with no value below this one.
    pub fn at_least(mut self, minimum: i64) -> Self {
        self.constraints.minimum = Some(minimum);
        self
    }

    /// The same with values from 0 to 1.
    pub fn share(mut self) -> Self {
        self.constraints.minimum = Some(0);
        self.constraints.maximum = Some(1);
        self
    }

    /// The same with none but these values.
    pub fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.constraints.values = values;
        self
    }

    /// The same with values that match a pattern.
    pub fn like(mut self, pattern: &'static str) -> Self {
        self.constraints.pattern = Some(pattern);
        self
    }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'r> {
    /// Nothing is known.
    Empty,
    /// For [`Type::Text`] and [`Type::Date`].
    Text(Cow<'r, str>),
    /// For [`Type::Integer`].
    Integer(i64),
    /// For [`Type::Number`].
    Number(f64),
    /// For [`Type::Boolean`].
    Boolean(bool),
    /// For [`Type::Integers`].
    Integers(Vec<i64>),
}

impl<'r> Cell<'r> {
    /// Words.
    pub fn text(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A count; none is so high that 64 bits would not hold it.
    pub fn count<T: TryInto<i64>>(number: T) -> Self {
        Self::Integer(number.try_into().unwrap_or(i64::MAX))
    }

    /// The cell of a value that may be absent.
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, cell)
    }
}
