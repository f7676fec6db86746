//! Processing options: from command-line arguments to the options of the reader and the pipeline.
//!
//! `run`, the worker processes that it starts, `show` and `doctor` share them, so that a document is
//! read in the same way by each.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::arguments::{Engine, OcrEngineName, OcrPages, Processing, Reading, Selected};
use super::exit::UsageError;
use crate::discover::{self, Selection};
use crate::pipeline::RenditionOptions;
use diarium_ocr::{DEFAULT_LANGUAGES, Error, Mode, Ocr, OcrEngine, PpOcr, Tesseract};
use diarium_read::{self as read, Passwords};

/// The reading options of a run or a worker, with its limit for the size of a file.
///
/// # Errors
/// If the OCR options contradict each other, the engine cannot be started, or the file of passwords cannot
/// be used.
pub(super) fn limited_read_options(arguments: &Processing) -> Result<read::Options, UsageError> {
    let mut options = read_options(&arguments.reading)?;
    // The option has no default of its own: the reader's is the only one, and `show` uses it as well.
    if let Some(limit) = arguments.max_bytes {
        options.max_bytes = limit;
    }
    Ok(options)
}

/// The reading options.
///
/// # Errors
/// As [`limited_read_options`].
pub(super) fn read_options(arguments: &Reading) -> Result<read::Options, UsageError> {
    let mode = match arguments.ocr {
        OcrPages::Auto => Mode::Auto,
        OcrPages::Always => Mode::Always,
        OcrPages::Never => Mode::Never,
    };
    let engine = ocr_engine(&arguments.engine)?;
    let passwords = arguments.password_file.as_deref().map(passwords);
    Ok(read::Options {
        passwords: passwords.transpose()?.unwrap_or_default(),
        ocr: Ocr { mode, engine },
        ..read::Options::default()
    })
}

/// Bytes of a file of passwords, at most.
const MAX_PASSWORD_FILE: u64 = 1 << 20;

/// The passwords of a file, which may be a pipe.
fn passwords(file: &Path) -> Result<Passwords, UsageError> {
    let wrong = |reason: &dyn Display| UsageError(format!("{} {reason}", file.display()));
    let read = || {
        let opened = File::open(file)?;
        let metadata = opened.metadata()?;
        let mut bytes = Vec::new();
        opened.take(MAX_PASSWORD_FILE + 1).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>((bytes, metadata))
    };
    let (bytes, metadata) =
        read().map_err(|error| wrong(&format_args!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_PASSWORD_FILE {
        return Err(wrong(&"is too long for a file of passwords"));
    }
    // Its time and not a digest of it, from which weak passwords could be guessed.
    let version = discover::modified(&metadata).to_string();
    Passwords::parse(&bytes, version).map_err(|error| wrong(&error))
}

/// The OCR engine.
///
/// # Errors
/// As [`limited_read_options`].
pub(super) fn ocr_engine(arguments: &Engine) -> Result<Arc<dyn OcrEngine>, UsageError> {
    let models = arguments.ocr_models.as_deref();
    let language = arguments.ocr_language.as_deref();
    let engine = match (arguments.ocr_engine, models, language) {
        // An option of the other engine is an error: ignored, the user would believe that it applies.
        (OcrEngineName::Ppocr, models, None) => ppocr(models),
        (OcrEngineName::Tesseract, None, language) => tesseract(language),
        (OcrEngineName::Ppocr, _, Some(_)) => {
            let message = "`--ocr-language` requires `--ocr-engine tesseract`";
            return Err(UsageError(message.to_owned()));
        }
        (OcrEngineName::Tesseract, Some(_), _) => {
            let message = "`--ocr-models` cannot be used with `--ocr-engine tesseract`";
            return Err(UsageError(message.to_owned()));
        }
    };
    engine.map_err(|error| UsageError(error.to_string()))
}

/// PP-OCR with the built-in weights, or with those of a folder.
fn ppocr(models: Option<&Path>) -> Result<Arc<dyn OcrEngine>, Error> {
    Ok(Arc::new(match models {
        None => PpOcr::bundled(),
        Some(folder) => PpOcr::from_folder(folder)?,
    }))
}

fn tesseract(language: Option<&str>) -> Result<Arc<dyn OcrEngine>, Error> {
    let engine = Tesseract::find(language.unwrap_or(DEFAULT_LANGUAGES))?;
    Ok(Arc::new(engine))
}

/// Which files of the inputs are processed.
///
/// # Errors
/// If one of the globs cannot be used.
pub(super) fn selection(arguments: &Selected) -> Result<Selection, UsageError> {
    let selection = Selection::new(&arguments.include, &arguments.exclude);
    let selection = selection.map_err(|error| UsageError(error.to_string()))?;
    Ok(selection.with_pages_in_folders(arguments.pages_in_folders))
}

/// The copies that are written beside the records.
pub(super) fn renditions(arguments: &Processing) -> RenditionOptions {
    RenditionOptions {
        pdf: arguments.pdf,
        alto: arguments.alto,
    }
}

/// The number of cores that this process may use.
pub(super) fn available_cores() -> NonZeroUsize {
    // It respects CPU affinity and cgroup quotas, so that a container gets as many workers as it has
    // cores.
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
