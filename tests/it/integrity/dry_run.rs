//! Dry run: reports what the run then does, and writes nothing.

use std::collections::BTreeMap;
use std::fs;

use diarium::catalogue::Lock;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, stderr, stdout};

/// A folder with records, and then one document of every outcome.
fn with_changes() -> TestContext {
    let context = TestContext::with(&[]);
    for name in ["stays", "changes", "moves", "goes", "damaged"] {
        context.put(&format!("in/{name}.txt"), plan(name));
    }
    context.put("in/fails.txt", "");
    assert_exit(&context.run(&[]), 1);
    context.put("in/changes.txt", plan("something else"));
    fs::rename(context.at("in/moves.txt"), context.at("in/moved.txt")).unwrap();
    fs::remove_file(context.at("in/goes.txt")).unwrap();
    fs::write(context.at("out/records/damaged.txt.json"), "{}").unwrap();
    context.put("in/new.txt", plan("new"));
    context
}

/// Every file of the output folder, without what SQLite keeps for readers.
fn everything(context: &TestContext) -> BTreeMap<String, Vec<u8>> {
    let mut files = context.files("");
    files.retain(|name, _| !name.starts_with("catalogue.db-"));
    files
}

#[test]
fn a_dry_run_reports_what_the_run_then_does_and_writes_nothing() {
    let context = with_changes();
    let before = everything(&context);
    let planned = context.run(&["--dry-run", "--prune", "--retry-failed"]);
    assert_exit(&planned, 0);
    assert_eq!(
        stdout(&planned),
        "changed changes.txt\n\
         record-damaged damaged.txt\n\
         retry fails.txt\n\
         prune goes.txt\n\
         moved moves.txt -> moved.txt\n\
         new new.txt\n"
    );
    assert!(stderr(&planned).contains("6 would change, 1 unchanged"));
    assert!(everything(&context) == before);

    assert_exit(&context.run(&["--prune", "--retry-failed"]), 1);
    context.assert_counts(&[
        ("found", 6),
        ("done", 3),
        ("moved", 1),
        ("unchanged", 1),
        ("failed", 1),
        ("removed", 1),
        ("pruned", 1),
    ]);
    let again = context.run(&["--dry-run", "--prune"]);
    assert_eq!(stdout(&again), "");
}

#[test]
fn a_dry_run_tells_a_record_that_comes_back_from_a_document_that_changed() {
    let context = with_changes();
    context.put("in/stays.txt", "");
    assert_exit(&context.run(&[]), 1);
    context.put("in/stays.txt", plan("stays"));
    context.put("in/new.txt", plan("new"));
    assert_eq!(stdout(&context.run(&["--dry-run"])), "restored stays.txt\n");
    assert_exit(&context.run(&[]), 1);
    assert_eq!(context.counts()["restored"], 1);
    assert_eq!(context.counts()["done"], 0);
}

#[test]
fn a_dry_run_knows_that_pruning_leaves_withdrawn_records() {
    let context = with_changes();
    context.put("in/stays.txt", "");
    assert_exit(&context.run(&["--prune"]), 1);
    fs::remove_file(context.at("in/stays.txt")).unwrap();
    let planned = |option| context.run(&["--dry-run", option]);
    assert_eq!(stdout(&planned("--prune")), "removed stays.txt\n");
    assert_eq!(stdout(&planned("--prune-withdrawn")), "prune stays.txt\n");
    assert_exit(&context.run(&["--prune"]), 1);
    assert_eq!(context.counts()["pruned"], 0);
    assert_eq!(stdout(&planned("--prune")), "");
    assert_exit(&context.run(&["--prune-withdrawn"]), 1);
    assert_eq!(context.counts()["pruned"], 1);
}

#[test]
fn without_prune_a_document_that_is_gone_is_reported_as_removed() {
    let context = with_changes();
    let planned = context.run(&["--dry-run"]);
    assert!(stdout(&planned).contains("removed goes.txt\n"));
    assert!(!stdout(&planned).contains("fails.txt"));
}

#[test]
fn a_dry_run_makes_no_output_folder() {
    let context = TestContext::with_plans();
    let planned = context.run(&["--dry-run"]);
    assert_exit(&planned, 0);
    assert_eq!(stdout(&planned), "new 2009/ansökan.txt\nnew plan.txt\n");
    assert!(!context.output().exists());
}

#[test]
fn a_dry_run_needs_no_lock() {
    let context = with_changes();
    let lock = Lock::acquire(&context.output()).unwrap();
    assert_exit(&context.run(&[]), 3);
    let planned = context.run(&["--dry-run"]);
    assert_exit(&planned, 0);
    assert!(stdout(&planned).contains("new new.txt\n"));
    drop(lock);
}

#[test]
fn a_dry_run_names_an_input_that_is_missing() {
    let context = with_changes();
    let planned = context.run_over(&["nowhere", "in"], &["--dry-run"]);
    assert_exit(&planned, 3);
    assert!(stderr(&planned).contains("input nowhere is missing"));
    assert!(stdout(&planned).contains("new new.txt\n"));
}
