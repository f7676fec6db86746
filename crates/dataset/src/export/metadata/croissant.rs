//! MLCommons Croissant (<https://docs.mlcommons.org/croissant/docs/croissant-spec.html>, version 1.0).

use serde_json::{Value, json};

use super::facts::Declared;
use super::{Facts, FileFacts, TableFacts, object};
use crate::export::Format;
use crate::export::columns::{RECORD, SPLIT};
use crate::export::layout::RECORDS;
use crate::export::table::{Column, Type};

/// The dataset's description.
pub(super) fn dataset(facts: &Facts<'_>) -> Value {
    let given = facts.given;
    let creators = given.creators.iter().map(|creator| {
        object([
            (
                "@type",
                json!(if creator.organisation {
                    "sc:Organization"
                } else {
                    "sc:Person"
                }),
            ),
            ("name", json!(creator.name)),
            ("url", json!(creator.url)),
            ("email", json!(creator.email)),
        ])
    });
    let mut record_sets: Vec<Value> = splits(facts).into_iter().collect();
    for file in &facts.files {
        record_sets.extend(
            file.tables
                .iter()
                .filter_map(|table| record_set(facts, file, table)),
        );
    }
    object([
        ("@context", context()),
        ("@type", json!("sc:Dataset")),
        ("name", json!(facts.name())),
        ("conformsTo", json!("http://mlcommons.org/croissant/1.0")),
        ("description", json!(facts.description())),
        ("version", json!(given.version)),
        ("datePublished", json!(facts.published())),
        (
            "license",
            json!(given.licence.as_ref().map(|licence| licence.address())),
        ),
        ("url", json!(given.homepage)),
        ("citeAs", json!(given.citation)),
        ("keywords", json!(given.keywords)),
        ("creator", creators.collect()),
        (
            "publisher",
            given.publisher.as_ref().map_or(Value::Null, |publisher| {
                object([
                    ("@type", json!("sc:Organization")),
                    ("name", json!(publisher.name)),
                    ("url", json!(publisher.url)),
                ])
            }),
        ),
        (
            "distribution",
            facts
                .files
                .iter()
                .map(|file| file_object(facts, file))
                .collect(),
        ),
        ("recordSet", json!(record_sets)),
    ])
}

fn file_object(facts: &Facts<'_>, file: &FileFacts) -> Value {
    json!({
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": facts.describe(file),
        "contentUrl": file.path,
        "contentSize": format!("{} B", file.bytes),
        "encodingFormat": encoding_format(facts, file),
        "sha256": file.sha256,
    })
}

/// Croissant's readers know Parquet and JSON Lines by names of their own.
fn encoding_format(facts: &Facts<'_>, file: &FileFacts) -> &'static str {
    match facts.media_type(file) {
        "application/vnd.apache.parquet" => "application/x-parquet",
        "application/jsonl" => "application/jsonlines",
        other => other,
    }
}

/// The rows of a table; nothing for formats that Croissant's readers do not open.
fn record_set(facts: &Facts<'_>, file: &FileFacts, table: &TableFacts) -> Option<Value> {
    let (columns, key): (Vec<&Column>, Option<&str>) =
        match (facts.declared(&table.name)?, facts.format) {
            (_, Format::Arrow | Format::Sqlite) => return None,
            (Declared::Part(part), _) => (part.columns.iter().collect(), None),
            (Declared::Main(main), format) => {
                let columns = main.columns.iter().map(|known| &known.column);
                if format == Format::JsonLines {
                    let members = ["id", "kind", "kind_confidence", "title", "language", SPLIT];
                    (
                        columns
                            .filter(|column| members.contains(&column.name.as_str()))
                            .collect(),
                        None,
                    )
                } else {
                    (columns.collect(), Some(RECORD))
                }
            }
        };
    let is_part = key.is_none() && facts.format != Format::JsonLines;
    let record = Column::new(RECORD, Type::Integer, "The record that it belongs to.");
    let columns = is_part.then_some(&record).into_iter().chain(columns);
    let fields: Vec<Value> = columns
        .map(|column| field(facts, file, table, column))
        .collect();
    Some(object([
        ("@type", json!("cr:RecordSet")),
        ("@id", json!(table.name)),
        ("name", json!(table.name)),
        ("description", json!(facts.describe(file))),
        (
            "key",
            key.map_or(
                Value::Null,
                |key| json!({"@id": format!("{}/{key}", table.name)}),
            ),
        ),
        ("field", json!(fields)),
    ]))
}

fn field(facts: &Facts<'_>, file: &FileFacts, table: &TableFacts, column: &Column) -> Value {
    let kind = match column.kind {
        Type::Text | Type::Integers => "sc:Text",
        Type::Integer => "sc:Integer",
        Type::Number => "sc:Float",
        Type::Boolean => "sc:Boolean",
        Type::Date => "sc:Date",
    };
    let refers = match column.name.as_str() {
        RECORD if table.name != RECORDS => Some(format!("{RECORDS}/{RECORD}")),
        SPLIT if !facts.splits.is_empty() => Some("splits/name".to_owned()),
        _ => None,
    };
    object([
        ("@type", json!("cr:Field")),
        ("@id", json!(format!("{}/{}", table.name, column.name))),
        ("name", json!(column.name)),
        ("description", json!(column.description)),
        ("dataType", json!(kind)),
        (
            "references",
            refers.map_or(Value::Null, |id| json!({"field": {"@id": id}})),
        ),
        (
            "source",
            json!({"fileObject": {"@id": file.path}, "extract": {"column": column.name}}),
        ),
    ])
}

/// The splits and what Croissant takes them for.
fn splits(facts: &Facts<'_>) -> Option<Value> {
    if facts.splits.is_empty() {
        return None;
    }
    let rows = facts.splits.iter().map(|(name, _)| {
        let kind = match name.as_str() {
            "train" | "training" => "cr:TrainingSplit",
            "validation" | "valid" | "dev" => "cr:ValidationSplit",
            "test" => "cr:TestSplit",
            _ => "cr:Split",
        };
        json!({"splits/name": name, "splits/url": kind})
    });
    let field = |name: &str, kind: Value| {
        let id = format!("splits/{name}");
        json!({"@type": "cr:Field", "@id": id, "name": name, "dataType": kind})
    };
    Some(json!({
        "@type": "cr:RecordSet",
        "@id": "splits",
        "name": "splits",
        "description": "The splits of this dataset.",
        "dataType": "cr:Split",
        "key": {"@id": "splits/name"},
        "field": [field("name", json!("sc:Text")), field("url", json!(["sc:URL", "wd:Q7257475"]))],
        "data": rows.collect::<Vec<_>>(),
    }))
}

/// The context that the specification asks for.
fn context() -> Value {
    json!({
        "@language": "en",
        "@vocab": "https://schema.org/",
        "citeAs": "cr:citeAs",
        "column": "cr:column",
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "data": { "@id": "cr:data", "@type": "@json" },
        "dataType": { "@id": "cr:dataType", "@type": "@vocab" },
        "dct": "http://purl.org/dc/terms/",
        "equivalentProperty": "cr:equivalentProperty",
        "examples": { "@id": "cr:examples", "@type": "@json" },
        "extract": "cr:extract",
        "field": "cr:field",
        "fileObject": "cr:fileObject",
        "fileProperty": "cr:fileProperty",
        "fileSet": "cr:fileSet",
        "format": "cr:format",
        "includes": "cr:includes",
        "isLiveDataset": "cr:isLiveDataset",
        "jsonPath": "cr:jsonPath",
        "key": "cr:key",
        "md5": "cr:md5",
        "parentField": "cr:parentField",
        "path": "cr:path",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "recordSet": "cr:recordSet",
        "references": "cr:references",
        "regex": "cr:regex",
        "repeated": "cr:repeated",
        "replace": "cr:replace",
        "samplingRate": "cr:samplingRate",
        "sc": "https://schema.org/",
        "separator": "cr:separator",
        "source": "cr:source",
        "subField": "cr:subField",
        "transform": "cr:transform",
        "wd": "https://www.wikidata.org/wiki/"
    })
}
