//! Dataset metadata: Frictionless Data Package, MLCommons Croissant and RO-Crate.
//!
//! The same metadata in the three formats that research tools read. Dates are those of the runs that
//! processed the records, never of the clock, so that an export can be reproduced.

mod croissant;
mod description;
mod frictionless;
mod model;
mod ro_crate;

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::DatasetFile;
use super::error::Error;

pub use description::{Creator, DatasetDescription, Licence, Publisher};
pub use model::{ExportCounts, FileMetadata, Metadata, Run, TableMetadata};

/// The file by which an export is recognized.
pub const DATA_PACKAGE: &str = "datapackage.json";

/// The files with metadata.
pub const FILES: [&str; 3] = [DATA_PACKAGE, "croissant.json", "ro-crate-metadata.json"];

/// Writes the three files beside the tables.
///
/// # Errors
/// If a file cannot be written.
pub fn write(folder: &Path, metadata: &Metadata<'_>) -> Result<(), Error> {
    let documents = [
        frictionless::package(metadata),
        croissant::dataset(metadata),
        ro_crate::document(metadata),
    ];
    for (name, value) in FILES.iter().zip(documents) {
        let path = folder.join(name);
        fs::write(&path, format!("{value:#}\n")).map_err(Error::write(&path))?;
    }
    Ok(())
}

/// Lengths and checksums of finished files. Tables in the same file must be adjacent. `sha256` returns the
/// digest of a file in lowercase hexadecimal.
///
/// # Errors
/// If a file cannot be read.
pub fn file_metadata(
    folder: &Path,
    tables: Vec<DatasetFile>,
    sha256: impl Fn(&Path) -> io::Result<String>,
) -> Result<Vec<FileMetadata>, Error> {
    let mut files: Vec<FileMetadata> = Vec::new();
    for table in tables {
        let relative = table.path.strip_prefix(folder).unwrap_or(&table.path);
        let path = relative.to_string_lossy().into_owned();
        // A SQLite database has many tables, and is hashed once.
        if files.last().is_none_or(|last| last.path != path) {
            let length = fs::metadata(&table.path).map(|metadata| metadata.len());
            files.push(FileMetadata {
                path,
                bytes: length.map_err(Error::write(&table.path))?,
                sha256: sha256(&table.path).map_err(Error::write(&table.path))?,
                tables: Vec::new(),
            });
        }
        if let (Some(file), Some(name)) = (files.last_mut(), table.table) {
            file.tables.push(TableMetadata {
                name,
                rows: table.rows.unwrap_or_default(),
                escaped_formulas: table.escaped_formulas,
            });
        }
    }
    Ok(files)
}

/// An object without the members that are null or empty lists.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    // The JSON Schema of Data Package rejects both: a property is absent or has a value.
    let present = members.into_iter().filter(|(_, value)| match value {
        Value::Null => false,
        Value::Array(values) => !values.is_empty(),
        _ => true,
    });
    Value::Object(
        present
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
