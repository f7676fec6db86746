//! OCR: from a page image to words with bounding boxes.
//!
//! [`recognize`] straightens a page, takes its drawn checkboxes out of it and has an [`OcrEngine`]
//! read the rest; `measure` finds out how large the letters are and where the words part. How lines
//! make a page is for `pdf` to say, the same way as for pages that were born digital.

mod checkbox;
mod deskew;
mod grain;
mod gray_image;
mod measure;
mod ppocr;
mod regions;
mod rules;
mod specks;
mod tesseract;
mod turn;
mod upright;

use std::fmt;
use std::sync::Arc;

pub use gray_image::GrayImage;
pub use measure::{MeasuredLine, MeasuredWord};
pub use ppocr::PpOcr;
pub use tesseract::{Tesseract, USUAL_LANGUAGE};
pub use turn::Turn;

use diarium_document::Heartbeat;

/// Reads the text in an image.
pub trait OcrEngine: fmt::Debug + Send + Sync {
    /// What it is and which weights it reads with, for people and for fingerprints: two engines
    /// of one name read the same page the same way.
    fn name(&self) -> &str;

    /// Whether it can read, as far as that can be told without a page.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// The lines of an upright page, in any order.
    fn read_page(&self, page: &GrayImage, heartbeat: &Heartbeat) -> Result<Vec<OcrLine>, Error>;
}

/// Why an engine could not read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder that was named has no such file, or it cannot be opened.
    #[error("{path}: {source}; --ocr-models takes a folder with the files of diarium's models/")]
    ModelFile {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The weights are no network that can be loaded.
    #[error("the weights for {part} cannot be loaded: {message}")]
    Model {
        /// `text detection` or `text recognition`.
        part: &'static str,
        /// What the runtime says.
        message: String,
    },
    /// The network or the program could not be run on a page.
    #[error("{part} failed: {message}")]
    Run {
        /// `text detection`, `text recognition` or `Tesseract`.
        part: &'static str,
        /// What the runtime says.
        message: String,
    },
    /// The system's Tesseract is not there, or not as it is needed.
    #[error("Tesseract: {message}")]
    Tesseract {
        /// What is missing, and what to do.
        message: String,
    },
}

/// A stretch of text on one line, in pixels of the image that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct OcrLine {
    /// The box that it was read in.
    pub area: Area,
    /// Its characters, blanks among them, from left to right.
    pub characters: Vec<OcrCharacter>,
}

/// One character, as the engine read it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OcrCharacter {
    /// What it is.
    pub character: char,
    /// Where its middle is, give or take half of it.
    pub x: f32,
    /// How sure the engine is, 0 to 1.
    pub confidence: f32,
}

impl OcrLine {
    /// What it says.
    pub fn text(&self) -> String {
        self.characters.iter().map(|one| one.character).collect()
    }
}

/// An upright rectangle of pixels: left and top inside, right and bottom outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// One past the last column.
    pub right: usize,
    /// One past the last row.
    pub bottom: usize,
}

impl Area {
    /// Columns.
    pub fn width(&self) -> usize {
        self.right - self.left
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// The smallest area that holds both.
    pub fn union(self, other: Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// So many pixels more on each side, within a picture of this size.
    pub fn grown(self, by: usize, width: usize, height: usize) -> Area {
        Area {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: (self.right + by).min(width),
            bottom: (self.bottom + by).min(height),
        }
    }
}

/// Which pages are read from their picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Those that carry no text of their own.
    #[default]
    Auto,
    /// All, whatever text they carry.
    Always,
    /// None; pages that would need it are reported.
    Never,
}

/// Whether and how text in images is read.
#[derive(Debug, Clone)]
pub struct Ocr {
    /// Which pages.
    pub mode: Mode,
    /// Who reads them.
    pub engine: Arc<dyn OcrEngine>,
}

impl Default for Ocr {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            engine: Arc::new(PpOcr::built_in()),
        }
    }
}

impl Ocr {
    /// What records depend on.
    pub fn fingerprint(&self) -> String {
        match self.mode {
            Mode::Auto => self.engine.name().to_owned(),
            Mode::Always => format!("{}, all pages", self.engine.name()),
            Mode::Never => "none".to_owned(),
        }
    }
}

/// What a picture of a page says, in pixels of the straightened page.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognized {
    /// Its lines, in no particular order.
    pub lines: Vec<MeasuredLine>,
    /// Its drawn checkboxes.
    pub boxes: Vec<(Area, BoxState)>,
    /// By how much the page was turned to stand upright and straight.
    pub turn: Turn,
    /// How sure the engine was of what it took for text in a picture that has none; there are no
    /// lines then.
    pub grain: Option<f32>,
}

/// Whether a drawn box is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxState {
    /// Nothing is in it.
    Empty,
    /// A cross, a tick or ink is in it.
    Marked,
    /// Too little to be a mark, too much to be nothing.
    Unclear,
}

/// Reads a page that was taken at `dpi` pixels an inch.
pub fn recognize(
    mut page: GrayImage,
    dpi: f32,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<Recognized, Error> {
    // Before the page is turned: turning smears a speck over its neighbors.
    specks::despeckle(&mut page, dpi);
    let (mut page, turn) = upright_and_straight(page, engine, heartbeat)?;
    let boxes = checkbox::take_boxes(&mut page, dpi);
    let lines = engine.read_page(&page, heartbeat)?;
    rules::take_rules(&mut page, dpi);
    let lines: Vec<MeasuredLine> = lines
        .iter()
        .filter_map(|line| measure::measured(line, &page))
        .collect();
    let grain = grain::grain(&lines);
    let is_text = grain.is_none() && !lines.is_empty();
    Ok(Recognized {
        lines: if is_text { lines } else { Vec::new() },
        // A box that no label stands at is a window or a tile.
        boxes: if is_text { boxes } else { Vec::new() },
        turn,
        grain,
    })
}

/// The page as it is meant to be read, and how it was turned for that.
fn upright_and_straight(
    mut page: GrayImage,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<(GrayImage, Turn), Error> {
    let mut turn = Turn::default();
    let Some(small) = deskew::small(&page) else {
        return Ok((page, turn));
    };
    let mut lines = deskew::comb(&small);
    turn.quarters = upright::quarters(&page, &small, lines, engine, heartbeat)?;
    if turn.quarters > 0 {
        page = page.turned(turn.quarters);
        lines = deskew::comb(&small.turned(turn.quarters));
    }
    turn.degrees = lines.skew;
    if turn.degrees.abs() >= deskew::LEAST_SKEW {
        page = page.rotated(turn.degrees);
    }
    Ok((page, turn))
}

#[cfg(test)]
mod tests;
