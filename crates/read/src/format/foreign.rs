//! Formats that diarium does not read: their magic numbers, and what their owner can do.

use super::{contains, is_pdf};

/// Magic numbers of formats that diarium does not read, and what their owner can do. Those that could
/// begin a text count only if the file does not look like text.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"AT&TFORM", "a DjVu document; convert it to PDF"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\0", "an xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office document (.doc, .ppt); save it as .docx or PDF",
    ),
    (b"\xffWPC", "a WordPerfect document; save it as PDF"),
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

const TAR: &str = "a tar archive; unpack it first";
const FILM: &str = "a film or a photograph; diarium reads text only";

/// A format that is recognized and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnreadFormat {
    /// Its usual name.
    pub name: &'static str,
    /// What the owner of such a file can do.
    pub advice: &'static str,
}

/// The formats that are recognized and not read, in the order of their magic numbers.
pub fn unread_formats() -> Vec<UnreadFormat> {
    let magic = FOREIGN.iter().map(|(_, what)| *what);
    let in_zip = IN_ZIP.iter().map(|(_, what)| *what);
    let mut formats = Vec::new();
    for what in magic.chain(in_zip).chain([TAR, FILM]) {
        let (name, advice) = what.split_once("; ").unwrap_or((what, ""));
        let name = ["a ", "an "]
            .iter()
            .find_map(|article| name.strip_prefix(article))
            .unwrap_or(name);
        let format = UnreadFormat { name, advice };
        // Several magic numbers may belong to one format.
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    formats
}

/// What a file is that diarium does not read, if its bytes show it.
pub(super) fn foreign_format(bytes: &[u8], is_text: bool) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip_format(bytes));
    }
    // A tar archive of texts looks like text with padding; POSIX.1-1988 puts the magic number here.
    if bytes.get(257..262) == Some(b"ustar") {
        return Some(TAR);
    }
    if bytes.get(4..8) == Some(b"ftyp") && bytes[0] == 0 {
        return Some(FILM);
    }
    let (magic, what) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic))?;
    match *magic {
        // Some programs wrote this header over a PDF's own.
        b"%!PS" => (!is_pdf(bytes)).then_some(what),
        _ => {
            let no_text = |byte: &u8| !(9..0x7f).contains(byte);
            (magic.iter().any(no_text) || !is_text).then_some(what)
        }
    }
}

/// Formats that are ZIP archives, by what is near their beginning.
const IN_ZIP: &[(&[u8], &str)] = &[
    (b"ppt/", "a PowerPoint presentation (.pptx); save it as PDF"),
    (
        b"application/vnd.oasis.opendocument",
        "an OpenDocument presentation or drawing (.odp, .odg); save it as PDF",
    ),
    (
        b"application/epub",
        "an EPUB book; convert it to PDF or HTML",
    ),
    (b"[Content_Types].xml", "an Office document; save it as PDF"),
];

/// Office documents are ZIP archives; the names of their parts are near the beginning.
fn zip_format(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(4096)];
    let found = IN_ZIP.iter().find(|(marker, _)| contains(head, marker));
    found.map_or("a ZIP archive; unpack it first", |(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::super::text_likeness::looks_like_text;
    use super::*;

    #[test]
    fn a_format_that_is_not_read_is_named() {
        let cases: [(&[u8], &str); 4] = [
            (
                b"PK\x03\x04\x14\0\x06\0[Content_Types].xml..word/document.xml",
                "Office document",
            ),
            (b"PK\x03\x04\x14\0\x06\0notes.txt", "ZIP"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", ".doc"),
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
    fn every_unread_format_is_listed_once_with_advice() {
        let formats = unread_formats();
        for (number, format) in formats.iter().enumerate() {
            assert!(!format.advice.is_empty(), "{}", format.name);
            assert!(!formats[..number].contains(format), "{}", format.name);
        }
        let gzip = |format: &UnreadFormat| format.name == "gzip archive";
        assert!(formats.iter().any(gzip));
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
    fn a_tar_archive_of_texts_is_no_text() {
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
}
