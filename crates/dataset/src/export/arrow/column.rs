//! Arrow columns: builders that turn cells into arrays.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Float32Builder, Int64Builder, ListBuilder,
    StringBuilder,
};
use arrow_schema::{DataType, Field};

use crate::export::table::{Cell, Column, ColumnType, days_since_epoch};

/// The builder of a column.
pub(super) enum ColumnBuilder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float32Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Integers(ListBuilder<Int64Builder>),
}

/// The Arrow field of a column, with its description.
pub(super) fn field(column: &Column) -> Field {
    let data_type = match column.column_type {
        // 32-bit offsets are enough: a batch is far below 2 GiB unless a single record is as large.
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        // Confidences have two decimals and lengths one; half the size of a 64-bit number.
        ColumnType::Number => DataType::Float32,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Integers => DataType::List(Arc::new(integers_item())),
    };
    let field = Field::new(&column.name, data_type, !column.constraints.required);
    field.with_metadata([("description", column.description.as_str())])
}

fn integers_item() -> Field {
    Field::new("item", DataType::Int64, false)
}

impl ColumnBuilder {
    pub(super) fn new(column_type: ColumnType) -> Self {
        match column_type {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
            ColumnType::Number => Self::Number(Float32Builder::new()),
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
            ColumnType::Integers => {
                let list = ListBuilder::new(Int64Builder::new());
                Self::Integers(list.with_field(Arc::new(integers_item())))
            }
        }
    }

    /// Appends a value, and returns about how many bytes it takes. A cell of another type becomes null;
    /// schema inference has chosen a type that all cells fit.
    pub(super) fn append(&mut self, cell: &Cell<'_>) -> usize {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(text)) => {
                builder.append_value(text);
                return text.len() + size_of::<i32>();
            }
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), Cell::Integer(number)) => builder.append_value(*number),
            (Self::Integer(builder), _) => builder.append_null(),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "confidences have two decimals, lengths a tenth of a point"
            )]
            (Self::Number(builder), Cell::Number(number)) => builder.append_value(*number as f32),
            (Self::Number(builder), _) => builder.append_null(),
            (Self::Boolean(builder), Cell::Boolean(truth)) => builder.append_value(*truth),
            (Self::Boolean(builder), _) => builder.append_null(),
            (Self::Date(builder), Cell::Text(text)) => {
                builder.append_option(days_since_epoch(text))
            }
            (Self::Date(builder), _) => builder.append_null(),
            (Self::Integers(builder), Cell::Integers(numbers)) => {
                builder.values().append_slice(numbers);
                builder.append(true);
                return size_of_val(numbers.as_slice());
            }
            (Self::Integers(builder), _) => builder.append(false),
        }
        size_of::<i64>()
    }

    /// The array; the builder is empty afterwards.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => ArrayBuilder::finish(builder),
            Self::Integer(builder) => ArrayBuilder::finish(builder),
            Self::Number(builder) => ArrayBuilder::finish(builder),
            Self::Boolean(builder) => ArrayBuilder::finish(builder),
            Self::Date(builder) => ArrayBuilder::finish(builder),
            Self::Integers(builder) => ArrayBuilder::finish(builder),
        }
    }
}
