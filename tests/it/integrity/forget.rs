//! Forget: nothing of an erased document is left in the output folder.

use std::fs;

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::plan;
use crate::support::cli::{House, assert_exit, diarium, stderr, stdout};

/// The SHA-256 of these bytes in hexadecimal, the id of their document.
fn id(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn forget(house: &House, names: &[&str]) -> std::process::Output {
    let mut command = diarium();
    let command = command.arg("forget").arg(house.output()).args(names);
    command.output().unwrap()
}

/// No name and no file in the output folder has any of these words.
#[track_caller]
fn assert_nowhere(house: &House, words: &[&str]) {
    for entry in WalkDir::new(house.output()) {
        let entry = entry.unwrap();
        let name = entry.path().to_string_lossy().into_owned();
        let bytes = match entry.file_type().is_file() {
            true => fs::read(entry.path()).unwrap(),
            false => Vec::new(),
        };
        for words in words {
            let is_inside = bytes
                .windows(words.len())
                .any(|window| window == words.as_bytes());
            assert!(!is_inside, "{name} holds {words}");
            assert!(!name.contains(words), "{name}");
        }
    }
}

/// Two documents, one of which is to be forgotten, and an export of both.
fn house() -> House {
    let house = House::with(&[]);
    house.put("in/hemlig.txt", plan("Ordet är Kvasthylla."));
    house.put("in/other.txt", plan("Två"));
    house.ran(&[]);
    let export = diarium()
        .arg("export")
        .arg(house.output())
        .args(["--format", "csv", "--to"])
        .arg(house.at("ds"))
        .output()
        .unwrap();
    assert_exit(&export, 0);
    house
}

#[test]
fn a_forgotten_document_is_nowhere_in_the_output_folder() {
    let house = house();
    // The list of runs names it as an input, too.
    house.ran_over(&["in/hemlig.txt"], &[]);
    let forgotten = forget(&house, &["hemlig.txt"]);
    assert_exit(&forgotten, 0);
    let told = stdout(&forgotten);
    assert!(told.starts_with("erased hemlig.txt\n"), "{told}");
    assert!(told.contains(house.at("ds").to_str().unwrap()), "{told}");
    let id = id(plan("Ordet är Kvasthylla.").as_bytes());
    assert_nowhere(&house, &["hemlig", "Kvasthylla", &id]);
    house.assert_records(&[("other.txt.json", "Två")]);
    // Its source was not touched.
    house.ran(&[]);
    house.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
}

#[test]
fn a_withdrawn_record_is_forgotten_with_the_id_of_either_bytes() {
    let first = id(plan("Ordet är Kvasthylla.").as_bytes());
    for name in [&first, &id(b"\0\x01\x02")] {
        let house = house();
        house.put("in/hemlig.txt", b"\0\x01\x02");
        assert_exit(&house.run(&[]), 1);
        assert_eq!(house.files("withdrawn").len(), 1);
        assert_exit(&forget(&house, &[name]), 0);
        assert_nowhere(&house, &["hemlig", "Kvasthylla", &first]);
    }
}

#[test]
fn copies_and_readings_are_forgotten_also_those_of_earlier_bytes() {
    let house = House::with(&[]);
    let first = fs::read("fixtures/pdf/final-report.pdf").unwrap();
    let second = fs::read("fixtures/pdf/rotated.pdf").unwrap();
    let ids = [id(&first), id(&second)];
    for pdf in [&first, &second] {
        house.put("in/hemlig.pdf", pdf);
        house.ran(&["--alto"]);
    }
    assert!(!house.files("alto").is_empty());
    assert_exit(&forget(&house, &[&ids[1]]), 0);
    assert_nowhere(&house, &["hemlig", &ids[0], &ids[1]]);
    assert!(house.files("readings").is_empty() && house.files("alto").is_empty());
}

#[test]
fn a_damaged_record_that_was_set_aside_is_forgotten() {
    let house = house();
    let record = house.at("out/records/hemlig.txt.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text + " ").unwrap();
    house.put("in/hemlig.txt", b"\0\x01\x02");
    assert_exit(&house.run(&[]), 1);
    assert_exit(&forget(&house, &["hemlig.txt"]), 0);
    assert_nowhere(&house, &["hemlig", "Kvasthylla"]);
}

#[test]
fn a_name_that_no_document_has_forgets_nothing() {
    let house = house();
    let before = house.records();
    let forgotten = forget(&house, &["hemlig.txt", "nobody.txt"]);
    assert_exit(&forgotten, 2);
    assert!(stderr(&forgotten).contains("nobody.txt"));
    assert!(house.records() == before);
    house.ran(&[]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
}
