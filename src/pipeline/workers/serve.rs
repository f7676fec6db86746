//! Worker side: take requests, run attempts, send responses and heartbeats.
//!
//! The document has a thread of its own, so that the worker notices at once when its supervisor is
//! gone, whatever the document does: a worker without a supervisor must not write.

use std::io::{self, Stdout};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::limits;
use super::protocol::{self, Request, Response};
use crate::pipeline::RunContext;
use crate::pipeline::attempt::Attempts;
use crate::pipeline::fault_injection::inject_before_start;
use crate::pipeline::plan::Task;
use crate::pipeline::{Error, STACK_BYTES};
use crate::store::Staging;
use diarium_document::Heartbeat;

/// The shortest time between two heartbeats. A page of text takes a millisecond, and a heartbeat each
/// would cost more than the page.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);

/// Limits this process to so many bytes of memory. Called before anything is loaded.
pub fn restrict_worker(memory: u64) -> Result<(), Error> {
    limits::restrict(memory).map_err(Error::Limits)
}

/// Takes requests from standard input and responds on standard output until the input ends. An
/// attempt that has not ended by then is dropped with the process.
pub fn serve(context: RunContext, output: PathBuf) -> Result<(), Error> {
    let staging = Staging::new(&output);
    let attempts = Attempts::new(output, staging, context);
    let (sender, requests) = sync_channel(1);
    thread::Builder::new()
        .name("document".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || work(&attempts, &requests))
        .map_err(Error::Threads)?;
    let mut input = io::stdin().lock();
    // A supervisor that sends anything else is treated like one that is gone.
    while let Ok(Some(request)) = protocol::read::<Request>(&mut input) {
        if sender.send(request).is_err() {
            break;
        }
    }
    Ok(())
}

fn work(attempts: &Attempts, requests: &Receiver<Request>) {
    send(&Response::Ready(attempts.fingerprint().clone()));
    for request in requests {
        let task = Task::from(request);
        inject_before_start(&task.source);
        send(&Response::Started);
        send(&match attempts.attempt(&task) {
            Ok(ended) => Response::Ended(ended),
            Err(error) => Response::CannotWrite((&error).into()),
        });
    }
}

/// An error means that the supervisor is gone. The other thread notices it too and ends the process.
fn send(response: &Response) {
    let output: Stdout = io::stdout();
    let _ = protocol::write(output.lock(), response);
}

/// A heartbeat to the supervisor when the document makes progress, never from a timer. A worker
/// passes it to the readers and stages.
pub fn heartbeat() -> Heartbeat {
    let started = Instant::now();
    let last = AtomicU64::new(0);
    Heartbeat::new(move || {
        let now = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let before = last.load(Ordering::Relaxed);
        if u128::from(now - before.min(now)) >= HEARTBEAT_INTERVAL.as_millis() {
            last.store(now, Ordering::Relaxed);
            send(&Response::Heartbeat);
        }
    })
}
