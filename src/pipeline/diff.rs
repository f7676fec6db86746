//! Diff: compare the records of two output folders, document by document.
//!
//! A merge join: both folders are read at the same time, in their stable order, and records with the
//! same `source.path` are compared. Of a record without a counterpart only path and ID are stored.
//! These are paired at the end: by path, since record files may be named differently, then by ID,
//! since the source may have been renamed. Memory depends on the largest records and on the number of
//! records without a counterpart, not on the number of records.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use crate::archive::{self, Archive, RecordFile, load_record};
use crate::compare::{Change, Part, compare};
use diarium_document::Record;

/// A difference between two output folders.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "document", rename_all = "kebab-case")]
pub enum Difference {
    /// Both folders have the document, and its records differ.
    Changed {
        /// Path of the source.
        path: String,
        /// The changes.
        changes: Vec<Change>,
    },
    /// Both folders have the document, under different paths.
    Renamed {
        /// Path of the source in the old folder.
        old_path: String,
        /// Path of the source in the new folder.
        path: String,
        /// The other changes.
        changes: Vec<Change>,
    },
    /// Only the old folder has the document.
    OnlyOld {
        /// Path of the source.
        path: String,
        /// The record's ID.
        id: String,
    },
    /// Only the new folder has the document.
    OnlyNew {
        /// Path of the source.
        path: String,
        /// The record's ID.
        id: String,
    },
    /// A file contains no record and cannot be compared.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The reason.
        message: String,
    },
}

/// The number of differences.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct DiffCounts {
    /// Documents that both folders have.
    pub compared: u64,
    /// Documents whose records differ.
    pub changed: u64,
    /// Documents with another path.
    pub renamed: u64,
    /// Documents of the old folder alone.
    pub only_old: u64,
    /// Documents of the new folder alone.
    pub only_new: u64,
    /// Files that contain no record.
    pub unreadable: u64,
    /// Values that were added, removed or changed.
    pub values: u64,
    /// Sections that were added, removed or changed.
    pub sections: u64,
    /// Warnings that were added or removed.
    pub warnings: u64,
    /// Changes by part.
    pub parts: BTreeMap<&'static str, u64>,
}

impl DiffCounts {
    /// Whether the two folders have the same records.
    pub fn is_equal(&self) -> bool {
        self.changed + self.renamed + self.only_old + self.only_new + self.unreadable == 0
    }

    fn add(&mut self, difference: &Difference) {
        let changes = match difference {
            Difference::Changed { changes, .. } => {
                self.changed += 1;
                changes
            }
            Difference::Renamed { changes, .. } => {
                self.renamed += 1;
                changes
            }
            Difference::OnlyOld { .. } => return self.only_old += 1,
            Difference::OnlyNew { .. } => return self.only_new += 1,
            Difference::Unreadable { .. } => return self.unreadable += 1,
        };
        for change in changes {
            *self.parts.entry(change.part.as_str()).or_default() += 1;
            self.values += u64::from(change.is_value());
            self.sections += u64::from(change.part == Part::Section);
            self.warnings += u64::from(change.part == Part::Warning);
        }
    }
}

/// Compares two output folders. `visit` is called with each difference, in a stable order, and may
/// stop the comparison with an error of its own.
///
/// # Errors
/// If a folder cannot be listed, or `visit` fails.
pub fn diff<E: From<archive::Error>>(
    old: &Path,
    new: &Path,
    mut visit: impl FnMut(&Difference) -> Result<(), E>,
) -> Result<DiffCounts, E> {
    let (old, new) = (Archive::new(old), Archive::new(new));
    let mut visitor = CountingVisitor {
        counts: DiffCounts::default(),
        visit: |difference: &Difference| visit(difference),
    };
    let (mut old, mut new) = (RecordStream::open(&old), RecordStream::open(&new));
    merge_join(&mut old, &mut new, &mut visitor)?;
    for pair in pair_unmatched(old.unmatched, new.unmatched) {
        let difference = match pair {
            Pair::Both(old, new) => {
                visitor.counts.compared += 1;
                compare_files(&old, &new)
            }
            Pair::OnlyOld(Unmatched { path, id, .. }) => Some(Difference::OnlyOld { path, id }),
            Pair::OnlyNew(Unmatched { path, id, .. }) => Some(Difference::OnlyNew { path, id }),
        };
        visitor.visit(difference)?;
    }
    Ok(visitor.counts)
}

/// Counts each difference and passes it on.
struct CountingVisitor<V> {
    counts: DiffCounts,
    visit: V,
}

impl<V> CountingVisitor<V> {
    fn visit<E>(&mut self, difference: Option<Difference>) -> Result<(), E>
    where
        V: FnMut(&Difference) -> Result<(), E>,
    {
        let Some(difference) = difference else {
            return Ok(());
        };
        self.counts.add(&difference);
        (self.visit)(&difference)
    }
}

/// Reads both folders to their end and compares the records that have the same key. The others are
/// then in `unmatched` of their stream.
fn merge_join<'a, E: From<archive::Error>>(
    old: &mut RecordStream<'a>,
    new: &mut RecordStream<'a>,
    visitor: &mut CountingVisitor<impl FnMut(&Difference) -> Result<(), E>>,
) -> Result<(), E> {
    loop {
        for stream in [&mut *old, &mut *new] {
            stream.advance()?;
            while let Some(unreadable) = stream.unreadable.pop_front() {
                visitor.visit(Some(unreadable))?;
            }
        }
        match (old.next.take(), new.next.take()) {
            (None, None) => return Ok(()),
            (Some(before), Some(after)) if before.key == after.key => {
                visitor.counts.compared += 1;
                visitor.visit(compare_records(&before.record, &after.record))?;
            }
            // Keys increase: the smaller one cannot occur in the other folder any more. The greater
            // one is compared with the next key.
            (Some(before), Some(after)) if before.key < after.key => {
                old.unmatched.push(before.into_unmatched());
                new.next = Some(after);
            }
            (before, Some(after)) => {
                new.unmatched.push(after.into_unmatched());
                old.next = before;
            }
            (Some(before), None) => old.unmatched.push(before.into_unmatched()),
        }
    }
}

/// The difference between two records of one document.
fn compare_records(old: &Record, new: &Record) -> Option<Difference> {
    let changes = compare(old, new);
    let path = new.source.path.clone();
    if old.source.path != path {
        let old_path = old.source.path.clone();
        return Some(Difference::Renamed {
            old_path,
            path,
            changes,
        });
    }
    (!changes.is_empty()).then_some(Difference::Changed { path, changes })
}

/// The difference between two records that are read again.
fn compare_files(old: &Unmatched, new: &Unmatched) -> Option<Difference> {
    let load_file = |unmatched: &Unmatched| {
        load_record::<Record>(&unmatched.file).map_err(|message| Difference::Unreadable {
            file: unmatched.file.clone(),
            message,
        })
    };
    match (load_file(old), load_file(new)) {
        (Ok(old), Ok(new)) => compare_records(&old, &new),
        (Err(unreadable), _) | (_, Err(unreadable)) => Some(unreadable),
    }
}

/// A record that was read.
struct LoadedRecord {
    key: Vec<String>,
    file: PathBuf,
    record: Record,
}

impl LoadedRecord {
    fn into_unmatched(self) -> Unmatched {
        Unmatched {
            path: self.record.source.path,
            id: self.record.id,
            file: self.file,
        }
    }
}

/// A record without a counterpart so far.
#[derive(Debug)]
struct Unmatched {
    path: String,
    id: String,
    file: PathBuf,
}

// Files are read in batches on all cores. A batch ends with the file that makes it exceed one of these
// limits: the first gives each core several files, the second bounds the memory for large records.
const BATCH_FILES: usize = 64;
const BATCH_BYTES: u64 = 8 << 20;

/// The records of one folder in the order of their keys.
struct RecordStream<'a> {
    files: Box<dyn Iterator<Item = Result<PathBuf, archive::Error>> + 'a>,
    /// Files of the current batch.
    ready: VecDeque<RecordFile>,
    /// The key of the last record in order.
    last: Vec<String>,
    /// The record to compare next.
    next: Option<LoadedRecord>,
    unmatched: Vec<Unmatched>,
    unreadable: VecDeque<Difference>,
}

impl<'a> RecordStream<'a> {
    fn open(archive: &'a Archive) -> Self {
        Self {
            files: Box::new(archive.files()),
            ready: VecDeque::new(),
            last: Vec::new(),
            next: None,
            unmatched: Vec::new(),
            unreadable: VecDeque::new(),
        }
    }

    /// Reads until `next` is a record whose key is greater than the last one. A record with a smaller
    /// key is out of order, because its file is not named after its source: it is unmatched.
    fn advance(&mut self) -> Result<(), archive::Error> {
        while self.next.is_none() {
            let Some(RecordFile { path, record }) = self.read_file()? else {
                return Ok(());
            };
            match record {
                Err(message) => self.unreadable.push_back(Difference::Unreadable {
                    file: path,
                    message,
                }),
                Ok(record) => {
                    let key = sort_key(&record.source.path);
                    let loaded = LoadedRecord {
                        key,
                        file: path,
                        record,
                    };
                    if loaded.key > self.last {
                        self.last.clone_from(&loaded.key);
                        self.next = Some(loaded);
                    } else {
                        self.unmatched.push(loaded.into_unmatched());
                    }
                }
            }
        }
        Ok(())
    }

    /// The next file of the folder, with its record.
    fn read_file(&mut self) -> Result<Option<RecordFile>, archive::Error> {
        if self.ready.is_empty() {
            let files = self.next_batch()?;
            let read = |path: PathBuf| RecordFile {
                record: load_record(&path),
                path,
            };
            let batch: Vec<RecordFile> = files.into_par_iter().map(read).collect();
            self.ready.extend(batch);
        }
        Ok(self.ready.pop_front())
    }

    /// The paths of the next batch.
    fn next_batch(&mut self) -> Result<Vec<PathBuf>, archive::Error> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
            let Some(file) = self.files.next().transpose()? else {
                break;
            };
            bytes += fs::metadata(&file).map_or(0, |metadata| metadata.len());
            batch.push(file);
        }
        Ok(batch)
    }
}

/// The key by which paths sort like the record files named after them: folder by folder, by name.
fn sort_key(path: &str) -> Vec<String> {
    format!("{path}.json")
        .split('/')
        .map(str::to_owned)
        .collect()
}

/// Two records of one document, or one that only one folder has.
enum Pair {
    Both(Unmatched, Unmatched),
    OnlyOld(Unmatched),
    OnlyNew(Unmatched),
}

impl Pair {
    /// Path and ID in the new folder, or in the old one.
    fn sort_key(&self) -> (String, String) {
        let (Self::Both(_, record) | Self::OnlyOld(record) | Self::OnlyNew(record)) = self;
        (record.path.clone(), record.id.clone())
    }
}

/// Pairs records without a counterpart: those of the same path and ID, then those of the same path,
/// then those of the same ID. The result is sorted by path.
fn pair_unmatched(old: Vec<Unmatched>, new: Vec<Unmatched>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let path_and_id = |record: &Unmatched| (record.path.clone(), record.id.clone());
    let (old, new) = pair_by(path_and_id, old, new, &mut pairs);
    let (old, new) = pair_by(|record| record.path.clone(), old, new, &mut pairs);
    let (old, new) = pair_by(|record| record.id.clone(), old, new, &mut pairs);
    pairs.extend(old.into_iter().map(Pair::OnlyOld));
    pairs.extend(new.into_iter().map(Pair::OnlyNew));
    pairs.sort_by_cached_key(Pair::sort_key);
    pairs
}

/// Pairs records with equal keys. Returns those of both folders that are left.
fn pair_by<K: Ord>(
    key: impl Fn(&Unmatched) -> K,
    old: Vec<Unmatched>,
    new: Vec<Unmatched>,
    pairs: &mut Vec<Pair>,
) -> (Vec<Unmatched>, Vec<Unmatched>) {
    // A queue per key, because documents with the same bytes have the same ID.
    let mut waiting: BTreeMap<K, VecDeque<Unmatched>> = BTreeMap::new();
    for record in new {
        waiting.entry(key(&record)).or_default().push_back(record);
    }
    let mut left = Vec::new();
    for record in old {
        match waiting.get_mut(&key(&record)).and_then(VecDeque::pop_front) {
            Some(counterpart) => pairs.push(Pair::Both(record, counterpart)),
            None => left.push(record),
        }
    }
    (left, waiting.into_values().flatten().collect())
}
