//! Grayscale images: crop, resize, rotate, and the thresholds for binarization.
//!
//! All operations are deterministic and single-threaded: the same page gives the same pixels on every
//! machine, which records depend on.

use super::BoundingBox;

/// An image in shades of gray, 0 black and 255 white, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrayImage {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

const WHITE: u8 = 255;
/// The threshold of ink, as a share of the way from the shade of ink to that of paper.
// Of the shares tried on scans, this one separated specks from the dots of print best.
const INK_THRESHOLD: f32 = 0.61;
/// The shade of ink is that of the pixel at this share of a page's pixels, sorted from the darkest on.
// A page of print has more ink. A page with a few lines has less, but then the pixel is the pale edge
// of a letter, or paper: the threshold is never paler than the paper.
const INK_PIXELS: f32 = 0.01;
/// Most of a page is paper: the shade at this share of its sorted pixels, from the darkest on, is too.
const PAPER_PIXELS: f32 = 0.75;
/// Shades are sampled from every 97th pixel.
// The number is prime, so that the samples of a page whose width is a round number do not all fall in
// the same columns.
const SAMPLE_STEP: usize = 97;

impl GrayImage {
    /// A white page.
    pub fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![WHITE; width * height],
        }
    }

    /// From opaque pixels of red, green, blue and alpha. Missing pixels are white.
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Self {
        let shades = rgba.chunks_exact(4).map(luma).collect();
        Self::from_shades(width, height, shades)
    }

    /// From pixels of red, green and blue. Missing pixels are white.
    pub fn from_rgb(width: usize, height: usize, rgb: &[u8]) -> Self {
        let shades = rgb.chunks_exact(3).map(luma).collect();
        Self::from_shades(width, height, shades)
    }

    /// From shades of gray. Missing pixels are white.
    pub fn from_shades(width: usize, height: usize, mut pixels: Vec<u8>) -> Self {
        pixels.resize(width * height, WHITE);
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The whole image.
    pub fn bounds(&self) -> BoundingBox {
        BoundingBox {
            left: 0,
            top: 0,
            right: self.width,
            bottom: self.height,
        }
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// One row, to draw on.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        &mut self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The shade of the paper.
    pub fn background_level(&self) -> u8 {
        self.shade_at(PAPER_PIXELS)
    }

    /// The global threshold for binarization: shades below it are ink. It adapts to the contrast of the
    /// page: faded print on gray paper differs less from it than fresh print from white paper.
    pub fn ink_threshold(&self) -> u8 {
        let (ink, paper) = (self.shade_at(INK_PIXELS), self.background_level());
        let (ink, paper) = (f32::from(ink.min(paper)), f32::from(paper));
        (ink + (paper - ink) * INK_THRESHOLD) as u8
    }

    /// The shade of the pixel at this share of the page's pixels, sorted from dark to pale.
    fn shade_at(&self, share: f32) -> u8 {
        let sample = self.pixels.iter().step_by(SAMPLE_STEP);
        let mut shades: Vec<u8> = sample.copied().collect();
        shades.sort_unstable();
        let index = (shades.len() as f32 * share) as usize;
        shades.get(index).copied().unwrap_or(WHITE)
    }

    /// Draws a filled rectangle, clipped to the image.
    pub fn fill(&mut self, bounds: BoundingBox, shade: u8) {
        let right = bounds.right.min(self.width);
        for y in bounds.top..bounds.bottom.min(self.height) {
            if bounds.left < right {
                self.row_mut(y)[bounds.left..right].fill(shade);
            }
        }
    }

    /// A part of the image, resampled to another size with a tent filter: each new pixel is the mean of
    /// what it covers, so that thin strokes get paler but do not vanish. Enlarging interpolates
    /// linearly.
    pub fn resized(&self, bounds: BoundingBox, width: usize, height: usize) -> GrayImage {
        // Columns first, then rows: the filter is separable.
        let columns = resampling_weights(bounds.left, bounds.right, width);
        let rows = resampling_weights(bounds.top, bounds.bottom, height);
        let mut narrow = vec![0.0_f32; width * bounds.height()];
        for (y, target) in narrow.chunks_exact_mut(width.max(1)).enumerate() {
            let source = self.row(bounds.top + y);
            for (pixel, (start, shares)) in target.iter_mut().zip(&columns) {
                *pixel = shares
                    .iter()
                    .zip(&source[*start..])
                    .map(|(share, &shade)| share * f32::from(shade))
                    .sum();
            }
        }
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0.0_f32; width];
        for (start, shares) in &rows {
            sums.fill(0.0);
            for (offset, share) in shares.iter().enumerate() {
                let y = start + offset - bounds.top;
                for (sum, value) in sums.iter_mut().zip(&narrow[y * width..]) {
                    *sum += share * value;
                }
            }
            pixels.extend(sums.iter().map(|sum| (sum + 0.5) as u8));
        }
        GrayImage {
            width,
            height,
            pixels,
        }
    }

    /// The image rotated clockwise by this many quarter turns.
    pub fn rotated_90(&self, quarter_turns: u8) -> GrayImage {
        let quarter_turns = quarter_turns % 4;
        if quarter_turns == 0 {
            return self.clone();
        }
        let (width, height) = match quarter_turns {
            2 => (self.width, self.height),
            _ => (self.height, self.width),
        };
        let mut rotated = GrayImage::white(width, height);
        for y in 0..height {
            for (x, pixel) in rotated.row_mut(y).iter_mut().enumerate() {
                let (from_x, from_y) = match quarter_turns {
                    1 => (y, self.height - 1 - x),
                    2 => (self.width - 1 - x, self.height - 1 - y),
                    _ => (self.width - 1 - y, x),
                };
                *pixel = self.pixels[from_y * self.width + from_x];
            }
        }
        rotated
    }

    /// A part of the image.
    pub fn crop(&self, bounds: BoundingBox) -> GrayImage {
        let rows = (bounds.top..bounds.bottom).map(|y| &self.row(y)[bounds.left..bounds.right]);
        GrayImage {
            width: bounds.width(),
            height: bounds.height(),
            pixels: rows.flatten().copied().collect(),
        }
    }

    /// The image rotated clockwise around its center by an angle in degrees, at the same size. The
    /// corners that become visible are white.
    pub fn rotated(&self, degrees: f32) -> GrayImage {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (center_x, center_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let mut rotated = GrayImage::white(self.width, self.height);
        for y in 0..self.height {
            // Inverse mapping: every new pixel is sampled from the old image, so that there are no holes.
            let down = y as f32 + 0.5 - center_y;
            for (x, pixel) in rotated.row_mut(y).iter_mut().enumerate() {
                let across = x as f32 + 0.5 - center_x;
                *pixel = self.sample_bilinear(
                    across * cosine + down * sine + center_x - 0.5,
                    down * cosine - across * sine + center_y - 0.5,
                );
            }
        }
        rotated
    }

    /// The shade at a position between four pixels; white outside the image.
    fn sample_bilinear(&self, x: f32, y: f32) -> u8 {
        let (left, top) = (x.floor(), y.floor());
        if left < 0.0 || top < 0.0 {
            return WHITE;
        }
        let (column, row) = (left as usize, top as usize);
        if column + 1 >= self.width || row + 1 >= self.height {
            return WHITE;
        }
        let (right_share, low_share) = (x - left, y - top);
        let at = row * self.width + column;
        let shade = |index: usize| f32::from(self.pixels[index]);
        let upper = shade(at) * (1.0 - right_share) + shade(at + 1) * right_share;
        let below = at + self.width;
        let lower = shade(below) * (1.0 - right_share) + shade(below + 1) * right_share;
        (upper * (1.0 - low_share) + lower * low_share + 0.5) as u8
    }
}

/// The shade of a pixel of red, green and blue: Rec. 601 luma in units of 1/256.
fn luma(pixel: &[u8]) -> u8 {
    let sum = 77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2]);
    (sum >> 8) as u8
}

/// For each of `count` new pixels, the first old pixel between `start` and `end` that contributes to it,
/// and the weights of that one and the following, whose sum is 1. The filter is a tent whose half width
/// is a new pixel, or an old one when enlarging.
fn resampling_weights(start: usize, end: usize, count: usize) -> Vec<(usize, Vec<f32>)> {
    let scale = (end - start) as f32 / count.max(1) as f32;
    let reach = scale.max(1.0);
    (0..count)
        .map(|index| {
            let center = start as f32 + (index as f32 + 0.5) * scale - 0.5;
            let first = (center - reach).ceil().max(start as f32) as usize;
            let last = ((center + reach).floor() as usize).min(end - 1).max(first);
            let tent = |at: usize| (1.0 - (at as f32 - center).abs() / reach).max(0.0);
            let mut shares: Vec<f32> = (first..=last).map(tent).collect();
            let sum: f32 = shares.iter().sum();
            if sum > 0.0 {
                shares.iter_mut().for_each(|share| *share /= sum);
            } else {
                shares.fill(1.0 / (last - first + 1) as f32);
            }
            (first, shares)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resizing_to_the_same_size_changes_nothing() {
        let rgba: Vec<u8> = (0..48).map(|one| one * 5).collect();
        let image = GrayImage::from_rgba(4, 3, &rgba);
        assert_eq!(image.resized(image.bounds(), 4, 3), image);
    }

    #[test]
    fn quarter_turns_move_every_pixel() {
        let mut image = GrayImage::white(3, 2);
        image.row_mut(0)[0] = 1;
        let black = |image: &GrayImage| {
            let at = image.pixels().iter().position(|&shade| shade == 1).unwrap();
            (at % image.width(), at / image.width())
        };
        let positions = [0, 1, 2, 3].map(|quarter_turns| black(&image.rotated_90(quarter_turns)));
        assert_eq!(positions, [(0, 0), (1, 0), (2, 1), (0, 2)]);
        assert_eq!(image.rotated_90(1).rotated_90(3), image);
    }

    #[test]
    fn thin_strokes_survive_downscaling() {
        let mut image = GrayImage::white(100, 40);
        let stroke = BoundingBox {
            left: 50,
            top: 0,
            right: 52,
            bottom: 40,
        };
        image.fill(stroke, 0);
        let small = image.resized(image.bounds(), 25, 10);
        let darkest = small.row(5).iter().min().copied();
        assert!(darkest.is_some_and(|shade| shade < 160), "{darkest:?}");
    }

    #[test]
    fn rotating_there_and_back_restores_the_ink() {
        let mut image = GrayImage::white(200, 200);
        let block = BoundingBox {
            left: 120,
            top: 60,
            right: 160,
            bottom: 80,
        };
        image.fill(block, 0);
        let back = image.rotated(4.0).rotated(-4.0);
        assert!(back.row(70)[140] < 10);
        assert!(back.row(100)[140] > 245);
    }
}
