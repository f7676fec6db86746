//! Why can a dataset not be made?

use std::io;
use std::path::{Path, PathBuf};

/// Why an export did not start, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A condition or `--columns` names what no table has.
    #[error("no column is called {name}{}", nearest.as_ref().map_or(String::new(), |nearest| format!("; did you mean {nearest}?")))]
    UnknownColumn {
        /// What the user wrote.
        name: String,
        /// The name that is most like it.
        nearest: Option<String>,
    },
    /// A condition cannot be tried on its column.
    #[error("the condition on {column}: {advice}")]
    Condition {
        /// The column.
        column: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// Tables cannot have so many.
    #[error("the records have more {what} than diarium's ever have; are other files among them?")]
    TooManyNames {
        /// Of what there are too many.
        what: &'static str,
    },
    /// The dataset may not go where it should.
    #[error("{} cannot be the dataset's folder: {why}", path.display())]
    InTheWay {
        /// The folder.
        path: PathBuf,
        /// Why not, and what to do.
        why: String,
    },
    /// A record could not be transformed as the user asked, such as redacted.
    #[error("{why}; nothing was written")]
    NotTransformed {
        /// The record's file and what went wrong with it.
        why: String,
    },
    /// A file cannot be written.
    #[error("{} cannot be written: {source}; check that there is room on the disk", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system or the format's library says.
        source: io::Error,
    },
}

impl Error {
    /// Whether the user can put it right on the command line.
    pub fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::TooManyNames { .. } | Self::NotTransformed { .. } | Self::Write { .. }
        )
    }

    /// For `map_err`: this file could not be written.
    pub(super) fn write<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        path: &Path,
    ) -> impl Fn(E) -> Self {
        move |error| Self::Write {
            path: path.to_owned(),
            source: io::Error::other(error),
        }
    }
}
