//! How do cells become a column?

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Date32Builder, Float32Builder, Int64Builder, ListBuilder,
    StringBuilder,
};
use arrow_schema::{DataType, Field};

use crate::export::date;
use crate::export::table::{Cell, Column, Type};

/// The values of a column so far.
pub(super) enum ColumnBuilder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float32Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
    Integers(ListBuilder<Int64Builder>),
}

/// The column's name, type and meaning, as Arrow has them.
pub(super) fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Type::Text => DataType::Utf8,
        Type::Integer => DataType::Int64,
        Type::Number => DataType::Float32,
        Type::Boolean => DataType::Boolean,
        Type::Date => DataType::Date32,
        Type::Integers => DataType::List(Arc::new(integers_item())),
    };
    let field = Field::new(&column.name, kind, !column.constraints.required);
    field.with_metadata([("description", column.description.as_str())])
}

fn integers_item() -> Field {
    Field::new("item", DataType::Int64, false)
}

impl ColumnBuilder {
    pub(super) fn new(kind: Type) -> Self {
        match kind {
            Type::Text => Self::Text(StringBuilder::new()),
            Type::Integer => Self::Integer(Int64Builder::new()),
            Type::Number => Self::Number(Float32Builder::new()),
            Type::Boolean => Self::Boolean(BooleanBuilder::new()),
            Type::Date => Self::Date(Date32Builder::new()),
            Type::Integers => {
                let list = ListBuilder::new(Int64Builder::new());
                Self::Integers(list.with_field(Arc::new(integers_item())))
            }
        }
    }

    /// Adds a value, and says about how many bytes it takes. A cell of another type than the
    /// column's is left empty; the survey has seen to it that there are none.
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
                reason = "two decimals fit into an f32"
            )]
            (Self::Number(builder), Cell::Number(number)) => builder.append_value(*number as f32),
            (Self::Number(builder), _) => builder.append_null(),
            (Self::Boolean(builder), Cell::Boolean(truth)) => builder.append_value(*truth),
            (Self::Boolean(builder), _) => builder.append_null(),
            (Self::Date(builder), Cell::Text(text)) => builder.append_option(date::days(text)),
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

    /// The column, and an empty one to go on with.
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
