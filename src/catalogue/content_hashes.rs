//! Content hashes: the SHA-256 that each file had when it was last read.
//!
//! The shard of a document depends on its hash. Without stored hashes of the documents of other shards,
//! each run of a shard would read all files again to find out which are its own.

use std::collections::BTreeMap;

use rusqlite::params;

use super::{Catalogue, Error, FileState, to_sql};
use diarium_document::Source;

/// The content of a file when it was last read.
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
    pub path: String,
    /// Its state and hash.
    pub content: ContentHash,
}

impl OtherShardFile {
    /// A file with the state that it had when it was hashed.
    pub fn new(path: String, source: &Source, checked: i128, id: String) -> Self {
        let state = FileState {
            bytes: source.bytes,
            modified: source.modified,
            changed: source.changed,
            checked,
        };
        Self {
            path,
            content: ContentHash { state, id },
        }
    }
}

impl Catalogue {
    /// The known hashes by absolute path, of this folder and of the other shards.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn content_hashes(&self) -> Result<BTreeMap<String, ContentHash>, Error> {
        // Without members of containers, which are no files.
        // `rtrim`: the path of the root `/` already ends in a slash.
        let mut statement = self.connection.prepare(
            "select place, bytes, modified_ns, changed_ns, checked_ns, id from other_shard_files
             union all
             select rtrim(roots.path, '/') || '/' || relative, bytes, modified_ns, changed_ns,
                 checked_ns, id
             from documents join roots using (root)
             where id is not null and roots.path is not null and instr(relative, '!/') = 0",
        )?;
        let rows = statement.query_map([], |row| {
            let content = ContentHash {
                state: FileState::from_row(row, 1)?,
                id: row.get(5)?,
            };
            Ok((row.get(0)?, content))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Replaces the stored files of other shards.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn store_other_shards(&mut self, others: &[OtherShardFile]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute("delete from other_shard_files", [])?;
        for OtherShardFile { path, content } in others {
            transaction
                .prepare_cached(
                    "insert or replace into other_shard_files
                         (place, bytes, modified_ns, changed_ns, checked_ns, id)
                     values (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    path,
                    to_sql(content.state.bytes),
                    to_sql(content.state.modified),
                    to_sql(content.state.changed),
                    to_sql(content.state.checked),
                    content.id
                ])?;
        }
        Ok(transaction.commit()?)
    }
}
