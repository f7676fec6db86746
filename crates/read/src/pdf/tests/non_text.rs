//! Pages without text: blank, black and huge pages, and photographs.

use std::sync::Arc;

use lopdf::{Object, dictionary};

use super::super::{Limits, read};
use super::support::{PdfBuilder, full_page_image, image_over};
use diarium_document::{Heartbeat, Origin, RawDocument, WarningCode};
use diarium_ocr::{BoundingBox, Error, GrayImage, Mode, Ocr, OcrCharacter, OcrEngine, OcrLine};

/// Reads scattered letters with low confidence, whatever is on the page.
#[derive(Debug)]
struct HallucinatingEngine;

impl OcrEngine for HallucinatingEngine {
    fn name(&self) -> &str {
        "hallucinating"
    }

    fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        assert!(page.width() * page.height() <= 20_000_000);
        let tiles =
            (0..page.height() / 40).flat_map(|y| (0..page.width() / 40).map(move |x| (x, y)));
        let lines = tiles.take(500).map(|(x, y)| OcrLine {
            bounds: BoundingBox {
                left: 40 * x,
                top: 40 * y,
                right: 40 * x + 40,
                bottom: 40 * y + 40,
            },
            characters: vec![OcrCharacter {
                character: 'n',
                x: 40.0 * x as f32 + 20.0,
                confidence: 0.65,
            }],
        });
        Ok(lines.collect())
    }
}

fn hallucinating() -> Ocr {
    Ocr {
        mode: Mode::Auto,
        engine: Arc::new(HallucinatingEngine),
    }
}

fn read_page(builder: PdfBuilder, more: lopdf::Dictionary) -> RawDocument {
    let bytes = builder.page(full_page_image(), more).bytes();
    read(
        &bytes,
        &Limits::default(),
        &hallucinating(),
        &Heartbeat::default(),
    )
    .unwrap()
}

fn assert_has_no_text(document: &RawDocument) {
    let page = &document.pages[0];
    assert_eq!(page.text, "");
    assert!(page.lines.is_empty() && page.words.is_empty());
}

#[test]
fn blank_and_black_pages_have_no_text_and_no_warning() {
    for shade in [0xFF, 0x00] {
        let pixels = vec![shade; 100 * 1100];
        let builder = PdfBuilder::new().with_picture(800, 1100, 1, pixels);
        let document = read_page(builder, dictionary! {});
        assert_has_no_text(&document);
        assert_eq!(document.pages[0].origin, Origin::Ocr);
        assert!(document.warnings.is_empty(), "{:?}", document.warnings);
    }
}

#[test]
fn an_image_of_one_pixel_is_a_page_without_text() {
    let builder = || PdfBuilder::new().with_picture(1, 1, 8, vec![90]);
    assert_has_no_text(&read_page(builder(), dictionary! {}));
    let corners = [0, 0, 1, 1].map(Object::from).to_vec();
    let document = read_page(builder(), dictionary! { "MediaBox" => corners });
    assert_has_no_text(&document);
    assert_eq!(document.warnings[0].code, WarningCode::OcrNeeded);
}

#[test]
fn hallucinated_text_on_a_photograph_is_dropped() {
    // Noise from a linear congruential generator, so that the page is the same in every run.
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pixels = (0..400 * 560).map(|_| next()).collect();
    let document = read_page(
        PdfBuilder::new().with_picture(400, 560, 8, pixels),
        dictionary! {},
    );
    assert_has_no_text(&document);
    let warning = &document.warnings[0];
    assert_eq!(
        (warning.code, warning.page),
        (WarningCode::LowConfidence, Some(1))
    );
    assert!(document.pages[0].confidence < 0.7);
}

#[test]
fn an_a3_page_at_600_dpi_is_read_in_bounded_memory() {
    let corners = [0, 0, 842, 1191].map(Object::from).to_vec();
    let bytes = PdfBuilder::new()
        .with_picture(7016, 9921, 1, vec![0xFF; 877 * 9921])
        .page(image_over(842, 1191), dictionary! { "MediaBox" => corners })
        .bytes();
    let document = read(
        &bytes,
        &Limits::default(),
        &hallucinating(),
        &Heartbeat::default(),
    )
    .unwrap();
    assert_has_no_text(&document);
    assert!(document.warnings.is_empty(), "{:?}", document.warnings);
}
