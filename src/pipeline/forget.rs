//! Forget: erase documents from an output folder.
//!
//! Everything that names a document or holds its text goes: records, derived files, withdrawn
//! records, cached readings, catalogue rows, and file names in the lists of runs. Exported datasets
//! are outside the folder: they are reported, not changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Error;
use crate::catalogue::{self, ExportRow};
use crate::discover::percent_decode_path;
use crate::files;
use crate::readings;
use crate::store::{Store, read_summary};

/// The result of erasing documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The paths of the documents that were erased.
    pub documents: Vec<String>,
    /// The exports made while they were in the folder, which may contain them.
    pub exports: Vec<ExportRow>,
    /// The names of which no document is known. If there is one, nothing is erased.
    pub unknown: Vec<String>,
}

/// Erases documents. Each is named by its path, or by the SHA-256 of its bytes, which may name
/// several. A container is erased with the documents in it.
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
        for document in &documents {
            let inside = store.catalogue().documents_inside(document)?;
            forgotten.documents.extend(inside);
        }
        forgotten.documents.extend(documents);
    }
    // All or nothing: a typing error in one name must not pass unnoticed among erased documents.
    if !forgotten.unknown.is_empty() {
        return Ok(Forgotten {
            unknown: forgotten.unknown,
            ..Forgotten::default()
        });
    }
    forgotten.documents.sort();
    forgotten.documents.dedup();
    // Before the rows are erased, which say since which run a document is in the folder.
    for path in &forgotten.documents {
        for export in store.catalogue().exports_since_first_run(path)? {
            if !forgotten.exports.contains(&export) {
                forgotten.exports.push(export);
            }
        }
    }
    forget_readings(&store, &forgotten.documents)?;
    forget_inputs(&mut store, &forgotten.documents)?;
    store.forget(forgotten.documents.iter().map(String::as_str))?;
    Ok(forgotten)
}

/// Erases the cached readings of documents.
fn forget_readings(store: &Store, documents: &[String]) -> Result<(), Error> {
    // Earlier bytes of a document may have readings as well, and the catalogue does not know those
    // bytes any more. So only the readings of the other documents' current bytes are retained.
    let folder = store.folder();
    let retained = store.catalogue().ids_of_others(documents)?;
    let erased = readings::retain(folder, |id| retained.contains(id));
    erased.map_err(|source| files::Error {
        path: folder.join(readings::FOLDER),
        source,
    })?;
    Ok(())
}

/// Erases the names of documents that were inputs of runs, from the list of runs and the summary of
/// the last one.
fn forget_inputs(store: &mut Store, documents: &[String]) -> Result<(), Error> {
    let names: BTreeSet<String> = documents
        .iter()
        .filter_map(|path| file_name(path))
        .collect();
    let is_erased = |input: &str| {
        let name = Path::new(input).file_name();
        name.is_some_and(|name| names.contains(&*name.to_string_lossy()))
    };
    store.catalogue_mut().erase_inputs(is_erased)?;
    let Some(mut summary) = read_summary(store.folder()) else {
        return Ok(());
    };
    let erased = ["inputs", "missing_inputs"]
        .map(|list| catalogue::erase_names(summary.get_mut(list), &is_erased));
    if erased.contains(&true) {
        store.write_summary(&summary)?;
    }
    Ok(())
}

/// The name of a document's file as in the lists of runs.
fn file_name(path: &str) -> Option<String> {
    let file = percent_decode_path(path);
    let name = file.file_name()?;
    Some(name.to_string_lossy().into_owned())
}
