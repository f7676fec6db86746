//! Slot pool: a counting semaphore that decides when a worker slot may begin a document.
//!
//! It applies the [back-off](super::backoff) to slots that run side by side. All waits are short
//! polls, so that a cancelled run ends at once.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::backoff::{Backoff, Reaction};

/// How soon a waiting slot notices that the run was cancelled.
// A tenth of a second seems immediate to a person, and a poll costs microseconds.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Permits for the slots of a run.
pub(in crate::pipeline) struct SlotPool {
    slots: usize,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    backoff: Backoff,
    /// Slots that have a permit.
    busy: usize,
    /// The end of the back-off's wait: no slot begins a document before.
    resume: Instant,
    /// Documents that ended.
    ended: u64,
}

impl SlotPool {
    /// A pool of `slots` slots; `unit` is the unit of the back-off's waits.
    pub(in crate::pipeline) fn new(slots: usize, unit: Duration) -> Self {
        Self {
            slots,
            state: Mutex::new(State {
                backoff: Backoff::new(unit),
                busy: 0,
                resume: Instant::now(),
                ended: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits for a permit to run a document; `None` once the run is over.
    pub(in crate::pipeline) fn acquire(
        &self,
        is_over: impl Fn() -> bool,
    ) -> Option<SlotPermit<'_>> {
        let mut state = self.lock();
        loop {
            if is_over() {
                return None;
            }
            let wait = state.resume.saturating_duration_since(Instant::now());
            if wait.is_zero() && state.busy < state.backoff.slots(self.slots) {
                state.busy += 1;
                return Some(SlotPermit { pool: self });
            }
            let wait = if wait.is_zero() {
                POLL_INTERVAL
            } else {
                wait.min(POLL_INTERVAL)
            };
            let waited = self.changed.wait_timeout(state, wait);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Acquires a permit without waiting: the slot's worker has been given the document already.
    // `busy` may then exceed the back-off's limit for a moment: the worker will process the document
    // anyway.
    pub(in crate::pipeline) fn acquire_at_once(&self) -> SlotPermit<'_> {
        self.lock().busy += 1;
        SlotPermit { pool: self }
    }

    /// See [`Backoff::generation`].
    pub(in crate::pipeline) fn generation(&self) -> u64 {
        self.lock().backoff.generation()
    }

    /// A worker of this generation was killed. Returns whether the run can continue.
    pub(in crate::pipeline) fn killed(&self, generation: u64) -> bool {
        let mut state = self.lock();
        match state.backoff.killed(generation) {
            Reaction::Wait(wait) => {
                // A later kill of the same moment never shortens a wait that has begun.
                state.resume = state.resume.max(Instant::now() + wait);
                true
            }
            Reaction::Stop => false,
        }
    }

    /// A document ended.
    pub(in crate::pipeline) fn ended(&self) {
        let mut state = self.lock();
        state.ended += 1;
        state.backoff.ended();
    }

    /// The number of documents that ended so far.
    pub(in crate::pipeline) fn documents_ended(&self) -> u64 {
        self.lock().ended
    }

    /// Waits for `units` units of the back-off, or until the run is over.
    pub(in crate::pipeline) fn pause(&self, units: u32, is_over: impl Fn() -> bool) {
        let mut state = self.lock();
        let resume = Instant::now() + state.backoff.unit() * units;
        while !is_over() {
            let wait = resume.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(state, wait.min(POLL_INTERVAL));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A slot's permit to run a document, released when it is dropped.
pub(in crate::pipeline) struct SlotPermit<'p> {
    pool: &'p SlotPool,
}

impl Drop for SlotPermit<'_> {
    fn drop(&mut self) {
        self.pool.lock().busy -= 1;
        self.pool.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_wait_ends_when_the_run_is_over() {
        let pool = SlotPool::new(2, HOUR);
        assert!(pool.killed(pool.generation()));
        assert!(pool.killed(pool.generation()), "an hour's wait begins");
        let polls = std::cell::Cell::new(0);
        let is_over = || polls.replace(polls.get() + 1) > 1;
        assert!(pool.acquire(is_over).is_none());
        polls.set(0);
        pool.pause(1, is_over);
    }

    #[test]
    fn after_three_kills_one_slot_begins_documents_and_prefetched_ones_still_run() {
        let pool = SlotPool::new(2, Duration::ZERO);
        for _ in 0..3 {
            assert!(pool.killed(pool.generation()));
        }
        let permit = pool.acquire(|| false);
        assert!(permit.is_some());
        let polls = std::cell::Cell::new(0);
        let second = pool.acquire(|| polls.replace(polls.get() + 1) > 0);
        assert!(second.is_none(), "two documents at a time");
        drop(pool.acquire_at_once());
        drop(permit);
        assert!(pool.acquire(|| false).is_some());
    }

    #[test]
    fn a_machine_that_kills_everything_stops_the_run() {
        let pool = SlotPool::new(1, Duration::ZERO);
        let kills = (0..100).take_while(|_| pool.killed(pool.generation()));
        assert_eq!(kills.count(), 7);
    }
}
