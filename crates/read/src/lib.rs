//! Readers: text and layout of each format, as pages of positioned lines.
//!
//! A file is opened once, within limits. Format detection decides which reader takes it, and the reader
//! gives pages of lines. Readers remove nothing and do not interpret what the words mean.

pub mod container;
pub mod encoding;
mod format;
mod http;
pub mod image;
mod mail;
mod mime;
pub mod ocr_files;
mod office;
mod parts;
mod passwords;
pub mod pdf;
mod source_bytes;
pub mod text;
pub mod transcript;
pub mod web;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use diarium_document::{
    Failure, FailureCode, Heartbeat, RawDocument, Source, SourceFile, Warning, WarningCode,
};
use encoding::Decoded;
use format::{Format, TextFormat};

pub use diarium_ocr as ocr;
pub use format::{SUPPORTED, SupportedFormat, UnreadFormat, extension, unread_formats};
pub use parts::{parts_id, read_source_parts};
pub use passwords::{Passwords, PasswordsError};
pub use source_bytes::{OpenContainers, check_depth, contents, file_bytes};

/// Options of the readers: resource limits and OCR.
#[derive(Debug, Clone)]
pub struct Options {
    /// Length of a file in bytes, at most.
    pub max_bytes: u64,
    /// Limits of the PDF reader.
    pub pdf: pdf::Limits,
    /// Limits of the image reader.
    pub image: image::Limits,
    /// Limits of containers.
    pub container: container::Limits,
    /// Passwords for encrypted files.
    pub passwords: Passwords,
    /// Whether and with which engine text in images is read.
    pub ocr: ocr::Ocr,
    /// Called while a document is read; it does not affect the result.
    pub heartbeat: Heartbeat,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            pdf: pdf::Limits::default(),
            image: image::Limits::default(),
            container: container::Limits::default(),
            passwords: Passwords::default(),
            ocr: ocr::Ocr::default(),
            heartbeat: Heartbeat::default(),
        }
    }
}

/// A document that was read, with the identity of its bytes.
#[derive(Debug)]
pub struct Read {
    /// The document's pages.
    pub document: RawDocument,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Number of bytes.
    pub bytes: u64,
    /// The files of a document of several files.
    pub files: Vec<SourceFile>,
}

/// Pages of a text, at most, as in PDFs.
// Boilerplate detection compares pages with each other. A file of form feeds would be millions of pages.
const MAX_TEXT_PAGES: usize = 10_000;

/// Opens a file, once, and reads the document in it.
///
/// # Errors
/// As [`file_bytes`] and [`read_bytes`].
pub fn read(source: &Source, options: &Options) -> Result<Read, Failure> {
    let bytes = file_bytes(source, options)?;
    read_in_memory(&source.relative, &bytes, options)
}

/// Reads a document from memory; only the extension of `name` is used.
///
/// # Errors
/// As [`read_bytes`].
pub fn read_in_memory(name: &str, bytes: &[u8], options: &Options) -> Result<Read, Failure> {
    Ok(Read {
        document: read_bytes(name, bytes, options)?,
        sha256: HEXLOWER.encode(&Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
        files: Vec::new(),
    })
}

/// Reads the pages of a document from memory; only the extension of `name` is used.
///
/// # Errors
/// If diarium does not read the format, or the document is empty, encrypted, too large or too damaged.
pub fn read_bytes(name: &str, bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::Empty, "the file has no bytes"));
    }
    let heartbeat = &options.heartbeat;
    let saved = http::Response::parse(bytes).map(|response| response.page());
    let bytes = saved.as_deref().unwrap_or(bytes);
    if bytes.is_empty() {
        let message = "the file has only the headers of a web page; save the page again";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    let document = match format::detect(name, bytes, heartbeat)? {
        Format::Pdf => {
            let (limits, passwords) = (&options.pdf, &options.passwords);
            return pdf::read_encrypted(bytes, limits, passwords, &options.ocr, heartbeat);
        }
        Format::Office(format) => office::read(format, bytes, heartbeat)?,
        Format::Image(format) => {
            return image::read(format, bytes, &options.image, &options.ocr, heartbeat);
        }
        Format::Mail => mail::read(bytes, options)?,
        Format::Outlook => mail::outlook::read(bytes, options)?,
        Format::Text(format, decoded) => read_text(format, decoded, &[], heartbeat)?,
        Format::WebArchive(format, decoded, archive) => RawDocument {
            media_type: archive.media_type,
            ..read_text(format, decoded, &archive.frames, heartbeat)?
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

/// Reads a text with the reader of its format; `frames` are the other pages of a web archive.
fn read_text(
    format: TextFormat,
    decoded: Decoded,
    frames: &[web::Frame],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    Ok(match format {
        TextFormat::Transcript => transcript::read(decoded),
        TextFormat::Ocr(format) => ocr_files::read_decoded(format, &decoded, heartbeat)?,
        TextFormat::Html => read_html(decoded, frames, heartbeat)?,
        TextFormat::PageText => web::page_text::read(decoded),
        TextFormat::Plain => text::read(decoded),
        TextFormat::Markdown => RawDocument {
            media_type: "text/markdown",
            ..text::read(decoded)
        },
    })
}

/// Reads HTML, which must have visible text: some pages load all of it by script.
fn read_html(
    decoded: Decoded,
    frames: &[web::Frame],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let document = web::read_with_frames(decoded, frames, heartbeat);
    if document.pages.iter().all(|page| page.lines.is_empty()) {
        let message =
            "the page shows no text; save it again after it has loaded, or print it to PDF";
        // A frameset without its frames: the warning says where its text is.
        let of_frames = |warning: &&Warning| warning.code == WarningCode::PagesMissing;
        let of_frames = document.warnings.iter().find(of_frames);
        let message = of_frames.map_or(message, |warning| &warning.message);
        return Err(Failure::new(FailureCode::Empty, message));
    }
    Ok(document)
}

#[cfg(test)]
mod tests;
