//! Version 4: documents are identified by their root and their path below it.
//!
//! Version 3 identified a document by its path below whichever input was named. The root is derived from
//! the absolute path that version 3 stored, as far as that is possible; the next run corrects it where
//! an input shows otherwise.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Transaction, params};

use crate::catalogue::Error;
use crate::catalogue::paths::path_key;
use crate::catalogue::roots::{self, RootId};

/// A row of version 3.
struct OldRow {
    path: String,
    /// The absolute path of the file, if a run of version 2 or 3 saw it.
    place: Option<String>,
}

/// Runs after the rows were copied.
const RENAME_AND_INDEX: &str = "drop table documents;
    alter table documents_4 rename to documents;
    create index documents_by_outcome on documents (outcome, kind);
    create index documents_by_id on documents (id);
    create index documents_by_seen_run on documents (seen_run);
    create index documents_by_record on documents (record);
    create index derived_files_by_document on derived_files (document);
    create index withdrawn_files_by_document on withdrawn_files (document);";

/// Migrates a catalogue of version 3.
pub(super) fn migrate(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.execute_batch(include_str!("version_4.sql"))?;
    // All rows, because a later one may prove the root of an earlier one.
    let olds: Vec<OldRow> = transaction
        .prepare("select path, place from documents order by path")?
        .query_map([], |row| {
            Ok(OldRow {
                path: row.get(0)?,
                place: row.get(1)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let proven: BTreeSet<&str> = olds.iter().filter_map(proven_root).collect();
    let mut numbers = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for old in &olds {
        let (root, relative) = root_of(old, &proven);
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
            // No path of version 4 has such a key: control characters are percent-encoded in it.
            key.push('\n');
        }
        copy_row(transaction, old, number, &relative, &key)?;
    }
    transaction.execute_batch(RENAME_AND_INDEX)?;
    absorb_nested_roots(transaction, &numbers)
}

/// Copies a row of version 3 to the new table.
fn copy_row(
    transaction: &Transaction<'_>,
    old: &OldRow,
    root: RootId,
    relative: &str,
    key: &str,
) -> Result<(), Error> {
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
        .execute(params![old.path, root, relative, key])?;
    Ok(())
}

/// The input folder of a document whose path has no folder: it is the parent of the file.
fn proven_root(old: &OldRow) -> Option<&str> {
    let place = old.place.as_deref()?;
    let above = place.strip_suffix(&old.path)?.strip_suffix('/')?;
    (!old.path.contains('/') && !above.is_empty()).then_some(above)
}

/// The most likely root of a document, and its path below it.
///
/// The path is ambiguous: version 3 put the name of the input before a path that was taken. The document
/// `in/plan.txt` with the file `/a/in/plan.txt` is a file of the input `/a`, or the second `plan.txt` of
/// all inputs, in `/a/in`. It is the second only if `/a/in` is proven to be an input and `/a` is not.
fn root_of(old: &OldRow, proven: &BTreeSet<&str>) -> (Option<String>, String) {
    let Some(place) = &old.place else {
        return (None, old.path.clone());
    };
    let below = |relative: &str| place.strip_suffix(relative)?.strip_suffix('/');
    let shorter = old.path.split_once('/').map(|(_, rest)| rest);
    let inner = shorter.and_then(|rest| Some((below(rest)?, rest)));
    let outer = below(&old.path).map(|root| (root, old.path.as_str()));
    let root = match (outer, inner) {
        (Some((outer, _)), Some(inner)) if proven.contains(inner.0) && !proven.contains(outer) => {
            inner
        }
        (Some(outer), _) => outer,
        (None, Some(inner)) => inner,
        // The place does not end in the path, with or without its first part. The parent folder is a root
        // that certainly contains the file.
        (None, None) => place.rsplit_once('/').unwrap_or(("", place)),
    };
    match root {
        ("", _) => (
            Some("/".to_owned()),
            place.trim_start_matches('/').to_owned(),
        ),
        (root, relative) => (Some(root.to_owned()), relative.to_owned()),
    }
}

/// Moves the documents of a root inside another root to the outer one, as a run does.
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
        // The outermost root has the longest path to the documents.
        if let Some((into, inside)) = outer.max_by_key(|(_, inside)| inside.len()) {
            roots::absorb(transaction, *number, into, inside)?;
        }
    }
    Ok(())
}
