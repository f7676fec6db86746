//! How much of a scan is misread?
//!
//! Two of the six scanned fixtures, the smallest: without optimization a page takes half a minute.
//! `.ci/run` holds all six with a release build, by the command that docs/scans.md tells.

use std::fs;
use std::path::Path;

use diarium::document::Origin;
use diarium::evaluate::{Evaluation, Gold};
use diarium::pipeline::{Tools, process_bytes};
use diarium::read;

/// The share of its characters that may be wrong.
const MISREAD: f64 = 0.01;

fn hold(name: &str) {
    let bytes = fs::read(Path::new("fixtures/scanned").join(name)).unwrap();
    let gold = fs::read_to_string(format!("tests/gold/scanned/{name}.json")).unwrap();
    let gold = Gold::parse(&gold, Some(name)).unwrap();
    let tools = Tools::load(None, read::Options::default()).unwrap();
    let record = process_bytes(name, &bytes, &tools).unwrap();
    assert_eq!(record.pages[0].origin, Origin::Ocr);
    let mut evaluation = Evaluation::default();
    evaluation.add(&gold, Some(&record));
    let report = evaluation.finish();
    let text = &record.pages[0].text;
    assert!(report.worst_misread() <= MISREAD, "{text}");
    assert_eq!(report.mistakes, [], "{text}");
}

#[test]
fn a_crooked_page_is_read_right() {
    hold("crooked.pdf");
}

#[test]
fn a_form_at_150_dpi_gives_every_field() {
    hold("coarse.pdf");
}
