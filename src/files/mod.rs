//! File output: atomic writes of files and folders, and the file system behind a trait.
//!
//! Datasets, reports and profiles are written wherever the user says. Each appears as a whole or not
//! at all: it is written under a temporary name and renamed into place ([`write_bytes`],
//! [`AtomicDir`]). `store` uses the same [`FileSystem`] for the files of an output folder.
//!
//! Which files are written, and what they contain, is decided by the callers.

mod atomic_dir;
mod atomic_write;
mod file_system;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Serialize;

use diarium_document::{Failure, FailureCode};

pub use atomic_dir::{AtomicDir, ReplaceMode};
pub use file_system::{FileSystem, Force, OsFileSystem, is_absence};

use atomic_write::atomic_write;

pub(crate) use file_system::{remove_if_exists, resolve, stat};

/// A file or folder that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be written: {source}; {}", path.display(), self.advice())]
pub struct Error {
    /// The file or folder.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: io::Error,
}

impl Error {
    /// The failure of this one document, if other documents can still be written: something else
    /// has its path, or the file system does not accept its name. For all other errors, such as a
    /// full disk, the run cannot continue.
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
                "free space on the disk and run again; finished documents are kept"
            }
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                "choose an output folder that you may write to"
            }
            ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::AlreadyExists
            | ErrorKind::DirectoryNotEmpty => {
                "a file or folder of that name is in the way; rename the document or move the other away"
            }
            ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
                "it is in use, or another file system is mounted there; name a folder inside it"
            }
            ErrorKind::InvalidFilename => "the output folder cannot hold a name this long",
            _ => "check the output folder and run again",
        }
    }
}

/// Writes a value as pretty JSON with a final line break, atomically. Missing folders are created.
///
/// # Errors
/// If the value cannot be serialized or the file cannot be written.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), Error> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| Error {
        path: path.to_owned(),
        source: error.into(),
    })?;
    bytes.push(b'\n');
    write_bytes(path, &bytes)
}

/// Writes a file atomically. Missing folders are created.
///
/// # Errors
/// If the file cannot be written. An earlier file of that name is then unchanged.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    atomic_write(&OsFileSystem, path, bytes).map_err(|source| Error {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_no_temporary_file_remains() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records/sub/a.txt.json");
        write_json(&path, &["first, the longer one"]).unwrap();
        write_json(&path, &["second"]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[\n  \"second\"\n]\n");
        let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1);
    }

    #[test]
    fn a_folder_that_has_the_path_of_a_record_fails_only_that_document() {
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
        assert!(error.to_string().contains("free space"));
    }
}
