//! Replacement of a document's row and files by those of another catalogue.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use super::{Columns, IncomingRow, MergeSource, is_withdrawn};
use crate::catalogue::paths::{RECORDS, path_key};
use crate::catalogue::roots::Identity;
use crate::catalogue::{Change, Error, StagedFile, to_sql};

impl Change<'_> {
    /// Replaces the row and the files of a document by an incoming row and its staged files. `path` is
    /// the document's path in this catalogue.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn merge(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        path: &str,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        // The row here still lists the old files until it is updated, and their removals must precede the
        // renames of the new ones in the redo log.
        let here = self.document(&incoming.identity)?;
        if let Some(here) = here {
            self.remove_replaced(source, incoming, here, files)?;
        }
        self.upsert_incoming(source, incoming, path, here, files)?;
        let Some(document) = self.document(&incoming.identity)? else {
            return Ok(());
        };
        let members = source.members(incoming)?;
        self.set_members(document, members.iter().map(String::as_str))?;
        for file in files {
            self.rename(&file.staged, &file.path)?;
        }
        if incoming.has_withdrawn {
            self.insert_withdrawn(source, incoming, document, files)?;
        }
        let derived = files
            .iter()
            .filter(|file| Some(*file) != record_of(files) && !is_withdrawn(&file.path));
        for file in derived {
            self.insert_derived("derived_files", document, &file.path, file)?;
        }
        Ok(())
    }

    /// Stores that the source of a document could not be read in another folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn merge_unreadable(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
    ) -> Result<(), Error> {
        let column = |name: &str| incoming.columns.get(name).cloned().unwrap_or(Value::Null);
        let first = |one: &str, other: &str| match column(one) {
            Value::Null => column(other),
            value => value,
        };
        let Identity { root, relative } = &incoming.identity;
        self.execute(
            "update documents set source_code = ?3, source_message = ?4, seen_run = ?5
             where root = ?1 and relative = ?2",
            params![
                root,
                relative,
                first("failure_code", "source_code"),
                first("failure_message", "source_message"),
                source.run_here(&column("seen_run"))
            ],
        )
    }

    /// Removes the files of a document that is replaced. An incoming failure without a withdrawn record
    /// withdraws the record of this folder.
    fn remove_replaced(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        here: i64,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        if incoming.record.is_none() && !incoming.has_withdrawn && self.has_record(here)? {
            let run = incoming.columns.get("last_run").cloned();
            return match source.run_here(&run.unwrap_or(Value::Null)) {
                Value::Integer(run) => self.withdraw(run, here),
                _ => Ok(()),
            };
        }
        if incoming.record.is_some() || incoming.has_withdrawn {
            self.remove_withdrawn(here)?;
        }
        self.remove_outdated(here, files)
    }

    /// Inserts or updates the row with the values of the incoming one. Numbers of runs and of the root are
    /// those of this catalogue.
    fn upsert_incoming(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        path: &str,
        here: Option<i64>,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        let columns = columns_here(source, incoming, path, files);
        let names: Vec<&str> = columns.keys().map(String::as_str).collect();
        let mut values: Vec<&Value> = columns.values().collect();
        let here = here.map(Value::Integer);
        let query = match &here {
            None => {
                let marks = vec!["?"; names.len()].join(", ");
                let names = names.join(", ");
                format!("insert into documents ({names}) values ({marks})")
            }
            Some(here) => {
                values.push(here);
                let sets: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
                let sets = sets.join(", ");
                format!("update documents set {sets} where document = ?")
            }
        };
        self.execute(&query, params_from_iter(values))
    }

    /// Copies the row of a withdrawn record and lists its files.
    fn insert_withdrawn(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        document: i64,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        let row = source.withdrawn_row(incoming)?;
        let withdrawn = files.iter().filter(|file| is_withdrawn(&file.path));
        let is_record = |file: &&StagedFile| file.path.starts_with("withdrawn/records/");
        let Some(record) = withdrawn.clone().find(is_record) else {
            return Ok(());
        };
        let below = |file: &StagedFile| file.path["withdrawn/".len()..].to_owned();
        self.execute(
            "insert or replace into withdrawn (document, id, fingerprint, kind, pages, warnings,
                 run, record, record_bytes, record_sha256)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                document,
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                source.run_here(&row[5]),
                below(record),
                to_sql(record.bytes),
                record.sha256
            ],
        )?;
        withdrawn
            .filter(|file| !is_record(file))
            .try_for_each(|file| {
                self.insert_derived("withdrawn_files", document, &below(file), file)
            })
    }

    fn insert_derived(
        &self,
        table: &str,
        document: i64,
        path: &str,
        file: &StagedFile,
    ) -> Result<(), Error> {
        let query = format!(
            "insert or replace into {table} (path, document, bytes, sha256)
             values (?1, ?2, ?3, ?4)"
        );
        let bytes = to_sql(file.bytes);
        self.execute(&query, params![path, document, bytes, file.sha256])
    }
}

/// The record among a document's files.
fn record_of(files: &[StagedFile]) -> Option<&StagedFile> {
    files
        .iter()
        .find(|file| Path::new(&file.path).starts_with(RECORDS))
}

/// The columns of an incoming row with the runs, root, paths and record file of this catalogue.
fn columns_here(
    source: &MergeSource<'_>,
    incoming: &IncomingRow,
    path: &str,
    files: &[StagedFile],
) -> Columns {
    let mut columns = incoming.columns.clone();
    // Each catalogue numbers its documents itself.
    columns.remove("document");
    for run in ["first_run", "last_run", "seen_run", "removed_run"] {
        if let Some(value) = columns.get_mut(run) {
            *value = source.run_here(value);
        }
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let mut set = |name: &str, value: Value| columns.insert(name.to_owned(), value);
    set("root", incoming.identity.root.into());
    set("relative", text(&incoming.identity.relative));
    set("path", text(path));
    set("path_key", text(&path_key(path)));
    // The file was copied, so that it has another modification time than in the other folder.
    if let Some(record) = record_of(files) {
        set("record", text(&record.path));
        set("record_bytes", to_sql(record.bytes).into());
        set("record_modified_ns", to_sql(record.modified).into());
        set("record_sha256", text(&record.sha256));
    }
    columns
}
