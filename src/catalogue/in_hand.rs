//! In-flight table: the documents that a run is working on, for the run after a crash.
//!
//! A row is written before its document is begun and removed when it has ended. A run that ends in
//! any orderly way, with an error too, rolls its rows back ([`InHand::rollback`]). If it cannot,
//! because the disk is full, the [`Lock`] tells the next run, which does it. Rows that are left after
//! that are those of a supervisor that crashed or was killed, and count one crash against their
//! documents.
//!
//! The rows are written through a connection of their own, so that beginning a document never waits
//! for outcomes to be put together. Nothing is synced to the disk: a power cut is no document's
//! doing, and what kills a process leaves what it wrote.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::documents::stored;
use super::{Catalogue, Error, FILE_NAME, Lock};
use diarium_document::Source;

/// Outcomes are written through another connection, a few hundred at a time.
const BUSY_TIMEOUT: Duration = Duration::from_secs(60);

/// The in-flight table, for the supervisor to write.
#[derive(Debug)]
pub struct InHand {
    connection: Connection,
}

/// A document that was in flight when a run crashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Its length then.
    pub bytes: u64,
    /// Its modification time then.
    pub modified: i128,
    /// How many runs crashed while they worked on it, since an attempt last ended.
    pub cut_short: u32,
}

impl Suspect {
    /// Whether the file is still the one that was in flight.
    pub fn is(&self, source: &Source) -> bool {
        self.bytes == source.bytes && self.modified == source.modified
    }
}

impl Catalogue {
    /// The documents that earlier runs left in flight, by relative path. Called once per run, before
    /// any document is begun: it counts one more crash against what the last run left.
    pub fn suspects(&mut self) -> Result<HashMap<String, Suspect>, Error> {
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

fn suspect(row: &Row<'_>) -> rusqlite::Result<(String, Suspect)> {
    let suspect = Suspect {
        bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        modified: row.get::<_, i64>(2)?.into(),
        cut_short: row.get(3)?,
    };
    Ok((row.get(0)?, suspect))
}

impl InHand {
    /// Opens the catalogue of the folder that the lock holds; [`Catalogue::open`] comes first. Rows of
    /// a run that did not crash are rolled back.
    pub fn open(lock: &Lock) -> Result<Self, Error> {
        let connection = Connection::open(lock.folder().join(FILE_NAME))?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        let mut in_flight = Self { connection };
        if !lock.take_crash() {
            in_flight.rollback()?;
        }
        Ok(in_flight)
    }

    /// Removes the rows of documents that have ended and adds those of documents that are about to
    /// begin, in one transaction.
    pub fn turn<'s>(
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
                    stored(source.bytes),
                    stored(source.modified)
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Takes back the row of one document, which waits to be run again.
    pub fn suspend(&mut self, path: &str) -> Result<(), Error> {
        self.take_back(Some(path))
    }

    /// Takes back all rows of this run: whatever ended it was no document's doing. What earlier
    /// crashes count stays.
    pub fn rollback(&mut self) -> Result<(), Error> {
        self.take_back(None)
    }

    fn take_back(&mut self, path: Option<&str>) -> Result<(), Error> {
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
    fn a_document_that_waits_to_be_run_again_is_not_in_flight() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut in_flight = InHand::open(&lock).unwrap();
        in_flight.turn([], &[source("a"), source("b")]).unwrap();
        in_flight.suspend("a").unwrap();
        let suspects = catalogue.suspects().unwrap();
        assert_eq!(suspects.keys().collect::<Vec<_>>(), ["b"]);
    }

    #[test]
    fn a_run_that_could_not_roll_back_is_told_from_one_that_crashed() {
        let folder = tempfile::tempdir().unwrap();
        let crashed = |is_crash: bool| {
            let lock = Lock::take(folder.path()).unwrap();
            Catalogue::open(&lock).unwrap();
            let mut in_flight = InHand::open(&lock).unwrap();
            in_flight.turn([], [&source("a")]).unwrap();
            drop(lock);
            let signature = if is_crash { "pid 1" } else { "" };
            std::fs::write(folder.path().join(".lock"), signature).unwrap();
        };
        let suspects = || {
            let lock = Lock::take(folder.path()).unwrap();
            let mut catalogue = Catalogue::open(&lock).unwrap();
            InHand::open(&lock).unwrap();
            catalogue.suspects().unwrap()
        };
        crashed(false);
        assert!(suspects().is_empty());
        crashed(true);
        // Somebody else holds the folder in between, and touches no document.
        drop(Lock::take(folder.path()).unwrap());
        assert_eq!(suspects()["a"].cut_short, 1);
        assert_eq!(suspects()["a"].cut_short, 1, "counted once");
    }

    fn source(relative: &str) -> Source {
        Source {
            relative: relative.to_owned(),
            file: PathBuf::from(relative),
            bytes: 7,
            modified: 17,
            changed: 0,
        }
    }

    #[test]
    fn a_rolled_back_run_counts_against_no_document_and_earlier_crashes_still_do() {
        let folder = tempfile::tempdir().unwrap();
        let lock = Lock::take(folder.path()).unwrap();
        let mut catalogue = Catalogue::open(&lock).unwrap();
        let mut in_flight = InHand::open(&lock).unwrap();
        in_flight.turn([], [&source("crashed")]).unwrap();
        assert_eq!(catalogue.suspects().unwrap()["crashed"].cut_short, 1);
        for _ in 0..4 {
            let begun = [source("crashed"), source("other")];
            in_flight.turn([], &begun).unwrap();
            in_flight.rollback().unwrap();
            let suspects = catalogue.suspects().unwrap();
            assert_eq!(suspects["crashed"].cut_short, 1);
            assert!(!suspects.contains_key("other"));
        }
    }
}
