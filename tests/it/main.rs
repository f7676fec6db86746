//! Integration tests: one program, one module for each subject.
//!
//! One program links the library once. `cargo test --test it` runs all tests in one process,
//! `cargo nextest run --test it` each test in its own, so a test must not depend on another one, and
//! must not change the environment or the current folder of the process. `cargo test --test it shards`
//! runs one module. CONTRIBUTING.md describes the modules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should panic"
)]

mod architecture;
mod build_identifiers;
mod cli;
#[cfg(target_os = "linux")]
mod crash_recovery;
mod diff;
mod explain;
mod export;
mod fixtures;
mod golden;
#[cfg(debug_assertions)]
mod growth;
mod histories;
mod hostile;
mod incremental;
mod integrity;
#[cfg(all(unix, debug_assertions))]
mod isolation;
mod ocr_accuracy;
mod profile_new;
mod properties;
mod quality;
mod readings;
mod scans;
mod schema;
mod shards;
mod support;
