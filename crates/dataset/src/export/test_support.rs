//! Test fixtures: a record with a value in every part, and the layout of its dataset.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fs;

use diarium_document::{FieldType, Record};

use super::{DeclaredFields, Layout, SchemaInference, Selection};

/// A record with a value in every part.
pub(crate) fn record() -> Record {
    let span = r#"{"page": 1, "start": 0, "end": 4, "box": [1.5, 2.0, 3.0, 4.0]}"#;
    let text = format!(
        r#"{{
        "schema": "esf-project/2", "id": "{id}", "kind": "esf-project", "kind_confidence": 0.99,
        "title": "Bron över ån", "title_span": {span}, "language": "sv",
        "source": {{ "path": "a/bron.txt", "media_type": "text/plain", "bytes": 120,
            "sha256": "{id}", "carrier": "text", "encoding": "utf-8" }},
        "pages": [{{ "number": 1, "origin": "file", "text": "Bron", "confidence": 1.0 }}],
        "letterhead": [{{ "text": "Sidhuvud", "pages": [1, 2] }}],
        "fields": {{
            "email": {{ "value": "a@b.example", "raw": "a@b", "confidence": 0.5, "span": {span} }},
            "granted_sek": {{ "value": 691000, "raw": "691 000", "confidence": 1.0, "span": {span} }},
            "period_start": {{ "value": "2009-03-01", "raw": "1/3", "confidence": 1.0, "span": {span} }}
        }},
        "other": [{{ "label": "Sökt belopp", "type": "amount", "value": 7000, "raw": "7 000", "confidence": 0.8, "span": {span} }}],
        "sections": [{{ "number": "1", "heading": "Bakgrund", "level": 1, "text": "Vi bygger en bro över ån.", "spans": [{span}] }}],
        "people": [{{ "name": "Åsa Öberg", "confidence": 0.8, "span": {span} }}],
        "budget": {{ "items": [{{ "label": "Lön", "amount_sek": -5, "confidence": 0.8, "span": {span} }}],
            "stated_total_sek": -5, "computed_total_sek": -5, "consistent": true }},
        "choices": [{{ "label": "PO1", "checked": null, "confidence": 0.8, "span": {span} }}],
        "lists": {{ "municipalities": ["Åsunda"], "participants": [], "partners": ["A", "B"] }},
        "list_spans": {{ "municipalities": [{span}], "participants": [], "partners": [{span}, {span}] }},
        "items": [{{ "title": "Bron", "fields": {{ "phase": {{ "value": "Start", "raw": "Start", "confidence": 0.9, "span": {span} }} }}, "span": {span} }}],
        "related": [{{ "title": "Annat" }}],
        "warnings": [{{ "code": "pages-missing", "message": "m", "page": 2 }}]
        }}"#,
        id = "0a".repeat(32),
    );
    serde_json::from_str(&text).unwrap()
}

/// The layout of a dataset of that record.
pub(crate) fn layout() -> Layout {
    let mut inferred = SchemaInference::default();
    inferred.add(&record()).unwrap();
    Layout::new(&inferred, &Selection::default(), &declared_fields(), false).unwrap()
}

/// The declared fields of two kinds: a kind of projects, and the one whose fields all kinds share.
pub(crate) fn declared_fields() -> DeclaredFields {
    let schema = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schemas/record.schema.json"
    );
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let fields = [
        ("call", FieldType::Text),
        ("contact_name", FieldType::Name),
        ("email", FieldType::Email),
        ("granted_sek", FieldType::Amount),
        ("organisation", FieldType::Text),
        ("participants", FieldType::Integer),
        ("period_end", FieldType::Date),
        ("period_start", FieldType::Date),
        ("phone", FieldType::Phone),
        ("project_name", FieldType::Text),
        ("project_number", FieldType::Identifier),
    ]
    .map(|(name, field_type)| (name.to_owned(), field_type));
    let kinds = ["document", "esf-project"].map(|kind| (kind.to_owned(), fields.clone().into()));
    DeclaredFields::new(kinds.into(), schema)
}
