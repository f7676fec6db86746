//! Derived files: which searchable copies and ALTO files are made of a document.
//!
//! A copy that cannot be made costs the document nothing but a warning, which is told of the run
//! and not in the record: a record does not depend on who asked for copies.

use crate::catalogue::{alto_path, searchable_path};
use crate::emit::{AltoSource, Copy, alto_pages, searchable_copy};
use crate::panic_guard::catch_panic;
use crate::process::StageOutputs;
use diarium_document::{Carrier, Failure, FailureCode, Source, Warning, WarningCode};

/// Which copies are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copies {
    /// Of PDFs with pages that are only a picture, one with the words under it.
    pub pdf: bool,
    /// Of PDFs, an ALTO file a page.
    pub alto: bool,
}

impl Copies {
    /// Their names, as fingerprints have them.
    pub(super) fn names(self) -> Vec<String> {
        let named = [(self.alto, "alto"), (self.pdf, "pdf")];
        let asked = named.into_iter().filter(|(is_asked, _)| *is_asked);
        asked.map(|(_, name)| name.to_owned()).collect()
    }
}

/// What was made of a document.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Its copies.
    pub(super) copies: Vec<Copy>,
    /// Why some could not be made.
    pub(super) warnings: Vec<Warning>,
}

/// Makes the copies of a document that went through all stages: a searchable one where `original`,
/// its bytes, is given, and ALTO files where `engine`, who read its pictures, is.
pub(super) fn made(
    outputs: &StageOutputs<'_>,
    source: &Source,
    original: Option<Vec<u8>>,
    engine: Option<&str>,
) -> Made {
    let mut made = Made::default();
    if outputs.read.document.carrier != Carrier::Pdf {
        return made;
    }
    if let Some(original) = original {
        made.take("searchable copy", || searchable(outputs, source, original));
    }
    if let Some(engine) = engine {
        made.take("ALTO files", || alto(outputs, source, engine));
    }
    made
}

impl Made {
    fn take(&mut self, what: &str, make: impl FnOnce() -> Result<Vec<Copy>, Failure>) {
        match catch_panic(make) {
            Ok(copies) => self.copies.extend(copies),
            Err(failure) => {
                let message = format!("no {what} of the document: {}", failure.message);
                self.warnings
                    .push(Warning::new(WarningCode::NoCopy, message));
            }
        }
    }
}

fn searchable(
    outputs: &StageOutputs<'_>,
    source: &Source,
    original: Vec<u8>,
) -> Result<Vec<Copy>, Failure> {
    let copy = searchable_copy(original, &outputs.read.document.pages)
        .map_err(|reason| Failure::new(FailureCode::Rejected, reason.to_string()))?;
    let path = searchable_path(&source.relative);
    Ok(copy.map(|bytes| Copy { path, bytes }).into_iter().collect())
}

fn alto(outputs: &StageOutputs<'_>, source: &Source, engine: &str) -> Result<Vec<Copy>, Failure> {
    let document = &outputs.read.document;
    let described = AltoSource {
        path: &source.relative,
        sha256: &outputs.read.sha256,
        engine,
        language: outputs.extracted.language.as_deref(),
    };
    let files = alto_pages(document, &outputs.clean.text, described)
        .map_err(|error| Failure::new(FailureCode::Rejected, error.to_string()))?;
    let copies = files.into_iter().map(|(page, bytes)| Copy {
        path: alto_path(&source.relative, page),
        bytes,
    });
    Ok(copies.collect())
}
