//! Embedding: the pictures of an image file in the form in which a PDF can contain them.
//!
//! JPEG, JPEG 2000 and fax data are passed on as they are (ISO 32000-1, 7.4.6 to 7.4.9), if they are in one
//! piece. Other pictures are decoded, so that the caller can compress them without loss.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::jpeg::{self, Header};
use super::page::displayed_resolution;
use super::picture::Picture;
use super::raster::Raster;
use super::tiff::{Compression, Photometric, SingleStrip};
use super::{ImageFile, ImageFormat, Limits};
use crate::format::looks_like_text;

/// The colors of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorModel {
    /// One sample.
    Gray,
    /// Red, green and blue.
    Rgb,
    /// Cyan, magenta, yellow and black.
    Inks {
        /// Samples are light, not ink.
        inverted: bool,
    },
}

/// How the data of a picture are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Samples of 8 bits, or of 1 bit in rows of whole bytes.
    Samples {
        /// Bits of a sample.
        bits: u8,
    },
    /// A JPEG file.
    Jpeg {
        /// Three samples are red, green and blue, although the file does not say so.
        is_rgb: bool,
    },
    /// A JPEG 2000 file.
    Jpeg2000,
    /// Fax data: Group 3 in one dimension (0) or two (1), Group 4 (-1), as PDFs number them.
    Fax {
        /// The kind of compression.
        k: i8,
        /// Runs that a fax prints black are white.
        inverted: bool,
        /// Rows begin at whole bytes.
        aligned: bool,
    },
}

/// The picture of a page, ready for a PDF.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddedPage {
    /// Pixels in a stored row.
    pub width: usize,
    /// Stored rows.
    pub height: usize,
    /// Width and height of the page as displayed, in points.
    pub size: (f32, f32),
    /// The stored picture is mirrored left to right, before it is turned.
    pub mirrored: bool,
    /// How often it is turned clockwise by a quarter.
    pub quarter_turns: u8,
    /// Its colors.
    pub color: ColorModel,
    /// How `data` are encoded.
    pub encoding: Encoding,
    /// The data.
    pub data: Vec<u8>,
}

/// The number of pages of an image file; 0 if the bytes are none.
pub fn page_count(bytes: &[u8], limits: &Limits) -> usize {
    open(bytes, limits).map_or(0, |file| file.page_count())
}

/// The picture of a page of an image file, counted from 0; `None` if it cannot be decoded.
pub fn embedded_page(bytes: &[u8], index: usize, limits: &Limits) -> Option<EmbeddedPage> {
    let file = open(bytes, limits)?;
    let unchanged = catch_unwind(AssertUnwindSafe(|| unchanged(&file, index, limits)));
    if let Some(page) = unchanged.ok().flatten() {
        return Some(page);
    }
    let picture = file.picture(index, limits).ok()?;
    Some(decoded(picture))
}

fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Option<ImageFile<'a>> {
    let format = ImageFormat::detect(bytes, looks_like_text(bytes))?;
    ImageFile::open(format, bytes, limits).ok()
}

/// The data of the file itself, if a PDF can contain them.
fn unchanged(file: &ImageFile<'_>, index: usize, limits: &Limits) -> Option<EmbeddedPage> {
    match (&file.tiff, file.format) {
        (Some(tiff), _) => of_strip(tiff.single_strip(index, limits)?),
        (None, ImageFormat::Jpeg) => {
            let header = Header::read(file.bytes)?;
            let stated = Picture {
                resolution: header.density.or(header.exif.resolution),
                orientation: header.exif.orientation,
                ..Picture::new(Raster::white(0, 0, 1))
            };
            of_jpeg(file.bytes.to_vec(), stated, false)
        }
        (None, ImageFormat::Jpeg2000) => {
            // The reader of the PDF finds size and colors in the data; decoding checks them.
            let picture = file.picture(index, limits).ok()?;
            let page = decoded(picture);
            Some(EmbeddedPage {
                encoding: Encoding::Jpeg2000,
                data: file.bytes.to_vec(),
                ..page
            })
        }
        _ => None,
    }
}

fn of_strip(strip: SingleStrip<'_>) -> Option<EmbeddedPage> {
    let data = match strip.reversed_bits {
        true => strip.bytes.iter().map(|byte| byte.reverse_bits()).collect(),
        false => strip.bytes.to_vec(),
    };
    let fax = |k, aligned| Encoding::Fax {
        k,
        inverted: strip.photometric == Photometric::BlackIsZero,
        aligned,
    };
    let encoding = match strip.compression {
        Compression::Jpeg if !strip.has_tables && strip.samples == strip.photometric.samples() => {
            return of_jpeg(
                strip.bytes.to_vec(),
                strip.stated,
                strip.photometric == Photometric::Rgb,
            );
        }
        _ if strip.is_cut => return None,
        Compression::Fax4 => fax(-1, false),
        Compression::Fax3 { two_dimensional } => fax(i8::from(two_dimensional), false),
        Compression::FaxRows => fax(0, true),
        _ => return None,
    };
    let picture = Picture {
        raster: Raster {
            width: strip.width,
            height: strip.height,
            channels: 1,
            samples: Vec::new(),
        },
        ..strip.stated
    };
    Some(page_of(picture, ColorModel::Gray, encoding, data))
}

/// A JPEG file, if PDFs can contain its kind: samples of eight bits with Huffman codes.
fn of_jpeg(data: Vec<u8>, stated: Picture, is_rgb: bool) -> Option<EmbeddedPage> {
    let header = Header::read(&data)?;
    let color = match header.samples {
        1 => ColorModel::Gray,
        3 => ColorModel::Rgb,
        4 => ColorModel::Inks {
            inverted: header.is_adobe,
        },
        _ => return None,
    };
    if header.bits != 8 {
        return None;
    }
    let stores_rgb = jpeg::stores_rgb(&data)?;
    let picture = Picture {
        raster: Raster {
            width: header.width,
            height: header.height,
            channels: 1,
            samples: Vec::new(),
        },
        ..stated
    };
    let is_rgb = header.samples == 3 && !header.is_adobe && (is_rgb || stores_rgb);
    Some(page_of(picture, color, Encoding::Jpeg { is_rgb }, data))
}

/// A decoded picture; one in black and white has a bit for each pixel.
fn decoded(mut picture: Picture) -> EmbeddedPage {
    let samples = std::mem::take(&mut picture.raster.samples);
    let is_bilevel = |samples: &[u8]| samples.iter().all(|sample| matches!(sample, 0 | 255));
    let (color, bits) = match picture.raster.channels {
        3 => (ColorModel::Rgb, 8),
        _ if is_bilevel(&samples) => (ColorModel::Gray, 1),
        _ => (ColorModel::Gray, 8),
    };
    let data = match bits {
        1 => packed(&samples, picture.raster.width),
        _ => samples,
    };
    page_of(picture, color, Encoding::Samples { bits }, data)
}

/// Rows of bits, 1 for white.
fn packed(samples: &[u8], width: usize) -> Vec<u8> {
    let rows = samples.chunks(width.max(1));
    rows.flat_map(|row| {
        row.chunks(8).map(|pixels| {
            let bits = pixels.iter().enumerate();
            bits.fold(0, |byte, (at, sample)| byte | (sample & 1) << (7 - at))
        })
    })
    .collect()
}

fn page_of(picture: Picture, color: ColorModel, encoding: Encoding, data: Vec<u8>) -> EmbeddedPage {
    EmbeddedPage {
        width: picture.raster.width,
        height: picture.raster.height,
        size: picture.page_size(displayed_resolution(&picture)),
        mirrored: picture.orientation.mirrored,
        quarter_turns: picture.orientation.quarter_turns,
        color,
        encoding,
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_in_black_and_white_are_packed_row_by_row() {
        let samples = [255, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(packed(&samples, 9), [0x80, 0x80, 0x40, 0x00]);
    }
}
