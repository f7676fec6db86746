//! Contents: what a file holds besides its own text.
//!
//! A file is a document, a container, or both, such as an e-mail with attachments. A document whose
//! attachments cannot be listed is read all the same, with a warning.

use diarium_document::{Failure, Source, Warning, WarningCode};
use diarium_read::{self as read, Read};

use crate::panic_guard::catch_panic;

/// What a file is, and what is in it.
#[derive(Debug)]
pub(crate) struct Contents {
    /// Whether it is a document itself.
    pub(crate) is_document: bool,
    /// The paths of its members.
    pub(crate) members: Vec<String>,
    /// Why its members cannot be listed.
    failure: Option<Failure>,
}

impl Contents {
    /// The contents of a file with these bytes.
    pub(crate) fn of(source: &Source, bytes: &[u8], options: &read::Options) -> Self {
        match catch_panic(|| read::contents(source, bytes, options)) {
            Ok(contents) => Self {
                is_document: contents.is_document,
                members: contents.members.into_iter().map(|it| it.path).collect(),
                failure: None,
            },
            // Whether it is a document shows when it is read.
            Err(failure) => Self {
                is_document: true,
                members: Vec::new(),
                failure: Some(failure),
            },
        }
    }

    /// The outcome of reading the document, given whether its members could be listed.
    pub(crate) fn checked(&mut self, read: Result<Read, Failure>) -> Result<Read, Failure> {
        match (read, self.failure.take()) {
            (read, None) => read,
            // A container that cannot be opened is no document of an unknown format.
            (Err(_), Some(failure)) => Err(failure),
            (Ok(mut read), Some(failure)) => {
                let message = format!(
                    "what is attached to the document cannot be listed: {}",
                    failure.message
                );
                let warning = Warning::new(WarningCode::DamagedFile, message);
                read.document.warnings.push(warning);
                Ok(read)
            }
        }
    }
}
