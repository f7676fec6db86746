//! Pipeline: process the documents of folders incrementally, in parallel and fault-tolerantly.
//!
//! [`run`] does the work of a run: it lists the inputs, plans what is new or changed according to
//! the catalogue, and lets the `supervisor` process these documents on all cores, each in isolation.
//! One thread, the `catalogue_writer`, records the outcomes.
//! [`process`](crate::process) does the work on one document. The other operations on output folders
//! are here as well: [`dry_run()`], [`merge()`], [`diff()`], [`forget()`] and [`export()`].
//!
//! The memory that a run needs depends on the number of jobs and on the largest documents, not on
//! the number of documents: only their paths are held for a whole run.

mod catalogue_writer;
mod clock;
mod content_hash;
mod context;
mod dataset;
mod diff;
mod dry_run;
mod error;
// A released program has the functions without the faults.
#[cfg_attr(
    not(any(feature = "fault-injection", debug_assertions)),
    path = "no_faults.rs"
)]
mod fault_injection;
mod fingerprint;
mod forget;
mod merge;
mod options;
mod output_guard;
mod path_assignment;
mod plan;
mod reconcile;
mod renditions;
mod roots;
mod shard;
mod summary;
mod supervisor;
mod task;
mod task_queue;
mod task_runner;
mod waves;
mod workers;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::catalogue::{
    CrashSuspect, DocumentRow, EndedRun, FileState, Fingerprint, InFlightJournal, MissingDocument,
    NewRun, RunId, RunOutcome,
};
use crate::discover::{Discovered, Issue, IssueCause, discover};
use crate::extractor::Extractor;
use crate::readings;
use crate::store::{CheckDepth, FileSystem, OsFileSystem, Store, inspect};
use diarium_document::Source;

pub use context::RunContext;
pub use dataset::{ExportObserver, ExportOptions, Exported, export};
pub use diff::{DiffCounts, Difference, diff};
pub use dry_run::{Action, DryRun, PlannedDocument, dry_run};
pub use error::Error;
pub use forget::{Forgotten, forget};
pub use merge::{Conflict, Merged, merge};
pub use options::{Prune, Redo, RunOptions};
pub use output_guard::resolve_destination;
pub use renditions::RenditionOptions;
pub use shard::{NoShard, Shard};
pub use summary::{Counts, Summary};
pub use task::Reason;
pub use workers::{Workers, heartbeat, receive_passwords, restrict_worker, serve};

use catalogue_writer::CatalogueWriter;
use fingerprint::quarantine_limits;
use plan::Planner;
use reconcile::reconcile_members;
use roots::Roots;
use supervisor::Supervisor;
use task_queue::InFlight;
use task_runner::TaskRunner;
use waves::Candidate;

/// The stack of a thread that processes documents.
// Deeply nested documents recurse deeply. Rust's default of 2 MiB is a quarter of what the main
// thread usually has (8 MiB on Linux), so that a document could overflow the stack in a job and not
// in `show`. Stacks take address space; memory only as far as they are used.
const STACK_BYTES: usize = 8 << 20;

/// Observes a run, for a person or for a log. All calls come from one thread.
pub trait Observer {
    /// An entry among the inputs is no document, or may hide some.
    fn issue(&self, issue: &Issue);

    /// A part of the plan is made: `found` documents are known so far, `tasks` of them are to be processed.
    /// Called for the files of the inputs, and again for what is in containers.
    fn planned(&self, found: u64, tasks: usize);

    /// A document of the plan is finished.
    fn finished(&self, finished: &Finished);
}

/// The result for one document of the plan.
#[derive(Debug)]
pub enum Finished {
    /// It was processed.
    Processed(Box<DocumentRow>),
    /// Its size or times changed and its bytes did not: its record is kept.
    Same {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of its file.
        state: FileState,
        /// Whether it is a container that is no document itself.
        is_container: bool,
    },
    /// Its bytes are again those of its withdrawn record, which is restored.
    Restored {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of its file.
        state: FileState,
    },
    /// It changed while it was read and is left for the next run.
    Deferred(Source),
}

/// Processes the new and changed documents of the inputs. Safe to repeat and to interrupt.
///
/// # Errors
/// If the run cannot start or cannot continue.
pub fn run(options: &RunOptions, observer: &dyn Observer) -> Result<Summary, Error> {
    run_on(
        options,
        observer,
        options.extractor()?,
        Arc::new(OsFileSystem),
    )
}

/// Like [`run`], with an extractor that exists already and on any file system.
///
/// # Errors
/// Like [`run`].
pub fn run_on(
    options: &RunOptions,
    observer: &dyn Observer,
    extractor: Extractor,
    file_system: Arc<dyn FileSystem>,
) -> Result<Summary, Error> {
    let mut summary = Summary::start(&options.inputs);
    let context = RunContext::new(extractor, options.renditions, options.reading_cache());
    options.check_root_name()?;
    // Before the store is opened: a wrong input creates no output folder.
    let discovered = discover(&options.inputs, Some(&options.output), &options.selection)?;
    let mut store = Store::open_on(&options.output, file_system)?;
    let mut in_flight = InFlightJournal::open(store.lock())?;
    let runner = TaskRunner::new(options.output.clone(), store.staging(), context);
    let new_run = new_run(options, runner.fingerprint(), &summary);
    let run = store.catalogue_mut().start_run(&new_run)?;
    let started = StartedRun {
        options,
        observer,
        runner: &runner,
        run,
        started_ns: new_run.started_ns,
    };
    let outcome = started.process(discovered, &mut store, &mut in_flight, &mut summary);
    // Whatever the outcome: a run that failed may have filled the cache beyond its limit.
    readings::evict(&options.output, options.readings_limit);
    let is_cancelled = options.cancel.load(Ordering::Relaxed);
    end(&mut store, run, summary, outcome, is_cancelled)
}

/// A run that the catalogue knows.
struct StartedRun<'s> {
    options: &'s RunOptions,
    observer: &'s dyn Observer,
    runner: &'s TaskRunner,
    run: RunId,
    started_ns: i128,
}

impl StartedRun<'_> {
    /// Plans the run, processes its documents and counts them in the summary.
    fn process(
        &self,
        mut discovered: Discovered,
        store: &mut Store,
        in_flight: &mut InFlightJournal,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let (options, run) = (self.options, self.run);
        let catalogue = store.catalogue_mut();
        let roots = Roots::resolve(&discovered, catalogue, options.root.as_deref())?;
        discovered.files = shard::own_files(discovered.files, catalogue, options, self.started_ns)?;
        report_issues(summary, &discovered, self.observer);
        // Before the plan, which then processes the documents of damaged records again.
        if options.verify_records {
            let findings = inspect(&options.output, store.catalogue(), CheckDepth::Content)?;
            store.repair(&findings)?;
        }
        let files = waves::files(&discovered, &roots);
        let deleted = self.process_waves(files, &discovered, store, in_flight, summary)?;
        // A cancelled run leaves deletions to the next one, which decides about them again.
        if !options.cancel.load(Ordering::Relaxed) {
            record_deleted(&deleted, store, run, options.prune, summary)?;
        }
        summary.counts.duplicates = store.catalogue().duplicates(run)?;
        let (withdrawn, unreadable) = store.catalogue().withdrawn_and_unreadable(run)?;
        summary.counts.withdrawn = withdrawn;
        summary.counts.source_unreadable = unreadable;
        summary.add_vanished(&discovered.inputs);
        Ok(())
    }

    /// Processes the files, then what is in those that are containers, and so on. Returns the documents that
    /// were deleted, unless the run is cancelled.
    fn process_waves(
        &self,
        files: Vec<Candidate>,
        discovered: &Discovered,
        store: &mut Store,
        in_flight: &mut InFlightJournal,
        summary: &mut Summary,
    ) -> Result<Vec<MissingDocument>, Error> {
        let (options, run) = (self.options, self.run);
        let suspects = store.catalogue_mut().count_crash_suspects()?;
        let slots = supervisor::slot_pool(options);
        let mut deferred = HashSet::new();
        let mut deleted = Vec::new();
        let mut tasks = 0;
        let (mut wave, mut is_first) = (files, true);
        while is_first || !wave.is_empty() {
            let mut planner = self.planner(store, &suspects);
            let plan = if is_first {
                planner.plan_files(&wave, discovered, run)?
            } else {
                planner.plan_members(&wave, run)?
            };
            summary.add_planned(wave.len(), &plan);
            tasks += plan.len();
            self.observer.planned(summary.counts.found, tasks);
            let mut writer = CatalogueWriter::new(store, run, self.observer, summary);
            let journal = InFlight::new(in_flight);
            Supervisor::new(&plan, options, self.runner, &journal, &slots).run(&mut writer)?;
            deferred.extend(writer.into_deferred());
            deleted.extend(plan.reconciliation.deleted);
            if options.cancel.load(Ordering::Relaxed) {
                return Ok(Vec::new());
            }
            let containers = store.catalogue().containers(run)?;
            wave = waves::members(&wave, &containers, &deferred);
            is_first = false;
        }
        deleted.extend(self.reconcile_members(discovered, &deferred, store, summary)?);
        Ok(deleted)
    }

    /// Finds the members that are gone, and stores which cannot be reached.
    fn reconcile_members(
        &self,
        discovered: &Discovered,
        deferred: &HashSet<String>,
        store: &mut Store,
        summary: &mut Summary,
    ) -> Result<Vec<MissingDocument>, Error> {
        let missing = reconcile_members(store.catalogue(), self.run, discovered, deferred)?;
        summary.add_hidden(missing.hidden);
        let unreachable = missing.unreachable.iter();
        let unreachable = unreachable.map(|(path, container)| (path.as_str(), container.as_str()));
        store
            .catalogue_mut()
            .mark_unreachable(self.run, unreachable)?;
        Ok(missing.deleted)
    }

    fn planner<'p>(
        &'p self,
        store: &'p mut Store,
        suspects: &'p HashMap<String, CrashSuspect>,
    ) -> Planner<'p> {
        Planner {
            folder: &self.options.output,
            catalogue: store.catalogue_mut(),
            redo: self.options.redo,
            fingerprint: self.runner.fingerprint(),
            quarantine_limits: quarantine_limits(self.options.workers.as_ref()),
            checked: self.started_ns,
            suspects,
        }
    }
}

/// Counts the entries that are no documents and reports them to the observer.
fn report_issues(summary: &mut Summary, discovered: &Discovered, observer: &dyn Observer) {
    summary.add_discovered(discovered);
    for issue in &discovered.issues {
        observer.issue(issue);
    }
    for missing in &discovered.missing {
        observer.issue(&Issue {
            path: missing.named.clone(),
            message: format!("input cannot be opened: {}", missing.source),
            cause: IssueCause::Unreadable,
        });
    }
}

/// The row of a run that starts.
fn new_run(options: &RunOptions, fingerprint: &Fingerprint, summary: &Summary) -> NewRun {
    let workers = options.workers.as_ref();
    NewRun {
        started: summary.started.clone(),
        started_ns: clock::now_ns(),
        version: fingerprint.version.clone(),
        profiles: fingerprint.profiles.clone(),
        engine: fingerprint.engine.clone(),
        options: serde_json::json!({
            "inputs": summary.inputs,
            // Only the number of globs: they may contain the names of documents that `forget` erases.
            "globs": options.selection.globs(),
            "jobs": options.jobs,
            "profiles": options.profiles.as_deref().map(Path::to_string_lossy),
            "letterhead": options.letterhead.as_deref().map(Path::to_string_lossy),
            "redo": options.redo.name(),
            "root": options.root,
            "prune": options.prune != Prune::Nothing,
            "prune_withdrawn": options.prune == Prune::WithdrawnToo,
            "verify_records": options.verify_records,
            "max_bytes": options.read.max_bytes,
            "memory": workers.map(|workers| workers.memory),
            "timeout": workers.map(|workers| workers.timeout.as_secs_f64()),
            "copies": options.renditions.names(),
            "readings_limit": options.readings_limit,
            "shard": options.shard.map(|shard| shard.to_string()),
        }),
    }
}

/// Turns the rows of documents whose files were deleted into tombstones, and prunes their records.
fn record_deleted(
    deleted: &[MissingDocument],
    store: &mut Store,
    run: RunId,
    prune: Prune,
    summary: &mut Summary,
) -> Result<(), Error> {
    let new = deleted.iter().filter(|document| !document.removed);
    let paths = new.clone().map(|document| document.path.as_str());
    store.catalogue_mut().mark_removed(run, paths)?;
    summary.set_removed(new.count());
    if prune != Prune::Nothing {
        let paths = deleted.iter().map(|document| document.path.as_str());
        let pruned = store.prune(paths, prune == Prune::WithdrawnToo)?;
        summary.set_pruned(pruned);
    }
    Ok(())
}

/// Records how the run ended, in the catalogue and in `run.json`.
fn end(
    store: &mut Store,
    run: RunId,
    mut summary: Summary,
    outcome: Result<(), Error>,
    is_cancelled: bool,
) -> Result<Summary, Error> {
    summary.end(match &outcome {
        Err(_) => RunOutcome::Stopped,
        Ok(()) if is_cancelled => RunOutcome::Interrupted,
        Ok(()) if !summary.missing_inputs.is_empty() => RunOutcome::Stopped,
        Ok(()) => RunOutcome::Finished,
    });
    let ended = EndedRun {
        ended: summary.ended.clone(),
        counts: serde_json::json!(summary.counts),
        outcome: summary.outcome,
        pages: summary.pages,
        seconds: summary.seconds,
    };
    let recorded = store.catalogue_mut().end_run(run, &ended);
    let written = store.write_summary(&summary);
    // The error that stopped the run comes first: it explains those that follow from it, such as a
    // summary that cannot be written to the same full disk.
    outcome?;
    store.clean_up()?;
    recorded?;
    written?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
