//! Shared code of the fuzz targets: an extractor that is built once, and invariants of every document.

#![allow(dead_code, reason = "not every target asks for all of it")]

use std::sync::LazyLock;

use diarium::document::RawDocument;
use diarium::Extractor;
use diarium::read::{self, ocr::Mode};

/// Pictures are not read: that takes seconds a page.
pub static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
    let mut options = read::Options::default();
    options.ocr.mode = Mode::Never;
    Extractor::builder().read_options(options).build().expect("what is built in loads")
});

/// Lines stand in their page's text, in order, and hold no line break.
pub fn check(document: &RawDocument) {
    for page in &document.pages {
        let mut end = 0;
        for line in &page.lines {
            assert!(line.bytes.start >= end && line.bytes.start < line.bytes.end);
            assert!(!page.line_text(line).contains('\n'));
            end = line.bytes.end;
        }
    }
}
