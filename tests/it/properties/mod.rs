//! Property-based tests: every record keeps the guarantees of docs/record.md.
//!
//! Each property takes generated documents through the pipeline, from bytes to record. What a property
//! finds is reduced, and becomes a test of its own beside the code with the bug.

mod any_bytes;
mod every_document;
mod fact_boxes;
mod letterhead;
mod redaction;
mod stages;
mod words;

use proptest::{prelude::ProptestConfig, test_runner::RngSeed};

/// The same documents in every run, so that a change is tried on what the last one passed. Others
/// are made with `PROPTEST_RNG_SEED=7 PROPTEST_CASES=5000 cargo test --test it properties`.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(1),
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
