//! Worker side: limit resources, receive requests, run tasks, send responses and heartbeats.
//!
//! The document has a thread of its own, so that the worker notices at once when its supervisor
//! ends, whatever the document does: a worker without a supervisor must not write to the output
//! folder, because its lock is released.

#[cfg(unix)]
use std::fs;
use std::io::{self, Stdout};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::protocol::{self, Request, Response, RevealedPasswords};
use crate::pipeline::RunContext;
use crate::pipeline::fault_injection::inject_before_start;
use crate::pipeline::task::Task;
use crate::pipeline::task_runner::TaskRunner;
use crate::pipeline::{Error, STACK_BYTES};
use crate::store::Staging;
use diarium_document::Heartbeat;
use diarium_read::Passwords;

/// The shortest time between two heartbeats.
// A page of text takes a millisecond: a heartbeat for each would cost more than the page. It must be
// well below any useful `--timeout`, which limits the CPU time between two heartbeats.
const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(250);

/// Limits this process to `memory` bytes. Call it before loading profiles and weights.
///
/// # Errors
/// If the operating system rejects the limit.
pub fn restrict_worker(memory: u64) -> Result<(), Error> {
    set_resource_limits(memory).map_err(Error::Limits)
}

/// Limits this process to `memory` bytes and disables core dumps, which would contain the text of
/// documents.
#[cfg(unix)]
fn set_resource_limits(memory: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    setrlimit(Resource::Core, at_most(0))?;
    // `RLIMIT_DATA` counts private writable memory (since Linux 4.7). `RLIMIT_AS` would also count
    // the program with its built-in weights, and address space that is only reserved. macOS has the
    // call, but its allocator ignores it: there only the time limit applies.
    setrlimit(Resource::Data, at_most(memory))?;
    // Asks the kernel to kill a worker before any other process when the machine runs out of memory;
    // the supervisor can replace a worker. Only Linux has the file, and no run depends on it.
    let _ = fs::write("/proc/self/oom_score_adj", "500");
    Ok(())
}

/// Windows has no such limits.
#[cfg(not(unix))]
fn set_resource_limits(_: u64) -> io::Result<()> {
    Ok(())
}

/// Receives the passwords of the run, which come first on standard input.
///
/// # Errors
/// If the supervisor has ended.
pub fn receive_passwords() -> Result<Passwords, Error> {
    let received = protocol::read::<RevealedPasswords>(&mut io::stdin().lock());
    let ended = || io::Error::from(io::ErrorKind::UnexpectedEof);
    let revealed = received.and_then(|received| received.ok_or_else(ended));
    revealed.map(Passwords::from).map_err(Error::Supervisor)
}

/// Receives requests on standard input and responds on standard output until the input ends. A task
/// that has not ended by then ends with the process.
///
/// # Errors
/// If no thread can be started.
pub fn serve(context: RunContext, output: PathBuf) -> Result<(), Error> {
    let staging = Staging::new(&output);
    let runner = TaskRunner::new(output, staging, context);
    // One request may wait: the document that the supervisor prefetches.
    let (sender, requests) = sync_channel(1);
    thread::Builder::new()
        .name("document".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || run_tasks(&runner, &requests))
        .map_err(Error::Threads)?;
    let mut input = io::stdin().lock();
    // A supervisor that sends anything else is treated like one that has ended.
    while let Ok(Some(request)) = protocol::read::<Request>(&mut input) {
        if sender.send(request).is_err() {
            break;
        }
    }
    Ok(())
}

fn run_tasks(runner: &TaskRunner, requests: &Receiver<Request>) {
    send(&Response::Ready(runner.fingerprint().clone()));
    for request in requests {
        let task = Task::from(request);
        inject_before_start(&task.source);
        send(&Response::Started);
        send(&match runner.run(&task) {
            Ok(outcome) => Response::Ended(outcome),
            Err(error) => Response::CannotWrite((&error).into()),
        });
    }
}

fn send(response: &Response) {
    let output: Stdout = io::stdout();
    // Fails if the supervisor has ended. The thread that reads requests notices that too and ends
    // the process.
    let _ = protocol::write(output.lock(), response);
}

/// A heartbeat to the supervisor whenever the document makes progress, never from a timer: a timer
/// would keep beating while the document hangs. A worker passes it to the readers and stages.
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
