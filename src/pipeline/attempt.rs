//! What becomes of one document that is taken in hand?
//!
//! The same whether a thread of this process does it or a worker process: it is looked at, taken
//! to its record, and the record is written. Nothing is told to the catalogue here.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::copies::Made;
#[cfg(debug_assertions)]
use super::fault;
use super::plan::{Moved, Task};
use super::process::process_file_and_copy;
use super::tools::Tools;
use crate::catalogue::{Fingerprint, Outcome, hash_file};
use crate::document::{FailureCode, Record, Source};
use crate::{discover, emit};

/// What every attempt of a run needs.
pub(super) struct Attempts {
    output: PathBuf,
    tools: Tools,
    fingerprint: Fingerprint,
}

/// How an attempt ended.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Ended {
    /// Its bytes are what they were: its record stands.
    Same,
    /// It changed while it was read: whoever writes it is not done.
    Deferred,
    /// There is a record, or a reason why there is none.
    Processed {
        /// SHA-256 of its bytes, where they could be read.
        id: Option<String>,
        fingerprint: String,
        outcome: Outcome,
        duration_ms: u64,
    },
}

impl Attempts {
    pub(super) fn new(output: PathBuf, tools: Tools) -> Self {
        Self {
            output,
            fingerprint: tools.fingerprint(),
            tools,
        }
    }

    /// What the records of these attempts depend on.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Takes one document in hand; an error means that no record can be written any more.
    pub(super) fn attempt(&self, task: &Task) -> Result<Ended, emit::Error> {
        let started = Instant::now();
        if let Some(id) = &task.unless
            && hash_file(&task.source.file).is_ok_and(|now| now == *id)
        {
            return Ok(Ended::Same);
        }
        let moved = match &task.moved {
            Some(moved) if moved.stands => self.rewritten(&task.source, moved)?,
            _ => None,
        };
        let outcome = match moved {
            Some(outcome) => Some(outcome),
            None => self.outcome(task)?,
        };
        let Some((id, outcome)) = outcome else {
            return Ok(Ended::Deferred);
        };
        let fingerprint = match (&outcome, &id) {
            (Outcome::Done { .. }, Some(id)) => self.fingerprint.of_record(id),
            (_, id) => self.fingerprint.of_failure(id.as_deref()),
        };
        Ok(Ended::Processed {
            id,
            fingerprint,
            outcome,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// The record of a document that was moved, with its new path; nothing where the old record is
    /// not what it should be.
    fn rewritten(
        &self,
        source: &Source,
        moved: &Moved,
    ) -> Result<Option<(Option<String>, Outcome)>, emit::Error> {
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
        self.written(record, Made::default()).map(Some)
    }

    /// The document's SHA-256, as far as it is known, and its outcome; nothing where the file
    /// changed meanwhile, which may explain whatever came of it.
    fn outcome(&self, task: &Task) -> Result<Option<(Option<String>, Outcome)>, emit::Error> {
        #[cfg(debug_assertions)]
        fault::strike(&task.source);
        let processed = process_file_and_copy(&task.source, &self.tools);
        if has_changed(&task.source) {
            return Ok(None);
        }
        let (record, made) = match processed {
            Ok(processed) => processed,
            Err(failure) => {
                let id = id_of_failed(&task.source, failure.code);
                return Ok(Some((id, Outcome::Failed(failure))));
            }
        };
        #[cfg(debug_assertions)]
        fault::strike_disk(&task.source)?;
        self.written(record, made).map(Some)
    }

    /// Writes a record and its copies; where only this one cannot be written, that is its document's failure.
    fn written(
        &self,
        record: Record,
        made: Made,
    ) -> Result<(Option<String>, Outcome), emit::Error> {
        // The copies first: a record that is there says that they are.
        let path = &record.source.path;
        let written = emit::write_copies(&self.output, path, &made.copies)
            .and_then(|()| emit::write_record(&self.output, &record));
        let mut warnings = record.warnings;
        warnings.extend(made.warnings);
        let outcome = match written {
            Ok(file) => Outcome::Done {
                kind: record.kind,
                pages: record.pages.len(),
                warnings,
                record: file,
            },
            Err(error) => Outcome::Failed(error.document_failure().ok_or(error)?),
        };
        Ok((Some(record.id), outcome))
    }
}

/// Whether the file is no longer the one that was found, also because it is gone.
fn has_changed(source: &Source) -> bool {
    match fs::metadata(&source.file) {
        Ok(now) => (now.len(), discover::modified(&now)) != (source.bytes, source.modified),
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
