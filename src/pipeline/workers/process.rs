//! Worker process: spawn it, exchange messages, end it if it makes no progress.

use std::io::{self, BufReader, Read};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Workers;
use super::exit::WorkerExit;
use super::protocol::{self, Request, Response, RevealedPasswords};
use super::watchdog::{Watchdog, cpu_time};
use crate::catalogue::Fingerprint;
use crate::pipeline::task::Task;

/// The least time that a worker has for its start.
// Loading the profiles takes a fraction of a second, but the machine may be busy; `--timeout` may be
// short because the documents are.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a worker may take from closing its output to its exit.
// The kernel takes milliseconds, a machine that swaps takes longer.
const EXIT_GRACE: Duration = Duration::from_secs(2);
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A worker process. It is ended when this value is dropped.
pub(super) struct Worker {
    child: Child,
    requests: ChildStdin,
    responses: Receiver<Response>,
    stderr_tail: Option<JoinHandle<String>>,
    workers: Workers,
}

/// The outcome of spawning a worker.
pub(super) enum Spawned {
    /// It takes documents; its records have this fingerprint.
    Ready(Worker, Box<Fingerprint>),
    /// It ended before it took documents.
    Ended(WorkerExit),
}

impl Worker {
    /// Spawns a worker and waits until it takes documents.
    pub(super) fn spawn(workers: &Workers) -> io::Result<Spawned> {
        let mut command = Command::new(&workers.program);
        command
            .args(&workers.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        new_process_group(&mut command);
        let mut child = command.spawn()?;
        let (Some(requests), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        // When the channel is full the worker waits, not the supervisor. A document sends few
        // responses beside heartbeats, and those are rare.
        let (sender, responses) = sync_channel(8);
        thread::Builder::new()
            .name("responses".to_owned())
            .spawn(move || read_responses(output, &sender))?;
        let stderr_tail = thread::Builder::new()
            .name("stderr".to_owned())
            .spawn(move || read_stderr_tail(errors))?;
        let mut worker = Self {
            child,
            requests,
            responses,
            stderr_tail: Some(stderr_tail),
            workers: workers.clone(),
        };
        worker.send_passwords();
        let timeout = workers.timeout.max(START_TIMEOUT);
        Ok(match worker.next_response(timeout) {
            Ok(Response::Ready(fingerprint)) => Spawned::Ready(worker, Box::new(fingerprint)),
            Ok(_) => Spawned::Ended(worker.exit()),
            Err(exit) => Spawned::Ended(exit),
        })
    }

    /// Gives the worker the passwords of the run. Other users can see its arguments, but not its input.
    fn send_passwords(&mut self) {
        let passwords = RevealedPasswords::from(&self.workers.passwords);
        // A worker that ended in the meantime does not respond either.
        let _ = protocol::write(&mut self.requests, &passwords);
    }

    /// Gives the worker a document, to be processed after those that it was given before.
    pub(super) fn send(&mut self, task: &Task) {
        // A worker that ended in the meantime does not respond either.
        let _ = protocol::write(&mut self.requests, &Request::from(task));
    }

    /// Waits for the next response other than a heartbeat.
    pub(super) fn response(&mut self) -> Result<Response, WorkerExit> {
        self.next_response(self.workers.timeout)
    }

    fn next_response(&mut self, limit: Duration) -> Result<Response, WorkerExit> {
        let mut watchdog = Watchdog::new(limit);
        loop {
            let polled = Instant::now();
            match self.responses.recv_timeout(watchdog.poll_interval()) {
                Ok(Response::Heartbeat) => watchdog = Watchdog::new(limit),
                Ok(response) => return Ok(response),
                Err(RecvTimeoutError::Disconnected) => return Err(self.exit()),
                Err(RecvTimeoutError::Timeout) => {
                    let cpu_time = cpu_time(self.child.id());
                    if let Some(expired) = watchdog.poll(polled.elapsed(), cpu_time) {
                        // If it cannot be killed, it is abandoned all the same.
                        let _ = self.end();
                        return Err(WorkerExit::NoProgress(expired));
                    }
                }
            }
        }
    }

    /// Waits for the worker, which closed its output, and returns why it ended.
    fn exit(&mut self) -> WorkerExit {
        // Before `end`, whose kill must not look like one from outside.
        let own_status = self.wait_briefly();
        let _ = self.end();
        let tail = self.stderr_tail.take().map(JoinHandle::join);
        let tail = tail.and_then(Result::ok).unwrap_or_default();
        tracing::debug!(stderr = tail.escape_debug().to_string(), "a worker ended");
        match own_status {
            Some(status) => WorkerExit::from_exit_status(status, &tail, self.workers.memory),
            None => WorkerExit::Exit(None),
        }
    }

    /// The exit status of a worker that ends by itself; `None` if it closed its output and still
    /// runs. The output is closed a moment before the process can be waited for.
    fn wait_briefly(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + EXIT_GRACE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < deadline => thread::sleep(EXIT_POLL_INTERVAL),
                _ => return None,
            }
        }
    }

    /// Ends the process if it has not ended by itself, and waits for it.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // No document is lost: a worker is dropped after its response, or after it has ended.
        let _ = self.end();
    }
}

/// Keeps signals of a terminal, which go to a whole process group, away from the worker: the
/// supervisor decides when it ends.
#[cfg(unix)]
fn new_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn new_process_group(_: &mut Command) {}

/// Forwards responses until the worker or the receiver has ended.
fn read_responses(output: impl Read, responses: &SyncSender<Response>) {
    let mut output = BufReader::new(output);
    while let Ok(Some(response)) = protocol::read(&mut output) {
        if responses.send(response).is_err() {
            return;
        }
    }
}

/// How many bytes at the end of standard error are kept.
// The messages of an aborted allocation and of a stack overflow are far shorter.
const STDERR_TAIL_BYTES: usize = 4096;

/// Reads standard error to its end and returns the last bytes.
fn read_stderr_tail(mut errors: impl Read) -> String {
    let mut tail = Vec::new();
    let mut buffer = [0; STDERR_TAIL_BYTES];
    while let Ok(length @ 1..) = errors.read(&mut buffer) {
        tail.extend_from_slice(&buffer[..length]);
        tail.drain(..tail.len().saturating_sub(STDERR_TAIL_BYTES));
    }
    String::from_utf8_lossy(&tail).into_owned()
}
