//! Format detection: which reader takes a file, decided once and from its content.
//!
//! A file's bytes are examined first: a PDF has its header, other binary formats their magic numbers,
//! and text has hardly any control characters. Text is decoded once and then handed to the first
//! reader that recognizes its own marks. The name's extension decides only what the content leaves
//! open. A format that diarium does not read is named, with what its owner can do.

mod foreign;
mod supported;
mod text_likeness;

use diarium_document::{Failure, FailureCode, Heartbeat};

use super::encoding::{self, Decoded};
use super::{
    image::ImageFormat,
    mail,
    ocr_files::{self, OcrFormat},
    office::{self, OfficeFormat},
    transcript, web,
};
use foreign::foreign_format;
pub(crate) use text_likeness::looks_like_text;

pub use foreign::{UnreadFormat, unread_formats};
pub use supported::{SUPPORTED, SupportedFormat};

/// A file's format, with its text if it is one of text.
#[derive(Debug)]
pub(crate) enum Format {
    Pdf,
    Office(OfficeFormat),
    Image(ImageFormat),
    /// An e-mail as it was sent.
    Mail,
    /// An e-mail that Outlook saved.
    Outlook,
    Text(TextFormat, Decoded),
    /// A page that was saved with its frames and pictures in one file.
    WebArchive(TextFormat, Decoded, WebArchive),
}

/// What a web archive has besides the page.
#[derive(Debug)]
pub(crate) struct WebArchive {
    pub media_type: &'static str,
    /// The pages of its frames.
    pub frames: Vec<web::Frame>,
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Transcript,
    /// The text of page images, from an OCR program.
    Ocr(OcrFormat),
    Html,
    /// The text of a web page, saved without its HTML.
    PageText,
    Markdown,
    Plain,
}

/// Bytes of a text, at most.
// A thousand pages are three million characters; larger files are data, not documents.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Lines that are not blank, at most.
// A line costs some 160 bytes of memory whatever it contains: 64 MiB of lines of one character would
// take more memory than a worker has, and are a list of numbers, not a document.
const MAX_TEXT_LINES: usize = 8_000_000;

/// Detects the format of these bytes, and decodes them if they are text.
///
/// # Errors
/// If diarium does not read the format, or there is too much text, or none.
pub(crate) fn detect(name: &str, bytes: &[u8], heartbeat: &Heartbeat) -> Result<Format, Failure> {
    if let Some(format) = office::detect(bytes) {
        return Ok(Format::Office(format));
    }
    let is_text = looks_like_text(bytes);
    if let Some(format) = ImageFormat::detect(bytes, is_text) {
        return Ok(Format::Image(format));
    }
    if mail::outlook::is_message(bytes) {
        return Ok(Format::Outlook);
    }
    if let Some(format) = foreign_format(bytes, is_text) {
        return Err(unsupported(format));
    }
    let extension = extension(name);
    if is_pdf(bytes) || extension == "pdf" && (!is_text || has_pdf_objects(bytes)) {
        return Ok(Format::Pdf);
    }
    if mail::detect::is_mail(name, bytes) {
        return Ok(Format::Mail);
    }
    if let Some(page) = web_archive(bytes)? {
        let (format, decoded) = text_format(page.extension, &page.html, heartbeat)?;
        let archive = WebArchive {
            media_type: page.media_type,
            frames: page.frames,
        };
        return Ok(Format::WebArchive(format, decoded, archive));
    }
    if !is_text {
        return Err(unsupported(
            "neither a PDF nor text; convert it to PDF or to plain text",
        ));
    }
    let (format, decoded) = text_format(&extension, bytes, heartbeat)?;
    Ok(Format::Text(format, decoded))
}

/// The page in a web archive; `None` if the file is none.
fn web_archive(bytes: &[u8]) -> Result<Option<web::SavedPage>, Failure> {
    if !web::web_archive::is_web_archive(bytes) {
        return Ok(web::mhtml::page(bytes));
    }
    let message = "the web archive is damaged; save the page again, as a web archive or as PDF";
    let damaged = || Failure::new(FailureCode::Damaged, message);
    web::web_archive::page(bytes).ok_or_else(damaged).map(Some)
}

/// Decodes a text and detects its format. Readers are asked from the most specific to the least: a
/// transcript may be saved as HTML, and every text is a plain text.
fn text_format(
    extension: &str,
    bytes: &[u8],
    heartbeat: &Heartbeat,
) -> Result<(TextFormat, Decoded), Failure> {
    if bytes.len() > MAX_TEXT_BYTES {
        return Err(too_many_bytes(bytes.len()));
    }
    let decoded = encoding::decode(bytes);
    heartbeat.beat();
    let text = decoded.text.as_str();
    if text.trim().is_empty() {
        let message = "the file holds nothing but white space";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    if is_undecodable(text) {
        return Err(unsupported(
            "not text in any encoding that diarium knows; convert it to UTF-8",
        ));
    }
    if let Some(format) = ocr_files::format_of(text) {
        return Ok((TextFormat::Ocr(format), decoded));
    }
    let is_html = web::looks_like_html(text, extension);
    if !is_html && filled_lines(text) > MAX_TEXT_LINES {
        return Err(too_many_lines());
    }
    let format = if transcript::looks_like_transcript(text) {
        TextFormat::Transcript
    } else if is_html {
        TextFormat::Html
    } else if web::page_text::looks_like_page_text(text) {
        TextFormat::PageText
    } else if matches!(extension, "md" | "markdown") {
        TextFormat::Markdown
    } else {
        TextFormat::Plain
    };
    Ok((format, decoded))
}

/// Checks the limits of a text that is part of a file.
pub(crate) fn check_text(text: &str) -> Result<(), Failure> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(too_many_bytes(text.len()));
    }
    if filled_lines(text) > MAX_TEXT_LINES {
        return Err(too_many_lines());
    }
    Ok(())
}

fn too_many_bytes(bytes: usize) -> Failure {
    let message = format!(
        "{} MiB of text; diarium reads up to {} MiB, so split the file",
        bytes >> 20,
        MAX_TEXT_BYTES >> 20
    );
    Failure::new(FailureCode::TooLarge, message)
}

fn too_many_lines() -> Failure {
    let message = format!(
        "more than {MAX_TEXT_LINES} lines of text; diarium reads up to that many, so split the file"
    );
    Failure::new(FailureCode::TooLarge, message)
}

/// How many lines of a text are not blank; counted before memory is allocated for them.
pub(crate) fn filled_lines(text: &str) -> usize {
    let bytes = text.as_bytes();
    let ends = bytes
        .windows(2)
        .filter(|pair| pair[0] != b'\n' && pair[1] == b'\n');
    ends.count() + usize::from(!text.is_empty() && !text.ends_with('\n'))
}

/// The ending of a file's name in lower case, without the dot; it may decide the format.
pub fn extension(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    match file.rsplit_once('.') {
        Some((_, extension)) => extension.to_lowercase(),
        None => String::new(),
    }
}

/// The failure of a file in a format that is not read. `what` names the format and what to do.
pub(crate) fn unsupported(what: &str) -> Failure {
    Failure::new(
        FailureCode::UnsupportedFormat,
        format!("the file is {what}"),
    )
}

/// Whether the first 1024 bytes, where readers look for it, contain a PDF header. If anything precedes
/// it, the rest must contain PDF objects: a text may talk about `%PDF-1.4`.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    match head.windows(5).position(|window| window == b"%PDF-") {
        Some(0) => true,
        Some(_) => has_pdf_objects(bytes),
        None => false,
    }
}

/// Whether there are PDF objects near the beginning or the end.
fn has_pdf_objects(bytes: &[u8]) -> bool {
    const SAMPLE: usize = 1 << 16;
    let head = &bytes[..bytes.len().min(SAMPLE)];
    let tail = &bytes[bytes.len().saturating_sub(SAMPLE)..];
    contains(head, b" obj") || contains(tail, b"endobj")
}

/// Whether more than a tenth of the text could not be decoded, so that its words cannot be recognized.
fn is_undecodable(text: &str) -> bool {
    let lost = text.matches('\u{fffd}').count();
    lost > 2 && lost * 10 > text.chars().count()
}

/// Whether some bytes stand anywhere among others.
pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_about_pdf_is_no_pdf() {
        assert!(!is_pdf(
            "Filen börjar med %PDF-1.4 enligt standarden.".as_bytes()
        ));
        assert!(is_pdf(b"%PDF-1.4"));
        assert!(is_pdf(
            b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n1 0 obj\n<<>>\nendobj"
        ));
    }
}
