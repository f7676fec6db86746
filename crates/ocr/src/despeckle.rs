//! Despeckling: remove the noise of scanners and fax machines before the page is read.
//!
//! Scanners and fax machines sprinkle pages with specks of one to five pixels. An engine reads them as
//! full stops between words, and as an accent over an a. Specks are [connected
//! components](super::connected_components) that are too small to be print. On scans of Swedish forms
//! at 200 and 300 dpi, nearly all dots of print had seven pixels or more.
//!
//! A fax machine erodes the dots of print as well. So specks are kept where they are probably what is
//! left of a diacritic: one of the two dots of ä and ö, or a part of the ring of å.

use super::connected_components::{Component, connected_components};
use super::{BoundingBox, GrayImage};

// Largest speck in pixels at 200 dpi, where dots of print have seven. It grows with the area that a dot
// of print covers, up to a bound: dust has the same size in pixels on every scan.
const MAX_SPECK: f32 = 5.0;
const MAX_SPECK_AT_ANY_RESOLUTION: f32 = 8.0;
/// A pixel of paper with ink on at least this many of its eight sides is a hole in a letter.
const MIN_INK_NEIGHBORS: usize = 7;

// The constants below are in pixels at 200 dpi and scale with the resolution: lengths linearly, counts
// of pixels with the square. The distances fit print of up to 14 points.

/// Fewest and most pixels of one dot of ä or ö.
const UMLAUT_DOT: (f32, f32) = (3.0, 20.0);
/// Largest distance of a dot from the letter under it.
const MAX_DOT_HEIGHT: f32 = 5.0;
/// Largest distance between the two dots.
const MAX_DOT_DISTANCE: f32 = 9.0;
/// Diameter of the ring of å.
const RING_DIAMETER: f32 = 7.0;
/// Fewest pixels that are left of a ring. Noise seldom has that many above a letter.
const MIN_RING_PIXELS: usize = 9;

/// Removes the specks from a page, and fills the holes that specks of white make in letters.
///
/// Call it before the page is rotated: rotation blurs a speck into its neighbors.
pub(super) fn despeckle(page: &mut GrayImage, dpi: f32) {
    let scale = dpi / 200.0;
    let max_speck = (MAX_SPECK * scale.powi(2)).min(MAX_SPECK_AT_ANY_RESOLUTION) as usize;
    let (ink_threshold, background) = (page.ink_threshold(), page.background_level());
    let pixels = page.pixels().iter();
    let ink: Vec<bool> = pixels.map(|&shade| shade < ink_threshold).collect();
    let components = connected_components(page.width(), page.height(), |index| ink[index]);
    let sizes = ComponentSizes::new(page, &components, scale);
    for speck in &components {
        if speck.pixels.len() > max_speck || sizes.is_part_of_diacritic(speck) {
            continue;
        }
        erase_halo(page, speck.bounds, background, ink_threshold);
        for index in &speck.pixels {
            let width = page.width();
            page.row_mut(index / width)[index % width] = background;
        }
    }
    fill_holes(page, &ink, ink_threshold);
}

/// The size of the component that a pixel belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SizeClass {
    /// The pixel is paper.
    Background,
    /// Too small for a dot of ä or ö.
    Speck,
    /// As large as a dot of ä or ö.
    Dot,
    /// Anything larger.
    Letter,
}

/// The component size at every pixel of a page.
struct ComponentSizes {
    width: usize,
    height: usize,
    pixels: Vec<SizeClass>,
    max_dot_height: usize,
    max_dot_distance: usize,
    ring_diameter: usize,
    min_ring_pixels: usize,
}

impl ComponentSizes {
    fn new(page: &GrayImage, components: &[Component], scale: f32) -> Self {
        let (width, height) = (page.width(), page.height());
        let mut pixels = vec![SizeClass::Background; width * height];
        let (min_dot, max_dot) = (UMLAUT_DOT.0 * scale.powi(2), UMLAUT_DOT.1 * scale.powi(2));
        for component in components {
            let size = match component.pixels.len() as f32 {
                // A single pixel is noise at any resolution.
                count if count < min_dot.max(2.0) => SizeClass::Speck,
                count if count <= max_dot => SizeClass::Dot,
                _ => SizeClass::Letter,
            };
            for &index in &component.pixels {
                pixels[index] = size;
            }
        }
        Self {
            width,
            height,
            pixels,
            max_dot_height: (MAX_DOT_HEIGHT * scale).ceil() as usize,
            max_dot_distance: (MAX_DOT_DISTANCE * scale).ceil() as usize,
            ring_diameter: (RING_DIAMETER * scale).ceil() as usize,
            min_ring_pixels: (MIN_RING_PIXELS as f32 * scale.powi(2)) as usize,
        }
    }

    fn is_part_of_diacritic(&self, speck: &Component) -> bool {
        self.is_umlaut_dot(speck) || self.is_part_of_ring(speck)
    }

    /// Whether a speck is above a letter, among enough other specks to be the rest of a ring.
    fn is_part_of_ring(&self, speck: &Component) -> bool {
        let BoundingBox {
            left,
            top,
            right,
            bottom,
        } = speck.bounds;
        let diameter = self.ring_diameter;
        let columns = (left.saturating_sub(diameter), right + diameter);
        let rows = (top.saturating_sub(diameter), bottom + diameter);
        let below = (bottom, bottom + self.max_dot_height + diameter);
        self.contains(SizeClass::Letter, (left, right), below)
            && self.count_small(columns, rows) >= self.min_ring_pixels
    }

    /// The number of pixels in specks and dots.
    fn count_small(&self, columns: (usize, usize), rows: (usize, usize)) -> usize {
        let is_small = |size: &&SizeClass| matches!(size, SizeClass::Speck | SizeClass::Dot);
        self.rows(columns, rows)
            .map(|row| row.iter().filter(is_small).count())
            .sum()
    }

    /// Whether a speck is close above a letter, with another dot beside it.
    fn is_umlaut_dot(&self, speck: &Component) -> bool {
        let BoundingBox {
            left,
            top,
            right,
            bottom,
        } = speck.bounds;
        let is_dot = self.pixels[speck.pixels[0]] == SizeClass::Dot;
        let has_dot_beside = |from: usize, to: usize| {
            self.contains(SizeClass::Dot, (from, to), (top, bottom))
                && !self.contains(SizeClass::Letter, (from, to), (top, bottom))
        };
        let below = (bottom, bottom + self.max_dot_height);
        let distance = self.max_dot_distance;
        is_dot
            && self.contains(SizeClass::Letter, (left, right), below)
            && (has_dot_beside(left.saturating_sub(distance), left)
                || has_dot_beside(right, right + distance))
    }

    fn contains(&self, size: SizeClass, columns: (usize, usize), rows: (usize, usize)) -> bool {
        self.rows(columns, rows).any(|row| row.contains(&size))
    }

    /// The rows of a rectangle, clipped to the page.
    fn rows(
        &self,
        columns: (usize, usize),
        rows: (usize, usize),
    ) -> impl Iterator<Item = &[SizeClass]> {
        let columns = columns.0.min(self.width)..columns.1.min(self.width);
        let rows = rows.0..rows.1.min(self.height);
        rows.map(move |y| &self.pixels[y * self.width..][columns.clone()])
    }
}

/// Erases the halo around a speck, which is paler than ink, without touching the next letter.
fn erase_halo(page: &mut GrayImage, bounds: BoundingBox, background: u8, ink_threshold: u8) {
    let right = (bounds.right + 1).min(page.width());
    let bottom = (bounds.bottom + 1).min(page.height());
    for y in bounds.top.saturating_sub(1)..bottom {
        for shade in &mut page.row_mut(y)[bounds.left.saturating_sub(1)..right] {
            if *shade >= ink_threshold {
                *shade = (*shade).max(background);
            }
        }
    }
}

fn fill_holes(page: &mut GrayImage, ink: &[bool], ink_threshold: u8) {
    let (width, height) = (page.width(), page.height());
    for y in 1..height.saturating_sub(1) {
        for x in 1..width - 1 {
            let at = y * width + x;
            // Most pixels of paper end here: a hole has ink on its left or right.
            if ink[at] || !(ink[at - 1] || ink[at + 1]) {
                continue;
            }
            let around = [at - width - 1, at - width, at - width + 1, at - 1]
                .into_iter()
                .chain([at + 1, at + width - 1, at + width, at + width + 1]);
            if around.filter(|&index| ink[index]).count() >= MIN_INK_NEIGHBORS {
                page.row_mut(y)[x] = ink_threshold / 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(left: usize, side: usize) -> BoundingBox {
        BoundingBox {
            left,
            top: 10,
            right: left + side,
            bottom: 10 + side,
        }
    }

    #[test]
    fn specks_are_removed_and_full_stops_are_not() {
        let mut page = GrayImage::white(60, 60);
        page.fill(square(10, 2), 0);
        page.fill(square(30, 3), 0);
        despeckle(&mut page, 200.0);
        assert_eq!(page.row(10)[10], 255);
        assert_eq!(page.row(10)[30], 0);
    }

    #[test]
    fn eroded_dots_of_an_umlaut_are_kept() {
        let mut page = GrayImage::white(60, 60);
        let letter = BoundingBox {
            left: 8,
            top: 15,
            right: 20,
            bottom: 28,
        };
        page.fill(letter, 0);
        page.fill(square(9, 2), 0);
        page.fill(square(16, 3), 0);
        page.fill(square(40, 2), 0);
        despeckle(&mut page, 200.0);
        assert_eq!(page.row(10)[9], 0);
        assert_eq!(page.row(10)[40], 255);
    }

    #[test]
    fn a_hole_of_one_pixel_is_filled() {
        let mut page = GrayImage::white(60, 60);
        page.fill(square(10, 9), 0);
        page.row_mut(14)[14] = 255;
        despeckle(&mut page, 200.0);
        assert!(page.row(14)[14] < 128);
    }
}
