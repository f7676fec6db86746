//! Worker process: start, send requests, receive responses, watch, end.

use std::io::{self, BufReader, Read};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Workers;
use super::cpu_time::cpu_time;
use super::exit::WorkerExit;
use super::protocol::{self, Request, Response};
use super::watchdog::Watchdog;
use crate::catalogue::Fingerprint;
use crate::pipeline::plan::Task;

/// The least time that a worker gets for its start. Loading the profiles takes a fraction of a
/// second, but the machine may be busy.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a worker may take from closing its output to its exit. The kernel takes milliseconds, a
/// machine that swaps takes longer.
const EXIT_GRACE: Duration = Duration::from_secs(2);
const EXIT_POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A worker process, which ends with this value.
pub(super) struct Worker {
    child: Child,
    requests: ChildStdin,
    responses: Receiver<Response>,
    stderr_tail: Option<JoinHandle<String>>,
    workers: Workers,
}

impl Worker {
    /// Starts a worker and waits until it takes documents; returns what its records depend on.
    pub(super) fn start(workers: &Workers) -> io::Result<Result<(Self, Fingerprint), WorkerExit>> {
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
        // When the channel is full the worker waits, not the supervisor.
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
        Ok(
            match worker.next_response(workers.timeout.max(START_TIMEOUT)) {
                Ok(Response::Ready(fingerprint)) => Ok((worker, fingerprint)),
                Ok(_) => Err(worker.exit()),
                Err(exit) => Err(exit),
            },
        )
    }

    /// Gives the worker a document, after those that it was given before.
    pub(super) fn send(&mut self, task: &Task) {
        // A worker that ended in the meantime does not respond either.
        let _ = protocol::write(&mut self.requests, &Request::from(task));
    }

    /// Waits for the next response that is more than a heartbeat.
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
                        // One that cannot be ended responds no more either.
                        let _ = self.end();
                        return Err(WorkerExit::NoProgress(expired));
                    }
                }
            }
        }
    }

    /// Why the worker does not respond any more.
    fn exit(&mut self) -> WorkerExit {
        // A kill of ours must not look like one from outside.
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

    /// The exit status of a worker that ends by itself. Its output is closed a moment before it can
    /// be waited for; one that closed its output and goes on has none.
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
        // It has no document: whoever drops a worker has received its response, or it has ended.
        let _ = self.end();
    }
}

/// Keeps signals from a terminal, which go to a whole process group, from the worker: the supervisor
/// decides when it ends.
#[cfg(unix)]
fn new_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn new_process_group(_: &mut Command) {}

/// Passes responses on until the worker, or the receiver, is gone.
fn read_responses(output: impl Read, responses: &SyncSender<Response>) {
    let mut output = BufReader::new(output);
    while let Ok(Some(response)) = protocol::read(&mut output) {
        if responses.send(response).is_err() {
            return;
        }
    }
}

/// How many bytes at the end of standard error are kept: the messages of an aborted allocation and
/// of a stack overflow are far shorter.
const STDERR_TAIL_BYTES: usize = 4096;

/// Reads standard error to its end and returns the last bytes.
fn read_stderr_tail(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; STDERR_TAIL_BYTES];
    while let Ok(length @ 1..) = errors.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..length]);
        kept.drain(..kept.len().saturating_sub(STDERR_TAIL_BYTES));
    }
    String::from_utf8_lossy(&kept).into_owned()
}
