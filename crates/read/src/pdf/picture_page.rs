//! Pages of image files: a picture that was recognized, assembled like a scanned page of a PDF.

use diarium_document::{Origin, Page, Rect, Warning};
use diarium_ocr::RecognizedPage;

use super::content::PageContent;
use super::page_class::ClassifiedPage;
use super::recognition::Recognition;
use super::{page_ocr, pages};

/// A page that is a picture and nothing else.
pub(crate) struct PicturePage {
    /// Its number, from 1.
    pub number: u32,
    /// Width and height in points.
    pub size: (f32, f32),
    /// Pixels per inch of the recognized picture.
    pub dpi: f32,
    /// Its words: `None` if it is not to be recognized, or the reason why it could not be.
    pub recognized: Result<Option<RecognizedPage>, String>,
}

/// The finished page, and what the user should know about it.
pub(crate) fn picture_page(picture: PicturePage) -> (Page, Vec<Warning>) {
    let (width, height) = picture.size;
    let classified = ClassifiedPage::new(PageContent {
        size: picture.size,
        images: vec![Rect(0.0, 0.0, width, height)],
        resolution: Some(picture.dpi),
        ..PageContent::default()
    });
    let to_points = |page| page_ocr::ocr_page(page, 72.0 / picture.dpi);
    let recognized = picture.recognized.map(|page| Recognition {
        page: page.map(to_points),
        notes: Vec::new(),
    });
    let (mut page, warnings) = pages::assemble(picture.number, classified, recognized);
    // There is no other text that it could come from.
    page.origin = Origin::Ocr;
    (page, warnings)
}
