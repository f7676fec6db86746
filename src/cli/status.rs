//! `diarium status`: summarize the catalogue of an output folder.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::arguments::Status;
use super::exit::Exit;
use super::show::sheet::{Cell, Look, Sheet};
use super::terminal::Style;
use crate::catalogue::{
    Catalogue, FailureRow, ReviewRow, Root, RunRow, StatusReport, WithdrawnRow,
};

/// Prints the report for a person, or as JSON.
pub(super) fn run(arguments: &Status, style: &Style) -> anyhow::Result<Exit> {
    let report = Catalogue::open_to_read(&arguments.folder.folder)?.status_report()?;
    let mut output = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut output, &report).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let mut sheet = Sheet::new(*style);
        show(&report, &mut sheet);
        output.write_all(sheet.text().as_bytes())?;
    }
    Ok(Exit::Success)
}

/// So many failures, and so many records to look at, are named to a person.
const NAMED: usize = 20;

fn show(report: &StatusReport, sheet: &mut Sheet) {
    counts("Documents", &report.outcomes, sheet);
    counts("Kinds", &report.kinds, sheet);
    if report.pages > 0 {
        sheet.paragraph(2, Look::Dim, &format!("{} pages in all", report.pages));
    }
    counts("Warnings", &report.warnings, sheet);
    failures("Failures", &report.failures, sheet);
    failures(
        "Sources that cannot be read (their records are kept)",
        &report.source_unreadable,
        sheet,
    );
    withdrawn(&report.withdrawn, sheet);
    look_at(&report.needs_review, sheet);
    duplicates(&report.duplicates, sheet);
    roots(&report.roots, sheet);
    runs(&report.runs, sheet);
}

fn counts(title: &str, counts: &BTreeMap<String, u64>, sheet: &mut Sheet) {
    if counts.is_empty() {
        return;
    }
    sheet.title(title);
    let rows: Vec<Vec<Cell>> = counts
        .iter()
        .map(|(name, count)| vec![Cell::words(name), Cell::figures(count.to_string())])
        .collect();
    sheet.table(&rows, 0);
}

/// Records that were made from earlier bytes of a document that cannot be processed now.
fn withdrawn(rows: &[WithdrawnRow], sheet: &mut Sheet) {
    if rows.is_empty() {
        return;
    }
    sheet.title("Withdrawn records (the source changed and cannot be processed)");
    for row in rows.iter().take(NAMED) {
        sheet.item("✗", Look::Odd, &row.path);
        let message = format!("{} (run {})", row.record, row.run);
        sheet.paragraph(4, Look::Dim, &message);
    }
    more(rows.len(), sheet);
}

/// The input folders.
fn roots(roots: &[Root], sheet: &mut Sheet) {
    if roots.is_empty() {
        return;
    }
    sheet.title("Roots");
    let rows: Vec<Vec<Cell>> = roots
        .iter()
        .map(|root| {
            let path = root.path.as_deref().unwrap_or("folder not known");
            vec![
                Cell::words(&root.name),
                Cell::figures(root.documents.to_string()),
                Cell::words(path).look(Look::Dim),
            ]
        })
        .collect();
    sheet.table(&rows, 0);
}

fn failures(title: &str, failures: &[FailureRow], sheet: &mut Sheet) {
    if failures.is_empty() {
        return;
    }
    sheet.title(title);
    for failure in failures.iter().take(NAMED) {
        sheet.item(
            "✗",
            Look::Bad,
            &format!("{} ({})", failure.path, failure.code),
        );
        let message = format!("{} (run {})", failure.message, failure.run);
        sheet.paragraph(4, Look::Dim, &message);
    }
    more(failures.len(), sheet);
}

fn look_at(rows: &[ReviewRow], sheet: &mut Sheet) {
    if rows.is_empty() {
        return;
    }
    sheet.title("Compare with the original");
    for row in rows.iter().take(NAMED) {
        let times = match row.count {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        sheet.item(
            "?",
            Look::Odd,
            &format!("{} ({}{times})", row.path, row.code),
        );
    }
    more(rows.len(), sheet);
}

fn duplicates(groups: &[Vec<String>], sheet: &mut Sheet) {
    if groups.is_empty() {
        return;
    }
    sheet.title("The same bytes twice");
    for group in groups.iter().take(NAMED) {
        sheet.item("=", Look::Dim, &group.join(", "));
    }
    more(groups.len(), sheet);
}

fn more(all: usize, sheet: &mut Sheet) {
    if let Some(rest) = all.checked_sub(NAMED).filter(|rest| *rest > 0) {
        sheet.paragraph(
            2,
            Look::Dim,
            &format!("and {rest} more; --json names them all"),
        );
    }
}

/// The counts of a run that have a column.
const COUNTS: [&str; 4] = ["found", "done", "unchanged", "failed"];

fn runs(runs: &[RunRow], sheet: &mut Sheet) {
    sheet.title("Last runs");
    let head = ["run", "started", "outcome"].map(Cell::words);
    let figures = COUNTS.iter().chain(&["seconds"]);
    let head = head
        .into_iter()
        .chain(figures.map(|name| Cell::figures(*name)));
    let mut rows: Vec<Vec<Cell>> = vec![head.map(|cell| cell.look(Look::Dim)).collect()];
    rows.extend(runs.iter().map(run_cells));
    sheet.table(&rows, 2);
    if let Some(change) = change(runs) {
        sheet.paragraph(2, Look::Plain, &change);
    }
}

/// What the last run that ended found otherwise than the one before it.
fn change(runs: &[RunRow]) -> Option<String> {
    let mut ended = runs
        .iter()
        .filter_map(|run| Some((run.id, run.counts.as_ref()?)));
    let ((last, now), (before, then)) = (ended.next()?, ended.next()?);
    let differences = ["found", "failed", "quarantined", "duplicates"]
        .iter()
        .filter_map(|name| {
            let figure = |counts: &serde_json::Value| counts.get(*name)?.as_i64();
            let difference = figure(now)? - figure(then).unwrap_or(0);
            (difference != 0).then(|| format!("{difference:+} {name}"))
        });
    let differences: Vec<String> = differences.collect();
    Some(match differences.is_empty() {
        true => format!("Run {last} found the same as run {before}."),
        false => format!(
            "Run {last} against run {before}: {}.",
            differences.join(", ")
        ),
    })
}

fn run_cells(run: &RunRow) -> Vec<Cell> {
    let outcome = run.outcome.as_deref().unwrap_or("running, or killed");
    let look = match outcome {
        "finished" => Look::Plain,
        _ => Look::Odd,
    };
    let mut cells = vec![
        Cell::figures(run.id.to_string()),
        Cell::words(&run.started),
        Cell::words(outcome).look(look),
    ];
    let counts = COUNTS.map(|name| run.counts.as_ref()?.get(name)?.as_u64());
    cells.extend(counts.map(|count| Cell::figures(told(count))));
    cells.push(Cell::figures(told(
        run.seconds.map(|seconds| format!("{seconds:.1}")),
    )));
    cells
}

fn told(figure: Option<impl ToString>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string())
}
