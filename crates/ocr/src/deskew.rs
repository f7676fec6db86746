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

/// How a page's lines run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Comb {
    /// By how many degrees clockwise the page must be turned to stand straight.
    pub skew: f32,
    /// How sharp the comb is at that angle: the chance that two points lie in the same row.
    pub sharpness: f64,
}

/// Measures a page that was made [`small`].
pub(super) fn comb(small: &GrayImage) -> Comb {
    let points = edge_points(small);
    if points.len() < 50 {
        return Comb::default();
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
            .unwrap_or_default()
    };
    let (_, coarse) = sharpest(-MOST_SKEW, COARSE, (2.0 * MOST_SKEW / COARSE) as i32);
    let (sum, skew) = sharpest(coarse - COARSE, FINE, (2.0 * COARSE / FINE) as i32);
    Comb {
        skew,
        sharpness: sum / (points.len() as f64).powi(2),
    }
}

/// The page in the size that it is looked at in; nothing if it is too small to look at.
pub(super) fn small(page: &GrayImage) -> Option<GrayImage> {
    let longer = page.width().max(page.height()).max(1);
    let scale = (LOOKED_AT as f32 / longer as f32).min(1.0);
    let width = (page.width() as f32 * scale) as usize;
    let height = (page.height() as f32 * scale) as usize;
    let whole = Area {
        left: 0,
        top: 0,
        right: page.width(),
        bottom: page.height(),
    };
    (width >= 2 && height >= 2).then(|| page.resized(whole, width, height))
}

/// The lower edges of ink, which are sharp where a line's letters stand; centered on the page.
fn edge_points(small: &GrayImage) -> Vec<(f32, f32)> {
    let (width, height) = (small.width(), small.height());
    let mut points = Vec::new();
    for y in 0..height.saturating_sub(1) {
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

    fn skew(page: &GrayImage) -> f32 {
        comb(&small(page).unwrap()).skew
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
