//! Fuzz target: the profile loader and the linter.

#![no_main]

use diarium::profile::{Profiles, lint::lint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = str::from_utf8(bytes) {
        let own = [("own.toml".to_owned(), text.to_owned())];
        let _ = Profiles::load(&own);
        let _ = lint(&own);
    }
});
