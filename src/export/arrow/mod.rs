//! Parquet and Arrow: typed columns, a list in a record as a nested column.
//!
//! A table gathers rows in columns and hands them on as a batch once they are large enough, so that
//! memory does not depend on how many records there are. Which batch a record is in depends on the
//! records alone: the same records give the same bytes.

mod column;
mod file;
mod table;

use std::path::{Path, PathBuf};

use self::file::BatchFile;
use self::table::TableBuilder;
use super::error::Error;
use super::layout::{Layout, MainTable, Row};
use super::{Made, Sink};

pub(super) use file::{ArrowFile, ParquetFile};

/// A batch is handed on when its values take about so many bytes …
const BATCH_BYTES: usize = 4 << 20;

/// … or when it has so many rows.
const BATCH_ROWS: usize = 4096;

/// What all files together may hold back. A Parquet file keeps a row group in memory until it is
/// whole: small enough for any reader, large enough to be packed well.
const HELD_BACK_BYTES: usize = 48 << 20;

/// Writes a file a table.
pub(super) struct Tables<F> {
    records: Open<F>,
    kinds: Vec<Open<F>>,
}

/// A table that is being written.
struct Open<F> {
    name: String,
    path: PathBuf,
    builder: TableBuilder,
    file: F,
    rows: u64,
}

impl<F: BatchFile> Tables<F> {
    pub(super) fn create(folder: &Path, layout: &Layout) -> Result<Self, Error> {
        let open = |table: &MainTable, parts| {
            let path = folder.join(format!("{}.{}", table.name, F::EXTENSION));
            let builder = TableBuilder::new(table, parts);
            Ok(Open {
                name: table.name.clone(),
                file: F::create(&path, builder.schema())?,
                path,
                builder,
                rows: 0,
            })
        };
        Ok(Self {
            records: open(&layout.records, &[])?,
            kinds: layout
                .kinds
                .iter()
                .map(|table| open(table, &layout.parts))
                .collect::<Result<_, Error>>()?,
        })
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Open<F>> {
        std::iter::once(&mut self.records).chain(&mut self.kinds)
    }

    /// Hands on what is held back, once all tables together hold back too much.
    fn let_go(&mut self) -> Result<(), Error> {
        let held: usize = self.all().map(|open| open.held_back()).sum();
        if held > HELD_BACK_BYTES {
            for open in self.all() {
                open.hand_on()?;
                open.file.flush().map_err(Error::write(&open.path))?;
            }
        }
        Ok(())
    }
}

impl<F: BatchFile> Sink for Tables<F> {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.records.add(&layout.records, row)?;
        if let Some(kind) = layout.table_of(&row.record.kind) {
            self.kinds[kind].add(&layout.kinds[kind], row)?;
        }
        self.let_go()
    }

    fn finish(self: Box<Self>, _layout: &Layout) -> Result<Vec<Made>, Error> {
        let all = std::iter::once(self.records).chain(self.kinds);
        all.map(Open::finish).collect()
    }
}

impl<F: BatchFile> Open<F> {
    fn add(&mut self, table: &MainTable, row: Row<'_>) -> Result<(), Error> {
        self.builder.add(table, row);
        self.rows += 1;
        if self.builder.rows() >= BATCH_ROWS || self.builder.bytes() >= BATCH_BYTES {
            self.hand_on()?;
        }
        Ok(())
    }

    fn hand_on(&mut self) -> Result<(), Error> {
        if self.builder.rows() > 0 {
            let batch = self.builder.finish().map_err(Error::write(&self.path))?;
            self.file.write(&batch).map_err(Error::write(&self.path))?;
        }
        Ok(())
    }

    fn held_back(&self) -> usize {
        self.builder.bytes() + self.file.held_back()
    }

    fn finish(mut self) -> Result<Made, Error> {
        self.hand_on()?;
        self.file.finish().map_err(Error::write(&self.path))?;
        Ok(Made::table(&self.path, self.name, self.rows))
    }
}
