//! Input folder of good and hostile documents, and the outcome of each after a run.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::cli::diarium;

/// A run that takes longer hangs. Without optimization a run takes some seconds; on a busy machine, a
/// minute.
const PATIENCE: Duration = Duration::from_secs(400);

/// Good documents, one for each carrier.
const NEIGHBOURS: [&str; 4] = [
    "text/esf-application.txt",
    "web/esf-project.html",
    "transcript/final-report.txt",
    "pdf/esf-project.pdf",
];

/// The records of the good documents without hostile ones beside them.
static WHOLE: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let inbox = Inbox::new();
    let run = inbox.run(&[]);
    assert_eq!(run.status.code(), Some(0), "{}", told(&run));
    inbox.records()
});

/// Inputs and an output folder.
pub(crate) struct Inbox {
    folder: tempfile::TempDir,
}

impl Inbox {
    /// With the good documents in it.
    pub(crate) fn new() -> Self {
        let inbox = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for name in NEIGHBOURS {
            inbox.put(name, &fs::read(Path::new("fixtures").join(name)).unwrap());
        }
        inbox
    }

    pub(crate) fn input(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// Puts a document among the others.
    pub(crate) fn put(&self, name: impl AsRef<OsStr>, bytes: &[u8]) {
        let path = self.input().join(Path::new(name.as_ref()));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Runs over the folder.
    #[track_caller]
    pub(crate) fn run(&self, options: &[&str]) -> Output {
        let run = diarium()
            .arg("run")
            .arg(self.input())
            .arg("--out")
            .arg(self.output())
            .args(["--ocr", "never"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        ended(run)
    }

    /// Runs a command on the output folder.
    #[track_caller]
    pub(crate) fn look(&self, words: &[&str]) -> Output {
        diarium().args(words).arg(self.output()).output().unwrap()
    }

    /// Every record's bytes, by the path of its document.
    pub(crate) fn records(&self) -> BTreeMap<String, Vec<u8>> {
        let mut records = BTreeMap::new();
        collect(&self.output().join("records"), "", &mut records);
        records
    }

    /// The failures' codes and messages, by path.
    pub(crate) fn failures(&self) -> BTreeMap<String, (String, String)> {
        let status = self.look(&["status", "--json"]);
        let report: Value = serde_json::from_slice(&status.stdout).unwrap();
        let rows = report["failures"].as_array().unwrap().iter();
        rows.map(|row| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            (text("path"), (text("code"), text("message")))
        })
        .collect()
    }

    /// Runs, and checks that the good documents have their records, that all records are valid, and that
    /// every other document has a record or a failure with a reason of its own. Returns the outcomes of
    /// the others, by path.
    #[track_caller]
    pub(crate) fn survives(&self, options: &[&str]) -> BTreeMap<String, Outcome> {
        let run = self.run(options);
        assert!(matches!(run.status.code(), Some(0 | 1)), "{}", told(&run));
        let records = self.records();
        for (name, bytes) in WHOLE.iter() {
            assert!(records.get(name) == Some(bytes), "{name} was hurt");
        }
        let check = self.look(&["check"]);
        let violations = String::from_utf8_lossy(&check.stdout);
        assert_eq!(check.status.code(), Some(0), "{violations}");
        let mut outcomes = BTreeMap::new();
        for (path, (code, message)) in self.failures() {
            let ours = matches!(code.as_str(), "internal" | "rejected");
            assert!(!ours && !message.is_empty(), "{path}: {code}: {message}");
            outcomes.insert(path, Outcome::Failed(code, message));
        }
        for (name, bytes) in records {
            if !WHOLE.contains_key(&name) {
                outcomes.insert(name, Outcome::Done(serde_json::from_slice(&bytes).unwrap()));
            }
        }
        outcomes
    }
}

/// The outcome of a document.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done(Value),
    Failed(String, String),
}

impl Outcome {
    /// The record, which there must be.
    #[track_caller]
    pub(crate) fn record(&self) -> &Value {
        match self {
            Self::Done(record) => record,
            Self::Failed(code, message) => panic!("{code}: {message}"),
        }
    }

    /// `done`, or the failure's code.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Done(_) => "done",
            Self::Failed(code, _) => code,
        }
    }
}

/// The output of a program that must not hang.
#[track_caller]
pub(crate) fn ended(mut run: Child) -> Output {
    let started = Instant::now();
    while run.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            run.kill().unwrap();
            panic!("hangs: {}", told(&run.wait_with_output().unwrap()));
        }
        thread::sleep(Duration::from_millis(20));
    }
    run.wait_with_output().unwrap()
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn collect(folder: &Path, prefix: &str, records: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), records);
        } else {
            let name = name.strip_suffix(".json").unwrap().to_owned();
            records.insert(name, fs::read(entry.path()).unwrap());
        }
    }
}
