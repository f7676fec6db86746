//! How is a run, and how is a document, written down and found again?

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use serde::{Deserialize, Serialize};

use super::{Catalogue, Error};
use crate::document::{Failure, FailureCode, Source, Warning};

/// A run's number; it rises from run to run.
pub type RunId = i64;

/// A run that starts.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// When, RFC 3339.
    pub started: String,
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

/// What became of a document, to be written down.
#[derive(Debug, Clone)]
pub struct DocumentRow {
    /// The document.
    pub source: Source,
    /// Where its file lies.
    pub place: String,
    /// SHA-256 of its bytes, where they could be read.
    pub id: Option<String>,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Record or failure.
    pub outcome: Outcome,
    /// What the work took, in milliseconds.
    pub duration_ms: u64,
    /// The document that it was before its file was moved.
    pub moved_from: Option<MovedFrom>,
}

/// What a document was before its file was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedFrom {
    /// Its relative path then.
    pub path: String,
    /// Its record's file then, relative to the output folder.
    pub record: String,
}

impl DocumentRow {
    /// The record's file, relative to the output folder, if there is one.
    pub fn record(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Done { record, .. } => Some(record),
            Outcome::Failed(_) => None,
        }
    }
}

/// Record or failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// There is a record.
    Done {
        /// Its kind.
        kind: String,
        /// How many pages were read.
        pages: usize,
        /// Its warnings.
        warnings: Vec<Warning>,
        /// Its file, relative to the output folder.
        record: String,
    },
    /// There is none.
    Failed(Failure),
}

/// What the catalogue remembers of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// SHA-256 of the bytes.
    pub id: Option<String>,
    /// Length in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since the Unix epoch.
    pub modified: i128,
    /// The fingerprint of the last attempt.
    pub fingerprint: String,
    /// The record's file, relative to the output folder; `None` if the last attempt failed.
    pub record: Option<String>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<FailureCode>,
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
            "insert into runs (started, version, profiles, engine, options)
             values (?1, ?2, ?3, ?4, ?5)",
            params![
                run.started,
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

    /// What is known of the document of that relative path.
    pub fn known(&self, path: &str) -> Result<Option<Known>, Error> {
        let mut statement = self.connection.prepare_cached(
            "select id, bytes, modified_ns, fingerprint, record, failure_code
             from documents where path = ?1",
        )?;
        Ok(statement.query_row([path], known).optional()?)
    }

    /// Writes down which documents a run met, each with the place where its file lies; all or none.
    /// What is not known yet is passed over.
    pub fn meet<'s>(
        &mut self,
        run: RunId,
        documents: impl IntoIterator<Item = (&'s str, String)>,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for (path, place) in documents {
            transaction
                .prepare_cached(
                    "update documents set seen_run = ?2, place = ?3, removed_run = null
                     where path = ?1 and outcome <> 'pruned'",
                )?
                .execute(params![path, run, place])?;
        }
        Ok(transaction.commit()?)
    }

    /// Writes down that files have their bytes but another length or time; all or none.
    pub fn touch(&mut self, sources: &[Source]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for source in sources {
            transaction
                .prepare_cached(
                    "update documents set bytes = ?2, modified_ns = ?3 where path = ?1",
                )?
                .execute(params![
                    source.relative,
                    stored(source.bytes),
                    stored(source.modified)
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Writes down what became of documents; all or none.
    pub fn store(&mut self, run: RunId, rows: &[DocumentRow]) -> Result<(), Error> {
        let transaction = self.connection.transaction()?;
        for row in rows {
            store(&transaction, run, row)?;
        }
        Ok(transaction.commit()?)
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let failure: Option<String> = row.get(5)?;
    // A code that this version does not know is as good as any bug: it is tried again.
    let failure = failure.map(|code| {
        serde_json::from_value(serde_json::Value::String(code)).unwrap_or(FailureCode::Internal)
    });
    Ok(Known {
        id: row.get(0)?,
        bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
        modified: row.get::<_, i64>(2)?.into(),
        fingerprint: row.get(3)?,
        record: row.get(4)?,
        failure,
    })
}

fn store(connection: &Connection, run: RunId, row: &DocumentRow) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(
        "insert into documents (path, place, id, bytes, modified_ns, fingerprint, outcome, failure_code,
             failure_message, kind, pages, warnings, duration_ms, first_run, last_run, seen_run,
             record)
         values (:path, :place, :id, :bytes, :modified, :fingerprint, :outcome, :code, :message, :kind,
             :pages, :warnings, :duration, :run, :run, :run, :record)
         on conflict (path) do update set
             place = excluded.place, id = excluded.id, bytes = excluded.bytes, modified_ns = excluded.modified_ns,
             fingerprint = excluded.fingerprint, outcome = excluded.outcome,
             failure_code = excluded.failure_code, failure_message = excluded.failure_message,
             kind = excluded.kind, pages = excluded.pages, warnings = excluded.warnings,
             duration_ms = excluded.duration_ms, last_run = excluded.last_run,
             seen_run = excluded.seen_run, removed_run = null, record = excluded.record",
    )?;
    let columns = Columns::from(&row.outcome);
    statement.execute(named_params! {
        ":path": row.source.relative,
        ":place": row.place,
        ":id": row.id,
        ":bytes": stored(row.source.bytes),
        ":modified": stored(row.source.modified),
        ":fingerprint": row.fingerprint,
        ":outcome": columns.outcome,
        ":code": columns.code,
        ":message": columns.message,
        ":kind": columns.kind,
        ":pages": columns.pages,
        ":warnings": columns.warnings,
        ":duration": stored(row.duration_ms),
        ":run": run,
        ":record": columns.record,
    })?;
    match &row.moved_from {
        Some(from) => move_history(connection, &from.path, &row.source.relative),
        None => Ok(()),
    }
}

/// A document that was moved has been here since its first path was met.
fn move_history(connection: &Connection, from: &str, to: &str) -> Result<(), Error> {
    let first = "update documents set first_run = (select first_run from documents where path = ?1)
                 where path = ?2 and exists (select 1 from documents where path = ?1)";
    connection.prepare_cached(first)?.execute([from, to])?;
    let gone = "delete from documents where path = ?1";
    connection.prepare_cached(gone)?.execute([from])?;
    Ok(())
}

/// An outcome, spread over the columns that tell it.
struct Columns<'v> {
    outcome: &'static str,
    code: Option<String>,
    message: Option<&'v str>,
    kind: Option<&'v str>,
    pages: Option<i64>,
    warnings: String,
    record: Option<&'v str>,
}

impl<'v> From<&'v Outcome> for Columns<'v> {
    fn from(outcome: &'v Outcome) -> Self {
        match outcome {
            Outcome::Done {
                kind,
                pages,
                warnings,
                record,
            } => Self {
                outcome: "done",
                code: None,
                message: None,
                kind: Some(kind),
                pages: Some(stored(*pages)),
                warnings: serde_json::json!(warnings).to_string(),
                record: Some(record),
            },
            Outcome::Failed(failure) => Self {
                outcome: "failed",
                code: Some(failure.code.to_string()),
                message: Some(&failure.message),
                kind: None,
                pages: None,
                warnings: "[]".to_owned(),
                record: None,
            },
        }
    }
}

/// SQLite's integers have 64 bits with a sign: enough for bytes, and for nanoseconds until 2262.
pub(super) fn stored<T: TryInto<i64>>(number: T) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}
