//! A maximal record: every text that a record can have, each with personal data of its own.
//!
//! No literal below uses `..`, so that a new field does not compile here either.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Style, redact};
use diarium_document::{
    Budget, BudgetItem, Carrier, Choice, Field, FieldType, FieldValue, Item, Letterhead, ListSpans,
    Lists, Origin, OtherField, PageRecord, Person, Record, Related, Section, SourceFile,
    SourceRecord, Span, Warning, WarningCode,
};

/// Texts that diarium itself writes: they contain no text of a document.
const NOT_FROM_DOCUMENT: [&str; 13] = [
    "/schema",
    "/id",
    "/kind",
    "/language",
    "/source/media_type",
    "/source/sha256",
    "/source/carrier",
    "/source/encoding",
    "/source/files/0/sha256",
    "/other/0/type",
    "/budget/currency",
    "/pages/0/origin",
    "/warnings/0/code",
];

fn span() -> Span {
    Span {
        page: 1,
        start: 0,
        end: 1,
        rect: None,
    }
}

/// A record with all texts, each a placeholder.
fn maximal() -> Record {
    let text = || "x".to_owned();
    Record {
        schema: "document/2".to_owned(),
        id: "0".repeat(64),
        kind: "document".to_owned(),
        kind_confidence: 1.0,
        title: Some(text()),
        title_span: Some(span()),
        language: Some("sv".to_owned()),
        source: source(),
        pages: vec![page()],
        letterhead: vec![Letterhead {
            text: text(),
            pages: vec![1],
        }],
        fields: BTreeMap::from([("phone_note".to_owned(), field())]),
        other: vec![OtherField {
            label: text(),
            field_type: FieldType::Text,
            value: FieldValue::Text(text()),
            raw: text(),
            confidence: 0.8,
            span: span(),
        }],
        sections: vec![section()],
        people: vec![person()],
        budget: Some(budget()),
        choices: vec![Choice {
            label: text(),
            checked: Some(true),
            confidence: Some(0.9),
            span: span(),
        }],
        lists: Lists(BTreeMap::from([("partners".to_owned(), vec![text()])])),
        list_spans: ListSpans(BTreeMap::from([("partners".to_owned(), vec![span()])])),
        items: vec![Item {
            title: text(),
            fields: BTreeMap::from([("organisation".to_owned(), field())]),
            span: span(),
        }],
        related: vec![Related {
            title: text(),
            excerpt: text(),
        }],
        warnings: vec![Warning {
            code: WarningCode::LowConfidence,
            message: text(),
            page: Some(1),
        }],
    }
}

fn source() -> SourceRecord {
    SourceRecord {
        path: "x".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 1,
        sha256: "0".repeat(64),
        carrier: Carrier::Pdf,
        encoding: Some("utf-8".to_owned()),
        pages_stated: Some(1),
        parent: Some("x".to_owned()),
        files: vec![SourceFile {
            name: "x".to_owned(),
            bytes: 1,
            sha256: "0".repeat(64),
        }],
    }
}

fn page() -> PageRecord {
    PageRecord {
        number: 1,
        label: Some("x".to_owned()),
        origin: Origin::TextLayer,
        text: "x".to_owned(),
        confidence: 1.0,
        width: Some(1.0),
        height: Some(1.0),
    }
}

fn section() -> Section {
    Section {
        number: Some("x".to_owned()),
        heading: "x".to_owned(),
        level: 1,
        text: "x".to_owned(),
        spans: vec![span()],
    }
}

fn person() -> Person {
    Person {
        name: "x".to_owned(),
        organisation: Some("x".to_owned()),
        confidence: Some(0.9),
        span: span(),
    }
}

fn field() -> Field {
    Field {
        value: FieldValue::Text("x".to_owned()),
        raw: "x".to_owned(),
        confidence: 1.0,
        repaired: true,
        span: span(),
    }
}

fn budget() -> Budget {
    Budget {
        currency: Some("EUR".to_owned()),
        items: vec![BudgetItem {
            label: "x".to_owned(),
            amount: 5,
            confidence: Some(0.9),
            span: span(),
        }],
        stated_total: Some(5),
        computed_total: 5,
        consistent: Some(true),
    }
}

/// Replaces every text that comes from a document with an e-mail address of its own.
fn fill(value: &mut Value, pointer: &str, filled: &mut Vec<String>) {
    match value {
        Value::String(text) if !NOT_FROM_DOCUMENT.contains(&pointer) => {
            *text = format!("hemlig{}@exempel.se", filled.len());
            filled.push(pointer.to_owned());
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                fill(item, &format!("{pointer}/{index}"), filled);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                fill(member, &format!("{pointer}/{name}"), filled);
            }
        }
        _ => {}
    }
}

#[test]
fn no_text_of_a_maximal_record_survives_redaction() {
    let mut value = serde_json::to_value(maximal()).unwrap();
    let mut filled = Vec::new();
    fill(&mut value, "", &mut filled);
    assert!(filled.len() > 20, "{filled:?}");
    let record: Record = serde_json::from_value(value).unwrap();
    let redacted = redact(&record, &Style::mask()).unwrap();
    let json = serde_json::to_string(&redacted.record).unwrap();
    for (number, pointer) in filled.iter().enumerate() {
        assert!(
            !json.contains(&format!("hemlig{number}@")),
            "{pointer} is not redacted"
        );
    }
    assert!(!json.contains("hemlig"), "{json}");
}
