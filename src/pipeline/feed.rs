//! Which document is next, and is it written down before it is begun?
//!
//! Documents are handed out one at a time, and written down a few at a time: should the run end
//! without a word, the next one knows which few were in hand, and takes those last and one by one.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use super::Error;
use super::plan::Task;
use crate::catalogue::InHand;

/// So many documents are written down together. A transaction takes some tens of microseconds,
/// a short text a few milliseconds.
const LOT: usize = 8;

/// As long as so many documents a seat are left, one that waits behind a long one does not make
/// the run longer: the other seats have enough to do.
const PLENTY: usize = 8;

/// Hands out the documents of a run to whoever works on them.
pub(super) struct Feed<'t, 'h> {
    state: Mutex<State<'t, 'h>>,
    lot: usize,
}

struct State<'t, 'h> {
    tasks: &'t [Task],
    in_hand: &'h mut InHand,
    /// How many were handed out.
    given: usize,
    /// How many were written down; never fewer.
    begun: usize,
    /// What is done with and not yet struck out.
    ended: Vec<&'t str>,
}

impl<'t, 'h> Feed<'t, 'h> {
    /// Several documents at a time may be in hand.
    pub(super) fn new(tasks: &'t [Task], in_hand: &'h mut InHand) -> Self {
        Self::in_lots(tasks, in_hand, LOT)
    }

    /// Never is more than one document written down as being in hand.
    pub(super) fn one_by_one(tasks: &'t [Task], in_hand: &'h mut InHand) -> Self {
        Self::in_lots(tasks, in_hand, 1)
    }

    fn in_lots(tasks: &'t [Task], in_hand: &'h mut InHand, lot: usize) -> Self {
        let state = State {
            tasks,
            in_hand,
            given: 0,
            begun: 0,
            ended: Vec::new(),
        };
        Self {
            state: Mutex::new(state),
            lot,
        }
    }

    /// How many documents there are.
    pub(super) fn len(&self) -> usize {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tasks.len()
    }

    /// The next document, or none.
    pub(super) fn next(&self) -> Result<Option<&'t Task>, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.give(self.lot)
    }

    /// The next document, for a seat that has one in hand still; none where another seat may want
    /// it sooner, and none of those that are to be alone.
    pub(super) fn ahead(&self, seats: NonZeroUsize) -> Result<Option<&'t Task>, Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let left = state.tasks.len() - state.given;
        match self.lot > 1 && left / PLENTY >= seats.get() {
            true => state.give(self.lot),
            false => Ok(None),
        }
    }

    /// Says that a document is done with, well or badly. One that is to be tried again is not.
    pub(super) fn ended(&self, task: &'t Task) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.ended.push(&task.source.relative);
    }

    /// Strikes out what is done with, and what was never begun.
    pub(super) fn close(self) -> Result<(), Error> {
        let mut state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let left = &state.tasks[state.given..state.begun];
        let left = left.iter().map(|task| task.source.relative.as_str());
        let ended = std::mem::take(&mut state.ended).into_iter().chain(left);
        Ok(state.in_hand.turn(ended, [])?)
    }
}

impl<'t> State<'t, '_> {
    fn give(&mut self, lot: usize) -> Result<Option<&'t Task>, Error> {
        let Some(task) = self.tasks.get(self.given) else {
            return Ok(None);
        };
        if self.given == self.begun {
            self.begin(lot)?;
        }
        self.given += 1;
        Ok(Some(task))
    }

    fn begin(&mut self, lot: usize) -> Result<(), Error> {
        let end = self.tasks.len().min(self.begun + lot);
        let begun = self.tasks[self.begun..end].iter().map(|task| &task.source);
        self.in_hand.turn(self.ended.drain(..), begun)?;
        self.begun = end;
        Ok(())
    }
}
