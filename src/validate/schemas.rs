//! Does a record have the shape that its kind promises?
//!
//! The schemas of `schemas/` are embedded and compiled once; nothing is ever fetched. A compiled
//! set is shared by all threads: checking a record only reads it.

use std::collections::BTreeMap;

use jsonschema::{PatternOptions, Registry, ValidationError, Validator};
use serde_json::{Value, json};

use super::Violation;

/// The shape that all kinds share.
const RECORD: &str = include_str!("../../schemas/record.schema.json");

/// The kinds' schemas: each the shared one, and the kind's name.
const KINDS: [&str; 7] = [
    include_str!("../../schemas/application.schema.json"),
    include_str!("../../schemas/document.schema.json"),
    include_str!("../../schemas/esf-application.schema.json"),
    include_str!("../../schemas/esf-call.schema.json"),
    include_str!("../../schemas/esf-project.schema.json"),
    include_str!("../../schemas/final-report.schema.json"),
    include_str!("../../schemas/piacs-application.schema.json"),
];

/// Where the kinds' schemas look for the shared one. A name, not an address: it is never opened.
const RECORD_ID: &str = "https://diarium.example/schemas/record/1";

/// A message never quotes more than this of the record: a page's text can be megabytes long.
const QUOTED_BYTES: usize = 80;

/// The schema that all records share. It is embedded, and a test of the schemas rules out that it is
/// no JSON.
pub fn record_schema() -> Value {
    serde_json::from_str(RECORD).unwrap_or_default()
}

/// A schema that cannot be used; a bug in `schemas/`, or in the name of a kind.
#[derive(Debug, thiserror::Error)]
#[error("schema {name}: {message}")]
pub struct Error {
    /// The schema's name, such as `esf-call/1`.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

/// The schemas of all kinds, compiled, by name (`esf-call/1`).
#[derive(Debug)]
pub struct Schemas {
    validators: BTreeMap<String, Validator>,
}

impl Schemas {
    /// The schemas that diarium brings.
    pub fn built_in() -> Result<Self, Error> {
        let mut schemas = Self {
            validators: BTreeMap::new(),
        };
        let registry = registry()?;
        for text in KINDS {
            schemas.add(&registry, &parse("a kind's", text)?)?;
        }
        Ok(schemas)
    }

    /// The same and one more kind, such as one of the user's own profiles: the shared shape under
    /// the kind's name. A schema of that name that is already there is replaced.
    pub fn with_kind(mut self, kind: &str, version: u32) -> Result<Self, Error> {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("https://diarium.example/schemas/{kind}/{version}"),
            "allOf": [{ "$ref": RECORD_ID }],
            "properties": {
                "schema": { "const": format!("{kind}/{version}") },
                "kind": { "const": kind }
            }
        });
        self.add(&registry()?, &schema)?;
        Ok(self)
    }

    /// Checks a record against the schema that it names. Nothing wrong: no violations. A record
    /// that names no schema, or one that is not here, has exactly one.
    pub fn validate(&self, record: &Value) -> Vec<Violation> {
        let Some(name) = record.get("schema").and_then(Value::as_str) else {
            return vec![Violation::new("", "names no schema")];
        };
        let Some(validator) = self.validators.get(name) else {
            let message = format!("there is no schema {}", quoted(name));
            return vec![Violation::new("/schema", message)];
        };
        // Almost every record is valid, and asking only that is several times as fast as
        // collecting what is wrong.
        if validator.is_valid(record) {
            return Vec::new();
        }
        validator.iter_errors(record).map(violation).collect()
    }

    /// The names of the schemas, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.validators.keys().map(String::as_str)
    }

    fn add(&mut self, registry: &Registry<'_>, schema: &Value) -> Result<(), Error> {
        let name = schema
            .pointer("/properties/schema/const")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let validator = jsonschema::options()
            .with_registry(registry)
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true)
            .build(schema)
            .map_err(|error| unusable(name, &error))?;
        self.validators.insert(name.to_owned(), validator);
        Ok(())
    }
}

/// The shared shape, for the kinds' schemas to refer to.
fn registry() -> Result<Registry<'static>, Error> {
    Registry::new()
        .add(RECORD_ID, parse("record/1", RECORD)?)
        .and_then(|builder| builder.prepare())
        .map_err(|error| unusable("record/1", &error))
}

fn parse(name: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| unusable(name, &error))
}

fn unusable(name: &str, error: &impl ToString) -> Error {
    Error {
        name: name.to_owned(),
        message: error.to_string(),
    }
}

fn violation(error: ValidationError<'_>) -> Violation {
    let short = match error.instance().as_ref() {
        Value::String(text) => text.len() <= QUOTED_BYTES,
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    };
    let message = if short {
        error.to_string()
    } else {
        error.masked_with("this").to_string()
    };
    Violation::new(error.instance_path().to_string(), message)
}

/// A name for a message, cut short.
fn quoted(name: &str) -> String {
    let cut = name.floor_char_boundary(QUOTED_BYTES);
    format!("{:?}", &name[..cut])
}
