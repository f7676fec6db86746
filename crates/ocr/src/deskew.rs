//! Deskew: estimate the skew of a scanned page from its projection profile.
//!
//! The projection profile counts the ink in each row of a page. On a straight page of text it has sharp
//! peaks, one at the baseline of each line; skew smears them. The page is projected at a series of
//! angles, and the angle with the sharpest profile is its skew: a coarse search over the whole range,
//! then a fine search around the best angle.

use super::GrayImage;

/// The longer side of the reduced page, in pixels.
// A tenth of a degree is a step of two pixels there.
const REDUCED_SIDE: usize = 1200;
/// Largest skew in degrees that is searched for.
// Scanners and copiers stay within it; the time of the search grows with it.
const MAX_SKEW: f32 = 5.0;
/// Smallest skew in degrees that is corrected: rotation blurs, and engines read lines that are less
/// skewed without loss.
pub(super) const MIN_SKEW: f32 = 0.15;
/// Step of the coarse search, in degrees.
const COARSE_STEP: f32 = 0.5;
/// Step of the fine search, in degrees.
const FINE_STEP: f32 = 0.05;
/// Most points that are projected.
// More do not make the estimate more precise.
const MAX_POINTS: usize = 60_000;
/// Fewest points that allow an estimate: a nearly blank page counts as straight.
const MIN_POINTS: usize = 50;
// Lower edges of ink are rows that are darker than `MAX_EDGE_SHADE` above rows that are at least
// `MIN_EDGE_CONTRAST` paler.
const MAX_EDGE_SHADE: u8 = 180;
const MIN_EDGE_CONTRAST: u16 = 40;

/// The skew of a page's lines.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct SkewEstimate {
    /// The clockwise rotation in degrees that makes the page straight.
    pub degrees: f32,
    /// Sharpness of the projection profile at that angle: the probability that two points of the page
    /// are in the same row.
    pub sharpness: f64,
}

/// Estimates the skew of a page that [`downscale`] reduced.
pub(super) fn estimate_skew(reduced: &GrayImage) -> SkewEstimate {
    let points = baseline_points(reduced);
    if points.len() < MIN_POINTS {
        return SkewEstimate::default();
    }
    let coarse_steps = (2.0 * MAX_SKEW / COARSE_STEP) as i32;
    let (_, coarse) = sharpest_angle(&points, -MAX_SKEW, COARSE_STEP, coarse_steps);
    let fine_steps = (2.0 * COARSE_STEP / FINE_STEP) as i32;
    let (sharpness, degrees) = sharpest_angle(&points, coarse - COARSE_STEP, FINE_STEP, fine_steps);
    SkewEstimate {
        degrees,
        sharpness: sharpness / (points.len() as f64).powi(2),
    }
}

/// The sharpest of the projection profiles at `from` and `count` further angles, and its angle.
fn sharpest_angle(points: &[(f32, f32)], from: f32, step: f32, count: i32) -> (f64, f32) {
    (0..=count)
        .map(|index| from + step * index as f32)
        .map(|angle| (profile_sharpness(points, angle), angle))
        .max_by(|first, second| {
            // Of several equal profiles, the first would bias the estimate to one side; the smallest
            // angle does not.
            let smallness = |angle: f32| -angle.abs();
            let by_sharpness = first.0.total_cmp(&second.0);
            by_sharpness.then(smallness(first.1).total_cmp(&smallness(second.1)))
        })
        .unwrap_or_default()
}

/// The page reduced to the size at which its lines are analyzed; `None` if it is too small for that.
/// Small pages are not enlarged.
pub(super) fn downscale(page: &GrayImage) -> Option<GrayImage> {
    let longer = page.width().max(page.height()).max(1);
    let scale = (REDUCED_SIDE as f32 / longer as f32).min(1.0);
    let width = (page.width() as f32 * scale) as usize;
    let height = (page.height() as f32 * scale) as usize;
    (width >= 2 && height >= 2).then(|| page.resized(page.bounds(), width, height))
}

/// The lower edges of ink, where most letters of a line end at its baseline. Coordinates are relative
/// to the top center of the page.
fn baseline_points(reduced: &GrayImage) -> Vec<(f32, f32)> {
    let (width, height) = (reduced.width(), reduced.height());
    let mut points = Vec::new();
    for y in 0..height.saturating_sub(1) {
        let (row, next) = (reduced.row(y), reduced.row(y + 1));
        for x in 0..width {
            if u16::from(next[x]) > u16::from(row[x]) + MIN_EDGE_CONTRAST && row[x] < MAX_EDGE_SHADE
            {
                points.push((x as f32 - width as f32 / 2.0, y as f32));
            }
        }
    }
    let step = points.len() / MAX_POINTS + 1;
    points.into_iter().step_by(step).collect()
}

/// Sum of the squares of the projection profile once the page is rotated by an angle: the more unevenly
/// the rows share the points, the larger.
fn profile_sharpness(points: &[(f32, f32)], degrees: f32) -> f64 {
    let slope = degrees.to_radians().tan();
    let mut profile = vec![0_u32; REDUCED_SIDE * 2];
    for &(x, y) in points {
        // A clockwise rotation moves points right of the center down. A shear does nearly the same for
        // small angles, and is cheaper.
        let row = y + x * slope + REDUCED_SIDE as f32 / 2.0;
        if row >= 0.0
            && let Some(count) = profile.get_mut(row as usize)
        {
            *count += 1;
        }
    }
    profile.iter().map(|&count| f64::from(count).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::BoundingBox;
    use super::*;

    /// A page of short dashes in rows, as reduced text looks.
    fn page_of_rows() -> GrayImage {
        let mut page = GrayImage::white(600, 800);
        for row in 0..20 {
            for dash in 0..25 {
                let (left, top) = (60 + dash * 19, 80 + row * 32);
                let bounds = BoundingBox {
                    left,
                    top,
                    right: left + 12,
                    bottom: top + 10,
                };
                page.fill(bounds, 0);
            }
        }
        page
    }

    fn skew(page: &GrayImage) -> f32 {
        estimate_skew(&downscale(page).unwrap()).degrees
    }

    #[test]
    fn the_skew_of_a_page_is_estimated() {
        for angle in [-3.2_f32, -0.6, 0.0, 1.1, 4.5] {
            let skew = skew(&page_of_rows().rotated(angle));
            assert!((skew + angle).abs() < 0.15, "{angle}: {skew}");
        }
    }

    #[test]
    fn a_blank_page_has_no_skew() {
        assert_eq!(skew(&GrayImage::white(300, 400)), 0.0);
    }
}
