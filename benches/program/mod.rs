//! Shared code of the benchmarks of the whole program.
//!
//! Documents made of the fixtures' paragraphs, mixed by a generator that always mixes them alike, and
//! the program as users start it, watched while it works.

#![allow(dead_code, reason = "not every bench uses all of it")]

use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

pub(crate) const FOLDERS: usize = 100;

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

/// The last number among the arguments, or the environment's, or the usual one. Cargo passes
/// `--bench` when it measures and not when it tests.
pub(crate) fn documents_wanted(usual: usize) -> usize {
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
        .unwrap_or(usual)
}

/// Writes the documents and says how many bytes they have.
pub(crate) fn make(folder: &Path, documents: usize) -> u64 {
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
pub(crate) struct Run {
    child: Child,
    started: Instant,
}

pub(crate) struct Measured {
    pub elapsed: Duration,
    /// The most memory that each of its processes held at once, in kilobytes, where the system
    /// tells.
    peaks: Vec<u64>,
}

impl Run {
    pub(crate) fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let started = Instant::now();
        let child = Command::new(program())
            .args(arguments)
            .arg("--quiet")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, started }
    }

    /// Waits for its end. A process that is gone tells nothing, so its memory and its workers' is
    /// asked for on the way; the high-water marks only rise, and what the last milliseconds add is
    /// not seen.
    pub(crate) fn watch(mut self) -> Measured {
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
    pub(crate) fn memory(&self) -> String {
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

pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
