//! JSON Schema validation: a record against the schema of its kind.
//!
//! The schemas of `schemas/` are embedded in the program and compiled once; nothing is fetched. All
//! threads share the compiled schemas.

use std::collections::BTreeMap;

use jsonschema::{PatternOptions, Registry, ValidationError, Validator};
use serde_json::{Value, json};

use super::Violation;

/// The schema that all kinds share.
const RECORD: &str = include_str!("../../schemas/record.schema.json");

/// The shared schema of records of version 1, which earlier builds wrote. It is never changed.
const RECORD_1: &str = include_str!("../../schemas/1/record.schema.json");

/// The schemas of the kinds: each refers to the shared one, and fixes the kind's name.
const KINDS: [&str; 7] = [
    include_str!("../../schemas/application.schema.json"),
    include_str!("../../schemas/document.schema.json"),
    include_str!("../../schemas/esf-application.schema.json"),
    include_str!("../../schemas/esf-call.schema.json"),
    include_str!("../../schemas/esf-project.schema.json"),
    include_str!("../../schemas/final-report.schema.json"),
    include_str!("../../schemas/piacs-application.schema.json"),
];

/// The identifier by which the schemas of the kinds refer to the shared one; never fetched.
const RECORD_ID: &str = "https://diarium.example/schemas/record/2";

/// The identifier of the shared schema of version 1.
const RECORD_1_ID: &str = "https://diarium.example/schemas/record/1";

/// Bytes of a record that a message quotes at most.
// The validator quotes the whole value, and a page's text can be megabytes long.
const MAX_QUOTED_BYTES: usize = 80;

/// The schema that all records share.
pub fn record_schema() -> Value {
    // The embedded text is valid JSON; tests/it/schema.rs checks that.
    serde_json::from_str(RECORD).unwrap_or_default()
}

/// An unusable schema: a bug in `schemas/`, or an invalid name of a kind.
#[derive(Debug, thiserror::Error)]
#[error("schema {name}: {message}")]
pub struct Error {
    /// The name of the schema, such as `esf-call/1`.
    pub name: String,
    /// A message for the user.
    pub message: String,
}

/// The schemas of all kinds, compiled, by name (`esf-call/1`).
#[derive(Debug)]
pub struct Schemas {
    validators: BTreeMap<String, Validator>,
}

impl Schemas {
    /// The built-in schemas.
    ///
    /// # Errors
    /// If one of them does not compile.
    pub fn built_in() -> Result<Self, Error> {
        let mut schemas = Self {
            validators: BTreeMap::new(),
        };
        let registry = registry()?;
        for text in KINDS {
            let schema = parse("of a kind", text)?;
            schemas.add(&registry, &schema)?;
            // Records of version 1 stay until a run writes them again, and stay valid until then. A
            // user's profile for the same kind may have version 1 as well.
            if let Some(kind) = schema
                .pointer("/properties/kind/const")
                .and_then(Value::as_str)
            {
                schemas.add(&registry, &schema_of_any_version(kind, 1))?;
            }
        }
        Ok(schemas)
    }

    /// Adds a schema for a kind of a user's profile: the shared schema with the kind's name. It replaces
    /// a schema of the same name.
    ///
    /// # Errors
    /// If it does not compile.
    pub fn with_kind(mut self, kind: &str, version: u32) -> Result<Self, Error> {
        self.add(&registry()?, &schema_of_any_version(kind, version))?;
        Ok(self)
    }

    /// Validates a record against the schema that it names. A record that names no schema, or an
    /// unknown one, has exactly one violation.
    pub fn validate(&self, record: &Value) -> Vec<Violation> {
        let Some(name) = record.get("schema").and_then(Value::as_str) else {
            return vec![Violation::new("", "has no schema")];
        };
        let Some(validator) = self.validators.get(name) else {
            let message = format!("there is no schema {}", quoted(name));
            return vec![Violation::new("/schema", message)];
        };
        // Almost every record is valid, and `is_valid` is several times as fast as `iter_errors`.
        if validator.is_valid(record) {
            return Vec::new();
        }
        validator.iter_errors(record).map(violation).collect()
    }

    /// The names of the schemas, sorted.
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
            // The linear-time engine: the default one backtracks, and patterns meet hostile texts.
            .with_pattern_options(PatternOptions::regex())
            // Off by default in draft 2020-12; dates and addresses must be valid.
            .should_validate_formats(true)
            .build(schema)
            .map_err(|error| unusable(name, &error))?;
        self.validators.insert(name.to_owned(), validator);
        Ok(())
    }
}

/// The schema of a kind without one of its own: a shared schema with the kind's name and version.
fn schema_of_any_version(kind: &str, version: u32) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://diarium.example/schemas/{kind}/{version}"),
        // Only schema and kind are fixed: a profile may have any fields, and the shared schema describes
        // the form of each. The version is the profile's, so that records of both versions of the shared
        // schema have this name. Only those of version 2 have the key `other`.
        "if": { "required": ["other"] },
        "then": { "$ref": RECORD_ID },
        "else": { "$ref": RECORD_1_ID },
        "properties": {
            "schema": { "const": format!("{kind}/{version}") },
            "kind": { "const": kind }
        }
    })
}

/// A registry with the shared schemas.
fn registry() -> Result<Registry<'static>, Error> {
    let version_1 = parse("record/1", RECORD_1)?;
    Registry::new()
        .add(RECORD_ID, parse("record/2", RECORD)?)
        .and_then(|builder| builder.add(RECORD_1_ID, version_1))
        .and_then(|builder| builder.prepare())
        .map_err(|error| unusable("record/2", &error))
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

/// A violation from an error of the validator, without a long value.
fn violation(error: ValidationError<'_>) -> Violation {
    let is_short = match error.instance().as_ref() {
        Value::String(text) => text.len() <= MAX_QUOTED_BYTES,
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    };
    let message = if is_short {
        error.to_string()
    } else {
        error.masked_with("this").to_string()
    };
    Violation::new(error.instance_path().to_string(), message)
}

/// A name in quotes, shortened.
fn quoted(name: &str) -> String {
    // The name comes from a file that may not be ours: it may have any length and any characters.
    let cut = name.floor_char_boundary(MAX_QUOTED_BYTES);
    format!("{:?}", &name[..cut])
}
