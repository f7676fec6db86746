//! Withdrawn records: records whose source has new bytes that cannot be processed.
//!
//! A withdrawn record is moved to `withdrawn/` with its derived files, and its row to the tables
//! `withdrawn` and `withdrawn_files`. It is restored when the source has the old bytes again, and
//! removed when the document gets a new record.

use rusqlite::params;

use super::paths::{UNLISTED, WITHDRAWN};
use super::{Change, Error, FileState, RecordFile, RunId};

/// A record that was made from earlier bytes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnRecord {
    /// SHA-256 of those bytes.
    pub id: String,
    /// The fingerprint of the record.
    pub fingerprint: String,
    /// The record's file.
    pub record: RecordFile,
}

impl Change<'_> {
    /// Restores the withdrawn record of a document whose source has the bytes of that record again.
    ///
    /// # Errors
    /// If there is no withdrawn record, or the catalogue cannot be written.
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
        // The modification time is unknown: the table does not store it. The next run compares the record
        // by its bytes.
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
        // After the copies above: `withdrawn_files` is deleted by cascade.
        self.execute("delete from withdrawn where document = ?1", [document])?;
        self.touch(run, path, state)
    }

    /// Withdraws the record of a document with its derived files, if there is one.
    pub(super) fn withdraw(&self, run: RunId, document: i64) -> Result<(), Error> {
        if !self.has_record(document)? {
            return Ok(());
        }
        // Only the latest withdrawn record is kept.
        self.remove_withdrawn(document)?;
        // Rows of version 3 and earlier have no length of the record.
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

    /// Moves a damaged record to `withdrawn/unlisted/`. It cannot be restored, because it is not what
    /// was written, but it may be the only copy.
    pub(super) fn move_to_unlisted(&self, document: i64) -> Result<(), Error> {
        let records = "select record from documents where document = ?1 and record is not null";
        for record in self.paths(records, document)? {
            self.rename(&record, &format!("{UNLISTED}/{record}"))?;
        }
        // Derived files can be made again. The record is renamed first, so that its removal does nothing.
        self.remove_outdated(document, &[])
    }

    /// Removes the withdrawn record of a document with its derived files, if there is one.
    pub(super) fn remove_withdrawn(&self, document: i64) -> Result<(), Error> {
        let files = self.paths(
            "select record from withdrawn where document = ?1
             union all select path from withdrawn_files where document = ?1",
            document,
        )?;
        for file in &files {
            self.remove(&format!("{WITHDRAWN}/{file}"))?;
        }
        self.execute("delete from withdrawn where document = ?1", [document])
    }

    /// The file of a withdrawn record, and its derived files, below `withdrawn/`.
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
}
