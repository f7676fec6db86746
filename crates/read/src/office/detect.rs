//! Detection of office formats by the parts of a package and the streams of a compound file.

use std::io::Cursor;

use crate::format::contains;

use super::{
    package::{Package, is_package},
    rtf::is_rtf,
};

/// An office format that is read, or whose owner can be told more than that it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfficeFormat {
    /// Word: `.docx`, `.docm`, `.dotx`, `.dotm`.
    Docx,
    /// LibreOffice Writer: `.odt`, `.ott`.
    Odt,
    /// The same in one XML text: `.fodt`.
    FlatOdt,
    /// Rich text: `.rtf`.
    Rtf,
    /// Excel: `.xlsx`, `.xlsm`, `.xltx`, `.xltm`.
    Xlsx,
    /// LibreOffice Calc: `.ods`, `.ots`.
    Ods,
    /// Excel's binary format: `.xlsb`.
    Xlsb,
    /// Excel before 2007: `.xls`.
    Xls,
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
    if is_rtf(bytes) {
        return Some(OfficeFormat::Rtf);
    }
    is_flat_text(bytes).then_some(OfficeFormat::FlatOdt)
}

/// Parts that only one format has.
const PARTS: &[(&str, OfficeFormat)] = &[
    ("word/document.xml", OfficeFormat::Docx),
    ("xl/workbook.xml", OfficeFormat::Xlsx),
    ("xl/workbook.bin", OfficeFormat::Xlsb),
];

fn of_package(bytes: &[u8]) -> Option<OfficeFormat> {
    let mut package = Package::open(bytes).ok()?;
    if package.has("[Content_Types].xml") || package.has("_rels/.rels") {
        let mut parts = PARTS.iter();
        let usual = parts.find(|(part, _)| package.has(part));
        return match usual {
            Some((_, format)) => Some(*format),
            None => of_content_types(&mut package),
        };
    }
    if package.has("word/document.xml") {
        return Some(OfficeFormat::Docx);
    }
    let media_type = package.part("mimetype").ok()??;
    let media_type = String::from_utf8_lossy(&media_type);
    let kind = media_type
        .trim()
        .strip_prefix("application/vnd.oasis.opendocument.")?;
    match kind {
        "text" | "text-template" | "text-master" => Some(OfficeFormat::Odt),
        "spreadsheet" | "spreadsheet-template" => Some(OfficeFormat::Ods),
        _ => None,
    }
}

/// The format by the content type of the main part, which may have another name.
fn of_content_types(package: &mut Package<'_>) -> Option<OfficeFormat> {
    let types = package.xml("[Content_Types].xml").ok()??;
    if types.contains("wordprocessingml.document.main")
        || types.contains("wordprocessingml.template.main")
    {
        return Some(OfficeFormat::Docx);
    }
    let is_workbook =
        types.contains("spreadsheetml.sheet.main") || types.contains("spreadsheetml.template.main");
    is_workbook.then_some(OfficeFormat::Xlsx)
}

/// Bytes in which the root of a flat document is looked for. Its namespaces alone take 4 KB.
const FLAT_HEAD: usize = 16_384;

fn is_flat_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(FLAT_HEAD)).unwrap_or_default();
    head.trim_ascii_start().starts_with(b"<?xml")
        && contains(head, b"<office:document ")
        && contains(
            head,
            b"office:mimetype=\"application/vnd.oasis.opendocument.text",
        )
}

/// Streams that only one format has.
const STREAMS: &[(&str, OfficeFormat)] = &[
    ("/EncryptedPackage", OfficeFormat::Encrypted),
    ("/Workbook", OfficeFormat::Xls),
    ("/Book", OfficeFormat::Xls),
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
