//! Warnings and failures, with stable codes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Something in a record that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Stable code, for machines.
    pub code: WarningCode,
    /// What, where, and what to do, for people.
    pub message: String,
    /// The page that it is about, if one page.
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

/// The codes of docs/record.md; they may only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// Fewer pages than the document says it has.
    PagesMissing,
    /// The text says that it goes on in another file.
    ContinuedElsewhere,
    /// The budget's rows do not add up to its stated total.
    BudgetInconsistent,
    /// A value that a person should check.
    LowConfidence,
    /// A page holds an image of text, which was not read.
    OcrNeeded,
    /// The file's characters were damaged and have been put right.
    EncodingRepaired,
    /// No profile fits: the record is a plain `document`.
    UnknownKind,
    /// A field that the kind requires is not there.
    FieldMissing,
    /// The file is damaged; what could be read was read.
    DamagedFile,
    /// A copy that was asked for could not be made. Told of the run, not in the record.
    NoCopy,
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
        };
        formatter.write_str(code)
    }
}

/// Why a document has no record. It costs no other document anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable code, for machines.
    pub code: FailureCode,
    /// What went wrong and what to do, for people.
    pub message: String,
}

impl Failure {
    /// A failure with its reason in words.
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

/// The kinds of failure; they may only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureCode {
    /// The file could not be opened or read.
    Unreadable,
    /// The file is larger, or unpacks to more, than the limits allow.
    TooLarge,
    /// Not a kind of file that diarium reads.
    UnsupportedFormat,
    /// The file has no bytes.
    Empty,
    /// A PDF that cannot be opened without a password.
    Encrypted,
    /// Too damaged to read anything from.
    Damaged,
    /// The record broke its own schema; nothing was written.
    Rejected,
    /// A bug of ours; the message says where.
    Internal,
    /// It brought down what worked on it, more than once; the message says how.
    Quarantined,
}

impl FailureCode {
    /// Whether the bytes of the source could not be read at all, so that nothing is known against a
    /// record that was made from them earlier.
    pub fn is_source_unreadable(self) -> bool {
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
    fn codes_print_as_they_are_written_in_records() {
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
