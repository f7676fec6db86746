//! Renditions of documents, and atomic writes of files outside the output folder.
//!
//! A searchable PDF and ALTO files are made of a document that was read; `store` puts them beside
//! its record. Datasets, reports and profiles are written wherever the user says, each whole or not
//! at all.

mod alto;
mod replace;
mod searchable;
mod settle;
mod staged;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Serialize;

use diarium_document::{Failure, FailureCode};

pub use alto::{AltoSource, alto_pages};
pub use searchable::{NoCopy, searchable_copy};
pub use staged::{Replace, Staged};

use replace::{RealDisk, replace};

/// A file that is put beside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its path, relative to the output folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Why something could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}; {}", path.display(), self.advice())]
pub struct Error {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

impl Error {
    /// The failure of this one document, where another could still be written: its place is taken
    /// by something else, or its name cannot be had here. Otherwise the run cannot go on.
    pub fn document_failure(&self) -> Option<Failure> {
        let this_name_only = matches!(
            self.source.kind(),
            ErrorKind::NotADirectory
                | ErrorKind::IsADirectory
                | ErrorKind::AlreadyExists
                | ErrorKind::DirectoryNotEmpty
                | ErrorKind::InvalidFilename
                | ErrorKind::InvalidInput
                | ErrorKind::InvalidData
        );
        this_name_only.then(|| Failure::new(FailureCode::Rejected, self.to_string()))
    }

    fn advice(&self) -> &'static str {
        match self.source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "make room on the disk and run again: what is done stays done"
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "choose an output folder that you may write to"
            }
            ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::AlreadyExists
            | ErrorKind::DirectoryNotEmpty => {
                "something else stands in its place; rename the document or move that away"
            }
            ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
                "it is in use, or another file system is mounted there; name a folder inside it"
            }
            ErrorKind::InvalidFilename => "the output folder cannot hold a name this long",
            _ => "check the output folder and run again",
        }
    }
}

/// Writes anything as pretty JSON with a line break at its end, atomically; folders that are
/// missing on the way are made.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), Error> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Error {
        path: path.to_owned(),
        source: error.into(),
    })?;
    bytes.push(b'\n');
    write_bytes(path, &bytes)
}

/// Writes bytes as they are, atomically; folders that are missing on the way are made.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    replace(&RealDisk, path, bytes).map_err(|source| Error {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records/sub/a.txt.json");
        write_json(&path, &["first, the longer one"]).unwrap();
        write_json(&path, &["second"]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n  \"second\"\n]\n");
        let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1);
    }

    #[test]
    fn a_folder_in_the_place_of_a_record_fails_only_that_document() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::create_dir_all(path.join("b")).unwrap();
        let error = write_json(&path, &()).unwrap_err();
        assert!(error.document_failure().is_some(), "{error}");

        let under_a_file = folder.path().join("file");
        fs::write(&under_a_file, "").unwrap();
        let error = write_json(&under_a_file.join("c.json"), &()).unwrap_err();
        assert!(error.document_failure().is_some(), "{error}");
    }

    #[test]
    fn a_full_disk_stops_the_run() {
        let error = Error {
            path: PathBuf::from("a"),
            source: ErrorKind::StorageFull.into(),
        };
        assert!(error.document_failure().is_none());
        assert!(error.to_string().contains("make room"));
    }
}
