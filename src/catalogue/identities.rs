//! Which bytes did a file hold, going by its size and time?
//!
//! Of the documents of a folder the catalogue knows it anyway. A shard must know it of the others'
//! documents as well, or each night it would read all of them to find out that they are not its own.

use std::collections::BTreeMap;

use rusqlite::params;

use super::rows::stored;
use super::{Catalogue, Error};
use crate::document::Source;

/// What a file held when it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its modification time in nanoseconds since the Unix epoch.
    pub modified: i128,
    /// SHA-256 of its bytes.
    pub id: String,
}

impl Catalogue {
    /// What is known of files by their relative paths, this folder's and the other shards'.
    pub fn identities(&self) -> Result<BTreeMap<String, Identity>, Error> {
        let mut statement = self.connection.prepare(
            "select path, bytes, modified_ns, id from elsewhere
             union all
             select path, bytes, modified_ns, id from documents where id is not null",
        )?;
        let rows = statement.query_map([], |row| {
            let identity = Identity {
                bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
                modified: row.get::<_, i64>(2)?.into(),
                id: row.get(3)?,
            };
            Ok((row.get(0)?, identity))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes down which documents are other shards', with the SHA-256 of their bytes; whatever was
    /// written down of such before is forgotten.
    pub fn remember_others(&mut self, others: &[(Source, String)]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("delete from elsewhere", [])?;
        for (source, id) in others {
            transaction
                .prepare_cached(
                    "insert into elsewhere (path, bytes, modified_ns, id) values (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    source.relative,
                    stored(source.bytes),
                    stored(source.modified),
                    id
                ])?;
        }
        Ok(transaction.commit()?)
    }
}
