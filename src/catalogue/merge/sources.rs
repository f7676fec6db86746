//! Merge sources: other catalogues, whose runs and roots are imported and whose rows are read.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{Columns, IncomingRow, RowState, is_withdrawn};
use crate::catalogue::roots::{self, Identity, Root, RootId};
use crate::catalogue::runs::RunId;
use crate::catalogue::{Catalogue, Error};

/// Another catalogue, with the numbers that its runs and roots have here.
#[derive(Debug)]
pub struct MergeSource<'c> {
    catalogue: &'c Catalogue,
    /// For each run there, the run here.
    runs: BTreeMap<RunId, RunId>,
    /// For each root there, the root here and the folder below it.
    roots: BTreeMap<RootId, (RootId, String)>,
    /// When each run there started.
    started: BTreeMap<RunId, i64>,
}

impl Catalogue {
    /// Imports the runs and roots of other catalogues. Runs are added in the order in which they
    /// started; those that this catalogue has already are not added again.
    ///
    /// # Errors
    /// If the catalogue cannot be written.
    pub fn merge_sources<'c>(
        &mut self,
        others: &[&'c Catalogue],
    ) -> Result<Vec<MergeSource<'c>>, Error> {
        let runs = self.import_runs(others)?;
        // All roots are imported before any is matched: an outer one may come from a later catalogue.
        self.import_roots(others)?;
        let here = self.roots()?;
        let mut sources = Vec::new();
        for (catalogue, runs) in others.iter().zip(runs) {
            let theirs = catalogue.roots()?.into_iter();
            let roots = theirs.filter_map(|root| Some((root.root, matching_root(&here, &root)?)));
            sources.push(MergeSource {
                catalogue,
                runs,
                roots: roots.collect(),
                started: catalogue.run_starts()?,
            });
        }
        Ok(sources)
    }

    /// When each run started.
    fn run_starts(&self) -> Result<BTreeMap<RunId, i64>, Error> {
        let rows = self.rows("select id, coalesce(started_ns, 0) from runs", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Imports the roots of other catalogues. As in a run, the outermost folder is the root of all
    /// files in it, unless the user named a folder inside it.
    fn import_roots(&mut self, others: &[&Catalogue]) -> Result<(), Error> {
        let mut theirs = Vec::new();
        for other in others {
            theirs.extend(other.roots()?);
        }
        // Outermost folders first, so that inner ones find their root.
        theirs.sort_by_key(|root| root.path.as_ref().map_or(0, String::len));
        for root in theirs {
            let here = self.roots()?;
            if matching_root(&here, &root).is_some() {
                continue;
            }
            // If another root has the path here, only the name is imported.
            let is_free = |path: &&str| !here.iter().any(|root| root.path.as_deref() == Some(path));
            let path = root.path.as_deref().filter(is_free);
            let name = root.named.then_some(root.name.as_str());
            let added = roots::insert(&self.connection, path, name)?;
            let Some(path) = path else { continue };
            for inner in here.iter().filter(|inner| !inner.named) {
                let inside = inner
                    .path
                    .as_deref()
                    .and_then(|inner| relative_to(path, inner));
                if let Some(inside) = inside.filter(|inside| !inside.is_empty()) {
                    self.absorb_root(inner.root, added, inside)?;
                }
            }
        }
        Ok(())
    }

    fn import_runs(&mut self, others: &[&Catalogue]) -> Result<Vec<BTreeMap<RunId, RunId>>, Error> {
        let names = columns(&self.connection, "runs")?;
        let mut runs = Vec::new();
        for (catalogue, other) in others.iter().enumerate() {
            let query = format!(
                "select coalesce(started_ns, 0), id, {} from runs",
                list(&names[1..])
            );
            let mut statement = other.connection.prepare(&query)?;
            let rows = statement.query_map([], |row| {
                let started: i64 = row.get(0)?;
                Ok((started, catalogue, row.get::<_, RunId>(1)?, values(row, 2)?))
            })?;
            runs.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        // The numbers of runs ascend with time here, too. Equal times are sorted by catalogue and number,
        // so that a repeated merge gives the same numbers.
        runs.sort_by_key(|(started, catalogue, number, _)| (*started, *catalogue, *number));
        let mut numbers = vec![BTreeMap::new(); others.len()];
        let transaction = self.connection.transaction()?;
        for (_, catalogue, number, values) in runs {
            let here = import_run(&transaction, &names[1..], values)?;
            numbers[catalogue].insert(number, here);
        }
        transaction.commit()?;
        Ok(numbers)
    }
}

impl MergeSource<'_> {
    /// The next `count` rows after a path, in the order of paths.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn rows_after(&self, path: &str, count: u32) -> Result<Vec<IncomingRow>, Error> {
        let connection = &self.catalogue.connection;
        let names = columns(connection, "documents")?;
        // A path to continue after, instead of an offset: SQLite would step over all rows before the offset
        // again for each page.
        let query = format!(
            "select {} from documents where path > ?1 order by path limit ?2",
            list(&names)
        );
        let mut statement = connection.prepare_cached(&query)?;
        let rows = statement.query_map((path, count), |row| {
            let values = values(row, 0)?;
            Ok(names.iter().cloned().zip(values).collect())
        })?;
        let rows: Vec<Columns> = rows.collect::<Result<_, _>>()?;
        rows.into_iter()
            .map(|columns| self.incoming(columns))
            .collect()
    }

    fn incoming(&self, columns: Columns) -> Result<IncomingRow, Error> {
        let record = text(&columns, "record");
        // The record comes first, then its derived files.
        let mut files: Vec<_> = record
            .iter()
            .map(|record| (record.clone(), text(&columns, "record_sha256")))
            .collect();
        files.extend(self.files(number(&columns, "document").unwrap_or_default())?);
        Ok(IncomingRow {
            path: text(&columns, "path").unwrap_or_default(),
            identity: self.identity_here(&columns),
            id: text(&columns, "id"),
            has_withdrawn: files.iter().any(|(file, _)| is_withdrawn(file)),
            files,
            record,
            state: self.state(&columns),
            columns,
        })
    }

    /// The identity in this catalogue of a row of the other one.
    fn identity_here(&self, columns: &Columns) -> Identity {
        let root = number(columns, "root").and_then(|root| self.roots.get(&root).cloned());
        let (root, folder) = root.unwrap_or_default();
        let relative = text(columns, "relative").unwrap_or_default();
        let relative = if folder.is_empty() {
            relative
        } else {
            format!("{folder}/{relative}")
        };
        Identity { root, relative }
    }

    fn state(&self, columns: &Columns) -> RowState {
        let runs = ["seen_run", "last_run", "removed_run"].map(|run| number(columns, run));
        let starts = runs
            .iter()
            .flatten()
            .filter_map(|run| self.started.get(run));
        RowState {
            version: (
                starts.max().copied().unwrap_or(0),
                number(columns, "modified_ns").unwrap_or(0),
            ),
            id: text(columns, "id"),
            pruned: text(columns, "outcome").as_deref() == Some("pruned"),
            failure: text(columns, "failure_code").or(text(columns, "source_code")),
        }
    }

    /// The derived files of a document, and those of its withdrawn record.
    fn files(&self, document: i64) -> Result<Vec<(String, Option<String>)>, Error> {
        let mut statement = self.catalogue.connection.prepare_cached(
            "select path, sha256 from derived_files where document = ?1
             union all select 'withdrawn/' || record, record_sha256 from withdrawn
                 where document = ?1
             union all select 'withdrawn/' || path, sha256 from withdrawn_files
                 where document = ?1",
        )?;
        let files = statement.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// The members of a container.
    pub(super) fn members(&self, incoming: &IncomingRow) -> Result<Vec<String>, Error> {
        let document = incoming.columns.get("document").cloned();
        let query = "select member from members where container = ?1 order by number";
        let mut statement = self.catalogue.connection.prepare_cached(query)?;
        let members = statement.query_map([document], |row| row.get(0))?;
        Ok(members.collect::<Result<_, _>>()?)
    }

    /// The columns id, fingerprint, kind, pages, warnings and run of a document's withdrawn record.
    pub(super) fn withdrawn_row(&self, incoming: &IncomingRow) -> Result<Vec<Value>, Error> {
        let document = incoming.columns.get("document").cloned();
        let query = "select id, fingerprint, kind, pages, warnings, run from withdrawn
             where document = ?1";
        let connection = &self.catalogue.connection;
        Ok(connection.query_row(query, [document], |row| values(row, 0))?)
    }

    /// The number of a run of the other catalogue in this one.
    pub(super) fn run_here(&self, run: &Value) -> Value {
        match run {
            Value::Integer(run) => self.runs.get(run).copied().unwrap_or(*run).into(),
            other => other.clone(),
        }
    }
}

fn text(columns: &Columns, name: &str) -> Option<String> {
    match columns.get(name) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn number(columns: &Columns, name: &str) -> Option<i64> {
    match columns.get(name) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// The root here that equals or contains a root of another catalogue, and the folder below it.
fn matching_root(here: &[Root], theirs: &Root) -> Option<(RootId, String)> {
    let mut named = here.iter().filter(|root| root.named);
    if theirs.named {
        let root = named.find(|root| root.name == theirs.name)?;
        return Some((root.root, String::new()));
    }
    let Some(path) = &theirs.path else {
        let unknown = |root: &&Root| !root.named && root.path.is_none();
        return Some((here.iter().find(unknown)?.root, String::new()));
    };
    let containing = here.iter().filter_map(|root| {
        let inside = relative_to(root.path.as_deref()?, path)?;
        Some((root, inside))
    });
    // The innermost one that the user named, or else the outermost one.
    let (root, inside) = containing.min_by_key(|(root, inside)| {
        if root.named {
            (0, inside.len())
        } else {
            (1, usize::MAX - inside.len())
        }
    })?;
    Some((root.root, inside.to_owned()))
}

/// The path of a folder relative to one that contains it; empty if they are the same.
fn relative_to<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let below = path.strip_prefix(folder.trim_end_matches('/'))?;
    match below.strip_prefix('/') {
        Some(below) => Some(below),
        None => below.is_empty().then_some(below),
    }
}

/// Inserts a run, unless there is an equal one, and returns its number.
fn import_run(
    connection: &Connection,
    names: &[String],
    values: Vec<Value>,
) -> Result<RunId, Error> {
    // Runs have no ID beyond their content: two runs with equal columns are the same one, which came here
    // by an earlier merge. `is` compares nulls, too.
    let equal: Vec<String> = names.iter().map(|name| format!("{name} is ?")).collect();
    let query = format!("select id from runs where {}", equal.join(" and "));
    let here = connection
        .prepare_cached(&query)?
        .query_row(params_from_iter(&values), |row| row.get(0))
        .optional()?;
    if let Some(here) = here {
        return Ok(here);
    }
    let marks = vec!["?"; names.len()].join(", ");
    let insert = format!("insert into runs ({}) values ({marks})", list(names));
    connection
        .prepare_cached(&insert)?
        .execute(params_from_iter(&values))?;
    Ok(connection.last_insert_rowid())
}

/// The values of a row from a column on.
fn values(row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<Value>> {
    (first..row.as_ref().column_count())
        .map(|at| row.get(at))
        .collect()
}

/// The names of a table's columns, in their order.
// They are written into queries, which is safe: they come from the schema, never from a document.
fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare_cached("select name from pragma_table_info(?1) order by cid")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    Ok(names)
}

fn list(names: &[String]) -> String {
    names.join(", ")
}
