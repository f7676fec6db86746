//! Status report: the summary of a catalogue for `diarium status`.
//!
//! The report is serialized as it is for `status --json`, so that its field names are an interface.

use std::collections::BTreeMap;

use rusqlite::Row;
use serde::Serialize;

use super::{Catalogue, Error, Root, from_sql};

/// The number of runs in a report.
const LAST_RUNS: i64 = 5;

/// Everything that `status` shows. Unless stated otherwise, removed documents are left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatusReport {
    /// The number of documents by outcome: `done`, `failed`, `container`, `removed` if the source file is gone, and
    /// `pruned` if the record was removed as well.
    pub outcomes: BTreeMap<String, u64>,
    /// The number of records by kind.
    pub kinds: BTreeMap<String, u64>,
    /// The number of pages in all records.
    pub pages: u64,
    /// The number of warnings by code.
    pub warnings: BTreeMap<String, u64>,
    /// Documents without a record, by path.
    pub failures: Vec<FailureRow>,
    /// Documents whose record is kept although their source could not be read in the last run, by path.
    /// The code is `source-unreadable`.
    pub source_unreadable: Vec<FailureRow>,
    /// Documents whose record is withdrawn, because the new bytes of the source cannot be processed, by
    /// path.
    pub withdrawn: Vec<WithdrawnRow>,
    /// The input folders.
    pub roots: Vec<Root>,
    /// Records that a person should compare with the original, by path.
    #[serde(rename = "look_at")]
    pub needs_review: Vec<ReviewRow>,
    /// Groups of documents that have the same bytes, by path.
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
    /// The reason, and what to do.
    pub message: String,
    /// The run that last tried to process it.
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
pub struct ReviewRow {
    /// The document's relative path.
    pub path: String,
    /// The warning's code: `low-confidence` or `ocr-needed`.
    pub code: String,
    /// How many warnings of this code the record has.
    pub count: u64,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339; `None` if it is running or was killed.
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

/// A run that made records, with the versions that it used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunProvenance {
    /// Its number.
    pub id: i64,
    /// When it started, RFC 3339.
    pub started: String,
    /// When it ended, RFC 3339; `None` if it is running or was killed.
    pub ended: Option<String>,
    /// The version of diarium.
    pub version: String,
    /// SHA-256 over the profiles.
    pub profiles: String,
    /// The OCR engine.
    pub engine: String,
}

const OUTCOMES: &str = "select case when outcome <> 'pruned' and removed_run is not null
        then 'removed' else outcome end, count(*) from documents group by 1";

const KINDS: &str = "select kind, count(*) from documents
    where outcome = 'done' and removed_run is null group by 1";

const PAGES: &str = "select coalesce(sum(pages), 0) from documents where removed_run is null";

const WARNINGS: &str = "select json_extract(warning.value, '$.code'), count(*)
    from documents, json_each(documents.warnings) as warning
    where removed_run is null group by 1";

const FAILURES: &str = "select path, failure_code, failure_message, last_run from documents
    where outcome = 'failed' and removed_run is null order by path";

const SOURCE_UNREADABLE: &str = "select path, 'source-unreadable',
        source_code || ': ' || coalesce(source_message, ''), seen_run
    from documents where source_code is not null and removed_run is null order by path";

const WITHDRAWN: &str = "select path, 'withdrawn/' || withdrawn.record, run
    from documents join withdrawn using (document) order by path";

const NEEDS_REVIEW: &str =
    "select documents.path, json_extract(warning.value, '$.code') as code, count(*)
    from documents, json_each(documents.warnings) as warning
    where removed_run is null and code in ('low-confidence', 'ocr-needed')
    group by 1, 2 order by 1, 2";

const RUNS: &str = "select id, started, ended, version, outcome, counts, pages, seconds from runs
    order by id desc limit ?1";

impl Catalogue {
    /// The status report.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn status_report(&self) -> Result<StatusReport, Error> {
        let pages: i64 = self.connection.query_row(PAGES, [], |row| row.get(0))?;
        Ok(StatusReport {
            outcomes: self.counts(OUTCOMES)?,
            kinds: self.counts(KINDS)?,
            pages: from_sql(pages),
            warnings: self.counts(WARNINGS)?,
            failures: self.rows(FAILURES, [], failure_row)?,
            source_unreadable: self.rows(SOURCE_UNREADABLE, [], failure_row)?,
            withdrawn: self.rows(WITHDRAWN, [], withdrawn_row)?,
            roots: self.roots()?,
            needs_review: self.rows(NEEDS_REVIEW, [], review_row)?,
            duplicates: self.duplicate_groups()?,
            runs: self.rows(RUNS, [LAST_RUNS], run_row)?,
        })
    }

    /// The files of all records, relative to the output folder, in order.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn records(&self) -> Result<Vec<String>, Error> {
        self.rows(
            "select record from documents where record is not null order by record",
            [],
            |row| row.get(0),
        )
    }

    fn duplicate_groups(&self) -> Result<Vec<Vec<String>>, Error> {
        let pairs: Vec<(String, String)> = self.rows(
            "select id, path from documents
             where removed_run is null and outcome <> 'container' and id in
                 (select id from documents where removed_run is null and outcome <> 'container'
                  group by id having count(*) > 1)
             order by id, path",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let groups = pairs.chunk_by(|(one, _), (other, _)| one == other);
        let paths =
            |group: &[(String, String)]| group.iter().map(|(_, path)| path.clone()).collect();
        let mut groups: Vec<Vec<String>> = groups.map(paths).collect();
        // The query orders them by digest, which means nothing to a reader.
        groups.sort();
        Ok(groups)
    }

    /// The runs that made the existing records, in their order.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn runs_of_records(&self) -> Result<Vec<RunProvenance>, Error> {
        self.rows(
            "select id, started, ended, version, profiles, engine from runs
             where id in (select last_run from documents where record is not null) order by id",
            [],
            run_provenance,
        )
    }

    /// The number of records.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn count_records(&self) -> Result<u64, Error> {
        let query = "select count(*) from documents where record is not null";
        Ok(from_sql(
            self.connection.query_row(query, [], |row| row.get(0))?,
        ))
    }

    fn counts(&self, query: &str) -> Result<BTreeMap<String, u64>, Error> {
        let pairs = self.rows(query, [], |row| {
            Ok((row.get::<_, String>(0)?, from_sql(row.get(1)?)))
        })?;
        Ok(pairs.into_iter().collect())
    }
}

fn failure_row(row: &Row<'_>) -> rusqlite::Result<FailureRow> {
    Ok(FailureRow {
        path: row.get(0)?,
        code: row.get(1)?,
        message: row.get(2)?,
        run: row.get(3)?,
    })
}

fn withdrawn_row(row: &Row<'_>) -> rusqlite::Result<WithdrawnRow> {
    Ok(WithdrawnRow {
        path: row.get(0)?,
        record: row.get(1)?,
        run: row.get(2)?,
    })
}

fn review_row(row: &Row<'_>) -> rusqlite::Result<ReviewRow> {
    Ok(ReviewRow {
        path: row.get(0)?,
        code: row.get(1)?,
        count: from_sql(row.get(2)?),
    })
}

fn run_provenance(row: &Row<'_>) -> rusqlite::Result<RunProvenance> {
    Ok(RunProvenance {
        id: row.get(0)?,
        started: row.get(1)?,
        ended: row.get(2)?,
        version: row.get(3)?,
        profiles: row.get(4)?,
        engine: row.get(5)?,
    })
}

fn run_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    let counts: Option<String> = row.get(5)?;
    Ok(RunRow {
        id: row.get(0)?,
        started: row.get(1)?,
        ended: row.get(2)?,
        version: row.get(3)?,
        outcome: row.get(4)?,
        // A report is what people look at when something is wrong. It leaves out a damaged value.
        counts: counts.and_then(|json| serde_json::from_str(&json).ok()),
        pages: row.get::<_, Option<i64>>(6)?.map(from_sql),
        seconds: row.get(7)?,
    })
}
