//! Forget: nothing of an erased document is left in the output folder.

use std::fs;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, diarium, stderr, stdout};

/// The SHA-256 of these bytes in hexadecimal, the id of their document.
fn id(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

fn forget(context: &TestContext, names: &[&str]) -> std::process::Output {
    let mut command = diarium();
    let command = command.arg("forget").arg(context.output()).args(names);
    command.output().unwrap()
}

/// No name and no file in the output folder has any of these words.
#[track_caller]
fn assert_nowhere(context: &TestContext, words: &[&str]) {
    for entry in WalkDir::new(context.output()) {
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
fn context() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("in/hemlig.txt", plan("Ordet är Kvasthylla."));
    context.put("in/other.txt", plan("Två"));
    context.ran(&[]);
    let export = diarium()
        .arg("export")
        .arg(context.output())
        .args(["--format", "csv", "--to"])
        .arg(context.at("ds"))
        .output()
        .unwrap();
    assert_exit(&export, 0);
    context
}

#[test]
fn a_forgotten_document_is_nowhere_in_the_output_folder() {
    let context = context();
    // The list of runs names it as an input, too.
    context.ran_over(&["in/hemlig.txt"], &[]);
    let forgotten = forget(&context, &["hemlig.txt"]);
    assert_exit(&forgotten, 0);
    let told = stdout(&forgotten);
    assert!(told.starts_with("erased hemlig.txt\n"), "{told}");
    assert!(told.contains(context.at("ds").to_str().unwrap()), "{told}");
    let id = id(plan("Ordet är Kvasthylla.").as_bytes());
    assert_nowhere(&context, &["hemlig", "Kvasthylla", &id]);
    context.assert_records(&[("other.txt.json", "Två")]);
    // Its source was not touched.
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
}

#[test]
fn a_withdrawn_record_is_forgotten_with_the_id_of_either_bytes() {
    let first = id(plan("Ordet är Kvasthylla.").as_bytes());
    for name in [&first, &id(b"\0\x01\x02")] {
        let context = context();
        context.put("in/hemlig.txt", b"\0\x01\x02");
        assert_exit(&context.run(&[]), 1);
        assert_eq!(context.files("withdrawn").len(), 1);
        assert_exit(&forget(&context, &[name]), 0);
        assert_nowhere(&context, &["hemlig", "Kvasthylla", &first]);
    }
}

#[test]
fn copies_and_readings_are_forgotten_also_those_of_earlier_bytes() {
    let context = TestContext::with(&[]);
    let first = fs::read("fixtures/pdf/final-report.pdf").unwrap();
    let second = fs::read("fixtures/pdf/rotated.pdf").unwrap();
    let ids = [id(&first), id(&second)];
    for pdf in [&first, &second] {
        context.put("in/hemlig.pdf", pdf);
        context.ran(&["--alto"]);
    }
    assert!(!context.files("alto").is_empty());
    assert_exit(&forget(&context, &[&ids[1]]), 0);
    assert_nowhere(&context, &["hemlig", &ids[0], &ids[1]]);
    assert!(context.files("readings").is_empty() && context.files("alto").is_empty());
}

#[test]
fn a_file_in_the_place_of_a_derived_file_is_forgotten_with_its_document() {
    let context = TestContext::with(&[]);
    context.put(
        "in/hemlig.pdf",
        fs::read("fixtures/pdf/rotated.pdf").unwrap(),
    );
    context.ran(&["--alto"]);
    let alto = context.files("alto").into_keys().next().unwrap();
    fs::remove_dir_all(context.output()).unwrap();
    context.put(&format!("out/alto/{alto}"), "Ordet är Kvasthylla.");
    context.ran(&["--alto"]);
    assert_eq!(context.files("withdrawn").len(), 1);
    assert_exit(&forget(&context, &["hemlig.pdf"]), 0);
    assert_nowhere(&context, &["hemlig", "Kvasthylla"]);
}

#[test]
fn a_damaged_record_that_was_set_aside_is_forgotten() {
    let context = context();
    let record = context.at("out/records/hemlig.txt.json");
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text + " ").unwrap();
    context.put("in/hemlig.txt", b"\0\x01\x02");
    assert_exit(&context.run(&[]), 1);
    assert_exit(&forget(&context, &["hemlig.txt"]), 0);
    assert_nowhere(&context, &["hemlig", "Kvasthylla"]);
}

#[test]
fn a_name_that_no_document_has_forgets_nothing() {
    let context = context();
    let before = context.records();
    let forgotten = forget(&context, &["hemlig.txt", "nobody.txt"]);
    assert_exit(&forgotten, 2);
    assert!(stderr(&forgotten).contains("nobody.txt"));
    assert!(context.records() == before);
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
}
