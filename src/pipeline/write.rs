//! Who writes down what became of the documents?
//!
//! One thread, in transactions of many documents: a transaction each would make the disk the
//! slowest part of a run. What a crash loses is a second's rows, whose documents are done again.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::Error;
use super::observer::{Finished, Observer};
use super::summary::Summary;
use super::supervisor::Report;
use crate::catalogue::{Catalogue, DocumentRow, RunId};
use crate::document::Source;
use crate::emit;

/// A transaction ends with so many documents …
const BATCH_DOCUMENTS: usize = 256;

/// … or so long after the first of them.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// Writes outcomes to the catalogue and tells the observer and the summary of them.
pub(super) struct Journal<'j> {
    output: &'j Path,
    catalogue: &'j mut Catalogue,
    run: RunId,
    observer: &'j dyn Observer,
    summary: &'j mut Summary,
    processed: Vec<DocumentRow>,
    same: Vec<Source>,
    /// When the open batch is due.
    due: Option<Instant>,
}

impl<'j> Journal<'j> {
    pub(super) fn new(
        output: &'j Path,
        catalogue: &'j mut Catalogue,
        run: RunId,
        observer: &'j dyn Observer,
        summary: &'j mut Summary,
    ) -> Self {
        Self {
            output,
            catalogue,
            run,
            observer,
            summary,
            processed: Vec::new(),
            same: Vec::new(),
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
            match report {
                Ok(finished) => self.note(finished),
                Err(error) => {
                    abandoned.store(true, Ordering::Relaxed);
                    stopped = stopped.and(Err(error));
                }
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
            let full = self.processed.len() + self.same.len() >= BATCH_DOCUMENTS;
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

    fn note(&mut self, finished: Finished) {
        self.summary.finished(&finished);
        self.observer.finished(&finished);
        self.due.get_or_insert_with(|| Instant::now() + BATCH_TIME);
        match finished {
            Finished::Processed(row) => self.processed.push(*row),
            Finished::Same(source) => self.same.push(source),
            // The catalogue goes on telling of the file as it was.
            Finished::Deferred(_) => {}
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        let records = self.processed.iter().filter_map(DocumentRow::record);
        emit::settle(self.output, records)?;
        // A record that was moved stands twice until here; should the run end now, the next one
        // finds the file moved and the old record gone, and reads the document again.
        for row in &self.processed {
            if let Some(from) = &row.moved_from {
                emit::remove_record(self.output, &from.path, &from.record)?;
            }
        }
        self.catalogue.store(self.run, &self.processed)?;
        self.catalogue.touch(&self.same)?;
        self.processed.clear();
        self.same.clear();
        self.due = None;
        Ok(())
    }
}
