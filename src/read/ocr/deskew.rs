//! How crooked does a page lie?
//!
//! Seen along its lines, a page of text is a comb: rows full of ink and rows without. The angle at
//! which the comb is sharpest is the page's.

use super::{Area, GrayImage};

/// Pages are looked at with their longer side this long: a tenth of a degree is two pixels there.
const LOOKED_AT: usize = 1200;
/// Scanners and copiers lay pages crooked up to this many degrees.
const MOST_SKEW: f32 = 5.0;
/// Turning blurs, and engines read lines that rise less than this without loss.
pub(super) const LEAST_SKEW: f32 = 0.15;
/// Steps of the coarse and of the fine search, in degrees.
const COARSE: f32 = 0.5;
const FINE: f32 = 0.05;
/// More points do not make the angle any surer.
const MOST_POINTS: usize = 60_000;

/// By how many degrees clockwise a page must be turned to stand straight.
pub(super) fn skew(page: &GrayImage) -> f32 {
    let points = edge_points(page);
    if points.len() < 50 {
        return 0.0;
    }
    let sharpest = |from: f32, step: f32, count: i32| {
        (0..=count)
            .map(|index| from + step * index as f32)
            .map(|angle| (sharpness(&points, angle), angle))
            // The first of equals would lean to one side; the smaller angle is the better guess.
            .max_by(|first, second| {
                let size = |angle: f32| -angle.abs();
                first
                    .0
                    .total_cmp(&second.0)
                    .then(size(first.1).total_cmp(&size(second.1)))
            })
            .map_or(0.0, |found| found.1)
    };
    let coarse = sharpest(-MOST_SKEW, COARSE, (2.0 * MOST_SKEW / COARSE) as i32);
    sharpest(coarse - COARSE, FINE, (2.0 * COARSE / FINE) as i32)
}

/// The lower edges of ink, which are sharp where a line's letters stand; centered on the page.
fn edge_points(page: &GrayImage) -> Vec<(f32, f32)> {
    let longer = page.width().max(page.height()).max(1);
    let scale = (LOOKED_AT as f32 / longer as f32).min(1.0);
    let width = (page.width() as f32 * scale) as usize;
    let height = (page.height() as f32 * scale) as usize;
    if width < 2 || height < 2 {
        return Vec::new();
    }
    let whole = Area {
        left: 0,
        top: 0,
        right: page.width(),
        bottom: page.height(),
    };
    let small = page.resized(whole, width, height);
    let mut points = Vec::new();
    for y in 0..height - 1 {
        let (row, next) = (small.row(y), small.row(y + 1));
        for x in 0..width {
            if u16::from(next[x]) > u16::from(row[x]) + 40 && row[x] < 180 {
                points.push((x as f32 - width as f32 / 2.0, y as f32));
            }
        }
    }
    let step = points.len() / MOST_POINTS + 1;
    points.into_iter().step_by(step).collect()
}

/// How unevenly the points are shared out to the rows once the page is turned by an angle.
fn sharpness(points: &[(f32, f32)], degrees: f32) -> f64 {
    let slope = degrees.to_radians().tan();
    let mut rows = vec![0_u32; LOOKED_AT * 2];
    for &(x, y) in points {
        // Turned clockwise, what lies right of the middle goes down.
        let row = y + x * slope + LOOKED_AT as f32 / 2.0;
        if row >= 0.0
            && let Some(count) = rows.get_mut(row as usize)
        {
            *count += 1;
        }
    }
    rows.iter().map(|&count| f64::from(count).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of short dashes in rows, as text is from afar.
    fn page_of_rows() -> GrayImage {
        let mut page = GrayImage::white(600, 800);
        for row in 0..20 {
            for dash in 0..25 {
                let (left, top) = (60 + dash * 19, 80 + row * 32);
                let area = Area {
                    left,
                    top,
                    right: left + 12,
                    bottom: top + 10,
                };
                page.fill(area, 0);
            }
        }
        page
    }

    #[test]
    fn the_angle_of_a_crooked_page_is_found() {
        for angle in [-3.2_f32, -0.6, 0.0, 1.1, 4.5] {
            let found = skew(&page_of_rows().rotated(angle));
            assert!((found + angle).abs() < 0.15, "{angle}: {found}");
        }
    }

    #[test]
    fn a_blank_page_lies_straight() {
        assert_eq!(skew(&GrayImage::white(300, 400)), 0.0);
    }
}
