//! Identifier validation: names in a record that become names of files, tables and columns.
//!
//! The kind of a record names a file and a table, a field names a column. The records of diarium have
//! valid names; a file that somebody put among them may not, such as the kind `../../etc/passwd`.

use diarium_document::Record;

/// Longest name, in bytes.
// File systems allow 255 bytes. The rest is for what is added: `kind_`, the extension and the suffix of
// a temporary file.
const MAX_LENGTH: usize = 100;

/// The record, if all names in it are valid.
pub(super) fn check_record(record: Record) -> Result<Record, String> {
    check_names(
        &record.kind,
        record.fields.keys().chain(record.lists.0.keys()),
    )?;
    Ok(record)
}

/// Checks the kind of a record and the names of its fields and lists.
pub(super) fn check_names<'n>(
    kind: &str,
    mut names: impl Iterator<Item = &'n String>,
) -> Result<(), String> {
    if !is_identifier(kind, '-') {
        return Err("is no record of diarium: its kind is no name".to_owned());
    }
    if !names.all(|name| is_identifier(name, '_')) {
        return Err("is no record of diarium: a field's name is no name".to_owned());
    }
    Ok(())
}

fn is_identifier(text: &str, separator: char) -> bool {
    // Lower case only: SQLite and some file systems ignore case, and two names that differ in nothing
    // else would be one table or one file. ASCII only: a letter such as å has two encodings in Unicode.
    text.len() <= MAX_LENGTH
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == separator)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    #[test]
    fn a_kind_that_is_a_path_is_rejected() {
        assert!(check_record(record()).is_ok());
        for kind in ["../../etc/passwd", "", "A", "a/b", "å", &"a".repeat(200)] {
            let mut record = record();
            record.kind = kind.to_owned();
            assert!(check_record(record).is_err(), "{kind}");
        }
        let mut record = record();
        let field = record.fields["email"].clone();
        record.fields.insert("x\"; drop table".to_owned(), field);
        assert!(check_record(record).is_err());
    }
}
