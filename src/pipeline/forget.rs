//! Forget: erase documents from an output folder.

use std::path::{Path, PathBuf};

use super::Error;
use crate::catalogue::{self, ExportRow};
use crate::store::Store;
use crate::{emit, readings};

/// What was erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The paths of the documents that were erased.
    pub documents: Vec<String>,
    /// The exports that were made while they were in the folder.
    pub exports: Vec<ExportRow>,
    /// The names that no document has. If there is one, nothing is erased.
    pub unknown: Vec<String>,
}

/// Erases documents: records, derived files, withdrawn records, cached readings and rows of
/// the catalogue. Each is named by its path or by the SHA-256 of its bytes, which may name
/// several.
///
/// # Errors
/// If there is no output folder, or it cannot be written.
pub fn forget(folder: &Path, names: &[String]) -> Result<Forgotten, Error> {
    if !folder.join(catalogue::FILE_NAME).is_file() {
        let folder = PathBuf::from(folder);
        return Err(catalogue::Error::Missing { folder }.into());
    }
    let mut store = Store::open(folder)?;
    let mut forgotten = Forgotten::default();
    for name in names {
        let documents = store.catalogue().documents_named(name)?;
        if documents.is_empty() {
            forgotten.unknown.push(name.clone());
        }
        forgotten.documents.extend(documents);
    }
    if !forgotten.unknown.is_empty() {
        return Ok(Forgotten {
            unknown: forgotten.unknown,
            ..Forgotten::default()
        });
    }
    forgotten.documents.sort();
    forgotten.documents.dedup();
    for path in &forgotten.documents {
        for export in store.catalogue().exports_since_first_run(path)? {
            if !forgotten.exports.contains(&export) {
                forgotten.exports.push(export);
            }
        }
    }
    // Earlier bytes of a document have readings as well, and nothing says any more that they are its.
    let kept = store.catalogue().ids_of_others(&forgotten.documents)?;
    let erased = readings::retain(folder, |id| kept.contains(id));
    erased.map_err(|source| emit::Error {
        path: folder.join(readings::FOLDER),
        source,
    })?;
    store.forget(forgotten.documents.iter().map(String::as_str))?;
    Ok(forgotten)
}
