//! Dry run: report what a run would do, and change nothing.
//!
//! The plan is made by the same [planner](super::plan) as that of a run, on a temporary copy of the
//! catalogue. A dry run takes no lock, so that it does not disturb a run in the same folder.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::Ordering;

use super::content_hash::hash_source;
use super::fingerprint::{quarantine_limits, run_fingerprint};
use super::plan::{Plan, Planner};
use super::reconcile::reconcile_members;
use super::roots::Roots;
use super::task::{Reason, Task};
use super::{Error, Prune, RunOptions, clock, shard, waves};
use crate::catalogue::{Catalogue, Fingerprint, MissingDocument, NewRun};
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
    /// The number of new or changed containers: what is in them is known once they are opened.
    pub unopened: u64,
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

/// The extensions of containers.
const CONTAINERS: [&str; 6] = ["eml", "gz", "mbox", "msg", "warc", "zip"];

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
    let discovered = discover(&options.inputs, Some(&options.output), &options.selection)?;
    let mut planned = plan(options, discovered, &fingerprint)?;
    if options.cancel.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    // The tasks are in the order in which a run would process them, with suspects last.
    let by_path = |one: &PlannedDocument, other: &PlannedDocument| one.path.cmp(&other.path);
    planned.documents.sort_by(by_path);
    Ok(planned)
}

/// Plans the run on a temporary copy of the catalogue.
fn plan(
    options: &RunOptions,
    mut discovered: Discovered,
    fingerprint: &Fingerprint,
) -> Result<DryRun, Error> {
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
    let roots = Roots::resolve(&discovered, &mut catalogue, options.root.as_deref())?;
    let files = std::mem::take(&mut discovered.files);
    discovered.files = shard::own_files(files, &mut catalogue, options, started_ns)?;
    let suspects = catalogue.count_crash_suspects()?;
    let mut planned = DryRun::default();
    let missing = discovered.missing.iter();
    planned.missing_inputs = missing
        .map(|missing| missing.named.to_string_lossy().into_owned())
        .collect();
    let mut wave = waves::files(&discovered, &roots);
    let mut left_out = HashSet::new();
    let mut is_first = true;
    while is_first || !wave.is_empty() {
        let mut planner = Planner {
            folder: &options.output,
            catalogue: &mut catalogue,
            redo: options.redo,
            fingerprint,
            quarantine_limits: quarantine_limits(options.workers.as_ref()),
            checked: started_ns,
            suspects: &suspects,
        };
        let plan = if is_first {
            planner.plan_files(&wave, &discovered, run)?
        } else {
            planner.plan_members(&wave, run)?
        };
        planned.add_wave(wave.len(), &plan, options.prune, &mut left_out);
        wave = waves::members(&wave, &catalogue.containers(run)?, &left_out);
        is_first = false;
    }
    let members = reconcile_members(&catalogue, run, &discovered, &left_out)?;
    planned.hidden += members.hidden;
    planned.add_deleted(&members.deleted, options.prune);
    Ok(planned)
}

impl DryRun {
    /// Adds the plan of a wave of `found` documents. The paths of those that would be processed are added
    /// to `left_out`: what is in them is known once they are opened.
    fn add_wave(
        &mut self,
        found: usize,
        plan: &Plan,
        prune: Prune,
        left_out: &mut HashSet<String>,
    ) {
        let mut containers = plan.containers;
        for task in plan.tasks.iter().chain(&plan.suspects) {
            match action(task) {
                None if task.is_container => containers += 1,
                None => self.unchanged += 1,
                Some(action) => {
                    left_out.insert(task.path().to_owned());
                    self.unopened += u64::from(task.is_container || may_be_container(task));
                    self.documents.push(planned(task, action));
                }
            }
        }
        for (task, _) in &plan.quarantined {
            self.documents.push(planned(task, Action::Quarantine));
        }
        let found = u64::try_from(found).unwrap_or(u64::MAX);
        self.found += found.saturating_sub(containers);
        self.unchanged += plan.unchanged;
        self.failed_earlier += plan.failed_earlier;
        self.hidden += plan.reconciliation.hidden;
        self.add_deleted(&plan.reconciliation.deleted, prune);
    }

    fn add_deleted(&mut self, deleted: &[MissingDocument], prune: Prune) {
        let deleted = deleted.iter().filter_map(|document| {
            Some(PlannedDocument {
                action: action_on_deleted(document, prune)?,
                path: document.path.clone(),
                moved_from: None,
            })
        });
        self.documents.extend(deleted);
    }
}

fn planned(task: &Task, action: Action) -> PlannedDocument {
    PlannedDocument {
        action,
        path: task.path().to_owned(),
        moved_from: task.moved.as_ref().map(|moved| moved.path.clone()),
    }
}

/// Whether a file that the catalogue does not know has the name of a container.
fn may_be_container(task: &Task) -> bool {
    let extension = diarium_read::extension(task.path());
    task.reason == Reason::New && CONTAINERS.contains(&&*extension)
}

/// What a run would do with the document of a task; `None` if its record would be kept.
fn action(task: &Task) -> Option<Action> {
    // As in a run, the bytes decide where size and times cannot. Only a worker opens containers.
    let is_member = !task.source.members.is_empty();
    let has_bytes =
        |id: &String| !is_member && hash_source(&task.source).is_ok_and(|now| now == *id);
    // A member is asked about only if its container has the same bytes, so that the member has them, too.
    if task
        .keep_if
        .as_ref()
        .is_some_and(|id| is_member || has_bytes(id))
    {
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
