//! Record comparison: which parts of two records of one document differ.
//!
//! Parts are matched by what identifies them (a field's name, a person, a heading), never by their
//! position, so that an entry that is added moves no other. A span that differs while its value does
//! not is reported as [`Effect::Moved`]. Two equal records have no changes; `source.path` is not
//! compared, because paths are assigned by whoever stores the records. Time is linear in the size of
//! the records, apart from sorting.

mod change;
mod excerpt;
mod matching;
mod texts;
mod values;

#[cfg(test)]
mod tests;

pub use change::{Change, Effect, Part};
pub use excerpt::Excerpt;

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
    changes.sort_by_key(|change| change.part);
    changes
}

/// How many values differ: titles, kinds, fields, people, amounts, boxes and entries of lists that
/// were added, removed or changed. Positions, confidence and texts do not count.
pub fn changed_values(old: &Record, new: &Record) -> u64 {
    let mut changes = Vec::new();
    values::compare(old, new, &mut changes);
    let counted = changes.iter().filter(|change| change.is_value());
    u64::try_from(counted.count()).unwrap_or(u64::MAX)
}
