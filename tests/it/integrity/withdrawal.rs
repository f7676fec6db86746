//! Withdrawal: the record of a document that can no longer be processed or read.

use std::fs;

use serde_json::Value;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, diarium, stdout};

const GARBAGE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0";

/// Two documents with records; then one of them is no document any more.
fn withdrawn() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("in/good.txt", plan("Ett"));
    context.put("in/other.txt", plan("Två"));
    context.ran(&[]);
    context.put("in/good.txt", GARBAGE);
    assert_exit(&context.run(&[]), 1);
    context
}

#[test]
fn a_withdrawn_record_is_in_no_dataset_and_comes_back_with_its_bytes() {
    let context = TestContext::with(&[]);
    context.put("in/good.txt", plan("Ett"));
    context.put("in/other.txt", plan("Två"));
    context.ran(&[]);
    let before = context.records();
    context.put("in/good.txt", GARBAGE);
    assert_exit(&context.run(&[]), 1);
    let withdrawn = context.files("withdrawn");
    assert!(withdrawn["records/good.txt.json"] == before["good.txt.json"]);
    context.assert_records(&[("other.txt.json", "Två")]);
    let status = context.status();
    assert_eq!(status["withdrawn"][0]["path"], "good.txt");
    assert_eq!(status["outcomes"]["done"], 1);
    assert!(stdout(&context.on_output(&["status"])).contains("Withdrawn"));

    context.put("in/good.txt", plan("Ett"));
    context.ran(&[]);
    context.assert_counts(&[("found", 2), ("restored", 1), ("unchanged", 1)]);
    assert!(context.records() == before && context.files("withdrawn").is_empty());
    assert_eq!(context.status()["withdrawn"], Value::Array(Vec::new()));
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn check_stats_eval_and_export_leave_a_withdrawn_record_out() {
    let context = withdrawn();
    let check = context.on_output(&["check"]);
    assert!(stdout(&check).contains("1 record checked, all valid"));
    let stats = context.on_output(&["stats", "--json"]);
    let stats: Value = serde_json::from_str(stdout(&stats)).unwrap();
    assert_eq!(stats["records"], 1, "{stats}");

    let gold = r#"{"source": {"path": "good.txt"}, "fields": {"project_name": "Bron över ån"}}"#;
    context.put("gold.jsonl", gold);
    let gold = context.at("gold.jsonl");
    let eval = context.on_output(&["eval", "--json", "--gold", gold.to_str().unwrap()]);
    let eval = stdout(&eval);
    let eval: Value = serde_json::from_str(eval).unwrap();
    assert_eq!(eval["fields"]["strict"]["right"], 0, "{eval}");

    let export = diarium()
        .arg("export")
        .arg(context.output())
        .args(["--format", "csv", "--to"])
        .arg(context.at("ds"))
        .output()
        .unwrap();
    assert_exit(&export, 0);
    let mut told = String::new();
    for entry in fs::read_dir(context.at("ds")).unwrap() {
        told += &fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
    }
    assert!(told.contains("other.txt") && !told.contains("good.txt"));
}

#[test]
fn pruning_keeps_a_withdrawn_record_unless_it_is_asked_for() {
    let context = withdrawn();
    fs::remove_file(context.at("in/good.txt")).unwrap();
    context.ran(&["--prune"]);
    assert_eq!(context.files("withdrawn").len(), 1);
    assert_eq!(context.status()["withdrawn"][0]["path"], "good.txt");
    context.ran(&["--prune-withdrawn"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("pruned", 1)]);
    assert!(context.files("withdrawn").is_empty());
    context.assert_records(&[("other.txt.json", "Två")]);
}

#[test]
fn a_document_that_needs_a_password_keeps_its_record_until_it_can_be_read() {
    let context = TestContext::with(&[]);
    let good = fs::read("fixtures/pdf/rotated.pdf").unwrap();
    context.put("in/a.pdf", &good);
    context.ran(&[]);
    let before = context.records();
    context.put("in/a.pdf", fs::read("tests/damaged/encrypted.pdf").unwrap());
    for run in 1..=2 {
        assert_exit(&context.run(&[]), 1);
        assert!(context.records() == before, "run {run}");
        let status = context.status();
        assert_eq!(status["source_unreadable"][0]["path"], "a.pdf");
        assert_eq!(status["source_unreadable"][0]["code"], "source-unreadable");
        assert_eq!(status["outcomes"]["done"], 1);
    }
    assert_exit(&context.on_output(&["check"]), 0);
    context.put("in/a.pdf", &good);
    context.ran(&[]);
    context.assert_counts(&[("found", 1), ("unchanged", 1)]);
    assert_eq!(
        context.status()["source_unreadable"],
        Value::Array(Vec::new())
    );
    assert!(context.records() == before);
}

#[test]
fn a_pdf_with_a_password_is_not_damaged_and_a_text_with_nulls_is_a_text() {
    let context = TestContext::with(&[]);
    context.put("in/a.pdf", fs::read("tests/damaged/encrypted.pdf").unwrap());
    let nulls = [plan("Ett").as_bytes(), &[0; 500]].concat();
    context.put("in/nulls.txt", nulls);
    context.put("in/escape.txt", plan("\u{1b}Två\u{1b}"));
    assert_exit(&context.run(&[]), 1);
    let status = context.status();
    let failures = status["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{status}");
    assert_eq!(failures[0]["code"], "encrypted");
    assert_eq!(status["warnings"]["encoding-repaired"], 2);
    context.assert_records(&[("nulls.txt.json", "Ett"), ("escape.txt.json", "Två")]);
}
