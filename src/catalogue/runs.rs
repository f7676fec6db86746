//! Runs: when each started, its versions and options, and how it ended.

use rusqlite::{OptionalExtension, params};

use super::{Catalogue, Error, from_sql, to_sql};

/// The number of a run; later runs have higher ones.
pub type RunId = i64;

/// A run that starts.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// When, RFC 3339.
    pub started: String,
    /// When, in nanoseconds since the Unix epoch.
    pub started_ns: i128,
    /// The version of diarium.
    pub version: String,
    /// The fingerprint of the profiles.
    pub profiles: String,
    /// The OCR engine.
    pub engine: String,
    /// Inputs and options as given.
    pub options: serde_json::Value,
}

/// A run that ended.
#[derive(Debug, Clone)]
pub struct EndedRun {
    /// When, RFC 3339.
    pub ended: String,
    /// How many documents of each outcome.
    pub counts: serde_json::Value,
    /// How it ended.
    pub outcome: RunOutcome,
    /// Pages in the records that it made.
    pub pages: u64,
    /// How long it took.
    pub seconds: f64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOutcome {
    /// All documents were processed.
    Finished,
    /// The user stopped it.
    Interrupted,
    /// It could not continue.
    Stopped,
}

impl RunOutcome {
    /// The outcome as the catalogue and `run.json` state it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Stopped => "stopped",
        }
    }
}

impl Catalogue {
    /// Whether the last run was killed before it stored how it ended.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn last_run_was_killed(&self) -> Result<bool, Error> {
        let query = "select ended is null from runs order by id desc limit 1";
        let was_killed = self.connection.query_row(query, [], |row| row.get(0));
        Ok(was_killed.optional()?.unwrap_or(false))
    }

    /// Stores the start of a run, and returns its number.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn start_run(&mut self, run: &NewRun) -> Result<RunId, Error> {
        self.connection.execute(
            "insert into runs (started, started_ns, version, profiles, engine, options)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                run.started,
                to_sql(run.started_ns),
                run.version,
                run.profiles,
                run.engine,
                run.options.to_string()
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Replaces names of inputs in the options of all runs, because they may name forgotten documents.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn erase_inputs(&mut self, is_erased: impl Fn(&str) -> bool) -> Result<(), Error> {
        let runs = self.rows("select id, options from runs", [], |row| {
            Ok((row.get::<_, RunId>(0)?, row.get::<_, String>(1)?))
        })?;
        for (run, options) in runs {
            // Options that are no JSON contain no names that diarium wrote.
            let Ok(mut options) = serde_json::from_str::<serde_json::Value>(&options) else {
                continue;
            };
            if erase_names(options.get_mut("inputs"), &is_erased) {
                let update = "update runs set options = ?2 where id = ?1";
                let options = options.to_string();
                self.connection.execute(update, params![run, options])?;
            }
        }
        Ok(())
    }

    /// Stores the end of a run.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn end_run(&mut self, run: RunId, end: &EndedRun) -> Result<(), Error> {
        self.connection.execute(
            "update runs set ended = ?2, counts = ?3, outcome = ?4, pages = ?5, seconds = ?6
             where id = ?1",
            params![
                run,
                end.ended,
                end.counts.to_string(),
                end.outcome.as_str(),
                to_sql(end.pages),
                end.seconds
            ],
        )?;
        Ok(())
    }

    /// How many records a run withdrew, and how many documents that it found keep a record although
    /// their source cannot be read.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn withdrawn_and_unreadable(&self, run: RunId) -> Result<(u64, u64), Error> {
        let query = "select (select count(*) from withdrawn where run = ?1),
                 (select count(*) from documents where seen_run = ?1 and source_code is not null)";
        let counts = self.connection.query_row(query, [run], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
        Ok((from_sql(counts.0), from_sql(counts.1)))
    }

    /// How many of the documents that a run found have the same bytes as another one.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn duplicates(&self, run: RunId) -> Result<u64, Error> {
        // `count(id)` leaves out documents whose bytes were not read.
        let query = "select count(id) - count(distinct id) from documents
             where seen_run = ?1 and outcome <> 'container'";
        let count: i64 = self.connection.query_row(query, [run], |row| row.get(0))?;
        Ok(from_sql(count))
    }
}

/// The replacement of an erased name.
const ERASED: &str = "(erased)";

/// Replaces the names in a JSON array that are to be erased, and returns whether there were any.
pub fn erase_names(
    names: Option<&mut serde_json::Value>,
    is_erased: &impl Fn(&str) -> bool,
) -> bool {
    let names = names.and_then(serde_json::Value::as_array_mut);
    let mut any = false;
    for name in names.into_iter().flatten() {
        if name.as_str().is_some_and(is_erased) {
            *name = ERASED.into();
            any = true;
        }
    }
    any
}
