//! Dry run: what is reported is what the run then does, and nothing is written.

use std::collections::BTreeMap;
use std::fs;

use diarium::catalogue::Lock;

use super::plan;
use crate::support::cli::{House, assert_exit, stderr, stdout};

/// A folder with records, and then one document of every fate.
fn changed_house() -> House {
    let house = House::with(&[]);
    for name in ["stays", "changes", "moves", "goes", "damaged"] {
        house.put(&format!("in/{name}.txt"), plan(name));
    }
    house.put("in/fails.txt", "");
    assert_exit(&house.run(&[]), 1);
    house.put("in/changes.txt", plan("something else"));
    fs::rename(house.at("in/moves.txt"), house.at("in/moved.txt")).unwrap();
    fs::remove_file(house.at("in/goes.txt")).unwrap();
    fs::write(house.at("out/records/damaged.txt.json"), "{}").unwrap();
    house.put("in/new.txt", plan("new"));
    house
}

/// Every file of the output folder, without what SQLite keeps for readers.
fn everything(house: &House) -> BTreeMap<String, Vec<u8>> {
    let mut files = house.files("");
    files.retain(|name, _| !name.starts_with("catalogue.db-"));
    files
}

#[test]
fn a_dry_run_reports_what_the_run_then_does_and_writes_nothing() {
    let house = changed_house();
    let before = everything(&house);
    let planned = house.run(&["--dry-run", "--prune", "--retry-failed"]);
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
    assert!(everything(&house) == before);

    assert_exit(&house.run(&["--prune", "--retry-failed"]), 1);
    house.assert_counts(&[
        ("found", 6),
        ("done", 3),
        ("moved", 1),
        ("unchanged", 1),
        ("failed", 1),
        ("removed", 1),
        ("pruned", 1),
    ]);
    let again = house.run(&["--dry-run", "--prune"]);
    assert_eq!(stdout(&again), "");
}

#[test]
fn a_dry_run_tells_a_record_that_comes_back_from_a_document_that_changed() {
    let house = changed_house();
    house.put("in/stays.txt", "");
    assert_exit(&house.run(&[]), 1);
    house.put("in/stays.txt", plan("stays"));
    house.put("in/new.txt", plan("new"));
    assert_eq!(stdout(&house.run(&["--dry-run"])), "restored stays.txt\n");
    assert_exit(&house.run(&[]), 1);
    assert_eq!(house.counts()["restored"], 1);
    assert_eq!(house.counts()["done"], 0);
}

#[test]
fn a_dry_run_knows_that_pruning_leaves_withdrawn_records() {
    let house = changed_house();
    house.put("in/stays.txt", "");
    assert_exit(&house.run(&["--prune"]), 1);
    fs::remove_file(house.at("in/stays.txt")).unwrap();
    let planned = |option| house.run(&["--dry-run", option]);
    assert_eq!(stdout(&planned("--prune")), "removed stays.txt\n");
    assert_eq!(stdout(&planned("--prune-withdrawn")), "prune stays.txt\n");
    assert_exit(&house.run(&["--prune"]), 1);
    assert_eq!(house.counts()["pruned"], 0);
    assert_eq!(stdout(&planned("--prune")), "");
    assert_exit(&house.run(&["--prune-withdrawn"]), 1);
    assert_eq!(house.counts()["pruned"], 1);
}

#[test]
fn without_prune_a_document_that_is_gone_is_reported_as_removed() {
    let house = changed_house();
    let planned = house.run(&["--dry-run"]);
    assert!(stdout(&planned).contains("removed goes.txt\n"));
    assert!(!stdout(&planned).contains("fails.txt"));
}

#[test]
fn a_dry_run_makes_no_output_folder() {
    let house = House::with_plans();
    let planned = house.run(&["--dry-run"]);
    assert_exit(&planned, 0);
    assert_eq!(stdout(&planned), "new 2009/ansökan.txt\nnew plan.txt\n");
    assert!(!house.output().exists());
}

#[test]
fn a_dry_run_needs_no_lock() {
    let house = changed_house();
    let lock = Lock::take(&house.output()).unwrap();
    assert_exit(&house.run(&[]), 3);
    let planned = house.run(&["--dry-run"]);
    assert_exit(&planned, 0);
    assert!(stdout(&planned).contains("new new.txt\n"));
    drop(lock);
}

#[test]
fn a_dry_run_names_an_input_that_is_missing() {
    let house = changed_house();
    let planned = house.run_over(&["nowhere", "in"], &["--dry-run"]);
    assert_exit(&planned, 3);
    assert!(stderr(&planned).contains("input nowhere is missing"));
    assert!(stdout(&planned).contains("new new.txt\n"));
}
