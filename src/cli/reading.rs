//! How do the options about reading become those of the reading room?

use std::path::Path;
use std::sync::Arc;

use super::arguments::{Engine, OcrEngineName, OcrPages, Reading};
use super::exit::Usage;
use diarium_ocr::{DEFAULT_LANGUAGES, Error, Mode, Ocr, OcrEngine, PpOcr, Tesseract};
use diarium_read::Options;

/// The options of reading that these arguments ask for.
pub(super) fn options(arguments: &Reading) -> Result<Options, Usage> {
    let mode = match arguments.ocr {
        OcrPages::Auto => Mode::Auto,
        OcrPages::Always => Mode::Always,
        OcrPages::Never => Mode::Never,
    };
    let engine = engine(&arguments.engine)?;
    Ok(Options {
        ocr: Ocr { mode, engine },
        ..Options::default()
    })
}

/// The engine that these arguments ask for.
pub(super) fn engine(arguments: &Engine) -> Result<Arc<dyn OcrEngine>, Usage> {
    let models = arguments.ocr_models.as_deref();
    let language = arguments.ocr_language.as_deref();
    let engine = match (arguments.ocr_engine, models, language) {
        (OcrEngineName::Ppocr, models, None) => built_in(models),
        (OcrEngineName::Tesseract, None, language) => tesseract(language),
        (OcrEngineName::Ppocr, _, Some(_)) => {
            let message = "--ocr-language is Tesseract's; add --ocr-engine tesseract";
            return Err(Usage(message.to_owned()));
        }
        (OcrEngineName::Tesseract, Some(_), _) => {
            let message = "--ocr-models is for the engine that is built in, not for Tesseract";
            return Err(Usage(message.to_owned()));
        }
    };
    engine.map_err(|error| Usage(error.to_string()))
}

/// With the built-in weights, or with those of a folder.
fn built_in(models: Option<&Path>) -> Result<Arc<dyn OcrEngine>, Error> {
    Ok(Arc::new(match models {
        None => PpOcr::bundled(),
        Some(folder) => PpOcr::from_folder(folder)?,
    }))
}

fn tesseract(language: Option<&str>) -> Result<Arc<dyn OcrEngine>, Error> {
    let found = Tesseract::find(language.unwrap_or(DEFAULT_LANGUAGES))?;
    Ok(Arc::new(found))
}
