//! Merge: combine output folders into one.
//!
//! Of two states of one document the later replaces the other completely: row, record, derived files
//! and withdrawn record. Two folders have the same document if its root and its path below the root
//! are equal; see [`crate::catalogue::MergeSource`]. Files are copied into the staging area, and each
//! batch of documents is one operation of the store, so that an interrupted merge can be repeated.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::Error;
use super::path_assignment::PathAssigner;
use crate::catalogue::{
    self, ALTO, Catalogue, IncomingRow, MergeDecision, MergeSource, RECORDS, SEARCHABLE,
    StagedFile, WITHDRAWN, alto_folder, hash_bytes, record_path, searchable_path,
};
use crate::files;
use crate::store::{self, Staging, Store};
use diarium_document::Record;

/// The number of documents that are copied, and then stored, together.
// Their files are synced together, instead of one by one. An interruption loses the open batch,
// which the next merge copies again.
const BATCH: u32 = 512;

/// The result of a merge, in documents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merged {
    /// Copied into the target.
    pub taken: u64,
    /// Not copied: the target has the same state, or a later one.
    pub known: u64,
    /// Not copied because of a conflict.
    pub conflicts: Vec<Conflict>,
}

/// A document that was not copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The output folder that it is in.
    pub folder: PathBuf,
    /// The document's path there.
    pub path: String,
    /// The reason, and what the user can do.
    pub message: String,
}

/// A folder that is merged into another. Its lock is held, so that no run changes it meanwhile.
struct SourceFolder {
    folder: PathBuf,
    store: Store,
}

/// Combines output folders into one. It can be repeated and interrupted, and locks all folders.
///
/// # Errors
/// If a folder cannot be used, or the target cannot be written.
pub fn merge(folders: &[PathBuf], into: &Path) -> Result<Merged, Error> {
    let sources = open_sources(folders, into)?;
    let mut target = Target {
        store: Store::open(into)?,
        merged: Merged::default(),
    };
    let catalogues: Vec<&Catalogue> = sources
        .iter()
        .map(|source| source.store.catalogue())
        .collect();
    // All roots before any document: the outermost root contains the others, whichever folder brings
    // it.
    let catalogues = target.store.catalogue_mut().merge_sources(&catalogues)?;
    for (source, catalogue) in sources.iter().zip(&catalogues) {
        target.merge(source, catalogue)?;
    }
    if let Some(summary) = combined_summary(&sources) {
        target.store.write_summary(&summary)?;
    }
    Ok(target.merged)
}

/// Opens and locks each folder once, even if it is named several times.
fn open_sources(folders: &[PathBuf], into: &Path) -> Result<Vec<SourceFolder>, Error> {
    let into = fs::canonicalize(into).ok();
    let mut by_real_path = BTreeMap::new();
    for (index, folder) in folders.iter().enumerate() {
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
        by_real_path.entry(real).or_insert((index, folder));
    }
    // In the order in which they were named: it decides which of two conflicting paths is kept.
    let mut named: Vec<(usize, &PathBuf)> = by_real_path.into_values().collect();
    named.sort();
    named
        .into_iter()
        .map(|(_, folder)| {
            Ok(SourceFolder {
                folder: folder.clone(),
                store: Store::open(folder)?,
            })
        })
        .collect()
}

/// The folder that documents are merged into.
struct Target {
    store: Store,
    merged: Merged,
}

/// A document to copy.
struct Incoming {
    row: IncomingRow,
    /// Its path in the target.
    path: String,
}

impl Target {
    /// Merges the documents of a folder in batches.
    fn merge(&mut self, source: &SourceFolder, catalogue: &MergeSource<'_>) -> Result<(), Error> {
        let root_names: BTreeMap<_, _> = self
            .store
            .catalogue()
            .roots()?
            .into_iter()
            .map(|root| (root.root, root.name))
            .collect();
        let mut last = String::new();
        loop {
            let rows = catalogue.rows_after(&last, BATCH)?;
            match rows.last() {
                Some(row) => last.clone_from(&row.path),
                None => return Ok(()),
            }
            let mut incoming = Vec::new();
            let mut unreadable = Vec::new();
            for row in rows {
                match self.store.catalogue().merge_decision(&row)? {
                    // The same state is copied again if an earlier merge lost files of it.
                    MergeDecision::Same if !self.is_complete(&row)? => incoming.push(row),
                    MergeDecision::Newer => incoming.push(row),
                    MergeDecision::Same | MergeDecision::Older => self.merged.known += 1,
                    MergeDecision::SourceUnreadable => unreadable.push(row),
                    MergeDecision::Conflict => self.add_conflict(
                        source,
                        &row.path,
                        "both folders know this document in another state from the same moment; \
                         run diarium again in one of them and merge again"
                            .to_owned(),
                    ),
                }
            }
            let incoming = self.assign_paths(incoming, &root_names)?;
            self.copy(source, catalogue, incoming, &unreadable)?;
        }
    }

    /// The path of each document in the target: the one that it has there, otherwise the one that it
    /// has in the source if that is free, otherwise a new one.
    fn assign_paths(
        &self,
        rows: Vec<IncomingRow>,
        root_names: &BTreeMap<i64, String>,
    ) -> Result<Vec<Incoming>, Error> {
        let catalogue = self.store.catalogue();
        let mut assigner = PathAssigner::new(catalogue);
        let mut incoming = Vec::new();
        for row in rows {
            let root = root_names
                .get(&row.identity.root)
                .map_or("input", String::as_str);
            let path = match catalogue.known(&row.identity)? {
                Some(known) => known.path,
                None if assigner.is_free(&row.path, None)? => row.path.clone(),
                None => assigner.assign(root, &row.identity.relative, None)?,
            };
            assigner.reserve(&path);
            incoming.push(Incoming { row, path });
        }
        Ok(incoming)
    }

    /// Copies the files of documents and stores their rows, and those of documents whose source is
    /// unreadable.
    fn copy(
        &mut self,
        source: &SourceFolder,
        catalogue: &MergeSource<'_>,
        incoming: Vec<Incoming>,
        unreadable: &[IncomingRow],
    ) -> Result<(), Error> {
        // Hashing and copying take most of the time, so they run on all cores. The order of the result
        // is that of the rows.
        let staging = self.store.staging_in_batches();
        let folder = &source.folder;
        let staged: Vec<_> = incoming
            .into_par_iter()
            .map(|document| {
                let outcome = stage(folder, &staging, &document);
                (document, outcome)
            })
            .collect();
        let mut ready = Vec::new();
        for (document, outcome) in staged {
            match self.prepare(outcome?)? {
                StageOutcome::Staged(files) => ready.push((document, files)),
                StageOutcome::Conflict(message) => {
                    self.add_conflict(source, &document.row.path, message);
                }
            }
        }
        // Before the rows are committed: a row must never name a file that a crash can lose.
        self.store.sync_batch()?;
        self.merged.taken += u64::try_from(ready.len() + unreadable.len()).unwrap_or(u64::MAX);
        Ok(self.store.change(|change| {
            for (Incoming { row, path }, files) in &ready {
                change.merge(catalogue, row, path, files)?;
            }
            for row in unreadable {
                change.merge_unreadable(catalogue, row)?;
            }
            Ok(())
        })?)
    }

    /// Prepares the target for staged files. Something else at the path of one is a conflict.
    fn prepare(&mut self, outcome: StageOutcome) -> Result<StageOutcome, Error> {
        if let StageOutcome::Staged(files) = &outcome
            && let Some(failure) = self.store.prepare(files)?
        {
            return Ok(StageOutcome::Conflict(failure.message));
        }
        Ok(outcome)
    }

    /// Whether all files of a document exist in the target.
    fn is_complete(&self, row: &IncomingRow) -> Result<bool, Error> {
        let files = self.store.catalogue().files_of(&row.identity)?;
        let exists = |file: &String| self.store.folder().join(file).is_file();
        Ok(files.iter().all(exists))
    }

    fn add_conflict(&mut self, source: &SourceFolder, path: &str, message: String) {
        self.merged.conflicts.push(Conflict {
            folder: source.folder.clone(),
            path: path.to_owned(),
            message,
        });
    }
}

/// The outcome of staging the files of one document.
enum StageOutcome {
    Staged(Vec<StagedFile>),
    /// Why this document cannot be copied; others can.
    Conflict(String),
}

/// Stages the files of a document.
fn stage(
    folder: &Path,
    staging: &Staging,
    document: &Incoming,
) -> Result<StageOutcome, files::Error> {
    let mut staged = Vec::new();
    for (file, sha256) in &document.row.files {
        match load(folder, file, sha256.as_deref(), document) {
            Ok(Contents::Record(record)) => staged.push(staging.record(&record)?),
            Ok(Contents::Bytes { path, bytes }) => staged.push(staging.bytes(&path, &bytes)?),
            Err(message) => return Ok(StageOutcome::Conflict(message)),
        }
    }
    Ok(StageOutcome::Staged(staged))
}

/// The contents of a file in the target.
enum Contents {
    /// A record with another `source.path` than in the source.
    Record(Box<Record>),
    /// The same bytes as in the source.
    Bytes { path: String, bytes: Vec<u8> },
}

/// Loads one file of a document and checks it; an error is the message of a [`Conflict`].
fn load(
    folder: &Path,
    file: &str,
    sha256: Option<&str>,
    document: &Incoming,
) -> Result<Contents, String> {
    let path = target_path(file, document)
        .ok_or_else(|| format!("its file {file} is not where such files are"))?;
    let bytes = fs::read(folder.join(file)).map_err(|error| {
        format!("{file} cannot be read: {error}; run diarium again in that folder")
    })?;
    if sha256.is_some_and(|sha256| sha256 != hash_bytes(&bytes)) {
        return Err(format!(
            "{file} is not what was written; run diarium again in that folder"
        ));
    }
    let is_record = Some(file) == document.row.record.as_deref();
    if !is_record || document.path == document.row.path {
        return Ok(Contents::Bytes { path, bytes });
    }
    let mut record: Record =
        serde_json::from_slice(&bytes).map_err(|error| format!("{file} is no record: {error}"))?;
    record.source.relocate(&document.path);
    Ok(Contents::Record(Box::new(record)))
}

/// The path of a document's file in the target; `None` if the catalogue of the source names a file
/// that no document can have.
fn target_path(file: &str, document: &Incoming) -> Option<String> {
    if !is_document_file(file) {
        return None;
    }
    let below = |prefix: &str| file.strip_prefix(prefix)?.strip_prefix('/');
    if let Some(inner) = below(WITHDRAWN) {
        return Some(format!("{WITHDRAWN}/{}", target_path(inner, document)?));
    }
    if below(RECORDS).is_some() {
        return Some(record_path(&document.path));
    }
    if below(SEARCHABLE).is_some() {
        return Some(searchable_path(&document.path));
    }
    let (_, page) = below(ALTO)?.rsplit_once('/')?;
    Some(format!("{}/{page}", alto_folder(&document.path)))
}

/// Whether a file that a catalogue names is in a folder of documents: a catalogue from elsewhere must
/// not make a merge read other files.
fn is_document_file(file: &str) -> bool {
    let mut parts = Path::new(file).components();
    let folders = [RECORDS, SEARCHABLE, ALTO, WITHDRAWN];
    parts.next().is_some_and(|first| {
        folders
            .iter()
            .any(|folder| first == Component::Normal(folder.as_ref()))
    }) && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// The summaries of the last runs of all folders, combined.
fn combined_summary(sources: &[SourceFolder]) -> Option<Value> {
    let summaries = sources
        .iter()
        .filter_map(|source| store::read_summary(&source.folder));
    summaries.reduce(combine_maps).map(Value::Object)
}

/// Combines two summaries: adds counts, joins lists and maps.
fn combine_maps(mut one: Map<String, Value>, other: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in other {
        match one.get_mut(&name) {
            None => {
                one.insert(name, value);
            }
            Some(here) => *here = combine_values(&name, here.take(), value),
        }
    }
    one
}

fn combine_values(name: &str, first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => Value::Object(combine_maps(first, second)),
        (Value::Array(mut first), Value::Array(second)) => {
            for value in second {
                if !first.contains(&value) {
                    first.push(value);
                }
            }
            Value::Array(first)
        }
        (first, second) => combine_scalars(name, first, second),
    }
}

/// Outcomes of runs, worst first.
const OUTCOMES: [&str; 3] = ["stopped", "interrupted", "finished"];

/// Combines two values of a summary by the meaning that their name gives them.
fn combine_scalars(name: &str, first: Value, second: Value) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_f64().unwrap_or(0.0);
    let takes_second = match name {
        "started" => text(&second) < text(&first),
        "ended" => text(&second) > text(&first),
        "outcome" => {
            let rank = |value: &Value| OUTCOMES.iter().position(|outcome| value == outcome);
            rank(&second) < rank(&first)
        }
        // The runs were simultaneous, and each counted the same inaccessible entries.
        "seconds" | "unreadable" | "skipped" => number(&second) > number(&first),
        _ => {
            return match (first.as_u64(), second.as_u64()) {
                (Some(one), Some(other)) => one.saturating_add(other).into(),
                _ => first,
            };
        }
    };
    if takes_second { second } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn summaries_are_combined() {
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
        assert_eq!(
            Value::Object(combine_maps(map(&one), map(&other))),
            expected
        );
    }

    #[test]
    fn a_catalogue_cannot_name_files_outside_the_folders_of_documents() {
        for valid in ["records/a/b.json", "pdf/a.pdf", "withdrawn/records/a.json"] {
            assert!(is_document_file(valid), "{valid}");
        }
        for invalid in [
            "records/../../b.json",
            "/records/b.json",
            "run.json",
            "",
            "a/records/b.json",
        ] {
            assert!(!is_document_file(invalid), "{invalid}");
        }
    }
}
