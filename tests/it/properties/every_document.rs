//! Existing documents: the fixtures and the acceptance set give valid records or failures.

use std::path::Path;

use diarium::document::FailureCode;

use super::stages::violated_stage_invariant;
use crate::support::pipeline::{files, record_of, stage_outputs_of, violated_guarantee};

/// A document may fail, but only with a reason that is the document's own.
fn assert_valid(folder: &Path) {
    for (name, bytes) in files(folder) {
        if let Ok(outputs) = stage_outputs_of(&name, &bytes) {
            assert_eq!(violated_stage_invariant(&outputs), None, "{name}");
        }
        match record_of(&name, &bytes) {
            Ok(record) => assert_eq!(violated_guarantee(&record), None, "{name}"),
            Err(failure) => assert!(
                !matches!(failure.code, FailureCode::Rejected | FailureCode::Internal),
                "{name}: {}",
                failure.message
            ),
        }
    }
}

#[test]
fn every_fixture_has_a_valid_record() {
    assert_valid(Path::new("fixtures"));
    assert_valid(Path::new("tests/damaged"));
}

/// Real documents are beside the repository only where they may be; elsewhere the test checks nothing.
#[test]
fn every_document_of_the_acceptance_set_has_a_valid_record() {
    for part in ["seeds", "digital", "scanned", "layouts/docs"] {
        let folder = Path::new("../shared/acceptance").join(part);
        if folder.is_dir() {
            assert_valid(&folder);
        }
    }
}
