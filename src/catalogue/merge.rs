//! Merge: rows of another catalogue on their way into this one.
//!
//! A document is the same in both if its root is the same, by a name that the user gave or by the
//! path of its folder, and its path below that. The later of two states replaces the other wholly:
//! row, record, derived files and withdrawn record. The files are `pipeline`'s to copy.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::documents::{Change, StagedFile};
use super::paths::path_key;
use super::roots::{self, Identity, Root, RootId};
use super::runs::RunId;
use super::{Catalogue, Error};
use diarium_document::FailureCode;

/// A document of another catalogue.
#[derive(Debug, Clone)]
pub struct IncomingRow {
    /// The path that it has there.
    pub path: String,
    /// Its identity here.
    pub identity: Identity,
    /// SHA-256 of its bytes, where they were read.
    pub id: Option<String>,
    /// Its record and derived files, then those of its withdrawn record, relative to the other
    /// output folder, each with its SHA-256 where that is known.
    pub files: Vec<(String, Option<String>)>,
    /// Its record's file, if it has one.
    pub record: Option<String>,
    /// Whether it has a withdrawn record.
    pub has_withdrawn: bool,
    state: State,
    columns: BTreeMap<String, Value>,
}

/// What decides between two rows of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    /// When a run last saw, processed or missed it, and when its file was modified.
    age: (i64, i64),
    id: Option<String>,
    /// `--prune` took its record away.
    pruned: bool,
    failure: Option<String>,
}

/// What a row of another catalogue means for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeDecision {
    /// Nothing is known of the document here, or something older.
    Newer,
    /// The same is known here.
    Same,
    /// Something newer is known here.
    Older,
    /// The source could not be read there; the record here stands.
    SourceUnreadable,
    /// The two rows are of the same moment and say different things.
    Conflict,
}

/// Another catalogue, and what its numbers mean here.
#[derive(Debug)]
pub struct MergeSource<'c> {
    catalogue: &'c Catalogue,
    runs: BTreeMap<RunId, RunId>,
    /// For each root there the root here, and the folder below that.
    roots: BTreeMap<RootId, (RootId, String)>,
    started: BTreeMap<RunId, i64>,
}

impl Catalogue {
    /// Adds the runs and roots of other catalogues. Runs are added in the order in which they
    /// started; those that are here already are left alone.
    pub fn merge_sources<'c>(
        &mut self,
        others: &[&'c Catalogue],
    ) -> Result<Vec<MergeSource<'c>>, Error> {
        let runs = self.take_runs(others)?;
        self.take_roots(others)?;
        let here = self.roots()?;
        let mut sources = Vec::new();
        for (catalogue, runs) in others.iter().zip(runs) {
            let theirs = catalogue.roots()?.into_iter();
            let roots = theirs.filter_map(|root| Some((root.root, root_here(&here, &root)?)));
            sources.push(MergeSource {
                catalogue,
                runs,
                roots: roots.collect(),
                started: catalogue.started()?,
            });
        }
        Ok(sources)
    }

    fn started(&self) -> Result<BTreeMap<RunId, i64>, Error> {
        let rows = self.rows("select id, coalesce(started_ns, 0) from runs", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Adds the roots of other catalogues. As in a run, the outermost folder is the root of what is
    /// inside it, unless the user named one there.
    fn take_roots(&mut self, others: &[&Catalogue]) -> Result<(), Error> {
        let mut theirs = Vec::new();
        for other in others {
            theirs.extend(other.roots()?);
        }
        // The outermost come first, so that they contain the others.
        theirs.sort_by_key(|root| root.path.as_ref().map_or(0, String::len));
        for root in theirs {
            let here = self.roots()?;
            if root_here(&here, &root).is_some() {
                continue;
            }
            // Another root here may have the path: then only the name is taken over.
            let is_free = |path: &&str| !here.iter().any(|root| root.path.as_deref() == Some(path));
            let path = root.path.as_deref().filter(is_free);
            let name = root.named.then_some(root.name.as_str());
            let added = roots::insert(&self.connection, path, name)?;
            let Some(path) = path else { continue };
            for inner in here.iter().filter(|inner| !inner.named) {
                let inside = inner.path.as_deref().and_then(|inner| inside(path, inner));
                if let Some(inside) = inside.filter(|inside| !inside.is_empty()) {
                    self.absorb_root(inner.root, added, inside)?;
                }
            }
        }
        Ok(())
    }

    fn take_runs(&mut self, others: &[&Catalogue]) -> Result<Vec<BTreeMap<RunId, RunId>>, Error> {
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
        runs.sort_by_key(|(started, catalogue, number, _)| (*started, *catalogue, *number));
        let mut numbers = vec![BTreeMap::new(); others.len()];
        let transaction = self.connection.transaction()?;
        for (_, catalogue, number, values) in runs {
            let here = take_run(&transaction, &names[1..], values)?;
            numbers[catalogue].insert(number, here);
        }
        transaction.commit()?;
        Ok(numbers)
    }

    /// What a row of another catalogue means for this one.
    pub fn merge_decision(&self, incoming: &IncomingRow) -> Result<MergeDecision, Error> {
        let mut statement = self.connection.prepare_cached(
            "select coalesce((select max(started_ns) from runs
                    where id in (seen_run, last_run, removed_run)), 0),
                 modified_ns, id, outcome = 'pruned', coalesce(failure_code, source_code)
             from documents where root = ?1 and relative = ?2",
        )?;
        let Identity { root, relative } = &incoming.identity;
        let here = statement.query_row(params![root, relative], |row| {
            Ok(State {
                age: (row.get(0)?, row.get(1)?),
                id: row.get(2)?,
                pruned: row.get(3)?,
                failure: row.get(4)?,
            })
        });
        let here = here.optional()?;
        Ok(here.map_or(MergeDecision::Newer, |here| compare(&here, &incoming.state)))
    }
}

impl MergeSource<'_> {
    /// The first so many documents after a path, by path.
    pub fn rows_after(&self, path: &str, count: u32) -> Result<Vec<IncomingRow>, Error> {
        let connection = &self.catalogue.connection;
        let names = columns(connection, "documents")?;
        let query = format!(
            "select {} from documents where path > ?1 order by path limit ?2",
            list(&names)
        );
        let mut statement = connection.prepare_cached(&query)?;
        let rows = statement.query_map((path, count), |row| {
            let values = values(row, 0)?;
            Ok(names.iter().cloned().zip(values).collect())
        })?;
        let rows: Vec<BTreeMap<String, Value>> = rows.collect::<Result<_, _>>()?;
        rows.into_iter()
            .map(|columns| self.incoming(columns))
            .collect()
    }

    fn incoming(&self, columns: BTreeMap<String, Value>) -> Result<IncomingRow, Error> {
        let text = |name: &str| match columns.get(name) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let number = |name: &str| match columns.get(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        let document = number("document").unwrap_or_default();
        let started = |name: &str| number(name).and_then(|run| self.started.get(&run)).copied();
        let latest = ["seen_run", "last_run", "removed_run"].map(started);
        let root = number("root").and_then(|root| self.roots.get(&root).cloned());
        let (root, below) = root.unwrap_or_default();
        let relative = text("relative").unwrap_or_default();
        let record = text("record");
        let mut files: Vec<_> = record
            .iter()
            .map(|record| (record.clone(), text("record_sha256")))
            .collect();
        files.extend(self.files(document)?);
        Ok(IncomingRow {
            path: text("path").unwrap_or_default(),
            identity: Identity {
                root,
                relative: match below.as_str() {
                    "" => relative,
                    below => format!("{below}/{relative}"),
                },
            },
            id: text("id"),
            has_withdrawn: files.iter().any(|(file, _)| is_withdrawn(file)),
            files,
            record,
            state: State {
                age: (
                    latest.into_iter().flatten().max().unwrap_or(0),
                    number("modified_ns").unwrap_or(0),
                ),
                id: text("id"),
                pruned: text("outcome").as_deref() == Some("pruned"),
                failure: text("failure_code").or(text("source_code")),
            },
            columns,
        })
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
}

/// The root here that a root of another catalogue is or is in, and the folder below that.
fn root_here(here: &[Root], theirs: &Root) -> Option<(RootId, String)> {
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
        let inside = inside(root.path.as_deref()?, path)?;
        Some((root, inside))
    });
    // The innermost that the user named, or else the outermost.
    let (root, inside) = containing.min_by_key(|(root, inside)| match root.named {
        true => (0, inside.len()),
        false => (1, usize::MAX - inside.len()),
    })?;
    Some((root.root, inside.to_owned()))
}

/// The path of a folder below another, empty if they are the same.
fn inside<'p>(folder: &str, path: &'p str) -> Option<&'p str> {
    let below = path.strip_prefix(folder.trim_end_matches('/'))?;
    match below.strip_prefix('/') {
        Some(below) => Some(below),
        None => below.is_empty().then_some(below),
    }
}

/// Whether a file is below `withdrawn/`.
fn is_withdrawn(file: &str) -> bool {
    file.starts_with("withdrawn/")
}

/// A later state replaces an earlier one.
fn compare(here: &State, there: &State) -> MergeDecision {
    let is_unreadable = |state: &State| {
        let codes = [FailureCode::Unreadable, FailureCode::Encrypted].map(|code| code.to_string());
        state
            .failure
            .as_ref()
            .is_some_and(|code| codes.contains(code))
    };
    match there.age.cmp(&here.age) {
        // What one folder no longer keeps is kept here: merging never takes anything away.
        _ if there.pruned => MergeDecision::Older,
        _ if here.pruned && there.age != here.age => MergeDecision::Newer,
        Ordering::Greater if there.id.is_none() && here.id.is_some() && is_unreadable(there) => {
            MergeDecision::SourceUnreadable
        }
        Ordering::Less if here.id.is_none() && there.id.is_some() && is_unreadable(here) => {
            MergeDecision::Newer
        }
        Ordering::Greater => MergeDecision::Newer,
        Ordering::Less => MergeDecision::Older,
        Ordering::Equal if here.id == there.id => MergeDecision::Same,
        Ordering::Equal => MergeDecision::Conflict,
    }
}

impl Change<'_> {
    /// Replaces what is here of a document by a row of another catalogue and its files, which were
    /// staged. `path` is the path that the document has here.
    pub fn merge(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        path: &str,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        let here = self.document(&incoming.identity)?;
        if let Some(here) = here {
            self.make_way(source, incoming, here, files)?;
        }
        self.put_row(source, incoming, path, here, files)?;
        let Some(document) = self.document(&incoming.identity)? else {
            return Ok(());
        };
        for file in files {
            self.rename(&file.staged, &file.path)?;
        }
        if incoming.has_withdrawn {
            self.put_withdrawn(source, incoming, document, files)?;
        }
        let derived = files
            .iter()
            .filter(|file| Some(&file.path) != record_of(files) && !is_withdrawn(&file.path));
        for file in derived {
            self.put_derived("derived_files", document, &file.path, file)?;
        }
        Ok(())
    }

    /// Stores that the source of a document could not be read in another folder.
    pub fn merge_unreadable(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
    ) -> Result<(), Error> {
        let column = |name: &str| incoming.columns.get(name).cloned().unwrap_or(Value::Null);
        let first = |one: &str, other: &str| match column(one) {
            Value::Null => column(other),
            value => value,
        };
        let Identity { root, relative } = &incoming.identity;
        self.execute(
            "update documents set source_code = ?3, source_message = ?4, seen_run = ?5
             where root = ?1 and relative = ?2",
            params![
                root,
                relative,
                first("failure_code", "source_code"),
                first("failure_message", "source_message"),
                source.run_here(&column("seen_run"))
            ],
        )
    }

    /// Removes what is here of a document that is replaced. A failure that comes without a withdrawn
    /// record withdraws the record that is here.
    fn make_way(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        here: i64,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        if incoming.record.is_none() && !incoming.has_withdrawn && self.has_record(here)? {
            let run = incoming.columns.get("last_run").cloned();
            return match source.run_here(&run.unwrap_or(Value::Null)) {
                Value::Integer(run) => self.withdraw(run, here),
                _ => Ok(()),
            };
        }
        if incoming.record.is_some() || incoming.has_withdrawn {
            self.drop_withdrawn(here)?;
        }
        self.drop_outdated(here, files)
    }

    fn put_row(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        path: &str,
        here: Option<i64>,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        let record = files
            .iter()
            .find(|file| Some(&file.path) == record_of(files));
        let mut columns = incoming.columns.clone();
        columns.remove("document");
        for run in ["first_run", "last_run", "seen_run", "removed_run"] {
            if let Some(value) = columns.get_mut(run) {
                *value = source.run_here(value);
            }
        }
        let text = |text: &str| Value::Text(text.to_owned());
        columns.insert("root".to_owned(), incoming.identity.root.into());
        columns.insert("relative".to_owned(), text(&incoming.identity.relative));
        columns.insert("path".to_owned(), text(path));
        columns.insert("path_key".to_owned(), text(&path_key(path)));
        if let Some(record) = record {
            columns.insert("record".to_owned(), text(&record.path));
            columns.insert(
                "record_bytes".to_owned(),
                super::documents::stored(record.bytes).into(),
            );
            let modified = super::documents::stored(record.modified);
            columns.insert("record_modified_ns".to_owned(), modified.into());
            columns.insert("record_sha256".to_owned(), text(&record.sha256));
        }
        let names: Vec<&str> = columns.keys().map(String::as_str).collect();
        let mut values: Vec<&Value> = columns.values().collect();
        let here = here.map(Value::Integer);
        let query = match &here {
            None => {
                let marks = vec!["?"; names.len()].join(", ");
                let names = names.join(", ");
                format!("insert into documents ({names}) values ({marks})")
            }
            Some(here) => {
                values.push(here);
                let sets: Vec<String> = names.iter().map(|name| format!("{name} = ?")).collect();
                let sets = sets.join(", ");
                format!("update documents set {sets} where document = ?")
            }
        };
        self.execute(&query, params_from_iter(values))
    }

    fn put_withdrawn(
        &self,
        source: &MergeSource<'_>,
        incoming: &IncomingRow,
        document: i64,
        files: &[StagedFile],
    ) -> Result<(), Error> {
        let theirs = incoming.columns.get("document").cloned();
        let query = "select id, fingerprint, kind, pages, warnings, run from withdrawn
             where document = ?1";
        let row = source
            .catalogue
            .connection
            .query_row(query, [theirs], |row| values(row, 0))?;
        let mut withdrawn = files.iter().filter(|file| is_withdrawn(&file.path));
        let is_record = |file: &&StagedFile| file.path.starts_with("withdrawn/records/");
        let Some(record) = withdrawn.clone().find(is_record) else {
            return Ok(());
        };
        let below = |file: &StagedFile| file.path["withdrawn/".len()..].to_owned();
        self.execute(
            "insert or replace into withdrawn (document, id, fingerprint, kind, pages, warnings,
                 run, record, record_bytes, record_sha256)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                document,
                row[0],
                row[1],
                row[2],
                row[3],
                row[4],
                source.run_here(&row[5]),
                below(record),
                super::documents::stored(record.bytes),
                record.sha256
            ],
        )?;
        withdrawn.try_for_each(|file| match is_record(&file) {
            true => Ok(()),
            false => self.put_derived("withdrawn_files", document, &below(file), file),
        })
    }

    fn put_derived(
        &self,
        table: &str,
        document: i64,
        path: &str,
        file: &StagedFile,
    ) -> Result<(), Error> {
        let query = format!(
            "insert or replace into {table} (path, document, bytes, sha256)
             values (?1, ?2, ?3, ?4)"
        );
        let bytes = super::documents::stored(file.bytes);
        self.execute(&query, params![path, document, bytes, file.sha256])
    }
}

/// The record among a document's files.
fn record_of(files: &[StagedFile]) -> Option<&String> {
    let is_record = |file: &&StagedFile| file.path.starts_with("records/");
    files.iter().find(is_record).map(|file| &file.path)
}

impl MergeSource<'_> {
    /// The number that a run of the other catalogue has here.
    fn run_here(&self, run: &Value) -> Value {
        match run {
            Value::Integer(run) => self.runs.get(run).copied().unwrap_or(*run).into(),
            other => other.clone(),
        }
    }
}

fn take_run(connection: &Connection, names: &[String], values: Vec<Value>) -> Result<RunId, Error> {
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

fn values(row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<Value>> {
    (first..row.as_ref().column_count())
        .map(|at| row.get(at))
        .collect()
}

/// A table's columns in their order.
fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare_cached("select name from pragma_table_info(?1) order by cid")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    // Names come from the schema, never from a document.
    debug_assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len());
    Ok(names)
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: Option<&str>, age: i64) -> State {
        State {
            age: (age, 0),
            id: id.map(str::to_owned),
            pruned: false,
            failure: None,
        }
    }

    #[test]
    fn the_later_of_two_states_replaces_the_other() {
        let failed = |code: FailureCode, age| State {
            failure: Some(code.to_string()),
            ..state(None, age)
        };
        let here = state(Some("a"), 2);
        for (there, expected) in [
            (state(Some("a"), 2), MergeDecision::Same),
            (state(Some("a"), 1), MergeDecision::Older),
            (state(Some("b"), 3), MergeDecision::Newer),
            (state(Some("b"), 1), MergeDecision::Older),
            (state(Some("b"), 2), MergeDecision::Conflict),
            (failed(FailureCode::TooLarge, 3), MergeDecision::Newer),
            (
                failed(FailureCode::Unreadable, 3),
                MergeDecision::SourceUnreadable,
            ),
        ] {
            assert_eq!(compare(&here, &there), expected, "{there:?}");
        }
        let unread = failed(FailureCode::Unreadable, 3);
        assert_eq!(compare(&unread, &here), MergeDecision::Newer);
        let pruned = State {
            pruned: true,
            ..state(Some("a"), 4)
        };
        assert_eq!(compare(&here, &pruned), MergeDecision::Older);
    }
}
