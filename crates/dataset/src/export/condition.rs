//! Record filters: the conditions of `--where`.
//!
//! Examples: `granted_sek>=100000`, `region=Skåne`, `title~äldre`, `granted_sek`, `!phase`. The name is
//! that of a column. A record without a value matches only `!name`.

use std::cmp::Ordering;
use std::str::FromStr;

use super::columns;
use super::error::Error;
use super::table::{Cell, ColumnType};
use diarium_document::Record;

/// One condition on one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column's name.
    pub column: String,
    predicate: Predicate,
    source: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Predicate {
    /// There is a value.
    Present,
    /// There is no value.
    Absent,
    /// The value compares in this way with another.
    Compare(Comparison, String),
    /// The value contains this text, which is in lower case.
    Contains(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Different,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

// Longer operators first, so that `>=` is not read as `>`.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("!=", Comparison::Different),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// A condition on the command line is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected a column's name, optionally with =, !=, <, <=, >, >= or ~ (contains the words) and a value, e.g. granted_sek>=100000"
)]
pub struct InvalidCondition;

impl FromStr for Condition {
    type Err = InvalidCondition;

    fn from_str(text: &str) -> Result<Self, InvalidCondition> {
        // At the start there is no name before it: `!phase` is not an operator.
        let end = text.find(['=', '!', '<', '>', '~']).filter(|&end| end > 0);
        let (name, predicate) = match (end, text.strip_prefix('!')) {
            (_, Some(name)) => (name, Predicate::Absent),
            (None, None) => (text, Predicate::Present),
            (Some(end), None) => (&text[..end], predicate(&text[end..])?),
        };
        let name = name.trim();
        if name.is_empty() || !name.chars().all(is_name_character) {
            return Err(InvalidCondition);
        }
        Ok(Self {
            column: name.to_owned(),
            predicate,
            source: text.to_owned(),
        })
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
}

fn predicate(text: &str) -> Result<Predicate, InvalidCondition> {
    if let Some(words) = text.strip_prefix('~') {
        let words = words.trim().to_lowercase();
        return (!words.is_empty())
            .then_some(Predicate::Contains(words))
            .ok_or(InvalidCondition);
    }
    let mut comparisons = COMPARISONS.iter();
    let comparison = comparisons
        .find_map(|(operator, comparison)| Some((comparison, text.strip_prefix(operator)?)));
    match comparison {
        Some((comparison, value)) if !value.trim().is_empty() => {
            Ok(Predicate::Compare(*comparison, value.trim().to_owned()))
        }
        _ => Err(InvalidCondition),
    }
}

impl Condition {
    /// The condition as the user wrote it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether a record matches.
    pub fn matches(&self, record: &Record) -> bool {
        let value = columns::value(record, &self.column);
        match &self.predicate {
            Predicate::Present => value != Cell::Empty,
            Predicate::Absent => value == Cell::Empty,
            Predicate::Contains(words) => match value {
                Cell::Text(text) => text.to_lowercase().contains(words),
                _ => false,
            },
            Predicate::Compare(comparison, other) => {
                // As in SQL, a comparison with a missing value is never true, not even `!=`. `check`
                // compares the types of columns only: in a text column, one record may have a number,
                // which cannot be compared with text and does not match.
                compare(&value, other).is_some_and(|order| comparison.accepts(order))
            }
        }
    }

    /// Checks that the condition can be evaluated on a column of this type.
    ///
    /// # Errors
    /// If its value cannot be compared with values of the type.
    pub(super) fn check(&self, column_type: ColumnType) -> Result<(), Error> {
        self.type_mismatch(column_type).map_or(Ok(()), |advice| {
            Err(Error::Condition {
                column: self.column.clone(),
                advice,
            })
        })
    }

    /// What the user should write instead, if the value cannot be compared with values of the type.
    fn type_mismatch(&self, column_type: ColumnType) -> Option<&'static str> {
        match (&self.predicate, column_type) {
            (Predicate::Present | Predicate::Absent, _) => None,
            (Predicate::Contains(_), ColumnType::Text | ColumnType::Date) => None,
            (Predicate::Contains(_), _) => Some("~ asks for words; compare with =, < or >"),
            (Predicate::Compare(_, value), ColumnType::Integer)
                if parse_integer(value).is_none() =>
            {
                Some("compare it with a whole number")
            }
            (Predicate::Compare(_, value), ColumnType::Number) if value.parse::<f64>().is_err() => {
                Some("compare it with a number such as 0.95")
            }
            (Predicate::Compare(_, value), ColumnType::Boolean)
                if value.parse::<bool>().is_err() =>
            {
                Some("compare it with true or false")
            }
            (Predicate::Compare(..), _) => None,
        }
    }
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Different => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// Compares a value with one that the user wrote. Text is compared by code points, which is the right
/// order for dates in ISO 8601.
fn compare(value: &Cell<'_>, written: &str) -> Option<Ordering> {
    match value {
        Cell::Empty | Cell::Integers(_) => None,
        Cell::Text(text) => Some(text.as_ref().cmp(written)),
        Cell::Integer(number) => Some(number.cmp(&parse_integer(written)?)),
        Cell::Number(number) => number.partial_cmp(&written.parse().ok()?),
        Cell::Boolean(truth) => Some(truth.cmp(&written.parse().ok()?)),
    }
}

/// Swedish groups thousands with spaces: `100 000` is 100000.
fn parse_integer(text: &str) -> Option<i64> {
    let digits: String = text.split_whitespace().collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn matches(text: &str) -> bool {
        text.parse::<Condition>().unwrap().matches(&record())
    }

    #[test]
    fn values_are_compared_by_their_type() {
        for matching in [
            "granted_sek",
            "!phase",
            "granted_sek>=90000",
            "granted_sek = 691 000",
            "granted_sek<1000000",
            "kind=esf-project",
            "kind!=document",
            "title~BRON",
            "period_start>=2009-01-01",
            "period_start<2010",
            "kind_confidence>0.9",
            "budget_consistent=true",
            "source_carrier=text",
        ] {
            assert!(matches(matching), "{matching}");
        }
        for other in [
            "phase",
            "!title",
            "phase=x",
            "phase!=x",
            "granted_sek>691000",
            "title~bro n",
        ] {
            assert!(!matches(other), "{other}");
        }
    }

    #[test]
    fn invalid_conditions_are_rejected() {
        for invalid in ["", "=", "a=", "a!b", "a b=c", "!", "~x", "Å=1", "a~ "] {
            assert_eq!(
                invalid.parse::<Condition>(),
                Err(InvalidCondition),
                "{invalid}"
            );
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_rejected() {
        let type_mismatch = |text: &str, column_type| {
            text.parse::<Condition>()
                .unwrap()
                .type_mismatch(column_type)
                .is_some()
        };
        assert!(type_mismatch("a>many", ColumnType::Integer));
        assert!(type_mismatch("a~1", ColumnType::Integer));
        assert!(type_mismatch("a=perhaps", ColumnType::Boolean));
        assert!(!type_mismatch("a>1 000", ColumnType::Integer));
        assert!(!type_mismatch("a~x", ColumnType::Text));
        assert!(!type_mismatch("a", ColumnType::Integers));
    }
}
