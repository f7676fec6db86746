//! Task runner: process the document of one task and stage its files.
//!
//! A thread of the supervisor's process and a worker process run tasks in the same way. The runner
//! does not use the catalogue and renames no file to its final path: new files wait in the staging
//! area until the [catalogue writer](super::catalogue_writer) commits them.
//!
//! There are two sorts of failure: a document that cannot be processed is a [`TaskOutcome`]; an
//! error means that no record can be written any more and ends the run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::content_hash::hash_source;
use super::context::{ProcessedFile, RunContext};
use super::fault_injection::{inject_fault, inject_io_error};
use super::renditions::Renditions;
use super::task::{Moved, Task};
use crate::catalogue::{Fingerprint, Outcome, StagedFile};
use crate::compare;
use crate::discover;
use crate::files;
use crate::store::Staging;
use diarium_document::{FailureCode, Record, Source};

/// Runs the tasks of one run.
pub(super) struct TaskRunner {
    output: PathBuf,
    staging: Staging,
    context: RunContext,
}

/// The outcome of a task.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum TaskOutcome {
    /// The bytes did not change: the record is kept.
    Same,
    /// The bytes are those of the withdrawn record.
    Restorable,
    /// The file changed while it was read: another program is still writing it.
    Deferred,
    /// The document was processed: it has a record, or a reason why it has none.
    Processed {
        /// SHA-256 of its bytes, if they could be read.
        id: Option<String>,
        fingerprint: String,
        outcome: Outcome,
        duration_ms: u64,
        /// Its staged record and derived files.
        files: Vec<StagedFile>,
        /// How many values differ from those of its outdated record.
        changed_values: u64,
        /// The paths of its members in it, if it is a container.
        members: Vec<String>,
    },
}

/// A document that was processed.
struct Processed {
    id: Option<String>,
    outcome: Outcome,
    files: Vec<StagedFile>,
    changed_values: u64,
    members: Vec<String>,
}

impl Processed {
    /// A document without a record.
    fn without_record(id: Option<String>, outcome: Outcome, members: Vec<String>) -> Self {
        Self {
            id,
            outcome,
            files: Vec::new(),
            changed_values: 0,
            members,
        }
    }
}

impl TaskRunner {
    pub(super) fn new(output: PathBuf, staging: Staging, context: RunContext) -> Self {
        Self {
            output,
            staging,
            context,
        }
    }

    /// Everything that the records of the run depend on apart from their documents.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        self.context.fingerprint()
    }

    /// Runs a task.
    ///
    /// # Errors
    /// If the output folder cannot be written: no record can be stored any more.
    pub(super) fn run(&self, task: &Task) -> Result<TaskOutcome, files::Error> {
        let started = Instant::now();
        if let Some(outcome) = self.outcome_of_bytes(task) {
            return Ok(outcome);
        }
        let moved = match &task.moved {
            Some(moved) if moved.is_record_current => self.relocate(&task.source, moved)?,
            _ => None,
        };
        let processed = match moved {
            Some(processed) => Some(processed),
            None => self.process(task)?,
        };
        let Some(processed) = processed else {
            return Ok(TaskOutcome::Deferred);
        };
        let Processed {
            id,
            outcome,
            files,
            changed_values,
            members,
        } = processed;
        // A failure also depends on the limits: a document that was too large may succeed under others.
        let fingerprint = match (&outcome, &id) {
            (Outcome::Done { .. }, Some(id)) => self.fingerprint().of_record(id),
            (Outcome::Failed(failure), id) if failure.code == FailureCode::Encrypted => {
                self.fingerprint().of_encrypted(id.as_deref())
            }
            (Outcome::Container { .. }, Some(id)) => self.fingerprint().of_container(id),
            (_, id) => self.fingerprint().of_failure(id.as_deref()),
        };
        Ok(TaskOutcome::Processed {
            id,
            fingerprint,
            outcome,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            files,
            changed_values,
            members,
        })
    }

    /// The outcome that follows from the bytes alone, if they are those of the current or of the
    /// withdrawn record.
    fn outcome_of_bytes(&self, task: &Task) -> Option<TaskOutcome> {
        if task.keep_if.is_none() && task.restore_if.is_none() {
            return None;
        }
        let sha256 = Some(self.context.hash(&task.source)?);
        if sha256 == task.keep_if {
            Some(TaskOutcome::Same)
        } else if sha256 == task.restore_if {
            Some(TaskOutcome::Restorable)
        } else {
            None
        }
    }

    /// The record of a document that was moved, with its new path; `None` if the old record is
    /// missing or damaged.
    fn relocate(&self, source: &Source, moved: &Moved) -> Result<Option<Processed>, files::Error> {
        let old = fs::read(self.output.join(&moved.record));
        let record = old
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
        // The new file has the bytes of the old document. The old record file may still be damaged or
        // belong to other bytes: then the document is processed like a new one.
        let Some(mut record) = record.filter(|record| record.id == moved.id) else {
            return Ok(None);
        };
        record.source.relocate(&source.relative);
        if has_changed(source) {
            return Ok(None);
        }
        // A container that was moved is opened again.
        self.stage(record, Renditions::default(), 0, Vec::new())
            .map(Some)
    }

    /// Processes a document and stages its files; `None` if the file changed meanwhile, which may
    /// explain any outcome.
    fn process(&self, task: &Task) -> Result<Option<Processed>, files::Error> {
        inject_fault(&task.source);
        let processed = self.context.process_file(&task.source);
        // Checked after reading, not before: the bytes may be half old and half new.
        if has_changed(&task.source) {
            return Ok(None);
        }
        let (record, renditions, members) = match processed {
            Ok(ProcessedFile::Document {
                record,
                renditions,
                members,
            }) => (*record, renditions, members),
            Ok(ProcessedFile::Container {
                id,
                members,
                warnings,
            }) => {
                let container = Outcome::Container { warnings };
                return Ok(Some(Processed::without_record(
                    Some(id),
                    container,
                    members,
                )));
            }
            Err(failure) => {
                let id = has_id(failure.code).then(|| self.context.hash(&task.source));
                let failed = Outcome::Failed(failure);
                return Ok(Some(Processed::without_record(
                    id.flatten(),
                    failed,
                    Vec::new(),
                )));
            }
        };
        inject_io_error(&task.source)?;
        let changed_values = self.changed_values(task, &record);
        self.stage(record, renditions, changed_values, members)
            .map(Some)
    }

    /// How many values of a record differ from those of the outdated record of the same bytes.
    fn changed_values(&self, task: &Task, record: &Record) -> u64 {
        let Some(outdated) = &task.outdated_record else {
            return 0;
        };
        // A count for people: where the outdated record is missing or damaged, none is better than an
        // error.
        let outdated = fs::read(self.output.join(outdated)).unwrap_or_default();
        let outdated = serde_json::from_slice::<Record>(&outdated).ok();
        let outdated = outdated.filter(|outdated| outdated.id == record.id);
        outdated.map_or(0, |outdated| compare::changed_values(&outdated, record))
    }

    /// Stages a record and its derived files.
    fn stage(
        &self,
        record: Record,
        renditions: Renditions,
        changed_values: u64,
        members: Vec<String>,
    ) -> Result<Processed, files::Error> {
        let mut files = vec![self.staging.record(&record)?];
        for file in &renditions.files {
            files.push(self.staging.bytes(&file.path, &file.bytes)?);
        }
        // A record does not depend on which copies were requested, so the warnings about copies go to
        // the catalogue only.
        let mut warnings = record.warnings;
        warnings.extend(renditions.warnings);
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
            members,
        })
    }
}

/// Whether the file changed or disappeared since the run listed it.
fn has_changed(source: &Source) -> bool {
    match state(source) {
        // The status change time also reveals a file that was replaced and given its old time.
        Ok(state) => state != (source.bytes, source.modified, source.changed),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The length and the times of a document's file; of several files, their sum and the latest.
fn state(source: &Source) -> std::io::Result<(u64, i128, i128)> {
    let of_file = |file: &Path| {
        let now = fs::metadata(file)?;
        Ok((now.len(), discover::modified(&now), discover::changed(&now)))
    };
    let Some((first, others)) = source.parts.split_first() else {
        return of_file(&source.file);
    };
    others.iter().try_fold(of_file(&first.file)?, |all, part| {
        let part = of_file(&part.file)?;
        let bytes = part.0.saturating_add(all.0);
        Ok((bytes, part.1.max(all.1), part.2.max(all.2)))
    })
}

/// The SHA-256 of a document that ended its workers; `None` as where [`has_id`] is false, and for members of
/// containers, which only a worker opens.
pub(super) fn quarantined_id(source: &Source) -> Option<String> {
    if !source.members.is_empty() {
        return None;
    }
    hash_source(source).ok()
}

/// Whether a document that failed has a SHA-256: not if its bytes cannot be read, or the file exceeds the
/// size limit, so that hashing it would take too long.
fn has_id(code: FailureCode) -> bool {
    !matches!(code, FailureCode::Unreadable | FailureCode::TooLarge)
}
