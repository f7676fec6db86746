//! Which records were left out because another says nearly the same?

use std::path::Path;

use super::Made;
use super::csv::Table;
use super::error::Error;
use super::table::Cell;
use diarium_document::Record;

/// Writes `duplicates.csv`: a row a record that was left out, with the number of the one that stands
/// for it.
pub struct Duplicates {
    table: Table,
}

impl Duplicates {
    /// Begins the file.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(folder: &Path) -> Result<Self, Error> {
        let header = ["id", "source_path", "kind", "record", "likeness"];
        let table = Table::create(folder, "duplicates", header.map(str::to_owned).into())?;
        Ok(Self { table })
    }

    /// Tells of a record, of the number of the one that stands for it, and of how like they are.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, record: &Record, of: i64, likeness: f64) -> Result<(), Error> {
        self.table.add([
            Cell::text(&record.id),
            Cell::text(&record.source.path),
            Cell::text(&record.kind),
            Cell::Integer(of),
            Cell::Number((likeness * 100.0).round() / 100.0),
        ])
    }

    /// Ends the file, which is no table of the dataset.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(self) -> Result<Made, Error> {
        Ok(Made {
            table: None,
            ..self.table.finish()?
        })
    }
}
