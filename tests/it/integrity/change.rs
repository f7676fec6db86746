//! Change detection: which documents and records are looked at again.

use std::fs;

use super::{modified, plan, set_modified};
use crate::support::cli::{House, assert_exit};

/// Writes other bytes of the same length to a file, and leaves its time as it was.
fn rewrite(house: &House, path: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let path = house.at(path);
    let time = modified(&path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&path, text.replace(from, to)).unwrap();
    set_modified(&path, time);
}

fn house() -> House {
    let house = House::with(&[]);
    house.put("in/a.txt", plan("Ett"));
    house.put("in/b.txt", plan("Två"));
    house.ran(&[]);
    house
}

#[test]
fn a_document_that_was_rewritten_with_its_length_and_time_is_processed_again() {
    let house = house();
    rewrite(&house, "in/a.txt", "Ett", "Nio");
    house.ran(&[]);
    house.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    house.assert_records(&[("a.txt.json", "Nio"), ("b.txt.json", "Två")]);
}

#[test]
fn a_record_that_was_cut_or_overwritten_is_made_again() {
    let house = house();
    let before = house.records();
    let record = house.at("out/records/a.txt.json");
    let whole = fs::read(&record).unwrap();
    let other = [b"{}", " ".repeat(whole.len() - 2).as_bytes()].concat();
    for damaged in [&whole[..whole.len() / 2], &other, b""] {
        fs::write(&record, damaged).unwrap();
        house.ran(&[]);
        house.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
        assert!(house.records() == before);
    }
}

#[test]
fn a_record_with_another_time_only_is_left_as_it_is() {
    let house = house();
    let record = house.at("out/records/a.txt.json");
    let backup = modified(&house.at("out/catalogue.db")) - std::time::Duration::from_secs(9000);
    set_modified(&record, backup);
    house.ran(&[]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert_eq!(modified(&record), backup);
    assert_exit(&house.on_output(&["check"]), 0);
}

#[test]
fn verifying_records_finds_a_change_that_kept_length_and_time() {
    let house = house();
    let before = house.records();
    rewrite(&house, "out/records/a.txt.json", "Ett", "Nio");
    house.ran(&[]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    house.ran(&["--verify-records"]);
    house.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    assert!(house.records() == before);
}

#[test]
fn a_document_whose_record_has_no_room_leaves_no_temporary_file() {
    let house = house();
    fs::remove_file(house.at("out/records/a.txt.json")).unwrap();
    house.put("out/records/a.txt.json/notes", "");
    assert_exit(&house.run(&[]), 1);
    assert!(house.files(".tmp").is_empty());
    assert_eq!(house.status()["failures"][0]["path"], "a.txt");
    // What was in the way was moved aside, not removed.
    assert!(
        house
            .files("withdrawn")
            .contains_key("unlisted/records/a.txt.json/notes")
    );
    house.ran(&["--retry-failed"]);
    house.assert_records(&[("a.txt.json", "Ett"), ("b.txt.json", "Två")]);
}

#[test]
fn a_document_that_is_called_as_a_temporary_file_keeps_its_record() {
    let house = house();
    house.put("in/.x.json.tmp-1", plan("Tre"));
    let inputs = ["in", "in/.x.json.tmp-1"];
    house.ran_over(&inputs, &[]);
    let before = house.records();
    assert!(before.contains_key(".x.json.tmp-1.json"));
    house.put("out/.tmp/LEFT.json", "{");
    house.put("out/.tmp/folder/left", "");
    for _ in 0..2 {
        house.ran_over(&inputs, &[]);
        house.assert_counts(&[("found", 3), ("unchanged", 3)]);
        assert!(house.records() == before);
    }
    assert!(house.files(".tmp").is_empty());
    assert_exit(&house.on_output(&["check"]), 0);
}
