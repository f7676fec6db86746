//! Merge: join output folders into one.
//!
//! Of two states of one document the later replaces the other wholly: row, record, derived files and
//! withdrawn record. A document is the same in two folders if its root and its path below that are;
//! see [`crate::catalogue::MergeSource`]. Files are copied into the staging area, and each batch of
//! documents is one operation of the store, so that an interrupted merge can be repeated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::Error;
use super::plan::candidates;
use crate::catalogue::{
    self, ALTO, Catalogue, IncomingRow, MergeDecision, MergeSource, RECORDS, SEARCHABLE,
    StagedFile, WITHDRAWN, alto_folder, hash_bytes, record_path, searchable_path,
};
use crate::emit;
use crate::store::{self, Staging, Store};
use diarium_document::Record;

/// Documents that are copied, and then stored, together.
const BATCH: u32 = 512;

/// What came of a merge, in documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Taken over.
    pub taken: u64,
    /// Left alone: the target knew the same, or something newer.
    pub known: u64,
    /// Not taken over.
    pub conflicts: Vec<Conflict>,
}

/// A document that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The output folder that still holds it.
    pub folder: PathBuf,
    /// The document's path there.
    pub path: String,
    /// Why, and what to do.
    pub message: String,
}

/// A folder that is merged into another, held so that nothing changes meanwhile.
struct Other {
    folder: PathBuf,
    store: Store,
}

/// Joins output folders into one. Can be repeated and interrupted; holds all the folders.
///
/// # Errors
/// If a folder cannot be used, or the target cannot be written.
pub fn merge(folders: &[PathBuf], into: &Path) -> Result<Merged, Error> {
    let others = open(folders, into)?;
    let mut target = Target {
        store: Store::open(into)?,
        merged: Merged::default(),
    };
    let catalogues: Vec<&Catalogue> = others.iter().map(|other| other.store.catalogue()).collect();
    let sources = target.store.catalogue_mut().merge_sources(&catalogues)?;
    for (other, source) in others.iter().zip(&sources) {
        target.take(other, source)?;
    }
    if let Some(summary) = summary(&others) {
        target.store.write_summary(&summary)?;
    }
    Ok(target.merged)
}

/// Opens each folder once, however often it is named.
fn open(folders: &[PathBuf], into: &Path) -> Result<Vec<Other>, Error> {
    let into = fs::canonicalize(into).ok();
    let mut others = BTreeMap::new();
    for (place, folder) in folders.iter().enumerate() {
        let missing = || catalogue::Error::Missing {
            folder: folder.clone(),
        };
        if !folder.join(catalogue::FILE_NAME).is_file() {
            return Err(missing().into());
        }
        let real = fs::canonicalize(folder).map_err(|_| missing())?;
        if Some(&real) == into.as_ref() {
            return Err(Error::IntoItself {
                folder: folder.clone(),
            });
        }
        others.entry(real).or_insert((place, folder));
    }
    let mut others: Vec<(usize, &PathBuf)> = others.into_values().collect();
    others.sort();
    others
        .into_iter()
        .map(|(_, folder)| {
            Ok(Other {
                folder: folder.clone(),
                store: Store::open(folder)?,
            })
        })
        .collect()
}

struct Target {
    store: Store,
    merged: Merged,
}

/// A document that is taken over, under its path in the target.
struct Taken {
    row: IncomingRow,
    path: String,
}

impl Target {
    fn take(&mut self, other: &Other, source: &MergeSource<'_>) -> Result<(), Error> {
        let names: BTreeMap<_, _> = self
            .store
            .catalogue()
            .roots()?
            .into_iter()
            .map(|root| (root.root, root.name))
            .collect();
        let mut last = String::new();
        loop {
            let rows = source.rows_after(&last, BATCH)?;
            match rows.last() {
                Some(row) => last.clone_from(&row.path),
                None => return Ok(()),
            }
            let mut taken = Vec::new();
            let mut unreadable = Vec::new();
            for row in rows {
                match self.store.catalogue().merge_decision(&row)? {
                    MergeDecision::Same if !self.is_complete(&row)? => taken.push(row),
                    MergeDecision::Newer => taken.push(row),
                    MergeDecision::Same | MergeDecision::Older => self.merged.known += 1,
                    MergeDecision::SourceUnreadable => unreadable.push(row),
                    MergeDecision::Conflict => self.conflict(
                        other,
                        &row.path,
                        "both folders know this document in another state from the same moment; \
                         run diarium again in one of them and merge again"
                            .to_owned(),
                    ),
                }
            }
            let taken = self.with_paths(taken, &names)?;
            self.copy(other, source, taken, &unreadable)?;
        }
    }

    /// The path of each document in the target: the one that it has there, or the one that it has
    /// in the other folder if that is free, or one that names its root.
    fn with_paths(
        &self,
        rows: Vec<IncomingRow>,
        names: &BTreeMap<i64, String>,
    ) -> Result<Vec<Taken>, Error> {
        let catalogue = self.store.catalogue();
        let mut assigned = super::plan::TakenPaths::default();
        let mut taken = Vec::new();
        for row in rows {
            let root = names
                .get(&row.identity.root)
                .map_or("input", String::as_str);
            let path = match catalogue.known(&row.identity)? {
                Some(known) => known.path,
                None => {
                    let relative = candidates(root, &row.identity.relative);
                    let mut free = String::new();
                    for path in std::iter::once(row.path.clone()).chain(relative) {
                        if !assigned.conflicts(&path) && !catalogue.is_path_taken(&path, None)? {
                            free = path;
                            break;
                        }
                    }
                    free
                }
            };
            assigned.add(&path);
            taken.push(Taken { row, path });
        }
        Ok(taken)
    }

    /// Copies the files of documents and stores them, with the news that sources are unreadable.
    fn copy(
        &mut self,
        other: &Other,
        source: &MergeSource<'_>,
        taken: Vec<Taken>,
        unreadable: &[IncomingRow],
    ) -> Result<(), Error> {
        let staging = self.store.staging_in_batches();
        let folder = &other.folder;
        let staged: Vec<_> = taken
            .into_par_iter()
            .map(|taken| {
                let files = stage(folder, &staging, &taken);
                (taken, files)
            })
            .collect();
        let mut ready = Vec::new();
        for (taken, files) in staged {
            match files? {
                Ok(files) => match self.store.prepare(&files)? {
                    None => ready.push((taken, files)),
                    Some(failure) => self.conflict(other, &taken.row.path, failure.message),
                },
                Err(reason) => self.conflict(other, &taken.row.path, reason),
            }
        }
        self.store.sync_batch()?;
        self.merged.taken += u64::try_from(ready.len() + unreadable.len()).unwrap_or(u64::MAX);
        Ok(self.store.change(|change| {
            for (Taken { row, path }, files) in &ready {
                change.merge(source, row, path, files)?;
            }
            for row in unreadable {
                change.merge_unreadable(source, row)?;
            }
            Ok(())
        })?)
    }

    /// Whether all files that a document has here are there.
    fn is_complete(&self, row: &IncomingRow) -> Result<bool, Error> {
        let files = self.store.catalogue().files_of(&row.identity)?;
        let is_there = |file: &String| self.store.folder().join(file).is_file();
        Ok(files.iter().all(is_there))
    }

    fn conflict(&mut self, other: &Other, path: &str, message: String) {
        self.merged.conflicts.push(Conflict {
            folder: other.folder.clone(),
            path: path.to_owned(),
            message,
        });
    }
}

/// Stages the files of a document; the inner error is why this one cannot be taken over, where
/// others can.
fn stage(
    folder: &Path,
    staging: &Staging,
    taken: &Taken,
) -> Result<Result<Vec<StagedFile>, String>, emit::Error> {
    let mut staged = Vec::new();
    for (file, sha256) in &taken.row.files {
        let Some(path) = target_path(file, taken) else {
            return Ok(Err(format!("its file {file} is not where such files are")));
        };
        let bytes = match fs::read(folder.join(file)) {
            Ok(bytes) => bytes,
            Err(error) => {
                return Ok(Err(format!(
                    "{file} cannot be read: {error}; run diarium again in that folder"
                )));
            }
        };
        if sha256
            .as_ref()
            .is_some_and(|sha256| *sha256 != hash_bytes(&bytes))
        {
            return Ok(Err(format!(
                "{file} is not what was written; run diarium again in that folder"
            )));
        }
        let is_record = Some(file) == taken.row.record.as_ref();
        staged.push(match is_record && taken.path != taken.row.path {
            false => staging.bytes(&path, &bytes)?,
            true => match serde_json::from_slice::<Record>(&bytes) {
                Ok(mut record) => {
                    record.source.path.clone_from(&taken.path);
                    staging.record(&record)?
                }
                Err(error) => return Ok(Err(format!("{file} is no record: {error}"))),
            },
        });
    }
    Ok(Ok(staged))
}

/// Where a file of a document belongs in the target; `None` if a catalogue names a file that no
/// document can have.
fn target_path(file: &str, taken: &Taken) -> Option<String> {
    if !is_inside(file) {
        return None;
    }
    let below = |prefix: &str| file.strip_prefix(prefix)?.strip_prefix('/');
    if let Some(inner) = below(WITHDRAWN) {
        return Some(format!("{WITHDRAWN}/{}", target_path(inner, taken)?));
    }
    if below(RECORDS).is_some() {
        return Some(record_path(&taken.path));
    }
    if below(SEARCHABLE).is_some() {
        return Some(searchable_path(&taken.path));
    }
    let (_, page) = below(ALTO)?.rsplit_once('/')?;
    Some(format!("{}/{page}", alto_folder(&taken.path)))
}

/// Whether a file, as a catalogue names it, is among those of documents.
fn is_inside(file: &str) -> bool {
    let mut parts = Path::new(file).components();
    let folders = [RECORDS, SEARCHABLE, ALTO, WITHDRAWN];
    parts.next().is_some_and(|first| {
        folders
            .iter()
            .any(|folder| first == Component::Normal(folder.as_ref()))
    }) && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// The summaries of the folders' last runs as one.
fn summary(others: &[Other]) -> Option<Value> {
    let summaries = others
        .iter()
        .filter_map(|other| store::read_summary(&other.folder));
    summaries.reduce(joined).map(Value::Object)
}

/// Counts are added up, lists and maps are joined.
fn joined(mut one: Map<String, Value>, other: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in other {
        match one.get_mut(&name) {
            None => {
                one.insert(name, value);
            }
            Some(here) => *here = join(&name, here.take(), value),
        }
    }
    one
}

fn join(name: &str, first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => Value::Object(joined(first, second)),
        (Value::Array(mut first), Value::Array(second)) => {
            for value in second {
                if !first.contains(&value) {
                    first.push(value);
                }
            }
            Value::Array(first)
        }
        (first, second) => one_of(name, first, second),
    }
}

/// Runs worst first.
const OUTCOMES: [&str; 3] = ["stopped", "interrupted", "finished"];

fn one_of(name: &str, first: Value, second: Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_f64().unwrap_or(0.0);
    let second_is_it = match name {
        "started" => text(&second) < text(&first),
        "ended" => text(&second) > text(&first),
        "outcome" => {
            let rank = |value: &Value| OUTCOMES.iter().position(|outcome| value == outcome);
            rank(&second) < rank(&first)
        }
        // They ran side by side, and each met what cannot be looked into.
        "seconds" | "unreadable" | "skipped" => number(&second) > number(&first),
        _ => {
            return match (first.as_u64(), second.as_u64()) {
                (Some(one), Some(other)) => one.saturating_add(other).into(),
                _ => first,
            };
        }
    };
    if second_is_it { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn summaries_are_added_up() {
        let one = json!({
            "version": "1", "started": "2", "ended": "5", "seconds": 3.5, "outcome": "finished",
            "inputs": ["in"], "counts": { "found": 3, "skipped": 1 }, "kinds": { "document": 3 },
        });
        let other = json!({
            "version": "1", "started": "1", "ended": "4", "seconds": 2.5, "outcome": "interrupted",
            "inputs": ["in"], "counts": { "found": 4, "skipped": 1 }, "kinds": { "esf-call": 1 },
        });
        let expected = json!({
            "version": "1", "started": "1", "ended": "5", "seconds": 3.5, "outcome": "interrupted",
            "inputs": ["in"], "counts": { "found": 7, "skipped": 1 },
            "kinds": { "document": 3, "esf-call": 1 },
        });
        let map = |value: &Value| value.as_object().unwrap().clone();
        assert_eq!(Value::Object(joined(map(&one), map(&other))), expected);
    }

    #[test]
    fn a_catalogue_cannot_name_files_outside_of_the_folder() {
        for right in ["records/a/b.json", "pdf/a.pdf", "withdrawn/records/a.json"] {
            assert!(is_inside(right), "{right}");
        }
        for wrong in [
            "records/../../b.json",
            "/records/b.json",
            "run.json",
            "",
            "a/records/b.json",
        ] {
            assert!(!is_inside(wrong), "{wrong}");
        }
    }
}
