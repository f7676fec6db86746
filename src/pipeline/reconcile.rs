//! Reconciliation: which known documents are gone, and which new files are moved ones.
//!
//! A document is gone if its file was in one of this run's inputs and is no longer there. What
//! cannot be looked at is not gone, nor is what was in a folder that is now empty: so looks the
//! mount point of a disk that is not mounted. A new file with the bytes of one that is gone was
//! moved.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::plan::{Moved, MovedFrom, Reason, Task};
use super::roots::path_of;
use crate::catalogue::{Fingerprint, MissingDocument, hash_file};
use crate::discover::{Input, percent_decode_path};
use crate::store::is_absence;

/// What became of the documents that a run did not find.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    /// Those whose file is no longer there.
    pub(super) gone: Vec<MissingDocument>,
    /// How many of them an empty or unreadable folder may hide.
    pub(super) hidden: u64,
}

/// Looks for the files of documents that were not found. Those that were not in this run's inputs
/// are left out.
pub(super) fn reconcile(missing: Vec<MissingDocument>, inputs: &[Input]) -> Reconciled {
    let mut reconciled = Reconciled::default();
    let mut folders = HashMap::new();
    for document in missing {
        let Some(root) = document.root.as_deref().map(path_of) else {
            continue;
        };
        let place = root.join(percent_decode_path(&document.relative));
        let Some(input) = inputs.iter().find(|input| place.starts_with(&input.real)) else {
            continue;
        };
        match fs::symlink_metadata(&place) {
            Err(error) if is_absence(error.kind()) => {
                if is_hidden(&place, &input.real, &mut folders) {
                    reconciled.hidden += 1;
                } else {
                    reconciled.gone.push(document);
                }
            }
            // A file system that folds case finds the file under its new name.
            Ok(_) if was_renamed(&place) => reconciled.gone.push(document),
            // It is there, as something that is no document.
            Ok(_) => {}
            Err(_) => reconciled.hidden += 1,
        }
    }
    reconciled
}

/// Whether the folder lists the file under another name only.
fn was_renamed(place: &Path) -> bool {
    let (Some(folder), Some(name)) = (place.parent(), place.file_name()) else {
        return false;
    };
    let Ok(mut entries) = fs::read_dir(folder) else {
        return false;
    };
    !entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == name))
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
pub(super) fn find_moved(
    new: &mut [(Task, &str)],
    gone: &mut Vec<MissingDocument>,
    fingerprint: &Fingerprint,
) {
    let mut by_length: BTreeMap<u64, Vec<MissingDocument>> = BTreeMap::new();
    let (with_record, others) = gone
        .drain(..)
        .partition(|gone: &MissingDocument| gone.record.is_some() && !gone.removed);
    *gone = others;
    for document in with_record {
        by_length.entry(document.bytes).or_default().push(document);
    }
    for (task, _) in new {
        let Some(alike) = by_length.get_mut(&task.source.bytes) else {
            continue;
        };
        if alike.is_empty() {
            continue;
        }
        let Ok(id) = hash_file(&task.source.file) else {
            continue;
        };
        let same = |gone: &MissingDocument| gone.id.as_deref() == Some(&id);
        if let Some(found) = alike.iter().position(same) {
            task.moved = moved(alike.swap_remove(found), id, task, fingerprint);
            task.reason = Reason::Moved;
        }
    }
    gone.extend(by_length.into_values().flatten());
}

fn moved(
    gone: MissingDocument,
    id: String,
    task: &Task,
    fingerprint: &Fingerprint,
) -> Option<Moved> {
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
            record: gone.record?.path,
        },
    })
}
