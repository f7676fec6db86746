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
/// More lines than this are a pattern, not a page.
const MOST_LINES: usize = 2_000;

/// The places of the lines.
pub(super) fn find_text(
    network: &Model,
    page: &GrayImage,
    options: &RunOptions,
) -> Result<Vec<Area>, Error> {
    let longer = page.width().max(page.height()).max(1) as f32;
    let scale = LONG_SIDE / longer;
    let side = |pixels: usize| ((pixels as f32 * scale / STEP).round().max(1.0) * STEP) as usize;
    let (width, height) = (side(page.width()), side(page.height()));
    let input = input(page, width, height);
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
    let across = page.width() as f32 / width as f32;
    let down = page.height() as f32 / height as f32;
    Ok(cores
        .iter()
        .filter(|core| is_line(core, &map))
        .take(MOST_LINES)
        .map(|core| grown(core.area, across, down, page))
        .collect())
}

/// The page as the network wants it: three equal colors from -1 to 1.
fn input(page: &GrayImage, width: usize, height: usize) -> NdTensor<f32, 4> {
    let whole = Area {
        left: 0,
        top: 0,
        right: page.width(),
        bottom: page.height(),
    };
    let small = page.resized(whole, width, height);
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

/// The line around a core, on the page.
fn grown(core: Area, across: f32, down: f32, page: &GrayImage) -> Area {
    let (width, height) = (core.width() as f32, core.height() as f32);
    let by = GROWTH * width * height / (2.0 * (width + height));
    let ends = by + ENDS * (height + 2.0 * by);
    let low =
        |edge: usize, by: f32, scale: f32| ((edge as f32 - by) * scale).floor().max(0.0) as usize;
    let high = |edge: usize, by: f32, scale: f32, most: usize| {
        (((edge as f32 + by) * scale).ceil() as usize).min(most)
    };
    Area {
        left: low(core.left, ends, across),
        top: low(core.top, by, down),
        right: high(core.right, ends, across, page.width()),
        bottom: high(core.bottom, by, down, page.height()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_larger_than_its_core_on_all_sides() {
        let page = GrayImage::white(1000, 1000);
        let core = Area {
            left: 100,
            top: 100,
            right: 300,
            bottom: 110,
        };
        let line = grown(core, 2.0, 2.0, &page);
        assert_eq!((line.left, line.right), (174, 626));
        assert_eq!((line.top, line.bottom), (184, 236));
    }
}
