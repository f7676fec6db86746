//! Frictionless Data Package with Table Schemas (`datapackage.json`).
//!
//! Version 1: <https://specs.frictionlessdata.io/data-package/>.

use serde_json::{Value, json};

use super::model::TableDeclaration;
use super::{FileMetadata, Metadata, TableMetadata, object};
use crate::export::Format;
use crate::export::columns::RECORD;
use crate::export::layout::RECORDS;
use crate::export::table::{Column, ColumnType, Constraints};

/// The descriptor of the package.
pub(super) fn package(metadata: &Metadata<'_>) -> Value {
    let description = metadata.description;
    let licenses = description.licence.iter().map(|license| {
        object([
            ("name", json!(license.name)),
            ("title", json!(license.title)),
            ("path", json!(license.address())),
        ])
    });
    let contributors = description.creators.iter().map(|creator| {
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
        ("name", json!(metadata.name())),
        ("title", json!(metadata.title())),
        ("description", json!(metadata.summary())),
        ("version", json!(description.version)),
        ("homepage", json!(description.homepage)),
        ("created", json!(metadata.created())),
        ("keywords", json!(description.keywords)),
        ("licenses", licenses.collect()),
        ("contributors", contributors.collect()),
        (
            "resources",
            metadata
                .files
                .iter()
                .map(|file| resource(metadata, file))
                .collect(),
        ),
        ("diarium", metadata.provenance()),
    ])
}

fn resource(metadata: &Metadata<'_>, file: &FileMetadata) -> Value {
    let name = match file.tables.as_slice() {
        [table] => table.name.clone(),
        _ => file.path.split('.').next().unwrap_or_default().to_owned(),
    };
    // Frictionless describes tables in CSV files only.
    let is_table = metadata.format == Format::Csv && file.tables.len() == 1;
    let (resource_type, profile) = if is_table {
        ("table", "tabular-data-resource")
    } else {
        ("file", "data-resource")
    };
    // `profile` is of version 1; `type`, of version 2, is what newer tools read.
    let mut value = object([
        ("name", json!(name)),
        ("path", json!(file.path)),
        ("type", json!(resource_type)),
        ("profile", json!(profile)),
        ("description", json!(metadata.describe(file))),
        ("format", json!(file.path.rsplit('.').next())),
        ("mediatype", json!(metadata.media_type(file))),
        ("encoding", json!(is_text(file).then_some("utf-8"))),
        ("bytes", json!(file.bytes)),
        // A digest without a prefix would be taken for MD5.
        ("hash", json!(format!("sha256:{}", file.sha256))),
    ]);
    match file.tables.as_slice() {
        [] => {}
        [table] if is_table => {
            value["rows"] = json!(table.rows);
            value["schema"] = schema(metadata, table);
        }
        // `tables` is our own member, which the tools of Frictionless ignore.
        tables => {
            let tables = tables.iter().map(|table| {
                json!({"name": table.name, "rows": table.rows, "schema": schema(metadata, table)})
            });
            value["tables"] = tables.collect();
        }
    }
    value
}

fn is_text(file: &FileMetadata) -> bool {
    file.path.ends_with(".csv") || file.path.ends_with(".jsonl")
}

/// A Table Schema (<https://specs.frictionlessdata.io/table-schema/>).
fn schema(metadata: &Metadata<'_>, table: &TableMetadata) -> Value {
    let foreign_keys = json!([{
        "fields": [RECORD],
        "reference": { "resource": RECORDS, "fields": [RECORD] }
    }]);
    match metadata.table(&table.name) {
        None => json!({}),
        Some(TableDeclaration::Child(child)) => {
            let record = Column::new(
                RECORD,
                ColumnType::Integer,
                "The record that it belongs to.",
            )
            .with(Constraints::REQUIRED);
            let own = child.columns.iter().map(field);
            let fields: Vec<Value> = std::iter::once(field(&record)).chain(own).collect();
            json!({"fields": fields, "foreignKeys": foreign_keys})
        }
        Some(TableDeclaration::Records(_)) if metadata.format == Format::JsonLines => {
            // The id alone is not unique: copies of a document have the same bytes.
            json!({"fields": json_members(), "primaryKey": ["id", "source"]})
        }
        Some(TableDeclaration::Records(table)) => {
            let own = table.columns.iter().map(|known| field(&known.column));
            // The table of all records has no child tables in any format.
            let nested = metadata.format.is_nested() && table.name != RECORDS;
            let children = metadata.layout.child_tables.iter().filter(|_| nested);
            let children = children.map(|child| {
                json!({"name": child.name, "type": "array", "description": child.description})
            });
            let fields: Vec<Value> = own.chain(children).collect();
            let mut schema = json!({"fields": fields, "primaryKey": [RECORD]});
            if table.name != RECORDS {
                schema["foreignKeys"] = foreign_keys;
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
    let field = |(name, json_type)| json!({"name": name, "type": json_type});
    members.map(field).to_vec()
}

fn field(column: &Column) -> Value {
    let field_type = match column.column_type {
        ColumnType::Text => "string",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
        ColumnType::Integers => "array",
    };
    let constraints = constraints(&column.constraints);
    object([
        ("name", json!(column.name)),
        ("type", json!(field_type)),
        ("description", json!(column.description)),
        ("constraints", constraints),
    ])
}

fn constraints(constraints: &Constraints) -> Value {
    let yes = |truth: bool| if truth { json!(true) } else { Value::Null };
    let members = object([
        ("required", yes(constraints.required)),
        ("unique", yes(constraints.unique)),
        ("minimum", json!(constraints.minimum)),
        ("maximum", json!(constraints.maximum)),
        ("enum", json!(constraints.values)),
        ("pattern", json!(constraints.pattern)),
    ]);
    match members.as_object() {
        Some(none) if none.is_empty() => Value::Null,
        _ => members,
    }
}
