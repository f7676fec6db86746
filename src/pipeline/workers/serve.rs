//! What does a worker do all day?
//!
//! The document in hand has a thread of its own, so that the worker hears at once when its
//! supervisor is gone, whatever the document does: a worker without a supervisor must not write.

use std::io::{self, Stdout};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::limits;
use super::message::{self, Answer, Order};
use crate::document::Heartbeat;
use crate::pipeline::attempt::Attempts;
use crate::pipeline::plan::Task;
use crate::pipeline::tools::Tools;
use crate::pipeline::{Error, STACK_BYTES};

/// Progress is told no more often than this.
const BREATH: Duration = Duration::from_millis(250);

/// Bounds this process to so many bytes of memory. Called before anything is loaded.
pub fn restrict_worker(memory: u64) -> Result<(), Error> {
    limits::restrict(memory).map_err(Error::Limits)
}

/// Takes orders from standard input and answers on standard output until the input ends; what is
/// in hand then is dropped with the process.
pub fn serve(mut tools: Tools, output: PathBuf) -> Result<(), Error> {
    tools.read.heartbeat = progress();
    let attempts = Attempts::new(output, tools);
    let (sender, orders) = sync_channel(1);
    thread::Builder::new()
        .name("document".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || work(&attempts, &orders))
        .map_err(Error::Threads)?;
    let mut input = io::stdin().lock();
    // A supervisor that says what we do not understand is as good as gone.
    while let Ok(Some(order)) = message::read::<Order>(&mut input) {
        if sender.send(order).is_err() {
            break;
        }
    }
    Ok(())
}

fn work(attempts: &Attempts, orders: &Receiver<Order>) {
    answer(&Answer::Ready(attempts.fingerprint().clone()));
    for order in orders {
        answer(&match attempts.attempt(&Task::from(order)) {
            Ok(ended) => Answer::Ended(ended),
            Err(error) => Answer::CannotWrite((&error).into()),
        });
    }
}

/// Where nobody listens any more, the other thread learns it too, and ends the process.
fn answer(answer: &Answer) {
    let output: Stdout = io::stdout();
    let _ = message::write(output.lock(), answer);
}

/// Tells the supervisor that the document in hand advances.
fn progress() -> Heartbeat {
    let started = Instant::now();
    let told = AtomicU64::new(0);
    Heartbeat::new(move || {
        let now = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let before = told.load(Ordering::Relaxed);
        if u128::from(now - before.min(now)) >= BREATH.as_millis() {
            told.store(now, Ordering::Relaxed);
            answer(&Answer::Progress);
        }
    })
}
