//! Rasters: decoded pixels in gray or color, eight bits a sample.

use diarium_ocr::GrayImage;

use super::orientation::Orientation;

/// Pixels row by row, in gray (one sample) or red, green and blue (three).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raster {
    pub width: usize,
    pub height: usize,
    /// Samples of a pixel: 1 or 3.
    pub channels: usize,
    pub samples: Vec<u8>,
}

const WHITE: u8 = 255;

impl Raster {
    /// A white picture. The caller checks its size.
    pub(super) fn white(width: usize, height: usize, channels: usize) -> Self {
        Self {
            width,
            height,
            channels,
            samples: vec![WHITE; width * height * channels],
        }
    }

    /// From samples that may be too few; missing ones are white.
    pub(super) fn new(width: usize, height: usize, channels: usize, mut samples: Vec<u8>) -> Self {
        samples.resize(width * height * channels, WHITE);
        Self {
            width,
            height,
            channels,
            samples,
        }
    }

    /// From samples with a last one of opacity: shown on white paper.
    pub(super) fn on_paper(width: usize, height: usize, channels: usize, samples: &[u8]) -> Self {
        let shown = samples.chunks_exact(channels + 1).flat_map(|pixel| {
            let (color, opacity) = pixel.split_at(channels);
            let opacity = opacity.first().copied().unwrap_or(WHITE);
            color.iter().map(move |&sample| over_white(sample, opacity))
        });
        Self::new(width, height, channels, shown.collect())
    }

    /// The picture in gray, turned as the file says.
    pub(super) fn into_gray(self, orientation: Orientation) -> GrayImage {
        let (width, height) = (self.width, self.height);
        let gray = match self.channels {
            3 => GrayImage::from_rgb(width, height, &self.samples),
            _ => GrayImage::from_shades(width, height, self.samples),
        };
        orientation.apply(gray)
    }
}

/// A sample with this opacity over white.
pub(super) fn over_white(sample: u8, opacity: u8) -> u8 {
    let (sample, opacity) = (u32::from(sample), u32::from(opacity));
    ((sample * opacity + 255 * (255 - opacity) + 127) / 255) as u8
}

/// Red, green and blue of inks in percent of 255: cyan, magenta, yellow and black.
pub(super) fn rgb_of_inks([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let light = |ink: u8| {
        let light = u32::from(255 - ink) * u32::from(255 - black);
        ((light + 127) / 255) as u8
    };
    [light(cyan), light(magenta), light(yellow)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_are_paper() {
        let raster = Raster::on_paper(2, 1, 1, &[0, 0, 0, 255]);
        assert_eq!(raster.samples, [255, 0]);
    }

    #[test]
    fn black_ink_hides_all_others() {
        assert_eq!(rgb_of_inks([0, 0, 0, 255]), [0; 3]);
        assert_eq!(rgb_of_inks([0; 4]), [255; 3]);
        assert_eq!(rgb_of_inks([255, 0, 0, 0]), [0, 255, 255]);
    }
}
