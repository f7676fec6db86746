//! Is somebody else writing to this folder?
//!
//! An advisory lock of the operating system on `DIR/.lock`, which ends with the process however
//! that ends: no stale lock is ever left behind. Who holds it is written in the file for people
//! only, and never decides anything.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::Error;

/// The right to write to an output folder, for as long as this value lives.
#[derive(Debug)]
pub struct Lock {
    folder: PathBuf,
    // Held only to be closed, which gives the lock up.
    _file: File,
}

impl Lock {
    /// Takes the lock of a folder, which is made if it is not there. Never waits.
    pub fn take(folder: &Path) -> Result<Self, Error> {
        let unusable = |source: io::Error| Error::Folder {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(".lock"))
            .map_err(unusable)?;
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
        sign(&mut file).map_err(unusable)?;
        Ok(Self {
            folder: folder.to_owned(),
            _file: file,
        })
    }

    /// The folder that is held.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn sign(file: &mut File) -> io::Result<()> {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = match host.trim() {
        "" => "this computer",
        name => name,
    };
    file.rewind()?;
    file.set_len(0)?;
    writeln!(file, "pid {} on {host}", std::process::id())
}

/// Where the lock keeps others from reading, as on Windows, the holder stays unknown.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(256).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().replace(char::is_control, " "),
        _ => "pid unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_is_told_who_holds_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let error = Lock::take(folder.path()).unwrap_err();
        let pid = format!("(pid {} on ", std::process::id());
        assert!(error.to_string().contains(&pid), "{error}");
        drop(first);
        Lock::take(folder.path()).unwrap();
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Lock::take(file.path()).unwrap_err();
        assert!(matches!(error, Error::Folder { .. }));
    }
}
