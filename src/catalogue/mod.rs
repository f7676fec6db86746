//! Catalogue: the state of incremental processing, in SQLite.
//!
//! One file in the output folder stores every document with its fingerprint and outcome, and every run.
//! `docs/catalogue.md` describes each column for people who query it. There is one writer, which holds
//! the folder's [`Lock`]; any number of processes may read at the same time.
//!
//! Which documents are processed again is decided by `pipeline`, which compares the [`KnownDocument`]
//! of each with the [`Fingerprint`] of the run. Rows and files change together, in a [`Change`] that
//! `store` makes.

mod change;
mod content_hashes;
mod documents;
mod exports;
mod file_state;
mod fingerprint;
mod in_flight;
mod integrity;
mod lock;
mod members;
mod merge;
mod migrations;
mod paths;
mod redo_log;
mod roots;
mod runs;
mod status_report;
mod tombstones;
mod withdrawn;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Params, Row, TransactionBehavior};

pub use change::Change;
pub use content_hashes::{ContentHash, OtherShardFile};
pub use documents::{DocumentRow, KnownDocument, Outcome, RecordFile, StagedFile};
pub use exports::ExportRow;
pub use file_state::FileState;
pub use fingerprint::{Canonical, Fingerprint, RENDITIONS, hash_bytes, hash_file};
pub use in_flight::{CrashSuspect, InFlightJournal};
pub use integrity::{FileRole, ListedFile};
pub use lock::Lock;
pub use members::{KnownContainer, Listing, is_member};
pub use merge::{IncomingRow, MergeDecision, MergeSource};
pub use paths::{
    ALTO, RECORDS, SEARCHABLE, TEMPORARY, UNLISTED, WITHDRAWN, alto_folder, alto_path, path_key,
    record_path, searchable_path,
};
pub use redo_log::FileOperation;
pub use roots::{Identity, Root, RootId};
pub use runs::{EndedRun, NewRun, RunId, RunOutcome, erase_names};
pub use status_report::{FailureRow, ReviewRow, RunProvenance, RunRow, StatusReport, WithdrawnRow};
pub use tombstones::MissingDocument;
pub use withdrawn::WithdrawnRecord;

/// Identifies the file format in the header of the file: "DIAR". `file` shows it.
// It is set when the catalogue is complete; see `Catalogue::is_complete`.
const APPLICATION_ID: i64 = 0x4449_4152;

/// The catalogue's file name in an output folder.
pub const FILE_NAME: &str = "catalogue.db";

/// Why the catalogue cannot be used. A run cannot continue without it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the lock of the folder.
    #[error("another run holds the folder {} ({holder}); wait for it to end", folder.display())]
    Held {
        /// The output folder.
        folder: PathBuf,
        /// The process that holds it, as far as is known.
        holder: String,
    },
    /// The output folder cannot be created or written to.
    #[error(
        "output folder {} cannot be used: {source}; choose a folder that you may write to",
        folder.display()
    )]
    Folder {
        /// The output folder.
        folder: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// There is no catalogue.
    #[error(
        "{} is no output folder: it has no {FILE_NAME}; name the folder that was given to --out",
        folder.display()
    )]
    Missing {
        /// The folder that was named.
        folder: PathBuf,
    },
    /// A newer diarium wrote the catalogue.
    #[error(
        "{} was written by a newer diarium (schema {found}, this one knows {known}); \
         update diarium or choose another output folder",
        file.display()
    )]
    Newer {
        /// The catalogue.
        file: PathBuf,
        /// Its schema's version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// An older diarium wrote the catalogue, and it was not migrated since.
    #[error(
        "{} was written by an earlier diarium; the next `diarium run` brings it up to date",
        file.display()
    )]
    Older {
        /// The catalogue.
        file: PathBuf,
    },
    /// SQLite returned an error.
    #[error(
        "catalogue: {0}; free space if the disk is full, or move the file away if it is damaged"
    )]
    Sqlite(SqliteError),
}

/// An error of SQLite.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SqliteError(rusqlite::Error);

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(SqliteError(error))
    }
}

/// An open catalogue.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
}

impl Catalogue {
    /// Opens the catalogue of an output folder for writing. It is created or migrated if necessary.
    /// The lock proves that no other process writes.
    ///
    /// # Errors
    /// If the catalogue cannot be opened or migrated, or a newer diarium wrote it.
    pub fn open(lock: &Lock) -> Result<Self, Error> {
        let file = lock.folder().join(FILE_NAME);
        let mut connection = Connection::open(&file)?;
        // With a write-ahead log, `status` can read while a run writes. Commits are forced to the disk,
        // because files are renamed after the row that names them is committed.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        wait_for_writers(&mut connection)?;
        Self::migrated(connection, &file)
    }

    /// Copies the catalogue of an output folder to another file and opens that, for a dry run. Nothing
    /// is written to the folder.
    ///
    /// # Errors
    /// If there is a catalogue and it cannot be read or copied.
    pub fn open_copy(folder: &Path, copy: &Path) -> Result<Self, Error> {
        let file = folder.join(FILE_NAME);
        if file.is_file() {
            let connection = open_read_only(&file)?;
            let name = copy.to_string_lossy();
            connection.execute("vacuum into ?1", [name.as_ref()])?;
        }
        Self::migrated(Connection::open(copy)?, copy)
    }

    fn migrated(mut connection: Connection, file: &Path) -> Result<Self, Error> {
        migrations::migrate(&mut connection, file)?;
        // Deleting a document deletes its derived files and its withdrawn record by cascade.
        connection.pragma_update(None, "foreign_keys", "on")?;
        Ok(Self { connection })
    }

    /// Whether the catalogue lists every derived file in its folder. A catalogue of version 3 or earlier
    /// does not, until `store` has added them after the migration and calls
    /// [`Catalogue::mark_complete`].
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn is_complete(&self) -> Result<bool, Error> {
        // The format ID is set last, so that a migration of files that was interrupted is repeated.
        let id = "application_id";
        let found: i64 = self
            .connection
            .pragma_query_value(None, id, |row| row.get(0))?;
        Ok(found == APPLICATION_ID)
    }

    /// Stores that the catalogue lists every derived file in its folder.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn mark_complete(&mut self) -> Result<(), Error> {
        let id = "application_id";
        Ok(self.connection.pragma_update(None, id, APPLICATION_ID)?)
    }

    /// Rewrites the file and truncates the write-ahead log, so that deleted rows cannot be recovered.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn shred(&mut self) -> Result<(), Error> {
        // Deleted rows remain in free pages of the file until it is rewritten, and in the log until it is
        // truncated.
        self.connection.execute_batch("vacuum")?;
        let checkpoint = "pragma wal_checkpoint(truncate)";
        self.connection.query_row(checkpoint, [], |_| Ok(()))?;
        Ok(())
    }

    /// Opens the catalogue of an output folder for reading only.
    ///
    /// # Errors
    /// If there is no catalogue, it cannot be read, or it has another version.
    pub fn open_to_read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(FILE_NAME);
        if !file.is_file() {
            return Err(Error::Missing {
                folder: folder.to_owned(),
            });
        }
        let connection = open_read_only(&file)?;
        migrations::check_newest(&connection, &file)?;
        Ok(Self { connection })
    }

    /// All rows of a query.
    fn rows<T>(
        &self,
        query: &str,
        parameters: impl Params,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map(parameters, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// How long a connection waits for another one to finish its transaction.
// Longer than any transaction: the longest commits a few hundred outcomes and forces them to the disk,
// or migrates a catalogue. A shorter wait would end a run on a slow disk.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes each transaction of a connection wait until others have written.
// A transaction that reads first, and writes after another connection has written, fails at once,
// whatever the timeout: what it read is outdated (SQLITE_BUSY_SNAPSHOT). The catalogue and the journal
// of documents in flight are two connections to one file, used by two threads. So every transaction
// takes the write lock when it begins.
fn wait_for_writers(connection: &mut Connection) -> Result<(), Error> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    Ok(())
}

/// A connection that adds rows while a run may write.
fn open_to_append(folder: &Path) -> Result<Connection, Error> {
    let file = folder.join(FILE_NAME);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let mut connection = Connection::open_with_flags(&file, flags)?;
    wait_for_writers(&mut connection)?;
    migrations::check_newest(&connection, &file)?;
    Ok(connection)
}

fn open_read_only(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match migrations::check_version(&connection, file) {
        // SQLite needs to create the index of its write-ahead log. On a read-only medium it cannot, but
        // there is no writer either, so that the file can be read without the log.
        Err(Error::Sqlite(SqliteError(error))) if is_cannot_open(&error) => {
            Ok(Connection::open_with_flags(immutable_uri(file), flags)?)
        }
        checked => {
            checked?;
            Ok(connection)
        }
    }
}

fn is_cannot_open(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error_code();
    matches!(code, Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// The URI of a file that no process writes to.
fn immutable_uri(file: &Path) -> String {
    let path = file.to_string_lossy().replace('%', "%25");
    let path = path.replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

/// A number as SQLite stores it: 64 bits with a sign, enough for bytes, and for nanoseconds until 2262.
fn to_sql<T: TryInto<i64>>(number: T) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// A count or a length from SQLite, which is never negative.
fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests;
