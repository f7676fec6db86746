//! SQLite export: one database with a table per kind, the child tables and full-text search.
//!
//! One thread fills the tables in one transaction, another builds the full-text index ([`full_text`]).
//! Neither has a journal, since the whole folder is discarded after an error. Both execute the same
//! statements in the same order in every export and store no times: the same records give the same
//! bytes.

mod full_text;
mod statements;

use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Statement, ToSql};

use super::csv::json_array;
use super::error::Error;
use super::layout::{Layout, Row};
use super::table::{Cell, Column};
use super::{DatasetFile, Sink};

use full_text::FullTextIndex;

/// The file's name.
const FILE_NAME: &str = "dataset.sqlite";

/// The page cache of SQLite, in KiB.
// With 16 MiB, filling the tables took half as long again.
const CACHE_KIB: i64 = 64 << 10;

/// Writes one file.
pub(super) struct SqliteSink {
    path: PathBuf,
    connection: Connection,
    /// The tables: all records, then the kinds, then the child tables.
    tables: Vec<OpenTable>,
    /// The full-text index, if the dataset has texts to search.
    full_text: Option<FullTextIndex>,
}

/// A table that is being filled.
struct OpenTable {
    name: String,
    insert: String,
    rows: u64,
}

impl SqliteSink {
    pub(super) fn create(folder: &Path, layout: &Layout) -> Result<Self, Error> {
        let path = folder.join(FILE_NAME);
        let connection = Connection::open(&path).map_err(Error::write(&path))?;
        let mut tables = Vec::new();
        let mut add = |name: &str, columns: usize| {
            tables.push(OpenTable {
                name: name.to_owned(),
                insert: statements::insert(name, columns),
                rows: 0,
            });
        };
        add(&layout.records.name, layout.records.columns.len());
        for kind in &layout.kinds {
            add(&kind.name, kind.columns.len());
        }
        for child in &layout.child_tables {
            // Two more columns: the key of the row, and the number of the record.
            add(child.name, child.columns.len() + 2);
        }
        create_tables(&connection, layout).map_err(Error::write(&path))?;
        // One statement per table, and a few more. By default 16 are cached: with more tables, each
        // record would have its statements compiled again.
        connection.set_prepared_statement_cache_capacity(tables.len() + 8);
        let full_text = FullTextIndex::begin(folder, layout)?;
        Ok(Self {
            path,
            connection,
            tables,
            full_text,
        })
    }

    fn insert_records(&mut self, row: Row<'_>, layout: &Layout) -> rusqlite::Result<()> {
        let connection = &self.connection;
        let tables = &mut self.tables[..=layout.kinds.len()];
        let cells = layout.records.cells(row);
        execute(&mut *connection.prepare_cached(&tables[0].insert)?, cells)?;
        tables[0].rows += 1;
        if let Some(kind) = layout.table_of(&row.record.kind) {
            let table = &mut tables[kind + 1];
            let cells = layout.kinds[kind].cells(row);
            execute(&mut *connection.prepare_cached(&table.insert)?, cells)?;
            table.rows += 1;
        }
        Ok(())
    }

    fn insert_child_rows(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        let failed = Error::write(&self.path);
        let tables = self.tables[1 + layout.kinds.len()..].iter_mut();
        for (index, (table, child)) in tables.zip(&layout.child_tables).enumerate() {
            let prepared = self.connection.prepare_cached(&table.insert);
            let mut statement = prepared.map_err(&failed)?;
            // The callback cannot end the iteration: after an error it does nothing.
            let mut done = Ok(());
            child.for_each_row(row.record, &mut |cells| {
                if done.is_err() {
                    return;
                }
                table.rows += 1;
                let indexed = match &mut self.full_text {
                    Some(full_text) => full_text.add(index, table.rows, &cells),
                    None => Ok(()),
                };
                // Written, not left to SQLite: the full-text index, from another thread, refers to it.
                let keys = [Cell::count(table.rows), Cell::Integer(row.number)];
                let cells = keys.into_iter().chain(cells);
                done = indexed.and(execute(&mut statement, cells).map_err(&failed));
            });
            done?;
        }
        Ok(())
    }
}

/// Settings for a bulk load into a database that is discarded after an error.
fn configure_bulk_load(connection: &Connection) -> rusqlite::Result<()> {
    // The default of SQLite, set explicitly: another build may have another one, and with it the file
    // would have other bytes.
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "off")?;
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)
}

/// Creates the tables, and leaves a transaction open.
fn create_tables(connection: &Connection, layout: &Layout) -> rusqlite::Result<()> {
    configure_bulk_load(connection)?;
    // Checking foreign keys takes time, and the keys are right by construction: a test checks them.
    connection.pragma_update(None, "foreign_keys", "off")?;
    connection.execute_batch("begin")?;
    connection.execute_batch(&statements::schema(layout))?;
    let mut describe = connection.prepare(statements::DESCRIBE_COLUMN)?;
    for (table, columns) in columns_by_table(layout) {
        for column in columns {
            describe.execute([table, &column.name, &column.description])?;
        }
    }
    Ok(())
}

/// Each table with its columns.
fn columns_by_table(layout: &Layout) -> impl Iterator<Item = (&str, Vec<&Column>)> {
    let tables = layout.record_tables().map(|table| {
        let columns = table.columns.iter().map(|known| &known.column);
        (table.name.as_str(), columns.collect())
    });
    let child_tables = layout.child_tables.iter();
    tables.chain(child_tables.map(|child| (child.name, child.columns.iter().collect())))
}

impl Sink for SqliteSink {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.insert_records(row, layout)
            .map_err(Error::write(&self.path))?;
        self.insert_child_rows(row, layout)
    }

    fn finish(self: Box<Self>, layout: &Layout) -> Result<Vec<DatasetFile>, Error> {
        let path = self.path;
        let ended = self
            .connection
            .execute_batch(&statements::indexes(layout))
            .and_then(|()| self.connection.execute_batch("commit"));
        ended.map_err(Error::write(&path))?;
        if let Some(full_text) = self.full_text {
            // After the commit: the copy is a transaction of its own, and SQLite does not nest them.
            full_text.finish(&self.connection)?;
        }
        // Explicitly, because dropping the connection would hide an error.
        let closed = self.connection.close();
        closed
            .map_err(|(_, error)| error)
            .map_err(Error::write(&path))?;
        let made = self
            .tables
            .into_iter()
            .map(|table| DatasetFile::table(&path, table.name, table.rows));
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
            Self::Integers(numbers) => ToSqlOutput::Owned(Value::Text(json_array(numbers))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::columns::RECORD;

    #[test]
    fn the_first_column_of_a_table_of_records_is_the_number() {
        let layout = crate::export::test_support::layout();
        for (name, columns) in columns_by_table(&layout) {
            let is_child = layout.child_tables.iter().any(|child| child.name == name);
            assert_eq!(columns[0].name == RECORD, !is_child, "{name}");
        }
    }
}
