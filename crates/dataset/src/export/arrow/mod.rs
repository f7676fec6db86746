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

/// Batches are handed on when the values of all tables together take about so many bytes.
const BATCH_BYTES: usize = 8 << 20;

/// What all files together may hold back. A Parquet file keeps a row group in memory until it is
/// whole: small enough for any reader, large enough to be packed well.
const HELD_BACK_BYTES: usize = 48 << 20;

/// Writes a file a table.
pub(super) struct Tables<F> {
    records: Open<F>,
    kinds: Vec<Open<F>>,
    /// About how many bytes the rows take that were not handed on.
    pending: usize,
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
            pending: 0,
        })
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Open<F>> {
        std::iter::once(&mut self.records).chain(&mut self.kinds)
    }

    /// Hands all batches on, and what the files hold back as well once that is too much.
    fn hand_on(&mut self) -> Result<(), Error> {
        let mut held_back = 0;
        for open in self.all() {
            open.hand_on()?;
            held_back += open.file.held_back();
        }
        if held_back > HELD_BACK_BYTES {
            for open in self.all() {
                open.file.flush().map_err(Error::write(&open.path))?;
            }
        }
        Ok(())
    }
}

impl<F: BatchFile> Sink for Tables<F> {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.pending += self.records.add(&layout.records, row);
        if let Some(kind) = layout.table_of(&row.record.kind) {
            self.pending += self.kinds[kind].add(&layout.kinds[kind], row);
        }
        if self.pending >= BATCH_BYTES {
            self.pending = 0;
            self.hand_on()?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _layout: &Layout) -> Result<Vec<Made>, Error> {
        let all = std::iter::once(self.records).chain(self.kinds);
        all.map(Open::finish).collect()
    }
}

impl<F: BatchFile> Open<F> {
    /// Adds a row, and says about how many bytes it takes.
    fn add(&mut self, table: &MainTable, row: Row<'_>) -> usize {
        self.rows += 1;
        self.builder.add(table, row)
    }

    fn hand_on(&mut self) -> Result<(), Error> {
        if self.builder.rows() > 0 {
            let batch = self.builder.finish().map_err(Error::write(&self.path))?;
            self.file.write(&batch).map_err(Error::write(&self.path))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Made, Error> {
        self.hand_on()?;
        self.file.finish().map_err(Error::write(&self.path))?;
        Ok(Made::table(&self.path, self.name, self.rows))
    }
}
