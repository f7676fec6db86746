//! How do rows become a batch of columns?

use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, RecordBatch, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use super::column::{ColumnBuilder, field};
use crate::export::layout::{MainTable, Row};
use crate::export::parts::Part;

/// The rows of a table since the last batch.
pub(super) struct TableBuilder {
    schema: SchemaRef,
    columns: Vec<ColumnBuilder>,
    parts: Vec<PartBuilder>,
    rows: usize,
}

/// The rows of a nested column.
struct PartBuilder {
    part: &'static Part,
    fields: Fields,
    columns: Vec<ColumnBuilder>,
    /// How many rows each record has.
    lengths: Vec<usize>,
}

impl TableBuilder {
    /// A table with these parts as nested columns behind its own.
    pub(super) fn new(table: &MainTable, parts: &[&'static Part]) -> Self {
        let parts: Vec<PartBuilder> = parts.iter().map(|part| PartBuilder::new(part)).collect();
        let columns = || table.columns.iter().map(|known| &known.column);
        let own = columns().map(field);
        let nested = parts.iter().map(PartBuilder::field);
        Self {
            schema: Arc::new(Schema::new(own.chain(nested).collect::<Vec<Field>>())),
            columns: columns()
                .map(|column| ColumnBuilder::new(column.kind))
                .collect(),
            parts,
            rows: 0,
        }
    }

    pub(super) fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a row, and says about how many bytes it takes.
    pub(super) fn add(&mut self, table: &MainTable, row: Row<'_>) -> usize {
        self.rows += 1;
        let mut bytes = 0;
        for (builder, cell) in self.columns.iter_mut().zip(table.cells(row)) {
            bytes += builder.append(&cell);
        }
        for part in &mut self.parts {
            bytes += part.add(row);
        }
        bytes
    }

    /// The batch; the next begins empty.
    pub(super) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        columns.extend(self.columns.iter_mut().map(ColumnBuilder::finish));
        for part in &mut self.parts {
            columns.push(part.finish()?);
        }
        RecordBatch::try_new(self.schema(), columns)
    }
}

impl PartBuilder {
    fn new(part: &'static Part) -> Self {
        Self {
            part,
            fields: part.columns.iter().map(field).collect(),
            columns: part
                .columns
                .iter()
                .map(|column| ColumnBuilder::new(column.kind))
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
        let field = Field::new(self.part.name, DataType::List(self.item()), false);
        field.with_metadata([("description", self.part.description)])
    }

    fn add(&mut self, row: Row<'_>) -> usize {
        let mut bytes = size_of::<i32>();
        let mut length = 0;
        let columns = &mut self.columns;
        self.part.rows(row.record, &mut |cells| {
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
