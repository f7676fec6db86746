//! File system operations of the store, behind a trait so that tests can make each of them fail.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// What the store does to the disk. A test has each step fail in turn, as if the disk were full or
/// the process were killed there.
pub trait FileSystem: Send + Sync {
    /// Makes a folder and those above it that are missing.
    ///
    /// # Errors
    /// What the operating system says; so for all operations.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Writes a new file.
    fn write(&self, path: &Path, bytes: &[u8], force: Force) -> io::Result<()>;

    /// Forces to the disk what was written with [`Force::Later`] to the file system of a folder.
    fn sync_all(&self, folder: &Path) -> io::Result<()>;

    /// Renames a file, over what is there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Forces the names in a folder to the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Called before and after each commit of the catalogue.
    fn at_commit(&self) -> io::Result<()> {
        Ok(())
    }
}

/// When a file is forced to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// When it is written.
    Now,
    /// With others: forcing a thousand small files at once takes a fraction of the time.
    Later,
}

/// The operating system's file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsFileSystem;

impl FileSystem for OsFileSystem {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8], force: Force) -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        // Only Linux can force many files at once.
        match force {
            Force::Later if cfg!(target_os = "linux") => Ok(()),
            Force::Now | Force::Later => file.sync_all(),
        }
    }

    #[cfg(target_os = "linux")]
    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_all(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    /// Windows has no such call, nor need of one.
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// Removes a file; one that is not there is no error.
pub(super) fn remove_if_there(disk: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if is_absence(error.kind()) => Ok(()),
        removed => removed,
    }
}

/// Whether an error says that there is nothing of that name.
pub fn is_absence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// A file's length, and its modification time in nanoseconds since the Unix epoch.
pub(super) fn stat(path: &Path) -> io::Result<(u64, i128)> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let since = metadata.modified()?.duration_since(UNIX_EPOCH);
    let modified = since.map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or(0));
    Ok((metadata.len(), modified))
}

/// A path of the output folder, written with `/`, as a path of this system.
pub(super) fn at(folder: &Path, relative: &str) -> PathBuf {
    let mut path = folder.to_owned();
    path.extend(relative.split('/'));
    path
}
