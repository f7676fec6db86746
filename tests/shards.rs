//! Do several runs that share out their inputs, and are then joined, end where one run ends?

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod road;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// A folder with inputs and output folders.
struct House {
    folder: tempfile::TempDir,
}

impl House {
    /// Plans, some of them copies, one file that is no document, one that is empty.
    fn with_documents(count: usize) -> Self {
        let house = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for number in 0..count {
            house.write(
                &format!("in/{}/plan {number}.txt", number % 5),
                plan(number),
            );
        }
        house.write("in/copy of plan 3.txt", plan(3));
        house.write("in/nothing.txt", "");
        house.write("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0");
        house
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn start(&self, output: &str, options: &[&str]) -> Child {
        diarium()
            .arg("run")
            .arg(self.at("in"))
            .arg("--out")
            .arg(self.at(output))
            .args(options)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    #[track_caller]
    fn run(&self, output: &str, options: &[&str], code: i32) {
        let ended = self.start(output, options).wait_with_output().unwrap();
        assert_exit(&ended, code);
    }

    /// Runs all shards at the same time, each into its folder, `s1`, `s2` and so on.
    #[track_caller]
    fn run_shards(&self, count: usize) -> Vec<String> {
        let names: Vec<String> = (1..=count).map(|number| format!("s{number}")).collect();
        let runs: Vec<Child> = names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let shard = format!("{}/{count}", at + 1);
                self.start(name, &["--shard", &shard])
            })
            .collect();
        for run in runs {
            let code = run.wait_with_output().unwrap().status.code();
            assert!(matches!(code, Some(0 | 1)), "{code:?}");
        }
        names
    }

    fn merge(&self, folders: &[String], into: &str) -> Output {
        diarium()
            .arg("merge")
            .args(folders.iter().map(|name| self.at(name)))
            .arg("--into")
            .arg(self.at(into))
            .output()
            .unwrap()
    }

    fn records(&self, output: &str) -> Vec<(String, Vec<u8>)> {
        road::files(&self.at(output).join("records"))
    }

    fn status(&self, output: &str) -> Value {
        let status = diarium()
            .args(["status", "--json"])
            .arg(self.at(output))
            .output()
            .unwrap();
        assert_exit(&status, 0);
        serde_json::from_slice(&status.stdout).unwrap()
    }

    fn counts(&self, output: &str) -> Value {
        let summary = fs::read(self.at(output).join("run.json")).unwrap();
        let summary: Value = serde_json::from_slice(&summary).unwrap();
        summary["counts"].clone()
    }
}

fn plan(number: usize) -> String {
    format!("Projektnamn: Bro {number}\n\n1. Bakgrund\n\nVi bygger bro {number}.\n")
}

fn diarium() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("diarium"));
    command.env("NO_COLOR", "1");
    command
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
}

/// No file of it is changed by what the closure does.
#[track_caller]
fn assert_unchanged(folder: &Path, action: impl FnOnce()) {
    let records = |folder: &Path| road::files(&folder.join("records"));
    let before = records(folder);
    action();
    assert!(records(folder) == before);
}

#[test]
fn shards_side_by_side_and_merged_are_what_one_run_is() {
    let house = House::with_documents(40);
    house.run("whole", &[], 1);
    let shards = house.run_shards(3);
    let sizes: Vec<usize> = shards
        .iter()
        .map(|name| house.records(name).len())
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 41, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size > 4), "{sizes:?}");

    assert_exit(&house.merge(&shards, "merged"), 0);
    assert!(house.records("merged") == house.records("whole"));
    let (mut merged, mut whole) = (house.status("merged"), house.status("whole"));
    for status in [&mut merged, &mut whole] {
        for failure in status["failures"].as_array_mut().unwrap() {
            failure["run"].take();
        }
    }
    for part in ["outcomes", "kinds", "pages", "warnings", "failures"] {
        assert_eq!(merged[part], whole[part], "{part}");
    }
    assert_eq!(merged["runs"].as_array().unwrap().len(), 3);
    let counts = house.counts("merged");
    assert_eq!(
        (&counts["found"], &counts["done"]),
        (&43.into(), &41.into())
    );

    // What was merged is an output folder like any other.
    assert_unchanged(&house.at("merged"), || house.run("merged", &[], 1));
    assert_eq!(house.counts("merged")["unchanged"], 41);
}

#[test]
fn merging_again_changes_nothing() {
    let house = House::with_documents(12);
    let shards = house.run_shards(2);
    assert_exit(&house.merge(&shards, "merged"), 0);
    let status = house.status("merged");
    assert_unchanged(&house.at("merged"), || {
        let again = house.merge(&shards, "merged");
        assert_exit(&again, 0);
        assert!(told(&again).contains("0 documents merged, 15 known already"));
    });
    assert_eq!(house.status("merged"), status);

    let lost = house.records("merged")[0].0.clone();
    fs::remove_file(house.at("merged/records").join(&lost)).unwrap();
    assert_exit(&house.merge(&shards, "merged"), 0);
    assert_eq!(house.records("merged")[0].0, lost);
}

#[test]
fn the_number_of_shards_may_change_between_runs() {
    let house = House::with_documents(30);
    let before = house.run_shards(2);
    assert_exit(&house.merge(&before, "merged"), 0);
    house.write("in/new.txt", plan(100));
    let after = house.run_shards(3);
    assert_exit(&house.merge(&after, "merged"), 0);
    house.run("whole", &[], 1);
    assert!(house.records("merged") == house.records("whole"));
    // What did not fall to the new shard was not done again.
    let done =
        house.counts("s1")["done"].as_u64().unwrap() + house.counts("s2")["done"].as_u64().unwrap();
    assert!(done <= 1, "{done}");
}

#[test]
fn a_second_night_reads_no_document_of_another_shard_either() {
    let house = House::with_documents(10);
    house.run_shards(2);
    // Their bytes are others now, and nobody could know without reading them.
    for (name, _) in road::files(&house.at("in")) {
        let path = house.at("in").join(name);
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let length = fs::metadata(&path).unwrap().len();
        fs::write(&path, vec![b'x'; usize::try_from(length).unwrap()]).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
    }
    for shard in ["s1", "s2"] {
        assert_unchanged(&house.at(shard), || {
            let number = &shard[1..];
            let run = house.start(shard, &["--shard", &format!("{number}/2")]);
            run.wait_with_output().unwrap();
        });
        assert_eq!(house.counts(shard)["done"], 0);
    }
}

#[test]
fn a_document_that_changed_replaces_what_it_was() {
    let house = House::with_documents(6);
    assert_exit(&house.merge(&house.run_shards(3), "merged"), 0);
    // Runs are told apart by the second in which they start.
    let started = house.status("merged")["runs"][0]["started"].clone();
    house.write("in/1/plan 1.txt", plan(777));
    let shards = loop {
        let shards = house.run_shards(3);
        if house.status("s1")["runs"][0]["started"] != started {
            break shards;
        }
    };
    let merged = house.merge(&shards, "merged");
    assert_exit(&merged, 0);
    house.run("whole", &[], 1);
    assert!(house.records("merged") == house.records("whole"));
}

#[test]
fn two_documents_of_one_name_are_told_and_neither_is_lost() {
    let house = House::with_documents(0);
    for year in ["2009", "2010"] {
        house.write(&format!("{year}/plan.txt"), format!("Plan för {year}\n"));
        let run = diarium()
            .arg("run")
            .arg(house.at(year))
            .arg("--out")
            .arg(house.at(&format!("out{year}")))
            .output()
            .unwrap();
        assert_exit(&run, 0);
    }
    let folders = ["out2009", "out2010"].map(str::to_owned);
    let merged = house.merge(&folders, "merged");
    assert_exit(&merged, 1);
    assert!(told(&merged).contains("plan.txt"), "{}", told(&merged));
    assert!(told(&merged).contains("out2010"), "{}", told(&merged));
    assert!(house.records("merged") == house.records("out2009"));
    assert_eq!(house.records("out2010").len(), 1);
}

#[test]
fn folders_that_cannot_be_merged_are_refused() {
    let house = House::with_documents(1);
    house.run("out", &[], 1);
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_exit(&house.merge(&names(&["nowhere"]), "merged"), 2);
    assert!(!house.at("nowhere").exists() && !house.at("merged").exists());
    assert_exit(&house.merge(&names(&["out"]), "out"), 2);
    let _lock = diarium::catalogue::Lock::take(&house.at("out")).unwrap();
    assert_exit(&house.merge(&names(&["out"]), "merged"), 3);
    for shard in ["0/3", "4/3", "2", "x/y"] {
        house.run("unused", &["--shard", shard], 2);
    }
}
