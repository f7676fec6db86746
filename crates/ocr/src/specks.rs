//! Which specks on a page are dirt?
//!
//! Scanners and fax machines sprinkle pages with specks of one to five pixels. Between words an
//! engine reads them as full stops, over an a as an accent. The dots of print are larger: on scans
//! of Swedish forms at 200 and 300 dpi nearly all had seven pixels and more. Of those that fax
//! machines ate into, the ones over ä and ö are known by their neighbor, and what is left of the ring
//! of å by how much of it there is: dirt seldom comes in lots above a letter.

use super::regions::{Region, regions};
use super::{Area, GrayImage};

/// Largest speck at 200 dpi, in pixels; it grows with the area of print, up to a bound, for dust
/// is as large on any scan.
const LARGEST: f32 = 5.0;
const LARGEST_ANYWHERE: f32 = 8.0;
/// A pixel of paper with ink on so many of its eight sides is a hole in a letter.
const SURROUNDED: usize = 7;

/// Of the dots of ä and ö at 200 dpi, in pixels: the fewest and the most that one of them has.
const DOT: (f32, f32) = (3.0, 20.0);
/// How far at most a dot stands above its letter, and from the other dot, at 200 dpi: as in print of
/// up to 14 points.
const ABOVE: f32 = 5.0;
const APART: f32 = 9.0;
/// Of the ring of an å at 200 dpi: its diameter, and how many pixels of it are left at least.
const RING: f32 = 7.0;
const RING_LEFT: usize = 9;

/// Takes the specks out, and fills the holes that they make in letters.
pub(super) fn despeckle(page: &mut GrayImage, dpi: f32) {
    let scale = dpi / 200.0;
    let most = (LARGEST * scale.powi(2)).min(LARGEST_ANYWHERE) as usize;
    let (dark, paper) = (page.darkness(), page.paper());
    let ink: Vec<bool> = page.pixels().iter().map(|&shade| shade < dark).collect();
    let regions = regions(page.width(), page.height(), |index| ink[index]);
    let sizes = Sizes::new(page, &regions, scale);
    for speck in &regions {
        if speck.pixels.len() > most || sizes.is_of_a_letter(speck) {
            continue;
        }
        clean(page, speck.area, paper, dark);
        for index in &speck.pixels {
            let width = page.width();
            page.row_mut(index / width)[index % width] = paper;
        }
    }
    fill_holes(page, &ink, dark);
}

/// How large the ink is that a pixel belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    Nothing,
    /// Too little to be a dot.
    Speck,
    Dot,
    Letter,
}

/// The size of the ink at every pixel of a page.
struct Sizes {
    width: usize,
    height: usize,
    pixels: Vec<Size>,
    /// How far at most dots stand above their letter and from each other, in pixels.
    above: usize,
    apart: usize,
    /// A ring's diameter, and how many pixels of it are left at least.
    ring: usize,
    ring_left: usize,
}

impl Sizes {
    fn new(page: &GrayImage, regions: &[Region], scale: f32) -> Self {
        let (width, height) = (page.width(), page.height());
        let mut pixels = vec![Size::Nothing; width * height];
        let (least, most) = (DOT.0 * scale.powi(2), DOT.1 * scale.powi(2));
        for region in regions {
            let size = match region.pixels.len() as f32 {
                // A pixel alone is dirt at any resolution.
                count if count < least.max(2.0) => Size::Speck,
                count if count <= most => Size::Dot,
                _ => Size::Letter,
            };
            for &index in &region.pixels {
                pixels[index] = size;
            }
        }
        Self {
            width,
            height,
            pixels,
            above: (ABOVE * scale).ceil() as usize,
            apart: (APART * scale).ceil() as usize,
            ring: (RING * scale).ceil() as usize,
            ring_left: (RING_LEFT as f32 * scale.powi(2)) as usize,
        }
    }

    fn is_of_a_letter(&self, speck: &Region) -> bool {
        self.is_one_of_two_dots(speck) || self.is_of_a_ring(speck)
    }

    /// Whether a speck stands above a letter, among others that make a ring with it.
    fn is_of_a_ring(&self, speck: &Region) -> bool {
        let Area {
            left,
            top,
            right,
            bottom,
        } = speck.area;
        let columns = (left.saturating_sub(self.ring), right + self.ring);
        let rows = (top.saturating_sub(self.ring), bottom + self.ring);
        self.has(
            Size::Letter,
            (left, right),
            (bottom, bottom + self.above + self.ring),
        ) && self.count_small(columns, rows) >= self.ring_left
    }

    /// How many pixels of specks and dots there are.
    fn count_small(&self, columns: (usize, usize), rows: (usize, usize)) -> usize {
        let is_small = |size: &&Size| matches!(size, Size::Speck | Size::Dot);
        self.rows(columns, rows)
            .map(|row| row.iter().filter(is_small).count())
            .sum()
    }

    /// Whether a speck stands close above a letter, with another dot beside it.
    fn is_one_of_two_dots(&self, speck: &Region) -> bool {
        let Area {
            left,
            top,
            right,
            bottom,
        } = speck.area;
        let is_dot = self.pixels[speck.pixels[0]] == Size::Dot;
        let beside = |from: usize, to: usize| {
            self.has(Size::Dot, (from, to), (top, bottom))
                && !self.has(Size::Letter, (from, to), (top, bottom))
        };
        is_dot
            && self.has(Size::Letter, (left, right), (bottom, bottom + self.above))
            && (beside(left.saturating_sub(self.apart), left) || beside(right, right + self.apart))
    }

    fn has(&self, size: Size, columns: (usize, usize), rows: (usize, usize)) -> bool {
        self.rows(columns, rows).any(|row| row.contains(&size))
    }

    /// The rows of a rectangle, as far as it lies on the page.
    fn rows(&self, columns: (usize, usize), rows: (usize, usize)) -> impl Iterator<Item = &[Size]> {
        let columns = columns.0.min(self.width)..columns.1.min(self.width);
        let rows = rows.0..rows.1.min(self.height);
        rows.map(move |y| &self.pixels[y * self.width..][columns.clone()])
    }
}

/// Cleans the shade around a speck, which is paler than ink, up to the next letter.
fn clean(page: &mut GrayImage, area: Area, paper: u8, dark: u8) {
    let right = (area.right + 1).min(page.width());
    let bottom = (area.bottom + 1).min(page.height());
    for y in area.top.saturating_sub(1)..bottom {
        for shade in &mut page.row_mut(y)[area.left.saturating_sub(1)..right] {
            if *shade >= dark {
                *shade = (*shade).max(paper);
            }
        }
    }
}

fn fill_holes(page: &mut GrayImage, ink: &[bool], dark: u8) {
    let (width, height) = (page.width(), page.height());
    for y in 1..height.saturating_sub(1) {
        for x in 1..width - 1 {
            let at = y * width + x;
            if ink[at] || !(ink[at - 1] || ink[at + 1]) {
                continue;
            }
            let around = [at - width - 1, at - width, at - width + 1, at - 1]
                .into_iter()
                .chain([at + 1, at + width - 1, at + width, at + width + 1]);
            if around.filter(|&index| ink[index]).count() >= SURROUNDED {
                page.row_mut(y)[x] = dark / 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(left: usize, side: usize) -> Area {
        Area {
            left,
            top: 10,
            right: left + side,
            bottom: 10 + side,
        }
    }

    #[test]
    fn specks_go_and_full_stops_stay() {
        let mut page = GrayImage::white(60, 60);
        page.fill(square(10, 2), 0);
        page.fill(square(30, 3), 0);
        despeckle(&mut page, 200.0);
        assert_eq!(page.row(10)[10], 255);
        assert_eq!(page.row(10)[30], 0);
    }

    #[test]
    fn what_is_left_of_the_dots_of_an_umlaut_stays() {
        let mut page = GrayImage::white(60, 60);
        let letter = Area {
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
