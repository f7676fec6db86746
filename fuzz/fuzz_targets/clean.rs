//! Fuzz target: cleaning.

#![no_main]

mod shared;

use diarium::{clean::clean, document::Heartbeat, read::encoding, read::text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let document = text::read(encoding::decode(bytes));
    let clean = clean(&document, shared::EXTRACTOR.profiles(), &Heartbeat::default());
    let text = clean.text.text();
    for line in clean.text.lines() {
        // Each character that was kept leads back to its page.
        for origin in clean.text.origins(line.bytes.clone()) {
            let _ = &document.pages[origin.page].text[origin.bytes];
        }
        let _ = &text[line.bytes.clone()];
    }
});
