//! Supervisor: run the documents of a plan, retry those whose worker ended, quarantine.
//!
//! As many worker slots as there are jobs, each with a worker process or with its own thread only,
//! take one document at a time from the task queue and report its outcome through a small bounded
//! channel to the calling thread, which alone writes to the catalogue. When that falls behind, the
//! slots wait: nothing piles up.
//!
//! A document passes through these states:
//!
//! ```text
//!                    attempt ended
//!   Queued ─▶ Running ─────────────▶ Ended
//!               │  │
//!               │  │ own exit: crash, time or memory limit (charged)
//!               │  │ kill from outside (not charged)
//!               │  ▼
//!               │  Waiting ─▶ Alone ─┬─ attempt ended ───────────────▶ Ended
//!               │     ▲              ├─ own exit, two in all ────────▶ Quarantined
//!               │     │              ├─ kill, waits left ──▶ Waiting
//!               │     └──────────────┘
//!               │                    └─ kill, no waits left: judged
//!               └ the worker ended before it began the document ─▶ Queued
//! ```
//!
//! - Retries run after all other documents, alone, each with a worker of its own.
//! - A document whose worker was killed waits between its retries ([`ALONE_WAITS`], a minute in
//!   all), so that a burst of kills passes.
//! - *Judged*: documents whose workers were killed every time they ran alone are quarantined if
//!   other documents came to their end after their first kill; a single such document also if
//!   others did so before. Otherwise the machine kills everything: the run stops with an error, and
//!   no document is charged.
//! - While slots run side by side, the [back-off](super::workers) decides when the machine kills
//!   everything.
//! - Documents that were in flight when an earlier run crashed run one by one, before the retries.
//!
//! However the run ends, unless its process is killed, the in-flight rows are rolled back: a full
//! disk, an error, and a cancelled run charge no document. They are rolled back as soon as the run
//! is cancelled, because an impatient user or service manager kills it next.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::attempt::{Attempts, Ended, id_of_failed};
use super::fault_injection;
use super::observer::Finished;
use super::plan::{Plan, Reason, Task};
use super::queue::{InFlight, TaskQueue};
use super::workers::{SlotOutcome, SlotPool, Turn, WorkerExit, WorkerSlot};
use super::write::{Journal, state};
use super::{Error, RunOptions, STACK_BYTES};
use crate::catalogue::{DocumentRow, InHand, Outcome};
use diarium_document::{Failure, FailureCode};

/// What the supervisor reports to the catalogue writer; an error says why the run cannot continue.
pub(super) type Report = Result<Progress, Error>;

/// How a run gets on.
pub(super) enum Progress {
    /// An attempt at a document has ended.
    Finished(Finished),
    /// Everything that was reported before is to be stored now; the receiver is told when it is.
    Checkpoint(SyncSender<()>),
}

/// After so many own exits a document is quarantined: what a document does to its worker once it
/// does again, most of the time.
const MAX_OWN_EXITS: u32 = 2;

/// The waits between the attempts of documents whose workers were killed, in seconds. A document
/// has one attempt more than there are waits; each may take as long as a document takes.
const ALONE_WAITS: [u32; 4] = [2, 8, 20, 30];

/// How soon a cancelled run rolls its in-flight rows back.
const CANCEL_POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Runs the plan. Returns when every outcome is recorded, or, once the run was cancelled, every
/// outcome of the documents that had been begun.
pub(super) fn run_plan(
    plan: &Plan,
    options: &RunOptions,
    attempts: &Attempts,
    in_hand: &mut InHand,
    journal: &mut Journal<'_>,
) -> Result<(), Error> {
    let (sender, receiver) = sync_channel(options.jobs.get() * 2);
    let (running, ended) = channel();
    let in_flight = InFlight::new(in_hand);
    let supervisor = Supervisor {
        options,
        attempts,
        in_flight: &in_flight,
        pool: SlotPool::new(options.jobs.get(), wait_unit()),
        abandoned: AtomicBool::new(false),
        retries: Mutex::default(),
    };
    let result = thread::scope(|scope| {
        let (supervisor, in_flight) = (&supervisor, &in_flight);
        thread::Builder::new()
            .name("supervisor".to_owned())
            .spawn_scoped(scope, move || {
                supervisor.run_phases(plan, sender);
                drop(running);
            })
            .map_err(Error::Threads)?;
        thread::Builder::new()
            .name("cancel".to_owned())
            .spawn_scoped(scope, move || {
                roll_back_when_cancelled(&options.cancel, in_flight, &ended)
            })
            .map_err(Error::Threads)?;
        journal.keep(receiver, &supervisor.abandoned)
    });
    let rolled_back = in_flight.rollback();
    result?;
    Ok(rolled_back?)
}

/// Waits until the run is cancelled, and rolls the in-flight rows back, or has ended.
fn roll_back_when_cancelled(cancel: &AtomicBool, in_flight: &InFlight<'_>, ended: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(CANCEL_POLL_INTERVAL) {
        if cancel.load(Ordering::Relaxed) {
            if let Err(error) = in_flight.rollback() {
                tracing::debug!("in-flight rows are rolled back at the end: {error}");
            }
            return;
        }
    }
}

/// One second; less in tests.
fn wait_unit() -> Duration {
    fault_injection::wait_unit().unwrap_or(Duration::from_secs(1))
}

/// What the worker slots share.
struct Supervisor<'w> {
    options: &'w RunOptions,
    attempts: &'w Attempts,
    in_flight: &'w InFlight<'w>,
    pool: SlotPool,
    /// The run cannot continue.
    abandoned: AtomicBool,
    /// Documents whose worker ended, in the order in which that happened.
    retries: Mutex<Vec<Retry<'w>>>,
}

/// A document whose worker ended.
struct Retry<'w> {
    task: &'w Task,
    /// The last exit.
    exit: WorkerExit,
    /// Exits that the document may have caused itself.
    own_exits: u32,
    /// Kills from outside while it ran alone.
    kills_alone: usize,
    /// How many documents had come to their end when its worker first ended.
    ended_before: u64,
}

impl<'w> Supervisor<'w> {
    fn run_phases(&self, plan: &'w Plan, reports: SyncSender<Report>) {
        let jobs = self.options.jobs.get();
        let done = self
            .quarantine_known(plan, &reports)
            .and_then(|()| {
                self.run_slots(jobs, TaskQueue::new(&plan.tasks, self.in_flight), &reports)
            })
            .and_then(|()| {
                let suspects = TaskQueue::one_by_one(&plan.suspects, self.in_flight);
                self.run_slots(1, suspects, &reports)
            })
            .and_then(|()| self.run_retries(&reports));
        if let Err(error) = done {
            self.send(Err(error), &reports);
        }
    }

    /// Documents that were in flight in too many runs that crashed.
    fn quarantine_known(&self, plan: &'w Plan, reports: &SyncSender<Report>) -> Result<(), Error> {
        for (task, crashes) in &plan.quarantined {
            let reason = format!(
                "{crashes} runs in a row crashed or were killed while it was being processed"
            );
            let finished = self.quarantined(task, &reason);
            self.send(Ok(Progress::Finished(finished)), reports);
        }
        let tasks = plan.quarantined.iter();
        let paths = tasks.map(|(task, _)| task.source.relative.as_str());
        Ok(self.in_flight.turn(paths, [])?)
    }

    /// Works off a queue with so many slots, or as many as it has documents.
    fn run_slots(
        &self,
        slots: usize,
        queue: TaskQueue<'w, '_>,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        thread::scope(|scope| {
            for number in 0..slots.min(queue.len()) {
                let started = thread::Builder::new()
                    .name(format!("document-{number}"))
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, || {
                        if let Err(error) = self.worker_loop(&queue, reports) {
                            self.send(Err(error), reports);
                        }
                    });
                if let Err(error) = started {
                    self.send(Err(Error::Threads(error)), reports);
                }
            }
        });
        queue.close()
    }

    /// Runs documents as long as there are any.
    fn worker_loop(
        &self,
        queue: &TaskQueue<'w, '_>,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        let mut slot = self.slot();
        let mut pending = VecDeque::new();
        let mut generation = 0;
        while let Some(_turn) = self.begin_turn(slot.as_ref()) {
            if pending.is_empty() && queue.is_empty() {
                break;
            }
            if !self.start_worker(slot.as_mut(), &mut generation)? {
                continue;
            }
            let (task, next) = self.next_tasks(slot.as_ref(), queue, &mut pending)?;
            let Some(task) = task else { break };
            if queue.is_one_by_one() {
                self.checkpoint(reports);
            }
            match self.run_task(&mut slot, task, next)? {
                SlotOutcome::Ended(ended) => {
                    self.pool.ended();
                    self.send(Ok(Progress::Finished(finished(task, ended))), reports);
                    queue.ended(task);
                }
                SlotOutcome::WorkerEnded { exit, had_started } => {
                    if exit.is_external() || !had_started {
                        self.note_kill(&exit, Some(task), generation)?;
                    }
                    match had_started {
                        true => self.enqueue_retry(task, exit)?,
                        false => pending.push_front(task),
                    }
                }
            }
        }
        Ok(())
    }

    /// The document to run, and the one that the worker is given in advance, which stays pending.
    fn next_tasks(
        &self,
        slot: Option<&WorkerSlot<'_>>,
        queue: &TaskQueue<'w, '_>,
        pending: &mut VecDeque<&'w Task>,
    ) -> Result<(Option<&'w Task>, Option<&'w Task>), Error> {
        if pending.is_empty() {
            pending.extend(queue.next()?);
        }
        let task = pending.pop_front();
        let prefetches = slot.is_some_and(WorkerSlot::is_quick) && !self.is_over();
        if prefetches && pending.is_empty() {
            pending.extend(queue.prefetch(self.options.jobs)?);
        }
        Ok((task, pending.front().copied().filter(|_| prefetches)))
    }

    /// Starts a worker where the slot has none, before a document is recorded as in flight: starting
    /// takes longer than most documents. Returns whether the slot can run a document.
    fn start_worker(
        &self,
        slot: Option<&mut WorkerSlot<'_>>,
        generation: &mut u64,
    ) -> Result<bool, Error> {
        let Some(slot) = slot.filter(|slot| !slot.has_worker()) else {
            return Ok(true);
        };
        *generation = self.pool.generation();
        match slot.start()? {
            Some(exit) => self.note_kill(&exit, None, *generation).map(|()| false),
            None => Ok(true),
        }
    }

    /// Waits until the slot may run a document; `None` once the run is over. What its worker has
    /// been given already, it finishes.
    fn begin_turn(&self, slot: Option<&WorkerSlot<'_>>) -> Option<Turn<'_>> {
        match slot.is_some_and(WorkerSlot::has_prefetched) {
            true => Some(self.pool.begin_at_once()),
            false => self.pool.begin(|| self.is_over()),
        }
    }

    /// Tells the back-off of an exit that no document caused; an error once the run cannot continue.
    fn note_kill(
        &self,
        exit: &WorkerExit,
        task: Option<&Task>,
        generation: u64,
    ) -> Result<(), Error> {
        match self.pool.killed(generation) {
            true => Ok(()),
            false => Err(workers_killed(exit, task)),
        }
    }

    /// Runs the documents whose workers ended, each alone and with a worker of its own.
    fn run_retries(&self, reports: &SyncSender<Report>) -> Result<(), Error> {
        let mut waiting = self.take_retries();
        for wait in ALONE_WAITS.map(Some).into_iter().chain([None]) {
            for mut retry in mem::take(&mut waiting) {
                if self.is_over() {
                    return Ok(());
                }
                self.checkpoint(reports);
                match self.run_alone(&mut retry)? {
                    Some(finished) => self.settle(retry.task, finished, reports)?,
                    None => waiting.push(retry),
                }
            }
            match wait {
                Some(units) if !waiting.is_empty() => {
                    self.pool.pause(units, || self.is_over());
                }
                _ => {}
            }
        }
        self.judge(waiting, reports)
    }

    /// Runs a document alone until it ends, has caused too many exits, or its worker is killed.
    fn run_alone(&self, retry: &mut Retry<'w>) -> Result<Option<Finished>, Error> {
        let task = retry.task;
        let mut slot = self.slot();
        if let Some(exit) = slot.as_mut().map_or(Ok(None), WorkerSlot::start)? {
            retry.exit = exit;
            return Ok(None);
        }
        self.in_flight.turn([], [&task.source])?;
        while retry.own_exits < MAX_OWN_EXITS {
            match self.run_task(&mut slot, task, None)? {
                SlotOutcome::Ended(ended) => {
                    self.pool.ended();
                    return Ok(Some(finished(task, ended)));
                }
                SlotOutcome::WorkerEnded { exit, had_started } => {
                    let is_own = had_started && !exit.is_external();
                    retry.exit = exit;
                    retry.own_exits += u32::from(is_own);
                    retry.kills_alone += usize::from(had_started && !is_own);
                    if !is_own {
                        self.in_flight.suspend(&task.source.relative)?;
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(self.quarantined(task, &retry.exit.to_string())))
    }

    /// Quarantines documents whose workers were killed whenever they ran alone, unless it is the
    /// machine that kills everything.
    fn judge(&self, killed: Vec<Retry<'w>>, reports: &SyncSender<Report>) -> Result<(), Error> {
        let Some(last) = killed.last() else {
            return Ok(());
        };
        let ended = self.pool.documents_ended();
        let is_single = killed.len() == 1;
        let is_cause = |retry: &Retry<'_>| {
            let others_ended = ended > retry.ended_before || (is_single && ended > 0);
            others_ended && retry.kills_alone > ALONE_WAITS.len()
        };
        if self.is_over() {
            return Ok(());
        }
        if !killed.iter().all(is_cause) {
            return Err(workers_killed(&last.exit, Some(last.task)));
        }
        for retry in killed {
            let reason = format!(
                "{}, each of {} times that it ran alone, while other documents came to their end",
                retry.exit, retry.kills_alone
            );
            let finished = self.quarantined(retry.task, &reason);
            self.settle(retry.task, finished, reports)?;
        }
        Ok(())
    }

    /// Reports a document and removes its in-flight row.
    fn settle(
        &self,
        task: &Task,
        finished: Finished,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        self.send(Ok(Progress::Finished(finished)), reports);
        Ok(self.in_flight.turn([task.source.relative.as_str()], [])?)
    }

    fn slot(&self) -> Option<WorkerSlot<'_>> {
        let workers = self.options.workers.as_ref()?;
        Some(WorkerSlot::new(workers, self.attempts.fingerprint()))
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
            None => Ok(SlotOutcome::Ended(self.attempts.attempt(task)?)),
        }
    }

    /// Until its retry the document is not in flight.
    fn enqueue_retry(&self, task: &'w Task, exit: WorkerExit) -> Result<(), Error> {
        let path = &task.source.relative;
        tracing::warn!(path, "a worker ended, the document is tried again: {exit}");
        let retry = Retry {
            task,
            own_exits: u32::from(!exit.is_external()),
            exit,
            kills_alone: 0,
            ended_before: self.pool.documents_ended(),
        };
        let retries = self.retries.lock();
        retries.unwrap_or_else(PoisonError::into_inner).push(retry);
        Ok(self.in_flight.suspend(&task.source.relative)?)
    }

    fn take_retries(&self) -> Vec<Retry<'w>> {
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *retries)
    }

    fn quarantined(&self, task: &Task, reason: &str) -> Finished {
        let failure = Failure::new(
            FailureCode::Quarantined,
            format!("{reason}. It is left alone until it changes or --retry-failed is given"),
        );
        let id = id_of_failed(&task.source, failure.code);
        let fingerprint = self.attempts.fingerprint();
        Finished::Processed(Box::new(DocumentRow {
            source: task.source.clone(),
            identity: task.identity.clone(),
            checked: task.checked,
            files: Vec::new(),
            moved_from: None,
            fingerprint: fingerprint.of_quarantine(id.as_deref(), &self.options.bounds()),
            id,
            outcome: Outcome::Failed(failure),
            duration_ms: 0,
            changed_values: 0,
            had_damaged_record: task.reason == Reason::RecordDamaged,
        }))
    }

    fn is_over(&self) -> bool {
        self.options.cancel.load(Ordering::Relaxed) || self.abandoned.load(Ordering::Relaxed)
    }

    /// Waits until everything that was reported is stored. A document that may take the whole run
    /// with it must not cost those before it their results.
    fn checkpoint(&self, reports: &SyncSender<Report>) {
        let (stored, done) = sync_channel(1);
        self.send(Ok(Progress::Checkpoint(stored)), reports);
        // Fails where nothing is stored any more, and then there is nothing to wait for.
        let _ = done.recv();
    }

    fn send(&self, report: Report, reports: &SyncSender<Report>) {
        let stops = report.is_err();
        if reports.send(report).is_err() || stops {
            // Nothing can be recorded any more, so nothing more need be done.
            self.abandoned.store(true, Ordering::Relaxed);
        }
    }
}

fn workers_killed(exit: &WorkerExit, task: Option<&Task>) -> Error {
    Error::WorkersKilled {
        reason: exit.to_string(),
        place: match task {
            Some(task) => format!("at {}", task.source.relative),
            None => "before it began a document".to_owned(),
        },
    }
}

fn finished(task: &Task, ended: Ended) -> Finished {
    let path = task.source.relative.clone();
    match ended {
        Ended::Same => Finished::Same {
            path,
            state: state(task),
        },
        Ended::Restorable => Finished::Restored {
            path,
            state: state(task),
        },
        Ended::Deferred => Finished::Deferred(task.source.clone()),
        Ended::Processed {
            id,
            fingerprint,
            outcome,
            duration_ms,
            files,
            changed_values,
        } => Finished::Processed(Box::new(DocumentRow {
            source: task.source.clone(),
            identity: task.identity.clone(),
            checked: task.checked,
            // A document that failed is not the one that was moved.
            moved_from: match (&outcome, &task.moved) {
                (Outcome::Done { .. }, Some(moved)) => Some(moved.from.path.clone()),
                _ => None,
            },
            id,
            fingerprint,
            outcome,
            duration_ms,
            files,
            changed_values,
            had_damaged_record: task.reason == Reason::RecordDamaged,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Lock};
    use diarium_document::Source;

    #[test]
    fn a_run_that_is_killed_after_it_was_cancelled_counts_against_no_document() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut in_hand = InHand::open(&lock).unwrap();
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "a.txt".into(),
            bytes: 7,
            modified: 17,
            changed: 17,
        };
        in_hand.turn([], [&source]).unwrap();
        let (_running, ended) = channel();
        let cancel = AtomicBool::new(true);
        roll_back_when_cancelled(&cancel, &InFlight::new(&mut in_hand), &ended);
        assert!(catalogue.suspects().unwrap().is_empty());
    }
}
