//! Warnings and failures: problems of one document, with stable codes.
//!
//! A warning is part of a record; a failure takes its place. Neither affects other documents.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A problem that a person should check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable code, for programs.
    pub code: WarningCode,
    /// The problem, its position and what to do, for people.
    pub message: String,
    /// The page that it is about, if it is about one page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

impl Warning {
    /// A warning about the document as a whole.
    pub fn new(code: WarningCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            page: None,
        }
    }

    /// A warning about one page.
    pub fn on_page(code: WarningCode, page: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            page: Some(page),
        }
    }
}

/// The warning codes of docs/record.md. Codes may be added, never changed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
// Exhaustive, unlike `FailureCode`: the program prints advice for every warning, and a new code without
// advice must not compile.
// `Ord` is the order of declaration, by which the warnings of a record are sorted: a variant that moves
// changes records.
pub enum WarningCode {
    /// Fewer pages than the document states.
    PagesMissing,
    /// The text says that it continues in another file.
    ContinuedElsewhere,
    /// The rows of the budget do not add up to its stated total.
    BudgetInconsistent,
    /// A value that a person should check.
    LowConfidence,
    /// A page is an image of text, which was not read.
    OcrNeeded,
    /// The file's characters were damaged and have been repaired.
    EncodingRepaired,
    /// No profile matches: the record is a plain `document`.
    UnknownKind,
    /// A field that the kind requires is absent.
    FieldMissing,
    /// The file is damaged; the readable part was read.
    DamagedFile,
    /// A requested copy could not be made. Reported for the run, not in the record.
    NoCopy,
    /// The document is about several projects, decisions or calls.
    SeveralInOne,
    /// The text is in a language whose labels and headings are not known.
    UnknownLanguage,
    /// The picture of a page was read, because its hidden text layer was worse.
    OcrLayerReplaced,
    /// Text under a shape that was drawn after it was left out.
    CoveredText,
    /// Text that nobody sees was left out.
    HiddenText,
}

impl fmt::Display for WarningCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self {
            Self::PagesMissing => "pages-missing",
            Self::ContinuedElsewhere => "continued-elsewhere",
            Self::BudgetInconsistent => "budget-inconsistent",
            Self::LowConfidence => "low-confidence",
            Self::OcrNeeded => "ocr-needed",
            Self::EncodingRepaired => "encoding-repaired",
            Self::UnknownKind => "unknown-kind",
            Self::FieldMissing => "field-missing",
            Self::DamagedFile => "damaged-file",
            Self::NoCopy => "no-copy",
            Self::SeveralInOne => "several-in-one",
            Self::UnknownLanguage => "unknown-language",
            Self::OcrLayerReplaced => "ocr-layer-replaced",
            Self::CoveredText => "covered-text",
            Self::HiddenText => "hidden-text",
        };
        formatter.write_str(code)
    }
}

/// The reason why a document has no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code, for programs.
    pub code: FailureCode,
    /// What went wrong and what to do, for people.
    pub message: String,
}

impl Failure {
    /// A failure with its message.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}

/// The failure codes. Codes may be added, never changed or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FailureCode {
    /// The file could not be opened or read.
    Unreadable,
    /// The file is larger, or unpacks to more, than the limits allow.
    TooLarge,
    /// Not a format that diarium reads.
    UnsupportedFormat,
    /// The file has no bytes.
    Empty,
    /// A PDF that cannot be opened without a password.
    Encrypted,
    /// Too damaged to read anything from.
    Damaged,
    /// The record violates its schema; nothing was written.
    Rejected,
    /// A bug in diarium; the message says where.
    Internal,
    /// It crashed or hung its worker more than once; the message says how.
    Quarantined,
}

impl FailureCode {
    /// Whether the bytes of the source could not be read, so that a record made from them earlier may
    /// still be valid.
    pub fn is_source_unreadable(self) -> bool {
        // A missing password hides the text as a missing permission does. All other failures describe
        // the bytes themselves.
        matches!(self, Self::Unreadable | Self::Encrypted)
    }
}

impl fmt::Display for FailureCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self {
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::UnsupportedFormat => "unsupported-format",
            Self::Empty => "empty",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Rejected => "rejected",
            Self::Internal => "internal",
            Self::Quarantined => "quarantined",
        };
        formatter.write_str(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_displayed_with_the_names_that_records_use() {
        for code in [WarningCode::PagesMissing, WarningCode::DamagedFile] {
            let json = serde_json::to_string(&code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
        }
        for code in [FailureCode::TooLarge, FailureCode::UnsupportedFormat] {
            let json = serde_json::to_string(&code).unwrap();
            assert_eq!(json, format!("\"{code}\""));
        }
    }
}
