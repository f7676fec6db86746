//! Migration of the files of an output folder with a catalogue of version 3 or earlier.
//!
//! `catalogue` migrates its own schema. Those versions did not list derived files and wrote temporary
//! files beside records, so that the folder itself has to be read.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{Error, Store};
use crate::catalogue::{ALTO, FileRole, RECORDS, SEARCHABLE, alto_folder, searchable_path};

/// In names of temporary files of earlier versions, followed by six random characters.
const OLD_SUFFIX: &str = ".tmp-";

impl Store {
    /// Adds the derived files of each document to the catalogue, and removes the temporary files beside
    /// records. Can be repeated.
    pub(super) fn migrate_files(&mut self) -> Result<(), Error> {
        let records = self.catalogue.listed_files()?;
        let records = records
            .into_iter()
            .filter(|file| file.role == FileRole::Record);
        for record in records {
            for file in derived_files(&self.folder, &record.document) {
                let bytes = fs::metadata(self.folder.join(&file)).map_or(0, |file| file.len());
                self.catalogue
                    .insert_derived_file(&record.document, &file, bytes)?;
            }
        }
        remove_old_temporary_files(&self.folder);
        Ok(())
    }
}

/// The derived files of a document. Earlier versions found them by their names.
fn derived_files(folder: &Path, document: &str) -> Vec<String> {
    let inside = alto_folder(document);
    let entries = fs::read_dir(folder.join(&inside));
    let names = entries.into_iter().flatten().flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let is_page = |name: &String| name.starts_with("page-") && name.ends_with(".xml");
    let pages = names.filter(is_page).map(|name| format!("{inside}/{name}"));
    let copy = searchable_path(document);
    let copy = folder.join(&copy).is_file().then_some(copy);
    pages.chain(copy).collect()
}

/// Removes temporary files of earlier versions: `.NAME.tmp-Ab12Cd`. No record and no derived file has
/// such a name, because they end in `.json`, `.pdf` and `.xml`. Errors are ignored.
fn remove_old_temporary_files(folder: &Path) {
    let below = [RECORDS, SEARCHABLE, ALTO].map(|inside| WalkDir::new(folder.join(inside)));
    let top = WalkDir::new(folder).max_depth(1);
    let entries = below.into_iter().chain([top]).flatten().flatten();
    for entry in entries.filter(|entry| entry.file_type().is_file()) {
        if is_old_temporary(&entry.file_name().to_string_lossy()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_old_temporary(name: &str) -> bool {
    let suffix = name.rsplit_once(OLD_SUFFIX).map(|(_, suffix)| suffix);
    name.starts_with('.')
        && suffix.is_some_and(|suffix| {
            suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_temporary_files_of_earlier_versions_are_recognized() {
        for name in [
            ".a.json.tmp-Ab12Cd",
            ".SCAN.PDF.tmp-000000",
            ".run.json.tmp-abcdef",
        ] {
            assert!(is_old_temporary(name), "{name}");
        }
        for name in [
            ".x.json.tmp-1.json",
            "c.json.tmp-notes1",
            ".x.json.tmp-1",
            ".a.tmp-Ab12Cd.json",
        ] {
            assert!(!is_old_temporary(name), "{name}");
        }
    }
}
