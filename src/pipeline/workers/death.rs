//! Why is a worker gone?

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

/// Why a worker is gone, as far as can be told from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pipeline) enum Death {
    /// We ended it: its document did not get on.
    NoProgress(Duration),
    /// It was given no more memory.
    OutOfMemory(u64),
    /// Its stack was full: something is nested too deeply.
    StackOverflow,
    /// The system ended it, or somebody did.
    Signal(i32),
    /// It ended by itself.
    Exit(Option<i32>),
}

/// Ended from outside, without asking.
const SIGKILL: i32 = 9;
/// Ended from outside, politely.
const SIGTERM: i32 = 15;

impl Death {
    /// What the exit status and the last words on standard error tell.
    pub(super) fn told_by(status: ExitStatus, last_words: &str, memory: u64) -> Self {
        if last_words.contains("memory allocation of") {
            return Self::OutOfMemory(memory);
        }
        if last_words.contains("has overflowed its stack") {
            return Self::StackOverflow;
        }
        match signal(status) {
            Some(number) => Self::Signal(number),
            None => Self::Exit(status.code()),
        }
    }

    /// How often a document is tried before it is kept apart. What a document does to its worker
    /// once it does again, most of the time; a worker that was ended from outside may have had to
    /// go for its neighbors' sake.
    pub(in crate::pipeline) fn tries(&self) -> u32 {
        match self {
            Self::Signal(SIGKILL | SIGTERM) => 5,
            _ => 2,
        }
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

/// What happened, and what the user can do.
impl fmt::Display for Death {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgress(time) => write!(
                formatter,
                "no progress for {} s; a larger --timeout gives it more time",
                time.as_secs_f64()
            ),
            Self::OutOfMemory(limit) => write!(
                formatter,
                "out of memory: it asked for more than {} MiB; a larger --memory gives it more",
                limit >> 20
            ),
            Self::StackOverflow => {
                formatter.write_str("stack overflow: something in it is nested too deeply")
            }
            Self::Signal(SIGKILL) => formatter.write_str(
                "killed by signal 9, as the system does where the machine runs out of memory; \
                 fewer --jobs leave more",
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
    fn the_last_words_tell_more_than_the_signal() {
        let aborted = ExitStatus::from_raw(6);
        for (words, death) in [
            (
                "memory allocation of 99 bytes failed",
                Death::OutOfMemory(1 << 30),
            ),
            ("thread 'x' has overflowed its stack", Death::StackOverflow),
            ("", Death::Signal(6)),
        ] {
            assert_eq!(Death::told_by(aborted, words, 1 << 30), death);
        }
        let told = Death::OutOfMemory(1 << 30).to_string();
        assert!(told.contains("1024 MiB"), "{told}");
    }
}
