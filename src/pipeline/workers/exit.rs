//! Worker exit: why a worker process ended, as far as the supervisor can know.
//!
//! [`WorkerExit::is_external`] separates an exit that the document may have caused from one that
//! something outside the worker caused: only the first is charged to the document at once.

use std::fmt;
use std::process::ExitStatus;

use super::watchdog::Expired;

/// Why a worker process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) enum WorkerExit {
    /// The supervisor ended it: its document made no progress within a limit.
    NoProgress(Expired),
    /// It reached its memory limit, in bytes.
    OutOfMemory(u64),
    /// Its stack overflowed.
    StackOverflow,
    /// A signal ended it.
    Signal(i32),
    /// It ended by itself, with this exit code where it is known.
    Exit(Option<i32>),
}

const SIGHUP: i32 = 1;
const SIGINT: i32 = 2;
/// Also what the kernel sends when the machine or the control group runs out of memory.
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

impl WorkerExit {
    /// Derives the reason from the exit status and the end of standard error. `memory` is the limit
    /// of the worker in bytes.
    pub(super) fn from_exit_status(status: ExitStatus, stderr_tail: &str, memory: u64) -> Self {
        // Both end with `SIGABRT`, like any other abort. The messages are those of the Rust runtime
        // (`handle_alloc_error`, the guard page handler); other wording would make them `Signal(6)`.
        if stderr_tail.contains("memory allocation of") {
            return Self::OutOfMemory(memory);
        }
        if stderr_tail.contains("has overflowed its stack") {
            return Self::StackOverflow;
        }
        match signal(status) {
            Some(number) => Self::Signal(number),
            None => Self::Exit(status.code()),
        }
    }

    /// Whether something outside the worker ended it: the kernel for lack of memory, a service
    /// manager, or a person.
    pub(in crate::pipeline) fn is_external(&self) -> bool {
        // No reader raises these signals. A document that needs much memory does attract the kernel's,
        // which is why an external exit is still retried and counted; see the supervisor.
        matches!(self, Self::Signal(SIGHUP | SIGINT | SIGKILL | SIGTERM))
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    status.signal()
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}

/// The reason, and what the user can do.
impl fmt::Display for WorkerExit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgress(expired) => expired.fmt(formatter),
            Self::OutOfMemory(limit) => write!(
                formatter,
                "out of memory: it asked for more than {} MiB; a larger --memory gives it more",
                limit >> 20
            ),
            Self::StackOverflow => {
                formatter.write_str("stack overflow: something in it is nested too deeply")
            }
            Self::Signal(SIGKILL) => formatter.write_str(
                "killed by signal 9, as the system does when the machine runs out of memory",
            ),
            Self::Signal(number) => write!(formatter, "killed by signal {number}"),
            Self::Exit(Some(code)) => write!(formatter, "ended with code {code}"),
            Self::Exit(None) => formatter.write_str("ended"),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn standard_error_distinguishes_aborts() {
        let aborted = ExitStatus::from_raw(6);
        for (stderr_tail, exit) in [
            (
                "memory allocation of 99 bytes failed",
                WorkerExit::OutOfMemory(1 << 30),
            ),
            (
                "thread 'x' has overflowed its stack",
                WorkerExit::StackOverflow,
            ),
            ("", WorkerExit::Signal(6)),
        ] {
            let derived = WorkerExit::from_exit_status(aborted, stderr_tail, 1 << 30);
            assert_eq!(derived, exit);
        }
        let message = WorkerExit::OutOfMemory(1 << 30).to_string();
        assert!(message.contains("1024 MiB"), "{message}");
    }

    #[test]
    fn only_signals_from_outside_are_external() {
        for signal in [SIGHUP, SIGINT, SIGKILL, SIGTERM] {
            assert!(WorkerExit::Signal(signal).is_external(), "{signal}");
        }
        for exit in [
            WorkerExit::Signal(6),
            WorkerExit::Signal(11),
            WorkerExit::Exit(Some(7)),
            WorkerExit::OutOfMemory(1),
            WorkerExit::StackOverflow,
        ] {
            assert!(!exit.is_external(), "{exit}");
        }
    }
}
