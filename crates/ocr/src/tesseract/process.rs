//! How is another program run so that it can neither hang nor flood this one?

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How much another program may ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// It is killed if it is not done by then.
    pub time: Duration,
    /// It is killed if it writes more bytes.
    pub output: usize,
}

/// What a program wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// On its standard output.
    pub output: Vec<u8>,
    /// The start of what it wrote on its standard error.
    pub messages: String,
}

/// Why a program gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It is not there, or may not be run.
    #[error("it cannot be started: {0}")]
    Start(io::Error),
    /// It took too long.
    #[error("it was not done after {} s", .0.as_secs())]
    Slow(Duration),
    /// It wrote too much.
    #[error("it wrote more than {} MiB", .0 >> 20)]
    Flood(usize),
    /// Somebody else ended it.
    #[error("it was killed")]
    Killed,
    /// It says that it failed.
    #[error("{0}")]
    Failed(String),
}

/// More than this of what it complains about is of no use to anybody.
const MOST_MESSAGES: u64 = 4096;
/// How often we look whether a program is gone that has nothing more to say.
const PAUSE: Duration = Duration::from_millis(2);

/// Runs a program, gives it `input` and waits for its answer.
///
/// Reading and writing have threads of their own: a program that is busy writing does not read.
pub(super) fn run(
    program: &Path,
    arguments: &[&str],
    input: Vec<u8>,
    bounds: Bounds,
) -> Result<Written, Trouble> {
    let deadline = Instant::now() + bounds.time;
    let mut child = start(program, arguments)?;
    if let Some(mut pipe) = child.stdin.take() {
        // It may stop reading whenever it wants; what it made of it is for its answer to say.
        thread::spawn(move || pipe.write_all(&input));
    }
    let output = collected(child.stdout.take(), bounds.output as u64 + 1);
    let messages = collected(child.stderr.take(), MOST_MESSAGES);
    let answer = answer(&mut child, &output, &messages, bounds, deadline);
    if answer.is_err() {
        // It may be gone already.
        let _ = child.kill();
        let _ = child.wait();
    }
    answer
}

fn start(program: &Path, arguments: &[&str]) -> Result<Child, Trouble> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Documents are read side by side, one on each core.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    // An interruption from the keyboard is for us, who finish the documents in hand.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(Trouble::Start)
}

/// Reads a pipe in a thread of its own: keeps so many bytes, and lets the rest go by.
fn collected(pipe: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    if let Some(mut pipe) = pipe {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let kept = pipe.by_ref().take(most).read_to_end(&mut bytes);
            let full = bytes.len() as u64 >= most;
            // Nobody waits any more if this fails.
            let _ = sender.send(bytes);
            if kept.is_ok() && full {
                let _ = io::copy(&mut pipe, &mut io::sink());
            }
        });
    }
    receiver
}

fn answer(
    child: &mut Child,
    output: &Receiver<Vec<u8>>,
    messages: &Receiver<Vec<u8>>,
    bounds: Bounds,
    deadline: Instant,
) -> Result<Written, Trouble> {
    let slow = || Trouble::Slow(bounds.time);
    let left = || deadline.saturating_duration_since(Instant::now());
    let output = output.recv_timeout(left()).map_err(|_| slow())?;
    if output.len() > bounds.output {
        return Err(Trouble::Flood(bounds.output));
    }
    let messages = messages.recv_timeout(left()).map_err(|_| slow())?;
    let messages = String::from_utf8_lossy(&messages).into_owned();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if left().is_zero() => return Err(slow()),
            Ok(None) => thread::sleep(PAUSE),
            Err(error) => return Err(Trouble::Failed(error.to_string())),
        }
    };
    match status.code() {
        Some(0) => Ok(Written { output, messages }),
        Some(_) => Err(Trouble::Failed(complaint(&messages, status))),
        None => Err(Trouble::Killed),
    }
}

/// The last line that a program wrote before it failed tells why, more often than the first.
fn complaint(messages: &str, status: ExitStatus) -> String {
    let last = messages.lines().rfind(|line| !line.trim().is_empty());
    match last {
        Some(line) => line.trim().to_owned(),
        None => status.to_string(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        time: Duration::from_secs(60),
        output: 1 << 20,
    };

    fn shell(script: &str, input: &[u8], bounds: Bounds) -> Result<Written, Trouble> {
        run(
            Path::new("/bin/sh"),
            &["-c", script],
            input.to_vec(),
            bounds,
        )
    }

    #[test]
    fn a_program_is_given_its_input_and_heard() {
        let written = shell("cat; echo hm >&2", &vec![b'x'; 300_000], BOUNDS).unwrap();
        assert_eq!(written.output.len(), 300_000);
        assert_eq!(written.messages, "hm\n");
    }

    #[test]
    fn a_program_that_does_not_read_is_heard_all_the_same() {
        let written = shell("echo deaf", &vec![b'x'; 3_000_000], BOUNDS).unwrap();
        assert_eq!(written.output, b"deaf\n");
    }

    #[test]
    fn a_program_that_hangs_is_killed() {
        let bounds = Bounds {
            time: Duration::from_millis(50),
            ..BOUNDS
        };
        let trouble = shell("while :; do :; done", b"", bounds).unwrap_err();
        assert!(matches!(trouble, Trouble::Slow(_)), "{trouble}");
    }

    #[test]
    fn a_program_that_never_stops_writing_is_killed() {
        let bounds = Bounds {
            output: 1000,
            ..BOUNDS
        };
        let trouble = shell("while :; do echo more; done", b"", bounds).unwrap_err();
        assert!(matches!(trouble, Trouble::Flood(_)), "{trouble}");
    }

    #[test]
    fn a_failure_is_told_in_the_programs_own_words() {
        let told = |script| shell(script, b"", BOUNDS).unwrap_err().to_string();
        assert_eq!(told("echo start; echo no paper >&2; exit 3"), "no paper");
        assert!(told("exit 3").contains('3'));
        assert_eq!(told("kill -9 $$"), "it was killed");
        assert!(matches!(
            run(Path::new("/no/such"), &[], Vec::new(), BOUNDS),
            Err(Trouble::Start(_))
        ));
    }
}
