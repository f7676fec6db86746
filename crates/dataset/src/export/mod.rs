//! Dataset export: tables of records in Parquet, Arrow, CSV, JSON Lines or SQLite, with metadata.
//!
//! An export reads all records twice. The first pass infers the schema ([`SchemaInference`],
//! [`Layout`]), the second writes the tables, with one [`Sink`] per format. In both passes each record
//! is prepared first ([`RecordPreparation`]): filtered, signed and transformed. No format depends on
//! these steps. All formats share one declaration of columns, so that no format guesses a type, and
//! the same records give the same bytes.
//!
//! The caller reads the records and moves the finished folder to its destination.

mod arrow;
pub mod child_tables;
pub mod columns;
mod condition;
mod csv;
mod declared_fields;
mod dedup;
mod destination;
mod error;
mod identifiers;
mod inference;
mod jsonl;
mod layout;
pub mod metadata;
pub mod near_duplicates;
mod preparation;
mod split;
mod sqlite;
pub mod table;
#[cfg(test)]
pub(crate) mod test_support;

use std::path::{Path, PathBuf};

use arrow::{ArrowFile, ColumnarSink, ParquetFile};
use csv::CsvSink;
use jsonl::JsonLinesSink;
use sqlite::SqliteSink;

pub use condition::{Condition, InvalidCondition};
pub use csv::FormulaCells;
pub use declared_fields::DeclaredFields;
pub use dedup::{ContentSignature, Deduplicator, Disposition, DuplicateList, SplitOptions};
pub use destination::{DestinationState, destination_state};
pub use error::Error;
pub use inference::{KindStats, RecordHeader, SchemaInference, TypeCounts};
pub use layout::{Layout, RECORDS, RecordTable, Row};
pub use preparation::{Pass, PreparedRecord, RecordPreparation, Selection, Transform};
pub use split::{InvalidSplits, Splits};

/// The format of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC file format.
    Arrow,
    /// CSV, RFC 4180.
    Csv,
    /// JSON Lines: one record per line.
    JsonLines,
    /// A SQLite database.
    Sqlite,
}

/// A table in a file of a dataset, or a file without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetFile {
    /// The path of the file.
    pub path: PathBuf,
    /// The name of the table.
    pub table: Option<String>,
    /// How many rows the table has.
    pub rows: Option<u64>,
    /// How many cells got an apostrophe in front, because a spreadsheet would run them as a formula.
    pub escaped_formulas: u64,
}

impl DatasetFile {
    /// A table in a file.
    fn table(path: &Path, table: String, rows: u64) -> Self {
        Self {
            path: path.to_owned(),
            table: Some(table),
            rows: Some(rows),
            escaped_formulas: 0,
        }
    }
}

/// A writer of one format. Memory depends on the largest records, not on their number.
pub trait Sink: Send {
    /// Writes a record into all tables that it belongs to.
    ///
    /// # Errors
    /// If a file cannot be written.
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error>;

    /// Completes all files, and returns them; a file with several tables once per table.
    ///
    /// # Errors
    /// If a file cannot be written.
    fn finish(self: Box<Self>, layout: &Layout) -> Result<Vec<DatasetFile>, Error>;
}

impl Format {
    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Sqlite => "sqlite",
        }
    }

    /// Whether child tables are nested columns.
    pub fn is_nested(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow | Self::JsonLines)
    }

    /// Creates the files of a dataset in an empty folder.
    ///
    /// # Errors
    /// If a file cannot be created.
    pub fn create_sink(
        self,
        folder: &Path,
        selection: &Selection,
        layout: &Layout,
        formulas: FormulaCells,
    ) -> Result<Box<dyn Sink>, Error> {
        Ok(match self {
            Self::Parquet => Box::new(ColumnarSink::<ParquetFile>::create(folder, layout)?),
            Self::Arrow => Box::new(ColumnarSink::<ArrowFile>::create(folder, layout)?),
            // Only CSV has cells without types, which a spreadsheet takes for formulas.
            Self::Csv => Box::new(CsvSink::create(folder, layout, formulas)?),
            Self::Sqlite => Box::new(SqliteSink::create(folder, layout)?),
            // The selection instead of the layout: its lines are records, which have no columns.
            Self::JsonLines => Box::new(JsonLinesSink::create(folder, selection)?),
        })
    }
}
