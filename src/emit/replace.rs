//! Atomic writes outside the output folder: a whole file or none.
//!
//! It is written beside its place, forced to the disk and renamed into it. A step that fails leaves
//! what was there before, and nothing beside it.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// The steps that the disk can refuse; a test has each of them fail in turn.
pub(super) trait Disk {
    /// Makes a folder and those above it that are missing.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Makes a file whose name starts so.
    fn make_file(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile>;
    /// Writes to it.
    fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()>;
    /// Forces it to the disk.
    fn sync(&self, file: &NamedTempFile) -> io::Result<()>;
    /// Gives it its name.
    fn rename(&self, file: NamedTempFile, path: &Path) -> io::Result<()>;
}

/// The disk itself.
pub(super) struct RealDisk;

/// Puts a file in its place, over what stood there.
pub(super) fn replace(disk: &impl Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .ok_or_else(|| io::Error::from(ErrorKind::InvalidFilename))?;
    disk.make_folder(folder)?;
    let mut temporary = disk.make_file(folder, &temporary_prefix(path))?;
    disk.write(&mut temporary, bytes)?;
    disk.sync(&temporary)?;
    disk.rename(temporary, path)
}

/// The start of the temporary file's name for a file: `.a.txt.tmp-`. A name that is too long for
/// that is cut.
fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{}.tmp-", &name[..name.floor_char_boundary(200)])
}

impl Disk for RealDisk {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    fn make_file(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix(prefix)
            .permissions_of_a_new_file()
            .tempfile_in(folder)
    }

    fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &NamedTempFile) -> io::Result<()> {
        file.as_file().sync_all()
    }

    fn rename(&self, file: NamedTempFile, path: &Path) -> io::Result<()> {
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// A temporary file is private by default; a record is as readable as any other new file.
trait Permissions {
    fn permissions_of_a_new_file(&mut self) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_a_new_file(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        // The process's umask is taken off by the operating system.
        self.permissions(fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_of_a_new_file(&mut self) -> &mut Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk on which one step fails, counted from 0.
    struct BrokenDisk {
        step: usize,
        reason: ErrorKind,
    }

    impl BrokenDisk {
        fn try_step(&self, step: usize) -> io::Result<()> {
            match step == self.step {
                true => Err(self.reason.into()),
                false => Ok(()),
            }
        }
    }

    impl Disk for BrokenDisk {
        fn make_folder(&self, folder: &Path) -> io::Result<()> {
            self.try_step(0)?;
            RealDisk.make_folder(folder)
        }

        fn make_file(&self, folder: &Path, prefix: &str) -> io::Result<NamedTempFile> {
            self.try_step(1)?;
            RealDisk.make_file(folder, prefix)
        }

        fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> io::Result<()> {
            // A disk that fills up takes some of it.
            RealDisk.write(file, &bytes[..bytes.len() / 2])?;
            self.try_step(2)?;
            RealDisk.write(file, &bytes[bytes.len() / 2..])
        }

        fn sync(&self, file: &NamedTempFile) -> io::Result<()> {
            self.try_step(3)?;
            RealDisk.sync(file)
        }

        fn rename(&self, file: NamedTempFile, path: &Path) -> io::Result<()> {
            self.try_step(4)?;
            RealDisk.rename(file, path)
        }
    }

    #[test]
    fn whatever_step_fails_the_old_file_stands_and_nothing_lies_beside_it() {
        for reason in [ErrorKind::StorageFull, ErrorKind::PermissionDenied] {
            for step in 0..5 {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("a.json");
                replace(&RealDisk, &path, b"old").unwrap();
                let error = replace(&BrokenDisk { step, reason }, &path, b"new one").unwrap_err();
                assert_eq!(error.kind(), reason);
                assert_eq!(fs::read(&path).unwrap(), b"old", "step {step}");
                assert_eq!(
                    fs::read_dir(folder.path()).unwrap().count(),
                    1,
                    "step {step}"
                );
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let disk = BrokenDisk {
            step: 5,
            reason: ErrorKind::Other,
        };
        let path = folder.path().join("sub/a.json");
        replace(&disk, &path, b"new one").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new one");
    }
}
