//! Task: one document that a run processes, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::{FileState, Identity};
use diarium_document::Source;

/// A document to process.
#[derive(Debug)]
pub(super) struct Task {
    /// Its file; `source.relative` is the path that it was assigned.
    pub(super) source: Source,
    pub(super) identity: Identity,
    /// When the state of its file was read, in nanoseconds since the Unix epoch.
    pub(super) checked: i128,
    /// The record is kept if the bytes have this SHA-256.
    pub(super) keep_if: Option<String>,
    /// The withdrawn record is restored if the bytes have this SHA-256.
    pub(super) restore_if: Option<String>,
    /// The current record, which has another fingerprint.
    pub(super) outdated_record: Option<String>,
    /// What the document was before its file was moved.
    pub(super) moved: Option<Moved>,
    /// Whether the catalogue knows it as a container that is no document itself.
    pub(super) is_container: bool,
    pub(super) reason: Reason,
}

impl Task {
    /// A task that processes the document whatever its bytes are.
    pub(super) fn new(source: Source, identity: Identity, checked: i128, reason: Reason) -> Self {
        Self {
            source,
            identity,
            checked,
            keep_if: None,
            restore_if: None,
            outdated_record: None,
            moved: None,
            is_container: false,
            reason,
        }
    }

    /// The path that the document was assigned.
    pub(super) fn path(&self) -> &str {
        &self.source.relative
    }

    /// The state of the document's file when the run read it.
    pub(super) fn file_state(&self) -> FileState {
        FileState {
            bytes: self.source.bytes,
            modified: self.source.modified,
            changed: self.source.changed,
            checked: self.checked,
        }
    }
}

/// Why a document is processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The catalogue does not know it.
    New,
    /// Its file may have changed.
    Changed,
    /// Its file was moved.
    Moved,
    /// Its record was made by another version, with other profiles or another OCR engine.
    Outdated,
    /// Its record is missing or damaged.
    RecordDamaged,
    /// It failed and may succeed now.
    Retry,
    /// The user asked for it.
    Forced,
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Outdated => "outdated",
            Self::RecordDamaged => "record-damaged",
            Self::Retry => "retry",
            Self::Forced => "forced",
        })
    }
}

/// What a document was before its file was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Moved {
    /// SHA-256 of its bytes.
    pub(super) id: String,
    /// Whether nothing in its record changes but the path.
    pub(super) is_record_current: bool,
    /// The path that it was assigned.
    pub(super) path: String,
    /// Its record's file, relative to the output folder.
    pub(super) record: String,
}
