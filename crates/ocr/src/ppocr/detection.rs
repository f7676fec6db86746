//! Where on a page does text stand?
//!
//! The network gives each pixel the probability that it is in the middle of a line ("Real-time
//! Scene Text Detection with Differentiable Binarization", Liao et al. 2019). Where it is high,
//! pixels that hang together are a line's core, and the line is so much larger than its core.

use rten::{Model, RunOptions};
use rten_tensor::{Layout, NdTensor};

use super::super::regions::{Region, regions};
use super::super::{Area, Error, GrayImage};
use super::DETECTION;

/// Pages are looked at with their longer side this long. At 960 the network is a fifth cheaper and
/// reads half a percent more characters wrong on the worst pages.
const LONG_SIDE: f32 = 1280.0;
/// The network halves its input five times.
const STEP: f32 = 32.0;
/// Pixels with a higher probability are part of a core…
const CORE: f32 = 0.3;
/// …and a core is a line's if its mean is at least this.
const LINE: f32 = 0.5;
/// How far the border of a line lies from its core's: this times its area by its circumference.
const GROWTH: f32 = 1.6;
/// At both ends a line reaches further by this share of its height: where print is pale, the core
/// ends before the last letter does.
const ENDS: f32 = 0.2;
/// Smaller cores are specks.
const LEAST_SIDE: usize = 3;
/// White around the print that is looked at with it, in shares of the page's longer side: networks see
/// worst at the edge.
const MARGIN: f32 = 0.02;
/// More lines than this are a pattern, not a page.
const MOST_LINES: usize = 2_000;

/// The places of the lines.
pub(super) fn find_text(
    network: &Model,
    page: &GrayImage,
    options: &RunOptions,
) -> Result<Vec<Area>, Error> {
    let Some(print) = printed_area(page) else {
        return Ok(Vec::new());
    };
    let scale = LONG_SIDE / page.width().max(page.height()) as f32;
    let side = |pixels: usize| ((pixels as f32 * scale / STEP).round().max(1.0) * STEP) as usize;
    let (width, height) = (side(print.width()), side(print.height()));
    let input = input(page, print, width, height);
    let failed = |message: String| Error::Run {
        part: DETECTION,
        message,
    };
    let output = network
        .run_one(input.into(), Some(options.clone()))
        .map_err(|error| failed(error.to_string()))?;
    let map: NdTensor<f32, 4> = output
        .try_into()
        .map_err(|_| failed("its output is no map".to_owned()))?;
    if map.shape() != [1, 1, height, width] {
        return Err(failed("its map is not as large as the page".to_owned()));
    }
    let map = map.into_data();
    let cores = regions(width, height, |index| map[index] > CORE);
    let onto_page = Onto {
        page: print,
        across: print.width() as f32 / width as f32,
        down: print.height() as f32 / height as f32,
    };
    Ok(cores
        .iter()
        .filter(|core| is_line(core, &map))
        .take(MOST_LINES)
        .map(|core| onto_page.grown(core.area))
        .collect())
}

/// Where there is ink on the page, with some white around it; nothing if there is none. The white
/// beyond costs as much to look at as print.
fn printed_area(page: &GrayImage) -> Option<Area> {
    let dark = page.darkness();
    let mut columns = vec![false; page.width()];
    let mut rows = Vec::with_capacity(page.height());
    for y in 0..page.height() {
        let mut has_ink = false;
        for (column, &shade) in columns.iter_mut().zip(page.row(y)) {
            *column |= shade < dark;
            has_ink |= shade < dark;
        }
        rows.push(has_ink);
    }
    let margin = (MARGIN * page.width().max(page.height()) as f32).ceil() as usize;
    let reach = |ink: &[bool]| {
        let first = ink.iter().position(|&ink| ink)?;
        let last = ink.iter().rposition(|&ink| ink)?;
        Some((
            first.saturating_sub(margin),
            (last + 1 + margin).min(ink.len()),
        ))
    };
    let ((left, right), (top, bottom)) = (reach(&columns)?, reach(&rows)?);
    Some(Area {
        left,
        top,
        right,
        bottom,
    })
}

/// The print as the network wants it: three equal colors from -1 to 1.
fn input(page: &GrayImage, print: Area, width: usize, height: usize) -> NdTensor<f32, 4> {
    let small = page.resized(print, width, height);
    let plane = small
        .pixels()
        .iter()
        .map(|&shade| f32::from(shade) / 127.5 - 1.0);
    let mut colors: Vec<f32> = Vec::with_capacity(3 * width * height);
    colors.extend(plane);
    colors.extend_from_within(..);
    colors.extend_from_within(..width * height);
    NdTensor::from_data([1, 3, height, width], colors)
}

fn is_line(core: &Region, map: &[f32]) -> bool {
    let sum: f32 = core.pixels.iter().map(|&index| map[index]).sum();
    core.area.width().min(core.area.height()) >= LEAST_SIDE
        && sum >= LINE * core.pixels.len() as f32
}

/// How the network's map lies on the page.
struct Onto {
    /// The part of the page that it is of.
    page: Area,
    /// Pixels of the page to one of the map, across…
    across: f32,
    /// …and down.
    down: f32,
}

impl Onto {
    /// The line around a core, on the page.
    fn grown(&self, core: Area) -> Area {
        let (width, height) = (core.width() as f32, core.height() as f32);
        let by = GROWTH * width * height / (2.0 * (width + height));
        let ends = by + ENDS * (height + 2.0 * by);
        let low = |edge: usize, by: f32, scale: f32| {
            ((edge as f32 - by) * scale).floor().max(0.0) as usize
        };
        let high = |edge: usize, by: f32, scale: f32, most: usize| {
            (((edge as f32 + by) * scale).ceil() as usize).min(most)
        };
        let (most_right, most_bottom) = (self.page.width(), self.page.height());
        Area {
            left: self.page.left + low(core.left, ends, self.across),
            top: self.page.top + low(core.top, by, self.down),
            right: self.page.left + high(core.right, ends, self.across, most_right),
            bottom: self.page.top + high(core.bottom, by, self.down, most_bottom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_larger_than_its_core_on_all_sides() {
        let onto_page = Onto {
            page: Area {
                left: 50,
                top: 10,
                right: 1000,
                bottom: 1000,
            },
            across: 2.0,
            down: 2.0,
        };
        let line = onto_page.grown(Area {
            left: 100,
            top: 100,
            right: 300,
            bottom: 110,
        });
        assert_eq!((line.left, line.right), (224, 676));
        assert_eq!((line.top, line.bottom), (194, 246));
    }

    #[test]
    fn the_white_around_the_print_is_not_looked_at() {
        let mut page = GrayImage::white(1000, 500);
        assert_eq!(printed_area(&page), None);
        let ink = Area {
            left: 300,
            top: 5,
            right: 500,
            bottom: 100,
        };
        page.fill(ink, 0);
        let print = printed_area(&page).unwrap();
        assert_eq!((print.left, print.right), (280, 520));
        assert_eq!((print.top, print.bottom), (0, 120));
    }
}
