//! Cache entry format: a header, a checksum and a compressed reading.
//!
//! ```text
//! 8 bytes   "diarread"
//! 4 bytes   format version, little-endian
//! 8 bytes   length of the unpacked reading, little-endian
//! 32 bytes  SHA-256 over the key, the version, the length and the rest
//! rest      the reading as `codec` writes it, in a zlib stream
//! ```
//!
//! zlib by miniz_oxide: pure Rust, without `unsafe`, MIT, and in the program already for images and
//! PDF streams; zstd would bring a C library. A scanned page takes 7 KB and a printed one 4 KB (the
//! fixtures under fixtures/scanned and fixtures/pdf), so that 2 GB hold some 300,000 scanned pages.
//! Packing takes a twentieth of the time in which a printed PDF is read, and none to speak of beside
//! OCR.

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use sha2::{Digest, Sha256};

use super::Key;
use super::codec;
use diarium_document::RawDocument;

/// Changes whenever `codec` or this file gives bytes another meaning.
const VERSION: u32 = 1;

const MAGIC: &[u8; 8] = b"diarread";

/// Longer readings are not kept, and longer entries not looked at: a worker has a bounded memory, and
/// the reading of a document must not fail because it was to be kept. Five thousand full pages, the
/// most that the PDF reader takes, are near 60 MB.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// Of a scan, level 6 saves nothing, and of printed PDFs 3 %, in 1.3 to 1.9 times the time.
const LEVEL: u8 = 2;

const HEADER: usize = 8 + 4 + 8 + 32;

/// An entry for a reading; none for one that is too long.
pub(super) fn encode(key: Key<'_>, document: &RawDocument) -> Option<Vec<u8>> {
    if codec::estimate(document) > MAX_BYTES {
        return None;
    }
    let reading = codec::encode(document);
    let length = u64::try_from(reading.len()).ok()?;
    if length > MAX_BYTES {
        return None;
    }
    let packed = compress_to_vec_zlib(&reading, LEVEL);
    let mut entry = Vec::with_capacity(HEADER + packed.len());
    entry.extend(MAGIC);
    entry.extend(VERSION.to_le_bytes());
    entry.extend(length.to_le_bytes());
    entry.extend(checksum(key, VERSION, length, &packed));
    entry.extend(packed);
    (entry.len() as u64 <= MAX_BYTES).then_some(entry)
}

/// The reading in an entry; none where the entry is not exactly what [`encode`] made for this key.
pub(super) fn decode(key: Key<'_>, entry: &[u8]) -> Option<RawDocument> {
    let (magic, rest) = entry.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<8>()?;
    let (sum, packed) = rest.split_first_chunk::<32>()?;
    let (version, length) = (u32::from_le_bytes(*version), u64::from_le_bytes(*length));
    let is_ours = magic == MAGIC && version == VERSION && length <= MAX_BYTES;
    if !is_ours || *sum != checksum(key, version, length, packed) {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let reading = decompress_to_vec_zlib_with_limit(packed, length).ok()?;
    if reading.len() != length {
        return None;
    }
    codec::decode(&reading)
}

/// The key is part of it, so that an entry under another one's name is not taken for that.
fn checksum(key: Key<'_>, version: u32, length: u64, packed: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [key.id, key.fingerprint] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update(version.to_le_bytes());
    hash.update(length.to_le_bytes());
    hash.update(packed);
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

    /// An entry with a checksum that is right.
    fn entry(version: u32, length: u64, reading: &[u8]) -> Vec<u8> {
        let packed = compress_to_vec_zlib(reading, LEVEL);
        let sum = checksum(KEY, version, length, &packed);
        let header = [version.to_le_bytes().as_slice(), &length.to_le_bytes()].concat();
        [MAGIC.as_slice(), &header, &sum, &packed].concat()
    }

    #[test]
    fn an_entry_of_a_newer_format_is_not_used() {
        let reading = codec::encode(&rich());
        let length = reading.len() as u64;
        assert!(decode(KEY, &entry(VERSION, length, &reading)).is_some());
        assert!(decode(KEY, &entry(VERSION + 1, length, &reading)).is_none());
    }

    #[test]
    fn an_entry_unpacks_to_the_length_that_it_states_and_to_no_more() {
        let reading = codec::encode(&rich());
        let length = reading.len() as u64;
        for wrong in [0, length - 1, length + 1, MAX_BYTES + 1, u64::MAX] {
            assert!(decode(KEY, &entry(VERSION, wrong, &reading)).is_none());
        }
        let bomb = vec![0; 8 << 20];
        assert!(decode(KEY, &entry(VERSION, length, &bomb)).is_none());
    }
}
