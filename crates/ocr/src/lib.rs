//! OCR: from a page image to words with bounding boxes.
//!
//! [`recognize`] is the pipeline. It turns white print on black into black on white (`polarity`), removes
//! noise (`despeckle`), detects the page orientation, corrects the skew (`deskew`), removes checkboxes, and
//! has an [`OcrEngine`] do text line detection and recognition. Then it removes ruling lines, measures the
//! lines (`line_metrics`), splits them into words (`word_segmentation`), discards what is no text
//! (`non_text`) and notes what could not be read (`unread_ink`).
//!
//! The same image and engine give the same words on every machine. Layout analysis, such as columns and
//! reading order, is left to the reader of the document.

mod checkbox;
mod connected_components;
mod deskew;
mod despeckle;
mod engine;
mod geometry;
mod gray_image;
mod line_metrics;
mod non_text;
mod orientation;
mod polarity;
mod post_correction;
#[cfg(feature = "ppocr")]
mod ppocr;
mod ruling_lines;
mod tesseract;
mod text_ink;
mod unread_ink;
mod word_segmentation;

pub use checkbox::CheckboxState;
pub use engine::{Error, Mode, Ocr, OcrCharacter, OcrEngine, OcrLine};
pub use geometry::{BoundingBox, PageRotation};
pub use gray_image::GrayImage;
#[cfg(feature = "ppocr")]
pub use ppocr::{ModelFiles, PpOcr};
pub use tesseract::{DEFAULT_LANGUAGES, Tesseract};
pub use text_ink::letters_in_lines;
pub use word_segmentation::{RecognizedLine, RecognizedWord};

use diarium_document::Heartbeat;

/// The words of a page image, in pixels of the upright, deskewed page.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognizedPage {
    /// Lines of text, in any order.
    pub lines: Vec<RecognizedLine>,
    /// Drawn checkboxes.
    pub checkboxes: Vec<(BoundingBox, CheckboxState)>,
    /// The rotation that made the page upright and straight.
    pub rotation: PageRotation,
    /// The engine's mean confidence in what turned out to be no text, as on a photograph. There are no
    /// lines and no checkboxes then.
    pub non_text_confidence: Option<f32>,
    /// There are no lines, although there is ink on the page.
    pub unread_ink: bool,
}

/// Recognizes the words of a page that was scanned at `dpi` pixels per inch.
///
/// # Errors
///
/// The engine's: its weights cannot be loaded, or it failed on this page.
pub fn recognize(
    mut page: GrayImage,
    dpi: f32,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<RecognizedPage, Error> {
    polarity::invert_negative(&mut page, dpi);
    // Before rotation, which blurs a speck into its neighbors.
    despeckle::despeckle(&mut page, dpi);
    let (mut page, rotation) = straighten(page, engine, heartbeat)?;
    polarity::invert_dark_regions(&mut page, dpi);
    let checkboxes = checkbox::remove_checkboxes(&mut page, dpi);
    let lines = engine.read_page(&page, heartbeat)?;
    // After recognition, which ignores ruling lines, and before measuring, which does not.
    ruling_lines::remove_ruling_lines(&mut page, dpi);
    let lines: Vec<RecognizedLine> = lines
        .iter()
        .filter_map(|line| word_segmentation::segment_line(line, &page))
        .collect();
    let non_text_confidence = non_text::detect_non_text(&lines);
    let is_text = non_text_confidence.is_none() && !lines.is_empty();
    Ok(RecognizedPage {
        // On a page without text, a square is a window or a tile: a checkbox has a label.
        checkboxes: if is_text { checkboxes } else { Vec::new() },
        rotation,
        non_text_confidence,
        unread_ink: lines.is_empty() && unread_ink::has_ink(&page, dpi),
        lines: if is_text { lines } else { Vec::new() },
    })
}

/// Makes a page upright and straight.
fn straighten(
    mut page: GrayImage,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<(GrayImage, PageRotation), Error> {
    let mut rotation = PageRotation::default();
    let Some(reduced) = deskew::downscale(&page) else {
        return Ok((page, rotation));
    };
    let mut skew = deskew::estimate_skew(&reduced);
    rotation.quarter_turns =
        orientation::detect_orientation(&page, &reduced, skew, engine, heartbeat)?;
    if rotation.quarter_turns > 0 {
        page = page.rotated_90(rotation.quarter_turns);
        skew = deskew::estimate_skew(&reduced.rotated_90(rotation.quarter_turns));
    }
    rotation.degrees = skew.degrees;
    if rotation.degrees.abs() >= deskew::MIN_SKEW {
        page = page.rotated(rotation.degrees);
    }
    Ok((page, rotation))
}

#[cfg(test)]
mod tests;
