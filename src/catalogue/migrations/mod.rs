//! Schema migrations: from any earlier version of the catalogue to the newest, in one transaction.
//!
//! `PRAGMA user_version` holds the version of a file. A released step is never changed; a new version is
//! a new step. A file of a newer version is refused.

mod version_4;

use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::Error;

/// A step to the next version of the schema.
enum Step {
    Sql(&'static str),
    Code(fn(&Transaction<'_>) -> Result<(), Error>),
}

/// All steps from an empty file to the newest schema. `user_version` counts the steps taken.
const STEPS: [Step; 5] = [
    Step::Sql(include_str!("version_1.sql")),
    Step::Sql(include_str!("version_2.sql")),
    Step::Sql(include_str!("version_3.sql")),
    Step::Code(version_4::migrate),
    Step::Sql(include_str!("version_5.sql")),
];

/// Migrates a file to the newest version.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), Error> {
    let found = check_version(connection, file)?;
    let known = newest();
    if found == known {
        return Ok(());
    }
    // Outside the transaction, in which the setting cannot be changed: a table that is replaced by a new one
    // must not delete what refers to it.
    connection.pragma_update(None, "foreign_keys", "off")?;
    // Changes of the schema and `user_version` are part of the transaction, so that a migration that was
    // killed begins again with the old file.
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql)?,
            Step::Code(code) => code(&transaction)?,
        }
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

/// The version of a file.
///
/// # Errors
/// If a newer diarium wrote it.
pub(super) fn check_version(connection: &Connection, file: &Path) -> Result<i64, Error> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > newest() {
        return Err(Error::Newer {
            file: file.to_owned(),
            found,
            known: newest(),
        });
    }
    Ok(found)
}

/// Checks that a file has the newest version: a reader cannot migrate it.
pub(super) fn check_newest(connection: &Connection, file: &Path) -> Result<(), Error> {
    match check_version(connection, file)? {
        found if found < newest() => Err(Error::Older {
            file: file.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}
