//! Readers: text and layout of each format, as pages of positioned lines.
//!
//! A file is opened once, within bounds, and turned into pages of lines; nothing is taken out of
//! them. The content decides which carrier reads it, the name only where the content leaves it
//! open. What the words mean is for the rooms after this one.

pub mod encoding;
pub mod pdf;
mod sniff;
pub mod text;
pub mod transcript;
pub mod web;

use std::{
    fs::{self, File},
    io::Read as _,
};

use sha2::{Digest, Sha256};

use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument, Source, hexadecimal};
pub use diarium_ocr as ocr;
use encoding::Decoded;

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

/// Text that is longer is no document: a thousand pages are three million characters.
const MAX_TEXT_BYTES: usize = 64 << 20;

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
        sha256: hexadecimal(&Sha256::digest(bytes)),
        bytes: bytes.len() as u64,
    })
}

/// Reads the document in these bytes; `name` is looked at for its extension only.
pub fn read_bytes(name: &str, bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    if bytes.is_empty() {
        return Err(Failure::new(FailureCode::Empty, "the file has no bytes"));
    }
    if let Some(format) = sniff::foreign_format(bytes) {
        return Err(unsupported(format));
    }
    let extension = extension(name);
    let is_text = sniff::looks_like_text(bytes);
    if sniff::is_pdf(bytes) || extension == "pdf" && (!is_text || sniff::has_pdf_objects(bytes)) {
        return pdf::read(bytes, &options.pdf, &options.ocr, &options.heartbeat);
    }
    if let Some(page) = web::mhtml::html_part(bytes) {
        let document = read_text("mhtml", &page, &options.heartbeat)?;
        return Ok(RawDocument {
            media_type: "multipart/related",
            ..document
        });
    }
    if !is_text {
        return Err(unsupported(
            "neither a PDF nor text; convert it to PDF or to plain text",
        ));
    }
    read_text(&extension, bytes, &options.heartbeat)
}

/// More pages are no document either, as in PDFs: each is held against the others.
const MAX_TEXT_PAGES: usize = 10_000;

/// Lines that are not blank, at most. A line costs some 160 bytes of memory whatever stands in it: in
/// 64 MiB more would ask for more than a worker has, and be a list of numbers, not a document.
const MAX_TEXT_LINES: usize = 8_000_000;

/// Hands text to the carrier that it looks like.
fn read_text(extension: &str, bytes: &[u8], heartbeat: &Heartbeat) -> Result<RawDocument, Failure> {
    let document = read_carrier(extension, bytes, heartbeat)?;
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

fn read_carrier(
    extension: &str,
    bytes: &[u8],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    if bytes.len() > MAX_TEXT_BYTES {
        let message = format!(
            "{} MiB of text; diarium reads up to {} MiB, so split the file",
            bytes.len() >> 20,
            MAX_TEXT_BYTES >> 20
        );
        return Err(Failure::new(FailureCode::TooLarge, message));
    }
    let decoded = encoding::decode(bytes);
    heartbeat.beat();
    if decoded.text.trim().is_empty() {
        let message = "the file holds nothing but white space";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    if sniff::is_undecodable(&decoded.text) {
        return Err(unsupported(
            "not text in any encoding that diarium knows; convert it to UTF-8",
        ));
    }
    let html = web::looks_like_html(&decoded.text, extension);
    if !html && filled_lines(&decoded.text) > MAX_TEXT_LINES {
        let message = format!(
            "more than {MAX_TEXT_LINES} lines of text; diarium reads up to that many, so split the file"
        );
        return Err(Failure::new(FailureCode::TooLarge, message));
    }
    if transcript::looks_like_transcript(&decoded.text) {
        return Ok(transcript::read(decoded));
    }
    if html {
        return read_html(decoded, heartbeat);
    }
    if web::page_text::looks_like_page_text(&decoded.text) {
        return Ok(web::page_text::read(decoded));
    }
    let mut document = text::read(decoded);
    if matches!(extension, "md" | "markdown") {
        document.media_type = "text/markdown";
    }
    Ok(document)
}

/// How many lines of a text have anything in them; counted before room is made for them.
fn filled_lines(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = bytes
        .windows(2)
        .filter(|pair| pair[0] != b'\n' && pair[1] == b'\n');
    ends.count() + usize::from(!text.is_empty() && !text.ends_with('\n'))
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

fn unsupported(what: &str) -> Failure {
    Failure::new(
        FailureCode::UnsupportedFormat,
        format!("the file is {what}"),
    )
}

/// The ending of a file's name in lower case, without the dot; it may decide the format.
pub fn extension(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((_, extension)) => extension.to_lowercase(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
