//! Fuzz target: the image reader, and what it gives to searchable PDFs.

#![no_main]

mod shared;

use diarium::read::image;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = shared::EXTRACTOR.read_options();
    // Only the content decides the format.
    if let Ok(document) = diarium::read::read_bytes("a.tif", bytes, options) {
        shared::check(&document);
    }
    for page in 0..image::page_count(bytes, &options.image).min(4) {
        let _ = image::embedded_page(bytes, page, &options.image);
    }
});
