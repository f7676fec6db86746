//! Reading cache: `DIR/readings/` keeps what readers made of documents, so that a changed profile
//! reads no document again and starts no OCR.
//!
//! An entry is found by the document's SHA-256 and the fingerprint of its reading. It holds the
//! whole [`RawDocument`] in a compressed binary form with a checksum ([`entry`]). The cache never
//! fails: an entry that is missing, truncated, altered, of another document or of another format
//! version is read over and replaced, and one that cannot be written is left out. The folder may be
//! deleted at any time, also during a run. Files appear through `DIR/.tmp/` and a rename, so that no
//! reader sees half of one; they are not forced to the disk, because the checksum finds what a power
//! cut leaves.
//!
//! Only PDFs and documents with pages that OCR read are kept. Anything else is text, which is parsed
//! again in about the time that its entry would take to be written, packed and unpacked.

mod codec;
mod entry;
mod evict;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use diarium_document::{Carrier, Origin, RawDocument};

pub use evict::{Evicted, evict, retain};

/// The folder of the cache in an output folder.
pub const FOLDER: &str = "readings";

/// The folder for files that are being written, in an output folder.
const TEMPORARY: &str = ".tmp";

/// The reading cache of one output folder. Any number of threads and processes may use it.
#[derive(Debug)]
pub struct ReadingCache {
    output: PathBuf,
    limit: u64,
    access: Access,
    /// Bytes written since entries were last evicted.
    written: AtomicU64,
}

/// Whether entries that are there are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// They are.
    #[default]
    Use,
    /// They are not: every document is read anew, and its entry replaced.
    Refresh,
}

/// What an entry is found by.
#[derive(Debug, Clone, Copy)]
pub struct Key<'k> {
    /// SHA-256 of the document's bytes, in lower-case hexadecimal.
    pub id: &'k str,
    /// The fingerprint of its reading, in lower-case hexadecimal.
    pub fingerprint: &'k str,
}

impl Key<'_> {
    /// `readings/3f/3f…-9a….reading`. The document's own digest stands first, so that everything
    /// that was read from a document can be found and erased.
    fn path(self, output: &Path) -> PathBuf {
        let Self { id, fingerprint } = self;
        let shard = id.get(..2).unwrap_or("00");
        let name = format!("{id}-{fingerprint}{}", evict::ENDING);
        output.join(FOLDER).join(shard).join(name)
    }
}

impl ReadingCache {
    /// The cache of an output folder, of at most so many bytes; none where the limit is 0, which
    /// leaves entries that are there alone.
    pub fn new(output: &Path, limit: u64, access: Access) -> Option<Self> {
        (limit > 0).then(|| Self {
            output: output.to_owned(),
            limit,
            access,
            written: AtomicU64::new(0),
        })
    }

    /// The reading of a document, if it is here and whole. It counts as used now.
    pub fn get(&self, key: Key<'_>) -> Option<RawDocument> {
        if self.access == Access::Refresh {
            return None;
        }
        let path = key.path(&self.output);
        let bytes = match bytes(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                if error.kind() != ErrorKind::NotFound {
                    tracing::debug!(path = %path.display(), "a cached reading is not used: {error}");
                }
                return None;
            }
        };
        let document = entry::decode(key, &bytes);
        if document.is_none() {
            tracing::debug!(path = %path.display(), "a cached reading is damaged or foreign");
        }
        document
    }

    /// Keeps the reading of a document, if reading it again would cost more than keeping it.
    pub fn put(&self, key: Key<'_>, document: &RawDocument) {
        if !is_worth_keeping(document) {
            return;
        }
        let Some(bytes) = entry::encode(key, document) else {
            return;
        };
        let path = key.path(&self.output);
        match self.write(&path, &bytes) {
            Ok(()) => self.count(bytes.len() as u64),
            // Nothing is lost but time. A full disk is told of when the record is written.
            Err(error) => {
                tracing::debug!(path = %path.display(), "a reading is not cached: {error}");
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.output.join(TEMPORARY);
        // Each time, because both folders may be deleted during a run.
        fs::create_dir_all(&temporary)?;
        if let Some(shard) = path.parent() {
            fs::create_dir_all(shard)?;
        }
        let mut file = readable(&mut tempfile::Builder::new())
            .prefix("reading-")
            .tempfile_in(&temporary)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Keeps the bound during a long run as well: each process evicts when it has written a part of
    /// what there may be.
    fn count(&self, bytes: u64) {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if written > self.limit / evict::PARTS {
            self.written.store(0, Ordering::Relaxed);
            evict(&self.output, self.limit);
        }
    }
}

/// A temporary file is private by default; an entry is as readable as any other new file.
#[cfg(unix)]
fn readable<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    // The operating system subtracts the umask.
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}

fn is_worth_keeping(document: &RawDocument) -> bool {
    let mut pages = document.pages.iter();
    document.carrier == Carrier::Pdf || pages.any(|page| page.origin == Origin::Ocr)
}

/// An entry's bytes, if it is a regular file of a bearable length; its time of use becomes now.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before opening, because opening a pipe waits for whoever writes to it.
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() || metadata.len() > entry::MAX_BYTES {
        return Err(ErrorKind::InvalidData.into());
    }
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    (&file).take(entry::MAX_BYTES).read_to_end(&mut bytes)?;
    // The modification time serves as the time of use: many file systems are mounted without one.
    let _ = file.set_modified(SystemTime::now());
    Ok(bytes)
}

#[cfg(test)]
mod tests;
