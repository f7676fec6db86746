//! Decompression of strips and tiles.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use weezl::{BitOrder, LzwStatus, decode::Configuration};

use super::super::jpeg;
use super::super::jpeg2000;
use super::super::picture::PictureError;
use super::fax;
use super::layout::{Compression, Layout, Photometric};

/// The samples of a strip or tile.
pub(super) struct Unpacked {
    /// As the tags describe them, or eight bits each if `converted` is set. They may be too few.
    pub(super) bytes: Vec<u8>,
    /// The decoder has made other samples of them: their number and meaning, and its pixels in a row.
    pub(super) converted: Option<Converted>,
}

/// The samples that a decoder of pictures returns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Converted {
    pub(super) photometric: Photometric,
    pub(super) samples: usize,
    pub(super) width: usize,
}

/// Unpacks a strip or tile of `rows` rows with `row_bytes` bytes each.
pub(super) fn unpack(
    data: &[u8],
    layout: &Layout<'_>,
    rows: usize,
    row_bytes: usize,
) -> Result<Unpacked, PictureError> {
    let reversed: Vec<u8>;
    let is_image_file = matches!(
        layout.compression,
        Compression::Jpeg | Compression::OldJpeg | Compression::Jpeg2000
    );
    let data = if layout.reversed_bits && !is_image_file {
        reversed = data.iter().map(|byte| byte.reverse_bits()).collect();
        reversed.as_slice()
    } else {
        data
    };
    let wanted = rows * row_bytes;
    let bytes = match layout.compression {
        Compression::None => data[..data.len().min(wanted)].to_vec(),
        Compression::PackBits => unpack_bits(data, wanted),
        Compression::Lzw => unpack_lzw(data, wanted),
        Compression::Deflate => inflate(data, wanted),
        Compression::FaxRows | Compression::Fax3 { .. } | Compression::Fax4 => {
            fax::unpack(data, layout.compression, layout.chunk_width, rows)
        }
        Compression::Jpeg | Compression::OldJpeg => return unpack_jpeg(data, layout),
        Compression::Jpeg2000 => return unpack_jpeg2000(data, layout),
    };
    Ok(Unpacked {
        bytes,
        converted: None,
    })
}

/// Runs of equal bytes (TIFF 6.0, section 9).
fn unpack_bits(data: &[u8], wanted: usize) -> Vec<u8> {
    let mut unpacked = Vec::with_capacity(wanted);
    let mut rest = data;
    while let [control, tail @ ..] = rest
        && unpacked.len() < wanted
    {
        let room = wanted - unpacked.len();
        match *control {
            length @ 0..=127 => {
                let length = (usize::from(length) + 1).min(tail.len());
                unpacked.extend_from_slice(&tail[..length.min(room)]);
                rest = &tail[length..];
            }
            // Nothing.
            128 => rest = tail,
            length => {
                let [byte, after @ ..] = tail else { break };
                let length = 257 - usize::from(length);
                unpacked.resize(unpacked.len() + length.min(room), *byte);
                rest = after;
            }
        }
    }
    unpacked
}

fn unpack_lzw(data: &[u8], wanted: usize) -> Vec<u8> {
    let mut unpacked = vec![0; wanted];
    // The first code clears the table. Programs before TIFF 6.0 wrote the lowest bits first.
    let mut decoder = match data {
        [0, second, ..] if second & 1 == 1 => Configuration::new(BitOrder::Lsb, 8).build(),
        _ => Configuration::with_tiff_size_switch(BitOrder::Msb, 8).build(),
    };
    let (mut read, mut written) = (0, 0);
    while written < wanted {
        let result = decoder.decode_bytes(&data[read..], &mut unpacked[written..]);
        read += result.consumed_in;
        written += result.consumed_out;
        let is_stuck = result.consumed_in == 0 && result.consumed_out == 0;
        if is_stuck || !matches!(result.status, Ok(LzwStatus::Ok)) {
            break;
        }
    }
    unpacked.truncate(written);
    unpacked
}

fn inflate(data: &[u8], wanted: usize) -> Vec<u8> {
    let unpacked = read_up_to(ZlibDecoder::new(data), wanted);
    if unpacked.is_empty() {
        // Some writers leave out the zlib header.
        return read_up_to(DeflateDecoder::new(data), wanted);
    }
    unpacked
}

/// Reads up to a number of bytes, or to an error.
fn read_up_to(reader: impl Read, wanted: usize) -> Vec<u8> {
    let mut unpacked = Vec::with_capacity(wanted);
    // What was read before an error is kept.
    let _ = reader.take(wanted as u64).read_to_end(&mut unpacked);
    unpacked
}

fn unpack_jpeg(data: &[u8], layout: &Layout<'_>) -> Result<Unpacked, PictureError> {
    let file = with_tables(data, layout.jpeg_tables);
    // Colors are as the tags say, whatever the JPEG data would mean alone.
    let keep_samples = matches!(
        layout.photometric,
        Photometric::Rgb | Photometric::Inks | Photometric::Lab
    );
    let decoded = jpeg::decode(
        &file,
        keep_samples,
        (layout.chunk_width, layout.chunk_height),
    )?;
    let photometric = match (layout.photometric, decoded.samples) {
        (other, _) if layout.has_planes => other,
        (Photometric::YCbCr, 3) => Photometric::Rgb,
        (Photometric::YCbCr, _) => Photometric::BlackIsZero,
        (other, samples) if other.samples() <= samples => other,
        _ => return Err(PictureError::damaged("its pixels lack samples")),
    };
    Ok(Unpacked {
        converted: Some(Converted {
            photometric,
            samples: decoded.samples,
            width: decoded.width,
        }),
        bytes: decoded.bytes,
    })
}

/// A complete JPEG file: strips may have their tables stored once for all of them (TIFF Technical Note 2).
fn with_tables(data: &[u8], tables: Option<&[u8]>) -> Vec<u8> {
    const START: &[u8] = b"\xff\xd8";
    const END: &[u8] = b"\xff\xd9";
    let Some(tables) = tables.and_then(|tables| tables.strip_prefix(START)) else {
        return data.to_vec();
    };
    let tables = tables.strip_suffix(END).unwrap_or(tables);
    let data = data.strip_prefix(START).unwrap_or(data);
    [START, tables, data].concat()
}

fn unpack_jpeg2000(data: &[u8], layout: &Layout<'_>) -> Result<Unpacked, PictureError> {
    let raster = jpeg2000::decode(data, (layout.chunk_width, layout.chunk_height))?;
    Ok(Unpacked {
        converted: Some(Converted {
            photometric: match raster.channels {
                3 => Photometric::Rgb,
                _ => Photometric::BlackIsZero,
            },
            samples: raster.channels,
            width: raster.width,
        }),
        bytes: raster.samples,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_copies_are_unpacked_within_bounds() {
        // The example of the specification.
        let data = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0x80, 0xfd, 0xaa];
        let all = [0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa];
        assert_eq!(unpack_bits(&data, 10), all);
        assert_eq!(unpack_bits(&data, 5), all[..5]);
        assert_eq!(unpack_bits(&[0x05, 1], 10), [1]);
        assert_eq!(unpack_bits(&[0xfe], 10), []);
    }

    #[test]
    fn damaged_data_give_what_is_before_the_damage() {
        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8)
            .encode(&[7; 100])
            .unwrap();
        assert_eq!(unpack_lzw(&packed, 100), [7; 100]);
        let cut = unpack_lzw(&packed[..6], 100);
        assert!(!cut.is_empty() && cut.len() < 100 && cut.iter().all(|byte| *byte == 7));
        assert_eq!(unpack_lzw(&[], 100), []);
        assert_eq!(inflate(b"no deflate data", 100), []);
    }
}
