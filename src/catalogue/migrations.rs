//! Schema migrations of the catalogue.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, Transaction, params};

use super::paths::path_key;
use super::{Error, roots};

/// A step to the next version of the schema.
enum Step {
    Sql(&'static str),
    Code(fn(&Transaction<'_>) -> Result<(), Error>),
}

/// Every step from an empty file to the newest schema, in order; a released step is never changed.
/// `user_version` counts the steps taken.
const STEPS: [Step; 4] = [
    Step::Sql(include_str!("schema.sql")),
    Step::Sql(include_str!("incremental.sql")),
    Step::Sql(include_str!("shards.sql")),
    Step::Code(move_documents_below_roots),
];

/// Takes the steps that are missing, all or none. Gives the version that the file had.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<i64, Error> {
    let found = check_version(connection, file)?;
    let known = newest();
    if found == known {
        return Ok(found);
    }
    let transaction = connection.transaction()?;
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql)?,
            Step::Code(code) => code(&transaction)?,
        }
    }
    transaction.pragma_update(None, "user_version", known)?;
    transaction.commit()?;
    Ok(found)
}

/// The version of the schema, unless a newer diarium wrote it.
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

/// Checks that the schema is the newest: a reader cannot bring it up to date.
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

/// A document as version 3 knew it.
struct Old {
    path: String,
    place: Option<String>,
}

/// From version 3, which knew a document by its path below whatever input was named, to version 4,
/// which knows it by its root and its path below that.
fn move_documents_below_roots(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.execute_batch(include_str!("store.sql"))?;
    let olds: Vec<Old> = transaction
        .prepare("select path, place from documents order by path")?
        .query_map([], |row| {
            Ok(Old {
                path: row.get(0)?,
                place: row.get(1)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut numbers = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for old in &olds {
        let (root, relative) = root_of(old);
        let number = match numbers.get(&root) {
            Some(number) => *number,
            None => {
                let number = roots::insert(transaction, root.as_deref(), None)?;
                numbers.insert(root.clone(), number);
                number
            }
        };
        // Version 3 allowed paths that differ only in case; they keep their records.
        let mut key = path_key(&old.path);
        while !keys.insert(key.clone()) {
            key.push('\n');
        }
        transaction
            .prepare_cached(
                "insert into documents_4 (root, relative, path, path_key, id, bytes, modified_ns,
                     fingerprint, outcome, failure_code, failure_message, kind, pages, warnings,
                     duration_ms, first_run, last_run, seen_run, removed_run, record)
                 select ?2, ?3, path, ?4, id, bytes, modified_ns,
                     fingerprint, outcome, failure_code, failure_message, kind, pages, warnings,
                     duration_ms, first_run, last_run, seen_run, removed_run, record
                 from documents where path = ?1",
            )?
            .execute(params![old.path, number, relative, key])?;
    }
    Ok(transaction.execute_batch(
        "drop table documents;
         alter table documents_4 rename to documents;
         create index documents_by_outcome on documents (outcome, kind);
         create index documents_by_id on documents (id);
         create index documents_by_seen_run on documents (seen_run);
         create index derived_files_by_document on derived_files (document);
         create index withdrawn_files_by_document on withdrawn_files (document);",
    )?)
}

/// The root of a document, as far as can be told from where its file was, and its path below it.
/// The next run corrects what an input then shows to be otherwise.
fn root_of(old: &Old) -> (Option<String>, String) {
    let Some(place) = &old.place else {
        return (None, old.path.clone());
    };
    if let Some(above) = place.strip_suffix(&old.path)
        && let Some(root) = above.strip_suffix('/')
        && !root.is_empty()
    {
        return (Some(root.to_owned()), old.path.clone());
    }
    match place.rsplit_once('/') {
        Some((root, name)) if !root.is_empty() => (Some(root.to_owned()), name.to_owned()),
        _ => (
            Some("/".to_owned()),
            place.trim_start_matches('/').to_owned(),
        ),
    }
}
