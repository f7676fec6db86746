//! Metadata model: what the three metadata formats are made from.

use serde_json::{Map, Value, json};

use super::DatasetDescription;
use crate::export::child_tables::ChildTable;
use crate::export::layout::{Layout, RecordTable};
use crate::export::{Condition, Format, Selection};

/// A run that processed some of the records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its number in the catalogue.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended; `None` if it was killed.
    pub ended: Option<String>,
    /// The version of diarium.
    pub version: String,
    /// SHA-256 of the profiles.
    pub profiles: String,
    /// The OCR engine.
    pub engine: String,
}

/// A file of the dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMetadata {
    /// Its path in the dataset's folder.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its tables.
    pub tables: Vec<TableMetadata>,
}

/// A table in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMetadata {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// How many of its cells were escaped against formula injection.
    pub escaped_formulas: u64,
}

/// How many records and values were exported or left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportCounts {
    /// Records in the dataset.
    pub records: u64,
    /// Records that the selection excludes.
    pub not_selected: u64,
    /// Near-duplicates that were left out.
    pub duplicates: u64,
    /// Values with low confidence that were left out.
    pub unsure: u64,
    /// Files without a record.
    pub unreadable: u64,
}

/// The metadata of a dataset.
pub struct Metadata<'f> {
    /// The name of its folder, which is its name unless the user gives one.
    pub folder: String,
    /// The user's description.
    pub description: &'f DatasetDescription,
    /// The format of the tables.
    pub format: Format,
    /// The tables.
    pub layout: &'f Layout,
    /// Which records and values were selected.
    pub selection: &'f Selection,
    /// Whether records were transformed, such as redacted. The values in conditions are left out then:
    /// they may be personal data.
    pub is_transformed: bool,
    /// Its files.
    pub files: Vec<FileMetadata>,
    /// How many records and values were exported or left out.
    pub counts: ExportCounts,
    /// Records per split, in the order of the splits; empty if there are no splits.
    pub splits: Vec<(String, u64)>,
    /// The runs that processed the records, in order.
    pub runs: Vec<Run>,
    /// Other members of the provenance, such as how records were redacted.
    pub notes: Map<String, Value>,
}

/// The declaration of a table.
pub(super) enum TableDeclaration<'l> {
    Records(&'l RecordTable),
    Child(&'l ChildTable),
}

impl<'f> Metadata<'f> {
    /// The name for machines: the user's, or that of the folder with invalid characters replaced.
    pub(super) fn name(&self) -> String {
        let name = self.description.name.as_ref().unwrap_or(&self.folder);
        // The characters that Data Package allows in `name`.
        let is_valid = |one: char| one.is_ascii_alphanumeric() || "-_.".contains(one);
        let name: String = name
            .to_lowercase()
            .chars()
            .map(|one| if is_valid(one) { one } else { '-' })
            .collect();
        match name.trim_matches('-') {
            "" => "dataset".to_owned(),
            name => name.to_owned(),
        }
    }

    pub(super) fn title(&self) -> String {
        self.description
            .title
            .clone()
            .unwrap_or_else(|| self.name())
    }

    pub(super) fn summary(&self) -> String {
        let default = || {
            let count = self.counts.records;
            format!("Records of {count} documents, read and structured by diarium.")
        };
        self.description.description.clone().unwrap_or_else(default)
    }

    /// When the last run that processed one of the records ended, RFC 3339.
    pub(super) fn created(&self) -> Option<&str> {
        let last = self.runs.last()?;
        Some(last.ended.as_deref().unwrap_or(&last.started))
    }

    /// The date of publication.
    pub(super) fn published(&self) -> Option<String> {
        let date_of_last_run = || {
            // A time in RFC 3339 begins with its date.
            let date = self.created().and_then(|time| time.get(..10));
            date.map(str::to_owned)
        };
        let published = self.description.published.clone();
        published.or_else(date_of_last_run)
    }

    /// The declaration of a table.
    pub(super) fn table(&self, name: &str) -> Option<TableDeclaration<'_>> {
        let mut record_tables = self.layout.record_tables();
        if let Some(table) = record_tables.find(|table| table.name == name) {
            return Some(TableDeclaration::Records(table));
        }
        let mut child_tables = self.layout.child_tables.iter();
        let child = child_tables.find(|child| child.name == name);
        child.map(|child| TableDeclaration::Child(child))
    }

    /// The media type of a file.
    pub(super) fn media_type(&self, file: &FileMetadata) -> &'static str {
        // Registered with IANA, except `application/jsonl`, for which no type is registered.
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

    /// The content of a file, in a sentence.
    pub(super) fn describe(&self, file: &FileMetadata) -> String {
        match file.tables.as_slice() {
            [] if file.path == "duplicates.csv" => {
                "Records that were left out because they are nearly the same as another.".to_owned()
            }
            [] => "Describes this dataset.".to_owned(),
            [table] => match self.table(&table.name) {
                Some(TableDeclaration::Records(records)) => records.description.clone(),
                Some(TableDeclaration::Child(child)) => child.description.to_owned(),
                None => table.name.clone(),
            },
            tables => format!("A database of {} tables.", tables.len()),
        }
    }

    /// The provenance of the dataset, for which the metadata formats have no terms.
    pub(super) fn provenance(&self) -> Value {
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
        // `export` is the version of this object. Its presence marks a folder as an export, which a later
        // export may replace.
        let mut value = json!({
            "export": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "counts": self.counts(),
            "selection": self.selection(),
            "splits": splits.collect::<Vec<_>>(),
            "runs": runs.collect::<Vec<_>>(),
        });
        if let Value::Object(members) = &mut value {
            members.extend(self.notes.clone());
        }
        value
    }

    fn counts(&self) -> Value {
        let tables = self.files.iter().flat_map(|file| &file.tables);
        let escaped_formulas: u64 = tables.map(|table| table.escaped_formulas).sum();
        json!({
            "records": self.counts.records,
            "not_selected": self.counts.not_selected,
            "duplicates_left_out": self.counts.duplicates,
            "unsure_values_left_out": self.counts.unsure,
            "unreadable_files": self.counts.unreadable,
            "cells_made_harmless": escaped_formulas,
        })
    }

    fn selection(&self) -> Value {
        let selection = self.selection;
        // A condition such as `contact_name=…` may repeat what the redaction removed.
        let condition = |condition: &'f Condition| {
            if self.is_transformed {
                condition.column.as_str()
            } else {
                condition.source()
            }
        };
        let conditions: Vec<&str> = selection.conditions.iter().map(condition).collect();
        json!({
            "where": conditions,
            "kinds": selection.kinds,
            "columns": selection.columns,
            "min_confidence": selection.min_confidence,
        })
    }
}
