//! Fuzz target: extraction, for every kind.

#![no_main]

mod shared;

use diarium::{clean::clean, document::Heartbeat, extract::extract, read::encoding, read::text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let document = text::read(encoding::decode(bytes));
    let profiles = shared::EXTRACTOR.profiles();
    let clean = clean(&document, profiles, &Heartbeat::default());
    for profile in profiles.iter() {
        let _ = extract(&document, &clean, profile, &Heartbeat::default());
    }
});
