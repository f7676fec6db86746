//! `diarium show`: print one document or record for a person to read, or explain a document's record.
//!
//! A document is processed in memory; nothing is written.

mod explain;
mod record;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::arguments::Show;
use super::exit::{Exit, UsageError};
use super::logging::Logging;
use super::processing;
use super::terminal::Terminal;
use super::text_report::TextReport;
use crate::discover::{Selection, discover};
use crate::extractor::Extractor;
use crate::pipeline;
use diarium_document::{Failure, Record, Source};

/// Prints the record, or with `--why` how it came about.
pub(super) fn run(arguments: &Show, terminal: Terminal, logging: &Logging) -> anyhow::Result<Exit> {
    let mut report = TextReport::new(terminal);
    let outcome = if arguments.why {
        write_explanation(arguments, &mut report)?
    } else {
        write_record(arguments, &mut report)?
    };
    if let ShowOutcome::DocumentFailed(Failure { code, message }) = outcome {
        let file = arguments.file.display();
        logging.error(&anyhow!("{file}: {code}: {message}"));
        return Ok(Exit::SomeFailed);
    }
    io::stdout().lock().write_all(report.text().as_bytes())?;
    Ok(Exit::Success)
}

/// The outcome for the document; an error is one of the program.
enum ShowOutcome {
    Written,
    DocumentFailed(Failure),
}

fn write_record(arguments: &Show, report: &mut TextReport) -> anyhow::Result<ShowOutcome> {
    let record = if is_record(&arguments.file) {
        load_record(&arguments.file)?
    } else {
        let source = source(&arguments.file)?;
        match extractor(arguments)?.process_file(&source) {
            Ok(record) => record,
            Err(failure) => return Ok(ShowOutcome::DocumentFailed(failure)),
        }
    };
    record::write(&record, report);
    Ok(ShowOutcome::Written)
}

fn write_explanation(arguments: &Show, report: &mut TextReport) -> anyhow::Result<ShowOutcome> {
    let file = &arguments.file;
    if is_record(file) {
        let message = "a record cannot be explained; use `--why` with its document";
        return Err(UsageError(message.to_owned()).into());
    }
    let source = source(file)?;
    let extractor = extractor(arguments)?;
    match extractor.explain_file(&source) {
        Ok(outputs) => explain::write(&outputs, extractor.profiles(), report),
        Err(failure) => return Ok(ShowOutcome::DocumentFailed(failure)),
    }
    Ok(ShowOutcome::Written)
}

fn is_record(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn load_record(file: &Path) -> anyhow::Result<Record> {
    let name = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| UsageError(format!("{name} cannot be read: {error}")))?;
    let record = serde_json::from_str(&text);
    record.map_err(|error| UsageError(format!("{name} is not a record: {error}")).into())
}

fn extractor(arguments: &Show) -> anyhow::Result<Extractor> {
    let options = processing::read_options(&arguments.reading)?;
    let profiles = arguments.profiles.as_deref();
    Ok(Extractor::load(
        profiles,
        arguments.letterhead.as_deref(),
        options,
    )?)
}

fn source(file: &Path) -> anyhow::Result<Source> {
    if file.is_dir() {
        let message = format!("{} is a folder; expected a file", file.display());
        return Err(UsageError(message).into());
    }
    let found = discover(&[PathBuf::from(file)], None, &Selection::default())
        .map_err(pipeline::Error::from)?;
    let first = found.files.into_iter().next();
    let Some(source) = first.map(|found| found.source) else {
        let issue = found.issues.first();
        let reason = issue.map_or("is not a file", |issue| issue.message.as_str());
        return Err(UsageError(format!("{} {reason}", file.display())).into());
    };
    Ok(source)
}

#[cfg(test)]
mod tests;
