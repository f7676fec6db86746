//! Documents: the row of each document, and queries for what is known of it.
//!
//! Rows change together with the files of the output folder, in a [`Change`](super::Change).

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::paths::{WITHDRAWN, path_key};
use super::roots::Identity;
use super::{Catalogue, Error, FileState, RunId, WithdrawnRecord, from_sql, to_sql};
use diarium_document::{Failure, FailureCode, Source, Warning};

/// The outcome of processing a document, to be stored.
#[derive(Debug, Clone)]
pub struct DocumentRow {
    /// The document. `source.relative` is the path that the catalogue assigned.
    pub source: Source,
    /// Its root and its path below that.
    pub identity: Identity,
    /// When the state of its file was read, in nanoseconds since the Unix epoch.
    pub checked: i128,
    /// SHA-256 of its bytes, where they could be read.
    pub id: Option<String>,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Record or failure.
    pub outcome: Outcome,
    /// How long processing took, in milliseconds.
    pub duration_ms: u64,
    /// Its record and derived files, which are staged.
    pub files: Vec<StagedFile>,
    /// The paths of its members in it, if it is a container.
    pub members: Vec<String>,
    /// The path that the catalogue had assigned to it before its file was moved.
    pub moved_from: Option<String>,
    /// How many values differ from the earlier record of the same bytes.
    pub changed_values: u64,
    /// Whether the earlier record was damaged.
    pub had_damaged_record: bool,
}

impl DocumentRow {
    /// The record's file, relative to the output folder, if there is one.
    pub fn record(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Done { record, .. } => Some(record),
            Outcome::Container { .. } | Outcome::Failed(_) => None,
        }
    }
}

/// Record or failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// There is a record.
    Done {
        /// Its kind.
        kind: String,
        /// How many pages were read.
        pages: usize,
        /// Its warnings.
        warnings: Vec<Warning>,
        /// Its file, relative to the output folder.
        record: String,
    },
    /// There is none, and none is missing: it is a container, and what is in it are the documents.
    Container {
        /// What may be missing from its members.
        warnings: Vec<Warning>,
    },
    /// There is none.
    Failed(Failure),
}

/// A file that is in `DIR/.tmp/` until the operation that it belongs to is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedFile {
    /// Its path in `DIR/.tmp/`, relative to the output folder.
    pub staged: String,
    /// Its final path, relative to the output folder.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its modification time in nanoseconds since the Unix epoch.
    pub modified: i128,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What the catalogue knows of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDocument {
    /// Its number in this catalogue.
    pub document: i64,
    /// The path that it was assigned.
    pub path: String,
    /// SHA-256 of the bytes.
    pub id: Option<String>,
    /// The state of its file.
    pub state: FileState,
    /// The fingerprint of the last attempt.
    pub fingerprint: String,
    /// The record, unless the last attempt failed.
    pub record: Option<RecordFile>,
    /// Whether it is a container that is no document itself.
    pub is_container: bool,
    /// Why the last attempt failed, if it did.
    pub failure: Option<FailureCode>,
    /// Whether the source could not be read the last time, although there is a record.
    pub source_unreadable: bool,
    /// The record that was withdrawn, if there is one.
    pub withdrawn: Option<WithdrawnRecord>,
}

/// A record's file, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Relative to the output folder.
    pub path: String,
    /// Its length.
    pub bytes: Option<u64>,
    /// Its modification time in nanoseconds since the Unix epoch.
    pub modified: Option<i128>,
    /// SHA-256 of its bytes; `None` if version 3 of the catalogue or an earlier one listed it.
    pub sha256: Option<String>,
}

impl RecordFile {
    /// The file in four consecutive columns: path, length, modified, SHA-256. `None` if the path is null.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<Self>> {
        let Some(path) = row.get(first)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            path,
            bytes: row.get::<_, Option<i64>>(first + 1)?.map(from_sql),
            modified: row.get::<_, Option<i64>>(first + 2)?.map(i128::from),
            sha256: row.get(first + 3)?,
        }))
    }
}

/// The columns that [`known_document`] reads.
const KNOWN: &str = "select documents.document, documents.path, documents.id, bytes, modified_ns,
        changed_ns, checked_ns, documents.fingerprint, documents.record, documents.record_bytes,
        record_modified_ns, documents.record_sha256, failure_code, source_code is not null,
        withdrawn.id, withdrawn.fingerprint, withdrawn.record, withdrawn.record_bytes,
        withdrawn.record_sha256, outcome = 'container'
    from documents left join withdrawn using (document)";

impl Catalogue {
    /// What is known of a document.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn known(&self, identity: &Identity) -> Result<Option<KnownDocument>, Error> {
        let query = format!("{KNOWN} where root = ?1 and relative = ?2");
        let mut statement = self.connection.prepare_cached(&query)?;
        let row = statement.query_row(params![identity.root, identity.relative], known_document);
        Ok(row.optional()?)
    }

    /// The document that has this path and a root whose folder is unknown.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn known_without_folder(&self, path: &str) -> Result<Option<KnownDocument>, Error> {
        let query = format!(
            "{KNOWN} where documents.path = ?1
                 and root in (select root from roots where path is null and named = 0)"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement.query_row([path], known_document).optional()?)
    }

    /// Whether a document other than `except` has a path that conflicts with this one: the same
    /// apart from case and Unicode composition, or one whose record would need a folder where the
    /// other has its record.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn is_path_taken(&self, path: &str, except: Option<&str>) -> Result<bool, Error> {
        let key = path_key(path);
        let except = except.unwrap_or("");
        let mut same = self
            .connection
            .prepare_cached("select 1 from documents where path_key = ?1 and path <> ?2")?;
        if same.exists(params![key, except])? {
            return Ok(true);
        }
        // The record of `a` is the file `a.json`, so that `a.json/b` would need a folder of that
        // name. A key ends as its record does.
        for (at, _) in key.match_indices('/') {
            // Its own old record counts as well: it exists until the new one does.
            if same.exists(params![&key[..at], ""])? {
                return Ok(true);
            }
        }
        let mut inside = self
            .connection
            .prepare_cached("select 1 from documents where path_key > ?1 and path_key < ?2")?;
        // `0` follows `/` in the order of characters.
        Ok(inside.exists([format!("{key}/"), format!("{key}0")])?)
    }

    /// The paths of the documents that have this path, or whose bytes, in use or withdrawn, have
    /// this SHA-256.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn documents_named(&self, name: &str) -> Result<Vec<String>, Error> {
        self.rows(
            "select path from documents where path = ?1 or id = ?1 or document in
                 (select document from withdrawn where id = ?1) order by path",
            [name],
            |row| row.get(0),
        )
    }

    /// The SHA-256 of all documents except these, also of their withdrawn records.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn ids_of_others(&self, paths: &[String]) -> Result<HashSet<String>, Error> {
        let ids = self.rows(
            "select path, id from documents where id is not null
             union all select path, withdrawn.id from withdrawn join documents using (document)",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        // Filtered here, because a query has a limited number of parameters.
        let paths: HashSet<&String> = paths.iter().collect();
        let others = ids.into_iter().filter(|(path, _)| !paths.contains(path));
        Ok(others.map(|(_, id)| id).collect())
    }

    /// Marks the documents that a run found, in one transaction. Unknown ones are skipped.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn mark_seen<'i>(
        &mut self,
        run: RunId,
        documents: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<(), Error> {
        // One commit for all, because each is forced to the disk.
        let transaction = self.connection.transaction()?;
        // A pruned document has no record and is processed like a new one, which also stores that it was
        // found.
        for identity in documents {
            transaction
                .prepare_cached(
                    "update documents set seen_run = ?3, removed_run = null
                     where root = ?1 and relative = ?2 and outcome <> 'pruned'",
                )?
                .execute(params![identity.root, identity.relative, run])?;
        }
        Ok(transaction.commit()?)
    }

    /// Stores the files of records that were verified, in one transaction.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn store_verified(&mut self, records: &[(i64, RecordFile)]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (document, file) in records {
            transaction
                .prepare_cached(
                    "update documents set record_bytes = ?2, record_modified_ns = ?3,
                         record_sha256 = ?4 where document = ?1",
                )?
                .execute(params![
                    document,
                    file.bytes.map(to_sql),
                    file.modified.map(to_sql),
                    file.sha256
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Stores new states of files whose bytes are unchanged, in one transaction.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn touch(&mut self, run: RunId, files: &[(String, FileState)]) -> Result<(), Error> {
        let change = self.change()?;
        for (path, state) in files {
            change.touch(run, path, state)?;
        }
        change.commit()
    }
}

fn known_document(row: &Row<'_>) -> rusqlite::Result<KnownDocument> {
    let failure: Option<String> = row.get(12)?;
    // An unknown code, of a newer version, is handled as a bug: the document is processed again.
    let failure = failure.map(|code| {
        serde_json::from_value(serde_json::Value::String(code)).unwrap_or(FailureCode::Internal)
    });
    let withdrawn = match row.get(14)? {
        Some(id) => Some(WithdrawnRecord {
            id,
            fingerprint: row.get(15)?,
            record: RecordFile {
                path: format!("{WITHDRAWN}/{}", row.get::<_, String>(16)?),
                bytes: row.get::<_, Option<i64>>(17)?.map(from_sql),
                modified: None,
                sha256: row.get(18)?,
            },
        }),
        None => None,
    };
    Ok(KnownDocument {
        document: row.get(0)?,
        path: row.get(1)?,
        id: row.get(2)?,
        state: FileState::from_row(row, 3)?,
        fingerprint: row.get(7)?,
        record: RecordFile::from_row(row, 8)?,
        failure,
        source_unreadable: row.get(13)?,
        withdrawn,
        is_container: row.get(19)?,
    })
}
