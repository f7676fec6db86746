//! Worker processes: isolate documents that crash, hang or exhaust memory.
//!
//! Exhausted memory, a stack overflow and a reader that never returns cannot be caught within a
//! process. Documents are therefore processed by worker processes, one per worker slot, many
//! documents each. A slot replaces a worker that ended. Only the supervisor uses the catalogue. A
//! document is processed in the same way with and without workers: [`super::task_runner`].
//!
//! A worker sends `Started` when it begins a document, and heartbeats while it makes progress
//! ([`protocol`]). The [`watchdog`] limits the CPU time between two heartbeats. [`exit`] derives why
//! a worker ended; [`backoff`] detects a machine that kills workers.

mod backoff;
mod exit;
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
use super::task::Task;
use super::task_runner::TaskOutcome;
use crate::catalogue::Fingerprint;
use diarium_read::Passwords;
use process::{Spawned, Worker};
use protocol::Response;

pub(super) use exit::WorkerExit;
pub(super) use pool::{SlotPermit, SlotPool};
pub use serve::{heartbeat, receive_passwords, restrict_worker, serve};

/// How worker processes are started, and what they may use.
#[derive(Debug, Clone)]
pub struct Workers {
    /// The program.
    pub program: PathBuf,
    /// Its arguments. They make it call [`restrict_worker`] with `memory`, then [`serve()`] with the
    /// same profiles, limits and output folder as the run.
    pub arguments: Vec<OsString>,
    /// The memory limit of each worker in bytes.
    pub memory: u64,
    /// The limit on the CPU time between two heartbeats. Ten times as much is the limit on the
    /// wall-clock time.
    pub timeout: Duration,
    /// The passwords of the run, which a worker receives on its standard input; see [`receive_passwords`].
    pub passwords: Passwords,
}

/// The outcome of running a document in a slot.
pub(super) enum SlotOutcome {
    /// The task ended.
    TaskEnded(TaskOutcome),
    /// The worker ended first.
    WorkerEnded {
        exit: WorkerExit,
        /// Whether the worker had begun the document. If not, the document is not the cause.
        had_started: bool,
    },
}

/// A slot for one worker process, which is replaced when it ends.
pub(super) struct WorkerSlot<'s> {
    workers: &'s Workers,
    /// The fingerprint of the run, which that of each worker must equal.
    fingerprint: &'s Fingerprint,
    worker: Option<Worker>,
    /// The worker has been given the next document already.
    has_prefetched: bool,
    /// How long the last document took; `None` where that is not known.
    last_duration_ms: Option<u64>,
}

/// A worker whose last document took longer than this gets no document in advance.
// Giving a worker a document wakes four threads one after the other: a few per cent of the time that
// a short text takes. For longer documents the gain is nothing, and another slot may be free sooner.
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

    /// Whether the worker should be given the next document in advance, because it will soon have
    /// finished the current one.
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
                SpawnOutcome::Ready(worker) => self.worker = Some(worker),
                SpawnOutcome::Killed(exit) => return Ok(Some(exit)),
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

    /// Waits until the current document or the worker has ended.
    fn await_end(&mut self) -> Result<SlotOutcome, Error> {
        let mut had_started = false;
        let exit = loop {
            let Some(worker) = &mut self.worker else {
                break WorkerExit::Exit(None);
            };
            match worker.response() {
                Ok(Response::Started) => had_started = true,
                Ok(Response::Ended(outcome)) => {
                    self.last_duration_ms = match outcome {
                        TaskOutcome::Processed { duration_ms, .. } => Some(duration_ms),
                        TaskOutcome::Same | TaskOutcome::Restorable | TaskOutcome::Deferred => None,
                    };
                    return Ok(SlotOutcome::TaskEnded(outcome));
                }
                Ok(Response::CannotWrite(error)) => return Err(Error::File(error.into())),
                // A worker sends neither after its start: the program is another one.
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

/// How often a worker is started that ends by itself before it takes documents.
// A worker starts the same way every time, but a profile may be in the middle of being replaced
// during the first attempts.
const MAX_SPAWN_ATTEMPTS: u32 = 3;

/// The outcome of starting a worker.
enum SpawnOutcome {
    /// It takes documents.
    Ready(Worker),
    /// It was killed from outside: the back-off decides whether the run continues.
    Killed(WorkerExit),
}

/// Starts a worker that has the fingerprint of the run.
fn spawn_worker(workers: &Workers, fingerprint: &Fingerprint) -> Result<SpawnOutcome, Error> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        match Worker::spawn(workers).map_err(Error::Worker)? {
            Spawned::Ready(worker, own) if *own == *fingerprint => {
                return Ok(SpawnOutcome::Ready(worker));
            }
            Spawned::Ready(..) => return Err(Error::FingerprintChanged),
            Spawned::Ended(exit) if exit.is_external() => return Ok(SpawnOutcome::Killed(exit)),
            Spawned::Ended(exit) if attempts == MAX_SPAWN_ATTEMPTS => {
                return Err(Error::WorkerDied(exit.to_string()));
            }
            Spawned::Ended(exit) => {
                tracing::info!("a worker ended before it took documents: {exit}");
            }
        }
    }
}
