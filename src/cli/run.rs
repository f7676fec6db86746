//! `diarium run`: how is a run started, watched, interrupted and summed up?

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::Context;

use super::arguments::{LogFormat, Processing, Run};
use super::exit::{Exit, Usage};
use super::logging::Logging;
use super::plain::harmless;
use super::progress::Progress;
use super::{reading, worker};
use crate::catalogue::RunOutcome;
use crate::pipeline::{self, Counts, DryRun, Prune, Redo, RenditionOptions, RunOptions, Summary};
use diarium_read as read;

/// Runs, and says on standard error what came of it; standard output stays empty, for the records
/// are files.
pub(super) fn run(arguments: &Run, logging: &Logging) -> anyhow::Result<Exit> {
    let options = options(arguments)?;
    if arguments.dry_run {
        return dry_run(&options, logging);
    }
    let first = "finishing the documents in hand; interrupt again to stop at once";
    stop_on_signal(&options.cancel, logging, first)?;
    let progress = Progress::new(logging);
    let result = pipeline::run(&options, &progress);
    progress.end();
    let summary = result?;
    tell(&summary, arguments, logging);
    Ok(exit(&summary))
}

/// Prints what a run would do, a document a line, and a summary on standard error.
fn dry_run(options: &RunOptions, logging: &Logging) -> anyhow::Result<Exit> {
    let planned = pipeline::dry_run(options)?;
    let mut output = io::stdout().lock();
    for document in &planned.documents {
        let path = harmless(&document.path);
        match &document.moved_from {
            Some(from) => writeln!(output, "{} {} -> {path}", document.action, harmless(from))?,
            None => writeln!(output, "{} {path}", document.action)?,
        }
    }
    logging.say(&dry_run_summary(&planned));
    Ok(match planned.missing_inputs.is_empty() {
        true => Exit::Success,
        false => Exit::Stopped,
    })
}

fn dry_run_summary(planned: &DryRun) -> String {
    let mut lines = vec![format!(
        "{} found: {} would change, {} unchanged, {} failed earlier; nothing was written",
        counted(planned.found, "document"),
        planned.documents.len(),
        planned.unchanged,
        planned.failed_earlier,
    )];
    if planned.hidden > 0 {
        lines.push(format!(
            "{} not found but kept: their folder is empty or unreadable (is a disk not mounted?)",
            counted(planned.hidden, "document")
        ));
    }
    lines.extend(missing_inputs(&planned.missing_inputs));
    lines.join("\n")
}

/// A line for each input that is not there.
fn missing_inputs(inputs: &[String]) -> impl Iterator<Item = String> {
    let line = |input: &String| {
        format!("input {input} is missing; its documents were left alone, check the path")
    };
    inputs.iter().map(line)
}

fn options(arguments: &Run) -> anyhow::Result<RunOptions> {
    let workers = match arguments.in_process {
        true => None,
        false => Some(worker::command(arguments)?),
    };
    Ok(RunOptions {
        inputs: arguments.inputs.clone(),
        output: arguments.out.clone(),
        jobs: arguments.jobs.unwrap_or_else(cores),
        workers,
        profiles: arguments.processing.profiles.clone(),
        redo: match (arguments.force, arguments.retry_failed) {
            (true, _) => Redo::Everything,
            (false, true) => Redo::Failed,
            (false, false) => Redo::Nothing,
        },
        root: arguments.root.clone(),
        prune: match (arguments.prune, arguments.prune_withdrawn) {
            (_, true) => Prune::WithdrawnToo,
            (true, false) => Prune::Records,
            (false, false) => Prune::Nothing,
        },
        verify_records: arguments.verify_records,
        shard: arguments.shard,
        read: read_options(&arguments.processing)?,
        renditions: renditions(&arguments.processing),
        readings_limit: arguments.processing.readings_limit,
        cancel: Arc::new(AtomicBool::new(false)),
    })
}

/// How a run and its workers read.
pub(super) fn read_options(arguments: &Processing) -> Result<read::Options, Usage> {
    let mut options = reading::options(&arguments.reading)?;
    if let Some(limit) = arguments.max_bytes {
        options.max_bytes = limit;
    }
    Ok(options)
}

/// The renditions that are written beside the records.
pub(super) fn renditions(arguments: &Processing) -> RenditionOptions {
    RenditionOptions {
        pdf: arguments.pdf,
        alto: arguments.alto,
    }
}

/// The cores that this process may use.
pub(super) fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// The first signal ends the work in good order and is answered with these words, the second ends
/// it at once.
pub(super) fn stop_on_signal(
    cancel: &Arc<AtomicBool>,
    logging: &Logging,
    answer: &'static str,
) -> anyhow::Result<()> {
    let (cancel, logging) = (Arc::clone(cancel), logging.clone());
    ctrlc::set_handler(move || {
        if cancel.swap(true, Ordering::Relaxed) {
            process::exit(Exit::Interrupted.code().into());
        }
        tracing::info!("interrupted; {answer}");
        logging.say(answer);
    })
    .context("signals cannot be caught")
}

fn exit(summary: &Summary) -> Exit {
    match summary.outcome {
        _ if !summary.missing_inputs.is_empty() => Exit::Stopped,
        RunOutcome::Interrupted => Exit::Interrupted,
        RunOutcome::Stopped => Exit::Stopped,
        RunOutcome::Finished if summary.counts.failed + summary.counts.unreadable > 0 => {
            Exit::SomeFailed
        }
        RunOutcome::Finished => Exit::Success,
    }
}

fn tell(summary: &Summary, arguments: &Run, logging: &Logging) {
    if logging.format == LogFormat::Json {
        let counts = summary.counts;
        tracing::info!(
            found = counts.found,
            done = counts.done,
            unchanged = counts.unchanged,
            moved = counts.moved,
            restored = counts.restored,
            withdrawn = counts.withdrawn,
            source_unreadable = counts.source_unreadable,
            withdrawn = counts.withdrawn,
            source_unreadable = counts.source_unreadable,
            duplicates = counts.duplicates,
            removed = counts.removed,
            pruned = counts.pruned,
            hidden = counts.hidden,
            deferred = counts.deferred,
            failed = counts.failed,
            quarantined = counts.quarantined,
            unreadable = counts.unreadable,
            pages = summary.pages,
            seconds = summary.seconds,
            outcome = summary.outcome.as_str(),
            "run ended"
        );
    } else {
        logging.say(&lines(summary, arguments).join("\n"));
    }
}

/// The summary, at most a screenful.
fn lines(summary: &Summary, arguments: &Run) -> Vec<String> {
    let counts = summary.counts;
    let mut lines = vec![format!(
        "{} found: {} done, {} unchanged, {}{} failed ({} pages, {:.1} s)",
        counted(counts.found, "document"),
        counts.done,
        counts.unchanged,
        seldom(&[
            (counts.moved, "moved"),
            (
                counts.withdrawn,
                "with an earlier record that was withdrawn: the source changed and cannot be processed",
            ),
            (
                counts.source_unreadable,
                "with a source that cannot be read; the record is kept",
            ),
            (counts.restored, "restored"),
            (counts.deferred, "deferred"),
        ]),
        counts.failed,
        summary.pages,
        summary.seconds,
    )];
    lines.extend(listed("kinds", &summary.kinds));
    lines.extend(listed("warnings", &summary.warnings));
    lines.extend(listed("failures", &summary.failures));
    lines.extend(notes(summary, arguments));
    lines.push(format!("records: {}/records", arguments.out.display()));
    lines
}

/// What the user may want to do about it.
fn notes(summary: &Summary, arguments: &Run) -> Vec<String> {
    let counts = summary.counts;
    let mut lines = Vec::new();
    if counts.failed_earlier > 0 {
        lines.push(format!(
            "{} failed earlier and not tried again; --retry-failed does",
            counted(counts.failed_earlier, "document"),
        ));
    }
    lines.extend(of_catalogue(&counts));
    if counts.changed_values > 0 {
        lines.push(format!(
            "{} changed since the records were made with another version or other profiles",
            counted(counts.changed_values, "value")
        ));
    }
    lines.extend(missing_inputs(&summary.missing_inputs));
    if counts.unreadable > 0 {
        lines.push(format!(
            "{} could not be looked into, see above",
            counted(counts.unreadable, "place")
        ));
    }
    if counts.skipped > 0 {
        lines.push(format!(
            "{} passed over that are no plain files; -v names them",
            counts.skipped
        ));
    }
    if summary.outcome == RunOutcome::Interrupted {
        let left = counted(counts.left(), "document");
        lines.push(format!("interrupted: {left} left for the next run"));
    }
    if counts.failed > 0 {
        lines.push(format!(
            "see them: diarium status {}",
            arguments.out.display()
        ));
    }
    if let Some(shard) = arguments.shard {
        lines.push(format!(
            "shard {shard}: what falls to the others is not counted"
        ));
    } else if counts.found == 0 {
        lines.push("nothing to do: the inputs hold no files (hidden ones are passed over)".into());
    }
    lines
}

/// What the user may want to know of documents that were here before, or are here twice.
fn of_catalogue(counts: &Counts) -> Vec<String> {
    let told = [
        (
            counts.quarantined,
            "quarantined: they brought down what worked on them",
        ),
        (
            counts.deferred,
            "left for the next run: changed or disappeared while the run was at work",
        ),
        (
            counts.duplicates,
            "with the same bytes as another, each with its record",
        ),
        (counts.restored, "restored: their earlier bytes are back"),
        (
            counts.removed,
            "removed since the last run; the records stay, --prune takes them away",
        ),
        (counts.pruned, "removed, with their records"),
        (
            counts.hidden,
            "neither here nor gone for sure: their folder is empty, as where a disk is not mounted",
        ),
    ];
    let told = told.into_iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{} {what}", counted(count, "document")))
        .collect()
}

/// Counts that are told only where they are not 0.
fn seldom(counts: &[(u64, &str)]) -> String {
    let told = counts.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{count} {what}, "))
        .collect()
}

/// `1 document`, `2 documents`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `kinds: esf-call 2, esf-project 17`, or nothing where there are none.
fn listed<K: Display>(title: &str, counts: &BTreeMap<K, u64>) -> Option<String> {
    let told: Vec<String> = counts
        .iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    (!told.is_empty()).then(|| format!("{title}: {}", told.join(", ")))
}
