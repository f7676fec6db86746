//! What does each page of a PDF say, and where?

use crate::document::{Failure, FailureCode, RawDocument};

/// How much one PDF may ask of the machine.
#[derive(Debug, Clone, Default)]
pub struct Limits {}

/// Reads a PDF.
pub fn read(_bytes: &[u8], _limits: &Limits) -> Result<RawDocument, Failure> {
    Err(Failure::new(
        FailureCode::UnsupportedFormat,
        "this build does not read PDFs",
    ))
}
