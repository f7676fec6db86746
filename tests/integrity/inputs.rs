//! Inputs that are missing, disappear, or are results of diarium.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use diarium::catalogue::RunOutcome;
use diarium::discover::Issue;
use diarium::pipeline::{Copies, Finished, Observer, Prune, Redo, RunOptions, run};
use diarium::read;

use super::plan;
use crate::house::{House, assert_exit, diarium, stderr};

fn two_inputs() -> House {
    let house = House::with(&[]);
    house.put("one/a.txt", plan("Ett"));
    house.put("two/b.txt", plan("Två"));
    house
}

#[test]
fn a_missing_input_does_not_keep_the_others_from_being_processed() {
    let house = two_inputs();
    house.ran_over(&["one", "two"], &[]);
    fs::rename(house.at("two"), house.at("away")).unwrap();
    house.put("one/c.txt", plan("Tre"));
    let run = house.run_over(&["two", "one"], &["--prune"]);
    assert_exit(&run, 3);
    assert!(
        stderr(&run).contains("input two is missing"),
        "{}",
        stderr(&run)
    );
    house.assert_records(&[
        ("a.txt.json", "Ett"),
        ("b.txt.json", "Två"),
        ("c.txt.json", "Tre"),
    ]);
    assert_eq!(house.counts()["removed"], 0);
    fs::rename(house.at("away"), house.at("two")).unwrap();
    house.ran_over(&["two", "one"], &["--prune"]);
    house.assert_counts(&[("found", 3), ("unchanged", 3)]);
}

/// Takes a folder away once the run has its plan.
struct Thief {
    folder: PathBuf,
}

impl Observer for Thief {
    fn issue(&self, _: &Issue) {}
    fn planned(&self, _: u64, _: usize) {
        fs::rename(&self.folder, self.folder.with_file_name("away")).unwrap();
    }
    fn finished(&self, _: &Finished) {}
}

#[test]
fn an_input_that_disappears_during_a_run_costs_no_record_and_is_named() {
    let house = two_inputs();
    house.put("two/c.txt", plan("Tre"));
    house.ran_over(&["one", "two"], &[]);
    let before = house.records();
    let options = RunOptions {
        inputs: ["one", "two"].map(|name| house.at(name)).to_vec(),
        output: house.output(),
        jobs: NonZeroUsize::MIN,
        workers: None,
        profiles: None,
        redo: Redo::Everything,
        root: None,
        prune: Prune::Records,
        verify_records: false,
        shard: None,
        read: read::Options::default(),
        copies: Copies::default(),
        readings_limit: 0,
        cancel: Arc::default(),
    };
    let folder = house.at("two");
    let summary = run(&options, &Thief { folder }).unwrap();
    assert_eq!(summary.outcome, RunOutcome::Stopped);
    assert!(summary.missing_inputs[0].ends_with("two"));
    assert_eq!((summary.counts.done, summary.counts.deferred), (1, 2));
    assert_eq!(summary.counts.removed + summary.counts.failed, 0);
    assert!(house.records() == before);

    fs::rename(house.at("away"), house.at("two")).unwrap();
    house.ran_over(&["one", "two"], &[]);
    house.assert_counts(&[("found", 3), ("unchanged", 3)]);
}

#[test]
fn results_are_no_inputs() {
    let house = two_inputs();
    house.ran_over(&["one"], &[]);
    fs::create_dir(house.at("out/pdf")).unwrap();
    for inside in ["out", "out/pdf", "out/records", "out/records/a.txt.json"] {
        for output in ["out", "elsewhere"] {
            let mut command = diarium();
            command.current_dir(house.folder.path());
            let run = command.args(["run", inside, "--out", output]);
            let run = run.output().unwrap();
            assert_exit(&run, 2);
            assert!(stderr(&run).contains("output folder"), "{}", stderr(&run));
        }
    }
    assert!(!house.at("elsewhere").exists());
    // Where an output folder is inside an input, it is skipped.
    fs::rename(house.at("out"), house.at("two/results")).unwrap();
    house.ran_over(&["two"], &[]);
    house.assert_records(&[("b.txt.json", "Två")]);
}
