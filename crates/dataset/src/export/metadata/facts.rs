//! What is there to say of a dataset?

use serde_json::{Map, Value, json};

use super::Given;
use crate::export::layout::{Layout, MainTable};
use crate::export::parts::Part;
use crate::export::{Condition, Format, Selection};

/// A run that made some of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number in the catalogue.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended; nothing if it was cut off.
    pub ended: Option<String>,
    /// The version of diarium.
    pub version: String,
    /// SHA-256 over the profiles.
    pub profiles: String,
    /// The engine that read scans.
    pub engine: String,
}

/// A file of the dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFacts {
    /// Its path in the dataset's folder.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The tables in it.
    pub tables: Vec<TableFacts>,
}

/// A table in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFacts {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many of its cells got an apostrophe.
    pub made_harmless: u64,
}

/// What became of the records of the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records in the dataset.
    pub records: u64,
    /// Records that the selection left out.
    pub not_selected: u64,
    /// Records that are nearly the same as one that is there.
    pub duplicates: u64,
    /// Values that were not sure enough.
    pub unsure: u64,
    /// Files that hold no record.
    pub unreadable: u64,
}

/// Everything that metadata is made from.
pub struct Facts<'f> {
    /// The name of its folder, where the user gives none.
    pub folder: String,
    /// What the user says.
    pub given: &'f Given,
    /// How the tables are written.
    pub format: Format,
    /// The tables.
    pub layout: &'f Layout,
    /// Which records were chosen.
    pub selection: &'f Selection,
    /// Values were taken out of the records or changed: what was asked for by value is told without it.
    pub is_transformed: bool,
    /// The files.
    pub files: Vec<FileFacts>,
    /// What became of the archive's records.
    pub counts: Counts,
    /// Records by split, in the order of the splits; none where there are no splits.
    pub splits: Vec<(String, u64)>,
    /// The runs that made the records, first to last.
    pub runs: Vec<Run>,
    /// What else was done to the records, by name.
    pub notes: Map<String, Value>,
}

/// A table's declaration, wherever it is from.
pub(super) enum Declared<'l> {
    Main(&'l MainTable),
    Part(&'l Part),
}

impl<'f> Facts<'f> {
    /// A name for machines: the user's, else the folder's with what may not stand in one left out.
    pub(super) fn name(&self) -> String {
        let given = self.given.name.as_ref().unwrap_or(&self.folder);
        let lower = given.to_lowercase();
        let may = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
        let name: String = lower
            .chars()
            .map(|one| if may(one) { one } else { '-' })
            .collect();
        match name.trim_matches('-') {
            "" => "dataset".to_owned(),
            name => name.to_owned(),
        }
    }

    pub(super) fn title(&self) -> String {
        self.given.title.clone().unwrap_or_else(|| self.name())
    }

    pub(super) fn description(&self) -> String {
        let own = || {
            let count = self.counts.records;
            format!("Records of {count} documents, read and structured by diarium.")
        };
        self.given.description.clone().unwrap_or_else(own)
    }

    /// When the last of the records was made, RFC 3339.
    pub(super) fn made(&self) -> Option<&str> {
        let last = self.runs.last()?;
        Some(last.ended.as_deref().unwrap_or(&last.started))
    }

    /// The day of publication.
    pub(super) fn published(&self) -> Option<String> {
        let made = || {
            self.made()
                .and_then(|time| time.get(..10))
                .map(str::to_owned)
        };
        self.given.published.clone().or_else(made)
    }

    pub(super) fn declared(&self, table: &str) -> Option<Declared<'_>> {
        let main = self.layout.main_tables().find(|known| known.name == table);
        let part = || self.layout.parts.iter().find(|known| known.name == table);
        main.map(Declared::Main)
            .or_else(|| Some(Declared::Part(part()?)))
    }

    /// How a file's bytes are to be read, as IANA calls it.
    pub(super) fn media_type(&self, file: &FileFacts) -> &'static str {
        match file.path.rsplit('.').next() {
            Some("csv") => "text/csv",
            Some("json") => "application/json",
            Some("jsonl") => "application/jsonl",
            Some("parquet") => "application/vnd.apache.parquet",
            Some("arrow") => "application/vnd.apache.arrow.file",
            Some("sqlite") => "application/vnd.sqlite3",
            _ => "application/octet-stream",
        }
    }

    /// What a file holds, in a sentence.
    pub(super) fn describe(&self, file: &FileFacts) -> String {
        match file.tables.as_slice() {
            [] if file.path == "duplicates.csv" => {
                "Records that were left out because they are nearly the same as another.".to_owned()
            }
            [] => "Describes this dataset.".to_owned(),
            [table] => match self.declared(&table.name) {
                Some(Declared::Main(main)) => main.description.clone(),
                Some(Declared::Part(part)) => part.description.to_owned(),
                None => table.name.clone(),
            },
            tables => format!("A database of {} tables.", tables.len()),
        }
    }

    /// What no vocabulary has a word for.
    pub(super) fn provenance(&self) -> Value {
        let counts = self.counts;
        let selection = self.selection;
        let told = |one: &'f Condition| match self.is_transformed {
            true => one.column.as_str(),
            false => one.written(),
        };
        let conditions: Vec<&str> = selection.conditions.iter().map(told).collect();
        let harmless: u64 = self
            .files
            .iter()
            .flat_map(|file| &file.tables)
            .map(|table| table.made_harmless)
            .sum();
        let runs = self.runs.iter().map(|run| {
            json!({
                "run": run.id, "started": run.started, "ended": run.ended,
                "version": run.version, "profiles_sha256": run.profiles, "engine": run.engine,
            })
        });
        let splits = self
            .splits
            .iter()
            .map(|(name, count)| json!({"name": name, "records": count}));
        let mut value = json!({
            "export": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "counts": {
                "records": counts.records,
                "not_selected": counts.not_selected,
                "duplicates_left_out": counts.duplicates,
                "unsure_values_left_out": counts.unsure,
                "unreadable_files": counts.unreadable,
                "cells_made_harmless": harmless,
            },
            "selection": {
                "where": conditions,
                "kinds": selection.kinds,
                "columns": selection.columns,
                "min_confidence": selection.min_confidence,
            },
            "splits": splits.collect::<Vec<_>>(),
            "runs": runs.collect::<Vec<_>>(),
        });
        if let Value::Object(members) = &mut value {
            members.extend(self.notes.clone());
        }
        value
    }
}
