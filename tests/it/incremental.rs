//! Incremental runs: a later run processes what has changed, and nothing else.

use std::fs;

use crate::support::cli::{PLAN, TestContext, assert_exit, diarium, stdout};
use serde_json::Value;

fn ran(context: &TestContext, options: &[&str]) {
    assert_exit(&context.run(options), 0);
}

fn texts(names: &[&str]) -> TestContext {
    let texts: Vec<String> = names
        .iter()
        .map(|name| format!("{PLAN}\n{name}\n"))
        .collect();
    let files = names.iter().zip(&texts);
    let files: Vec<(&str, &[u8])> = files.map(|(name, text)| (*name, text.as_bytes())).collect();
    TestContext::with(&files)
}

#[test]
fn a_moved_file_takes_its_record_with_it() {
    let context = texts(&["a.txt", "old/b.txt"]);
    ran(&context, &[]);
    fs::create_dir(context.input().join("new")).unwrap();
    fs::rename(
        context.input().join("old/b.txt"),
        context.input().join("new/c.txt"),
    )
    .unwrap();
    fs::write(context.input().join("old/.kept"), "").unwrap();
    ran(&context, &[]);
    context.assert_counts(&[("found", 2), ("unchanged", 1), ("moved", 1)]);

    let records = context.records();
    assert_eq!(
        records.keys().collect::<Vec<_>>(),
        ["a.txt.json", "new/c.txt.json"]
    );
    let record: Value = serde_json::from_slice(&records["new/c.txt.json"]).unwrap();
    assert_eq!(record["source"]["path"], "new/c.txt");
    ran(&context, &["--force"]);
    assert!(
        context.records() == records,
        "reading it again gives another record"
    );
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn duplicate_files_are_reported_and_have_a_record_each() {
    let context = TestContext::with(&[("a.txt", PLAN.as_bytes()), ("b.txt", PLAN.as_bytes())]);
    ran(&context, &[]);
    context.assert_counts(&[("found", 2), ("done", 2), ("duplicates", 1)]);
    assert_eq!(context.records().len(), 2);
    // A copy is no move: what it was copied from is still there.
    fs::copy(context.input().join("a.txt"), context.input().join("c.txt")).unwrap();
    ran(&context, &[]);
    context.assert_counts(&[
        ("found", 3),
        ("done", 1),
        ("unchanged", 2),
        ("duplicates", 2),
    ]);
}

#[test]
fn a_removed_file_keeps_its_record_until_pruning_is_asked_for() {
    let context = texts(&["a.txt", "b.txt"]);
    ran(&context, &[]);
    fs::remove_file(context.input().join("b.txt")).unwrap();
    ran(&context, &[]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("removed", 1)]);
    assert_eq!(context.records().len(), 2);
    let status: Value =
        serde_json::from_str(stdout(&context.on_output(&["status", "--json"]))).unwrap();
    assert_eq!(
        (&status["outcomes"]["done"], &status["outcomes"]["removed"]),
        (&1.into(), &1.into())
    );

    ran(&context, &["--prune"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("pruned", 1)]);
    assert_eq!(context.records().keys().collect::<Vec<_>>(), ["a.txt.json"]);
    assert_exit(&context.on_output(&["check"]), 0);
    // It comes back as if it were new.
    fs::write(context.input().join("b.txt"), PLAN).unwrap();
    ran(&context, &["--prune"]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
}

#[test]
fn a_removed_file_that_comes_back_gets_the_same_record() {
    let context = texts(&["a.txt", "b.txt"]);
    ran(&context, &[]);
    let aside = context.folder.path().join("aside.txt");
    fs::rename(context.input().join("b.txt"), &aside).unwrap();
    ran(&context, &[]);
    fs::rename(&aside, context.input().join("b.txt")).unwrap();
    ran(&context, &[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
}

#[test]
fn an_empty_folder_or_another_input_prunes_nothing() {
    let context = texts(&["a.txt", "disk/b.txt", "sub/c.txt"]);
    ran(&context, &[]);
    // A disk that is not mounted leaves an empty folder.
    let disk = context.input().join("disk");
    fs::rename(&disk, context.folder.path().join("away")).unwrap();
    fs::create_dir(&disk).unwrap();
    ran(&context, &["--prune"]);
    context.assert_counts(&[("found", 2), ("unchanged", 2), ("hidden", 1)]);
    // A run over one folder says nothing about the others.
    fs::remove_file(context.input().join("a.txt")).unwrap();
    let mut command = diarium();
    command
        .arg("run")
        .arg(context.input().join("sub"))
        .arg("--out")
        .arg(context.output());
    assert_exit(&command.arg("--prune").output().unwrap(), 0);
    // The folder is inside a known root, so that its document is known, too.
    context.assert_counts(&[("found", 1), ("unchanged", 1)]);
    assert!(context.records().contains_key("a.txt.json"));
    assert!(context.records().contains_key("disk/b.txt.json"));
}

/// A debug build lets the file grow while it is read.
#[cfg(any(feature = "fault-injection", debug_assertions))]
#[test]
fn a_file_that_is_still_being_written_is_left_for_the_next_run() {
    let context = texts(&["a.txt", "growing.txt"]);
    let run = |context: &TestContext| {
        let mut command = context.command(&[]);
        command
            .env("DIARIUM_FAULT", "write=growing.txt")
            .output()
            .unwrap()
    };
    assert_exit(&run(&context), 0);
    context.assert_counts(&[("found", 2), ("done", 1), ("deferred", 1)]);
    assert_eq!(context.records().len(), 1);
    ran(&context, &[]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    let before = context.records();
    fs::write(context.input().join("growing.txt"), "Något nytt.\n").unwrap();
    assert_exit(&run(&context), 0);
    assert!(
        context.records() == before,
        "the record that stands is not touched"
    );
    ran(&context, &[]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
}
