//! Which tables will there be, with which columns?
//!
//! A table a kind, with every field that the kind's profile declares, found or not, and every other
//! that was found: the same kind has the same columns in each export. And one table of all records,
//! with the fields that all kinds share.

use std::collections::BTreeMap;

use super::Selection;
use super::columns::{self, MainColumn, Of};
use super::declared_fields::DeclaredFields;
use super::error::Error;
use super::parts::{PARTS, Part};
use super::survey::{Shape, Survey};
use super::table::{Cell, Column, Type};
use diarium_document::FieldType;
use diarium_document::Record;

/// The name of the table of all records.
pub const RECORDS: &str = "records";

/// A table of records.
#[derive(Debug)]
pub struct MainTable {
    /// Its name, of the table and of its file.
    pub name: String,
    /// The kind whose records stand in it; none: all.
    pub kind: Option<String>,
    /// What its rows are.
    pub description: String,
    /// Its columns.
    pub columns: Vec<MainColumn>,
}

/// All tables.
#[derive(Debug)]
pub struct Layout {
    /// The table of all records, with what all kinds share.
    pub records: MainTable,
    /// A table a kind, by the kinds' names.
    pub kinds: Vec<MainTable>,
    /// The lists in each record that go into the export.
    pub parts: Vec<&'static Part>,
}

/// A record and what the export says of it.
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
    /// The tables for what the survey saw and the selection wants.
    ///
    /// # Errors
    /// If the selection names what is not there.
    pub fn new(
        survey: &Survey,
        selection: &Selection,
        declared: &DeclaredFields,
        has_splits: bool,
    ) -> Result<Self, Error> {
        let mut kinds = Vec::new();
        let mut all: BTreeMap<String, Shape> = BTreeMap::new();
        for (kind, seen) in &survey.kinds {
            for (name, shape) in &seen.fields {
                let entry = all.entry(name.clone()).or_default();
                *entry = entry.and(*shape);
            }
            kinds.push(MainTable {
                name: table_name(kind),
                kind: Some(kind.clone()),
                description: format!("Documents of the kind {kind}, one a row."),
                columns: main_columns(declared, &declared.of(kind), &seen.fields, has_splits),
            });
        }
        let shared = declared.shared();
        all.retain(|name, _| shared.contains_key(name));
        let records = MainTable {
            name: RECORDS.to_owned(),
            kind: None,
            description: "All documents, one a row, with what every kind has.".to_owned(),
            columns: main_columns(declared, &shared, &all, has_splits),
        };
        let mut layout = Self {
            records,
            kinds,
            parts: PARTS.iter().collect(),
        };
        layout.check(selection, declared)?;
        layout.keep(selection);
        Ok(layout)
    }

    /// The index of a kind's table.
    pub fn table_of(&self, kind: &str) -> Option<usize> {
        let by_name = |table: &MainTable| table.kind.as_deref().cmp(&Some(kind));
        self.kinds.binary_search_by(by_name).ok()
    }

    /// All tables of records, that of all kinds first.
    pub fn main_tables(&self) -> impl Iterator<Item = &MainTable> {
        std::iter::once(&self.records).chain(&self.kinds)
    }

    fn column(&self, name: &str) -> Option<&Column> {
        let mut columns = self.main_tables().flat_map(|table| &table.columns);
        let found = columns.find(|known| known.column.name == name);
        found.map(|known| &known.column)
    }

    /// Whether all names that the user wrote are there. A field of a kind of which no record was
    /// chosen has no column, and is a name all the same.
    fn check(&self, selection: &Selection, declared: &DeclaredFields) -> Result<(), Error> {
        let is_field = |name: &str| declared.contains(name);
        for condition in &selection.conditions {
            let name = &condition.column;
            match self.column(name) {
                Some(column) => condition.check(column.kind)?,
                None if is_field(name) => {}
                None => return Err(self.unknown(name, false)),
            }
        }
        for name in selection.columns.iter().flatten() {
            let is_part = self.parts.iter().any(|part| part.name == name);
            if !is_part && self.column(name).is_none() && !is_field(name) {
                return Err(self.unknown(name, true));
            }
        }
        Ok(())
    }

    /// The error for a name that is not there, with the nearest that is.
    fn unknown(&self, name: &str, with_parts: bool) -> Error {
        let columns = self.main_tables().flat_map(|table| &table.columns);
        let columns = columns.map(|known| known.column.name.as_str());
        let parts = self
            .parts
            .iter()
            .map(|part| part.name)
            .filter(|_| with_parts);
        // The distance is never compared with one that is no number.
        let likeness = |known: &&str| (strsim::jaro_winkler(known, name) * 1000.0) as u32;
        Error::UnknownColumn {
            name: name.to_owned(),
            nearest: columns.chain(parts).max_by_key(likeness).map(str::to_owned),
        }
    }

    /// Takes out what the selection does not want. Number and id stay: without them no row could be
    /// led back to its document.
    fn keep(&mut self, selection: &Selection) {
        let wanted = |name: &str| {
            [columns::RECORD, columns::SPLIT, "id"].contains(&name) || selection.wants(name)
        };
        for table in std::iter::once(&mut self.records).chain(&mut self.kinds) {
            table.columns.retain(|known| wanted(&known.column.name));
        }
        self.parts.retain(|part| selection.wants(part.name));
    }
}

impl MainTable {
    /// A record's cells, one a column.
    pub fn cells<'r>(&'r self, row: Row<'r>) -> impl Iterator<Item = Cell<'r>> {
        self.columns.iter().map(move |known| match &known.of {
            Of::Number => Cell::Integer(row.number),
            Of::Split => Cell::maybe(row.split, Cell::text),
            Of::Record(cell) => cell(row.record),
            Of::Field(name) => match (columns::field(row.record, name), known.column.kind) {
                (Cell::Integer(number), Type::Text) => Cell::Text(number.to_string().into()),
                (cell, _) => cell,
            },
        })
    }
}

/// Names that are ours, or the database's, however they go on.
const TAKEN: [&str; 6] = [
    "records",
    "duplicates",
    "about_columns",
    "search",
    "sqlite_",
    "kind_",
];

/// The kind's name with `_` for `-`, so that databases take it without quotation marks. No kind has
/// an underscore in its name, so that no two get the same; `kind_` parts them from other tables.
fn table_name(kind: &str) -> String {
    let name = kind.replace('-', "_");
    let is_taken = TAKEN.iter().any(|taken| name.starts_with(taken))
        || PARTS.iter().any(|part| part.name == name);
    if is_taken {
        format!("kind_{name}")
    } else {
        name
    }
}

fn main_columns(
    declared: &DeclaredFields,
    of_kind: &BTreeMap<String, FieldType>,
    seen: &BTreeMap<String, Shape>,
    has_splits: bool,
) -> Vec<MainColumn> {
    let mut columns: Vec<MainColumn> = columns::BEFORE_FIELDS.clone();
    if has_splits {
        columns.insert(1, columns::split());
    }
    let mut fields: BTreeMap<&String, (Option<FieldType>, Shape)> = BTreeMap::new();
    for (name, kind) in of_kind {
        fields.entry(name).or_default().0 = Some(*kind);
    }
    for (name, shape) in seen {
        fields.entry(name).or_default().1 = *shape;
    }
    let after = &*columns::AFTER_FIELDS;
    for (name, (kind, shape)) in fields {
        let mut column = declared.column(name, column_type(kind, shape));
        // A field of the user's own may have the name of a column of ours.
        while columns
            .iter()
            .chain(after)
            .any(|known| known.column.name == column.name)
        {
            column.name.insert_str(0, "field_");
        }
        columns.push(MainColumn {
            column,
            of: Of::Field(name.clone()),
        });
    }
    columns.extend(after.iter().cloned());
    columns
}

/// What was declared, unless a value says otherwise: then words, which hold everything.
fn column_type(declared: Option<FieldType>, seen: Shape) -> Type {
    match declared {
        Some(FieldType::Amount | FieldType::Integer) if seen.words + seen.days == 0 => {
            Type::Integer
        }
        Some(FieldType::Date) if seen.words + seen.integers == 0 => Type::Date,
        None if seen.words + seen.days == 0 => Type::Integer,
        _ => Type::Text,
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
    fn a_kind_never_has_the_name_of_another_table() {
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
    fn every_column_of_a_kind_is_there_whether_a_record_fills_it_or_not() {
        let layout = layout();
        let kind = &layout.kinds[0];
        let record = record();
        let cells: Vec<Cell<'_>> = kind.cells(row(&record)).collect();
        assert_eq!(cells.len(), kind.columns.len());
        let cell = |name: &str| {
            let place = kind
                .columns
                .iter()
                .position(|known| known.column.name == name);
            (
                kind.columns[place.unwrap()].column.kind,
                cells[place.unwrap()].clone(),
            )
        };
        assert_eq!(cell("record"), (Type::Integer, Cell::Integer(7)));
        assert_eq!(cell("granted_sek"), (Type::Integer, Cell::Integer(691_000)));
        assert_eq!(cell("period_start"), (Type::Date, Cell::text("2009-03-01")));
        assert_eq!(cell("period_end"), (Type::Date, Cell::Empty));
        assert_eq!(
            cell("budget_consistent"),
            (Type::Boolean, Cell::Boolean(true))
        );
    }

    #[test]
    fn a_field_of_a_kind_without_records_is_a_name_and_a_slip_is_none() {
        let fields = BTreeMap::from([("colour".to_owned(), FieldType::Text)]);
        let kinds = BTreeMap::from([("paint".to_owned(), fields)]);
        let declared = DeclaredFields::new(kinds, serde_json::Value::Null);
        let layout = |condition: &str| {
            let selection = Selection {
                conditions: vec![condition.parse().unwrap()],
                ..Selection::default()
            };
            Layout::new(&Survey::default(), &selection, &declared, false)
        };
        assert!(layout("colour=red").is_ok());
        let error = layout("langage=sv").unwrap_err().to_string();
        assert!(error.ends_with("did you mean language?"), "{error}");
    }

    #[test]
    fn a_value_that_does_not_fit_its_declared_type_makes_the_column_words() {
        let seen = |integers, words, days| Shape {
            integers,
            words,
            days,
        };
        for (declared, seen, kind) in [
            (Some(FieldType::Amount), seen(2, 0, 0), Type::Integer),
            (Some(FieldType::Amount), seen(2, 1, 0), Type::Text),
            (Some(FieldType::Date), seen(0, 0, 0), Type::Date),
            (Some(FieldType::Date), seen(0, 1, 3), Type::Text),
            (Some(FieldType::Identifier), seen(0, 0, 3), Type::Text),
            (None, seen(3, 0, 0), Type::Integer),
            (None, seen(0, 0, 3), Type::Text),
        ] {
            assert_eq!(column_type(declared, seen), kind, "{declared:?} {seen:?}");
        }
    }
}
