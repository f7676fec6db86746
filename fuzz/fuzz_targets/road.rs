//! Fuzz target: the whole pipeline.

#![no_main]

mod shared;

use diarium::document::FailureCode;
use diarium::process::process_bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.html", "a.pdf", "a"] {
        if let Err(failure) = process_bytes(name, bytes, &shared::EXTRACTOR) {
            let ours = matches!(failure.code, FailureCode::Internal | FailureCode::Rejected);
            assert!(!ours, "{}", failure.message);
        }
    }
});
