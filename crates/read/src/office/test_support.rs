//! Packages and documents for tests.

use std::io::Write as _;

use diarium_document::{LineRole, RawDocument};
use zip::{ZipWriter, write::SimpleFileOptions};

/// A package of these parts.
pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        let options = SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The lines of a document with their roles.
pub(crate) fn lines(document: &RawDocument) -> Vec<(LineRole, &str)> {
    let pages = document.pages.iter();
    pages
        .flat_map(|page| {
            page.lines
                .iter()
                .map(|line| (line.role, page.line_text(line)))
        })
        .collect()
}

/// The text of a document's pages.
pub(crate) fn texts(document: &RawDocument) -> Vec<&str> {
    let pages = document.pages.iter();
    pages.map(|page| page.text.as_str()).collect()
}
