//! Schema inference: which kinds, fields and value types the records have.
//!
//! The first of the two passes. It keeps names and counts only, so that memory does not depend on the
//! number or the content of the records.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::Error;
use super::identifiers;
use super::table::days_since_epoch;
use diarium_document::{FieldValue, Record};

/// Most kinds, and most fields of a kind.
// Far above the built-in profiles (seven kinds), and below the limits of the formats: a file per kind is
// open while the dataset is written, where 1,024 open files are a common limit, and a SQLite table has at
// most 2,000 columns.
const MAX_NAMES: usize = 500;

/// The result of the first pass.
#[derive(Debug, Default)]
pub struct SchemaInference {
    /// Each kind, by name.
    // Sorted: columns and tables are in the order of names, whatever the order of the records.
    pub kinds: BTreeMap<String, KindStats>,
}

/// The records of one kind.
#[derive(Debug, Default)]
pub struct KindStats {
    /// How many records there are.
    pub records: u64,
    /// The types of the values of each field, by name.
    pub fields: BTreeMap<String, TypeCounts>,
}

/// How many values of a field are of each type.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TypeCounts {
    /// Integers.
    pub integers: u64,
    /// Texts that are not dates.
    pub texts: u64,
    /// Dates in ISO 8601.
    pub dates: u64,
}

/// The members of a record that schema inference needs. The parser skips the others, above all the
/// texts, which are most of a record.
#[derive(Debug, Deserialize)]
pub struct RecordHeader {
    kind: String,
    fields: BTreeMap<String, HeaderField>,
    lists: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct HeaderField {
    value: FieldValue,
    confidence: f64,
}

impl RecordHeader {
    /// The header without the fields whose confidence is rejected.
    ///
    /// # Errors
    /// If a name in it is invalid: a message for people.
    pub fn checked(mut self, accepts_confidence: impl Fn(f64) -> bool) -> Result<Self, String> {
        identifiers::check_names(&self.kind, self.fields.keys().chain(self.lists.keys()))?;
        self.fields
            .retain(|_, field| accepts_confidence(field.confidence));
        Ok(self)
    }

    /// The record's kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl SchemaInference {
    /// Adds a record.
    ///
    /// # Errors
    /// If there are more kinds or fields than a dataset can have.
    pub fn add(&mut self, record: &Record) -> Result<(), Error> {
        let values = record
            .fields
            .iter()
            .map(|(name, field)| (name, &field.value));
        self.add_values(&record.kind, values)
    }

    /// Adds a record by its header.
    ///
    /// # Errors
    /// As [`SchemaInference::add`].
    pub fn add_header(&mut self, header: &RecordHeader) -> Result<(), Error> {
        let values = header
            .fields
            .iter()
            .map(|(name, field)| (name, &field.value));
        self.add_values(&header.kind, values)
    }

    fn add_values<'v>(
        &mut self,
        kind: &str,
        values: impl Iterator<Item = (&'v String, &'v FieldValue)>,
    ) -> Result<(), Error> {
        if !self.kinds.contains_key(kind) && self.kinds.len() == MAX_NAMES {
            return Err(Error::TooManyNames { what: "kinds" });
        }
        let kind = self.kinds.entry(kind.to_owned()).or_default();
        kind.records += 1;
        for (name, value) in values {
            kind.type_counts(name)?.add(value);
        }
        Ok(())
    }
}

impl KindStats {
    fn type_counts(&mut self, name: &str) -> Result<&mut TypeCounts, Error> {
        if !self.fields.contains_key(name) && self.fields.len() == MAX_NAMES {
            return Err(Error::TooManyNames { what: "fields" });
        }
        Ok(self.fields.entry(name.to_owned()).or_default())
    }
}

impl TypeCounts {
    fn add(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Integer(_) => self.integers += 1,
            // Whatever the declared type: only all values together show whether a column can be dates.
            FieldValue::Text(text) if days_since_epoch(text).is_some() => self.dates += 1,
            FieldValue::Text(_) => self.texts += 1,
        }
    }

    /// The counts of both.
    pub fn sum(self, other: Self) -> Self {
        Self {
            integers: self.integers + other.integers,
            texts: self.texts + other.texts,
            dates: self.dates + other.dates,
        }
    }
}
