//! `diarium profile test`: run the examples of document types.
//!
//! `examples/<profile>/` beside the profiles contains documents, each with its expected record in
//! `<same name>.expected.json`. An expected record has the format of gold: it lists only what it
//! checks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::eval::mistake_line;
use crate::cli::exit::Exit;
use crate::cli::format::plural;
use crate::cli::terminal::Terminal;
use crate::cli::text_report::{Style, TextReport};
use crate::extractor::Extractor;
use diarium_dataset::evaluate::{Evaluation, Gold, Mistake};
use diarium_extract::profile;

/// The ending of the names of expected records.
const EXPECTED: &str = ".expected.json";

/// A document of a profile, and its expected record.
#[derive(Debug)]
pub(super) struct Example {
    /// The profile's name.
    pub(super) profile: String,
    /// The document's file name.
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
    /// The expected record as JSON; `None` if the file is missing.
    pub(super) expected: Option<String>,
}

/// Runs the examples of a folder of profiles, or the built-in ones. Returns a report of all
/// differences.
pub(super) fn run(
    folder: Option<&Path>,
    extractor: &Extractor,
    terminal: Terminal,
) -> anyhow::Result<(String, Exit)> {
    let examples = match folder {
        Some(folder) => of_folder(folder)?,
        None => built_in(),
    };
    let mut report = TextReport::new(terminal);
    let mut failed = 0;
    for example in &examples {
        let differences = differences(example, extractor);
        failed += usize::from(!differences.is_empty());
        let (mark, style) = if differences.is_empty() {
            ("ok", Style::Success)
        } else {
            ("--", Style::Error)
        };
        let name = format!("{}/{}", example.profile, example.file);
        report.item(mark, style, &name);
        for difference in &differences {
            report.paragraph(5, Style::Plain, difference);
        }
    }
    report.blank_line();
    let summary = if examples.is_empty() {
        "no examples: add documents to examples/<profile>/ beside the profiles".to_owned()
    } else {
        format!("{}, {failed} failed", plural(examples.len(), "example"))
    };
    report.paragraph(0, Style::Plain, &summary);
    let exit = if failed == 0 {
        Exit::Success
    } else {
        Exit::SomeFailed
    };
    Ok((report.into_text(), exit))
}

fn built_in() -> Vec<Example> {
    let examples = profile::EXAMPLES.iter();
    examples
        .map(|example| Example {
            profile: example.profile.to_owned(),
            // The ending matters: a document's name decides its reader.
            file: format!("{}.txt", example.profile),
            bytes: example.text.as_bytes().to_vec(),
            expected: Some(example.expected.to_owned()),
        })
        .collect()
}

/// The examples of a folder of profiles, sorted by profile and file name.
pub(super) fn of_folder(profiles: &Path) -> anyhow::Result<Vec<Example>> {
    let folder = profiles.join("examples");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut examples = Vec::new();
    // Sorted, because the order of a folder's entries depends on the file system.
    let entries = WalkDir::new(&folder).min_depth(2).max_depth(2);
    for entry in entries.sort_by_file_name() {
        let entry = entry.with_context(|| format!("{}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.ends_with(EXPECTED) && !name.starts_with('.') {
            examples.push(load(entry.path(), name)?);
        }
    }
    Ok(examples)
}

fn load(path: &Path, file: String) -> anyhow::Result<Example> {
    let expected = expected_path(path);
    let profile = path.parent().and_then(Path::file_name);
    Ok(Example {
        profile: profile.unwrap_or_default().to_string_lossy().into_owned(),
        file,
        bytes: fs::read(path).with_context(|| format!("{}", path.display()))?,
        expected: expected
            .is_file()
            .then(|| fs::read_to_string(&expected))
            .transpose()
            .with_context(|| format!("{}", expected.display()))?,
    })
}

/// The path of a document's expected record: `plan.expected.json` for `plan.txt`.
pub(super) fn expected_path(document: &Path) -> PathBuf {
    let stem = document.file_stem().unwrap_or_default().to_string_lossy();
    document.with_file_name(format!("{stem}{EXPECTED}"))
}

/// The differences between an example's record and its expected record, one line each.
pub(super) fn differences(example: &Example, extractor: &Extractor) -> Vec<String> {
    let Some(expected) = &example.expected else {
        // A failure, not a skip: an example that checks nothing would pass for ever.
        let missing = expected_path(Path::new(&example.file));
        return vec![format!("{} is missing", missing.display())];
    };
    let mut gold = match Gold::parse(expected, Some(&example.file)) {
        Ok(gold) => gold,
        Err(error) => return vec![format!("the expected record is invalid: {error}")],
    };
    // An example must be recognized as the profile whose folder it is in, also if the file does not say
    // so.
    gold.kind.get_or_insert_with(|| example.profile.clone());
    let record = match extractor.process_bytes(&example.file, &example.bytes) {
        Ok(record) => record,
        Err(failure) => return vec![format!("{}: {}", failure.code, failure.message)],
    };
    let mut evaluation = Evaluation::default();
    evaluation.add(&gold, Some(&record));
    let mistakes = evaluation.finish().mistakes;
    mistakes.iter().map(without_document).collect()
}

/// The line of a mistake without its document, which is the line above.
fn without_document(mistake: &Mistake) -> String {
    let line = mistake_line(mistake);
    let prefix = format!("{}: ", mistake.document);
    line.strip_prefix(&prefix).unwrap_or(&line).to_owned()
}
