//! Later runs: what changes in a container, and what does not.

use std::fs;

use super::plan;
use crate::support::archives::zip;
use crate::support::cli::{TestContext, assert_exit, stdout};

/// An archive with these documents.
fn archive(names: &[&str]) -> Vec<u8> {
    let texts: Vec<Vec<u8>> = names.iter().map(|name| plan(name)).collect();
    let pairs = names.iter().zip(&texts);
    let files: Vec<(&str, &[u8])> = pairs.map(|(name, text)| (*name, text.as_slice())).collect();
    zip(&files)
}

#[test]
fn an_unchanged_container_is_not_opened_again() {
    let inner = archive(&["c.txt"]);
    let text = plan("a");
    let context = TestContext::with(&[("a.zip", &zip(&[("a.txt", &text), ("in.zip", &inner)]))]);
    context.runs(&[]);
    let records = context.records();
    // What is listed is known from the catalogue: a later run would fail to open the file.
    context.runs(&[]);
    context.assert_counts(&[("found", 2), ("containers", 2), ("unchanged", 2)]);
    assert!(context.records() == records);
    context.runs(&["--force"]);
    context.assert_counts(&[("found", 2), ("containers", 2), ("done", 2)]);
    assert!(context.records() == records);
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn only_what_is_new_in_a_changed_container_is_processed() {
    let context = TestContext::with(&[("a.zip", &archive(&["a.txt", "b.txt"]))]);
    context.runs(&[]);
    context.put("in/a.zip", archive(&["b.txt", "c.txt"]));
    context.runs(&[]);
    context.assert_counts(&[
        ("found", 2),
        ("containers", 1),
        ("done", 1),
        ("unchanged", 1),
        ("removed", 1),
    ]);
    assert_eq!(context.records().len(), 3);
    context.runs(&["--prune"]);
    context.assert_counts(&[
        ("found", 2),
        ("containers", 1),
        ("unchanged", 2),
        ("pruned", 1),
    ]);
    assert_eq!(
        context.record_paths(),
        ["a.zip!/b.txt.json", "a.zip!/c.txt.json"]
    );
    assert_exit(&context.on_output(&["check"]), 0);
    // What comes back is new again.
    context.put("in/a.zip", archive(&["a.txt", "b.txt"]));
    context.runs(&["--prune"]);
    context.assert_counts(&[
        ("found", 2),
        ("containers", 1),
        ("done", 1),
        ("unchanged", 1),
        ("removed", 1),
        ("pruned", 1),
    ]);
}

#[test]
fn the_documents_of_a_deleted_container_are_removed_with_it() {
    let nested = zip(&[("in.zip", &archive(&["a.txt"]))]);
    let context = TestContext::with(&[("a.zip", &nested), ("b.zip", &archive(&["b.txt"]))]);
    context.runs(&[]);
    fs::remove_file(context.input().join("a.zip")).unwrap();
    let planned = context.run(&["--dry-run", "--prune"]);
    assert!(
        stdout(&planned).contains("prune a.zip!/in.zip!/a.txt"),
        "{}",
        stdout(&planned)
    );
    context.runs(&["--prune"]);
    assert_eq!(context.record_paths(), ["b.zip!/b.txt.json"]);
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn a_nested_container_that_is_gone_takes_its_documents_with_it() {
    let text = plan("kvar");
    let nested = zip(&[("in.zip", &archive(&["a.txt"])), ("kvar.txt", &text)]);
    let context = TestContext::with(&[("a.zip", &nested)]);
    context.runs(&[]);
    context.put("in/a.zip", zip(&[("kvar.txt", &text)]));
    context.runs(&["--prune"]);
    assert_eq!(context.record_paths(), ["a.zip!/kvar.txt.json"]);
}

#[test]
fn a_renamed_container_has_new_documents_with_the_same_readings() {
    let context = TestContext::with(&[("a.zip", &archive(&["a.txt"])), ("b.txt", &plan("b"))]);
    context.runs(&[]);
    fs::rename(context.input().join("a.zip"), context.input().join("c.zip")).unwrap();
    context.runs(&["--prune"]);
    assert_eq!(context.record_paths(), ["b.txt.json", "c.zip!/a.txt.json"]);
    let record = context.record("c.zip!/a.txt.json");
    assert_eq!(record["source"]["parent"], "c.zip");
}

#[test]
fn a_file_in_place_of_a_container_removes_its_documents() {
    let context = TestContext::with(&[("a", &archive(&["a.txt"]))]);
    context.runs(&[]);
    context.put("in/a", plan("En text."));
    context.runs(&["--prune"]);
    context.assert_counts(&[("found", 1), ("done", 1), ("removed", 1), ("pruned", 1)]);
    assert_eq!(context.record_paths(), ["a.json"]);
    context.put("in/a", archive(&["a.txt"]));
    context.runs(&[]);
    context.assert_counts(&[
        ("found", 1),
        ("containers", 1),
        ("done", 1),
        ("withdrawn", 1),
    ]);
    assert_eq!(context.record_paths(), ["a!/a.txt.json"]);
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn an_empty_folder_hides_the_documents_of_its_containers() {
    let context = TestContext::with(&[("disk/a.zip", &archive(&["a.txt"])), ("b.txt", &plan("b"))]);
    context.runs(&[]);
    fs::rename(context.input().join("disk"), context.at("away")).unwrap();
    fs::create_dir(context.input().join("disk")).unwrap();
    context.runs(&["--prune"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("hidden", 2)]);
    assert_eq!(context.records().len(), 2);
    // A run over another folder says nothing about them.
    context.put("in/sub/c.txt", plan("c"));
    fs::remove_dir(context.input().join("disk")).unwrap();
    assert_exit(&context.run_over(&["in/sub"], &["--prune"]), 0);
    assert_eq!(context.records().len(), 3);
}

#[test]
fn a_dry_run_says_what_it_cannot_know() {
    let context = TestContext::with(&[("a.zip", &archive(&["a.txt"]))]);
    let planned = context.run(&["--dry-run"]);
    assert_eq!(stdout(&planned), "new a.zip\n");
    let told = String::from_utf8_lossy(&planned.stderr).into_owned();
    assert!(told.contains("1 container new or changed"), "{told}");
    context.runs(&[]);
    assert_eq!(stdout(&context.run(&["--dry-run"])), "");
    context.put("in/a.zip", archive(&["a.txt", "b.txt"]));
    let planned = context.run(&["--dry-run"]);
    assert_eq!(stdout(&planned), "changed a.zip\n");
}
