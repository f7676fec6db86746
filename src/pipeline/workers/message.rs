//! What do a supervisor and its workers say to each other, and how long may it be?
//!
//! One JSON object a line. Orders go to a worker's standard input, answers come from its standard
//! output. Both sides are the same program, so the words may change from version to version.

use std::ffi::OsString;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Fingerprint, Identity};
use crate::document::Source;
use crate::emit;
use crate::pipeline::attempt::Ended;
use crate::pipeline::plan::{Moved, Reason, Task};

/// No message is longer. A book of 5,000 pages with a warning on each stays below two megabytes.
const LONGEST: u64 = 64 << 20;

/// A document to take in hand.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    relative: String,
    /// Names of files are bytes, which JSON's strings cannot hold.
    file: OsString,
    bytes: u64,
    modified: i128,
    changed: i128,
    unless: Option<String>,
    restore: Option<String>,
    outdated_record: Option<String>,
    moved: Option<Moved>,
}

impl From<&Task> for Order {
    fn from(task: &Task) -> Self {
        Self {
            relative: task.source.relative.clone(),
            file: task.source.file.clone().into(),
            bytes: task.source.bytes,
            modified: task.source.modified,
            changed: task.source.changed,
            unless: task.unless.clone(),
            restore: task.restore.clone(),
            outdated_record: task.outdated_record.clone(),
            moved: task.moved.clone(),
        }
    }
}

impl From<Order> for Task {
    fn from(order: Order) -> Self {
        Self {
            source: Source {
                relative: order.relative,
                file: order.file.into(),
                bytes: order.bytes,
                modified: order.modified,
                changed: order.changed,
            },
            // Only whoever writes to the catalogue needs these.
            identity: Identity {
                root: 0,
                relative: String::new(),
            },
            checked: 0,
            reason: Reason::New,
            unless: order.unless,
            restore: order.restore,
            outdated_record: order.outdated_record,
            moved: order.moved,
        }
    }
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// It takes orders; its records depend on this.
    Ready(Fingerprint),
    /// The document in hand got on.
    Progress,
    /// It is done with.
    Ended(Ended),
    /// No record can be written any more.
    CannotWrite(Trouble),
}

/// Why a file could not be written, in words that another process understands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Trouble {
    path: OsString,
    kind: String,
    message: String,
}

/// What users are given advice for; the rest is told as it is.
const KINDS: [ErrorKind; 5] = [
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::NotFound,
];

impl From<&emit::Error> for Trouble {
    fn from(error: &emit::Error) -> Self {
        Self {
            path: error.path.clone().into(),
            kind: error.source.kind().to_string(),
            message: error.source.to_string(),
        }
    }
}

impl From<Trouble> for emit::Error {
    fn from(trouble: Trouble) -> Self {
        let mut kinds = KINDS.into_iter();
        let kind = kinds.find(|kind| kind.to_string() == trouble.kind);
        Self {
            path: PathBuf::from(trouble.path),
            source: io::Error::new(kind.unwrap_or(ErrorKind::Other), trouble.message),
        }
    }
}

/// Writes a message as a line, at once.
pub(super) fn write<T: Serialize>(mut stream: impl Write, message: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    stream.flush()
}

/// Reads the next message; none at the end of the stream. What is no message of ours is an error.
pub(super) fn read<T: DeserializeOwned>(stream: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    stream.take(LONGEST).read_until(b'\n', &mut line)?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(serde_json::from_slice(&line)?)),
        Some(_) => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn task(file: &Path) -> Task {
        Task {
            source: Source {
                relative: "a%0Ab.txt".to_owned(),
                file: file.to_owned(),
                bytes: u64::MAX,
                modified: -1_700_000_000_000_000_001,
                changed: 0,
            },
            identity: Identity {
                root: 0,
                relative: String::new(),
            },
            checked: 0,
            reason: Reason::New,
            unless: Some("id".to_owned()),
            restore: None,
            outdated_record: None,
            moved: None,
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_order_names_its_file_whatever_bytes_that_has() {
        use std::os::unix::ffi::OsStrExt;
        let file = Path::new(std::ffi::OsStr::from_bytes(b"/in/b\xe5t\n.txt"));
        let mut stream = Vec::new();
        write(&mut stream, &Order::from(&task(file))).unwrap();
        let mut stream = stream.as_slice();
        let order: Order = read(&mut stream).unwrap().unwrap();
        assert_eq!(Task::from(order).source, task(file).source);
        assert!(read::<Order>(&mut stream).unwrap().is_none());
    }

    #[test]
    fn half_a_message_is_none() {
        let mut stream = &b"\"Progress\"\n\"Prog"[..];
        assert!(matches!(read(&mut stream), Ok(Some(Answer::Progress))));
        assert!(read::<Answer>(&mut stream).is_err());
    }

    #[test]
    fn why_nothing_can_be_written_is_told_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let wrapped = tempfile::NamedTempFile::new_in(folder.path().join("gone")).unwrap_err();
        let error = emit::Error {
            path: "a".into(),
            source: wrapped,
        };
        let back = emit::Error::from(Trouble::from(&error));
        assert_eq!(back.source.kind(), ErrorKind::NotFound);
        assert_eq!(back.to_string(), error.to_string());
    }
}
