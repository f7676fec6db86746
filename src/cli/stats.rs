//! `diarium stats`: statistics of an output folder, as text, JSON or an HTML page.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context;

use super::arguments::Stats as Arguments;
use super::exit::Exit;
use super::sanitize::escape_control_chars;
use super::terminal::Terminal;
use super::text_report::{Cell, Style, TextReport};
use crate::archive::{Archive, RecordFile};
use crate::catalogue::Catalogue;
use crate::files;
use crate::pipeline;
use diarium_dataset::stats::html::{self, confidences, grouped, ranked};
use diarium_dataset::stats::{ArchiveStats, StatsCollector};

/// Rows of a table as text; `--json` and `--html` have all.
// A table of this length fits on one screen. Regions and years can be hundreds.
const MAX_ROWS: usize = 20;

/// Prints the statistics as text or JSON; with `--html`, also writes a page.
pub(super) fn run(arguments: &Arguments, terminal: Terminal) -> anyhow::Result<Exit> {
    let folder = &arguments.folder.folder;
    // Another folder has no records, and would give statistics of nothing instead of an error.
    Catalogue::open_to_read(folder)?;
    // Checked before the records are read, which takes minutes for a large archive.
    if let Some(file) = &arguments.html {
        pipeline::resolve_destination(file, Some(folder))?;
    }
    let stats = collect(folder)?;
    if let Some(file) = &arguments.html {
        // `.` and `out/..` have no name to print.
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let name = real.file_name().unwrap_or_default().to_string_lossy();
        let page = html::page(&name, &stats);
        files::write_bytes(file, page.as_bytes())
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    let mut output = io::stdout().lock();
    if arguments.json {
        // As an `io::Error`, by which `is_broken_pipe` recognizes a closed pipe; serde_json hides it.
        serde_json::to_writer_pretty(&mut output, &stats).map_err(io::Error::from)?;
        writeln!(output)?;
    } else {
        let mut report = TextReport::new(terminal);
        write(&stats, &mut report);
        output.write_all(report.text().as_bytes())?;
    }
    Ok(if stats.unreadable == 0 {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn collect(folder: &Path) -> anyhow::Result<ArchiveStats> {
    let mut stats = StatsCollector::default();
    let keep = |file: RecordFile| file;
    Archive::new(folder).read(keep, |file| {
        match &file.record {
            Ok(record) => stats.add(record),
            Err(error) => {
                let path = file.path.to_string_lossy();
                tracing::warn!(path = %escape_control_chars(&path), "not counted: {}", escape_control_chars(error));
                stats.add_unreadable();
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(stats.finish())
}

/// Adds the statistics to a report.
fn write(stats: &ArchiveStats, report: &mut TextReport) {
    report.heading("Records");
    let share = format!(
        "{:.1} % of {}",
        stats.ocr_share * 100.0,
        grouped(i128::from(stats.pages))
    );
    let mut rows = vec![
        row("records", stats.records),
        row("pages", stats.pages),
        vec![Cell::left("pages read with OCR"), Cell::right(share)],
        row("without warnings", stats.without_warning),
    ];
    if stats.unreadable > 0 {
        rows.push(row("unreadable records", stats.unreadable));
    }
    report.table(&rows, 0);
    counts("Kinds", &ranked(&stats.kinds), report);
    // By time, not by count as the other tables: the development over the years is what a reader looks
    // for.
    let years: Vec<(String, u64)> = stats
        .years
        .iter()
        .map(|(year, count)| (year.clone(), *count))
        .collect();
    counts("Years", &years, report);
    counts("Regions", &ranked(&stats.regions), report);
    amounts(stats, report);
    counts("Fields with a value", &ranked(&stats.fields), report);
    let confidences: Vec<(String, u64)> = confidences(stats)
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect();
    counts("Confidence of values", &confidences, report);
    counts("Warnings", &ranked(&stats.warnings), report);
}

fn row(name: &str, count: u64) -> Vec<Cell> {
    vec![Cell::left(name), Cell::right(grouped(i128::from(count)))]
}

/// A table of counts, unless there are none.
fn counts(title: &str, counts: &[(String, u64)], report: &mut TextReport) {
    if counts.is_empty() {
        return;
    }
    report.heading(title);
    let rows: Vec<Vec<Cell>> = counts
        .iter()
        .take(MAX_ROWS)
        .map(|(name, count)| row(name, *count))
        .collect();
    report.table(&rows, 0);
    if counts.len() > MAX_ROWS {
        let more = format!(
            "and {} more (use --json or --html to list all)",
            counts.len() - MAX_ROWS
        );
        report.paragraph(2, Style::Dim, &more);
    }
}

/// A table of amounts by field, and by kind below each field.
fn amounts(stats: &ArchiveStats, report: &mut TextReport) {
    if stats.amounts.is_empty() {
        return;
    }
    report.heading("Amounts, in kronor");
    let head = [
        Cell::left(""),
        Cell::right("count"),
        Cell::right("sum"),
        Cell::right("median"),
    ];
    let mut rows = vec![head.map(|cell| cell.style(Style::Dim)).to_vec()];
    for (name, amounts) in &stats.amounts {
        let kinds = amounts
            .by_kind
            .iter()
            .map(|(kind, sum)| (format!("– {kind}"), sum));
        for (name, sum) in std::iter::once((name.clone(), &amounts.all)).chain(kinds) {
            // Of very many amounts only a sample is kept in memory.
            let approximately = if sum.median_is_exact { "" } else { "about " };
            rows.push(vec![
                Cell::left(name),
                Cell::right(grouped(i128::from(sum.count))),
                Cell::right(grouped(sum.sum_sek)),
                Cell::right(format!(
                    "{approximately}{}",
                    grouped(i128::from(sum.median_sek))
                )),
            ]);
        }
    }
    report.table(&rows, 0);
}
