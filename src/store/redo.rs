//! Redo log: carry out the changes of files that were committed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::{Error, Store};
use crate::catalogue::{FileOperation, TEMPORARY};
use crate::files::Error as FileError;
use crate::files::{is_absence, remove_if_exists, resolve};

/// Which of the pending operations are to be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// All: they were committed just now.
    Beginning,
    /// Those that were not carried out before a crash. Operations are done in order, and a staged
    /// file that is gone was renamed, so that everything up to the last such rename is done. To do
    /// an earlier removal again could remove what a later rename put there.
    AfterCrash,
}

impl Store {
    /// Carries out the pending operations in their order and forgets them.
    pub(super) fn redo(&mut self, start: Start) -> Result<(), Error> {
        let pending = self.catalogue.pending()?;
        let Some((last, _)) = pending.last() else {
            return Ok(());
        };
        let last = *last;
        let was_carried_out = |(_, operation): &(i64, FileOperation)| {
            start == Start::AfterCrash && self.was_carried_out(operation)
        };
        let done = pending.iter().rposition(was_carried_out);
        for (_, operation) in &pending[done.map_or(0, |done| done + 1)..] {
            self.carry_out(operation)?;
        }
        let mut folders = BTreeSet::new();
        for (_, operation) in &pending {
            let (FileOperation::Rename { target, .. } | FileOperation::Remove { target }) =
                operation;
            // The folders on the way may be new as well.
            let above = Path::new(target).ancestors().skip(1);
            folders.extend(above.map(Path::to_owned));
        }
        for inside in &folders {
            self.sync(&self.folder.join(inside))?;
        }
        Ok(self.catalogue.delete_pending(last)?)
    }

    /// Whether a rename is known to have been done.
    fn was_carried_out(&self, operation: &FileOperation) -> bool {
        let FileOperation::Rename { source, .. } = operation else {
            return false;
        };
        source.starts_with(TEMPORARY)
            && fs::symlink_metadata(resolve(&self.folder, source))
                .is_err_and(|e| is_absence(e.kind()))
    }

    fn carry_out(&self, operation: &FileOperation) -> Result<(), Error> {
        let (FileOperation::Rename { target, .. } | FileOperation::Remove { target }) = operation;
        let path = resolve(&self.folder, target);
        let result = match operation {
            FileOperation::Rename { source, .. } => self.rename(source, &path),
            FileOperation::Remove { .. } => {
                let removed = remove_if_exists(self.disk.as_ref(), &path);
                self.remove_empty_folders(target);
                removed
            }
        };
        Ok(result.map_err(|source| FileError { path, source })?)
    }

    /// A source that is gone was renamed before a crash, or taken away by somebody else; either
    /// way there is nothing left to rename, and the next run notices a record that is missing.
    fn rename(&self, source: &str, target: &Path) -> io::Result<()> {
        if let Some(parent) = target.parent() {
            self.disk.make_folder(parent)?;
        }
        match self.disk.rename(&resolve(&self.folder, source), target) {
            Err(error) if is_absence(error.kind()) => Ok(()),
            renamed => {
                self.remove_empty_folders(source);
                renamed
            }
        }
    }

    /// Removes the folders that a file leaves empty, but never one of the output folder's own.
    pub(super) fn remove_empty_folders(&self, relative: &str) {
        for folder in Path::new(relative).ancestors().skip(1) {
            if folder.components().count() < 2 {
                return;
            }
            // Fails where something is left in it.
            if fs::remove_dir(self.folder.join(folder)).is_err() {
                return;
            }
        }
    }

    fn sync(&self, folder: &Path) -> Result<(), Error> {
        match self.disk.sync_folder(folder) {
            // A removal left it empty, and it was removed as well.
            Err(error) if is_absence(error.kind()) => Ok(()),
            synced => Ok(synced.map_err(|source| FileError {
                path: folder.to_owned(),
                source,
            })?),
        }
    }

    /// Removes the files of a process that was killed. What cannot be removed harms nobody.
    pub(super) fn remove_left_over(&self) {
        let entries = fs::read_dir(self.folder.join(TEMPORARY));
        for entry in entries.into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = match entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                true => fs::remove_dir_all(&path),
                false => fs::remove_file(&path),
            };
        }
    }
}
