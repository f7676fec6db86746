//! Tests of the comparison: one difference of each sort, and nothing where there is none.

use serde_json::{Value, json};

use super::*;
use diarium_document::{Choice, FieldValue, Person, Section, Span, Warning, WarningCode};

fn span(start: usize) -> Value {
    json!({ "page": 1, "start": start, "end": start + 4 })
}

fn record() -> Record {
    let row =
        |label: &str, amount: i64| json!({ "label": label, "amount_sek": amount, "span": span(0) });
    let section = |heading: &str, text: &str| json!({ "number": null, "heading": heading, "level": 1, "text": text, "spans": [span(0)] });
    let json = json!({
        "schema": "document/1", "id": "a", "kind": "document", "kind_confidence": 1.0,
        "title": "Bron", "title_span": span(0), "language": "sv",
        "source": { "path": "a.txt", "media_type": "text/plain", "bytes": 9, "sha256": "a",
            "carrier": "text", "encoding": "utf-8" },
        "pages": [{ "number": 1, "origin": "file", "text": "Bron", "confidence": 1.0 }],
        "letterhead": [{ "text": "Myndigheten", "pages": [1] }],
        "fields": {
            "granted_sek": { "value": 691_000, "raw": "691 000", "confidence": 1.0, "span": span(0) },
            "phase": { "value": "Start", "raw": "Start", "confidence": 1.0, "span": span(0) },
        },
        "other": [{ "label": "Sökt", "type": "amount", "value": 7, "raw": "7", "confidence": 1.0, "span": span(0) }],
        "items": [{ "title": "Del 1", "fields": {
            "phase": { "value": "Start", "raw": "Start", "confidence": 1.0, "span": span(0) },
        }, "span": span(0) }],
        "sections": [section("Bakgrund", "Vi vill bygga en bro över ån."), section("Mål", "En bro.")],
        "people": [{ "name": "Eva Ek", "span": span(0) }],
        "budget": { "items": [row("Resor", 10), row("Hyra", 20)], "stated_total_sek": 30,
            "computed_total_sek": 30, "consistent": true },
        "choices": [{ "label": "Ja", "checked": true, "span": span(0) }],
        "lists": { "municipalities": ["Umeå", "Umeå", "Piteå"], "participants": [], "partners": [] },
        "related": [{ "title": "Rapport" }],
        "warnings": [{ "code": "low-confidence", "message": "Look.", "page": 1 }],
    });
    serde_json::from_value(json).unwrap()
}

/// Each change in short: part, name, property, effect.
fn short(old: &Record, new: &Record) -> Vec<String> {
    let lines = compare(old, new).into_iter().map(|change| {
        let property = change.property.unwrap_or("-");
        let part = change.part.as_str();
        format!("{part} {} {property} {:?}", change.name, change.effect)
    });
    lines.collect()
}

#[test]
fn records_that_are_equal_except_for_the_path_have_no_changes() {
    let (old, mut new) = (record(), record());
    assert_eq!(compare(&old, &new), []);
    new.source.path = "b/a.txt".to_owned();
    assert_eq!(compare(&old, &new), []);
    assert_eq!(changed_values(&old, &new), 0);
}

type Mutation = fn(&mut Record);

#[test]
fn one_difference_is_one_change() {
    let cases: [(Mutation, &str, u64); 26] = [
        (|r| r.title = Some("Ån".into()), "title  value Changed", 1),
        (|r| r.title = None, "title  - Removed", 1),
        (|r| r.kind = "call".into(), "kind  name Changed", 1),
        (|r| r.kind_confidence = 0.5, "kind  confidence Changed", 0),
        (
            |r| r.language = Some("en".into()),
            "language  value Changed",
            1,
        ),
        (
            |r| r.source.sha256 = "b".into(),
            "source  sha256 Changed",
            0,
        ),
        (|r| r.pages[0].text = "Ån".into(), "pages  - Changed", 0),
        (|r| r.pages.clear(), "pages  - Removed", 0),
        (|r| r.letterhead.clear(), "letterhead  count Changed", 0),
        (
            |r| drop(r.fields.remove("phase")),
            "field phase - Removed",
            1,
        ),
        (
            |r| granted(r).value = FieldValue::Integer(7),
            "field granted_sek value Changed",
            1,
        ),
        (
            |r| granted(r).raw = "691000".into(),
            "field granted_sek raw Changed",
            0,
        ),
        (
            |r| granted(r).confidence = 0.9,
            "field granted_sek confidence Changed",
            0,
        ),
        (
            |r| granted(r).span.end = 9,
            "field granted_sek span Moved",
            0,
        ),
        (
            |r| r.people[0].organisation = Some("Kyrkan".into()),
            "person Eva Ek organisation Changed",
            1,
        ),
        (
            |r| r.choices[0].checked = None,
            "choice Ja checked Changed",
            1,
        ),
        (
            |r| drop(list(r).remove(0)),
            "list municipalities - Removed",
            1,
        ),
        (
            |r| r.title_span.as_mut().unwrap().end = 9,
            "title  span Moved",
            0,
        ),
        (
            |r| granted(r).repaired = true,
            "field granted_sek repaired Changed",
            0,
        ),
        (
            |r| r.other[0].value = FieldValue::Integer(8),
            "other Sökt value Changed",
            1,
        ),
        (|r| r.other.clear(), "other Sökt - Removed", 1),
        (
            |r| r.items[0].fields.clear(),
            "item Del 1: phase - Removed",
            1,
        ),
        (|r| r.items.clear(), "item Del 1 - Removed", 1),
        (|r| r.related.clear(), "related Rapport - Removed", 0),
        (
            |r| r.warnings.clear(),
            "warning low-confidence - Removed",
            0,
        ),
        (
            |r| r.sections[1].heading = "Syfte".into(),
            "section Mål heading Changed",
            0,
        ),
    ];
    for (mutation, expected, values) in cases {
        let (old, mut new) = (record(), record());
        mutation(&mut new);
        assert_eq!(short(&old, &new), [expected]);
        assert_eq!(changed_values(&old, &new), values, "{expected}");
    }
}

fn granted(record: &mut Record) -> &mut diarium_document::Field {
    record.fields.get_mut("granted_sek").unwrap()
}

fn list(record: &mut Record) -> &mut Vec<String> {
    record.lists.0.get_mut("municipalities").unwrap()
}

#[test]
fn an_added_entry_does_not_affect_the_others() {
    let (old, mut new) = (record(), record());
    let span: Span = serde_json::from_value(span(0)).unwrap();
    let person = |name: &str| Person {
        name: name.into(),
        organisation: None,
        confidence: Some(0.8),
        span: span.clone(),
    };
    let choice = Choice {
        label: "Nej".into(),
        checked: Some(false),
        confidence: Some(0.8),
        span: span.clone(),
    };
    let warning = Warning::new(WarningCode::DamagedFile, "Damaged.");
    let section = Section {
        heading: "Inledning".into(),
        ..old.sections[0].clone()
    };
    new.people.insert(0, person("Åsa Ö"));
    new.choices.insert(0, choice);
    new.warnings.insert(0, warning);
    new.sections.insert(0, section);
    list(&mut new).insert(0, "Luleå".into());
    let expected = [
        "section Inledning - Added",
        "person Åsa Ö - Added",
        "choice Nej - Added",
        "list municipalities - Added",
        "warning damaged-file - Added",
    ];
    assert_eq!(short(&old, &new), expected);
    assert_eq!(short(&new, &old).len(), expected.len());
}

#[test]
fn a_budget_is_compared_by_its_rows() {
    let (old, mut new) = (record(), record());
    let budget = new.budget.as_mut().unwrap();
    budget.items[1].amount = 25;
    budget.computed_total = 35;
    budget.consistent = Some(false);
    let expected = [
        "budget Hyra amount_sek Changed",
        "budget  computed_total_sek Changed",
        "budget  consistent Changed",
    ];
    assert_eq!(short(&old, &new), expected);
    new.budget = None;
    assert_eq!(short(&old, &new).len(), 5);
}

#[test]
fn long_texts_that_differ_are_reported_by_a_short_excerpt() {
    let (mut old, mut new) = (record(), record());
    let long = "Ett ord till. ".repeat(2000);
    old.sections[0].text = format!("{long}Vi vill bygga en bro över ån.\n{long}");
    new.sections[0].text = format!("{long}Vi vill bygga en väg över ån.\n{long}");
    let changes = compare(&old, &new);
    let excerpt = changes[0].excerpt.as_ref().unwrap();
    assert_eq!(
        excerpt.old,
        "… till. Vi vill bygga en bro över ån.\nEtt ord till. …"
    );
    assert_eq!(
        excerpt.new,
        "… till. Vi vill bygga en väg över ån.\nEtt ord till. …"
    );
    new.sections[0].text = "x".repeat(100_000);
    let changes = compare(&old, &new);
    assert!(changes[0].excerpt.as_ref().unwrap().new.chars().count() < 200);
    assert_eq!(
        Excerpt::new("", "å"),
        Excerpt {
            old: String::new(),
            new: "å".into()
        }
    );
    assert_eq!(
        Excerpt::new("aa", "aaa"),
        Excerpt {
            old: "aa".into(),
            new: "aaa".into()
        }
    );
}
