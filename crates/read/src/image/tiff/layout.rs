//! Layout of a picture: where its strips or tiles are, and what their samples mean.

use super::super::limits::Limits;
use super::super::picture::PictureError;
use super::directory::{Directory, tag};

/// How strips are compressed (TIFF 6.0, tag 259, and its later values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::image) enum Compression {
    None,
    /// Modified Huffman: fax rows that begin at whole bytes, without marks between them.
    FaxRows,
    /// Group 3, in one or two dimensions.
    Fax3 {
        two_dimensional: bool,
    },
    /// Group 4.
    Fax4,
    Lzw,
    /// JPEG as TIFF 6.0 defined it first, and as nobody could write it twice in the same way.
    OldJpeg,
    Jpeg,
    Deflate,
    PackBits,
    Jpeg2000,
}

/// What the samples of a pixel mean (TIFF 6.0, tag 262).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::image) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Inks,
    YCbCr,
    /// Lightness, and two differences of color that are not read.
    Lab,
}

/// A strip or tile in the file.
#[derive(Debug, Clone, Copy)]
pub(in crate::image) struct Chunk {
    offset: u64,
    length: u64,
}

impl Chunk {
    /// Its bytes, as far as the file has them; `None` if it begins outside.
    pub(super) fn bytes(self, file: &[u8]) -> Option<&[u8]> {
        let start = usize::try_from(self.offset).ok()?;
        let rest = file.get(start..)?;
        let length = usize::try_from(self.length).unwrap_or(usize::MAX);
        Some(&rest[..rest.len().min(length)])
    }
}

/// Everything that decoding needs.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bits: u32,
    /// Samples of a pixel, with those of opacity.
    pub(super) samples: usize,
    pub(super) photometric: Photometric,
    pub(super) compression: Compression,
    /// The first bit of a byte is the lowest.
    pub(super) reversed_bits: bool,
    /// Samples are differences from the pixel to the left.
    pub(super) has_differences: bool,
    /// Every sample has strips of its own.
    pub(super) has_planes: bool,
    pub(super) opacity: Option<Opacity>,
    /// Red, green and blue of each index, 16 bits a value.
    pub(super) palette: Vec<u64>,
    pub(super) chunks: Vec<Chunk>,
    pub(super) chunk_width: usize,
    pub(super) chunk_height: usize,
    pub(super) chroma: (usize, usize),
    pub(super) jpeg_tables: Option<&'a [u8]>,
}

/// How the sample after those of color shows the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opacity {
    /// Colors are multiplied with it already.
    Associated,
    Unassociated,
}

/// Most bits of a sample.
const MAX_BITS: u64 = 32;
/// Most samples of a pixel. Four inks and opacity are five.
const MAX_SAMPLES: u64 = 8;

impl<'a> Layout<'a> {
    pub(super) fn new(directory: &Directory<'a>, limits: &Limits) -> Result<Self, PictureError> {
        let (width, height) = size(directory, limits)?;
        let samples = samples(directory)?;
        let bits = bits(directory)?;
        let compression = compression(directory)?;
        let photometric = photometric(directory, compression, samples)?;
        let is_float = directory
            .number(tag::SAMPLE_FORMAT)
            .is_some_and(|format| !matches!(format, 1 | 4));
        if is_float {
            return Err(PictureError::unsupported(
                "samples with a sign or a decimal point",
            ));
        }
        let (chunk_width, chunk_height) = chunk_size(directory, width, height);
        // A tile at the edge may be larger than the picture, but not without bounds.
        if !limits.allow(
            chunk_width,
            chunk_height,
            samples * bits.div_ceil(8) as usize,
        ) {
            return Err(PictureError::too_large(chunk_width, chunk_height));
        }
        let layout = Self {
            width,
            height,
            bits,
            samples,
            photometric,
            compression,
            reversed_bits: directory.number(tag::FILL_ORDER) == Some(2),
            has_differences: directory.number(tag::PREDICTOR) == Some(2),
            has_planes: directory.number(tag::PLANAR) == Some(2) && samples > 1,
            opacity: opacity(directory, photometric),
            palette: directory.numbers(tag::COLOR_MAP),
            chunks: chunks(directory),
            chunk_width,
            chunk_height,
            chroma: chroma(directory),
            jpeg_tables: directory.bytes(tag::JPEG_TABLES),
        };
        layout.check()
    }

    /// Checks what the values mean together.
    fn check(self) -> Result<Self, PictureError> {
        if self.chunks.is_empty() {
            return Err(PictureError::damaged("it has no pixels"));
        }
        let is_fax = matches!(
            self.compression,
            Compression::FaxRows | Compression::Fax3 { .. } | Compression::Fax4
        );
        if is_fax && (self.bits != 1 || self.samples != 1) {
            return Err(PictureError::damaged("it is a fax with shades of gray"));
        }
        if self.samples < self.photometric.samples() {
            return Err(PictureError::damaged("its pixels lack samples"));
        }
        Ok(self)
    }

    /// Strips or tiles from left to right.
    pub(super) fn chunks_across(&self) -> usize {
        self.width.div_ceil(self.chunk_width)
    }

    /// Strips or tiles from top to bottom.
    pub(super) fn chunks_down(&self) -> usize {
        self.height.div_ceil(self.chunk_height)
    }

    /// Whether colors are stored for blocks of pixels.
    pub(super) fn has_shared_colors(&self) -> bool {
        self.photometric == Photometric::YCbCr
            && !self.has_planes
            && self.chroma != (1, 1)
            && !matches!(
                self.compression,
                Compression::Jpeg | Compression::OldJpeg | Compression::Jpeg2000
            )
    }
}

impl Photometric {
    /// Samples of a pixel without opacity.
    pub(in crate::image) fn samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette | Self::Lab => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Inks => 4,
        }
    }
}

fn size(directory: &Directory<'_>, limits: &Limits) -> Result<(usize, usize), PictureError> {
    let side = |tag| {
        let side = directory.number(tag).filter(|side| *side > 0);
        side.map(|side| usize::try_from(side).unwrap_or(usize::MAX))
            .ok_or_else(|| PictureError::damaged("its size is missing"))
    };
    let (width, height) = (side(tag::WIDTH)?, side(tag::HEIGHT)?);
    // Three bytes of color.
    match limits.allow(width, height, 3) {
        true => Ok((width, height)),
        false => Err(PictureError::too_large(width, height)),
    }
}

fn samples(directory: &Directory<'_>) -> Result<usize, PictureError> {
    match directory.number(tag::SAMPLES_PER_PIXEL).unwrap_or(1) {
        samples @ 1..=MAX_SAMPLES => Ok(samples as usize),
        samples => Err(PictureError::unsupported(format!(
            "{samples} samples a pixel"
        ))),
    }
}

fn bits(directory: &Directory<'_>) -> Result<u32, PictureError> {
    let bits = directory.numbers(tag::BITS_PER_SAMPLE);
    match bits.first().copied().unwrap_or(1) {
        first if bits.iter().any(|bits| *bits != first) => {
            Err(PictureError::unsupported("samples of different lengths"))
        }
        bits @ 1..=MAX_BITS => Ok(bits as u32),
        bits => Err(PictureError::unsupported(format!("samples of {bits} bits"))),
    }
}

fn compression(directory: &Directory<'_>) -> Result<Compression, PictureError> {
    let fax3_options = directory.number(tag::FAX3_OPTIONS).unwrap_or_default();
    Ok(match directory.number(tag::COMPRESSION).unwrap_or(1) {
        1 => Compression::None,
        2 => Compression::FaxRows,
        3 => Compression::Fax3 {
            two_dimensional: fax3_options & 1 != 0,
        },
        4 => Compression::Fax4,
        5 => Compression::Lzw,
        6 => Compression::OldJpeg,
        7 => Compression::Jpeg,
        8 | 32_946 => Compression::Deflate,
        32_773 => Compression::PackBits,
        33_003..=33_005 | 34_712 => Compression::Jpeg2000,
        other => {
            return Err(PictureError::unsupported(format!(
                "the TIFF compression {other}"
            )));
        }
    })
}

fn photometric(
    directory: &Directory<'_>,
    compression: Compression,
    samples: usize,
) -> Result<Photometric, PictureError> {
    Ok(match directory.number(tag::PHOTOMETRIC) {
        Some(0) => Photometric::WhiteIsZero,
        // A mask is a picture in black and white.
        Some(1 | 4) => Photometric::BlackIsZero,
        Some(2) => Photometric::Rgb,
        Some(3) => Photometric::Palette,
        Some(5) => Photometric::Inks,
        Some(6) => Photometric::YCbCr,
        Some(8..=10) => Photometric::Lab,
        Some(other) => {
            return Err(PictureError::unsupported(format!(
                "TIFF colors of kind {other}"
            )));
        }
        // Required, and yet missing from some files.
        None => match (compression, samples) {
            (Compression::FaxRows | Compression::Fax3 { .. } | Compression::Fax4, _) => {
                Photometric::WhiteIsZero
            }
            (Compression::Jpeg | Compression::OldJpeg, 3) => Photometric::YCbCr,
            (_, 3..) => Photometric::Rgb,
            _ => Photometric::BlackIsZero,
        },
    })
}

fn opacity(directory: &Directory<'_>, photometric: Photometric) -> Option<Opacity> {
    let samples = directory.number(tag::SAMPLES_PER_PIXEL).unwrap_or(1);
    if samples as usize <= photometric.samples() {
        return None;
    }
    match directory.number(tag::EXTRA_SAMPLES)? {
        1 => Some(Opacity::Associated),
        2 => Some(Opacity::Unassociated),
        _ => None,
    }
}

/// The blocks of pixels that share their color in a picture of brightness and color differences.
fn chroma(directory: &Directory<'_>) -> (usize, usize) {
    match directory.numbers(tag::CHROMA_SUBSAMPLING).as_slice() {
        [across @ (1 | 2 | 4), down @ (1 | 2 | 4), ..] => (*across as usize, *down as usize),
        _ => (2, 2),
    }
}

fn chunk_size(directory: &Directory<'_>, width: usize, height: usize) -> (usize, usize) {
    let length = |tag| {
        let length = directory.number(tag).filter(|length| *length > 0);
        length.and_then(|length| usize::try_from(length).ok())
    };
    match (length(tag::TILE_WIDTH), length(tag::TILE_HEIGHT)) {
        (Some(across), Some(down))
            if directory.has(tag::TILE_OFFSETS) || !is_in_strips(directory) =>
        {
            (across, down)
        }
        _ => {
            let rows = length(tag::ROWS_PER_STRIP).unwrap_or(height);
            (width, rows.min(height))
        }
    }
}

fn is_in_strips(directory: &Directory<'_>) -> bool {
    directory.has(tag::STRIP_OFFSETS) && !directory.has(tag::TILE_WIDTH)
}

fn chunks(directory: &Directory<'_>) -> Vec<Chunk> {
    if let Some(offset) = directory.number(tag::OLD_JPEG_OFFSET)
        && directory.number(tag::COMPRESSION) == Some(6)
    {
        // The whole picture as a JPEG file.
        let length = directory.number(tag::OLD_JPEG_BYTES).unwrap_or(u64::MAX);
        return vec![Chunk { offset, length }];
    }
    let (offsets, lengths) = match directory.has(tag::TILE_OFFSETS) {
        true => (tag::TILE_OFFSETS, tag::TILE_BYTES),
        false => (tag::STRIP_OFFSETS, tag::STRIP_BYTES),
    };
    let (offsets, lengths) = (directory.numbers(offsets), directory.numbers(lengths));
    // Some writers leave out the lengths, or write 0: a strip ends before the next one at the latest.
    let mut sorted = offsets.clone();
    sorted.sort_unstable();
    let until_next = |offset: u64| {
        let next = sorted.partition_point(|other| *other <= offset);
        sorted.get(next).map_or(u64::MAX, |next| next - offset)
    };
    let chunk = |(index, &offset): (usize, &u64)| Chunk {
        offset,
        length: match lengths.get(index) {
            Some(&length) if length > 0 => length,
            _ => until_next(offset),
        },
    };
    offsets.iter().enumerate().map(chunk).collect()
}
