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

    /// Replaces the names of inputs in the list of runs, as those of documents that are forgotten.
    pub fn erase_inputs(&mut self, is_erased: impl Fn(&str) -> bool) -> Result<(), Error> {
        let runs = self.rows("select id, options from runs", [], |row| {
            Ok((row.get::<_, RunId>(0)?, row.get::<_, String>(1)?))
        })?;
        for (run, options) in runs {
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

/// What stands in the place of a name that was erased.
const ERASED: &str = "(erased)";

/// Replaces those of the names in a JSON array that are to be erased; says whether there were any.
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
