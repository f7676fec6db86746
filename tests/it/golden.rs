//! Golden records: the whole record of every fixture, as a person has read and approved it.
//!
//! Each snapshot is a claim about a whole record. `cargo insta review` shows what a change does to
//! them. Accept a difference only if the new record says what the document says.

use std::path::Path;

use diarium::Document;
use diarium::document::Record;
use serde_json::json;

use crate::support::pipeline;

/// Longer records are told by their counts, and by their first and last section.
const LONGEST_DOCUMENT: usize = 60_000;

fn assert_golden(folder: &str) {
    let folder = Path::new(folder);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("../golden").join(folder.file_name().unwrap()));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    for (name, bytes) in pipeline::files(folder) {
        if name == "README.md" {
            continue;
        }
        // A container has a golden record for each document in it.
        for Document { name, outcome, .. } in pipeline::EXTRACTOR.documents(&bytes, &name) {
            match outcome {
                Ok(record) if bytes.len() > LONGEST_DOCUMENT => {
                    insta::assert_json_snapshot!(name.as_str(), digest(&record));
                }
                Ok(record) => insta::assert_json_snapshot!(name.as_str(), record),
                Err(failure) => insta::assert_json_snapshot!(name.as_str(), failure),
            }
        }
    }
}

fn digest(record: &Record) -> serde_json::Value {
    json!({
        "kind": record.kind,
        "title": record.title,
        "fields": record.fields,
        "letterhead": record.letterhead.len(),
        "first_letterhead": record.letterhead.first(),
        "last_letterhead": record.letterhead.last(),
        "pages": record.pages.len(),
        "labels": [
            record.pages.first().and_then(|page| page.label.as_ref()),
            record.pages.last().and_then(|page| page.label.as_ref()),
        ],
        "pages_stated": record.source.pages_stated,
        "sections": record.sections.len(),
        "first_section": record.sections.first(),
        "last_section": record.sections.last(),
        "warnings": record.warnings,
    })
}

#[test]
fn records_of_image_files() {
    assert_golden("fixtures/image");
}

#[test]
fn records_of_plain_text() {
    assert_golden("fixtures/text");
}

#[test]
fn records_of_web_pages() {
    assert_golden("fixtures/web");
}

#[test]
fn records_of_documents_in_containers() {
    assert_golden("fixtures/container");
}

#[test]
fn records_of_mail() {
    assert_golden("fixtures/mail");
}

#[test]
fn records_of_ocr_files() {
    assert_golden("fixtures/ocr");
}

#[test]
fn records_of_transcripts() {
    assert_golden("fixtures/transcript");
}

#[test]
fn records_of_pdfs() {
    assert_golden("fixtures/pdf");
}

#[test]
fn records_of_office_documents() {
    assert_golden("fixtures/office");
}

#[test]
fn records_of_old_encodings() {
    assert_golden("fixtures/encodings");
}

#[test]
fn failures_of_damaged_files() {
    assert_golden("tests/damaged");
}
