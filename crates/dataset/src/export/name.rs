//! Can a record's own words be names of files and tables?
//!
//! Kinds name tables and files, fields name columns. Records that diarium made have only names that
//! can; a file that somebody else put among them may have others.

use diarium_document::Record;

/// Longest name: what a file system's name holds, less what we add.
const LONGEST: usize = 100;

/// The record, if all names in it can be used.
pub(super) fn check(record: Record) -> Result<Record, String> {
    check_names(
        &record.kind,
        record.fields.keys().chain(record.lists.0.keys()),
    )?;
    Ok(record)
}

/// Whether a record's kind and the names of its fields and lists can be used.
pub(super) fn check_names<'n>(
    kind: &str,
    mut names: impl Iterator<Item = &'n String>,
) -> Result<(), String> {
    if !is_name(kind, '-') {
        return Err("is no record of diarium: its kind is no name".to_owned());
    }
    if !names.all(|name| is_name(name, '_')) {
        return Err("is no record of diarium: a field's name is no name".to_owned());
    }
    Ok(())
}

fn is_name(text: &str, joint: char) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == joint)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    #[test]
    fn a_kind_that_would_leave_the_folder_is_refused() {
        assert!(check(record()).is_ok());
        for kind in ["../../etc/passwd", "", "A", "a/b", "å", &"a".repeat(200)] {
            let mut record = record();
            record.kind = kind.to_owned();
            assert!(check(record).is_err(), "{kind}");
        }
        let mut record = record();
        let field = record.fields["email"].clone();
        record.fields.insert("x\"; drop table".to_owned(), field);
        assert!(check(record).is_err());
    }
}
