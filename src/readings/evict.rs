//! Eviction: keep the reading cache within its limit by deleting the least recently used entries.
//!
//! [`retain`] erases the entries of forgotten documents.

use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::SystemTime;

use super::FOLDER;

/// The suffix of names of entries.
pub(super) const SUFFIX: &str = ".reading";

/// A process evicts entries each time it has written this fraction of the limit (1/16).
// During a run the cache exceeds its limit by up to one part for each worker. More parts: a smaller
// excess, and more scans of the folder.
pub(super) const PARTS: u64 = 16;

/// What was evicted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Evicted {
    /// How many entries.
    pub entries: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// Deletes the least recently used entries until the others take no more than `limit` bytes. With a limit
/// of 0 the cache is off, and nothing is deleted. Files that are no entries are not touched, and errors
/// are ignored.
pub fn evict(output: &Path, limit: u64) -> Evicted {
    let mut evicted = Evicted::default();
    let mut total: u64 = 0;
    // A first pass that only adds lengths, because the cache is usually within its limit: it needs no
    // memory, and a fraction of a second for 100,000 entries.
    each_entry(output, |_, metadata| total += metadata.len());
    if limit == 0 || total <= limit {
        return evicted;
    }
    let mut entries: Vec<(SystemTime, Box<OsStr>, u64)> = Vec::new();
    each_entry(output, |entry, metadata| {
        let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        entries.push((used, entry.file_name().into(), metadata.len()));
    });
    // Entries with equal times are sorted by name, so that the choice does not depend on the order in
    // which the folder is listed.
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

/// Erases the readings of all documents whose SHA-256 is not known any more, and returns their number.
///
/// # Errors
/// If one of them cannot be deleted.
pub fn retain(output: &Path, is_known: impl Fn(&str) -> bool) -> io::Result<usize> {
    let mut unknown = Vec::new();
    each_entry(output, |entry, _| {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.split_once('-'));
        if !id.is_some_and(|(id, _)| is_known(id)) {
            unknown.push(name);
        }
    });
    for name in &unknown {
        remove(output, name)?;
    }
    Ok(unknown.len())
}

/// Removes an entry. It is not an error if it does not exist.
fn remove(output: &Path, name: &OsStr) -> io::Result<()> {
    let shard = name.to_str().and_then(|name| name.get(..2));
    let shard = shard.ok_or(ErrorKind::InvalidFilename)?;
    match fs::remove_file(output.join(FOLDER).join(shard).join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Calls a function for every entry. Other files are left out, and links are not followed.
fn each_entry(output: &Path, mut visit: impl FnMut(&DirEntry, &Metadata)) {
    let root = output.join(FOLDER);
    for shard in (0..=u8::MAX).map(|shard| format!("{shard:02x}")) {
        let entries = fs::read_dir(root.join(&shard));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_in_its_shard = name.to_str().is_some_and(|name| name.starts_with(&shard));
            if is_in_its_shard
                && is_entry(&name)
                && let Ok(metadata) = entry.metadata()
                && metadata.is_file()
            {
                visit(&entry, &metadata);
            }
        }
    }
}

/// Whether a name is two digests with a hyphen between them, and the suffix.
fn is_entry(name: &OsStr) -> bool {
    let stem = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
    let digests = stem.and_then(|stem| stem.split_once('-'));
    digests.is_some_and(|(id, fingerprint)| is_digest(id) && is_digest(fingerprint))
}

fn is_digest(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 64 && bytes.all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
