//! Totals of a budget: which rows are counted, and which of the sums is the total.
//!
//! A budget may have subtotals of groups, carried sums at the end of each page, a total above its rows, rows
//! that are taken off, and rows of another table below its total. What counts is decided by arithmetic: the
//! readings of the rows are tried in turn, the plainest first, until the rows add up to a printed total.

use diarium_document::operations;

/// The most rows of a group whose own row is its sum.
// Budgets have some dozen rows in all; the limit keeps the search linear.
const MAX_GROUP: usize = 60;
/// The fewest rows above an unlabeled total.
// Of three small round numbers the last is often the sum of the others by accident.
const MIN_ROWS_ABOVE_TOTAL: usize = 3;

/// What a row is by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Item,
    /// An item only if the sum says so: a plain number behind a word.
    Weak,
    /// A total; `of_group` if its label names some of the rows: `Summa personal`.
    Total {
        of_group: bool,
    },
    /// A sum within the budget: `Delsumma`.
    Subtotal,
}

/// A row with its amount.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub kind: Kind,
    pub amount: i64,
    /// The sign is not certain: a dash before the amount, or a label such as `Avgår`.
    pub may_be_negative: bool,
}

/// The rows that count, and the total.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Settled {
    /// Indexes of the items, with their amounts.
    pub items: Vec<(usize, i64)>,
    pub total: Option<i64>,
}

impl Settled {
    pub(super) fn sum(&self) -> i64 {
        sum(self.items.iter().map(|(_, amount)| *amount))
    }

    pub(super) fn is_consistent(&self) -> bool {
        !self.items.is_empty() && self.total == Some(self.sum())
    }
}

/// The ways to read the rows, the plainest first.
#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    with_weak: bool,
    with_negatives: bool,
    without_sums: bool,
}

const READINGS: [Reading; 8] = {
    const fn reading(with_weak: bool, with_negatives: bool, without_sums: bool) -> Reading {
        Reading {
            with_weak,
            with_negatives,
            without_sums,
        }
    }
    [
        reading(false, false, false),
        reading(false, true, false),
        reading(true, false, false),
        reading(true, true, false),
        reading(false, false, true),
        reading(false, true, true),
        reading(true, false, true),
        reading(true, true, true),
    ]
};

/// Decides which rows count.
pub(super) fn settle(entries: &[Entry]) -> Settled {
    let has_weak = entries.iter().any(|entry| entry.kind == Kind::Weak);
    let has_dashes = entries.iter().any(|entry| entry.may_be_negative);
    for reading in READINGS {
        if reading.with_weak && !has_weak || reading.with_negatives && !has_dashes {
            continue;
        }
        let entries = read(entries, reading);
        if let Some(settled) = add_up(&entries) {
            return settled;
        }
    }
    inconsistent(&read(entries, Reading::default()))
}

/// The entries as a reading has them: those that it leaves out are `None`.
fn read(entries: &[Entry], reading: Reading) -> Vec<Option<Entry>> {
    operations::count(entries.len());
    let mut read: Vec<Option<Entry>> = entries
        .iter()
        .map(|entry| {
            let mut entry = *entry;
            if entry.kind == Kind::Weak {
                entry.kind = Kind::Item;
                if !reading.with_weak {
                    return None;
                }
            }
            if entry.may_be_negative && reading.with_negatives {
                entry.amount = entry.amount.checked_neg().unwrap_or(entry.amount);
            }
            Some(entry)
        })
        .collect();
    if reading.without_sums {
        remove_sums(&mut read);
    }
    read
}

/// Removes items that are the sum of the items directly above or below them: the row of a group.
fn remove_sums(entries: &mut [Option<Entry>]) {
    let item = |entry: &Option<Entry>| entry.filter(|entry| entry.kind == Kind::Item);
    let is_sum_of = |amount: i64, others: &mut dyn Iterator<Item = &Option<Entry>>| {
        let mut sum = 0_i64;
        for (count, other) in others.take(MAX_GROUP).map_while(item).enumerate() {
            operations::count(1);
            sum = sum.saturating_add(other.amount);
            if count >= 1 && sum == amount {
                return true;
            }
        }
        false
    };
    for index in 0..entries.len() {
        let Some(entry) = item(&entries[index]) else {
            continue;
        };
        let (above, below) = entries.split_at(index);
        let is_sum = is_sum_of(entry.amount, &mut above.iter().rev())
            || is_sum_of(entry.amount, &mut below.iter().skip(1));
        if is_sum {
            entries[index] = None;
        }
    }
}

/// The rows up to the last total that is their sum; `None` if no total is.
fn add_up(entries: &[Option<Entry>]) -> Option<Settled> {
    operations::count(entries.len());
    let mut total_at = None;
    let mut sum = 0_i64;
    let mut rows = 0;
    for (index, entry) in present(entries) {
        match entry.kind {
            Kind::Item | Kind::Weak => {
                sum = sum.saturating_add(entry.amount);
                rows += 1;
            }
            Kind::Total { .. } if rows > 0 && entry.amount == sum => total_at = Some(index),
            _ => {}
        }
    }
    if let Some(at) = total_at {
        match further_groups(entries, at) {
            Further::None => {}
            Further::Groups => {
                return Some(Settled {
                    items: items(entries),
                    total: None,
                });
            }
            Further::OtherTotal => return None,
        }
        return Some(Settled {
            items: items(&entries[..at]),
            total: entries[at].map(|entry| entry.amount),
        });
    }
    // A total above the rows.
    let above = present(entries)
        .take_while(|(_, entry)| !matches!(entry.kind, Kind::Item))
        .find(|(_, entry)| matches!(entry.kind, Kind::Total { .. }) && entry.amount == sum);
    above.filter(|_| rows > 1).map(|(_, total)| Settled {
        items: items(entries),
        total: Some(total.amount),
    })
}

/// What follows a total that is the sum of all rows above it.
enum Further {
    /// Nothing that belongs to the same budget.
    None,
    /// Further groups with their own totals, and no grand total.
    Groups,
    /// A grand total that is not the sum of the rows.
    OtherTotal,
}

/// What follows the total at an index. Only a total whose label names a group may be the first of several.
fn further_groups(entries: &[Option<Entry>], at: usize) -> Further {
    let names_group = |entry: &Entry| matches!(entry.kind, Kind::Total { of_group: true });
    if !entries[at].as_ref().is_some_and(names_group) {
        return Further::None;
    }
    let mut sum = 0_i64;
    let mut groups = 0;
    for (_, entry) in present(&entries[at + 1..]) {
        operations::count(1);
        match entry.kind {
            Kind::Item | Kind::Weak => sum = sum.saturating_add(entry.amount),
            Kind::Total { of_group: true } if entry.amount == sum => {
                groups += 1;
                sum = 0;
            }
            // The total of another table, such as that of the financing.
            Kind::Total { .. } if entry.amount == sum => return Further::None,
            Kind::Total { of_group: false } => return Further::OtherTotal,
            Kind::Total { .. } | Kind::Subtotal => return Further::None,
        }
    }
    if groups > 0 && sum == 0 {
        Further::Groups
    } else {
        Further::None
    }
}

/// The plainest reading of rows that no total confirms.
fn inconsistent(entries: &[Option<Entry>]) -> Settled {
    let mut group = 0_i64;
    let mut rows = 0;
    let mut last = None;
    for (index, entry) in present(entries) {
        match entry.kind {
            Kind::Item | Kind::Weak => {
                group = group.saturating_add(entry.amount);
                rows += 1;
            }
            Kind::Subtotal => group = 0,
            Kind::Total { of_group } => {
                let is_of_group = rows > 0 && (of_group || group == entry.amount);
                group = 0;
                last = Some(index);
                // The first total that is no group's is the budget's. What follows is another table.
                if !is_of_group && rows > 0 {
                    break;
                }
            }
        }
    }
    let Some(at) = last else {
        return without_total(entries);
    };
    let above = items(&entries[..at]);
    let items = if above.is_empty() {
        items(entries)
    } else {
        above
    };
    Settled {
        items,
        total: entries[at].map(|entry| entry.amount),
    }
}

/// Rows without a labeled total. A last row that is the sum of the others is their total: it is not
/// counted a second time.
fn without_total(entries: &[Option<Entry>]) -> Settled {
    let mut items = items(entries);
    if let Some((last, above)) = items.split_last()
        && above.len() >= MIN_ROWS_ABOVE_TOTAL
        && sum(above.iter().map(|(_, amount)| *amount)) == last.1
    {
        let total = last.1;
        items.pop();
        return Settled {
            items,
            total: Some(total),
        };
    }
    Settled { items, total: None }
}

fn items(entries: &[Option<Entry>]) -> Vec<(usize, i64)> {
    let items = present(entries).filter(|(_, entry)| entry.kind == Kind::Item);
    items.map(|(index, entry)| (index, entry.amount)).collect()
}

fn present(entries: &[Option<Entry>]) -> impl Iterator<Item = (usize, Entry)> {
    entries
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| Some((index, (*entry)?)))
}

fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}
