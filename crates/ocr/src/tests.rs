use super::*;

/// Says the same of every page.
#[derive(Debug)]
struct Fake(Vec<OcrLine>);

impl OcrEngine for Fake {
    fn name(&self) -> &str {
        "fake"
    }

    fn read_page(&self, _: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        Ok(self.0.clone())
    }
}

fn area(left: usize, top: usize, right: usize, bottom: usize) -> Area {
    Area {
        left,
        top,
        right,
        bottom,
    }
}

fn line(area: Area, text: &str) -> OcrLine {
    let width = area.width() as f32 / text.chars().count() as f32;
    let characters = (0..)
        .zip(text.chars())
        .map(|(index, character)| OcrCharacter {
            character,
            x: area.left as f32 + (index as f32 + 0.5) * width,
            confidence: 0.9,
        })
        .collect();
    OcrLine { area, characters }
}

fn words(found: &Recognized) -> Vec<&str> {
    let words = found.lines[0].words.iter();
    words.map(|word| word.text.as_str()).collect()
}

#[test]
fn words_end_where_their_ink_does() {
    let mut page = GrayImage::white(400, 100);
    page.fill(area(20, 40, 120, 58), 0);
    page.fill(area(160, 40, 260, 58), 0);
    let engine = Fake(vec![line(area(10, 30, 270, 70), "HUSET ALLEN")]);
    let found = recognize(page, 200.0, &engine, &Heartbeat::default()).unwrap();
    let words: Vec<_> = found.lines[0]
        .words
        .iter()
        .map(|word| (word.text.as_str(), word.left, word.right))
        .collect();
    assert_eq!(words, [("HUSET", 20.0, 120.0), ("ALLEN", 160.0, 260.0)]);
    assert_eq!(found.lines[0].baseline, 58.0);
    assert!((found.lines[0].size - 25.0).abs() < 0.01);
}

#[test]
fn lines_without_ink_are_not_believed() {
    let engine = Fake(vec![line(area(10, 30, 270, 70), "SPÖKE")]);
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
fn a_blank_that_the_engine_lost_is_found_in_the_ink() {
    let mut page = GrayImage::white(600, 100);
    for left in (20..120).step_by(20).chain((140..240).step_by(20)) {
        page.fill(area(left, 40, left + 18, 58), 0);
    }
    let mut read = line(area(20, 30, 120, 70), "HUSET");
    read.characters
        .extend(line(area(140, 30, 240, 70), "ALLEN").characters);
    read.area = area(10, 30, 250, 70);
    let found = recognize(page, 200.0, &Fake(vec![read]), &Heartbeat::default()).unwrap();
    assert_eq!(words(&found), ["HUSET", "ALLEN"]);
}

#[test]
fn a_thin_letter_that_the_engine_places_beside_its_ink_ends_its_word() {
    let mut page = GrayImage::white(600, 100);
    // Three letters, a blank, two more.
    for left in [20, 30, 40, 70, 80] {
        page.fill(area(left, 40, left + 5, 58), 0);
    }
    let mut read = line(area(20, 30, 80, 70), "Ill VI");
    let middles = [22.0, 32.0, 62.0, 66.0, 70.0, 82.0];
    for (character, middle) in read.characters.iter_mut().zip(middles) {
        character.x = middle;
    }
    let found = recognize(page, 200.0, &Fake(vec![read]), &Heartbeat::default()).unwrap();
    assert_eq!(words(&found), ["Ill", "VI"]);
}

#[test]
fn a_rule_above_letters_is_none_of_them() {
    let mut page = GrayImage::white(400, 100);
    page.fill(area(0, 32, 400, 34), 0);
    page.fill(area(8, 32, 10, 99), 0);
    for left in (20..120).step_by(20) {
        page.fill(area(left, 44, left + 10, 62), 0);
    }
    let engine = Fake(vec![line(area(10, 30, 130, 70), "HUSET")]);
    let found = recognize(page, 200.0, &engine, &Heartbeat::default()).unwrap();
    assert_eq!(found.lines[0].baseline, 62.0);
}

#[test]
fn a_dash_is_as_long_as_its_ink() {
    for (length, dash) in [(8, "-"), (14, "–"), (24, "—")] {
        let mut page = GrayImage::white(400, 100);
        for left in [20, 40, 60, 180, 200, 220] {
            page.fill(area(left, 40, left + 15, 58), 0);
        }
        page.fill(area(110, 50, 110 + length, 52), 0);
        let mut read = line(area(15, 30, 240, 70), "HUS - BIL");
        let middles = [27, 47, 67, 90, 110 + length / 2, 150, 187, 207, 227];
        for (character, middle) in read.characters.iter_mut().zip(middles) {
            character.x = middle as f32;
        }
        let found = recognize(page, 200.0, &Fake(vec![read]), &Heartbeat::default()).unwrap();
        assert_eq!(found.lines[0].words[1].text, dash);
    }
}
