//! Which records does an output folder hold?
//!
//! One walk over `DIR/records/` in a stable order, for everybody who looks at all of them. Files
//! are opened and parsed on all cores, a bounded batch at a time, and handed on in order: memory
//! depends on the largest records, not on how many there are. Nothing is ever written here.

mod batch;

use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use diarium_document::Record;

/// Larger files are no records: their documents could not have been opened.
const LARGEST_BYTES: u64 = 1 << 30;

/// A folder of records that cannot be walked through.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}; check its permissions", path.display())]
pub struct Error {
    /// The folder.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

/// A file of an output folder that should hold a record.
#[derive(Debug)]
pub struct Stored<R = Record> {
    /// The file.
    pub file: PathBuf,
    /// What it holds, or why that is no record.
    pub record: Result<R, String>,
}

/// An output folder to read from.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// The records of the folder that was given to `--out`.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The folder that its records stand in.
    pub fn records(&self) -> PathBuf {
        self.folder.join("records")
    }

    /// The files of all records, by name, folder by folder: the same records in the same order,
    /// whatever order they were made in. A folder without records has none. Temporary files that a
    /// killed run left start with a dot and do not end in `.json`.
    pub fn files(&self) -> impl Iterator<Item = Result<PathBuf, Error>> {
        let records = self.records();
        let walk = records
            .is_dir()
            .then(|| WalkDir::new(&records).sort_by_file_name());
        walk.into_iter().flatten().filter_map(|entry| match entry {
            Err(error) => Some(Err(Error {
                path: error.path().unwrap_or(Path::new("records")).to_owned(),
                source: error.into(),
            })),
            Ok(entry) => {
                let is_json = entry.path().extension().is_some_and(|end| end == "json");
                (entry.file_type().is_file() && is_json).then(|| Ok(entry.into_path()))
            }
        })
    }

    /// Reads every record, or the parts of it that an `R` has. `prepare` is called on all cores, in
    /// any order; `visit` gets what it made, one at a time, in the order of [`Archive::files`], until
    /// it breaks off. Gives what the walk has seen: two walks that saw the same files give the same
    /// [`Seen`].
    ///
    /// # Errors
    /// If a folder cannot be listed. A file that holds no record is told to `prepare`.
    pub fn read<R: DeserializeOwned, T: Send>(
        &self,
        prepare: impl Fn(Stored<R>) -> T + Sync,
        visit: impl FnMut(T) -> ControlFlow<()> + Send,
    ) -> Result<Seen, Error> {
        batch::read(self.files(), prepare, visit)
    }
}

/// Which files a walk met, in which state. Records are replaced whole, so that a file that changed
/// has another size or another time.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    digest: Sha256,
    /// How many files there were.
    pub files: u64,
}

impl Seen {
    /// Notes a file, and says how many bytes it has.
    fn note(&mut self, file: &Path) -> u64 {
        self.files += 1;
        self.digest.update(file.as_os_str().as_encoded_bytes());
        let Ok(metadata) = fs::metadata(file) else {
            return 0;
        };
        let modified = metadata.modified().ok();
        let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanoseconds = age.map_or(0, |age| age.as_nanos());
        self.digest.update(metadata.len().to_le_bytes());
        self.digest.update(nanoseconds.to_le_bytes());
        metadata.len()
    }
}

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        self.digest.clone().finalize() == other.digest.clone().finalize()
    }
}

/// The record in a file, or the parts of it that an `R` has, or why there is none, for people.
pub fn load<R: DeserializeOwned>(file: &Path) -> Result<R, String> {
    let mut text = String::new();
    fs::File::open(file)
        .and_then(|file| file.take(LARGEST_BYTES + 1).read_to_string(&mut text))
        .map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > LARGEST_BYTES {
        return Err("is larger than any record".to_owned());
    }
    serde_json::from_str(&text).map_err(|error| format!("is no record of diarium: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_one_order_and_temporary_ones_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b/2.json",
            "a.json",
            "b/10.json",
            ".c.json.tmp-Ab12Cd",
            "d.txt",
        ] {
            let file = folder.path().join("records").join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "{}").unwrap();
        }
        let archive = Archive::new(folder.path());
        let records = archive.records();
        let files: Vec<PathBuf> = archive.files().map(Result::unwrap).collect();
        let expected = ["a.json", "b/10.json", "b/2.json"].map(|name| records.join(name));
        assert_eq!(files, expected);
        assert_eq!(Archive::new(&records).files().count(), 0);
    }

    #[test]
    fn a_file_that_is_no_record_is_told_in_its_turn() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("records")).unwrap();
        for number in 0..200 {
            let file = folder.path().join(format!("records/{number:03}.json"));
            fs::write(file, "{").unwrap();
        }
        let mut told = Vec::new();
        let archive = Archive::new(folder.path());
        let name = |stored: Stored| stored.file.file_name().unwrap().to_owned();
        let visit = |name| {
            told.push(name);
            ControlFlow::Continue(())
        };
        let seen = archive.read(name, visit).unwrap();
        assert_eq!(seen.files, 200);
        assert!(told.is_sorted());
        let again = archive
            .read(|_: Stored| (), |()| ControlFlow::Continue(()))
            .unwrap();
        assert!(seen == again);
        fs::write(folder.path().join("records/007.json"), "{}").unwrap();
        let changed = archive
            .read(|_: Stored| (), |()| ControlFlow::Continue(()))
            .unwrap();
        assert!(seen != changed);
    }
}
