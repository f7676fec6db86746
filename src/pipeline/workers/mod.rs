//! What if a document brings us down, in a way that cannot be caught?
//!
//! Memory that runs out, a stack that overflows, a reader that never comes back: so documents are
//! read by worker processes, one a job, many documents each. The supervisor, which alone knows the
//! catalogue, ends a worker that does not get on and starts another in the place of one that died.
//! What happens to a document is the same in both: [`attempt`](super::attempt).

mod death;
mod limits;
mod message;
mod process;
mod serve;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::Error;
use super::attempt::Ended;
use super::plan::Task;
use crate::catalogue::Fingerprint;
use message::Answer;
use process::Worker;

pub(super) use death::Death;
pub use serve::{restrict_worker, serve};

/// How worker processes are started, and what they may ask of the machine.
#[derive(Debug, Clone)]
pub struct Workers {
    /// The program.
    pub program: PathBuf,
    /// Its arguments: such that it calls [`restrict_worker`] with `memory`, then [`serve`] with the
    /// same profiles, limits and output folder as the run.
    pub arguments: Vec<OsString>,
    /// How many bytes of memory each may have.
    pub memory: u64,
    /// How long a document may take without getting on.
    pub timeout: Duration,
}

/// A place for one worker, who is replaced when it dies.
pub(super) struct Seat<'s> {
    workers: &'s Workers,
    /// What records of this run depend on.
    fingerprint: &'s Fingerprint,
    worker: Option<Worker>,
    /// The worker has the next document already.
    is_ahead: bool,
    /// How long the last document took, in milliseconds; nothing where that is not known.
    took: Option<u64>,
}

/// To hand a document over, four threads must wake up one after the other: a few per cent of the time
/// that a short text takes. Documents that take longer than this many milliseconds have none
/// waiting behind them.
const QUICK: u64 = 100;

impl<'s> Seat<'s> {
    pub(super) fn new(workers: &'s Workers, fingerprint: &'s Fingerprint) -> Self {
        Self {
            workers,
            fingerprint,
            worker: None,
            is_ahead: false,
            took: None,
        }
    }

    /// Whether the next document should lie ready while the worker has one in hand, because it
    /// will soon be done with that.
    pub(super) fn is_quick(&self) -> bool {
        self.took.is_some_and(|took| took <= QUICK)
    }

    /// What becomes of a document, or of whom it met. The worker is given the `next` one too; that
    /// must be attended next. An error means that the run cannot go on.
    pub(super) fn attend(
        &mut self,
        task: &Task,
        next: Option<&Task>,
    ) -> Result<Result<Ended, Death>, Error> {
        let worker = match &mut self.worker {
            Some(worker) => worker,
            empty => empty.insert(hire(self.workers, self.fingerprint)?),
        };
        if !self.is_ahead {
            worker.order(task);
        }
        self.is_ahead = next.is_some();
        next.into_iter().for_each(|next| worker.order(next));
        match worker.answer() {
            Ok(Answer::Ended(ended)) => {
                self.took = match ended {
                    Ended::Processed { duration_ms, .. } => Some(duration_ms),
                    Ended::Same | Ended::Restorable | Ended::Deferred => None,
                };
                Ok(Ok(ended))
            }
            Ok(Answer::CannotWrite(trouble)) => Err(Error::Emit(trouble.into())),
            Ok(Answer::Ready(_) | Answer::Progress) => {
                self.leave();
                Ok(Err(Death::Exit(None)))
            }
            Err(death) => {
                self.leave();
                Ok(Err(death))
            }
        }
    }

    /// Lets the worker go; the next document meets a fresh one.
    pub(super) fn leave(&mut self) {
        self.worker = None;
        self.is_ahead = false;
        self.took = None;
    }
}

/// So often a worker is started that dies before it takes orders: no document is to blame, but who
/// ends processes for want of memory may have met a new one.
const STARTS: u32 = 3;

fn hire(workers: &Workers, fingerprint: &Fingerprint) -> Result<Worker, Error> {
    let mut tried = 0;
    let (worker, its_own) = loop {
        tried += 1;
        match Worker::start(workers).map_err(Error::Worker)? {
            Ok(started) => break started,
            Err(death) if tried == STARTS => return Err(Error::WorkerDied(death.to_string())),
            Err(death) => tracing::info!("a worker died before it took orders: {death}"),
        }
    };
    match its_own == *fingerprint {
        true => Ok(worker),
        false => Err(Error::Changed),
    }
}
