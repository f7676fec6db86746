//! Integrity: the files that the catalogue lists, for comparison with those that exist.
//!
//! `store` compares and repairs. This module lists files, adds rows for records that lost theirs, and
//! invalidates documents.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::paths::path_key;
use super::roots::{self, Identity, RootId};
use super::{Catalogue, Error, RecordFile, from_sql, to_sql};
use diarium_document::Record;

/// A file that the catalogue lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// The path of its document.
    pub document: String,
    /// The file, relative to the output folder.
    pub file: String,
    /// What it is.
    pub role: FileRole,
    /// Its length, if that is known.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes, if that is known.
    pub sha256: Option<String>,
}

/// The role of a listed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileRole {
    /// The record of a document.
    Record,
    /// A searchable copy or an ALTO file.
    Derived,
    /// A withdrawn record or one of its derived files.
    Withdrawn,
}

impl Catalogue {
    /// All files that the catalogue lists, by path.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn listed_files(&self) -> Result<Vec<ListedFile>, Error> {
        // The third column is the role; see `listed_file`.
        self.rows(
            "select path, record, 0, record_bytes, record_sha256 from documents
                 where record is not null
             union all
             select documents.path, derived_files.path, 1, derived_files.bytes, sha256
                 from derived_files join documents using (document)
             union all
             select documents.path, 'withdrawn/' || withdrawn.record, 2, withdrawn.record_bytes,
                 withdrawn.record_sha256 from withdrawn join documents using (document)
             union all
             select documents.path, 'withdrawn/' || withdrawn_files.path, 2, withdrawn_files.bytes,
                 sha256 from withdrawn_files join documents using (document)
             order by 2",
            [],
            listed_file,
        )
    }

    /// The record and the derived files of a document, and those of its withdrawn record.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn files_of(&self, identity: &Identity) -> Result<Vec<String>, Error> {
        let mut statement = self.connection.prepare_cached(
            "with one as (select document, record from documents
                 where root = ?1 and relative = ?2)
             select record from one where record is not null
             union all select path from derived_files join one using (document)
             union all select 'withdrawn/' || withdrawn.record from withdrawn
                 join one using (document)
             union all select 'withdrawn/' || path from withdrawn_files join one using (document)",
        )?;
        let files =
            statement.query_map(params![identity.root, identity.relative], |row| row.get(0))?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// Whether a record or derived file in use is listed.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn is_listed(&self, file: &str) -> Result<bool, Error> {
        let mut derived = self
            .connection
            .prepare_cached("select 1 from derived_files where path = ?1")?;
        let mut records = self
            .connection
            .prepare_cached("select 1 from documents where record = ?1")?;
        Ok(records.exists([file])? || derived.exists([file])?)
    }

    /// Adds a derived file of a document that an earlier version wrote.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn insert_derived_file(
        &mut self,
        document: &str,
        file: &str,
        bytes: u64,
    ) -> Result<(), Error> {
        // Ignored, because the migration may be repeated. The digest stays null: hashing would read
        // all derived files.
        self.connection.execute(
            "insert or ignore into derived_files (path, document, bytes)
             select ?2, document, ?3 from documents where path = ?1",
            params![document, file, to_sql(bytes)],
        )?;
        Ok(())
    }

    /// Adds a row for a record that has lost its own. Its root is unknown; the next run that finds the
    /// document processes it again.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn insert_lost_document(
        &mut self,
        record: &Record,
        file: &RecordFile,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        // Documents refer to runs, of which a catalogue that was lost and made again has none.
        ensure_run(&transaction)?;
        let root = unknown_root(&transaction)?;
        let path = &record.source.path;
        // The empty fingerprint makes the next run process the document again.
        transaction.execute(
            "insert into documents (root, relative, path, path_key, id, bytes, modified_ns,
                 fingerprint, outcome, kind, pages, warnings, duration_ms, first_run, last_run,
                 seen_run, record, record_bytes, record_modified_ns, record_sha256)
             select ?1, ?2, ?2, ?3, ?4, ?5, 0, '', 'done', ?6, ?7, ?8, 0, run, run, run, ?9, ?10,
                 ?11, ?12
             from (select max(id) as run from runs)",
            params![
                root,
                path,
                path_key(path),
                record.id,
                to_sql(record.source.bytes),
                record.kind,
                to_sql(record.pages.len()),
                serde_json::json!(record.warnings).to_string(),
                file.path,
                file.bytes.map(to_sql),
                file.modified.map(to_sql),
                file.sha256
            ],
        )?;
        Ok(transaction.commit()?)
    }

    /// Makes the next run process a document again, because one of its files is missing or changed.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn invalidate(&mut self, document: &str) -> Result<(), Error> {
        // No result has an empty fingerprint.
        self.connection.execute(
            "update documents set fingerprint = '' where path = ?1",
            [document],
        )?;
        Ok(())
    }
}

/// Inserts a run for rows that no known run made, unless there is any run.
fn ensure_run(connection: &Connection) -> Result<(), Error> {
    connection.execute(
        "insert into runs (started, ended, version, profiles, engine, options, outcome)
         select now, now, ?1, '', '', '{\"repair\": true}', 'finished'
         from (select strftime('%Y-%m-%dT%H:%M:%SZ', 'now') as now)
         where not exists (select 1 from runs)",
        [env!("CARGO_PKG_VERSION")],
    )?;
    Ok(())
}

/// The root of documents whose folder is unknown, which is added if there is none.
fn unknown_root(connection: &Connection) -> Result<RootId, Error> {
    let query = "select root from roots where path is null and named = 0 limit 1";
    let root = connection.query_row(query, [], |row| row.get(0));
    match root.optional()? {
        Some(root) => Ok(root),
        None => roots::insert(connection, None, None),
    }
}

fn listed_file(row: &Row<'_>) -> rusqlite::Result<ListedFile> {
    Ok(ListedFile {
        document: row.get(0)?,
        file: row.get(1)?,
        role: match row.get::<_, i64>(2)? {
            0 => FileRole::Record,
            1 => FileRole::Derived,
            _ => FileRole::Withdrawn,
        },
        bytes: row.get::<_, Option<i64>>(3)?.map(from_sql),
        sha256: row.get(4)?,
    })
}
