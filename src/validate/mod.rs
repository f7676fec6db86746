//! Does a record keep its promise?
use crate::document::Record;

/// The schemas of every kind.
#[derive(Debug)]
pub struct Schemas {}

/// A schema that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

/// A promise that a record breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the record.
    pub path: String,
    /// What is wrong.
    pub message: String,
}

impl Schemas {
    /// The schemas that diarium brings.
    pub fn built_in() -> Result<Self, Error> {
        Ok(Self {})
    }

    /// What the record breaks; empty if it is valid.
    pub fn validate(&self, _record: &serde_json::Value) -> Vec<Violation> {
        Vec::new()
    }
}

/// Every field's span slices its page's text to exactly its raw text.
pub fn check_spans(record: &Record) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (name, field) in &record.fields {
        let text = record
            .pages
            .iter()
            .find(|page| page.number == field.span.page)
            .map_or("", |page| page.text.as_str());
        let slice: String = text
            .chars()
            .skip(field.span.start)
            .take(field.span.end.saturating_sub(field.span.start))
            .collect();
        if slice != field.raw {
            violations.push(Violation {
                path: format!("/fields/{name}/span"),
                message: "does not slice its page to raw".to_owned(),
            });
        }
    }
    violations
}
