//! Catalogue: incremental-processing state in SQLite.
//!
//! One file in the output folder that remembers every document, its fingerprint, what became of it,
//! and every run. `docs/catalogue.md` says what each column means, for people who open it
//! themselves. There is one writer, who holds the folder's [`Lock`]; anybody may read meanwhile.
//! The catalogue decides nothing about documents: what must be processed again is `pipeline`'s
//! question, answered with the [`Known`] rows and [`Fingerprint`]s of this module. Rows and files
//! change together through `store`.

mod content_hashes;
mod documents;
mod exports;
mod fingerprint;
mod in_hand;
mod integrity;
mod lock;
mod merge;
mod migrations;
mod paths;
mod report;
mod roots;
mod runs;
mod tombstones;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use content_hashes::{ContentHash, OtherShardFile};
pub use documents::{
    Change, DocumentRow, FileOperation, FileState, Known, Outcome, RecordFile, SET_ASIDE,
    StagedFile, WITHDRAWN, Withdrawn,
};
pub use exports::ExportRow;
pub use fingerprint::{Canonical, Fingerprint, RENDITIONS, hash_bytes, hash_file};
pub use in_hand::{InHand, Suspect};
pub use integrity::{Listed, ListedFile};
pub use lock::Lock;
pub use merge::{IncomingRow, MergeDecision, MergeSource};
pub use paths::{
    ALTO, RECORDS, SEARCHABLE, TEMPORARY, alto_folder, alto_path, path_key, record_path,
    searchable_path,
};
pub use report::{FailureRow, LookRow, MadeBy, Report, RunRow, WithdrawnRow};
pub use roots::{Identity, Root, RootId};
pub use runs::{EndedRun, NewRun, RunId, RunOutcome, erase_names};
pub use tombstones::MissingDocument;

/// Marks the file as ours in its header, as `file` shows: "DIAR".
const APPLICATION_ID: i64 = 0x4449_4152;

/// The catalogue's file name in an output folder.
pub const FILE_NAME: &str = "catalogue.db";

/// Why the catalogue cannot be used. The run cannot go on without it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another run is writing here.
    #[error("another run holds the folder {} ({holder}); wait for it to end", folder.display())]
    Held {
        /// The output folder.
        folder: PathBuf,
        /// Who holds it, as far as is known.
        holder: String,
    },
    /// The output folder cannot be made or written to.
    #[error(
        "output folder {} cannot be used: {source}; choose a folder that you may write to",
        folder.display()
    )]
    Folder {
        /// The output folder.
        folder: PathBuf,
        /// What the operating system says.
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
    /// A newer diarium wrote it.
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
    /// An older diarium wrote it, and no newer one has since.
    #[error(
        "{} was written by an earlier diarium; the next `diarium run` brings it up to date",
        file.display()
    )]
    Older {
        /// The catalogue.
        file: PathBuf,
    },
    /// SQLite reports trouble.
    #[error("catalogue: {0}; if the disk is full make room, if the file is damaged move it away")]
    Sqlite(#[from] rusqlite::Error),
}

/// An open catalogue.
#[derive(Debug)]
pub struct Catalogue {
    connection: Connection,
}

impl Catalogue {
    /// Opens the catalogue of an output folder for writing, made or brought up to date if need be.
    /// The lock shows that nobody else is writing.
    pub fn open(lock: &Lock) -> Result<Self, Error> {
        let file = lock.folder().join(FILE_NAME);
        let connection = Connection::open(&file)?;
        // With a write-ahead log `status` can read while a run writes. Commits are forced to the
        // disk: files are renamed only after the row that names them is safe.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        Self::migrated(connection, &file)
    }

    /// A copy of an output folder's catalogue in a file of its own, for a run that only reports
    /// what it would do. Nothing is written to the folder.
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
        connection.pragma_update(None, "foreign_keys", "on")?;
        Ok(Self { connection })
    }

    /// Whether the catalogue lists every derived file in its folder. One of version 3 or earlier did
    /// not, and does not after its migration until [`Catalogue::mark_complete`].
    pub fn is_complete(&self) -> Result<bool, Error> {
        let id = "application_id";
        let found: i64 = self
            .connection
            .pragma_query_value(None, id, |row| row.get(0))?;
        Ok(found == APPLICATION_ID)
    }

    /// Stores that the catalogue lists every derived file in its folder.
    pub fn mark_complete(&mut self) -> Result<(), Error> {
        let id = "application_id";
        Ok(self.connection.pragma_update(None, id, APPLICATION_ID)?)
    }

    /// Overwrites what was deleted from the file, the log included, so that it cannot be recovered
    /// from there.
    pub fn shred(&mut self) -> Result<(), Error> {
        self.connection.execute_batch("vacuum")?;
        let checkpoint = "pragma wal_checkpoint(truncate)";
        self.connection.query_row(checkpoint, [], |_| Ok(()))?;
        Ok(())
    }

    /// Opens the catalogue of an output folder to look at it only.
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
}

/// How long a connection waits for another one to finish its transaction.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// A connection that adds rows beside a run that may be at work.
fn open_to_append(folder: &Path) -> Result<Connection, Error> {
    let file = folder.join(FILE_NAME);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let connection = Connection::open_with_flags(&file, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    migrations::check_newest(&connection, &file)?;
    Ok(connection)
}

fn open_read_only(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match migrations::check_version(&connection, file) {
        // SQLite cannot put its log's index beside the file: on a medium that nobody can
        // write to, nobody is writing, and the file may be read as it is.
        Err(Error::Sqlite(error)) if is_cannot_open(&error) => {
            Ok(Connection::open_with_flags(frozen_uri(file), flags)?)
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

/// The file as a URI that promises SQLite that nobody writes to it.
fn frozen_uri(file: &Path) -> String {
    let path = file.to_string_lossy().replace('%', "%25");
    let path = path.replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

#[cfg(test)]
mod tests;
