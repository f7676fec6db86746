//! Atomic replacement of a folder: a reader sees the old one or the new one, never a mixture.
//!
//! The folder is filled under a temporary name (`.NAME.tmp-…`) in the parent of its target, forced to
//! the disk and renamed. An existing folder is exchanged with it in one system call where the platform
//! has one. Elsewhere the old folder is moved to a backup (`.NAME.old-…`) first, and
//! [`AtomicDir::recover`] restores it if the process was killed in between.
//!
//! Whether an existing folder may be replaced is decided by the caller.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::{Error, FileSystem, OsFileSystem};

/// A folder that is being filled. Dropped before [`AtomicDir::commit`], it is removed.
#[derive(Debug)]
pub struct AtomicDir {
    folder: TempDir,
    target: PathBuf,
}

/// What happens to an existing folder at the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplaceMode {
    /// It is removed with all its files.
    WholeFolder,
    /// Files of the same names are replaced, one by one. All others stay.
    SameNames,
}

impl AtomicDir {
    /// Creates the temporary folder for `target`, and its missing parents.
    ///
    /// # Errors
    /// If `target` has no name, or the folder cannot be created.
    pub fn create(target: &Path) -> Result<Self, Error> {
        let failed = |source| Error {
            path: target.to_owned(),
            source,
        };
        let Some(name) = target.file_name() else {
            return Err(failed(ErrorKind::AlreadyExists.into()));
        };
        let (name, parent) = (name.to_string_lossy(), parent(target));
        fs::create_dir_all(parent).map_err(failed)?;
        let folder = tempfile::Builder::new()
            .prefix(&format!(".{name}.tmp-"))
            .tempdir_in(parent)
            .map_err(failed)?;
        Ok(Self {
            folder,
            target: target.to_owned(),
        })
    }

    /// The folder to fill.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Forces all files to the disk and moves the folder to its target.
    ///
    /// # Errors
    /// If that fails. With [`ReplaceMode::WholeFolder`] the existing folder is then unchanged.
    pub fn commit(self, mode: ReplaceMode) -> Result<(), Error> {
        let target = self.target.clone();
        self.move_to_target(mode).map_err(|source| Error {
            path: target,
            source,
        })
    }

    /// Finishes a [`AtomicDir::commit`] that was killed: restores the folder that it moved to a
    /// backup and did not replace, and removes a backup that it did replace. There are backups only
    /// where folders cannot be exchanged in one step.
    ///
    /// # Errors
    /// If there is a folder to restore, and that fails.
    pub fn recover(target: &Path) -> Result<(), Error> {
        recover(&OsDirOperations, target).map_err(|source| Error {
            path: target.to_owned(),
            source,
        })
    }

    fn move_to_target(self, mode: ReplaceMode) -> io::Result<()> {
        apply_umask(self.folder())?;
        for entry in WalkDir::new(self.folder()) {
            let entry = entry?;
            if entry.file_type().is_dir() {
                OsFileSystem.sync_folder(entry.path())?;
            } else {
                File::open(entry.path())?.sync_all()?;
            }
        }
        let exists = self.target.symlink_metadata().is_ok();
        if exists && mode == ReplaceMode::SameNames {
            for entry in fs::read_dir(self.folder())? {
                let entry = entry?;
                fs::rename(entry.path(), self.target.join(entry.file_name()))?;
            }
            return OsFileSystem.sync_folder(&self.target);
        }
        // Dropping `self` removes whatever has the temporary name now: the new folder after a failure,
        // the old one after an exchange, nothing after a rename.
        swap_in(&OsDirOperations, self.folder(), &self.target)
    }
}

/// The operations that replacing a folder consists of. A test stops the program at each of them.
trait DirOperations {
    /// Exchanges two folders in one step.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
    /// Renames a folder to a name that is free.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a folder with its contents.
    fn remove(&self, folder: &Path) -> io::Result<()>;
}

/// The operating system's operations.
struct OsDirOperations;

impl DirOperations for OsDirOperations {
    /// `renameat2` with `RENAME_EXCHANGE` on Linux, `renameatx_np` with `RENAME_SWAP` on macOS.
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }

    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    fn exchange(&self, _one: &Path, _other: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, folder: &Path) -> io::Result<()> {
        fs::remove_dir_all(folder)
    }
}

/// The name of the old folder inside its backup, once the new one is in place and the old one can be
/// removed. Before that, it has its own name there.
const REPLACED: &str = "replaced";

/// Moves a filled folder to its target. An existing folder is exchanged with it in one step, or moved
/// to a backup where the platform cannot exchange folders.
fn swap_in(folders: &impl DirOperations, new: &Path, target: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_err() {
        folders.rename(new, target)?;
        return OsFileSystem.sync_folder(parent(target));
    }
    match folders.exchange(new, target) {
        // ENOSYS and ENOTSUP; a file system that does not know the flag returns EINVAL.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            replace_with_backup(folders, new, target)
        }
        Err(error) => Err(error),
        Ok(()) => OsFileSystem.sync_folder(parent(target)),
    }
}

/// Replaces a folder in two steps: the old one is moved into a backup (`.NAME.old-…`) beside the
/// target, then the new one is renamed. Between the steps there is no folder at the target; if the
/// process is killed there, [`recover`] restores the old one.
fn replace_with_backup(folders: &impl DirOperations, new: &Path, target: &Path) -> io::Result<()> {
    let backup = tempfile::Builder::new()
        .prefix(&backup_prefix(target))
        .tempdir_in(parent(target))?
        .keep();
    let old = backup.join(target.file_name().unwrap_or_default());
    let moved = folders.rename(target, &old).and_then(|()| {
        folders.rename(new, target).inspect_err(|_| {
            // If this fails as well, the next `recover` does it.
            let _ = folders.rename(&old, target);
        })
    });
    if let Err(error) = moved {
        // Fails, as it should, if the backup contains the old folder.
        let _ = fs::remove_dir(&backup);
        return Err(error);
    }
    OsFileSystem.sync_folder(parent(target))?;
    // The new folder is in place. What cannot be removed now is removed by the next `recover`.
    let replaced = folders.rename(&old, &backup.join(REPLACED));
    let _ = replaced.and_then(|()| folders.remove(&backup));
    Ok(())
}

/// See [`AtomicDir::recover`]. A backup that may be the only copy of its folder is left alone if
/// there is something else at the target.
fn recover(folders: &impl DirOperations, target: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(parent(target)) else {
        return Ok(());
    };
    let prefix = backup_prefix(target);
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(&prefix) {
            continue;
        }
        let backup = entry.path();
        let old = backup.join(target.file_name().unwrap_or_default());
        if backup.join(REPLACED).is_dir() {
            let _ = folders.remove(&backup);
        } else if old.is_dir() && target.symlink_metadata().is_err() {
            folders.rename(&old, target)?;
            OsFileSystem.sync_folder(parent(target))?;
            let _ = fs::remove_dir(&backup);
        }
    }
    Ok(())
}

fn backup_prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.old-")
}

/// The folder that contains a path.
fn parent(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Gives a folder the permissions of any other new folder. Temporary folders are private (0700).
#[cfg(unix)]
fn apply_umask(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // The umask cannot be read without changing it for all threads. The mode of a new folder shows it.
    let probe = folder.join(".probe");
    fs::create_dir(&probe)?;
    let mode = fs::metadata(&probe)?.permissions().mode();
    fs::remove_dir(&probe)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn apply_umask(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_committed_folder_is_complete_and_no_temporary_folder_remains() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("a/dataset");
        for (file, mode) in [
            ("one", ReplaceMode::WholeFolder),
            ("two", ReplaceMode::WholeFolder),
            ("three", ReplaceMode::SameNames),
        ] {
            let folder = AtomicDir::create(&target).unwrap();
            fs::write(folder.folder().join(file), file).unwrap();
            folder.commit(mode).unwrap();
        }
        assert_eq!(names(&target), ["three", "two"]);
        assert_eq!(names(target.parent().unwrap()), ["dataset"]);
    }

    #[test]
    fn a_folder_that_is_not_committed_is_removed() {
        let place = tempfile::tempdir().unwrap();
        let folder = AtomicDir::create(&place.path().join("dataset")).unwrap();
        fs::write(folder.folder().join("half"), "").unwrap();
        drop(folder);
        assert!(names(place.path()).is_empty());
    }

    /// A process that is killed at one of the steps, counted from 0: that step and all later ones fail.
    struct KilledProcess {
        step: Cell<usize>,
        can_exchange: bool,
    }

    impl KilledProcess {
        fn try_step(&self) -> io::Result<()> {
            let left = self.step.get().checked_sub(1);
            self.step.set(left.unwrap_or_default());
            left.map(|_| ()).ok_or_else(|| ErrorKind::Other.into())
        }
    }

    impl DirOperations for KilledProcess {
        fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
            if !self.can_exchange {
                return Err(ErrorKind::Unsupported.into());
            }
            self.try_step()?;
            OsDirOperations.exchange(one, other)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.try_step()?;
            OsDirOperations.rename(from, to)
        }

        fn remove(&self, folder: &Path) -> io::Result<()> {
            self.try_step()?;
            OsDirOperations.remove(folder)
        }
    }

    /// Replaces `old` with `new`, is killed at a step, and returns the files at the target before and
    /// after the recovery.
    fn replaced_up_to(step: usize, can_exchange: bool) -> [Option<Vec<String>>; 2] {
        let place = tempfile::tempdir().unwrap();
        let (target, new) = (place.path().join("dataset"), place.path().join(".new"));
        for (folder, files) in [(&target, ["old-1", "old-2"]), (&new, ["new-1", "new-2"])] {
            fs::create_dir(folder).unwrap();
            for file in files {
                fs::write(folder.join(file), file).unwrap();
            }
        }
        let step = Cell::new(step);
        let _ = swap_in(&KilledProcess { step, can_exchange }, &new, &target);
        let files = || target.is_dir().then(|| names(&target));
        let before = files();
        recover(&OsDirOperations, &target).unwrap();
        [before, files()]
    }

    #[test]
    fn with_an_exchange_the_target_is_always_the_old_folder_or_the_new_one() {
        let [old, new] =
            ["old", "new"].map(|name| Some(vec![format!("{name}-1"), format!("{name}-2")]));
        assert_eq!(replaced_up_to(0, true), [old.clone(), old]);
        assert_eq!(replaced_up_to(1, true), [new.clone(), new]);
    }

    #[test]
    fn without_an_exchange_recovery_restores_the_old_folder() {
        let [old, new] =
            ["old", "new"].map(|name| Some(vec![format!("{name}-1"), format!("{name}-2")]));
        assert_eq!(replaced_up_to(0, false), [old.clone(), old.clone()]);
        assert_eq!(replaced_up_to(1, false), [None, old]);
        for step in 2..6 {
            assert_eq!(replaced_up_to(step, false), [new.clone(), new.clone()]);
        }
    }

    #[test]
    fn recovery_removes_a_replaced_folder_and_never_the_only_copy() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("dataset");
        for folder in [
            "dataset",
            ".dataset.old-a/replaced",
            ".dataset.old-b/dataset",
        ] {
            fs::create_dir_all(place.path().join(folder)).unwrap();
        }
        AtomicDir::recover(&target).unwrap();
        assert_eq!(names(place.path()), [".dataset.old-b", "dataset"]);
    }
}
