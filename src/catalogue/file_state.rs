//! File state: the stat data of a source file, and whether it proves that the file is unchanged.
//!
//! A file is hashed again only where its length and times leave a doubt. A modification time that was
//! recent when it was read is such a doubt (a racy timestamp, as in git's index): a later write may have
//! left the same time.

use rusqlite::Row;

use super::from_sql;
use diarium_document::Source;

/// The state of a source file when it was last read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileState {
    /// Length in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i128,
    /// Status change time in nanoseconds since the Unix epoch, 0 if unknown.
    pub changed: i128,
    /// When the state was read, in nanoseconds since the Unix epoch.
    pub checked: i128,
}

/// The coarsest resolution of file timestamps, in nanoseconds.
// FAT stores times in steps of two seconds. Other file systems take the time of the kernel's clock tick
// (1 to 10 ms) or finer. Smaller: a second write within one step goes unnoticed; larger: more files are
// hashed again shortly after they were written.
const TIMESTAMP_RESOLUTION: i128 = 2_000_000_000;

impl FileState {
    /// Whether the file certainly has the bytes that it had then. A file that may have been written
    /// again within one step of its timestamp after the state was read does not; only its bytes can
    /// show it.
    pub fn is_unchanged(&self, source: &Source) -> bool {
        // Programs can set a modification time, but not a status change time, which only Unix has.
        // Rows of version 3 and earlier have neither this nor `checked`: their files are always hashed.
        let timestamp = if self.changed == 0 {
            self.modified
        } else {
            self.changed
        };
        self.has_same_stat(source) && timestamp + TIMESTAMP_RESOLUTION < self.checked
    }

    /// Whether the file has the length and times that it had then.
    pub fn has_same_stat(&self, source: &Source) -> bool {
        self.bytes == source.bytes
            && self.modified == source.modified
            && (self.changed == source.changed || self.changed == 0)
    }

    /// The state in four consecutive columns: length, modified, changed, checked.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            bytes: from_sql(row.get(first)?),
            modified: row.get::<_, i64>(first + 1)?.into(),
            changed: row.get::<_, i64>(first + 2)?.into(),
            checked: row.get::<_, i64>(first + 3)?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_unchanged_only_if_its_state_was_read_some_time_after_it_was_written() {
        let second = 1_000_000_000;
        let source = Source {
            relative: "a.txt".to_owned(),
            file: "a.txt".into(),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 4,
            modified: 17 * second,
            changed: 100 * second,
        };
        let state = FileState {
            bytes: 4,
            modified: 17 * second,
            changed: 100 * second,
            checked: 200 * second,
        };
        assert!(state.is_unchanged(&source));
        for other in [
            FileState { bytes: 5, ..state },
            FileState {
                modified: 18 * second,
                ..state
            },
            // The modification time was set back.
            FileState {
                changed: 99 * second,
                ..state
            },
            // Read right after the file was written, which may have been written once more.
            FileState {
                checked: 101 * second,
                ..state
            },
        ] {
            assert!(!other.is_unchanged(&source), "{other:?}");
        }
    }
}
