//! Which documents did a run not meet, and what is remembered of those that are gone?

use rusqlite::{Row, params};

use super::{Catalogue, Error, RunId};

/// A document that a run did not meet: it is gone, or not among its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Its relative path.
    pub path: String,
    /// Where its file lay, if that is known.
    pub place: Option<String>,
    /// SHA-256 of its bytes.
    pub id: Option<String>,
    /// Length in bytes.
    pub bytes: u64,
    /// The fingerprint of the last attempt.
    pub fingerprint: String,
    /// The record's file, relative to the output folder, if there is one.
    pub record: Option<String>,
    /// Whether it is marked as removed already.
    pub removed: bool,
}

impl Catalogue {
    /// The documents that this run did not meet, by path. What was pruned is left out.
    pub fn unseen(&self, run: RunId) -> Result<Vec<Unseen>, Error> {
        self.rows(
            "select path, place, id, bytes, fingerprint, record, removed_run is not null
             from documents where seen_run <> ?1 and outcome <> 'pruned' order by path",
            [run],
            unseen,
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

    /// Forgets the records of removed documents, which are gone from the output folder; all or
    /// none. That they were here is remembered.
    pub fn mark_pruned<'p>(
        &mut self,
        paths: impl IntoIterator<Item = &'p str>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for path in paths {
            transaction
                .prepare_cached(
                    "update documents set outcome = 'pruned', record = null, failure_code = null,
                         failure_message = null, kind = null, pages = null, warnings = '[]'
                     where path = ?1 and removed_run is not null",
                )?
                .execute([path])?;
        }
        Ok(transaction.commit()?)
    }

    /// How many of the documents that a run met have the bytes of another of them.
    pub fn duplicates(&self, run: RunId) -> Result<u64, Error> {
        let query = "select count(id) - count(distinct id) from documents where seen_run = ?1";
        let count: i64 = self.connection.query_row(query, [run], |row| row.get(0))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn unseen(row: &Row<'_>) -> rusqlite::Result<Unseen> {
    Ok(Unseen {
        path: row.get(0)?,
        place: row.get(1)?,
        id: row.get(2)?,
        bytes: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
        fingerprint: row.get(4)?,
        record: row.get(5)?,
        removed: row.get(6)?,
    })
}
