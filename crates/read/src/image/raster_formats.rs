//! Decoders of PNG, WebP, GIF and BMP: those of the `image` crate. Of a film, the first picture is read.

use std::io::Cursor;

use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, webp::WebPDecoder};
use image::{ColorType, ImageDecoder, ImageError, ImageResult};

use super::exif::Exif;
use super::format::ImageFormat;
use super::limits::Limits;
use super::picture::{Picture, PictureError};
use super::png_chunks;
use super::raster::Raster;

/// The picture of a file in one of these formats.
pub(super) fn picture(
    format: ImageFormat,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Picture, PictureError> {
    let file = Cursor::new(bytes);
    match format {
        ImageFormat::Png => {
            let mut bounds = image::Limits::default();
            bounds.max_alloc = Some(limits.bytes as u64);
            let decoder = PngDecoder::with_limits(file, bounds);
            Ok(Picture {
                resolution: png_chunks::resolution(bytes),
                ..decode(decoder, limits)?
            })
        }
        ImageFormat::WebP => decode(WebPDecoder::new(file), limits),
        ImageFormat::Gif => decode(GifDecoder::new(file), limits),
        _ => decode(BmpDecoder::new(file), limits),
    }
}

fn decode(
    decoder: ImageResult<impl ImageDecoder>,
    limits: &Limits,
) -> Result<Picture, PictureError> {
    let mut decoder = decoder.map_err(reason)?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (width as usize, height as usize);
    let color = decoder.color_type();
    if width == 0 || height == 0 {
        return Err(PictureError::damaged("it has no pixels"));
    }
    // The pixels, and eight-bit copies of them.
    let pixel_bytes = usize::from(color.bytes_per_pixel());
    if !limits.allow(width, height, pixel_bytes) {
        return Err(PictureError::too_large(width, height));
    }
    let exif = decoder.exif_metadata().ok().flatten();
    let exif = exif.map(|data| Exif::parse(&data)).unwrap_or_default();
    // White, in case the file ends before its last row.
    let mut pixels = vec![255; width * height * pixel_bytes];
    let result = decoder.read_image(&mut pixels);
    if let Err(error) = result.as_ref()
        && pixels.iter().all(|byte| *byte == 255)
    {
        return Err(reason_of(error));
    }
    let samples = bytes_of_samples(pixels, color, result.is_ok())?;
    let channels = usize::from(color.channel_count());
    let raster = match color.has_alpha() {
        true => Raster::on_paper(width, height, channels - 1, &samples),
        false => Raster::new(width, height, channels, samples),
    };
    Ok(Picture {
        orientation: exif.orientation,
        resolution: exif.resolution,
        damage: result.err().map(|error| error.to_string()),
        ..Picture::new(raster)
    })
}

/// The upper eight bits of each sample.
fn bytes_of_samples(
    pixels: Vec<u8>,
    color: ColorType,
    is_whole: bool,
) -> Result<Vec<u8>, PictureError> {
    match color.bytes_per_pixel() / color.channel_count() {
        1 => Ok(pixels),
        2 => {
            // A whole picture is in the order of the machine, a part of one in that of PNG.
            let number = |pair: [u8; 2]| match is_whole {
                true => u16::from_ne_bytes(pair),
                false => u16::from_be_bytes(pair),
            };
            let pairs = pixels.chunks_exact(2);
            Ok(pairs
                .map(|pair| (number([pair[0], pair[1]]) >> 8) as u8)
                .collect())
        }
        _ => Err(PictureError::unsupported(
            "samples that are no whole numbers",
        )),
    }
}

fn reason(error: ImageError) -> PictureError {
    reason_of(&error)
}

fn reason_of(error: &ImageError) -> PictureError {
    match error {
        ImageError::Unsupported(what) => PictureError::Unsupported(format!(
            "{what}; open it in an image program and save it as PNG or TIFF"
        )),
        ImageError::Limits(_) => PictureError::TooLarge(
            "it has more pixels than the limits allow; save it smaller".to_owned(),
        ),
        other => PictureError::damaged(format!("its data are invalid ({other})")),
    }
}
