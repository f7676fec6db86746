//! Source: a file to process, and the carrier of its document.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One file to process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The path that names the record, with `/` between the parts: the path below the input or
    /// root, or the one that the catalogue assigned. Two sources of one run never share it.
    pub relative: String,
    /// Where to open it.
    pub file: PathBuf,
    /// Its length in bytes when it was found.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch, 0 where the file system has none.
    pub modified: i128,
    /// Status change time (`st_ctime`) in nanoseconds since the Unix epoch, 0 where the file
    /// system has none. Programs can set a modification time back, but not this one.
    pub changed: i128,
}

/// How a document reached us. Carriers end in pages; nothing after `read` asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// Plain text or Markdown, as OCR services give it.
    Text,
    /// A saved web page: HTML, or the text of one.
    Web,
    /// A document-sharing site's transcript of a PDF.
    Transcript,
    /// PDF: born digital, scanned, or mixed.
    Pdf,
}

impl Carrier {
    /// The word that stands in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Web => "web",
            Self::Transcript => "transcript",
            Self::Pdf => "pdf",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriers_are_called_as_they_are_written_in_records() {
        let all = [
            Carrier::Text,
            Carrier::Web,
            Carrier::Transcript,
            Carrier::Pdf,
        ];
        for carrier in all {
            assert_eq!(serde_json::json!(carrier), carrier.as_str());
        }
    }
}
