//! The interface between a run and whoever watches it.

use crate::catalogue::{DocumentRow, FileState};
use crate::discover::Issue;
use diarium_document::Source;

/// Watches a run, for a person or for a log. All calls come from one thread.
pub trait Observer {
    /// Something among the inputs is no document, or hides some.
    fn issue(&self, issue: &Issue);

    /// So many documents were found, and so many are to be processed.
    fn planned(&self, found: u64, tasks: usize);

    /// A document is finished.
    fn finished(&self, finished: &Finished);
}

/// What became of a document that was taken in hand.
#[derive(Debug)]
pub enum Finished {
    /// It was processed.
    Processed(Box<DocumentRow>),
    /// Its size or time may have changed, its bytes have not: its record stands.
    Same {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of its file.
        state: FileState,
    },
    /// Its bytes are again those of its withdrawn record, which is put back.
    Restored {
        /// The path that the catalogue assigned.
        path: String,
        /// The state of its file.
        state: FileState,
    },
    /// It changed while it was read, so that it was left for the next run.
    Deferred(Source),
}
