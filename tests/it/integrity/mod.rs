//! Data integrity: no document is lost or confused with another, whatever happens between runs.
//!
//! Each test runs the program on the smallest folder that once showed a fault.

mod change;
mod dry_run;
mod forget;
mod identity;
mod inputs;
mod migration;
mod repair;
mod selection;
mod withdrawal;

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use crate::support::cli::{PLAN, TestContext, assert_exit};

/// A plan with a paragraph of its own.
fn plan(words: &str) -> String {
    format!("{PLAN}\n{words}\n")
}

/// The time at which a file was modified.
fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// Sets the time at which a file was modified.
fn set_modified(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

impl TestContext {
    #[track_caller]
    fn ran(&self, options: &[&str]) {
        assert_exit(&self.run(options), 0);
    }

    #[track_caller]
    fn ran_over(&self, inputs: &[&str], options: &[&str]) {
        assert_exit(&self.run_over(inputs, options), 0);
    }

    /// The files of all records hold these words of their documents, and no others.
    #[track_caller]
    fn assert_records(&self, expected: &[(&str, &str)]) {
        let records = self.records();
        let names: Vec<&str> = records.keys().map(String::as_str).collect();
        let mut wanted: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
        wanted.sort_unstable();
        assert_eq!(names, wanted);
        for (name, words) in expected {
            let text = String::from_utf8_lossy(&records[*name]);
            assert!(text.contains(words), "{name} does not hold {words:?}");
        }
        assert_exit(&self.on_output(&["check"]), 0);
    }
}
