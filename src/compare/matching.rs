//! Matching: pair the entries of two lists by what identifies them.

use std::collections::{BTreeMap, VecDeque};

/// An entry of two lists, or of one of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Matched<'r, T> {
    /// Both lists have it.
    Both(&'r T, &'r T),
    /// Only the old list has it.
    Old(&'r T),
    /// Only the new list has it.
    New(&'r T),
}

/// Pairs the entries with equal keys, the first with the first; those of the old list come first, in
/// its order.
pub(super) fn matched<'r, T, K: Ord>(
    old: &'r [T],
    new: &'r [T],
    key: impl Fn(&'r T) -> K,
) -> Vec<Matched<'r, T>> {
    let mut waiting: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
    for (index, entry) in new.iter().enumerate() {
        waiting.entry(key(entry)).or_default().push_back(index);
    }
    let mut taken = vec![false; new.len()];
    let mut pairs = Vec::with_capacity(old.len().max(new.len()));
    for entry in old {
        let partner = waiting.get_mut(&key(entry)).and_then(VecDeque::pop_front);
        match partner {
            Some(index) => {
                taken[index] = true;
                pairs.push(Matched::Both(entry, &new[index]));
            }
            None => pairs.push(Matched::Old(entry)),
        }
    }
    let left = new.iter().zip(taken).filter(|(_, taken)| !taken);
    pairs.extend(left.map(|(entry, _)| Matched::New(entry)));
    pairs
}
