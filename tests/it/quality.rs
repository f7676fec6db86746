//! Extraction accuracy: the scores of the fixtures' records against their gold, with minimums.
//!
//! `tests/gold` contains what a person reads in each fixture. The minimums below are the scores at the
//! time when they were set, rounded down a little, so that a change that loses more fails.

use std::fs;
use std::path::{Path, PathBuf};

use diarium::Extractor;
use diarium::dataset::evaluate::{Evaluation, EvaluationReport, Gold};
use diarium::discover::{Selection, discover};
use walkdir::WalkDir;

/// Strict F1 of all fields: 1.000 in November 2026.
const FIELDS: f64 = 0.99;
/// Share of the values with confidence 0.9 or more that are right: users rely on these without a look
/// at the document.
const SURE: f64 = 0.98;
/// Share of the words of section texts that agree: 0.974.
const TEXTS: f64 = 0.96;
/// Strict F1 of section headings: 0.994.
const HEADINGS: f64 = 0.98;

fn golds() -> Vec<Gold> {
    let folder = Path::new("tests/gold");
    let files = WalkDir::new(folder).sort_by_file_name().into_iter();
    files
        // Scans take half a minute a page without optimization: tests/it/ocr_accuracy.rs.
        .filter_entry(|entry| entry.file_name() != "scanned")
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap();
            let name = name.to_str().unwrap().strip_suffix(".json").unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            Gold::parse(&text, Some(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
        })
        .collect()
}

fn evaluate() -> EvaluationReport {
    let extractor = Extractor::builder().build().unwrap();
    let found = discover(&[PathBuf::from("fixtures")], None, &Selection::default()).unwrap();
    let paths: Vec<String> = found
        .files
        .iter()
        .map(|found| found.source.relative.clone())
        .collect();
    let mut evaluation = Evaluation::default();
    for gold in golds() {
        let path = gold.find_source(&paths).unwrap();
        let path = path.unwrap_or_else(|| panic!("gold of {}, which is no fixture", gold.name));
        let mut sources = found.files.iter().map(|found| &found.source);
        let source = sources.find(|source| source.relative == *path);
        let record = extractor.process_file(source.unwrap());
        let record = record.ok().and_then(|(record, _)| record);
        evaluation.add(&gold, record.as_ref());
    }
    evaluation.finish()
}

#[test]
fn the_accuracy_on_the_fixtures_does_not_fall() {
    let report = evaluate();
    let told = serde_json::to_string_pretty(&report.mistakes).unwrap();
    let (count, right) = report.high_confidence();
    let sure = right as f64 / count as f64;
    let fields = report.fields.strict.f1();
    let texts = report.section_similarity.unwrap();
    let headings = report.parts["sections"].strict.f1();
    assert!(count > 100, "too few values to judge by: {count}");
    assert!(fields >= FIELDS, "fields: {fields:.3} < {FIELDS}\n{told}");
    assert!(sure >= SURE, "sure: {sure:.3} < {SURE}\n{told}");
    assert!(texts >= TEXTS, "texts: {texts:.3} < {TEXTS}\n{told}");
    assert!(
        headings >= HEADINGS,
        "headings: {headings:.3} < {HEADINGS}\n{told}"
    );
}
