//! Run summary: the counts of a run, for people or as one JSON log message.
//!
//! Counts that are usually zero are left out of the text. The keys of the JSON message are part of the
//! public interface; they may only be extended.

use super::arguments::{LogFormat, Run};
use super::format::{labeled_counts, plural};
use super::logging::Logging;
use crate::catalogue::RunOutcome;
use crate::pipeline::{Counts, DryRun, Summary};

/// Prints the summary of a run.
pub(super) fn print(summary: &Summary, arguments: &Run, logging: &Logging) {
    match logging.format {
        LogFormat::Json => log(summary),
        LogFormat::Text => logging.print(&lines(summary, arguments).join("\n")),
    }
}

fn log(summary: &Summary) {
    let counts = summary.counts;
    tracing::info!(
        found = counts.found,
        containers = counts.containers,
        done = counts.done,
        unchanged = counts.unchanged,
        moved = counts.moved,
        restored = counts.restored,
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
        companions = counts.companions,
        left_out = counts.left_out,
        pages = summary.pages,
        seconds = summary.seconds,
        outcome = summary.outcome.as_str(),
        "run ended"
    );
}

fn lines(summary: &Summary, arguments: &Run) -> Vec<String> {
    let mut lines = vec![headline(summary)];
    lines.extend(labeled_counts("kinds", &summary.kinds));
    lines.extend(labeled_counts("warnings", &summary.warnings));
    lines.extend(labeled_counts("failures", &summary.failures));
    lines.extend(document_notes(&summary.counts));
    lines.extend(run_notes(summary, arguments));
    let output = arguments.out.display();
    lines.push(format!("records: {output}/records"));
    // Last, where a user still sees it below a long summary; the failures themselves may have scrolled
    // away.
    if summary.counts.failed > 0 {
        lines.push(format!(
            "hint: `diarium status {output}` lists the failures"
        ));
    }
    lines
}

/// `42 documents found: 40 done, 1 unchanged, 1 failed (256 pages, 7.8 s)`
fn headline(summary: &Summary) -> String {
    let counts = summary.counts;
    let rare = [
        (counts.moved, "moved"),
        (counts.restored, "restored"),
        (counts.deferred, "deferred"),
    ];
    let rare: String = rare
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, outcome)| format!("{count} {outcome}, "))
        .collect();
    format!(
        "{} found: {} done, {} unchanged, {rare}{} failed ({}, {:.1} s)",
        plural(counts.found, "document"),
        counts.done,
        counts.unchanged,
        counts.failed,
        plural(summary.pages, "page"),
        summary.seconds,
    )
}

/// A count that is usually zero: its value, noun and note.
type Note = (fn(&Counts) -> u64, &'static str, &'static str);

/// The notes, those that may need action first.
const NOTES: [Note; 12] = [
    (
        |counts| counts.failed_earlier,
        "document",
        "failed earlier and not retried (use --retry-failed)",
    ),
    (
        |counts| counts.quarantined,
        "document",
        "quarantined after crashing or hanging a worker",
    ),
    (
        |counts| counts.withdrawn,
        "record",
        "withdrawn: the source changed and cannot be processed",
    ),
    (
        |counts| counts.source_unreadable,
        "source",
        "not readable; the earlier record is kept",
    ),
    (|counts| counts.hidden, "document", HIDDEN),
    (
        |counts| counts.containers,
        "container",
        "opened; the documents in them are counted, the containers are not",
    ),
    (
        |counts| counts.removed,
        "document",
        "removed since the last run; the records are kept (use --prune to delete them)",
    ),
    (
        |counts| counts.pruned,
        "document",
        "removed since an earlier run; the records were deleted",
    ),
    (
        |counts| counts.deferred,
        "document",
        "deferred to the next run: changed or deleted during this run",
    ),
    (
        |counts| counts.duplicates,
        "document",
        "with the same bytes as another document; each has its own record",
    ),
    (
        |counts| counts.restored,
        "record",
        "restored: the source has its earlier bytes again",
    ),
    (
        |counts| counts.changed_values,
        "value",
        "changed by another version of diarium, other profiles or another OCR engine",
    ),
];

/// The note on documents that are in the catalogue, but below a folder that cannot be searched.
// An unmounted disk leaves an empty folder. Counted as removed, its documents would be lost to --prune.
const HIDDEN: &str =
    "not found but kept: their folder is empty or unreadable (is a disk not mounted?)";

/// A line for each nonzero count.
fn document_notes(counts: &Counts) -> impl Iterator<Item = String> {
    let notes = NOTES
        .iter()
        .map(|(count, noun, note)| (count(counts), noun, note));
    let notes = notes.filter(|(count, ..)| *count > 0);
    notes.map(|(count, noun, note)| format!("{} {note}", plural(count, noun)))
}

/// Notes about the inputs and the run itself.
fn run_notes(summary: &Summary, arguments: &Run) -> Vec<String> {
    let counts = summary.counts;
    let mut lines: Vec<String> = missing_inputs(&summary.missing_inputs).collect();
    if counts.unreadable > 0 {
        let places = match counts.unreadable {
            1 => "1 file or folder".to_owned(),
            count => format!("{count} files or folders"),
        };
        lines.push(format!("{places} could not be read (see above)"));
    }
    lines.extend(skipped(&counts));
    if summary.outcome == RunOutcome::Interrupted {
        let left = plural(counts.left(), "document");
        lines.push(format!("Interrupted: {left} left for the next run"));
    }
    if let Some(shard) = arguments.shard {
        lines.push(format!(
            "Shard {shard}: documents of other shards are not counted"
        ));
    } else if counts.found == 0 {
        // Only without a shard: the shard of a few documents may well be empty.
        let reason = match counts.left_out {
            0 => "hidden files are skipped",
            _ => "check --include and --exclude",
        };
        lines.push(format!("No files found in the inputs ({reason})"));
    }
    lines
}

/// A line for each sort of files that a run does not read.
fn skipped(counts: &Counts) -> Vec<String> {
    let mut lines = Vec::new();
    if counts.skipped > 0 {
        let entries = match counts.skipped {
            1 => "1 entry that is not a regular file".to_owned(),
            count => format!("{count} entries that are not regular files"),
        };
        lines.push(format!("Skipped {entries} (use -v to list them)"));
    }
    if counts.companions > 0 {
        let files = plural(counts.companions, "companion file");
        lines.push(format!(
            "Skipped {files} of other programs (use -v to list them)"
        ));
    }
    if counts.left_out > 0 {
        let entries = match counts.left_out {
            1 => "1 file or folder".to_owned(),
            count => format!("{count} files or folders"),
        };
        lines.push(format!("Left out {entries} (--include, --exclude)"));
    }
    lines
}

/// The summary of a dry run.
pub(super) fn of_dry_run(planned: &DryRun) -> String {
    let mut lines = vec![format!(
        "{} found: {} would change, {} unchanged, {} failed earlier; nothing was written",
        plural(planned.found, "document"),
        planned.documents.len(),
        planned.unchanged,
        planned.failed_earlier,
    )];
    if planned.unopened > 0 {
        lines.push(format!(
            "{} new or changed; what is in them is known once a run opens them",
            plural(planned.unopened, "container")
        ));
    }
    if planned.hidden > 0 {
        lines.push(format!("{} {HIDDEN}", plural(planned.hidden, "document")));
    }
    lines.extend(missing_inputs(&planned.missing_inputs));
    lines.join("\n")
}

/// A line for each input that does not exist.
fn missing_inputs(inputs: &[String]) -> impl Iterator<Item = String> {
    inputs
        .iter()
        .map(|input| format!("input {input} is missing; its documents are kept (check the path)"))
}
