//! Inputs: folders that are missing, disappear, or are output folders themselves.

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use diarium::catalogue::RunOutcome;
use diarium::discover::{Issue, Selection};
use diarium::pipeline::{Finished, Observer, Prune, Redo, RenditionOptions, RunOptions, run};
use diarium::read;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, diarium, stderr};

fn two_inputs() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("one/a.txt", plan("Ett"));
    context.put("two/b.txt", plan("Två"));
    context
}

#[test]
fn a_missing_input_does_not_keep_the_others_from_being_processed() {
    let context = two_inputs();
    context.ran_over(&["one", "two"], &[]);
    fs::rename(context.at("two"), context.at("away")).unwrap();
    context.put("one/c.txt", plan("Tre"));
    let run = context.run_over(&["two", "one"], &["--prune"]);
    assert_exit(&run, 3);
    assert!(
        stderr(&run).contains("input two is missing"),
        "{}",
        stderr(&run)
    );
    context.assert_records(&[
        ("a.txt.json", "Ett"),
        ("b.txt.json", "Två"),
        ("c.txt.json", "Tre"),
    ]);
    assert_eq!(context.counts()["removed"], 0);
    fs::rename(context.at("away"), context.at("two")).unwrap();
    context.ran_over(&["two", "one"], &["--prune"]);
    context.assert_counts(&[("found", 3), ("unchanged", 3)]);
}

/// Removes a folder as soon as the run has its plan.
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
    let context = two_inputs();
    context.put("two/c.txt", plan("Tre"));
    context.ran_over(&["one", "two"], &[]);
    let before = context.records();
    let options = RunOptions {
        inputs: ["one", "two"].map(|name| context.at(name)).to_vec(),
        selection: Selection::default(),
        output: context.output(),
        jobs: NonZeroUsize::MIN,
        workers: None,
        profiles: None,
        letterhead: None,
        redo: Redo::Everything,
        root: None,
        prune: Prune::Records,
        verify_records: false,
        shard: None,
        read: read::Options::default(),
        renditions: RenditionOptions::default(),
        readings_limit: 0,
        cancel: Arc::default(),
    };
    let folder = context.at("two");
    let summary = run(&options, &Thief { folder }).unwrap();
    assert_eq!(summary.outcome, RunOutcome::Stopped);
    assert!(summary.missing_inputs[0].ends_with("two"));
    assert_eq!((summary.counts.done, summary.counts.deferred), (1, 2));
    assert_eq!(summary.counts.removed + summary.counts.failed, 0);
    assert!(context.records() == before);

    fs::rename(context.at("away"), context.at("two")).unwrap();
    context.ran_over(&["one", "two"], &[]);
    context.assert_counts(&[("found", 3), ("unchanged", 3)]);
}

#[test]
fn output_folders_are_not_read_as_inputs() {
    let context = two_inputs();
    context.ran_over(&["one"], &[]);
    fs::create_dir(context.at("out/pdf")).unwrap();
    for inside in ["out", "out/pdf", "out/records", "out/records/a.txt.json"] {
        for output in ["out", "elsewhere"] {
            let mut command = diarium();
            command.current_dir(context.folder.path());
            let run = command.args(["run", inside, "--out", output]);
            let run = run.output().unwrap();
            assert_exit(&run, 2);
            assert!(stderr(&run).contains("output folder"), "{}", stderr(&run));
        }
    }
    assert!(!context.at("elsewhere").exists());
    // Where an output folder is inside an input, it is skipped.
    fs::rename(context.at("out"), context.at("two/results")).unwrap();
    context.ran_over(&["two"], &[]);
    context.assert_records(&[("b.txt.json", "Två")]);
}
