//! Exit codes: how errors and outcomes end the program.
//!
//! The codes are part of the public interface (README.md).

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use super::sanitize::escape_control_chars_in_lines;
use crate::catalogue;
use crate::files;
use crate::pipeline;
use diarium_document::is_terminal_control;
use diarium_extract::profile;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Success.
    Success,
    /// The run finished, but some documents failed or were rejected.
    SomeFailed,
    /// Wrong usage or configuration.
    Usage,
    /// The run could not continue.
    Stopped,
    /// Interrupted; the next run continues.
    Interrupted,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::Stopped => 3,
            // 128 + SIGINT (2), the convention of POSIX shells.
            Self::Interrupted => 130,
        }
    }

    /// The exit of an error that ends the program.
    pub fn from_error(error: &anyhow::Error) -> Self {
        // From the outside in: contexts of `anyhow` have no type of ours, and the first typed error
        // knows best how the command failed.
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
            // Any other error of the catalogue is a damaged or locked folder, not a wrong argument.
            let wrong_folder = matches!(
                cause.downcast_ref::<catalogue::Error>(),
                Some(catalogue::Error::Missing { .. })
            );
            if wrong_folder || cause.is::<UsageError>() || cause.is::<profile::Error>() {
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

/// Invalid usage or configuration, with a message for the user.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub String);

/// Prints an error of the command line, or the help or version that it asked for.
pub(super) fn print_command_line_error(error: &clap::Error) -> ExitCode {
    // clap quotes arguments, and a shell's `*` may have put any file name among them. Only clap can
    // print in color, so it prints unless an argument needs escaping. If the stream is closed, there is
    // nowhere to report that.
    let is_printable = |argument: OsString| {
        argument
            .to_str()
            .is_some_and(|argument| !argument.chars().any(is_terminal_control))
    };
    if env::args_os().all(is_printable) {
        let _ = error.print();
    } else {
        let text = escape_control_chars_in_lines(&error.render().to_string());
        let _ = if error.use_stderr() {
            io::stderr().write_all(text.as_bytes())
        } else {
            io::stdout().write_all(text.as_bytes())
        };
    }
    // `--help` and `--version` are "errors" of clap that go to standard output.
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Success.into()
    }
}

/// Whether the reader of our output closed the pipe, as `head` does; that is not an error.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    // Rust programs ignore SIGPIPE, so that a closed pipe arrives as an error instead of ending the
    // program.
    error.chain().any(|cause| {
        // An output file may be a pipe as well; one that cannot be written is an error.
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
    fn every_exit_has_its_documented_code() {
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
    fn usage_errors_exit_with_2_and_fatal_errors_with_3() {
        let missing = pipeline::Error::Input(crate::discover::Error::Missing {
            path: "gone".into(),
            source: ErrorKind::NotFound.into(),
        });
        let full = pipeline::Error::File(files::Error {
            path: "record.json".into(),
            source: ErrorKind::StorageFull.into(),
        });
        assert_eq!(Exit::from_error(&missing.into()), Exit::Usage);
        assert_eq!(Exit::from_error(&full.into()), Exit::Stopped);
        assert_eq!(
            Exit::from_error(&UsageError("so".to_owned()).into()),
            Exit::Usage
        );
    }

    #[test]
    fn only_a_closed_pipe_is_a_broken_pipe() {
        let closed = std::io::Error::from(ErrorKind::BrokenPipe);
        assert!(is_broken_pipe(&anyhow::Error::from(closed).context("show")));
        let other = std::io::Error::from(ErrorKind::NotFound);
        assert!(!is_broken_pipe(&other.into()));
    }
}
