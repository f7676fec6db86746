//! Which documents was a run working on when it ended without a word?
//!
//! Each is written down before it is begun and struck out when it is done with. What a run that
//! starts finds here, the one before it left: killed, or taken down by one of these documents. The
//! rows are written through a connection of their own, so that beginning a document never waits
//! for outcomes to be put together. Nothing is forced to the disk: a power cut is no document's
//! doing, and what kills a process leaves what it wrote.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::documents::stored;
use super::{Catalogue, Error, FILE_NAME, Lock};
use crate::document::Source;

/// Outcomes are written through another connection, a few hundred at a time.
const PATIENCE: Duration = Duration::from_secs(60);

/// The documents in hand, for the supervisor to write down.
#[derive(Debug)]
pub struct InHand {
    connection: Connection,
}

/// A document that was in hand when a run ended without a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// Its length then.
    pub bytes: u64,
    /// Its modification time then.
    pub modified: i128,
    /// How many runs ended so while they worked on it, since it last came to an end.
    pub cut_short: u32,
}

impl Suspect {
    /// Whether the file is still the one that was in hand.
    pub fn is(&self, source: &Source) -> bool {
        self.bytes == source.bytes && self.modified == source.modified
    }
}

impl Catalogue {
    /// What runs before this one left in hand, by relative path. Called once a run, before any
    /// document is begun: it counts one more run against what the last one left.
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
    /// Opens the catalogue of the folder that the lock holds; [`Catalogue::open`] comes first.
    pub fn open(lock: &Lock) -> Result<Self, Error> {
        let connection = Connection::open(lock.folder().join(FILE_NAME))?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.busy_timeout(PATIENCE)?;
        Ok(Self { connection })
    }

    /// Strikes out what is done with and writes down what is about to be begun; all or none.
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
}
