//! Containers: every document in a ZIP archive or an e-mail has a record of its own.

mod catalogue;
mod faults;
mod later_runs;
mod nesting;

use serde_json::Value;

use crate::support::cli::{PLAN, TestContext, assert_exit};

/// A plan with a paragraph of its own.
fn plan(words: &str) -> Vec<u8> {
    format!("{PLAN}\n{words}\n").into_bytes()
}

impl TestContext {
    #[track_caller]
    fn runs(&self, options: &[&str]) {
        assert_exit(&self.run(options), 0);
    }

    /// The paths of all records.
    fn record_paths(&self) -> Vec<String> {
        self.records().into_keys().collect()
    }

    /// The record with this path.
    #[track_caller]
    fn record(&self, path: &str) -> Value {
        serde_json::from_slice(&self.records()[path]).unwrap()
    }
}
