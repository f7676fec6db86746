//! How are documents shared out to the cores?
//!
//! A pool of our own threads takes one document at a time and sends what became of it, through a
//! channel with few places, to the thread that called, which alone writes to the catalogue. When
//! that falls behind, the pool waits: nothing piles up.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use rayon::prelude::*;

use super::observer::Finished;
use super::plan::Task;
use super::process::process_file_and_copy;
use super::write::Journal;
use super::{Error, RunOptions, Tools};
use crate::catalogue::{DocumentRow, Fingerprint, Outcome, hash_file};
use crate::document::{Failure, FailureCode};
use crate::emit;

/// What a worker says of a document: what became of it, or why none can be written any more.
pub(super) type Report = Result<Finished, emit::Error>;

/// Deeply nested documents recurse deeply; a thread's usual 2 MiB is a quarter of what the main
/// thread has. It is address space, not memory, until it is used.
const STACK_BYTES: usize = 8 << 20;

/// Works off the tasks; returns when all are written down, or all in hand once it was stopped.
pub(super) fn work(
    tasks: &[Task],
    options: &RunOptions,
    tools: &Tools,
    journal: &mut Journal<'_>,
) -> Result<(), Error> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.jobs.get())
        .thread_name(|number| format!("document-{number}"))
        .stack_size(STACK_BYTES)
        .build()?;
    let worker = Worker {
        options,
        tools,
        fingerprint: tools.fingerprint(),
        abandoned: AtomicBool::new(false),
    };
    let (sender, receiver) = sync_channel(options.jobs.get() * 2);
    thread::scope(|scope| {
        scope.spawn(|| {
            pool.install(|| {
                // One document may take a thousand times as long as another: never in lots.
                let tasks = tasks.par_iter().with_max_len(1);
                tasks.for_each_with(sender, |sender, task| worker.attend(task, sender));
            });
        });
        journal.keep(receiver, &worker.abandoned)
    })
}

/// What the threads share.
struct Worker<'w> {
    options: &'w RunOptions,
    tools: &'w Tools,
    fingerprint: Fingerprint,
    /// The run cannot go on.
    abandoned: AtomicBool,
}

impl Worker<'_> {
    fn attend(&self, task: &Task, reports: &SyncSender<Report>) {
        let stop = &self.options.cancel;
        if stop.load(Ordering::Relaxed) || self.abandoned.load(Ordering::Relaxed) {
            return;
        }
        let report = self.report(task);
        if reports.send(report).is_err() {
            // Nobody writes down any more, so nothing more need be done.
            self.abandoned.store(true, Ordering::Relaxed);
        }
    }

    fn report(&self, task: &Task) -> Report {
        let started = Instant::now();
        if let Some(id) = &task.unless
            && hash_file(&task.source.file).is_ok_and(|now| now == *id)
        {
            return Ok(Finished::Same(task.source.clone()));
        }
        let (id, outcome) = self.outcome(task)?;
        let fingerprint = match (&outcome, &id) {
            (Outcome::Done { .. }, Some(id)) => self.fingerprint.of_record(id),
            (_, id) => self.fingerprint.of_failure(id.as_deref()),
        };
        Ok(Finished::Processed(DocumentRow {
            source: task.source.clone(),
            id,
            fingerprint,
            outcome,
            duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        }))
    }

    /// The document's SHA-256, as far as it is known, and its outcome.
    fn outcome(&self, task: &Task) -> Result<(Option<String>, Outcome), emit::Error> {
        let (record, made) = match process_file_and_copy(&task.source, self.tools) {
            Ok(processed) => processed,
            Err(failure) => {
                let id = self.id_of_failed(task, failure.code);
                return Ok((id, Outcome::Failed(failure)));
            }
        };
        // The copies first: a record that is there says that they are.
        let output = &self.options.output;
        let written = emit::write_copies(output, &task.source.relative, &made.copies)
            .and_then(|()| emit::write_record(output, &record));
        let file = match written {
            Ok(file) => file,
            Err(error) => {
                let failure: Failure = error.document_failure().ok_or(error)?;
                return Ok((Some(record.id), Outcome::Failed(failure)));
            }
        };
        let mut warnings = record.warnings;
        warnings.extend(made.warnings);
        let done = Outcome::Done {
            kind: record.kind,
            pages: record.pages.len(),
            warnings,
            record: file,
        };
        Ok((Some(record.id), done))
    }

    /// A failed document is known by its bytes too, where they can be had at a bearable price.
    fn id_of_failed(&self, task: &Task, code: FailureCode) -> Option<String> {
        match code {
            FailureCode::Unreadable | FailureCode::TooLarge => None,
            _ => hash_file(&task.source.file).ok(),
        }
    }
}
