//! Detection of office formats by the parts of a package and the streams of a compound file.

use std::io::Cursor;

use super::package::{Package, is_package};

/// An office format that is read, or whose owner can be told more than that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfficeFormat {
    /// Word: `.docx`, `.docm`, `.dotx`, `.dotm`.
    Docx,
    /// Word before 2007: `.doc`.
    Doc,
    /// PowerPoint before 2007: `.ppt`.
    Ppt,
    /// Any office format that needs a password.
    Encrypted,
}

/// The magic number of a compound file.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The office format of these bytes, if they are one.
pub(crate) fn detect(bytes: &[u8]) -> Option<OfficeFormat> {
    if is_package(bytes) {
        return of_package(bytes);
    }
    if bytes.starts_with(COMPOUND_FILE) {
        return of_compound_file(bytes);
    }
    None
}

fn of_package(bytes: &[u8]) -> Option<OfficeFormat> {
    let package = Package::open(bytes).ok()?;
    if package.has("word/document.xml") {
        return Some(OfficeFormat::Docx);
    }
    None
}

/// Streams that only one format has.
const STREAMS: &[(&str, OfficeFormat)] = &[
    ("/EncryptedPackage", OfficeFormat::Encrypted),
    ("/WordDocument", OfficeFormat::Doc),
    ("/PowerPoint Document", OfficeFormat::Ppt),
];

/// A compound file is a file system of its own: old Office documents, encrypted new ones, and other
/// programs' files.
fn of_compound_file(bytes: &[u8]) -> Option<OfficeFormat> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut streams = STREAMS.iter();
    streams
        .find(|(stream, _)| file.exists(stream))
        .map(|(_, format)| *format)
}
