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
    /// What may be missing from its members.
    pub(crate) warnings: Vec<Warning>,
    /// Why its members cannot be listed.
    failure: Option<Failure>,
}

impl Default for Contents {
    /// Those of a document that is no container.
    fn default() -> Self {
        Self {
            is_document: true,
            members: Vec::new(),
            warnings: Vec::new(),
            failure: None,
        }
    }
}

impl Contents {
    /// The contents of a file with these bytes.
    pub(crate) fn of(source: &Source, bytes: &[u8], options: &read::Options) -> Self {
        match catch_panic(|| read::contents(source, bytes, options)) {
            Ok(contents) => Self {
                is_document: contents.is_document,
                members: contents.members.into_iter().map(|it| it.path).collect(),
                warnings: contents.damage.iter().map(warning).collect(),
                failure: None,
            },
            // Whether it is a document shows when it is read.
            Err(failure) => Self {
                warnings: vec![warning(&failure)],
                failure: Some(failure),
                ..Self::default()
            },
        }
    }

    /// The outcome of reading the document, given whether its members could be listed.
    pub(crate) fn checked(&mut self, read: Result<Read, Failure>) -> Result<Read, Failure> {
        match (read, self.failure.take()) {
            // A container that cannot be opened is no document of an unknown format.
            (Err(failure), unlisted) => Err(unlisted.unwrap_or(failure)),
            (Ok(mut read), _) => {
                read.document.warnings.append(&mut self.warnings);
                Ok(read)
            }
        }
    }
}

/// The warning about members that cannot be listed.
fn warning(damage: &Failure) -> Warning {
    let message = format!("some of what the file contains is lost: {}", damage.message);
    Warning::new(WarningCode::DamagedFile, message)
}
