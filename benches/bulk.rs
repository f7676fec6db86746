//! How many documents a second, in how much memory, how long when nothing is new, and what does
//! isolation cost?
//!
//! ```text
//! cargo bench --bench bulk                # 10,000 texts, 1,000 PDFs
//! cargo bench --bench bulk -- 500         # as many texts as one likes, a tenth as many PDFs
//! BULK_DOCUMENTS=500 cargo bench --bench bulk
//! ```
//!
//! The texts are made of the fixtures' paragraphs, mixed by a generator that always mixes them
//! alike, the PDFs are fixtures with a comment each; all go through the program as users start it.
//! What comes out is printed, never asserted: it depends on the machine. `cargo test` starts it
//! too, with `--test` or with nothing; it then has ten texts and one PDF.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const DOCUMENTS: usize = 10_000;
const FOLDERS: usize = 100;

/// What documents are made of: forms, project pages and running text.
const FIXTURES: [&str; 7] = [
    "text/piacs-application.txt",
    "text/application.txt",
    "text/esf-application.txt",
    "text/document.txt",
    "web/esf-project-glued.txt",
    "web/esf-project-lines.txt",
    "web/esf-call.txt",
];

/// PDFs with text, from one page to some.
const PDFS: [&str; 4] = [
    "pdf/esf-project.pdf",
    "pdf/final-report.pdf",
    "pdf/piacs-application.pdf",
    "pdf/rotated.pdf",
];

/// Each way of running over the PDFs is tried so often, in turn, and the best time counts: what
/// else the machine does only ever adds.
const ROUNDS: usize = 3;

fn main() {
    let documents = documents_wanted();
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
    let first = Run::start(&input, &output, &[]).watch();
    let seconds = first.elapsed.as_secs_f64();
    println!(
        "first run: {seconds:.1} s, {:.0} documents a second, {}",
        documents as f64 / seconds,
        first.memory()
    );
    let walk = walk(&input).min(walk(&input));
    let again = Run::start(&input, &output, &[]).watch();
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
    let run = |options: &[&str]| {
        let options = [options, &["--force", "--ocr", "never"]].concat();
        Run::start(&input, &output, &options).watch().elapsed
    };
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(run(&["--in-process"]));
        best[1] = best[1].min(run(&[]));
    }
    let [threads, workers] = best.map(|time| documents as f64 / time.as_secs_f64());
    println!(
        "{documents} PDFs: {threads:.1} a second in threads, {workers:.1} in worker processes, \
         {:.3} of that",
        workers / threads
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

/// The last number among the arguments, or the environment's, or [`DOCUMENTS`]. Cargo passes
/// `--bench` when it measures and not when it tests.
fn documents_wanted() -> usize {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |text: &String| text.parse().ok();
    if let Some(told) = arguments.iter().rev().find_map(number) {
        return told;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        return 10;
    }
    env::var("BULK_DOCUMENTS")
        .ok()
        .as_ref()
        .and_then(number)
        .unwrap_or(DOCUMENTS)
}

/// Writes the documents and says how many bytes they have.
fn make(folder: &Path, documents: usize) -> u64 {
    let texts = FIXTURES.map(|name| fs::read_to_string(format!("fixtures/{name}")).unwrap());
    let strangers: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split("\n\n"))
        .filter(|paragraph| paragraph.len() > 120)
        .collect();
    for number in 0..FOLDERS.min(documents) {
        fs::create_dir_all(folder.join(format!("{number:02}"))).unwrap();
    }
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut bytes = 0;
    for number in 0..documents {
        let text = mixed(&texts[dice.below(texts.len())], &strangers, &mut dice);
        let file = format!("{:02}/{number:06}.txt", number % FOLDERS);
        fs::write(folder.join(file), &text).unwrap();
        bytes += text.len() as u64;
    }
    bytes
}

/// A fixture with some paragraphs of running text put in the place of others, and other figures.
fn mixed(text: &str, strangers: &[&str], dice: &mut Dice) -> String {
    let paragraphs: Vec<&str> = text
        .split("\n\n")
        .map(
            |paragraph| match paragraph.len() > 120 && dice.below(2) == 0 {
                true => strangers[dice.below(strangers.len())],
                false => paragraph,
            },
        )
        .collect();
    let figure = |character: char, dice: &mut Dice| match character {
        '5'..='9' => char::from(b'5' + u8::try_from(dice.below(5)).unwrap_or(0)),
        other => other,
    };
    paragraphs
        .join("\n\n")
        .chars()
        .map(|character| figure(character, dice))
        .collect()
}

/// Numbers that look random and are the same in every run: Marsaglia's xorshift64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

/// The program at work.
struct Run {
    child: Child,
    started: Instant,
}

struct Measured {
    elapsed: Duration,
    /// The most memory that each of its processes held at once, in kilobytes, where the system
    /// tells.
    peaks: Vec<u64>,
}

impl Run {
    fn start(input: &Path, output: &Path, options: &[&str]) -> Self {
        let started = Instant::now();
        let child = Command::new(program())
            .args(["run", "--quiet", "--out"])
            .arg(output)
            .arg(input)
            .args(options)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, started }
    }

    /// Waits for its end. A process that is gone tells nothing, so its memory and its workers' is
    /// asked for on the way; the high-water marks only rise, and what the last milliseconds add is
    /// not seen.
    fn watch(mut self) -> Measured {
        let mut peaks = BTreeMap::new();
        let status = loop {
            for process in family(self.child.id()) {
                let peak = high_water_mark(process);
                let known = peaks.entry(process).or_default();
                *known = peak.max(*known);
            }
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None => thread::sleep(Duration::from_millis(20)),
            }
        };
        let elapsed = self.started.elapsed();
        assert!(status.success(), "the run ended with {status}");
        Measured {
            elapsed,
            peaks: peaks.into_values().flatten().collect(),
        }
    }
}

impl Measured {
    fn memory(&self) -> String {
        match self.peaks.len() {
            0 => "memory not told by this system".to_owned(),
            processes => format!(
                "{:.0} MB at most in {processes} processes together",
                megabytes(self.peaks.iter().sum::<u64>() * 1024)
            ),
        }
    }
}

/// A process and its children.
fn family(process: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{process}/task"))
        .into_iter()
        .flatten();
    let children = threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<String> = children.collect();
    let numbers = children.iter().flat_map(|list| list.split_whitespace());
    let mut family: Vec<u32> = numbers.filter_map(|number| number.parse().ok()).collect();
    family.push(process);
    family.sort_unstable();
    family.dedup();
    family
}

/// Cargo builds the program with the benchmark, in the same profile.
fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_diarium").into()
}

/// `VmHWM:   123456 kB` in Linux's `/proc`.
fn high_water_mark(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
