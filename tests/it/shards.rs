//! Sharding: runs that divide their inputs and are then merged give the same as one run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};

use serde_json::Value;

use crate::support::cli::{assert_exit, diarium, stderr};
use crate::support::pipeline;

/// A folder with inputs and output folders.
struct ShardContext {
    folder: tempfile::TempDir,
}

impl ShardContext {
    /// Plans, some of them copies, one file that is no document, one that is empty.
    fn with_documents(count: usize) -> Self {
        let context = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for number in 0..count {
            context.write(
                &format!("in/{}/plan {number}.txt", number % 5),
                plan(number),
            );
        }
        context.write("in/copy of plan 3.txt", plan(3));
        context.write("in/nothing.txt", "");
        context.write("in/picture.png", b"\x89PNG\r\n\x1a\n\0\0");
        context
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
        assert!(matches!(code, Some(0 | 1)), "{code:?}: {}", stderr(&ended));
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

/// No file of it is changed by what the closure does.
#[track_caller]
fn assert_unchanged(folder: &Path, action: impl FnOnce()) {
    let records = |folder: &Path| pipeline::files(&folder.join("records"));
    let before = records(folder);
    action();
    assert!(records(folder) == before);
}

#[test]
fn merged_shards_equal_one_run() {
    let context = ShardContext::with_documents(40);
    context.run("whole", &[], 1);
    let shards = context.run_shards(3);
    let sizes: Vec<usize> = shards
        .iter()
        .map(|name| context.records(name).len())
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 41, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size > 4), "{sizes:?}");

    assert_exit(&context.merge(&shards, "merged"), 0);
    assert!(context.records("merged") == context.records("whole"));
    let (mut merged, mut whole) = (context.status("merged"), context.status("whole"));
    for status in [&mut merged, &mut whole] {
        for failure in status["failures"].as_array_mut().unwrap() {
            failure["run"].take();
        }
    }
    for part in ["outcomes", "kinds", "pages", "warnings", "failures"] {
        assert_eq!(merged[part], whole[part], "{part}");
    }
    assert_eq!(merged["runs"].as_array().unwrap().len(), 3);
    let counts = context.counts("merged");
    assert_eq!(
        (&counts["found"], &counts["done"]),
        (&43.into(), &41.into())
    );

    // What was merged is an output folder like any other.
    assert_unchanged(&context.at("merged"), || context.run("merged", &[], 1));
    assert_eq!(context.counts("merged")["unchanged"], 41);
}

#[test]
fn merging_again_changes_nothing() {
    let context = ShardContext::with_documents(12);
    let shards = context.run_shards(2);
    assert_exit(&context.merge(&shards, "merged"), 0);
    let status = context.status("merged");
    assert_unchanged(&context.at("merged"), || {
        let again = context.merge(&shards, "merged");
        assert_exit(&again, 0);
        assert!(stderr(&again).contains("0 documents merged, 15 already present"));
    });
    assert_eq!(context.status("merged"), status);

    let lost = context.records("merged")[0].0.clone();
    fs::remove_file(context.at("merged/records").join(&lost)).unwrap();
    assert_exit(&context.merge(&shards, "merged"), 0);
    assert_eq!(context.records("merged")[0].0, lost);
}

#[test]
fn the_number_of_shards_may_change_between_runs() {
    let context = ShardContext::with_documents(30);
    let before = context.run_shards(2);
    assert_exit(&context.merge(&before, "merged"), 0);
    context.write("in/new.txt", plan(100));
    let after = context.run_shards(3);
    assert_exit(&context.merge(&after, "merged"), 0);
    context.run("whole", &[], 1);
    assert!(context.records("merged") == context.records("whole"));
    // What did not fall to the new shard was not done again.
    let done = context.counts("s1")["done"].as_u64().unwrap()
        + context.counts("s2")["done"].as_u64().unwrap();
    assert!(done <= 1, "{done}");
}

#[test]
fn a_changed_document_replaces_its_old_record() {
    let context = ShardContext::with_documents(6);
    assert_exit(&context.merge(&context.run_shards(3), "merged"), 0);
    context.write("in/1/plan 1.txt", plan(777));
    let shards = context.run_shards(3);
    let merged = context.merge(&shards, "merged");
    assert_exit(&merged, 0);
    context.run("whole", &[], 1);
    assert!(context.records("merged") == context.records("whole"));
}

#[test]
fn two_documents_of_one_path_in_two_roots_are_both_merged() {
    let context = ShardContext::with_documents(0);
    for year in ["2009", "2010"] {
        context.write(&format!("{year}/plan.txt"), format!("Plan för {year}\n"));
        context.run_input(year, &format!("out{year}"), &[]);
    }
    let folders = ["out2009", "out2010"].map(str::to_owned);
    assert_exit(&context.merge(&folders, "merged"), 0);
    let names: Vec<String> = context
        .records("merged")
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["2010/plan.txt.json", "plan.txt.json"]);
    let record = fs::read_to_string(context.at("merged/records/2010/plan.txt.json")).unwrap();
    assert!(record.contains("Plan för 2010") && record.contains("\"2010/plan.txt\""));
    assert_eq!(context.check("merged"), 0);
}

#[test]
fn a_merge_replaces_a_document_with_all_its_files() {
    let context = ShardContext::with_documents(0);
    let pdf = |name: &str| fs::read(Path::new("fixtures/pdf").join(name)).unwrap();
    let run = |output: &str| context.run_input("in", output, &["--alto"]);
    context.write("in/a.pdf", pdf("piacs-application.pdf"));
    context.write("in/b.txt", plan(1));
    run("old");
    context.write("in/a.pdf", pdf("rotated.pdf"));
    context.write("in/b.txt", b"\x89PNG\r\n\x1a\n\0\0");
    run("new");
    let folders = ["old", "new"].map(str::to_owned);
    for folders in [folders.clone(), [folders[1].clone(), folders[0].clone()]] {
        let merged = format!("merged-{}", folders[0]);
        assert_exit(&context.merge(&folders, &merged), 0);
        let files = |output: &str, inside: &str| pipeline::files(&context.at(output).join(inside));
        assert!(files(&merged, "records") == files("new", "records"));
        assert!(files(&merged, "alto") == files("new", "alto"));
        assert_eq!(context.check(&merged), 0);
    }
    // The record of the document that fails now was withdrawn, not lost.
    assert!(
        context
            .at("merged-old/withdrawn/records/b.txt.json")
            .is_file()
    );
}

#[test]
fn a_file_of_the_other_folder_that_cannot_be_read_is_a_conflict() {
    let context = ShardContext::with_documents(0);
    context.write("in/a.pdf", fs::read("fixtures/pdf/rotated.pdf").unwrap());
    context.run_input("in", "out", &["--alto"]);
    let page = context.at("out/alto/a.pdf/page-0001.xml");
    fs::remove_file(&page).unwrap();
    let merged = context.merge(&["out".to_owned()], "merged");
    assert_exit(&merged, 1);
    assert!(
        stderr(&merged).contains("page-0001.xml"),
        "{}",
        stderr(&merged)
    );
}

#[test]
fn one_inbox_under_two_paths_is_one_root_if_it_is_named() {
    let context = ShardContext::with_documents(0);
    context.write("here/a.txt", plan(1));
    context.write("there/a.txt", plan(2));
    context.run_input("here", "out1", &["--root", "inbox"]);
    context.run_input("there", "out2", &["--root", "inbox"]);
    let folders = ["out1", "out2"].map(str::to_owned);
    assert_exit(&context.merge(&folders, "merged"), 0);
    assert!(context.records("merged") == context.records("out2"));
}

#[test]
fn folders_that_cannot_be_merged_are_refused() {
    let context = ShardContext::with_documents(1);
    context.run("out", &[], 1);
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_exit(&context.merge(&names(&["nowhere"]), "merged"), 2);
    assert!(!context.at("nowhere").exists() && !context.at("merged").exists());
    assert_exit(&context.merge(&names(&["out"]), "out"), 2);
    let _lock = diarium::catalogue::Lock::acquire(&context.at("out")).unwrap();
    assert_exit(&context.merge(&names(&["out"]), "merged"), 3);
    for shard in ["0/3", "4/3", "2", "x/y"] {
        context.run("unused", &["--shard", shard], 2);
    }
}
