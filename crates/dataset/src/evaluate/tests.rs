//! Tests of scores and reports.

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

fn report(gold: &Gold, record: Option<&Record>) -> EvaluationReport {
    let mut evaluation = Evaluation::default();
    evaluation.add(gold, record);
    evaluation.finish()
}

#[test]
fn values_are_right_wrong_or_missing() {
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
    assert_eq!(report.high_confidence(), (3, 0));
    assert_eq!(report.calibration[1].count, 1);
    assert_eq!(report.whole.strict, 0);
    assert!(report.mistakes[2].nearly || report.mistakes.iter().any(|mistake| mistake.nearly));
}

#[test]
fn parts_without_ground_truth_are_not_compared() {
    let gold = gold(json!({ "fields": { "region": "Kalmar län" } }));
    let record = record(
        json!({ "region": ["Kalmar län", 1.0], "email": ["a@b.se", 1.0] }),
        json!({ "title": "Any" }),
    );
    let report = report(&gold, Some(&record));
    assert_eq!(report.fields.strict.f1(), 1.0);
    assert_eq!((report.whole.strict, report.whole.soft), (1, 1));
    assert_eq!(report.high_confidence(), (1, 1));
}

#[test]
fn all_values_of_a_document_without_a_record_are_missing() {
    let gold = gold(json!({ "kind": "document", "fields": { "region": "Kalmar län" } }));
    let report = report(&gold, None);
    assert_eq!(report.without_record, 1);
    assert_eq!(report.fields.strict.missing, 1);
    assert_eq!(report.parts["kind"].strict.missing, 1);
}

#[test]
fn headings_are_compared_on_the_levels_in_the_ground_truth() {
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
fn a_checked_box_is_no_fuzzy_match_of_an_unchecked_one() {
    let gold = gold(json!({ "choices": [{ "label": "Ett långt val", "checked": true }] }));
    let choice = json!({ "label": "Ett långt val", "checked": false, "span": { "page": 1, "start": 0, "end": 0 } });
    let record = record(json!({}), json!({ "choices": [choice] }));
    let report = report(&gold, Some(&record));
    assert_eq!(report.parts["choices"].soft.right, 0);
}

#[test]
fn ground_truth_finds_its_record_by_path_or_by_name() {
    let sources = ["a/plan.txt", "a/plan.md", "b/only.pdf"].map(str::to_owned);
    let find = |name: &str| {
        let gold = Gold::parse("{}", Some(name)).unwrap();
        gold.find_source(&sources).map(Option::<&String>::cloned)
    };
    assert_eq!(find("a/plan.md").unwrap().unwrap(), "a/plan.md");
    assert_eq!(find("only").unwrap().unwrap(), "b/only.pdf");
    assert_eq!(find("x/only").unwrap().unwrap(), "b/only.pdf");
    assert!(find("none").unwrap().is_none());
    assert!(find("a/plan").is_err());
}

#[test]
fn unknown_keys_and_missing_names_are_errors() {
    let error = Gold::parse("{\"feilds\": {}}", Some("a")).unwrap_err();
    assert!(error.to_string().contains("`feilds`"));
    assert!(matches!(Gold::parse("{}", None), Err(GoldError::Nameless)));
}
