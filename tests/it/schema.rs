//! Schema agreement: `schemas/` and the record types describe the same records.
//!
//! A record with every property and one with only the required ones are compared with the schemas, so
//! that a property added to one side alone fails here.

use std::collections::{BTreeMap, BTreeSet};

use diarium::{
    document::{
        Budget, BudgetItem, Carrier, Choice, Field, FieldType, FieldValue, Item, Letterhead,
        ListSpans, Lists, Origin, OtherField, PageRecord, Person, Record, Rect, Related, Section,
        SourceFile, SourceRecord, Span, Warning, WarningCode,
    },
    validate::{Schemas, Violation, check_budget, check_spans},
};
use serde_json::{Value, json};

const KINDS: [&str; 7] = [
    "application",
    "document",
    "esf-application",
    "esf-call",
    "esf-project",
    "final-report",
    "piacs-application",
];

/// All variants of an enum. The match does not compile until a new variant is listed.
macro_rules! every {
    ($name:ident: $($variant:ident),+ $(,)?) => {{
        let exhaustive = |value: $name| match value { $($name::$variant => ()),+ };
        let all = vec![$($name::$variant),+];
        all.iter().copied().for_each(exhaustive);
        all
    }};
}

fn warning_codes() -> Vec<WarningCode> {
    every!(WarningCode: PagesMissing, ContinuedElsewhere, BudgetInconsistent, LowConfidence,
        OcrNeeded, EncodingRepaired, UnknownKind, FieldMissing, DamagedFile, NoCopy,
        SeveralInOne, UnknownLanguage, OcrLayerReplaced, CoveredText, HiddenText)
}

fn origins() -> Vec<Origin> {
    every!(Origin: TextLayer, Ocr, File)
}

fn field_types() -> Vec<FieldType> {
    every!(
        FieldType: Text, Name, Amount, Integer, Date, Period, Email, Phone, Url, Identifier,
        OrganisationNumber, Other,
    )
}

fn carriers() -> Vec<Carrier> {
    every!(Carrier: Text, Web, Transcript, Pdf, Image, Office, Mail, Ocr)
}

/// A page's text, and the fields that the maximal record reads from it.
const PAGE: &str = "Åsa 😀 2014-03-31 1 200 kr asa@example.se";

fn span(page: u32, start: usize, end: usize) -> Span {
    Span {
        page,
        start,
        end,
        rect: Some(Rect(56.7, 70.1, 200.0, 84.0)),
    }
}

fn field(value: FieldValue, raw: &str) -> Field {
    let start = PAGE.find(raw).unwrap();
    let start = PAGE[..start].chars().count();
    Field {
        value,
        raw: raw.to_owned(),
        confidence: 1.0,
        repaired: true,
        span: span(1, start, start + raw.chars().count()),
    }
}

/// One field of each canonical name, and one that only a profile knows.
fn fields() -> BTreeMap<String, Field> {
    let text = |value: &str, raw| field(FieldValue::Text(value.to_owned()), raw);
    let mut fields = BTreeMap::new();
    for name in [
        "project_name",
        "project_number",
        "call",
        "diary_number",
        "organisation",
        "contact_name",
        "phone",
        "programme_area",
        "phase",
        "region",
        "a_profiles_own",
    ] {
        fields.insert(name.to_owned(), text("Åsa", "Åsa"));
    }
    for name in ["period_start", "period_end", "opens", "closes"] {
        fields.insert(name.to_owned(), text("2014-03-31", "2014-03-31"));
    }
    for name in [
        "granted_sek",
        "total_budget_sek",
        "call_sek",
        "participants",
    ] {
        let amount = field(FieldValue::Integer(1200), "1 200 kr");
        fields.insert(name.to_owned(), amount);
    }
    fields.insert("email".to_owned(), text("asa@example.se", "asa@example.se"));
    fields
}

/// Everything that a record can hold.
fn maximal() -> Record {
    Record {
        title: Some("Åsas projekt".to_owned()),
        title_span: Some(span(1, 0, 3)),
        language: Some("sv".to_owned()),
        source: SourceRecord {
            encoding: Some("utf-8".to_owned()),
            pages_stated: Some(4),
            parent: Some("a.zip".to_owned()),
            files: vec![SourceFile {
                name: "b.pdf".to_owned(),
                bytes: 1,
                sha256: "0".repeat(64),
            }],
            ..source(Carrier::Pdf)
        },
        pages: (1..)
            .zip(origins())
            .map(|(number, origin)| page(number, origin))
            .collect(),
        letterhead: vec![Letterhead {
            text: "Sidhuvud".to_owned(),
            pages: vec![1, 2],
        }],
        fields: fields(),
        other: vec![other()],
        sections: vec![section()],
        people: vec![Person {
            name: "Åsa".to_owned(),
            organisation: Some("Föreningen".to_owned()),
            confidence: Some(0.8),
            span: span(1, 0, 3),
        }],
        budget: Some(budget()),
        choices: vec![choice()],
        lists: lists(&["Åsa"]),
        list_spans: list_spans(&[span(1, 0, 3)]),
        items: vec![Item {
            title: "Åsa".to_owned(),
            fields: fields(),
            span: span(1, 0, 3),
        }],
        related: vec![Related {
            title: "En annan".to_owned(),
            excerpt: "Början".to_owned(),
        }],
        warnings: warning_codes()
            .into_iter()
            .map(|code| Warning::on_page(code, 3, "se efter"))
            .collect(),
        ..minimal("esf-project")
    }
}

fn lists(entries: &[&str]) -> Lists {
    let mut lists = Lists::default();
    let entries: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
    lists.0.insert("partners".to_owned(), entries);
    lists
}

fn list_spans(spans: &[Span]) -> ListSpans {
    let mut list_spans = ListSpans::default();
    list_spans.0.insert("partners".to_owned(), spans.to_vec());
    list_spans
}

fn other() -> OtherField {
    OtherField {
        label: "Sökt belopp".to_owned(),
        field_type: FieldType::Amount,
        value: FieldValue::Integer(1200),
        raw: "Åsa".to_owned(),
        confidence: 0.8,
        span: span(1, 0, 3),
    }
}

fn section() -> Section {
    Section {
        number: Some("1".to_owned()),
        heading: "Bakgrund".to_owned(),
        level: 1,
        text: "Åsa".to_owned(),
        spans: vec![span(1, 0, 3), span(2, 0, 3)],
    }
}

fn choice() -> Choice {
    Choice {
        label: "PO1".to_owned(),
        checked: Some(true),
        confidence: Some(0.8),
        span: span(2, 0, 3),
    }
}

fn budget() -> Budget {
    Budget {
        currency: None,
        items: vec![BudgetItem {
            label: "Resor".to_owned(),
            amount: 1200,
            confidence: Some(0.8),
            span: span(1, 17, 25),
        }],
        stated_total: Some(1200),
        computed_total: 1200,
        consistent: Some(true),
    }
}

fn page(number: u32, origin: Origin) -> PageRecord {
    PageRecord {
        number,
        label: Some(format!("{number} (4)")),
        origin,
        text: PAGE.to_owned(),
        confidence: 1.0,
        width: Some(595.3),
        height: Some(841.9),
    }
}

fn source(carrier: Carrier) -> SourceRecord {
    SourceRecord {
        path: "a/b.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: 1,
        sha256: "0".repeat(64),
        carrier,
        encoding: None,
        pages_stated: None,
        parent: None,
        files: Vec::new(),
    }
}

/// What every record holds, and nothing else.
fn minimal(kind: &str) -> Record {
    Record {
        schema: format!("{kind}/2"),
        id: "0".repeat(64),
        kind: kind.to_owned(),
        kind_confidence: 1.0,
        title: None,
        title_span: None,
        language: None,
        source: source(Carrier::Text),
        pages: Vec::new(),
        letterhead: Vec::new(),
        fields: BTreeMap::new(),
        other: Vec::new(),
        sections: Vec::new(),
        people: Vec::new(),
        budget: None,
        choices: Vec::new(),
        lists: Lists::default(),
        list_spans: ListSpans::default(),
        items: Vec::new(),
        related: Vec::new(),
        warnings: Vec::new(),
    }
}

fn json_of(record: &Record) -> Value {
    serde_json::to_value(record).unwrap()
}

fn record_schema() -> Value {
    serde_json::from_str(include_str!("../../schemas/record.schema.json")).unwrap()
}

fn keys(value: Option<&Value>) -> BTreeSet<String> {
    let object = value.and_then(Value::as_object);
    object.into_iter().flat_map(|o| o.keys().cloned()).collect()
}

fn strings(value: &Value) -> BTreeSet<String> {
    let array = value.as_array().into_iter().flatten();
    array.map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// Follows a `$ref` within the record's schema; what stands beside it is the kind of value only.
fn resolve<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => resolve(root, root.pointer(&reference[1..]).unwrap()),
        None => node,
    }
}

/// Walks a record and its schema side by side, and hands each pair of objects to `compare`.
fn walk(
    root: &Value,
    node: &Value,
    value: &Value,
    path: &str,
    compare: &dyn Fn(&Value, &Value, &str),
) {
    let node = resolve(root, node);
    match value {
        Value::Object(object) => {
            compare(node, value, path);
            for (key, inner) in object {
                let named = node.get("properties").and_then(|p| p.get(key));
                if let Some(next) = named
                    .or(node.get("additionalProperties"))
                    .filter(|n| n.is_object())
                {
                    walk(root, next, inner, &format!("{path}/{key}"), compare);
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                walk(
                    root,
                    &node["items"],
                    inner,
                    &format!("{path}/{index}"),
                    compare,
                );
            }
        }
        _ => {}
    }
}

/// The names of amounts in a budget in kronor, and in one in another currency.
const IN_KRONOR: [&str; 3] = ["amount_sek", "stated_total_sek", "computed_total_sek"];
const IN_ANOTHER_CURRENCY: [&str; 4] = ["currency", "amount", "stated_total", "computed_total"];

#[test]
fn a_maximal_record_has_the_schemas_properties_at_every_level() {
    let root = record_schema();
    let mut euros = maximal();
    euros.budget.as_mut().unwrap().currency = Some("EUR".to_owned());
    for (record, absent) in [
        (maximal(), &IN_ANOTHER_CURRENCY[..]),
        (euros, &IN_KRONOR[..]),
    ] {
        walk(&root, &root, &json_of(&record), "", &|node, value, path| {
            let mut promised = keys(node.get("properties"));
            if path.ends_with("/fields") {
                promised.insert("a_profiles_own".to_owned());
            }
            if path.starts_with("/budget") {
                promised.retain(|name| !absent.contains(&name.as_str()));
            }
            assert_eq!(keys(Some(value)), promised, "at {path:?}");
        });
    }
}

#[test]
fn what_the_types_always_write_is_what_the_schema_requires() {
    let root = record_schema();
    let mut record = maximal();
    let bare = Span {
        rect: None,
        ..span(1, 0, 3)
    };
    record.title = None;
    record.title_span = None;
    record.language = None;
    record.budget = None;
    record.source = source(Carrier::Text);
    record.fields = fields()
        .into_iter()
        .filter(|(name, _)| name == "phone")
        .collect();
    let phone = record.fields.get_mut("phone").unwrap();
    (phone.span, phone.repaired) = (bare.clone(), false);
    record.other[0].span = bare.clone();
    record.list_spans = list_spans(std::slice::from_ref(&bare));
    record.items[0].fields = record.fields.clone();
    record.items[0].span = bare.clone();
    for page in &mut record.pages {
        (page.label, page.width, page.height) = (None, None, None);
    }
    record.sections[0].spans = vec![bare.clone()];
    record.people[0].organisation = None;
    record.people[0].span = bare.clone();
    record.choices[0].span = bare;
    record.related[0].excerpt.clear();
    record.warnings = vec![Warning::new(WarningCode::OcrNeeded, "se efter")];

    walk(&root, &root, &json_of(&record), "", &|node, value, path| {
        if !path.ends_with("/fields") {
            let required = node.get("required").map(strings).unwrap_or_default();
            assert_eq!(keys(Some(value)), required, "at {path:?}");
        }
    });
}

#[test]
fn every_closed_object_of_the_schema_says_so_and_every_property_is_described() {
    fn check(node: &Value, path: &str) {
        if node["type"] == "object" {
            let open = ["/lists", "/list_spans", "/fields"];
            let open = open.iter().any(|name| path.ends_with(name));
            assert_eq!(
                node["additionalProperties"] == Value::Bool(false),
                !open,
                "at {path}"
            );
            for (name, property) in node["properties"].as_object().unwrap() {
                let path = format!("{path}/{name}");
                assert!(property["description"].is_string(), "at {path}");
                check(property, &path);
            }
        }
    }
    let root = record_schema();
    check(&root, "");
    for (name, node) in root["$defs"].as_object().unwrap() {
        check(node, &format!("$defs/{name}"));
    }
}

#[test]
fn the_schemas_enums_are_the_types_variants() {
    fn written<T: serde::Serialize>(variants: Vec<T>) -> BTreeSet<String> {
        strings(&serde_json::to_value(variants).unwrap())
    }
    let root = record_schema();
    let promised = |def: &str, name: &str| strings(&root["$defs"][def]["properties"][name]["enum"]);
    assert_eq!(promised("warning", "code"), written(warning_codes()));
    assert_eq!(promised("page", "origin"), written(origins()));
    assert_eq!(promised("source", "carrier"), written(carriers()));
    assert_eq!(promised("other_field", "type"), written(field_types()));
    for field_type in field_types() {
        assert_eq!(json!(field_type), field_type.as_str());
    }
}

#[test]
fn the_schemas_on_disk_are_the_ones_that_are_built_in() {
    let on_disk: BTreeSet<String> = std::fs::read_dir("schemas")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| {
            name.strip_suffix(".schema.json")
                .map(|kind| format!("{kind}/2"))
        })
        .filter(|name| name != "record/2")
        .collect();
    let schemas = Schemas::built_in().unwrap();
    let names = |version: &str| -> BTreeSet<String> {
        let names = schemas.names().filter(|name| name.ends_with(version));
        names.map(str::to_owned).collect()
    };
    assert_eq!(names("/2"), on_disk);
    assert_eq!(on_disk, KINDS.map(|kind| format!("{kind}/2")).into());
    assert_eq!(names("/1"), KINDS.map(|kind| format!("{kind}/1")).into());
}

#[test]
fn the_maximal_record_is_valid_for_every_carrier() {
    let schemas = Schemas::built_in().unwrap();
    for carrier in carriers() {
        let mut record = maximal();
        record.source.carrier = carrier;
        assert_eq!(schemas.validate(&json_of(&record)), []);
        assert_eq!(check_spans(&record), []);
        assert_eq!(check_budget(&record), []);
    }
}

fn places(violations: &[Violation]) -> Vec<&str> {
    violations
        .iter()
        .map(|violation| violation.path.as_str())
        .collect()
}

#[test]
fn every_kind_accepts_a_minimal_record_and_rejects_what_is_wrong() {
    let schemas = Schemas::built_in().unwrap();
    let date = json!({"value": "2014-02-30", "raw": "30 feb", "confidence": 1,
                      "span": {"page": 1, "start": 0, "end": 6}});
    let mut amount = date.clone();
    amount["value"] = json!("1 200 kr");
    for kind in KINDS {
        let good = json_of(&minimal(kind));
        assert_eq!(schemas.validate(&good), [], "{kind}");
        for (pointer, key, value, place) in [
            ("", "surprise", json!(1), ""),
            ("", "title", json!(""), "/title"),
            ("", "kind", json!("another"), "/kind"),
            ("", "kind_confidence", json!(1.1), "/kind_confidence"),
            ("/source", "surprise", json!(1), "/source"),
            ("/source", "path", json!(" "), "/source/path"),
            (
                "/fields",
                "period_start",
                date.clone(),
                "/fields/period_start/value",
            ),
            (
                "/fields",
                "granted_sek",
                amount.clone(),
                "/fields/granted_sek/value",
            ),
            ("/lists", "partners", json!([""]), "/lists/partners/0"),
        ] {
            let mut bad = good.clone();
            bad.pointer_mut(pointer).unwrap()[key] = value;
            let violations = schemas.validate(&bad);
            assert_eq!(places(&violations), [place], "{kind} {key}: {violations:?}");
        }
    }
}

#[test]
fn a_record_that_names_no_known_schema_has_one_violation() {
    let schemas = Schemas::built_in().unwrap();
    let mut record = json_of(&minimal("document"));
    record["schema"] = json!("novel/1");
    assert_eq!(places(&schemas.validate(&record)), ["/schema"]);
    assert_eq!(places(&schemas.validate(&json!({}))), [""]);
    assert_eq!(places(&schemas.validate(&json!([1]))), [""]);
}

#[test]
fn a_users_own_kind_has_the_shared_shape_under_its_own_name() {
    let schemas = Schemas::built_in().unwrap().with_kind("novel", 2).unwrap();
    let mut record = minimal("novel");
    record.schema = "novel/2".to_owned();
    assert_eq!(schemas.validate(&json_of(&record)), []);
    record.kind = "poem".to_owned();
    assert_eq!(places(&schemas.validate(&json_of(&record))), ["/kind"]);
}

/// A record as the last build with version 1 wrote it.
fn of_version_1(kind: &str) -> Value {
    let mut record = maximal();
    record.schema = format!("{kind}/1");
    record.kind = kind.to_owned();
    let mut json = json_of(&record);
    let object = json.as_object_mut().unwrap();
    for added in ["title_span", "other", "list_spans", "items"] {
        object.remove(added);
    }
    for added in ["parent", "files"] {
        object["source"].as_object_mut().unwrap().remove(added);
    }
    let added = [
        "several-in-one",
        "unknown-language",
        "ocr-layer-replaced",
        "covered-text",
        "hidden-text",
    ];
    let warnings = object["warnings"].as_array_mut().unwrap();
    warnings.retain(|warning| !added.iter().any(|code| warning["code"] == *code));
    for field in object["fields"].as_object_mut().unwrap().values_mut() {
        field.as_object_mut().unwrap().remove("repaired");
    }
    for pointer in ["/people/0", "/budget/items/0", "/choices/0"] {
        let part = json.pointer_mut(pointer).unwrap();
        part.as_object_mut().unwrap().remove("confidence");
    }
    json
}

#[test]
fn a_record_of_version_1_stays_valid_and_readable() {
    let schemas = Schemas::built_in().unwrap().with_kind("novel", 1).unwrap();
    // A user's kind keeps its version, whatever the shared schema's.
    for kind in ["esf-project", "novel"] {
        let json = of_version_1(kind);
        assert_eq!(schemas.validate(&json), []);
        let record: Record = serde_json::from_value(json).unwrap();
        assert_eq!(check_spans(&record), []);
        assert_eq!(check_budget(&record), []);
        assert_eq!(record.budget.unwrap().items[0].amount, 1200);
        assert!(record.list_spans.0.is_empty());
    }
    let mut wrong = of_version_1("novel");
    wrong["title"] = json!("");
    assert_eq!(places(&schemas.validate(&wrong)), ["/title"]);
}

#[test]
fn the_currency_decides_the_names_of_amounts() {
    let schemas = Schemas::built_in().unwrap();
    let mut record = maximal();
    record.budget.as_mut().unwrap().currency = Some("EUR".to_owned());
    assert_eq!(schemas.validate(&json_of(&record)), []);
    let mut json = json_of(&record);
    json["budget"]["stated_total_sek"] = json!(1200);
    assert!(!schemas.validate(&json).is_empty());
}

#[test]
fn a_message_never_quotes_a_page() {
    let schemas = Schemas::built_in().unwrap();
    let mut record = json_of(&minimal("document"));
    record["title"] = json!(["long ".repeat(1000)]);
    record["language"] = json!("long ".repeat(1000));
    for violation in schemas.validate(&record) {
        assert!(violation.message.len() < 300, "{violation:?}");
    }
}

#[test]
fn threads_share_one_compiled_set() {
    fn shared<T: Send + Sync>() {}
    shared::<Schemas>();
}

#[test]
fn a_span_that_does_not_slice_its_text_is_a_violation() {
    let mut record = maximal();
    record.fields.get_mut("email").unwrap().span.start += 1;
    record.fields.get_mut("phone").unwrap().raw = "Asa".to_owned();
    record.sections[0].spans[1].page = 9;
    record.people[0].span = Span {
        rect: None,
        page: 1,
        start: 3,
        end: 2,
    };
    record.choices[0].span.end = PAGE.chars().count() + 1;
    record.title_span.as_mut().unwrap().page = 9;
    record.other[0].raw = "Asa".to_owned();
    record.list_spans = list_spans(&[]);
    record.items[0].fields.retain(|name, _| name == "phone");
    record.items[0].fields.get_mut("phone").unwrap().raw = "Asa".to_owned();
    record.items[0].span.page = 9;
    record.letterhead[0].pages = vec![1, 7];
    assert_eq!(
        places(&check_spans(&record)),
        [
            "/title_span/page",
            "/fields/email/span",
            "/fields/phone/span",
            "/other/0/span",
            "/sections/0/spans/1/page",
            "/people/0/span",
            "/choices/0/span",
            "/list_spans/partners",
            "/items/0/fields/phone/span",
            "/items/0/span/page",
            "/letterhead/0/pages/1",
        ]
    );
}

#[test]
fn a_repeated_page_number_is_a_violation() {
    let mut record = maximal();
    record.pages[2].number = 1;
    assert_eq!(places(&check_spans(&record)), ["/pages/2/number"]);
}

#[test]
fn a_wrong_budget_sum_is_a_violation() {
    let mut record = maximal();
    record.budget.as_mut().unwrap().computed_total = 1300;
    assert_eq!(
        places(&check_budget(&record)),
        ["/budget/computed_total_sek", "/budget/consistent"]
    );
    record.budget.as_mut().unwrap().items[0].amount = 1300;
    record.budget.as_mut().unwrap().consistent = Some(false);
    assert_eq!(check_budget(&record), []);
}
