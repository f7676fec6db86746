//! Run options: what a run processes, how, and within which limits.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Error, RenditionOptions, Shard, Workers};
use crate::discover::Selection;
use crate::extractor::Extractor;
use crate::readings::{self, ReadingCache};
use diarium_read as read;

/// The options of a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Files and folders to process.
    pub inputs: Vec<PathBuf>,
    /// Which files of the inputs are processed. The documents of the others stay as they are.
    pub selection: Selection,
    /// The output folder.
    pub output: PathBuf,
    /// How many documents are processed at the same time.
    pub jobs: NonZeroUsize,
    /// How documents are isolated from each other: with `Some`, each job has a worker process.
    /// Without, documents are processed in threads of this process, and a document that aborts or
    /// hangs takes the run with it.
    pub workers: Option<Workers>,
    /// A folder with the user's own profiles.
    pub profiles: Option<PathBuf>,
    /// A letterhead file: boilerplate that a person approved.
    pub letterhead: Option<PathBuf>,
    /// What is processed again although nothing changed.
    pub redo: Redo,
    /// The user's name for the only input, by which other runs and machines recognize it under
    /// another path.
    pub root: Option<String>,
    /// Which records of removed documents are deleted.
    pub prune: Prune,
    /// Whether the bytes of all records and derived files are compared with what was written.
    pub verify_records: bool,
    /// The share of the documents to process; `None` for all.
    pub shard: Option<Shard>,
    /// The limits within which documents are read.
    pub read: read::Options,
    /// The renditions of documents that are written beside their records.
    pub renditions: RenditionOptions,
    /// The maximum size of the reading cache in bytes; 0 turns it off.
    pub readings_limit: u64,
    /// Once this is set, no document is begun. Those that are being processed are finished and
    /// recorded.
    pub cancel: Arc<AtomicBool>,
}

impl RunOptions {
    /// An extractor with these profiles and reading limits.
    pub(super) fn extractor(&self) -> Result<Extractor, Error> {
        let profiles = self.profiles.as_deref();
        Ok(Extractor::load(
            profiles,
            self.letterhead.as_deref(),
            self.read.clone(),
        )?)
    }

    /// The reading cache, if there is one. A run that processes everything again also reads
    /// everything again.
    pub(super) fn reading_cache(&self) -> Option<ReadingCache> {
        let access = match self.redo {
            Redo::Everything => readings::Access::Refresh,
            Redo::Failed | Redo::Nothing => readings::Access::Use,
        };
        ReadingCache::new(&self.output, self.readings_limit, access)
    }

    /// Checks that a name for a root names one input.
    pub(super) fn check_root_name(&self) -> Result<(), Error> {
        if self.root.is_some() && self.inputs.len() != 1 {
            return Err(Error::RootName);
        }
        Ok(())
    }
}

/// Which records of removed documents are deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Current records; withdrawn ones stay.
    Records,
    /// Current and withdrawn records.
    WithdrawnToo,
}

impl Prune {
    /// Whether the record of a removed document is deleted.
    pub(super) fn includes(self, is_withdrawn: bool) -> bool {
        match self {
            Self::Nothing => false,
            Self::Records => !is_withdrawn,
            Self::WithdrawnToo => true,
        }
    }
}

/// What is processed again although neither the document, diarium nor the profiles changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redo {
    /// Nothing.
    #[default]
    Nothing,
    /// Documents that failed the last time.
    Failed,
    /// Everything.
    Everything,
}

impl Redo {
    /// Its name in the catalogue's list of runs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Failed => "failed",
            Self::Everything => "everything",
        }
    }
}
