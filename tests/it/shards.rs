//! Do several runs that share out their inputs, and are then joined, end where one run ends?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::support::pipeline;

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

    /// Runs over a folder of inputs; some documents may fail.
    #[track_caller]
    fn run_input(&self, input: &str, output: &str, options: &[&str]) {
        let ended = diarium()
            .arg("run")
            .arg(self.at(input))
            .arg("--out")
            .arg(self.at(output))
            .args(options)
            .output()
            .unwrap();
        let code = ended.status.code();
        assert!(matches!(code, Some(0 | 1)), "{code:?}: {}", told(&ended));
    }

    fn check(&self, output: &str) -> i32 {
        let mut command = diarium();
        let checked = command.arg("check").arg(self.at(output)).output().unwrap();
        checked.status.code().unwrap()
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
        pipeline::files(&self.at(output).join("records"))
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
    let records = |folder: &Path| pipeline::files(&folder.join("records"));
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
fn a_document_that_changed_replaces_what_it_was() {
    let house = House::with_documents(6);
    assert_exit(&house.merge(&house.run_shards(3), "merged"), 0);
    house.write("in/1/plan 1.txt", plan(777));
    let shards = house.run_shards(3);
    let merged = house.merge(&shards, "merged");
    assert_exit(&merged, 0);
    house.run("whole", &[], 1);
    assert!(house.records("merged") == house.records("whole"));
}

#[test]
fn two_documents_of_one_path_in_two_roots_are_both_merged() {
    let house = House::with_documents(0);
    for year in ["2009", "2010"] {
        house.write(&format!("{year}/plan.txt"), format!("Plan för {year}\n"));
        house.run_input(year, &format!("out{year}"), &[]);
    }
    let folders = ["out2009", "out2010"].map(str::to_owned);
    assert_exit(&house.merge(&folders, "merged"), 0);
    let names: Vec<String> = house
        .records("merged")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["2010/plan.txt.json", "plan.txt.json"]);
    let record = fs::read_to_string(house.at("merged/records/2010/plan.txt.json")).unwrap();
    assert!(record.contains("Plan för 2010") && record.contains("\"2010/plan.txt\""));
    assert_eq!(house.check("merged"), 0);
}

#[test]
fn a_merge_replaces_a_document_with_all_its_files() {
    let house = House::with_documents(0);
    let pdf = |name: &str| fs::read(Path::new("fixtures/pdf").join(name)).unwrap();
    let run = |output: &str| house.run_input("in", output, &["--alto"]);
    house.write("in/a.pdf", pdf("piacs-application.pdf"));
    house.write("in/b.txt", plan(1));
    run("old");
    house.write("in/a.pdf", pdf("rotated.pdf"));
    house.write("in/b.txt", b"\x89PNG\r\n\x1a\n\0\0");
    run("new");
    let folders = ["old", "new"].map(str::to_owned);
    for folders in [folders.clone(), [folders[1].clone(), folders[0].clone()]] {
        let merged = format!("merged-{}", folders[0]);
        assert_exit(&house.merge(&folders, &merged), 0);
        let files = |output: &str, inside: &str| pipeline::files(&house.at(output).join(inside));
        assert!(files(&merged, "records") == files("new", "records"));
        assert!(files(&merged, "alto") == files("new", "alto"));
        assert_eq!(house.check(&merged), 0);
    }
    // The record of the document that fails now was withdrawn, not lost.
    assert!(
        house
            .at("merged-old/withdrawn/records/b.txt.json")
            .is_file()
    );
}

#[test]
fn a_file_of_the_other_folder_that_cannot_be_read_is_a_conflict() {
    let house = House::with_documents(0);
    house.write("in/a.pdf", fs::read("fixtures/pdf/rotated.pdf").unwrap());
    house.run_input("in", "out", &["--alto"]);
    let page = house.at("out/alto/a.pdf/page-0001.xml");
    fs::remove_file(&page).unwrap();
    let merged = house.merge(&["out".to_owned()], "merged");
    assert_exit(&merged, 1);
    assert!(told(&merged).contains("page-0001.xml"), "{}", told(&merged));
}

#[test]
fn one_inbox_under_two_paths_is_one_root_if_it_is_named() {
    let house = House::with_documents(0);
    house.write("here/a.txt", plan(1));
    house.write("there/a.txt", plan(2));
    house.run_input("here", "out1", &["--root", "inbox"]);
    house.run_input("there", "out2", &["--root", "inbox"]);
    let folders = ["out1", "out2"].map(str::to_owned);
    assert_exit(&house.merge(&folders, "merged"), 0);
    assert!(house.records("merged") == house.records("out2"));
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
