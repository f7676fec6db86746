//! TIFF directories: the tags of a picture and their values (TIFF 6.0, section 2; BigTIFF).
//!
//! Reading is tolerant. A directory that is cut short has the entries that are there, and a value that
//! points outside the file is missing.

use std::collections::BTreeMap;

/// The tags that diarium reads (TIFF 6.0, appendix A).
pub(in crate::image) mod tag {
    pub(in crate::image) const NEW_SUBFILE_TYPE: u16 = 254;
    pub(in crate::image) const SUBFILE_TYPE: u16 = 255;
    pub(in crate::image) const WIDTH: u16 = 256;
    pub(in crate::image) const HEIGHT: u16 = 257;
    pub(in crate::image) const BITS_PER_SAMPLE: u16 = 258;
    pub(in crate::image) const COMPRESSION: u16 = 259;
    pub(in crate::image) const PHOTOMETRIC: u16 = 262;
    pub(in crate::image) const FILL_ORDER: u16 = 266;
    pub(in crate::image) const STRIP_OFFSETS: u16 = 273;
    pub(in crate::image) const ORIENTATION: u16 = 274;
    pub(in crate::image) const SAMPLES_PER_PIXEL: u16 = 277;
    pub(in crate::image) const ROWS_PER_STRIP: u16 = 278;
    pub(in crate::image) const STRIP_BYTES: u16 = 279;
    pub(in crate::image) const X_RESOLUTION: u16 = 282;
    pub(in crate::image) const Y_RESOLUTION: u16 = 283;
    pub(in crate::image) const PLANAR: u16 = 284;
    pub(in crate::image) const FAX3_OPTIONS: u16 = 292;
    pub(in crate::image) const RESOLUTION_UNIT: u16 = 296;
    pub(in crate::image) const PREDICTOR: u16 = 317;
    pub(in crate::image) const COLOR_MAP: u16 = 320;
    pub(in crate::image) const TILE_WIDTH: u16 = 322;
    pub(in crate::image) const TILE_HEIGHT: u16 = 323;
    pub(in crate::image) const TILE_OFFSETS: u16 = 324;
    pub(in crate::image) const TILE_BYTES: u16 = 325;
    pub(in crate::image) const EXTRA_SAMPLES: u16 = 338;
    pub(in crate::image) const SAMPLE_FORMAT: u16 = 339;
    pub(in crate::image) const JPEG_TABLES: u16 = 347;
    pub(in crate::image) const OLD_JPEG_OFFSET: u16 = 513;
    pub(in crate::image) const OLD_JPEG_BYTES: u16 = 514;
    pub(in crate::image) const CHROMA_SUBSAMPLING: u16 = 530;
}

/// Most values of a tag.
// One strip for each row of the tallest picture, in each of four planes.
const MAX_VALUES: u64 = 1 << 18;
/// Most entries of a directory. Real ones have some dozens.
const MAX_ENTRIES: u64 = 4_096;

/// The byte order and the width of offsets of a file.
#[derive(Debug, Clone, Copy)]
pub(in crate::image) struct Structure<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) is_little_endian: bool,
    is_big_tiff: bool,
}

impl<'a> Structure<'a> {
    /// The structure of these bytes, and the offset of the first directory; `None` if they are no TIFF.
    pub(in crate::image) fn open(bytes: &'a [u8]) -> Option<(Self, u64)> {
        let is_little_endian = match bytes.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let mut structure = Self {
            bytes,
            is_little_endian,
            is_big_tiff: false,
        };
        let first = match structure.unsigned(2, 2)? {
            42 => structure.unsigned(4, 4)?,
            43 => {
                structure.is_big_tiff = true;
                structure.unsigned(8, 8)?
            }
            _ => return None,
        };
        Some((structure, first))
    }

    /// An unsigned number of up to eight bytes.
    fn unsigned(&self, at: u64, length: usize) -> Option<u64> {
        let start = usize::try_from(at).ok()?;
        let bytes = self.bytes.get(start..start.checked_add(length)?)?;
        let shift = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_little_endian {
            bytes.iter().rev().fold(0, shift)
        } else {
            bytes.iter().fold(0, shift)
        })
    }

    /// The directory at an offset; `None` if it is outside the file.
    pub(in crate::image) fn directory(&self, at: u64) -> Option<Directory<'a>> {
        let (count_length, entry_length, offset_length) = match self.is_big_tiff {
            true => (8, 20, 8),
            false => (2, 12, 4),
        };
        let count = self.unsigned(at, count_length)?;
        let start = at.checked_add(count_length as u64)?;
        let mut entries = BTreeMap::new();
        for index in 0..count.min(MAX_ENTRIES) {
            let Some((tag, entry)) = self.entry(start.checked_add(index * entry_length)?) else {
                break;
            };
            entries.entry(tag).or_insert(entry);
        }
        let end = count
            .checked_mul(entry_length)
            .and_then(|length| start.checked_add(length));
        Some(Directory {
            structure: *self,
            entries,
            next: end.and_then(|end| self.unsigned(end, offset_length)),
        })
    }

    fn entry(&self, at: u64) -> Option<(u16, Entry)> {
        let tag = u16::try_from(self.unsigned(at, 2)?).ok()?;
        let kind = u16::try_from(self.unsigned(at + 2, 2)?).ok()?;
        let offset_length: usize = if self.is_big_tiff { 8 } else { 4 };
        let count = self.unsigned(at + 4, offset_length)?;
        let value_at = at + 4 + offset_length as u64;
        let length = count.checked_mul(value_length(kind) as u64)?;
        let is_inside = length <= offset_length as u64;
        let start = match is_inside {
            true => value_at,
            false => self.unsigned(value_at, offset_length)?,
        };
        Some((tag, Entry { kind, count, start }))
    }
}

/// Bytes of a value of this type; of unknown types 1.
fn value_length(kind: u16) -> usize {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}

/// The position of a tag's values.
#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: u16,
    count: u64,
    start: u64,
}

/// The tags of a picture.
#[derive(Debug, Clone)]
pub(in crate::image) struct Directory<'a> {
    structure: Structure<'a>,
    entries: BTreeMap<u16, Entry>,
    /// The offset of the next directory: 0 if this is the last, `None` if the file is cut short.
    pub(super) next: Option<u64>,
}

impl<'a> Directory<'a> {
    pub(super) fn has(&self, tag: u16) -> bool {
        self.entries.contains_key(&tag)
    }

    /// The first value of a tag.
    pub(in crate::image) fn number(&self, tag: u16) -> Option<u64> {
        self.value(self.entries.get(&tag)?, 0)
    }

    /// All values of a tag, as far as they are in the file.
    pub(super) fn numbers(&self, tag: u16) -> Vec<u64> {
        let Some(entry) = self.entries.get(&tag) else {
            return Vec::new();
        };
        let indices = 0..entry.count.min(MAX_VALUES);
        indices
            .map_while(|index| self.value(entry, index))
            .collect()
    }

    fn value(&self, entry: &Entry, index: u64) -> Option<u64> {
        if index >= entry.count || !matches!(entry.kind, 1 | 3 | 4 | 13 | 16 | 18) {
            return None;
        }
        let length = value_length(entry.kind);
        let at = entry.start.checked_add(index * length as u64)?;
        self.structure.unsigned(at, length)
    }

    /// The bytes of a tag.
    pub(super) fn bytes(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self.entries.get(&tag)?;
        let start = usize::try_from(entry.start).ok()?;
        let length = entry.count.checked_mul(value_length(entry.kind) as u64)?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        self.structure.bytes.get(start..end)
    }

    /// A fraction, as resolutions are stored.
    fn fraction(&self, tag: u16) -> Option<f32> {
        let entry = self.entries.get(&tag)?;
        match entry.kind {
            5 => {
                let numerator = self.structure.unsigned(entry.start, 4)?;
                let denominator = self.structure.unsigned(entry.start.checked_add(4)?, 4)?;
                (denominator > 0).then(|| (numerator as f64 / denominator as f64) as f32)
            }
            11 => {
                let bits = u32::try_from(self.structure.unsigned(entry.start, 4)?).ok()?;
                Some(f32::from_bits(bits))
            }
            _ => self.value(entry, 0).map(|number| number as f32),
        }
    }

    /// Pixels per inch across and down, if the directory states them with a unit.
    pub(in crate::image) fn resolution(&self) -> Option<(f32, f32)> {
        let across = self.fraction(tag::X_RESOLUTION)?;
        let down = self.fraction(tag::Y_RESOLUTION).unwrap_or(across);
        let inch = match self.number(tag::RESOLUTION_UNIT) {
            // Inches if nothing is said.
            None | Some(2) => 1.0,
            Some(3) => 2.54,
            _ => return None,
        };
        Some((across * inch, down * inch))
    }
}
