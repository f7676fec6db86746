//! Does a later night do just what the changes of the day ask for?

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod house;

use std::collections::BTreeMap;
use std::fs;

use house::{House, PLAN, assert_exit, stdout};
use serde_json::Value;

/// What the last run counted, without what it counted none of.
fn counts(house: &House) -> BTreeMap<String, u64> {
    let counts = house.counts();
    let counts = counts.as_object().unwrap().iter();
    let counts = counts.map(|(name, count)| (name.clone(), count.as_u64().unwrap()));
    counts.filter(|(_, count)| *count > 0).collect()
}

#[track_caller]
fn assert_counts(house: &House, expected: &[(&str, u64)]) {
    let expected = expected
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count));
    assert_eq!(counts(house), expected.collect());
}

fn ran(house: &House, options: &[&str]) {
    assert_exit(&house.run(options), 0);
}

fn texts(names: &[&str]) -> House {
    let texts: Vec<String> = names
        .iter()
        .map(|name| format!("{PLAN}\n{name}\n"))
        .collect();
    let files = names.iter().zip(&texts);
    let files: Vec<(&str, &[u8])> = files.map(|(name, text)| (*name, text.as_bytes())).collect();
    House::with(&files)
}

#[test]
fn a_moved_file_takes_its_record_with_it() {
    let house = texts(&["a.txt", "old/b.txt"]);
    ran(&house, &[]);
    fs::create_dir(house.input().join("new")).unwrap();
    fs::rename(
        house.input().join("old/b.txt"),
        house.input().join("new/c.txt"),
    )
    .unwrap();
    fs::write(house.input().join("old/.kept"), "").unwrap();
    ran(&house, &[]);
    assert_counts(&house, &[("found", 2), ("unchanged", 1), ("moved", 1)]);

    let records = house.records();
    assert_eq!(
        records.keys().collect::<Vec<_>>(),
        ["a.txt.json", "new/c.txt.json"]
    );
    let record: Value = serde_json::from_slice(&records["new/c.txt.json"]).unwrap();
    assert_eq!(record["source"]["path"], "new/c.txt");
    ran(&house, &["--force"]);
    assert!(
        house.records() == records,
        "reading it again gives another record"
    );
    assert_exit(&house.on_output(&["check"]), 0);
}

#[test]
fn the_same_bytes_twice_are_told_and_have_a_record_each() {
    let house = House::with(&[("a.txt", PLAN.as_bytes()), ("b.txt", PLAN.as_bytes())]);
    ran(&house, &[]);
    assert_counts(&house, &[("found", 2), ("done", 2), ("duplicates", 1)]);
    assert_eq!(house.records().len(), 2);
    // A copy is no move: what it was copied from is still there.
    fs::copy(house.input().join("a.txt"), house.input().join("c.txt")).unwrap();
    ran(&house, &[]);
    assert_counts(
        &house,
        &[
            ("found", 3),
            ("done", 1),
            ("unchanged", 2),
            ("duplicates", 2),
        ],
    );
}

#[test]
fn a_removed_file_keeps_its_record_until_pruning_is_asked_for() {
    let house = texts(&["a.txt", "b.txt"]);
    ran(&house, &[]);
    fs::remove_file(house.input().join("b.txt")).unwrap();
    ran(&house, &[]);
    assert_counts(&house, &[("found", 1), ("unchanged", 1), ("removed", 1)]);
    assert_eq!(house.records().len(), 2);
    let status: Value =
        serde_json::from_str(stdout(&house.on_output(&["status", "--json"]))).unwrap();
    assert_eq!(
        (&status["outcomes"]["done"], &status["outcomes"]["removed"]),
        (&1.into(), &1.into())
    );

    ran(&house, &["--prune"]);
    assert_counts(&house, &[("found", 1), ("unchanged", 1), ("pruned", 1)]);
    assert_eq!(house.records().keys().collect::<Vec<_>>(), ["a.txt.json"]);
    assert_exit(&house.on_output(&["check"]), 0);
    // It comes back as if it were new.
    fs::write(house.input().join("b.txt"), PLAN).unwrap();
    ran(&house, &["--prune"]);
    assert_counts(&house, &[("found", 2), ("done", 1), ("unchanged", 1)]);
}

#[test]
fn a_removed_file_that_comes_back_is_what_it_was() {
    let house = texts(&["a.txt", "b.txt"]);
    ran(&house, &[]);
    let aside = house.folder.path().join("aside.txt");
    fs::rename(house.input().join("b.txt"), &aside).unwrap();
    ran(&house, &[]);
    fs::rename(&aside, house.input().join("b.txt")).unwrap();
    ran(&house, &[]);
    assert_counts(&house, &[("found", 2), ("unchanged", 2)]);
}

#[test]
fn nothing_is_pruned_that_an_empty_folder_or_another_input_may_hide() {
    let house = texts(&["a.txt", "disk/b.txt", "sub/c.txt"]);
    ran(&house, &[]);
    // A disk that is not mounted leaves an empty folder.
    let disk = house.input().join("disk");
    fs::rename(&disk, house.folder.path().join("away")).unwrap();
    fs::create_dir(&disk).unwrap();
    ran(&house, &["--prune"]);
    assert_counts(&house, &[("found", 2), ("unchanged", 2), ("hidden", 1)]);
    // A run over one folder says nothing about the others.
    fs::remove_file(house.input().join("a.txt")).unwrap();
    let mut command = house::diarium();
    command
        .arg("run")
        .arg(house.input().join("sub"))
        .arg("--out")
        .arg(house.output());
    assert_exit(&command.arg("--prune").output().unwrap(), 0);
    // The folder is inside a known root, so that its document is known, too.
    assert_counts(&house, &[("found", 1), ("unchanged", 1)]);
    assert!(house.records().contains_key("a.txt.json"));
    assert!(house.records().contains_key("disk/b.txt.json"));
}

/// Fault injection lets the file grow while it is read.
#[cfg(any(feature = "fault-injection", debug_assertions))]
#[test]
fn a_file_that_is_still_being_written_is_left_for_the_next_run() {
    let house = texts(&["a.txt", "growing.txt"]);
    let run = |house: &House| {
        let mut command = house.command(&[]);
        command
            .env("DIARIUM_FAULT", "write=growing.txt")
            .output()
            .unwrap()
    };
    assert_exit(&run(&house), 0);
    assert_counts(&house, &[("found", 2), ("done", 1), ("deferred", 1)]);
    assert_eq!(house.records().len(), 1);
    ran(&house, &[]);
    assert_counts(&house, &[("found", 2), ("done", 1), ("unchanged", 1)]);
    let before = house.records();
    fs::write(house.input().join("growing.txt"), "Något nytt.\n").unwrap();
    assert_exit(&run(&house), 0);
    assert!(
        house.records() == before,
        "the record that stands is not touched"
    );
    ran(&house, &[]);
    assert_counts(&house, &[("found", 2), ("done", 1), ("unchanged", 1)]);
}
