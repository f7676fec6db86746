//! How do the options about reading become those of the reading room?

use std::path::Path;
use std::sync::Arc;

use super::arguments::{OcrPages, Reading};
use super::exit::Usage;
use crate::read::Options;
use crate::read::ocr::{Mode, Ocr, PpOcr};

/// The options of reading that these arguments ask for.
pub(super) fn options(arguments: &Reading) -> Result<Options, Usage> {
    let mode = match arguments.ocr {
        OcrPages::Auto => Mode::Auto,
        OcrPages::Always => Mode::Always,
        OcrPages::Never => Mode::Never,
    };
    let engine = Arc::new(engine(arguments.ocr_models.as_deref())?);
    Ok(Options {
        ocr: Ocr { mode, engine },
        ..Options::default()
    })
}

/// The engine with the built-in weights, or with those of a folder.
pub(super) fn engine(models: Option<&Path>) -> Result<PpOcr, Usage> {
    match models {
        None => Ok(PpOcr::built_in()),
        Some(folder) => PpOcr::from_folder(folder).map_err(|error| Usage(error.to_string())),
    }
}
