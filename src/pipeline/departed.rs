//! Which documents are gone, and which of the new ones are they?
//!
//! A document is gone if its file was under one of this run's inputs and is no longer there. What
//! cannot be looked at is not gone, nor is what lay in a folder that is now empty: so looks the
//! place of a disk that is not mounted. A new file with the bytes of one that is gone was moved.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::plan::{Moved, Task};
use crate::catalogue::{Fingerprint, MovedFrom, Unseen, hash_file};
use crate::discover::{self, Root};

/// What became of the documents that a run did not meet.
#[derive(Debug, Default)]
pub(super) struct Departed {
    /// Those whose file is no longer there.
    pub(super) gone: Vec<Unseen>,
    /// How many of them an empty or unreadable folder may hide.
    pub(super) hidden: u64,
}

/// Looks for the files of documents that were not met. What lay elsewhere than under this run's
/// inputs is left out.
pub(super) fn departed(unseen: Vec<Unseen>, roots: &[Root]) -> Departed {
    let mut departed = Departed::default();
    let mut folders = HashMap::new();
    for document in unseen {
        let Some(place) = document.place.as_deref().map(path_of) else {
            continue;
        };
        let Some(root) = roots.iter().find(|root| place.starts_with(&root.real)) else {
            continue;
        };
        match fs::symlink_metadata(&place) {
            Err(error) if is_absence(error.kind()) => {
                if is_hidden(&place, &root.real, &mut folders) {
                    departed.hidden += 1;
                } else {
                    departed.gone.push(document);
                }
            }
            // It is there, under another name or as something that is no document.
            Ok(_) => {}
            Err(_) => departed.hidden += 1,
        }
    }
    departed
}

fn is_absence(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether the nearest folder above a file that is still there, up to the input, shows nothing.
fn is_hidden(place: &Path, root: &Path, folders: &mut HashMap<PathBuf, bool>) -> bool {
    let above = place.ancestors().skip(1);
    let mut above = above.take_while(|folder| folder.starts_with(root));
    let Some(folder) = above.find(|folder| folder.is_dir()) else {
        // The input is a file that is gone, or a folder that went away while the run was at work.
        return true;
    };
    if let Some(known) = folders.get(folder) {
        return *known;
    }
    let shows_nothing = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    folders.insert(folder.to_owned(), shows_nothing);
    shows_nothing
}

/// Finds the new documents that have the bytes of one that is gone, and takes that from the gone.
/// Only files of the same length are opened.
pub(super) fn find_moved(new: &mut [Task], gone: &mut Vec<Unseen>, fingerprint: &Fingerprint) {
    let mut by_length: BTreeMap<u64, Vec<Unseen>> = BTreeMap::new();
    let (with_record, others) = gone
        .drain(..)
        .partition(|gone: &Unseen| gone.record.is_some() && !gone.removed);
    *gone = others;
    for document in with_record {
        by_length.entry(document.bytes).or_default().push(document);
    }
    for task in new {
        let Some(alike) = by_length.get_mut(&task.source.bytes) else {
            continue;
        };
        if alike.is_empty() {
            continue;
        }
        let Ok(id) = hash_file(&task.source.file) else {
            continue;
        };
        let same = |gone: &Unseen| gone.id.as_deref() == Some(&id);
        if let Some(found) = alike.iter().position(same) {
            task.moved = moved(alike.swap_remove(found), id, task, fingerprint);
        }
    }
    gone.extend(by_length.into_values().flatten());
}

fn moved(gone: Unseen, id: String, task: &Task, fingerprint: &Fingerprint) -> Option<Moved> {
    // How a document is read depends on its bytes and on what its name ends in.
    let end = |path: &str| Path::new(path).extension().map(ToOwned::to_owned);
    // Copies tell the document's name inside them too, so they are made again.
    let stands = gone.fingerprint == fingerprint.of_record(&id)
        && fingerprint.copies.is_empty()
        && end(&gone.path) == end(&task.source.relative);
    Some(Moved {
        id,
        stands,
        from: MovedFrom {
            path: gone.path,
            record: gone.record?,
        },
    })
}

/// A place as it is written down; [`path_of`] gives it back.
#[cfg(unix)]
pub(super) fn written(place: &Path) -> String {
    format!("/{}", discover::escape(place))
}

#[cfg(unix)]
fn path_of(written: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(discover::unescape(written)).into()
}

/// A place as it is written down; [`path_of`] gives it back.
#[cfg(not(unix))]
pub(super) fn written(place: &Path) -> String {
    place.to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn path_of(written: &str) -> PathBuf {
    written.into()
}
