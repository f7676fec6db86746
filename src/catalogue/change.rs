//! Change: the transaction of one store operation.
//!
//! Rows of documents change together with the files of the output folder. A change therefore also adds
//! the renames and removals of files to the redo log, which `store` carries out after the commit. A
//! change that is dropped without a commit changes nothing.

use rusqlite::{OptionalExtension, Transaction, named_params, params};

use super::documents::{DocumentRow, Outcome, StagedFile};
use super::paths::{UNLISTED, path_key, record_path};
use super::roots::Identity;
use super::{Catalogue, Error, FileState, RunId, to_sql};
use diarium_document::Failure;

/// An open transaction that changes documents and the files that belong to them.
pub struct Change<'c> {
    pub(super) transaction: Transaction<'c>,
}

impl Catalogue {
    /// Starts a change.
    ///
    /// # Errors
    /// If the catalogue cannot be used.
    pub fn change(&mut self) -> Result<Change<'_>, Error> {
        let transaction = self.connection.transaction()?;
        Ok(Change { transaction })
    }
}

impl Change<'_> {
    /// Commits the change: it takes effect now.
    ///
    /// # Errors
    /// If the catalogue cannot be written, as for all methods.
    pub fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit()?)
    }

    /// Stores the outcome of processing a document.
    ///
    /// A record replaces the earlier one with its derived files, and a withdrawn one. A failure
    /// withdraws the earlier record, and so does a container, which has none. A failure to read the source leaves the record as it is.
    pub fn store(&self, run: RunId, row: &DocumentRow) -> Result<(), Error> {
        if let Some(from) = &row.moved_from {
            self.move_row(from, row)?;
        }
        let document = self.document(&row.identity)?;
        match (&row.outcome, document) {
            (Outcome::Failed(failure), Some(document))
                if failure.code.is_source_unreadable() && self.has_record(document)? =>
            {
                self.mark_source_unreadable(run, document, failure)
            }
            (Outcome::Failed(_) | Outcome::Container { .. }, Some(document)) => {
                // A damaged record must not be restored later as if it were what was written.
                if row.had_damaged_record {
                    self.move_to_unlisted(document)?;
                } else {
                    self.withdraw(run, document)?;
                }
                self.upsert(run, row)?;
                self.store_members(row)
            }
            (Outcome::Failed(_) | Outcome::Container { .. }, None) => {
                self.upsert(run, row)?;
                self.store_members(row)
            }
            (Outcome::Done { .. }, document) => {
                // Before the row is updated, which still lists the old files. Their removals come before the
                // renames of the new files in the redo log, too.
                if let Some(document) = document {
                    self.remove_withdrawn(document)?;
                    self.remove_outdated(document, &row.files)?;
                }
                self.upsert(run, row)?;
                self.insert_files(row)?;
                self.store_members(row)
            }
        }
    }

    /// Stores the members of a document; one that failed has none.
    fn store_members(&self, row: &DocumentRow) -> Result<(), Error> {
        let Some(document) = self.document(&row.identity)? else {
            return Ok(());
        };
        self.set_members(document, row.members.iter().map(String::as_str))
    }

    /// Stores a new state of a file whose bytes are unchanged, and that its source can be read.
    pub fn touch(&self, run: RunId, path: &str, state: &FileState) -> Result<(), Error> {
        self.execute(
            "update documents set bytes = ?2, modified_ns = ?3, changed_ns = ?4, checked_ns = ?5,
                 seen_run = ?6, source_code = null, source_message = null where path = ?1",
            params![
                path,
                to_sql(state.bytes),
                to_sql(state.modified),
                to_sql(state.changed),
                to_sql(state.checked),
                run
            ],
        )
    }

    /// Removes the record of a removed document, and returns whether the document is pruned. A withdrawn
    /// record is kept, and its document with it, unless `withdrawn_too`.
    pub fn prune(&self, path: &str, withdrawn_too: bool) -> Result<bool, Error> {
        let Some(document) = self.document_at(path)? else {
            return Ok(false);
        };
        // Otherwise the files would be removed and the row kept.
        let removed = "select 1 from documents where document = ?1 and removed_run is not null";
        let mut removed = self.transaction.prepare_cached(removed)?;
        if !removed.exists([document])? {
            return Ok(false);
        }
        if withdrawn_too {
            self.remove_withdrawn(document)?;
        }
        // Without its row, nothing would restore or remove the withdrawn record.
        let withdrawn = "select 1 from withdrawn where document = ?1";
        let mut withdrawn = self.transaction.prepare_cached(withdrawn)?;
        if withdrawn.exists([document])? {
            return Ok(false);
        }
        self.remove_outdated(document, &[])?;
        self.set_members(document, [])?;
        self.execute(
            "update documents set outcome = 'pruned', record = null, record_bytes = null,
                 record_modified_ns = null, record_sha256 = null, failure_code = null,
                 failure_message = null, source_code = null, source_message = null, kind = null,
                 pages = null, warnings = '[]'
             where document = ?1",
            [document],
        )?;
        Ok(true)
    }

    /// Erases a document: its files, withdrawn ones included, and its row.
    pub fn forget(&self, path: &str) -> Result<(), Error> {
        let Some(document) = self.document_at(path)? else {
            return Ok(());
        };
        // A damaged record, or files that the catalogue did not list, may have been moved there.
        self.remove(&format!("{UNLISTED}/{}", record_path(path)))?;
        for file in self.listed_files(document)? {
            self.remove(&format!("{UNLISTED}/{file}"))?;
        }
        self.remove_withdrawn(document)?;
        self.remove_outdated(document, &[])?;
        self.execute("delete from in_flight where path = ?1", [path])?;
        // Files of other shards have no document here. One with the same bytes is forgotten by its hash.
        self.execute(
            "delete from other_shard_files where id in
                 (select id from documents where document = ?1)",
            [document],
        )?;
        // Last, because the statements above look up the files and the hash by this row.
        self.execute("delete from documents where document = ?1", [document])
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

    /// The number of a document.
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

    /// The paths that a query finds for a document.
    pub(super) fn paths(&self, query: &str, document: i64) -> Result<Vec<String>, Error> {
        let mut statement = self.transaction.prepare_cached(query)?;
        let paths = statement.query_map([document], |row| row.get(0))?;
        Ok(paths.collect::<Result<_, _>>()?)
    }

    /// Gives the row of a moved file its new identity and path. The new files then replace the old ones.
    // The row keeps its old files until the new ones make them outdated: they contain the old path.
    fn move_row(&self, from: &str, row: &DocumentRow) -> Result<(), Error> {
        let Some(old) = self.document_at(from)? else {
            return Ok(());
        };
        // A pruned or failed document may have had the new identity.
        if let Some(replaced) = self.document(&row.identity)?
            && replaced != old
        {
            self.remove_withdrawn(replaced)?;
            self.remove_outdated(replaced, &[])?;
            self.execute("delete from documents where document = ?1", [replaced])?;
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

    fn mark_source_unreadable(
        &self,
        run: RunId,
        document: i64,
        failure: &Failure,
    ) -> Result<(), Error> {
        self.execute(
            "update documents set source_code = ?2, source_message = ?3, seen_run = ?4,
                 removed_run = null where document = ?1",
            params![document, failure.code.to_string(), failure.message, run],
        )
    }

    /// Removes the record and the derived files of a document that new files do not replace.
    pub(super) fn remove_outdated(&self, document: i64, new: &[StagedFile]) -> Result<(), Error> {
        for old in &self.listed_files(document)? {
            // A rename replaces an old file in one step, so that readers always find one.
            if !new.iter().any(|file| file.path == *old) {
                self.remove(old)?;
            }
        }
        self.execute("delete from derived_files where document = ?1", [document])
    }

    /// The record and the derived files of a document that are in use.
    fn listed_files(&self, document: i64) -> Result<Vec<String>, Error> {
        self.paths(
            "select record from documents where document = ?1 and record is not null
             union all select path from derived_files where document = ?1",
            document,
        )
    }

    /// Adds the renames of a document's staged files, and the rows of its derived files.
    fn insert_files(&self, row: &DocumentRow) -> Result<(), Error> {
        let Some(document) = self.document(&row.identity)? else {
            return Ok(());
        };
        for file in &row.files {
            self.rename(&file.staged, &file.path)?;
            if Some(file.path.as_str()) != row.record() {
                self.execute(
                    "insert or replace into derived_files (path, document, bytes, sha256)
                     values (?1, ?2, ?3, ?4)",
                    params![file.path, document, to_sql(file.bytes), file.sha256],
                )?;
            }
        }
        Ok(())
    }

    fn upsert(&self, run: RunId, row: &DocumentRow) -> Result<(), Error> {
        let columns = OutcomeColumns::from(row);
        self.execute(
            include_str!("upsert_document.sql"),
            named_params! {
                ":root": row.identity.root,
                ":relative": row.identity.relative,
                ":path": row.source.relative,
                ":path_key": path_key(&row.source.relative),
                ":id": row.id,
                ":bytes": to_sql(row.source.bytes),
                ":modified": to_sql(row.source.modified),
                ":changed": to_sql(row.source.changed),
                ":checked": to_sql(row.checked),
                ":fingerprint": row.fingerprint,
                ":outcome": columns.outcome,
                ":code": columns.code,
                ":message": columns.message,
                ":kind": columns.kind,
                ":pages": columns.pages,
                ":warnings": columns.warnings,
                ":duration": to_sql(row.duration_ms),
                ":run": run,
                ":record": columns.record.map(|file| &file.path),
                ":record_bytes": columns.record.map(|file| to_sql(file.bytes)),
                ":record_modified": columns.record.map(|file| to_sql(file.modified)),
                ":record_sha256": columns.record.map(|file| &file.sha256),
            },
        )
    }
}

/// The columns of an outcome.
struct OutcomeColumns<'v> {
    outcome: &'static str,
    code: Option<String>,
    message: Option<&'v str>,
    kind: Option<&'v str>,
    pages: Option<i64>,
    warnings: String,
    record: Option<&'v StagedFile>,
}

impl<'v> From<&'v DocumentRow> for OutcomeColumns<'v> {
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
                pages: Some(to_sql(*pages)),
                warnings: serde_json::json!(warnings).to_string(),
                record: row.files.iter().find(|file| file.path == *record),
            },
            Outcome::Container { warnings } => Self {
                outcome: "container",
                code: None,
                message: None,
                kind: None,
                pages: None,
                warnings: serde_json::json!(warnings).to_string(),
                record: None,
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
