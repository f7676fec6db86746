//! Fuzz target: the readers of office documents. The first byte chooses the format: the bytes are a part of a
//! package, or rich text.

#![no_main]

mod shared;

use diarium::read::{self, ocr::Mode};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut options = read::Options::default();
    options.ocr.mode = Mode::Never;
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let file = match first % 5 {
        0 => [b"{\\rtf1 ", rest].concat(),
        1 => package("word/document.xml", rest),
        2 => package("content.xml", rest),
        3 => package("xl/worksheets/sheet1.xml", rest),
        _ => bytes.to_vec(),
    };
    if let Ok(document) = read::read_bytes("fuzz", &file, &options) {
        shared::check(&document);
    }
});

/// A package with this part and what it needs to be recognized; the parts are stored, not packed.
fn package(name: &str, part: &[u8]) -> Vec<u8> {
    const MIME: &[u8] = b"application/vnd.oasis.opendocument.text";
    const WORKBOOK: &[u8] = b"<workbook><sheets><sheet name=\"A\" id=\"r1\"/></sheets></workbook>";
    const LINKS: &[u8] = b"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let mut bytes = Vec::new();
    let others: &[(&str, &[u8])] = match name {
        "content.xml" => &[("mimetype", MIME)],
        "word/document.xml" => &[],
        _ => &[
            ("_rels/.rels", b""),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", LINKS),
        ],
    };
    for (name, part) in others.iter().copied().chain([(name, part)]) {
        // A local header without a directory: the archive counts as cut off, and is read by its headers.
        bytes.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0");
        bytes.extend((part.len() as u32).to_le_bytes());
        bytes.extend((part.len() as u32).to_le_bytes());
        bytes.extend((name.len() as u16).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(part);
    }
    bytes
}
