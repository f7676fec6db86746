//! JPEG decoder: gray, YCbCr, RGB, CMYK and YCCK, baseline and progressive.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::exif::Exif;
use super::limits::Limits;
use super::picture::{Picture, PictureError};
use super::raster::{Raster, rgb_of_inks};

/// Decoded samples, eight bits each.
pub(super) struct Decoded {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Samples of a pixel.
    pub(super) samples: usize,
    pub(super) bytes: Vec<u8>,
}

impl Decoded {
    /// Makes the rows after the last decoded one white. The decoder fills them with one shade, which would
    /// be taken for that of the paper.
    fn whiten_missing_rows(&mut self) {
        let pixel = self.samples;
        let Some(shade) = self.bytes.len().checked_sub(pixel) else {
            return;
        };
        let shade = self.bytes[shade..].to_vec();
        // Inks as Adobe's programs store them: no ink is white.
        for row in self.bytes.rchunks_exact_mut(self.width * pixel) {
            if row.chunks_exact(pixel).any(|other| other != shade) {
                break;
            }
            row.fill(255);
        }
    }
}

/// The picture of a JPEG file.
pub(super) fn picture(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let header = Header::read(bytes).ok_or_else(|| PictureError::damaged("it has no header"))?;
    // Progressive files need two bytes for each sample before it is decoded.
    if !limits.allow(header.width, header.height, 3 * header.samples.max(1)) {
        return Err(PictureError::too_large(header.width, header.height));
    }
    let mut decoded = decode(bytes, false, (header.width, header.height))?;
    if header.is_cut {
        decoded.whiten_missing_rows();
    }
    let (width, height) = (decoded.width, decoded.height);
    let raster = match decoded.samples {
        4 => Raster::new(
            width,
            height,
            3,
            colors_of_inks(&decoded.bytes, header.is_adobe),
        ),
        samples => Raster::new(width, height, samples, decoded.bytes),
    };
    Ok(Picture {
        resolution: header.density.or(header.exif.resolution),
        orientation: header.exif.orientation,
        damage: header
            .is_cut
            .then(|| "it ends before its last row".to_owned()),
        ..Picture::new(raster)
    })
}

/// Adobe's programs store how much light inks let through, others how much ink there is.
fn colors_of_inks(samples: &[u8], is_adobe: bool) -> Vec<u8> {
    let pixels = samples.chunks_exact(4).flat_map(|pixel| {
        let ink = |index: usize| match is_adobe {
            true => 255 - pixel[index],
            false => pixel[index],
        };
        rgb_of_inks([ink(0), ink(1), ink(2), ink(3)])
    });
    pixels.collect()
}

/// Decodes JPEG data of about this size at most: gray, or red, green and blue, or inks as stored.
/// `keep_samples` turns off the conversion of three samples.
pub(super) fn decode(
    bytes: &[u8],
    keep_samples: bool,
    (max_width, max_height): (usize, usize),
) -> Result<Decoded, PictureError> {
    // No instructions that only some processors have: records are the same on every machine.
    let options = DecoderOptions::default()
        .set_use_unsafe(false)
        .set_strict_mode(false)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let reason = |error| PictureError::damaged(format!("its JPEG data are invalid ({error})"));
    decoder.decode_headers().map_err(reason)?;
    let stored = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let target = match stored {
        ColorSpace::Luma => ColorSpace::Luma,
        ColorSpace::CMYK => ColorSpace::CMYK,
        ColorSpace::YCbCr if !keep_samples => ColorSpace::RGB,
        ColorSpace::YCbCr | ColorSpace::RGB => stored,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(target));
    let (width, height) = decoder
        .info()
        .map(|info| (usize::from(info.width), usize::from(info.height)))
        .ok_or_else(|| PictureError::damaged("it has no header"))?;
    // Writers fill the last block of a strip.
    const BLOCK: usize = 64;
    if width > max_width + BLOCK || height > max_height + BLOCK {
        return Err(PictureError::damaged("its JPEG data have another size"));
    }
    let bytes = decoder.decode().map_err(reason)?;
    Ok(Decoded {
        width,
        height,
        samples: target.num_components(),
        bytes,
    })
}

/// Whether three samples are red, green and blue as stored; `None` if the header is invalid.
pub(super) fn stores_rgb(bytes: &[u8]) -> Option<bool> {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    decoder.decode_headers().ok()?;
    Some(decoder.input_colorspace() == Some(ColorSpace::RGB))
}

/// What the segments before the pixels say (ITU-T T.81, B.1.1.3).
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: usize,
    pub(super) bits: u8,
    pub(super) is_adobe: bool,
    pub(super) density: Option<(f32, f32)>,
    pub(super) exif: Exif,
    /// The file has no end.
    pub(super) is_cut: bool,
}

impl Header {
    /// Reads the segments; `None` if there is no frame.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut header = Self::default();
        let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
        while let [0xff, marker, after @ ..] = rest {
            match marker {
                // Fill bytes, and markers without a segment.
                0xff => {
                    rest = &rest[1..];
                    continue;
                }
                0x01 | 0xd0..=0xd8 => {
                    rest = after;
                    continue;
                }
                0xd9 | 0xda => break,
                _ => {}
            }
            let [high, low, ..] = after else { break };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let segment = after.get(2..length.max(2))?;
            header.read_segment(*marker, segment);
            rest = &after[length.max(2)..];
        }
        header.is_cut = !has_end(bytes);
        (header.width > 0).then_some(header)
    }

    fn read_segment(&mut self, marker: u8, segment: &[u8]) {
        match (marker, segment) {
            (0xe0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x0, x1, y0, y1, ..]) => {
                let number = |high, low| f32::from(u16::from_be_bytes([high, low]));
                let inch = match unit {
                    1 => 1.0,
                    2 => 2.54,
                    _ => return,
                };
                let density = (number(*x0, *x1) * inch, number(*y0, *y1) * inch);
                self.density = Some(density).filter(|density| density.0 > 0.0);
            }
            (0xe1, [b'E', b'x', b'i', b'f', 0, 0, data @ ..]) => self.exif = Exif::parse(data),
            (0xee, [b'A', b'd', b'o', b'b', b'e', ..]) => self.is_adobe = true,
            // Frames: C4, C8 and CC are other segments (ITU-T T.81, table B.1).
            (0xc0..=0xcf, [bits, h0, h1, w0, w1, samples, ..])
                if !matches!(marker, 0xc4 | 0xc8 | 0xcc) =>
            {
                self.bits = *bits;
                self.height = usize::from(u16::from_be_bytes([*h0, *h1]));
                self.width = usize::from(u16::from_be_bytes([*w0, *w1]));
                self.samples = usize::from(*samples);
            }
            _ => {}
        }
    }
}

/// Whether there is an end marker, perhaps with other data after it.
fn has_end(bytes: &[u8]) -> bool {
    bytes.windows(2).rev().any(|pair| pair == b"\xff\xd9")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read_up_to_the_pixels() {
        let mut file = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x02\0\x76\0\x76\0\0".to_vec();
        file.extend(b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0");
        file.extend(b"\xff\xff\xc0\0\x0b\x08\0\x20\0\x10\x01\x01\x11\0\xff\xda");
        let header = Header::read(&file).unwrap();
        assert_eq!((header.width, header.height, header.samples), (16, 32, 1));
        assert!(header.is_adobe && header.is_cut);
        let (across, _) = header.density.unwrap();
        assert!((across - 299.7).abs() < 0.1, "{across}");
        for length in 0..file.len() {
            let _ = Header::read(&file[..length]);
        }
    }
}
