//! In-flight journal: the documents that a run is processing, for the run after a crash.
//!
//! A row is inserted before a document begins and deleted when it has ended. A run that ends in an
//! orderly way, with an error too, rolls its rows back ([`InFlightJournal::rollback`]). If it cannot,
//! because the disk is full, the [`Lock`] shows the next run that there was no crash, and that run rolls
//! them back. The remaining rows are those of a supervisor that crashed or was killed; they count one
//! crash against their documents. How many crashes lead to quarantine is decided by `pipeline`.
//!
//! The journal has its own connection, so that beginning a document does not wait until outcomes are
//! written. Its commits are not forced to the disk: a power cut is not caused by a document, and a
//! process that is killed loses nothing that it wrote.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::{Catalogue, Error, FILE_NAME, Lock, from_sql, to_sql, wait_for_writers};
use diarium_document::Source;

/// The in-flight journal of a run.
#[derive(Debug)]
pub struct InFlightJournal {
    connection: Connection,
}

/// A document that was in flight when a run crashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrashSuspect {
    /// Its length then.
    pub bytes: u64,
    /// Its modification time then.
    pub modified: i128,
    /// How many runs crashed while they processed it, since an attempt last ended.
    pub crashes: u32,
}

impl CrashSuspect {
    /// Whether a file has the length and time of the one that was in flight.
    pub fn is_same_file(&self, source: &Source) -> bool {
        self.bytes == source.bytes && self.modified == source.modified
    }
}

impl Catalogue {
    /// Counts one more crash against the documents that the last run left in flight, and returns all
    /// that crashed runs left, by path. Called once in a run, before any document begins.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn count_crash_suspects(&mut self) -> Result<HashMap<String, CrashSuspect>, Error> {
        self.connection.execute(
            "update in_flight set crashes = crashes + 1, running = 0 where running = 1",
            [],
        )?;
        let query = "select path, bytes, modified_ns, crashes from in_flight";
        let mut statement = self.connection.prepare(query)?;
        let rows = statement.query_map([], suspect)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn suspect(row: &Row<'_>) -> rusqlite::Result<(String, CrashSuspect)> {
    let suspect = CrashSuspect {
        bytes: from_sql(row.get(1)?),
        modified: row.get::<_, i64>(2)?.into(),
        crashes: row.get(3)?,
    };
    Ok((row.get(0)?, suspect))
}

impl InFlightJournal {
    /// Opens the journal of a locked folder, whose catalogue was opened before with
    /// [`Catalogue::open`]. Rows of a run that did not crash are rolled back.
    ///
    /// # Errors
    /// If the catalogue cannot be opened or written.
    pub fn open(lock: &Lock) -> Result<Self, Error> {
        let mut connection = Connection::open(lock.folder().join(FILE_NAME))?;
        connection.pragma_update(None, "synchronous", "normal")?;
        wait_for_writers(&mut connection)?;
        let mut in_flight = Self { connection };
        if !lock.take_crash() {
            in_flight.rollback()?;
        }
        Ok(in_flight)
    }

    /// Deletes the rows of documents that have ended and inserts those of documents that are about to
    /// begin, in one transaction.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn update<'s>(
        &mut self,
        ended: impl IntoIterator<Item = &'s str>,
        begun: impl IntoIterator<Item = &'s Source>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for path in ended {
            transaction
                .prepare_cached("delete from in_flight where path = ?1")?
                .execute([path])?;
        }
        // A changed file begins with 0 crashes, because the earlier ones concern other bytes.
        for source in begun {
            transaction
                .prepare_cached(
                    "insert into in_flight (path, bytes, modified_ns, running, crashes)
                     values (?1, ?2, ?3, 1, 0)
                     on conflict (path) do update set
                         crashes = iif(bytes = excluded.bytes
                             and modified_ns = excluded.modified_ns, crashes, 0),
                         bytes = excluded.bytes, modified_ns = excluded.modified_ns, running = 1",
                )?
                .execute(params![
                    source.relative,
                    to_sql(source.bytes),
                    to_sql(source.modified)
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Rolls back the row of one document, which waits for a retry.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn suspend(&mut self, path: &str) -> Result<(), Error> {
        self.delete_running(Some(path))
    }

    /// Rolls back all rows of this run, whose end was not caused by a document. Crashes that were
    /// counted before are kept.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn rollback(&mut self) -> Result<(), Error> {
        self.delete_running(None)
    }

    /// Undoes the insertion of one row, or of all.
    fn delete_running(&mut self, path: Option<&str>) -> Result<(), Error> {
        // A row with crashes of earlier runs stays, and is only no longer running.
        let transaction = self.connection.transaction()?;
        for statement in [
            "delete from in_flight
             where running = 1 and crashes = 0 and path = ifnull(?1, path)",
            "update in_flight set running = 0 where running = 1 and path = ifnull(?1, path)",
        ] {
            transaction.execute(statement, [path])?;
        }
        Ok(transaction.commit()?)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn a_document_that_waits_for_a_retry_is_not_in_flight() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut in_flight = InFlightJournal::open(&lock).unwrap();
        in_flight.update([], &[source("a"), source("b")]).unwrap();
        in_flight.suspend("a").unwrap();
        let suspects = catalogue.count_crash_suspects().unwrap();
        assert_eq!(suspects.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn a_run_that_could_not_roll_back_does_not_count_as_a_crash() {
        let folder = tempfile::tempdir().unwrap();
        let crashed = |is_crash: bool| {
            let lock = Lock::acquire(folder.path()).unwrap();
            Catalogue::open(&lock).unwrap();
            let mut in_flight = InFlightJournal::open(&lock).unwrap();
            in_flight.update([], [&source("a")]).unwrap();
            drop(lock);
            let signature = if is_crash { "pid 1" } else { "" };
            std::fs::write(folder.path().join(".lock"), signature).unwrap();
        };
        let suspects = || {
            let lock = Lock::acquire(folder.path()).unwrap();
            let mut catalogue = Catalogue::open(&lock).unwrap();
            InFlightJournal::open(&lock).unwrap();
            catalogue.count_crash_suspects().unwrap()
        };
        crashed(false);
        assert!(suspects().is_empty());
        crashed(true);
        // Another process holds the folder in between and processes no document.
        drop(Lock::acquire(folder.path()).unwrap());
        assert_eq!(suspects()["a"].crashes, 1);
        assert_eq!(suspects()["a"].crashes, 1, "counted once");
    }

    fn source(relative: &str) -> Source {
        Source {
            relative: relative.to_owned(),
            file: PathBuf::from(relative),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 7,
            modified: 17,
            changed: 0,
        }
    }

    #[test]
    fn a_rollback_keeps_the_crashes_that_were_counted_before() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::acquire(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut in_flight = InFlightJournal::open(&lock).unwrap();
        in_flight.update([], [&source("crashed")]).unwrap();
        assert_eq!(
            catalogue.count_crash_suspects().unwrap()["crashed"].crashes,
            1
        );
        for _ in 0..4 {
            let begun = [source("crashed"), source("other")];
            in_flight.update([], &begun).unwrap();
            in_flight.rollback().unwrap();
            let suspects = catalogue.count_crash_suspects().unwrap();
            assert_eq!(suspects["crashed"].crashes, 1);
            assert!(!suspects.contains_key("other"));
        }
    }
}
