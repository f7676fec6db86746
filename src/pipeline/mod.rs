//! In which order, on how many cores, and what if a document dies?
//!
//! The only room that knows the road. [`process()`] is the road of one document, from its pages to
//! its record; [`run`] takes a folder along it: what is new according to the catalogue, on all
//! cores, each document on its own, outcomes written down by one thread. Memory depends on the
//! number of threads and on the largest documents, not on how many there are; only their names are
//! held for the whole of a run.

mod assemble;
mod attempt;
mod clock;
mod copies;
mod departed;
mod error;
mod export;
#[cfg(debug_assertions)]
mod fault;
mod feed;
mod isolate;
mod merge;
mod observer;
mod plan;
mod process;
mod reading;
mod shard;
mod summary;
mod tools;
mod work;
mod workers;
mod write;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalogue::{
    Canonical, Catalogue, EndedRun, Fingerprint, InHand, Lock, NewRun, RunId, RunOutcome, Unseen,
};
use crate::discover::discover;
use crate::readings::{self, ReadingCache};
use crate::{emit, read};

pub use copies::Copies;
pub use error::Error;
pub use export::{ExportObserver, ExportOptions, Exported, export};
pub use merge::{Conflict, Merged, merge};
pub use observer::{Finished, Observer};
pub use process::{Walked, explain_bytes, explain_file, process, process_bytes, process_file};
pub use shard::{NoShard, Shard};
pub use summary::{Counts, Summary};
pub use tools::{Tools, read_profiles};
pub use workers::{Workers, restrict_worker, serve};

use attempt::Attempts;
use write::Journal;

/// The name of a run's summary in the output folder.
const SUMMARY_FILE: &str = "run.json";

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
    /// Whether the records of documents that are gone are taken away.
    pub prune: bool,
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
    /// The bounds within which a document may bring down what works on it, for fingerprints.
    fn bounds(&self) -> String {
        let bounds = Canonical::new("bounds");
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
pub fn run(options: &RunOptions, observer: &dyn Observer) -> Result<Summary, Error> {
    let mut summary = Summary::start(&options.inputs);
    let tools = Tools {
        copies: options.copies,
        readings: options.reading_cache(),
        ..Tools::load(options.profiles.as_deref(), options.read.clone())?
    };
    let mut discovered = discover(&options.inputs, Some(&options.output))?;
    let lock = Lock::take(&options.output)?;
    let mut catalogue = Catalogue::open(&lock)?;
    if catalogue.was_cut_short()? {
        emit::sweep(&options.output);
    }
    let mut in_hand = InHand::open(&lock)?;
    let attempts = Attempts::new(options.output.clone(), tools);
    let run = catalogue.start_run(&new_run(options, attempts.fingerprint(), &summary))?;
    let outcome = (|| {
        discovered.sources = shard::keep_own(discovered.sources, &mut catalogue, options)?;
        summary.discovered(&discovered);
        for trouble in &discovered.troubles {
            observer.trouble(trouble);
        }
        let fingerprint = attempts.fingerprint();
        let plan = plan::plan(&discovered, &mut catalogue, run, options, fingerprint)?;
        summary.planned(&plan);
        observer.planned(summary.counts.found, plan.work());
        let output = &options.output;
        let mut journal = Journal::new(output, &mut catalogue, run, observer, &mut summary);
        work::work(&plan, options, &attempts, &mut in_hand, &mut journal)?;
        remove(
            &plan.departed.gone,
            &mut catalogue,
            run,
            options,
            &mut summary,
        )?;
        summary.counts.duplicates = catalogue.duplicates(run)?;
        Ok(())
    })();
    readings::evict(&options.output, options.readings_limit);
    end(&mut catalogue, run, summary, outcome, options)
}

fn new_run(options: &RunOptions, fingerprint: &Fingerprint, summary: &Summary) -> NewRun {
    let workers = options.workers.as_ref();
    NewRun {
        started: summary.started.clone(),
        version: fingerprint.version.clone(),
        profiles: fingerprint.profiles.clone(),
        engine: fingerprint.engine.clone(),
        options: serde_json::json!({
            "inputs": summary.inputs,
            "jobs": options.jobs,
            "profiles": options.profiles.as_deref().map(Path::to_string_lossy),
            "redo": format!("{:?}", options.redo).to_lowercase(),
            "prune": options.prune,
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
    gone: &[Unseen],
    catalogue: &mut Catalogue,
    run: RunId,
    options: &RunOptions,
    summary: &mut Summary,
) -> Result<(), Error> {
    if options.cancel.load(Ordering::Relaxed) {
        return Ok(());
    }
    let now = gone.iter().filter(|gone| !gone.removed);
    catalogue.mark_removed(run, now.clone().map(|gone| gone.path.as_str()))?;
    summary.removed(now.count());
    if options.prune {
        for gone in gone {
            if let Some(record) = &gone.record {
                emit::remove_record(&options.output, &gone.path, record)?;
            }
        }
        catalogue.mark_pruned(gone.iter().map(|gone| gone.path.as_str()))?;
        summary.pruned(gone.len());
    }
    Ok(())
}

/// Writes down how the run ended. Where it could not go on, that is told rather than whatever
/// trouble this makes on top: the same disk is full here too.
fn end(
    catalogue: &mut Catalogue,
    run: RunId,
    mut summary: Summary,
    outcome: Result<(), Error>,
    options: &RunOptions,
) -> Result<Summary, Error> {
    summary.end(match &outcome {
        Err(_) => RunOutcome::Stopped,
        Ok(()) if options.cancel.load(Ordering::Relaxed) => RunOutcome::Interrupted,
        Ok(()) => RunOutcome::Finished,
    });
    let ended = EndedRun {
        ended: summary.ended.clone(),
        counts: serde_json::json!(summary.counts),
        outcome: summary.outcome,
        pages: summary.pages,
        seconds: summary.seconds,
    };
    let noted = catalogue.end_run(run, &ended);
    let written = emit::write_json(&options.output.join(SUMMARY_FILE), &summary);
    outcome?;
    noted?;
    written?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
