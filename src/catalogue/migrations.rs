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

/// Takes the steps that are missing, all or none.
pub(super) fn migrate(connection: &mut Connection, file: &Path) -> Result<(), Error> {
    let found = check_version(connection, file)?;
    let known = newest();
    if found == known {
        return Ok(());
    }
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

/// The last part of the step to version 4.
const RENAME_AND_INDEX: &str = "drop table documents;
    alter table documents_4 rename to documents;
    create index documents_by_outcome on documents (outcome, kind);
    create index documents_by_id on documents (id);
    create index documents_by_seen_run on documents (seen_run);
    create index documents_by_record on documents (record);
    create index derived_files_by_document on derived_files (document);
    create index withdrawn_files_by_document on withdrawn_files (document);";

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
    let certain: BTreeSet<&str> = olds.iter().filter_map(certain_root).collect();
    let mut numbers = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for old in &olds {
        let (root, relative) = root_of(old, &certain);
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
    transaction.execute_batch(RENAME_AND_INDEX)?;
    absorb_nested_roots(transaction, &numbers)
}

/// The folder that was named as an input for certain: what has no folder in its path lies in it.
fn certain_root(old: &Old) -> Option<&str> {
    let place = old.place.as_deref()?;
    let above = place.strip_suffix(&old.path)?.strip_suffix('/')?;
    (!old.path.contains('/') && !above.is_empty()).then_some(above)
}

/// The root of a document, as far as can be told from where its file was, and its path below it.
/// The next run corrects what an input then shows to be otherwise.
///
/// Version 3 put the input's name before a path that was taken: `in/plan.txt` of `/a/in/plan.txt`
/// is a file of the input `/a`, or the second `plan.txt` of the inputs, in `/a/in`.
fn root_of(old: &Old, certain: &BTreeSet<&str>) -> (Option<String>, String) {
    let Some(place) = &old.place else {
        return (None, old.path.clone());
    };
    let below = |relative: &str| place.strip_suffix(relative)?.strip_suffix('/');
    let shorter = old.path.split_once('/').map(|(_, rest)| rest);
    let inner = shorter.and_then(|rest| Some((below(rest)?, rest)));
    let outer = below(&old.path).map(|root| (root, old.path.as_str()));
    let found = match (outer, inner) {
        (Some((outer, _)), Some(inner))
            if certain.contains(inner.0) && !certain.contains(outer) =>
        {
            inner
        }
        (Some(outer), _) => outer,
        (None, Some(inner)) => inner,
        (None, None) => place.rsplit_once('/').unwrap_or(("", place)),
    };
    match found {
        ("", _) => (
            Some("/".to_owned()),
            place.trim_start_matches('/').to_owned(),
        ),
        (root, relative) => (Some(root.to_owned()), relative.to_owned()),
    }
}

/// The documents of a root inside another one become documents of the outer one, as in a run.
fn absorb_nested_roots(
    transaction: &Transaction<'_>,
    numbers: &BTreeMap<Option<String>, i64>,
) -> Result<(), Error> {
    let known: Vec<(&str, i64)> = numbers
        .iter()
        .filter_map(|(path, number)| Some((path.as_deref()?, *number)))
        .collect();
    for (path, number) in &known {
        let outer = known.iter().filter_map(|(outer, into)| {
            let inside = path.strip_prefix(outer.trim_end_matches('/'))?;
            Some((
                *into,
                inside
                    .strip_prefix('/')
                    .filter(|inside| !inside.is_empty())?,
            ))
        });
        // The outermost has the longest way to its documents.
        if let Some((into, inside)) = outer.max_by_key(|(_, inside)| inside.len()) {
            roots::absorb(transaction, *number, into, inside)?;
        }
    }
    Ok(())
}
