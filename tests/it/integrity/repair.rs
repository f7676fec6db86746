//! Repair: `check --repair` makes files and rows fit together again.

use std::fs;

use rusqlite::Connection;

use super::plan;
use crate::support::cli::{House, assert_exit, stdout};

/// Two documents, one of them a PDF with ALTO files.
fn house() -> House {
    let house = House::with(&[]);
    house.put("in/a.txt", plan("Ett"));
    let pdf = fs::read("fixtures/pdf/rotated.pdf").unwrap();
    house.put("in/b.pdf", pdf);
    house.ran(&["--alto"]);
    house
}

/// `check` finds it, `check --repair` repairs it, and all is well after another run.
#[track_caller]
fn is_repaired(house: &House, problem: &str, repaired: &str, unchanged: u64) {
    let before = house.files("");
    let found = house.on_output(&["check"]);
    assert_exit(&found, 1);
    assert!(stdout(&found).contains(problem), "{}", stdout(&found));
    let names = |files: std::collections::BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let names = files.into_keys();
        names
            .filter(|name| !name.starts_with("catalogue.db-"))
            .collect()
    };
    assert_eq!(
        names(house.files("")),
        names(before),
        "check changes nothing"
    );
    let repair = house.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    let told = stdout(&repair);
    assert!(told.contains(problem) && told.contains(repaired), "{told}");
    house.ran(&["--alto"]);
    assert_eq!(house.counts()["unchanged"], unchanged);
    assert_exit(&house.on_output(&["check"]), 0);
    let again = house.on_output(&["check", "--repair"]);
    assert_eq!(stdout(&again), "2 records checked, all valid\n");
}

#[test]
fn a_folder_in_which_all_is_well_is_left_alone() {
    let house = house();
    let before = house.records();
    let repair = house.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    assert_eq!(stdout(&repair), "2 records checked, all valid\n");
    house.ran(&["--alto"]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert!(house.records() == before);
}

#[test]
fn a_row_without_its_record_is_processed_again() {
    let house = house();
    let before = house.records();
    fs::remove_file(house.at("out/records/a.txt.json")).unwrap();
    is_repaired(
        &house,
        "the catalogue lists this record, but it is gone",
        "next run",
        1,
    );
    assert!(house.records() == before);
}

#[test]
fn a_row_without_its_derived_file_is_processed_again() {
    let house = house();
    let before = house.files("alto");
    fs::remove_file(house.at("out/alto/b.pdf/page-0001.xml")).unwrap();
    is_repaired(&house, "this derived file, but it is gone", "next run", 1);
    assert!(house.files("alto") == before);
}

#[test]
fn a_record_without_a_row_is_added_to_the_catalogue() {
    let house = house();
    let before = house.records();
    for name in ["catalogue.db", "catalogue.db-wal", "catalogue.db-shm"] {
        let _ = fs::remove_file(house.at("out").join(name));
    }
    // Another document's run makes a new catalogue, which knows nothing of these records.
    house.put("else/c.txt", plan("Tre"));
    house.ran_over(&["else"], &[]);
    let repair = house.on_output(&["check", "--repair"]);
    assert_exit(&repair, 0);
    assert!(stdout(&repair).contains("record is not in the catalogue: added"));
    assert_eq!(house.status()["outcomes"]["done"], 3);
    house.ran(&["--alto"]);
    let after = house.records();
    assert_eq!(after.len(), 3, "{:?}", after.keys());
    assert!(before.iter().all(|(name, record)| after[name] == *record));
    assert_exit(&house.on_output(&["check"]), 0);
}

#[test]
fn a_temporary_file_and_a_derived_file_of_nobody_are_removed() {
    let house = house();
    house.put("out/.tmp/left", "{");
    is_repaired(
        &house,
        "temporary file of a run that was killed",
        "removed",
        2,
    );
    house.put("out/alto/nobody.pdf/page-0001.xml", "<alto/>");
    is_repaired(&house, "derived file without a record", "removed", 2);
    assert!(!house.at("out/alto/nobody.pdf").exists());
}

#[test]
fn an_operation_that_was_interrupted_is_finished() {
    let house = house();
    let before = house.records();
    // The run was killed before the record that it had stored was put in its place.
    fs::rename(house.at("out/records/a.txt.json"), house.at("out/.tmp/1-0")).unwrap();
    let catalogue = Connection::open(house.at("out/catalogue.db")).unwrap();
    let pending = "insert into pending_operations (action, source, target)
        values ('rename', '.tmp/1-0', 'records/a.txt.json')";
    catalogue.execute_batch(pending).unwrap();
    catalogue.close().unwrap();
    is_repaired(&house, "operation was interrupted", "finished", 2);
    assert!(house.records() == before);
}

#[test]
fn a_file_that_is_no_record_is_reported_and_never_removed() {
    let house = house();
    house.put("out/records/notes.txt", "min");
    assert_exit(&house.on_output(&["check"]), 1);
    assert!(stdout(&house.on_output(&["check", "--repair"])).contains("left as it is"));
    assert!(house.at("out/records/notes.txt").exists());
}

#[test]
fn a_folder_without_a_catalogue_is_not_made_into_an_output_folder() {
    let house = House::with_plans();
    fs::create_dir(house.output()).unwrap();
    assert_ne!(
        house.on_output(&["check", "--repair"]).status.code(),
        Some(0)
    );
    assert_eq!(fs::read_dir(house.output()).unwrap().count(), 0);
}
