//! Sharding: which of the documents this run processes.
//!
//! Several runs, on several machines, share out one set of inputs without coordination: each
//! looks at the bytes of every document and keeps those that fall to it. Nothing else decides, not
//! the name and not the order, so that a document that is moved stays where it is, copies fall to
//! one shard, and the number of shards may change from run to run.
//!
//! The bytes must be read to be known. What the catalogue knows by size and time is not read again,
//! and it remembers the other shards' documents as well.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::roots::written;
use super::{Error, RunOptions};
use crate::catalogue::{Catalogue, ContentHash, OtherShardFile, hash_bytes, hash_file};
use crate::discover::InputFile;

/// One of several runs that share the documents of their inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    number: u64,
    /// How many there are.
    count: u64,
}

/// Why a shard cannot be that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write which shard of how many, such as 2/8; the first is 1/8")]
pub struct NoShard;

/// More shards than this help nobody, and are as good as certainly a mistake.
const MOST_SHARDS: u64 = 1 << 20;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (number, count) = text.split_once('/').ok_or(NoShard)?;
        let [number, count] = [number, count].map(|digits| digits.parse::<u64>().ok());
        match (number, count) {
            (Some(number), Some(count))
                if (1..=count).contains(&number) && count <= MOST_SHARDS =>
            {
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
    /// Whether bytes with this SHA-256, in hexadecimal, fall to this shard.
    pub fn holds(self, id: &str) -> bool {
        // A hash's first 64 bits are as good as random.
        let key = id
            .get(..16)
            .and_then(|digits| u64::from_str_radix(digits, 16).ok());
        share(key.unwrap_or(0), self.count) == self.number - 1
    }
}

/// The share, from 0, of a key among so many. Of the keys only one in `count` + 1 moves when a share
/// is added, and none between two old ones: "A Fast, Minimal Memory, Consistent Hash Algorithm",
/// Lamping and Veach 2014 (arXiv 1406.2294).
fn share(mut key: u64, count: u64) -> u64 {
    let (mut share, mut next) = (0, 0);
    while next < count {
        share = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        let stride = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((share + 1) as f64 * stride) as u64;
    }
    share
}

/// Leaves those of the files that fall to the run's shard; all of them where it has none. `checked`
/// is when their state was read, in nanoseconds since the Unix epoch.
///
/// What cannot be read falls to every shard, for it may be that only this machine cannot. What is
/// larger than the limit is not read to be refused: its path decides.
pub(super) fn keep_own(
    files: Vec<InputFile>,
    catalogue: &mut Catalogue,
    options: &RunOptions,
    checked: i128,
) -> Result<Vec<InputFile>, Error> {
    let Some(shard) = options.shard else {
        return Ok(files);
    };
    let known = catalogue.content_hashes()?;
    let ids = ids(&files, &known, options)?;
    let interrupted = options.cancel.load(Ordering::Relaxed);
    let mut own = Vec::new();
    let mut others = Vec::new();
    for (found, id) in files.into_iter().zip(ids) {
        match id {
            Some(id) if shard.holds(&id) => own.push(found),
            Some(_) if found.source.bytes > options.read.max_bytes => {}
            Some(id) => {
                let place = written(&found.path);
                others.push(OtherShardFile::new(place, &found.source, checked, id));
            }
            None if interrupted => {}
            None => own.push(found),
        }
    }
    // After an interruption not all were looked at: what is stored stays.
    if !interrupted {
        catalogue.store_other_shards(&others)?;
    }
    Ok(own)
}

/// What [`id`] gives for each file, on as many threads as the run has jobs.
fn ids(
    files: &[InputFile],
    known: &BTreeMap<String, ContentHash>,
    options: &RunOptions,
) -> Result<Vec<Option<String>>, Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut ids = Vec::new();
        loop {
            // One file may be as long as a thousand others: never in batches.
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(found) = files.get(number) else {
                return ids;
            };
            let id = id(found, known, options.read.max_bytes, &options.cancel);
            ids.push((number, id));
        }
    };
    let found = thread::scope(|scope| {
        let builder = || thread::Builder::new().name("hash".to_owned());
        let threads = (0..options.jobs.get()).map(|_| builder().spawn_scoped(scope, work));
        let threads = threads.collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::new();
        for thread in threads {
            match thread.join() {
                Ok(ids) => found.extend(ids),
                // A panic of ours is not to look like files that cannot be read.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(found)
    });
    let mut found: Vec<(usize, Option<String>)> = found.map_err(Error::Threads)?;
    found.sort();
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// The SHA-256 of a file's bytes, or of its path where it is too large to be read. `None` where
/// it cannot be read, or where the run was interrupted.
fn id(
    found: &InputFile,
    known: &BTreeMap<String, ContentHash>,
    max_bytes: u64,
    cancel: &AtomicBool,
) -> Option<String> {
    let source = &found.source;
    if source.bytes > max_bytes {
        return Some(hash_bytes(source.relative.as_bytes()));
    }
    let content = known.get(&written(&found.path));
    if let Some(content) = content.filter(|content| content.state.is_certainly(source)) {
        return Some(content.id.clone());
    }
    if cancel.load(Ordering::Relaxed) {
        return None;
    }
    hash_file(&source.file).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diarium_document::Source;
    use proptest::prelude::*;

    #[test]
    fn a_shard_is_written_as_which_of_how_many() {
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
    fn shares_are_those_of_the_paper_and_are_of_a_size() {
        // Known answers of other implementations.
        for (key, count, expected) in [
            (1, 1, 0),
            (42, 57, 43),
            (0xDEAD_10CC, 666, 361),
            (256, 1024, 520),
        ] {
            assert_eq!(share(key, count), expected);
        }
        let mut sizes = [0; 8];
        for key in 0..8000_u64 {
            let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            sizes[usize::try_from(share(mixed, 8)).unwrap()] += 1;
        }
        assert!(
            sizes.iter().all(|size| (850..1150).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn a_file_that_is_as_it_was_is_not_opened() {
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "/no/such/file".into(),
            bytes: 4,
            modified: 1,
            changed: 1,
        };
        let found = InputFile {
            input: 0,
            path: "/in/a.txt".into(),
            source: source.clone(),
        };
        let later = 10_000_000_000;
        let OtherShardFile { place, content } =
            OtherShardFile::new(written(&found.path), &source, later, "id".to_owned());
        let known = BTreeMap::from([(place, content)]);
        let (limit, cancel) = (1 << 20, AtomicBool::new(false));
        assert_eq!(id(&found, &known, limit, &cancel).as_deref(), Some("id"));
        assert_eq!(id(&found, &BTreeMap::new(), limit, &cancel), None);
    }

    proptest! {
        #[test]
        fn every_document_falls_to_one_shard_and_stays_or_moves_to_the_new_one(
            key in any::<u64>(), count in 1..40_u64
        ) {
            let id = format!("{key:016x}{}", "0".repeat(48));
            let holders = (1..=count).filter(|&number| Shard { number, count }.holds(&id));
            prop_assert_eq!(holders.count(), 1);
            let (before, after) = (share(key, count), share(key, count + 1));
            prop_assert!(after == before || after == count);
        }
    }
}
