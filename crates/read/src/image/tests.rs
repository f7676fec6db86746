//! Image reader tests: pages and warnings of small files. An engine that reads nothing takes the place of
//! OCR.

use std::io::Cursor;
use std::sync::Arc;

use image::{DynamicImage, ImageEncoder, codecs::png::PngEncoder};

use diarium_document::{Origin, WarningCode};
use diarium_ocr::{Error, GrayImage, Mode, OcrEngine, OcrLine};

use super::*;

/// Reads nothing.
#[derive(Debug)]
struct Blind;

impl OcrEngine for Blind {
    fn name(&self) -> &str {
        "blind"
    }

    fn read_page(&self, _: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        Ok(Vec::new())
    }
}

fn read_with(mode: Mode, bytes: &[u8]) -> Result<RawDocument, Failure> {
    let format = ImageFormat::detect(bytes, false).unwrap();
    let ocr = Ocr {
        mode,
        engine: Arc::new(Blind),
    };
    read(
        format,
        bytes,
        &Limits::default(),
        &ocr,
        &Heartbeat::default(),
    )
}

/// A white picture of this size in a format of the `image` crate.
fn written(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let white = image::RgbImage::from_pixel(width, height, image::Rgb([255; 3]));
    DynamicImage::ImageRgb8(white)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn every_format_gives_a_page_of_the_size_of_paper() {
    let formats = [
        (image::ImageFormat::Png, "image/png"),
        (image::ImageFormat::Bmp, "image/bmp"),
        (image::ImageFormat::WebP, "image/webp"),
        (image::ImageFormat::Gif, "image/gif"),
    ];
    for (format, media_type) in formats {
        let document = read_with(Mode::Auto, &written(827, 1169, format)).unwrap();
        assert_eq!(document.media_type, media_type);
        assert_eq!(document.carrier, Carrier::Image);
        let page = &document.pages[0];
        assert_eq!(page.origin, Origin::Ocr);
        let (width, height) = page.size.unwrap();
        assert!((width - 595.0).abs() < 2.0, "{width}");
        assert!((height - 842.0).abs() < 2.0, "{height}");
    }
}

#[test]
fn without_ocr_the_page_is_reported() {
    let png = written(300, 300, image::ImageFormat::Png);
    let document = read_with(Mode::Never, &png).unwrap();
    assert_eq!(document.warnings[0].code, WarningCode::OcrNeeded);
    assert_eq!(document.pages[0].confidence, 0.0);
    assert_eq!(document.pages[0].origin, Origin::Ocr);
}

#[test]
fn a_picture_that_is_cut_is_read_with_a_warning_and_one_without_pixels_fails() {
    let mut bytes = Vec::new();
    // Black, so that what is missing can be told from what is there.
    let pixels = vec![0; 300 * 300];
    PngEncoder::new(&mut bytes)
        .write_image(&pixels, 300, 300, image::ExtendedColorType::L8)
        .unwrap();
    let cut = read_with(Mode::Never, &bytes[..bytes.len() - 40]).unwrap();
    assert!(
        cut.warnings
            .iter()
            .any(|warning| warning.code == WarningCode::DamagedFile)
    );
    let failure = read_with(Mode::Never, &bytes[..40]).unwrap_err();
    assert_eq!(failure.code, FailureCode::Damaged);
}

#[test]
fn a_header_of_too_many_pixels_is_refused_before_memory_is_allocated() {
    let mut png = written(2, 2, image::ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let failure = read_with(Mode::Never, &png).unwrap_err();
    // The checksum of the header is wrong as well, and may be found first.
    assert!(matches!(
        failure.code,
        FailureCode::TooLarge | FailureCode::Damaged
    ));
    let mut bmp = written(2, 2, image::ImageFormat::Bmp);
    bmp[18..22].copy_from_slice(&60_000_u32.to_le_bytes());
    bmp[22..26].copy_from_slice(&60_000_u32.to_le_bytes());
    let failure = read_with(Mode::Never, &bmp).unwrap_err();
    assert_eq!(failure.code, FailureCode::TooLarge);
}

#[test]
fn pictures_are_embedded_unchanged_where_a_pdf_can_contain_them() {
    let mut jpeg = Vec::new();
    let pixels = vec![200; 64 * 32];
    jpeg_encoder::Encoder::new(&mut jpeg, 80)
        .encode(&pixels, 64, 32, jpeg_encoder::ColorType::Luma)
        .unwrap();
    let page = embedded_page(&jpeg, 0, &Limits::default()).unwrap();
    assert_eq!(page.encoding, Encoding::Jpeg { is_rgb: false });
    assert_eq!((page.color, page.data == jpeg), (ColorModel::Gray, true));
    assert_eq!((page.width, page.height), (64, 32));
    let png = written(20, 10, image::ImageFormat::Png);
    let page = embedded_page(&png, 0, &Limits::default()).unwrap();
    assert_eq!(page.encoding, Encoding::Samples { bits: 8 });
    assert_eq!(page.data.len(), 20 * 10 * 3);
    assert_eq!(page_count(&png, &Limits::default()), 1);
    assert_eq!(page_count(b"text", &Limits::default()), 0);
}
