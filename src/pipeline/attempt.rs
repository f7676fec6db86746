//! One attempt at one document: process it and stage its files.
//!
//! The same whether a thread of this process does it or a worker process. Nothing is told to the
//! catalogue here, and nothing is put in its place: new files wait in the staging area.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::context::RunContext;
use super::copies::Made;
use super::fault_injection::{inject_fault, inject_io_error};
use super::plan::{Moved, Task};
use crate::catalogue::{Fingerprint, Outcome, StagedFile, hash_file};
use crate::compare;
use crate::discover;
use crate::emit;
use crate::store::Staging;
use diarium_document::{FailureCode, Record, Source};

/// What every attempt of a run needs.
pub(super) struct Attempts {
    output: PathBuf,
    staging: Staging,
    context: RunContext,
}

/// How an attempt ended.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Ended {
    /// Its bytes are what they were: its record stands.
    Same,
    /// Its bytes are those of the record that was withdrawn.
    Restorable,
    /// It changed while it was read: another program is still writing it.
    Deferred,
    /// There is a record, or a reason why there is none.
    Processed {
        /// SHA-256 of its bytes, where they could be read.
        id: Option<String>,
        fingerprint: String,
        outcome: Outcome,
        duration_ms: u64,
        /// Its record and derived files, waiting to be put in their places.
        files: Vec<StagedFile>,
        /// How many values differ from those of the record that other tools made of it.
        changed_values: u64,
    },
}

/// A document that was processed.
struct Processed {
    id: Option<String>,
    outcome: Outcome,
    files: Vec<StagedFile>,
    changed_values: u64,
}

impl Attempts {
    pub(super) fn new(output: PathBuf, staging: Staging, context: RunContext) -> Self {
        Self {
            output,
            staging,
            context,
        }
    }

    /// What the records of these attempts depend on.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        self.context.fingerprint()
    }

    /// Makes one attempt; an error means that no record can be written any more.
    pub(super) fn attempt(&self, task: &Task) -> Result<Ended, emit::Error> {
        let started = Instant::now();
        if (task.unless.is_some() || task.restore.is_some())
            && let Ok(now) = hash_file(&task.source.file)
        {
            match Some(now) {
                now if now == task.unless => return Ok(Ended::Same),
                now if now == task.restore => return Ok(Ended::Restorable),
                _ => {}
            }
        }
        let moved = match &task.moved {
            Some(moved) if moved.stands => self.relocate(&task.source, moved)?,
            _ => None,
        };
        let processed = match moved {
            Some(processed) => Some(processed),
            None => self.process(task)?,
        };
        let Some(processed) = processed else {
            return Ok(Ended::Deferred);
        };
        let Processed {
            id,
            outcome,
            files,
            changed_values,
        } = processed;
        let fingerprint = match (&outcome, &id) {
            (Outcome::Done { .. }, Some(id)) => self.fingerprint().of_record(id),
            (_, id) => self.fingerprint().of_failure(id.as_deref()),
        };
        Ok(Ended::Processed {
            id,
            fingerprint,
            outcome,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            files,
            changed_values,
        })
    }

    /// The record of a document that was moved, with its new path; nothing where the old record is
    /// not what it should be.
    fn relocate(&self, source: &Source, moved: &Moved) -> Result<Option<Processed>, emit::Error> {
        let old = fs::read(self.output.join(&moved.from.record));
        let record = old
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
        let Some(mut record) = record.filter(|record| record.id == moved.id) else {
            return Ok(None);
        };
        record.source.path.clone_from(&source.relative);
        if has_changed(source) {
            return Ok(None);
        }
        self.stage(record, Made::default(), 0).map(Some)
    }

    /// The document's SHA-256, as far as it is known, and its outcome; nothing where the file
    /// changed meanwhile, which may explain whatever came of it.
    fn process(&self, task: &Task) -> Result<Option<Processed>, emit::Error> {
        inject_fault(&task.source);
        let processed = self.context.process_file(&task.source);
        if has_changed(&task.source) {
            return Ok(None);
        }
        let (record, made) = match processed {
            Ok(processed) => processed,
            Err(failure) => {
                return Ok(Some(Processed {
                    id: id_of_failed(&task.source, failure.code),
                    outcome: Outcome::Failed(failure),
                    files: Vec::new(),
                    changed_values: 0,
                }));
            }
        };
        inject_io_error(&task.source)?;
        let changed_values = self.changed_values(task, &record);
        self.stage(record, made, changed_values).map(Some)
    }

    /// How many values of a record differ from the one that other tools made of the same bytes.
    fn changed_values(&self, task: &Task, record: &Record) -> u64 {
        let Some(outdated) = &task.outdated_record else {
            return 0;
        };
        let outdated = fs::read(self.output.join(outdated)).unwrap_or_default();
        let outdated = serde_json::from_slice::<Record>(&outdated).ok();
        let outdated = outdated.filter(|outdated| outdated.id == record.id);
        outdated.map_or(0, |outdated| compare::changed_values(&outdated, record))
    }

    /// Stages a record and its derived files.
    fn stage(
        &self,
        record: Record,
        made: Made,
        changed_values: u64,
    ) -> Result<Processed, emit::Error> {
        let mut files = vec![self.staging.record(&record)?];
        for copy in &made.copies {
            files.push(self.staging.bytes(&copy.path, &copy.bytes)?);
        }
        let mut warnings = record.warnings;
        warnings.extend(made.warnings);
        let outcome = Outcome::Done {
            kind: record.kind,
            pages: record.pages.len(),
            warnings,
            record: files[0].path.clone(),
        };
        Ok(Processed {
            id: Some(record.id),
            outcome,
            files,
            changed_values,
        })
    }
}

/// Whether the file is no longer the one that was found, also because it is gone.
fn has_changed(source: &Source) -> bool {
    match fs::metadata(&source.file) {
        Ok(now) => {
            let state = (now.len(), discover::modified(&now), discover::changed(&now));
            state != (source.bytes, source.modified, source.changed)
        }
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// A failed document is known by its bytes too, where they can be had at a bearable price.
pub(super) fn id_of_failed(source: &Source, code: FailureCode) -> Option<String> {
    match code {
        FailureCode::Unreadable | FailureCode::TooLarge => None,
        _ => hash_file(&source.file).ok(),
    }
}
