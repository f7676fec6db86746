//! Errors: why a run or another operation on an output folder cannot start or continue.
//!
//! A document that cannot be processed is no error but a [`Failure`](diarium_document::Failure).

use std::path::PathBuf;

use crate::archive;
use crate::catalogue;
use crate::discover;
use crate::files;
use crate::store;
use diarium_dataset::export;

/// Why an operation on an output folder cannot start or continue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input cannot be used.
    #[error(transparent)]
    Input(#[from] discover::Error),
    /// No extractor can be built.
    #[error(transparent)]
    Extractor(#[from] crate::Error),
    /// The output folder or its catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
    /// A file cannot be written, so that no other could be.
    #[error(transparent)]
    File(#[from] files::Error),
    /// The output folder cannot be written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// No temporary folder can be made.
    #[error("no temporary folder can be made: {0}; check TMPDIR")]
    Temporary(std::io::Error),
    /// A root's name was given for several inputs.
    #[error("--root names one input; run each input that needs a name by itself")]
    RootName,
    /// A folder was to be merged into itself.
    #[error("{} is merged into itself; name another folder for --into", folder.display())]
    IntoItself {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder was to be written into an output folder.
    #[error(
        "{} is in the output folder {}, where only runs write; name a place outside of it",
        path.display(), folder.display()
    )]
    InsideOutput {
        /// The file or folder.
        path: PathBuf,
        /// The output folder.
        folder: PathBuf,
    },
    /// The real path of a file or folder to write cannot be determined.
    #[error("{} cannot be written: {source}; name another place", path.display())]
    Destination {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A folder of records cannot be read.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// A dataset cannot be made.
    #[error(transparent)]
    Export(#[from] export::Error),
    /// Records were written while they were exported.
    #[error(
        "records changed while they were exported; export again when no run is at work in the folder"
    )]
    ArchiveChanged,
    /// The user stopped an export, of which nothing is left.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// No thread can be started.
    #[error("threads cannot be started: {0}; try a smaller --jobs")]
    Threads(std::io::Error),
    /// No worker process can be started.
    #[error("worker processes cannot be started: {0}; try a smaller --jobs")]
    Worker(std::io::Error),
    /// Workers end before they take documents.
    #[error("worker processes do not come up: {0}")]
    WorkerDied(String),
    /// Workers are killed from outside, and no document ends any more.
    #[error(
        "worker processes are killed from outside ({reason}), the last one {document}, and no \
         document is finished any more; free memory or use a smaller --jobs, then run again: no \
         document is charged with it"
    )]
    WorkersKilled {
        /// How the last one was killed.
        reason: String,
        /// The document that it was processing, for the message.
        document: String,
    },
    /// A worker cannot limit its memory.
    #[error("a worker's memory cannot be bounded: {0}; try another --memory")]
    Limits(std::io::Error),
    /// A worker has no supervisor.
    #[error("a worker is started by `diarium run` only: {0}")]
    Supervisor(std::io::Error),
    /// A worker has another fingerprint than the run: records would not all depend on the same
    /// profiles and code.
    #[error(
        "the profiles, the weights or diarium itself changed while the run was at work; run again"
    )]
    FingerprintChanged,
}

impl Error {
    /// Whether the user can correct it on the command line or in the configuration.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Input(_)
            | Self::RootName
            | Self::IntoItself { .. }
            | Self::InsideOutput { .. }
            | Self::Destination { .. } => true,
            Self::Catalogue(error) | Self::Store(store::Error::Catalogue(error)) => {
                matches!(error, catalogue::Error::Missing { .. })
            }
            Self::Export(error) => error.is_usage(),
            Self::Extractor(error) => error.is_usage(),
            _ => false,
        }
    }
}
