//! `diarium check`: validate every record, and compare the files of an output folder with its
//! catalogue.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::arguments::Check;
use super::exit::Exit;
use super::logging::Logging;
use super::plain::harmless;
use super::run::counted;
use crate::archive::Archive;
use crate::catalogue::{Catalogue, Lock};
use crate::extractor::Extractor;
use crate::store::{CheckDepth, Finding, Store, inspect, inspect_left_over};
use crate::validate::{self, Schemas, Violation};
use diarium_document::Record;
use diarium_read as read;

/// Prints every violation as `file: place: what`, then how many there are.
pub(super) fn run(arguments: &Check, logging: &Logging) -> anyhow::Result<Exit> {
    let folder = &arguments.folder.folder;
    let mut output = io::stdout().lock();
    let found = match arguments.repair {
        true => repair(folder, &mut output, logging)?,
        false => findings(folder)?,
    };
    let extractor = Extractor::load(arguments.profiles.as_deref(), read::Options::default())?;
    let (mut records, mut broken, mut violations) = (0_u64, 0_u64, 0_u64);
    for file in Archive::new(folder).files() {
        let file = file?;
        let found = check(&file, extractor.schemas());
        records += 1;
        broken += u64::from(!found.is_empty());
        violations += tell(&file, &found, &mut output)?;
    }
    if !arguments.repair {
        for Finding { file, problem } in &found {
            let problem = Violation::new("", problem.to_string());
            violations += tell(&folder.join(file), &[problem], &mut output)?;
        }
    }
    if violations == 0 {
        writeln!(output, "{} checked, all valid", counted(records, "record"))?;
        return Ok(Exit::Success);
    }
    writeln!(
        output,
        "{} checked, {broken} broken; {violations} violations in all",
        counted(records, "record")
    )?;
    Ok(Exit::SomeFailed)
}

/// What does not fit together. What a killed process left is only looked for where no run is at
/// work.
fn findings(folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let catalogue = Catalogue::open_to_read(folder)?;
    let mut findings = Vec::new();
    if let Ok(_lock) = Lock::acquire(folder) {
        findings = inspect_left_over(folder, &catalogue)?;
    }
    findings.extend(inspect(folder, &catalogue, CheckDepth::Content)?);
    Ok(findings)
}

/// Repairs what does not fit together, and prints what was found.
fn repair(
    folder: &Path,
    output: &mut impl Write,
    logging: &Logging,
) -> anyhow::Result<Vec<Finding>> {
    Catalogue::open_to_read(folder).map(drop).or_else(|error| {
        // An interrupted operation and an older version are no obstacles.
        match folder.join(crate::catalogue::FILE_NAME).is_file() {
            true => Ok(()),
            false => Err(error),
        }
    })?;
    // Opening the store finishes and removes what a killed process left.
    let left_over = match Catalogue::open_to_read(folder) {
        Ok(catalogue) => inspect_left_over(folder, &catalogue)?,
        Err(_) => Vec::new(),
    };
    let mut store = Store::open(folder).map_err(crate::pipeline::Error::from)?;
    let found = inspect(folder, store.catalogue(), CheckDepth::Content)?;
    store.repair(&found)?;
    for Finding { file, problem } in left_over.iter().chain(&found) {
        writeln!(
            output,
            "{}: {problem}: {}",
            harmless(file),
            problem.repair()
        )?;
    }
    logging.say(&format!(
        "{} repaired",
        counted(count(&left_over, &found), "problem")
    ));
    Ok(found)
}

fn count(left_over: &[Finding], found: &[Finding]) -> u64 {
    u64::try_from(left_over.len() + found.len()).unwrap_or(u64::MAX)
}

fn tell(file: &Path, violations: &[Violation], output: &mut impl Write) -> io::Result<u64> {
    let name = file.to_string_lossy();
    for Violation { path, message } in violations {
        let place = if path.is_empty() { "/" } else { path };
        let (name, place, message) = (harmless(&name), harmless(place), harmless(message));
        writeln!(output, "{name}: {place}: {message}")?;
    }
    Ok(u64::try_from(violations.len()).unwrap_or(u64::MAX))
}

fn check(file: &Path, schemas: &Schemas) -> Vec<Violation> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return vec![Violation::new("", format!("cannot be read: {error}"))],
    };
    let json: serde_json::Value = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => return vec![Violation::new("", format!("is no JSON: {error}"))],
    };
    let mut violations = schemas.validate(&json);
    match serde_json::from_value::<Record>(json) {
        Ok(record) => {
            violations.extend(validate::check_spans(&record));
            violations.extend(validate::check_budget(&record));
        }
        Err(error) => violations.push(Violation::new("", format!("is no record: {error}"))),
    }
    violations
}
