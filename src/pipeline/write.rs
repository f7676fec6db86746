//! The catalogue writer: one thread that stores what became of the documents.
//!
//! In operations of many documents: one each would make the disk the slowest part of a run. A crash
//! loses a second's results, whose documents are processed again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Error;
use super::observer::{Finished, Observer};
use super::plan::Task;
use super::summary::Summary;
use super::supervisor::{Progress, Report};
use crate::catalogue::{FileState, Outcome, RunId};
use crate::store::{Operation, Store};

/// A transaction ends with so many documents …
const BATCH_DOCUMENTS: usize = 256;

/// … or so long after the first of them.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// Writes outcomes to the catalogue and tells the observer and the summary of them.
pub(super) struct Journal<'j> {
    store: &'j mut Store,
    run: RunId,
    observer: &'j dyn Observer,
    summary: &'j mut Summary,
    batch: Vec<Operation>,
    /// When the open batch is due.
    due: Option<Instant>,
}

impl<'j> Journal<'j> {
    pub(super) fn new(
        store: &'j mut Store,
        run: RunId,
        observer: &'j dyn Observer,
        summary: &'j mut Summary,
    ) -> Self {
        Self {
            store,
            run,
            observer,
            summary,
            batch: Vec::new(),
            due: None,
        }
    }

    /// Writes until all workers are gone. The first error that stops the run sets `abandoned`;
    /// what was finished before is still written down.
    pub(super) fn keep(
        &mut self,
        reports: Receiver<Report>,
        abandoned: &AtomicBool,
    ) -> Result<(), Error> {
        let mut stopped = Ok(());
        while let Some(report) = self.next(&reports)? {
            let noted = match report {
                Ok(Progress::Finished(finished)) => self.note(finished),
                Ok(Progress::Checkpoint(stored)) => self.commit().inspect(|()| {
                    // Nobody waits any more where the run is over.
                    let _ = stored.send(());
                }),
                Err(error) => Err(error),
            };
            if noted.is_err() {
                abandoned.store(true, Ordering::Relaxed);
                stopped = stopped.and(noted);
            }
        }
        self.commit()?;
        stopped
    }

    /// The next report; the open batch is committed meanwhile if it is due. `None` at the end.
    fn next(&mut self, reports: &Receiver<Report>) -> Result<Option<Report>, Error> {
        loop {
            let Some(due) = self.due else {
                return Ok(reports.recv().ok());
            };
            let full = self.batch.len() >= BATCH_DOCUMENTS;
            if full || due <= Instant::now() {
                self.commit()?;
                continue;
            }
            match reports.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(report) => return Ok(Some(report)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    fn note(&mut self, mut finished: Finished) -> Result<(), Error> {
        if let Finished::Processed(row) = &mut finished
            && let Some(failure) = self.store.prepare(&row.files)?
        {
            row.outcome = Outcome::Failed(failure);
            row.files.clear();
        }
        self.summary.finished(&finished);
        self.observer.finished(&finished);
        self.due.get_or_insert_with(|| Instant::now() + BATCH_TIME);
        let operation = match finished {
            Finished::Processed(row) => Operation::Put(row),
            Finished::Same { path, state } => Operation::Touch { path, state },
            Finished::Restored { path, state } => Operation::Restore { path, state },
            // The catalogue keeps what it knows of the file as it was.
            Finished::Deferred(_) => return Ok(()),
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

/// The state in which a run found the file of a document.
pub(super) fn state(task: &Task) -> FileState {
    FileState {
        bytes: task.source.bytes,
        modified: task.source.modified,
        changed: task.source.changed,
        checked: task.checked,
    }
}
