//! Ruling line removal: table borders and the lines of a form to write on.
//!
//! The recognition network ignores ruling lines, so they are removed after it has read the page and
//! before the letters are measured: a line that touches a letter would count as part of it.
//!
//! Only straight lines along the rows and columns of a deskewed page are found.

use std::ops::Range;

use super::GrayImage;

// Shortest ruling line, in inches: 29 and 43 points. Shorter runs of ink may be strokes of a headline's
// letters, and an underline of one short word stays. Lower values would cut letters out of headlines.
const MIN_HORIZONTAL: f32 = 0.4;
const MIN_VERTICAL: f32 = 0.6;
/// Thicker runs, in inches, are bars, such as a filled heading with white text.
const MAX_THICKNESS: f32 = 0.03;
/// Gaps of up to this many pixels do not interrupt a line: they are noise of the scanner.
const MAX_GAP: usize = 2;

/// Fills the ruling lines of a page that was scanned at `dpi` with the color of the paper.
pub(super) fn remove_ruling_lines(page: &mut GrayImage, dpi: f32) {
    let ink_threshold = page.ink_threshold();
    let pixels = page.pixels().iter();
    let ink = InkMap {
        background: page.background_level(),
        width: page.width(),
        height: page.height(),
        // A copy from before the first line was removed: crossing lines do not hide each other.
        pixels: pixels.map(|&shade| shade < ink_threshold).collect(),
    };
    let thickness = (MAX_THICKNESS * dpi).ceil() as usize;
    remove_horizontal(page, &ink, (MIN_HORIZONTAL * dpi) as usize, thickness);
    remove_vertical(page, &ink, (MIN_VERTICAL * dpi) as usize, thickness);
}

/// The binarized page.
struct InkMap {
    /// Shade of the paper.
    background: u8,
    width: usize,
    height: usize,
    pixels: Vec<bool>,
}

impl InkMap {
    /// Whether there is ink; false outside the page.
    fn is_ink(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.pixels[y * self.width + x]
    }
}

fn remove_horizontal(page: &mut GrayImage, ink: &InkMap, min_length: usize, thickness: usize) {
    for y in 0..ink.height {
        for run in runs(ink.width, min_length, |x| ink.is_ink(x, y)) {
            let is_inked = |y: usize| is_mostly(run.clone(), |x| ink.is_ink(x, y));
            if is_inked(y.wrapping_sub(thickness)) || is_inked(y + thickness) {
                continue;
            }
            // The rows above and below are half ink, half paper: antialiasing of the scanner.
            for y in y.saturating_sub(1)..(y + 2).min(ink.height) {
                page.row_mut(y)[run.clone()].fill(ink.background);
            }
        }
    }
}

fn remove_vertical(page: &mut GrayImage, ink: &InkMap, min_length: usize, thickness: usize) {
    for x in 0..ink.width {
        for run in runs(ink.height, min_length, |y| ink.is_ink(x, y)) {
            let is_inked = |x: usize| is_mostly(run.clone(), |y| ink.is_ink(x, y));
            if is_inked(x.wrapping_sub(thickness)) || is_inked(x + thickness) {
                continue;
            }
            for y in run {
                page.row_mut(y)[x.saturating_sub(1)..(x + 2).min(ink.width)].fill(ink.background);
            }
        }
    }
}

/// Whether more than half of a run is ink.
fn is_mostly(run: Range<usize>, is_ink: impl Fn(usize) -> bool) -> bool {
    let length = run.len();
    2 * run.filter(|&at| is_ink(at)).count() > length
}

/// The runs of ink that are at least this long.
fn runs(length: usize, min_length: usize, is_ink: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..length).filter(|&at| is_ink(at)) {
        match runs.last_mut() {
            Some(run) if at <= run.end + MAX_GAP => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs.retain(|run| run.len() >= min_length.max(1));
    runs
}

#[cfg(test)]
mod tests {
    use super::super::BoundingBox;
    use super::*;

    #[test]
    fn borders_are_removed_and_letters_and_bars_are_not() {
        let mut page = GrayImage::white(300, 300);
        let mut fill = |left, top, right, bottom| {
            let bounds = BoundingBox {
                left,
                top,
                right,
                bottom,
            };
            page.fill(bounds, 0);
        };
        fill(10, 20, 290, 22);
        fill(10, 20, 12, 280);
        fill(40, 40, 60, 70);
        fill(100, 100, 260, 120);
        remove_ruling_lines(&mut page, 200.0);
        assert_eq!(page.row(20)[150], 255);
        assert_eq!(page.row(150)[11], 255);
        assert_eq!(page.row(50)[50], 0);
        assert_eq!(page.row(110)[180], 0);
    }
}
