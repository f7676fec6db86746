//! Text line detection: the bounding boxes of a page's text lines.
//!
//! The network is a DBNet ("Real-time Scene Text Detection with Differentiable Binarization", Liao et al.
//! 2019). It gives each pixel the probability that it is in a text kernel, the shrunk middle of a text
//! line. Binarization of that map gives the kernels as connected components, and unclipping a kernel
//! gives the line. Constants with the paper's or PaddleOCR's names have the same meaning there.

use rten::{Model, RunOptions};
use rten_tensor::{Layout, NdTensor};

use super::super::connected_components::{Component, connected_components};
use super::super::{BoundingBox, Error, GrayImage};
use super::DETECTION;

/// Size of the network's input if the whole page is print: its longer side, in pixels.
// Measured on 48 synthetic pages: 960 is a fifth cheaper and adds half a percentage point of misread
// characters on the worst page.
const LONG_SIDE: f32 = 1280.0;
/// Sides of the input are multiples of this: the network halves its input five times.
const STRIDE: f32 = 32.0;
/// Pixels with a higher probability belong to a text kernel (PaddleOCR's `det_db_thresh`).
const BINARIZATION_THRESHOLD: f32 = 0.3;
/// A kernel with a lower mean probability is no text (`det_db_box_thresh`).
const BOX_THRESHOLD: f32 = 0.5;
/// Distance from the border of a kernel to that of its line, as a multiple of the kernel's area divided
/// by its perimeter (`det_db_unclip_ratio`).
const UNCLIP_RATIO: f32 = 1.6;
/// At both ends a line is extended by this share of its height: in pale print, the kernel ends before the
/// last letter.
const END_EXTENSION: f32 = 0.2;
/// Kernels with a shorter side, in pixels of the map, are specks.
const MIN_KERNEL_SIDE: usize = 3;
/// White around the print that is part of the input, as a share of the page's longer side: networks are
/// least accurate at the edge of their input.
const MARGIN: f32 = 0.02;
/// More lines are a pattern, not a page. The bound matters for time: each line costs a run of the
/// recognition network.
const MAX_LINES: usize = 2_000;

/// The bounding boxes of a page's text lines.
pub(super) fn detect_text_lines(
    network: &Model,
    page: &GrayImage,
    options: &RunOptions,
) -> Result<Vec<BoundingBox>, Error> {
    let Some(print) = print_bounds(page) else {
        return Ok(Vec::new());
    };
    let scale = LONG_SIDE / page.width().max(page.height()) as f32;
    let side =
        |pixels: usize| ((pixels as f32 * scale / STRIDE).round().max(1.0) * STRIDE) as usize;
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
    let kernels = connected_components(width, height, |index| map[index] > BINARIZATION_THRESHOLD);
    let map_to_page = MapToPage {
        page: print,
        across: print.width() as f32 / width as f32,
        down: print.height() as f32 / height as f32,
    };
    Ok(kernels
        .iter()
        .filter(|kernel| is_text(kernel, &map))
        .take(MAX_LINES)
        .map(|kernel| map_to_page.unclip(kernel.bounds))
        .collect())
}

/// The bounding box of the page's ink, with a margin; `None` if there is no ink. The rest of the page is
/// cropped because white costs as much as print.
fn print_bounds(page: &GrayImage) -> Option<BoundingBox> {
    let ink_threshold = page.ink_threshold();
    let mut columns = vec![false; page.width()];
    let mut rows = Vec::with_capacity(page.height());
    for y in 0..page.height() {
        let mut has_ink = false;
        for (column, &shade) in columns.iter_mut().zip(page.row(y)) {
            *column |= shade < ink_threshold;
            has_ink |= shade < ink_threshold;
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
    Some(BoundingBox {
        left,
        top,
        right,
        bottom,
    })
}

/// The input of the network: three equal color planes, scaled to -1 to 1 as in training.
fn input(page: &GrayImage, print: BoundingBox, width: usize, height: usize) -> NdTensor<f32, 4> {
    let scaled = page.resized(print, width, height);
    let plane = scaled
        .pixels()
        .iter()
        .map(|&shade| f32::from(shade) / 127.5 - 1.0);
    let mut colors: Vec<f32> = Vec::with_capacity(3 * width * height);
    colors.extend(plane);
    colors.extend_from_within(..);
    colors.extend_from_within(..width * height);
    NdTensor::from_data([1, 3, height, width], colors)
}

fn is_text(kernel: &Component, map: &[f32]) -> bool {
    let sum: f32 = kernel.pixels.iter().map(|&index| map[index]).sum();
    kernel.bounds.width().min(kernel.bounds.height()) >= MIN_KERNEL_SIDE
        && sum >= BOX_THRESHOLD * kernel.pixels.len() as f32
}

/// The transform from the network's map to the page.
struct MapToPage {
    /// The part of the page that the map shows.
    page: BoundingBox,
    /// Pixels of the page per pixel of the map, horizontally.
    across: f32,
    /// The same vertically.
    down: f32,
}

impl MapToPage {
    /// The bounding box of the line around a kernel, in pixels of the page.
    fn unclip(&self, kernel: BoundingBox) -> BoundingBox {
        let (width, height) = (kernel.width() as f32, kernel.height() as f32);
        let by = UNCLIP_RATIO * width * height / (2.0 * (width + height));
        let ends = by + END_EXTENSION * (height + 2.0 * by);
        let low = |edge: usize, by: f32, scale: f32| {
            ((edge as f32 - by) * scale).floor().max(0.0) as usize
        };
        let high = |edge: usize, by: f32, scale: f32, max: usize| {
            (((edge as f32 + by) * scale).ceil() as usize).min(max)
        };
        let (max_right, max_bottom) = (self.page.width(), self.page.height());
        BoundingBox {
            left: self.page.left + low(kernel.left, ends, self.across),
            top: self.page.top + low(kernel.top, by, self.down),
            right: self.page.left + high(kernel.right, ends, self.across, max_right),
            bottom: self.page.top + high(kernel.bottom, by, self.down, max_bottom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_larger_than_its_kernel_on_all_sides() {
        let map_to_page = MapToPage {
            page: BoundingBox {
                left: 50,
                top: 10,
                right: 1000,
                bottom: 1000,
            },
            across: 2.0,
            down: 2.0,
        };
        let line = map_to_page.unclip(BoundingBox {
            left: 100,
            top: 100,
            right: 300,
            bottom: 110,
        });
        assert_eq!((line.left, line.right), (224, 676));
        assert_eq!((line.top, line.bottom), (194, 246));
    }

    #[test]
    fn white_around_the_print_is_cropped() {
        let mut page = GrayImage::white(1000, 500);
        assert_eq!(print_bounds(&page), None);
        let ink = BoundingBox {
            left: 300,
            top: 5,
            right: 500,
            bottom: 100,
        };
        page.fill(ink, 0);
        let print = print_bounds(&page).unwrap();
        assert_eq!((print.left, print.right), (280, 520));
        assert_eq!((print.top, print.bottom), (0, 120));
    }
}
