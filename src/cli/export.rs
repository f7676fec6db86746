//! `diarium export`: how is a dataset asked for, watched and summed up?

use std::fs;
use std::path::Path;
use std::sync::Arc;

use indicatif::ProgressBar;
use serde_json::{Map, Value};

use super::arguments::{Export, ExportFormat, LogFormat};
use super::exit::{Exit, Usage};
use super::logging::Logging;
use super::plain::harmless;
use super::progress;
use super::redaction::Redaction;
use super::run::stop_on_signal;
use crate::pipeline::{self, ExportObserver, ExportOptions, Exported};
use diarium_dataset::export::metadata::DatasetDescription;
use diarium_dataset::export::{Format, FormulaCells, Selection, SplitOptions};
use diarium_document::Record;

/// Makes the dataset, and says on standard error what came of it.
pub(super) fn run(arguments: &Export, logging: &Logging) -> anyhow::Result<Exit> {
    let redaction = Redaction::begin(arguments)?;
    let watcher = Watcher {
        bar: progress::bar(logging, "records"),
        redaction: redaction.as_ref(),
    };
    let redact = |record: &mut Record, pass| match &redaction {
        Some(redaction) => redaction.redact(record, pass),
        None => Ok(()),
    };
    let mut options = options(arguments)?;
    stop_on_signal(&options.cancel, logging, "giving the dataset up")?;
    if redaction.is_some() {
        options.transform = Some(&redact);
    }
    let result = pipeline::export(&options, &watcher);
    watcher.bar.finish_and_clear();
    let exported = result?;
    tell(&exported, arguments, logging);
    if let Some(redaction) = &redaction {
        redaction.report(arguments.redact_report.as_deref())?;
        logging.say(&redaction.lines().join("\n"));
    }
    Ok(match exported.counts.unreadable {
        0 => Exit::Success,
        _ => Exit::SomeFailed,
    })
}

fn options<'e>(arguments: &Export) -> Result<ExportOptions<'e>, Usage> {
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
            .map(description)
            .transpose()?
            .unwrap_or_default(),
        profiles: arguments.profiles.clone(),
        force: arguments.force,
        cancel: Arc::default(),
    })
}

/// Reads the user's description of the dataset.
fn description(file: &Path) -> Result<DatasetDescription, Usage> {
    let toml = fs::read_to_string(file).map_err(|error| error.to_string());
    let description = toml.and_then(|toml| DatasetDescription::parse(&toml));
    description.map_err(|error| Usage(format!("{}: {error}", file.display())))
}

/// A bar on a terminal, and a message for each file that holds no record.
struct Watcher<'w> {
    bar: ProgressBar,
    redaction: Option<&'w Redaction>,
}

impl ExportObserver for Watcher<'_> {
    fn notes(&self) -> Map<String, Value> {
        self.redaction.map(Redaction::notes).unwrap_or_default()
    }

    fn planned(&self, records: u64) {
        // Each record passes twice.
        self.bar.set_length(records.saturating_mul(2));
    }

    fn passed(&self) {
        self.bar.inc(1);
    }

    fn unreadable(&self, file: &Path, why: &str) {
        let path = file.to_string_lossy();
        tracing::warn!(path = %harmless(&path), "left out: {}", harmless(why));
    }
}

fn tell(exported: &Exported, arguments: &Export, logging: &Logging) {
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
        logging.say(&lines(exported, arguments).join("\n"));
    }
}

fn lines(exported: &Exported, arguments: &Export) -> Vec<String> {
    let counts = &exported.counts;
    let mut lines = vec![counted(
        counts.records,
        "record exported",
        "records exported",
    )];
    if !exported.splits.is_empty() {
        let splits = exported.splits.iter();
        let splits: Vec<String> = splits
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        lines.push(format!("splits: {}", splits.join(", ")));
    }
    let mut note = |count: u64, one: &str, more: &str| {
        if count > 0 {
            lines.push(counted(count, one, more));
        }
    };
    note(
        counts.not_selected,
        "record not selected",
        "records not selected",
    );
    note(
        counts.duplicates,
        "near-duplicate left out; duplicates.csv names it",
        "near-duplicates left out; duplicates.csv names them",
    );
    note(
        counts.unsure,
        "value left out that was not sure enough",
        "values left out that were not sure enough",
    );
    note(
        exported.escaped_formulas,
        "cell begins with an apostrophe, so that no spreadsheet runs it",
        "cells begin with an apostrophe, so that no spreadsheet runs them",
    );
    note(
        counts.unreadable,
        "file left out that holds no record",
        "files left out that hold no record",
    );
    lines.push(format!("dataset: {}", arguments.to.display()));
    lines
}

fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
