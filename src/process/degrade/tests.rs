//! Tests of graceful degradation: every constraint that a stage could break, broken by hand.

use serde_json::{Value, json};

use super::*;
use crate::process::repair_until_valid;
use crate::validate::Schemas;
use diarium_document::{FieldValue, Heartbeat, Rect};

const TEXT: &str = "Bron över ån 2016-03-01 691 000 kr";

fn span(start: usize, end: usize) -> Value {
    json!({ "page": 1, "start": start, "end": end, "box": [0.0, 0.0, 9.0, 9.0] })
}

/// A valid record with an entry in every place.
fn record() -> Record {
    let sha = "0".repeat(64);
    let row = |label: &str, amount: i64| json!({ "label": label, "amount_sek": amount, "confidence": 0.8, "span": span(0, 4) });
    let field = |value: Value, raw: &str, start: usize, end: usize| json!({ "value": value, "raw": raw, "confidence": 1.0, "span": span(start, end) });
    let json = json!({
        "schema": "document/2", "id": sha, "kind": "document", "kind_confidence": 1.0,
        "title": "Bron över ån", "title_span": span(0, 12), "language": "sv",
        "source": { "path": "a.pdf", "media_type": "application/pdf", "bytes": 9, "sha256": sha,
            "carrier": "pdf", "encoding": "utf-8", "pages_stated": 2, "parent": "a.zip",
            "files": [{ "name": "a", "bytes": 9, "sha256": sha }] },
        "pages": [{ "number": 1, "label": "1 (2)", "origin": "text-layer", "text": TEXT,
            "confidence": 1.0, "width": 595.3, "height": 841.9 }],
        "letterhead": [{ "text": "Myndigheten", "pages": [1] }],
        "fields": {
            "project_name": field("Bron".into(), "Bron", 0, 4),
            "period_start": field("2016-03-01".into(), "2016-03-01", 13, 23),
            "granted_sek": field(691_000.into(), "691 000 kr", 24, 34),
        },
        "other": [{ "label": "Fas", "type": "text", "value": "över", "raw": "över", "confidence": 0.8,
            "span": span(5, 9) }],
        "sections": [{ "number": "1", "heading": "Bron", "level": 1, "text": "över ån",
            "spans": [span(0, 4), span(5, 9)] }],
        "people": [{ "name": "Eva Ek", "organisation": "Kyrkan", "confidence": 0.8, "span": span(0, 4) }],
        "budget": { "items": [row("Resor", 10), row("Hyra", 20)], "stated_total_sek": 20,
            "computed_total_sek": 30, "consistent": false },
        "choices": [{ "label": "Ja", "checked": true, "confidence": 0.8, "span": span(0, 4) }],
        "lists": { "municipalities": ["Umeå", "Piteå"], "participants": [], "partners": [] },
        "list_spans": { "municipalities": [span(0, 4), span(5, 9)], "participants": [], "partners": [] },
        "items": [{ "title": "Bron", "fields": { "phase": field("över".into(), "över", 5, 9) }, "span": span(0, 4) }],
        "related": [{ "title": "Rapport", "excerpt": "Om" }],
        "warnings": [{ "code": "damaged-file", "message": "The file is damaged.", "page": 1 }],
    });
    serde_json::from_value(json).unwrap()
}

/// Breaks a valid record in one way, and gives what is left of it.
fn after(schemas: &Schemas, breaking: impl Fn(&mut Record)) -> Result<Record, String> {
    let mut broken = record();
    breaking(&mut broken);
    let required = ["granted_sek".to_owned()];
    repair_until_valid(broken, &required, schemas, &Heartbeat::default())
        .map_err(|failure| failure.message)
}

type Breaking = fn(&mut Record);
type Kept = fn(&Record) -> bool;

#[test]
fn a_broken_part_costs_the_record_that_part_and_gives_a_warning() {
    let schemas = Schemas::built_in().unwrap();
    assert_eq!(after(&schemas, |_| ()).unwrap(), record());
    let cases: [(&str, Breaking, Kept); 38] = [
        (
            "position of the title",
            |r| r.title_span.as_mut().unwrap().page = 7,
            |r| r.title_span.is_none() && r.title.is_some(),
        ),
        (
            "container",
            |r| r.source.parent = Some(" ".into()),
            |r| r.source.parent.is_none(),
        ),
        (
            "files",
            |r| r.source.files[0].name.clear(),
            |r| r.source.files.is_empty(),
        ),
        (
            "other",
            |r| r.other[0].label.clear(),
            |r| r.other.is_empty(),
        ),
        (
            "position of other",
            |r| r.other[0].span.end = 99,
            |r| r.other.is_empty(),
        ),
        (
            "position of an entry",
            |r| r.list_spans.0.get_mut("municipalities").unwrap()[0].page = 7,
            |r| {
                r.lists.0["municipalities"] == ["Piteå"]
                    && r.list_spans.0["municipalities"].len() == 1
            },
        ),
        (
            "number of positions",
            |r| {
                r.list_spans
                    .0
                    .get_mut("municipalities")
                    .unwrap()
                    .truncate(1)
            },
            |r| r.lists.0["municipalities"] == ["Umeå"],
        ),
        (
            "field of an item",
            |r| r.items[0].fields.get_mut("phase").unwrap().raw.clear(),
            |r| r.items[0].fields.is_empty(),
        ),
        ("item", |r| r.items[0].title.clear(), |r| r.items.is_empty()),
        (
            "confidence of a person",
            |r| r.people[0].confidence = Some(f64::NAN),
            |r| r.people[0].confidence == Some(0.0),
        ),
        (
            "currency",
            |r| r.budget.as_mut().unwrap().currency = Some("kronor".into()),
            |r| r.budget.is_none(),
        ),
        (
            "title",
            |r| r.title = Some("".into()),
            |r| r.title.is_none(),
        ),
        (
            "blank title",
            |r| r.title = Some("\u{a0} ".into()),
            |r| r.title.is_none(),
        ),
        (
            "language",
            |r| r.language = Some("svenska!".into()),
            |r| r.language.is_none(),
        ),
        (
            "kind confidence",
            |r| r.kind_confidence = f64::NAN,
            |r| r.kind_confidence == 0.0,
        ),
        (
            "encoding",
            |r| r.source.encoding = Some("".into()),
            |r| r.source.encoding.is_none(),
        ),
        (
            "stated",
            |r| r.source.pages_stated = Some(0),
            |r| r.source.pages_stated.is_none(),
        ),
        (
            "label",
            |r| r.pages[0].label = Some(" ".into()),
            |r| r.pages[0].label.is_none(),
        ),
        (
            "page confidence",
            |r| r.pages[0].confidence = 1.5,
            |r| r.pages[0].confidence == 1.0,
        ),
        (
            "width",
            |r| r.pages[0].width = Some(0.0),
            |r| r.pages[0].height.is_none(),
        ),
        (
            "letterhead",
            |r| r.letterhead[0].text.clear(),
            |r| r.letterhead.is_empty(),
        ),
        (
            "its pages",
            |r| r.letterhead[0].pages = vec![7],
            |r| r.letterhead.is_empty(),
        ),
        (
            "value",
            |r| text(r, "project_name", ""),
            |r| r.fields.len() == 2,
        ),
        (
            "raw",
            |r| field(r, "project_name").raw.clear(),
            |r| r.fields.len() == 2,
        ),
        (
            "date",
            |r| text(r, "period_start", "2016-13-41"),
            |r| r.fields.len() == 2,
        ),
        (
            "amount",
            |r| field(r, "granted_sek").value = FieldValue::Integer(-1),
            |r| r.fields.len() == 2,
        ),
        (
            "confidence",
            |r| field(r, "granted_sek").confidence = f64::INFINITY,
            |r| r.fields.len() == 2,
        ),
        (
            "field's span",
            |r| field(r, "granted_sek").span.end = 999,
            |r| r.fields.len() == 2,
        ),
        (
            "box",
            |r| nowhere(field(r, "granted_sek")),
            |r| r.fields.len() == 2,
        ),
        (
            "number",
            |r| r.sections[0].number = Some("".into()),
            |r| r.sections[0].number.is_none(),
        ),
        (
            "level",
            |r| r.sections[0].level = 9,
            |r| r.sections[0].level == 6,
        ),
        (
            "section's span",
            |r| r.sections[0].spans[0].page = 0,
            |r| r.sections[0].spans.len() == 1,
        ),
        (
            "person",
            |r| r.people[0].name.clear(),
            |r| r.people.is_empty(),
        ),
        (
            "organisation",
            |r| r.people[0].organisation = Some("".into()),
            |r| r.people.len() == 1,
        ),
        (
            "row",
            |r| r.budget.as_mut().unwrap().items[0].label.clear(),
            |r| consistent(r) == Some(true),
        ),
        (
            "sum",
            |r| r.budget.as_mut().unwrap().computed_total = 7,
            |r| r.budget.is_none(),
        ),
        (
            "choice",
            |r| r.choices[0].span.start = 99,
            |r| r.choices.is_empty(),
        ),
        (
            "list",
            |r| r.lists.0.get_mut("municipalities").unwrap()[0].clear(),
            |r| r.lists.0["municipalities"] == ["Piteå"],
        ),
    ];
    for (name, breaking, kept) in cases {
        let left = after(&schemas, breaking).unwrap();
        assert!(kept(&left), "{name}: {left:?}");
        assert_eq!(left.warnings.len(), 2, "{name}: {:?}", left.warnings);
        assert_eq!(left.pages[0].text, TEXT);
    }
}

fn field<'r>(record: &'r mut Record, name: &str) -> &'r mut diarium_document::Field {
    record.fields.get_mut(name).unwrap()
}

fn text(record: &mut Record, name: &str, value: &str) {
    field(record, name).value = FieldValue::Text(value.to_owned());
}

/// A number that JSON cannot write.
fn nowhere(field: &mut diarium_document::Field) {
    field.span.rect = Some(Rect(0.0, f32::NAN, 1.0, 1.0));
}

fn consistent(record: &Record) -> Option<bool> {
    record.budget.as_ref()?.consistent
}

#[test]
fn several_broken_entries_of_one_list_are_all_removed_and_no_other() {
    let schemas = Schemas::built_in().unwrap();
    let left = after(&schemas, |record| {
        let list = ["", "Umeå", " ", "", "Piteå"].map(str::to_owned);
        record
            .lists
            .0
            .insert("municipalities".to_owned(), list.to_vec());
        let positions = record.list_spans.0.get_mut("municipalities").unwrap();
        *positions = vec![positions[0].clone(); 5];
        record.related[0].excerpt = " ".to_owned();
        record.warnings[0].page = Some(0);
        record.title = Some(String::new());
    });
    let left = left.unwrap();
    assert_eq!(left.lists.0["municipalities"], ["Umeå", "Piteå"]);
    assert_eq!(left.related[0].excerpt, "");
    assert!(left.warnings.is_sorted_by_key(|warning| warning.code));
}

#[test]
fn a_required_field_that_is_removed_is_missing() {
    let schemas = Schemas::built_in().unwrap();
    let code = |name: &'static str| {
        let left = after(&schemas, |record| field(record, name).raw.clear()).unwrap();
        let names_it = |warning: &&Warning| warning.message.starts_with(name);
        left.warnings.iter().find(names_it).unwrap().code
    };
    assert_eq!(code("granted_sek"), WarningCode::FieldMissing);
    assert_eq!(code("project_name"), WarningCode::LowConfidence);
}

#[test]
fn what_is_broken_at_its_root_is_rejected() {
    let schemas = Schemas::built_in().unwrap();
    let cases: [(&str, Breaking); 3] = [
        ("/id", |record| record.id.clear()),
        ("/pages/0/number", |record| record.pages[0].number = 0),
        ("/schema", |record| record.schema = "nothing/1".to_owned()),
    ];
    for (path, breaking) in cases {
        let message = after(&schemas, breaking).unwrap_err();
        assert!(message.contains(path), "{message}");
    }
}
