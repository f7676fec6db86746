//! Command-line support: run the program on a temporary folder, as a user does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

pub(crate) const PLAN: &str = "Projektnamn: Bron över ån\n\n1. Bakgrund\n\nVi vill bygga en bro.\n";

/// A temporary folder with inputs in `in/` and the output folder `out/`.
pub(crate) struct TestContext {
    pub(crate) folder: tempfile::TempDir,
}

impl TestContext {
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join("in").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn with_plans() -> Self {
        Self::with(&[
            ("plan.txt", PLAN.as_bytes()),
            (
                "2009/ansökan.txt",
                "Ansökan\n\nNamn: Åsa Öberg\n".as_bytes(),
            ),
        ])
    }

    /// Documents of every carrier, made of the fixtures, no two alike; some cannot be read.
    pub(crate) fn mixed(documents: usize) -> Self {
        const FIXTURES: [&str; 9] = [
            "fixtures/text/application.txt",
            "fixtures/web/esf-call.txt",
            "fixtures/text/document.txt",
            "fixtures/pdf/rotated.pdf",
            "fixtures/web/esf-project-lines.txt",
            "tests/damaged/truncated.pdf",
            "fixtures/transcript/final-report.txt",
            "fixtures/pdf/esf-project.pdf",
            "tests/damaged/random.bin",
        ];
        let fixtures = FIXTURES.map(|name| fs::read(name).unwrap());
        let context = Self::with(&[]);
        for number in 0..documents {
            let of = number % FIXTURES.len();
            let extension = FIXTURES[of].rsplit('.').next().unwrap();
            let folder = context.input().join(format!("{}", number % 7));
            fs::create_dir_all(&folder).unwrap();
            // A comment to a PDF, a last paragraph to a text.
            let end = format!("\n\n% Blad {number}\n");
            let bytes = [&fixtures[of], end.as_bytes()].concat();
            fs::write(folder.join(format!("{number}.{extension}")), bytes).unwrap();
        }
        context
    }

    pub(crate) fn input(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Writes a file at a path below the temporary folder.
    pub(crate) fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn run(&self, options: &[&str]) -> Output {
        self.command(options).output().unwrap()
    }

    /// Runs in the temporary folder over these paths below it.
    pub(crate) fn run_over(&self, inputs: &[&str], options: &[&str]) -> Output {
        let mut command = diarium();
        command.current_dir(self.folder.path()).arg("run");
        let command = command.args(inputs).args(["--out", "out"]).args(options);
        command.output().unwrap()
    }

    pub(crate) fn command(&self, options: &[&str]) -> Command {
        let mut command = diarium();
        command
            .arg("run")
            .arg(self.input())
            .arg("--out")
            .arg(self.output())
            .args(options);
        command
    }

    pub(crate) fn on_output(&self, words: &[&str]) -> Output {
        diarium().args(words).arg(self.output()).output().unwrap()
    }

    pub(crate) fn status(&self) -> serde_json::Value {
        let status = self.on_output(&["status", "--json"]);
        serde_json::from_str(stdout(&status)).unwrap()
    }

    pub(crate) fn counts(&self) -> serde_json::Value {
        let text = fs::read_to_string(self.output().join("run.json")).unwrap();
        let summary: serde_json::Value = serde_json::from_str(&text).unwrap();
        summary["counts"].clone()
    }

    /// The counts of the last run that are not zero.
    #[track_caller]
    pub(crate) fn assert_counts(&self, expected: &[(&str, u64)]) {
        let counts = self.counts();
        let counts = counts.as_object().unwrap().iter();
        let counts = counts.map(|(name, count)| (name.as_str(), count.as_u64().unwrap()));
        let counts: BTreeMap<_, _> = counts.filter(|(_, count)| *count > 0).collect();
        assert_eq!(counts, expected.iter().copied().collect());
    }

    /// Every record's bytes, by its path under `records/`.
    pub(crate) fn records(&self) -> BTreeMap<String, Vec<u8>> {
        self.files("records")
    }

    /// Every file's bytes below a folder of the output folder, by its path there; none where there
    /// is no such folder.
    pub(crate) fn files(&self, inside: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let folder = self.output().join(inside);
        if folder.is_dir() {
            collect(&folder, "", &mut files);
        }
        files
    }
}

fn collect(folder: &Path, prefix: &str, records: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), records);
        } else {
            records.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}

pub(crate) fn diarium() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("diarium"));
    command.env("NO_COLOR", "1").env("COLUMNS", "80");
    command
}

#[track_caller]
pub(crate) fn assert_exit(output: &Output, code: i32) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
}

pub(crate) fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// A pseudorandom number generator with a fixed seed: Marsaglia's xorshift64.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

/// The child processes of a process.
#[cfg(target_os = "linux")]
pub(crate) fn children(parent: &Child) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&parent.id().to_string())
    };
    numbers.filter(is_child).collect()
}

/// Sends a signal, given by its name, to a process, and says whether the process still existed.
#[cfg(target_os = "linux")]
pub(crate) fn signal(name: &str, process: u32) -> bool {
    let mut command = Command::new("kill");
    let command = command.args([format!("-{name}"), process.to_string()]);
    command.status().unwrap().success()
}
