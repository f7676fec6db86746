//! Documents: what is known of each, and how its row changes.
//!
//! Rows of documents change together with the files of the output folder, so these changes are
//! methods of a [`Change`], the transaction of one store operation.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Row, Transaction, named_params, params};
use serde::{Deserialize, Serialize};

use super::paths::{path_key, record_path};
use super::roots::Identity;
use super::{Catalogue, Error, RunId};
use diarium_document::{Failure, FailureCode, Source, Warning};

/// What became of a document, to be stored.
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
    /// What the work took, in milliseconds.
    pub duration_ms: u64,
    /// Its record and derived files, as they were staged.
    pub files: Vec<StagedFile>,
    /// The path that the catalogue had assigned to it before its file was moved.
    pub moved_from: Option<String>,
    /// How many values differ from those of the record that other tools made of the same bytes.
    pub changed_values: u64,
    /// Whether the record that was there before was damaged.
    pub had_damaged_record: bool,
}

impl DocumentRow {
    /// The record's file, relative to the output folder, if there is one.
    pub fn record(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Done { record, .. } => Some(record),
            Outcome::Failed(_) => None,
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
    /// There is none.
    Failed(Failure),
}

/// A file that lies in `DIR/.tmp/` until its operation is committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedFile {
    /// Where it is, relative to the output folder.
    pub staged: String,
    /// Where it belongs, relative to the output folder.
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
pub struct Known {
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
    /// Why the last attempt failed, if it did.
    pub failure: Option<FailureCode>,
    /// Whether the source could not be read the last time, although there is a record.
    pub source_unreadable: bool,
    /// The record that was withdrawn, if there is one.
    pub withdrawn: Option<Withdrawn>,
}

/// The state of a document's file when it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileState {
    /// Length in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i128,
    /// Status change time in nanoseconds since the Unix epoch, 0 if unknown.
    pub changed: i128,
    /// When the state was read, in nanoseconds since the Unix epoch.
    pub checked: i128,
}

/// Time stamps of files are no finer than this on the file systems in use: FAT counts in two
/// seconds, others in ticks of the kernel's clock (1 to 10 ms).
const COARSEST_TIMESTAMP: i128 = 2_000_000_000;

impl FileState {
    /// Whether the file certainly holds the bytes that it held then. It may have been written again
    /// within one granule of its time stamp after the state was read, which leaves no trace; then
    /// only its bytes can tell (as in git's "racy" index entries).
    pub fn is_certainly(&self, source: &Source) -> bool {
        let stamp = match self.changed {
            0 => self.modified,
            changed => changed,
        };
        self.looks_like(source) && stamp + COARSEST_TIMESTAMP < self.checked
    }

    /// Whether the file has the length and times that it had then.
    pub fn looks_like(&self, source: &Source) -> bool {
        self.bytes == source.bytes
            && self.modified == source.modified
            && (self.changed == source.changed || self.changed == 0)
    }
}

/// A record's file, and what it should hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFile {
    /// Relative to the output folder.
    pub path: String,
    /// Its length.
    pub bytes: Option<u64>,
    /// Its modification time in nanoseconds since the Unix epoch.
    pub modified: Option<i128>,
    /// SHA-256 of its bytes; `None` where an early version of diarium wrote it.
    pub sha256: Option<String>,
}

/// A record that was made from earlier bytes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// SHA-256 of those bytes.
    pub id: String,
    /// The fingerprint of the record.
    pub fingerprint: String,
    /// The record's file.
    pub record: RecordFile,
}

const KNOWN: &str = "select documents.document, documents.path, documents.id, bytes, modified_ns,
        changed_ns, checked_ns, documents.fingerprint, documents.record, documents.record_bytes,
        record_modified_ns, documents.record_sha256, failure_code, source_code is not null,
        withdrawn.id, withdrawn.fingerprint, withdrawn.record, withdrawn.record_bytes,
        withdrawn.record_sha256
    from documents left join withdrawn using (document)";

impl Catalogue {
    /// What is known of a document.
    pub fn known(&self, identity: &Identity) -> Result<Option<Known>, Error> {
        let query = format!("{KNOWN} where root = ?1 and relative = ?2");
        let mut statement = self.connection.prepare_cached(&query)?;
        let row = statement.query_row(params![identity.root, identity.relative], known);
        Ok(row.optional()?)
    }

    /// The document that has this path and whose root's folder is not known.
    pub fn known_without_folder(&self, path: &str) -> Result<Option<Known>, Error> {
        let query = format!(
            "{KNOWN} where documents.path = ?1
                 and root in (select root from roots where path is null and named = 0)"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement.query_row([path], known).optional()?)
    }

    /// Whether a document other than `except` has a path that cannot stand beside this one: the
    /// same, but for case and composition, or one whose record lies in a folder where the other's
    /// record is a file.
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
            // Its own old record is in the way as well: it is there until the new one is.
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
    pub fn documents_named(&self, name: &str) -> Result<Vec<String>, Error> {
        self.rows(
            "select path from documents where path = ?1 or id = ?1 or document in
                 (select document from withdrawn where id = ?1) order by path",
            [name],
            |row| row.get(0),
        )
    }

    /// The SHA-256 of all bytes that are known of other documents than these, of withdrawn records as
    /// well.
    pub fn ids_of_others(&self, paths: &[String]) -> Result<HashSet<String>, Error> {
        let ids = self.rows(
            "select path, id from documents where id is not null
             union all select path, withdrawn.id from withdrawn join documents using (document)",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        let paths: HashSet<&String> = paths.iter().collect();
        let others = ids.into_iter().filter(|(path, _)| !paths.contains(path));
        Ok(others.map(|(_, id)| id).collect())
    }

    /// Marks the documents that a run found; all or none. Those that are not known yet are skipped.
    pub fn mark_seen<'i>(
        &mut self,
        run: RunId,
        documents: impl IntoIterator<Item = &'i Identity>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
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

    /// Stores that a record's file was verified; all or none.
    pub fn record_verified(&mut self, records: &[(i64, RecordFile)]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (document, file) in records {
            transaction
                .prepare_cached(
                    "update documents set record_bytes = ?2, record_modified_ns = ?3,
                         record_sha256 = ?4 where document = ?1",
                )?
                .execute(params![
                    document,
                    file.bytes.map(stored),
                    file.modified.map(stored),
                    file.sha256
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Stores that files have their bytes, in these states; all or none.
    pub fn touch(&mut self, run: RunId, files: &[(String, FileState)]) -> Result<(), Error> {
        let change = self.change()?;
        for (path, state) in files {
            change.touch(run, path, state)?;
        }
        change.commit()
    }

    /// Starts a transaction that changes documents together with their files.
    pub fn change(&mut self) -> Result<Change<'_>, Error> {
        let transaction = self.connection.transaction()?;
        Ok(Change { transaction })
    }

    /// The changes of files that were committed and not carried out, in their order.
    pub fn pending(&self) -> Result<Vec<(i64, FileOperation)>, Error> {
        self.rows(
            "select operation, action, source, target from pending_operations order by operation",
            [],
            |row| {
                let (action, source): (String, Option<String>) = (row.get(1)?, row.get(2)?);
                let target = row.get(3)?;
                let operation = match (action.as_str(), source) {
                    ("rename", Some(source)) => FileOperation::Rename { source, target },
                    _ => FileOperation::Remove { target },
                };
                Ok((row.get(0)?, operation))
            },
        )
    }

    /// Forgets changes of files that were carried out, up to and including this one.
    pub fn pending_done(&mut self, last: i64) -> Result<(), Error> {
        self.connection.execute(
            "delete from pending_operations where operation <= ?1",
            [last],
        )?;
        Ok(())
    }
}

/// A change of the output folder's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileOperation {
    /// Renames a file, over what is there.
    Rename {
        /// From, relative to the output folder.
        source: String,
        /// To.
        target: String,
    },
    /// Removes a file.
    Remove {
        /// Which, relative to the output folder.
        target: String,
    },
}

/// Where withdrawn files are kept, relative to the output folder.
pub const WITHDRAWN: &str = "withdrawn";

/// Where records are kept that belong to no document any more, relative to the output folder.
pub const SET_ASIDE: &str = "withdrawn/unlisted";

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let failure: Option<String> = row.get(12)?;
    // A code that this version does not know is handled as a bug: the document is tried again.
    let failure = failure.map(|code| {
        serde_json::from_value(serde_json::Value::String(code)).unwrap_or(FailureCode::Internal)
    });
    let record: Option<String> = row.get(8)?;
    let record = match record {
        Some(path) => Some(RecordFile {
            path,
            bytes: row.get::<_, Option<i64>>(9)?.map(unsigned),
            modified: row.get::<_, Option<i64>>(10)?.map(i128::from),
            sha256: row.get(11)?,
        }),
        None => None,
    };
    let withdrawn: Option<String> = row.get(14)?;
    let withdrawn = match withdrawn {
        Some(id) => Some(Withdrawn {
            id,
            fingerprint: row.get(15)?,
            record: RecordFile {
                path: format!("{WITHDRAWN}/{}", row.get::<_, String>(16)?),
                bytes: row.get::<_, Option<i64>>(17)?.map(unsigned),
                modified: None,
                sha256: row.get(18)?,
            },
        }),
        None => None,
    };
    Ok(Known {
        document: row.get(0)?,
        path: row.get(1)?,
        id: row.get(2)?,
        state: FileState {
            bytes: unsigned(row.get(3)?),
            modified: row.get::<_, i64>(4)?.into(),
            changed: row.get::<_, i64>(5)?.into(),
            checked: row.get::<_, i64>(6)?.into(),
        },
        fingerprint: row.get(7)?,
        record,
        failure,
        source_unreadable: row.get(13)?,
        withdrawn,
    })
}

/// The transaction of one store operation: rows of documents, and the changes of files that belong
/// to them. Files are changed after it is committed; see `store`.
pub struct Change<'c> {
    transaction: Transaction<'c>,
}

impl Change<'_> {
    /// Commits.
    pub fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit()?)
    }

    /// Stores a document's new record or failure. A record replaces the one that was there, with
    /// its derived files, and the one that was withdrawn; a failure withdraws the record that was
    /// there; a source that could not be read leaves it.
    pub fn store(&self, run: RunId, row: &DocumentRow) -> Result<(), Error> {
        if let Some(from) = &row.moved_from {
            self.take_place_of(from, row)?;
        }
        let document = self.document(&row.identity)?;
        match (&row.outcome, document) {
            (Outcome::Failed(failure), Some(document))
                if failure.code.is_source_unreadable() && self.has_record(document)? =>
            {
                self.source_unreadable(run, document, failure)
            }
            (Outcome::Failed(_), Some(document)) => {
                match row.had_damaged_record {
                    true => self.set_aside(document)?,
                    false => self.withdraw(run, document)?,
                }
                self.upsert(run, row)
            }
            (Outcome::Failed(_), None) => self.upsert(run, row),
            (Outcome::Done { .. }, document) => {
                if let Some(document) = document {
                    self.drop_withdrawn(document)?;
                    self.drop_outdated(document, &row.files)?;
                }
                self.upsert(run, row)?;
                self.put_files(row)
            }
        }
    }

    /// Stores that a file has its bytes but another length or time, and can be read.
    pub fn touch(&self, run: RunId, path: &str, state: &FileState) -> Result<(), Error> {
        self.execute(
            "update documents set bytes = ?2, modified_ns = ?3, changed_ns = ?4, checked_ns = ?5,
                 seen_run = ?6, source_code = null, source_message = null where path = ?1",
            params![
                path,
                stored(state.bytes),
                stored(state.modified),
                stored(state.changed),
                stored(state.checked),
                run
            ],
        )
    }

    /// Puts a withdrawn record back: its document has the bytes again that it was made from.
    pub fn restore(&self, run: RunId, path: &str, state: &FileState) -> Result<(), Error> {
        let document: i64 = self.transaction.query_row(
            "select document from documents where path = ?1",
            [path],
            |row| row.get(0),
        )?;
        let (record, files) = self.withdrawn_files(document)?;
        for file in files.iter().chain([&record]) {
            self.rename(&format!("{WITHDRAWN}/{file}"), file)?;
        }
        self.execute(
            "insert into derived_files (path, document, bytes, sha256)
             select path, document, bytes, sha256 from withdrawn_files where document = ?1",
            [document],
        )?;
        self.execute(
            "update documents set (id, fingerprint, kind, pages, warnings, record, record_bytes,
                     record_sha256) = (select id, fingerprint, kind, pages, warnings, record,
                     record_bytes, record_sha256 from withdrawn where document = ?1),
                 outcome = 'done', failure_code = null, failure_message = null,
                 source_code = null, source_message = null, record_modified_ns = null,
                 last_run = ?2
             where document = ?1",
            params![document, run],
        )?;
        self.execute("delete from withdrawn where document = ?1", [document])?;
        self.touch(run, path, state)
    }

    /// Takes away the record of a removed document; says whether the document is pruned. A withdrawn
    /// record stays, and its document with it, unless `withdrawn_too`.
    pub fn prune(&self, path: &str, withdrawn_too: bool) -> Result<bool, Error> {
        let Some(document) = self.document_at(path)? else {
            return Ok(false);
        };
        if withdrawn_too {
            self.drop_withdrawn(document)?;
        }
        let withdrawn = "select 1 from withdrawn where document = ?1";
        let mut withdrawn = self.transaction.prepare_cached(withdrawn)?;
        if withdrawn.exists([document])? {
            return Ok(false);
        }
        self.drop_outdated(document, &[])?;
        self.execute(
            "update documents set outcome = 'pruned', record = null, record_bytes = null,
                 record_modified_ns = null, record_sha256 = null, failure_code = null,
                 failure_message = null, source_code = null, source_message = null, kind = null,
                 pages = null, warnings = '[]'
             where document = ?1 and removed_run is not null",
            [document],
        )?;
        Ok(true)
    }

    /// Forgets a document: its files, withdrawn ones included, and its row.
    pub fn forget(&self, path: &str) -> Result<(), Error> {
        let Some(document) = self.document_at(path)? else {
            return Ok(());
        };
        self.drop_withdrawn(document)?;
        self.drop_outdated(document, &[])?;
        self.remove(&format!("{SET_ASIDE}/{}", record_path(path)))?;
        self.execute("delete from in_flight where path = ?1", [path])?;
        self.execute(
            "delete from other_shard_files where id in
                 (select id from documents where document = ?1)",
            [document],
        )?;
        self.execute("delete from documents where document = ?1", [document])
    }

    /// Moves a damaged record out of the way. It cannot be restored, but is not deleted either.
    fn set_aside(&self, document: i64) -> Result<(), Error> {
        let records = "select record from documents where document = ?1 and record is not null";
        for record in self.paths(records, document)? {
            self.rename(&record, &format!("{SET_ASIDE}/{record}"))?;
        }
        self.drop_outdated(document, &[])
    }

    /// Queues a file to be renamed.
    pub fn rename(&self, source: &str, target: &str) -> Result<(), Error> {
        self.execute(
            "insert into pending_operations (action, source, target) values ('rename', ?1, ?2)",
            [source, target],
        )
    }

    /// Queues a file to be removed.
    pub fn remove(&self, target: &str) -> Result<(), Error> {
        self.execute(
            "insert into pending_operations (action, target) values ('remove', ?1)",
            [target],
        )
    }

    pub(super) fn execute(
        &self,
        query: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<(), Error> {
        self.transaction
            .prepare_cached(query)?
            .execute(parameters)?;
        Ok(())
    }

    pub(super) fn document(&self, identity: &Identity) -> Result<Option<i64>, Error> {
        let query = "select document from documents where root = ?1 and relative = ?2";
        let mut statement = self.transaction.prepare_cached(query)?;
        let document =
            statement.query_row(params![identity.root, identity.relative], |row| row.get(0));
        Ok(document.optional()?)
    }

    fn document_at(&self, path: &str) -> Result<Option<i64>, Error> {
        let mut statement = self
            .transaction
            .prepare_cached("select document from documents where path = ?1")?;
        Ok(statement.query_row([path], |row| row.get(0)).optional()?)
    }

    pub(super) fn has_record(&self, document: i64) -> Result<bool, Error> {
        let mut statement = self
            .transaction
            .prepare_cached("select record is not null from documents where document = ?1")?;
        Ok(statement.query_row([document], |row| row.get(0))?)
    }

    /// A file was moved: the row of its old path becomes the row of the new one, whose files
    /// replace the old ones.
    fn take_place_of(&self, from: &str, row: &DocumentRow) -> Result<(), Error> {
        let Some(old) = self.document_at(from)? else {
            return Ok(());
        };
        // A pruned or failed document may have had the new identity.
        if let Some(there) = self.document(&row.identity)?
            && there != old
        {
            self.drop_withdrawn(there)?;
            self.drop_outdated(there, &[])?;
            self.execute("delete from documents where document = ?1", [there])?;
        }
        self.execute(
            "update documents set root = ?2, relative = ?3, path = ?4, path_key = ?5
             where document = ?1",
            params![
                old,
                row.identity.root,
                row.identity.relative,
                row.source.relative,
                path_key(&row.source.relative)
            ],
        )
    }

    fn source_unreadable(&self, run: RunId, document: i64, failure: &Failure) -> Result<(), Error> {
        self.execute(
            "update documents set source_code = ?2, source_message = ?3, seen_run = ?4,
                 removed_run = null where document = ?1",
            params![document, failure.code.to_string(), failure.message, run],
        )
    }

    /// Withdraws a document's record with its derived files, if it has one.
    pub(super) fn withdraw(&self, run: RunId, document: i64) -> Result<(), Error> {
        if !self.has_record(document)? {
            return Ok(());
        }
        self.drop_withdrawn(document)?;
        self.execute(
            "insert into withdrawn (document, id, fingerprint, kind, pages, warnings, record,
                 record_bytes, record_sha256, run)
             select document, coalesce(id, ''), fingerprint, coalesce(kind, ''),
                 coalesce(pages, 0), warnings, record, coalesce(record_bytes, 0), record_sha256, ?2
             from documents where document = ?1",
            params![document, run],
        )?;
        self.execute(
            "insert into withdrawn_files (path, document, bytes, sha256)
             select path, document, bytes, sha256 from derived_files where document = ?1",
            [document],
        )?;
        let (record, files) = self.withdrawn_files(document)?;
        for file in files.iter().chain([&record]) {
            self.rename(file, &format!("{WITHDRAWN}/{file}"))?;
        }
        self.execute("delete from derived_files where document = ?1", [document])
    }

    /// The record's file and the derived files of a withdrawn record, below `withdrawn/`.
    fn withdrawn_files(&self, document: i64) -> Result<(String, Vec<String>), Error> {
        let record = self.transaction.query_row(
            "select record from withdrawn where document = ?1",
            [document],
            |row| row.get(0),
        )?;
        let files = self.paths(
            "select path from withdrawn_files where document = ?1",
            document,
        )?;
        Ok((record, files))
    }

    fn paths(&self, query: &str, document: i64) -> Result<Vec<String>, Error> {
        let mut statement = self.transaction.prepare_cached(query)?;
        let paths = statement.query_map([document], |row| row.get(0))?;
        Ok(paths.collect::<Result<_, _>>()?)
    }

    /// Removes a withdrawn record, if there is one.
    pub(super) fn drop_withdrawn(&self, document: i64) -> Result<(), Error> {
        let there = self.paths(
            "select record from withdrawn where document = ?1
             union all select path from withdrawn_files where document = ?1",
            document,
        )?;
        for file in &there {
            self.remove(&format!("{WITHDRAWN}/{file}"))?;
        }
        self.execute("delete from withdrawn where document = ?1", [document])
    }

    /// Removes the record and the derived files of a document that are not among the new ones.
    pub(super) fn drop_outdated(&self, document: i64, new: &[StagedFile]) -> Result<(), Error> {
        let there = self.paths(
            "select record from documents where document = ?1 and record is not null
             union all select path from derived_files where document = ?1",
            document,
        )?;
        for old in &there {
            if !new.iter().any(|file| file.path == *old) {
                self.remove(old)?;
            }
        }
        self.execute("delete from derived_files where document = ?1", [document])
    }

    fn put_files(&self, row: &DocumentRow) -> Result<(), Error> {
        let Some(document) = self.document(&row.identity)? else {
            return Ok(());
        };
        for file in &row.files {
            self.rename(&file.staged, &file.path)?;
            if Some(file.path.as_str()) != row.record() {
                self.execute(
                    "insert or replace into derived_files (path, document, bytes, sha256)
                     values (?1, ?2, ?3, ?4)",
                    params![file.path, document, stored(file.bytes), file.sha256],
                )?;
            }
        }
        Ok(())
    }

    fn upsert(&self, run: RunId, row: &DocumentRow) -> Result<(), Error> {
        let columns = Columns::from(row);
        self.execute(
            include_str!("upsert_document.sql"),
            named_params! {
                ":root": row.identity.root,
                ":relative": row.identity.relative,
                ":path": row.source.relative,
                ":path_key": path_key(&row.source.relative),
                ":id": row.id,
                ":bytes": stored(row.source.bytes),
                ":modified": stored(row.source.modified),
                ":changed": stored(row.source.changed),
                ":checked": stored(row.checked),
                ":fingerprint": row.fingerprint,
                ":outcome": columns.outcome,
                ":code": columns.code,
                ":message": columns.message,
                ":kind": columns.kind,
                ":pages": columns.pages,
                ":warnings": columns.warnings,
                ":duration": stored(row.duration_ms),
                ":run": run,
                ":record": columns.record.map(|file| &file.path),
                ":record_bytes": columns.record.map(|file| stored(file.bytes)),
                ":record_modified": columns.record.map(|file| stored(file.modified)),
                ":record_sha256": columns.record.map(|file| &file.sha256),
            },
        )
    }
}

/// An outcome, spread over its columns.
struct Columns<'v> {
    outcome: &'static str,
    code: Option<String>,
    message: Option<&'v str>,
    kind: Option<&'v str>,
    pages: Option<i64>,
    warnings: String,
    record: Option<&'v StagedFile>,
}

impl<'v> From<&'v DocumentRow> for Columns<'v> {
    fn from(row: &'v DocumentRow) -> Self {
        match &row.outcome {
            Outcome::Done {
                kind,
                pages,
                warnings,
                record,
            } => Self {
                outcome: "done",
                code: None,
                message: None,
                kind: Some(kind),
                pages: Some(stored(*pages)),
                warnings: serde_json::json!(warnings).to_string(),
                record: row.files.iter().find(|file| file.path == *record),
            },
            Outcome::Failed(failure) => Self {
                outcome: "failed",
                code: Some(failure.code.to_string()),
                message: Some(&failure.message),
                kind: None,
                pages: None,
                warnings: "[]".to_owned(),
                record: None,
            },
        }
    }
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// SQLite's integers have 64 bits with a sign: enough for bytes, and for nanoseconds until 2262.
pub(super) fn stored<T: TryInto<i64>>(number: T) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_certainly_the_same_only_some_time_after_it_was_written() {
        let second = 1_000_000_000;
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "a.txt".into(),
            bytes: 4,
            modified: 17 * second,
            changed: 100 * second,
        };
        let state = FileState {
            bytes: 4,
            modified: 17 * second,
            changed: 100 * second,
            checked: 200 * second,
        };
        assert!(state.is_certainly(&source));
        for other in [
            FileState { bytes: 5, ..state },
            FileState {
                modified: 18 * second,
                ..state
            },
            // Somebody set the modification time back.
            FileState {
                changed: 99 * second,
                ..state
            },
            // Looked at right after it was written: it may have been written once more.
            FileState {
                checked: 101 * second,
                ..state
            },
        ] {
            assert!(!other.is_certainly(&source), "{other:?}");
        }
    }
}
