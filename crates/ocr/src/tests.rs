//! The pipeline from image to words, with a fake engine.

use super::*;

/// Returns the same lines for every page.
#[derive(Debug)]
struct FakeEngine(Vec<OcrLine>);

impl OcrEngine for FakeEngine {
    fn name(&self) -> &str {
        "fake"
    }

    fn read_page(&self, _: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        Ok(self.0.clone())
    }
}

/// A box with these edges.
pub(crate) fn bounds(left: usize, top: usize, right: usize, bottom: usize) -> BoundingBox {
    BoundingBox {
        left,
        top,
        right,
        bottom,
    }
}

fn line(bounds: BoundingBox, text: &str) -> OcrLine {
    let width = bounds.width() as f32 / text.chars().count() as f32;
    let characters = (0..)
        .zip(text.chars())
        .map(|(index, character)| OcrCharacter {
            character,
            x: bounds.left as f32 + (index as f32 + 0.5) * width,
            confidence: 0.9,
        })
        .collect();
    OcrLine { bounds, characters }
}

fn words(found: &RecognizedPage) -> Vec<&str> {
    let words = found.lines[0].words.iter();
    words.map(|word| word.text.as_str()).collect()
}

#[test]
fn words_end_where_their_ink_ends() {
    let mut page = GrayImage::white(400, 100);
    page.fill(bounds(20, 40, 120, 58), 0);
    page.fill(bounds(160, 40, 260, 58), 0);
    let engine = FakeEngine(vec![line(bounds(10, 30, 270, 70), "HUSET ALLEN")]);
    let found = recognize(page, 200.0, &engine, &Heartbeat::default()).unwrap();
    let words: Vec<_> = found.lines[0]
        .words
        .iter()
        .map(|word| (word.text.as_str(), word.left, word.right))
        .collect();
    assert_eq!(words, [("HUSET", 20.0, 120.0), ("ALLEN", 160.0, 260.0)]);
    assert_eq!(found.lines[0].baseline, 58.0);
    assert!((found.lines[0].font_size - 25.0).abs() < 0.01);
}

#[test]
fn lines_without_ink_are_dropped() {
    let engine = FakeEngine(vec![line(bounds(10, 30, 270, 70), "SPÖKE")]);
    let found = recognize(
        GrayImage::white(400, 100),
        200.0,
        &engine,
        &Heartbeat::default(),
    )
    .unwrap();
    assert_eq!(found.lines, []);
}

#[test]
fn a_space_that_the_engine_dropped_is_restored_from_the_ink() {
    let mut page = GrayImage::white(600, 100);
    for left in (20..120).step_by(20).chain((140..240).step_by(20)) {
        page.fill(bounds(left, 40, left + 18, 58), 0);
    }
    let mut read = line(bounds(20, 30, 120, 70), "HUSET");
    read.characters
        .extend(line(bounds(140, 30, 240, 70), "ALLEN").characters);
    read.bounds = bounds(10, 30, 250, 70);
    let found = recognize(page, 200.0, &FakeEngine(vec![read]), &Heartbeat::default()).unwrap();
    assert_eq!(words(&found), ["HUSET", "ALLEN"]);
}

#[test]
fn a_thin_letter_that_is_placed_beside_its_ink_ends_its_word() {
    let mut page = GrayImage::white(600, 100);
    // Three letters, a space, two more.
    for left in [20, 30, 40, 70, 80] {
        page.fill(bounds(left, 40, left + 5, 58), 0);
    }
    let mut read = line(bounds(20, 30, 80, 70), "Ill VI");
    let middles = [22.0, 32.0, 62.0, 66.0, 70.0, 82.0];
    for (character, middle) in read.characters.iter_mut().zip(middles) {
        character.x = middle;
    }
    let found = recognize(page, 200.0, &FakeEngine(vec![read]), &Heartbeat::default()).unwrap();
    assert_eq!(words(&found), ["Ill", "VI"]);
}

#[test]
fn a_ruling_line_above_letters_is_not_measured() {
    let mut page = GrayImage::white(400, 100);
    page.fill(bounds(0, 32, 400, 34), 0);
    page.fill(bounds(8, 32, 10, 99), 0);
    for left in (20..120).step_by(20) {
        page.fill(bounds(left, 44, left + 10, 62), 0);
    }
    let engine = FakeEngine(vec![line(bounds(10, 30, 130, 70), "HUSET")]);
    let found = recognize(page, 200.0, &engine, &Heartbeat::default()).unwrap();
    assert_eq!(found.lines[0].baseline, 62.0);
}

#[test]
fn a_dash_is_recognized_by_the_width_of_its_ink() {
    for (length, dash) in [(8, "-"), (14, "–"), (24, "—")] {
        let mut page = GrayImage::white(400, 100);
        for left in [20, 40, 60, 180, 200, 220] {
            page.fill(bounds(left, 40, left + 15, 58), 0);
        }
        page.fill(bounds(110, 50, 110 + length, 52), 0);
        let mut read = line(bounds(15, 30, 240, 70), "HUS - BIL");
        let middles = [27, 47, 67, 90, 110 + length / 2, 150, 187, 207, 227];
        for (character, middle) in read.characters.iter_mut().zip(middles) {
            character.x = middle as f32;
        }
        let found = recognize(page, 200.0, &FakeEngine(vec![read]), &Heartbeat::default()).unwrap();
        assert_eq!(found.lines[0].words[1].text, dash);
    }
}
