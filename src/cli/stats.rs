//! `diarium stats`: what is in an archive, for people?

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context;

use super::arguments::Stats as Arguments;
use super::exit::Exit;
use super::plain::harmless;
use super::show::sheet::{Cell, Look, Sheet};
use super::terminal::Style;
use crate::archive::{Archive, Stored};
use crate::catalogue::Catalogue;
use crate::files;
use crate::pipeline;
use diarium_dataset::stats::html::{self, confidences, grouped, ranked};
use diarium_dataset::stats::{Report, Stats};

/// Rows of a table on the terminal; `--json` and `--html` have them all.
const MOST_ROWS: usize = 20;

/// Counts, and prints for a person or as JSON; with `--html`, also makes a page.
pub(super) fn run(arguments: &Arguments, style: &Style) -> anyhow::Result<Exit> {
    let folder = &arguments.folder.folder;
    // Whatever is no output folder is told as such.
    Catalogue::open_to_read(folder)?;
    if let Some(file) = &arguments.html {
        pipeline::resolve_destination(file, Some(folder))?;
    }
    let report = count(folder)?;
    if let Some(file) = &arguments.html {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let page = html::page(&name, &report);
        files::write_bytes(file, page.as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let mut output = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut output, &report).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let mut sheet = Sheet::new(*style);
        show(&report, &mut sheet);
        output.write_all(sheet.text().as_bytes())?;
    }
    Ok(match report.unreadable {
        0 => Exit::Success,
        _ => Exit::SomeFailed,
    })
}

fn count(folder: &Path) -> anyhow::Result<Report> {
    let mut stats = Stats::default();
    let keep = |stored: Stored| stored;
    Archive::new(folder).read(keep, |stored| {
        match &stored.record {
            Ok(record) => stats.add(record),
            Err(why) => {
                let path = stored.file.to_string_lossy();
                tracing::warn!(path = %harmless(&path), "not counted: {}", harmless(why));
                stats.add_unreadable();
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(stats.finish())
}

fn show(report: &Report, sheet: &mut Sheet) {
    sheet.title("Records");
    let share = format!(
        "{:.1} % of {}",
        report.ocr_share * 100.0,
        grouped(i128::from(report.pages))
    );
    let mut rows = vec![
        row("records", report.records),
        row("pages", report.pages),
        vec![Cell::words("pages read from images"), Cell::figures(share)],
        row("without warnings", report.without_warning),
    ];
    if report.unreadable > 0 {
        rows.push(row("files that hold no record", report.unreadable));
    }
    sheet.table(&rows, 0);
    counts("Kinds", &ranked(&report.kinds), sheet);
    let years: Vec<(String, u64)> = report
        .years
        .iter()
        .map(|(year, n)| (year.clone(), *n))
        .collect();
    counts("Years", &years, sheet);
    counts("Regions", &ranked(&report.regions), sheet);
    amounts(report, sheet);
    counts("Fields with a value", &ranked(&report.fields), sheet);
    let sure: Vec<(String, u64)> = confidences(report)
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .collect();
    counts("Confidence of values", &sure, sheet);
    counts("Warnings", &ranked(&report.warnings), sheet);
}

fn row(name: &str, count: u64) -> Vec<Cell> {
    vec![Cell::words(name), Cell::figures(grouped(i128::from(count)))]
}

fn counts(title: &str, counts: &[(String, u64)], sheet: &mut Sheet) {
    if counts.is_empty() {
        return;
    }
    sheet.title(title);
    let rows: Vec<Vec<Cell>> = counts
        .iter()
        .take(MOST_ROWS)
        .map(|(name, n)| row(name, *n))
        .collect();
    sheet.table(&rows, 0);
    if counts.len() > MOST_ROWS {
        let more = format!(
            "and {} more: --json and --html have them all",
            counts.len() - MOST_ROWS
        );
        sheet.paragraph(2, Look::Dim, &more);
    }
}

fn amounts(report: &Report, sheet: &mut Sheet) {
    if report.amounts.is_empty() {
        return;
    }
    sheet.title("Amounts, in kronor");
    let head = [
        Cell::words(""),
        Cell::figures("count"),
        Cell::figures("sum"),
        Cell::figures("median"),
    ];
    let mut rows = vec![head.map(|cell| cell.look(Look::Dim)).to_vec()];
    for (name, amounts) in &report.amounts {
        let kinds = amounts
            .by_kind
            .iter()
            .map(|(kind, sum)| (format!("– {kind}"), sum));
        for (name, sum) in std::iter::once((name.clone(), &amounts.all)).chain(kinds) {
            let about = if sum.median_is_exact { "" } else { "about " };
            rows.push(vec![
                Cell::words(name),
                Cell::figures(grouped(i128::from(sum.count))),
                Cell::figures(grouped(sum.sum_sek)),
                Cell::figures(format!("{about}{}", grouped(i128::from(sum.median_sek)))),
            ]);
        }
    }
    sheet.table(&rows, 0);
}
