//! Cache entry format: a header, a checksum and a compressed reading.
//!
//! ```text
//! 8 bytes   "diarread"
//! 4 bytes   format version, little-endian
//! 8 bytes   length of the uncompressed reading, little-endian
//! 32 bytes  SHA-256 over the key, the version, the length and the rest
//! rest      the reading as `codec` writes it, in a zlib stream
//! ```
//!
//! [`decode`] accepts exactly what [`encode`] made for the same key.
//!
//! zlib by miniz_oxide is pure Rust without `unsafe`, and in the program already for images and PDF
//! streams; zstd would add a C library. A scanned page takes 7 KB and a printed one 4 KB (measured on
//! fixtures/scanned and fixtures/pdf), so that 2 GB are enough for about 300,000 scanned pages.
//! Compression takes a twentieth of the time that reading a printed PDF takes, and is negligible
//! compared with OCR.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use sha2::{Digest, Sha256};

use super::Key;
use super::codec;
use diarium_document::RawDocument;

/// The version of the format.
// Must change whenever `codec` or this file gives bytes another meaning. Entries of another version are
// ignored.
const VERSION: u32 = 2;

const MAGIC: &[u8; 8] = b"diarread";

/// The maximal length of a reading and of an entry, in bytes. Longer ones are neither written nor read.
// A worker has a memory limit, and a document must not fail because its reading is cached. The longest
// documents that the PDF reader accepts, 5,000 full pages, take nearly 60 MB.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// The compression level.
// Compared with level 2, level 6 makes entries of scans no smaller and those of printed PDFs 3 % smaller,
// in 1.3 to 1.9 times the time.
const LEVEL: u8 = 2;

/// The length of everything before the compressed reading, in bytes.
const HEADER: usize = 8 + 4 + 8 + 32;

/// Encodes an entry. `None` if it would be too long.
pub(super) fn encode(key: Key<'_>, document: &RawDocument) -> Option<Vec<u8>> {
    if codec::estimate(document) > MAX_BYTES {
        return None;
    }
    let reading = codec::encode(document);
    let length = u64::try_from(reading.len()).ok()?;
    if length > MAX_BYTES {
        return None;
    }
    let compressed = compress_to_vec_zlib(&reading, LEVEL);
    let mut entry = Vec::with_capacity(HEADER + compressed.len());
    entry.extend(MAGIC);
    entry.extend(VERSION.to_le_bytes());
    entry.extend(length.to_le_bytes());
    entry.extend(checksum(key, VERSION, length, &compressed));
    entry.extend(compressed);
    (entry.len() as u64 <= MAX_BYTES).then_some(entry)
}

/// Decodes an entry. `None` if it is not what [`encode`] made for this key.
pub(super) fn decode(key: Key<'_>, entry: &[u8]) -> Option<RawDocument> {
    let (magic, rest) = entry.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (sum, compressed) = rest.split_first_chunk::<32>()?;
    let (version, length) = (u32::from_le_bytes(*version), u64::from_le_bytes(*length));
    let is_ours = magic == MAGIC && version == VERSION && length <= MAX_BYTES;
    if !is_ours || *sum != checksum(key, version, length, compressed) {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let reading = decompress_to_vec_zlib_with_limit(compressed, length).ok()?;
    if reading.len() != length {
        return None;
    }
    codec::decode(&reading)
}

/// The checksum of an entry. It includes the key, so that an entry with the name of another one is
/// invalid.
fn checksum(key: Key<'_>, version: u32, length: u64, compressed: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [key.id, key.fingerprint] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(version.to_le_bytes());
    hash.update(length.to_le_bytes());
    hash.update(compressed);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::super::codec::tests::rich;
    use super::*;

    const KEY: Key<'static> = Key {
        id: "id",
        fingerprint: "fingerprint",
    };

    /// An entry with a correct checksum.
    fn entry(version: u32, length: u64, reading: &[u8]) -> Vec<u8> {
        let compressed = compress_to_vec_zlib(reading, LEVEL);
        let sum = checksum(KEY, version, length, &compressed);
        let header = [version.to_le_bytes().as_slice(), &length.to_le_bytes()].concat();
        [MAGIC.as_slice(), &header, &sum, &compressed].concat()
    }

    #[test]
    fn an_entry_of_another_format_version_is_not_used() {
        let reading = codec::encode(&rich());
        let length = reading.len() as u64;
        assert!(decode(KEY, &entry(VERSION, length, &reading)).is_some());
        assert!(decode(KEY, &entry(VERSION + 1, length, &reading)).is_none());
    }

    #[test]
    fn an_entry_must_decompress_to_the_length_that_it_states() {
        let reading = codec::encode(&rich());
        let length = reading.len() as u64;
        for wrong in [0, length - 1, length + 1, MAX_BYTES + 1, u64::MAX] {
            assert!(decode(KEY, &entry(VERSION, wrong, &reading)).is_none());
        }
        let bomb = vec![0; 8 << 20];
        assert!(decode(KEY, &entry(VERSION, length, &bomb)).is_none());
    }
}
