//! A Frictionless Data Package with Table Schemas
//! (<https://specs.frictionlessdata.io/data-package/>, version 1).

use serde_json::{Value, json};

use super::facts::Declared;
use super::{Facts, FileFacts, TableFacts, object};
use crate::export::Format;
use crate::export::columns::RECORD;
use crate::export::layout::RECORDS;
use crate::export::table::{Column, Constraints, Type};

/// The package's descriptor.
pub(super) fn package(facts: &Facts<'_>) -> Value {
    let given = facts.given;
    let licences = given.licence.iter().map(|licence| {
        object([
            ("name", json!(licence.name)),
            ("title", json!(licence.title)),
            ("path", json!(licence.address())),
        ])
    });
    let contributors = given.creators.iter().map(|creator| {
        object([
            ("title", json!(creator.name)),
            ("path", json!(creator.url)),
            ("email", json!(creator.email)),
            ("organization", json!(creator.affiliation)),
            ("role", json!("author")),
        ])
    });
    object([
        ("profile", json!("data-package")),
        ("name", json!(facts.name())),
        ("title", json!(facts.title())),
        ("description", json!(facts.description())),
        ("version", json!(given.version)),
        ("homepage", json!(given.homepage)),
        ("created", json!(facts.made())),
        ("keywords", json!(given.keywords)),
        ("licenses", licences.collect()),
        ("contributors", contributors.collect()),
        (
            "resources",
            facts
                .files
                .iter()
                .map(|file| resource(facts, file))
                .collect(),
        ),
        ("diarium", facts.provenance()),
    ])
}

fn resource(facts: &Facts<'_>, file: &FileFacts) -> Value {
    let name = match file.tables.as_slice() {
        [table] => table.name.clone(),
        _ => file.path.split('.').next().unwrap_or_default().to_owned(),
    };
    let is_table = facts.format == Format::Csv && file.tables.len() == 1;
    let mut value = object([
        ("name", json!(name)),
        ("path", json!(file.path)),
        ("type", json!(if is_table { "table" } else { "file" })),
        (
            "profile",
            json!(if is_table {
                "tabular-data-resource"
            } else {
                "data-resource"
            }),
        ),
        ("description", json!(facts.describe(file))),
        ("format", json!(file.path.rsplit('.').next())),
        ("mediatype", json!(facts.media_type(file))),
        (
            "encoding",
            if is_text(file) {
                json!("utf-8")
            } else {
                Value::Null
            },
        ),
        ("bytes", json!(file.bytes)),
        ("hash", json!(format!("sha256:{}", file.sha256))),
    ]);
    match file.tables.as_slice() {
        [] => {}
        [table] if is_table => {
            value["rows"] = json!(table.rows);
            value["schema"] = schema(facts, table);
        }
        // Frictionless has no word for tables in other files, so that its tools pass over this.
        tables => {
            let tables = tables.iter().map(|table| {
                json!({"name": table.name, "rows": table.rows, "schema": schema(facts, table)})
            });
            value["tables"] = tables.collect();
        }
    }
    value
}

fn is_text(file: &FileFacts) -> bool {
    file.path.ends_with(".csv") || file.path.ends_with(".jsonl")
}

/// A Table Schema (<https://specs.frictionlessdata.io/table-schema/>).
fn schema(facts: &Facts<'_>, table: &TableFacts) -> Value {
    let refer = json!([{
        "fields": [RECORD],
        "reference": { "resource": RECORDS, "fields": [RECORD] }
    }]);
    match facts.declared(&table.name) {
        None => json!({}),
        Some(Declared::Part(part)) => {
            let record = Column::new(RECORD, Type::Integer, "The record that it belongs to.");
            let own = part.columns.iter().map(field);
            let fields: Vec<Value> = std::iter::once(field(&record.required()))
                .chain(own)
                .collect();
            json!({"fields": fields, "foreignKeys": refer})
        }
        Some(Declared::Main(_)) if facts.format == Format::JsonLines => {
            json!({"fields": json_members(), "primaryKey": ["id", "source"]})
        }
        Some(Declared::Main(main)) => {
            let own = main.columns.iter().map(|known| field(&known.column));
            let nested = facts.format.is_nested() && main.name != RECORDS;
            let parts = facts.layout.parts.iter().filter(|_| nested);
            let parts = parts.map(
                |part| json!({"name": part.name, "type": "array", "description": part.description}),
            );
            let fields: Vec<Value> = own.chain(parts).collect();
            let mut schema = json!({"fields": fields, "primaryKey": [RECORD]});
            if main.name != RECORDS {
                schema["foreignKeys"] = refer;
            }
            schema
        }
    }
}

/// The members of a record in JSON.
fn json_members() -> Vec<Value> {
    let members = [
        ("schema", "string"),
        ("id", "string"),
        ("kind", "string"),
        ("kind_confidence", "number"),
        ("title", "string"),
        ("language", "string"),
        ("source", "object"),
        ("pages", "array"),
        ("letterhead", "array"),
        ("fields", "object"),
        ("sections", "array"),
        ("people", "array"),
        ("budget", "object"),
        ("choices", "array"),
        ("lists", "object"),
        ("related", "array"),
        ("warnings", "array"),
    ];
    let field = |(name, kind)| json!({"name": name, "type": kind});
    members.map(field).to_vec()
}

fn field(column: &Column) -> Value {
    let kind = match column.kind {
        Type::Text => "string",
        Type::Integer => "integer",
        Type::Number => "number",
        Type::Boolean => "boolean",
        Type::Date => "date",
        Type::Integers => "array",
    };
    let known = constraints(&column.constraints);
    object([
        ("name", json!(column.name)),
        ("type", json!(kind)),
        ("description", json!(column.description)),
        ("constraints", known),
    ])
}

fn constraints(known: &Constraints) -> Value {
    let yes = |truth: bool| if truth { json!(true) } else { Value::Null };
    let constraints = object([
        ("required", yes(known.required)),
        ("unique", yes(known.unique)),
        ("minimum", json!(known.minimum)),
        ("maximum", json!(known.maximum)),
        ("enum", json!(known.values)),
        ("pattern", json!(known.pattern)),
    ]);
    match constraints.as_object() {
        Some(members) if members.is_empty() => Value::Null,
        _ => constraints,
    }
}
