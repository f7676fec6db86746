//! `diarium doctor`: is everything here that a run needs?

use std::env;
use std::io::{self, Write};

use super::arguments::{Doctor, OcrEngineName};
use super::exit::Exit;
use super::plain::harmless;
use super::reading;
use super::run::cores;
use crate::validate::Schemas;
use diarium_extract::profile::Profiles;

/// What was looked at, and what was found: well or not.
type Finding = (&'static str, Result<String, String>);

/// Prints one line a finding.
pub(super) fn run(arguments: &Doctor) -> anyhow::Result<Exit> {
    let findings: [Finding; 6] = [
        ("version", Ok(env!("CARGO_PKG_VERSION").to_owned())),
        ("profiles", profiles()),
        ("schemas", schemas()),
        ("cores", Ok(cores().to_string())),
        ("temporary files", temporary_files()),
        ("text in images", text_in_images(arguments)),
    ];
    let mut output = io::stdout().lock();
    for (what, finding) in &findings {
        let (mark, text) = match finding {
            Ok(text) => ("ok ", text),
            Err(text) => ("BAD", text),
        };
        let text = harmless(text);
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

fn text_in_images(arguments: &Doctor) -> Result<String, String> {
    let arguments = &arguments.engine;
    let engine = reading::engine(arguments).map_err(|error| error.to_string())?;
    engine.check().map_err(|error| error.to_string())?;
    let place = match (arguments.ocr_engine, &arguments.ocr_models) {
        (OcrEngineName::Tesseract, _) => "installed".to_owned(),
        (OcrEngineName::Ppocr, Some(folder)) => format!("in {}", folder.display()),
        (OcrEngineName::Ppocr, None) => "built in".to_owned(),
    };
    Ok(format!("{}, {place}", engine.name()))
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
