//! `diarium profile new`: how does one begin a profile?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::examples::expected_path;
use crate::cli::arguments::NewProfile;
use crate::cli::exit::Usage;
use crate::cli::show::sheet::{Cell, Look, Sheet};
use crate::cli::terminal::Style;
use crate::discover::discover;
use crate::extractor::Extractor;
use crate::files;
use crate::pipeline;
use diarium_dataset::evaluate;
use diarium_document::{CleanDocument, Record};
use diarium_extract::draft::{self, Draft, Request};
use diarium_extract::extract;
use diarium_read as read;

/// Drafts a profile from copies of a form, writes it with its schema and an example, and tells what
/// the draft makes of the first copy.
pub(super) fn run(
    arguments: &NewProfile,
    extractor: &Extractor,
    style: &Style,
) -> anyhow::Result<String> {
    let place = Place::new(arguments)?;
    pipeline::resolve_destination(&arguments.out, None)?;
    let samples = samples(&arguments.from, extractor)?;
    let draft = draft::draft(&Request {
        name: &arguments.name,
        samples: &samples,
        profiles: extractor.profiles(),
        type_of: extract::type_of,
    });
    files::write_bytes(&place.profile, draft.toml.as_bytes())?;
    files::write_bytes(&place.schema, draft.schema.as_bytes())?;
    let record = example(arguments, &place)?;
    Ok(told(&place, &draft, &record, style))
}

/// Where everything goes.
struct Place {
    profile: PathBuf,
    schema: PathBuf,
    examples: PathBuf,
}

impl Place {
    fn new(arguments: &NewProfile) -> Result<Self, Usage> {
        let name = &arguments.name;
        if !draft::is_kind_name(name) {
            return Err(Usage(format!(
                "{name} cannot name a document type; use small letters, digits and hyphens"
            )));
        }
        let profile = arguments.out.join(format!("{name}.toml"));
        if profile.exists() {
            let profile = profile.display();
            return Err(Usage(format!(
                "{profile} is there already; it is not written over"
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
        let found = discover(std::slice::from_ref(file), None).map_err(pipeline::Error::from)?;
        if file.is_dir() || found.files.is_empty() {
            return Err(Usage(format!("{} is no document", file.display())).into());
        }
        for source in found.files.iter().map(|found| &found.source) {
            let outputs = extractor
                .explain_file(source)
                .map_err(|failure| Usage(format!("{}: {}", file.display(), failure.message)))?;
            samples.push(outputs.clean);
        }
    }
    Ok(samples)
}

/// Copies the first sample into the examples, with what the draft makes of it.
fn example(arguments: &NewProfile, place: &Place) -> anyhow::Result<Record> {
    // As a run would load it: a draft that does not load is never left unnoticed.
    let extractor = Extractor::load(Some(&arguments.out), read::Options::default())?;
    let sample = &arguments.from[0];
    let bytes = fs::read(sample).with_context(|| format!("{}", sample.display()))?;
    let name = sample.file_name().map(Path::new).unwrap_or(sample);
    let file = place.examples.join(name);
    let record = extractor
        .process_bytes(&name.to_string_lossy(), &bytes)
        .map_err(|failure| Usage(format!("{}: {}", sample.display(), failure.message)))?;
    files::write_bytes(&file, &bytes)?;
    files::write_json(&expected_path(&file), &evaluate::expected(&record))?;
    Ok(record)
}

fn told(place: &Place, draft: &Draft, record: &Record, style: &Style) -> String {
    let mut sheet = Sheet::new(*style);
    let rows: Vec<Vec<Cell>> = draft
        .fields
        .iter()
        .map(|field| {
            let values = field.record_names();
            let found = values.iter().filter_map(|name| record.fields.get(name));
            let raw: Vec<&str> = found.map(|field| field.raw.as_str()).collect();
            let value = match raw.as_slice() {
                [] => Cell::words("no value in the first copy").look(Look::Odd),
                raw => Cell::words(raw.join(" – ")),
            };
            vec![
                Cell::words(&field.name).look(Look::Bold),
                Cell::words(field.type_name()).look(Look::Dim),
                value,
            ]
        })
        .collect();
    sheet.title("Fields");
    sheet.table(&rows, 2);
    sheet.gap();
    let files = [&place.profile, &place.schema, &place.examples];
    for file in files {
        sheet.paragraph(0, Look::Plain, &format!("written: {}", file.display()));
    }
    let next = "Read the profile and the expectation beside the example, correct both, and run \
                diarium profile test --profiles with the folder.";
    sheet.paragraph(0, Look::Plain, next);
    sheet.text().to_owned()
}
