//! Planning: decide what a run does about each document.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::reconcile::{Reconciled, find_moved, reconcile};
use super::roots::Roots;
use super::{Error, Redo, RunOptions};
use crate::catalogue::{
    Catalogue, FileState, Fingerprint, Identity, Known, RecordFile, RunId, Suspect, Withdrawn,
    hash_file, path_key,
};
use crate::discover::{Discovered, InputFile};
use crate::store::{Verified, verify_record};
use diarium_document::{FailureCode, Source};

/// What a run is going to do, and leave.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Documents to process.
    pub(super) tasks: Vec<Task>,
    /// Documents to process last, one by one: they were in flight when a run crashed.
    pub(super) suspects: Vec<Task>,
    /// Documents that were in flight in so many such runs that they are processed no more.
    pub(super) quarantined: Vec<(Task, u32)>,
    /// How many documents' records stand.
    pub(super) unchanged: u64,
    /// How many documents failed earlier and would fail again.
    pub(super) failed_earlier: u64,
    /// Documents that are not there any more.
    pub(super) reconciled: Reconciled,
}

impl Plan {
    /// How many documents something is to be done about.
    pub(super) fn work(&self) -> usize {
        self.tasks.len() + self.suspects.len() + self.quarantined.len()
    }
}

/// In so many runs that crash may a document be in flight. A run may be killed for reasons of its
/// own; four in a row with the same document in flight, which by then was processed last and alone,
/// are the document's.
const RUNS_CUT_SHORT: u32 = 4;

/// A document to process.
#[derive(Debug)]
pub(super) struct Task {
    /// Its file; `source.relative` is the path that it was assigned.
    pub(super) source: Source,
    pub(super) identity: Identity,
    /// When the state of its file was read, in nanoseconds since the Unix epoch.
    pub(super) checked: i128,
    /// The record stands if the bytes still have this SHA-256.
    pub(super) unless: Option<String>,
    /// The withdrawn record is put back if the bytes have this SHA-256.
    pub(super) restore: Option<String>,
    /// The record that is there now, made by other tools.
    pub(super) outdated_record: Option<String>,
    /// What it was before its file was moved.
    pub(super) moved: Option<Moved>,
    pub(super) reason: Reason,
}

/// Why a document is processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It was not known.
    New,
    /// Its file may have changed.
    Changed,
    /// Its file was moved.
    Moved,
    /// Its record was made by another version, with other profiles or another engine.
    Outdated,
    /// Its record is gone or damaged.
    RecordDamaged,
    /// It failed and may succeed now.
    Retry,
    /// The user asked for it.
    Forced,
}

/// What a document was before its file was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Moved {
    /// SHA-256 of its bytes.
    pub(super) id: String,
    /// Whether its record needs nothing but another path.
    pub(super) stands: bool,
    pub(super) from: MovedFrom,
}

/// Where a document was before its file was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MovedFrom {
    /// The path that it was assigned.
    pub(super) path: String,
    /// Its record's file, relative to the output folder.
    pub(super) record: String,
}

/// What is to become of one document.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    Process(Reason),
    ProcessUnlessBytesAre(String),
    RestoreIfBytesAre(String, Reason),
    KeepRecord,
    KeepFailure,
}

/// What was found out while planning, to be stored.
#[derive(Debug, Default)]
struct LookedAt {
    /// Records that have their bytes but another time.
    records: Vec<(i64, RecordFile)>,
    /// Files that have their bytes, by the path of their document.
    files: Vec<(String, FileState)>,
}

/// Makes the plan of a run.
pub(super) struct Planner<'p> {
    /// The output folder.
    pub(super) folder: &'p Path,
    pub(super) catalogue: &'p mut Catalogue,
    pub(super) options: &'p RunOptions,
    pub(super) fingerprint: &'p Fingerprint,
    /// When the inputs were looked at, in nanoseconds since the Unix epoch.
    pub(super) checked: i128,
}

impl Planner<'_> {
    /// Asks the catalogue about each document, and about those that are not there any more. Size
    /// and times say whether the bytes may have changed; only what may have been moved is opened.
    pub(super) fn plan(
        &mut self,
        discovered: &Discovered,
        roots: &Roots,
        run: RunId,
    ) -> Result<Plan, Error> {
        let suspects = self.catalogue.suspects()?;
        let mut files = Vec::new();
        for found in &discovered.files {
            if let Some((identity, root)) = roots.identify(&found.path) {
                self.adopt_unknown(found, &identity)?;
                files.push((found, identity, root));
            }
        }
        let identities = files.iter().map(|(_, identity, _)| identity);
        self.catalogue.mark_seen(run, identities)?;
        let mut plan = Plan {
            reconciled: reconcile(self.catalogue.missing(run)?, &discovered.inputs),
            ..Plan::default()
        };
        let (mut new, mut known) = (Vec::new(), Vec::new());
        let mut looked_at = LookedAt::default();
        for (found, identity, root) in files {
            match self.catalogue.known(&identity)? {
                None => new.push((self.task(found, identity, Reason::New), root)),
                Some(document) => {
                    let task = self.task(found, identity, Reason::Changed);
                    known.extend(self.keep_or_take(task, document, &mut plan, &mut looked_at));
                }
            }
        }
        self.catalogue.record_verified(&looked_at.records)?;
        self.catalogue.touch(run, &looked_at.files)?;
        find_moved(&mut new, &mut plan.reconciled.gone, self.fingerprint);
        self.assign_paths(&mut new)?;
        known.extend(new.into_iter().map(|(task, _)| task));
        known.sort_by(|one, other| one.source.relative.cmp(&other.source.relative));
        plan.share_out(known, &suspects, self.options.redo);
        Ok(plan)
    }

    /// A document whose root's folder is not known is this file, if it has its path and length: the
    /// catalogue of an early version, or one that was rebuilt from records, does not know roots.
    fn adopt_unknown(&mut self, found: &InputFile, identity: &Identity) -> Result<(), Error> {
        let path = &found.source.relative;
        let unknown = self.catalogue.known_without_folder(path)?;
        let same = unknown.is_some_and(|known| known.state.bytes == found.source.bytes);
        if same && self.catalogue.known(identity)?.is_none() {
            self.catalogue.reidentify(path, identity)?;
        }
        Ok(())
    }

    fn task(&self, found: &InputFile, identity: Identity, reason: Reason) -> Task {
        Task {
            source: found.source.clone(),
            identity,
            checked: self.checked,
            unless: None,
            restore: None,
            outdated_record: None,
            moved: None,
            reason,
        }
    }

    /// The task for a document that is known, if something is to be done about it.
    fn keep_or_take(
        &self,
        mut task: Task,
        known: Known,
        plan: &mut Plan,
        looked_at: &mut LookedAt,
    ) -> Option<Task> {
        task.source.relative.clone_from(&known.path);
        match self.decide(&task.source, &known, looked_at) {
            Decision::KeepRecord => {
                plan.unchanged += 1;
                return None;
            }
            Decision::KeepFailure => {
                plan.failed_earlier += 1;
                return None;
            }
            Decision::Process(reason) => task.reason = reason,
            Decision::ProcessUnlessBytesAre(id) => task.unless = Some(id),
            Decision::RestoreIfBytesAre(id, reason) => {
                task.restore = Some(id);
                task.reason = reason;
            }
        }
        if task.reason == Reason::Outdated {
            task.outdated_record = known.record.map(|record| record.path);
        }
        Some(task)
    }

    fn decide(&self, source: &Source, known: &Known, looked_at: &mut LookedAt) -> Decision {
        let is_forced = self.options.redo == Redo::Everything;
        match (known.failure, &known.record, &known.id) {
            (Some(_), ..) if is_forced => Decision::Process(Reason::Forced),
            (Some(failure), ..) => self.decide_failed(source, known, failure, looked_at),
            (None, Some(record), Some(id)) => {
                match verify_record(self.folder, id, record) {
                    // Said first: a damaged record is not to be withdrawn should this fail.
                    Verified::Damaged => return Decision::Process(Reason::RecordDamaged),
                    Verified::Relisted(now) => looked_at.records.push((known.document, now)),
                    Verified::Intact => {}
                }
                if is_forced {
                    Decision::Process(Reason::Forced)
                } else if !self.fingerprint.is_of_record(&known.fingerprint, id) {
                    Decision::Process(Reason::Outdated)
                } else if known.state.is_certainly(source) && !known.source_unreadable {
                    Decision::KeepRecord
                } else {
                    Decision::ProcessUnlessBytesAre(id.clone())
                }
            }
            // Pruned earlier, and here again.
            (None, ..) => Decision::Process(Reason::New),
        }
    }

    fn decide_failed(
        &self,
        source: &Source,
        known: &Known,
        failure: FailureCode,
        looked_at: &mut LookedAt,
    ) -> Decision {
        let id = known.id.as_deref();
        let now = match failure {
            FailureCode::Quarantined => self.fingerprint.of_quarantine(id, &self.options.bounds()),
            _ => self.fingerprint.of_failure(id),
        };
        let is_same_file =
            known.state.is_certainly(source) || self.has_same_bytes(source, known, looked_at);
        // Rights to a file may change without a trace in its size or time.
        let is_hopeless =
            failure != FailureCode::Unreadable && is_same_file && known.fingerprint == now;
        if is_hopeless && self.options.redo == Redo::Nothing {
            return Decision::KeepFailure;
        }
        let reason = if is_same_file {
            Reason::Retry
        } else {
            Reason::Changed
        };
        let is_usable = |withdrawn: &&Withdrawn| {
            let Withdrawn {
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

    /// Whether a file that was looked at right after it was written still has its bytes.
    fn has_same_bytes(&self, source: &Source, known: &Known, looked_at: &mut LookedAt) -> bool {
        let Some(id) = known.id.as_ref().filter(|_| known.state.looks_like(source)) else {
            return false;
        };
        let is_same = hash_file(&source.file).is_ok_and(|now| now == *id);
        if is_same {
            let state = FileState {
                checked: self.checked,
                ..known.state
            };
            looked_at.files.push((known.path.clone(), state));
        }
        is_same
    }

    /// Gives each new or moved document a path that no other has. The first keeps its path below
    /// its input; a later one gets the name of its root before it; if that is taken too, `~2`, `~3`
    /// … after the root's name.
    fn assign_paths(&self, new: &mut [(Task, &str)]) -> Result<(), Error> {
        let mut taken = TakenPaths::default();
        for (task, root) in new {
            let except = task.moved.as_ref().map(|moved| moved.from.path.as_str());
            let plain = task.source.relative.clone();
            for path in candidates(root, &plain) {
                if taken.conflicts(&path) || self.catalogue.is_path_taken(&path, except)? {
                    continue;
                }
                taken.add(&path);
                task.source.relative = path;
                break;
            }
        }
        Ok(())
    }
}

/// The paths to try for a document, in order, without end.
pub(super) fn candidates(root: &str, plain: &str) -> impl Iterator<Item = String> {
    let first = [plain.to_owned(), format!("{root}/{plain}")];
    let numbered = (2_u64..).map(move |number| format!("{root}~{number}/{plain}"));
    first.into_iter().chain(numbered)
}

/// Paths that were assigned in this run and are not in the catalogue yet.
#[derive(Default)]
pub(super) struct TakenPaths {
    keys: HashSet<String>,
    /// The folders that their records need.
    folders: HashSet<String>,
}

impl TakenPaths {
    /// Whether a path is taken, or its record and another one could not both exist.
    pub(super) fn conflicts(&self, path: &str) -> bool {
        let key = path_key(path);
        let mut above = folders_of(&key);
        self.keys.contains(&key)
            || self.folders.contains(&key)
            || above.any(|folder| self.keys.contains(folder))
    }

    pub(super) fn add(&mut self, path: &str) {
        let key = path_key(path);
        self.folders.extend(folders_of(&key).map(str::to_owned));
        self.keys.insert(key);
    }
}

fn folders_of(key: &str) -> impl Iterator<Item = &str> {
    key.match_indices('/').map(|(at, _)| &key[..at])
}

impl Plan {
    /// Separates the documents that were in flight when a run crashed from the others.
    fn share_out(&mut self, tasks: Vec<Task>, suspects: &HashMap<String, Suspect>, redo: Redo) {
        let mut suspected = Vec::new();
        for task in tasks {
            let suspect = suspects.get(&task.source.relative);
            let suspect = suspect.filter(|suspect| suspect.is(&task.source));
            match suspect.map_or(0, |suspect| suspect.cut_short) {
                0 => self.tasks.push(task),
                cut_short @ RUNS_CUT_SHORT.. if redo == Redo::Nothing => {
                    self.quarantined.push((task, cut_short));
                }
                cut_short => suspected.push((cut_short, task)),
            }
        }
        // The least suspected first, so that the worst keeps no other from its turn.
        suspected.sort_by_key(|(cut_short, _)| *cut_short);
        self.suspects = suspected.into_iter().map(|(_, task)| task).collect();
    }
}

#[cfg(test)]
mod tests;
