//! Planning: decide what a run does with each document.
//!
//! The plan depends on the catalogue, on the fingerprint of the run and on the size and times of the
//! files. A file is opened only if it may have been moved, or if its times cannot prove that its
//! bytes are the same. Everything else is left to the [task runner](super::task_runner).

use std::collections::HashMap;
use std::path::Path;

use super::content_hash::hash_source;
use super::path_assignment::PathAssigner;
use super::reconcile::{Reconciliation, find_moved, reconcile};
use super::task::{Reason, Task};
use super::waves::Candidate;
use super::{Error, Redo};
use crate::catalogue::{
    Catalogue, CrashSuspect, FileState, Fingerprint, KnownDocument, RecordFile, RunId,
    WithdrawnRecord, is_member,
};
use crate::discover::Discovered;
use crate::store::{Verified, verify_record};
use diarium_document::{FailureCode, Source};

/// What a run does.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Documents to process.
    pub(super) tasks: Vec<Task>,
    /// Documents to process one by one after those: they were in flight when a run crashed.
    pub(super) suspects: Vec<Task>,
    /// Documents to quarantine, with the number of runs that crashed while they were in flight.
    pub(super) quarantined: Vec<(Task, u32)>,
    /// The number of documents whose record is current.
    pub(super) unchanged: u64,
    /// The number of containers that need not be opened, because their members are known.
    pub(super) containers: u64,
    /// The number of documents that failed earlier and would fail again.
    pub(super) failed_earlier: u64,
    /// Documents whose files were not found.
    pub(super) reconciliation: Reconciliation,
}

impl Plan {
    /// The number of documents that the run processes or quarantines.
    pub(super) fn len(&self) -> usize {
        self.tasks.len() + self.suspects.len() + self.quarantined.len()
    }
}

/// A document that was in flight in this many crashed runs is quarantined.
// A run may be killed for reasons of its own, such as a shutdown. After the first crash the document
// is a suspect, which is processed last and alone: four crashes in a row are its doing.
const MAX_CRASHES: u32 = 4;

/// What the run does with a document that the catalogue knows.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    Process(Reason),
    ProcessUnlessBytesAre(String),
    RestoreIfBytesAre(String, Reason),
    KeepRecord,
    KeepContainer,
    KeepFailure,
}

/// What planning verified by reading bytes, for the catalogue: the next run need not read them.
#[derive(Debug, Default)]
struct VerifiedFiles {
    /// Records with the expected bytes but another modification time.
    records: Vec<(i64, RecordFile)>,
    /// Input files with the expected bytes, by the path of their document.
    files: Vec<(String, FileState)>,
}

/// Tasks for documents that the catalogue does not know, with the names of their roots.
type NewTasks<'w> = Vec<(Task, &'w str)>;

/// Makes the plan of a run.
pub(super) struct Planner<'p> {
    /// The output folder.
    pub(super) folder: &'p Path,
    pub(super) catalogue: &'p mut Catalogue,
    pub(super) redo: Redo,
    pub(super) fingerprint: &'p Fingerprint,
    /// See [`quarantine_limits`](super::fingerprint::quarantine_limits).
    pub(super) quarantine_limits: String,
    /// When the inputs were listed, in nanoseconds since the Unix epoch.
    pub(super) checked: i128,
    /// The documents that were in flight when a run crashed.
    pub(super) suspects: &'p HashMap<String, CrashSuspect>,
}

impl Planner<'_> {
    /// Compares the files of the inputs with the catalogue.
    pub(super) fn plan_files(
        &mut self,
        files: &[Candidate],
        discovered: &Discovered,
        run: RunId,
    ) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let (known, mut new) = self.compare(files, run, &mut plan)?;
        // What is not marked as seen in this run is missing. What is in containers is not known yet.
        let mut missing = self.catalogue.missing(run)?;
        missing.retain(|document| !is_member(&document.identity.relative));
        plan.reconciliation = reconcile(missing, discovered);
        find_moved(&mut new, &mut plan.reconciliation.deleted, self.fingerprint);
        self.complete(plan, known, new)
    }

    /// Compares the members of containers with the catalogue.
    pub(super) fn plan_members(
        &mut self,
        members: &[Candidate],
        run: RunId,
    ) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        let (known, new) = self.compare(members, run, &mut plan)?;
        self.complete(plan, known, new)
    }

    /// The tasks for known documents, unless they are kept as they are, and for new ones.
    fn compare<'w>(
        &mut self,
        wave: &'w [Candidate],
        run: RunId,
        plan: &mut Plan,
    ) -> Result<(Vec<Task>, NewTasks<'w>), Error> {
        for candidate in wave {
            self.adopt_unknown(candidate)?;
        }
        let identities = wave.iter().map(|candidate| &candidate.identity);
        self.catalogue.mark_seen(run, identities)?;
        let (mut known, mut new) = (Vec::new(), Vec::new());
        let mut verified = VerifiedFiles::default();
        for candidate in wave {
            match self.catalogue.known(&candidate.identity)? {
                None => new.push((self.task(candidate, Reason::New), &*candidate.root)),
                Some(document) => {
                    let task = self.task(candidate, Reason::Changed);
                    known.extend(self.plan_known(task, document, plan, &mut verified));
                }
            }
        }
        self.catalogue.store_verified(&verified.records)?;
        self.catalogue.touch(run, &verified.files)?;
        Ok((known, new))
    }

    /// Adds the tasks to a plan.
    fn complete(
        &self,
        mut plan: Plan,
        mut known: Vec<Task>,
        mut new: NewTasks<'_>,
    ) -> Result<Plan, Error> {
        self.assign_paths(&mut new)?;
        known.extend(new.into_iter().map(|(task, _)| task));
        // By path, so that the order does not depend on which documents are new.
        known.sort_by(|one, other| one.source.relative.cmp(&other.source.relative));
        plan.add_tasks(known, self.suspects, self.redo);
        Ok(plan)
    }

    /// Gives a document whose root's folder is not known the identity of this one, if it has its path and
    /// length.
    fn adopt_unknown(&mut self, candidate: &Candidate) -> Result<(), Error> {
        // The catalogue of an early version, or one that was rebuilt from records, has no roots.
        let path = &candidate.source.relative;
        let unknown = self.catalogue.known_without_folder(path)?;
        let same = unknown.is_some_and(|known| {
            // The record of a member has its own length, the candidate that of the outermost container.
            !candidate.source.members.is_empty() || known.state.bytes == candidate.source.bytes
        });
        if same && self.catalogue.known(&candidate.identity)?.is_none() {
            self.catalogue.reidentify(path, &candidate.identity)?;
        }
        Ok(())
    }

    /// A task for a document of a wave.
    fn task(&self, candidate: &Candidate, reason: Reason) -> Task {
        Task::new(
            candidate.source.clone(),
            candidate.identity.clone(),
            self.checked,
            reason,
        )
    }

    /// The task for a document that the catalogue knows, unless it is kept as it is.
    fn plan_known(
        &self,
        mut task: Task,
        known: KnownDocument,
        plan: &mut Plan,
        verified: &mut VerifiedFiles,
    ) -> Option<Task> {
        task.source.relative.clone_from(&known.path);
        task.is_container = known.is_container;
        match self.decide(&task.source, &known, verified) {
            Decision::KeepRecord => {
                plan.unchanged += 1;
                return None;
            }
            Decision::KeepContainer => {
                plan.containers += 1;
                return None;
            }
            Decision::KeepFailure => {
                plan.failed_earlier += 1;
                return None;
            }
            Decision::Process(reason) => task.reason = reason,
            Decision::ProcessUnlessBytesAre(id) => task.keep_if = Some(id),
            Decision::RestoreIfBytesAre(id, reason) => {
                task.restore_if = Some(id);
                task.reason = reason;
            }
        }
        if task.reason == Reason::Outdated {
            task.outdated_record = known.record.map(|record| record.path);
        }
        Some(task)
    }

    /// The decision about a document that the catalogue knows.
    fn decide(
        &self,
        source: &Source,
        known: &KnownDocument,
        verified: &mut VerifiedFiles,
    ) -> Decision {
        let is_forced = self.redo == Redo::Everything;
        if known.is_container {
            return self.decide_container(source, known);
        }
        match (known.failure, &known.record, &known.id) {
            (Some(_), ..) if is_forced => Decision::Process(Reason::Forced),
            (Some(failure), ..) => self.decide_failed(source, known, failure, verified),
            (None, Some(record), Some(id)) => {
                match verify_record(self.folder, id, record) {
                    // Checked first: if the document fails now, a damaged record is not withdrawn.
                    Verified::Damaged => return Decision::Process(Reason::RecordDamaged),
                    Verified::Relisted(now) => verified.records.push((known.document, now)),
                    Verified::Intact => {}
                }
                if is_forced {
                    Decision::Process(Reason::Forced)
                } else if !self.fingerprint.is_of_record(&known.fingerprint, id) {
                    Decision::Process(Reason::Outdated)
                } else if known.state.is_unchanged(source) && !known.source_unreadable {
                    Decision::KeepRecord
                } else {
                    Decision::ProcessUnlessBytesAre(id.clone())
                }
            }
            // Its record was pruned, and its file is back.
            (None, ..) => Decision::Process(Reason::New),
        }
    }

    /// The decision about a container that is no document itself.
    fn decide_container(&self, source: &Source, known: &KnownDocument) -> Decision {
        let Some(id) = &known.id else {
            return Decision::Process(Reason::Changed);
        };
        if self.redo == Redo::Everything {
            Decision::Process(Reason::Forced)
        } else if known.fingerprint != self.fingerprint.of_container(id) {
            Decision::Process(Reason::Outdated)
        } else if known.state.is_unchanged(source) {
            Decision::KeepContainer
        } else {
            Decision::ProcessUnlessBytesAre(id.clone())
        }
    }

    /// The decision about a document that failed the last time.
    fn decide_failed(
        &self,
        source: &Source,
        known: &KnownDocument,
        failure: FailureCode,
        verified: &mut VerifiedFiles,
    ) -> Decision {
        let id = known.id.as_deref();
        let now = match failure {
            FailureCode::Quarantined => self.fingerprint.of_quarantine(id, &self.quarantine_limits),
            FailureCode::Encrypted => self.fingerprint.of_encrypted(id),
            _ => self.fingerprint.of_failure(id),
        };
        let is_same_file =
            known.state.is_unchanged(source) || self.has_same_bytes(source, known, verified);
        // The permissions of a file may change without a trace in its size or modification time.
        let would_fail_again =
            failure != FailureCode::Unreadable && is_same_file && known.fingerprint == now;
        if would_fail_again && self.redo == Redo::Nothing {
            return Decision::KeepFailure;
        }
        let reason = if is_same_file {
            Reason::Retry
        } else {
            Reason::Changed
        };
        let is_usable = |withdrawn: &&WithdrawnRecord| {
            let WithdrawnRecord {
                id,
                fingerprint,
                record,
            } = withdrawn;
            self.fingerprint.is_of_record(fingerprint, id)
                && verify_record(self.folder, id, record) != Verified::Damaged
        };
        match known.withdrawn.as_ref().filter(is_usable) {
            Some(withdrawn) => Decision::RestoreIfBytesAre(withdrawn.id.clone(), reason),
            None => Decision::Process(reason),
        }
    }

    /// Whether a file has the bytes of its document although its times cannot prove it, because it
    /// was checked right after it was written.
    fn has_same_bytes(
        &self,
        source: &Source,
        known: &KnownDocument,
        verified: &mut VerifiedFiles,
    ) -> bool {
        let Some(id) = known
            .id
            .as_ref()
            .filter(|_| known.state.has_same_stat(source))
        else {
            return false;
        };
        // Only a worker opens containers. The member is tried once more, and then its state is certain.
        if !source.members.is_empty() {
            return false;
        }
        let is_same = hash_source(source).is_ok_and(|now| now == *id);
        if is_same {
            let state = FileState {
                checked: self.checked,
                ..known.state
            };
            verified.files.push((known.path.clone(), state));
        }
        is_same
    }

    /// Assigns a path to each new or moved document.
    fn assign_paths(&self, new: &mut [(Task, &str)]) -> Result<(), Error> {
        let mut assigner = PathAssigner::new(self.catalogue);
        for (task, root) in new {
            let previous = task.moved.as_ref().map(|moved| moved.path.as_str());
            task.source.relative = assigner.assign(root, &task.source.relative, previous)?;
        }
        Ok(())
    }
}

impl Plan {
    /// Adds tasks: documents that were in flight when a run crashed are suspects, or quarantined.
    fn add_tasks(
        &mut self,
        tasks: Vec<Task>,
        suspects: &HashMap<String, CrashSuspect>,
        redo: Redo,
    ) {
        let mut suspects_by_crashes = Vec::new();
        for task in tasks {
            let suspect = suspects.get(task.path());
            let suspect = suspect.filter(|suspect| suspect.is_same_file(&task.source));
            match suspect.map_or(0, |suspect| suspect.crashes) {
                0 => self.tasks.push(task),
                crashes @ MAX_CRASHES.. if redo == Redo::Nothing => {
                    self.quarantined.push((task, crashes));
                }
                crashes => suspects_by_crashes.push((crashes, task)),
            }
        }
        // Those with the fewest crashes first: the last one may crash this run as well.
        suspects_by_crashes.sort_by_key(|(crashes, _)| *crashes);
        self.suspects = suspects_by_crashes
            .into_iter()
            .map(|(_, task)| task)
            .collect();
    }
}

#[cfg(test)]
mod tests;
