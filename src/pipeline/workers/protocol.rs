//! Worker protocol: requests and responses between a supervisor and its workers.
//!
//! One JSON value per line. Requests go to a worker's standard input, responses come from its
//! standard output. Both sides are the same program, so the messages may change from version to
//! version.
//!
//! A run sends its passwords once. A worker sends `Ready` once. For each request, in the order of the requests, it sends `Started`,
//! any number of `Heartbeat`s, and either `Ended` or `CannotWrite`.

use std::ffi::OsString;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Fingerprint, Identity};
use crate::files;
use crate::pipeline::task::{Moved, Reason, Task};
use crate::pipeline::task_runner::TaskOutcome;
use diarium_document::{Source, SourcePart};
use diarium_read::Passwords;

/// The maximum length of a message.
// A book of 5,000 pages with a warning on each stays below two megabytes. A program that writes
// without line ends must not fill the memory of the supervisor.
const MAX_MESSAGE_BYTES: u64 = 64 << 20;

/// The passwords of a run, in the clear: without `Debug`, so that no message shows them.
#[derive(Serialize, Deserialize)]
pub(super) struct RevealedPasswords {
    list: Vec<String>,
    version: String,
}

impl From<&Passwords> for RevealedPasswords {
    fn from(passwords: &Passwords) -> Self {
        Self {
            list: passwords.reveal().to_vec(),
            version: passwords.version().to_owned(),
        }
    }
}

impl From<RevealedPasswords> for Passwords {
    fn from(revealed: RevealedPasswords) -> Self {
        Self::from_revealed(revealed.list, revealed.version)
    }
}

/// A document to process.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    relative: String,
    /// File names are bytes, which JSON strings cannot hold.
    file: OsString,
    members: Vec<String>,
    /// Names and files of the parts.
    parts: Vec<(String, OsString)>,
    bytes: u64,
    modified: i128,
    changed: i128,
    keep_if: Option<String>,
    restore_if: Option<String>,
    outdated_record: Option<String>,
    moved: Option<Moved>,
}

fn revealed_part(part: &SourcePart) -> (String, OsString) {
    (part.name.clone(), part.file.clone().into())
}

fn part((name, file): (String, OsString)) -> SourcePart {
    SourcePart {
        name,
        file: file.into(),
    }
}

impl From<&Task> for Request {
    fn from(task: &Task) -> Self {
        Self {
            relative: task.source.relative.clone(),
            file: task.source.file.clone().into(),
            members: task.source.members.clone(),
            parts: task.source.parts.iter().map(revealed_part).collect(),
            bytes: task.source.bytes,
            modified: task.source.modified,
            changed: task.source.changed,
            keep_if: task.keep_if.clone(),
            restore_if: task.restore_if.clone(),
            outdated_record: task.outdated_record.clone(),
            moved: task.moved.clone(),
        }
    }
}

impl From<Request> for Task {
    fn from(request: Request) -> Self {
        Self {
            source: Source {
                relative: request.relative,
                file: request.file.into(),
                members: request.members,
                parts: request.parts.into_iter().map(part).collect(),
                bytes: request.bytes,
                modified: request.modified,
                changed: request.changed,
            },
            // Only the catalogue writer, in the supervisor, needs these.
            is_container: false,
            identity: Identity {
                root: 0,
                relative: String::new(),
            },
            checked: 0,
            reason: Reason::New,
            keep_if: request.keep_if,
            restore_if: request.restore_if,
            outdated_record: request.outdated_record,
            moved: request.moved,
        }
    }
}

/// What a worker tells its supervisor.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Response {
    /// It takes requests; its records have this fingerprint.
    Ready(Fingerprint),
    /// It begins the next document.
    Started,
    /// The document made progress.
    Heartbeat,
    /// The task ended.
    Ended(TaskOutcome),
    /// No record can be written any more.
    CannotWrite(RemoteIoError),
}

/// Why a file could not be written, in a form that another process can restore.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RemoteIoError {
    path: OsString,
    // The text of an `ErrorKind`, which has no number that could be sent. Both sides are the same
    // program, so that the texts are equal.
    kind: String,
    message: String,
}

/// The kinds for which [`files::Error`] gives advice; others are restored as `Other`.
const KINDS: [ErrorKind; 5] = [
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::NotFound,
];

impl From<&files::Error> for RemoteIoError {
    fn from(error: &files::Error) -> Self {
        Self {
            path: error.path.clone().into(),
            kind: error.source.kind().to_string(),
            message: error.source.to_string(),
        }
    }
}

impl From<RemoteIoError> for files::Error {
    fn from(remote: RemoteIoError) -> Self {
        let mut kinds = KINDS.into_iter();
        let kind = kinds.find(|kind| kind.to_string() == remote.kind);
        Self {
            path: PathBuf::from(remote.path),
            source: io::Error::new(kind.unwrap_or(ErrorKind::Other), remote.message),
        }
    }
}

/// Writes a message as one line and flushes it.
pub(super) fn write<T: Serialize>(mut stream: impl Write, message: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    stream.flush()
}

/// Reads the next message; `None` at the end of the stream. Any other data is an error.
pub(super) fn read<T: DeserializeOwned>(stream: &mut impl BufRead) -> io::Result<Option<T>> {
    let mut line = Vec::new();
    stream
        .take(MAX_MESSAGE_BYTES)
        .read_until(b'\n', &mut line)?;
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
                members: vec!["b!/c.txt".to_owned()],
                parts: vec![SourcePart {
                    name: "1.tif".to_owned(),
                    file: file.to_owned(),
                }],
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
            keep_if: Some("id".to_owned()),
            restore_if: None,
            outdated_record: None,
            moved: None,
            is_container: false,
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_request_names_its_file_whatever_its_bytes_are() {
        use std::os::unix::ffi::OsStrExt;
        let file = Path::new(std::ffi::OsStr::from_bytes(b"/in/b\xe5t\n.txt"));
        let mut stream = Vec::new();
        write(&mut stream, &Request::from(&task(file))).unwrap();
        let mut stream = stream.as_slice();
        let request: Request = read(&mut stream).unwrap().unwrap();
        assert_eq!(Task::from(request).source, task(file).source);
        assert!(read::<Request>(&mut stream).unwrap().is_none());
    }

    #[test]
    fn half_a_message_is_an_error() {
        let mut stream = &b"\"Heartbeat\"\n\"Heart"[..];
        assert!(matches!(read(&mut stream), Ok(Some(Response::Heartbeat))));
        assert!(read::<Response>(&mut stream).is_err());
    }

    #[test]
    fn an_io_error_keeps_its_kind_and_message() {
        let folder = tempfile::tempdir().unwrap();
        let wrapped = tempfile::NamedTempFile::new_in(folder.path().join("gone")).unwrap_err();
        let error = files::Error {
            path: "a".into(),
            source: wrapped,
        };
        let back = files::Error::from(RemoteIoError::from(&error));
        assert_eq!(back.source.kind(), ErrorKind::NotFound);
        assert_eq!(back.to_string(), error.to_string());
    }
}
