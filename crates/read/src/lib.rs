//! Readers: text and layout of each format, as pages of positioned lines.
//!
//! A file is opened once, within limits. Format detection decides which reader takes it, and the reader
//! gives pages of lines. Readers remove nothing and do not interpret what the words mean.

pub mod encoding;
mod format;
pub mod pdf;
pub mod text;
pub mod transcript;
pub mod web;

use std::{
    fs::{self, File},
    io::Read as _,
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument, Source};
use encoding::Decoded;
use format::{Format, TextFormat};

pub use diarium_ocr as ocr;
pub use format::extension;

/// How files are read, and how much one may ask of the machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Files longer than this are not read.
    pub max_bytes: u64,
    /// Limits of the PDF reader.
    pub pdf: pdf::Limits,
    /// Whether and how text in images is read.
    pub ocr: ocr::Ocr,
    /// Who is told that the document in hand advances; it shapes no record.
    pub heartbeat: Heartbeat,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            pdf: pdf::Limits::default(),
            ocr: ocr::Ocr::default(),
            heartbeat: Heartbeat::default(),
        }
    }
}

/// A document and the bytes that it came from.
#[derive(Debug)]
pub struct Read {
    /// Its pages.
    pub document: RawDocument,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// How many bytes were read.
    pub bytes: u64,
}

/// More pages of text are no document, as in PDFs: boilerplate detection compares pages.
const MAX_TEXT_PAGES: usize = 10_000;

/// Opens a file, once, and reads the document in it.
pub fn read(source: &Source, options: &Options) -> Result<Read, Failure> {
    let bytes = file_bytes(source, options)?;
    read_in_memory(&source.relative, &bytes, options)
}

/// Opens a file, once, and gives its bytes, if they are not more than the limit allows.
pub fn file_bytes(source: &Source, options: &Options) -> Result<Vec<u8>, Failure> {
    read_file(source, options.max_bytes)
}

/// Reads a document whose bytes are at hand; `name` is looked at for its extension only.
pub fn read_in_memory(name: &str, bytes: &[u8], options: &Options) -> Result<Read, Failure> {
    Ok(Read {
        document: read_bytes(name, bytes, options)?,
        sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
    })
}

/// Reads the document in these bytes; `name` is looked at for its extension only.
pub fn read_bytes(name: &str, bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::Empty, "the file has no bytes"));
    }
    let heartbeat = &options.heartbeat;
    let document = match format::detect(name, bytes, heartbeat)? {
        Format::Pdf => return pdf::read(bytes, &options.pdf, &options.ocr, heartbeat),
        Format::Text(format, decoded) => read_text(format, decoded, heartbeat)?,
        Format::WebArchive(format, decoded) => RawDocument {
            media_type: "multipart/related",
            ..read_text(format, decoded, heartbeat)?
        },
    };
    heartbeat.beat();
    let count = document.pages.len();
    if count > MAX_TEXT_PAGES {
        let message = format!(
            "{count} pages of text; diarium reads up to {MAX_TEXT_PAGES}, so split the file"
        );
        return Err(Failure::new(FailureCode::TooLarge, message));
    }
    Ok(document)
}

fn read_text(
    format: TextFormat,
    decoded: Decoded,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    Ok(match format {
        TextFormat::Transcript => transcript::read(decoded),
        TextFormat::Html => read_html(decoded, heartbeat)?,
        TextFormat::PageText => web::page_text::read(decoded),
        TextFormat::Plain => text::read(decoded),
        TextFormat::Markdown => RawDocument {
            media_type: "text/markdown",
            ..text::read(decoded)
        },
    })
}

fn read_html(decoded: Decoded, heartbeat: &Heartbeat) -> Result<RawDocument, Failure> {
    let document = web::read(decoded, heartbeat);
    if document.pages.iter().all(|page| page.lines.is_empty()) {
        let message =
            "the page shows no text; save it again after it has loaded, or print it to PDF";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    Ok(document)
}

fn read_file(source: &Source, max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::new(FailureCode::Unreadable, error.to_string());
    // Asked before opening, too: opening a pipe waits for whoever writes to it.
    let metadata = fs::metadata(&source.file).map_err(unreadable)?;
    if !metadata.is_file() {
        let message = "not a regular file; diarium opens no devices, pipes or folders";
        return Err(Failure::new(FailureCode::Unreadable, message));
    }
    let too_large = || {
        let message = format!("the file has more than the {max_bytes} bytes that the limit allows");
        Failure::new(FailureCode::TooLarge, message)
    };
    if metadata.len() > max_bytes {
        return Err(too_large());
    }
    let file = File::open(&source.file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // The file may have grown since.
    let bound = max_bytes.saturating_add(1);
    file.take(bound)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > max_bytes {
        return Err(too_large());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
