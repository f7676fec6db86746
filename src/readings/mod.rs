//! Reading cache in `DIR/readings/`: what readers made of documents, so that a changed profile reads no
//! document again and starts no OCR.
//!
//! The key of an entry is the document's SHA-256 and the fingerprint of its reading. An entry contains
//! the whole [`RawDocument`] in a compressed binary format with a checksum (`entry`). Entries that are
//! not used for the longest time are evicted (`evict`).
//!
//! The cache never fails. An entry that is missing, truncated, altered, of another document or of another
//! format version is ignored and replaced, and errors while writing one are ignored. The folder may be
//! deleted at any time, also during a run. Entries are written atomically, by way of `DIR/.tmp/`. They are
//! not forced to the disk, because the checksum detects what a power cut leaves.
//!
//! Only PDFs and documents with pages that OCR read are cached. All others are text, which is parsed
//! again in about the time that reading and decompressing an entry takes.

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

/// The folder of temporary files in an output folder.
const TEMPORARY: &str = ".tmp";

/// The reading cache of one output folder. Any number of threads and processes may use it.
#[derive(Debug)]
pub struct ReadingCache {
    output: PathBuf,
    limit: u64,
    access: Access,
    /// Bytes written since this process last evicted entries.
    written: AtomicU64,
}

/// Whether existing entries are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// They are used.
    #[default]
    Use,
    /// They are not used: every document is read again, and its entry is replaced.
    Refresh,
}

/// The key of an entry.
#[derive(Debug, Clone, Copy)]
pub struct Key<'k> {
    /// SHA-256 of the document's bytes, in lower-case hexadecimal.
    pub id: &'k str,
    /// The fingerprint of its reading, in lower-case hexadecimal.
    pub fingerprint: &'k str,
}

impl Key<'_> {
    /// `readings/3f/3f…-9a….reading`. The name begins with the digest of the document, so that all
    /// readings of a document can be found and erased.
    fn path(self, output: &Path) -> PathBuf {
        let Self { id, fingerprint } = self;
        let shard = id.get(..2).unwrap_or("00");
        let name = format!("{id}-{fingerprint}{}", evict::SUFFIX);
        output.join(FOLDER).join(shard).join(name)
    }
}

impl ReadingCache {
    /// The cache of an output folder with a limit in bytes. `None` if the limit is 0: existing entries
    /// are then neither used nor deleted.
    pub fn new(output: &Path, limit: u64, access: Access) -> Option<Self> {
        (limit > 0).then(|| Self {
            output: output.to_owned(),
            limit,
            access,
            written: AtomicU64::new(0),
        })
    }

    /// The reading of a document, if there is a valid entry. Its time of use becomes now.
    pub fn get(&self, key: Key<'_>) -> Option<RawDocument> {
        if self.access == Access::Refresh {
            return None;
        }
        let path = key.path(&self.output);
        let bytes = match read_entry(&path) {
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

    /// Caches the reading of a document, if reading the document again would take longer than using the
    /// cache.
    pub fn put(&self, key: Key<'_>, document: &RawDocument) {
        if !is_worth_caching(document) {
            return;
        }
        let Some(bytes) = entry::encode(key, document) else {
            return;
        };
        let path = key.path(&self.output);
        match self.write(&path, &bytes) {
            Ok(()) => self.count_written(bytes.len() as u64),
            // Only time is lost. A full disk is reported when the record is written.
            Err(error) => {
                tracing::debug!(path = %path.display(), "a reading is not cached: {error}");
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.output.join(TEMPORARY);
        // For each entry, because a user may delete both folders during a run.
        fs::create_dir_all(&temporary)?;
        if let Some(shard) = path.parent() {
            fs::create_dir_all(shard)?;
        }
        let mut file = with_usual_permissions(&mut tempfile::Builder::new())
            .prefix("reading-")
            .tempfile_in(&temporary)?;
        file.write_all(bytes)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Evicts entries when this process has written a part of the limit, so that the limit is kept during
    /// a long run as well.
    fn count_written(&self, bytes: u64) {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if written > self.limit / evict::PARTS {
            self.written.store(0, Ordering::Relaxed);
            evict(&self.output, self.limit);
        }
    }
}

/// Gives a temporary file the permissions of any other new file. It would be private (0600) otherwise.
#[cfg(unix)]
fn with_usual_permissions<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt;
    // The operating system subtracts the umask.
    builder.permissions(fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn with_usual_permissions<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    builder
}

fn is_worth_caching(document: &RawDocument) -> bool {
    let mut pages = document.pages.iter();
    document.carrier == Carrier::Pdf || pages.any(|page| page.origin == Origin::Ocr)
}

/// The bytes of an entry, whose time of use becomes now. An error if it is not a regular file or too long.
fn read_entry(path: &Path) -> io::Result<Vec<u8>> {
    // Checked before opening, because opening a pipe waits until another process writes to it.
    let metadata = fs::symlink_metadata(path)?;
    if !metadata.is_file() || metadata.len() > entry::MAX_BYTES {
        return Err(ErrorKind::InvalidData.into());
    }
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    (&file).take(entry::MAX_BYTES).read_to_end(&mut bytes)?;
    // The modification time is the time of use, because many file systems are mounted with `noatime`.
    let _ = file.set_modified(SystemTime::now());
    Ok(bytes)
}

#[cfg(test)]
mod tests;
