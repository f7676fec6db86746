//! `diarium show`: what does one document say, for a person's eyes?
//!
//! One file one part of the record. Everything that came out of a document is made harmless before
//! it reaches the terminal; [`sheet`] sees to that, so that no printer can forget it.

mod budget;
mod choices;
mod fields;
mod header;
mod lists;
mod people;
mod sections;
pub(super) mod sheet;
mod warnings;
mod why;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::arguments::Show;
use super::exit::{Exit, Usage};
use super::logging::Logging;
use super::reading;
use super::terminal::Style;
use crate::discover::discover;
use crate::extractor::Extractor;
use crate::pipeline;
use diarium_document::{Failure, Record, Source};
use sheet::Sheet;

/// Shows a record, or processes a document in memory and shows its record.
pub(super) fn run(arguments: &Show, style: &Style, logging: &Logging) -> anyhow::Result<Exit> {
    if arguments.why {
        return explain(arguments, style, logging);
    }
    let record = if is_record(&arguments.file) {
        load(&arguments.file)?
    } else {
        let extractor = extractor(arguments)?;
        match extractor.process_file(&source(&arguments.file)?) {
            Ok(record) => record,
            Err(failure) => return Ok(document_failed(&arguments.file, &failure, logging)),
        }
    };
    let mut sheet = Sheet::new(*style);
    show(&record, &mut sheet);
    io::stdout().lock().write_all(sheet.text().as_bytes())?;
    Ok(Exit::Success)
}

/// The record, part by part; a part that the document lacks is left out.
fn show(record: &Record, sheet: &mut Sheet) {
    header::show(record, sheet);
    warnings::show(&record.warnings, sheet);
    fields::show(&record.fields, sheet);
    people::show(&record.people, sheet);
    if let Some(budget) = &record.budget {
        budget::show(budget, sheet);
    }
    choices::show(&record.choices, sheet);
    lists::show(&record.lists, sheet);
    sections::show(&record.sections, sheet);
}

fn is_record(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn load(file: &Path) -> anyhow::Result<Record> {
    let name = file.display();
    let text = fs::read_to_string(file)
        .map_err(|error| Usage(format!("{name}: {error}; check the path")))?;
    let record = serde_json::from_str(&text);
    record.map_err(|error| Usage(format!("{name} is no record of diarium: {error}")).into())
}

/// Shows why a document became what it did. A record does not tell; its document does.
fn explain(arguments: &Show, style: &Style, logging: &Logging) -> anyhow::Result<Exit> {
    let file = &arguments.file;
    if is_record(file) {
        let message = "a record does not tell why it is as it is; give --why the document";
        return Err(Usage(message.to_owned()).into());
    }
    let extractor = extractor(arguments)?;
    let outputs = match extractor.explain_file(&source(file)?) {
        Ok(outputs) => outputs,
        Err(failure) => return Ok(document_failed(file, &failure, logging)),
    };
    let mut sheet = Sheet::new(*style);
    why::show(&outputs, &mut sheet);
    io::stdout().lock().write_all(sheet.text().as_bytes())?;
    Ok(Exit::Success)
}

/// Reports a document that cannot be processed.
fn document_failed(file: &Path, failure: &Failure, logging: &Logging) -> Exit {
    let Failure { code, message } = failure;
    logging.error(&anyhow!("{}: {code}: {message}", file.display()));
    Exit::SomeFailed
}

fn extractor(arguments: &Show) -> anyhow::Result<Extractor> {
    let read = reading::options(&arguments.reading)?;
    Ok(Extractor::load(arguments.profiles.as_deref(), read)?)
}

fn source(file: &Path) -> anyhow::Result<Source> {
    if file.is_dir() {
        let message = format!("{} is a folder; show takes one file", file.display());
        return Err(Usage(message).into());
    }
    let found = discover(&[PathBuf::from(file)], None).map_err(pipeline::Error::from)?;
    let first = found.files.into_iter().next();
    let Some(source) = first.map(|found| found.source) else {
        let issue = found.issues.first();
        let reason = issue.map_or("is no file", |issue| issue.message.as_str());
        return Err(Usage(format!("{} {reason}", file.display())).into());
    };
    Ok(source)
}

#[cfg(test)]
mod tests;
