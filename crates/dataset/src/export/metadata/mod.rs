//! What does a dataset say of itself, to other tools?
//!
//! The same facts in the three vocabularies that researchers' tools read: a Frictionless Data
//! Package, MLCommons Croissant, an RO-Crate. There is no clock here: the dates are those of the
//! runs that made the records.

mod croissant;
mod facts;
mod frictionless;
mod given;
mod ro_crate;

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::Made;
use super::error::Error;

pub use facts::{Counts, Facts, FileFacts, Run, TableFacts};
pub use given::{Creator, Given, Licence, Publisher};

/// The file by which an export is known as one.
pub const DATA_PACKAGE: &str = "datapackage.json";

/// The files that describe a dataset.
pub const FILES: [&str; 3] = [DATA_PACKAGE, "croissant.json", "ro-crate-metadata.json"];

/// Writes all three beside the tables.
///
/// # Errors
/// If a file cannot be written.
pub fn write(folder: &Path, facts: &Facts<'_>) -> Result<(), Error> {
    let described = [
        frictionless::package(facts),
        croissant::dataset(facts),
        ro_crate::crate_of(facts),
    ];
    for (name, value) in FILES.iter().zip(described) {
        let path = folder.join(name);
        fs::write(&path, format!("{value:#}\n")).map_err(Error::write(&path))?;
    }
    Ok(())
}

/// Lengths and checksums of files that are done; tables that share a file follow each other.
/// `sha256` gives a file's, in lower-case hexadecimal.
///
/// # Errors
/// If a file cannot be read again.
pub fn measure(
    folder: &Path,
    made: Vec<Made>,
    sha256: impl Fn(&Path) -> io::Result<String>,
) -> Result<Vec<FileFacts>, Error> {
    let mut files: Vec<FileFacts> = Vec::new();
    for made in made {
        let inside = made.path.strip_prefix(folder).unwrap_or(&made.path);
        let path = inside.to_string_lossy().into_owned();
        if files.last().is_none_or(|last| last.path != path) {
            let length = fs::metadata(&made.path).map(|metadata| metadata.len());
            files.push(FileFacts {
                path,
                bytes: length.map_err(Error::write(&made.path))?,
                sha256: sha256(&made.path).map_err(Error::write(&made.path))?,
                tables: Vec::new(),
            });
        }
        if let (Some(file), Some(name)) = (files.last_mut(), made.table) {
            file.tables.push(TableFacts {
                name,
                rows: made.rows.unwrap_or_default(),
                made_harmless: made.made_harmless,
            });
        }
    }
    Ok(files)
}

/// An object of those members that have a value.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
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
