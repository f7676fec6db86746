//! A page of an image file: its size, and the recognition of its picture.

use diarium_document::{Heartbeat, Page, Warning};
use diarium_ocr::{GrayImage, Mode, Ocr, RecognizedPage, recognize};

use super::picture::Picture;
use super::resolution::resolution;
use crate::pdf::{MAX_PIXELS, MIN_SIDE, PicturePage, RESOLUTION, picture_page};

/// Resolutions that differ by less than this share are equal, so that pixels stay as they are.
const SAME_RESOLUTION: f32 = 0.03;
/// Longest side of a picture that is recognized, in pixels.
// It bounds memory, as `MAX_PIXELS` does.
const MAX_SIDE: f32 = 20_000.0;

/// Points of an inch.
const POINTS: f32 = 72.0;

/// Recognizes the picture of a page.
pub(super) fn read(
    number: u32,
    picture: Picture,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> (Page, Vec<Warning>) {
    let dpi = displayed_resolution(&picture);
    let size = picture.page_size(dpi);
    let recognized = match ocr.mode {
        Mode::Never => Ok(None),
        Mode::Auto | Mode::Always => recognize_picture(picture, dpi, ocr, heartbeat).map(Some),
    };
    let (recognized, dpi) = match recognized {
        Ok(Some((page, dpi))) => (Ok(Some(page)), dpi),
        Ok(None) => (Ok(None), dpi.0),
        Err(reason) => (Err(reason), dpi.0),
    };
    picture_page(PicturePage {
        number,
        size,
        dpi,
        recognized,
    })
}

/// The resolution across and down of the picture as displayed.
pub(super) fn displayed_resolution(picture: &Picture) -> (f32, f32) {
    let raster = &picture.raster;
    let stored = resolution((raster.width, raster.height), picture.resolution);
    picture.orientation.turned(stored)
}

impl Picture {
    /// Width and height in points as displayed.
    pub(super) fn page_size(&self, dpi: (f32, f32)) -> (f32, f32) {
        let pixels = (self.raster.width, self.raster.height);
        let shown = self.orientation.turned(pixels);
        (
            shown.0 as f32 / dpi.0 * POINTS,
            shown.1 as f32 / dpi.1 * POINTS,
        )
    }
}

/// The words of a picture, and the resolution in dpi of their coordinates.
fn recognize_picture(
    picture: Picture,
    dpi: (f32, f32),
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<(RecognizedPage, f32), String> {
    let orientation = picture.orientation;
    let image = picture.raster.into_gray(orientation);
    if image.width() < MIN_SIDE || image.height() < MIN_SIDE {
        return Err("it is too small to read".to_owned());
    }
    heartbeat.beat();
    let (image, dpi) = resample(image, dpi)?;
    let recognized = recognize(image, dpi, ocr.engine.as_ref(), heartbeat);
    Ok((recognized.map_err(|error| error.to_string())?, dpi))
}

/// The picture at a resolution that is the same across and down, and within the bounds of OCR.
fn resample(image: GrayImage, (across, down): (f32, f32)) -> Result<(GrayImage, f32), String> {
    let (width, height) = (image.width() as f32, image.height() as f32);
    let square_inches = width / across * (height / down);
    let longest = (width / across).max(height / down);
    let max = (MAX_PIXELS / square_inches).sqrt().min(MAX_SIDE / longest);
    let target = across
        .max(down)
        .clamp(*RESOLUTION.start(), *RESOLUTION.end())
        .min(max);
    let is_same = |dpi: f32| (dpi / target - 1.0).abs() < SAME_RESOLUTION;
    if is_same(across) && is_same(down) {
        return Ok((image, target));
    }
    let pixels = |length: f32, dpi: f32| (length / dpi * target).round().max(1.0) as usize;
    let (new_width, new_height) = (pixels(width, across), pixels(height, down));
    if new_width < MIN_SIDE || new_height < MIN_SIDE {
        return Err("it is too small to read".to_owned());
    }
    Ok((image.resized(image.bounds(), new_width, new_height), target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resampled(size: (usize, usize), dpi: (f32, f32)) -> (usize, usize, f32) {
        let (image, dpi) = resample(GrayImage::white(size.0, size.1), dpi).unwrap();
        (image.width(), image.height(), dpi)
    }

    #[test]
    fn pictures_get_one_resolution_within_the_bounds_of_recognition() {
        assert_eq!(resampled((200, 100), (200.0, 200.0)), (200, 100, 200.0));
        assert_eq!(resampled((600, 400), (600.0, 600.0)), (300, 200, 300.0));
        assert_eq!(resampled((96, 96), (96.0, 96.0)), (150, 150, 150.0));
        assert_eq!(resampled((204, 98), (204.0, 98.0)), (204, 204, 204.0));
    }

    #[test]
    fn a_picture_that_is_a_line_is_too_small() {
        assert!(resample(GrayImage::white(6000, 10), (600.0, 600.0)).is_err());
    }
}
