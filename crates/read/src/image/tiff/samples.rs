//! Samples: from unpacked strips or tiles to gray or color.

use super::super::picture::PictureError;
use super::super::raster::{Raster, over_white, rgb_of_inks};
use super::compression::{Unpacked, unpack};
use super::directory::Structure;
use super::layout::{Layout, Opacity, Photometric};

/// Decodes a picture. Strips that cannot be decoded stay white; the second value tells how many.
pub(super) fn decode(
    layout: &Layout<'_>,
    structure: &Structure<'_>,
) -> Result<(Raster, Option<String>), PictureError> {
    let colors = Colors::new(layout, structure.is_little_endian);
    let mut raster = Raster::white(layout.width, layout.height, colors.channels);
    let total = layout.chunks_across() * layout.chunks_down();
    let mut budget = Budget::new(layout, structure);
    let (mut complete, mut rows) = (0, 0);
    let mut first_error = None;
    for position in 0..total {
        let place = Place::new(layout, position);
        match decode_chunk(layout, &colors, &place, &mut budget, &mut raster) {
            Ok(decoded) => {
                rows += decoded;
                complete += usize::from(decoded == place.rows);
            }
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    if rows == 0 {
        let damaged = || PictureError::damaged("its pixels cannot be decoded");
        return Err(first_error.unwrap_or_else(damaged));
    }
    let damage = (complete < total)
        .then(|| format!("{} of its {total} strips are incomplete", total - complete));
    Ok((raster, damage))
}

/// Compressed bytes that decoding may still read.
// Strips do not overlap, apart from blank tiles that share their bytes. A file of strips that all have
// the bytes of the whole file would take forever.
struct Budget<'a> {
    file: &'a [u8],
    left: usize,
}

impl<'a> Budget<'a> {
    fn new(layout: &Layout<'_>, structure: &Structure<'a>) -> Self {
        let file = structure.bytes;
        let left = file.len().saturating_mul(4);
        Self {
            file,
            left: left.saturating_add(layout.width * layout.height),
        }
    }

    fn bytes_of(&mut self, layout: &Layout<'_>, index: usize) -> Option<&'a [u8]> {
        let bytes = layout.chunks.get(index)?.bytes(self.file)?;
        self.left = self.left.checked_sub(bytes.len())?;
        Some(bytes)
    }
}

/// The position of a strip or tile in the picture, and the part of it that the picture shows.
struct Place {
    position: usize,
    left: usize,
    top: usize,
    width: usize,
    rows: usize,
}

impl Place {
    fn new(layout: &Layout<'_>, position: usize) -> Self {
        let left = position % layout.chunks_across() * layout.chunk_width;
        let top = position / layout.chunks_across() * layout.chunk_height;
        Self {
            position,
            left,
            top,
            width: layout.chunk_width.min(layout.width - left),
            rows: layout.chunk_height.min(layout.height - top),
        }
    }
}

/// Decodes a strip or tile into the raster; returns the number of its rows that are complete.
fn decode_chunk(
    layout: &Layout<'_>,
    colors: &Colors<'_>,
    place: &Place,
    budget: &mut Budget<'_>,
    raster: &mut Raster,
) -> Result<usize, PictureError> {
    let (planes, samples) = match layout.has_planes {
        true => (layout.samples, 1),
        false => (1, layout.samples),
    };
    let mut unpacked = Vec::with_capacity(planes);
    let (row_bytes, rows) = stored_rows(layout, samples, place.rows);
    for plane in 0..planes {
        let index = plane * layout.chunks_across() * layout.chunks_down() + place.position;
        let missing = || PictureError::damaged("a part of its pixels is outside the file");
        let data = budget.bytes_of(layout, index).ok_or_else(missing)?;
        unpacked.push(unpack(data, layout, rows, row_bytes)?);
    }
    if layout.has_shared_colors() {
        return Ok(colors.decode_shared(layout, place, &unpacked[0].bytes, row_bytes, raster));
    }
    Ok(colors.decode_rows(layout, place, &unpacked, row_bytes, raster))
}

/// The bytes of a stored row, and the number of rows that are wanted.
fn stored_rows(layout: &Layout<'_>, samples: usize, rows: usize) -> (usize, usize) {
    if layout.has_shared_colors() {
        let (across, down) = layout.chroma;
        let blocks = layout.chunk_width.div_ceil(across);
        return (blocks * (across * down + 2), rows.div_ceil(down));
    }
    let bits = layout.chunk_width * samples * layout.bits as usize;
    (bits.div_ceil(8), rows)
}

/// Conversion of the samples of a pixel to gray or color.
struct Colors<'a> {
    layout: &'a Layout<'a>,
    is_little_endian: bool,
    /// Samples of a pixel in the raster: 1 if the picture has no colors.
    channels: usize,
    palette: Vec<[u8; 3]>,
}

impl<'a> Colors<'a> {
    fn new(layout: &'a Layout<'a>, is_little_endian: bool) -> Self {
        let palette = palette(&layout.palette);
        let is_gray = |color: &[u8; 3]| color[0] == color[1] && color[1] == color[2];
        let channels = match layout.photometric {
            Photometric::WhiteIsZero | Photometric::BlackIsZero | Photometric::Lab => 1,
            Photometric::Palette if palette.iter().all(is_gray) => 1,
            _ => 3,
        };
        Self {
            layout,
            is_little_endian,
            channels,
            palette,
        }
    }

    fn decode_rows(
        &self,
        layout: &Layout<'_>,
        place: &Place,
        planes: &[Unpacked],
        row_bytes: usize,
        raster: &mut Raster,
    ) -> usize {
        let form = SampleForm::new(layout, planes, row_bytes, self.is_little_endian);
        let mut values = vec![0; form.width * form.samples * planes.len()];
        let mut row_values = Vec::new();
        for row in 0..place.rows {
            for (plane, unpacked) in planes.iter().enumerate() {
                let start = row * form.row_bytes;
                let Some(bytes) = unpacked.bytes.get(start..start + form.row_bytes) else {
                    return row;
                };
                form.read_row(bytes, &mut row_values);
                if planes.len() == 1 {
                    std::mem::swap(&mut values, &mut row_values);
                } else {
                    let targets = values.iter_mut().skip(plane).step_by(planes.len());
                    targets.zip(&row_values).for_each(|(to, from)| *to = *from);
                }
            }
            let pixels = values.chunks_exact(form.samples * planes.len());
            let colors = pixels
                .take(place.width)
                .map(|pixel| self.color(form.photometric, pixel, form.max));
            self.write_row(raster, place, row, colors);
        }
        place.rows
    }

    /// Rows of a picture in which blocks of pixels share their color (TIFF 6.0, section 21).
    fn decode_shared(
        &self,
        layout: &Layout<'_>,
        place: &Place,
        bytes: &[u8],
        row_bytes: usize,
        raster: &mut Raster,
    ) -> usize {
        let (across, down) = layout.chroma;
        let block_bytes = across * down + 2;
        for row in 0..place.rows {
            let start = row / down * row_bytes;
            let Some(blocks) = bytes.get(start..start + row_bytes) else {
                return row;
            };
            let colors = (0..place.width).map(|x| {
                let block = &blocks[x / across * block_bytes..][..block_bytes];
                let luma = block[row % down * across + x % across];
                rgb_of_luma([luma, block[block_bytes - 2], block[block_bytes - 1]])
            });
            self.write_row(raster, place, row, colors);
        }
        place.rows
    }

    fn write_row(
        &self,
        raster: &mut Raster,
        place: &Place,
        row: usize,
        colors: impl Iterator<Item = [u8; 3]>,
    ) {
        let start = ((place.top + row) * raster.width + place.left) * raster.channels;
        let length = place.width * raster.channels;
        let targets = raster.samples[start..start + length].chunks_exact_mut(raster.channels);
        for (target, color) in targets.zip(colors) {
            target.copy_from_slice(&color[..self.channels]);
        }
    }

    /// The color of a pixel. In pictures without colors, the first value counts.
    fn color(&self, photometric: Photometric, pixel: &[u32], max: u32) -> [u8; 3] {
        let sample = |index: usize| to_byte(pixel.get(index).copied().unwrap_or(max), max);
        let color = match photometric {
            Photometric::WhiteIsZero => [255 - sample(0); 3],
            Photometric::BlackIsZero | Photometric::Lab => [sample(0); 3],
            Photometric::Rgb => [sample(0), sample(1), sample(2)],
            Photometric::YCbCr => rgb_of_luma([sample(0), sample(1), sample(2)]),
            Photometric::Inks => rgb_of_inks([sample(0), sample(1), sample(2), sample(3)]),
            Photometric::Palette => {
                let index = pixel.first().map_or(0, |index| *index as usize);
                self.palette.get(index).copied().unwrap_or([255; 3])
            }
        };
        match self.layout.opacity {
            None => color,
            Some(Opacity::Associated) => {
                let paper = 255 - sample(photometric.samples());
                color.map(|sample| sample.saturating_add(paper))
            }
            Some(Opacity::Unassociated) => {
                let opacity = sample(photometric.samples());
                color.map(|sample| over_white(sample, opacity))
            }
        }
    }
}

/// The form of the samples of a strip or tile.
struct SampleForm {
    bits: u32,
    max: u32,
    samples: usize,
    /// Pixels of a stored row.
    width: usize,
    row_bytes: usize,
    photometric: Photometric,
    has_differences: bool,
    is_little_endian: bool,
}

impl SampleForm {
    fn new(
        layout: &Layout<'_>,
        planes: &[Unpacked],
        row_bytes: usize,
        is_little_endian: bool,
    ) -> Self {
        let stored = Self {
            bits: layout.bits,
            max: u32::MAX >> (32 - layout.bits),
            samples: if layout.has_planes { 1 } else { layout.samples },
            width: layout.chunk_width,
            row_bytes,
            photometric: layout.photometric,
            has_differences: layout.has_differences,
            is_little_endian,
        };
        match planes.first().and_then(|first| first.converted) {
            None => stored,
            Some(converted) => Self {
                bits: 8,
                max: 255,
                samples: converted.samples,
                width: converted.width,
                row_bytes: converted.width * converted.samples,
                photometric: converted.photometric,
                has_differences: false,
                is_little_endian,
            },
        }
    }

    /// The values of a row.
    fn read_row(&self, bytes: &[u8], values: &mut Vec<u32>) {
        values.clear();
        let count = self.width * self.samples;
        match self.bits {
            8 => values.extend(bytes.iter().map(|byte| u32::from(*byte))),
            16 | 24 | 32 => {
                let whole = bytes.chunks_exact(self.bits as usize / 8);
                let shift = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
                values.extend(whole.map(|bytes| match self.is_little_endian {
                    true => bytes.iter().rev().fold(0, shift),
                    false => bytes.iter().fold(0, shift),
                }));
            }
            bits => {
                let (mut buffer, mut filled) = (0_u64, 0);
                for byte in bytes {
                    buffer = buffer << 8 | u64::from(*byte);
                    filled += 8;
                    while filled >= bits {
                        filled -= bits;
                        values.push((buffer >> filled) as u32 & self.max);
                    }
                }
            }
        }
        values.resize(count, 0);
        if self.has_differences {
            for index in self.samples..count {
                let sum = values[index].wrapping_add(values[index - self.samples]);
                values[index] = sum & self.max;
            }
        }
    }
}

fn to_byte(value: u32, max: u32) -> u8 {
    match max {
        255 => value as u8,
        _ => ((u64::from(value) * 255 + u64::from(max) / 2) / u64::from(max)) as u8,
    }
}

/// Red, green and blue of brightness and color differences (ITU-R BT.601, full range).
fn rgb_of_luma([luma, blue, red]: [u8; 3]) -> [u8; 3] {
    let (luma, blue, red) = (
        f32::from(luma),
        f32::from(blue) - 128.0,
        f32::from(red) - 128.0,
    );
    [
        luma + 1.402 * red,
        luma - 0.344_136 * blue - 0.714_136 * red,
        luma + 1.772 * blue,
    ]
    // Conversion saturates.
    .map(|sample| (sample + 0.5) as u8)
}

/// The colors of a palette: all reds, then all greens, then all blues.
fn palette(values: &[u64]) -> Vec<[u8; 3]> {
    let count = values.len() / 3;
    // 16 bits a value; some writers use 8.
    let shift = match values.iter().any(|value| *value > 255) {
        true => 8,
        false => 0,
    };
    let byte = |index: usize| (values[index] >> shift).min(255) as u8;
    (0..count)
        .map(|index| [byte(index), byte(count + index), byte(2 * count + index)])
        .collect()
}
