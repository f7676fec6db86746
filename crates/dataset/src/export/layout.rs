//! Table layout: the schema of a dataset, with its tables and their columns.
//!
//! There is one table of all records, with the fields that all kinds share, and one table per kind. The
//! table of a kind has every field that the kind's profile declares, whether or not a record has a
//! value, and every other field that a record has: a kind has the same columns in every export.

use std::collections::BTreeMap;

use super::Selection;
use super::child_tables::{CHILD_TABLES, ChildTable};
use super::columns::{self, RecordColumn, ValueSource};
use super::declared_fields::DeclaredFields;
use super::error::Error;
use super::inference::{SchemaInference, TypeCounts};
use super::table::{Cell, Column, ColumnType};
use diarium_document::FieldType;
use diarium_document::Record;

/// The name of the table of all records.
pub const RECORDS: &str = "records";

/// A table of records.
#[derive(Debug)]
pub struct RecordTable {
    /// The name of the table and of its file.
    pub name: String,
    /// The kind of its records; `None`: all kinds.
    pub kind: Option<String>,
    /// What its rows are, in a sentence.
    pub description: String,
    /// Its columns.
    pub columns: Vec<RecordColumn>,
}

/// All tables of a dataset.
#[derive(Debug)]
pub struct Layout {
    /// The table of all records, with the fields that all kinds share.
    pub records: RecordTable,
    /// One table per kind, in the order of the kinds' names.
    pub kinds: Vec<RecordTable>,
    /// The child tables that are exported.
    pub child_tables: Vec<&'static ChildTable>,
}

/// A record with its number and split.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// Its number, from 1.
    pub number: i64,
    /// Its split, if the dataset has splits.
    pub split: Option<&'r str>,
    /// The record.
    pub record: &'r Record,
}

impl Layout {
    /// The tables for the inferred schema and the selection.
    ///
    /// # Errors
    /// If the selection names a column that does not exist, or compares one with a value of another
    /// type.
    pub fn new(
        inferred: &SchemaInference,
        selection: &Selection,
        declared: &DeclaredFields,
        has_splits: bool,
    ) -> Result<Self, Error> {
        let kinds = inferred.kinds.iter().map(|(kind, stats)| RecordTable {
            name: table_name(kind),
            kind: Some(kind.clone()),
            description: format!("Documents of the kind {kind}, one a row."),
            columns: record_columns(
                declared,
                &declared.for_kind(kind),
                &stats.fields,
                has_splits,
            ),
        });
        let shared = declared.shared();
        let records = RecordTable {
            name: RECORDS.to_owned(),
            kind: None,
            description: "All documents, one a row, with what every kind has.".to_owned(),
            columns: record_columns(
                declared,
                &shared,
                &types_in_all_kinds(inferred, &shared),
                has_splits,
            ),
        };
        let mut layout = Self {
            records,
            kinds: kinds.collect(),
            child_tables: CHILD_TABLES.iter().collect(),
        };
        // After the inference, because columns depend on the records; before the projection, because a
        // condition may be on a column that is not exported.
        layout.check(selection, declared)?;
        layout.project(selection);
        Ok(layout)
    }

    /// The index of a kind's table.
    pub fn table_of(&self, kind: &str) -> Option<usize> {
        // The tables are in the order of a `BTreeMap` of kinds.
        let by_name = |table: &RecordTable| table.kind.as_deref().cmp(&Some(kind));
        self.kinds.binary_search_by(by_name).ok()
    }

    /// All tables of records, the one of all kinds first.
    pub fn record_tables(&self) -> impl Iterator<Item = &RecordTable> {
        std::iter::once(&self.records).chain(&self.kinds)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        // The table of all records comes first: the type there fits the values of all kinds.
        let mut columns = self.record_tables().flat_map(|table| &table.columns);
        let column = columns.find(|known| known.column.name == name);
        column.map(|known| &known.column)
    }

    /// Checks the names that the user wrote. A field of a kind without records has no column, and is
    /// accepted all the same: an empty selection is not a mistake.
    fn check(&self, selection: &Selection, declared: &DeclaredFields) -> Result<(), Error> {
        let is_field = |name: &str| declared.contains(name);
        for condition in &selection.conditions {
            let name = &condition.column;
            match self.column(name) {
                Some(column) => condition.check(column.column_type)?,
                None if is_field(name) => {}
                None => return Err(self.unknown(name, false)),
            }
        }
        for name in selection.columns.iter().flatten() {
            let is_child = self.child_tables.iter().any(|child| child.name == name);
            if !is_child && self.column(name).is_none() && !is_field(name) {
                return Err(self.unknown(name, true));
            }
        }
        Ok(())
    }

    /// The error for an unknown name, with the most similar known one.
    fn unknown(&self, name: &str, with_child_tables: bool) -> Error {
        let columns = self.record_tables().flat_map(|table| &table.columns);
        let columns = columns.map(|known| known.column.name.as_str());
        let child_tables = self.child_tables.iter().filter(|_| with_child_tables);
        let child_tables = child_tables.map(|child| child.name);
        // Thousandths as an integer, because f64 is not `Ord`.
        let similarity = |known: &&str| (strsim::jaro_winkler(known, name) * 1000.0) as u32;
        Error::UnknownColumn {
            name: name.to_owned(),
            nearest: columns
                .chain(child_tables)
                .max_by_key(similarity)
                .map(str::to_owned),
        }
    }

    /// Projection: removes the columns and child tables that the selection does not include. Number and
    /// id stay, so that every row can be traced to its document.
    fn project(&mut self, selection: &Selection) {
        let is_included = |name: &str| {
            [columns::RECORD, columns::SPLIT, "id"].contains(&name) || selection.includes(name)
        };
        for table in std::iter::once(&mut self.records).chain(&mut self.kinds) {
            table
                .columns
                .retain(|known| is_included(&known.column.name));
        }
        self.child_tables
            .retain(|child| selection.includes(child.name));
    }
}

impl RecordTable {
    /// The cells of a record, one per column.
    pub fn cells<'r>(&'r self, row: Row<'r>) -> impl Iterator<Item = Cell<'r>> {
        self.columns.iter().map(move |known| match &known.source {
            ValueSource::RecordNumber => Cell::Integer(row.number),
            ValueSource::Split => Cell::optional(row.split, Cell::text),
            ValueSource::Record(cell) => cell(row.record),
            ValueSource::Field(name) => {
                match (columns::field(row.record, name), known.column.column_type) {
                    // A text column may have integers if other values of the field are text.
                    (Cell::Integer(number), ColumnType::Text) => {
                        Cell::Text(number.to_string().into())
                    }
                    (cell, _) => cell,
                }
            }
        })
    }
}

/// Beginnings of names that a kind's table must not have.
// Those of other tables of a dataset and of files, and those of SQLite: `sqlite_` is reserved, and FTS5
// creates `search_data` and others. With `kind_` itself, the kind `kind-people` does not get the name
// that the kind `people` gets.
const RESERVED_PREFIXES: [&str; 6] = [
    "records",
    "duplicates",
    "about_columns",
    "search",
    "sqlite_",
    "kind_",
];

/// The table name of a kind: with `_` for `-`, and with `kind_` in front if another table may have the name.
fn table_name(kind: &str) -> String {
    // SQL accepts it without quotation marks. Names of kinds have no underscore (`identifiers`), so
    // that no two kinds get the same name.
    let name = kind.replace('-', "_");
    let is_reserved = RESERVED_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || CHILD_TABLES.iter().any(|child| child.name == name);
    if is_reserved {
        format!("kind_{name}")
    } else {
        name
    }
}

fn record_columns(
    declared: &DeclaredFields,
    declared_types: &BTreeMap<String, FieldType>,
    inferred_types: &BTreeMap<String, TypeCounts>,
    has_splits: bool,
) -> Vec<RecordColumn> {
    let mut columns: Vec<RecordColumn> = columns::BEFORE_FIELDS.clone();
    if has_splits {
        columns.insert(1, columns::split());
    }
    let mut fields: BTreeMap<&String, (Option<FieldType>, TypeCounts)> = BTreeMap::new();
    for (name, field_type) in declared_types {
        fields.entry(name).or_default().0 = Some(*field_type);
    }
    for (name, types) in inferred_types {
        fields.entry(name).or_default().1 = *types;
    }
    let after = &*columns::AFTER_FIELDS;
    for (name, (field_type, types)) in fields {
        let mut column = declared.column(name, column_type(field_type, types));
        // A field of the user's profile may have the name of a fixed column, such as `title`.
        // A loop, because another field of the profile may be called `field_title`.
        while columns
            .iter()
            .chain(after)
            .any(|known| known.column.name == column.name)
        {
            column.name.insert_str(0, "field_");
        }
        columns.push(RecordColumn {
            column,
            source: ValueSource::Field(name.clone()),
        });
    }
    columns.extend(after.iter().cloned());
    columns
}

/// The types of the values of shared fields, in all kinds together: a value that does not fit in one kind
/// makes the column of all records text.
fn types_in_all_kinds(
    inferred: &SchemaInference,
    shared: &BTreeMap<String, FieldType>,
) -> BTreeMap<String, TypeCounts> {
    let mut all: BTreeMap<String, TypeCounts> = BTreeMap::new();
    for (name, types) in inferred.kinds.values().flat_map(|stats| &stats.fields) {
        if shared.contains_key(name) {
            let entry = all.entry(name.clone()).or_default();
            *entry = entry.sum(*types);
        }
    }
    all
}

/// The declared type, unless a value does not fit it: then text, which fits everything.
fn column_type(declared: Option<FieldType>, inferred: TypeCounts) -> ColumnType {
    match declared {
        Some(FieldType::Amount | FieldType::Integer) if inferred.texts + inferred.dates == 0 => {
            ColumnType::Integer
        }
        Some(FieldType::Date) if inferred.texts + inferred.integers == 0 => ColumnType::Date,
        None if inferred.texts + inferred.dates == 0 => ColumnType::Integer,
        _ => ColumnType::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{layout, record};
    use super::*;

    fn row(record: &Record) -> Row<'_> {
        Row {
            number: 7,
            split: None,
            record,
        }
    }

    #[test]
    fn a_kind_does_not_get_the_name_of_another_table() {
        for (kind, name) in [
            ("esf-project", "esf_project"),
            ("people", "kind_people"),
            ("kind-people", "kind_kind_people"),
            ("budget-items", "kind_budget_items"),
            ("search-data", "kind_search_data"),
            ("sqlite-master", "kind_sqlite_master"),
        ] {
            assert_eq!(table_name(kind), name);
        }
    }

    #[test]
    fn a_kind_has_every_declared_column_even_without_values() {
        let layout = layout();
        let kind = &layout.kinds[0];
        let record = record();
        let cells: Vec<Cell<'_>> = kind.cells(row(&record)).collect();
        assert_eq!(cells.len(), kind.columns.len());
        let cell = |name: &str| {
            let index = kind
                .columns
                .iter()
                .position(|known| known.column.name == name);
            (
                kind.columns[index.unwrap()].column.column_type,
                cells[index.unwrap()].clone(),
            )
        };
        assert_eq!(cell("record"), (ColumnType::Integer, Cell::Integer(7)));
        assert_eq!(
            cell("granted_sek"),
            (ColumnType::Integer, Cell::Integer(691_000))
        );
        assert_eq!(
            cell("period_start"),
            (ColumnType::Date, Cell::text("2009-03-01"))
        );
        assert_eq!(cell("period_end"), (ColumnType::Date, Cell::Empty));
        assert_eq!(
            cell("budget_consistent"),
            (ColumnType::Boolean, Cell::Boolean(true))
        );
    }

    #[test]
    fn a_field_of_a_kind_without_records_is_known_and_a_misspelled_one_is_not() {
        let fields = BTreeMap::from([("colour".to_owned(), FieldType::Text)]);
        let kinds = BTreeMap::from([("paint".to_owned(), fields)]);
        let declared = DeclaredFields::new(kinds, serde_json::Value::Null);
        let layout = |condition: &str| {
            let selection = Selection {
                conditions: vec![condition.parse().unwrap()],
                ..Selection::default()
            };
            Layout::new(&SchemaInference::default(), &selection, &declared, false)
        };
        assert!(layout("colour=red").is_ok());
        let error = layout("langage=sv").unwrap_err().to_string();
        assert!(error.ends_with("did you mean language?"), "{error}");
    }

    #[test]
    fn a_value_that_does_not_fit_its_declared_type_makes_the_column_text() {
        let counts = |integers, texts, dates| TypeCounts {
            integers,
            texts,
            dates,
        };
        for (declared, inferred, expected) in [
            (
                Some(FieldType::Amount),
                counts(2, 0, 0),
                ColumnType::Integer,
            ),
            (Some(FieldType::Amount), counts(2, 1, 0), ColumnType::Text),
            (Some(FieldType::Date), counts(0, 0, 0), ColumnType::Date),
            (Some(FieldType::Date), counts(0, 1, 3), ColumnType::Text),
            (
                Some(FieldType::Identifier),
                counts(0, 0, 3),
                ColumnType::Text,
            ),
            (None, counts(3, 0, 0), ColumnType::Integer),
            (None, counts(0, 0, 3), ColumnType::Text),
        ] {
            let found = column_type(declared, inferred);
            assert_eq!(found, expected, "{declared:?} {inferred:?}");
        }
    }
}
