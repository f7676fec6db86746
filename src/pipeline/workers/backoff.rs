//! Back-off: detect a machine that kills workers, wait, and stop in the end.
//!
//! A worker that is killed from outside ([`WorkerExit::is_external`](super::WorkerExit::is_external))
//! says little about its document: the machine may have been short of memory, or a person or a
//! script killed processes. Kills that follow each other while no document ends are a machine fault.
//! As a state machine, for the phase in which worker slots run side by side:
//!
//! ```text
//!             first kill            next kill, no document ended in between
//!   Healthy ─────────────▶ Killed ────────────────────────────────────────▶ Waiting(1)
//!      ▲                     │                                                  │ kill
//!      │ a document ended    │                                                  ▼
//!      └─────────────────────┴───────────────── Waiting(n), 2 ≤ n ≤ 6 ◀─────────┘
//!                                                      │ kill
//!                                                      ▼
//!                                                   Stopped
//! ```
//!
//! - In `Waiting(n)` no slot begins a document for [`WAITS`]`[n - 1]` seconds, a minute in all.
//! - Kills of workers that were started before the last wait belong to the kill that caused it: a
//!   kernel that kills eight workers at once has run out of memory once.
//! - From [`SINGLE_SLOT_KILLS`] kills on, only one slot begins documents, until
//!   [`RECOVERY_DOCUMENTS`] documents in a row ended without a kill.
//! - In `Stopped` the run ends with an error, and no document is charged.
//!
//! The [supervisor](crate::pipeline::supervisor) decides what becomes of the documents whose workers were
//! killed. This module reads no clock and never waits; [`pool`](super::pool) does.

use std::time::Duration;

/// The waits in units of one second: exponential.
// A minute in all. A burst of kills by a person or a script is over by then; a machine that still
// kills is not going to recover soon, and the user should know.
const WAITS: [u32; 6] = [1, 2, 4, 8, 16, 29];

/// After so many kills only one slot begins documents.
// One kill may be chance and two a coincidence; three mean that the workers together need more memory
// than the machine has, and fewer workers may help.
const SINGLE_SLOT_KILLS: usize = 3;

/// After so many documents without a kill, all slots begin documents again.
// Small enough that a passing shortage does not make the rest of a long run slow; large enough that
// a machine that is short of memory does not kill every few documents.
const RECOVERY_DOCUMENTS: usize = 32;

/// What to do after a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// No slot begins a document for so long.
    Wait(Duration),
    /// The machine kills everything: the run ends.
    Stop,
}

/// The state of the machine, as far as kills show it.
#[derive(Debug)]
pub(super) struct Backoff {
    /// One second; less in tests.
    unit: Duration,
    /// Kills since a document ended; those that belong together count once.
    kills_in_a_row: usize,
    /// Kills since [`RECOVERY_DOCUMENTS`] documents in a row ended.
    recent_kills: usize,
    /// Documents that ended since the last kill.
    documents_in_a_row: usize,
    /// Rises with every kill that counts.
    generation: u64,
}

impl Backoff {
    pub(super) fn new(unit: Duration) -> Self {
        Self {
            unit,
            kills_in_a_row: 0,
            recent_kills: 0,
            documents_in_a_row: 0,
            generation: 0,
        }
    }

    /// The unit of the waits.
    pub(super) fn unit(&self) -> Duration {
        self.unit
    }

    /// A number that distinguishes workers that were started before a kill from those started after
    /// it.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// A worker that was started in this generation was killed.
    pub(super) fn killed(&mut self, generation: u64) -> Reaction {
        let is_same_shortage = generation < self.generation && self.kills_in_a_row > 0;
        if is_same_shortage {
            return Reaction::Wait(Duration::ZERO);
        }
        self.generation += 1;
        self.kills_in_a_row += 1;
        self.recent_kills += 1;
        self.documents_in_a_row = 0;
        match self.kills_in_a_row {
            0 | 1 => Reaction::Wait(Duration::ZERO),
            kills => match WAITS.get(kills - 2) {
                Some(units) => Reaction::Wait(self.unit * *units),
                None => Reaction::Stop,
            },
        }
    }

    /// A document ended.
    pub(super) fn ended(&mut self) {
        self.kills_in_a_row = 0;
        self.documents_in_a_row += 1;
        if self.documents_in_a_row >= RECOVERY_DOCUMENTS {
            self.recent_kills = 0;
        }
    }

    /// How many of `all` slots may begin documents.
    pub(super) fn slots(&self, all: usize) -> usize {
        if self.recent_kills < SINGLE_SLOT_KILLS {
            all
        } else {
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn kill(backoff: &mut Backoff) -> Reaction {
        backoff.killed(backoff.generation())
    }

    #[test]
    fn kills_in_a_row_wait_a_minute_in_all_and_then_stop_the_run() {
        let mut backoff = Backoff::new(SECOND);
        assert_eq!(kill(&mut backoff), Reaction::Wait(Duration::ZERO));
        let mut waited = Duration::ZERO;
        while let Reaction::Wait(wait) = kill(&mut backoff) {
            assert!(wait > Duration::ZERO);
            waited += wait;
        }
        assert_eq!(waited, Duration::from_secs(60));
        assert_eq!(kill(&mut backoff), Reaction::Stop);
    }

    #[test]
    fn a_document_that_ends_shows_that_the_machine_works() {
        let mut backoff = Backoff::new(SECOND);
        for _ in 0..100 {
            assert_eq!(kill(&mut backoff), Reaction::Wait(Duration::ZERO));
            backoff.ended();
        }
    }

    #[test]
    fn workers_that_are_killed_together_count_once() {
        let mut backoff = Backoff::new(SECOND);
        for _ in 0..8 {
            assert_eq!(backoff.killed(0), Reaction::Wait(Duration::ZERO));
        }
        assert_eq!(backoff.slots(8), 8);
        assert_eq!(kill(&mut backoff), Reaction::Wait(SECOND));
    }

    #[test]
    fn an_old_worker_counts_again_once_a_document_has_ended() {
        let mut backoff = Backoff::new(SECOND);
        for _ in 0..SINGLE_SLOT_KILLS {
            backoff.killed(0);
            backoff.ended();
        }
        assert_eq!(backoff.slots(8), 1);
    }

    #[test]
    fn one_slot_is_left_until_enough_documents_have_ended() {
        let mut backoff = Backoff::new(SECOND);
        for _ in 0..SINGLE_SLOT_KILLS {
            kill(&mut backoff);
        }
        for _ in 0..RECOVERY_DOCUMENTS {
            assert_eq!(backoff.slots(8), 1);
            backoff.ended();
        }
        assert_eq!(backoff.slots(8), 8);
    }
}
