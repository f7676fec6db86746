//! May the dataset go where it should, and what becomes of what stands there?

use std::fs;
use std::path::Path;

use super::{Error, ExportOptions};
use crate::emit::Replace;
use crate::export::{self, Occupied};

/// What becomes of what stands in the dataset's place.
pub(super) struct Place {
    pub(super) replace: Replace,
    /// Files of an earlier export among other files.
    earlier: Vec<String>,
}

impl Place {
    /// # Errors
    /// If the dataset may not go there.
    pub(super) fn look(options: &ExportOptions<'_>) -> Result<Self, Error> {
        let target = &options.target;
        let in_the_way = |why: String| export::Error::InTheWay {
            path: target.clone(),
            why,
        };
        if holds(&options.archive.join("records"), target) || holds(target, &options.archive) {
            let why = "it is part of the archive; name another folder";
            return Err(in_the_way(why.to_owned()).into());
        }
        let found = export::occupied(target).map_err(|error| in_the_way(error.to_string()))?;
        match found {
            Occupied::Free | Occupied::EarlierExport => Ok(Self {
                replace: Replace::All,
                earlier: Vec::new(),
            }),
            Occupied::NoFolder => {
                Err(in_the_way("it is no folder; name another".to_owned()).into())
            }
            Occupied::Folder { earlier, .. } if options.force => Ok(Self {
                replace: Replace::SameNames,
                earlier,
            }),
            Occupied::Folder { other, .. } => {
                let why = format!(
                    "it holds {other}, which is of no earlier export; name another folder, or add --force"
                );
                Err(in_the_way(why).into())
            }
        }
    }

    /// Takes away what an earlier export left and this one did not replace. What cannot be taken
    /// away is not named by the metadata, and stays.
    pub(super) fn clear(&self, target: &Path) {
        if let Ok(Occupied::Folder { earlier, .. }) = export::occupied(target) {
            for name in self.earlier.iter().filter(|name| !earlier.contains(name)) {
                let _ = fs::remove_file(target.join(name));
            }
        }
    }
}

/// Whether a place is in a folder, or is that folder.
fn holds(folder: &Path, place: &Path) -> bool {
    let real = |path: &Path| {
        // The target need not be there yet; what is above it may be.
        let known = path.ancestors().find_map(|above| {
            let real = if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            };
            Some((real.canonicalize().ok()?, above))
        });
        known.map(|(real, above)| real.join(path.strip_prefix(above).unwrap_or(path)))
    };
    match (real(folder), real(place)) {
        (Some(folder), Some(place)) => place.starts_with(folder),
        _ => false,
    }
}
