//! `diarium status`: summarize the catalogue of an output folder.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::arguments::Status;
use super::exit::Exit;
use super::terminal::Terminal;
use super::text_report::{Cell, Style, TextReport};
use crate::catalogue::{
    Catalogue, FailureRow, ReviewRow, Root, RunRow, StatusReport, WithdrawnRow,
};

/// Prints the summary as text or JSON.
pub(super) fn run(arguments: &Status, terminal: Terminal) -> anyhow::Result<Exit> {
    let status = Catalogue::open_to_read(&arguments.folder.folder)?.status_report()?;
    let mut output = io::stdout().lock();
    if arguments.json {
        // As an `io::Error`, by which `is_broken_pipe` recognizes a closed pipe; serde_json hides it.
        serde_json::to_writer_pretty(&mut output, &status).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let mut report = TextReport::new(terminal);
        write(&status, &mut report);
        output.write_all(report.text().as_bytes())?;
    }
    Ok(Exit::Success)
}

/// Rows of a list as text; `--json` has all.
// A list of this length fits on one screen, while thousands of documents may fail in a run.
const MAX_ROWS: usize = 20;

/// Adds the summary to a report.
fn write(status: &StatusReport, report: &mut TextReport) {
    counts("Documents", &status.outcomes, report);
    counts("Kinds", &status.kinds, report);
    if status.pages > 0 {
        report.paragraph(2, Style::Dim, &format!("{} pages in total", status.pages));
    }
    counts("Warnings", &status.warnings, report);
    failures("Failures", &status.failures, report);
    failures(
        "Sources that cannot be read (their records are kept)",
        &status.source_unreadable,
        report,
    );
    withdrawn(&status.withdrawn, report);
    needs_review(&status.needs_review, report);
    duplicates(&status.duplicates, report);
    roots(&status.roots, report);
    runs(&status.runs, report);
}

fn counts(title: &str, counts: &BTreeMap<String, u64>, report: &mut TextReport) {
    if counts.is_empty() {
        return;
    }
    report.heading(title);
    let rows: Vec<Vec<Cell>> = counts
        .iter()
        .map(|(name, count)| vec![Cell::left(name), Cell::right(count.to_string())])
        .collect();
    report.table(&rows, 0);
}

/// Records whose source has changed since and cannot be processed.
fn withdrawn(rows: &[WithdrawnRow], report: &mut TextReport) {
    if rows.is_empty() {
        return;
    }
    report.heading("Withdrawn records (the source changed and cannot be processed)");
    for row in rows.iter().take(MAX_ROWS) {
        report.item("✗", Style::Warning, &row.path);
        let message = format!("{} (run {})", row.record, row.run);
        report.paragraph(4, Style::Dim, &message);
    }
    omitted(rows.len(), report);
}

/// The input folders.
fn roots(roots: &[Root], report: &mut TextReport) {
    if roots.is_empty() {
        return;
    }
    report.heading("Roots");
    let rows: Vec<Vec<Cell>> = roots
        .iter()
        .map(|root| {
            let path = root.path.as_deref().unwrap_or("unknown folder");
            vec![
                Cell::left(&root.name),
                Cell::right(root.documents.to_string()),
                Cell::left(path).style(Style::Dim),
            ]
        })
        .collect();
    report.table(&rows, 0);
}

fn failures(title: &str, failures: &[FailureRow], report: &mut TextReport) {
    if failures.is_empty() {
        return;
    }
    report.heading(title);
    for failure in failures.iter().take(MAX_ROWS) {
        report.item(
            "✗",
            Style::Error,
            &format!("{} ({})", failure.path, failure.code),
        );
        let message = format!("{} (run {})", failure.message, failure.run);
        report.paragraph(4, Style::Dim, &message);
    }
    omitted(failures.len(), report);
}

/// Records with a warning that a person should compare with the original.
fn needs_review(rows: &[ReviewRow], report: &mut TextReport) {
    if rows.is_empty() {
        return;
    }
    report.heading("Compare with the original");
    for row in rows.iter().take(MAX_ROWS) {
        let times = match row.count {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        report.item(
            "?",
            Style::Warning,
            &format!("{} ({}{times})", row.path, row.code),
        );
    }
    omitted(rows.len(), report);
}

fn duplicates(groups: &[Vec<String>], report: &mut TextReport) {
    if groups.is_empty() {
        return;
    }
    report.heading("Documents with the same bytes");
    for group in groups.iter().take(MAX_ROWS) {
        report.item("=", Style::Dim, &group.join(", "));
    }
    omitted(groups.len(), report);
}

/// The number of rows that were left out.
fn omitted(total: usize, report: &mut TextReport) {
    if let Some(rest) = total.checked_sub(MAX_ROWS).filter(|rest| *rest > 0) {
        report.paragraph(
            2,
            Style::Dim,
            &format!("and {rest} more (use --json to list all)"),
        );
    }
}

/// The counts of a run that are columns of the table.
const RUN_COUNTS: [&str; 4] = ["found", "done", "unchanged", "failed"];

fn runs(runs: &[RunRow], report: &mut TextReport) {
    report.heading("Recent runs");
    let head = ["run", "started", "outcome"].map(Cell::left);
    let numbers = RUN_COUNTS.iter().chain(&["seconds"]);
    let head = head
        .into_iter()
        .chain(numbers.map(|name| Cell::right(*name)));
    let mut rows: Vec<Vec<Cell>> = vec![head.map(|cell| cell.style(Style::Dim)).collect()];
    rows.extend(runs.iter().map(run_row));
    report.table(&rows, 2);
    if let Some(skipped) = skipped(runs) {
        report.paragraph(2, Style::Dim, &skipped);
    }
    if let Some(changes) = changes(runs) {
        report.paragraph(2, Style::Plain, &changes);
    }
}

/// What the last run that ended did not read, if anything.
fn skipped(runs: &[RunRow]) -> Option<String> {
    let (run, counts) = runs
        .iter()
        .find_map(|run| Some((run.id, run.counts.as_ref()?)))?;
    let sorts = [
        ("companions", "companion files of other programs"),
        ("skipped", "entries that are not regular files"),
        ("left_out", "files or folders left out by an option"),
    ];
    let skipped = sorts.iter().filter_map(|(name, sort)| {
        let count = counts.get(*name)?.as_u64().filter(|count| *count > 0)?;
        Some(format!("{count} {sort}"))
    });
    let skipped: Vec<String> = skipped.collect();
    (!skipped.is_empty()).then(|| format!("Not read in run {run}: {}.", skipped.join(", ")))
}

/// The differences of counts between the last two runs that ended.
// A run that is in progress or was killed has no counts and is skipped. Numbers such as `done` are left
// out: they differ with every run.
fn changes(runs: &[RunRow]) -> Option<String> {
    let mut ended = runs
        .iter()
        .filter_map(|run| Some((run.id, run.counts.as_ref()?)));
    let ((last, now), (previous, then)) = (ended.next()?, ended.next()?);
    let differences = ["found", "failed", "quarantined", "duplicates"]
        .iter()
        .filter_map(|name| {
            let number = |counts: &serde_json::Value| counts.get(*name)?.as_i64();
            // A run of an older version may lack a count.
            let difference = number(now)? - number(then).unwrap_or(0);
            (difference != 0).then(|| format!("{difference:+} {name}"))
        });
    let differences: Vec<String> = differences.collect();
    Some(if differences.is_empty() {
        format!("No change from run {previous} to run {last}.")
    } else {
        format!(
            "Changes from run {previous} to run {last}: {}.",
            differences.join(", ")
        )
    })
}

fn run_row(run: &RunRow) -> Vec<Cell> {
    let outcome = run.outcome.as_deref().unwrap_or("running or killed");
    let style = match outcome {
        "finished" => Style::Plain,
        _ => Style::Warning,
    };
    let mut cells = vec![
        Cell::right(run.id.to_string()),
        Cell::left(&run.started),
        Cell::left(outcome).style(style),
    ];
    let counts = RUN_COUNTS.map(|name| run.counts.as_ref()?.get(name)?.as_u64());
    cells.extend(counts.map(number_cell));
    cells.push(number_cell(
        run.seconds.map(|seconds| format!("{seconds:.1}")),
    ));
    cells
}

/// A number, or a dash if there is none yet.
fn number_cell(number: Option<impl ToString>) -> Cell {
    Cell::right(number.map_or_else(|| "–".to_owned(), |number| number.to_string()))
}
