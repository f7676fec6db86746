//! OCR accuracy: the share of characters that are misread in scanned fixtures.
//!
//! These are the two smallest of the six scanned fixtures: without optimization a page takes half a
//! minute. `.ci/run` checks all six with a release build, by the command in docs/scans.md.

use std::fs;
use std::path::Path;

use diarium::Extractor;
use diarium::dataset::evaluate::{Evaluation, Gold};
use diarium::document::Origin;

/// The share of characters that may be wrong.
const MAX_MISREAD: f64 = 0.01;

fn assert_accurate(name: &str) {
    let bytes = fs::read(Path::new("fixtures/scanned").join(name)).unwrap();
    let gold = fs::read_to_string(format!("tests/gold/scanned/{name}.json")).unwrap();
    let gold = Gold::parse(&gold, Some(name)).unwrap();
    let extractor = Extractor::builder().build().unwrap();
    let record = extractor.process_bytes(name, &bytes).unwrap();
    assert_eq!(record.pages[0].origin, Origin::Ocr);
    let mut evaluation = Evaluation::default();
    evaluation.add(&gold, Some(&record));
    let report = evaluation.finish();
    let text = &record.pages[0].text;
    assert!(report.worst_character_error_rate() <= MAX_MISREAD, "{text}");
    assert_eq!(report.mistakes, [], "{text}");
}

#[test]
fn a_skewed_page_is_read_correctly() {
    assert_accurate("crooked.pdf");
}

#[test]
fn every_field_of_a_form_at_150_dpi_is_extracted() {
    assert_accurate("coarse.pdf");
}
