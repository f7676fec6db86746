//! Fuzz target: the PDF reader.

#![no_main]

mod shared;

use diarium::read::pdf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = shared::EXTRACTOR.read_options();
    if let Ok(document) = pdf::read(bytes, &options.pdf, &options.ocr, &options.heartbeat) {
        shared::check(&document);
    }
});
