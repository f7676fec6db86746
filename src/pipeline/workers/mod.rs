//! Worker processes: isolate documents that crash, hang or exhaust memory.
//!
//! Memory that runs out, a stack that overflows and a reader that never returns cannot be caught
//! within a process. Documents are therefore read by worker processes, one per worker slot, many
//! documents each. A slot replaces a worker that ended. Only the supervisor uses the catalogue. What
//! happens to a document is the same with and without workers: [`attempt`](super::attempt).
//!
//! A worker answers `Started` when it begins a document and sends heartbeats while it works. The
//! [`watchdog`] limits the CPU time between two heartbeats. [`exit`] says why a worker ended,
//! [`backoff`] what kills from outside say about the machine.

mod backoff;
mod cpu_time;
mod exit;
mod limits;
mod pool;
mod process;
mod protocol;
mod serve;
mod watchdog;

use std::ffi::OsString;
use std::mem;
use std::path::PathBuf;
use std::time::Duration;

use super::Error;
use super::attempt::Ended;
use super::plan::Task;
use crate::catalogue::Fingerprint;
use process::Worker;
use protocol::Response;

pub(super) use exit::WorkerExit;
pub(super) use pool::{SlotPool, Turn};
pub use serve::{heartbeat, restrict_worker, serve};

/// How worker processes are started, and what they may use.
#[derive(Debug, Clone)]
pub struct Workers {
    /// The program.
    pub program: PathBuf,
    /// Its arguments: such that it calls [`restrict_worker`] with `memory`, then [`serve`] with the
    /// same profiles, limits and output folder as the run.
    pub arguments: Vec<OsString>,
    /// How many bytes of memory each may have.
    pub memory: u64,
    /// How much CPU time a document may take between two heartbeats, and a tenth of the wall-clock
    /// time.
    pub timeout: Duration,
}

/// What became of a document that was given to a worker.
pub(super) enum SlotOutcome {
    /// The attempt ended.
    Ended(Ended),
    /// The worker ended first.
    WorkerEnded {
        exit: WorkerExit,
        /// Whether it had begun the document. If not, the document is not the cause.
        had_started: bool,
    },
}

/// A place for one worker process, which is replaced when it ends.
pub(super) struct WorkerSlot<'s> {
    workers: &'s Workers,
    /// What records of this run depend on.
    fingerprint: &'s Fingerprint,
    worker: Option<Worker>,
    /// The worker has been given the next document already.
    has_prefetched: bool,
    /// How long the last document took; `None` where that is not known.
    last_duration_ms: Option<u64>,
}

/// Handing a document over wakes four threads one after the other: a few per cent of the time that a
/// short text takes. A worker whose last document took longer than this gets no document in
/// advance, because another slot may be free sooner.
const PREFETCH_MAX_DURATION_MS: u64 = 100;

impl<'s> WorkerSlot<'s> {
    pub(super) fn new(workers: &'s Workers, fingerprint: &'s Fingerprint) -> Self {
        Self {
            workers,
            fingerprint,
            worker: None,
            has_prefetched: false,
            last_duration_ms: None,
        }
    }

    /// Whether the worker should be given the next document in advance, because it will soon be
    /// done with the present one.
    pub(super) fn is_quick(&self) -> bool {
        let last = self.last_duration_ms;
        last.is_some_and(|duration| duration <= PREFETCH_MAX_DURATION_MS)
    }

    /// Whether the worker has been given the next document already.
    pub(super) fn has_prefetched(&self) -> bool {
        self.has_prefetched
    }

    /// Whether there is a worker; if not, the next document starts one.
    pub(super) fn has_worker(&self) -> bool {
        self.worker.is_some()
    }

    /// Starts a worker if there is none. Returns how it ended if it was killed; an error means that
    /// the run cannot continue.
    pub(super) fn start(&mut self) -> Result<Option<WorkerExit>, Error> {
        if self.worker.is_none() {
            match spawn_worker(self.workers, self.fingerprint)? {
                Ok(worker) => self.worker = Some(worker),
                Err(exit) => return Ok(Some(exit)),
            }
        }
        Ok(None)
    }

    /// Runs a document. The worker is given the `next` one too, which must be run next. An error
    /// means that the run cannot continue.
    pub(super) fn run(&mut self, task: &Task, next: Option<&Task>) -> Result<SlotOutcome, Error> {
        if let Some(exit) = self.start()? {
            let had_started = false;
            return Ok(SlotOutcome::WorkerEnded { exit, had_started });
        }
        let has_task = mem::replace(&mut self.has_prefetched, next.is_some());
        if let Some(worker) = &mut self.worker {
            let tasks = [(!has_task).then_some(task), next];
            tasks
                .into_iter()
                .flatten()
                .for_each(|task| worker.send(task));
        }
        self.await_end()
    }

    /// Waits until the present document has ended, or the worker.
    fn await_end(&mut self) -> Result<SlotOutcome, Error> {
        let mut had_started = false;
        let exit = loop {
            let Some(worker) = &mut self.worker else {
                break WorkerExit::Exit(None);
            };
            match worker.response() {
                Ok(Response::Started) => had_started = true,
                Ok(Response::Ended(ended)) => {
                    self.last_duration_ms = match ended {
                        Ended::Processed { duration_ms, .. } => Some(duration_ms),
                        Ended::Same | Ended::Restorable | Ended::Deferred => None,
                    };
                    return Ok(SlotOutcome::Ended(ended));
                }
                Ok(Response::CannotWrite(error)) => return Err(Error::Emit(error.into())),
                // No worker of ours says so now.
                Ok(Response::Ready(_) | Response::Heartbeat) => break WorkerExit::Exit(None),
                Err(exit) => break exit,
            }
        };
        self.discard();
        Ok(SlotOutcome::WorkerEnded { exit, had_started })
    }

    /// Ends the worker; the next document starts another.
    fn discard(&mut self) {
        self.worker = None;
        self.has_prefetched = false;
        self.last_duration_ms = None;
    }
}

/// A worker that ends by itself before it takes documents is started this often. Nothing in it
/// depends on chance, but the first attempts may meet a profile that is being replaced.
const MAX_SPAWN_ATTEMPTS: u32 = 3;

/// Starts a worker. The inner error is a kill from outside, which the back-off decides about.
fn spawn_worker(
    workers: &Workers,
    fingerprint: &Fingerprint,
) -> Result<Result<Worker, WorkerExit>, Error> {
    let mut attempts = 0;
    let (worker, its_own) = loop {
        attempts += 1;
        match Worker::start(workers).map_err(Error::Worker)? {
            Ok(started) => break started,
            Err(exit) if exit.is_external() => return Ok(Err(exit)),
            Err(exit) if attempts == MAX_SPAWN_ATTEMPTS => {
                return Err(Error::WorkerDied(exit.to_string()));
            }
            Err(exit) => tracing::info!("a worker ended before it took documents: {exit}"),
        }
    };
    match its_own == *fingerprint {
        true => Ok(Ok(worker)),
        false => Err(Error::Changed),
    }
}
