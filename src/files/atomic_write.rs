//! Atomic write: a file is replaced as a whole or stays as it is.
//!
//! The bytes are written to a temporary file in the same folder, forced to the disk, and renamed over
//! the target. If a step fails, the earlier file is unchanged and the temporary file is removed. A
//! process that is killed may leave its temporary file, `.NAME.tmp-…`.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use super::file_system::{FileSystem, Force};

/// The longest start of a file's name that its temporary file repeats, in bytes.
// File systems allow 255 bytes. The rest of the temporary name, `.`, `.tmp-` and three numbers in
// hexadecimal, takes up to 48.
const MAX_NAME_PREFIX: usize = 200;

/// Writes a file as a whole, over an earlier one.
pub(super) fn atomic_write(disk: &impl FileSystem, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::from(ErrorKind::InvalidFilename))?;
    disk.make_folder(folder)?;
    let temporary = temporary_path(folder, path);
    let written = disk
        .write(&temporary, bytes, Force::Now)
        .and_then(|()| disk.rename(&temporary, path));
    if written.is_err() {
        // The first error is the one to report.
        let _ = disk.remove(&temporary);
    }
    written
}

/// A new name beside a file: `.a.txt.tmp-…`.
fn temporary_path(folder: &Path, path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = &name[..name.floor_char_boundary(MAX_NAME_PREFIX)];
    // Another process may have had this process's number before, hence the time.
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_nanos();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    folder.join(format!(".{name}.tmp-{:x}-{now:x}-{count:x}", process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::OsFileSystem;
    use std::fs;

    /// A disk on which one step fails, counted from 0.
    struct BrokenDisk {
        step: usize,
        reason: ErrorKind,
    }

    impl BrokenDisk {
        fn try_step(&self, step: usize) -> io::Result<()> {
            if step == self.step {
                return Err(self.reason.into());
            }
            Ok(())
        }
    }

    impl FileSystem for BrokenDisk {
        fn make_folder(&self, folder: &Path) -> io::Result<()> {
            self.try_step(0)?;
            OsFileSystem.make_folder(folder)
        }

        fn write(&self, path: &Path, bytes: &[u8], force: Force) -> io::Result<()> {
            self.try_step(1)?;
            // A disk that becomes full takes some of the bytes.
            OsFileSystem.write(path, &bytes[..bytes.len() / 2], force)?;
            self.try_step(2)?;
            fs::write(path, bytes)
        }

        fn sync_all(&self, folder: &Path) -> io::Result<()> {
            OsFileSystem.sync_all(folder)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            self.try_step(3)?;
            OsFileSystem.rename(from, to)
        }

        fn remove(&self, path: &Path) -> io::Result<()> {
            OsFileSystem.remove(path)
        }

        fn sync_folder(&self, folder: &Path) -> io::Result<()> {
            OsFileSystem.sync_folder(folder)
        }
    }

    #[test]
    fn after_any_failed_step_the_old_file_is_unchanged_and_no_temporary_file_remains() {
        for reason in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            for step in 0..4 {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("a.json");
                atomic_write(&OsFileSystem, &path, b"old").unwrap();
                let disk = BrokenDisk { step, reason };
                let error = atomic_write(&disk, &path, b"new one").unwrap_err();
                assert_eq!(error.kind(), reason);
                assert_eq!(fs::read(&path).unwrap(), b"old", "step {step}");
                let files = fs::read_dir(folder.path()).unwrap().count();
                assert_eq!(files, 1, "step {step}");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let disk = BrokenDisk {
            step: 4,
            reason: ErrorKind::Other,
        };
        let path = folder.path().join("sub/a.json");
        atomic_write(&disk, &path, b"new one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new one");
    }

    #[test]
    fn a_file_with_the_longest_possible_name_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("å".repeat(127));
        atomic_write(&OsFileSystem, &path, b"text").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"text");
    }
}
