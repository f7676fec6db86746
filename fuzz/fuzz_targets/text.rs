//! Fuzz target: the plain text reader.

#![no_main]

mod shared;

use diarium::read::{encoding, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    shared::check(&text::read(encoding::decode(bytes)));
});
