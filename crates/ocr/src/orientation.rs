//! Page orientation detection: rotation by quarter turns.
//!
//! Two cheap measures on the reduced page tell whether it may be rotated: its projection profile is
//! sharper across than along (a rotation by 90 or 270 degrees), or its letters descend below their
//! lines more than they ascend above them (180 degrees). Only then is a band of the page recognized in
//! each possible orientation; the one that reads best wins. An upright page costs no recognition.

use super::deskew::{SkewEstimate, estimate_skew};
use super::{BoundingBox, Error, GrayImage, OcrEngine};
use diarium_document::Heartbeat;

/// Latin print has more ink in ascenders than in descenders. A page with a lower ratio may be upside
/// down.
const MIN_ASCENDER_RATIO: f32 = 1.0;
/// The band is this share of the page's rows: enough lines to compare, at a fifth of the cost of the
/// page.
const BAND_SHARE: f32 = 0.2;
/// A page is rotated if its band then scores this many times as high. The gain must exceed the
/// difference that noise makes on a page that reads badly in every orientation.
const MIN_SCORE_GAIN: f32 = 1.3;

/// The number of clockwise quarter turns that make a page upright. `reduced` is the page as
/// [`deskew`](super::deskew) reduced it, and `skew` what it estimated there.
pub(super) fn detect_orientation(
    page: &GrayImage,
    reduced: &GrayImage,
    skew: SkewEstimate,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<u8, Error> {
    let sideways = reduced.rotated_90(1);
    let (candidates, band): (&[u8], BoundingBox) = if estimate_skew(&sideways).sharpness
        > skew.sharpness
    {
        (&[1, 3], columns_of(page, densest_band(&sideways)))
    } else if ascender_ratio(reduced, skew.degrees).is_some_and(|ratio| ratio < MIN_ASCENDER_RATIO)
    {
        (&[2], rows_of(page, densest_band(reduced)))
    } else {
        return Ok(0);
    };
    let band = page.crop(band);
    let mut best = (
        0,
        MIN_SCORE_GAIN * recognition_score(&band, engine, heartbeat)?,
    );
    for &quarter_turns in candidates {
        let score = recognition_score(&band.rotated_90(quarter_turns), engine, heartbeat)?;
        if score > best.1 {
            best = (quarter_turns, score);
        }
    }
    Ok(best.0)
}

/// How well an image reads: the number of its letters and digits, weighted by confidence.
fn recognition_score(
    band: &GrayImage,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<f32, Error> {
    let lines = engine.read_page(band, heartbeat)?;
    let letters = lines.iter().flat_map(|line| &line.characters);
    let letters = letters.filter(|one| one.character.is_alphanumeric());
    // The fourth power: a letter read with confidence 0.6, as in upside-down print, counts an eighth of
    // a sure one.
    Ok(letters.map(|one| one.confidence.powi(4)).sum())
}

/// The band of a reduced page's rows with the most ink, as shares of its height.
fn densest_band(reduced: &GrayImage) -> (f32, f32) {
    let ink_threshold = reduced.ink_threshold();
    let is_ink = |shade: &&u8| **shade < ink_threshold;
    let ink: Vec<usize> = (0..reduced.height())
        .map(|y| reduced.row(y).iter().filter(is_ink).count())
        .collect();
    let rows = ((BAND_SHARE * ink.len() as f32) as usize).max(1);
    let sums = ink.windows(rows).map(|window| window.iter().sum::<usize>());
    // The first of several equal bands.
    let start = sums
        .enumerate()
        .max_by_key(|&(at, sum)| (sum, std::cmp::Reverse(at)));
    let start = start.map_or(0, |(at, _)| at) as f32;
    let height = ink.len().max(1) as f32;
    (start / height, (start + rows as f32) / height)
}

/// The rows of a page between two shares of its height.
fn rows_of(page: &GrayImage, (from, to): (f32, f32)) -> BoundingBox {
    let row = |share: f32| ((share * page.height() as f32) as usize).min(page.height());
    BoundingBox {
        left: 0,
        top: row(from),
        right: page.width(),
        bottom: row(to),
    }
}

/// The columns of a page between two shares of its width: the rows of the page turned clockwise.
fn columns_of(page: &GrayImage, (from, to): (f32, f32)) -> BoundingBox {
    let column = |share: f32| ((share * page.width() as f32) as usize).min(page.width());
    BoundingBox {
        left: column(from),
        top: 0,
        right: column(to),
        bottom: page.height(),
    }
}

/// The page is analyzed in this many vertical strips, so that the lines of two columns, whose baselines
/// differ, do not blur each other's projection profile.
const STRIPS: usize = 12;
/// Rows of a line on the reduced page: print of 5 to 30 points.
const LINE_ROWS: std::ops::RangeInclusive<usize> = 6..=45;
/// A run of rows with more ink than this share of the strip's width has a ruling line in it.
const MAX_ROW_INK: f32 = 0.8;
/// Rows with at least this share of the ink of a line's fullest row are its x-height zone.
const X_HEIGHT_INK: f32 = 0.5;
/// Fewest pixels of ink in ascenders and descenders that allow a decision.
const MIN_INK: usize = 300;

/// Ink in the ascenders of a page's lines for each pixel of ink in their descenders; `None` if there is
/// too little of both.
fn ascender_ratio(reduced: &GrayImage, skew_degrees: f32) -> Option<f32> {
    let (mut above, mut below) = (0, 0);
    let width = reduced.width() / STRIPS;
    for strip in 0..STRIPS {
        let columns = strip * width..(strip + 1) * width;
        let profile = projection_profile(reduced, columns, skew_degrees);
        for line in profile.split(|&ink| ink == 0) {
            let max = line.iter().copied().max().unwrap_or(0);
            if !LINE_ROWS.contains(&line.len()) || max as f32 > MAX_ROW_INK * width as f32 {
                continue;
            }
            let is_x_height = |&ink: &usize| ink as f32 >= X_HEIGHT_INK * max as f32;
            let first = line.iter().position(is_x_height).unwrap_or(0);
            let last = line.iter().rposition(is_x_height).unwrap_or(0);
            above += line[..first].iter().sum::<usize>();
            below += line[last + 1..].iter().sum::<usize>();
        }
    }
    (above + below >= MIN_INK).then(|| above as f32 / below.max(1) as f32)
}

/// The ink in each row of some columns, once these are rotated by the skew.
fn projection_profile(
    reduced: &GrayImage,
    columns: std::ops::Range<usize>,
    skew_degrees: f32,
) -> Vec<usize> {
    let ink_threshold = reduced.ink_threshold();
    let slope = skew_degrees.to_radians().tan();
    let mut rows = vec![0; reduced.height()];
    for y in 0..reduced.height() {
        let row = reduced.row(y);
        for x in columns.clone().filter(|&x| row[x] < ink_threshold) {
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
    use super::super::deskew::downscale;
    use super::super::{OcrCharacter, OcrLine};
    use super::*;

    fn bounds(left: usize, top: usize, width: usize, height: usize) -> BoundingBox {
        BoundingBox {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }

    /// Lines of letters as on a reduced page: every third has an ascender, one in nine a descender.
    fn page_of_letters() -> GrayImage {
        let mut page = GrayImage::white(900, 1200);
        for line in 0..22 {
            for letter in 0..50 {
                let (left, top) = (100 + letter * 14, 100 + line * 40);
                page.fill(bounds(left, top, 10, 12), 0);
                match letter % 9 {
                    0 | 3 | 6 => page.fill(bounds(left, top - 8, 3, 8), 0),
                    1 => page.fill(bounds(left, top + 12, 3, 7), 0),
                    _ => {}
                }
            }
        }
        page
    }

    /// Reads upright letters with high confidence, and counts its calls.
    #[derive(Debug, Default)]
    struct UprightReader(std::sync::atomic::AtomicUsize);

    impl OcrEngine for UprightReader {
        fn name(&self) -> &str {
            "upright reader"
        }

        fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let is_upright = page.width() > page.height()
                && ascender_ratio(page, 0.0).is_some_and(|ratio| ratio > MIN_ASCENDER_RATIO);
            let one = OcrCharacter {
                character: 'a',
                x: 1.0,
                confidence: if is_upright { 0.95 } else { 0.6 },
            };
            Ok(vec![OcrLine {
                bounds: bounds(0, 0, 10, 10),
                characters: vec![one; 40],
            }])
        }
    }

    /// The quarter turns that are detected, and the number of calls of the engine.
    fn detect(page: &GrayImage) -> (u8, usize) {
        let reduced = downscale(page).unwrap();
        let reader = UprightReader::default();
        let quarter_turns = detect_orientation(
            page,
            &reduced,
            estimate_skew(&reduced),
            &reader,
            &Heartbeat::default(),
        )
        .unwrap();
        (quarter_turns, reader.0.into_inner())
    }

    #[test]
    fn an_upright_page_is_not_recognized() {
        assert_eq!(detect(&page_of_letters()), (0, 0));
        assert_eq!(detect(&page_of_letters().rotated(2.5)), (0, 0));
    }

    #[test]
    fn pages_in_any_orientation_are_made_upright() {
        let page = page_of_letters();
        assert_eq!(detect(&page.rotated_90(1)), (3, 3));
        assert_eq!(detect(&page.rotated_90(2)), (2, 2));
        assert_eq!(detect(&page.rotated_90(3)), (1, 3));
        assert_eq!(detect(&page.rotated_90(2).rotated(-3.0)), (2, 2));
    }

    #[test]
    fn pages_without_lines_are_not_rotated() {
        let mut black = GrayImage::white(300, 400);
        black.fill(bounds(0, 0, 300, 400), 0);
        for page in [GrayImage::white(300, 400), black, GrayImage::white(2, 2)] {
            assert_eq!(detect(&page).0, 0);
        }
    }

    #[test]
    fn a_page_that_reads_no_better_rotated_is_not_rotated() {
        #[derive(Debug)]
        struct BlindEngine;
        impl OcrEngine for BlindEngine {
            fn name(&self) -> &str {
                "blind"
            }
            fn read_page(&self, _: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
                Ok(Vec::new())
            }
        }
        let page = page_of_letters().rotated_90(2);
        let reduced = downscale(&page).unwrap();
        let heartbeat = Heartbeat::default();
        let quarter_turns = detect_orientation(
            &page,
            &reduced,
            estimate_skew(&reduced),
            &BlindEngine,
            &heartbeat,
        );
        assert_eq!(quarter_turns.unwrap(), 0);
    }
}
