//! JPEG 2000 decoder: JP2 files and bare code streams.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use super::limits::Limits;
use super::picture::{Picture, PictureError};
use super::raster::{Raster, rgb_of_inks};

/// The picture of a JPEG 2000 file.
pub(super) fn picture(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let size = size(bytes)?;
    // Four bytes for each sample while it is decoded, of which there are up to four.
    if !limits.allow(size.0, size.1, 4) {
        return Err(PictureError::too_large(size.0, size.1));
    }
    Ok(Picture {
        resolution: stated_resolution(bytes),
        ..Picture::new(decode(bytes, size)?)
    })
}

fn reason(error: hayro_jpeg2000::DecodeError) -> PictureError {
    PictureError::damaged(format!("its JPEG 2000 data are invalid ({error})"))
}

fn size(bytes: &[u8]) -> Result<(usize, usize), PictureError> {
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(reason)?;
    Ok((image.width() as usize, image.height() as usize))
}

/// Decodes JPEG 2000 data of about this size at most.
pub(super) fn decode(
    bytes: &[u8],
    (max_width, max_height): (usize, usize),
) -> Result<Raster, PictureError> {
    let image = Image::new(bytes, &DecodeSettings::default()).map_err(reason)?;
    let (width, height) = (image.width() as usize, image.height() as usize);
    if width > max_width || height > max_height {
        return Err(PictureError::damaged(
            "its JPEG 2000 data have another size",
        ));
    }
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(reason)?;
    let has_all = |samples: usize| samples == width * height;
    if !decoded
        .components()
        .iter()
        .all(|component| has_all(component.samples().len()))
    {
        return Err(PictureError::damaged(
            "its JPEG 2000 data have another size",
        ));
    }
    let stored = decoded.components().len();
    let samples = decoded.data_u8();
    let colors = usize::from(image.color_space().num_channels());
    let is_inks = matches!(image.color_space(), ColorSpace::CMYK) || colors == 4;
    Ok(match (colors, image.has_alpha()) {
        (1 | 3, true) if stored == colors + 1 => Raster::on_paper(width, height, colors, &samples),
        (1 | 3, false) if stored == colors => Raster::new(width, height, colors, samples),
        _ if is_inks && stored >= 4 => {
            let pixels = samples.chunks_exact(stored);
            let inks =
                pixels.flat_map(|pixel| rgb_of_inks([pixel[0], pixel[1], pixel[2], pixel[3]]));
            Raster::new(width, height, 3, inks.collect())
        }
        // Colors that nobody knows: the first sample, which is brightness in most color spaces.
        _ => {
            let first = samples.chunks_exact(stored.max(1)).map(|pixel| pixel[0]);
            Raster::new(width, height, 1, first.collect())
        }
    })
}

/// Pixels per inch from the resolution box of a JP2 file: that of the scan, or else that for display
/// (ISO/IEC 15444-1, I.5.3.7).
fn stated_resolution(bytes: &[u8]) -> Option<(f32, f32)> {
    let header = child(bytes, b"jp2h")?;
    let resolution = child(header, b"res ")?;
    let fractions = child(resolution, b"resc").or_else(|| child(resolution, b"resd"))?;
    let number = |at: usize| {
        let bytes = fractions.get(at..at + 2)?;
        Some(f32::from(u16::from_be_bytes(bytes.try_into().ok()?)))
    };
    let power = |at: usize| Some(f32::from(i8::from_be_bytes([*fractions.get(at)?])));
    // Pixels per meter: numerator, denominator and exponent, first down, then across.
    let per_inch = |numerator: usize, exponent: usize| {
        let fraction = number(numerator)? / number(numerator + 2)?;
        let resolution = fraction * 10_f32.powf(power(exponent)?) * 0.0254;
        resolution.is_finite().then_some(resolution)
    };
    Some((per_inch(4, 9)?, per_inch(0, 8)?))
}

/// The content of the first box of this type (ISO/IEC 15444-1, I.4).
fn child<'a>(mut boxes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    loop {
        let (length, found) = (boxes.get(..4)?, boxes.get(4..8)?);
        let length = u32::from_be_bytes(length.try_into().ok()?) as usize;
        let (start, end) = match length {
            0 => (8, boxes.len()),
            1 => {
                let length = boxes.get(8..16)?.try_into().ok()?;
                (16, usize::try_from(u64::from_be_bytes(length)).ok()?)
            }
            length => (8, length),
        };
        let end = end.min(boxes.len());
        if found == kind {
            return boxes.get(start..end);
        }
        // A box that is shorter than its own header would be read forever.
        boxes = boxes.get(end.max(start)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u32 + 8).to_be_bytes();
        [length.as_slice(), kind, content].concat()
    }

    #[test]
    fn the_resolution_of_the_scan_is_found() {
        // 11811 pixels a meter are 300 an inch; 59055 × 10⁻¹ are 150.
        let values = [0x2e, 0x23, 0, 1, 0xe6, 0xaf, 0, 1, 0, 0xff];
        let resolution = boxed(b"res ", &boxed(b"resc", &values));
        let header = boxed(b"jp2h", &[boxed(b"ihdr", &[0; 14]), resolution].concat());
        let file = [boxed(b"ftyp", b"jp2 "), header].concat();
        let (across, down) = stated_resolution(&file).unwrap();
        assert!((across - 150.0).abs() < 0.1 && (down - 300.0).abs() < 0.1);
        for length in 0..file.len() {
            let _ = stated_resolution(&file[..length]);
        }
    }
}
