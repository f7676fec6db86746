//! Eviction: keep the reading cache within its bound, by time of last use.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use super::FOLDER;

/// What the names of entries end in.
pub(super) const ENDING: &str = ".reading";

/// A process evicts each time that it has written one part of so many of the bound. With as many
/// workers as cores, the cache outgrows its bound during a run by a part of it for each worker.
pub(super) const PARTS: u64 = 16;

/// What was evicted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evicted {
    /// How many entries.
    pub entries: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// Deletes the entries that were not used for the longest time, until the others take no more than
/// so many bytes. A limit of 0 means that the cache is off, and deletes nothing. What is no entry is
/// left alone. What cannot be deleted stays.
///
/// Only the lengths are added up unless that is too much: a folder of 100,000 entries takes a
/// fraction of a second and no memory.
pub fn evict(output: &Path, limit: u64) -> Evicted {
    let mut evicted = Evicted::default();
    let mut total: u64 = 0;
    each(output, |_, metadata| total += metadata.len());
    if limit == 0 || total <= limit {
        return evicted;
    }
    let mut entries: Vec<(SystemTime, Box<OsStr>, u64)> = Vec::new();
    each(output, |entry, metadata| {
        let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        entries.push((used, entry.file_name().into(), metadata.len()));
    });
    // By name where times are equal, so that the choice does not depend on the folder's order.
    entries.sort();
    for (_, name, bytes) in entries {
        if total <= limit {
            break;
        }
        if remove(output, &name).is_ok() {
            total = total.saturating_sub(bytes);
            evicted.entries += 1;
            evicted.bytes += bytes;
        }
    }
    tracing::debug!(evicted.entries, evicted.bytes, "cached readings evicted");
    evicted
}

/// Erases every reading of the document whose bytes have this SHA-256, and says how many there were.
pub fn forget(output: &Path, id: &str) -> io::Result<usize> {
    let Some(shard) = id.get(..2).filter(|_| is_digest(id)) else {
        return Ok(0);
    };
    let entries = match fs::read_dir(output.join(FOLDER).join(shard)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut forgotten = 0;
    for entry in entries {
        let name = entry?.file_name();
        if is_entry(&name) && name.to_str().is_some_and(|name| name.starts_with(id)) {
            remove(output, &name)?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

/// Erases the readings of all documents whose id is not among these, such as those of bytes that
/// documents had before they changed. Says how many there were.
pub fn forget_others(output: &Path, known: &BTreeSet<String>) -> io::Result<usize> {
    let mut others = Vec::new();
    each(output, |entry, _| {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.get(..64));
        if id.is_none_or(|id| !known.contains(id)) {
            others.push(name);
        }
    });
    for name in &others {
        remove(output, name)?;
    }
    Ok(others.len())
}

/// What is gone already is no error.
fn remove(output: &Path, name: &OsStr) -> io::Result<()> {
    let shard = name.to_str().and_then(|name| name.get(..2));
    let shard = shard.ok_or(ErrorKind::InvalidFilename)?;
    match fs::remove_file(output.join(FOLDER).join(shard).join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Looks at every entry of the cache; folders and links that somebody made are not entered.
fn each(output: &Path, mut look: impl FnMut(&DirEntry, &Metadata)) {
    let root = output.join(FOLDER);
    for shard in (0..=u8::MAX).map(|shard| format!("{shard:02x}")) {
        let entries = fs::read_dir(root.join(&shard));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_here = name.to_str().is_some_and(|name| name.starts_with(&shard));
            if is_here
                && is_entry(&name)
                && let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                look(&entry, &metadata);
            }
        }
    }
}

/// Two digests with a hyphen between them, and the ending.
fn is_entry(name: &OsStr) -> bool {
    let stem = name.to_str().and_then(|name| name.strip_suffix(ENDING));
    let digests = stem.and_then(|stem| stem.split_once('-'));
    digests.is_some_and(|(id, fingerprint)| is_digest(id) && is_digest(fingerprint))
}

fn is_digest(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 64 && bytes.all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
