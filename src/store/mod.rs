//! Store: the one owner of everything below an output folder.
//!
//! A document's record, its derived files (searchable copy, ALTO), its withdrawn record and its
//! row in the catalogue change together, or not at all, also if the process is killed or the power
//! fails:
//!
//! 1. New files are written to `DIR/.tmp/` and forced to the disk ([`Staging`]).
//! 2. One transaction of the catalogue changes the rows and adds the renames and removals of files
//!    to its table of pending operations. Its commit is the moment at which the operation happens.
//! 3. The files are renamed into their places and outdated ones removed; the folders are forced to
//!    the disk; the pending operations are forgotten.
//!
//! What is pending when a folder is opened is carried out first: a redo log. Readers never see a
//! partial file, and the rows never name a file that cannot be put in its place.
//!
//! Which documents there are and what becomes of them is for `pipeline` to say.

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
pub use repair::{Depth, Finding, Problem, inspect, inspect_left_over};
pub use staging::Staging;

use crate::files::{resolve, stat};
use redo::Start;

/// The name of a run's summary in the output folder.
const SUMMARY_FILE: &str = "run.json";

/// Why the store cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be written, renamed or removed.
    #[error(transparent)]
    File(#[from] FileError),
    /// The catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
}

/// An open output folder. Whoever has it holds the folder's lock.
pub struct Store {
    folder: PathBuf,
    catalogue: Catalogue,
    disk: Arc<dyn FileSystem>,
    // Held so that nobody else writes to the folder; given up last.
    lock: Lock,
}

/// A change of one document, to be stored together with others.
#[derive(Debug)]
pub enum Operation {
    /// A new record or failure.
    Put(Box<DocumentRow>),
    /// The file has the bytes that it had, in another state.
    Touch {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of the file.
        state: FileState,
    },
    /// The file has the bytes again from which the withdrawn record was made.
    Restore {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of the file.
        state: FileState,
    },
}

impl Store {
    /// Opens an output folder for writing, made or brought up to date if need be. What a killed
    /// process left is finished or removed.
    ///
    /// # Errors
    /// If the folder cannot be used, or another process is using it.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Self::open_on(folder, Arc::new(OsFileSystem))
    }

    /// The same on another file system.
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
        let made = store.disk.make_folder(&temporary);
        made.map_err(|source| FileError {
            path: temporary,
            source,
        })?;
        store.redo(Start::AfterCrash)?;
        store.remove_left_over();
        if !store.catalogue.is_complete()? {
            store.adopt_earlier_version()?;
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

    /// The catalogue, for what concerns no files.
    pub fn catalogue_mut(&mut self) -> &mut Catalogue {
        &mut self.catalogue
    }

    /// Writes new files for the operations of this store.
    pub fn staging(&self) -> Staging {
        Staging::with(&self.folder, Arc::clone(&self.disk))
    }

    /// Checks that the files of a document can be put in their places. If something that concerns
    /// this document alone is in the way, that is its failure.
    ///
    /// # Errors
    /// If no document could be stored.
    pub fn prepare(&self, files: &[StagedFile]) -> Result<Option<Failure>, Error> {
        for file in files {
            let path = resolve(&self.folder, &file.path);
            let ready = path
                .parent()
                .map_or(Ok(()), |parent| self.disk.make_folder(parent))
                .and_then(|()| match fs::symlink_metadata(&path) {
                    Ok(there) if there.is_dir() => Err(ErrorKind::IsADirectory.into()),
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

    /// Carries out operations: all of them or, if an error comes back, those that a later
    /// [`Store::open`] finds committed.
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

    /// The files in the places of new ones that the catalogue does not list and that hold something
    /// else: it was lost, or somebody put them there. They are set aside, not overwritten.
    fn strays<'o>(&self, operations: &'o [Operation]) -> Result<Vec<&'o str>, Error> {
        let mut strays = Vec::new();
        for operation in operations {
            let Operation::Put(row) = operation else {
                continue;
            };
            for file in &row.files {
                let path = resolve(&self.folder, &file.path);
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

    /// Takes away the records of removed documents; withdrawn ones only if `withdrawn_too`. Gives
    /// how many documents are pruned; one with a withdrawn record that stays is not.
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

    /// Forgets documents: their files, withdrawn ones included, and their rows.
    ///
    /// # Errors
    /// Like [`Store::apply`].
    pub fn forget<'p>(&mut self, paths: impl IntoIterator<Item = &'p str>) -> Result<(), Error> {
        self.change(|change| paths.into_iter().try_for_each(|path| change.forget(path)))?;
        Ok(self.catalogue.shred()?)
    }

    /// Commits what `make` changes, and then changes the files accordingly.
    ///
    /// # Errors
    /// Like [`Store::apply`].
    pub fn change(
        &mut self,
        make: impl FnOnce(&Change<'_>) -> Result<(), catalogue::Error>,
    ) -> Result<(), Error> {
        // What an earlier operation left when it failed is done first, so that it is known which
        // operations are new.
        self.redo(Start::AfterCrash)?;
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
        self.redo(Start::Beginning)
    }

    /// Writes the summary of a run.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_summary<T: Serialize>(&self, summary: &T) -> Result<(), Error> {
        let staged = self.staging().json(SUMMARY_FILE, summary)?;
        let (from, path) = (
            resolve(&self.folder, &staged.staged),
            resolve(&self.folder, SUMMARY_FILE),
        );
        let renamed = self.disk.rename(&from, &path);
        Ok(renamed.map_err(|source| FileError { path, source })?)
    }

    /// Removes the staged files that nobody needs: those of documents that could not be stored, and
    /// of workers that were killed. Called when nobody stages files any more.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn clean_up(&self) -> Result<(), Error> {
        if self.catalogue.pending()?.is_empty() {
            self.remove_left_over();
        }
        Ok(())
    }

    /// Writes new files that [`Store::sync_batch`] forces to the disk together.
    pub fn staging_in_batches(&self) -> Staging {
        self.staging().with_force(Force::Later)
    }

    /// Forces the files to the disk that were written in a batch.
    ///
    /// # Errors
    /// If the disk does not take them.
    pub fn sync_batch(&self) -> Result<(), Error> {
        let path = self.folder.join(TEMPORARY);
        let synced = self.disk.sync_all(&path);
        Ok(synced.map_err(|source| FileError { path, source })?)
    }
}

/// Compares the record of a document with what was stored, by its length and time. If these differ,
/// its bytes decide.
pub fn verify_record(folder: &Path, id: &str, record: &RecordFile) -> Verified {
    let path = resolve(folder, &record.path);
    let Ok((bytes, modified)) = stat(&path) else {
        return Verified::Damaged;
    };
    let is_listed = (record.bytes, record.modified) == (Some(bytes), Some(modified));
    if is_listed && record.sha256.is_some() {
        return Verified::Intact;
    }
    let Ok(sha256) = hash_file(&path) else {
        return Verified::Damaged;
    };
    let is_intact = match &record.sha256 {
        Some(stored) => *stored == sha256,
        // An earlier version did not store the digest of its records.
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

/// The state of a record's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// It is as it was stored.
    Intact,
    /// It has the bytes that were stored, but another time, as after a restore from a backup: it is
    /// to be listed like this from now on.
    Relisted(RecordFile),
    /// It is gone, or holds something else.
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
