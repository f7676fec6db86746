//! `diarium doctor`: is everything here that a run needs?

use std::env;
use std::io::{self, Write};

use super::exit::Exit;
use super::run::cores;
use crate::profile::Profiles;
use crate::validate::Schemas;

/// What was looked at, and what was found: well or not.
type Finding = (&'static str, Result<String, String>);

/// Prints one line a finding.
pub(super) fn run() -> anyhow::Result<Exit> {
    let findings: [Finding; 6] = [
        ("version", Ok(env!("CARGO_PKG_VERSION").to_owned())),
        ("profiles", profiles()),
        ("schemas", schemas()),
        ("cores", Ok(cores().to_string())),
        ("temporary files", temporary_files()),
        (
            "text in images",
            Ok(
                "no OCR engine is built in: pages that are pictures are reported as ocr-needed"
                    .into(),
            ),
        ),
    ];
    let mut output = io::stdout().lock();
    for (what, finding) in &findings {
        let (mark, text) = match finding {
            Ok(text) => ("ok ", text),
            Err(text) => ("BAD", text),
        };
        writeln!(output, "{mark}  {what:<15}  {text}")?;
    }
    let well = findings.iter().all(|(_, finding)| finding.is_ok());
    Ok(if well {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn profiles() -> Result<String, String> {
    let profiles = Profiles::built_in().map_err(|error| error.to_string())?;
    let names: Vec<&str> = profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    Ok(format!("{} built in: {}", names.len(), names.join(", ")))
}

fn schemas() -> Result<String, String> {
    match Schemas::built_in() {
        Ok(schemas) => Ok(format!("{} compile", schemas.names().count())),
        Err(error) => Err(error.to_string()),
    }
}

fn temporary_files() -> Result<String, String> {
    let folder = env::temp_dir();
    match tempfile::tempfile().and_then(|mut file| file.write_all(b"diarium")) {
        Ok(()) => Ok(format!("{} can be written to", folder.display())),
        Err(error) => Err(format!(
            "{} cannot be written to: {error}; set TMPDIR to a folder that can",
            folder.display()
        )),
    }
}
