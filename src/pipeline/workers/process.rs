//! How is one worker process started, asked, watched and ended?

use std::io::{self, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Workers;
use super::death::Death;
use super::message::{self, Answer, Order};
use crate::catalogue::Fingerprint;
use crate::pipeline::plan::Task;

/// Loading the profiles takes a fraction of a second; a machine may have much else to do.
const START: Duration = Duration::from_secs(60);

/// A worker process, which ends with this value.
pub(super) struct Worker {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<Answer>,
    last_words: Option<JoinHandle<String>>,
    workers: Workers,
}

impl Worker {
    /// Starts a worker and waits until it takes orders; gives what its records depend on.
    pub(super) fn start(workers: &Workers) -> io::Result<Result<(Self, Fingerprint), Death>> {
        let mut command = Command::new(&workers.program);
        command
            .args(&workers.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        apart(&mut command);
        let mut child = command.spawn()?;
        let (Some(orders), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        // When the places are taken the worker waits, not we.
        let (sender, answers) = sync_channel(8);
        thread::Builder::new()
            .name("answers".to_owned())
            .spawn(move || listen(output, &sender))?;
        let last_words = thread::Builder::new()
            .name("last words".to_owned())
            .spawn(move || tail(errors))?;
        let mut worker = Self {
            child,
            orders,
            answers,
            last_words: Some(last_words),
            workers: workers.clone(),
        };
        Ok(match worker.next_answer(workers.timeout.max(START)) {
            Ok(Answer::Ready(fingerprint)) => Ok((worker, fingerprint)),
            Ok(_) => Err(worker.death()),
            Err(death) => Err(death),
        })
    }

    /// Has the worker take a document in hand, after those that it was given before.
    pub(super) fn order(&mut self, task: &Task) {
        // A worker that died meanwhile does not answer either.
        let _ = message::write(&mut self.orders, &Order::from(task));
    }

    /// Waits for what becomes of the first document that was not answered for.
    pub(super) fn answer(&mut self) -> Result<Answer, Death> {
        self.next_answer(self.workers.timeout)
    }

    /// The next answer that is more than a sign of life.
    fn next_answer(&mut self, patience: Duration) -> Result<Answer, Death> {
        loop {
            match self.answers.recv_timeout(patience) {
                Ok(Answer::Progress) => {}
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Timeout) => {
                    // One that cannot be ended answers no more either.
                    let _ = self.end();
                    return Err(Death::NoProgress(patience));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.death()),
            }
        }
    }

    /// Why the worker says nothing any more.
    fn death(&mut self) -> Death {
        // It may have closed its output and live on; one that is gone does not mind.
        let status = self.end();
        let words = self.last_words.take().map(JoinHandle::join);
        let words = words.and_then(Result::ok).unwrap_or_default();
        tracing::debug!(
            last_words = words.escape_debug().to_string(),
            "worker is gone"
        );
        match status {
            Ok(status) => Death::told_by(status, &words, self.workers.memory),
            Err(_) => Death::Exit(None),
        }
    }

    /// A process that ended by itself keeps its own exit status.
    fn end(&mut self) -> io::Result<std::process::ExitStatus> {
        if let Some(status) = self.child.try_wait()? {
            return Ok(status);
        }
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Nothing is in its hands: whoever drops a worker has its answer, or is it dead.
        let _ = self.end();
    }
}

/// What a terminal sends to those in front of it, the supervisor passes on in its own way.
#[cfg(unix)]
fn apart(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn apart(_: &mut Command) {}

/// Passes answers on until the worker, or whoever asked, is gone.
fn listen(output: impl Read, answers: &SyncSender<Answer>) {
    let mut output = BufReader::new(output);
    while let Ok(Some(answer)) = message::read(&mut output) {
        if answers.send(answer).is_err() {
            return;
        }
    }
}

/// So many bytes at the end of standard error are kept.
const LAST_WORDS: usize = 4096;

/// Reads to the end; gives the end of it.
fn tail(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut buffer = [0; LAST_WORDS];
    while let Ok(length @ 1..) = errors.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..length]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(&kept).into_owned()
}
