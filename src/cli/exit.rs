//! What does the exit code say?

use std::env;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::process::ExitCode;

use super::plain::harmless_lines;
use crate::catalogue;
use crate::files;
use crate::pipeline;
use diarium_document::is_obeyed;
use diarium_extract::profile;

/// How the program ends; the numbers are promised in README.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Success,
    /// The run finished, but some documents failed or were rejected.
    SomeFailed,
    /// Wrong usage or configuration.
    Usage,
    /// The run could not go on.
    Stopped,
    /// Interrupted; the next run goes on from there.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::Stopped => 3,
            // 128 + SIGINT, as shells have it.
            Self::Interrupted => 130,
        }
    }

    /// How the program ends because of this error.
    pub fn of(error: &anyhow::Error) -> Self {
        for cause in error.chain() {
            if let Some(error) = cause.downcast_ref::<pipeline::Error>() {
                return match error {
                    pipeline::Error::Interrupted => Self::Interrupted,
                    error if error.is_usage() => Self::Usage,
                    _ => Self::Stopped,
                };
            }
            if let Some(error) = cause.downcast_ref::<crate::Error>() {
                return if error.is_usage() {
                    Self::Usage
                } else {
                    Self::Stopped
                };
            }
            let wrong_folder = matches!(
                cause.downcast_ref::<catalogue::Error>(),
                Some(catalogue::Error::Missing { .. })
            );
            if wrong_folder || cause.is::<Usage>() || cause.is::<profile::Error>() {
                return Self::Usage;
            }
        }
        Self::Stopped
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What the user asked for cannot be done as it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Usage(pub String);

/// Says what is wrong with the command line, or what was asked of it: help, or the version. A shell
/// may have put the name of any file there.
pub(super) fn of_command_line(error: &clap::Error) -> ExitCode {
    let is_plain = |word: OsString| {
        word.to_str()
            .is_some_and(|word| !word.chars().any(is_obeyed))
    };
    if env::args_os().all(is_plain) {
        // Where nobody reads there is nobody to tell.
        let _ = error.print();
    } else {
        eprint!("{}", harmless_lines(&error.render().to_string()));
    }
    match error.use_stderr() {
        true => Exit::Usage.into(),
        false => Exit::Success.into(),
    }
}

/// Whether whoever read our output has gone away, as `head` does: no error, nothing to say.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        // A file that cannot be written is never a pipe that was closed on us.
        !cause.is::<files::Error>()
            && cause
                .downcast_ref::<std::io::Error>()
                .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_contract() {
        let codes = [
            (Exit::Success, 0),
            (Exit::SomeFailed, 1),
            (Exit::Usage, 2),
            (Exit::Stopped, 3),
            (Exit::Interrupted, 130),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code);
        }
    }

    #[test]
    fn errors_end_the_program_as_the_contract_says() {
        let missing = pipeline::Error::Input(crate::discover::Error::Missing {
            path: "gone".into(),
            source: ErrorKind::NotFound.into(),
        });
        let full = pipeline::Error::File(files::Error {
            path: "record.json".into(),
            source: ErrorKind::StorageFull.into(),
        });
        assert_eq!(Exit::of(&missing.into()), Exit::Usage);
        assert_eq!(Exit::of(&full.into()), Exit::Stopped);
        assert_eq!(Exit::of(&Usage("so".to_owned()).into()), Exit::Usage);
    }

    #[test]
    fn a_closed_pipe_is_told_from_other_trouble() {
        let closed = std::io::Error::from(ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::from(closed).context("show")));
        let other = std::io::Error::from(ErrorKind::NotFound);
        assert!(!is_broken_pipe(&other.into()));
    }
}
