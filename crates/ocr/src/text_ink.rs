//! Text ink: how much of an image looks like lines of letters.
//!
//! Much cheaper than recognition, and good enough to decide whether recognition is worthwhile: letters are
//! connected components of similar heights, side by side. Dark print and light print on a dark ground both
//! count.

use super::connected_components::connected_components;
use super::{BoundingBox, GrayImage};

/// Heights of letters, in points.
const HEIGHTS: std::ops::RangeInclusive<f32> = 3.5..=36.0;
/// Widest component, as a multiple of its height: several letters that touch.
const MAX_WIDTH: f32 = 8.0;
/// Widest gap between neighbors, as a multiple of the smaller height.
const MAX_GAP: f32 = 1.2;
/// Largest ratio of the heights of neighbors: of an ascender and an `x`, with some noise.
const MAX_RATIO: f32 = 2.2;
/// Fewest components of a line.
const MIN_CHAIN: usize = 5;
/// More components are noise or a pattern; they are not examined.
const MAX_COMPONENTS: usize = 60_000;
/// Followers of a component that are examined.
const MAX_EXAMINED: usize = 24;

/// The number of components in a part of an image that stand in lines, as letters do. `dpi` is the resolution
/// of the image.
pub fn letters_in_lines(image: &GrayImage, bounds: BoundingBox, dpi: f32) -> usize {
    let bounds = BoundingBox {
        left: bounds.left.min(image.width()),
        top: bounds.top.min(image.height()),
        right: bounds.right.min(image.width()),
        bottom: bounds.bottom.min(image.height()),
    };
    if bounds.left >= bounds.right || bounds.top >= bounds.bottom {
        return 0;
    }
    let part = image.crop(bounds);
    let mut inverted = part.clone();
    for y in 0..inverted.height() {
        for pixel in inverted.row_mut(y) {
            *pixel = 255 - *pixel;
        }
    }
    count_in_lines(&part, dpi).max(count_in_lines(&inverted, dpi))
}

/// Least difference between the shades of paper and of ink.
const MIN_CONTRAST: u8 = 40;

fn count_in_lines(image: &GrayImage, dpi: f32) -> usize {
    let threshold = image.ink_threshold();
    let paper = image.background_level();
    let threshold = threshold.min(paper.saturating_sub(MIN_CONTRAST));
    let pixels = image.pixels();
    let components = connected_components(image.width(), image.height(), |index| {
        pixels.get(index).is_some_and(|&shade| shade < threshold)
    });
    if components.len() > MAX_COMPONENTS {
        return 0;
    }
    let scale = 72.0 / dpi;
    let mut letters: Vec<BoundingBox> = components
        .into_iter()
        .map(|component| component.bounds)
        .filter(|bounds| {
            let (width, height) = (bounds.width() as f32, bounds.height() as f32);
            HEIGHTS.contains(&(height * scale)) && width <= MAX_WIDTH * height
        })
        .collect();
    letters.sort_by_key(|bounds| (bounds.left, bounds.top));
    let mut chains = Chains::new(letters.len());
    for (index, letter) in letters.iter().enumerate() {
        if let Some(next) = follower(&letters, index, letter) {
            chains.join(index, next);
        }
    }
    chains.count_long()
}

/// The next letter on the line of a letter. The letters are sorted by their left edges.
fn follower(letters: &[BoundingBox], index: usize, letter: &BoundingBox) -> Option<usize> {
    let height = letter.height() as f32;
    let reach = letter.right as f32 + MAX_GAP * MAX_RATIO * height;
    let after = letters.iter().enumerate().skip(index + 1);
    let near = after.take_while(|(_, other)| other.left as f32 <= reach);
    let mut beside = near.filter(|(_, other)| {
        let down = letter.bottom.min(other.bottom) as f32 - letter.top.max(other.top) as f32;
        down >= 0.5 * height.min(other.height() as f32)
    });
    let is_letter = |other: &BoundingBox| {
        let smaller = height.min(other.height() as f32);
        let gap = other.left as f32 - letter.right as f32;
        let larger = height.max(other.height() as f32);
        // Slanted letters overlap a little.
        gap <= MAX_GAP * smaller && gap >= -0.5 * smaller && larger <= MAX_RATIO * smaller
    };
    let mut examined = 0;
    beside
        .find(|(_, other)| {
            examined += 1;
            examined > MAX_EXAMINED || is_letter(other)
        })
        .filter(|(_, other)| is_letter(other))
        .map(|(next, _)| next)
}

/// Groups of components that follow each other.
struct Chains {
    parents: Vec<usize>,
}

impl Chains {
    fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
        }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            // Halving the path keeps later look-ups short.
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[other] = one;
    }

    /// The number of components in long chains.
    fn count_long(mut self) -> usize {
        let mut counts = vec![0_usize; self.parents.len()];
        for index in 0..self.parents.len() {
            let root = self.root(index);
            counts[root] += 1;
        }
        counts.into_iter().filter(|&count| count >= MIN_CHAIN).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DPI: f32 = 100.0;

    /// Lines of rectangles, as high as letters of 10 points.
    fn page(lines: usize, shade: u8, ground: u8) -> GrayImage {
        let mut image = GrayImage::white(400, 300);
        let whole = image.bounds();
        image.fill(whole, ground);
        for line in 0..lines {
            for letter in 0..20 {
                let (left, top) = (20 + 12 * letter, 20 + 20 * line);
                let bounds = BoundingBox {
                    left,
                    top,
                    right: left + 7,
                    bottom: top + 9 + letter % 3,
                };
                image.fill(bounds, shade);
            }
        }
        image
    }

    #[test]
    fn letters_in_lines_are_counted_on_light_and_on_dark_ground() {
        for (shade, ground) in [(20, 250), (240, 10)] {
            let image = page(3, shade, ground);
            assert_eq!(letters_in_lines(&image, image.bounds(), DPI), 60);
        }
    }

    #[test]
    fn blank_pages_frames_and_single_signs_have_no_lines() {
        let blank = page(0, 0, 255);
        assert_eq!(letters_in_lines(&blank, blank.bounds(), DPI), 0);
        let mut scattered = page(0, 0, 255);
        for (left, top) in [(20, 20), (120, 25), (300, 200), (20, 250)] {
            let bounds = BoundingBox {
                left,
                top,
                right: left + 10,
                bottom: top + 10,
            };
            scattered.fill(bounds, 0);
        }
        assert_eq!(letters_in_lines(&scattered, scattered.bounds(), DPI), 0);
    }
}
