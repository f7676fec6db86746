//! What is a picture of a page, and how is it cut, scaled and turned?

use super::Area;

/// A picture in shades of gray, 0 black and 255 white, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrayImage {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// The color of paper.
const WHITE: u8 = 255;
/// Shades nearer to ink than this, on the way from ink to paper, are ink. Of the shares tried on
/// scans, this one told specks from the dots of print best.
const INK_SHARE: f32 = 0.61;
/// Of the pixels of a page of print, at least this share is ink; of a page with a few lines, less,
/// but then the darkest are no paler than ink.
const INK_PIXELS: f32 = 0.01;

impl GrayImage {
    /// A white page.
    pub fn white(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![WHITE; width * height],
        }
    }

    /// From opaque pixels of red, green, blue and alpha; what is missing is white.
    pub fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Self {
        // Rec. 601, in 1/256: what the eye makes of colors.
        let luma = |pixel: &[u8]| {
            let sum =
                77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2]);
            (sum >> 8) as u8
        };
        let mut pixels: Vec<u8> = rgba.chunks_exact(4).map(luma).collect();
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

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// One row, to be drawn on.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        &mut self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The shade of the paper: most of a page is paper.
    pub fn paper(&self) -> u8 {
        self.shade_of_share(0.75)
    }

    /// Shades below this are ink. Faded print on gray paper is told from it by less than fresh print on
    /// white.
    pub fn darkness(&self) -> u8 {
        let (ink, paper) = (self.shade_of_share(INK_PIXELS), self.paper());
        let (ink, paper) = (f32::from(ink.min(paper)), f32::from(paper));
        (ink + (paper - ink) * INK_SHARE) as u8
    }

    /// The shade that this share of the pixels is at most as dark as.
    fn shade_of_share(&self, share: f32) -> u8 {
        let mut shades: Vec<u8> = self.pixels.iter().step_by(97).copied().collect();
        shades.sort_unstable();
        let index = (shades.len() as f32 * share) as usize;
        shades.get(index).copied().unwrap_or(WHITE)
    }

    /// Draws a filled rectangle; what lies outside of the picture is left out.
    pub fn fill(&mut self, area: Area, shade: u8) {
        let right = area.right.min(self.width);
        for y in area.top..area.bottom.min(self.height) {
            if area.left < right {
                self.row_mut(y)[area.left..right].fill(shade);
            }
        }
    }

    /// The same picture at another size. Each new pixel is the mean of what it covers, so that
    /// thin strokes grow paler but do not vanish; where pictures grow, pixels are blended.
    pub fn resized(&self, area: Area, width: usize, height: usize) -> GrayImage {
        let columns = weights(area.left, area.right, width);
        let rows = weights(area.top, area.bottom, height);
        let mut narrow = vec![0.0_f32; width * area.height()];
        for (y, target) in narrow.chunks_exact_mut(width.max(1)).enumerate() {
            let source = self.row(area.top + y);
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
                let y = start + offset - area.top;
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

    /// The picture turned clockwise by so many right angles.
    pub fn turned(&self, quarters: u8) -> GrayImage {
        let quarters = quarters % 4;
        if quarters == 0 {
            return self.clone();
        }
        let (width, height) = match quarters {
            2 => (self.width, self.height),
            _ => (self.height, self.width),
        };
        let mut turned = GrayImage::white(width, height);
        for y in 0..height {
            for (x, pixel) in turned.row_mut(y).iter_mut().enumerate() {
                let (from_x, from_y) = match quarters {
                    1 => (y, self.height - 1 - x),
                    2 => (self.width - 1 - x, self.height - 1 - y),
                    _ => (self.width - 1 - y, x),
                };
                *pixel = self.pixels[from_y * self.width + from_x];
            }
        }
        turned
    }

    /// A part of the picture.
    pub fn cut(&self, area: Area) -> GrayImage {
        let rows = (area.top..area.bottom).map(|y| &self.row(y)[area.left..area.right]);
        GrayImage {
            width: area.width(),
            height: area.height(),
            pixels: rows.flatten().copied().collect(),
        }
    }

    /// The picture turned clockwise around its middle by some degrees; what comes in at the
    /// corners is white.
    pub fn rotated(&self, degrees: f32) -> GrayImage {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        let mut turned = GrayImage::white(self.width, self.height);
        for y in 0..self.height {
            let down = y as f32 + 0.5 - middle_y;
            for (x, pixel) in turned.row_mut(y).iter_mut().enumerate() {
                let across = x as f32 + 0.5 - middle_x;
                *pixel = self.blended(
                    across * cosine + down * sine + middle_x - 0.5,
                    down * cosine - across * sine + middle_y - 0.5,
                );
            }
        }
        turned
    }

    /// The shade between four pixels.
    fn blended(&self, x: f32, y: f32) -> u8 {
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

/// For each of `count` new pixels, which old ones between `start` and `end` make it, and by what
/// shares. A tent as wide as a new pixel, or as an old one where the picture grows.
fn weights(start: usize, end: usize, count: usize) -> Vec<(usize, Vec<f32>)> {
    let scale = (end - start) as f32 / count.max(1) as f32;
    let reach = scale.max(1.0);
    (0..count)
        .map(|index| {
            let middle = start as f32 + (index as f32 + 0.5) * scale - 0.5;
            let first = (middle - reach).ceil().max(start as f32) as usize;
            let last = ((middle + reach).floor() as usize).min(end - 1).max(first);
            let tent = |at: usize| (1.0 - (at as f32 - middle).abs() / reach).max(0.0);
            let mut shares: Vec<f32> = (first..=last).map(tent).collect();
            let sum: f32 = shares.iter().sum();
            match sum > 0.0 {
                true => shares.iter_mut().for_each(|share| *share /= sum),
                false => shares.fill(1.0 / (last - first + 1) as f32),
            }
            (first, shares)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(image: &GrayImage) -> Area {
        Area {
            left: 0,
            top: 0,
            right: image.width(),
            bottom: image.height(),
        }
    }

    #[test]
    fn a_picture_of_the_same_size_is_the_same() {
        let rgba: Vec<u8> = (0..48).map(|one| one * 5).collect();
        let image = GrayImage::from_rgba(4, 3, &rgba);
        assert_eq!(image.resized(whole(&image), 4, 3), image);
    }

    #[test]
    fn right_angles_move_every_pixel_to_its_place() {
        let mut image = GrayImage::white(3, 2);
        image.row_mut(0)[0] = 1;
        let black = |image: &GrayImage| {
            let at = image.pixels().iter().position(|&shade| shade == 1).unwrap();
            (at % image.width(), at / image.width())
        };
        let places = [0, 1, 2, 3].map(|quarters| black(&image.turned(quarters)));
        assert_eq!(places, [(0, 0), (1, 0), (2, 1), (0, 2)]);
        assert_eq!(image.turned(1).turned(3), image);
    }

    #[test]
    fn thin_strokes_survive_scaling_down() {
        let mut image = GrayImage::white(100, 40);
        let stroke = Area {
            left: 50,
            top: 0,
            right: 52,
            bottom: 40,
        };
        image.fill(stroke, 0);
        let small = image.resized(whole(&image), 25, 10);
        let darkest = small.row(5).iter().min().copied();
        assert!(darkest.is_some_and(|shade| shade < 160), "{darkest:?}");
    }

    #[test]
    fn turning_there_and_back_puts_ink_where_it_was() {
        let mut image = GrayImage::white(200, 200);
        let block = Area {
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
