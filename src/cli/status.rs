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

fn runs(runs: &[RunRow], sheet: &mut Sheet) {
    sheet.title("Last runs");
    let rows: Vec<Vec<Cell>> = runs
        .iter()
        .map(|run| {
            let outcome = run.outcome.as_deref().unwrap_or("running, or killed");
            let look = match outcome {
                "finished" => Look::Plain,
                _ => Look::Odd,
            };
            vec![
                Cell::figures(run.id.to_string()),
                Cell::words(&run.started),
                Cell::words(format!("diarium\u{a0}{}", run.version)).look(Look::Dim),
                Cell::words(outcome).look(look),
                Cell::words(told(run)),
            ]
        })
        .collect();
    sheet.table(&rows, 4);
}

/// `20 found, 3 done, 16 unchanged, 1 failed`
fn told(run: &RunRow) -> String {
    let Some(counts) = &run.counts else {
        return String::new();
    };
    let told = ["found", "done", "unchanged", "failed"].map(|name| {
        let count = counts.get(name).and_then(serde_json::Value::as_u64);
        format!("{} {name}", count.unwrap_or(0))
    });
    told.join(", ")
}
