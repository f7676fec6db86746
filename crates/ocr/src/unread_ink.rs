//! Unread ink: a page on which no words were found is blank, or something on it could not be read.
//!
//! Dust, specks and the shadows of the paper's edge are on blank pages, too. Signs of the size of letters, or
//! a dark area, are not.

use super::GrayImage;
use super::connected_components::{Component, connected_components};

/// Least difference between ink and paper, in shades.
const MIN_CONTRAST: u8 = 50;
// Lengths in inches.
/// Height of a sign: from the smallest print to handwriting.
const SIGN: std::ops::RangeInclusive<f32> = 0.05..=0.8;
/// Fewest signs.
// A short word has three; holes of a binder are two or four, and larger than letters.
const MIN_SIGNS: usize = 3;
/// Pixels of a sign, at least, as a share of its bounding box: dust that hangs together is thinner.
const MIN_FILL: f32 = 0.1;
/// Share of the page that a dark area covers, at least.
const MIN_AREA: f32 = 0.02;
/// The margin in which the edges of the paper and the shadows of the lid are, as a share of each side.
const MARGIN: f32 = 0.04;

/// Whether a page without words has ink on it.
pub(super) fn has_ink(page: &GrayImage, dpi: f32) -> bool {
    let threshold = page.ink_threshold();
    let darkest = threshold.saturating_sub(MIN_CONTRAST / 2);
    let (width, height) = (page.width(), page.height());
    let margin = |side: usize| (side as f32 * MARGIN) as usize;
    let (across, down) = (margin(width), margin(height));
    let is_inside = |index: usize| {
        let (x, y) = (index % width, index / width);
        (across..width - across).contains(&x) && (down..height - down).contains(&y)
    };
    if page.background_level().saturating_sub(threshold) < MIN_CONTRAST / 2 {
        return false;
    }
    let pixels = page.pixels();
    let components = connected_components(width, height, |index| {
        pixels[index] < threshold && is_inside(index)
    });
    let is_dark = |component: &&Component| {
        let darkest_pixel = component.pixels.iter().map(|&index| pixels[index]).min();
        darkest_pixel.is_some_and(|shade| shade <= darkest)
    };
    let (mut signs, mut area) = (0, 0);
    for component in components.iter().filter(is_dark) {
        area += component.pixels.len();
        signs += usize::from(is_sign(component, dpi));
    }
    signs >= MIN_SIGNS || area as f32 >= MIN_AREA * (width * height) as f32
}

fn is_sign(component: &Component, dpi: f32) -> bool {
    let (width, height) = (component.bounds.width(), component.bounds.height());
    let fill = component.pixels.len() as f32 / (width * height) as f32;
    // A line is no sign: a fold of the paper, or a ruling line.
    SIGN.contains(&(height as f32 / dpi)) && fill >= MIN_FILL && width < 8 * height
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::bounds;

    #[test]
    fn letters_and_pictures_are_ink_and_dust_is_not() {
        let mut page = GrayImage::white(800, 1000);
        assert!(!has_ink(&page, 100.0));
        for index in 0..40 {
            let (left, top) = (100 + index * 15, 100 + index * 20);
            page.fill(bounds(left, top, left + 2, top + 2), 40);
        }
        // The shadow of an edge, and a fold.
        page.fill(bounds(0, 0, 20, 1000), 30);
        page.fill(bounds(100, 500, 700, 507), 90);
        assert!(!has_ink(&page, 100.0));
        let mut picture = page.clone();
        picture.fill(bounds(200, 200, 400, 400), 60);
        assert!(has_ink(&picture, 100.0));
        for index in 0..3 {
            let left = 300 + index * 20;
            page.fill(bounds(left, 800, left + 4, 814), 30);
            page.fill(bounds(left, 800, left + 12, 804), 30);
        }
        assert!(has_ink(&page, 100.0));
    }

    #[test]
    fn gray_paper_with_its_grain_is_blank() {
        let mut page = GrayImage::white(400, 400);
        for y in 0..400 {
            for (x, pixel) in page.row_mut(y).iter_mut().enumerate() {
                *pixel = 225 + ((x * 7 + y * 13) % 11) as u8;
            }
        }
        assert!(!has_ink(&page, 100.0));
    }
}
