//! `diarium status`: what does an output folder hold?

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::arguments::Status;
use super::exit::Exit;
use super::show::sheet::{Cell, Look, Sheet};
use super::terminal::Style;
use crate::catalogue::{Catalogue, FailureRow, Report, RunRow};

/// Prints the report for a person, or as JSON.
pub(super) fn run(arguments: &Status, style: &Style) -> anyhow::Result<Exit> {
    let report = Catalogue::open_to_read(&arguments.folder.folder)?.report()?;
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

fn show(report: &Report, sheet: &mut Sheet) {
    counts("Documents", &report.outcomes, sheet);
    counts("Kinds", &report.kinds, sheet);
    if report.pages > 0 {
        sheet.paragraph(2, Look::Dim, &format!("{} pages in all", report.pages));
    }
    counts("Warnings", &report.warnings, sheet);
    failures(&report.failures, sheet);
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

fn failures(failures: &[FailureRow], sheet: &mut Sheet) {
    if failures.is_empty() {
        return;
    }
    sheet.title("Failures");
    for failure in failures {
        sheet.item(
            "✗",
            Look::Bad,
            &format!("{} ({})", failure.path, failure.code),
        );
        sheet.paragraph(4, Look::Dim, &failure.message);
    }
}

/// The counts of a run that have a column.
const COUNTS: [&str; 4] = ["found", "done", "unchanged", "failed"];

fn runs(runs: &[RunRow], sheet: &mut Sheet) {
    sheet.title("Last runs");
    let head = ["run", "started", "outcome"].map(Cell::words);
    let head = head.into_iter().chain(COUNTS.map(Cell::figures));
    let mut rows: Vec<Vec<Cell>> = vec![head.map(|cell| cell.look(Look::Dim)).collect()];
    rows.extend(runs.iter().map(run_cells));
    sheet.table(&rows, 2);
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
    cells
}

fn told(count: Option<u64>) -> String {
    count.map_or_else(|| "–".to_owned(), |count| count.to_string())
}
