//! What does a record say in one row?
//!
//! The columns of the tables of records: what is known of each record once. A field is a column of
//! its own, under its own name.

use std::sync::LazyLock;

use super::table::{Cell, Column, Type};
use diarium_document::{FieldValue, Record};

/// What a value of a row is taken from.
#[derive(Debug, Clone)]
pub enum Of {
    /// The record's number in this export.
    Number,
    /// Its split.
    Split,
    /// A part of every record.
    Record(fn(&Record) -> Cell<'_>),
    /// The field of that name.
    Field(String),
}

/// A column and what its values are taken from.
#[derive(Debug, Clone)]
pub struct MainColumn {
    /// The column.
    pub column: Column,
    /// What its values are taken from.
    pub of: Of,
}

/// The name of the column that numbers the records.
pub const RECORD: &str = "record";

/// The name of the column that tells a record's split.
pub const SPLIT: &str = "split";

/// The columns before the fields.
pub static BEFORE_FIELDS: LazyLock<Vec<MainColumn>> = LazyLock::new(before_fields);

/// The columns after the fields.
pub static AFTER_FIELDS: LazyLock<Vec<MainColumn>> = LazyLock::new(after_fields);

/// The column of a dataset with splits.
pub fn split() -> MainColumn {
    let description = "The split that the record belongs to.";
    MainColumn {
        column: Column::new(SPLIT, Type::Text, description).required(),
        of: Of::Split,
    }
}

fn before_fields() -> Vec<MainColumn> {
    let text = |name, description| Column::new(name, Type::Text, description);
    let integer = |name, description| Column::new(name, Type::Integer, description);
    let share = Column::new(
        "kind_confidence",
        Type::Number,
        "How sure diarium is of the kind.",
    );
    let record = integer(
        RECORD,
        "The record's number in this dataset, from 1; the other tables refer to it.",
    );
    let mut record = record.required().at_least(1);
    record.constraints.unique = true;
    vec![
        MainColumn {
            column: record,
            of: Of::Number,
        },
        of(
            text("id", "SHA-256 of the document's bytes.")
                .required()
                .like("[0-9a-f]{64}"),
            |record| Cell::text(&record.id),
        ),
        of(
            text(
                "schema",
                "The promise that the record keeps: its kind and that schema's version.",
            )
            .required(),
            |record| Cell::text(&record.schema),
        ),
        of(text("kind", "The document's type.").required(), |record| {
            Cell::text(&record.kind)
        }),
        of(share.required().share(), |record| {
            Cell::Number(record.kind_confidence)
        }),
        of(text("title", "What the document calls itself."), |record| {
            Cell::maybe(record.title.as_deref(), Cell::text)
        }),
        of(
            text("language", "The language of its text, BCP 47."),
            |record| Cell::maybe(record.language.as_deref(), Cell::text),
        ),
        of(
            text(
                "source_path",
                "Where the document lay, from the input that was named.",
            )
            .required(),
            |record| Cell::text(&record.source.path),
        ),
        of(
            text("source_media_type", "Its IANA media type.").required(),
            |record| Cell::text(&record.source.media_type),
        ),
        of(
            integer("source_bytes", "Its length in bytes.")
                .required()
                .at_least(0),
            |record| Cell::count(record.source.bytes),
        ),
        of(
            text("source_sha256", "SHA-256 of its bytes.")
                .required()
                .like("[0-9a-f]{64}"),
            |record| Cell::text(&record.source.sha256),
        ),
        of(
            text("source_carrier", "How it reached the archive.")
                .required()
                .one_of(&["text", "web", "transcript", "pdf"]),
            |record| Cell::text(record.source.carrier.as_str()),
        ),
        of(
            text(
                "source_encoding",
                "How its characters were written, where it is text.",
            ),
            |record| Cell::maybe(record.source.encoding.as_deref(), Cell::text),
        ),
        of(
            integer("source_pages_stated", "How many pages it says that it has.").at_least(1),
            |record| Cell::maybe(record.source.pages_stated, Cell::count),
        ),
    ]
}

fn after_fields() -> Vec<MainColumn> {
    vec![
        of(
            Column::new(
                "budget_stated_total_sek",
                Type::Integer,
                "The total that the budget gives, in whole kronor.",
            ),
            |record| {
                let total = record
                    .budget
                    .as_ref()
                    .and_then(|budget| budget.stated_total_sek);
                Cell::maybe(total, Cell::Integer)
            },
        ),
        of(
            Column::new(
                "budget_computed_total_sek",
                Type::Integer,
                "The sum of the budget's rows, in whole kronor.",
            ),
            |record| {
                let total = record
                    .budget
                    .as_ref()
                    .map(|budget| budget.computed_total_sek);
                Cell::maybe(total, Cell::Integer)
            },
        ),
        of(
            Column::new(
                "budget_consistent",
                Type::Boolean,
                "Whether the two are equal; empty where no total is given.",
            ),
            |record| {
                let consistent = record.budget.as_ref().and_then(|budget| budget.consistent);
                Cell::maybe(consistent, Cell::Boolean)
            },
        ),
    ]
}

fn of(column: Column, cell: fn(&Record) -> Cell<'_>) -> MainColumn {
    MainColumn {
        column,
        of: Of::Record(cell),
    }
}

/// What a record says under a column's name, whatever the table: a part of every record, or a field.
pub fn value<'r>(record: &'r Record, name: &str) -> Cell<'r> {
    let mut known = BEFORE_FIELDS.iter().chain(&*AFTER_FIELDS);
    match known
        .find(|known| known.column.name == name)
        .map(|known| &known.of)
    {
        Some(Of::Record(cell)) => cell(record),
        Some(_) => Cell::Empty,
        None => field(record, name),
    }
}

/// A field's value as it is.
pub fn field<'r>(record: &'r Record, name: &str) -> Cell<'r> {
    match record.fields.get(name).map(|field| &field.value) {
        None => Cell::Empty,
        Some(FieldValue::Integer(number)) => Cell::Integer(*number),
        Some(FieldValue::Text(text)) => Cell::text(text),
    }
}
