//! Columns of a budget's table: which of its amounts are the budget's, and in which unit.
//!
//! A table may have a column for each year and one of totals, a budget and its outcome, or a number and a
//! price for each row. The heads of the columns decide; without heads the amounts do, because a total is
//! the sum of the other columns in every row.

use lazy_regex::{regex, regex_is_match};

use super::row::{self, Cell, Currency, Row, split_cells};
use crate::profile::BudgetWords;
use diarium_document::operations;

/// What the head of a column says about its amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Total,
    Budget,
    Year,
    /// Results, parts of an amount, numbers that are no money.
    Foreign,
    Other,
}

/// The heads of a table's columns, without that of the labels.
#[derive(Debug, Clone)]
pub(super) struct Head {
    cells: Vec<String>,
    roles: Vec<Role>,
}

/// Which amount of a row counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    /// The cell at this index of `width`, counted from the label.
    At {
        index: usize,
        width: usize,
    },
    /// The sum of these cells: a budget by years without a column of totals.
    Sum {
        indexes: Vec<usize>,
        width: usize,
    },
    First,
    Last,
}

impl Head {
    /// The head on a line that is no row, if it names at least two columns of numbers, or one and its unit.
    pub(super) fn parse(line: &str, raw: &str, words: &BudgetWords) -> Option<Self> {
        let cells = split_cells(line, raw);
        let cells: Vec<String> = if cells.len() > 1 {
            cells[1..].iter().map(|cell| (*cell).to_owned()).collect()
        } else {
            spaced_heads(line, words)
        };
        let roles: Vec<Role> = cells.iter().map(|cell| role(cell, words)).collect();
        let is_known = |role: &Role| *role != Role::Other;
        let has_unit = cells.iter().any(|cell| unit(cell, words).is_some());
        (has_unit || roles.iter().any(is_known)).then_some(Self { cells, roles })
    }

    /// The column whose amounts are the budget's, if the heads tell.
    pub(super) fn column(&self) -> Option<Column> {
        let width = self.roles.len();
        let of = |wanted: Role| -> Vec<usize> {
            let roles = self.roles.iter().enumerate();
            roles
                .filter(|(_, role)| **role == wanted)
                .map(|(index, _)| index)
                .collect()
        };
        let at = |index: usize| Column::At { index, width };
        if let Some(last) = of(Role::Total).last() {
            return Some(at(*last));
        }
        let indexes = [of(Role::Budget), of(Role::Year)];
        match indexes.iter().find(|indexes| !indexes.is_empty()) {
            Some(indexes) if indexes.len() == 1 => Some(at(indexes[0])),
            Some(indexes) => Some(Column::Sum {
                indexes: indexes.clone(),
                width,
            }),
            None => {
                let other = of(Role::Other);
                (other.len() == 1).then(|| at(other[0]))
            }
        }
    }

    /// The head of a column.
    pub(super) fn cell(&self, column: &Column) -> Option<&str> {
        let index = match column {
            Column::At { index, .. } => *index,
            Column::Sum { indexes, .. } => *indexes.first()?,
            Column::First => 0,
            Column::Last => self.cells.len().checked_sub(1)?,
        };
        self.cells.get(index).map(String::as_str)
    }
}

/// The heads at the end of a line whose columns have single spaces between: `Kostnadsslag 2011 2012 Totalt`.
fn spaced_heads(line: &str, words: &BudgetWords) -> Vec<String> {
    let tokens: Vec<&str> = line.split_whitespace().collect();
    let is_head = |token: &&&str| role(token, words) != Role::Other;
    let count = tokens.iter().rev().take_while(is_head).count();
    // The first word heads the column of labels.
    let count = count.min(tokens.len().saturating_sub(1));
    if count < 2 {
        return Vec::new();
    }
    tokens[tokens.len() - count..]
        .iter()
        .map(|token| (*token).to_owned())
        .collect()
}

fn role(head: &str, words: &BudgetWords) -> Role {
    operations::count(head.len());
    if words.outcomes.is_match(head) || words.counts.is_match(head) {
        // `År 1`, `Year 2` are parts of the budget.
        return if regex_is_match!(r"(?i)^(?:år|year|vuosi)\s*\d{1,4}\b", head) {
            Role::Year
        } else {
            Role::Foreign
        };
    }
    if words.totals.is_match(head) || words.subtotals.is_match(head) {
        Role::Total
    } else if regex_is_match!(r"\b(?:19|20)\d\d\b", head) {
        Role::Year
    } else if words.costs.is_match(head) {
        Role::Budget
    } else {
        Role::Other
    }
}

impl Column {
    /// The column of rows without a telling head.
    pub(super) fn of_rows<'r>(rows: impl Iterator<Item = &'r Row> + Clone) -> Self {
        let wide = rows.filter(|row| row.amounts().count() > 1);
        let mut known = [true; 3];
        let mut has_sums = false;
        for row in wide {
            operations::count(row.cells.len());
            let amounts: Vec<i64> = row.amounts().filter_map(|cell| cell.amount(1)).collect();
            let sum = |amounts: &[i64]| {
                amounts
                    .iter()
                    .fold(0_i64, |sum, amount| sum.saturating_add(*amount))
            };
            let (Some((last, before)), Some((first, after))) =
                (amounts.split_last(), amounts.split_first())
            else {
                continue;
            };
            has_sums |= amounts.len() > 2;
            known[0] &= amounts.len() > 2 && sum(before) == *last;
            known[1] &= amounts.len() > 2 && sum(after) == *first;
            known[2] &= amounts.len() > 2 && first.checked_mul(amounts[1]) == Some(*last);
        }
        if has_sums && known[1] && !known[0] {
            Self::First
        } else {
            Self::Last
        }
    }

    /// The amount of a row, in units of `factor`.
    pub(super) fn amount(&self, row: &Row, factor: i64) -> Option<i64> {
        let cells = self.cells(row);
        let mut amounts = cells.iter().filter_map(|cell| cell.amount(factor));
        let first = amounts.next()?;
        amounts.try_fold(first, i64::checked_add)
    }

    /// The cells of a row that count.
    pub(super) fn cells<'r>(&self, row: &'r Row) -> Vec<&'r Cell> {
        let at = |index: usize| row.cells.get(index).and_then(Option::as_ref);
        let found: Vec<&Cell> = match self {
            Self::At { index, width } if row.cells.len() == *width => {
                at(*index).into_iter().collect()
            }
            // Cells are missing: those that are there stand at the right, below the totals.
            Self::At { index, width } if index + 1 == *width => {
                row.amounts().next_back().into_iter().collect()
            }
            Self::At { index: 0, .. } | Self::First => row.amounts().next().into_iter().collect(),
            Self::At { index, width } => {
                let from_right = width - index;
                let cell = row.cells.len().checked_sub(from_right).and_then(at);
                cell.or(row.amounts().next_back()).into_iter().collect()
            }
            Self::Sum { indexes, width } if row.cells.len() == *width => {
                indexes.iter().filter_map(|index| at(*index)).collect()
            }
            Self::Sum { .. } => row.amounts().collect(),
            Self::Last => row.amounts().next_back().into_iter().collect(),
        };
        found
    }
}

/// The factor and the currency that a heading, a note or the head of a column states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub factor: i64,
    pub currency: Option<Currency>,
}

/// The unit that a text states for other amounts.
pub(super) fn unit(text: &str, words: &BudgetWords) -> Option<Unit> {
    operations::count(text.len());
    let factor = if words.thousands.is_match(text) || words.thousand_units.is_match(text) {
        1_000
    } else if words.millions.is_match(text) {
        1_000_000
    } else if words.single_units.is_match(text) {
        1
    } else {
        return None;
    };
    let currency = regex!(r"(?i)[\p{L}€£$]+")
        .find_iter(text)
        .filter_map(|word| row::currency(&word.as_str().to_lowercase()))
        .last();
    Some(Unit { factor, currency })
}
