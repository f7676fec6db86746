//! Source: a file to process, and its carrier, the source format family.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One document to process: a file, or a member of a container.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The path that determines the record's, with `/` as separator: the path below the input or
    /// root, or the one that the catalogue assigned. It is unique within a run.
    pub relative: String,
    /// The file to open.
    pub file: PathBuf,
    /// The way from the file to the document: its path in the file, which is a container, or the path
    /// of a container there, and so on. Empty if the file is the document.
    pub members: Vec<String>,
    /// The files of a document of several files, in the order of its pages; empty if `file` is the
    /// document.
    pub parts: Vec<SourcePart>,
    /// The file's length in bytes when it was found; that of all parts together.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch, 0 where the file system has none.
    pub modified: i128,
    /// Status change time (`st_ctime`) in nanoseconds since the Unix epoch, 0 where the file
    /// system has none. Programs can set a modification time back, but not this one.
    pub changed: i128,
}

/// A file of a document of several files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcePart {
    /// Its name, percent-encoded.
    pub name: String,
    /// The file to open.
    pub file: PathBuf,
}

/// What separates the path of a container from that of a document in it.
// A `!` at the end of a folder's name is percent-encoded, so that no path of a file contains it.
pub const MEMBER_SEPARATOR: &str = "!/";

impl Source {
    /// The path of the container that the document is in.
    pub fn parent(&self) -> Option<&str> {
        if self.members.is_empty() {
            return None;
        }
        let (parent, _) = self.relative.rsplit_once(MEMBER_SEPARATOR)?;
        Some(parent)
    }
}

/// The source format family. No stage after `read` depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// Plain text or Markdown, such as the output of an OCR service.
    Text,
    /// A saved web page: HTML, or the text of one.
    Web,
    /// A document-sharing site's transcript of a PDF.
    Transcript,
    /// PDF: born digital, scanned, or mixed.
    Pdf,
    /// An image of pages: TIFF, JPEG, PNG, JPEG 2000.
    Image,
    /// An office document: DOCX, ODT, RTF, XLSX, ODS.
    Office,
    /// An e-mail: EML, MSG.
    Mail,
    /// What an OCR program wrote: ALTO, PAGE XML, hOCR.
    Ocr,
}

impl Carrier {
    /// The names of all carriers, for schemas of datasets.
    pub const NAMES: [&'static str; 8] = [
        "text",
        "web",
        "transcript",
        "pdf",
        "image",
        "office",
        "mail",
        "ocr",
    ];

    /// Its name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Web => "web",
            Self::Transcript => "transcript",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Office => "office",
            Self::Mail => "mail",
            Self::Ocr => "ocr",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_of_a_document_is_the_innermost_container() {
        let source = |relative: &str, members: &[&str]| Source {
            relative: relative.to_owned(),
            members: members.iter().map(|&member| member.to_owned()).collect(),
            ..Source::default()
        };
        let nested = source("in/a.zip!/b/c.zip!/d.txt", &["b/c.zip", "d.txt"]);
        assert_eq!(nested.parent(), Some("in/a.zip!/b/c.zip"));
        assert_eq!(source("in/a.txt", &[]).parent(), None);
    }

    #[test]
    fn carriers_have_the_names_that_records_use() {
        let all = [
            Carrier::Text,
            Carrier::Web,
            Carrier::Transcript,
            Carrier::Pdf,
            Carrier::Image,
            Carrier::Office,
            Carrier::Mail,
            Carrier::Ocr,
        ];
        for carrier in all {
            assert_eq!(serde_json::json!(carrier), carrier.as_str());
        }
        assert_eq!(all.map(Carrier::as_str), Carrier::NAMES);
    }
}
