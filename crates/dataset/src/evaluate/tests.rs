//! What scores do records get?

use serde_json::json;

use super::*;

fn record(fields: serde_json::Value, rest: serde_json::Value) -> Record {
    let mut json = json!({
        "schema": "document/1", "id": "0", "kind": "document", "kind_confidence": 0.5,
        "source": { "path": "a.txt", "media_type": "text/plain", "bytes": 1, "sha256": "0", "carrier": "text" },
        "pages": [], "letterhead": [], "fields": {}, "sections": [], "people": [], "choices": [],
        "lists": {}, "related": [], "warnings": [],
    });
    for (name, value) in fields.as_object().unwrap() {
        json["fields"][name] = json!({
            "value": value[0], "confidence": value[1], "raw": "",
            "span": { "page": 1, "start": 0, "end": 0 },
        });
    }
    for (key, value) in rest.as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

fn gold(json: serde_json::Value) -> Gold {
    Gold::parse(&json.to_string(), Some("a")).unwrap()
}

fn report(gold: &Gold, record: Option<&Record>) -> Report {
    let mut evaluation = Evaluation::default();
    evaluation.add(gold, record);
    evaluation.finish()
}

#[test]
fn a_value_is_right_wrong_missing_or_too_much() {
    let gold = gold(json!({ "complete": true, "fields": {
        "region": "Kalmar län", "granted_sek": { "value": 5000 }, "phase": "Start", "call": null,
    }}));
    let record = record(
        json!({ "region": ["kalmar län", 0.95], "granted_sek": [5001, 0.6], "call": ["7", 0.9], "email": ["a@b.se", 1.0] }),
        json!({}),
    );
    let report = report(&gold, Some(&record));
    let tally = |right, wrong, missing| Tally {
        right,
        wrong,
        missing,
    };
    assert_eq!(report.fields.strict, tally(0, 4, 3));
    assert_eq!(report.fields.soft, tally(1, 3, 2));
    assert_eq!(report.sure(), (3, 0));
    assert_eq!(report.calibration[1].count, 1);
    assert_eq!(report.whole.strict, 0);
    assert!(report.mistakes[2].nearly || report.mistakes.iter().any(|mistake| mistake.nearly));
}

#[test]
fn what_gold_does_not_speak_of_is_not_judged() {
    let gold = gold(json!({ "fields": { "region": "Kalmar län" } }));
    let record = record(
        json!({ "region": ["Kalmar län", 1.0], "email": ["a@b.se", 1.0] }),
        json!({ "title": "Any" }),
    );
    let report = report(&gold, Some(&record));
    assert_eq!(report.fields.strict.f1(), 1.0);
    assert_eq!((report.whole.strict, report.whole.soft), (1, 1));
    assert_eq!(report.sure(), (1, 1));
}

#[test]
fn a_document_without_a_record_has_everything_missing() {
    let gold = gold(json!({ "kind": "document", "fields": { "region": "Kalmar län" } }));
    let report = report(&gold, None);
    assert_eq!(report.without_record, 1);
    assert_eq!(report.fields.strict.missing, 1);
    assert_eq!(report.parts["kind"].strict.missing, 1);
}

#[test]
fn headings_are_compared_on_the_levels_that_gold_names() {
    let gold = gold(
        json!({ "sections": [{ "heading": "Mål", "text": "a b c d" }, { "heading": "Metod" }] }),
    );
    let section = |heading: &str, level: u8, text: &str| json!({ "number": null, "heading": heading, "level": level, "text": text, "spans": [] });
    let record = record(
        json!({}),
        json!({ "sections": [section("Mål", 1, "a b x d"), section("Inre", 2, "")] }),
    );
    let report = report(&gold, Some(&record));
    let headings = report.parts["sections"].strict;
    assert_eq!(
        (headings.right, headings.wrong, headings.missing),
        (1, 0, 1)
    );
    assert_eq!(report.section_similarity, Some(0.75));
}

#[test]
fn a_box_that_is_ticked_is_not_nearly_one_that_is_not() {
    let gold = gold(json!({ "choices": [{ "label": "Ett långt val", "checked": true }] }));
    let choice = json!({ "label": "Ett långt val", "checked": false, "span": { "page": 1, "start": 0, "end": 0 } });
    let record = record(json!({}), json!({ "choices": [choice] }));
    let report = report(&gold, Some(&record));
    assert_eq!(report.parts["choices"].soft.right, 0);
}

#[test]
fn gold_finds_its_record_by_path_or_by_name() {
    let sources = ["a/plan.txt", "a/plan.md", "b/only.pdf"].map(str::to_owned);
    let find = |name: &str| {
        let gold = Gold::parse("{}", Some(name)).unwrap();
        gold.find(&sources).map(Option::<&String>::cloned)
    };
    assert_eq!(find("a/plan.md").unwrap().unwrap(), "a/plan.md");
    assert_eq!(find("only").unwrap().unwrap(), "b/only.pdf");
    assert_eq!(find("x/only").unwrap().unwrap(), "b/only.pdf");
    assert!(find("none").unwrap().is_none());
    assert!(find("a/plan").is_err());
}

#[test]
fn a_slip_in_a_key_is_told() {
    let error = Gold::parse("{\"feilds\": {}}", Some("a")).unwrap_err();
    assert!(error.to_string().contains("`feilds`"));
    assert!(matches!(Gold::parse("{}", None), Err(GoldError::Nameless)));
}
