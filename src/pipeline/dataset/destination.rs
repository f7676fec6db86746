//! Destination of a dataset: check the target folder, and remove stale files from it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Error, ExportOptions};
use crate::files::{self, AtomicDir, ReplaceMode};
use crate::pipeline::output_guard::{self, resolve_destination};
use diarium_dataset::export::{self, DestinationState};

/// The folder that a dataset is written to.
pub(super) struct Destination {
    /// The folder, with links resolved.
    pub(super) target: PathBuf,
    pub(super) replace: ReplaceMode,
    /// The files of an earlier export, if the folder contains other files as well.
    earlier: Vec<String>,
}

impl Destination {
    /// Checks the target.
    ///
    /// # Errors
    /// If the dataset must not be written there.
    pub(super) fn check(options: &ExportOptions<'_>) -> Result<Self, Error> {
        let target = resolve_destination(&options.target, Some(&options.archive))?;
        let unusable = |why: &str| export::Error::UnusableDestination {
            path: options.target.clone(),
            why: why.to_owned(),
        };
        if output_guard::contains(&target, &options.archive) {
            return Err(unusable("it contains the output folder; name another folder").into());
        }
        // Before the check: an interrupted export may have moved the earlier dataset away.
        AtomicDir::recover(&target)?;
        let state =
            export::destination_state(&target).map_err(|error| unusable(&error.to_string()))?;
        let (replace, earlier) = match state {
            DestinationState::Free | DestinationState::EarlierExport => {
                (ReplaceMode::WholeFolder, Vec::new())
            }
            DestinationState::NotAFolder => {
                return Err(unusable("it is not a folder; name another one").into());
            }
            // The other files stay: only files of the same names are replaced, and stale ones removed.
            DestinationState::OtherFiles { earlier, .. } if options.force => {
                (ReplaceMode::SameNames, earlier)
            }
            DestinationState::OtherFiles { example, .. } => {
                let why = format!(
                    "it contains {example}, which is not part of an earlier export; name another folder, or add --force"
                );
                return Err(unusable(&why).into());
            }
        };
        if let Some(why) = why_not_replaceable(&target, replace) {
            return Err(unusable(why).into());
        }
        Ok(Self {
            target,
            replace,
            earlier,
        })
    }

    /// Removes the files of an earlier export that this one did not replace.
    ///
    /// # Errors
    /// If a file cannot be removed: it may contain data that this export leaves out, such as names.
    pub(super) fn remove_stale_files(&self) -> Result<(), Error> {
        let failed = |path: &Path, source| files::Error {
            path: path.to_owned(),
            source,
        };
        let state = export::destination_state(&self.target);
        let DestinationState::OtherFiles { earlier, .. } =
            state.map_err(|e| failed(&self.target, e))?
        else {
            return Ok(());
        };
        for name in self.earlier.iter().filter(|name| !earlier.contains(name)) {
            let path = self.target.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(failed(&path, error).into());
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Why a folder cannot be replaced as a whole, if it cannot.
fn why_not_replaceable(target: &Path, replace: ReplaceMode) -> Option<&'static str> {
    if !target.is_dir() {
        return None;
    }
    if output_guard::is_mount_point(target) {
        return Some("another file system is mounted there; name a folder inside it");
    }
    let current = env::current_dir().ok()?;
    let is_current =
        replace == ReplaceMode::WholeFolder && output_guard::contains(target, &current);
    is_current.then_some(
        "it is the current folder, or contains it, and an export replaces its folder as a whole; go to \
         another folder and name this one from there",
    )
}
