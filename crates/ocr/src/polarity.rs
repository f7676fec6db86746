//! Polarity: white print on black is turned into black print on white.
//!
//! Negatives, and the dark bars of headings and tables, show letters paler than what surrounds them. All
//! later steps, and the engines, expect ink on paper. A dark region is found on a reduced page: closing
//! fills the letters in it, opening removes ruling lines, and what remains are blocks. A block is inverted if
//! it is a dark rectangle with pale signs in it. Dark photographs may be, too; there is no print to lose on
//! them.

use super::connected_components::{Component, connected_components};
use super::{BoundingBox, GrayImage, deskew};

/// Least difference between ink and paper. A page with less has no print.
const MIN_CONTRAST: u8 = 64;

/// Dark pixels are below this share of the way from ink to paper: first black ground, then gray.
const DARK: [f32; 2] = [0.5, 0.8];

// Lengths in inches.

/// Half of the width of strokes that closing fills.
const STROKE: f32 = 0.027;
/// Half of the width of ruling lines that opening removes.
const RULING: f32 = 0.03;
/// Smallest region: a cell with a short word in small print.
const MIN_WIDTH: f32 = 0.3;
const MIN_HEIGHT: f32 = 0.11;

/// Least share of dark pixels in a region.
// White print on black covers a tenth to a third of it.
const MIN_DARK: f32 = 0.55;
/// Least share of dark pixels along each side.
// A large black letter, or a word of them, is not dark all around.
const MIN_DARK_SIDE: f32 = 0.85;
/// Greatest share of a region that a single pale sign covers.
// A sheet of paper before a dark background covers more.
const MAX_SIGN: f32 = 0.15;
/// Fewest pale signs, and the least height of one in inches: that of a letter in small print.
const MIN_SIGNS: usize = 2;
const MIN_SIGN: f32 = 0.045;

/// Inverts the page if it is white on black as a whole.
///
/// Call it before noise is removed: specks on a negative are white.
pub(super) fn invert_negative(page: &mut GrayImage, dpi: f32) {
    // A negative may have a border of another shade.
    const MIN_SHARE_OF_PAGE: f32 = 0.6;
    let least = MIN_SHARE_OF_PAGE * (page.width() * page.height()) as f32;
    invert_regions(page, dpi, |region| {
        (region.width() * region.height()) as f32 > least
    });
}

/// Inverts dark regions with pale print in them.
///
/// Call it on a straight page: regions are rectangles.
pub(super) fn invert_dark_regions(page: &mut GrayImage, dpi: f32) {
    invert_regions(page, dpi, |_| true);
}

fn invert_regions(page: &mut GrayImage, dpi: f32, is_wanted: impl Fn(BoundingBox) -> bool) {
    let Some(reduced) = deskew::downscale(page) else {
        return;
    };
    let scale = page.width() as f32 / reduced.width() as f32;
    let mut regions: Vec<BoundingBox> = Vec::new();
    for share in DARK {
        let Some(map) = DarkMap::new(&reduced, share) else {
            return;
        };
        let mut found = map.regions(dpi / scale);
        found.retain(|region| !regions.iter().any(|known| overlap(*region, *known)));
        regions.append(&mut found);
    }
    for region in regions {
        let to_page = |pixels: usize, most: usize| ((pixels as f32 * scale) as usize).min(most);
        let bounds = BoundingBox {
            left: to_page(region.left, page.width()),
            top: to_page(region.top, page.height()),
            right: to_page(region.right, page.width()),
            bottom: to_page(region.bottom, page.height()),
        };
        if bounds.left < bounds.right && bounds.top < bounds.bottom && is_wanted(bounds) {
            invert(page, bounds);
        }
    }
}

fn overlap(one: BoundingBox, other: BoundingBox) -> bool {
    one.left < other.right
        && other.left < one.right
        && one.top < other.bottom
        && other.top < one.bottom
}

/// Makes the ground of a region as white as paper, and its print black.
fn invert(page: &mut GrayImage, bounds: BoundingBox) {
    let part = page.crop(bounds);
    let (ground, print) = (shade_at(&part, 0.25), shade_at(&part, 0.998));
    if print.saturating_sub(ground) < MIN_CONTRAST / 2 {
        return;
    }
    let range = f32::from(print - ground);
    let inverted = |shade: u8| {
        let share = f32::from(print.saturating_sub(shade)) / range;
        (255.0 * share.min(1.0)) as u8
    };
    for y in bounds.top..bounds.bottom {
        for pixel in &mut page.row_mut(y)[bounds.left..bounds.right] {
            *pixel = inverted(*pixel);
        }
    }
}

/// The shade at this share of an image's pixels, sorted from dark to pale.
fn shade_at(image: &GrayImage, share: f32) -> u8 {
    let mut counts = [0_usize; 256];
    for &shade in image.pixels() {
        counts[usize::from(shade)] += 1;
    }
    let wanted = (image.pixels().len() as f32 * share) as usize;
    let mut seen = 0;
    let found = counts.iter().position(|count| {
        seen += count;
        seen > wanted
    });
    found.map_or(255, |shade| shade as u8)
}

/// Which pixels of a reduced page are dark.
struct DarkMap {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

impl DarkMap {
    /// Pixels below a share of the way from ink to paper; `None` if the page has no print.
    fn new(reduced: &GrayImage, share: f32) -> Option<Self> {
        // A short text covers less than a hundredth of its page.
        let (ink, paper) = (shade_at(reduced, 0.002), shade_at(reduced, 0.998));
        if paper.saturating_sub(ink) < MIN_CONTRAST {
            return None;
        }
        let threshold = ink + (f32::from(paper - ink) * share) as u8;
        Some(Self {
            width: reduced.width(),
            height: reduced.height(),
            dark: reduced
                .pixels()
                .iter()
                .map(|&shade| shade < threshold)
                .collect(),
        })
    }

    /// The regions that are dark with pale print; `dpi` is the resolution of the reduced page.
    fn regions(&self, dpi: f32) -> Vec<BoundingBox> {
        let pixels = |inches: f32| ((inches * dpi).round() as usize).max(1);
        let (stroke, ruling) = (pixels(STROKE), pixels(RULING));
        let closed = self.eroded(&self.dilated(&self.dark, stroke), stroke);
        let opened = self.dilated(&self.eroded(&closed, ruling), ruling);
        let blocks = connected_components(self.width, self.height, |index| opened[index]);
        let bounds = blocks.into_iter().map(|block| block.bounds);
        bounds
            .filter(|bounds| {
                bounds.width() >= pixels(MIN_WIDTH) && bounds.height() >= pixels(MIN_HEIGHT)
            })
            .filter(|bounds| self.is_negative(*bounds, pixels(MIN_SIGN)))
            .collect()
    }

    fn is_negative(&self, bounds: BoundingBox, min_sign: usize) -> bool {
        let area = bounds.width() * bounds.height();
        if self.dark_share(bounds) < MIN_DARK || !self.has_dark_sides(bounds) {
            return false;
        }
        let pale = |index: usize| {
            let (x, y) = (index % bounds.width(), index / bounds.width());
            !self.dark[(bounds.top + y) * self.width + bounds.left + x]
        };
        let signs = connected_components(bounds.width(), bounds.height(), pale);
        let largest = signs.iter().map(|sign: &Component| sign.pixels.len()).max();
        let letters = signs.iter().filter(|sign| sign.bounds.height() >= min_sign);
        letters.count() >= MIN_SIGNS
            && largest.is_some_and(|largest| largest as f32 <= MAX_SIGN * area as f32)
    }

    /// Whether the region is dark along all of its sides. The outermost pixels are mixed with what is
    /// outside.
    fn has_dark_sides(&self, bounds: BoundingBox) -> bool {
        let BoundingBox {
            left,
            top,
            right,
            bottom,
        } = bounds;
        let side = |left, top, right, bottom| {
            self.dark_share(BoundingBox {
                left,
                top,
                right,
                bottom,
            }) >= MIN_DARK_SIDE
        };
        side(left, top + 1, right, top + 2)
            && side(left, bottom - 2, right, bottom - 1)
            && side(left + 1, top, left + 2, bottom)
            && side(right - 2, top, right - 1, bottom)
    }

    fn dark_share(&self, bounds: BoundingBox) -> f32 {
        let rows = bounds.top..bounds.bottom;
        let dark: usize = rows
            .map(|y| {
                let row = &self.dark[y * self.width + bounds.left..y * self.width + bounds.right];
                row.iter().filter(|dark| **dark).count()
            })
            .sum();
        dark as f32 / (bounds.width() * bounds.height()).max(1) as f32
    }

    /// Pixels with a dark one within this distance across and down.
    fn dilated(&self, map: &[bool], distance: usize) -> Vec<bool> {
        self.counted(map, distance, |dark, _| dark > 0)
    }

    /// Pixels with nothing but dark ones within this distance across and down.
    fn eroded(&self, map: &[bool], distance: usize) -> Vec<bool> {
        self.counted(map, distance, |dark, all| dark == all)
    }

    /// Tests the number of dark pixels among those of a square around each pixel, first across, then down:
    /// both tests allow it.
    fn counted(
        &self,
        map: &[bool],
        distance: usize,
        test: impl Fn(usize, usize) -> bool,
    ) -> Vec<bool> {
        let (width, height) = (self.width, self.height);
        let mut across = vec![false; map.len()];
        for y in 0..height {
            let row = |x: usize| map[y * width + x];
            slide(width, distance, row, &test, |x, result| {
                across[y * width + x] = result;
            });
        }
        let mut down = vec![false; map.len()];
        for x in 0..width {
            let column = |y: usize| across[y * width + x];
            slide(height, distance, column, &test, |y, result| {
                down[y * width + x] = result;
            });
        }
        down
    }
}

/// Slides a window over a line of pixels: `set` receives, for each pixel, what `test` says about the number of
/// dark pixels within `distance` and the number of all.
fn slide(
    length: usize,
    distance: usize,
    is_dark: impl Fn(usize) -> bool,
    test: &impl Fn(usize, usize) -> bool,
    mut set: impl FnMut(usize, bool),
) {
    let mut dark = (0..distance.min(length)).filter(|&at| is_dark(at)).count();
    for at in 0..length {
        if at + distance < length {
            dark += usize::from(is_dark(at + distance));
        }
        if at > distance {
            dark -= usize::from(is_dark(at - distance - 1));
        }
        let first = at.saturating_sub(distance);
        let end = (at + distance + 1).min(length);
        set(at, test(dark, end - first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::bounds;

    /// Signs of the size of letters in a row.
    fn draw_signs(page: &mut GrayImage, left: usize, top: usize, shade: u8) {
        for index in 0..12 {
            let left = left + index * 24;
            page.fill(bounds(left, top, left + 5, top + 26), shade);
            page.fill(bounds(left, top, left + 16, top + 5), shade);
        }
    }

    fn share_of_black(page: &GrayImage, bounds: BoundingBox) -> f32 {
        let part = page.crop(bounds);
        let black = part.pixels().iter().filter(|shade| **shade < 128).count();
        black as f32 / part.pixels().len() as f32
    }

    #[test]
    fn a_negative_becomes_black_on_white() {
        let mut page = GrayImage::white(800, 1000);
        page.fill(bounds(0, 0, 800, 1000), 20);
        for row in 0..10 {
            draw_signs(&mut page, 200, 100 + row * 60, 250);
        }
        invert_negative(&mut page, 150.0);
        assert!(share_of_black(&page, bounds(0, 0, 800, 1000)) < 0.1);
        assert!(page.row(110)[202] < 20);
    }

    #[test]
    fn a_dark_bar_is_inverted_also_when_ruling_lines_touch_it() {
        let mut page = GrayImage::white(800, 1000);
        page.fill(bounds(100, 100, 700, 160), 90);
        draw_signs(&mut page, 150, 117, 255);
        // The cells of the table below it.
        for left in [100, 400, 697] {
            page.fill(bounds(left, 160, left + 3, 500), 0);
        }
        draw_signs(&mut page, 150, 217, 0);
        let mut inverted = page.clone();
        invert_dark_regions(&mut inverted, 200.0);
        assert!(share_of_black(&inverted, bounds(104, 104, 696, 156)) < 0.3);
        assert!(inverted.row(120)[152] < 20);
        assert_eq!(
            inverted.crop(bounds(0, 165, 800, 1000)),
            page.crop(bounds(0, 165, 800, 1000))
        );
    }

    #[test]
    fn print_photographs_of_paper_and_black_shapes_stay() {
        let mut page = GrayImage::white(800, 1000);
        draw_signs(&mut page, 100, 60, 0);
        // Large letters, a shape, and a frame.
        for left in [100, 200] {
            page.fill(bounds(left, 150, left + 40, 300), 0);
            page.fill(bounds(left, 150, left + 90, 190), 0);
        }
        page.fill(bounds(500, 150, 700, 300), 0);
        page.fill(bounds(100, 400, 700, 420), 0);
        page.fill(bounds(100, 600, 700, 620), 0);
        page.fill(bounds(100, 400, 120, 620), 0);
        page.fill(bounds(680, 400, 700, 620), 0);
        let before = page.clone();
        invert_dark_regions(&mut page, 200.0);
        assert_eq!(page, before);
        // A receipt before the dark lid of a scanner.
        page.fill(bounds(0, 0, 800, 1000), 10);
        page.fill(bounds(200, 100, 600, 900), 240);
        draw_signs(&mut page, 250, 200, 0);
        let before = page.clone();
        invert_negative(&mut page, 150.0);
        assert_eq!(page, before);
    }

    #[test]
    fn windows_count_pixels_up_to_the_edges() {
        let line = [true, false, false, true, true];
        let mut dilated = Vec::new();
        slide(
            5,
            1,
            |at| line[at],
            &|dark, _| dark > 0,
            |_, set| dilated.push(set),
        );
        assert_eq!(dilated, [true, true, true, true, true]);
        let mut eroded = Vec::new();
        slide(
            5,
            1,
            |at| line[at],
            &|dark, all| dark == all,
            |_, set| eroded.push(set),
        );
        assert_eq!(eroded, [false, false, false, false, true]);
    }
}
