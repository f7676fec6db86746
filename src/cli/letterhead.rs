//! `diarium letterhead learn`: find the boilerplate that many documents share, for a person to approve.
//!
//! It learns from records, whose pages are the documents as read. Documents that have no records yet are
//! processed first, as `run` does it, in a temporary folder.

use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use super::arguments::{Learn, Letterhead, LetterheadCommand, Run};
use super::exit::{Exit, UsageError};
use super::format::plural;
use super::logging::Logging;
use super::run;
use super::sanitize::escape_control_chars;
use crate::archive::{Archive, RecordFile};
use crate::discover::is_output_folder;
use crate::extractor::{load_letterhead, load_profiles};
use crate::files;
use crate::pipeline;
use diarium_extract::clean::learn::{LearnedDocument, Learner};
use diarium_extract::profile::LetterheadFile;

/// Runs a subcommand.
pub(super) fn run(arguments: &Letterhead, logging: &Logging) -> anyhow::Result<Exit> {
    match &arguments.command {
        LetterheadCommand::Learn(options) => learn(options, logging),
    }
}

/// The parts of a record that are learned from.
#[derive(Deserialize)]
struct LearnedRecord {
    source: LearnedSource,
    pages: Vec<LearnedPage>,
}

#[derive(Deserialize)]
struct LearnedSource {
    path: String,
}

#[derive(Deserialize)]
struct LearnedPage {
    text: String,
}

fn learn(arguments: &Learn, logging: &Logging) -> anyhow::Result<Exit> {
    // All checks before the documents are read, which may take hours with OCR.
    pipeline::resolve_destination(&arguments.to, None)?;
    let earlier = earlier(&arguments.to)?;
    let profiles = load_profiles(arguments.profiles.as_deref())?;
    let (folders, documents): (Vec<&PathBuf>, Vec<&PathBuf>) = arguments
        .inputs
        .iter()
        .partition(|input| is_output_folder(input));
    let mut learner = Learner::new(&profiles);
    let mut unreadable = 0;
    for folder in folders {
        unreadable += add_records(folder, &mut learner)?;
    }
    if !documents.is_empty() {
        let processed = tempfile::tempdir().context("a temporary folder cannot be created")?;
        let out = processed.path().join("out");
        let exit = run::run(&process(arguments, &documents, &out)?, logging)?;
        // Documents that failed are in no archive either.
        if !matches!(exit, Exit::Success | Exit::SomeFailed) {
            return Ok(exit);
        }
        unreadable += add_records(&out, &mut learner)?;
    }
    let count = learner.documents();
    let file = learner.finish().with_decisions(&earlier);
    let toml = file.to_toml(count);
    files::write_bytes(&arguments.to, toml.as_bytes())?;
    let proposals = match file.entries.len() {
        1 => "1 proposal".to_owned(),
        number => format!("{number} proposals"),
    };
    logging.print(&format!(
        "{} compared, {proposals} in {}. Approve entries there, then use `run --letterhead`.",
        plural(usize::try_from(count).unwrap_or(usize::MAX), "document"),
        escape_control_chars(&arguments.to.to_string_lossy())
    ));
    Ok(if unreadable == 0 {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

/// The decisions in a file that is already there.
fn earlier(file: &Path) -> anyhow::Result<LetterheadFile> {
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(LetterheadFile::default()),
        _ => Ok(load_letterhead(file)?),
    }
}

/// Adds the records of an output folder. Returns the number of those that cannot be read.
fn add_records(folder: &Path, learner: &mut Learner<'_>) -> anyhow::Result<u64> {
    let mut unreadable = 0;
    let keep = |file: RecordFile<LearnedRecord>| file;
    Archive::new(folder).read(keep, |file| {
        match &file.record {
            Ok(record) => learner.add(&LearnedDocument {
                path: &record.source.path,
                pages: record.pages.iter().map(|page| page.text.as_str()).collect(),
            }),
            Err(error) => {
                let path = file.path.to_string_lossy();
                tracing::warn!(path = %escape_control_chars(&path), "not compared: {}", escape_control_chars(error));
                unreadable += 1;
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(unreadable)
}

/// A run over documents, into a folder that is only read here.
fn process(arguments: &Learn, documents: &[&PathBuf], out: &Path) -> Result<Run, UsageError> {
    use clap::Parser;
    use std::ffi::OsString;

    // Parsed, so that all other options have the defaults of `run`.
    let mut line: Vec<OsString> = vec![
        "diarium".into(),
        "run".into(),
        "--out".into(),
        out.into(),
        "--readings-limit".into(),
        "0".into(),
    ];
    if let Some(folder) = &arguments.profiles {
        line.extend(["--profiles".into(), folder.into()]);
    }
    line.push("--".into());
    line.extend(documents.iter().map(OsString::from));
    let parsed = super::arguments::Arguments::try_parse_from(line)
        .map_err(|error| UsageError(error.to_string()))?;
    match parsed.command {
        super::arguments::Command::Run(mut run) => {
            run.processing.reading = arguments.reading.clone();
            run.selection = arguments.selection.clone();
            Ok(run)
        }
        _ => Err(UsageError("the documents cannot be processed".to_owned())),
    }
}
