//! Store: the only owner of the files in an output folder.
//!
//! The record of a document, its derived files (searchable copy, ALTO), its withdrawn record and its row
//! in the catalogue change together or not at all, also if the process is killed or the power fails:
//!
//! 1. Staging: new files are written to `DIR/.tmp/` and forced to the disk ([`Staging`]).
//! 2. Commit: one transaction of the catalogue changes the rows and adds the renames and removals of
//!    files to the redo log. The operation takes effect with this commit.
//! 3. Redo: the files are renamed and outdated ones removed; the folders are forced to the disk; the
//!    entries of the redo log are deleted.
//!
//! Entries that a killed process left are carried out when the folder is opened. Readers never see a
//! partial file, and no row names a file that is neither in its place nor in the redo log.
//!
//! What happens to which document is decided by `pipeline`.

mod migration;
mod redo;
mod repair;
mod staging;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use crate::catalogue::{
    self, Catalogue, Change, DocumentRow, FileState, Lock, RecordFile, RunId, StagedFile,
    TEMPORARY, UNLISTED, hash_file,
};
use crate::files::Error as FileError;
use diarium_document::Failure;

pub use crate::files::{FileSystem, Force, OsFileSystem, is_absence};
pub use repair::{CheckDepth, Finding, Problem, inspect, inspect_left_over};
pub use staging::Staging;

use crate::files::{resolve, stat};
use redo::RedoFrom;

/// The name of a run's summary in the output folder.
const SUMMARY_FILE: &str = "run.json";

/// Why the store cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be written, renamed or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

/// An open output folder, which is locked until this value is dropped.
pub struct Store {
    folder: PathBuf,
    catalogue: Catalogue,
    disk: Arc<dyn FileSystem>,
    // The last field, so that the lock is released after the catalogue is closed.
    lock: Lock,
}

/// A change of one document. Several are applied in one transaction.
#[derive(Debug)]
pub enum Operation {
    /// A new record or failure.
    Put(Box<DocumentRow>),
    /// The source file has the same bytes and another state.
    Touch {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of the file.
        state: FileState,
    },
    /// The source file has the bytes of the withdrawn record again.
    Restore {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of the file.
        state: FileState,
    },
}

impl Store {
    /// Opens an output folder for writing. It is created or migrated if necessary. Operations that a
    /// killed process left are finished, and its temporary files are removed.
    ///
    /// # Errors
    /// If the folder cannot be used, or another process is using it.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Self::open_on(folder, Arc::new(OsFileSystem))
    }

    /// Like [`Store::open`], on another file system.
    ///
    /// # Errors
    /// Like [`Store::open`].
    pub fn open_on(folder: &Path, disk: Arc<dyn FileSystem>) -> Result<Self, Error> {
        let lock = Lock::acquire(folder)?;
        let catalogue = Catalogue::open(&lock)?;
        let mut store = Self {
            folder: folder.to_owned(),
            catalogue,
            disk,
            lock,
        };
        let temporary = resolve(folder, TEMPORARY);
        let created = store.disk.make_folder(&temporary);
        created.map_err(|source| FileError {
            path: temporary,
            source,
        })?;
        // First, because pending renames need their staged files.
        store.redo(RedoFrom::LastRename)?;
        store.remove_temporary_files();
        if !store.catalogue.is_complete()? {
            store.migrate_files()?;
            store.catalogue.mark_complete()?;
        }
        Ok(store)
    }

    /// The output folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The lock of the folder.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The catalogue, for changes that concern no files.
    pub fn catalogue_mut(&mut self) -> &mut Catalogue {
        &mut self.catalogue
    }

    /// A staging area for the operations of this store.
    pub fn staging(&self) -> Staging {
        Staging::with(&self.folder, Arc::clone(&self.disk))
    }

    /// Checks that the files of a document can be renamed to their final paths, and creates their
    /// folders. Returns the failure of the document if something prevents only its own files.
    ///
    /// # Errors
    /// If no document can be stored.
    pub fn prepare(&self, files: &[StagedFile]) -> Result<Option<Failure>, Error> {
        for file in files {
            // A rename that fails after the commit is repeated by each later run, and none can
            // start until it succeeds.
            let path = resolve(&self.folder, &file.path);
            let ready = path
                .parent()
                .map_or(Ok(()), |parent| self.disk.make_folder(parent))
                .and_then(|()| match fs::symlink_metadata(&path) {
                    // A symbolic link is not followed: a rename replaces the link itself.
                    Ok(existing) if existing.is_dir() => Err(ErrorKind::IsADirectory.into()),
                    Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                });
            if let Err(source) = ready {
                let error = FileError { path, source };
                return Ok(Some(error.document_failure().ok_or(error)?));
            }
        }
        Ok(None)
    }

    /// Applies operations, all or none. If the error comes after the commit, the next operation or
    /// [`Store::open`] finishes them.
    ///
    /// # Errors
    /// If a file or the catalogue cannot be written.
    pub fn apply(&mut self, run: RunId, operations: &[Operation]) -> Result<(), Error> {
        let strays = self.strays(operations)?;
        self.change(|change| {
            for stray in strays {
                change.rename(stray, &format!("{UNLISTED}/{stray}"))?;
            }
            for operation in operations {
                match operation {
                    Operation::Put(row) => change.store(run, row)?,
                    Operation::Touch { path, state } => change.touch(run, path, state)?,
                    Operation::Restore { path, state } => change.restore(run, path, state)?,
                }
            }
            Ok(())
        })
    }

    /// The files that have the paths of new ones, are not listed in the catalogue, and have other
    /// content: the catalogue was lost, or a user put them there. They are moved to
    /// `withdrawn/unlisted/` instead of overwritten.
    fn strays<'o>(&self, operations: &'o [Operation]) -> Result<Vec<&'o str>, Error> {
        let mut strays = Vec::new();
        for operation in operations {
            let Operation::Put(row) = operation else {
                continue;
            };
            for file in &row.files {
                let path = resolve(&self.folder, &file.path);
                // In the order of their cost: most paths are free.
                if fs::symlink_metadata(&path).is_ok()
                    && !self.catalogue.is_listed(&file.path)?
                    && hash_file(&path).ok().as_ref() != Some(&file.sha256)
                {
                    strays.push(file.path.as_str());
                }
            }
        }
        Ok(strays)
    }

    /// Removes the records of removed documents, and withdrawn ones if `withdrawn_too`. Returns how many
    /// documents were pruned; one whose withdrawn record is kept is not.
    ///
    /// # Errors
    /// Like [`Store::apply`].
    pub fn prune<'p>(
        &mut self,
        paths: impl IntoIterator<Item = &'p str>,
        withdrawn_too: bool,
    ) -> Result<usize, Error> {
        let mut pruned = 0;
        self.change(|change| {
            for path in paths {
                pruned += usize::from(change.prune(path, withdrawn_too)?);
            }
            Ok(())
        })?;
        Ok(pruned)
    }

    /// Erases documents: their files, withdrawn ones included, and their rows.
    ///
    /// # Errors
    /// Like [`Store::apply`].
    pub fn forget<'p>(&mut self, paths: impl IntoIterator<Item = &'p str>) -> Result<(), Error> {
        // The redo log contains the names of files. It must be empty before the catalogue is rewritten.
        self.change(|change| paths.into_iter().try_for_each(|path| change.forget(path)))?;
        Ok(self.catalogue.shred()?)
    }

    /// Commits the change that `make` makes, and then carries out its file operations.
    ///
    /// # Errors
    /// Like [`Store::apply`].
    pub fn change(
        &mut self,
        make: impl FnOnce(&Change<'_>) -> Result<(), catalogue::Error>,
    ) -> Result<(), Error> {
        // File operations of an earlier change that failed are carried out first. After the commit, all
        // entries of the redo log are then known to be new.
        self.redo(RedoFrom::LastRename)?;
        let (folder, disk) = (&self.folder, &self.disk);
        let at_commit = || {
            let path = folder.join(catalogue::FILE_NAME);
            disk.at_commit()
                .map_err(|source| FileError { path, source })
        };
        let change = self.catalogue.change()?;
        make(&change)?;
        at_commit()?;
        change.commit()?;
        at_commit()?;
        self.redo(RedoFrom::Beginning)
    }

    /// Writes the summary of a run.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_summary<T: Serialize>(&self, summary: &T) -> Result<(), Error> {
        // Without the redo log: it belongs to no document, and each run writes it anew.
        let staged = self.staging().json(SUMMARY_FILE, summary)?;
        let (from, path) = (
            resolve(&self.folder, &staged.staged),
            resolve(&self.folder, SUMMARY_FILE),
        );
        let renamed = self.disk.rename(&from, &path);
        Ok(renamed.map_err(|source| FileError { path, source })?)
    }

    /// Removes staged files that no operation needs: those of documents that could not be stored, and of
    /// workers that were killed. Must not be called while files are staged.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn clean_up(&self) -> Result<(), Error> {
        // Pending renames need their staged files.
        if self.catalogue.pending()?.is_empty() {
            self.remove_temporary_files();
        }
        Ok(())
    }

    /// A staging area whose files [`Store::sync_batch`] forces to the disk together.
    pub fn staging_in_batches(&self) -> Staging {
        self.staging().with_force(Force::Later)
    }

    /// Forces the files of a batch to the disk.
    ///
    /// # Errors
    /// If the operating system cannot write them.
    pub fn sync_batch(&self) -> Result<(), Error> {
        let path = self.folder.join(TEMPORARY);
        let synced = self.disk.sync_all(&path);
        Ok(synced.map_err(|source| FileError { path, source })?)
    }
}

/// Compares the file of a record with the row in the catalogue: by length and modification time and, if
/// these differ, by the SHA-256 of its bytes.
pub fn verify_record(folder: &Path, id: &str, record: &RecordFile) -> Verified {
    let path = resolve(folder, &record.path);
    let Ok((bytes, modified)) = stat(&path) else {
        return Verified::Damaged;
    };
    // Otherwise each run would have to read all records.
    let is_listed = (record.bytes, record.modified) == (Some(bytes), Some(modified));
    if is_listed && record.sha256.is_some() {
        return Verified::Intact;
    }
    let Ok(sha256) = hash_file(&path) else {
        return Verified::Damaged;
    };
    let is_intact = match &record.sha256 {
        Some(stored) => *stored == sha256,
        // Version 3 and earlier did not store the digest.
        None => is_record_of(&path, id),
    };
    if !is_intact {
        return Verified::Damaged;
    }
    Verified::Relisted(RecordFile {
        path: record.path.clone(),
        bytes: Some(bytes),
        modified: Some(modified),
        sha256: Some(sha256),
    })
}

/// The result of comparing a record's file with the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// The file is unchanged.
    Intact,
    /// The file has the same bytes and another time, as after a restore from a backup. The catalogue
    /// should store this state.
    Relisted(RecordFile),
    /// The file is missing or has other bytes.
    Damaged,
}

/// The summary of the last run in an output folder, if there is one.
pub fn read_summary(folder: &Path) -> Option<serde_json::Map<String, serde_json::Value>> {
    let text = fs::read_to_string(folder.join(SUMMARY_FILE)).ok()?;
    serde_json::from_str(&text).ok()
}

fn is_record_of(path: &Path, id: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Identified {
        id: String,
    }
    let bytes = fs::read(path).unwrap_or_default();
    serde_json::from_slice(&bytes).is_ok_and(|record: Identified| record.id == id)
}

#[cfg(test)]
mod tests;
