//! Comparison of two output folders: `diarium diff`.

use std::fs;
use std::process::Output;

use crate::support::cli::{PLAN, TestContext, assert_exit, diarium, stderr, stdout};
use serde_json::Value;

fn diff(old: &TestContext, new: &TestContext, options: &[&str]) -> Output {
    let mut command = diarium();
    command.arg("diff").arg(old.output()).arg(new.output());
    command.args(options).output().unwrap()
}

/// A folder of documents that was processed.
fn processed(files: &[(&str, &str)]) -> TestContext {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let context = TestContext::with(&files);
    assert_exit(&context.run(&[]), 0);
    context
}

fn json(output: &Output) -> Vec<Value> {
    let lines = stdout(output).lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

const LETTER: &str = "Ansökan\n\nNamn: Åsa Öberg\n";

#[test]
fn equal_folders_have_no_differences() {
    let files = [
        ("plan.txt", PLAN),
        ("2009/brev.txt", LETTER),
        ("2009.txt", "Rapport\n\nKort.\n"),
    ];
    let (old, new) = (processed(&files), processed(&files));
    let output = diff(&old, &new, &[]);
    assert_exit(&output, 0);
    assert!(stdout(&output).starts_with("3 documents compared: 0 changed"));
    let output = diff(&old, &new, &["--json"]);
    assert_exit(&output, 0);
    assert_eq!(json(&output)[0]["counts"]["compared"], 3);
}

#[test]
fn a_changed_document_is_reported_value_by_value() {
    let changed = PLAN
        .replace("Bron över ån", "Vägen")
        .replace("en bro.", "en väg.");
    let old = processed(&[("plan.txt", PLAN), ("brev.txt", LETTER)]);
    let new = processed(&[("plan.txt", &changed), ("brev.txt", LETTER)]);
    let output = diff(&old, &new, &[]);
    assert_exit(&output, 1);
    let told = stdout(&output);
    assert!(
        told.contains("field project_name: value “Bron över ån” -> “Vägen”"),
        "{told}"
    );
    assert!(
        told.contains("    - Vi vill bygga en bro.\n    + Vi vill bygga en väg.\n"),
        "{told}"
    );
    assert!(!told.contains("brev.txt"), "{told}");
    let lines = json(&diff(&old, &new, &["--json"]));
    assert_eq!(lines[0]["document"], "changed");
    assert_eq!(lines[0]["path"], "plan.txt");
    let changes = lines[0]["changes"].as_array().unwrap();
    let name = changes
        .iter()
        .find(|change| change["name"] == "project_name")
        .unwrap();
    assert_eq!(name["old"], "Bron över ån");
    assert_eq!(lines.last().unwrap()["counts"]["changed"], 1);
}

#[test]
fn added_and_removed_documents_are_listed_and_renamed_ones_matched_by_content() {
    let old = processed(&[
        ("a.txt", "Rapport ett\n"),
        ("b.txt", LETTER),
        ("d/plan.txt", PLAN),
    ]);
    let new = processed(&[
        ("c.txt", "Rapport tre\n"),
        ("b.txt", LETTER),
        ("e/plan.txt", PLAN),
    ]);
    let output = diff(&old, &new, &[]);
    assert_exit(&output, 1);
    let told: Vec<&str> = stdout(&output).lines().collect();
    let expected = [
        "only in OLD: a.txt",
        "only in NEW: c.txt",
        "d/plan.txt -> e/plan.txt",
        "2 documents compared: 0 changed, 1 renamed, 1 only in OLD, 1 only in NEW, 0 not compared",
    ];
    assert_eq!(told, expected);
    assert_eq!(
        json(&diff(&old, &new, &["--json"]))[2]["old_path"],
        "d/plan.txt"
    );
}

#[test]
fn records_are_matched_by_their_source_and_not_by_their_file() {
    let files = [
        ("a.txt", LETTER),
        ("b.txt", PLAN),
        ("c/d.txt", "Rapport\n\nKort.\n"),
    ];
    let (old, new) = (processed(&files), processed(&files));
    let records = new.output().join("records");
    fs::rename(records.join("a.txt.json"), records.join("z.json")).unwrap();
    fs::create_dir(records.join("0")).unwrap();
    fs::rename(records.join("c/d.txt.json"), records.join("0/d.json")).unwrap();
    for (old, new) in [(&old, &new), (&new, &old)] {
        let output = diff(old, new, &[]);
        assert_exit(&output, 0);
        assert!(stdout(&output).starts_with("3 documents compared"));
    }
}

#[test]
fn two_documents_with_one_path_are_distinguished_by_content() {
    let context = |texts: [&str; 2]| {
        let context = processed(&[("plan.txt", texts[0])]);
        let other = processed(&[("plan.txt", texts[1])]);
        let record = other.output().join("records/plan.txt.json");
        fs::copy(record, context.output().join("records/plan.txt (2).json")).unwrap();
        context
    };
    let output = diff(&context([PLAN, LETTER]), &context([PLAN, LETTER]), &[]);
    assert_exit(&output, 0);
    assert!(stdout(&output).starts_with("2 documents compared"));
}

#[test]
fn an_unreadable_record_is_reported() {
    let (old, new) = (
        processed(&[("a.txt", LETTER)]),
        processed(&[("a.txt", LETTER)]),
    );
    fs::write(new.output().join("records/a.txt.json"), "{").unwrap();
    let output = diff(&old, &new, &[]);
    assert_exit(&output, 1);
    assert!(stdout(&output).contains("not compared: "));
}

#[test]
fn differences_contain_no_control_characters() {
    let record = |context: &TestContext, title: &str| {
        let file = context.output().join("records/a.txt.json");
        let mut record: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        record["title"] = title.into();
        fs::write(file, record.to_string()).unwrap();
    };
    let (old, new) = (
        processed(&[("a.txt", LETTER)]),
        processed(&[("a.txt", LETTER)]),
    );
    record(&new, "\u{1b}[2Jrensa\u{202e}\nrad");
    let output = diff(&old, &new, &[]);
    assert_exit(&output, 1);
    assert!(!stdout(&output).contains(['\u{1b}', '\u{202e}']));
    assert_eq!(stdout(&output).lines().count(), 4);
}

#[test]
fn a_folder_without_a_catalogue_is_a_usage_error() {
    let old = processed(&[("a.txt", LETTER)]);
    let output = diarium()
        .arg("diff")
        .arg(old.output())
        .arg(old.input())
        .output()
        .unwrap();
    assert_exit(&output, 2);
    assert!(!stderr(&output).is_empty());
}
