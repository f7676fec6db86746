//! Fuzz target: the whole pipeline.

#![no_main]

mod shared;

use diarium::document::FailureCode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.html", "a.pdf", "a"] {
        if let Err(failure) = shared::EXTRACTOR.process_bytes(name, bytes) {
            let ours = matches!(failure.code, FailureCode::Internal | FailureCode::Rejected);
            assert!(!ours, "{}", failure.message);
        }
    }
});
