//! Fuzz target: character encoding detection.

#![no_main]

use diarium::read::encoding;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let decoded = encoding::decode(bytes);
    // What is text once is text for good.
    let again = encoding::decode(decoded.text.as_bytes());
    let _ = (decoded.warnings(), again.warnings());
});
