//! Output folders of earlier builds: records of version 1 among those of version 2.

use std::fs;

use crate::support::cli::{TestContext, assert_exit, diarium, stdout};
use rusqlite::Connection;
use serde_json::{Value, json};

const FORM: &str = "Namn på projektet: Bron över ån\nKontaktperson: Åsa Öberg\nKostnader:\n\
    Resor\t1 200 kr\nHyra\t800 kr\nSumma\t2 000 kr\n";

/// A folder with one record, which is written as the last build with version 1 wrote it.
fn folder_of_version_1() -> TestContext {
    let context = TestContext::with(&[("plan.txt", FORM.as_bytes())]);
    assert_exit(&context.run(&[]), 0);
    let path = context.output().join("records/plan.txt.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    record["schema"] = json!("document/1");
    let object = record.as_object_mut().unwrap();
    object
        .retain(|name, _| !["title_span", "other", "items", "list_spans"].contains(&name.as_str()));
    let rows = record.pointer_mut("/budget/items").unwrap();
    for row in rows.as_array_mut().unwrap() {
        row.as_object_mut().unwrap().remove("confidence");
    }
    let written = serde_json::to_vec_pretty(&record).unwrap();
    fs::write(&path, &written).unwrap();
    let catalogue = Connection::open(context.output().join("catalogue.db")).unwrap();
    let update = "update documents set fingerprint = 'of an earlier build', record_sha256 = null, \
                  record_bytes = ?1, record_modified_ns = null";
    catalogue
        .execute(update, [i64::try_from(written.len()).unwrap()])
        .unwrap();
    context
}

#[test]
fn every_command_reads_records_of_version_1() {
    let old = folder_of_version_1();
    assert_exit(&old.on_output(&["check"]), 0);
    assert_exit(&old.on_output(&["status"]), 0);
    assert_exit(&old.on_output(&["stats"]), 0);
    for (format, options) in [
        ("csv", &[][..]),
        ("parquet", &[]),
        ("jsonl", &["--redact", "mask"]),
    ] {
        let to = old.at(format);
        let mut words = vec!["export", "--format", format, "--to", to.to_str().unwrap()];
        words.extend(options);
        let mut command = diarium();
        command.arg(words[0]).arg(old.output()).args(&words[1..]);
        assert_exit(&command.output().unwrap(), 0);
    }
    let exported = fs::read_to_string(old.at("jsonl").join("records.jsonl")).unwrap();
    assert!(
        exported.contains("2000") && !exported.contains("Öberg"),
        "{exported}"
    );
}

#[test]
fn a_newer_folder_differs_from_one_of_version_1_only_by_what_was_added() {
    let old = folder_of_version_1();
    let new = TestContext::with(&[("plan.txt", FORM.as_bytes())]);
    assert_exit(&new.run(&[]), 0);
    let mut command = diarium();
    command
        .arg("diff")
        .arg(old.output())
        .arg(new.output())
        .arg("--json");
    let output = command.output().unwrap();
    assert_exit(&output, 1);
    let told = stdout(&output);
    let changes = told
        .lines()
        .filter(|line| line.contains("\"part\":"))
        .count();
    assert!(told.contains("schema"), "{told}");
    assert!(!told.contains("\"budget\""), "{told}");
    assert!(changes <= 1, "{told}");
}

#[test]
fn the_next_run_writes_records_of_version_1_again() {
    let context = folder_of_version_1();
    assert_exit(&context.run(&[]), 0);
    // Values that version 1 had no place for count as changed.
    assert_eq!(context.counts()["done"], 1);
    let record: Value = serde_json::from_slice(&context.records()["plan.txt.json"]).unwrap();
    assert_eq!(record["schema"], "document/2");
    assert!(record["list_spans"].is_object(), "{record}");
}
