//! Fuzz target: validation of records.

#![no_main]

mod shared;

use diarium::document::Record;
use diarium::validate::{check_budget, check_spans};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return;
    };
    let _ = shared::EXTRACTOR.schemas().validate(&json);
    if let Ok(record) = serde_json::from_value::<Record>(json) {
        let _ = (check_spans(&record), check_budget(&record));
    }
});
