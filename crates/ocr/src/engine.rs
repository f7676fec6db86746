//! OCR engine interface: what an engine gets and returns, and which pages it reads.
//!
//! An engine does text line detection and recognition on an upright page. It does not rotate, clean or
//! measure.

use std::fmt;
use std::sync::Arc;

use super::{BoundingBox, GrayImage};
use diarium_document::Heartbeat;

/// Text line detection and recognition.
pub trait OcrEngine: fmt::Debug + Send + Sync {
    /// The engine, its version and its weights, for people and for fingerprints. Two engines with the
    /// same name read every page the same way.
    fn name(&self) -> &str;

    /// Whether the engine is able to read, as far as that can be checked without a page.
    ///
    /// # Errors
    ///
    /// Its weights or its program cannot be used.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The text lines of an upright page, in any order.
    ///
    /// # Errors
    ///
    /// Its weights or its program cannot be used, or failed on this page.
    fn read_page(&self, page: &GrayImage, heartbeat: &Heartbeat) -> Result<Vec<OcrLine>, Error>;
}

/// Why an engine could not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file with weights is missing or cannot be opened.
    #[error("{path}: {source}; --ocr-models takes a folder with the files of diarium's models/")]
    ModelFile {
        /// The file.
        path: String,
        /// The error of the file system.
        source: std::io::Error,
    },
    /// This build has no weights: the feature `bundled-models` is off.
    #[error("this build has no weights for OCR; name a folder with them")]
    NoModels,
    /// The weights are no network that can be loaded.
    #[error("the weights for {part} cannot be loaded: {message}")]
    Model {
        /// `text detection` or `text recognition`.
        part: &'static str,
        /// The message of the runtime.
        message: String,
    },
    /// A network or a program failed on a page.
    #[error("{part} failed: {message}")]
    Run {
        /// `text detection`, `text recognition` or `Tesseract`.
        part: &'static str,
        /// The message of the runtime.
        message: String,
    },
    /// The system's Tesseract is missing or not usable.
    #[error("Tesseract: {message}")]
    Tesseract {
        /// What is missing, and how to install it.
        message: String,
    },
}

/// A text line as an engine read it, in pixels of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrLine {
    /// The detected bounding box. It contains the line's letters and some white.
    pub bounds: BoundingBox,
    /// Its characters with the spaces, from left to right.
    pub characters: Vec<OcrCharacter>,
}

impl OcrLine {
    /// Its text.
    pub fn text(&self) -> String {
        self.characters.iter().map(|one| one.character).collect()
    }
}

/// A character as an engine read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OcrCharacter {
    /// The character.
    pub character: char,
    /// Horizontal position of its center, with an error of up to half of its width.
    pub x: f32,
    /// The engine's confidence, 0 to 1.
    pub confidence: f32,
}

/// Which pages are read with OCR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Pages without a usable text layer.
    #[default]
    Auto,
    /// All pages.
    Always,
    /// No pages; those that need OCR are reported.
    Never,
}

/// Whether and how page images are read.
#[derive(Debug, Clone)]
pub struct Ocr {
    /// Which pages.
    pub mode: Mode,
    /// The engine that reads them.
    pub engine: Arc<dyn OcrEngine>,
}

impl Default for Ocr {
    /// The bundled engine, for pages without a usable text layer. Without the feature `bundled-models`
    /// there is no such engine: pages that need OCR are then reported.
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            engine: default_engine(),
        }
    }
}

#[cfg(feature = "bundled-models")]
fn default_engine() -> Arc<dyn OcrEngine> {
    Arc::new(super::PpOcr::bundled())
}

#[cfg(not(feature = "bundled-models"))]
fn default_engine() -> Arc<dyn OcrEngine> {
    Arc::new(NoEngine)
}

/// The default engine of a build without weights: fails on every page.
#[cfg(not(feature = "bundled-models"))]
#[derive(Debug)]
struct NoEngine;

#[cfg(not(feature = "bundled-models"))]
impl OcrEngine for NoEngine {
    fn name(&self) -> &str {
        "no engine"
    }

    fn check(&self) -> Result<(), Error> {
        Err(Error::NoModels)
    }

    fn read_page(&self, _: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        Err(Error::NoModels)
    }
}

impl Ocr {
    /// The engine and the mode, as records depend on them.
    pub fn fingerprint(&self) -> String {
        match self.mode {
            Mode::Auto => self.engine.name().to_owned(),
            Mode::Always => format!("{}, all pages", self.engine.name()),
            Mode::Never => "none".to_owned(),
        }
    }
}
