//! Comparison of two output folders, document by document.
//!
//! Both folders are read at the same time, in their stable order, and documents with the same
//! `source.path` are compared as they meet (a merge join). A document that meets no partner is kept
//! by its path and ID alone, and looked for at the end: by its path, since record files may be named
//! differently, then by its ID, since the source may have been renamed. Memory depends on the largest
//! records and on how many documents have no partner, not on how many there are.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use crate::archive::{self, Archive, RecordFile, load_record};
use crate::compare::{Change, Part, compare};
use diarium_document::Record;

/// One way in which two output folders differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "document", rename_all = "kebab-case")]
pub enum Difference {
    /// Both folders have the document, and its records differ.
    Changed {
        /// Path of the source.
        path: String,
        /// What differs.
        changes: Vec<Change>,
    },
    /// Both folders have the document, under different paths.
    Renamed {
        /// Path of the source in the old folder.
        old_path: String,
        /// Path of the source in the new folder.
        path: String,
        /// What else differs.
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
    /// A file holds no record, so that nothing can be compared.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        message: String,
    },
}

/// How much differs.
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
    /// Files that hold no record.
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
    /// Whether the two folders hold the same.
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

/// Compares two output folders. `visit` is told each difference, in a stable order, and may stop the
/// comparison with an error of its own.
///
/// # Errors
/// If a folder cannot be listed, or `visit` fails.
pub fn diff<E: From<archive::Error>>(
    old: &Path,
    new: &Path,
    mut visit: impl FnMut(&Difference) -> Result<(), E>,
) -> Result<DiffCounts, E> {
    let (old, new) = (Archive::new(old), Archive::new(new));
    let mut teller = Teller {
        counts: DiffCounts::default(),
        visit: |difference: &Difference| visit(difference),
    };
    let (before, after) = join(&mut Side::open(&old), &mut Side::open(&new), &mut teller)?;
    for pair in pairs(before, after) {
        let difference = match &pair {
            (Some(old), Some(new)) => {
                teller.counts.compared += 1;
                loaded(old, new)
            }
            (Some(old), None) => Some(old.only(|path, id| Difference::OnlyOld { path, id })),
            (None, Some(new)) => Some(new.only(|path, id| Difference::OnlyNew { path, id })),
            (None, None) => None,
        };
        teller.tell(difference)?;
    }
    Ok(teller.counts)
}

/// Counts each difference and hands it on.
struct Teller<V> {
    counts: DiffCounts,
    visit: V,
}

impl<V> Teller<V> {
    fn tell<E>(&mut self, difference: Option<Difference>) -> Result<(), E>
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

/// Compares the documents that meet on the walk through both folders, and gives those that do not.
fn join<'a, E: From<archive::Error>>(
    old: &mut Side<'a>,
    new: &mut Side<'a>,
    teller: &mut Teller<impl FnMut(&Difference) -> Result<(), E>>,
) -> Result<(Vec<Head>, Vec<Head>), E> {
    loop {
        for side in [&mut *old, &mut *new] {
            side.advance()?;
            while let Some(unreadable) = side.unreadable.pop_front() {
                teller.tell(Some(unreadable))?;
            }
        }
        match (old.next.take(), new.next.take()) {
            (None, None) => break,
            (Some(before), Some(after)) if before.key == after.key => {
                teller.counts.compared += 1;
                teller.tell(difference(&before.record, &after.record))?;
            }
            // The one that comes first has no partner at its place; the other one waits.
            (Some(before), Some(after)) if before.key < after.key => {
                old.aside.push(head(before));
                new.next = Some(after);
            }
            (before, Some(after)) => {
                new.aside.push(head(after));
                old.next = before;
            }
            (Some(before), None) => old.aside.push(head(before)),
        }
    }
    Ok((
        std::mem::take(&mut old.aside),
        std::mem::take(&mut new.aside),
    ))
}

/// What differs in two records of one document.
fn difference(old: &Record, new: &Record) -> Option<Difference> {
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

/// What differs in two records that are read again.
fn loaded(old: &Head, new: &Head) -> Option<Difference> {
    let read = |head: &Head| {
        load_record::<Record>(&head.file).map_err(|message| Difference::Unreadable {
            file: head.file.clone(),
            message,
        })
    };
    match (read(old), read(new)) {
        (Ok(old), Ok(new)) => difference(&old, &new),
        (Err(unreadable), _) | (_, Err(unreadable)) => Some(unreadable),
    }
}

/// A record in hand.
struct Read {
    key: Vec<String>,
    file: PathBuf,
    record: Record,
}

/// A document without a partner so far.
#[derive(Debug)]
struct Head {
    path: String,
    id: String,
    file: PathBuf,
}

impl Head {
    fn only(&self, difference: impl FnOnce(String, String) -> Difference) -> Difference {
        difference(self.path.clone(), self.id.clone())
    }
}

/// Files that are read at once, on all cores.
const BATCH: usize = 64;
/// A batch ends with the file that takes it over so many bytes.
const BATCH_BYTES: u64 = 8 << 20;

/// One folder that is walked through.
struct Side<'a> {
    files: Box<dyn Iterator<Item = Result<PathBuf, archive::Error>> + 'a>,
    ready: VecDeque<RecordFile>,
    /// The key of the last record in order.
    last: Vec<String>,
    next: Option<Read>,
    aside: Vec<Head>,
    unreadable: VecDeque<Difference>,
}

impl<'a> Side<'a> {
    fn open(archive: &'a Archive) -> Self {
        Self {
            files: Box::new(archive.files()),
            ready: VecDeque::new(),
            last: Vec::new(),
            next: None,
            aside: Vec::new(),
            unreadable: VecDeque::new(),
        }
    }

    /// Reads on until a record is in hand that comes after the last one. One that does not is set
    /// aside: its file is not named after its source.
    fn advance(&mut self) -> Result<(), archive::Error> {
        while self.next.is_none() {
            let Some(RecordFile { path, record }) = self.stored()? else {
                return Ok(());
            };
            match record {
                Err(message) => self.unreadable.push_back(Difference::Unreadable {
                    file: path,
                    message,
                }),
                Ok(record) => {
                    let key = key(&record.source.path);
                    let read = Read {
                        key,
                        file: path,
                        record,
                    };
                    if read.key > self.last {
                        self.last.clone_from(&read.key);
                        self.next = Some(read);
                    } else {
                        self.aside.push(head(read));
                    }
                }
            }
        }
        Ok(())
    }

    fn stored(&mut self) -> Result<Option<RecordFile>, archive::Error> {
        if self.ready.is_empty() {
            let files = self.batch()?;
            let read = |path: PathBuf| RecordFile {
                record: load_record(&path),
                path,
            };
            let batch: Vec<RecordFile> = files.into_par_iter().map(read).collect();
            self.ready.extend(batch);
        }
        Ok(self.ready.pop_front())
    }

    /// The next files, so many that all cores have work and no more than fit into memory.
    fn batch(&mut self) -> Result<Vec<PathBuf>, archive::Error> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.len() < BATCH && bytes < BATCH_BYTES {
            let Some(file) = self.files.next().transpose()? else {
                break;
            };
            bytes += fs::metadata(&file).map_or(0, |metadata| metadata.len());
            batch.push(file);
        }
        Ok(batch)
    }
}

fn head(read: Read) -> Head {
    Head {
        path: read.record.source.path,
        id: read.record.id,
        file: read.file,
    }
}

/// Sorts paths as a walk sorts the records named after them: folder by folder, by name.
fn key(path: &str) -> Vec<String> {
    format!("{path}.json")
        .split('/')
        .map(str::to_owned)
        .collect()
}

/// Pairs documents without a partner: those of the same path and ID, of the same path, of the same
/// ID. What is left has none.
fn pairs(old: Vec<Head>, new: Vec<Head>) -> Vec<(Option<Head>, Option<Head>)> {
    let mut pairs = Vec::new();
    let (old, new) = by(
        |head| (head.path.clone(), head.id.clone()),
        old,
        new,
        &mut pairs,
    );
    let (old, new) = by(|head| head.path.clone(), old, new, &mut pairs);
    let (old, new) = by(|head| head.id.clone(), old, new, &mut pairs);
    pairs.extend(old.into_iter().map(|old| (Some(old), None)));
    pairs.extend(new.into_iter().map(|new| (None, Some(new))));
    let path = |pair: &(Option<Head>, Option<Head>)| {
        let head = pair.1.as_ref().or(pair.0.as_ref());
        head.map(|head| (head.path.clone(), head.id.clone()))
    };
    pairs.sort_by_key(path);
    pairs
}

/// Pairs those with equal keys, and gives what is left of both.
fn by<K: Ord>(
    key: impl Fn(&Head) -> K,
    old: Vec<Head>,
    new: Vec<Head>,
    pairs: &mut Vec<(Option<Head>, Option<Head>)>,
) -> (Vec<Head>, Vec<Head>) {
    let mut waiting: BTreeMap<K, VecDeque<Head>> = BTreeMap::new();
    for head in new {
        waiting.entry(key(&head)).or_default().push_back(head);
    }
    let mut left = Vec::new();
    for head in old {
        match waiting.get_mut(&key(&head)).and_then(VecDeque::pop_front) {
            Some(partner) => pairs.push((Some(head), Some(partner))),
            None => left.push(head),
        }
    }
    (left, waiting.into_values().flatten().collect())
}
