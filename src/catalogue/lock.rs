//! Folder lock: one writer at a time, and whether the last run crashed.
//!
//! An advisory lock of the operating system on `DIR/.lock`, which ends with the process however
//! that ends: no stale lock is ever left behind. Who holds it is written in the file for people
//! only, and never decides whether the lock is free.
//!
//! The file is emptied when the lock is released. A file that still names a holder means that the
//! holder crashed or was killed. Emptying a file that is open needs neither space nor permission,
//! so that it also works where a full disk or a folder made read-only keeps the catalogue from
//! being written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::Error;

/// The lock of an output folder. It is released when this value is dropped.
#[derive(Debug)]
pub struct Lock {
    folder: PathBuf,
    /// Closing it releases the lock.
    file: File,
    /// Whether an earlier holder crashed and the documents that it left in flight are not counted yet.
    // Atomic, because the store and the in-flight journal share the lock by reference.
    has_uncounted_crash: AtomicBool,
}

impl Lock {
    /// Acquires the lock of a folder, which is created if it does not exist. Never waits.
    ///
    /// # Errors
    /// If another process holds the lock, or the folder cannot be used.
    pub fn acquire(folder: &Path) -> Result<Self, Error> {
        let unusable = |source: io::Error| Error::Folder {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            // The content shows who holds the folder, or that the last holder crashed.
            .truncate(false)
            .open(folder.join(".lock"))
            .map_err(unusable)?;
        // A run may take hours, so that waiting would look like a hang.
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Held {
                    folder: folder.to_owned(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        // Before signing, which replaces the signature of the crashed holder.
        let holder_crashed = file.metadata().map_err(unusable)?.len() > 0;
        sign(&mut file).map_err(unusable)?;
        Ok(Self {
            folder: folder.to_owned(),
            file,
            has_uncounted_crash: AtomicBool::new(holder_crashed),
        })
    }

    /// Whether an earlier holder crashed. Returns true once: the caller counts the crash.
    pub(super) fn take_crash(&self) -> bool {
        self.has_uncounted_crash.swap(false, Ordering::Relaxed)
    }

    /// The locked folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A holder that never opened the journal did not count the crash. The next one does, if the
        // signature stays.
        if !*self.has_uncounted_crash.get_mut() {
            // If it fails, the next run counts a crash that did not happen.
            let _ = self.file.set_len(0);
        }
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    // Several machines may share the folder, and a process ID means nothing on another one. Only Linux
    // has this file.
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "this computer",
        name => name,
    };
    file.rewind()?;
    file.set_len(0)?;
    writeln!(file, "pid {} on {host}", std::process::id())
}

/// The holder as it signed the file. On Windows a locked file cannot be read, and the holder is unknown.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // A user may have put a file of any length there.
    match file.take(256).read_to_string(&mut text) {
        // It is shown on a terminal, where control characters could start an escape sequence.
        Ok(_) if !text.trim().is_empty() => text.trim().replace(char::is_control, " "),
        _ => "pid unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_locked_folder_names_the_holder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::acquire(folder.path()).unwrap();
        let error = Lock::acquire(folder.path()).unwrap_err();
        let pid = format!("(pid {} on ", std::process::id());
        assert!(error.to_string().contains(&pid), "{error}");
        drop(first);
        Lock::acquire(folder.path()).unwrap();
    }

    #[test]
    fn a_file_instead_of_the_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Lock::acquire(file.path()).unwrap_err();
        assert!(matches!(error, Error::Folder { .. }));
    }
}
