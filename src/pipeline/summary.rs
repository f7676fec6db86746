//! Summary of a run: counts, for people and for `run.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Serialize, Serializer};

use super::clock;
use super::observer::Finished;
use super::plan::Plan;
use crate::catalogue::{Outcome, RunOutcome};
use crate::discover::{Discovered, Input, IssueCause};
use diarium_document::{FailureCode, WarningCode};

/// What came of a run; `run.json` holds the same. Kinds, pages and codes are of the documents
/// processed in this run; `status` tells of all.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The version of diarium.
    pub version: String,
    /// When the run started, RFC 3339.
    pub started: String,
    /// When it ended.
    pub ended: String,
    /// How long it took.
    pub seconds: f64,
    /// How it ended.
    #[serde(serialize_with = "word")]
    pub outcome: RunOutcome,
    /// The inputs as the user named them.
    pub inputs: Vec<String>,
    /// Inputs that did not exist, or that disappeared while the run was at work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_inputs: Vec<String>,
    /// How many documents of each outcome.
    pub counts: Counts,
    /// Records by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Pages in them.
    pub pages: u64,
    /// Warnings by code.
    pub warnings: BTreeMap<WarningCode, u64>,
    /// Failures by code.
    pub failures: BTreeMap<String, u64>,
    #[serde(skip)]
    clock: Instant,
}

/// How many documents of each outcome. A run that came to its end has found as many as are done,
/// unchanged, moved, restored, failed and deferred.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Documents among the inputs.
    pub found: u64,
    /// Processed, with a record.
    pub done: u64,
    /// Not processed: the record stands.
    pub unchanged: u64,
    /// Met under another path before: the record tells the new one.
    pub moved: u64,
    /// Earlier records of failed documents that were withdrawn.
    pub withdrawn: u64,
    /// Those of the failed whose source could not be read, so that their record is kept.
    pub source_unreadable: u64,
    /// Documents whose withdrawn record was put back, because they have its bytes again.
    pub restored: u64,
    /// Those whose bytes another of the found has too; each has its record.
    pub duplicates: u64,
    /// Not found any more, of those that were there the last time; their records stay.
    pub removed: u64,
    /// Those not found any more whose records were taken away.
    pub pruned: u64,
    /// Neither found nor gone for sure: their folder is empty or cannot be looked into.
    pub hidden: u64,
    /// Without a record, for a reason found now or in an earlier run.
    pub failed: u64,
    /// Those of the failed that were not tried again.
    pub failed_earlier: u64,
    /// Those of the failed that brought down what worked on them.
    pub quarantined: u64,
    /// Values that differ from those in the records that another version, other profiles or another
    /// engine made of the same bytes.
    pub changed_values: u64,
    /// Left for the next run: they changed while they were read.
    pub deferred: u64,
    /// Files and folders that could not be looked into.
    pub unreadable: u64,
    /// What is no plain file: pipes, devices, links to folders or to nothing.
    pub skipped: u64,
}

impl Counts {
    /// Documents that an interrupted run left for the next.
    pub fn left(&self) -> u64 {
        self.found.saturating_sub(
            self.done + self.unchanged + self.moved + self.restored + self.failed + self.deferred,
        )
    }
}

impl Summary {
    pub(super) fn start(inputs: &[PathBuf]) -> Self {
        let started = clock::now();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ended: started.clone(),
            started,
            seconds: 0.0,
            outcome: RunOutcome::Stopped,
            inputs: inputs
                .iter()
                .map(|input| input.to_string_lossy().into_owned())
                .collect(),
            missing_inputs: Vec::new(),
            counts: Counts::default(),
            kinds: BTreeMap::new(),
            pages: 0,
            warnings: BTreeMap::new(),
            failures: BTreeMap::new(),
            clock: Instant::now(),
        }
    }

    pub(super) fn discovered(&mut self, discovered: &Discovered) {
        self.counts.found = count(discovered.files.len());
        for missing in &discovered.missing {
            let named = missing.named.to_string_lossy().into_owned();
            self.missing_inputs.push(named);
        }
        for issue in &discovered.issues {
            match issue.cause {
                IssueCause::Unreadable => self.counts.unreadable += 1,
                IssueCause::NotAFile => self.counts.skipped += 1,
            }
        }
    }

    pub(super) fn planned(&mut self, plan: &Plan) {
        self.counts.unchanged = plan.unchanged;
        self.counts.failed_earlier = plan.failed_earlier;
        self.counts.hidden = plan.reconciled.hidden;
        self.counts.failed = self.counts.failed_earlier;
    }

    pub(super) fn finished(&mut self, finished: &Finished) {
        let row = match finished {
            Finished::Same { .. } => {
                self.counts.unchanged += 1;
                return;
            }
            Finished::Restored { .. } => {
                self.counts.restored += 1;
                return;
            }
            Finished::Deferred(_) => {
                self.counts.deferred += 1;
                return;
            }
            Finished::Processed(row) => row,
        };
        self.counts.changed_values += row.changed_values;
        match &row.outcome {
            Outcome::Done { .. } if row.moved_from.is_some() => self.counts.moved += 1,
            Outcome::Failed(failure) => self.failed(failure.code),
            Outcome::Done {
                kind,
                pages,
                warnings,
                ..
            } => {
                self.counts.done += 1;
                *self.kinds.entry(kind.clone()).or_default() += 1;
                self.pages += count(*pages);
                for warning in warnings {
                    *self.warnings.entry(warning.code).or_default() += 1;
                }
            }
        }
    }

    fn failed(&mut self, code: FailureCode) {
        self.counts.failed += 1;
        self.counts.quarantined += u64::from(code == FailureCode::Quarantined);
        *self.failures.entry(code.to_string()).or_default() += 1;
    }

    pub(super) fn removed(&mut self, documents: usize) {
        self.counts.removed = count(documents);
    }

    pub(super) fn pruned(&mut self, documents: usize) {
        self.counts.pruned = count(documents);
    }

    /// Notes the inputs that disappeared while the run was at work: their documents look as if they
    /// had changed while they were read.
    pub(super) fn vanished(&mut self, inputs: &[Input]) {
        if self.counts.deferred == 0 {
            return;
        }
        for input in inputs {
            let is_gone = match input.is_folder {
                true => fs::read_dir(&input.real).map_or(true, |mut files| files.next().is_none()),
                false => !input.real.exists(),
            };
            if is_gone {
                let named = input.named.to_string_lossy().into_owned();
                self.missing_inputs.push(named);
            }
        }
    }

    pub(super) fn end(&mut self, outcome: RunOutcome) {
        self.ended = clock::now();
        self.seconds = (self.clock.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        self.outcome = outcome;
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn word<S: Serializer>(outcome: &RunOutcome, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(outcome.as_str())
}
