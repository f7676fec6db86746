//! Staging: new files are in `DIR/.tmp/` until the operation that they belong to is committed.
//!
//! Workers write there and, apart from the reading cache, nowhere else. A file that no committed operation
//! names was left by a process that was killed; the next run removes it.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::catalogue::{StagedFile, TEMPORARY, hash_bytes, record_path};
use crate::files::Error as FileError;
use crate::files::{FileSystem, Force, OsFileSystem, resolve, stat};
use diarium_document::Record;

/// The staging area of an output folder.
#[derive(Clone)]
pub struct Staging {
    folder: PathBuf,
    disk: Arc<dyn FileSystem>,
    /// The start of the names of this process's files.
    prefix: String,
    count: Arc<AtomicU64>,
    force: Force,
}

impl fmt::Debug for Staging {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Staging")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Staging {
    /// The staging area of an output folder.
    pub fn new(folder: &Path) -> Self {
        Self::with(folder, Arc::new(OsFileSystem))
    }

    /// Like [`Staging::new`], on another file system.
    pub fn with(folder: &Path, disk: Arc<dyn FileSystem>) -> Self {
        // Another process may have had this process's number before, hence the time.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().as_nanos();
        Self {
            folder: folder.to_owned(),
            disk,
            prefix: format!("{:x}-{now:x}", std::process::id()),
            count: Arc::default(),
            force: Force::Now,
        }
    }

    /// The same area with another time of forcing files to the disk.
    pub(super) fn with_force(self, force: Force) -> Self {
        Self { force, ..self }
    }

    /// Stages a record. Its final path follows from the path of its document.
    ///
    /// # Errors
    /// If the file cannot be written, as for all methods.
    pub fn record(&self, record: &Record) -> Result<StagedFile, FileError> {
        self.json(&record_path(&record.source.path), record)
    }

    /// Stages a value as pretty JSON with a final line break.
    pub fn json<T: Serialize>(&self, path: &str, value: &T) -> Result<StagedFile, FileError> {
        let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| FileError {
            path: resolve(&self.folder, path),
            source: error.into(),
        })?;
        bytes.push(b'\n');
        self.bytes(path, &bytes)
    }

    /// Stages a file with the final path `path`, relative to the output folder.
    pub fn bytes(&self, path: &str, bytes: &[u8]) -> Result<StagedFile, FileError> {
        // Only the number itself must be unique; it orders no other memory accesses.
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let staged = format!("{TEMPORARY}/{}-{number:x}", self.prefix);
        let file = resolve(&self.folder, &staged);
        let failed = |source| FileError {
            path: file.clone(),
            source,
        };
        let written = self.disk.write(&file, bytes, self.force).or_else(|error| {
            if error.kind() != ErrorKind::NotFound {
                return Err(error);
            }
            // The folder was deleted during the run.
            self.disk.make_folder(&resolve(&self.folder, TEMPORARY))?;
            self.disk.write(&file, bytes, self.force)
        });
        // Read back, because the file system may round the time. The rename to the final path keeps it.
        let (length, modified) = written.and_then(|()| stat(&file)).map_err(failed)?;
        Ok(StagedFile {
            staged,
            path: path.to_owned(),
            bytes: length,
            modified,
            sha256: hash_bytes(bytes),
        })
    }
}
