//! Renditions of one document: which are requested, and how they are made.
//!
//! A rendition that cannot be made costs the document a warning in the catalogue and nothing else. The
//! warning is not part of the record, because a record does not depend on which renditions are
//! requested.

use crate::catalogue::{alto_path, searchable_path};
use crate::panic_guard::catch_panic;
use crate::process::StageOutputs;
use crate::renditions::{AltoSource, Rendition, add_text_layer, alto_pages, searchable_pictures};
use diarium_document::{Carrier, Failure, FailureCode, Source, Warning, WarningCode};

/// Which renditions are requested.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RenditionOptions {
    /// A searchable copy of PDFs with scanned pages, and of image files.
    pub pdf: bool,
    /// An ALTO file for each page of a PDF or an image file.
    pub alto: bool,
}

impl RenditionOptions {
    /// The names of the requested renditions, as in fingerprints.
    pub(super) fn names(self) -> Vec<String> {
        let named = [(self.alto, "alto"), (self.pdf, "pdf")];
        let requested = named.into_iter().filter(|(is_requested, _)| *is_requested);
        requested.map(|(_, name)| name.to_owned()).collect()
    }
}

/// The renditions of a document.
#[derive(Debug, Default)]
pub(super) struct Renditions {
    pub(super) files: Vec<Rendition>,
    /// Why some could not be made.
    pub(super) warnings: Vec<Warning>,
}

/// Makes the renditions of a document that passed all stages: a searchable copy if there is
/// `original`, the document's bytes, and ALTO files if there is `engine`, the name of the engine that
/// read its scanned pages.
pub(super) fn make_renditions(
    outputs: &StageOutputs<'_>,
    source: &Source,
    original: Option<Vec<u8>>,
    engine: Option<&str>,
) -> Renditions {
    let mut renditions = Renditions::default();
    // Other carriers have neither scanned pages nor positions of words.
    if !matches!(outputs.read.document.carrier, Carrier::Pdf | Carrier::Image) {
        return renditions;
    }
    if let Some(original) = original {
        renditions.add("searchable copy", || searchable(outputs, source, original));
    }
    if let Some(engine) = engine {
        renditions.add("ALTO files", || alto(outputs, source, engine));
    }
    renditions
}

impl Renditions {
    /// Adds the files that `make` returns, or a warning that names `what` could not be made.
    fn add(&mut self, what: &str, make: impl FnOnce() -> Result<Vec<Rendition>, Failure>) {
        // A panic must not cost the record, which is complete without its renditions.
        match catch_panic(make) {
            Ok(files) => self.files.extend(files),
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
) -> Result<Vec<Rendition>, Failure> {
    let document = &outputs.read.document;
    let copy = match document.carrier {
        Carrier::Image => searchable_pictures(&original, &document.pages),
        _ => add_text_layer(original, &document.pages),
    };
    let copy = copy.map_err(|error| Failure::new(FailureCode::Rejected, error.to_string()))?;
    let path = searchable_path(&source.relative);
    let copy = copy.map(|bytes| Rendition { path, bytes });
    Ok(copy.into_iter().collect())
}

fn alto(
    outputs: &StageOutputs<'_>,
    source: &Source,
    engine: &str,
) -> Result<Vec<Rendition>, Failure> {
    let described = AltoSource {
        path: &source.relative,
        sha256: &outputs.read.sha256,
        engine,
        language: outputs.extracted.language.as_deref(),
    };
    let files = alto_pages(&outputs.read.document, &outputs.clean.text, described)
        .map_err(|error| Failure::new(FailureCode::Rejected, error.to_string()))?;
    let files = files.into_iter().map(|(page, bytes)| Rendition {
        path: alto_path(&source.relative, page),
        bytes,
    });
    Ok(files.collect())
}
