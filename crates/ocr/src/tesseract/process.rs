//! Child processes with limits on time and output.
//!
//! The child can neither hang the caller nor exhaust its memory: it is killed at a deadline, and when it
//! writes more than allowed. Its input and both outputs have threads of their own, so that a child that
//! is busy writing, and does not read, cannot deadlock with the caller.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Limits of a child process.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcessLimits {
    /// It is killed if it runs longer.
    pub time: Duration,
    /// It is killed if it writes more bytes to its standard output.
    pub output: usize,
}

/// The output of a child process that exited successfully.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// The start of its standard error.
    pub stderr: String,
}

/// Why a child process has no output.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProcessError {
    /// The program does not exist, or may not be executed.
    #[error("it cannot be started: {0}")]
    Start(io::Error),
    /// It ran longer than the limit.
    #[error("it was not done after {} s", .0.as_secs())]
    Timeout(Duration),
    /// It wrote more than the limit.
    #[error("it wrote more than {} MiB", .0 >> 20)]
    OutputLimit(usize),
    /// A signal ended it.
    #[error("it was killed")]
    Killed,
    /// It exited with a failure, for this reason.
    #[error("{0}")]
    Failed(String),
}

/// Bytes of standard error that are kept. Only the last line is shown to the user.
const MAX_STDERR: u64 = 4096;
/// Interval at which the exit of a child is polled once it has closed its outputs. The standard library
/// has no wait with a timeout.
const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Runs a program with `input` on its standard input, and waits for its output.
///
/// # Errors
///
/// See [`ProcessError`]. The child has been killed and reaped then.
pub(super) fn run(
    program: &Path,
    arguments: &[&str],
    input: Vec<u8>,
    limits: ProcessLimits,
) -> Result<Output, ProcessError> {
    let deadline = Instant::now() + limits.time;
    let mut child = start(program, arguments)?;
    if let Some(mut pipe) = child.stdin.take() {
        // The child may stop reading its input at any time: a failed write is no failure.
        thread::spawn(move || pipe.write_all(&input));
    }
    let stdout = read_limited(child.stdout.take(), limits.output as u64 + 1);
    let stderr = read_limited(child.stderr.take(), MAX_STDERR);
    let output = wait_for_output(&mut child, &stdout, &stderr, limits, deadline);
    if output.is_err() {
        // Both fail if the child has already exited.
        let _ = child.kill();
        let _ = child.wait();
    }
    output
}

fn start(program: &Path, arguments: &[&str]) -> Result<Child, ProcessError> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Documents are read in parallel, one per core.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // A process group of its own: Ctrl-C reaches this program only, which finishes open documents.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(ProcessError::Start)
}

/// Reads a pipe in a thread of its own: keeps up to `max` bytes, and discards the rest.
fn read_limited(pipe: Option<impl Read + Send + 'static>, max: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let result = pipe.by_ref().take(max).read_to_end(&mut bytes);
            let full = bytes.len() as u64 >= max;
            // Fails if the caller has already given up.
            let _ = sender.send(bytes);
            if result.is_ok() && full {
                let _ = io::copy(&mut pipe, &mut io::sink());
            }
        });
    }
    receiver
}

fn wait_for_output(
    child: &mut Child,
    stdout: &Receiver<Vec<u8>>,
    stderr: &Receiver<Vec<u8>>,
    limits: ProcessLimits,
    deadline: Instant,
) -> Result<Output, ProcessError> {
    let timeout = || ProcessError::Timeout(limits.time);
    let left = || deadline.saturating_duration_since(Instant::now());
    let stdout = stdout.recv_timeout(left()).map_err(|_| timeout())?;
    if stdout.len() > limits.output {
        return Err(ProcessError::OutputLimit(limits.output));
    }
    let stderr = stderr.recv_timeout(left()).map_err(|_| timeout())?;
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if left().is_zero() => return Err(timeout()),
            Ok(None) => thread::sleep(POLL_INTERVAL),
            Err(error) => return Err(ProcessError::Failed(error.to_string())),
        }
    };
    match status.code() {
        Some(0) => Ok(Output { stdout, stderr }),
        Some(_) => Err(ProcessError::Failed(failure_reason(&stderr, status))),
        None => Err(ProcessError::Killed),
    }
}

/// The last line that a program wrote before it failed: it tells the reason more often than the first.
fn failure_reason(stderr: &str, status: ExitStatus) -> String {
    let last = stderr.lines().rfind(|line| !line.trim().is_empty());
    match last {
        Some(line) => line.trim().to_owned(),
        None => status.to_string(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LIMITS: ProcessLimits = ProcessLimits {
        time: Duration::from_secs(60),
        output: 1 << 20,
    };

    fn shell(script: &str, input: &[u8], limits: ProcessLimits) -> Result<Output, ProcessError> {
        run(
            Path::new("/bin/sh"),
            &["-c", script],
            input.to_vec(),
            limits,
        )
    }

    #[test]
    fn a_program_gets_its_input_and_its_output_is_read() {
        let output = shell("cat; echo hm >&2", &vec![b'x'; 300_000], LIMITS).unwrap();
        assert_eq!(output.stdout.len(), 300_000);
        assert_eq!(output.stderr, "hm\n");
    }

    #[test]
    fn the_output_of_a_program_that_does_not_read_its_input_is_read() {
        let output = shell("echo deaf", &vec![b'x'; 3_000_000], LIMITS).unwrap();
        assert_eq!(output.stdout, b"deaf\n");
    }

    #[test]
    fn a_program_that_hangs_is_killed() {
        let limits = ProcessLimits {
            time: Duration::from_millis(50),
            ..LIMITS
        };
        let error = shell("while :; do :; done", b"", limits).unwrap_err();
        assert!(matches!(error, ProcessError::Timeout(_)), "{error}");
    }

    #[test]
    fn a_program_that_never_stops_writing_is_killed() {
        let limits = ProcessLimits {
            output: 1000,
            ..LIMITS
        };
        let error = shell("while :; do echo more; done", b"", limits).unwrap_err();
        assert!(matches!(error, ProcessError::OutputLimit(_)), "{error}");
    }

    #[test]
    fn the_reason_of_a_failure_is_the_last_line_of_standard_error() {
        let reason = |script| shell(script, b"", LIMITS).unwrap_err().to_string();
        assert_eq!(reason("echo start; echo no paper >&2; exit 3"), "no paper");
        assert!(reason("exit 3").contains('3'));
        assert_eq!(reason("kill -9 $$"), "it was killed");
        assert!(matches!(
            run(Path::new("/no/such"), &[], Vec::new(), LIMITS),
            Err(ProcessError::Start(_))
        ));
    }
}
