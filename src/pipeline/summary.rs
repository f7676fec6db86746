//! Summary of a run: counts, for people and for `run.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Serialize, Serializer};

use super::Finished;
use super::clock;
use super::plan::Plan;
use crate::catalogue::{Outcome, RunOutcome};
use crate::discover::{Discovered, Input, IssueCause};
use diarium_document::{FailureCode, Warning, WarningCode};

/// The results of a run, which are also in `run.json`. Kinds, pages and codes are those of the
/// documents that this run processed; `status` counts all documents.
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
    #[serde(serialize_with = "outcome_name")]
    pub outcome: RunOutcome,
    /// The inputs as the user named them.
    pub inputs: Vec<String>,
    /// Inputs that did not exist or disappeared during the run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_inputs: Vec<String>,
    /// The number of documents by outcome.
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

/// The number of documents by outcome. After a run that finished, `found` is the sum of `done`,
/// `unchanged`, `moved`, `restored`, `failed` and `deferred`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Documents among the inputs, and in the containers among them.
    pub found: u64,
    /// Containers that are no documents themselves; what is in them is.
    pub containers: u64,
    /// Processed, with a record.
    pub done: u64,
    /// Not processed: the record is current.
    pub unchanged: u64,
    /// Known under another path before: the record has the new one.
    pub moved: u64,
    /// Earlier records of failed documents that were withdrawn.
    pub withdrawn: u64,
    /// Failed because the source could not be read: their earlier record is kept.
    pub source_unreadable: u64,
    /// Documents whose withdrawn record was restored, because they have its bytes again.
    pub restored: u64,
    /// Documents with the same bytes as another; each has its own record.
    pub duplicates: u64,
    /// Removed since the last run; their records stay.
    pub removed: u64,
    /// Removed documents whose records were deleted.
    pub pruned: u64,
    /// Not found and not certainly removed: their folder is empty or cannot be read.
    pub hidden: u64,
    /// Failed, in this run or in an earlier one.
    pub failed: u64,
    /// Failed in an earlier run and not tried again.
    pub failed_earlier: u64,
    /// Failed because they crashed or hung their worker.
    pub quarantined: u64,
    /// Values that differ from those in the records that another version, other profiles or another
    /// OCR engine made from the same bytes.
    pub changed_values: u64,
    /// Left for the next run: they changed while they were read.
    pub deferred: u64,
    /// Files and folders that could not be accessed.
    pub unreadable: u64,
    /// Entries that are no regular file: pipes, devices, links to folders, dangling links.
    pub skipped: u64,
    /// Companion files: what programs write beside documents, such as `Thumbs.db`.
    pub companions: u64,
    /// Files and folders that `--include` and `--exclude` leave out.
    pub left_out: u64,
}

impl Counts {
    /// The number of documents that an interrupted run left for the next.
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
            // Until the end is known: see `end`.
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

    pub(super) fn add_discovered(&mut self, discovered: &Discovered) {
        self.counts.companions = discovered.companions;
        self.counts.left_out = discovered.left_out;
        for missing in &discovered.missing {
            let named = missing.named.to_string_lossy().into_owned();
            self.missing_inputs.push(named);
        }
        for issue in &discovered.issues {
            match issue.cause {
                IssueCause::Unreadable => self.counts.unreadable += 1,
                IssueCause::NotAFile => self.counts.skipped += 1,
                // Counted by files: an issue may be a folder of them.
                IssueCause::Companion => {}
            }
        }
    }

    /// Adds the plan of a wave of `found` documents.
    pub(super) fn add_planned(&mut self, found: usize, plan: &Plan) {
        self.counts.found += count(found);
        self.add_containers(plan.containers);
        self.counts.unchanged += plan.unchanged;
        self.counts.failed_earlier += plan.failed_earlier;
        self.counts.failed += plan.failed_earlier;
        self.add_hidden(plan.reconciliation.hidden);
    }

    /// Adds containers, which were counted as documents before it was known what they are.
    fn add_containers(&mut self, containers: u64) {
        self.counts.containers += containers;
        self.counts.found = self.counts.found.saturating_sub(containers);
    }

    pub(super) fn add_hidden(&mut self, documents: u64) {
        self.counts.hidden += documents;
    }

    pub(super) fn add_finished(&mut self, finished: &Finished) {
        let row = match finished {
            Finished::Same {
                is_container: true, ..
            } => return self.add_containers(1),
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
            Outcome::Container { warnings } => {
                self.add_containers(1);
                self.add_warnings(warnings);
            }
            Outcome::Failed(failure) => self.add_failed(failure.code),
            Outcome::Done {
                kind,
                pages,
                warnings,
                ..
            } => {
                self.counts.done += 1;
                *self.kinds.entry(kind.clone()).or_default() += 1;
                self.pages += count(*pages);
                self.add_warnings(warnings);
            }
        }
    }

    fn add_warnings(&mut self, warnings: &[Warning]) {
        for warning in warnings {
            *self.warnings.entry(warning.code).or_default() += 1;
        }
    }

    fn add_failed(&mut self, code: FailureCode) {
        self.counts.failed += 1;
        self.counts.quarantined += u64::from(code == FailureCode::Quarantined);
        *self.failures.entry(code.to_string()).or_default() += 1;
    }

    pub(super) fn set_removed(&mut self, documents: usize) {
        self.counts.removed = count(documents);
    }

    pub(super) fn set_pruned(&mut self, documents: usize) {
        self.counts.pruned = count(documents);
    }

    /// Adds the inputs that disappeared during the run, such as an unmounted disk.
    pub(super) fn add_vanished(&mut self, inputs: &[Input]) {
        // Their documents look as if they had changed while they were read.
        if self.counts.deferred == 0 {
            return;
        }
        for input in inputs {
            let has_vanished = if input.is_folder {
                fs::read_dir(&input.real).map_or(true, |mut files| files.next().is_none())
            } else {
                !input.real.exists()
            };
            if has_vanished {
                let named = input.named.to_string_lossy().into_owned();
                self.missing_inputs.push(named);
            }
        }
    }

    pub(super) fn end(&mut self, outcome: RunOutcome) {
        self.ended = clock::now();
        // Whole milliseconds: `run.json` is for people, too.
        self.seconds = (self.clock.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        self.outcome = outcome;
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn outcome_name<S: Serializer>(outcome: &RunOutcome, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(outcome.as_str())
}
