//! Fuzz target: the reader of OCR files.

#![no_main]

mod shared;

use diarium::document::Heartbeat;
use diarium::read::ocr_files;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = ocr_files::read(bytes, &Heartbeat::default()) {
        shared::check(&document);
    }
});
