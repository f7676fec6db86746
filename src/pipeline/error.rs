//! Errors: why a run did not start or cannot go on.

use std::path::PathBuf;

use crate::archive;
use crate::catalogue;
use crate::discover;
use crate::emit;
use crate::store;
use diarium_dataset::export;

/// Why a run did not start, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input cannot be one.
    #[error(transparent)]
    Input(#[from] discover::Error),
    /// No extractor can be built.
    #[error(transparent)]
    Extractor(#[from] crate::Error),
    /// The output folder or its catalogue cannot be used.
    #[error(transparent)]
    Catalogue(#[from] catalogue::Error),
    /// A file cannot be written, nor could any other.
    #[error(transparent)]
    Emit(#[from] emit::Error),
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
        /// What was to be written.
        path: PathBuf,
        /// The output folder.
        folder: PathBuf,
    },
    /// It cannot be found out where a file or folder would be written.
    #[error("{} cannot be written: {source}; name another place", path.display())]
    Place {
        /// What was to be written.
        path: PathBuf,
        /// What the operating system says.
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
    /// The operating system gives no threads.
    #[error("threads cannot be started: {0}; try a smaller --jobs")]
    Threads(std::io::Error),
    /// The operating system gives no processes.
    #[error("worker processes cannot be started: {0}; try a smaller --jobs")]
    Worker(std::io::Error),
    /// Workers die before they take a document in hand.
    #[error("worker processes do not come up: {0}")]
    WorkerDied(String),
    /// Workers are killed from outside, and no document comes to its end any more.
    #[error(
        "worker processes are killed from outside ({reason}), the last one {place}, and no \
         document is finished any more; free memory or use a smaller --jobs, then run again: no \
         document is charged with it"
    )]
    WorkersKilled {
        /// How the last one was ended.
        reason: String,
        /// The document that it worked on.
        place: String,
    },
    /// A worker cannot bound itself.
    #[error("a worker's memory cannot be bounded: {0}; try another --memory")]
    Limits(std::io::Error),
    /// Records of this run would not all depend on the same.
    #[error(
        "the profiles, the weights or diarium itself changed while the run was at work; run again"
    )]
    Changed,
}

impl Error {
    /// Whether the user can put it right on the command line or in the configuration.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Input(_)
            | Self::RootName
            | Self::IntoItself { .. }
            | Self::InsideOutput { .. }
            | Self::Place { .. } => true,
            Self::Catalogue(error) | Self::Store(store::Error::Catalogue(error)) => {
                matches!(error, catalogue::Error::Missing { .. })
            }
            Self::Export(error) => error.is_usage(),
            Self::Extractor(error) => error.is_usage(),
            _ => false,
        }
    }
}
