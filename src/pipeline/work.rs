//! How are documents shared out?
//!
//! As many seats as there are jobs, each with a worker process or with nothing but its own thread,
//! take one document at a time from the feed and send what became of it, through a channel with few
//! places, to the thread that called, which alone writes outcomes to the catalogue. When that falls
//! behind, the seats wait: nothing piles up. What brought a worker down, or was in hand when an
//! earlier run ended without a word, is taken at the end, one at a time, when it can hurt no
//! neighbor; what does it again and again is kept apart.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::attempt::{Attempts, Ended, id_of_failed};
use super::feed::Feed;
use super::observer::Finished;
use super::plan::{Plan, Task};
use super::workers::{Death, Seat};
use super::write::{Journal, state};
use super::{Error, RunOptions, STACK_BYTES};
use crate::catalogue::{DocumentRow, InHand, Outcome};
use crate::document::{Failure, FailureCode};

/// What became of a document, or why the run cannot go on.
pub(super) type Report = Result<Finished, Error>;

/// Works off the plan; returns when all is written down, or all in hand once it was stopped.
pub(super) fn work(
    plan: &Plan,
    options: &RunOptions,
    attempts: &Attempts,
    in_hand: &mut InHand,
    journal: &mut Journal<'_>,
) -> Result<(), Error> {
    let (sender, receiver) = sync_channel(options.jobs.get() * 2);
    let office = Office {
        options,
        attempts,
        abandoned: AtomicBool::new(false),
        dead: Mutex::default(),
    };
    thread::scope(|scope| {
        thread::Builder::new()
            .name("supervisor".to_owned())
            .spawn_scoped(scope, || office.work_off(plan, in_hand, sender))
            .map_err(Error::Threads)?;
        journal.keep(receiver, &office.abandoned)
    })
}

/// What the seats share.
struct Office<'w> {
    options: &'w RunOptions,
    attempts: &'w Attempts,
    /// The run cannot go on.
    abandoned: AtomicBool,
    /// Documents that brought a worker down, in the order in which they did.
    dead: Mutex<VecDeque<Dead<'w>>>,
}

/// A document that brought a worker down.
struct Dead<'w> {
    task: &'w Task,
    tries: u32,
    death: Death,
}

impl<'w> Office<'w> {
    fn work_off(&self, plan: &'w Plan, in_hand: &mut InHand, reports: SyncSender<Report>) {
        let jobs = self.options.jobs.get();
        let done = self
            .quarantine_known(plan, in_hand, &reports)
            .and_then(|()| self.seats(jobs, Feed::new(&plan.tasks, in_hand), &reports))
            .and_then(|()| self.seats(1, Feed::one_by_one(&plan.suspects, in_hand), &reports))
            .and_then(|()| self.again(in_hand, &reports));
        if let Err(error) = done {
            self.send(Err(error), &reports);
        }
    }

    /// Documents that were in hand in too many runs that ended without a word.
    fn quarantine_known(
        &self,
        plan: &'w Plan,
        in_hand: &mut InHand,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        for (task, cut_short) in &plan.quarantined {
            let reason = format!("{cut_short} runs ended without a word while it was in hand");
            self.send(Ok(self.quarantined(task, &reason)), reports);
        }
        let paths = plan
            .quarantined
            .iter()
            .map(|(task, _)| task.source.relative.as_str());
        Ok(in_hand.turn(paths, [])?)
    }

    /// Works off a feed on so many seats, or on as many as it has documents.
    fn seats(
        &self,
        jobs: usize,
        feed: Feed<'w, '_>,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        thread::scope(|scope| {
            for number in 0..jobs.min(feed.len()) {
                let started = thread::Builder::new()
                    .name(format!("document-{number}"))
                    .stack_size(STACK_BYTES)
                    .spawn_scoped(scope, || self.sit(&feed, reports));
                if let Err(error) = started {
                    self.send(Err(Error::Threads(error)), reports);
                }
            }
        });
        feed.close()
    }

    fn sit(&self, feed: &Feed<'w, '_>, reports: &SyncSender<Report>) {
        if let Err(error) = self.take_documents(feed, reports) {
            self.send(Err(error), reports);
        }
    }

    /// Takes documents as long as there are any.
    fn take_documents(
        &self,
        feed: &Feed<'w, '_>,
        reports: &SyncSender<Report>,
    ) -> Result<(), Error> {
        let mut seat = self.seat();
        let mut handed_over = None;
        // What a worker has already, it finishes.
        while handed_over.is_some() || !self.is_over() {
            let next = match handed_over.take() {
                Some(task) => Some(task),
                None => feed.next()?,
            };
            let Some(task) = next else { return Ok(()) };
            if !self.is_over() && seat.as_ref().is_some_and(Seat::is_quick) {
                handed_over = feed.ahead(self.options.jobs)?;
            }
            match self.attend(&mut seat, task, handed_over)? {
                Ok(ended) => {
                    self.send(Ok(finished(task, ended)), reports);
                    feed.ended(task);
                }
                Err(death) => self.bury(Dead {
                    task,
                    tries: 1,
                    death,
                }),
            }
        }
        Ok(())
    }

    /// What brought a worker down is tried again, each with a worker of its own and nobody beside
    /// it, until it comes to an end or has been tried often enough.
    fn again(&self, in_hand: &mut InHand, reports: &SyncSender<Report>) -> Result<(), Error> {
        while let Some(mut dead) = self.exhume() {
            let task = dead.task;
            let mut seat = self.seat();
            let finished = loop {
                if self.is_over() {
                    return Ok(());
                }
                if dead.tries >= dead.death.tries() {
                    break self.quarantined(task, &dead.death.to_string());
                }
                match self.attend(&mut seat, task, None)? {
                    Ok(ended) => break finished(task, ended),
                    Err(death) => {
                        dead.tries += 1;
                        dead.death = death;
                    }
                }
            };
            self.send(Ok(finished), reports);
            in_hand.turn([task.source.relative.as_str()], [])?;
        }
        Ok(())
    }

    fn seat(&self) -> Option<Seat<'_>> {
        let workers = self.options.workers.as_ref()?;
        Some(Seat::new(workers, self.attempts.fingerprint()))
    }

    /// Without a seat for a worker, the document is taken in hand here. A worker is given the next
    /// one, too.
    fn attend(
        &self,
        seat: &mut Option<Seat<'_>>,
        task: &Task,
        next: Option<&Task>,
    ) -> Result<Result<Ended, Death>, Error> {
        match seat {
            Some(seat) => seat.attend(task, next),
            None => Ok(Ok(self.attempts.attempt(task)?)),
        }
    }

    fn bury(&self, dead: Dead<'w>) {
        let path = &dead.task.source.relative;
        tracing::warn!(
            path,
            "a worker died, the document is tried again: {}",
            dead.death
        );
        self.dead
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(dead);
    }

    fn exhume(&self) -> Option<Dead<'w>> {
        self.dead
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
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
        }))
    }

    fn is_over(&self) -> bool {
        self.options.cancel.load(Ordering::Relaxed) || self.abandoned.load(Ordering::Relaxed)
    }

    fn send(&self, report: Report, reports: &SyncSender<Report>) {
        let stops = report.is_err();
        if reports.send(report).is_err() || stops {
            // Nobody writes down any more, so nothing more need be done.
            self.abandoned.store(true, Ordering::Relaxed);
        }
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
        } => Finished::Processed(Box::new(DocumentRow {
            source: task.source.clone(),
            identity: task.identity.clone(),
            checked: task.checked,
            // What failed is no longer what it was.
            moved_from: match (&outcome, &task.moved) {
                (Outcome::Done { .. }, Some(moved)) => Some(moved.from.path.clone()),
                _ => None,
            },
            id,
            fingerprint,
            outcome,
            duration_ms,
            files,
        })),
    }
}
