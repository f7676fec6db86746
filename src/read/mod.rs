//! What does each page say, and where?
use crate::document::{Carrier, Failure, FailureCode, Page, RawDocument, Source};
use sha2::{Digest, Sha256};

/// PDF.
pub mod pdf {
    /// Limits.
    #[derive(Debug, Clone, Default)]
    pub struct Limits {}
}

/// What a reader may use.
#[derive(Debug, Clone)]
pub struct Options {
    /// The largest file that is opened.
    pub max_bytes: u64,
    /// The limits of a PDF.
    pub pdf: pdf::Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_bytes: 512 << 20,
            pdf: pdf::Limits::default(),
        }
    }
}

/// A document as read.
#[derive(Debug)]
pub struct Read {
    /// Its pages.
    pub document: RawDocument,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// Reads a file.
pub fn read(source: &Source, options: &Options) -> Result<Read, Failure> {
    if source.bytes > options.max_bytes {
        return Err(Failure::new(FailureCode::TooLarge, "too large"));
    }
    let bytes = std::fs::read(&source.file)
        .map_err(|error| Failure::new(FailureCode::Unreadable, error.to_string()))?;
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::Empty, "the file has no bytes"));
    }
    if bytes.contains(&0) {
        return Err(Failure::new(FailureCode::UnsupportedFormat, "binary"));
    }
    let sha256 = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Read {
        document: RawDocument {
            carrier: Carrier::Text,
            media_type: "text/plain",
            encoding: Some("utf-8"),
            stated_title: None,
            pages: vec![Page::from_text(
                1,
                String::from_utf8_lossy(&bytes).into_owned(),
            )],
            related: Vec::new(),
            warnings: Vec::new(),
        },
        sha256,
        bytes: bytes.len() as u64,
    })
}
