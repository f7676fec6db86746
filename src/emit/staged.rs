//! How does a whole folder appear at once?
//!
//! It is filled beside its place and renamed into it: a reader never sees half of it. What stands in
//! its place already is only replaced if its owner says so.

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
        let parent = match target.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => return Err(failed(ErrorKind::AlreadyExists.into())),
        };
        fs::create_dir_all(parent).map_err(failed)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
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

    fn put(self, replace: Replace) -> io::Result<()> {
        for entry in WalkDir::new(self.folder()) {
            let entry = entry?;
            if entry.file_type().is_file() {
                File::open(entry.path())?.sync_all()?;
            }
        }
        readable_as_any_other(self.folder())?;
        let exists = self.target.symlink_metadata().is_ok();
        if exists && replace == Replace::SameNames {
            for entry in fs::read_dir(self.folder())? {
                let entry = entry?;
                fs::rename(entry.path(), self.target.join(entry.file_name()))?;
            }
            return sync_folder(&self.target);
        }
        // The old folder moves into the staged one's keeping, and goes with it.
        let old = tempfile::Builder::new().prefix(".old-").tempdir_in(
            self.target
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new(".")),
        )?;
        if exists {
            fs::rename(&self.target, old.path().join("old"))?;
        }
        if let Err(error) = fs::rename(self.folder(), &self.target) {
            if exists {
                fs::rename(old.path().join("old"), &self.target)?;
            }
            return Err(error);
        }
        // It is no temporary folder any more.
        let _ = self.folder.keep();
        let parent = self
            .target
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        sync_folder(parent.unwrap_or(Path::new(".")))
    }
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
}
