//! `diarium run`: start a run, show its progress, handle its interruption and print its summary.
//!
//! Standard output stays empty, for the records are files; only `--dry-run` prints there.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::arguments::Run;
use super::exit::Exit;
use super::logging::Logging;
use super::processing;
use super::progress::Progress;
use super::run_summary;
use super::sanitize::escape_control_chars;
use super::signals;
use super::worker;
use crate::catalogue::RunOutcome;
use crate::pipeline::{self, Counts, Prune, Redo, RunOptions, Summary};

/// What the first signal prints.
const INTERRUPTED: &str = "Finishing the current documents; interrupt again to stop immediately";

/// Processes the documents, or with `--dry-run` lists what would be processed.
pub(super) fn run(arguments: &Run, logging: &Logging) -> anyhow::Result<Exit> {
    let options = options(arguments)?;
    if arguments.dry_run {
        return dry_run(&options, logging);
    }
    // Not for a dry run: it writes nothing that would have to be completed, so a signal may end it at
    // once.
    signals::cancel_on_signal(&options.cancel, logging, INTERRUPTED)?;
    let progress = Progress::new(logging);
    let result = pipeline::run(&options, &progress);
    // Before the error or the summary: a bar would be drawn over it.
    progress.end();
    let summary = result?;
    run_summary::print(&summary, arguments, logging);
    Ok(exit(&summary))
}

fn exit(summary: &Summary) -> Exit {
    match summary.outcome {
        // A scheduled run over a disk that is not mounted must not look like success.
        _ if !summary.missing_inputs.is_empty() => Exit::Stopped,
        RunOutcome::Interrupted => Exit::Interrupted,
        RunOutcome::Stopped => Exit::Stopped,
        RunOutcome::Finished if has_failures(&summary.counts) => Exit::SomeFailed,
        RunOutcome::Finished => Exit::Success,
    }
}

/// Whether the run must not look like success.
fn has_failures(counts: &Counts) -> bool {
    // A document in a damaged container is no failure of its own, and may have a record that is outdated.
    counts.failed + counts.unreadable + counts.source_unreadable > 0
}

/// Prints one line per document on standard output, and a summary on standard error.
fn dry_run(options: &RunOptions, logging: &Logging) -> anyhow::Result<Exit> {
    let planned = pipeline::dry_run(options)?;
    let mut output = io::stdout().lock();
    for document in &planned.documents {
        let path = escape_control_chars(&document.path);
        match &document.moved_from {
            Some(from) => {
                let from = escape_control_chars(from);
                writeln!(output, "{} {from} -> {path}", document.action)?;
            }
            None => writeln!(output, "{} {path}", document.action)?,
        }
    }
    logging.print(&run_summary::of_dry_run(&planned));
    Ok(if planned.missing_inputs.is_empty() {
        Exit::Success
    } else {
        Exit::Stopped
    })
}

fn options(arguments: &Run) -> anyhow::Result<RunOptions> {
    let read = processing::limited_read_options(&arguments.processing)?;
    let workers = if arguments.in_process {
        None
    } else {
        Some(worker::command(arguments, read.passwords.clone())?)
    };
    Ok(RunOptions {
        inputs: arguments.inputs.clone(),
        selection: processing::selection(&arguments.selection)?,
        output: arguments.out.clone(),
        jobs: arguments.jobs.unwrap_or_else(processing::available_cores),
        workers,
        profiles: arguments.processing.profiles.clone(),
        letterhead: arguments.processing.letterhead.clone(),
        redo: match (arguments.force, arguments.retry_failed) {
            // --force includes --retry-failed.
            (true, _) => Redo::Everything,
            (false, true) => Redo::Failed,
            (false, false) => Redo::Nothing,
        },
        root: arguments.root.clone(),
        prune: match (arguments.prune, arguments.prune_withdrawn) {
            // --prune-withdrawn includes --prune.
            (_, true) => Prune::WithdrawnToo,
            (true, false) => Prune::Records,
            (false, false) => Prune::Nothing,
        },
        verify_records: arguments.verify_records,
        shard: arguments.shard,
        read,
        renditions: processing::renditions(&arguments.processing),
        readings_limit: arguments.processing.readings_limit,
        cancel: Arc::new(AtomicBool::new(false)),
    })
}
