//! Fuzz target: containers, and the readers of e-mails and web archives.

#![no_main]

mod shared;

use diarium::read::{Options, container, ocr::Mode, read_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut options = Options::default();
    options.ocr.mode = Mode::Never;
    for name in ["a.zip", "a.eml"] {
        if let Ok(Some(archive)) = container::open(name, bytes, &options) {
            for member in 0..archive.contents().members.len() {
                let _ = archive.extract(member);
            }
        }
    }
    if let Ok(document) = read_bytes("a.eml", bytes, &options) {
        shared::check(&document);
    }
});
