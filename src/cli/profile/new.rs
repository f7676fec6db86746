//! `diarium profile new`: draft a document type from completed copies of its form.
//!
//! It writes the profile, its schema and one example. An existing profile is never overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::examples::expected_path;
use crate::cli::arguments::NewProfile;
use crate::cli::exit::UsageError;
use crate::cli::terminal::Terminal;
use crate::cli::text_report::{Cell, Style, TextReport};
use crate::discover::{Selection, discover};
use crate::extractor::Extractor;
use crate::files;
use crate::pipeline;
use diarium_dataset::evaluate;
use diarium_document::{CleanDocument, Record};
use diarium_extract::draft::{self, Draft, Request};
use diarium_extract::extract;
use diarium_read as read;

/// Writes the draft. Returns a report of its fields, with their values in the first copy.
pub(super) fn run(
    arguments: &NewProfile,
    extractor: &Extractor,
    terminal: Terminal,
) -> anyhow::Result<String> {
    // All checks before the samples are read, which may take minutes with OCR.
    let paths = Paths::new(arguments)?;
    pipeline::resolve_destination(&arguments.out, None)?;
    let samples = samples(&arguments.from, extractor)?;
    let draft = draft::draft(&Request {
        name: &arguments.name,
        samples: &samples,
        profiles: extractor.profiles(),
        infer_type: extract::infer_type,
    });
    files::write_bytes(&paths.profile, draft.toml.as_bytes())?;
    files::write_bytes(&paths.schema, draft.schema.as_bytes())?;
    let record = write_example(arguments, &paths)?;
    Ok(report(&paths, &draft, &record, terminal))
}

/// The paths of the files to write.
struct Paths {
    profile: PathBuf,
    schema: PathBuf,
    /// A folder.
    examples: PathBuf,
}

impl Paths {
    fn new(arguments: &NewProfile) -> Result<Self, UsageError> {
        let name = &arguments.name;
        if !draft::is_kind_name(name) {
            return Err(UsageError(format!(
                "{name} is not a valid name; expected lowercase letters, digits and hyphens, e.g. \
                 `travel-grant`"
            )));
        }
        let profile = arguments.out.join(format!("{name}.toml"));
        // The user corrects a draft by hand; a second draft would undo that.
        if profile.exists() {
            let profile = profile.display();
            return Err(UsageError(format!(
                "{profile} already exists; choose another name or delete it"
            )));
        }
        Ok(Self {
            profile,
            schema: arguments.out.join(format!("{name}.schema.json")),
            examples: arguments.out.join("examples").join(name),
        })
    }
}

fn samples(files: &[PathBuf], extractor: &Extractor) -> anyhow::Result<Vec<CleanDocument>> {
    let mut samples = Vec::new();
    for file in files {
        let found = discover(std::slice::from_ref(file), None, &Selection::default())
            .map_err(pipeline::Error::from)?;
        if file.is_dir() || found.files.is_empty() {
            return Err(UsageError(format!("{} is not a document", file.display())).into());
        }
        for source in found.files.iter().map(|found| &found.source) {
            let outputs = extractor.explain_file(source).map_err(|failure| {
                UsageError(format!("{}: {}", file.display(), failure.message))
            })?;
            samples.push(outputs.clean);
        }
    }
    Ok(samples)
}

/// Copies the first sample to the examples, with its record as the expected record.
fn write_example(arguments: &NewProfile, paths: &Paths) -> anyhow::Result<Record> {
    // Loaded from the files, as a run does, so that a draft that does not load is an error here.
    let extractor = Extractor::load(Some(&arguments.out), None, read::Options::default())?;
    // clap requires at least one.
    let sample = &arguments.from[0];
    let bytes = fs::read(sample).with_context(|| format!("{}", sample.display()))?;
    let name = sample.file_name().map(Path::new).unwrap_or(sample);
    let file = paths.examples.join(name);
    let record = extractor
        .process_bytes(&name.to_string_lossy(), &bytes)
        .map_err(|failure| UsageError(format!("{}: {}", sample.display(), failure.message)))?;
    files::write_bytes(&file, &bytes)?;
    files::write_json(&expected_path(&file), &evaluate::draft_gold(&record))?;
    Ok(record)
}

fn report(paths: &Paths, draft: &Draft, record: &Record, terminal: Terminal) -> String {
    let mut report = TextReport::new(terminal);
    let rows: Vec<Vec<Cell>> = draft
        .fields
        .iter()
        .map(|field| {
            let names = field.record_names();
            let values = names.iter().filter_map(|name| record.fields.get(name));
            let raw: Vec<&str> = values.map(|field| field.raw.as_str()).collect();
            let value = match raw.as_slice() {
                [] => Cell::left("no value in the first copy").style(Style::Warning),
                raw => Cell::left(raw.join(" – ")),
            };
            vec![
                Cell::left(&field.name).style(Style::Bold),
                Cell::left(field.type_name()).style(Style::Dim),
                value,
            ]
        })
        .collect();
    report.heading("Fields");
    report.table(&rows, 2);
    report.blank_line();
    let files = [&paths.profile, &paths.schema, &paths.examples];
    for file in files {
        report.paragraph(0, Style::Plain, &format!("wrote {}", file.display()));
    }
    let next = "Next: check and correct the profile and the expected record of the example, and run \
                `diarium profile test --profiles` with this folder.";
    report.paragraph(0, Style::Plain, next);
    report.into_text()
}
