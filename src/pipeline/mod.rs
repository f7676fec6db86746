//! Pipeline: run the stages over documents, incrementally and on all cores.
//!
//! The only room that knows the road. [`process()`] is the road of one document, from its pages to
//! its record; [`run`] takes a folder along it: what is new according to the catalogue, on all
//! cores, each document on its own, outcomes written down by one thread. Memory depends on the
//! number of threads and on the largest documents, not on how many there are; only their names are
//! held for the whole of a run.

mod attempt;
mod cached_reading;
mod clock;
mod context;
mod copies;
mod dataset;
mod diff;
mod dry_run;
mod error;
#[cfg(debug_assertions)]
mod fault;
mod forget;
mod isolate;
mod merge;
mod observer;
mod outside;
mod plan;
mod queue;
mod reconcile;
mod roots;
mod shard;
mod summary;
mod supervisor;
mod workers;
mod write;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalogue::{
    Canonical, EndedRun, Fingerprint, InHand, MissingDocument, NewRun, RunId, RunOutcome,
};
use crate::discover::{self, Discovered, discover};
use crate::extractor::Extractor;
use crate::readings::{self, ReadingCache};
use crate::store::{Depth, FileSystem, OsFileSystem, Store, inspect};
use diarium_read as read;

pub use context::RunContext;
pub use copies::Copies;
pub use dataset::{ExportObserver, ExportOptions, Exported, export};
pub use diff::{DiffCounts, Difference, diff};
pub use dry_run::{Action, DryRun, PlannedDocument, dry_run};
pub use error::Error;
pub use forget::{Forgotten, forget};
pub use merge::{Conflict, Merged, merge};
pub use observer::{Finished, Observer};
pub use outside::outside;
pub use shard::{NoShard, Shard};
pub use summary::{Counts, Summary};
pub use workers::{Workers, heartbeat, restrict_worker, serve};

pub(crate) use isolate::isolate;

use attempt::Attempts;
use plan::{Plan, Planner};
use roots::Roots;
use write::Journal;

/// Deeply nested documents recurse deeply; a thread's usual 2 MiB is a quarter of what the main
/// thread has. It is address space, not memory, until it is used.
const STACK_BYTES: usize = 8 << 20;

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Files and folders to process.
    pub inputs: Vec<PathBuf>,
    /// The output folder.
    pub output: PathBuf,
    /// How many documents at a time.
    pub jobs: NonZeroUsize,
    /// How documents are kept from hurting each other: each job has a worker process; without,
    /// documents are read in threads of this process, and one that aborts or hangs takes the run
    /// with it.
    pub workers: Option<Workers>,
    /// A folder with the user's own profiles.
    pub profiles: Option<PathBuf>,
    /// What is done again although nothing changed.
    pub redo: Redo,
    /// What the user calls the only input, so that other runs and machines recognize it under
    /// another path.
    pub root: Option<String>,
    /// Which records of documents that are gone are taken away.
    pub prune: Prune,
    /// Whether the bytes of all records and derived files are compared with what was written.
    pub verify_records: bool,
    /// Which of the documents to take; all where it is `None`.
    pub shard: Option<Shard>,
    /// The limits within which documents are read.
    pub read: read::Options,
    /// Which copies of documents leave beside their records.
    pub copies: Copies,
    /// How many bytes the reading cache may take; 0 turns it off.
    pub readings_limit: u64,
    /// Once set, no document is begun; those in hand are finished and written down.
    pub cancel: Arc<AtomicBool>,
}

impl RunOptions {
    /// The bounds within which a document may bring down what works on it, for fingerprints. They
    /// name the rule too: what was quarantined under another rule is tried once more.
    fn bounds(&self) -> String {
        let bounds = Canonical::new("bounds").text("rule", "machine faults free, CPU time");
        match &self.workers {
            None => bounds.text("isolation", "none"),
            Some(workers) => bounds
                .text("isolation", "processes")
                .number("memory", workers.memory)
                .number("timeout seconds", workers.timeout.as_secs())
                .number("nanoseconds", workers.timeout.subsec_nanos().into()),
        }
        .finish()
    }

    /// The extractor of a run with these options.
    fn extractor(&self) -> Result<Extractor, Error> {
        let profiles = self.profiles.as_deref();
        Ok(Extractor::load(profiles, self.read.clone())?)
    }

    /// The reading cache, if there is one. Who wants everything done again does not want what was
    /// read before.
    fn reading_cache(&self) -> Option<ReadingCache> {
        let access = match self.redo {
            Redo::Everything => readings::Access::Refresh,
            Redo::Failed | Redo::Nothing => readings::Access::Use,
        };
        ReadingCache::new(&self.output, self.readings_limit, access)
    }
}

/// Which records of documents that are gone are taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Those in use; withdrawn ones stay.
    Records,
    /// Withdrawn ones, too.
    WithdrawnToo,
}

/// What is done again although neither it nor diarium nor the profiles changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redo {
    /// Nothing.
    #[default]
    Nothing,
    /// What failed the last time.
    Failed,
    /// Everything.
    Everything,
}

/// Processes what is new or changed in the inputs. Safe to repeat and to interrupt.
///
/// # Errors
/// If the run did not start or could not go on.
pub fn run(options: &RunOptions, observer: &dyn Observer) -> Result<Summary, Error> {
    run_on(
        options,
        observer,
        options.extractor()?,
        Arc::new(OsFileSystem),
    )
}

/// The same with an extractor that was built before, on any file system.
///
/// # Errors
/// Like [`run`].
pub fn run_on(
    options: &RunOptions,
    observer: &dyn Observer,
    extractor: Extractor,
    disk: Arc<dyn FileSystem>,
) -> Result<Summary, Error> {
    let mut summary = Summary::start(&options.inputs);
    let context = RunContext::new(extractor, options.copies, options.reading_cache());
    check_root_name(options)?;
    let discovered = discover(&options.inputs, Some(&options.output))?;
    let mut store = Store::open_on(&options.output, disk)?;
    let mut in_hand = InHand::open(store.lock())?;
    let attempts = Attempts::new(options.output.clone(), store.staging(), context);
    let new_run = new_run(options, attempts.fingerprint(), &summary);
    let run = store.catalogue_mut().start_run(&new_run)?;
    let started = Started {
        options,
        observer,
        attempts: &attempts,
        run,
        started_ns: new_run.started_ns,
    };
    let outcome = started.process(discovered, &mut store, &mut in_hand, &mut summary);
    readings::evict(&options.output, options.readings_limit);
    end(&mut store, run, summary, outcome, options)
}

/// A run that is in the catalogue.
struct Started<'s> {
    options: &'s RunOptions,
    observer: &'s dyn Observer,
    attempts: &'s Attempts,
    run: RunId,
    started_ns: i128,
}

impl Started<'_> {
    /// From the files that were discovered to the counts of the summary.
    fn process(
        &self,
        mut discovered: Discovered,
        store: &mut Store,
        in_hand: &mut InHand,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let (options, run) = (self.options, self.run);
        let catalogue = store.catalogue_mut();
        let roots = Roots::resolve(&discovered, catalogue, options.root.as_deref())?;
        let files = discovered.files;
        discovered.files = shard::keep_own(files, catalogue, options, self.started_ns)?;
        note_troubles(summary, &discovered, self.observer);
        if options.verify_records {
            let findings = inspect(&options.output, store.catalogue(), Depth::Bytes)?;
            store.repair(&findings)?;
        }
        let plan = self.plan(&discovered, &roots, store)?;
        summary.planned(&plan);
        self.observer.planned(summary.counts.found, plan.work());
        let mut journal = Journal::new(store, run, self.observer, summary);
        supervisor::run_plan(&plan, options, self.attempts, in_hand, &mut journal)?;
        remove(&plan.reconciled.gone, store, run, options, summary)?;
        summary.counts.duplicates = store.catalogue().duplicates(run)?;
        let (withdrawn, unreadable) = store.catalogue().withdrawn_and_unreadable(run)?;
        summary.counts.withdrawn = withdrawn;
        summary.counts.source_unreadable = unreadable;
        summary.vanished(&discovered.inputs);
        Ok(())
    }

    fn plan(
        &self,
        discovered: &Discovered,
        roots: &Roots,
        store: &mut Store,
    ) -> Result<Plan, Error> {
        Planner {
            folder: &self.options.output,
            catalogue: store.catalogue_mut(),
            options: self.options,
            fingerprint: self.attempts.fingerprint(),
            checked: self.started_ns,
        }
        .plan(discovered, roots, self.run)
    }
}

/// A name can only be given to one folder.
fn check_root_name(options: &RunOptions) -> Result<(), Error> {
    match (&options.root, options.inputs.as_slice()) {
        (None, _) | (Some(_), [_]) => Ok(()),
        _ => Err(Error::RootName),
    }
}

fn note_troubles(summary: &mut Summary, discovered: &Discovered, observer: &dyn Observer) {
    summary.discovered(discovered);
    for trouble in &discovered.troubles {
        observer.trouble(trouble);
    }
    for missing in &discovered.missing {
        observer.trouble(&discover::Trouble {
            path: missing.named.clone(),
            message: format!("input cannot be opened: {}", missing.source),
            kind: discover::TroubleKind::Unreadable,
        });
    }
}

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
            "jobs": options.jobs,
            "profiles": options.profiles.as_deref().map(Path::to_string_lossy),
            "redo": format!("{:?}", options.redo).to_lowercase(),
            "root": options.root,
            "prune": options.prune != Prune::Nothing,
            "prune_withdrawn": options.prune == Prune::WithdrawnToo,
            "verify_records": options.verify_records,
            "max_bytes": options.read.max_bytes,
            "memory": workers.map(|workers| workers.memory),
            "timeout": workers.map(|workers| workers.timeout.as_secs_f64()),
            "copies": options.copies.names(),
            "readings_limit": options.readings_limit,
            "shard": options.shard.map(|shard| shard.to_string()),
        }),
    }
}

/// Marks documents whose files are gone, and takes their records away if that was asked for. What
/// was cut off leaves that to the next run.
fn remove(
    gone: &[MissingDocument],
    store: &mut Store,
    run: RunId,
    options: &RunOptions,
    summary: &mut Summary,
) -> Result<(), Error> {
    if options.cancel.load(Ordering::Relaxed) {
        return Ok(());
    }
    let now = gone.iter().filter(|gone| !gone.removed);
    let paths = now.clone().map(|gone| gone.path.as_str());
    store.catalogue_mut().mark_removed(run, paths)?;
    summary.removed(now.count());
    if options.prune != Prune::Nothing {
        let withdrawn_too = options.prune == Prune::WithdrawnToo;
        let pruned = store.prune(gone.iter().map(|gone| gone.path.as_str()), withdrawn_too)?;
        summary.pruned(pruned);
    }
    Ok(())
}

/// Stores how the run ended. Where it could not go on, that error is returned rather than whatever
/// trouble this makes on top: the same disk is full here too.
fn end(
    store: &mut Store,
    run: RunId,
    mut summary: Summary,
    outcome: Result<(), Error>,
    options: &RunOptions,
) -> Result<Summary, Error> {
    summary.end(match &outcome {
        Err(_) => RunOutcome::Stopped,
        Ok(()) if options.cancel.load(Ordering::Relaxed) => RunOutcome::Interrupted,
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
    let noted = store.catalogue_mut().end_run(run, &ended);
    let written = store.write_summary(&summary);
    outcome?;
    store.clean_up()?;
    noted?;
    written?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
