//! Retries: run documents whose worker ended once more, alone, and quarantine the cause.
//!
//! A document runs alone so that no other document of the run can be the cause, for example by the
//! memory that it takes. The states are those of the [supervisor](super).

use std::mem;
use std::sync::PoisonError;
use std::sync::mpsc::SyncSender;

use super::{Supervisor, finished, workers_killed};
use crate::pipeline::catalogue_writer::Message;
use crate::pipeline::task::Task;
use crate::pipeline::workers::{SlotOutcome, WorkerExit, WorkerSlot};
use crate::pipeline::{Error, Finished};

/// After so many own exits a document is quarantined.
// The second attempt runs alone, which rules out the other documents of the run as the cause. A
// document that crashed or hung its worker twice does so again; each attempt may take as long as
// `--timeout` allows.
const MAX_OWN_EXITS: u32 = 2;

/// The waits between the attempts of documents whose workers were killed, in units of the back-off
/// (seconds). A document has one attempt more than there are waits.
// A minute in all: longer than a burst of kills by a person, a script or a service that restarts;
// after that the cause is the document or a machine that will not recover soon. The waits grow so
// that a short burst costs little.
const ALONE_WAITS: [u32; 4] = [2, 8, 20, 30];

/// A document whose worker ended.
pub(super) struct Retry<'s> {
    task: &'s Task,
    /// The last exit.
    exit: WorkerExit,
    /// Exits that the document may have caused itself.
    own_exits: u32,
    /// Kills from outside while it ran alone.
    kills_alone: usize,
    /// How many documents of the run had ended when its worker first ended.
    ended_before: u64,
}

impl<'s> Supervisor<'s> {
    /// Adds a document to the retries. Until its retry it is not in flight.
    pub(super) fn enqueue_retry(&self, task: &'s Task, exit: WorkerExit) -> Result<(), Error> {
        let path = task.path();
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
        Ok(self.in_flight.suspend(path)?)
    }

    /// Runs the documents whose workers ended, each alone and with a worker of its own.
    pub(super) fn run_retries(&self, messages: &SyncSender<Message>) -> Result<(), Error> {
        let mut waiting = self.take_retries();
        for wait in ALONE_WAITS.map(Some).into_iter().chain([None]) {
            for mut retry in mem::take(&mut waiting) {
                if self.is_over() {
                    return Ok(());
                }
                self.checkpoint(messages);
                match self.run_alone(&mut retry)? {
                    Some(finished) => self.finish(retry.task, finished, messages)?,
                    None => waiting.push(retry),
                }
            }
            if let Some(units) = wait
                && !waiting.is_empty()
            {
                self.pool.pause(units, || self.is_over());
            }
        }
        self.judge(waiting, messages)
    }

    fn take_retries(&self) -> Vec<Retry<'s>> {
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *retries)
    }

    /// Runs a document alone until it ends or has caused too many exits; `None` if its worker was
    /// killed.
    fn run_alone(&self, retry: &mut Retry<'s>) -> Result<Option<Finished>, Error> {
        let task = retry.task;
        let mut slot = self.slot();
        if let Some(exit) = slot.as_mut().map_or(Ok(None), WorkerSlot::start)? {
            retry.exit = exit;
            return Ok(None);
        }
        self.in_flight.add([&task.source])?;
        while retry.own_exits < MAX_OWN_EXITS {
            match self.run_task(&mut slot, task, None)? {
                SlotOutcome::TaskEnded(outcome) => {
                    self.pool.ended();
                    return Ok(Some(finished(task, outcome)));
                }
                SlotOutcome::WorkerEnded { exit, had_started } => {
                    let is_own = had_started && !exit.is_external();
                    retry.exit = exit;
                    retry.own_exits += u32::from(is_own);
                    retry.kills_alone += usize::from(had_started && !is_own);
                    if !is_own {
                        self.in_flight.suspend(task.path())?;
                        return Ok(None);
                    }
                }
            }
        }
        Ok(Some(self.quarantined(task, &retry.exit.to_string())))
    }

    /// Quarantines documents whose workers were killed whenever they ran alone, unless the machine
    /// kills everything.
    fn judge(&self, killed: Vec<Retry<'s>>, messages: &SyncSender<Message>) -> Result<(), Error> {
        let Some(last) = killed.last() else {
            return Ok(());
        };
        if self.is_over() {
            return Ok(());
        }
        let ended = self.pool.documents_ended();
        let is_single = killed.len() == 1;
        let is_cause = |retry: &Retry<'_>| {
            let others_ended = ended > retry.ended_before || (is_single && ended > 0);
            others_ended && retry.kills_alone > ALONE_WAITS.len()
        };
        if !killed.iter().all(is_cause) {
            return Err(workers_killed(&last.exit, Some(last.task)));
        }
        for retry in killed {
            let reason = format!(
                "{}, each of {} times that it ran alone, while other documents came to their end",
                retry.exit, retry.kills_alone
            );
            let finished = self.quarantined(retry.task, &reason);
            self.finish(retry.task, finished, messages)?;
        }
        Ok(())
    }

    /// Sends the outcome of a document and removes its in-flight row.
    fn finish(
        &self,
        task: &Task,
        finished: Finished,
        messages: &SyncSender<Message>,
    ) -> Result<(), Error> {
        self.send(Message::Finished(finished), messages);
        Ok(self.in_flight.remove([task.path()])?)
    }
}
