//! Fuzz target: the transcript reader.

#![no_main]

mod shared;

use diarium::read::{encoding, transcript};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    shared::check(&transcript::read(encoding::decode(bytes)));
});
