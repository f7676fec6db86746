//! Benchmark of whole runs: throughput, memory, unchanged documents, and the cost of isolation.
//!
//! ```text
//! cargo bench --bench bulk                # 10,000 texts, 1,000 PDFs
//! cargo bench --bench bulk -- 500         # any number of texts, a tenth as many PDFs
//! BULK_DOCUMENTS=500 cargo bench --bench bulk
//! ```
//!
//! The texts are made of the fixtures' paragraphs, in a fixed pseudo-random order. The PDFs are
//! fixtures with a comment each. All are processed by the program as users start it.
//! The result is printed, never asserted: it depends on the machine. `cargo test` starts it
//! too, with `--test` or with nothing; it then has ten texts and one PDF.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::{
    ffi::OsStr,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use program::{FOLDERS, Run, documents_wanted, make, megabytes};

mod program;

const DOCUMENTS: usize = 10_000;

/// PDFs with text, from one page to some.
const PDFS: [&str; 4] = [
    "pdf/esf-project.pdf",
    "pdf/final-report.pdf",
    "pdf/piacs-application.pdf",
    "pdf/rotated.pdf",
];

/// Each way of running over the PDFs is tried so often, in turn. A machine is not as fast from minute
/// to minute: two runs side by side are compared, and the middle one of the ratios counts.
const ROUNDS: usize = 7;

fn main() {
    let documents = documents_wanted(DOCUMENTS);
    let folder = tempfile::tempdir().unwrap();
    texts(folder.path(), documents);
    pdfs(folder.path(), (documents / 10).max(1));
}

fn texts(folder: &Path, documents: usize) {
    let input = folder.join("texts");
    let bytes = make(&input, documents);
    println!(
        "{documents} documents, {:.1} MB, in {FOLDERS} folders",
        megabytes(bytes)
    );

    let output = folder.join("texts out");
    let first = run(&input, &output, &[]).watch();
    let seconds = first.elapsed.as_secs_f64();
    println!(
        "first run: {seconds:.1} s, {:.0} documents a second, {}",
        documents as f64 / seconds,
        first.memory()
    );
    let walk = walk(&input).min(walk(&input));
    let again = run(&input, &output, &[]).watch();
    println!(
        "second run, nothing new: {:.2} s, {}; find with sizes and times: {:.2} s; \
         {:.1} times that without the first second",
        again.elapsed.as_secs_f64(),
        again.memory(),
        walk.as_secs_f64(),
        (again.elapsed.as_secs_f64() - 1.0).max(0.0) / walk.as_secs_f64()
    );
}

/// What isolation costs, on documents that take their time.
fn pdfs(folder: &Path, documents: usize) {
    let input = folder.join("pdfs");
    fs::create_dir_all(&input).unwrap();
    for number in 0..documents {
        let fixture = PDFS[number % PDFS.len()];
        let mut bytes = fs::read(format!("fixtures/{fixture}")).unwrap();
        bytes.extend(format!("\n% {number}\n").bytes());
        fs::write(input.join(format!("{number:06}.pdf")), bytes).unwrap();
    }
    let output = folder.join("pdfs out");
    let timed = |options: &[&str]| {
        let options = [options, &["--force", "--ocr", "never"]].concat();
        run(&input, &output, &options).watch().elapsed
    };
    let mut rounds = [(); ROUNDS].map(|()| [timed(&["--in-process"]), timed(&[])]);
    let ratio = |[threads, workers]: &[Duration; 2]| threads.as_secs_f64() / workers.as_secs_f64();
    rounds.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    let middle = &rounds[ROUNDS / 2];
    let [threads, workers] = middle.map(|time| documents as f64 / time.as_secs_f64());
    println!(
        "{documents} PDFs: {threads:.1} a second in threads, {workers:.1} in worker processes, \
         {:.3} of that ({:.3} to {:.3} in {ROUNDS} rounds)",
        ratio(middle),
        ratio(&rounds[0]),
        ratio(&rounds[ROUNDS - 1])
    );
}

/// How long it takes to ask for every file's size and time.
fn walk(folder: &Path) -> Duration {
    let started = Instant::now();
    let mut find = Command::new("find");
    find.arg(folder)
        .args(["-printf", "%s %T@ %p\n"])
        .stdout(Stdio::null());
    assert!(find.status().unwrap().success());
    started.elapsed()
}

fn run(input: &Path, output: &Path, options: &[&str]) -> Run {
    let arguments = [OsStr::new("run"), input.as_os_str(), OsStr::new("--out")];
    let arguments = arguments.into_iter().chain([output.as_os_str()]);
    Run::start(arguments.chain(options.iter().map(OsStr::new)))
}
