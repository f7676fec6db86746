//! Who watches a run?

use crate::catalogue::DocumentRow;
use crate::discover::Trouble;
use crate::document::Source;

/// Watches a run, for a person or for a log. All calls come from one thread.
pub trait Observer {
    /// Something among the inputs is no document, or hides some.
    fn trouble(&self, trouble: &Trouble);

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
    /// Its size or time had changed, its bytes had not: its record stands.
    Same(Source),
    /// It changed while it was read, so that it was left for the next run.
    Deferred(Source),
}
