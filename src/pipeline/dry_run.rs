//! Dry run: report what a run would do, and change nothing.

use std::fmt;
use std::sync::atomic::Ordering;

use super::plan::{Plan, Planner, Reason, Task};
use super::roots::Roots;
use super::{Error, Prune, RunContext, RunOptions, check_root_name, clock, shard};
use crate::catalogue::{Catalogue, NewRun, hash_file};
use crate::discover::discover;

/// What a run would do.
#[derive(Debug, Clone, Default)]
pub struct DryRun {
    /// How many documents there are among the inputs.
    pub found: u64,
    /// Documents that something would be done about, in the order of their paths.
    pub documents: Vec<PlannedDocument>,
    /// How many records would stay as they are.
    pub unchanged: u64,
    /// How many documents failed earlier and would not be tried again.
    pub failed_earlier: u64,
    /// How many documents an empty or unreadable folder may hide.
    pub hidden: u64,
    /// Inputs that do not exist.
    pub missing_inputs: Vec<String>,
}

/// A document that something would be done about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedDocument {
    /// What would be done.
    pub action: Action,
    /// The path that the document has or would be assigned.
    pub path: String,
    /// The path that it had before its file was moved.
    pub moved_from: Option<String>,
}

/// What a run would do about a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Process it for the first time.
    New,
    /// Process it because its bytes changed.
    Changed,
    /// Give its record another path.
    Moved,
    /// Process it because of another version, other profiles or another engine.
    Outdated,
    /// Put its withdrawn record back.
    Restore,
    /// Process it because its record is gone or damaged.
    RecordDamaged,
    /// Try again what failed.
    Retry,
    /// Process it because the user asked for it.
    Forced,
    /// Quarantine it.
    Quarantine,
    /// Mark it as removed; its record stays.
    Remove,
    /// Take its record away.
    Prune,
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Outdated => "outdated",
            Self::Restore => "restored",
            Self::RecordDamaged => "record-damaged",
            Self::Retry => "retry",
            Self::Forced => "forced",
            Self::Quarantine => "quarantine",
            Self::Remove => "removed",
            Self::Prune => "prune",
        })
    }
}

impl From<Reason> for Action {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::New => Self::New,
            Reason::Changed => Self::Changed,
            Reason::Moved => Self::Moved,
            Reason::Outdated => Self::Outdated,
            Reason::RecordDamaged => Self::RecordDamaged,
            Reason::Retry => Self::Retry,
            Reason::Forced => Self::Forced,
        }
    }
}

/// Plans a run on a copy of the catalogue. Nothing is written to the output folder, which need not
/// exist, and no lock is taken: another run may be at work.
///
/// # Errors
/// If the inputs, the profiles or the catalogue cannot be used.
pub fn dry_run(options: &RunOptions) -> Result<DryRun, Error> {
    check_root_name(options)?;
    let context = RunContext::new(options.extractor()?, options.copies, None);
    let mut discovered = discover(&options.inputs, Some(&options.output))?;
    let copy = tempfile::tempdir().map_err(Error::Temporary)?;
    let mut catalogue = Catalogue::open_copy(&options.output, &copy.path().join("copy.db"))?;
    let fingerprint = context.fingerprint();
    let started_ns = clock::now_ns();
    let run = catalogue.start_run(&NewRun {
        started: clock::now(),
        started_ns,
        version: String::new(),
        profiles: String::new(),
        engine: String::new(),
        options: serde_json::json!({}),
    })?;
    let roots = Roots::resolve(&discovered, &mut catalogue, options.root.as_deref())?;
    discovered.files = shard::keep_own(discovered.files, &mut catalogue, options, started_ns)?;
    let plan = Planner {
        folder: &options.output,
        catalogue: &mut catalogue,
        options,
        fingerprint,
        checked: started_ns,
    }
    .plan(&discovered, &roots, run)?;
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
        hidden: plan.reconciled.hidden,
        missing_inputs: missing
            .map(|missing| missing.named.to_string_lossy().into_owned())
            .collect(),
    })
}

/// What would be done about a document, if anything: its bytes are compared where its times do not
/// tell whether they changed, as a run does.
fn action(task: &Task) -> Option<Action> {
    let has_bytes = |id: &String| hash_file(&task.source.file).is_ok_and(|now| now == *id);
    if task.unless.as_ref().is_some_and(has_bytes) {
        return None;
    }
    Some(match task.restore.as_ref().is_some_and(has_bytes) {
        true => Action::Restore,
        false => task.reason.into(),
    })
}

/// The documents that something would be done about, and how many would turn out to be unchanged.
fn documents(plan: &Plan, prune: Prune) -> (Vec<PlannedDocument>, u64) {
    let planned = |task: &Task, action| PlannedDocument {
        action,
        path: task.source.relative.clone(),
        moved_from: task.moved.as_ref().map(|moved| moved.from.path.clone()),
    };
    let tasks = plan.tasks.iter().chain(&plan.suspects);
    let tasks: Vec<_> = tasks
        .filter_map(|task| Some(planned(task, action(task)?)))
        .collect();
    let same = plan.tasks.len() + plan.suspects.len() - tasks.len();
    let quarantined = plan.quarantined.iter();
    let quarantined = quarantined.map(|(task, _)| planned(task, Action::Quarantine));
    let gone = plan.reconciled.gone.iter().filter_map(|gone| {
        let is_pruned = match prune {
            Prune::Nothing => false,
            Prune::Records => !gone.withdrawn,
            Prune::WithdrawnToo => true,
        };
        let action = match (is_pruned, gone.removed) {
            (true, _) => Action::Prune,
            (false, false) => Action::Remove,
            (false, true) => return None,
        };
        Some(PlannedDocument {
            action,
            path: gone.path.clone(),
            moved_from: None,
        })
    });
    let mut documents: Vec<_> = tasks.into_iter().chain(quarantined).chain(gone).collect();
    documents.sort_by(|one, other| one.path.cmp(&other.path));
    (documents, u64::try_from(same).unwrap_or(u64::MAX))
}
