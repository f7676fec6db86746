//! Image reader: scans that were kept as image files, read with OCR.
//!
//! 1. `format` detects the file format.
//! 2. A decoder makes a `Picture` of each page: `tiff` of files with several pages, `jpeg`, `jpeg2000` and
//!    `raster_formats` of files with one.
//! 3. `orientation` turns it upright as the file says, `resolution` decides how large the page is.
//! 4. `page` has the picture recognized. Layout analysis is that of scanned PDF pages.
//!
//! `embedding` gives the pictures in the form in which a PDF can contain them.
//!
//! A damaged file is read as far as it goes, with a warning.

mod embedding;
mod exif;
mod format;
mod jpeg;
mod jpeg2000;
mod limits;
mod orientation;
mod page;
mod picture;
mod png_chunks;
mod raster;
mod raster_formats;
mod resolution;
#[cfg(test)]
mod tests;
mod tiff;

pub use embedding::{ColorModel, EmbeddedPage, Encoding, embedded_page, page_count};
pub(crate) use format::ImageFormat;
pub use limits::Limits;

use std::panic::{AssertUnwindSafe, catch_unwind};

use diarium_document::{
    Carrier, Failure, FailureCode, Heartbeat, Page, RawDocument, Warning, WarningCode,
};
use diarium_ocr::Ocr;

use picture::{Picture, PictureError};
use tiff::TiffFile;

/// Reads an image file: one page for each picture.
///
/// # Errors
/// If no picture of the file can be decoded, or the file has more pages than the limits allow.
pub(crate) fn read(
    format: ImageFormat,
    bytes: &[u8],
    limits: &Limits,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let file = ImageFile::open(format, bytes, limits)?;
    let mut warnings: Vec<Warning> = file.damage().into_iter().collect();
    let mut pages = Vec::new();
    let mut first_error = None;
    let mut decoded = 0;
    for (number, index) in (1..).zip(0..file.page_count()) {
        let (page, page_warnings) = match file.picture(index, limits) {
            Ok(picture) => {
                decoded += 1;
                warnings.extend(damage_warning(number, picture.damage.as_deref()));
                page::read(number, picture, ocr, heartbeat)
            }
            Err(error) => {
                let warning = lost_page_warning(number, &error);
                first_error.get_or_insert(error);
                (lost_page(number), vec![warning])
            }
        };
        pages.push(page);
        warnings.extend(page_warnings);
        heartbeat.beat();
    }
    if let (Some(error), 0) = (first_error, decoded) {
        return Err(error.into_failure());
    }
    Ok(RawDocument {
        carrier: Carrier::Image,
        media_type: format.media_type(),
        encoding: None,
        stated_title: None,
        pages,
        related: Vec::new(),
        warnings,
    })
}

/// An image file, with its pages found and not yet decoded.
pub(crate) struct ImageFile<'a> {
    format: ImageFormat,
    bytes: &'a [u8],
    /// The structure of a file that may have several pages.
    tiff: Option<TiffFile<'a>>,
}

impl<'a> ImageFile<'a> {
    pub(crate) fn open(
        format: ImageFormat,
        bytes: &'a [u8],
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let tiff = match format {
            ImageFormat::Tiff => Some(TiffFile::open(bytes, limits)?),
            _ => None,
        };
        Ok(Self {
            format,
            bytes,
            tiff,
        })
    }

    pub(crate) fn page_count(&self) -> usize {
        self.tiff.as_ref().map_or(1, TiffFile::page_count)
    }

    /// The warning of a file in which further pages cannot be found.
    fn damage(&self) -> Option<Warning> {
        let damage = self.tiff.as_ref()?.damage()?;
        let message = format!("the file is damaged: {damage}; what could be read was read");
        Some(Warning::new(WarningCode::DamagedFile, message))
    }

    /// Decodes the picture of a page.
    fn picture(&self, index: usize, limits: &Limits) -> Result<Picture, PictureError> {
        // A decoder that panics on one page must not lose the others.
        let decoded = catch_unwind(AssertUnwindSafe(|| match (&self.tiff, self.format) {
            (Some(tiff), _) => tiff.picture(index, limits),
            (None, ImageFormat::Jpeg) => jpeg::picture(self.bytes, limits),
            (None, ImageFormat::Jpeg2000) => jpeg2000::picture(self.bytes, limits),
            (None, format) => raster_formats::picture(format, self.bytes, limits),
        }));
        decoded.unwrap_or_else(|_| Err(PictureError::damaged("its data are invalid")))
    }
}

/// A page whose picture cannot be decoded.
fn lost_page(number: u32) -> Page {
    Page {
        origin: diarium_document::Origin::Ocr,
        confidence: 0.0,
        ..Page::from_text(number, String::new())
    }
}

fn lost_page_warning(number: u32, error: &PictureError) -> Warning {
    let message = format!("the picture of the page could not be read: {error}");
    Warning::on_page(WarningCode::DamagedFile, number, message)
}

fn damage_warning(number: u32, damage: Option<&str>) -> Option<Warning> {
    let message = format!(
        "the picture of the page is damaged: {}; it was read up to the damage",
        damage?
    );
    Some(Warning::on_page(WarningCode::DamagedFile, number, message))
}

impl PictureError {
    /// The failure of a file without any other picture.
    fn into_failure(self) -> Failure {
        let code = match self {
            Self::Damaged(_) => FailureCode::Damaged,
            Self::Unsupported(_) => FailureCode::UnsupportedFormat,
            Self::TooLarge(_) => FailureCode::TooLarge,
        };
        let message = format!("the picture could not be read: {self}");
        Failure::new(code, message)
    }
}
