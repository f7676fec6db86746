//! What if another catalogue tells of the same documents?
//!
//! Rows are copied as they are, all columns, but for the numbers of runs, which mean other runs
//! here. Which of two rows for one path is to stand is decided by [`Catalogue::meeting`]; the files
//! that belong to them are `pipeline`'s to copy.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::rows::RunId;
use super::{Catalogue, Error};

/// The row of a document in some catalogue, on its way into another.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The document's relative path.
    pub path: String,
    /// SHA-256 of its bytes, where they were read.
    pub id: Option<String>,
    /// Its record's file, relative to the output folder, if it has one.
    pub record: Option<String>,
    /// When it was last met, when anything last happened to its row, and how new the file was then.
    age: (String, String, i64),
    /// Where its file lies; nothing where only an early diarium saw it.
    place: Option<String>,
    /// `--prune` took its record away.
    pruned: bool,
    values: Vec<Value>,
}

/// What a row of another catalogue means for this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Nothing is known of the document here, or something older.
    Newer,
    /// The same is known here.
    Same,
    /// Something newer is known here.
    Older,
    /// Another document has its path here, and neither is a later state of the other.
    Conflict,
}

/// When runs started, by their numbers in one catalogue.
pub type History = BTreeMap<RunId, String>;

impl Catalogue {
    /// When all its runs started.
    pub fn history(&self) -> Result<History, Error> {
        let mut statement = self.connection.prepare("select id, started from runs")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes over the runs of other catalogues, in the order in which they started; those that are
    /// here already are left alone. Gives for each catalogue the numbers that its runs have here.
    pub fn take_runs(
        &mut self,
        others: &[&Catalogue],
    ) -> Result<Vec<BTreeMap<RunId, RunId>>, Error> {
        let names = columns(&self.connection, "runs")?;
        let mut runs = Vec::new();
        for (catalogue, other) in others.iter().enumerate() {
            let query = format!("select started, id, {} from runs", list(&names[1..]));
            let mut statement = other.connection.prepare(&query)?;
            let rows = statement.query_map([], |row| {
                let started: String = row.get(0)?;
                Ok((started, catalogue, row.get::<_, RunId>(1)?, values(row, 2)?))
            })?;
            runs.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        runs.sort_by(|one, other| (&one.0, one.1, one.2).cmp(&(&other.0, other.1, other.2)));
        let mut numbers = vec![BTreeMap::new(); others.len()];
        let transaction = self.connection.transaction()?;
        for (_, catalogue, number, values) in runs {
            let here = take_run(&transaction, &names[1..], values)?;
            numbers[catalogue].insert(number, here);
        }
        transaction.commit()?;
        Ok(numbers)
    }

    /// The rows of the first so many documents after a path, by path.
    pub fn rows_after(
        &self,
        path: &str,
        count: u32,
        history: &History,
    ) -> Result<Vec<Arrival>, Error> {
        let names = columns(&self.connection, "documents")?;
        let query = format!(
            "select {} from documents where path > ?1 order by path limit ?2",
            list(&names)
        );
        let runs = run_columns(&self.connection)?;
        let mut statement = self.connection.prepare_cached(&query)?;
        let rows =
            statement.query_map((path, count), |row| arrival(row, &names, &runs, history))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a row of another catalogue means for this one, of which the history is given.
    pub fn meeting(&self, arrival: &Arrival, history: &History) -> Result<Meeting, Error> {
        let names = columns(&self.connection, "documents")?;
        let query = format!("select {} from documents where path = ?1", list(&names));
        let runs = run_columns(&self.connection)?;
        let here = self
            .connection
            .prepare_cached(&query)?
            .query_row([&arrival.path], |row| {
                self::arrival(row, &names, &runs, history)
            })
            .optional()?;
        Ok(here.map_or(Meeting::Newer, |here| compare(&here, arrival)))
    }

    /// Puts rows of another catalogue into the places of those here; all or none. `numbers` are what
    /// [`Self::take_runs`] gave for it.
    pub fn take_rows(
        &mut self,
        arrivals: &[Arrival],
        numbers: &BTreeMap<RunId, RunId>,
    ) -> Result<(), Error> {
        let names = columns(&self.connection, "documents")?;
        let runs = run_columns(&self.connection)?;
        let marks = vec!["?"; names.len()].join(", ");
        let names_listed = list(&names);
        let insert = format!("insert or replace into documents ({names_listed}) values ({marks})");
        let transaction = self.connection.transaction()?;
        for arrival in arrivals {
            let values = names.iter().zip(&arrival.values);
            let values = values.map(|(name, value)| match value {
                Value::Integer(number) if runs.contains(name) => {
                    Value::Integer(numbers.get(number).copied().unwrap_or(*number))
                }
                other => other.clone(),
            });
            transaction
                .prepare_cached(&insert)?
                .execute(params_from_iter(values))?;
        }
        Ok(transaction.commit()?)
    }
}

/// What was read outranks what could not be; a later state outranks an earlier one. Two documents of
/// one path are states of the same only if they are one file.
fn compare(here: &Arrival, there: &Arrival) -> Meeting {
    let by_age = match there.age.cmp(&here.age) {
        Ordering::Greater => Meeting::Newer,
        Ordering::Equal => Meeting::Same,
        Ordering::Less => Meeting::Older,
    };
    match (&here.id, &there.id) {
        // What one folder no longer keeps is kept here: nothing is ever taken away by joining.
        _ if there.pruned => Meeting::Older,
        (Some(_), None) => Meeting::Older,
        (None, Some(_)) => Meeting::Newer,
        (here_id, there_id) if here_id == there_id => by_age,
        _ if here.place.is_none() || here.place != there.place => Meeting::Conflict,
        _ if by_age == Meeting::Same => Meeting::Conflict,
        _ => by_age,
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

fn arrival(
    row: &Row<'_>,
    names: &[String],
    runs: &BTreeSet<String>,
    history: &History,
) -> rusqlite::Result<Arrival> {
    let started = |name: &str| -> rusqlite::Result<&str> {
        let number: Option<RunId> = row.get(name)?;
        let started = number.and_then(|number| history.get(&number));
        Ok(started.map_or("", String::as_str))
    };
    let mut latest = "";
    for name in runs {
        latest = latest.max(started(name)?);
    }
    let seen = started("seen_run")?;
    let age = (seen.to_owned(), latest.to_owned(), row.get("modified_ns")?);
    let outcome: String = row.get("outcome")?;
    Ok(Arrival {
        path: row.get("path")?,
        id: row.get("id")?,
        record: row.get("record")?,
        age,
        place: row.get("place")?,
        pruned: outcome == "pruned",
        values: (0..names.len())
            .map(|at| row.get(at))
            .collect::<Result<_, _>>()?,
    })
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
    Ok(names.collect::<Result<_, _>>()?)
}

/// The columns of a document that hold the number of a run.
fn run_columns(connection: &Connection) -> Result<BTreeSet<String>, Error> {
    let mut statement = connection.prepare_cached(
        "select \"from\" from pragma_foreign_key_list('documents') where \"table\" = 'runs'",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn list(names: &[String]) -> String {
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(id: Option<&str>, seen: &str, latest: &str, place: &str) -> Arrival {
        Arrival {
            path: "plan.txt".to_owned(),
            id: id.map(str::to_owned),
            record: None,
            age: (seen.to_owned(), latest.to_owned(), 0),
            place: Some(place.to_owned()),
            pruned: false,
            values: Vec::new(),
        }
    }

    #[test]
    fn which_of_two_rows_stands() {
        let here = arrival(Some("a"), "2", "2", "/in/plan.txt");
        let there = |id, seen, latest| arrival(id, seen, latest, "/in/plan.txt");
        let elsewhere = |id, seen, latest| arrival(id, seen, latest, "/else/plan.txt");
        for (there, expected) in [
            (there(Some("a"), "2", "2"), Meeting::Same),
            (elsewhere(Some("a"), "1", "1"), Meeting::Older),
            (there(Some("b"), "3", "3"), Meeting::Newer),
            (there(Some("b"), "1", "1"), Meeting::Older),
            (there(Some("b"), "2", "2"), Meeting::Conflict),
            (elsewhere(Some("b"), "3", "3"), Meeting::Conflict),
            (there(None, "3", "3"), Meeting::Older),
            // A later run no longer met it.
            (there(Some("a"), "2", "3"), Meeting::Newer),
        ] {
            assert_eq!(compare(&here, &there), expected, "{there:?}");
        }
        let unread = there(None, "3", "3");
        assert_eq!(compare(&unread, &here), Meeting::Newer);
        let pruned = Arrival {
            pruned: true,
            ..there(Some("a"), "4", "4")
        };
        assert_eq!(compare(&here, &pruned), Meeting::Older);
    }
}
