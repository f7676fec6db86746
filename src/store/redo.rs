//! Redo: carry out the committed file operations of the redo log.
//!
//! Operations are carried out in their order. A process that was killed in between is continued when the
//! folder is opened again; see [`RedoFrom`].

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::{Error, Store};
use crate::catalogue::{FileOperation, TEMPORARY};
use crate::files::Error as FileError;
use crate::files::{is_absence, remove_if_exists, resolve};

/// The first pending operation to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RedoFrom {
    /// The first one: all were committed just now.
    Beginning,
    /// The one after the last rename that is known to be done, because its staged file does not exist
    /// any more.
    // Operations are carried out in order, so that all before it are done, too. A removal before it must
    // not be repeated: a later rename may have put a new file there.
    LastRename,
}

impl Store {
    /// Carries out the pending operations and deletes them from the log.
    pub(super) fn redo(&mut self, from: RedoFrom) -> Result<(), Error> {
        let pending = self.catalogue.pending()?;
        let Some((last, _)) = pending.last() else {
            return Ok(());
        };
        let last = *last;
        let was_carried_out = |(_, operation): &(i64, FileOperation)| {
            from == RedoFrom::LastRename && self.was_carried_out(operation)
        };
        let done = pending.iter().rposition(was_carried_out);
        for (_, operation) in &pending[done.map_or(0, |done| done + 1)..] {
            self.carry_out(operation)?;
        }
        let mut folders = BTreeSet::new();
        for (_, operation) in &pending {
            let (FileOperation::Rename { target, .. } | FileOperation::Remove { target }) =
                operation;
            // The parents may be new as well.
            let above = Path::new(target).ancestors().skip(1);
            folders.extend(above.map(Path::to_owned));
        }
        // Also those of operations before a crash, which may not be on the disk yet. The log, which would
        // repeat them, is emptied only after that.
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
        // Names of staged files are never used twice. Any other source may be missing for another reason,
        // or exist again.
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

    /// Renames a file. A source that does not exist was renamed before a crash or removed by a user. In
    /// both cases nothing is left to do; the next run notices a missing record.
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

    /// Removes the parents of a file that are empty now, except the folders of the output format.
    pub(super) fn remove_empty_folders(&self, relative: &str) {
        for folder in Path::new(relative).ancestors().skip(1) {
            if folder.components().count() < 2 {
                return;
            }
            // Fails if the folder is not empty.
            if fs::remove_dir(self.folder.join(folder)).is_err() {
                return;
            }
        }
    }

    fn sync(&self, folder: &Path) -> Result<(), Error> {
        match self.disk.sync_folder(folder) {
            // A removal left the folder empty, so that it was removed as well.
            Err(error) if is_absence(error.kind()) => Ok(()),
            synced => Ok(synced.map_err(|source| FileError {
                path: folder.to_owned(),
                source,
            })?),
        }
    }

    /// Removes all temporary files. A file that cannot be removed only takes space.
    pub(super) fn remove_temporary_files(&self) {
        let entries = fs::read_dir(self.folder.join(TEMPORARY));
        for entry in entries.into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if entry.file_type().is_ok_and(|file_type| file_type.is_dir()) {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
        }
    }
}
