//! Integration tests: one program with a module for each subject.
//!
//! One program links the library once. `cargo test --test it` runs all tests as threads of one process,
//! `cargo nextest run --test it` runs each test in its own process. So a test never depends on another
//! test, and never changes the environment or the current folder of its process: it starts a child
//! process with them instead. `cargo test --test it shards` runs the tests of one module.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should panic"
)]

mod architecture;
mod build_identifiers;
mod cli;
mod containers;
#[cfg(target_os = "linux")]
mod crash_recovery;
mod diff;
mod explain;
mod export;
mod fixtures;
mod formats;
mod golden;
#[cfg(debug_assertions)]
mod growth;
mod help;
mod histories;
mod hostile;
mod incremental;
mod integrity;
#[cfg(all(unix, any(feature = "fault-injection", debug_assertions)))]
mod isolation;
mod letterhead;
mod ocr_accuracy;
mod passwords;
mod profile_new;
mod properties;
mod quality;
mod readings;
mod record_versions;
mod scans;
mod schema;
mod several_files;
mod shards;
mod support;
mod terminology;
