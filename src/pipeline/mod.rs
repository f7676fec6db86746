//! In which order, on how many cores, and what if a document dies?
//!
//! The only room that knows the road. [`process()`] is the road of one document, from its pages to
//! its record; [`run`] takes a folder along it: what is new according to the catalogue, on all
//! cores, each document on its own, outcomes written down by one thread. Memory depends on the
//! number of threads and on the largest documents, not on how many there are; only their names are
//! held for the whole of a run.

mod assemble;
mod clock;
mod error;
mod export;
mod isolate;
mod observer;
mod plan;
mod process;
mod summary;
mod tools;
mod work;
mod write;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::catalogue::{Catalogue, EndedRun, Lock, NewRun, RunId, RunOutcome};
use crate::discover::discover;
use crate::{emit, read};

pub use error::Error;
pub use export::{ExportObserver, ExportOptions, Exported, export};
pub use observer::{Finished, Observer};
pub use process::{Walked, explain_bytes, explain_file, process, process_bytes, process_file};
pub use summary::{Counts, Summary};
pub use tools::{Tools, read_profiles};

use write::Journal;

/// The name of a run's summary in the output folder.
const SUMMARY_FILE: &str = "run.json";

/// What a run is to do.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Files and folders to process.
    pub inputs: Vec<PathBuf>,
    /// The output folder.
    pub output: PathBuf,
    /// How many documents at a time.
    pub jobs: NonZeroUsize,
    /// A folder with the user's own profiles.
    pub profiles: Option<PathBuf>,
    /// What is done again although nothing changed.
    pub redo: Redo,
    /// The limits within which documents are read.
    pub read: read::Options,
    /// Once set, no document is begun; those in hand are finished and written down.
    pub cancel: Arc<AtomicBool>,
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
    let tools = Tools::load(options.profiles.as_deref(), options.read.clone())?;
    let discovered = discover(&options.inputs, Some(&options.output))?;
    let lock = Lock::take(&options.output)?;
    let mut catalogue = Catalogue::open(&lock)?;
    if catalogue.was_cut_short()? {
        emit::sweep(&options.output);
    }
    let run = catalogue.start_run(&new_run(options, &tools, &summary))?;
    let outcome = (|| {
        summary.discovered(&discovered);
        for trouble in &discovered.troubles {
            observer.trouble(trouble);
        }
        let plan = plan::plan(discovered.sources, &catalogue, options, &tools)?;
        catalogue.mark_seen(run, &plan.unchanged)?;
        catalogue.mark_seen(run, &plan.failed_earlier)?;
        summary.planned(&plan);
        observer.planned(summary.counts.found, plan.tasks.len());
        let output = &options.output;
        let mut journal = Journal::new(output, &mut catalogue, run, observer, &mut summary);
        work::work(&plan.tasks, options, &tools, &mut journal)
    })();
    end(&mut catalogue, run, summary, outcome, options)
}

fn new_run(options: &RunOptions, tools: &Tools, summary: &Summary) -> NewRun {
    let fingerprint = tools.fingerprint();
    NewRun {
        started: summary.started.clone(),
        version: fingerprint.version,
        profiles: fingerprint.profiles,
        engine: fingerprint.engine,
        options: serde_json::json!({
            "inputs": summary.inputs,
            "jobs": options.jobs,
            "profiles": options.profiles.as_deref().map(Path::to_string_lossy),
            "redo": format!("{:?}", options.redo).to_lowercase(),
            "max_bytes": options.read.max_bytes,
        }),
    }
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
