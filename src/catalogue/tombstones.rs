//! Tombstones: documents whose files are gone.

use rusqlite::{Row, params};

use super::documents::RecordFile;
use super::{Catalogue, Error, RunId};

/// A document that a run did not find: it is gone, or not among the run's inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingDocument {
    /// The path that it was assigned.
    pub path: String,
    /// The absolute path of its root's folder, if that is known, escaped.
    pub root: Option<String>,
    /// Its path below the root, escaped.
    pub relative: String,
    /// SHA-256 of its bytes.
    pub id: Option<String>,
    /// Length in bytes.
    pub bytes: u64,
    /// The fingerprint of the last attempt.
    pub fingerprint: String,
    /// The record, if there is one.
    pub record: Option<RecordFile>,
    /// Whether it is marked as removed already.
    pub removed: bool,
    /// Whether a record was withdrawn, which keeps the document from being pruned.
    pub withdrawn: bool,
}

impl Catalogue {
    /// The documents that this run did not find, by path, without the pruned ones.
    pub fn missing(&self, run: RunId) -> Result<Vec<MissingDocument>, Error> {
        self.rows(
            "select documents.path, roots.path, relative, id, bytes, fingerprint, record,
                 record_bytes, record_modified_ns, record_sha256, removed_run is not null,
                 document in (select document from withdrawn)
             from documents join roots using (root)
             where seen_run <> ?1 and outcome <> 'pruned' order by documents.path",
            [run],
            missing,
        )
    }

    /// Marks documents as removed; all or none.
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

    /// How many records a run withdrew, and how many documents that it found keep a record although
    /// their source cannot be read.
    pub fn withdrawn_and_unreadable(&self, run: RunId) -> Result<(u64, u64), Error> {
        let query = "select (select count(*) from withdrawn where run = ?1),
                 (select count(*) from documents where seen_run = ?1 and source_code is not null)";
        let counts = self.connection.query_row(query, [run], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        let count = |number| u64::try_from(number).unwrap_or(0);
        Ok((count(counts.0), count(counts.1)))
    }

    /// How many of the documents that a run found have the bytes of another of them.
    pub fn duplicates(&self, run: RunId) -> Result<u64, Error> {
        let query = "select count(id) - count(distinct id) from documents where seen_run = ?1";
        let count: i64 = self.connection.query_row(query, [run], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn missing(row: &Row<'_>) -> rusqlite::Result<MissingDocument> {
    let record: Option<String> = row.get(6)?;
    let record = match record {
        Some(path) => Some(RecordFile {
            path,
            bytes: row
                .get::<_, Option<i64>>(7)?
                .and_then(|bytes| u64::try_from(bytes).ok()),
            modified: row.get::<_, Option<i64>>(8)?.map(i128::from),
            sha256: row.get(9)?,
        }),
        None => None,
    };
    Ok(MissingDocument {
        path: row.get(0)?,
        root: row.get(1)?,
        relative: row.get(2)?,
        id: row.get(3)?,
        bytes: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
        fingerprint: row.get(5)?,
        record,
        removed: row.get(10)?,
        withdrawn: row.get(11)?,
    })
}
