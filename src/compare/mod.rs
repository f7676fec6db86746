//! Record comparison: which parts of two records of one document differ.
//!
//! Parts are paired by what identifies them (the name of a field, a person, a heading), never by their
//! position, so that an added entry does not affect the others. A span that differs while its value does
//! not is reported as [`Effect::Moved`]. Two equal records have no changes; `source.path` is not
//! compared, because the output folder assigns paths. Time is linear in the size of the records, apart
//! from sorting.

mod change;
mod texts;
mod values;

#[cfg(test)]
mod tests;

pub use change::{Change, Effect, Excerpt, Part};

use std::collections::{BTreeMap, VecDeque};

use diarium_document::Record;

/// Everything that differs between an old and a new record of one document, part by part, in the
/// order of a record.
pub fn compare(old: &Record, new: &Record) -> Vec<Change> {
    let mut changes = Vec::new();
    if old == new {
        return changes;
    }
    values::compare(old, new, &mut changes);
    texts::compare(old, new, &mut changes);
    // A stable sort: changes of one part keep the order of the record.
    changes.sort_by_key(|change| change.part);
    changes
}

/// The number of values that were added, removed or changed: titles, kinds, fields, people, amounts,
/// choices and list entries. Positions, confidences and texts do not count.
pub fn changed_values(old: &Record, new: &Record) -> u64 {
    let mut changes = Vec::new();
    values::compare(old, new, &mut changes);
    let counted = changes.iter().filter(|change| change.is_value());
    u64::try_from(counted.count()).unwrap_or(u64::MAX)
}

/// An entry of two lists, or of one of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pairing<'r, T> {
    /// Both lists have it.
    Both(&'r T, &'r T),
    /// Only the old list has it.
    Old(&'r T),
    /// Only the new list has it.
    New(&'r T),
}

/// Pairs the entries of two lists by their keys, and entries with equal keys by their order. Entries of the
/// old list come first, in its order.
pub(super) fn pair_by_key<'r, T, K: Ord>(
    old: &'r [T],
    new: &'r [T],
    key: impl Fn(&'r T) -> K,
) -> Vec<Pairing<'r, T>> {
    // Not a longest common subsequence: it is quadratic where two lists differ, and lists may have 50,000
    // entries.
    let mut unpaired: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for (index, entry) in new.iter().enumerate() {
        unpaired.entry(key(entry)).or_default().push_back(index);
    }
    // The map has the order of keys, and the rest must have that of the new list.
    let mut is_paired = vec![false; new.len()];
    let mut pairings = Vec::with_capacity(old.len().max(new.len()));
    for entry in old {
        let partner = unpaired.get_mut(&key(entry)).and_then(VecDeque::pop_front);
        match partner {
            Some(index) => {
                is_paired[index] = true;
                pairings.push(Pairing::Both(entry, &new[index]));
            }
            None => pairings.push(Pairing::Old(entry)),
        }
    }
    let rest = new
        .iter()
        .zip(is_paired)
        .filter(|(_, is_paired)| !is_paired);
    pairings.extend(rest.map(|(entry, _)| Pairing::New(entry)));
    pairings
}
