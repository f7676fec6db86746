//! MLCommons Croissant metadata (`croissant.json`).
//!
//! Version 1.0: <https://docs.mlcommons.org/croissant/docs/croissant-spec.html>.

use serde_json::{Value, json};

use super::model::TableDeclaration;
use super::{Creator, FileMetadata, Licence, Metadata, Publisher, TableMetadata, object};
use crate::export::Format;
use crate::export::columns::{RECORD, SPLIT};
use crate::export::layout::RECORDS;
use crate::export::table::{Column, ColumnType};

/// The description of the dataset.
pub(super) fn dataset(metadata: &Metadata<'_>) -> Value {
    let description = metadata.description;
    let creators = description.creators.iter().map(creator);
    let publisher = description.publisher.as_ref();
    let license = description.licence.as_ref();
    let files = metadata.files.iter();
    let mut record_sets: Vec<Value> = splits(metadata).into_iter().collect();
    for file in &metadata.files {
        let tables = file.tables.iter();
        record_sets.extend(tables.filter_map(|table| record_set(metadata, file, table)));
    }
    object([
        ("@context", context()),
        ("@type", json!("sc:Dataset")),
        ("name", json!(metadata.name())),
        ("conformsTo", json!("http://mlcommons.org/croissant/1.0")),
        ("description", json!(metadata.summary())),
        ("version", json!(description.version)),
        ("datePublished", json!(metadata.published())),
        ("license", json!(license.map(Licence::address))),
        ("url", json!(description.homepage)),
        ("citeAs", json!(description.citation)),
        ("keywords", json!(description.keywords)),
        ("creator", creators.collect()),
        ("publisher", publisher.map_or(Value::Null, organization)),
        (
            "distribution",
            files.map(|file| file_object(metadata, file)).collect(),
        ),
        ("recordSet", json!(record_sets)),
    ])
}

fn creator(creator: &Creator) -> Value {
    let creator_type = if creator.organisation {
        "sc:Organization"
    } else {
        "sc:Person"
    };
    object([
        ("@type", json!(creator_type)),
        ("name", json!(creator.name)),
        ("url", json!(creator.url)),
        ("email", json!(creator.email)),
    ])
}

fn organization(publisher: &Publisher) -> Value {
    object([
        ("@type", json!("sc:Organization")),
        ("name", json!(publisher.name)),
        ("url", json!(publisher.url)),
    ])
}

fn file_object(metadata: &Metadata<'_>, file: &FileMetadata) -> Value {
    json!({
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "description": metadata.describe(file),
        "contentUrl": file.path,
        "contentSize": format!("{} B", file.bytes),
        "encodingFormat": encoding_format(metadata, file),
        "sha256": file.sha256,
    })
}

/// The media type by which Croissant's reader (mlcroissant) selects a parser.
// It knows Parquet and JSON Lines by these names, not by the registered ones.
fn encoding_format(metadata: &Metadata<'_>, file: &FileMetadata) -> &'static str {
    match metadata.media_type(file) {
        "application/vnd.apache.parquet" => "application/x-parquet",
        "application/jsonl" => "application/jsonlines",
        other => other,
    }
}

/// Members of a record in JSON that are plain values.
// Croissant's `column` extracts top-level members only.
const JSON_COLUMNS: [&str; 6] = ["id", "kind", "kind_confidence", "title", "language", SPLIT];

/// The record set of a table; `None` for formats that Croissant's reader cannot open.
fn record_set(
    metadata: &Metadata<'_>,
    file: &FileMetadata,
    table: &TableMetadata,
) -> Option<Value> {
    if matches!(metadata.format, Format::Arrow | Format::Sqlite) {
        return None;
    }
    let record = Column::new(
        RECORD,
        ColumnType::Integer,
        "The record that it belongs to.",
    );
    let is_json = metadata.format == Format::JsonLines;
    let (columns, key): (Vec<&Column>, Option<&str>) = match metadata.table(&table.name)? {
        TableDeclaration::Child(child) => {
            let columns = std::iter::once(&record).chain(&child.columns);
            (columns.collect(), None)
        }
        TableDeclaration::Records(records) => {
            let columns = records.columns.iter().map(|known| &known.column);
            let is_plain = |column: &&Column| JSON_COLUMNS.contains(&column.name.as_str());
            let columns = columns.filter(|column| !is_json || is_plain(column));
            // A line of JSON has no record number, and its id is not unique.
            (columns.collect(), (!is_json).then_some(RECORD))
        }
    };
    let fields = columns.into_iter();
    let fields = fields.map(|column| field(metadata, file, table, column));
    let key = key.map(|key| json!({"@id": format!("{}/{key}", table.name)}));
    Some(object([
        ("@type", json!("cr:RecordSet")),
        ("@id", json!(table.name)),
        ("name", json!(table.name)),
        ("description", json!(metadata.describe(file))),
        ("key", key.unwrap_or_default()),
        ("field", fields.collect()),
    ]))
}

fn field(
    metadata: &Metadata<'_>,
    file: &FileMetadata,
    table: &TableMetadata,
    column: &Column,
) -> Value {
    let data_type = match column.column_type {
        // Lists of integers are columns in CSV only, as JSON arrays, which Croissant reads as text.
        ColumnType::Text | ColumnType::Integers => "sc:Text",
        ColumnType::Integer => "sc:Integer",
        ColumnType::Number => "sc:Float",
        ColumnType::Boolean => "sc:Boolean",
        ColumnType::Date => "sc:Date",
    };
    let reference = match column.name.as_str() {
        RECORD if table.name != RECORDS => Some(format!("{RECORDS}/{RECORD}")),
        SPLIT if !metadata.splits.is_empty() => Some("splits/name".to_owned()),
        _ => None,
    };
    object([
        ("@type", json!("cr:Field")),
        ("@id", json!(format!("{}/{}", table.name, column.name))),
        ("name", json!(column.name)),
        ("description", json!(column.description)),
        ("dataType", json!(data_type)),
        (
            "references",
            reference.map_or(Value::Null, |id| json!({"field": {"@id": id}})),
        ),
        (
            "source",
            json!({"fileObject": {"@id": file.path}, "extract": {"column": column.name}}),
        ),
    ])
}

/// The splits, with the Croissant type of each.
fn splits(metadata: &Metadata<'_>) -> Option<Value> {
    if metadata.splits.is_empty() {
        return None;
    }
    let rows = metadata.splits.iter().map(|(name, _)| {
        // The user chooses the names. Croissant has types for three splits; these are their usual names.
        let split_type = match name.as_str() {
            "train" | "training" => "cr:TrainingSplit",
            "validation" | "valid" | "dev" => "cr:ValidationSplit",
            "test" => "cr:TestSplit",
            _ => "cr:Split",
        };
        json!({"splits/name": name, "splits/url": split_type})
    });
    let field = |name: &str, data_type: Value| {
        let id = format!("splits/{name}");
        json!({"@type": "cr:Field", "@id": id, "name": name, "dataType": data_type})
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

/// The JSON-LD context that the specification prescribes.
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
