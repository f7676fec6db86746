//! Record columns: the values that a record has once, as one row.
//!
//! The columns of the tables of records. Each field of a record is a column of its own, under its own
//! name. Lists in a record are child tables ([`super::child_tables`]).

use std::sync::LazyLock;

use super::table::{Cell, Column, ColumnType, Constraints};
use diarium_document::{Carrier, FieldValue, Record};

/// What a column's values are taken from.
#[derive(Debug, Clone)]
pub enum ValueSource {
    /// The number of the record in this export.
    RecordNumber,
    /// The split of the record.
    Split,
    /// A part of every record.
    Record(fn(&Record) -> Cell<'_>),
    /// The field with this name.
    Field(String),
}

/// A column of a table of records.
#[derive(Debug, Clone)]
pub struct RecordColumn {
    /// The column.
    pub column: Column,
    /// What its values are taken from.
    pub source: ValueSource,
}

/// The name of the column with the record's number.
pub const RECORD: &str = "record";

/// The name of the column with the record's split.
pub const SPLIT: &str = "split";

/// The columns before the fields.
pub static BEFORE_FIELDS: LazyLock<Vec<RecordColumn>> = LazyLock::new(|| {
    let mut columns = vec![record_number()];
    columns.extend(DESCRIPTION_COLUMNS.iter().map(Declaration::column));
    columns
});

/// The columns after the fields.
pub static AFTER_FIELDS: LazyLock<Vec<RecordColumn>> =
    LazyLock::new(|| BUDGET_COLUMNS.iter().map(Declaration::column).collect());

/// The columns that every record has: those before and those after the fields.
pub(super) fn fixed() -> impl Iterator<Item = &'static RecordColumn> {
    BEFORE_FIELDS.iter().chain(&*AFTER_FIELDS)
}

/// The column of a dataset with splits.
pub fn split() -> RecordColumn {
    let description = "The split that the record belongs to.";
    let column = Column::new(SPLIT, ColumnType::Text, description);
    RecordColumn {
        column: column.with(Constraints::REQUIRED),
        source: ValueSource::Split,
    }
}

fn record_number() -> RecordColumn {
    let description = "The record's number in this dataset, from 1; the other tables refer to it.";
    let column = Column::new(RECORD, ColumnType::Integer, description);
    RecordColumn {
        column: column.with(Constraints::REQUIRED.at_least(1).unique()),
        source: ValueSource::RecordNumber,
    }
}

/// The declaration of a column with a part of every record.
struct Declaration {
    name: &'static str,
    column_type: ColumnType,
    constraints: Constraints,
    description: &'static str,
    cell: fn(&Record) -> Cell<'_>,
}

impl Declaration {
    fn column(&self) -> RecordColumn {
        let column = Column::new(self.name, self.column_type, self.description);
        RecordColumn {
            column: column.with(self.constraints),
            source: ValueSource::Record(self.cell),
        }
    }
}

/// A SHA-256 in hexadecimal.
// Not unique: copies of a document in two folders have the same bytes, and each has a record.
const SHA256: Constraints = Constraints::REQUIRED.pattern("[0-9a-f]{64}");

const DESCRIPTION_COLUMNS: [Declaration; 13] = [
    Declaration {
        name: "id",
        column_type: ColumnType::Text,
        constraints: SHA256,
        description: "SHA-256 of the document's bytes.",
        cell: |record| Cell::text(&record.id),
    },
    Declaration {
        name: "schema",
        column_type: ColumnType::Text,
        constraints: Constraints::REQUIRED,
        description: "The promise that the record keeps: its kind and that schema's version.",
        cell: |record| Cell::text(&record.schema),
    },
    Declaration {
        name: "kind",
        column_type: ColumnType::Text,
        constraints: Constraints::REQUIRED,
        description: "The document's type.",
        cell: |record| Cell::text(&record.kind),
    },
    Declaration {
        name: "kind_confidence",
        column_type: ColumnType::Number,
        constraints: Constraints::REQUIRED.zero_to_one(),
        description: "How sure diarium is of the kind.",
        cell: |record| Cell::Number(record.kind_confidence),
    },
    Declaration {
        name: "title",
        column_type: ColumnType::Text,
        constraints: Constraints::NONE,
        description: "What the document calls itself.",
        cell: |record| Cell::optional(record.title.as_deref(), Cell::text),
    },
    Declaration {
        name: "language",
        column_type: ColumnType::Text,
        constraints: Constraints::NONE,
        description: "The language of its text, BCP 47.",
        cell: |record| Cell::optional(record.language.as_deref(), Cell::text),
    },
    Declaration {
        name: "source_path",
        column_type: ColumnType::Text,
        constraints: Constraints::REQUIRED,
        description: "Where the document lay, from the input that was named.",
        cell: |record| Cell::text(&record.source.path),
    },
    Declaration {
        name: "source_media_type",
        column_type: ColumnType::Text,
        constraints: Constraints::REQUIRED,
        description: "Its IANA media type.",
        cell: |record| Cell::text(&record.source.media_type),
    },
    Declaration {
        name: "source_bytes",
        column_type: ColumnType::Integer,
        constraints: Constraints::REQUIRED.at_least(0),
        description: "Its length in bytes.",
        cell: |record| Cell::count(record.source.bytes),
    },
    Declaration {
        name: "source_sha256",
        column_type: ColumnType::Text,
        constraints: SHA256,
        description: "SHA-256 of its bytes.",
        cell: |record| Cell::text(&record.source.sha256),
    },
    Declaration {
        name: "source_carrier",
        column_type: ColumnType::Text,
        constraints: Constraints::REQUIRED.one_of(&Carrier::NAMES),
        description: "How it reached the archive.",
        cell: |record| Cell::text(record.source.carrier.as_str()),
    },
    Declaration {
        name: "source_encoding",
        column_type: ColumnType::Text,
        constraints: Constraints::NONE,
        description: "How its characters were written, where it is text.",
        cell: |record| Cell::optional(record.source.encoding.as_deref(), Cell::text),
    },
    Declaration {
        name: "source_pages_stated",
        column_type: ColumnType::Integer,
        constraints: Constraints::NONE.at_least(1),
        description: "How many pages it says that it has.",
        cell: |record| Cell::optional(record.source.pages_stated, Cell::count),
    },
];

const BUDGET_COLUMNS: [Declaration; 6] = [
    Declaration {
        name: "budget_stated_total_sek",
        column_type: ColumnType::Integer,
        constraints: Constraints::NONE,
        description: "The total that the budget gives, in whole kronor.",
        cell: |record| {
            let budget = record.budget.as_ref();
            let total = budget.filter(|budget| budget.currency.is_none());
            let total = total.and_then(|budget| budget.stated_total);
            Cell::optional(total, Cell::Integer)
        },
    },
    Declaration {
        name: "budget_computed_total_sek",
        column_type: ColumnType::Integer,
        constraints: Constraints::NONE,
        description: "The sum of the budget's rows, in whole kronor.",
        cell: |record| {
            let budget = record.budget.as_ref();
            let total = budget.filter(|budget| budget.currency.is_none());
            let total = total.map(|budget| budget.computed_total);
            Cell::optional(total, Cell::Integer)
        },
    },
    Declaration {
        name: "budget_currency",
        column_type: ColumnType::Text,
        constraints: Constraints::NONE,
        description: "The budget's currency, ISO 4217, where it is not kronor.",
        cell: |record| {
            let currency = record
                .budget
                .as_ref()
                .and_then(|budget| budget.currency.as_deref());
            Cell::optional(currency, Cell::text)
        },
    },
    Declaration {
        name: "budget_stated_total",
        column_type: ColumnType::Integer,
        constraints: Constraints::NONE,
        description: "The total that the budget gives, in whole units of that currency.",
        cell: |record| {
            let budget = record.budget.as_ref();
            let total = budget.filter(|budget| budget.currency.is_some());
            let total = total.and_then(|budget| budget.stated_total);
            Cell::optional(total, Cell::Integer)
        },
    },
    Declaration {
        name: "budget_computed_total",
        column_type: ColumnType::Integer,
        constraints: Constraints::NONE,
        description: "The sum of the budget's rows, in whole units of that currency.",
        cell: |record| {
            let budget = record.budget.as_ref();
            let total = budget.filter(|budget| budget.currency.is_some());
            let total = total.map(|budget| budget.computed_total);
            Cell::optional(total, Cell::Integer)
        },
    },
    Declaration {
        name: "budget_consistent",
        column_type: ColumnType::Boolean,
        constraints: Constraints::NONE,
        description: "Whether the two are equal; empty where no total is given.",
        cell: |record| {
            let consistent = record.budget.as_ref().and_then(|budget| budget.consistent);
            Cell::optional(consistent, Cell::Boolean)
        },
    },
];

/// The value of a record under a column's name, whatever the table: a part of every record, or a
/// field.
pub fn value<'r>(record: &'r Record, name: &str) -> Cell<'r> {
    let column = fixed().find(|known| known.column.name == name);
    match column.map(|known| &known.source) {
        Some(ValueSource::Record(cell)) => cell(record),
        Some(_) => Cell::Empty,
        None => field(record, name),
    }
}

/// The value of a field as it is in the record.
pub fn field<'r>(record: &'r Record, name: &str) -> Cell<'r> {
    match record.fields.get(name).map(|field| &field.value) {
        None => Cell::Empty,
        Some(FieldValue::Integer(number)) => Cell::Integer(*number),
        Some(FieldValue::Text(text)) => Cell::text(text),
    }
}
