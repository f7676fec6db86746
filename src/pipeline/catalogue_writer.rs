//! Catalogue writer: the one thread of a run that records the outcomes of documents.
//!
//! The supervisor sends [`Message`]s through a channel. Outcomes are recorded in batches: one
//! transaction each would make the disk the slowest part of a run. A crash loses the open batch, at
//! most [`BATCH_TIME`] of results, whose documents the next run processes again.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use super::summary::Summary;
use super::{Error, Finished, Observer};
use crate::catalogue::{Outcome, RunId};
use crate::store::{Operation, Store};

// A batch is committed when one of these limits is reached. Smaller batches write more often; larger
// ones keep more results in memory and lose more of them in a crash.
const BATCH_DOCUMENTS: usize = 256;
const BATCH_TIME: Duration = Duration::from_secs(1);

/// What the supervisor sends to the catalogue writer.
pub(super) enum Message {
    /// A document is finished.
    Finished(Finished),
    /// Everything that was sent before is to be committed now; the sender waits for the answer.
    Checkpoint(SyncSender<()>),
    /// The run cannot continue.
    Fatal(Error),
}

/// Records outcomes in the catalogue, the summary and the observer.
pub(super) struct CatalogueWriter<'w> {
    store: &'w mut Store,
    run: RunId,
    observer: &'w dyn Observer,
    summary: &'w mut Summary,
    batch: Vec<Operation>,
    /// The paths of documents that changed while they were read.
    deferred: HashSet<String>,
    /// When the open batch is committed; `None` while it is empty.
    due: Option<Instant>,
}

impl<'w> CatalogueWriter<'w> {
    pub(super) fn new(
        store: &'w mut Store,
        run: RunId,
        observer: &'w dyn Observer,
        summary: &'w mut Summary,
    ) -> Self {
        Self {
            store,
            run,
            observer,
            summary,
            batch: Vec::new(),
            deferred: HashSet::new(),
            due: None,
        }
    }

    /// Records messages until all senders are gone. The first fatal error sets `abandoned` and is
    /// returned; documents that finish after it are still recorded.
    ///
    /// # Errors
    /// The first fatal error, or that the catalogue cannot be written.
    pub(super) fn run(
        &mut self,
        messages: Receiver<Message>,
        abandoned: &AtomicBool,
    ) -> Result<(), Error> {
        let mut first_error = Ok(());
        while let Some(message) = self.next(&messages)? {
            let handled = self.handle(message);
            if handled.is_err() {
                abandoned.store(true, Ordering::Relaxed);
                first_error = first_error.and(handled);
            }
        }
        self.commit()?;
        first_error
    }

    /// The paths of the documents that were left for the next run.
    pub(super) fn into_deferred(self) -> HashSet<String> {
        self.deferred
    }

    fn handle(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Finished(finished) => self.record(finished),
            Message::Checkpoint(committed) => {
                self.commit()?;
                // The sender does not wait any more if the run is over.
                let _ = committed.send(());
                Ok(())
            }
            Message::Fatal(error) => Err(error),
        }
    }

    /// The next message; `None` at the end. Commits the open batch as soon as it is due.
    fn next(&mut self, messages: &Receiver<Message>) -> Result<Option<Message>, Error> {
        loop {
            // While the batch is empty, nothing becomes due.
            let Some(due) = self.due else {
                return Ok(messages.recv().ok());
            };
            let is_full = self.batch.len() >= BATCH_DOCUMENTS;
            if is_full || due <= Instant::now() {
                self.commit()?;
                continue;
            }
            match messages.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(message) => return Ok(Some(message)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    fn record(&mut self, mut finished: Finished) -> Result<(), Error> {
        // Something else may be at the path of the record: that fails the document, not the run.
        if let Finished::Processed(row) = &mut finished
            && let Some(failure) = self.store.prepare(&row.files)?
        {
            row.outcome = Outcome::Failed(failure);
            row.files.clear();
            row.members.clear();
        }
        self.summary.add_finished(&finished);
        self.observer.finished(&finished);
        self.due.get_or_insert_with(|| Instant::now() + BATCH_TIME);
        let operation = match finished {
            Finished::Processed(row) => Operation::Put(row),
            Finished::Same { path, state, .. } => Operation::Touch { path, state },
            Finished::Restored { path, state } => Operation::Restore { path, state },
            // The catalogue keeps the state of the file before it changed.
            Finished::Deferred(source) => {
                self.deferred.insert(source.relative);
                return Ok(());
            }
        };
        self.batch.push(operation);
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.store.apply(self.run, &self.batch)?;
        self.batch.clear();
        self.due = None;
        Ok(())
    }
}
