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
use super::text_report::{Style, TextReport};
use crate::discover::{Selection, discover, percent_decode, percent_encode};
use crate::extractor::Extractor;
use crate::pipeline;
use diarium_document::{Failure, MEMBER_SEPARATOR, Record, Source};

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
            Ok((record, members)) => {
                if !members.is_empty() || record.is_none() {
                    write_members(&arguments.file, &members, report);
                }
                match record {
                    Some(record) => record,
                    None => return Ok(ShowOutcome::Written),
                }
            }
            Err(failure) => return Ok(ShowOutcome::DocumentFailed(failure)),
        }
    };
    record::write(&record, report);
    Ok(ShowOutcome::Written)
}

/// Lists the members of a container, as `show` takes them.
fn write_members(file: &Path, members: &[String], report: &mut TextReport) {
    let title = match members.len() {
        1 => "1 document or container inside".to_owned(),
        count => format!("{count} documents or containers inside"),
    };
    report.heading(&title);
    for member in members {
        // Encoded like the path of its record, so that it can be read back.
        let member = percent_encode(Path::new(member));
        let path = format!("{}{MEMBER_SEPARATOR}{member}", file.display());
        report.paragraph(2, Style::Plain, &path);
    }
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
    if let Some(source) = member_source(file)? {
        return Ok(source);
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

/// The source of a member, named as `FILE!/path`; `None` for a file.
fn member_source(file: &Path) -> anyhow::Result<Option<Source>> {
    let named = file.to_string_lossy();
    if file.exists() {
        return Ok(None);
    }
    // The first part that is a file is the container: folders may have such names, too.
    let splits = named.match_indices(MEMBER_SEPARATOR);
    let mut splits = splits.map(|(at, separator)| (&named[..at], &named[at + separator.len()..]));
    let Some((container, inside)) = splits.find(|(container, _)| Path::new(container).is_file())
    else {
        return Ok(None);
    };
    let mut source = source(Path::new(container))?;
    source.relative = format!("{}{MEMBER_SEPARATOR}{inside}", source.relative);
    let members = inside.split(MEMBER_SEPARATOR);
    source.members = members
        .map(|member| String::from_utf8_lossy(&percent_decode(member)).into_owned())
        .collect();
    Ok(Some(source))
}

#[cfg(test)]
mod tests;
