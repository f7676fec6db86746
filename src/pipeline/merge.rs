//! How do several output folders become one?
//!
//! Records first, then the rows that tell of them, so that an interruption leaves nothing that the
//! next call does not put right; what is the same already is not touched. Of two states of one
//! document the later stands. Where two folders hold different documents under one path, the one
//! that was there first stands, and the other is told of and stays where it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::{Map, Value};

use super::{Error, SUMMARY_FILE};
use crate::catalogue::{self, Arrival, Catalogue, History, Lock, Meeting, RunId};
use crate::emit;

/// Rows that are looked at, and then written, together.
const BATCH: u32 = 256;

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
    /// The document's relative path.
    pub path: String,
    /// Why, and what to do.
    pub message: String,
}

/// A folder that is merged into another.
struct Other {
    folder: PathBuf,
    catalogue: Catalogue,
    // Held, so that nothing changes meanwhile.
    _lock: Lock,
}

/// Joins output folders into one. May be repeated and interrupted; holds all the folders.
pub fn merge(folders: &[PathBuf], into: &Path) -> Result<Merged, Error> {
    let others = open(folders, into)?;
    let lock = Lock::take(into)?;
    let mut target = Target {
        folder: into,
        catalogue: Catalogue::open(&lock)?,
        history: History::new(),
        merged: Merged::default(),
    };
    emit::sweep(into);
    let catalogues: Vec<&Catalogue> = others.iter().map(|other| &other.catalogue).collect();
    let numbers = target.catalogue.take_runs(&catalogues)?;
    target.history = target.catalogue.history()?;
    for (other, numbers) in others.iter().zip(&numbers) {
        target.take(other, numbers)?;
    }
    if let Some(summary) = summary(&others) {
        emit::write_json(&into.join(SUMMARY_FILE), &summary)?;
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
            let lock = Lock::take(folder)?;
            Ok(Other {
                folder: folder.clone(),
                catalogue: Catalogue::open(&lock)?,
                _lock: lock,
            })
        })
        .collect()
}

struct Target<'t> {
    folder: &'t Path,
    catalogue: Catalogue,
    history: History,
    merged: Merged,
}

impl Target<'_> {
    fn take(&mut self, other: &Other, numbers: &BTreeMap<RunId, RunId>) -> Result<(), Error> {
        let history = other.catalogue.history()?;
        let mut last = String::new();
        loop {
            let rows = other.catalogue.rows_after(&last, BATCH, &history)?;
            match rows.last() {
                Some(row) => last.clone_from(&row.path),
                None => return Ok(()),
            }
            let mut taken = Vec::new();
            for row in rows {
                if self.takes(other, &row)? {
                    taken.push(row);
                }
            }
            let records = taken.iter().filter_map(|row| row.record.as_deref());
            emit::settle(self.folder, records)?;
            self.catalogue.take_rows(&taken, numbers)?;
        }
    }

    /// Whether a row is to be taken over; its record then is.
    fn takes(&mut self, other: &Other, row: &Arrival) -> Result<bool, Error> {
        let conflict = match self.catalogue.meeting(row, &self.history)? {
            Meeting::Older => {
                self.merged.known += 1;
                return Ok(false);
            }
            Meeting::Same if self.stands(row) => {
                self.merged.known += 1;
                return Ok(false);
            }
            Meeting::Same | Meeting::Newer => match self.copy(other, row)? {
                Ok(()) => {
                    self.merged.taken += 1;
                    return Ok(true);
                }
                Err(reason) => reason,
            },
            Meeting::Conflict => format!(
                "{} holds another document under this path, which stays; merge this folder into \
                 one of its own, or rename the document and run again",
                self.folder.display()
            ),
        };
        self.merged.conflicts.push(Conflict {
            folder: other.folder.clone(),
            path: row.path.clone(),
            message: conflict,
        });
        Ok(false)
    }

    fn stands(&self, row: &Arrival) -> bool {
        let record = row.record.as_ref();
        record.is_none_or(|record| self.folder.join(record).is_file())
    }

    /// Copies a row's record; the inner error is why this one cannot be, where others can.
    fn copy(&self, other: &Other, row: &Arrival) -> Result<Result<(), String>, Error> {
        let Some(record) = &row.record else {
            return Ok(Ok(()));
        };
        if !is_inside(record) || !is_inside(&format!("records/{}", row.path)) {
            let message = format!("its record is said to be {record}, outside of records/");
            return Ok(Err(message));
        }
        let bytes = match fs::read(other.folder.join(record)) {
            Ok(bytes) if tells_of(&bytes, row) => bytes,
            Ok(_) => {
                let message = "its record is not the one that the catalogue tells of; run diarium \
                               again in that folder";
                return Ok(Err(message.to_owned()));
            }
            Err(error) => {
                let message =
                    format!("its record cannot be read: {error}; run diarium again in that folder");
                return Ok(Err(message));
            }
        };
        let copies = emit::copies_of(&other.folder, &row.path);
        if !copies.is_empty() {
            emit::write_copies(self.folder, &row.path, &copies)?;
        }
        let place = self.folder.join(record);
        if fs::read(&place).is_ok_and(|here| here == bytes) {
            return Ok(Ok(()));
        }
        match emit::write_bytes(&place, &bytes) {
            Ok(()) => Ok(Ok(())),
            Err(error) => match error.document_failure() {
                Some(failure) => Ok(Err(failure.message)),
                None => Err(error.into()),
            },
        }
    }
}

/// Whether a record's file, as a catalogue has it, lies among the records.
fn is_inside(record: &str) -> bool {
    let mut parts = Path::new(record).components();
    parts.next() == Some(Component::Normal("records".as_ref()))
        && parts.all(|part| matches!(part, Component::Normal(_)))
}

/// Whether these bytes are the record of the document of a row.
fn tells_of(bytes: &[u8], row: &Arrival) -> bool {
    #[derive(serde::Deserialize)]
    struct Identified {
        id: String,
    }
    serde_json::from_slice(bytes).is_ok_and(|record: Identified| Some(record.id) == row.id)
}

/// The summaries of the folders' last runs as one.
fn summary(others: &[Other]) -> Option<Value> {
    let summaries = others.iter().filter_map(|other| {
        let text = fs::read_to_string(other.folder.join(SUMMARY_FILE)).ok()?;
        serde_json::from_str::<Map<String, Value>>(&text).ok()
    });
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
    fn a_catalogue_cannot_send_records_out_of_the_folder() {
        assert!(is_inside("records/a/b.json"));
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
