//! What becomes of pictures that no scanner of letters makes?

use std::sync::Arc;

use lopdf::{Object, dictionary};

use super::test_support::{PdfBuilder, full_page_image, image_over};
use super::{Limits, read};
use diarium_document::{Heartbeat, Origin, RawDocument, WarningCode};
use diarium_ocr::{BoundingBox, Error, GrayImage, Mode, Ocr, OcrCharacter, OcrEngine, OcrLine};

/// Sees single letters wherever there is ink, and is not sure of any.
#[derive(Debug)]
struct Dreamer;

impl OcrEngine for Dreamer {
    fn name(&self) -> &str {
        "dreamer"
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

fn dreaming() -> Ocr {
    Ocr {
        mode: Mode::Auto,
        engine: Arc::new(Dreamer),
    }
}

fn read_page(builder: PdfBuilder, more: lopdf::Dictionary) -> RawDocument {
    let bytes = builder.page(full_page_image(), more).bytes();
    read(
        &bytes,
        &Limits::default(),
        &dreaming(),
        &Heartbeat::default(),
    )
    .unwrap()
}

fn says_nothing(document: &RawDocument) {
    let page = &document.pages[0];
    assert_eq!(page.text, "");
    assert!(page.lines.is_empty() && page.words.is_empty());
}

#[test]
fn blank_and_black_pages_say_nothing_and_need_nobody() {
    for shade in [0xFF, 0x00] {
        let pixels = vec![shade; 100 * 1100];
        let builder = PdfBuilder::new().with_picture(800, 1100, 1, pixels);
        let document = read_page(builder, dictionary! {});
        says_nothing(&document);
        assert_eq!(document.pages[0].origin, Origin::Ocr);
        assert!(document.warnings.is_empty(), "{:?}", document.warnings);
    }
}

#[test]
fn a_picture_of_one_pixel_is_a_page_without_text() {
    let builder = || PdfBuilder::new().with_picture(1, 1, 8, vec![90]);
    says_nothing(&read_page(builder(), dictionary! {}));
    let corners = [0, 0, 1, 1].map(Object::from).to_vec();
    let document = read_page(builder(), dictionary! { "MediaBox" => corners });
    says_nothing(&document);
    assert_eq!(document.warnings[0].code, WarningCode::OcrNeeded);
}

#[test]
fn the_grain_of_a_photograph_is_not_taken_for_its_authors_words() {
    // Leaves of all shades, of pixels that follow from each other, so that they are always the same.
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
    says_nothing(&document);
    let warning = &document.warnings[0];
    assert_eq!(
        (warning.code, warning.page),
        (WarningCode::LowConfidence, Some(1))
    );
    assert!(document.pages[0].confidence < 0.7);
}

#[test]
fn an_a3_page_at_600_dots_an_inch_is_read_in_bounded_memory() {
    let corners = [0, 0, 842, 1191].map(Object::from).to_vec();
    let bytes = PdfBuilder::new()
        .with_picture(7016, 9921, 1, vec![0xFF; 877 * 9921])
        .page(image_over(842, 1191), dictionary! { "MediaBox" => corners })
        .bytes();
    let document = read(
        &bytes,
        &Limits::default(),
        &dreaming(),
        &Heartbeat::default(),
    )
    .unwrap();
    says_nothing(&document);
    assert!(document.warnings.is_empty(), "{:?}", document.warnings);
}
