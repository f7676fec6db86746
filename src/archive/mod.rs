//! Record archive: read all records of an output folder, in a stable order and in bounded memory.
//!
//! Files are read and parsed on all cores, in batches of bounded size, and visited in order: memory
//! depends on the largest records, not on their number. This module never writes.

use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use diarium_document::Record;

/// Largest file that is read as a record.
// The default of --max-bytes for a document. A larger file is one that somebody put among the records:
// it is reported instead of filling the memory.
const MAX_BYTES: u64 = 1 << 30;

/// A folder of records cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be read: {source}; check its permissions", path.display())]
pub struct Error {
    /// The folder.
    pub path: PathBuf,
    /// The error of the operating system.
    pub source: io::Error,
}

/// A file among the records of an output folder.
#[derive(Debug)]
pub struct RecordFile<R = Record> {
    /// The path of the file.
    pub path: PathBuf,
    /// The record, or why the file has none: a message for people.
    pub record: Result<R, String>,
}

/// The records of an output folder.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
}

impl Archive {
    /// The records of the output folder `folder`.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The folder with the records.
    pub fn records(&self) -> PathBuf {
        self.folder.join("records")
    }

    /// The files of all records, sorted by name, folder by folder. The order does not depend on the
    /// order in which the files were written. A folder without records has none. Temporary files of a
    /// killed run are skipped: they do not end in `.json`.
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

    /// Reads every record, or the members of it that an `R` has. `prepare` is called on all cores, in
    /// any order; `visit` gets its results one at a time, in the order of [`Archive::files`], until it
    /// breaks. Two reads that saw the same files return equal snapshots.
    ///
    /// # Errors
    /// If a folder cannot be listed. `prepare` gets the error of a file without a record.
    pub fn read<R: DeserializeOwned, T: Send>(
        &self,
        prepare: impl Fn(RecordFile<R>) -> T + Sync,
        visit: impl FnMut(T) -> ControlFlow<()> + Send,
    ) -> Result<ArchiveSnapshot, Error> {
        read_in_batches(self.files(), prepare, visit)
    }
}

/// A digest of the files of an archive: paths, sizes and modification times. Records are replaced as a
/// whole, so that a changed file has another size or time.
#[derive(Debug, Default, Clone)]
pub struct ArchiveSnapshot {
    digest: Sha256,
    /// How many files there were.
    pub files: u64,
}

impl ArchiveSnapshot {
    /// Adds a file, and returns its size in bytes.
    fn add(&mut self, file: &Path) -> u64 {
        self.files += 1;
        self.digest.update(file.as_os_str().as_encoded_bytes());
        let Ok(metadata) = fs::metadata(file) else {
            return 0;
        };
        let modified = metadata.modified().ok();
        let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        // A file system without modification times has 0 for all files: then only sizes are compared.
        let nanoseconds = age.map_or(0, |age| age.as_nanos());
        self.digest.update(metadata.len().to_le_bytes());
        self.digest.update(nanoseconds.to_le_bytes());
        metadata.len()
    }
}

impl PartialEq for ArchiveSnapshot {
    fn eq(&self, other: &Self) -> bool {
        self.digest.clone().finalize() == other.digest.clone().finalize()
    }
}

// A batch has so many files that the cores seldom wait for the last one of it, and so few bytes that two
// batches of parsed records fit into memory: a parsed record takes about as much as its file.
const BATCH_FILES: usize = 512;
const BATCH_BYTES: u64 = 8 << 20;

/// Visits one batch while the cores prepare the next.
fn read_in_batches<R: DeserializeOwned, T: Send>(
    mut files: impl Iterator<Item = Result<PathBuf, Error>>,
    prepare: impl Fn(RecordFile<R>) -> T + Sync,
    mut visit: impl FnMut(T) -> ControlFlow<()> + Send,
) -> Result<ArchiveSnapshot, Error> {
    let mut snapshot = ArchiveSnapshot::default();
    let mut ready: Vec<T> = Vec::new();
    loop {
        let batch = next_batch(&mut files, &mut snapshot)?;
        if batch.is_empty() && ready.is_empty() {
            return Ok(snapshot);
        }
        let prepare = |path: PathBuf| {
            let record = load_record(&path);
            prepare(RecordFile { path, record })
        };
        let (prepared, flow) = rayon::join(
            || batch.into_par_iter().map(prepare).collect(),
            || ready.drain(..).try_for_each(&mut visit),
        );
        if flow.is_break() {
            return Ok(snapshot);
        }
        ready = prepared;
    }
}

/// The next files, up to the one that exceeds a limit of a batch.
fn next_batch(
    files: &mut impl Iterator<Item = Result<PathBuf, Error>>,
    snapshot: &mut ArchiveSnapshot,
) -> Result<Vec<PathBuf>, Error> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
        let Some(file) = files.next().transpose()? else {
            break;
        };
        bytes += snapshot.add(&file);
        batch.push(file);
    }
    Ok(batch)
}

/// Reads the record in a file, or the members of it that an `R` has.
///
/// # Errors
/// If the file has no record: a message for people, to be read after the name of the file.
pub fn load_record<R: DeserializeOwned>(file: &Path) -> Result<R, String> {
    let mut text = String::new();
    fs::File::open(file)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text))
        .map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > MAX_BYTES {
        return Err("is larger than any record".to_owned());
    }
    serde_json::from_str(&text).map_err(|error| format!("is no record of diarium: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_sorted_and_temporary_ones_are_skipped() {
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
    fn files_without_a_record_are_visited_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("records")).unwrap();
        for number in 0..200 {
            let file = folder.path().join(format!("records/{number:03}.json"));
            fs::write(file, "{").unwrap();
        }
        let mut names = Vec::new();
        let archive = Archive::new(folder.path());
        let name = |file: RecordFile| file.path.file_name().unwrap().to_owned();
        let visit = |name| {
            names.push(name);
            ControlFlow::Continue(())
        };
        let first = archive.read(name, visit).unwrap();
        assert_eq!(first.files, 200);
        assert!(names.is_sorted());
        let again = archive
            .read(|_: RecordFile| (), |()| ControlFlow::Continue(()))
            .unwrap();
        assert!(first == again);
        fs::write(folder.path().join("records/007.json"), "{}").unwrap();
        let changed = archive
            .read(|_: RecordFile| (), |()| ControlFlow::Continue(()))
            .unwrap();
        assert!(first != changed);
    }
}
