//! `diarium check`: does every record keep its promise?

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::arguments::Check;
use super::exit::Exit;
use super::plain::harmless;
use crate::archive::Archive;
use crate::catalogue::Catalogue;
use crate::document::Record;
use crate::pipeline::Tools;
use crate::read;
use crate::validate::{self, Schemas, Violation};

/// Prints every violation as `file: place: what`, then how many there are.
pub(super) fn run(arguments: &Check) -> anyhow::Result<Exit> {
    let folder = &arguments.folder.folder;
    let promised = Catalogue::open_to_read(folder)?.records()?;
    let tools = Tools::load(arguments.profiles.as_deref(), read::Options::default())?;
    let mut output = io::stdout().lock();
    let (mut records, mut broken, mut violations) = (0_u64, 0_u64, 0_u64);
    for file in Archive::new(folder).files() {
        let file = file?;
        let found = check(&file, &tools.schemas);
        records += 1;
        broken += u64::from(!found.is_empty());
        violations += tell(&file, &found, &mut output)?;
    }
    for file in promised.iter().map(|record| folder.join(record)) {
        if !file.is_file() {
            let message = "the catalogue tells of this record, but it is gone; run again";
            let gone = Violation::new("", message);
            violations += tell(&file, &[gone], &mut output)?;
        }
    }
    if violations == 0 {
        writeln!(output, "{records} records checked, all keep their promise")?;
        return Ok(Exit::Success);
    }
    writeln!(
        output,
        "{records} records checked, {broken} broken; {violations} violations in all"
    )?;
    Ok(Exit::SomeFailed)
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
