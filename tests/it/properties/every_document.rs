//! Do the documents that are at hand keep the promises: the fixtures, and the acceptance set?

use std::path::Path;

use diarium::document::FailureCode;

use super::stages::broken_stage;
use crate::support::pipeline::{broken_promise, files, record_of, walked_of};

/// A document may fail, but only with a reason that is the document's own.
fn holds(folder: &Path) {
    for (name, bytes) in files(folder) {
        if let Ok(walked) = walked_of(&name, &bytes) {
            assert_eq!(broken_stage(&walked), None, "{name}");
        }
        match record_of(&name, &bytes) {
            Ok(record) => assert_eq!(broken_promise(&record), None, "{name}"),
            Err(failure) => assert!(
                !matches!(failure.code, FailureCode::Rejected | FailureCode::Internal),
                "{name}: {}",
                failure.message
            ),
        }
    }
}

#[test]
fn every_fixture_keeps_the_promises() {
    holds(Path::new("fixtures"));
}

/// Real documents, which stand beside the repository where they may; elsewhere there is nothing to
/// hold.
#[test]
fn every_document_of_the_acceptance_set_keeps_the_promises() {
    for part in ["seeds", "digital", "scanned", "layouts/docs"] {
        let folder = Path::new("../shared/acceptance").join(part);
        if folder.is_dir() {
            holds(&folder);
        }
    }
}
