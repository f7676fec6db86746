//! Which specks on a page are dirt?
//!
//! Scanners and fax machines sprinkle pages with specks of one to five pixels. Between words an
//! engine reads them as full stops, over an a as an accent. The dots of print are larger: on scans
//! of Swedish forms at 200 and 300 dpi no dot had fewer than seven pixels.

use super::regions::regions;
use super::{Area, GrayImage};

/// Largest speck at 200 dpi, in pixels; it grows with the area of print, up to a bound, for dust
/// is as large on any scan.
const LARGEST: f32 = 5.0;
const LARGEST_ANYWHERE: f32 = 8.0;
/// A pixel of paper with ink on so many of its eight sides is a hole in a letter.
const SURROUNDED: usize = 7;

/// Takes the specks out, and fills the holes that they make in letters.
pub(super) fn despeckle(page: &mut GrayImage, dpi: f32) {
    let most = (LARGEST * (dpi / 200.0).powi(2)).min(LARGEST_ANYWHERE) as usize;
    let (dark, paper) = (page.darkness(), page.paper());
    let ink: Vec<bool> = page.pixels().iter().map(|&shade| shade < dark).collect();
    let specks: Vec<_> = regions(page.width(), page.height(), |index| ink[index])
        .into_iter()
        .filter(|region| region.pixels.len() <= most)
        .collect();
    for speck in specks {
        clean(page, speck.area, paper, dark);
        for index in speck.pixels {
            let width = page.width();
            page.row_mut(index / width)[index % width] = paper;
        }
    }
    fill_holes(page, &ink, dark);
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
    fn a_hole_of_one_pixel_is_filled() {
        let mut page = GrayImage::white(60, 60);
        page.fill(square(10, 9), 0);
        page.row_mut(14)[14] = 255;
        despeckle(&mut page, 200.0);
        assert!(page.row(14)[14] < 128);
    }
}
