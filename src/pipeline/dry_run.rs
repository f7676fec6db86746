//! Dry run: report what a run would do, and change nothing.
//!
//! The plan is made by the same [planner](super::plan) as that of a run, on a temporary copy of the
//! catalogue. A dry run takes no lock, so that it does not disturb a run in the same folder.

use std::fmt;
use std::sync::atomic::Ordering;

use super::fingerprint::{quarantine_limits, run_fingerprint};
use super::plan::{Plan, Planner};
use super::roots::Roots;
use super::task::{Reason, Task};
use super::{Error, Prune, RunOptions, clock, shard};
use crate::catalogue::{Catalogue, Fingerprint, MissingDocument, NewRun, hash_file};
use crate::discover::{Discovered, discover};

/// What a run would do.
#[derive(Debug, Clone, Default)]
pub struct DryRun {
    /// The number of documents in the inputs.
    pub found: u64,
    /// Documents that would be processed, restored or removed, sorted by path.
    pub documents: Vec<PlannedDocument>,
    /// The number of documents whose record would stay as it is.
    pub unchanged: u64,
    /// The number of documents that failed earlier and would not be tried again.
    pub failed_earlier: u64,
    /// The number of documents that an empty or unreadable folder may hide.
    pub hidden: u64,
    /// Inputs that do not exist.
    pub missing_inputs: Vec<String>,
}

/// A document that a run would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDocument {
    /// What a run would do with it.
    pub action: Action,
    /// The path that the document has or would be assigned.
    pub path: String,
    /// The path that it had before its file was moved.
    pub moved_from: Option<String>,
}

/// What a run would do with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Process it.
    Process(Reason),
    /// Restore its withdrawn record.
    Restore,
    /// Quarantine it.
    Quarantine,
    /// Mark it as removed; its record stays.
    Remove,
    /// Delete its record.
    Prune,
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Process(reason) => return reason.fmt(formatter),
            Self::Restore => "restored",
            Self::Quarantine => "quarantine",
            Self::Remove => "removed",
            Self::Prune => "prune",
        })
    }
}

/// Plans a run on a copy of the catalogue. Nothing is written to the output folder, which need not
/// exist.
///
/// # Errors
/// If the inputs, the profiles or the catalogue cannot be used.
pub fn dry_run(options: &RunOptions) -> Result<DryRun, Error> {
    options.check_root_name()?;
    let fingerprint = run_fingerprint(&options.extractor()?, options.renditions);
    let mut discovered = discover(&options.inputs, Some(&options.output), &options.selection)?;
    let plan = plan(options, &mut discovered, &fingerprint)?;
    if options.cancel.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    let (documents, same) = documents(&plan, options.prune);
    let missing = discovered.missing.iter();
    Ok(DryRun {
        found: u64::try_from(discovered.files.len()).unwrap_or(u64::MAX),
        documents,
        unchanged: plan.unchanged + same,
        failed_earlier: plan.failed_earlier,
        hidden: plan.reconciliation.hidden,
        missing_inputs: missing
            .map(|missing| missing.named.to_string_lossy().into_owned())
            .collect(),
    })
}

/// Plans the run on a temporary copy of the catalogue, and leaves only the files of its shard.
fn plan(
    options: &RunOptions,
    discovered: &mut Discovered,
    fingerprint: &Fingerprint,
) -> Result<Plan, Error> {
    let copy = tempfile::tempdir().map_err(Error::Temporary)?;
    let mut catalogue = Catalogue::open_copy(&options.output, &copy.path().join("copy.db"))?;
    let started_ns = clock::now_ns();
    // The copy needs a run in which documents are marked as seen; its details are never read.
    let run = catalogue.start_run(&NewRun {
        started: clock::now(),
        started_ns,
        version: String::new(),
        profiles: String::new(),
        engine: String::new(),
        options: serde_json::json!({}),
    })?;
    let roots = Roots::resolve(discovered, &mut catalogue, options.root.as_deref())?;
    let files = std::mem::take(&mut discovered.files);
    discovered.files = shard::own_files(files, &mut catalogue, options, started_ns)?;
    Planner {
        folder: &options.output,
        catalogue: &mut catalogue,
        redo: options.redo,
        fingerprint,
        quarantine_limits: quarantine_limits(options.workers.as_ref()),
        checked: started_ns,
    }
    .plan(discovered, &roots, run)
}

/// What a run would do with the document of a task; `None` if its record would be kept.
fn action(task: &Task) -> Option<Action> {
    // As in a run, the bytes decide where size and times cannot.
    let has_bytes = |id: &String| hash_file(&task.source.file).is_ok_and(|now| now == *id);
    if task.keep_if.as_ref().is_some_and(has_bytes) {
        return None;
    }
    if task.restore_if.as_ref().is_some_and(has_bytes) {
        return Some(Action::Restore);
    }
    Some(Action::Process(task.reason))
}

/// What a run would do with a document whose file was deleted, if anything.
fn action_on_deleted(document: &MissingDocument, prune: Prune) -> Option<Action> {
    if prune.includes(document.withdrawn) {
        Some(Action::Prune)
    } else if document.removed {
        None
    } else {
        Some(Action::Remove)
    }
}

/// The documents that a run would change, and the number of those that would turn out unchanged.
fn documents(plan: &Plan, prune: Prune) -> (Vec<PlannedDocument>, u64) {
    let planned = |task: &Task, action| PlannedDocument {
        action,
        path: task.path().to_owned(),
        moved_from: task.moved.as_ref().map(|moved| moved.path.clone()),
    };
    let tasks = plan.tasks.iter().chain(&plan.suspects);
    let mut documents: Vec<_> = tasks
        .filter_map(|task| Some(planned(task, action(task)?)))
        .collect();
    let same = plan.tasks.len() + plan.suspects.len() - documents.len();
    let quarantined = plan.quarantined.iter();
    documents.extend(quarantined.map(|(task, _)| planned(task, Action::Quarantine)));
    let deleted = plan.reconciliation.deleted.iter();
    documents.extend(deleted.filter_map(|document| {
        Some(PlannedDocument {
            action: action_on_deleted(document, prune)?,
            path: document.path.clone(),
            moved_from: None,
        })
    }));
    // The tasks are in the order in which a run would process them, with suspects last.
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    (documents, u64::try_from(same).unwrap_or(u64::MAX))
}
