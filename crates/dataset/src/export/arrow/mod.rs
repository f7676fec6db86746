//! Parquet and Arrow export: typed columns, with child tables as nested columns.
//!
//! Rows are collected in column builders and written as record batches of bounded size, so that memory
//! does not depend on the number of records. The batches depend on the records alone: the same records
//! give the same bytes.

mod column;
mod file;
mod table;

use std::path::{Path, PathBuf};

use self::file::BatchFile;
use self::table::TableBuilder;
use super::error::Error;
use super::layout::{Layout, RecordTable, Row};
use super::{DatasetFile, Sink};

pub(super) use file::{ArrowFile, ParquetFile};

/// A batch is written when the rows of all tables together take about so many bytes.
// Bounds the memory of the builders. Part of the output's bytes: an Arrow file shows its batches.
const BATCH_BYTES: usize = 8 << 20;

/// The row groups of all Parquet files are written when they take about so many bytes.
// A row group is in memory until it is complete, one per kind. Larger groups compress better and need
// more memory, also in readers. Part of the output's bytes, like BATCH_BYTES.
const ROW_GROUP_BYTES: usize = 48 << 20;

/// Writes one file per table.
pub(super) struct ColumnarSink<F> {
    records: OpenTable<F>,
    kinds: Vec<OpenTable<F>>,
    /// About how many bytes the rows take that are not in a batch yet.
    pending_bytes: usize,
}

/// A table that is being written.
struct OpenTable<F> {
    name: String,
    path: PathBuf,
    builder: TableBuilder,
    file: F,
    rows: u64,
}

impl<F: BatchFile> ColumnarSink<F> {
    pub(super) fn create(folder: &Path, layout: &Layout) -> Result<Self, Error> {
        let open = |table: &RecordTable, child_tables| {
            let path = folder.join(format!("{}.{}", table.name, F::EXTENSION));
            let builder = TableBuilder::new(table, child_tables);
            Ok(OpenTable {
                name: table.name.clone(),
                file: F::create(&path, builder.schema())?,
                path,
                builder,
                rows: 0,
            })
        };
        Ok(Self {
            // Without child tables: those of the kinds have all texts already.
            records: open(&layout.records, &[])?,
            kinds: layout
                .kinds
                .iter()
                .map(|table| open(table, &layout.child_tables))
                .collect::<Result<_, Error>>()?,
            pending_bytes: 0,
        })
    }

    fn all(&mut self) -> impl Iterator<Item = &mut OpenTable<F>> {
        std::iter::once(&mut self.records).chain(&mut self.kinds)
    }

    /// Writes all batches, and the row groups as well once they are too large.
    fn write_batches(&mut self) -> Result<(), Error> {
        // One limit for all files together: memory must not grow with the number of kinds.
        let mut buffered = 0;
        for open in self.all() {
            open.write_batch()?;
            buffered += open.file.buffered_bytes();
        }
        if buffered > ROW_GROUP_BYTES {
            for open in self.all() {
                open.file.flush().map_err(Error::write(&open.path))?;
            }
        }
        Ok(())
    }
}

impl<F: BatchFile> Sink for ColumnarSink<F> {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.pending_bytes += self.records.add(&layout.records, row);
        if let Some(kind) = layout.table_of(&row.record.kind) {
            self.pending_bytes += self.kinds[kind].add(&layout.kinds[kind], row);
        }
        if self.pending_bytes >= BATCH_BYTES {
            self.pending_bytes = 0;
            self.write_batches()?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _layout: &Layout) -> Result<Vec<DatasetFile>, Error> {
        let all = std::iter::once(self.records).chain(self.kinds);
        all.map(OpenTable::finish).collect()
    }
}

impl<F: BatchFile> OpenTable<F> {
    /// Adds a row, and returns about how many bytes it takes.
    fn add(&mut self, table: &RecordTable, row: Row<'_>) -> usize {
        self.rows += 1;
        self.builder.add(table, row)
    }

    fn write_batch(&mut self) -> Result<(), Error> {
        if self.builder.rows() > 0 {
            let batch = self.builder.finish().map_err(Error::write(&self.path))?;
            self.file.write(&batch).map_err(Error::write(&self.path))?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<DatasetFile, Error> {
        self.write_batch()?;
        self.file.finish().map_err(Error::write(&self.path))?;
        Ok(DatasetFile::table(&self.path, self.name, self.rows))
    }
}
