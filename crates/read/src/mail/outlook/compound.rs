//! Compound files (MS-CFB): streams and storages, read within limits.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::time::UNIX_EPOCH;

use cfb::{CompoundFile, Version};

/// Storages and streams of a file, at most.
const MAX_ENTRIES: usize = 100_000;

/// Whether the bytes are such a file.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
}

/// A compound file.
pub(super) struct Compound<'b> {
    file: CompoundFile<Cursor<&'b [u8]>>,
    /// Paths of the entries, storages with a `/` at their end.
    entries: Vec<String>,
    /// Bytes that may still be read.
    // Streams may share their sectors, so that all of them together have any length.
    left: usize,
    is_exhausted: bool,
}

impl<'b> Compound<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Option<Self> {
        let file = CompoundFile::open(Cursor::new(bytes)).ok()?;
        let mut entries: Vec<String> = Vec::new();
        for entry in file.walk().take(MAX_ENTRIES) {
            let end = if entry.is_stream() { "" } else { "/" };
            entries.push(path_text(entry.path())? + end);
        }
        entries.sort();
        Some(Self {
            is_exhausted: entries.len() >= MAX_ENTRIES,
            file,
            entries,
            left: bytes.len().saturating_mul(3),
        })
    }

    /// Whether something was left out to stay within the limits.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// The bytes of a stream; `None` if there is none, or it is damaged.
    pub(super) fn stream(&mut self, path: &str) -> Option<Vec<u8>> {
        self.entries
            .binary_search_by(|entry| entry.as_str().cmp(path))
            .ok()?;
        let stream = self.file.open_stream(path).ok()?;
        let length = usize::try_from(stream.len()).unwrap_or(usize::MAX);
        if length > self.left {
            self.is_exhausted = true;
            return None;
        }
        self.left -= length;
        let mut bytes = Vec::new();
        stream.take(length as u64).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The storages whose paths begin so, in order.
    pub(super) fn storages(&self, prefix: &str) -> Vec<String> {
        let found = self.entries.iter().filter_map(|entry| {
            let path = entry.strip_suffix('/')?;
            let name = path.strip_prefix(prefix)?;
            (!name.contains('/')).then(|| path.to_owned())
        });
        found.collect()
    }

    /// The message in a storage as a file of its own; `None` if there is none.
    pub(super) fn message_in(&mut self, storage: &str) -> Option<Vec<u8>> {
        let prefix = format!("{storage}/");
        let inner = self
            .entries
            .iter()
            .filter(|entry| entry.starts_with(&prefix));
        let inner: Vec<String> = inner.cloned().collect();
        let properties = format!("{prefix}{PROPERTIES}");
        inner.iter().find(|entry| **entry == properties)?;
        let mut copy =
            CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).ok()?;
        let mut storages = Vec::new();
        for entry in &inner {
            let path = format!("/{}", entry.strip_prefix(&prefix).unwrap_or_default());
            if let Some(storage) = path.strip_suffix('/') {
                if !storage.is_empty() {
                    copy.create_storage(storage).ok()?;
                    storages.push(storage.to_owned());
                }
                continue;
            }
            let mut bytes = self.stream(entry)?;
            if *entry == properties {
                // The properties of a message of its own have a longer header (MS-OXMSG, 2.4.1).
                bytes.splice(24.min(bytes.len())..24.min(bytes.len()), [0; 8]);
            }
            copy.create_stream(&path).ok()?.write_all(&bytes).ok()?;
        }
        // The crate writes the present, but the same message must give the same bytes.
        for storage in storages {
            copy.set_created_time(&storage, UNIX_EPOCH).ok()?;
            copy.set_modified_time(&storage, UNIX_EPOCH).ok()?;
        }
        copy.flush().ok()?;
        Some(copy.into_inner().into_inner())
    }
}

/// The stream that every message has.
const PROPERTIES: &str = "__properties_version1.0";

/// A path with `/` between its names.
fn path_text(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    Some(text.trim_end_matches('/').to_owned())
}
