//! The summary of a catalogue for `diarium status`.

use std::collections::BTreeMap;

use rusqlite::{Params, Row};
use serde::Serialize;

use super::{Catalogue, Error, Root};

/// How many runs a report tells of.
const LAST_RUNS: i64 = 5;

/// Everything that `status` shows. Unless told otherwise it is of the documents that are there,
/// not of those that were removed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Documents by outcome: `done`, `failed`; those that are gone are `removed`, or `pruned` once
    /// their records are gone too.
    pub outcomes: BTreeMap<String, u64>,
    /// Records by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Pages in all records.
    pub pages: u64,
    /// Warnings by code.
    pub warnings: BTreeMap<String, u64>,
    /// Documents without a record, by path.
    pub failures: Vec<FailureRow>,
    /// Documents whose record stands although their source could not be read the last time, by
    /// path. The code is `source-unreadable`.
    pub source_unreadable: Vec<FailureRow>,
    /// Documents whose record was withdrawn: it was made from earlier bytes, and the new ones
    /// cannot be processed. By path.
    pub withdrawn: Vec<WithdrawnRow>,
    /// The input folders.
    pub roots: Vec<Root>,
    /// Records that a person should compare with the original, by path.
    pub look_at: Vec<LookRow>,
    /// Paths of documents that have the same bytes, a list for each such bytes.
    pub duplicates: Vec<Vec<String>>,
    /// The last runs, latest first.
    pub runs: Vec<RunRow>,
}

/// A document without a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailureRow {
    /// Its relative path.
    pub path: String,
    /// Stable code.
    pub code: String,
    /// Why, and what to do.
    pub message: String,
    /// The run that tried it last.
    pub run: i64,
}

/// A document whose record was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithdrawnRow {
    /// The document's path.
    pub path: String,
    /// The record's file, relative to the output folder.
    pub record: String,
    /// The run that withdrew it.
    pub run: i64,
}

/// A record that a person should compare with the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookRow {
    /// The document's relative path.
    pub path: String,
    /// The warning's code: `low-confidence` or `ocr-needed`.
    pub code: String,
    /// How often it warns.
    pub count: u64,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended; `None` if it is running or was killed.
    pub ended: Option<String>,
    /// The version of diarium.
    pub version: String,
    /// How it ended.
    pub outcome: Option<String>,
    /// How many documents of each outcome, as in `run.json`.
    pub counts: Option<serde_json::Value>,
    /// Pages in the records that it made.
    pub pages: Option<u64>,
    /// How long it took.
    pub seconds: Option<f64>,
}

/// A run that made records, and what with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// Its number.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended; `None` if it is running or was killed.
    pub ended: Option<String>,
    /// The version of diarium.
    pub version: String,
    /// SHA-256 over the profiles.
    pub profiles: String,
    /// The engine that read scans.
    pub engine: String,
}

impl Catalogue {
    /// Reads the report.
    pub fn report(&self) -> Result<Report, Error> {
        let pages = "select coalesce(sum(pages), 0) from documents where removed_run is null";
        let pages: i64 = self.connection.query_row(pages, [], |row| row.get(0))?;
        Ok(Report {
            outcomes: self.counts(
                "select case when outcome <> 'pruned' and removed_run is not null then 'removed'
                     else outcome end, count(*) from documents group by 1",
            )?,
            kinds: self.counts(
                "select kind, count(*) from documents
                 where outcome = 'done' and removed_run is null group by 1",
            )?,
            pages: count(pages),
            warnings: self.counts(
                "select json_extract(warning.value, '$.code'), count(*)
                 from documents, json_each(documents.warnings) as warning
                 where removed_run is null group by 1",
            )?,
            failures: self.rows(
                "select path, failure_code, failure_message, last_run from documents
                 where outcome = 'failed' and removed_run is null order by path",
                [],
                failure,
            )?,
            source_unreadable: self.rows(
                "select path, 'source-unreadable',
                     source_code || ': ' || coalesce(source_message, ''), seen_run
                 from documents where source_code is not null and removed_run is null
                 order by path",
                [],
                failure,
            )?,
            withdrawn: self.rows(
                "select path, 'withdrawn/' || withdrawn.record, run
                 from documents join withdrawn using (document) order by path",
                [],
                |row| {
                    Ok(WithdrawnRow {
                        path: row.get(0)?,
                        record: row.get(1)?,
                        run: row.get(2)?,
                    })
                },
            )?,
            roots: self.roots()?,
            look_at: self.rows(
                "select documents.path, json_extract(warning.value, '$.code') as code, count(*)
                 from documents, json_each(documents.warnings) as warning
                 where removed_run is null and code in ('low-confidence', 'ocr-needed')
                 group by 1, 2 order by 1, 2",
                [],
                look,
            )?,
            duplicates: self.same_bytes()?,
            runs: self.rows(
                "select id, started, ended, version, outcome, counts, pages, seconds from runs
                 order by id desc limit ?1",
                [LAST_RUNS],
                run,
            )?,
        })
    }

    /// The files of all records, relative to the output folder, in order.
    pub fn records(&self) -> Result<Vec<String>, Error> {
        self.rows(
            "select record from documents where record is not null order by record",
            [],
            |row| row.get(0),
        )
    }

    fn same_bytes(&self) -> Result<Vec<Vec<String>>, Error> {
        let pairs: Vec<(String, String)> = self.rows(
            "select id, path from documents where removed_run is null and id in
                 (select id from documents where removed_run is null group by id having count(*) > 1)
             order by id, path",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let groups = pairs.chunk_by(|(one, _), (other, _)| one == other);
        let paths =
            |group: &[(String, String)]| group.iter().map(|(_, path)| path.clone()).collect();
        let mut groups: Vec<Vec<String>> = groups.map(paths).collect();
        groups.sort();
        Ok(groups)
    }

    /// The runs that made the records that there are, first to last.
    pub fn runs_of_records(&self) -> Result<Vec<MadeBy>, Error> {
        self.rows(
            "select id, started, ended, version, profiles, engine from runs
             where id in (select last_run from documents where record is not null) order by id",
            [],
            made_by,
        )
    }

    /// How many records there are.
    pub fn count_records(&self) -> Result<u64, Error> {
        let query = "select count(*) from documents where record is not null";
        Ok(count(
            self.connection.query_row(query, [], |row| row.get(0))?,
        ))
    }

    fn counts(&self, query: &str) -> Result<BTreeMap<String, u64>, Error> {
        let pairs = self.rows(query, [], |row| {
            Ok((row.get::<_, String>(0)?, count(row.get(1)?)))
        })?;
        Ok(pairs.into_iter().collect())
    }

    pub(super) fn rows<T>(
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

fn failure(row: &Row<'_>) -> rusqlite::Result<FailureRow> {
    Ok(FailureRow {
        path: row.get(0)?,
        code: row.get(1)?,
        message: row.get(2)?,
        run: row.get(3)?,
    })
}

fn look(row: &Row<'_>) -> rusqlite::Result<LookRow> {
    Ok(LookRow {
        path: row.get(0)?,
        code: row.get(1)?,
        count: count(row.get(2)?),
    })
}

fn made_by(row: &Row<'_>) -> rusqlite::Result<MadeBy> {
    Ok(MadeBy {
        id: row.get(0)?,
        started: row.get(1)?,
        ended: row.get(2)?,
        version: row.get(3)?,
        profiles: row.get(4)?,
        engine: row.get(5)?,
    })
}

fn run(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let counts: Option<String> = row.get(5)?;
    Ok(RunRow {
        id: row.get(0)?,
        started: row.get(1)?,
        ended: row.get(2)?,
        version: row.get(3)?,
        outcome: row.get(4)?,
        counts: counts.and_then(|json| serde_json::from_str(&json).ok()),
        pages: row.get::<_, Option<i64>>(6)?.map(count),
        seconds: row.get(7)?,
    })
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
