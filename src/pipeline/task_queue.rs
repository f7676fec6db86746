//! Task queue: hand out the documents of a run, and record them as in flight before.
//!
//! Documents are handed out one at a time and recorded as in flight in batches. If the run crashes,
//! the next one knows which few were in flight, and runs those last and one by one.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Error;
use super::task::Task;
use crate::catalogue::{self, InFlightJournal};
use diarium_document::Source;

/// How many documents are recorded as in flight together.
// A transaction takes some tens of microseconds, a short text a few milliseconds. Smaller batches
// cost time; larger ones make more documents suspects after a crash.
const BATCH_SIZE: usize = 8;

/// A worker may be given a document in advance while this many documents per slot are left.
// The document waits behind the one that the worker is processing. That does not make the run longer
// as long as the other slots have enough to do; near its end another slot might be free sooner.
const PREFETCH_MIN_BACKLOG: usize = 8;

/// The in-flight table of the catalogue, shared by the threads of a run.
pub(super) struct InFlight<'h>(Mutex<&'h mut InFlightJournal>);

impl<'h> InFlight<'h> {
    pub(super) fn new(table: &'h mut InFlightJournal) -> Self {
        Self(Mutex::new(table))
    }

    /// Adds documents that are about to begin.
    pub(super) fn add<'s>(
        &self,
        begun: impl IntoIterator<Item = &'s Source>,
    ) -> Result<(), catalogue::Error> {
        self.update([], begun)
    }

    /// Removes documents that have ended.
    pub(super) fn remove<'s>(
        &self,
        ended: impl IntoIterator<Item = &'s str>,
    ) -> Result<(), catalogue::Error> {
        self.update(ended, [])
    }

    /// Removes and adds documents in one transaction.
    fn update<'s>(
        &self,
        ended: impl IntoIterator<Item = &'s str>,
        begun: impl IntoIterator<Item = &'s Source>,
    ) -> Result<(), catalogue::Error> {
        self.lock().update(ended, begun)
    }

    /// Takes back the row of a document that waits for a retry.
    pub(super) fn suspend(&self, path: &str) -> Result<(), catalogue::Error> {
        self.lock().suspend(path)
    }

    /// Takes back all rows of this run.
    pub(super) fn rollback(&self) -> Result<(), catalogue::Error> {
        self.lock().rollback()
    }

    fn lock(&self) -> MutexGuard<'_, &'h mut InFlightJournal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands out documents to worker slots.
pub(super) struct TaskQueue<'t, 'h> {
    state: Mutex<State<'t>>,
    in_flight: &'t InFlight<'h>,
    batch_size: usize,
}

struct State<'t> {
    tasks: &'t [Task],
    handed_out: usize,
    /// Documents recorded as in flight, at least as many as were handed out.
    recorded: usize,
    /// Paths of documents that have ended since rows were last removed.
    ended: Vec<&'t str>,
}

impl<'t, 'h> TaskQueue<'t, 'h> {
    /// Documents that run side by side.
    pub(super) fn new(tasks: &'t [Task], in_flight: &'t InFlight<'h>) -> Self {
        Self::with_batch_size(tasks, in_flight, BATCH_SIZE)
    }

    /// Documents that run one by one: after a crash only the one that was running is a suspect.
    pub(super) fn one_by_one(tasks: &'t [Task], in_flight: &'t InFlight<'h>) -> Self {
        Self::with_batch_size(tasks, in_flight, 1)
    }

    /// Whether documents run one by one.
    pub(super) fn is_one_by_one(&self) -> bool {
        self.batch_size == 1
    }

    fn with_batch_size(tasks: &'t [Task], in_flight: &'t InFlight<'h>, batch_size: usize) -> Self {
        let state = State {
            tasks,
            handed_out: 0,
            recorded: 0,
            ended: Vec::new(),
        };
        Self {
            state: Mutex::new(state),
            in_flight,
            batch_size,
        }
    }

    /// The number of documents, including those that were handed out.
    pub(super) fn len(&self) -> usize {
        self.lock().tasks.len()
    }

    /// Whether all documents were handed out.
    pub(super) fn is_empty(&self) -> bool {
        let state = self.lock();
        state.handed_out == state.tasks.len()
    }

    /// The next document; `None` at the end.
    pub(super) fn next(&self) -> Result<Option<&'t Task>, Error> {
        self.hand_out(&mut self.lock())
    }

    /// The next document, for a slot that still has one. `None` where another slot may need it
    /// sooner, and where documents must run one by one.
    pub(super) fn prefetch(&self, slots: NonZeroUsize) -> Result<Option<&'t Task>, Error> {
        let mut state = self.lock();
        let left = state.tasks.len() - state.handed_out;
        if self.is_one_by_one() || left / PREFETCH_MIN_BACKLOG < slots.get() {
            return Ok(None);
        }
        self.hand_out(&mut state)
    }

    /// A document has ended, whatever its outcome. One that waits for a retry is suspended instead.
    pub(super) fn ended(&self, task: &'t Task) {
        self.lock().ended.push(task.path());
    }

    /// Removes the rows of documents that have ended or were never handed out.
    pub(super) fn close(self) -> Result<(), Error> {
        let mut state = self.lock();
        // After a cancellation or an error, the rest of the last batch was never handed out.
        let left = state.tasks[state.handed_out..state.recorded].iter();
        let ended = std::mem::take(&mut state.ended);
        let ended = ended.into_iter().chain(left.map(Task::path));
        Ok(self.in_flight.remove(ended)?)
    }

    fn hand_out(&self, state: &mut State<'t>) -> Result<Option<&'t Task>, Error> {
        let Some(task) = state.tasks.get(state.handed_out) else {
            return Ok(None);
        };
        if state.handed_out == state.recorded {
            self.record_batch(state)?;
        }
        state.handed_out += 1;
        Ok(Some(task))
    }

    fn record_batch(&self, state: &mut State<'t>) -> Result<(), Error> {
        let end = state.tasks.len().min(state.recorded + self.batch_size);
        let begun = state.tasks[state.recorded..end].iter();
        let begun = begun.map(|task| &task.source);
        self.in_flight.update(state.ended.drain(..), begun)?;
        state.recorded = end;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<'t>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
