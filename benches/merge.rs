//! How long it takes to merge two shards.
//!
//! ```text
//! cargo bench --bench merge                # 100,000 documents
//! cargo bench --bench merge -- 500         # any number of documents
//! ```
//!
//! The documents are short, so that the time of the merge is the time of its files and rows. The
//! result is printed, never asserted: it depends on the machine.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::{ffi::OsString, fs, path::Path};

use program::{Run, documents_wanted, megabytes};

mod program;

const DOCUMENTS: usize = 100_000;

/// Documents in a folder.
const FOLDER_SIZE: usize = 1000;

fn main() {
    let documents = documents_wanted(DOCUMENTS);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).into_os_string();
    write_texts(&folder.path().join("in"), documents);
    for shard in ["1/2", "2/2"] {
        let output = path(&format!("out-{}", &shard[..1]));
        let words: [OsString; 6] = [
            "run".into(),
            path("in"),
            "--out".into(),
            output,
            "--shard".into(),
            shard.into(),
        ];
        Run::start(words).watch();
    }
    let words = ["merge".into(), path("out-1"), path("out-2")];
    let into = ["--into".into(), path("merged")];
    let merged = Run::start(words.into_iter().chain(into)).watch();
    let seconds = merged.elapsed.as_secs_f64();
    println!(
        "merge of {documents} documents: {seconds:.1} s, {:.0} documents a second, {}",
        documents as f64 / seconds,
        merged.memory(),
    );
    println!(
        "catalogue: {:.0} MB",
        megabytes(
            fs::metadata(folder.path().join("merged/catalogue.db"))
                .unwrap()
                .len()
        )
    );
}

fn write_texts(input: &Path, documents: usize) {
    for number in 0..documents {
        let folder = input.join(format!("{}", number / FOLDER_SIZE));
        if number % FOLDER_SIZE == 0 {
            fs::create_dir_all(&folder).unwrap();
        }
        let text = format!("Projektnamn: Bro {number}\n");
        fs::write(folder.join(format!("{number}.txt")), text).unwrap();
    }
}
