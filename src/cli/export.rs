//! `diarium export`: export records as a dataset, show progress and print a summary.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indicatif::ProgressBar;
use serde_json::{Map, Value};

use super::arguments::{Export, ExportFormat, LogFormat};
use super::exit::{Exit, UsageError};
use super::format::{labeled_counts, plural};
use super::logging::Logging;
use super::progress;
use super::redaction::Redaction;
use super::sanitize::escape_control_chars;
use super::signals;
use crate::pipeline::{self, ExportObserver, ExportOptions, Exported};
use diarium_dataset::export::metadata::DatasetDescription;
use diarium_dataset::export::{Format, FormulaCells, Selection, SplitOptions};
use diarium_document::Record;

/// What the first signal prints.
const INTERRUPTED: &str = "Stopping the export; interrupt again to stop immediately";

/// Writes the dataset, and prints a summary on standard error.
pub(super) fn run(arguments: &Export, logging: &Logging) -> anyhow::Result<Exit> {
    // First, so that an unusable key is reported before any record is read.
    let redaction = Redaction::begin(arguments)?;
    let observer = Progress {
        bar: progress::bar(logging, "records"),
        redaction: redaction.as_ref(),
    };
    let redact = |record: &mut Record, pass| match &redaction {
        Some(redaction) => redaction.redact(record, pass),
        None => Ok(()),
    };
    let mut options = options(arguments)?;
    signals::cancel_on_signal(&options.cancel, logging, INTERRUPTED)?;
    // Without a transformation, the first pass can read the headers of records alone, which is faster.
    if redaction.is_some() {
        options.transform = Some(&redact);
    }
    let result = pipeline::export(&options, &observer);
    // Before the error or the summary: a bar would be drawn over it.
    observer.bar.finish_and_clear();
    let exported = result?;
    print_summary(&exported, arguments, logging);
    if let Some(redaction) = &redaction {
        // Only after the export has succeeded: a report of a dataset that does not exist would mislead.
        redaction.write_report(arguments.redact_report.as_deref())?;
        logging.print(&redaction.summary());
    }
    Ok(if exported.counts.unreadable == 0 {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn options<'e>(arguments: &Export) -> Result<ExportOptions<'e>, UsageError> {
    Ok(ExportOptions {
        archive: arguments.archive.clone(),
        target: arguments.to.clone(),
        format: match arguments.format {
            ExportFormat::Parquet => Format::Parquet,
            ExportFormat::Arrow => Format::Arrow,
            ExportFormat::Csv => Format::Csv,
            ExportFormat::Jsonl => Format::JsonLines,
            ExportFormat::Sqlite => Format::Sqlite,
        },
        selection: Selection {
            kinds: arguments.kind.clone(),
            conditions: arguments.conditions.clone(),
            min_confidence: arguments.min_confidence,
            columns: arguments.columns.clone(),
        },
        splits: SplitOptions {
            splits: arguments.split.clone(),
            without_duplicates: arguments.dedup,
        },
        formulas: if arguments.no_escape_formulas {
            FormulaCells::Keep
        } else {
            FormulaCells::Escape
        },
        transform: None,
        description: arguments
            .metadata
            .as_deref()
            .map(load_description)
            .transpose()?
            .unwrap_or_default(),
        profiles: arguments.profiles.clone(),
        force: arguments.force,
        cancel: Arc::default(),
    })
}

/// The description of the dataset in the `--metadata` file.
fn load_description(file: &Path) -> Result<DatasetDescription, UsageError> {
    let toml = fs::read_to_string(file).map_err(|error| error.to_string());
    let description = toml.and_then(|toml| DatasetDescription::parse(&toml));
    description.map_err(|error| UsageError(format!("{}: {error}", file.display())))
}

/// The observer of an export: a progress bar, and a warning for each unreadable record.
struct Progress<'r> {
    bar: ProgressBar,
    redaction: Option<&'r Redaction>,
}

impl ExportObserver for Progress<'_> {
    fn notes(&self) -> Map<String, Value> {
        self.redaction.map(Redaction::notes).unwrap_or_default()
    }

    fn planned(&self, records: u64) {
        // The first pass infers the columns, the second writes them.
        self.bar.set_length(records.saturating_mul(2));
    }

    fn passed(&self) {
        self.bar.inc(1);
    }

    fn unreadable(&self, file: &Path, why: &str) {
        let path = file.to_string_lossy();
        tracing::warn!(path = %escape_control_chars(&path), "left out: {}", escape_control_chars(why));
    }
}

fn print_summary(exported: &Exported, arguments: &Export, logging: &Logging) {
    if logging.format == LogFormat::Json {
        let counts = exported.counts;
        tracing::info!(
            records = counts.records,
            not_selected = counts.not_selected,
            duplicates = counts.duplicates,
            unsure = counts.unsure,
            unreadable = counts.unreadable,
            made_harmless = exported.escaped_formulas,
            "dataset made"
        );
    } else {
        logging.print(&lines(exported, arguments).join("\n"));
    }
}

fn lines(exported: &Exported, arguments: &Export) -> Vec<String> {
    let counts = &exported.counts;
    let mut lines = vec![format!("{} exported", plural(counts.records, "record"))];
    let splits = exported.splits.iter().map(|(name, count)| (name, count));
    lines.extend(labeled_counts("splits", splits));
    let notes = [
        (counts.not_selected, "record", "not selected"),
        (
            counts.duplicates,
            "near-duplicate",
            "left out (see duplicates.csv)",
        ),
        (
            counts.unsure,
            "value",
            "left out: confidence below --min-confidence",
        ),
        (
            exported.escaped_formulas,
            "cell",
            "prefixed with an apostrophe to prevent formula injection",
        ),
        (
            counts.unreadable,
            "unreadable record",
            "left out (see above)",
        ),
    ];
    let notes = notes.into_iter().filter(|(count, ..)| *count > 0);
    lines.extend(notes.map(|(count, noun, note)| format!("{} {note}", plural(count, noun))));
    lines.push(format!("dataset: {}", arguments.to.display()));
    lines
}
