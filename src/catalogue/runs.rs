//! Runs: when each started, with what, and how it ended.

use rusqlite::{OptionalExtension, params};

use super::documents::stored;
use super::{Catalogue, Error};

/// A run's number; it rises from run to run.
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
    /// It came to its end.
    Finished,
    /// The user stopped it.
    Interrupted,
    /// It could not go on.
    Stopped,
}

impl RunOutcome {
    /// The word that stands in the catalogue and in `run.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Interrupted => "interrupted",
            Self::Stopped => "stopped",
        }
    }
}

impl Catalogue {
    /// Whether the last run was killed before it could say how it ended.
    pub fn was_cut_short(&self) -> Result<bool, Error> {
        let query = "select ended is null from runs order by id desc limit 1";
        let cut_short = self.connection.query_row(query, [], |row| row.get(0));
        Ok(cut_short.optional()?.unwrap_or(false))
    }

    /// Writes down that a run starts.
    pub fn start_run(&mut self, run: &NewRun) -> Result<RunId, Error> {
        self.connection.execute(
            "insert into runs (started, started_ns, version, profiles, engine, options)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                run.started,
                stored(run.started_ns),
                run.version,
                run.profiles,
                run.engine,
                run.options.to_string()
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Writes down how a run ended.
    pub fn end_run(&mut self, run: RunId, end: &EndedRun) -> Result<(), Error> {
        self.connection.execute(
            "update runs set ended = ?2, counts = ?3, outcome = ?4, pages = ?5, seconds = ?6
             where id = ?1",
            params![
                run,
                end.ended,
                end.counts.to_string(),
                end.outcome.as_str(),
                stored(end.pages),
                end.seconds
            ],
        )?;
        Ok(())
    }
}
