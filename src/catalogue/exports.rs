//! Exports: the datasets that were made of the records.
//!
//! `diarium forget` lists those that may contain an erased document.

use std::path::Path;

use rusqlite::params;
use serde::Serialize;

use super::{Catalogue, Error, open_to_append, to_sql};

/// A dataset that was made of the records of an output folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExportRow {
    /// When it was made, RFC 3339.
    pub created: String,
    /// The same in nanoseconds since the Unix epoch.
    #[serde(skip)]
    pub created_ns: i128,
    /// Its file or folder.
    pub path: String,
    /// Its format.
    pub format: String,
    /// The options that selected its records, JSON.
    pub options: serde_json::Value,
}

impl ExportRow {
    /// Adds the export to the catalogue of an output folder, also while a run writes to it.
    ///
    /// # Errors
    /// If the catalogue cannot be written, for instance on a read-only medium.
    pub fn store(&self, folder: &Path) -> Result<(), Error> {
        // Without the folder's lock, which a run may hold for hours: SQLite's own is enough.
        open_to_append(folder)?.execute(
            "insert into exports (created, created_ns, path, format, options)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                self.created,
                to_sql(self.created_ns),
                self.path,
                self.format,
                self.options.to_string()
            ],
        )?;
        Ok(())
    }
}

impl Catalogue {
    /// The exports that were made after the start of the run that first found a document.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn exports_since_first_run(&self, path: &str) -> Result<Vec<ExportRow>, Error> {
        // A run without a start time counts as the earliest: one export too many does no harm.
        self.rows(
            "select created, created_ns, path, format, options from exports
             where created_ns >= (select coalesce(runs.started_ns, 0) from documents
                 join runs on runs.id = first_run where documents.path = ?1)
             order by created_ns",
            [path],
            |row| {
                let options: String = row.get(4)?;
                Ok(ExportRow {
                    created: row.get(0)?,
                    created_ns: row.get::<_, i64>(1)?.into(),
                    path: row.get(2)?,
                    format: row.get(3)?,
                    // Only shown. A damaged value must not hide the export.
                    options: serde_json::from_str(&options).unwrap_or_default(),
                })
            },
        )
    }
}
