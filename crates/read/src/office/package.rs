//! ZIP package: the parts of an OOXML or OpenDocument file, unpacked within limits.
//!
//! A few bytes can unpack to gigabytes, so the length of a part counts while it is unpacked, not as the
//! archive states it. A package without a central directory was cut off: its parts are then found by
//! their local headers, and the last one is read as far as it goes.

use std::{collections::BTreeMap, io::Read as _};

use flate2::read::DeflateDecoder;
use zip::ZipArchive;

use diarium_document::{Failure, FailureCode};

/// Parts of a package, at most. A report with a picture on every page has some hundred.
const MAX_PARTS: usize = 20_000;

/// Bytes of one part after unpacking, at most. A sheet of a million cells has 60 million.
const MAX_PART_BYTES: u64 = 128 << 20;

/// Bytes of all parts that are read from a package, at most.
const MAX_TOTAL_BYTES: u64 = 256 << 20;

/// A package that was opened.
pub(super) struct Package<'b> {
    bytes: &'b [u8],
    /// The archive, unless its directory is lost.
    archive: Option<ZipArchive<std::io::Cursor<&'b [u8]>>>,
    /// Indexes of the archive's parts, or offsets of the local headers, by name in lower case.
    parts: BTreeMap<String, usize>,
    unpacked: u64,
    /// Bytes of one part, at most.
    part_limit: u64,
    /// The package or one of its parts is damaged.
    pub(super) is_damaged: bool,
}

/// Whether bytes begin as a package does.
pub(super) fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

impl<'b> Package<'b> {
    /// Opens a package.
    ///
    /// # Errors
    /// If it has too many parts, or none can be found.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Failure> {
        let archive = ZipArchive::new(std::io::Cursor::new(bytes)).ok();
        let parts = match &archive {
            Some(archive) if archive.len() > MAX_PARTS => return Err(too_many_parts()),
            Some(archive) => directory(archive),
            None => local_headers(bytes),
        };
        if parts.is_empty() {
            let message = "the file is a damaged package; open it in its program and save it again";
            return Err(Failure::new(FailureCode::Damaged, message));
        }
        if parts.len() > MAX_PARTS {
            return Err(too_many_parts());
        }
        let is_damaged = archive.is_none();
        Ok(Self {
            bytes,
            archive,
            parts,
            unpacked: 0,
            part_limit: MAX_PART_BYTES,
            is_damaged,
        })
    }

    /// Whether the package has a part with this name, in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// The bytes of a part; `None` if there is no such part. A damaged part is unpacked as far as it goes.
    ///
    /// # Errors
    /// If it unpacks to more than the limits allow, or is encrypted.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        let Some(&at) = self.parts.get(&key(name)) else {
            return Ok(None);
        };
        let limit = self
            .part_limit
            .min(MAX_TOTAL_BYTES.saturating_sub(self.unpacked));
        let mut unpacked = Vec::new();
        let is_whole = match &mut self.archive {
            Some(archive) => match archive.by_index(at) {
                Ok(part) if part.encrypted() => return Err(encrypted()),
                Ok(part) => part
                    .take(limit.saturating_add(1))
                    .read_to_end(&mut unpacked)
                    .is_ok(),
                Err(_) => false,
            },
            None => unpack_local(self.bytes, at, limit.saturating_add(1), &mut unpacked),
        };
        self.is_damaged |= !is_whole;
        if unpacked.len() as u64 > limit {
            return Err(too_large());
        }
        self.unpacked = self.unpacked.saturating_add(unpacked.len() as u64);
        Ok(Some(unpacked))
    }

    /// The text of an XML part; `None` if there is no such part.
    ///
    /// # Errors
    /// As [`Package::part`].
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<String>, Failure> {
        let part = self.part(name)?;
        Ok(part.map(super::xml::decode))
    }
}

/// Part names are compared without regard to case (ECMA-376 part 2, 6.2.2.3), and some programs write
/// them with backslashes.
fn key(name: &str) -> String {
    let name = name.replace('\\', "/").to_lowercase();
    name.trim_start_matches('/').to_owned()
}

/// The parts of an archive by name. Of several parts with one name the first counts.
fn directory(archive: &ZipArchive<std::io::Cursor<&[u8]>>) -> BTreeMap<String, usize> {
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        if let Some(Ok(name)) = archive.name_for_index(index) {
            parts.entry(key(&name)).or_insert(index);
        }
    }
    parts
}

/// The magic number of a local header.
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";

/// Length of a local header without its name.
const LOCAL_HEADER_BYTES: usize = 30;

/// The local headers of an archive without a directory, by the name of their part.
fn local_headers(bytes: &[u8]) -> BTreeMap<String, usize> {
    let mut parts = BTreeMap::new();
    let mut from = 0;
    while let Some(found) = memory_find(bytes, from, LOCAL_HEADER) {
        if let Some(header) = LocalHeader::at(bytes, found) {
            parts.entry(key(&header.name)).or_insert(found);
        }
        if parts.len() > MAX_PARTS {
            break;
        }
        from = found.saturating_add(LOCAL_HEADER.len());
    }
    parts
}

fn memory_find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest
        .windows(wanted.len())
        .position(|window| window == wanted)?;
    from.checked_add(found)
}

/// What a local header says of its part.
struct LocalHeader {
    name: String,
    is_encrypted: bool,
    method: u16,
    /// Length of the stored data; 0 if it stands behind the data.
    stored: usize,
    data: usize,
}

impl LocalHeader {
    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let header = bytes.get(start..start.checked_add(LOCAL_HEADER_BYTES)?)?;
        let short = |at: usize| {
            let pair = header.get(at..at.checked_add(2)?)?;
            Some(u16::from_le_bytes(pair.try_into().ok()?))
        };
        let flags = short(6)?;
        let stored = u32::from_le_bytes(header.get(18..22)?.try_into().ok()?);
        let name_at = start.checked_add(LOCAL_HEADER_BYTES)?;
        let name_end = name_at.checked_add(usize::from(short(26)?))?;
        let name = std::str::from_utf8(bytes.get(name_at..name_end)?).ok()?;
        Some(Self {
            name: name.to_owned(),
            is_encrypted: flags & 1 != 0,
            method: short(8)?,
            stored: usize::try_from(stored).ok()?,
            data: name_end.checked_add(usize::from(short(28)?))?,
        })
    }
}

/// Unpacks the part of a local header as far as it goes, and tells whether it is whole.
fn unpack_local(bytes: &[u8], at: usize, limit: u64, unpacked: &mut Vec<u8>) -> bool {
    let Some(header) = LocalHeader::at(bytes, at).filter(|header| !header.is_encrypted) else {
        return false;
    };
    let data = bytes.get(header.data..).unwrap_or_default();
    match header.method {
        0 => {
            let end = header.stored.min(data.len());
            let stored = data.get(..end).unwrap_or_default();
            stored.take(limit).read_to_end(unpacked).is_ok() && end == header.stored
        }
        8 => DeflateDecoder::new(data)
            .take(limit)
            .read_to_end(unpacked)
            .is_ok(),
        _ => false,
    }
}

fn too_many_parts() -> Failure {
    let message = format!("a package of more than {MAX_PARTS} parts; no document needs as many");
    Failure::new(FailureCode::TooLarge, message)
}

fn too_large() -> Failure {
    let message = format!(
        "the document unpacks to more than {} MiB; split it, or save it as PDF",
        MAX_PART_BYTES >> 20
    );
    Failure::new(FailureCode::TooLarge, message)
}

/// The parts of an OpenDocument package that are read.
pub(super) struct OpenDocument {
    pub content: String,
    pub styles: String,
    pub meta: String,
}

impl OpenDocument {
    /// Reads the parts of a package; those that it lacks are empty.
    ///
    /// # Errors
    /// If the package is encrypted, or a part exceeds the limits.
    pub(super) fn read(package: &mut Package<'_>) -> Result<Self, Failure> {
        let manifest = package.xml("META-INF/manifest.xml")?.unwrap_or_default();
        if manifest.contains("encryption-data") {
            return Err(encrypted());
        }
        Ok(Self {
            content: package.xml("content.xml")?.unwrap_or_default(),
            styles: package.xml("styles.xml")?.unwrap_or_default(),
            meta: package.xml("meta.xml")?.unwrap_or_default(),
        })
    }
}

/// The failure of a document that needs a password.
pub(super) fn encrypted() -> Failure {
    let message = "the document needs a password; open it, and save it without one";
    Failure::new(FailureCode::Encrypted, message)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::package;
    use super::*;

    #[test]
    fn parts_are_found_by_their_names_in_any_case() {
        let bytes = package(&[("word/document.xml", "<a/>"), ("word/styles.xml", "<b/>")]);
        let mut package = Package::open(&bytes).unwrap();
        assert_eq!(
            package.part("/Word/Document.XML").unwrap().unwrap(),
            b"<a/>"
        );
        assert_eq!(package.part("word/none.xml").unwrap(), None);
        assert!(package.has("word/styles.xml"));
        assert!(!package.is_damaged);
    }

    #[test]
    fn a_package_that_was_cut_off_is_read_as_far_as_it_goes() {
        let text = "Ansökan om medel till verkstaden. ".repeat(200);
        let mut bytes = package(&[("mimetype", "x"), ("content.xml", &text)]);
        let end = memory_find(&bytes, 0, b"PK\x01\x02").unwrap();
        bytes.truncate(end - 8);
        let mut package = Package::open(&bytes).unwrap();
        let part = package.part("content.xml").unwrap().unwrap();
        assert!(text.as_bytes().starts_with(&part) && !part.is_empty());
        assert!(package.is_damaged);
    }

    #[test]
    fn a_part_that_unpacks_to_too_much_is_refused() {
        let zeros = "0".repeat(100_001);
        let bytes = package(&[("content.xml", &zeros)]);
        assert!(bytes.len() < 1000);
        let mut package = Package::open(&bytes).unwrap();
        package.part_limit = 100_000;
        let failure = package.part("content.xml").unwrap_err();
        assert_eq!(failure.code, FailureCode::TooLarge);
    }

    #[test]
    fn bytes_without_parts_are_damaged() {
        let failure = Package::open(b"PK\x03\x04").err().unwrap();
        assert_eq!(failure.code, FailureCode::Damaged);
    }
}
