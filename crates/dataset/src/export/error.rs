//! Export errors: why an export did not start or was abandoned.

use std::io;
use std::path::{Path, PathBuf};

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A condition or `--columns` names an unknown column.
    #[error("no column is called {name}{}", nearest.as_ref().map_or(String::new(), |nearest| format!("; did you mean {nearest}?")))]
    UnknownColumn {
        /// What the user wrote.
        name: String,
        /// The most similar name.
        nearest: Option<String>,
    },
    /// A condition does not fit the type of its column.
    #[error("the condition on {column}: {advice}")]
    Condition {
        /// The column.
        column: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// The records have more kinds or fields than a dataset can have.
    #[error("the records have more {what} than diarium's ever have; are other files among them?")]
    TooManyNames {
        /// Kinds or fields.
        what: &'static str,
    },
    /// The dataset cannot be written to the folder that the user names.
    #[error("{} cannot be the dataset's folder: {why}", path.display())]
    UnusableDestination {
        /// The folder.
        path: PathBuf,
        /// The reason, and what to do.
        why: String,
    },
    /// A record could not be transformed as the user asked, such as redacted.
    #[error("{why}; nothing was written")]
    TransformFailed {
        /// The file of the record, and the reason.
        why: String,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}; check that there is room on the disk", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system or of the format's library.
        source: io::Error,
    },
}

impl Error {
    /// Whether a different command line avoids it (exit code 2).
    pub fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::TooManyNames { .. } | Self::TransformFailed { .. } | Self::Write { .. }
        )
    }

    /// For `map_err`: makes the error of a file that cannot be written.
    pub(super) fn write<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        path: &Path,
    ) -> impl Fn(E) -> Self {
        move |error| Self::Write {
            path: path.to_owned(),
            source: io::Error::other(error),
        }
    }
}
