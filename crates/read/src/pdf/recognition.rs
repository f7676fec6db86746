//! Choice between the text layer of a page and OCR.
//!
//! A page is recognized if it has no text layer, or pictures of text beside it. A text layer that may be wrong
//! is compared with what is recognized, and the better one is used; see [`layer_check`](super::layer_check).

use hayro_syntax::page::Page;

use super::Limits;
use super::content::{Glyph, PageContent};
use super::layer_check::{JudgedText, LayerTrust, Verdict};
use super::page_class::{ClassifiedPage, PageClass};
use super::page_ocr::{OcrPage, read_picture, render_page, resolution};
use super::pages::{text_of_glyphs, text_of_layer};
use super::picture_text::{PictureTexts, pixels};
use diarium_document::{Heartbeat, Rect, WarningCode};
use diarium_ocr::{GrayImage, Mode, Ocr};

/// What was recognized on a page, and what the user should know about the choice.
#[derive(Debug, Default)]
pub(super) struct Recognition {
    /// The recognized page, if it is used.
    pub page: Option<OcrPage>,
    /// Problems.
    pub notes: Vec<(WarningCode, &'static str)>,
}

/// Recognizes the pages of one document, where that is needed.
pub(super) struct Recognizer<'a> {
    ocr: &'a Ocr,
    limits: &'a Limits,
    heartbeat: &'a Heartbeat,
    trust: LayerTrust,
    pictures: PictureTexts,
}

const REPLACED: &str = "the page's hidden text layer says something else than its picture, so the picture \
    was read";
const UNCLEAR: &str = "the page's hidden text layer and its picture differ, and neither can be read well; \
    compare them";
const NO_PICTURE: &str = "the page's text is invisible, and there is no picture to compare it with";
const REPAIRED: &str =
    "the page's fonts say other letters than they show, so the page was read as it looks";
const NONSENSE: &str = "the letters of the page make no words; its fonts may say other letters than they \
    show, so compare it with the original";

impl<'a> Recognizer<'a> {
    /// A recognizer for the pages of one document.
    pub(super) fn new(ocr: &'a Ocr, limits: &'a Limits, heartbeat: &'a Heartbeat) -> Self {
        Self {
            ocr,
            limits,
            heartbeat,
            trust: LayerTrust::default(),
            pictures: PictureTexts::default(),
        }
    }

    /// Recognizes a page if that is needed. The class of a page with pictures of text is corrected.
    ///
    /// # Errors
    ///
    /// The reason why the page could not be recognized, in words for the user.
    pub(super) fn read(
        &mut self,
        page: &Page<'_>,
        classified: &mut ClassifiedPage,
    ) -> Result<Recognition, String> {
        let content = &classified.content;
        // The renderer runs the same interpreter without limits: a page that stopped it is not rendered.
        if content.stopped.is_some() {
            return Ok(Recognition::default());
        }
        if matches!(classified.class, PageClass::Ok | PageClass::NoText)
            && self.pictures.has_text(page, content, self.limits)
        {
            classified.class = PageClass::Mixed;
        }
        match (self.ocr.mode, classified.class) {
            (Mode::Always, PageClass::NoText) => Ok(Recognition::default()),
            (Mode::Always, _) => self.recognized(page, content),
            (Mode::Auto, class) if class.needs_ocr() => self.recognized(page, content),
            (_, PageClass::OcrLayer) => self.check_layer(page, content),
            (_, PageClass::Ok) => self.check_text(page, content),
            _ => Ok(Recognition::default()),
        }
    }

    fn recognized(&self, page: &Page<'_>, content: &PageContent) -> Result<Recognition, String> {
        let image = render_page(page, content, resolution(content), self.limits)?;
        Ok(Recognition {
            page: Some(self.read_image(image, content)?),
            notes: Vec::new(),
        })
    }

    fn read_image(&self, image: GrayImage, content: &PageContent) -> Result<OcrPage, String> {
        read_picture(image, resolution(content), self.ocr, self.heartbeat)
    }

    /// Compares visible text whose letters make no words with the look of the page.
    fn check_text(&self, page: &Page<'_>, content: &PageContent) -> Result<Recognition, String> {
        let own = JudgedText::of(&text_of_layer(content));
        if !own.is_nonsense() {
            return Ok(Recognition::default());
        }
        let nonsense = || Recognition {
            page: None,
            notes: vec![(WarningCode::LowConfidence, NONSENSE)],
        };
        if self.ocr.mode == Mode::Never {
            return Ok(nonsense());
        }
        let read = self.recognized(page, content)?.page.unwrap_or_default();
        let recognized = JudgedText::of(&text_of_glyphs(read.glyphs.clone(), content.size));
        Ok(match own.compare(&recognized, read.mean_confidence()) {
            Verdict::Own => Recognition::default(),
            Verdict::Unclear => nonsense(),
            Verdict::Recognized => Recognition {
                page: Some(read),
                notes: vec![(WarningCode::EncodingRepaired, REPAIRED)],
            },
        })
    }

    /// Compares a hidden layer with the picture of the page, or with some lines of it.
    fn check_layer(
        &mut self,
        page: &Page<'_>,
        content: &PageContent,
    ) -> Result<Recognition, String> {
        let own = JudgedText::of(&text_of_layer(content));
        let mut kept = Recognition::default();
        if content.images.is_empty() && content.subpaths.is_empty() {
            kept.notes.push((WarningCode::LowConfidence, NO_PICTURE));
            return Ok(kept);
        }
        if own.is_foreign() {
            return Ok(kept);
        }
        if self.ocr.mode == Mode::Never {
            if own.is_nonsense() {
                kept.notes.push((WarningCode::LowConfidence, UNCLEAR));
            }
            return Ok(kept);
        }
        let is_compared = self.trust.is_next_compared();
        if !own.is_doubtful() && !is_compared {
            return Ok(kept);
        }
        let image = render_page(page, content, resolution(content), self.limits)?;
        if !own.is_doubtful() && self.sample_agrees(&own, &image, content)? != Some(false) {
            self.trust.record(true);
            return Ok(kept);
        }
        let read = self.read_image(image, content)?;
        let recognized = JudgedText::of(&text_of_glyphs(read.glyphs.clone(), content.size));
        let verdict = own.compare(&recognized, read.mean_confidence());
        self.trust.record(verdict == Verdict::Own);
        match verdict {
            Verdict::Own => {}
            Verdict::Unclear => kept.notes.push((WarningCode::LowConfidence, UNCLEAR)),
            Verdict::Recognized => {
                kept.page = Some(read);
                kept.notes.push((WarningCode::OcrLayerReplaced, REPLACED));
            }
        }
        Ok(kept)
    }

    /// Whether the layer has the words of some lines of the picture; `None` if there are too few to tell.
    fn sample_agrees(
        &self,
        own: &JudgedText,
        image: &GrayImage,
        content: &PageContent,
    ) -> Result<Option<bool>, String> {
        let Some(band) = densest_band(&content.glyphs, content.size) else {
            return Ok(None);
        };
        let mut bounds = pixels(band, resolution(content));
        bounds.right = bounds.right.min(image.width());
        bounds.bottom = bounds.bottom.min(image.height());
        if bounds.left >= bounds.right || bounds.top >= bounds.bottom {
            return Ok(None);
        }
        let lines = self
            .ocr
            .engine
            .read_page(&image.crop(bounds), self.heartbeat);
        let lines = lines.map_err(|error| error.to_string())?;
        let text: Vec<String> = lines.iter().map(diarium_ocr::OcrLine::text).collect();
        Ok(own.agrees_with(&text.join("\n")))
    }
}

/// Height of the part of a page that is compared, in points: three to five lines.
const BAND: f32 = 60.0;
/// White above and below it.
const BAND_MARGIN: f32 = 8.0;

/// The part of a page with the most letters, over its whole width.
fn densest_band(glyphs: &[Glyph], (width, height): (f32, f32)) -> Option<Rect> {
    let bands = (height / BAND).ceil().clamp(1.0, 1_000.0) as usize;
    let mut counts = vec![0_usize; bands];
    for glyph in glyphs
        .iter()
        .filter(|glyph| glyph.direction == 0 && !glyph.is_space())
    {
        let band = (glyph.baseline / BAND).max(0.0) as usize;
        if let Some(count) = counts.get_mut(band) {
            *count += 1;
        }
    }
    let (band, count) = counts
        .iter()
        .enumerate()
        .max_by_key(|(band, count)| (**count, bands - band))?;
    let top = band as f32 * BAND;
    let rect = Rect(
        0.0,
        (top - BAND_MARGIN).max(0.0),
        width,
        top + BAND + BAND_MARGIN,
    );
    (*count > 0).then_some(rect)
}

#[cfg(test)]
mod tests {
    use super::super::tests::support::glyphs_of;
    use super::*;

    #[test]
    fn the_densest_band_has_the_most_letters() {
        let glyphs = glyphs_of(&[
            ("Rubrik", 50.0, 40.0),
            ("en lång rad med text", 50.0, 200.0),
        ]);
        let band = densest_band(&glyphs, (595.0, 842.0)).unwrap();
        assert!(band.1 < 200.0 && band.3 > 200.0, "{band:?}");
        assert_eq!(densest_band(&[], (595.0, 842.0)), None);
    }
}
