//! Tombstones: documents whose source files are gone.
//!
//! The row of such a document stays, marked with the run that missed the file (`removed_run`), and its
//! record stays until it is pruned. If the file is found again, the mark is removed. Whether a missing
//! file was removed, moved, or is just not among the inputs of a run is decided by `pipeline`.

use rusqlite::{Row, params};

use super::documents::RecordFile;
use super::roots::Identity;
use super::{Catalogue, Error, RunId, from_sql};

/// A document that a run did not find: its file is gone, or not among the inputs of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingDocument {
    /// The path that it was assigned.
    pub path: String,
    /// The absolute path of its root's folder, if that is known, escaped.
    pub root: Option<String>,
    /// Its root and its path below that, escaped.
    pub identity: Identity,
    /// SHA-256 of its bytes.
    pub id: Option<String>,
    /// Length in bytes.
    pub bytes: u64,
    /// The fingerprint of the last attempt.
    pub fingerprint: String,
    /// The record, if there is one.
    pub record: Option<RecordFile>,
    /// Whether an earlier run marked it as removed.
    pub removed: bool,
    /// Whether there is a withdrawn record, which keeps the document from being pruned.
    pub withdrawn: bool,
    /// Whether it is a container as well.
    pub has_members: bool,
}

impl Catalogue {
    /// The documents that a run did not find, by path, without pruned ones.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn missing(&self, run: RunId) -> Result<Vec<MissingDocument>, Error> {
        self.rows(
            "select documents.path, roots.path, relative, id, bytes, fingerprint, record,
                 record_bytes, record_modified_ns, record_sha256, removed_run is not null,
                 document in (select document from withdrawn), root,
                 document in (select container from members)
             from documents join roots using (root)
             where seen_run <> ?1 and outcome <> 'pruned' order by documents.path",
            [run],
            missing,
        )
    }

    /// Marks documents as removed, in one transaction.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn mark_removed<'p>(
        &mut self,
        run: RunId,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for path in paths {
            transaction
                .prepare_cached("update documents set removed_run = ?2 where path = ?1")?
                .execute(params![path, run])?;
        }
        Ok(transaction.commit()?)
    }
}

fn missing(row: &Row<'_>) -> rusqlite::Result<MissingDocument> {
    Ok(MissingDocument {
        path: row.get(0)?,
        root: row.get(1)?,
        identity: Identity {
            root: row.get(12)?,
            relative: row.get(2)?,
        },
        id: row.get(3)?,
        bytes: from_sql(row.get(4)?),
        fingerprint: row.get(5)?,
        record: RecordFile::from_row(row, 6)?,
        removed: row.get(10)?,
        withdrawn: row.get(11)?,
        has_members: row.get(13)?,
    })
}
