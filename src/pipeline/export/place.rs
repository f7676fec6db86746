//! Target check: may the dataset go where it should, and what becomes of what stands there?

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Error, ExportOptions};
use crate::files::{self, AtomicDir, ReplaceMode};
use crate::pipeline::output_guard::{self, resolve_destination};
use diarium_dataset::export::{self, Occupied};

/// What becomes of what stands in the dataset's place.
pub(super) struct Place {
    /// Where the dataset goes, as the operating system knows it.
    pub(super) target: PathBuf,
    pub(super) replace: ReplaceMode,
    /// Files of an earlier export among other files.
    earlier: Vec<String>,
}

impl Place {
    /// # Errors
    /// If the dataset may not go there.
    pub(super) fn look(options: &ExportOptions<'_>) -> Result<Self, Error> {
        let target = resolve_destination(&options.target, Some(&options.archive))?;
        let in_the_way = |why: &str| export::Error::InTheWay {
            path: options.target.clone(),
            why: why.to_owned(),
        };
        if output_guard::contains(&target, &options.archive) {
            return Err(in_the_way("it holds the output folder; name another folder").into());
        }
        AtomicDir::recover(&target)?;
        let found = export::occupied(&target).map_err(|error| in_the_way(&error.to_string()))?;
        let (replace, earlier) = match found {
            Occupied::Free | Occupied::EarlierExport => (ReplaceMode::WholeFolder, Vec::new()),
            Occupied::NoFolder => {
                return Err(in_the_way("it is no folder; name another").into());
            }
            Occupied::Folder { earlier, .. } if options.force => (ReplaceMode::SameNames, earlier),
            Occupied::Folder { other, .. } => {
                let why = format!(
                    "it holds {other}, which is of no earlier export; name another folder, or add --force"
                );
                return Err(in_the_way(&why).into());
            }
        };
        if let Some(why) = is_held(&target, replace) {
            return Err(in_the_way(why).into());
        }
        Ok(Self {
            target,
            replace,
            earlier,
        })
    }

    /// Takes away what an earlier export left and this one did not replace.
    ///
    /// # Errors
    /// If a file cannot be taken away: it may hold what this export was to leave out.
    pub(super) fn clear(&self) -> Result<(), Error> {
        let failed = |path: &Path, source| files::Error {
            path: path.to_owned(),
            source,
        };
        let stands = export::occupied(&self.target);
        let Occupied::Folder { earlier, .. } = stands.map_err(|e| failed(&self.target, e))? else {
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
fn is_held(target: &Path, replace: ReplaceMode) -> Option<&'static str> {
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
        "it is the current folder, or holds it, and a dataset appears as a whole in the place of \
         its folder; go to another folder and name this one from there",
    )
}
