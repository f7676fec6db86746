//! File system operations behind a trait, so that tests can make each of them fail.
//!
//! [`OsFileSystem`] passes them on to the operating system. A test implements [`FileSystem`] with a
//! disk that is full, or with a process that is killed, from a given step on.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The operations that writing files as a whole consists of.
pub trait FileSystem: Send + Sync {
    /// Creates a folder and its missing parents.
    ///
    /// # Errors
    /// The error of the operating system, as for all operations.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;

    /// Writes a new file. It is an error if the file exists.
    fn write(&self, path: &Path, bytes: &[u8], force: Force) -> io::Result<()>;

    /// Forces to the disk all that was written with [`Force::Later`] to the file system of a folder.
    fn sync_all(&self, folder: &Path) -> io::Result<()>;

    /// Renames a file, over an existing one.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Forces the directory entries of a folder to the disk.
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
    /// Together with others, by [`FileSystem::sync_all`].
    // One `syncfs` for a batch of small files replaces one `fsync` for each of them.
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
        // Only Linux has `syncfs`; elsewhere each file is forced by itself.
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

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        // Windows cannot open a folder for this, and does not need it.
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

/// Removes a file. It is not an error if the file does not exist.
pub(crate) fn remove_if_exists(disk: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match disk.remove(path) {
        Err(error) if is_absence(error.kind()) => Ok(()),
        removed => removed,
    }
}

/// Whether an error means that the file does not exist.
pub fn is_absence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// A file's length, and its modification time in nanoseconds since the Unix epoch.
///
/// # Errors
/// If the file does not exist or is not a regular file.
pub(crate) fn stat(path: &Path) -> io::Result<(u64, i128)> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let since = metadata.modified()?.duration_since(UNIX_EPOCH);
    let modified = since.map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or(0));
    Ok((metadata.len(), modified))
}

/// The file of a relative path that is written with `/`, as in the catalogue.
pub(crate) fn resolve(folder: &Path, relative: &str) -> PathBuf {
    let mut path = folder.to_owned();
    path.extend(relative.split('/'));
    path
}
