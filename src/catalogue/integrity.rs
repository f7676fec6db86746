//! Integrity: which files the rows of a catalogue stand for.

use rusqlite::{OptionalExtension, Row, params};

use super::documents::{RecordFile, stored};
use super::paths::path_key;
use super::roots::{self, Identity, RootId};
use super::{Catalogue, Error};
use diarium_document::Record;

/// A file that a row of the catalogue stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// The path of its document.
    pub document: String,
    /// The file, relative to the output folder.
    pub file: String,
    /// What it is.
    pub listed: Listed,
    /// Its length, if that is known.
    pub bytes: Option<u64>,
    /// SHA-256 of its bytes, if that is known.
    pub sha256: Option<String>,
}

/// What a listed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Listed {
    /// The record of a document.
    Record,
    /// A searchable copy or an ALTO file.
    Derived,
    /// A withdrawn record or one of its derived files.
    Withdrawn,
}

impl Catalogue {
    /// Every file that the catalogue lists, by file.
    pub fn listed_files(&self) -> Result<Vec<ListedFile>, Error> {
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
            listed,
        )
    }

    /// The record and the derived files of a document, and those of its withdrawn record.
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
    pub fn is_listed(&self, file: &str) -> Result<bool, Error> {
        let mut derived = self
            .connection
            .prepare_cached("select 1 from derived_files where path = ?1")?;
        let mut records = self
            .connection
            .prepare_cached("select 1 from documents where record = ?1")?;
        Ok(records.exists([file])? || derived.exists([file])?)
    }

    /// Lists a derived file of a document that an earlier version wrote.
    pub fn list_derived(&mut self, document: &str, file: &str, bytes: u64) -> Result<(), Error> {
        self.connection.execute(
            "insert or ignore into derived_files (path, document, bytes)
             select ?2, document, ?3 from documents where path = ?1",
            params![document, file, stored(bytes)],
        )?;
        Ok(())
    }

    /// Adds a document whose record is there and whose row is lost. Its root is not known; the next
    /// run that finds it processes it again.
    pub fn adopt(&mut self, record: &Record, file: &RecordFile) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "insert into runs (started, ended, version, profiles, engine, options, outcome)
             select now, now, ?1, '', '', '{\"repair\": true}', 'finished'
             from (select strftime('%Y-%m-%dT%H:%M:%SZ', 'now') as now)
             where not exists (select 1 from runs)",
            [env!("CARGO_PKG_VERSION")],
        )?;
        let unknown = transaction
            .query_row(
                "select root from roots where path is null and named = 0 limit 1",
                [],
                |row| row.get(0),
            )
            .optional()?;
        let root: RootId = match unknown {
            Some(root) => root,
            None => roots::insert(&transaction, None, None)?,
        };
        let path = &record.source.path;
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
                stored(record.source.bytes),
                record.kind,
                stored(record.pages.len()),
                serde_json::json!(record.warnings).to_string(),
                file.path,
                file.bytes.map(stored),
                file.modified.map(stored),
                file.sha256
            ],
        )?;
        Ok(transaction.commit()?)
    }

    /// Has a document processed again by the next run, because one of its files is not what it
    /// should be.
    pub fn invalidate(&mut self, document: &str) -> Result<(), Error> {
        self.connection.execute(
            "update documents set fingerprint = '' where path = ?1",
            [document],
        )?;
        Ok(())
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<ListedFile> {
    Ok(ListedFile {
        document: row.get(0)?,
        file: row.get(1)?,
        listed: match row.get::<_, i64>(2)? {
            0 => Listed::Record,
            1 => Listed::Derived,
            _ => Listed::Withdrawn,
        },
        bytes: row
            .get::<_, Option<i64>>(3)?
            .and_then(|bytes| u64::try_from(bytes).ok()),
        sha256: row.get(4)?,
    })
}
