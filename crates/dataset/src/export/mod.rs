//! How does an archive become a dataset?
//!
//! Two passes over the records. The first finds out which tables there will be ([`Survey`],
//! [`Layout`]), the second writes them, a [`Sink`] a format. Before either sees a record it passes
//! the [`Stages`], and no format knows what they do. Where records come from, and where the finished
//! folder goes, is for others to say.

mod arrow;
pub mod columns;
mod condition;
mod csv;
mod date;
mod declared_fields;
mod duplicates;
mod error;
mod fate;
mod jsonl;
mod layout;
pub mod metadata;
mod name;
pub mod parts;
pub mod similar;
mod split;
mod sqlite;
mod stages;
mod survey;
pub mod table;
mod target;
#[cfg(test)]
pub(crate) mod test_support;

use std::path::{Path, PathBuf};

use arrow::{ArrowFile, ParquetFile, Tables};

pub use condition::{Condition, Malformed};
pub use declared_fields::DeclaredFields;
pub use duplicates::Duplicates;
pub use error::Error;
pub use fate::{Content, Fate, Judge, Sharing};
pub use layout::{Layout, MainTable, RECORDS, Row};
pub use split::{Malformed as MalformedSplits, Splits};
pub use stages::{Pass, Prepared, Selection, Stages, Transform};
pub use survey::{KindSeen, Outline, Shape, Survey};
pub use target::{Occupied, occupied};

/// How the tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Apache Parquet.
    Parquet,
    /// Arrow's IPC file.
    Arrow,
    /// RFC 4180.
    Csv,
    /// One record a line.
    JsonLines,
    /// A database.
    Sqlite,
}

/// A file of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Where it is.
    pub path: PathBuf,
    /// The table that it holds, if it holds one.
    pub table: Option<String>,
    /// How many rows that table has.
    pub rows: Option<u64>,
    /// Cells in it that a spreadsheet would have run as a formula, and that now begin with an
    /// apostrophe.
    pub made_harmless: u64,
}

impl Made {
    /// A table in a file.
    fn table(path: &Path, table: String, rows: u64) -> Self {
        Self {
            path: path.to_owned(),
            table: Some(table),
            rows: Some(rows),
            made_harmless: 0,
        }
    }
}

/// Where rows go in one format. Memory depends on the largest records, not on how many there are.
pub trait Sink: Send {
    /// Writes a record into all tables that it belongs to.
    ///
    /// # Errors
    /// If a file cannot be written.
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error>;

    /// Ends all files, and says which.
    ///
    /// # Errors
    /// If a file cannot be written.
    fn finish(self: Box<Self>, layout: &Layout) -> Result<Vec<Made>, Error>;
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

    /// Whether lists in a record are nested columns.
    pub fn is_nested(self) -> bool {
        matches!(self, Self::Parquet | Self::Arrow | Self::JsonLines)
    }

    /// Begins a dataset in an empty folder.
    ///
    /// # Errors
    /// If a file cannot be made.
    pub fn begin(
        self,
        folder: &Path,
        selection: &Selection,
        layout: &Layout,
    ) -> Result<Box<dyn Sink>, Error> {
        Ok(match self {
            Self::Parquet => Box::new(Tables::<ParquetFile>::create(folder, layout)?),
            Self::Arrow => Box::new(Tables::<ArrowFile>::create(folder, layout)?),
            Self::Csv => Box::new(csv::Csv::create(folder, layout)?),
            Self::Sqlite => Box::new(sqlite::Sqlite::create(folder, layout)?),
            Self::JsonLines => Box::new(jsonl::JsonLines::create(folder, selection)?),
        })
    }
}
