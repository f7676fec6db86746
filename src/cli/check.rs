//! `diarium check`: validate every record, and compare the files of an output folder with its
//! catalogue.
//!
//! Each violation is printed as `file: JSON pointer: message`.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::arguments::Check;
use super::exit::Exit;
use super::format::plural;
use super::logging::Logging;
use super::sanitize::escape_control_chars;
use crate::archive::Archive;
use crate::catalogue::{self, Catalogue, Lock};
use crate::extractor::Extractor;
use crate::store::{CheckDepth, Finding, Store, inspect, inspect_left_over};
use crate::validate::{self, Schemas, Violation};
use diarium_document::Record;
use diarium_read as read;

/// Counts of a check.
#[derive(Default)]
struct Totals {
    records: u64,
    invalid_records: u64,
    violations: u64,
}

/// Prints every violation, then the counts. Repaired inconsistencies are no violations.
pub(super) fn run(arguments: &Check, logging: &Logging) -> anyhow::Result<Exit> {
    let folder = &arguments.folder.folder;
    let mut output = io::stdout().lock();
    // First: a record that the repair removes or restores should not be reported below.
    let inconsistencies = if arguments.repair {
        repair(folder, &mut output, logging)?;
        Vec::new()
    } else {
        inspect_folder(folder)?
    };
    let extractor = Extractor::load(
        arguments.profiles.as_deref(),
        None,
        read::Options::default(),
    )?;
    let mut totals = Totals::default();
    for file in Archive::new(folder).files() {
        let file = file?;
        let violations = validate_record(&file, extractor.schemas());
        totals.records += 1;
        totals.invalid_records += u64::from(!violations.is_empty());
        totals.violations += print(&file, &violations, &mut output)?;
    }
    for Finding { file, problem } in &inconsistencies {
        let violation = Violation::new("", problem.to_string());
        totals.violations += print(&folder.join(file), &[violation], &mut output)?;
    }
    let records = plural(totals.records, "record");
    if totals.violations == 0 {
        writeln!(output, "{records} checked, all valid")?;
        return Ok(Exit::Success);
    }
    let violations = plural(totals.violations, "violation");
    writeln!(
        output,
        "{records} checked, {} invalid; {violations}",
        totals.invalid_records
    )?;
    Ok(Exit::SomeFailed)
}

/// Inconsistencies between the files and the catalogue.
fn inspect_folder(folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let catalogue = Catalogue::open_to_read(folder)?;
    let mut findings = Vec::new();
    // While a run holds the lock, its temporary files and interrupted operations are in use.
    if let Ok(_lock) = Lock::acquire(folder) {
        findings = inspect_left_over(folder, &catalogue)?;
    }
    findings.extend(inspect(folder, &catalogue, CheckDepth::Content)?);
    Ok(findings)
}

/// Repairs inconsistencies, and prints each with its repair.
fn repair(folder: &Path, output: &mut impl Write, logging: &Logging) -> anyhow::Result<()> {
    // Before the store is opened, which removes leftovers and completes operations: afterwards there is
    // nothing to list.
    let left_over = match Catalogue::open_to_read(folder) {
        Ok(catalogue) => inspect_left_over(folder, &catalogue)?,
        // `open_to_read` refuses a catalogue that is in the middle of an operation or of an older
        // version; opening the store below finishes the operation or migrates the catalogue.
        Err(_) if folder.join(catalogue::FILE_NAME).is_file() => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let mut store = Store::open(folder).map_err(crate::pipeline::Error::from)?;
    let findings = inspect(folder, store.catalogue(), CheckDepth::Content)?;
    store.repair(&findings)?;
    for Finding { file, problem } in left_over.iter().chain(&findings) {
        writeln!(
            output,
            "{}: {problem}: {}",
            escape_control_chars(file),
            problem.repair()
        )?;
    }
    let repaired = plural(left_over.len() + findings.len(), "problem");
    logging.print(&format!("{repaired} repaired"));
    Ok(())
}

/// Prints a line for each violation, and returns their number.
fn print(file: &Path, violations: &[Violation], output: &mut impl Write) -> io::Result<u64> {
    let name = file.to_string_lossy();
    for Violation { path, message } in violations {
        let pointer = if path.is_empty() { "/" } else { path };
        let line = format!("{name}: {pointer}: {message}");
        writeln!(output, "{}", escape_control_chars(&line))?;
    }
    Ok(u64::try_from(violations.len()).unwrap_or(u64::MAX))
}

/// All violations of a record: of its schema, spans and budget.
fn validate_record(file: &Path, schemas: &Schemas) -> Vec<Violation> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return vec![Violation::new("", format!("cannot be read: {error}"))],
    };
    let json: serde_json::Value = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => return vec![Violation::new("", format!("is not valid JSON: {error}"))],
    };
    // The JSON value is validated first: it gives all violations of the schema, where deserializing
    // stops at the first.
    let mut violations = schemas.validate(&json);
    match serde_json::from_value::<Record>(json) {
        Ok(record) => {
            violations.extend(validate::check_spans(&record));
            violations.extend(validate::check_budget(&record));
        }
        Err(error) => violations.push(Violation::new("", format!("is not a record: {error}"))),
    }
    violations
}
