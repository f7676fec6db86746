//! Task queue: hands out the documents of a run and records them as in flight before.
//!
//! Documents are handed out one at a time and recorded a few at a time. If the run is killed, the
//! next one knows which few were in flight, and runs those last and one by one.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Error;
use super::plan::Task;
use crate::catalogue::{self, InHand};
use diarium_document::Source;

/// How many documents are recorded together. A transaction takes some tens of microseconds, a
/// short text a few milliseconds.
const BATCH_SIZE: usize = 8;

/// As long as so many documents per slot are left, one that waits behind a long one does not make
/// the run longer: the other slots have enough to do.
const PREFETCH_MIN_BACKLOG: usize = 8;

/// The catalogue's in-flight table, shared by the threads of a run.
pub(super) struct InFlight<'h>(Mutex<&'h mut InHand>);

impl<'h> InFlight<'h> {
    pub(super) fn new(table: &'h mut InHand) -> Self {
        Self(Mutex::new(table))
    }

    /// See [`InHand::turn`].
    pub(super) fn turn<'s>(
        &self,
        ended: impl IntoIterator<Item = &'s str>,
        begun: impl IntoIterator<Item = &'s Source>,
    ) -> Result<(), catalogue::Error> {
        self.lock().turn(ended, begun)
    }

    /// See [`InHand::rollback`].
    pub(super) fn rollback(&self) -> Result<(), catalogue::Error> {
        self.lock().rollback()
    }

    /// See [`InHand::suspend`].
    pub(super) fn suspend(&self, path: &str) -> Result<(), catalogue::Error> {
        self.lock().suspend(path)
    }

    fn lock(&self) -> MutexGuard<'_, &'h mut InHand> {
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
    /// How many were handed out.
    handed_out: usize,
    /// How many were recorded as in flight; never fewer.
    recorded: usize,
    /// Documents that ended and are still recorded.
    ended: Vec<&'t str>,
}

impl<'t, 'h> TaskQueue<'t, 'h> {
    /// Several documents at a time may be in flight.
    pub(super) fn new(tasks: &'t [Task], in_flight: &'t InFlight<'h>) -> Self {
        Self::with_batch_size(tasks, in_flight, BATCH_SIZE)
    }

    /// Never more than one document is recorded as in flight.
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

    /// How many documents there are.
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
    /// sooner, and where documents must run alone.
    pub(super) fn prefetch(&self, slots: NonZeroUsize) -> Result<Option<&'t Task>, Error> {
        let mut state = self.lock();
        let left = state.tasks.len() - state.handed_out;
        match self.batch_size > 1 && left / PREFETCH_MIN_BACKLOG >= slots.get() {
            true => self.hand_out(&mut state),
            false => Ok(None),
        }
    }

    /// A document has ended, well or badly. One that waits for a retry is suspended instead.
    pub(super) fn ended(&self, task: &'t Task) {
        self.lock().ended.push(&task.source.relative);
    }

    /// Removes the rows of documents that have ended, or were never handed out.
    pub(super) fn close(self) -> Result<(), Error> {
        let mut state = self.lock();
        let left = &state.tasks[state.handed_out..state.recorded];
        let left = left.iter().map(|task| task.source.relative.as_str());
        let ended = std::mem::take(&mut state.ended).into_iter().chain(left);
        Ok(self.in_flight.turn(ended, [])?)
    }

    fn hand_out(&self, state: &mut State<'t>) -> Result<Option<&'t Task>, Error> {
        let Some(task) = state.tasks.get(state.handed_out) else {
            return Ok(None);
        };
        if state.handed_out == state.recorded {
            self.record(state)?;
        }
        state.handed_out += 1;
        Ok(Some(task))
    }

    fn record(&self, state: &mut State<'t>) -> Result<(), Error> {
        let end = state.tasks.len().min(state.recorded + self.batch_size);
        let begun = state.tasks[state.recorded..end].iter();
        let begun = begun.map(|task| &task.source);
        self.in_flight.turn(state.ended.drain(..), begun)?;
        state.recorded = end;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State<'t>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
