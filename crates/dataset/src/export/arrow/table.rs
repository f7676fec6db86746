//! Table builders: collect rows as columns until they are a record batch.

use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use super::column::{ColumnBuilder, field};
use crate::export::child_tables::ChildTable;
use crate::export::layout::{RecordTable, Row};

/// The rows of a table since the last batch.
pub(super) struct TableBuilder {
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    child_tables: Vec<ChildTableBuilder>,
    rows: usize,
}

/// The builder of a child table, as a nested column.
struct ChildTableBuilder {
    child: &'static ChildTable,
    fields: Fields,
    columns: Vec<ColumnBuilder>,
    /// The number of rows of each record.
    lengths: Vec<usize>,
}

impl TableBuilder {
    /// A builder for a table with these child tables as nested columns after its own.
    pub(super) fn new(table: &RecordTable, child_tables: &[&'static ChildTable]) -> Self {
        let child_tables: Vec<ChildTableBuilder> = child_tables
            .iter()
            .map(|child| ChildTableBuilder::new(child))
            .collect();
        let columns = || table.columns.iter().map(|known| &known.column);
        let own = columns().map(field);
        let nested = child_tables.iter().map(ChildTableBuilder::field);
        Self {
            schema: Arc::new(Schema::new(own.chain(nested).collect::<Vec<Field>>())),
            columns: columns()
                .map(|column| ColumnBuilder::new(column.column_type))
                .collect(),
            child_tables,
            rows: 0,
        }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, and returns about how many bytes it takes.
    pub(super) fn add(&mut self, table: &RecordTable, row: Row<'_>) -> usize {
        self.rows += 1;
        let mut bytes = 0;
        for (builder, cell) in self.columns.iter_mut().zip(table.cells(row)) {
            bytes += builder.append(&cell);
        }
        for child in &mut self.child_tables {
            bytes += child.add(row);
        }
        bytes
    }

    /// The batch; the builder is empty afterwards.
    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        columns.extend(self.columns.iter_mut().map(ColumnBuilder::finish));
        for child in &mut self.child_tables {
            columns.push(child.finish()?);
        }
        RecordBatch::try_new(self.schema(), columns)
    }
}

impl ChildTableBuilder {
    fn new(child: &'static ChildTable) -> Self {
        Self {
            child,
            fields: child.columns.iter().map(field).collect(),
            columns: child
                .columns
                .iter()
                .map(|column| ColumnBuilder::new(column.column_type))
                .collect(),
            lengths: Vec::new(),
        }
    }

    fn item(&self) -> FieldRef {
        Arc::new(Field::new(
            "item",
            DataType::Struct(self.fields.clone()),
            false,
        ))
    }

    fn field(&self) -> Field {
        // Not nullable: each record has each list. A null would mean that people were not looked
        // for, an empty list means that there are none.
        let field = Field::new(self.child.name, DataType::List(self.item()), false);
        field.with_metadata([("description", self.child.description)])
    }

    fn add(&mut self, row: Row<'_>) -> usize {
        let mut bytes = size_of::<i32>();
        let mut length = 0;
        let columns = &mut self.columns;
        self.child.for_each_row(row.record, &mut |cells| {
            length += 1;
            for (builder, cell) in columns.iter_mut().zip(&cells) {
                bytes += builder.append(cell);
            }
        });
        self.lengths.push(length);
        bytes
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        let rows = StructArray::try_new(self.fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(self.lengths.drain(..));
        Ok(Arc::new(ListArray::try_new(
            self.item(),
            offsets,
            Arc::new(rows),
            None,
        )?))
    }
}
