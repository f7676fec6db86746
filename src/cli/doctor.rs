//! `diarium doctor`: check that everything a run needs is available.

use std::env;
use std::io::{self, Write};

use super::arguments::{Doctor, OcrEngineName};
use super::exit::Exit;
use super::processing::{available_cores, ocr_engine};
use super::sanitize::escape_control_chars;
use crate::validate::Schemas;
use diarium_extract::profile::Profiles;

/// The name of a check, and its result or problem.
type Check = (&'static str, Result<String, String>);

/// Prints one line per check.
pub(super) fn run(arguments: &Doctor) -> anyhow::Result<Exit> {
    let checks: [Check; 6] = [
        ("version", Ok(env!("CARGO_PKG_VERSION").to_owned())),
        ("profiles", profiles()),
        ("schemas", schemas()),
        ("cores", Ok(available_cores().to_string())),
        ("temporary files", temporary_files()),
        ("OCR", ocr(arguments)),
    ];
    let mut output = io::stdout().lock();
    for (name, result) in &checks {
        let (mark, text) = match result {
            Ok(text) => ("ok ", text),
            Err(text) => ("BAD", text),
        };
        let text = escape_control_chars(text);
        writeln!(output, "{mark}  {name:<15}  {text}")?;
    }
    Ok(if checks.iter().all(|(_, result)| result.is_ok()) {
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

fn ocr(arguments: &Doctor) -> Result<String, String> {
    let arguments = &arguments.engine;
    let engine = ocr_engine(arguments).map_err(|error| error.to_string())?;
    engine.check().map_err(|error| error.to_string())?;
    let location = match (arguments.ocr_engine, &arguments.ocr_models) {
        (OcrEngineName::Tesseract, _) => "installed".to_owned(),
        (OcrEngineName::Ppocr, Some(folder)) => format!("in {}", folder.display()),
        (OcrEngineName::Ppocr, None) => "built in".to_owned(),
    };
    Ok(format!("{}, {location}", engine.name()))
}

fn temporary_files() -> Result<String, String> {
    let folder = env::temp_dir();
    // A full disk accepts a new file, but not its first byte.
    match tempfile::tempfile().and_then(|mut file| file.write_all(b"diarium")) {
        Ok(()) => Ok(format!("{} is writable", folder.display())),
        Err(error) => Err(format!(
            "{} is not writable: {error}; set TMPDIR to a writable folder",
            folder.display()
        )),
    }
}
