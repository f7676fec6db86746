//! Repair: `check --repair` makes the catalogue and the files consistent again.

use std::fs;

use rusqlite::Connection;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, stdout};

/// Two documents, one of them a PDF with ALTO files.
fn context() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("in/a.txt", plan("Ett"));
    let pdf = fs::read("fixtures/pdf/rotated.pdf").unwrap();
    context.put("in/b.pdf", pdf);
    context.ran(&["--alto"]);
    context
}

/// `check` finds it, `check --repair` repairs it, and all is well after another run.
#[track_caller]
fn is_repaired(context: &TestContext, problem: &str, repaired: &str, unchanged: u64) {
    let before = context.files("");
    let found = context.on_output(&["check"]);
    assert_exit(&found, 1);
    assert!(stdout(&found).contains(problem), "{}", stdout(&found));
    let names = |files: std::collections::BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let names = files.into_keys();
        names
            .filter(|name| !name.starts_with("catalogue.db-"))
            .collect()
    };
    assert_eq!(
        names(context.files("")),
        names(before),
        "check changes nothing"
    );
    let repair = context.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    let told = stdout(&repair);
    assert!(told.contains(problem) && told.contains(repaired), "{told}");
    context.ran(&["--alto"]);
    assert_eq!(context.counts()["unchanged"], unchanged);
    assert_exit(&context.on_output(&["check"]), 0);
    let again = context.on_output(&["check", "--repair"]);
    assert_eq!(stdout(&again), "2 records checked, all valid\n");
}

#[test]
fn a_consistent_folder_is_not_changed() {
    let context = context();
    let before = context.records();
    let repair = context.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    assert_eq!(stdout(&repair), "2 records checked, all valid\n");
    context.ran(&["--alto"]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert!(context.records() == before);
}

#[test]
fn a_row_without_its_record_is_processed_again() {
    let context = context();
    let before = context.records();
    fs::remove_file(context.at("out/records/a.txt.json")).unwrap();
    is_repaired(
        &context,
        "the catalogue lists this record, but it is gone",
        "next run",
        1,
    );
    assert!(context.records() == before);
}

#[test]
fn a_row_without_its_derived_file_is_processed_again() {
    let context = context();
    let before = context.files("alto");
    fs::remove_file(context.at("out/alto/b.pdf/page-0001.xml")).unwrap();
    is_repaired(&context, "this derived file, but it is gone", "next run", 1);
    assert!(context.files("alto") == before);
}

#[test]
fn a_record_without_a_row_is_added_to_the_catalogue() {
    let context = context();
    let before = context.records();
    for name in ["catalogue.db", "catalogue.db-wal", "catalogue.db-shm"] {
        let _ = fs::remove_file(context.at("out").join(name));
    }
    // Another document's run makes a new catalogue, which knows nothing of these records.
    context.put("else/c.txt", plan("Tre"));
    context.ran_over(&["else"], &[]);
    let repair = context.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    assert!(stdout(&repair).contains("record is not in the catalogue: added"));
    assert_eq!(context.status()["outcomes"]["done"], 3);
    context.ran(&["--alto"]);
    let after = context.records();
    assert_eq!(after.len(), 3, "{:?}", after.keys());
    assert!(before.iter().all(|(name, record)| after[name] == *record));
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn temporary_and_orphaned_derived_files_are_removed() {
    let context = context();
    context.put("out/.tmp/left", "{");
    is_repaired(
        &context,
        "temporary file of a run that was killed",
        "removed",
        2,
    );
    context.put("out/alto/nobody.pdf/page-0001.xml", "<alto/>");
    is_repaired(&context, "derived file without a record", "removed", 2);
    assert!(!context.at("out/alto/nobody.pdf").exists());
}

#[test]
fn an_operation_that_was_interrupted_is_finished() {
    let context = context();
    let before = context.records();
    // The run was killed before the record that it had stored was put in its place.
    fs::rename(
        context.at("out/records/a.txt.json"),
        context.at("out/.tmp/1-0"),
    )
    .unwrap();
    let catalogue = Connection::open(context.at("out/catalogue.db")).unwrap();
    let pending = "insert into pending_operations (action, source, target)
        values ('rename', '.tmp/1-0', 'records/a.txt.json')";
    catalogue.execute_batch(pending).unwrap();
    catalogue.close().unwrap();
    is_repaired(&context, "operation was interrupted", "finished", 2);
    assert!(context.records() == before);
}

#[test]
fn a_file_that_is_no_record_is_reported_and_never_removed() {
    let context = context();
    context.put("out/records/notes.txt", "min");
    assert_exit(&context.on_output(&["check"]), 1);
    assert!(stdout(&context.on_output(&["check", "--repair"])).contains("left as it is"));
    assert!(context.at("out/records/notes.txt").exists());
}

#[test]
fn a_folder_without_a_catalogue_is_not_made_into_an_output_folder() {
    let context = TestContext::with_plans();
    fs::create_dir(context.output()).unwrap();
    assert_ne!(
        context.on_output(&["check", "--repair"]).status.code(),
        Some(0)
    );
    assert_eq!(fs::read_dir(context.output()).unwrap().count(), 0);
}
