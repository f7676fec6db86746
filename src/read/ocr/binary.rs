//! Is a page black and white only, and which of its specks are dirt?

use super::GrayImage;
use super::regions::regions;

/// Share of the pixels of a black-and-white page that may be gray, where turning blurred them.
const GRAY_SHARE: f32 = 0.12;
/// Pages of print are at most this black; a page with shades is not judged by its specks.
const INK: u8 = 128;

/// Whether the page was scanned in black and white.
pub(super) fn is_bilevel(page: &GrayImage) -> bool {
    let counted = page.pixels().iter().step_by(7);
    let total = counted.len().max(1);
    let gray = counted.filter(|&&shade| (40..216).contains(&shade)).count();
    let blank = page
        .pixels()
        .iter()
        .step_by(7)
        .filter(|&&shade| shade >= 250)
        .count();
    // Gray scans are nowhere as white as paper is in black and white.
    gray as f32 <= GRAY_SHARE * total as f32 && blank as f32 >= 0.75 * total as f32
}

/// Takes out specks smaller than any full stop. At 150 dpi a full stop of 8 points is 4 pixels.
pub(super) fn despeckle(page: &mut GrayImage, dpi: f32) {
    let most = (2.0 * (dpi / 150.0).powi(2)).round() as usize;
    let specks: Vec<usize> = regions(page.width(), page.height(), |index| {
        page.pixels()[index] < INK
    })
    .into_iter()
    .filter(|region| region.pixels.len() <= most)
    .flat_map(|region| region.pixels)
    .collect();
    let width = page.width();
    for index in specks {
        page.row_mut(index / width)[index % width] = 255;
    }
}

#[cfg(test)]
mod tests {
    use super::super::Area;
    use super::*;

    #[test]
    fn specks_go_and_full_stops_stay() {
        let mut page = GrayImage::white(60, 60);
        let dot = |left: usize, side: usize| Area {
            left,
            top: 10,
            right: left + side,
            bottom: 10 + side,
        };
        page.fill(dot(10, 1), 0);
        page.fill(dot(30, 3), 0);
        assert!(is_bilevel(&page));
        despeckle(&mut page, 150.0);
        assert_eq!(page.row(10)[10], 255);
        assert_eq!(page.row(10)[30], 0);
    }
}
