//! Which kinds, fields and types are there?
//!
//! The first pass over the records. It remembers names and counts, nothing of what records say.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::date;
use super::error::Error;
use super::name;
use diarium_document::{FieldValue, Record};

/// More kinds or fields than any archive has. Each kind has a file that is open while the dataset is
/// written, each field a column, and SQLite's tables have 2,000 columns at most.
const MOST_NAMES: usize = 500;

/// What the first pass has seen.
#[derive(Debug, Default)]
pub struct Survey {
    /// What was seen of each kind, by name.
    pub kinds: BTreeMap<String, KindSeen>,
}

/// What was seen of a kind.
#[derive(Debug, Default)]
pub struct KindSeen {
    /// How many records.
    pub records: u64,
    /// Its fields, by name.
    pub fields: BTreeMap<String, Shape>,
}

/// What values a field has.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How many are whole numbers.
    pub integers: u64,
    /// How many are words that are no day.
    pub words: u64,
    /// How many are days, ISO 8601.
    pub days: u64,
}

/// What a survey asks of a record and no more: the texts, most of a record, are passed over unread.
#[derive(Debug, Deserialize)]
pub struct Outline {
    kind: String,
    fields: BTreeMap<String, OutlinedField>,
    lists: BTreeMap<String, IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct OutlinedField {
    value: FieldValue,
    confidence: f64,
}

impl Outline {
    /// The outline, if all names in it can be used, without values that are not sure enough.
    ///
    /// # Errors
    /// Why the record can be no part of a dataset, for people.
    pub fn checked(mut self, is_sure: impl Fn(f64) -> bool) -> Result<Self, String> {
        name::check_names(&self.kind, self.fields.keys().chain(self.lists.keys()))?;
        self.fields.retain(|_, field| is_sure(field.confidence));
        Ok(self)
    }

    /// The record's kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl Survey {
    /// Notes a record.
    ///
    /// # Errors
    /// If there are more kinds or fields than tables can have.
    pub fn add(&mut self, record: &Record) -> Result<(), Error> {
        let values = record
            .fields
            .iter()
            .map(|(name, field)| (name, &field.value));
        self.note(&record.kind, values)
    }

    /// Notes a record by its outline.
    ///
    /// # Errors
    /// As [`Survey::add`].
    pub fn add_outline(&mut self, outline: &Outline) -> Result<(), Error> {
        let values = outline
            .fields
            .iter()
            .map(|(name, field)| (name, &field.value));
        self.note(&outline.kind, values)
    }

    fn note<'v>(
        &mut self,
        kind: &str,
        values: impl Iterator<Item = (&'v String, &'v FieldValue)>,
    ) -> Result<(), Error> {
        if !self.kinds.contains_key(kind) && self.kinds.len() == MOST_NAMES {
            return Err(Error::TooManyNames { what: "kinds" });
        }
        let kind = self.kinds.entry(kind.to_owned()).or_default();
        kind.records += 1;
        for (name, value) in values {
            kind.shape(name)?.note(value);
        }
        Ok(())
    }
}

impl KindSeen {
    fn shape(&mut self, name: &str) -> Result<&mut Shape, Error> {
        if !self.fields.contains_key(name) && self.fields.len() == MOST_NAMES {
            return Err(Error::TooManyNames { what: "fields" });
        }
        Ok(self.fields.entry(name.to_owned()).or_default())
    }
}

impl Shape {
    fn note(&mut self, value: &FieldValue) {
        match value {
            FieldValue::Integer(_) => self.integers += 1,
            FieldValue::Text(text) if date::days(text).is_some() => self.days += 1,
            FieldValue::Text(_) => self.words += 1,
        }
    }

    /// What is true of both.
    pub fn and(self, other: Self) -> Self {
        Self {
            integers: self.integers + other.integers,
            words: self.words + other.words,
            days: self.days + other.days,
        }
    }
}
