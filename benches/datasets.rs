//! Benchmark of exports: time and memory of a dataset.
//!
//! ```text
//! cargo bench --bench datasets            # 20,000 records
//! cargo bench --bench datasets -- 500     # any number of records
//! ```
//!
//! The archive is made by the program from documents of the fixtures' paragraphs. For comparison,
//! Python's `json` reads the same files once, if there is a `python3`. The result is printed, never
//! asserted: it depends on the machine.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use program::{Run, documents_wanted, make, megabytes};

mod program;

const RECORDS: usize = 20_000;

/// Reads every record once, and prints how many seconds that took.
const PYTHON: &str = "
import json, pathlib, sys, time
files = sorted(pathlib.Path(sys.argv[1]).rglob('*.json'))
start = time.perf_counter()
for file in files:
    with file.open('rb') as opened:
        json.load(opened)
print(f'{time.perf_counter() - start:.1f}')
";

fn main() {
    let records = documents_wanted(RECORDS);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).into_os_string();
    let input = folder.path().join("in");
    make(&input, records);
    Run::start(["run".into(), path("in"), "--out".into(), path("archive")]).watch();
    let bytes = size(&folder.path().join("archive/records"));
    println!("{records} records, {:.0} MB of JSON", megabytes(bytes));
    println!("Python's json reads them once in {}", python(folder.path()));
    for (format, more) in [
        ("parquet", None),
        ("arrow", None),
        ("csv", None),
        ("jsonl", None),
        ("sqlite", None),
        ("parquet", Some("--split=train=0.8,validation=0.1,test=0.1")),
    ] {
        let target = path(&format!("{format}{}", more.map_or("", |_| "-split")));
        let words = [
            "export".into(),
            path("archive"),
            "--format".into(),
            format.into(),
        ];
        let words = words.into_iter().chain(["--to".into(), target.clone()]);
        let measured = Run::start(words.chain(more.map(Into::into))).watch();
        println!(
            "{format} {}: {:.1} s, {}, {:.0} MB on disk",
            more.unwrap_or_default(),
            measured.elapsed.as_secs_f64(),
            measured.memory(),
            megabytes(size(Path::new(&target))),
        );
    }
}

fn python(folder: &Path) -> String {
    let records = folder.join("archive/records");
    let output = Command::new("python3")
        .arg("-c")
        .arg(PYTHON)
        .arg(records)
        .output();
    match output {
        Ok(Output { status, stdout, .. }) if status.success() => {
            format!("{} s", String::from_utf8_lossy(&stdout).trim())
        }
        _ => "a time not known: there is no python3".to_owned(),
    }
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let sizes = entries.map(|entry| match entry.file_type().unwrap().is_dir() {
        true => size(&entry.path()),
        false => entry.metadata().unwrap().len(),
    });
    sizes.sum()
}
