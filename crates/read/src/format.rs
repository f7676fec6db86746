//! Format detection: which reader takes a file, decided once and from its content.
//!
//! A file's bytes are examined first: a PDF has its header, other binary formats their magic numbers,
//! and text has hardly any control characters. Text is decoded once and then handed to the first
//! reader that recognizes its own marks. The name's extension decides only what the content leaves
//! open. A format that diarium does not read is named, with what its owner can do.

use diarium_document::{Failure, FailureCode, Heartbeat};

use super::encoding::{self, Decoded};
use super::{transcript, web};

/// A file's format, with its text if it is one of text.
#[derive(Debug)]
pub(crate) enum Format {
    Pdf,
    Text(TextFormat, Decoded),
    /// A page saved with its pictures as one MIME message, and the text of that page.
    WebArchive(TextFormat, Decoded),
}

/// The format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFormat {
    Transcript,
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
    let is_text = looks_like_text(bytes);
    if let Some(format) = foreign_format(bytes, is_text) {
        return Err(unsupported(format));
    }
    let extension = extension(name);
    if is_pdf(bytes) || extension == "pdf" && (!is_text || has_pdf_objects(bytes)) {
        return Ok(Format::Pdf);
    }
    if let Some(page) = web::mhtml::html_part(bytes) {
        let (format, decoded) = text_format("mhtml", &page, heartbeat)?;
        return Ok(Format::WebArchive(format, decoded));
    }
    if !is_text {
        return Err(unsupported(
            "neither a PDF nor text; convert it to PDF or to plain text",
        ));
    }
    let (format, decoded) = text_format(&extension, bytes, heartbeat)?;
    Ok(Format::Text(format, decoded))
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

fn unsupported(what: &str) -> Failure {
    Failure::new(
        FailureCode::UnsupportedFormat,
        format!("the file is {what}"),
    )
}

/// Magic numbers of formats that diarium does not read, and what their owner can do. Those that could
/// begin a text count only if the file does not look like text.
const FOREIGN: &[(&[u8], &str)] = &[
    (
        b"\x89PNG",
        "a PNG image; put it into a PDF to have its text read",
    ),
    (
        b"\xff\xd8\xff",
        "a JPEG image; put it into a PDF to have its text read",
    ),
    (
        b"II*\0",
        "a TIFF image; put it into a PDF to have its text read",
    ),
    (
        b"MM\0*",
        "a TIFF image; put it into a PDF to have its text read",
    ),
    (
        b"GIF8",
        "a GIF image; put it into a PDF to have its text read",
    ),
    (
        b"BM",
        "a bitmap image; put it into a PDF to have its text read",
    ),
    (
        b"\0\0\0\x0cjP  ",
        "a JPEG 2000 image; put it into a PDF to have its text read",
    ),
    (b"AT&TFORM", "a DjVu document; convert it to PDF"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office document (.doc, .xls, .ppt); save it as PDF",
    ),
    (b"\xffWPC", "a WordPerfect document; save it as PDF"),
    (
        b"{\\rtf",
        "a rich text document (.rtf); save it as PDF or as plain text",
    ),
    (b"%!PS", "a PostScript file; convert it to PDF"),
    (b"\x7fELF", "a program; there is no document in it"),
    (b"MZ", "a program; there is no document in it"),
    (b"\xca\xfe\xba\xbe", "a program; there is no document in it"),
    (b"\xcf\xfa\xed\xfe", "a program; there is no document in it"),
    (
        b"SQLite format 3\0",
        "an SQLite database; export its documents first",
    ),
    (b"ID3", "a sound recording; diarium reads text only"),
    (
        b"RIFF",
        "an image, a sound or a film; diarium reads text only",
    ),
    (b"OggS", "a sound or a film; diarium reads text only"),
];

/// What a file is that diarium does not read, if its bytes show it.
fn foreign_format(bytes: &[u8], is_text: bool) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_format(bytes));
    }
    // A tar archive of texts looks like text with padding; POSIX.1-1988 puts the magic number here.
    if bytes.get(257..262) == Some(b"ustar") {
        return Some("a tar archive; unpack it first");
    }
    if bytes.get(4..8) == Some(b"ftyp") && bytes[0] == 0 {
        return Some("a film or a photograph; diarium reads text only");
    }
    let (magic, what) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    match *magic {
        b"{\\rtf" => Some(what),
        // Some programs wrote this header over a PDF's own.
        b"%!PS" => (!is_pdf(bytes)).then_some(what),
        _ => {
            let no_text = |byte: &u8| !(9..0x7f).contains(byte);
            (magic.iter().any(no_text) || !is_text).then_some(what)
        }
    }
}

/// Office documents are ZIP archives; the names of their parts are near the beginning.
fn zip_format(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(4096)];
    if contains(head, b"word/") {
        "a Word document (.docx); save it as PDF"
    } else if contains(head, b"xl/") {
        "an Excel workbook (.xlsx); save it as PDF"
    } else if contains(head, b"ppt/") {
        "a PowerPoint presentation (.pptx); save it as PDF"
    } else if contains(head, b"application/vnd.oasis.opendocument") {
        "an OpenDocument file (.odt, .ods, .odp); save it as PDF"
    } else if contains(head, b"application/epub") {
        "an EPUB book; convert it to PDF or HTML"
    } else if contains(head, b"[Content_Types].xml") {
        "an Office document; save it as PDF"
    } else {
        "a ZIP archive; unpack it first"
    }
}

/// Whether the first 1024 bytes, where readers look for it, contain a PDF header. If anything precedes
/// it, the rest must contain PDF objects: a text may talk about `%PDF-1.4`.
fn is_pdf(bytes: &[u8]) -> bool {
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

/// Whether these bytes are text in some encoding: text has hardly any control characters.
// One control character in thirty leaves room for the marks of old word processors; compressed data
// has one in nine. Padding and escape sequences do not count, because text from tapes and terminals
// and for printers is full of them. But padded text must be mostly ASCII: a black-and-white bitmap
// has no control characters between its zeros either.
fn looks_like_text(bytes: &[u8]) -> bool {
    if encoding::is_utf16(bytes) {
        return true;
    }
    let start = bytes.iter().position(|byte| *byte != 0);
    let bytes = &bytes[start.unwrap_or(0)..];
    let sample = &bytes[..bytes.len().min(1 << 16)];
    let unpadded = without_padding(sample);
    let controls = unpadded.iter().filter(|byte| is_control(**byte)).count() - escapes(&unpadded);
    let few = !unpadded.is_empty() && controls * 30 <= unpadded.len();
    let padded = (sample.len() - unpadded.len()) * 30 > sample.len();
    few && (!padded || is_mostly_ascii(&unpadded))
}

fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0xe..=0x1f | 0x7f)
}

/// The shortest run of zeros inside a line that is padding. UTF-32 has runs of three.
const PADDING: usize = 4;

/// The bytes without padding: long runs of zeros, and any at the start of a line.
fn without_padding(bytes: &[u8]) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::with_capacity(bytes.len());
    for run in bytes.chunk_by(|one, next| (*one == 0) == (*next == 0)) {
        let line_ended = matches!(kept.last(), None | Some(b'\n' | b'\r'));
        if run[0] != 0 || run.len() < PADDING && !line_ended {
            kept.extend(run);
        }
    }
    kept
}

/// How many escapes are followed by a printable character, as in a terminal or printer sequence.
fn escapes(bytes: &[u8]) -> usize {
    let is_escape = |pair: &&[u8]| pair[0] == 0x1b && matches!(pair[1], 0x20..=0x7e);
    bytes.windows(2).filter(is_escape).count()
}

/// Three quarters of a text in any language that diarium knows are ASCII, white space included.
fn is_mostly_ascii(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    ascii * 4 >= bytes.len() * 3 || std::str::from_utf8(bytes).is_ok()
}

/// Whether more than a tenth of the text could not be decoded, so that its words cannot be recognized.
fn is_undecodable(text: &str) -> bool {
    let lost = text.matches('\u{fffd}').count();
    lost > 2 && lost * 10 > text.chars().count()
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_is_not_read_is_named() {
        let cases: [(&[u8], &str); 7] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (
                b"PK\x03\x04\x14\0\x06\0[Content_Types].xml..word/document.xml",
                "Word",
            ),
            (b"PK\x03\x04\x14\0\x06\0notes.txt", "ZIP"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", ".doc"),
            (b"{\\rtf1\\ansi text}", "rich text"),
            (b"MZ\x90\0\x03\0\0\0\x04\0", "program"),
        ];
        for (bytes, word) in cases {
            let is_text = looks_like_text(bytes);
            assert!(
                foreign_format(bytes, is_text).unwrap().contains(word),
                "{word}"
            );
        }
    }

    #[test]
    fn letters_that_are_a_magic_number_may_begin_a_text() {
        for text in [
            "BM hade ordet.",
            "MZ är initialer",
            "ID3 nämns",
            "RIFF",
            "GIF89a är ett format",
        ] {
            assert!(looks_like_text(text.as_bytes()));
            assert_eq!(foreign_format(text.as_bytes(), true), None);
        }
    }

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

    #[test]
    fn padded_text_and_text_for_a_terminal_are_text() {
        let padded = |pad: &[u8]| [pad, "Ansökan om utvecklingsmedel\n".as_bytes(), pad].concat();
        assert!(looks_like_text(&padded(&[0; 500])));
        assert!(looks_like_text(&padded(&[0; 100_000])));
        assert!(looks_like_text(
            &b"Namn\0\0\0\0\0\0\0Eva\0\0\0\0\0\0\0\n".repeat(20)
        ));
        assert!(looks_like_text(&b"rad\n\0".repeat(20)));
        assert!(looks_like_text(&b"\x1b[1mA\x1b[0m\n".repeat(20)));
        let wide: Vec<u8> = "Ansökan"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(encoding::is_utf16(&padded_with(&wide, 500)));
    }

    fn padded_with(bytes: &[u8], zeros: usize) -> Vec<u8> {
        [bytes, &vec![0; zeros]].concat()
    }

    #[test]
    fn padded_data_is_no_text() {
        let bitmap: Vec<u8> = b"\0\0\0\0\0\xff\xff\xff\0\0\0\0\xf0\xff".repeat(40);
        assert!(!looks_like_text(&bitmap));
        let numbers: Vec<u8> = (0..2000_u32).flat_map(u32::to_le_bytes).collect();
        assert!(!looks_like_text(&numbers));
        let wide: Vec<u8> = "Ansökan om medel"
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        assert!(!looks_like_text(&wide));
        let mut tar = b"a.txt".to_vec();
        tar.resize(257, 0);
        tar.extend(b"ustar\x0000");
        tar.resize(512, 0);
        tar.extend(b"Text\n");
        assert!(
            foreign_format(&tar, looks_like_text(&tar))
                .unwrap()
                .contains("tar archive")
        );
    }

    #[test]
    fn zeros_and_noise_are_no_text() {
        assert!(!looks_like_text(&[0; 40]));
        let noise: Vec<u8> = (0..=255).collect();
        assert!(!looks_like_text(&noise));
        assert!(looks_like_text(
            b"stray\0 zero in a longer text, as old programs left them"
        ));
    }
}
