//! `diarium export`: how is a dataset asked for, watched and summed up?

use std::path::Path;

use indicatif::ProgressBar;

use super::arguments::{Export, ExportFormat};
use super::exit::Exit;
use super::logging::Logging;
use super::plain::harmless;
use super::progress;
use crate::export::{Format, Selection};
use crate::pipeline::{self, ExportObserver, ExportOptions, Exported};

/// Makes the dataset, and says on standard error what came of it.
pub(super) fn run(arguments: &Export, logging: &Logging) -> anyhow::Result<Exit> {
    let options = options(arguments);
    let watcher = Watcher {
        bar: progress::bar(logging, "records"),
    };
    let result = pipeline::export(&options, &watcher);
    watcher.bar.finish_and_clear();
    let exported = result?;
    logging.say(&lines(&exported, arguments).join("\n"));
    Ok(match exported.unreadable {
        0 => Exit::Success,
        _ => Exit::SomeFailed,
    })
}

fn options(arguments: &Export) -> ExportOptions<'static> {
    ExportOptions {
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
        transform: None,
        profiles: arguments.profiles.clone(),
        force: arguments.force,
    }
}

/// A bar on a terminal, and a message for each file that holds no record.
struct Watcher {
    bar: ProgressBar,
}

impl ExportObserver for Watcher {
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

fn lines(exported: &Exported, arguments: &Export) -> Vec<String> {
    let mut lines = vec![format!("{} records exported", exported.records)];
    let mut note = |count: u64, what: &str| {
        if count > 0 {
            lines.push(format!("{count} {what}"));
        }
    };
    note(
        exported.not_selected,
        "records left out that the selection does not want",
    );
    note(exported.unsure, "values left out that were not sure enough");
    note(exported.unreadable, "files left out that hold no record");
    lines.push(format!("dataset: {}", arguments.to.display()));
    lines
}
