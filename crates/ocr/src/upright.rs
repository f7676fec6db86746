//! Page orientation detection: rotation by quarter turns.
//!
//! A look at the small picture of a page tells cheaply that it probably does: the rows of its ink
//! are its columns, or its letters hang below their lines instead of standing up from them. Only
//! then a band of it is read in each way that it may be meant, and the engine's confidence decides.

use super::deskew::{Comb, comb};
use super::{Area, Error, GrayImage, OcrEngine};
use diarium_document::Heartbeat;

/// Letters of Latin print reach above the middle zone of their lines more often than below it.
/// Below this share of ink above it to ink below it, a page may stand on its head.
const UPRIGHT: f32 = 1.0;
/// A band is this share of the page.
const BAND: f32 = 0.2;
/// The page is turned if its band reads so many times as well.
const BETTER: f32 = 1.3;

/// By how many right angles clockwise a page must be turned to stand upright. `small` is the page
/// as [`deskew`](super::deskew) looks at it, and `lines` what it found there.
pub(super) fn quarters(
    page: &GrayImage,
    small: &GrayImage,
    lines: Comb,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<u8, Error> {
    let on_side = small.turned(1);
    let (others, band): (&[u8], Area) = if comb(&on_side).sharpness > lines.sharpness {
        (&[1, 3], across(densest(&on_side), page))
    } else if standing(small, lines.skew).is_some_and(|share| share < UPRIGHT) {
        (&[2], along(densest(small), page))
    } else {
        return Ok(0);
    };
    let band = page.cut(band);
    let mut best = (0, BETTER * legibility(&band, engine, heartbeat)?);
    for &quarters in others {
        let legibility = legibility(&band.turned(quarters), engine, heartbeat)?;
        if legibility > best.1 {
            best = (quarters, legibility);
        }
    }
    Ok(best.0)
}

/// How much of a picture can be read: its letters, those that the engine is unsure of counting
/// hardly anything.
fn legibility(
    band: &GrayImage,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<f32, Error> {
    let lines = engine.read_page(band, heartbeat)?;
    let letters = lines.iter().flat_map(|line| &line.characters);
    let letters = letters.filter(|one| one.character.is_alphanumeric());
    Ok(letters.map(|one| one.confidence.powi(4)).sum())
}

/// The stretch of a small picture's rows with the most ink in it, in shares of its height.
fn densest(small: &GrayImage) -> (f32, f32) {
    let dark = small.darkness();
    let ink: Vec<usize> = (0..small.height())
        .map(|y| small.row(y).iter().filter(|&&shade| shade < dark).count())
        .collect();
    let rows = ((BAND * ink.len() as f32) as usize).max(1);
    let sums = ink.windows(rows).map(|window| window.iter().sum::<usize>());
    // The first of equals, so that the bands of like pages are alike.
    let start = sums
        .enumerate()
        .max_by_key(|&(at, sum)| (sum, std::cmp::Reverse(at)));
    let start = start.map_or(0, |(at, _)| at) as f32;
    let height = ink.len().max(1) as f32;
    (start / height, (start + rows as f32) / height)
}

/// A stretch of a page's rows.
fn along((from, to): (f32, f32), page: &GrayImage) -> Area {
    let row = |share: f32| ((share * page.height() as f32) as usize).min(page.height());
    Area {
        left: 0,
        top: row(from),
        right: page.width(),
        bottom: row(to),
    }
}

/// A stretch of the rows of a page turned clockwise, which are the page's columns.
fn across((from, to): (f32, f32), page: &GrayImage) -> Area {
    let column = |share: f32| ((share * page.width() as f32) as usize).min(page.width());
    Area {
        left: column(from),
        top: 0,
        right: column(to),
        bottom: page.height(),
    }
}

/// Lines are looked at in stretches, so that columns whose lines stand at different heights do not
/// blur each other.
const STRETCHES: usize = 12;
/// Lines have this many rows of a small picture: print of 5 to 30 points.
const LINE_ROWS: std::ops::RangeInclusive<usize> = 6..=45;
/// Rows with ink on more of a stretch are rules, and their neighbors tell nothing.
const RULE: f32 = 0.8;
/// Rows with at least this share of the ink of a line's fullest row are its middle zone.
const MIDDLE: f32 = 0.5;
/// Pages with fewer pixels of ink outside of the middle zones tell nothing.
const LEAST_INK: usize = 300;

/// How much ink stands above the middle zones of the lines for each that hangs below them; nothing
/// where there is too little of either.
fn standing(small: &GrayImage, skew: f32) -> Option<f32> {
    let (mut above, mut below) = (0, 0);
    let width = small.width() / STRETCHES;
    for stretch in 0..STRETCHES {
        let rows = ink_rows(small, stretch * width..(stretch + 1) * width, skew);
        for line in rows.split(|&ink| ink == 0) {
            let most = line.iter().copied().max().unwrap_or(0);
            if !LINE_ROWS.contains(&line.len()) || most as f32 > RULE * width as f32 {
                continue;
            }
            let is_middle = |&ink: &usize| ink as f32 >= MIDDLE * most as f32;
            let first = line.iter().position(is_middle).unwrap_or(0);
            let last = line.iter().rposition(is_middle).unwrap_or(0);
            above += line[..first].iter().sum::<usize>();
            below += line[last + 1..].iter().sum::<usize>();
        }
    }
    (above + below >= LEAST_INK).then(|| above as f32 / below.max(1) as f32)
}

/// The ink of each row of a stretch of columns, seen along lines that must be turned by `skew`
/// degrees.
fn ink_rows(small: &GrayImage, columns: std::ops::Range<usize>, skew: f32) -> Vec<usize> {
    let dark = small.darkness();
    let slope = skew.to_radians().tan();
    let mut rows = vec![0; small.height()];
    for y in 0..small.height() {
        let row = small.row(y);
        for x in columns.clone().filter(|&x| row[x] < dark) {
            let at = y as f32 + (x as f32 - columns.start as f32) * slope;
            if at >= 0.0
                && let Some(count) = rows.get_mut(at.round() as usize)
            {
                *count += 1;
            }
        }
    }
    rows
}
#[cfg(test)]
mod tests {
    use super::super::deskew::small;
    use super::super::{OcrCharacter, OcrLine};
    use super::*;

    fn area(left: usize, top: usize, width: usize, height: usize) -> Area {
        Area {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }

    /// Lines of letters as they look from afar: every third has a stem, one in nine a tail.
    fn page_of_letters() -> GrayImage {
        let mut page = GrayImage::white(900, 1200);
        for line in 0..22 {
            for letter in 0..50 {
                let (left, top) = (100 + letter * 14, 100 + line * 40);
                page.fill(area(left, top, 10, 12), 0);
                match letter % 9 {
                    0 | 3 | 6 => page.fill(area(left, top - 8, 3, 8), 0),
                    1 => page.fill(area(left, top + 12, 3, 7), 0),
                    _ => {}
                }
            }
        }
        page
    }

    /// Is sure of its letters where they stand on their feet; counts how often it is asked.
    #[derive(Debug, Default)]
    struct Reader(std::sync::atomic::AtomicUsize);

    impl OcrEngine for Reader {
        fn name(&self) -> &str {
            "reader"
        }

        fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let is_right = page.width() > page.height()
                && standing(page, 0.0).is_some_and(|share| share > UPRIGHT);
            let one = OcrCharacter {
                character: 'a',
                x: 1.0,
                confidence: if is_right { 0.95 } else { 0.6 },
            };
            Ok(vec![OcrLine {
                area: area(0, 0, 10, 10),
                characters: vec![one; 40],
            }])
        }
    }

    fn asked(page: &GrayImage) -> (u8, usize) {
        let small = small(page).unwrap();
        let reader = Reader::default();
        let quarters =
            quarters(page, &small, comb(&small), &reader, &Heartbeat::default()).unwrap();
        (quarters, reader.0.into_inner())
    }

    #[test]
    fn a_page_that_is_right_is_left_alone_and_costs_no_reading() {
        assert_eq!(asked(&page_of_letters()), (0, 0));
        assert_eq!(asked(&page_of_letters().rotated(2.5)), (0, 0));
    }

    #[test]
    fn pages_are_turned_back_however_they_lie() {
        let page = page_of_letters();
        assert_eq!(asked(&page.turned(1)), (3, 3));
        assert_eq!(asked(&page.turned(2)), (2, 2));
        assert_eq!(asked(&page.turned(3)), (1, 3));
        assert_eq!(asked(&page.turned(2).rotated(-3.0)), (2, 2));
    }

    #[test]
    fn pages_without_lines_are_left_alone() {
        let mut black = GrayImage::white(300, 400);
        black.fill(area(0, 0, 300, 400), 0);
        for page in [GrayImage::white(300, 400), black, GrayImage::white(2, 2)] {
            assert_eq!(asked(&page).0, 0);
        }
    }

    #[test]
    fn a_page_that_reads_no_better_turned_stays_as_it_is() {
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
        let page = page_of_letters().turned(2);
        let small = small(&page).unwrap();
        let heartbeat = Heartbeat::default();
        let quarters = quarters(&page, &small, comb(&small), &Blind, &heartbeat);
        assert_eq!(quarters.unwrap(), 0);
    }
}
