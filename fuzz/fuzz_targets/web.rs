//! Fuzz target: the web page reader.

#![no_main]

mod shared;

use diarium::document::Heartbeat;
use diarium::read::{encoding, web};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    shared::check(&web::read(encoding::decode(bytes), &Heartbeat::default()));
    let _ = web::mhtml::page(bytes);
    let _ = web::web_archive::page(bytes);
});
