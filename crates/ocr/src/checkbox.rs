//! Which drawn squares on a page are checkboxes, and which of them are ticked?
//!
//! No engine reads checkboxes: an empty one becomes an O or a D, a ticked one an X or nothing. So
//! they are found by their outline before the page is read, and taken out of the picture.

use super::regions::regions;
use super::{Area, BoxState, GrayImage};

/// The sides of a box in inches: 27 to 70 pixels at 300 dpi, as measured on Swedish forms.
const SIDES: std::ops::RangeInclusive<f32> = 0.09..=0.235;
/// To its left and right a box has this much white, in shares of its side. A bold n with serifs
/// is outlined, too, but its neighbors are near.
const ALONE: f32 = 0.25;
/// The shorter side is at least this share of the longer.
const SQUARENESS: f32 = 0.8;
/// Share of each side that its outline covers; letters are round or open somewhere.
const COVERED: f32 = 0.85;
/// An outline lies this far inside of the box at most, in shares of its side.
const BORDER: f32 = 0.14;
/// What is inside begins this far from the border.
const INSET: f32 = 0.2;
/// More ink inside than this is a mark (12 % told 112 of 112 boxes right)…
const MARKED: f32 = 0.12;
/// …less than this is dirt…
const EMPTY: f32 = 0.08;
/// …and more than this is a bullet.
const FILLED: f32 = 0.85;
/// More boxes on one page are a pattern.
const MOST_BOXES: usize = 400;

/// Finds the boxes and paints them over.
pub(super) fn take_boxes(page: &mut GrayImage, dpi: f32) -> Vec<(Area, BoxState)> {
    let dark = page.darkness();
    let found: Vec<(Area, BoxState)> = regions(page.width(), page.height(), |index| {
        page.pixels()[index] < dark
    })
    .into_iter()
    .filter(|region| is_square(region.area, dpi))
    .filter(|region| is_outlined(region.area, page, dark))
    .filter(|region| is_alone(region.area, page, dark))
    .filter_map(|region| Some((region.area, state(region.area, page, dark)?)))
    .collect();
    if found.len() > MOST_BOXES {
        return Vec::new();
    }
    for (area, _) in &found {
        page.fill(grown(*area, 2), 255);
    }
    found
}

fn is_square(area: Area, dpi: f32) -> bool {
    let (width, height) = (area.width() as f32, area.height() as f32);
    SIDES.contains(&(width / dpi))
        && SIDES.contains(&(height / dpi))
        && width.min(height) >= SQUARENESS * width.max(height)
}

/// Whether ink runs along all four sides.
fn is_outlined(area: Area, page: &GrayImage, dark: u8) -> bool {
    let (width, height) = (area.width(), area.height());
    let deep = ((width.min(height) as f32 * BORDER).round() as usize).max(2);
    let ink = |x: usize, y: usize| page.row(y)[x] < dark;
    let rows = |rows: std::ops::Range<usize>| {
        let covered = (area.left..area.right).filter(|&x| rows.clone().any(|y| ink(x, y)));
        covered.count() as f32 >= COVERED * width as f32
    };
    let columns = |columns: std::ops::Range<usize>| {
        let covered = (area.top..area.bottom).filter(|&y| columns.clone().any(|x| ink(x, y)));
        covered.count() as f32 >= COVERED * height as f32
    };
    rows(area.top..area.top + deep)
        && rows(area.bottom - deep..area.bottom)
        && columns(area.left..area.left + deep)
        && columns(area.right - deep..area.right)
}

/// Whether no ink stands close beside it.
fn is_alone(area: Area, page: &GrayImage, dark: u8) -> bool {
    let reach = (ALONE * area.width() as f32) as usize;
    let right = area.right..(area.right + reach).min(page.width());
    let left = area.left.saturating_sub(reach)..area.left;
    (area.top..area.bottom).all(|y| {
        let row = page.row(y);
        let mut beside = row[left.clone()].iter().chain(&row[right.clone()]);
        beside.all(|&shade| shade >= dark)
    })
}

/// What is inside; nothing if it is a filled square.
fn state(area: Area, page: &GrayImage, dark: u8) -> Option<BoxState> {
    let inset = |side: usize| (side as f32 * INSET).ceil() as usize;
    let (across, down) = (inset(area.width()), inset(area.height()));
    let rows = area.top + down..area.bottom - down;
    let columns = area.left + across..area.right - across;
    let total = rows.len() * columns.len();
    let inked: usize = rows
        .map(|y| {
            page.row(y)[columns.clone()]
                .iter()
                .filter(|&&shade| shade < dark)
                .count()
        })
        .sum();
    let share = inked as f32 / total.max(1) as f32;
    match share {
        _ if share > FILLED => None,
        _ if share > MARKED => Some(BoxState::Marked),
        _ if share < EMPTY => Some(BoxState::Empty),
        _ => Some(BoxState::Unclear),
    }
}

fn grown(area: Area, by: usize) -> Area {
    Area {
        left: area.left.saturating_sub(by),
        top: area.top.saturating_sub(by),
        right: area.right + by,
        bottom: area.bottom + by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(left: usize, top: usize, side: usize) -> Area {
        Area {
            left,
            top,
            right: left + side,
            bottom: top + side,
        }
    }

    fn outlined(page: &mut GrayImage, area: Area) {
        page.fill(area, 0);
        let inner = Area {
            left: area.left + 3,
            top: area.top + 3,
            right: area.right - 3,
            bottom: area.bottom - 3,
        };
        page.fill(inner, 255);
    }

    #[test]
    fn empty_and_crossed_boxes_are_told_apart_and_taken_out() {
        let mut page = GrayImage::white(300, 120);
        outlined(&mut page, square(20, 20, 40));
        outlined(&mut page, square(120, 20, 40));
        for step in 0..34 {
            page.fill(square(123 + step, 23 + step, 4), 0);
            page.fill(square(153 - step, 23 + step, 4), 0);
        }
        let states: Vec<BoxState> = take_boxes(&mut page, 300.0)
            .into_iter()
            .map(|found| found.1)
            .collect();
        assert_eq!(states, [BoxState::Empty, BoxState::Marked]);
        assert!(page.pixels().iter().all(|&shade| shade == 255));
    }

    #[test]
    fn bullets_letters_and_frames_are_no_boxes() {
        let mut page = GrayImage::white(400, 300);
        page.fill(square(20, 20, 30), 0);
        outlined(&mut page, square(80, 20, 120));
        // An L, and a U.
        page.fill(square(230, 20, 4), 0);
        for step in 0..36 {
            page.fill(square(230, 20 + step, 4), 0);
            page.fill(square(230 + step, 56, 4), 0);
        }
        assert_eq!(take_boxes(&mut page, 300.0), []);
    }
}
