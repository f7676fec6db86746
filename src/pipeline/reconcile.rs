//! Reconciliation: which known documents were deleted, and which new files are moved ones.
//!
//! A document was deleted if its file was in one of this run's inputs and no longer exists. A file
//! that cannot be accessed was not deleted, nor was a file whose folder is now empty: the mount point
//! of a disk that is not mounted looks like that. A new file with the bytes of a deleted one was
//! moved. Deleted documents become tombstones in the catalogue.
//!
//! A member of a container is deleted with its file, or if its container was opened and does not list it.
//! If the container is damaged or cannot be opened, the member keeps its record: nobody knows what the file holds now.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::content_hash::hash_source;
use super::roots::decode_root_path;
use super::task::{Moved, Reason, Task};
use crate::catalogue::{
    Catalogue, Fingerprint, Identity, Listing, MissingDocument, RunId, is_member,
};
use crate::discover::{Discovered, percent_decode_path};
use crate::store::is_absence;
use diarium_document::MEMBER_SEPARATOR;

/// The documents whose files a run did not find.
#[derive(Debug, Default)]
pub(super) struct Reconciliation {
    /// Documents whose file was deleted, or moved.
    pub(super) deleted: Vec<MissingDocument>,
    /// The number of documents that an empty or unreadable folder may hide.
    pub(super) hidden: u64,
}

/// Looks for the files of documents that the run did not find. Documents outside the inputs of this
/// run, and those that the user leaves out, are skipped.
pub(super) fn reconcile(missing: Vec<MissingDocument>, discovered: &Discovered) -> Reconciliation {
    let inputs = &discovered.inputs;
    let mut reconciliation = Reconciliation::default();
    let parts = parts(discovered);
    // Many documents share a folder: each is listed once.
    let mut folders = HashMap::new();
    for document in missing {
        let Some(root) = document.root.as_deref().map(decode_root_path) else {
            continue;
        };
        let file = outermost(&document.identity.relative);
        let path = root.join(percent_decode_path(file));
        let Some(input) = inputs.iter().find(|input| path.starts_with(&input.real)) else {
            continue;
        };
        // It was not looked for.
        let below = path.strip_prefix(input.folder());
        if below.is_ok_and(|below| discovered.selection.leaves_out_file(below)) {
            continue;
        }
        match fs::symlink_metadata(&path) {
            Err(error) if is_absence(error.kind()) => {
                if is_hidden(&path, &input.real, &mut folders) {
                    reconciliation.hidden += 1;
                } else {
                    reconciliation.deleted.push(document);
                }
            }
            // A case-insensitive file system finds the file under its new name.
            Ok(_) if was_renamed(&path) => reconciliation.deleted.push(document),
            // It has become a part of another document.
            Ok(_) if parts.contains(path.as_path()) => reconciliation.deleted.push(document),
            // The path exists and is no document any more, for example a folder.
            Ok(_) => {}
            Err(_) => reconciliation.hidden += 1,
        }
    }
    reconciliation
}

/// The paths of the files that are parts of documents.
fn parts(discovered: &Discovered) -> HashSet<PathBuf> {
    let mut parts = HashSet::new();
    for file in &discovered.files {
        // The parts of an image are beside it, those of a folder in it. Their own paths are as the user named
        // them.
        let folder = match file.source.file.is_dir() {
            true if file.path.is_dir() => Some(file.path.as_path()),
            _ => file.path.parent(),
        };
        let names = file
            .source
            .parts
            .iter()
            .filter_map(|part| part.file.file_name());
        parts.extend(names.filter_map(|name| Some(folder?.join(name))));
    }
    parts
}

/// The path of the file that a document is, or is in.
fn outermost(relative: &str) -> &str {
    let container = relative.split_once(MEMBER_SEPARATOR);
    container.map_or(relative, |(container, _)| container)
}

/// The members that a run did not find.
#[derive(Debug, Default)]
pub(super) struct MissingMembers {
    /// Members whose file was deleted, or that their container does not list any more.
    pub(super) deleted: Vec<MissingDocument>,
    /// The number of members that an empty or unreadable folder may hide.
    pub(super) hidden: u64,
    /// The paths of members whose container is damaged or cannot be opened, with the path of that container.
    pub(super) unreachable: Vec<(String, String)>,
}

/// Looks for members that the run did not find, after all waves. Those of files outside the inputs of this
/// run, or of containers in `left_out`, are not reported.
pub(super) fn reconcile_members(
    catalogue: &Catalogue,
    run: RunId,
    discovered: &Discovered,
    left_out: &HashSet<String>,
) -> Result<MissingMembers, Error> {
    let mut missing = catalogue.missing(run)?;
    missing.retain(|document| is_member(&document.identity.relative));
    let mut found = MissingMembers::default();
    let mut without_file = Vec::new();
    for document in missing {
        match listing_of_nearest(catalogue, run, &document.identity)? {
            Listing::Listed { path } if left_out.contains(&path) => {}
            Listing::Listed { .. } => found.deleted.push(document),
            Listing::Incomplete { path } => found.unreachable.push((document.path, path)),
            Listing::Unseen => without_file.push(document),
        }
    }
    let Reconciliation { deleted, hidden } = reconcile(without_file, discovered);
    found.deleted.extend(deleted);
    found.hidden = hidden;
    Ok(found)
}

/// What a run made of the innermost container around a member that it found.
fn listing_of_nearest(
    catalogue: &Catalogue,
    run: RunId,
    member: &Identity,
) -> Result<Listing, Error> {
    let mut inside = member.relative.as_str();
    while let Some((container, _)) = inside.rsplit_once(MEMBER_SEPARATOR) {
        let listing = catalogue.listing(member.root, container, run)?;
        if listing != Listing::Unseen {
            return Ok(listing);
        }
        inside = container;
    }
    Ok(Listing::Unseen)
}

/// Whether the folder of an existing path lists it under another name only.
fn was_renamed(path: &Path) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let Ok(mut entries) = fs::read_dir(folder) else {
        return false;
    };
    !entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == name))
}

/// Whether the nearest existing folder above a file, up to the input, is empty or unreadable.
fn is_hidden(path: &Path, input: &Path, folders: &mut HashMap<PathBuf, bool>) -> bool {
    let above = path.ancestors().skip(1);
    let mut above = above.take_while(|folder| folder.starts_with(input));
    let Some(folder) = above.find(|folder| folder.is_dir()) else {
        // The input itself disappeared during the run.
        return true;
    };
    if let Some(known) = folders.get(folder) {
        return *known;
    }
    let is_empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    folders.insert(folder.to_owned(), is_empty);
    is_empty
}

/// Finds the new documents that have the bytes of a deleted one, and removes that from `deleted`.
/// Only files of the same length are opened.
pub(super) fn find_moved(
    new: &mut [(Task, &str)],
    deleted: &mut Vec<MissingDocument>,
    fingerprint: &Fingerprint,
) {
    let mut by_length: BTreeMap<u64, Vec<MissingDocument>> = BTreeMap::new();
    let (with_record, others) = deleted
        .drain(..)
        .partition(|document: &MissingDocument| document.record.is_some() && !document.removed);
    *deleted = others;
    // The length excludes almost all pairs without opening a file.
    for document in with_record {
        by_length.entry(document.bytes).or_default().push(document);
    }
    for (task, _) in new {
        let Some(same_length) = by_length.get_mut(&task.source.bytes) else {
            continue;
        };
        if same_length.is_empty() {
            continue;
        }
        let Ok(id) = hash_source(&task.source) else {
            continue;
        };
        let has_same_bytes = |document: &MissingDocument| document.id.as_deref() == Some(&id);
        if let Some(index) = same_length.iter().position(has_same_bytes) {
            task.moved = moved(same_length.swap_remove(index), id, task, fingerprint);
            task.reason = Reason::Moved;
        }
    }
    deleted.extend(by_length.into_values().flatten());
}

fn moved(
    from: MissingDocument,
    id: String,
    task: &Task,
    fingerprint: &Fingerprint,
) -> Option<Moved> {
    // The extension of a document may decide how it is read. Renditions contain the document's name and
    // are made again. A container is opened again, because its members move with it.
    let is_record_current = !from.has_members
        && from.fingerprint == fingerprint.of_record(&id)
        && fingerprint.renditions.is_empty()
        && Path::new(&from.path).extension() == Path::new(task.path()).extension();
    Some(Moved {
        id,
        is_record_current,
        path: from.path,
        record: from.record?.path,
    })
}
