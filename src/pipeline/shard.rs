//! Sharding: select the share of the documents that this run processes.
//!
//! Several runs, on several machines, share one set of inputs without coordination: each hashes the
//! bytes of every document and keeps those of its own shard (consistent hashing). Only the bytes
//! decide: a document that is moved stays in its shard, documents with the same bytes are in one
//! shard, and the number of shards may change from run to run.
//!
//! The catalogue also stores the hashes of the other shards' documents. A file whose size and times
//! are unchanged is not read again.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::content_hash::hash_source;
use super::roots::encode_absolute_path;
use super::{Error, RunOptions};
use crate::catalogue::{Catalogue, ContentHash, OtherShardFile, hash_bytes};
use crate::discover::InputFile;

/// One of several shares of the documents of the inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    number: u64,
    /// The number of shards.
    count: u64,
}

/// A shard is not written as `NUMBER/COUNT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write which shard of how many, such as 2/8; the first is 1/8")]
pub struct NoShard;

/// The greatest number of shards.
// More are almost certainly a typing error. It is far below the 31 bits for which `jump_hash` is
// defined.
const MAX_SHARDS: u64 = 1 << 20;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, count) = text.split_once('/').ok_or(NoShard)?;
        let [number, count] = [number, count].map(|digits| digits.parse::<u64>().ok());
        match (number, count) {
            (Some(number), Some(count)) if (1..=count).contains(&number) && count <= MAX_SHARDS => {
                Ok(Self { number, count })
            }
            _ => Err(NoShard),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.count)
    }
}

impl Shard {
    /// Whether bytes with this SHA-256, in hexadecimal, are in this shard.
    pub fn contains(self, id: &str) -> bool {
        // The first 64 bits of a SHA-256 are uniformly distributed.
        let key = id
            .get(..16)
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        jump_hash(key.unwrap_or(0), self.count) == self.number - 1
    }
}

/// Jump consistent hash: the bucket of a key, from 0, among `count` buckets.
// When a bucket is added, one key in `count` + 1 moves, and only into the new bucket: "A Fast, Minimal
// Memory, Consistent Hash Algorithm", Lamping and Veach 2014 (arXiv 1406.2294). The constants are those
// of the paper; another one would assign every document to another shard.
fn jump_hash(mut key: u64, count: u64) -> u64 {
    let (mut bucket, mut next) = (0, 0);
    while next < count {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let stride = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((bucket + 1) as f64 * stride) as u64;
    }
    bucket
}

/// Selects the files of the run's shard; all of them if it has none. `checked` is when their state
/// was read, in nanoseconds since the Unix epoch.
///
/// A file that cannot be read is in every shard, because other machines may be able to read it. A
/// file that is larger than the limit is not read: its path decides.
pub(super) fn own_files(
    files: Vec<InputFile>,
    catalogue: &mut Catalogue,
    options: &RunOptions,
    checked: i128,
) -> Result<Vec<InputFile>, Error> {
    let Some(shard) = options.shard else {
        return Ok(files);
    };
    let known = catalogue.content_hashes()?;
    let hasher = Hasher {
        known: &known,
        max_bytes: options.read.max_bytes,
        cancelled: &options.cancel,
    };
    let ids = hasher.hash_all(&files, options.jobs)?;
    let is_cancelled = options.cancel.load(Ordering::Relaxed);
    let mut own = Vec::new();
    let mut others = Vec::new();
    for (file, id) in files.into_iter().zip(ids) {
        match id {
            Some(id) if shard.contains(&id) => own.push(file),
            Some(_) if file.source.bytes > options.read.max_bytes => {}
            Some(id) => {
                let path = encode_absolute_path(&file.path);
                others.push(OtherShardFile::new(path, &file.source, checked, id));
            }
            None if is_cancelled => {}
            None => own.push(file),
        }
    }
    // A cancelled run has not hashed all files: the stored hashes stay.
    if !is_cancelled {
        catalogue.store_other_shards(&others)?;
    }
    Ok(own)
}

/// Hashes files, apart from those whose hash the catalogue knows.
struct Hasher<'h> {
    /// Hashes by encoded absolute path.
    known: &'h BTreeMap<String, ContentHash>,
    max_bytes: u64,
    cancelled: &'h AtomicBool,
}

impl Hasher<'_> {
    /// The [`id`](Self::id) of each file, computed on as many threads as the run has jobs.
    fn hash_all(
        &self,
        files: &[InputFile],
        jobs: NonZeroUsize,
    ) -> Result<Vec<Option<String>>, Error> {
        let next = AtomicUsize::new(0);
        let mut ids = thread::scope(|scope| {
            let threads = (0..jobs.get()).map(|_| {
                let builder = thread::Builder::new().name("hash".to_owned());
                builder.spawn_scoped(scope, || self.hash_next(files, &next))
            });
            let threads = threads.collect::<Result<Vec<_>, _>>()?;
            let mut ids = Vec::new();
            for thread in threads {
                match thread.join() {
                    Ok(own) => ids.extend(own),
                    // A bug of ours must not look like files that cannot be read.
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            Ok(ids)
        })
        .map_err(Error::Threads)?;
        ids.sort();
        Ok(ids.into_iter().map(|(_, id)| id).collect())
    }

    /// Hashes files until none is left. Returns their IDs with their indices.
    fn hash_next(&self, files: &[InputFile], next: &AtomicUsize) -> Vec<(usize, Option<String>)> {
        let mut ids = Vec::new();
        loop {
            // One at a time, not in batches: one file may be as long as a thousand others.
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(file) = files.get(index) else {
                return ids;
            };
            ids.push((index, self.id(file)));
        }
    }

    /// The SHA-256 of a file's bytes, or of its path if it is too large to be read. `None` if it
    /// cannot be read, or if the run was cancelled.
    fn id(&self, file: &InputFile) -> Option<String> {
        let source = &file.source;
        if source.bytes > self.max_bytes {
            return Some(hash_bytes(source.relative.as_bytes()));
        }
        let content = self.known.get(&encode_absolute_path(&file.path));
        if let Some(content) = content.filter(|content| content.state.is_unchanged(source)) {
            return Some(content.id.clone());
        }
        if self.cancelled.load(Ordering::Relaxed) {
            return None;
        }
        hash_source(source).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diarium_document::Source;
    use proptest::prelude::*;

    #[test]
    fn a_shard_is_written_as_number_and_count() {
        assert_eq!("2/8".parse::<Shard>().unwrap().to_string(), "2/8");
        assert_eq!("1/1".parse::<Shard>().unwrap().to_string(), "1/1");
        for wrong in [
            "",
            "2",
            "0/8",
            "9/8",
            "1/0",
            "-1/8",
            "1/8/9",
            "a/b",
            "1/9999999999",
        ] {
            assert_eq!(wrong.parse::<Shard>(), Err(NoShard), "{wrong}");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_paper_and_is_uniform() {
        // Known answers of other implementations.
        for (key, count, expected) in [
            (1, 1, 0),
            (42, 57, 43),
            (0xDEAD_10CC, 666, 361),
            (256, 1024, 520),
        ] {
            assert_eq!(jump_hash(key, count), expected);
        }
        let mut sizes = [0; 8];
        for key in 0..8000_u64 {
            let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            sizes[usize::try_from(jump_hash(mixed, 8)).unwrap()] += 1;
        }
        assert!(
            sizes.iter().all(|size| (850..1150).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn a_file_with_unchanged_size_and_times_is_not_read() {
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "/no/such/file".into(),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 4,
            modified: 1,
            changed: 1,
        };
        let file = InputFile {
            input: 0,
            path: "/in/a.txt".into(),
            source: source.clone(),
        };
        let later = 10_000_000_000;
        let OtherShardFile { path, content } = OtherShardFile::new(
            encode_absolute_path(&file.path),
            &source,
            later,
            "id".to_owned(),
        );
        let known = BTreeMap::from([(path, content)]);
        let hasher = Hasher {
            known: &known,
            max_bytes: 1 << 20,
            cancelled: &AtomicBool::new(false),
        };
        assert_eq!(hasher.id(&file).as_deref(), Some("id"));
        let none = BTreeMap::new();
        let hasher = Hasher {
            known: &none,
            ..hasher
        };
        assert_eq!(hasher.id(&file), None);
    }

    proptest! {
        #[test]
        fn every_document_is_in_one_shard_and_moves_only_to_an_added_one(
            key in any::<u64>(), count in 1..40_u64
        ) {
            let id = format!("{key:016x}{}", "0".repeat(48));
            let holders = (1..=count).filter(|&number| Shard { number, count }.contains(&id));
            prop_assert_eq!(holders.count(), 1);
            let (before, after) = (jump_hash(key, count), jump_hash(key, count + 1));
            prop_assert!(after == before || after == count);
        }
    }
}
