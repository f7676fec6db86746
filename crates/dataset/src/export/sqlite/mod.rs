//! SQLite: one file with a table a kind, a table a list, and full-text search.
//!
//! One thread fills the tables in one transaction, another builds the full-text index ([`search`]);
//! neither has a journal, since the whole folder is given up if anything goes wrong. Both do the same
//! steps in the same order each time and store no times, so that the same records give the same bytes.

mod definition;
mod search;

use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use super::csv::json_list;
use super::error::Error;
use super::layout::{Layout, Row};
use super::table::{Cell, Column};
use super::{Made, Sink};

use search::Search;

/// The file's name.
const FILE_NAME: &str = "dataset.sqlite";

/// Pages of SQLite's own cache, in KiB. With 16 MiB, filling the tables takes half as long again.
const CACHE_KIB: i64 = 64 << 10;

/// Writes one file.
pub(super) struct Sqlite {
    path: PathBuf,
    connection: Connection,
    /// The tables and the commands that fill them: all records, the kinds, the parts.
    tables: Vec<Filled>,
    /// The full-text index, if there are texts to search.
    search: Option<Search>,
}

/// A table that is being filled.
struct Filled {
    name: String,
    insert: String,
    rows: u64,
}

impl Sqlite {
    pub(super) fn create(folder: &Path, layout: &Layout) -> Result<Self, Error> {
        let path = folder.join(FILE_NAME);
        let connection = Connection::open(&path).map_err(Error::write(&path))?;
        let mut tables = Vec::new();
        let mut fill = |name: &str, columns: usize| {
            tables.push(Filled {
                name: name.to_owned(),
                insert: definition::insert(name, columns),
                rows: 0,
            });
        };
        fill(&layout.records.name, layout.records.columns.len());
        for kind in &layout.kinds {
            fill(&kind.name, kind.columns.len());
        }
        for part in &layout.parts {
            // Its own key, and the record's.
            fill(part.name, part.columns.len() + 2);
        }
        begin(&connection, layout).map_err(Error::write(&path))?;
        // One statement a table, and a few more.
        connection.set_prepared_statement_cache_capacity(tables.len() + 8);
        let search = Search::begin(folder, layout)?;
        Ok(Self {
            path,
            connection,
            tables,
            search,
        })
    }

    fn insert_mains(&mut self, row: Row<'_>, layout: &Layout) -> rusqlite::Result<()> {
        let connection = &self.connection;
        let mains = &mut self.tables[..=layout.kinds.len()];
        let cells = layout.records.cells(row);
        execute(&mut *connection.prepare_cached(&mains[0].insert)?, cells)?;
        mains[0].rows += 1;
        if let Some(kind) = layout.table_of(&row.record.kind) {
            let filled = &mut mains[kind + 1];
            let cells = layout.kinds[kind].cells(row);
            execute(&mut *connection.prepare_cached(&filled.insert)?, cells)?;
            filled.rows += 1;
        }
        Ok(())
    }

    fn insert_parts(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        let failed = Error::write(&self.path);
        let tables = self.tables[1 + layout.kinds.len()..].iter_mut();
        for (place, (filled, part)) in tables.zip(&layout.parts).enumerate() {
            let prepared = self.connection.prepare_cached(&filled.insert);
            let mut statement = prepared.map_err(&failed)?;
            let mut done = Ok(());
            part.rows(row.record, &mut |cells| {
                if done.is_err() {
                    return;
                }
                filled.rows += 1;
                let searched = match &mut self.search {
                    Some(search) => search.add(place, filled.rows, &cells),
                    None => Ok(()),
                };
                let keys = [Cell::count(filled.rows), Cell::Integer(row.number)];
                let cells = keys.into_iter().chain(cells);
                done = searched.and(execute(&mut statement, cells).map_err(&failed));
            });
            done?;
        }
        Ok(())
    }
}

/// Settings of a database that is given up if anything goes wrong.
fn tune(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)
}

/// Makes the tables, and leaves a transaction open.
fn begin(connection: &Connection, layout: &Layout) -> rusqlite::Result<()> {
    tune(connection)?;
    // The keys are ours, and right; a test looks.
    connection.pragma_update(None, "foreign_keys", "off")?;
    connection.execute_batch("begin")?;
    connection.execute_batch(&definition::schema(layout))?;
    let mut describe = connection.prepare(definition::DESCRIBE)?;
    for (table, columns) in described(layout) {
        for column in columns {
            describe.execute([table, &column.name, &column.description])?;
        }
    }
    Ok(())
}

/// Each table with its columns.
fn described(layout: &Layout) -> impl Iterator<Item = (&str, Vec<&Column>)> {
    let mains = layout.main_tables().map(|table| {
        let columns = table.columns.iter().map(|known| &known.column);
        (table.name.as_str(), columns.collect())
    });
    let parts = layout.parts.iter();
    mains.chain(parts.map(|part| (part.name, part.columns.iter().collect())))
}

impl Sink for Sqlite {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.insert_mains(row, layout)
            .map_err(Error::write(&self.path))?;
        self.insert_parts(row, layout)
    }

    fn finish(self: Box<Self>, layout: &Layout) -> Result<Vec<Made>, Error> {
        let path = self.path;
        let ended = self
            .connection
            .execute_batch(&definition::indexes(layout))
            .and_then(|()| self.connection.execute_batch("commit"));
        ended.map_err(Error::write(&path))?;
        if let Some(search) = self.search {
            search.finish(&self.connection)?;
        }
        let closed = self.connection.close();
        closed
            .map_err(|(_, error)| error)
            .map_err(Error::write(&path))?;
        let made = self
            .tables
            .into_iter()
            .map(|table| Made::table(&path, table.name, table.rows));
        Ok(made.collect())
    }
}

fn execute<'r>(
    statement: &mut Statement<'_>,
    cells: impl IntoIterator<Item = Cell<'r>>,
) -> rusqlite::Result<()> {
    statement.execute(rusqlite::params_from_iter(cells))?;
    Ok(())
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Empty => ToSqlOutput::Owned(Value::Null),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Integer(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Number(number) => ToSqlOutput::Owned(Value::Real(*number)),
            Self::Boolean(truth) => ToSqlOutput::Owned(Value::Integer((*truth).into())),
            Self::Integers(numbers) => ToSqlOutput::Owned(Value::Text(json_list(numbers))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::columns::RECORD;

    #[test]
    fn every_table_is_described() {
        let layout = crate::export::test_support::layout();
        for (name, columns) in described(&layout) {
            let is_part = layout.parts.iter().any(|part| part.name == name);
            assert_eq!(columns[0].name == RECORD, !is_part, "{name}");
        }
    }
}
