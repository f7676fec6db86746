//! Which records does a condition of the user's choose?
//!
//! `granted_sek>=100000`, `region=Skåne`, `title~äldre`, `granted_sek` alone. The name is a column's;
//! what a record does not say fulfils no condition but `!name`.

use std::cmp::Ordering;
use std::str::FromStr;

use super::columns;
use super::error::Error;
use super::table::{Cell, Type};
use diarium_document::Record;

/// One condition on one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// The column's name.
    pub column: String,
    test: Test,
    written: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    /// There is a value.
    Present,
    /// There is none.
    Absent,
    /// The value compares so with this one.
    Compare(Comparison, String),
    /// These words, in lower case, are in it.
    Holds(String),
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

/// Longer ones first, so that `>=` is not taken for `>`.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("!=", Comparison::Different),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// What is wrong with a condition as written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "write a column's name, or one with =, !=, <, <=, >, >= or ~ (holds the words) and a value: granted_sek>=100000"
)]
pub struct Malformed;

impl FromStr for Condition {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let end = text.find(['=', '!', '<', '>', '~']).filter(|&end| end > 0);
        let (name, test) = match (end, text.strip_prefix('!')) {
            (_, Some(name)) => (name, Test::Absent),
            (None, None) => (text, Test::Present),
            (Some(end), None) => (&text[..end], test(&text[end..])?),
        };
        let name = name.trim();
        if name.is_empty() || !name.chars().all(is_of_a_name) {
            return Err(Malformed);
        }
        Ok(Self {
            column: name.to_owned(),
            test,
            written: text.to_owned(),
        })
    }
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_'
}

fn test(text: &str) -> Result<Test, Malformed> {
    if let Some(words) = text.strip_prefix('~') {
        let words = words.trim().to_lowercase();
        return (!words.is_empty())
            .then_some(Test::Holds(words))
            .ok_or(Malformed);
    }
    let mut found = COMPARISONS.iter();
    let found = found.find_map(|(sign, comparison)| Some((comparison, text.strip_prefix(sign)?)));
    match found {
        Some((comparison, value)) if !value.trim().is_empty() => {
            Ok(Test::Compare(*comparison, value.trim().to_owned()))
        }
        _ => Err(Malformed),
    }
}

impl Condition {
    /// As the user wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether a record fulfils it.
    pub fn holds(&self, record: &Record) -> bool {
        let value = columns::value(record, &self.column);
        match &self.test {
            Test::Present => value != Cell::Empty,
            Test::Absent => value == Cell::Empty,
            Test::Holds(words) => match value {
                Cell::Text(text) => text.to_lowercase().contains(words),
                _ => false,
            },
            Test::Compare(comparison, other) => {
                order(&value, other).is_some_and(|order| comparison.allows(order))
            }
        }
    }

    /// Whether it can be tried on a column of that type.
    pub(super) fn check(&self, kind: Type) -> Result<(), Error> {
        self.misfit(kind).map_or(Ok(()), |advice| {
            Err(Error::Condition {
                column: self.column.clone(),
                advice,
            })
        })
    }

    /// What the user should write instead, if its value cannot be compared with a column of that
    /// type.
    fn misfit(&self, kind: Type) -> Option<&'static str> {
        match (&self.test, kind) {
            (Test::Present | Test::Absent, _) => None,
            (Test::Holds(_), Type::Text | Type::Date) => None,
            (Test::Holds(_), _) => Some("~ asks for words; compare with =, < or >"),
            (Test::Compare(_, value), Type::Integer) if parse_integer(value).is_none() => {
                Some("compare it with a whole number")
            }
            (Test::Compare(_, value), Type::Number) if value.parse::<f64>().is_err() => {
                Some("compare it with a number such as 0.95")
            }
            (Test::Compare(_, value), Type::Boolean) if value.parse::<bool>().is_err() => {
                Some("compare it with true or false")
            }
            (Test::Compare(..), _) => None,
        }
    }
}

impl Comparison {
    fn allows(self, order: Ordering) -> bool {
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

/// How a value stands to one that the user wrote. Words, and days in ISO 8601, are compared
/// character by character.
fn order(value: &Cell<'_>, written: &str) -> Option<Ordering> {
    match value {
        Cell::Empty | Cell::Integers(_) => None,
        Cell::Text(text) => Some(text.as_ref().cmp(written)),
        Cell::Integer(number) => Some(number.cmp(&parse_integer(written)?)),
        Cell::Number(number) => number.partial_cmp(&written.parse().ok()?),
        Cell::Boolean(truth) => Some(truth.cmp(&written.parse().ok()?)),
    }
}

/// `100 000` is what people write for 100000.
fn parse_integer(text: &str) -> Option<i64> {
    let digits: String = text.split_whitespace().collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn holds(text: &str) -> bool {
        text.parse::<Condition>().unwrap().holds(&record())
    }

    #[test]
    fn conditions_compare_by_the_type_of_the_value() {
        for met in [
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
            assert!(holds(met), "{met}");
        }
        for unmet in [
            "phase",
            "!title",
            "phase=x",
            "phase!=x",
            "granted_sek>691000",
            "title~bro n",
        ] {
            assert!(!holds(unmet), "{unmet}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        for wrong in ["", "=", "a=", "a!b", "a b=c", "!", "~x", "Å=1", "a~ "] {
            assert_eq!(wrong.parse::<Condition>(), Err(Malformed), "{wrong}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_told() {
        let misfit = |text: &str, kind| text.parse::<Condition>().unwrap().misfit(kind).is_some();
        assert!(misfit("a>many", Type::Integer));
        assert!(misfit("a~1", Type::Integer));
        assert!(misfit("a=perhaps", Type::Boolean));
        assert!(!misfit("a>1 000", Type::Integer));
        assert!(!misfit("a~x", Type::Text));
        assert!(!misfit("a", Type::Integers));
    }
}
