//! Change detection: which documents and records are processed again.

use std::fs;

use super::{modified, plan, set_modified};
use crate::support::cli::{TestContext, assert_exit};

/// Writes other bytes of the same length to a file, and leaves its time as it was.
fn rewrite(context: &TestContext, path: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let path = context.at(path);
    let time = modified(&path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
    set_modified(&path, time);
}

fn context() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("in/a.txt", plan("Ett"));
    context.put("in/b.txt", plan("Två"));
    context.ran(&[]);
    context
}

#[test]
fn a_document_that_was_rewritten_with_its_length_and_time_is_processed_again() {
    let context = context();
    rewrite(&context, "in/a.txt", "Ett", "Nio");
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    context.assert_records(&[("a.txt.json", "Nio"), ("b.txt.json", "Två")]);
}

#[test]
fn a_record_that_was_cut_or_overwritten_is_made_again() {
    let context = context();
    let before = context.records();
    let record = context.at("out/records/a.txt.json");
    let whole = fs::read(&record).unwrap();
    let other = [b"{}", " ".repeat(whole.len() - 2).as_bytes()].concat();
    for damaged in [&whole[..whole.len() / 2], &other, b""] {
        fs::write(&record, damaged).unwrap();
        context.ran(&[]);
        context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
        assert!(context.records() == before);
    }
}

#[test]
fn a_record_with_another_time_only_is_left_as_it_is() {
    let context = context();
    let record = context.at("out/records/a.txt.json");
    let backup = modified(&context.at("out/catalogue.db")) - std::time::Duration::from_secs(9000);
    set_modified(&record, backup);
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert_eq!(modified(&record), backup);
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn verifying_records_finds_a_change_that_kept_length_and_time() {
    let context = context();
    let before = context.records();
    rewrite(&context, "out/records/a.txt.json", "Ett", "Nio");
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    context.ran(&["--verify-records"]);
    // The change was made to the title, which is put right.
    context.assert_counts(&[
        ("found", 2),
        ("done", 1),
        ("unchanged", 1),
        ("changed_values", 1),
    ]);
    assert!(context.records() == before);
}

#[test]
fn a_document_whose_record_has_no_room_leaves_no_temporary_file() {
    let context = context();
    fs::remove_file(context.at("out/records/a.txt.json")).unwrap();
    context.put("out/records/a.txt.json/notes", "");
    assert_exit(&context.run(&[]), 1);
    assert!(context.files(".tmp").is_empty());
    assert_eq!(context.status()["failures"][0]["path"], "a.txt");
    // What was in the way was moved aside, not removed.
    assert!(
        context
            .files("withdrawn")
            .contains_key("unlisted/records/a.txt.json/notes")
    );
    context.ran(&["--retry-failed"]);
    context.assert_records(&[("a.txt.json", "Ett"), ("b.txt.json", "Två")]);
}

#[test]
fn a_document_named_like_a_temporary_file_keeps_its_record() {
    let context = context();
    context.put("in/.x.json.tmp-1", plan("Tre"));
    let inputs = ["in", "in/.x.json.tmp-1"];
    context.ran_over(&inputs, &[]);
    let before = context.records();
    assert!(before.contains_key(".x.json.tmp-1.json"));
    context.put("out/.tmp/LEFT.json", "{");
    context.put("out/.tmp/folder/left", "");
    for _ in 0..2 {
        context.ran_over(&inputs, &[]);
        context.assert_counts(&[("found", 3), ("unchanged", 3)]);
        assert!(context.records() == before);
    }
    assert!(context.files(".tmp").is_empty());
    assert_exit(&context.on_output(&["check"]), 0);
}
