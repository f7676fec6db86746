//! What is new since last time?
//!
//! One SQLite file in the output folder that remembers every document, its fingerprint, what became
//! of it, and every run. `docs/catalogue.md` says what each column means, for people who open it
//! themselves. There is one writer, who holds the folder's [`Lock`]; anybody may read meanwhile.
//! The catalogue decides nothing about documents: what must be done again is `pipeline`'s question,
//! answered with the [`Known`] rows and [`Fingerprint`]s of this room.

mod fingerprint;
mod gone;
mod identities;
mod in_hand;
mod join;
mod lock;
mod migrations;
mod report;
mod rows;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags};

pub use fingerprint::{COPIES, Canonical, Fingerprint, hash_bytes, hash_file};
pub use gone::Unseen;
pub use identities::Identity;
pub use in_hand::{InHand, Suspect};
pub use join::{Arrival, History, Meeting};
pub use lock::Lock;
pub use report::{FailureRow, LookRow, MadeBy, Report, RunRow};
pub use rows::{DocumentRow, EndedRun, Known, MovedFrom, NewRun, Outcome, RunId, RunOutcome};

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
        let mut connection = Connection::open(&file)?;
        // With a write-ahead log `status` can read while a run writes; after a power cut the last
        // few rows may be missing, and their documents are done again.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "foreign_keys", "on")?;
        migrations::migrate(&mut connection, &file)?;
        Ok(Self { connection })
    }

    /// Opens the catalogue of an output folder to look at it only.
    pub fn open_to_read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(FILE_NAME);
        if !file.is_file() {
            return Err(Error::Missing {
                folder: folder.to_owned(),
            });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let connection = Connection::open_with_flags(&file, flags)?;
        let connection = match migrations::check_newest(&connection, &file) {
            // SQLite cannot put its log's index beside the file: on a medium that nobody can
            // write to, nobody is writing, and the file may be read as it is.
            Err(Error::Sqlite(error)) if is_cannot_open(&error) => {
                let frozen = Connection::open_with_flags(frozen_uri(&file), flags)?;
                migrations::check_newest(&frozen, &file)?;
                frozen
            }
            checked => {
                checked?;
                connection
            }
        };
        Ok(Self { connection })
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
