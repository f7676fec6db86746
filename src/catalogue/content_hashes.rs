//! Known content hashes: which bytes a file held when it was last read.
//!
//! The catalogue knows this of the documents of its folder anyway. A shard must know it of the
//! other shards' documents as well, or each run would read all of them to find out that they are
//! not its own.

use std::collections::BTreeMap;

use rusqlite::params;

use super::documents::{FileState, stored};
use super::{Catalogue, Error};
use diarium_document::Source;

/// What a file held when it was last read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHash {
    /// The state of the file then.
    pub state: FileState,
    /// SHA-256 of its bytes.
    pub id: String,
}

/// A file that another shard processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherShardFile {
    /// Its absolute path, escaped.
    pub place: String,
    /// What it held.
    pub content: ContentHash,
}

impl OtherShardFile {
    /// A file in the state in which it was found.
    pub fn new(place: String, source: &Source, checked: i128, id: String) -> Self {
        let state = FileState {
            bytes: source.bytes,
            modified: source.modified,
            changed: source.changed,
            checked,
        };
        Self {
            place,
            content: ContentHash { state, id },
        }
    }
}

impl Catalogue {
    /// What is known of files by their absolute paths, this folder's and the other shards'.
    pub fn content_hashes(&self) -> Result<BTreeMap<String, ContentHash>, Error> {
        let mut statement = self.connection.prepare(
            "select place, bytes, modified_ns, changed_ns, checked_ns, id from other_shard_files
             union all
             select rtrim(roots.path, '/') || '/' || relative, bytes, modified_ns, changed_ns,
                 checked_ns, id
             from documents join roots using (root)
             where id is not null and roots.path is not null",
        )?;
        let rows = statement.query_map([], |row| {
            let content = ContentHash {
                state: FileState {
                    bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
                    modified: row.get::<_, i64>(2)?.into(),
                    changed: row.get::<_, i64>(3)?.into(),
                    checked: row.get::<_, i64>(4)?.into(),
                },
                id: row.get(5)?,
            };
            Ok((row.get(0)?, content))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores which files other shards process; what was stored of such before is forgotten.
    pub fn store_other_shards(&mut self, others: &[OtherShardFile]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("delete from other_shard_files", [])?;
        for OtherShardFile { place, content } in others {
            transaction
                .prepare_cached(
                    "insert or replace into other_shard_files
                         (place, bytes, modified_ns, changed_ns, checked_ns, id)
                     values (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    place,
                    stored(content.state.bytes),
                    stored(content.state.modified),
                    stored(content.state.changed),
                    stored(content.state.checked),
                    content.id
                ])?;
        }
        Ok(transaction.commit()?)
    }
}
