//! Atomic replacement of a folder: a reader sees the old one or the new one, never half of either.
//!
//! A folder is staged beside its place, forced to the disk and renamed into it. What stands there
//! already is exchanged with it in one step, where the system can do that. What stands in its place is
//! only replaced if its owner says so.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use walkdir::WalkDir;

use super::{Error, settle::sync_folder};

/// A folder in the making. Dropped before [`Staged::publish`], it is gone.
#[derive(Debug)]
pub struct Staged {
    folder: TempDir,
    target: PathBuf,
}

/// What becomes of what stands in the folder's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// It goes, all of it.
    All,
    /// Files of the same names are replaced, all others stay.
    SameNames,
}

impl Staged {
    /// Begins a folder that will stand at `target`; folders on the way are made.
    pub fn begin(target: &Path) -> Result<Self, Error> {
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

    /// Forces all files to the disk and puts the folder into its place.
    pub fn publish(self, replace: Replace) -> Result<(), Error> {
        let target = self.target.clone();
        self.put(replace).map_err(|source| Error {
            path: target,
            source,
        })
    }

    /// Puts back what an interrupted [`Staged::publish`] moved away from `target` and did not
    /// replace, and removes what it replaced. Only where folders cannot be exchanged in one step is
    /// there ever anything to put back.
    ///
    /// # Errors
    /// If there is a folder to put back, and that fails.
    pub fn recover(target: &Path) -> Result<(), Error> {
        recover(&RealFolders, target).map_err(|source| Error {
            path: target.to_owned(),
            source,
        })
    }

    fn put(self, replace: Replace) -> io::Result<()> {
        readable_as_any_other(self.folder())?;
        for entry in WalkDir::new(self.folder()) {
            let entry = entry?;
            match entry.file_type().is_dir() {
                true => sync_folder(entry.path())?,
                false => File::open(entry.path())?.sync_all()?,
            }
        }
        let exists = self.target.symlink_metadata().is_ok();
        if exists && replace == Replace::SameNames {
            for entry in fs::read_dir(self.folder())? {
                let entry = entry?;
                fs::rename(entry.path(), self.target.join(entry.file_name()))?;
            }
            return sync_folder(&self.target);
        }
        // Whatever stands where the folder was staged goes when `self` does: the folder itself after
        // a failure, what it replaced after an exchange, nothing after a rename.
        take_place(&RealFolders, self.folder(), &self.target)
    }
}

/// The steps that bring a folder into its place; a test ends the program at each of them.
trait Folders {
    /// Exchanges two folders in one step.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<()>;
    /// Moves a folder to where nothing stands.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a folder and all that is in it.
    fn remove(&self, folder: &Path) -> io::Result<()>;
}

/// The file system itself.
struct RealFolders;

impl Folders for RealFolders {
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

/// In a keeper, what was replaced and may go.
const REPLACED: &str = "replaced";

/// Brings a staged folder to its target. Where something stands there, both are exchanged in one
/// step; where the system or the file system cannot do that, see [`move_over`].
fn take_place(folders: &impl Folders, staged: &Path, target: &Path) -> io::Result<()> {
    if target.symlink_metadata().is_err() {
        folders.rename(staged, target)?;
        return sync_folder(parent(target));
    }
    match folders.exchange(staged, target) {
        // ENOSYS and ENOTSUP, and EINVAL for a file system that does not know the flag.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::Unsupported | ErrorKind::InvalidInput
            ) =>
        {
            move_over(folders, staged, target)
        }
        Err(error) => Err(error),
        Ok(()) => sync_folder(parent(target)),
    }
}

/// Replaces a folder in two steps: the old one moves into a keeper (`.NAME.old-…`) beside the
/// target, then the new one takes its place. For a moment there is none; if the program ends there,
/// [`recover`] puts the old one back.
fn move_over(folders: &impl Folders, staged: &Path, target: &Path) -> io::Result<()> {
    let keeper = tempfile::Builder::new()
        .prefix(&keeper_prefix(target))
        .tempdir_in(parent(target))?
        .keep();
    let old = keeper.join(target.file_name().unwrap_or_default());
    let moved = folders.rename(target, &old).and_then(|()| {
        folders.rename(staged, target).inspect_err(|_| {
            // If this fails as well, the next start does it.
            let _ = folders.rename(&old, target);
        })
    });
    if let Err(error) = moved {
        // Only an empty keeper goes.
        let _ = fs::remove_dir(&keeper);
        return Err(error);
    }
    sync_folder(parent(target))?;
    // The dataset stands; what cannot be removed now is removed at the next start.
    let replaced = folders.rename(&old, &keeper.join(REPLACED));
    let _ = replaced.and_then(|()| folders.remove(&keeper));
    Ok(())
}

/// See [`Staged::recover`]. A keeper whose folder may be the only copy is left alone where something
/// else stands at the target.
fn recover(folders: &impl Folders, target: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(parent(target)) else {
        return Ok(());
    };
    let prefix = keeper_prefix(target);
    for entry in entries {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(&prefix) {
            continue;
        }
        let keeper = entry.path();
        let old = keeper.join(target.file_name().unwrap_or_default());
        if keeper.join(REPLACED).is_dir() {
            let _ = folders.remove(&keeper);
        } else if old.is_dir() && target.symlink_metadata().is_err() {
            folders.rename(&old, target)?;
            sync_folder(parent(target))?;
            let _ = fs::remove_dir(&keeper);
        }
    }
    Ok(())
}

fn keeper_prefix(target: &Path) -> String {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.old-")
}

/// The folder that a path stands in.
fn parent(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A temporary folder is private by default; a published one is as readable as any other new one.
#[cfg(unix)]
fn readable_as_any_other(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // A new folder inside tells what the process's umask leaves.
    let probe = folder.join(".probe");
    fs::create_dir(&probe)?;
    let mode = fs::metadata(&probe)?.permissions().mode();
    fs::remove_dir(&probe)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn readable_as_any_other(_folder: &Path) -> io::Result<()> {
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
    fn a_folder_appears_whole_and_leaves_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("a/dataset");
        for (file, replace) in [
            ("one", Replace::All),
            ("two", Replace::All),
            ("three", Replace::SameNames),
        ] {
            let staged = Staged::begin(&target).unwrap();
            fs::write(staged.folder().join(file), file).unwrap();
            staged.publish(replace).unwrap();
        }
        assert_eq!(names(&target), ["three", "two"]);
        assert_eq!(names(target.parent().unwrap()), ["dataset"]);
    }

    #[test]
    fn a_folder_that_is_given_up_is_gone() {
        let place = tempfile::tempdir().unwrap();
        let staged = Staged::begin(&place.path().join("dataset")).unwrap();
        fs::write(staged.folder().join("half"), "").unwrap();
        drop(staged);
        assert!(names(place.path()).is_empty());
    }

    /// A program that ends at one of the steps, counted from 0: that step and all later ones fail.
    struct Dying {
        step: Cell<usize>,
        can_exchange: bool,
    }

    impl Dying {
        fn try_step(&self) -> io::Result<()> {
            let left = self.step.get().checked_sub(1);
            self.step.set(left.unwrap_or_default());
            left.map(|_| ()).ok_or_else(|| ErrorKind::Other.into())
        }
    }

    impl Folders for Dying {
        fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
            if !self.can_exchange {
                return Err(ErrorKind::Unsupported.into());
            }
            self.try_step()?;
            RealFolders.exchange(one, other)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.try_step()?;
            RealFolders.rename(from, to)
        }

        fn remove(&self, folder: &Path) -> io::Result<()> {
            self.try_step()?;
            RealFolders.remove(folder)
        }
    }

    /// Replaces `old` with `new`, ends at a step, and gives what stands there before and after the
    /// next start.
    fn replaced_up_to(step: usize, can_exchange: bool) -> [Option<Vec<String>>; 2] {
        let place = tempfile::tempdir().unwrap();
        let (target, staged) = (place.path().join("dataset"), place.path().join(".staged"));
        for (folder, files) in [(&target, ["old-1", "old-2"]), (&staged, ["new-1", "new-2"])] {
            fs::create_dir(folder).unwrap();
            for file in files {
                fs::write(folder.join(file), file).unwrap();
            }
        }
        let step = Cell::new(step);
        let _ = take_place(&Dying { step, can_exchange }, &staged, &target);
        let stands = || target.is_dir().then(|| names(&target));
        let before = stands();
        recover(&RealFolders, &target).unwrap();
        [before, stands()]
    }

    #[test]
    fn an_exchange_leaves_the_old_folder_or_the_new_one_at_every_moment() {
        let [old, new] =
            ["old", "new"].map(|name| Some(vec![format!("{name}-1"), format!("{name}-2")]));
        assert_eq!(replaced_up_to(0, true), [old.clone(), old]);
        assert_eq!(replaced_up_to(1, true), [new.clone(), new]);
    }

    #[test]
    fn without_an_exchange_the_next_start_puts_the_old_folder_back() {
        let [old, new] =
            ["old", "new"].map(|name| Some(vec![format!("{name}-1"), format!("{name}-2")]));
        assert_eq!(replaced_up_to(0, false), [old.clone(), old.clone()]);
        assert_eq!(replaced_up_to(1, false), [None, old]);
        for step in 2..6 {
            assert_eq!(replaced_up_to(step, false), [new.clone(), new.clone()]);
        }
    }

    #[test]
    fn what_was_replaced_goes_at_the_next_start_and_the_only_copy_never() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("dataset");
        for folder in [
            "dataset",
            ".dataset.old-a/replaced",
            ".dataset.old-b/dataset",
        ] {
            fs::create_dir_all(place.path().join(folder)).unwrap();
        }
        Staged::recover(&target).unwrap();
        assert_eq!(names(place.path()), [".dataset.old-b", "dataset"]);
    }
}
