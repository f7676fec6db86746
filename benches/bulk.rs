//! How many documents a second, in how much memory, and how long when nothing is new?
//!
//! ```text
//! cargo bench --bench bulk                # 10,000 documents
//! cargo bench --bench bulk -- 500         # as many as one likes
//! BULK_DOCUMENTS=500 cargo bench --bench bulk
//! ```
//!
//! The documents are made of the fixtures' paragraphs, mixed by a generator that always mixes them
//! alike, and go through the program as users start it. What comes out is printed, never asserted:
//! it depends on the machine. `cargo test` starts it too, with `--test` or with nothing; it then has
//! ten documents.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::{ffi::OsStr, path::Path};

use program::{FOLDERS, Run, documents_wanted, make, megabytes};

mod program;

const DOCUMENTS: usize = 10_000;

fn main() {
    let documents = documents_wanted(DOCUMENTS);
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    let bytes = make(&input, documents);
    println!(
        "{documents} documents, {:.1} MB, in {FOLDERS} folders",
        megabytes(bytes)
    );

    let output = folder.path().join("out");
    let first = run(&input, &output).watch();
    let seconds = first.elapsed.as_secs_f64();
    println!(
        "first run: {seconds:.1} s, {:.0} documents a second, {}",
        documents as f64 / seconds,
        first.memory()
    );
    let again = run(&input, &output).watch();
    println!(
        "second run, nothing new: {:.2} s, {}",
        again.elapsed.as_secs_f64(),
        again.memory()
    );
}

fn run(input: &Path, output: &Path) -> Run {
    Run::start([
        OsStr::new("run"),
        input.as_os_str(),
        OsStr::new("--out"),
        output.as_os_str(),
    ])
}
