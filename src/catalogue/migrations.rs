//! Which version of the schema is this, and how does it become the newest?

use std::path::Path;

use rusqlite::Connection;

use super::Error;

/// Every step from an empty file to the newest schema, in order; a step once released is never
/// changed. `user_version` counts the steps taken.
const STEPS: [&str; 3] = [
    include_str!("schema.sql"),
    include_str!("incremental.sql"),
    include_str!("shards.sql"),
];

/// Takes the steps that are still missing, all or none.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), Error> {
    let found = check_version(connection, file)?;
    let known = newest();
    if found == known {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}

/// The version of the schema, unless a newer diarium made it.
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

/// That the schema is the newest: whoever only reads cannot bring it up to date.
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
