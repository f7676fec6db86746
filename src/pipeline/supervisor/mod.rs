//! Supervisor: run the documents of a plan, retry those whose worker ended, quarantine.
//!
//! As many worker slots as there are jobs, each with a worker process or with its own thread only,
//! take one document at a time from the task queue. They send its outcome through a small bounded
//! channel to the calling thread, the [catalogue writer](super::catalogue_writer). When that falls
//! behind, the slots wait, so that outcomes do not accumulate in memory.
//!
//! A document passes through these states:
//!
//! ```text
//!                    task ended
//!   Queued ─▶ Running ─────────────▶ Ended
//!               │  │
//!               │  │ own exit: crash, time or memory limit (charged)
//!               │  │ kill from outside (not charged)
//!               │  ▼
//!               │  Waiting ─▶ Alone ─┬─ task ended ──────────────────▶ Ended
//!               │     ▲              ├─ own exit, two in all ────────▶ Quarantined
//!               │     │              ├─ kill, waits left ──▶ Waiting
//!               │     └──────────────┘
//!               │                    └─ kill, no waits left: judged
//!               └ the worker ended before it began the document ─▶ Queued
//! ```
//!
//! - Retries run after all other documents, alone, each with a worker of its own; see [`retries`].
//! - *Judged*: documents whose workers were killed every time they ran alone are quarantined if
//!   other documents ended after their first kill; a single such document also if others ended
//!   before. Otherwise the machine kills everything: the run stops with an error, and no document is
//!   charged.
//! - While slots run side by side, the [back-off](super::workers) decides when the machine kills
//!   everything.
//! - Documents that were in flight when an earlier run crashed run one by one, before the retries.
//!
//! However the run ends, unless its process is killed, the in-flight rows are rolled back: a full
//! disk, an error, and a cancelled run charge no document. They are rolled back as soon as the run
//! is cancelled, because an impatient user or service manager kills it next.

mod retries;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use super::catalogue_writer::{CatalogueWriter, Message};
use super::fault_injection;
use super::fingerprint::quarantine_limits;
use super::plan::Plan;
use super::task::{Reason, Task};
use super::task_queue::{InFlight, TaskQueue};
use super::task_runner::{TaskOutcome, TaskRunner, quarantined_id};
use super::workers::{SlotOutcome, SlotPermit, SlotPool, WorkerExit, WorkerSlot, Workers};
use super::{Error, Finished, RunOptions, STACK_BYTES};
use crate::catalogue::{DocumentRow, Outcome};
use diarium_document::{Failure, FailureCode};
use retries::Retry;

/// How many messages per job may wait for the catalogue writer.
// With two, a slot begins its next document while its last outcome waits. More would only hold more
// outcomes in memory: where they are needed, the writer is slower than the slots anyway.
const MESSAGES_PER_JOB: usize = 2;

/// How soon a cancelled run rolls its in-flight rows back.
// It must be done before whoever cancelled the run kills it: an impatient user waits a second or
// two, a service manager usually half a minute or more.
const CANCEL_POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Runs the documents of a plan. All worker slots share it.
pub(super) struct Supervisor<'s> {
    plan: &'s Plan,
    jobs: NonZeroUsize,
    /// `None` where documents run in threads of this process.
    workers: Option<&'s Workers>,
    runner: &'s TaskRunner,
    in_flight: &'s InFlight<'s>,
    pool: &'s SlotPool,
    /// The user cancelled the run.
    cancelled: &'s AtomicBool,
    /// The run cannot continue.
    abandoned: AtomicBool,
    /// Documents whose worker ended, in the order in which that happened.
    retries: Mutex<Vec<Retry<'s>>>,
}

/// The worker slots of a run. All its waves share them, so that what is known about kills from outside is
/// kept.
pub(super) fn slot_pool(options: &RunOptions) -> SlotPool {
    let wait_unit = fault_injection::wait_unit().unwrap_or(Duration::from_secs(1));
    SlotPool::new(options.jobs.get(), wait_unit)
}

impl<'s> Supervisor<'s> {
    pub(super) fn new(
        plan: &'s Plan,
        options: &'s RunOptions,
        runner: &'s TaskRunner,
        in_flight: &'s InFlight<'s>,
        pool: &'s SlotPool,
    ) -> Self {
        Self {
            plan,
            jobs: options.jobs,
            workers: options.workers.as_ref(),
            runner,
            in_flight,
            pool,
            cancelled: &options.cancel,
            abandoned: AtomicBool::new(false),
            retries: Mutex::default(),
        }
    }

    /// Runs the plan. Returns when every outcome is recorded, or, once the run was cancelled, every
    /// outcome of the documents that had begun.
    pub(super) fn run(&self, writer: &mut CatalogueWriter<'_>) -> Result<(), Error> {
        let (sender, receiver) = sync_channel(self.jobs.get() * MESSAGES_PER_JOB);
        let (running, ended) = channel();
        let result = thread::scope(|scope| {
            // Dropping the sender at the end of the phases ends the writer; dropping `running` ends the
            // thread that waits for a cancellation.
            thread::Builder::new()
                .name("supervisor".to_owned())
                .spawn_scoped(scope, move || {
                    self.run_phases(sender);
                    drop(running);
                })
                .map_err(Error::Threads)?;
            thread::Builder::new()
                .name("cancel".to_owned())
                .spawn_scoped(scope, move || {
                    roll_back_when_cancelled(self.cancelled, self.in_flight, &ended);
                })
                .map_err(Error::Threads)?;
            writer.run(receiver, &self.abandoned)
        });
        // Also after an error. The error of the run comes first: it is the cause if both fail.
        let rolled_back = self.in_flight.rollback();
        result?;
        Ok(rolled_back?)
    }

    /// Runs the phases of a plan one after the other. The writer ends when the sender is dropped.
    fn run_phases(&self, messages: SyncSender<Message>) {
        let done = self
            .quarantine_known(&messages)
            .and_then(|()| {
                let queue = TaskQueue::new(&self.plan.tasks, self.in_flight);
                self.run_slots(self.jobs, queue, &messages)
            })
            .and_then(|()| {
                let suspects = TaskQueue::one_by_one(&self.plan.suspects, self.in_flight);
                self.run_slots(NonZeroUsize::MIN, suspects, &messages)
            })
            .and_then(|()| self.run_retries(&messages));
        if let Err(error) = done {
            self.send(Message::Fatal(error), &messages);
        }
    }

    /// Quarantines documents that were in flight in too many runs that crashed.
    fn quarantine_known(&self, messages: &SyncSender<Message>) -> Result<(), Error> {
        for (task, crashes) in &self.plan.quarantined {
            let reason = format!(
                "{crashes} runs in a row crashed or were killed while it was being processed"
            );
            let finished = self.quarantined(task, &reason);
            self.send(Message::Finished(finished), messages);
        }
        let paths = self.plan.quarantined.iter().map(|(task, _)| task.path());
        Ok(self.in_flight.remove(paths)?)
    }

    /// Runs the documents of a queue in this number of slots, or in one per document if there are
    /// fewer documents.
    fn run_slots(
        &self,
        slots: NonZeroUsize,
        queue: TaskQueue<'s, '_>,
        messages: &SyncSender<Message>,
    ) -> Result<(), Error> {
        thread::scope(|scope| {
            for number in 0..slots.get().min(queue.len()) {
                let started = thread::Builder::new()
                    .name(format!("document-{number}"))
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, || {
                        if let Err(error) = self.worker_loop(&queue, messages) {
                            self.send(Message::Fatal(error), messages);
                        }
                    });
                if let Err(error) = started {
                    self.send(Message::Fatal(Error::Threads(error)), messages);
                }
            }
        });
        queue.close()
    }

    /// Runs documents in one slot until the queue is empty or the run is over.
    fn worker_loop(
        &self,
        queue: &TaskQueue<'s, '_>,
        messages: &SyncSender<Message>,
    ) -> Result<(), Error> {
        let mut slot = self.slot();
        let mut pending = VecDeque::new();
        let mut generation = 0;
        while let Some(_permit) = self.acquire_permit(slot.as_ref()) {
            if pending.is_empty() && queue.is_empty() {
                break;
            }
            if !self.start_worker(slot.as_mut(), &mut generation)? {
                continue;
            }
            let (task, next) = self.next_tasks(slot.as_ref(), queue, &mut pending)?;
            let Some(task) = task else { break };
            if queue.is_one_by_one() {
                // A suspect may crash this run as it crashed an earlier one.
                self.checkpoint(messages);
            }
            match self.run_task(&mut slot, task, next)? {
                SlotOutcome::TaskEnded(outcome) => {
                    self.pool.ended();
                    self.send(Message::Finished(finished(task, outcome)), messages);
                    queue.ended(task);
                }
                SlotOutcome::WorkerEnded { exit, had_started } => {
                    self.note_exit(&exit, had_started, task, generation)?;
                    if had_started {
                        self.enqueue_retry(task, exit)?;
                    } else {
                        pending.push_front(task);
                    }
                }
            }
        }
        Ok(())
    }

    /// The document to run, and the one to prefetch: the worker is given it in advance, and it stays
    /// pending.
    fn next_tasks(
        &self,
        slot: Option<&WorkerSlot<'_>>,
        queue: &TaskQueue<'s, '_>,
        pending: &mut VecDeque<&'s Task>,
    ) -> Result<(Option<&'s Task>, Option<&'s Task>), Error> {
        if pending.is_empty() {
            pending.extend(queue.next()?);
        }
        let task = pending.pop_front();
        let prefetches = slot.is_some_and(WorkerSlot::is_quick) && !self.is_over();
        if prefetches && pending.is_empty() {
            pending.extend(queue.prefetch(self.jobs)?);
        }
        Ok((task, pending.front().copied().filter(|_| prefetches)))
    }

    /// Starts a worker if the slot has none. Returns whether the slot can run a document.
    fn start_worker(
        &self,
        slot: Option<&mut WorkerSlot<'_>>,
        generation: &mut u64,
    ) -> Result<bool, Error> {
        // Before a document is recorded as in flight: starting takes longer than most documents, and
        // a crash meanwhile would make the document a suspect.
        let Some(slot) = slot.filter(|slot| !slot.has_worker()) else {
            return Ok(true);
        };
        *generation = self.pool.generation();
        match slot.start()? {
            Some(exit) => self.note_kill(&exit, None, *generation).map(|()| false),
            None => Ok(true),
        }
    }

    /// Waits until the slot may run a document; `None` once the run is over. A document that its
    /// worker was given in advance is run in any case.
    fn acquire_permit(&self, slot: Option<&WorkerSlot<'_>>) -> Option<SlotPermit<'_>> {
        if slot.is_some_and(WorkerSlot::has_prefetched) {
            return Some(self.pool.acquire_at_once());
        }
        self.pool.acquire(|| self.is_over())
    }

    /// Notifies the back-off of the end of a worker that had a document, if the document is not the
    /// cause.
    fn note_exit(
        &self,
        exit: &WorkerExit,
        had_started: bool,
        task: &Task,
        generation: u64,
    ) -> Result<(), Error> {
        // A worker that had not begun its document was idle, whatever ended it.
        if exit.is_external() || !had_started {
            self.note_kill(exit, Some(task), generation)?;
        }
        Ok(())
    }

    /// Notifies the back-off of an exit that no document caused. An error means that the run cannot
    /// continue.
    fn note_kill(
        &self,
        exit: &WorkerExit,
        task: Option<&Task>,
        generation: u64,
    ) -> Result<(), Error> {
        if self.pool.killed(generation) {
            return Ok(());
        }
        Err(workers_killed(exit, task))
    }

    /// A slot with a worker process; `None` where documents run in this thread.
    fn slot(&self) -> Option<WorkerSlot<'_>> {
        let workers = self.workers?;
        Some(WorkerSlot::new(workers, self.runner.fingerprint()))
    }

    /// Runs a document in the slot's worker, or in this thread where there are no workers. A worker
    /// is given the next document too.
    fn run_task(
        &self,
        slot: &mut Option<WorkerSlot<'_>>,
        task: &Task,
        next: Option<&Task>,
    ) -> Result<SlotOutcome, Error> {
        match slot {
            Some(slot) => slot.run(task, next),
            None => Ok(SlotOutcome::TaskEnded(self.runner.run(task)?)),
        }
    }

    /// The outcome of a document that is quarantined for this reason.
    fn quarantined(&self, task: &Task, reason: &str) -> Finished {
        let failure = Failure::new(
            FailureCode::Quarantined,
            format!("{reason}. It is left alone until it changes or --retry-failed is given"),
        );
        let id = quarantined_id(&task.source);
        let limits = quarantine_limits(self.workers);
        let fingerprint = self.runner.fingerprint();
        Finished::Processed(Box::new(DocumentRow {
            source: task.source.clone(),
            identity: task.identity.clone(),
            checked: task.checked,
            files: Vec::new(),
            moved_from: None,
            fingerprint: fingerprint.of_quarantine(id.as_deref(), &limits),
            id,
            outcome: Outcome::Failed(failure),
            duration_ms: 0,
            changed_values: 0,
            members: Vec::new(),
            had_damaged_record: task.reason == Reason::RecordDamaged,
        }))
    }

    fn is_over(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.abandoned.load(Ordering::Relaxed)
    }

    /// Waits until everything that was sent is committed. A document that may crash the whole run
    /// must not cost those before it their results.
    fn checkpoint(&self, messages: &SyncSender<Message>) {
        let (committed, done) = sync_channel(1);
        self.send(Message::Checkpoint(committed), messages);
        // Fails if the writer has ended, and then there is nothing to wait for.
        let _ = done.recv();
    }

    fn send(&self, message: Message, messages: &SyncSender<Message>) {
        let is_fatal = matches!(message, Message::Fatal(_));
        if messages.send(message).is_err() || is_fatal {
            // Without the writer no outcome can be recorded, so that no document need be run.
            self.abandoned.store(true, Ordering::Relaxed);
        }
    }
}

/// Waits until the run has ended, or is cancelled; then rolls the in-flight rows back.
fn roll_back_when_cancelled(
    cancelled: &AtomicBool,
    in_flight: &InFlight<'_>,
    ended: &Receiver<()>,
) {
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(CANCEL_POLL_INTERVAL) {
        if cancelled.load(Ordering::Relaxed) {
            if let Err(error) = in_flight.rollback() {
                tracing::debug!("in-flight rows are rolled back at the end: {error}");
            }
            return;
        }
    }
}

fn workers_killed(exit: &WorkerExit, task: Option<&Task>) -> Error {
    Error::WorkersKilled {
        reason: exit.to_string(),
        document: match task {
            Some(task) => format!("at {}", task.path()),
            None => "before it began a document".to_owned(),
        },
    }
}

fn finished(task: &Task, outcome: TaskOutcome) -> Finished {
    let path = task.path().to_owned();
    match outcome {
        TaskOutcome::Same => Finished::Same {
            path,
            state: task.file_state(),
            is_container: task.is_container,
        },
        TaskOutcome::Restorable => Finished::Restored {
            path,
            state: task.file_state(),
        },
        TaskOutcome::Deferred => Finished::Deferred(task.source.clone()),
        TaskOutcome::Processed {
            id,
            fingerprint,
            outcome,
            duration_ms,
            files,
            changed_values,
            members,
        } => Finished::Processed(Box::new(DocumentRow {
            source: task.source.clone(),
            identity: task.identity.clone(),
            checked: task.checked,
            // A document that failed is not the one that was moved: its record is not carried over.
            moved_from: match (&outcome, &task.moved) {
                (Outcome::Done { .. }, Some(moved)) => Some(moved.path.clone()),
                _ => None,
            },
            id,
            fingerprint,
            outcome,
            duration_ms,
            files,
            changed_values,
            members,
            had_damaged_record: task.reason == Reason::RecordDamaged,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, InFlightJournal, Lock};
    use diarium_document::Source;

    #[test]
    fn a_cancelled_run_that_is_killed_afterwards_charges_no_document() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut table = InFlightJournal::open(&lock).unwrap();
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "a.txt".into(),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 7,
            modified: 17,
            changed: 17,
        };
        let in_flight = InFlight::new(&mut table);
        in_flight.add([&source]).unwrap();
        let (_running, ended) = channel();
        let cancelled = AtomicBool::new(true);
        roll_back_when_cancelled(&cancelled, &in_flight, &ended);
        assert!(catalogue.count_crash_suspects().unwrap().is_empty());
    }
}
