//! Format detection by content.
//!
//! Told by its bytes. A file that diarium cannot read gets a sentence that says what it is and
//! what its owner can do, for "unsupported" alone helps nobody.

use super::encoding;

/// Formats that begin with bytes of their own, and what to say about them. Those whose bytes could
/// begin a text count only where the rest does not look like text.
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

/// What a file is that diarium does not read, where its bytes say so.
pub(crate) fn foreign_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_format(bytes));
    }
    // A tar archive of texts is text and padding; POSIX has its mark there.
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
            (magic.iter().any(no_text) || !looks_like_text(bytes)).then_some(what)
        }
    }
}

/// Office documents are ZIP archives; their parts' names stand in the first of them.
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

/// A PDF's header, which the standard's readers look for in the first 1024 bytes. Where something
/// stands before it, the rest must have a PDF's objects: a text may talk about `%PDF-1.4`.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1024)];
    match head.windows(5).position(|window| window == b"%PDF-") {
        Some(0) => true,
        Some(_) => has_pdf_objects(bytes),
        None => false,
    }
}

/// Whether PDF objects stand in it, near its beginning or its end.
pub(crate) fn has_pdf_objects(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 1 << 16;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let tail = &bytes[bytes.len().saturating_sub(LOOKED_AT)..];
    contains(head, b" obj") || contains(tail, b"endobj")
}

/// Text has hardly any control characters. One in thirty leaves room for an old word processor's
/// marks; compressed data has one in nine. Padding and escape sequences do not count, because text
/// on tapes, from terminals and for printers is full of them; but what is padded must look like text
/// beyond doubt: a bitmap of black and white has no control characters between its zeros either.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
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

/// Shorter runs of zeros inside a line are no padding: UTF-32 has runs of three.
const PADDING: usize = 4;

/// The bytes without runs of zeros that are long, or stand at the edge of a line.
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

/// How many escapes a printable character follows, as in a sequence for a terminal or printer.
fn escapes(bytes: &[u8]) -> usize {
    let is_escape = |pair: &&[u8]| pair[0] == 0x1b && matches!(pair[1], 0x20..=0x7e);
    bytes.windows(2).filter(is_escape).count()
}

/// Three quarters of a text in any language that diarium knows are ASCII, white space included.
fn is_mostly_ascii(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    ascii * 4 >= bytes.len() * 3 || std::str::from_utf8(bytes).is_ok()
}

/// Whether so much could not be decoded that reading it would help nobody: a tenth of it.
pub(crate) fn is_undecodable(text: &str) -> bool {
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
    fn a_foreign_file_is_called_by_its_name() {
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
            assert!(foreign_format(bytes).unwrap().contains(word), "{word}");
        }
    }

    #[test]
    fn letters_that_could_be_a_magic_number_are_text_in_a_text() {
        for text in [
            "BM hade ordet.",
            "MZ är initialer",
            "ID3 nämns",
            "RIFF",
            "GIF89a är ett format",
        ] {
            assert_eq!(foreign_format(text.as_bytes()), None);
            assert!(looks_like_text(text.as_bytes()));
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
        assert!(foreign_format(&tar).unwrap().contains("tar archive"));
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
