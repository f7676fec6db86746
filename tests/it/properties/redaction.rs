//! Redaction: no personal data is left, and a redacted record stays consistent.

use std::collections::BTreeMap;

use proptest::prelude::*;

use diarium::validate::{check_budget, check_spans};
use diarium_document::{
    Budget, BudgetItem, Carrier, Choice, Field, FieldType, FieldValue, Item, Letterhead, ListSpans,
    Lists, Origin, OtherField, PageRecord, Person, Record, Related, Section, SourceRecord, Span,
    Warning, WarningCode,
};
use diarium_redact::{Style, redact};

/// Values that stand in a document, each a way in which they may be written.
#[derive(Debug)]
struct Values {
    name: String,
    email: String,
    phone: String,
    number: String,
}

fn values() -> impl Strategy<Value = Values> {
    let first = prop::sample::select(vec![
        "Ulla",
        "Anna-Karin",
        "Mirjeta",
        "Åsa",
        "Per",
        "Xhevdet",
    ]);
    let last = prop::sample::select(vec![
        "Björk",
        "Karlsson",
        "Hoxhaj",
        "Ek",
        "Lund",
        "Öhrström",
    ]);
    let phone = prop::sample::select(vec![
        "070-123 45 67",
        "+46 (0)8 12 34 56 78",
        "0381-12345",
        "0701234567",
    ]);
    let number = prop::sample::select(vec![
        "811218-9876",
        "19811218-9876",
        "8112189876",
        "701063–2391",
    ]);
    (first, last, phone, number).prop_map(|(first, last, phone, number)| Values {
        name: format!("{first} {last}"),
        email: format!("{}.{}@exempel.se", ascii(first), ascii(last)),
        phone: phone.to_owned(),
        number: number.to_owned(),
    })
}

/// A name as mailboxes spell it: small letters without accents.
fn ascii(name: &str) -> String {
    let letters = name.to_lowercase();
    let letters = letters.chars().map(|letter| match letter {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        other => other,
    });
    letters.filter(char::is_ascii_alphabetic).collect()
}

fn span(text: &str, value: &str) -> Span {
    let byte = text.find(value).unwrap();
    let start = text[..byte].chars().count();
    let end = start + value.chars().count();
    Span {
        page: 1,
        start,
        end,
        rect: None,
    }
}

/// A record in which the values stand in every corner.
fn record(values: &Values, filler: &str) -> Record {
    let Values {
        name,
        email,
        phone,
        number,
    } = values;
    let (first, last) = name.split_once(' ').unwrap();
    let upper = name.to_uppercase();
    let text = format!(
        "{filler}\nKontaktperson{name}\nE-post: {email}\nTelefon: {phone}\nPersonnummer {number}\n{filler}\n\
         Enligt {first}\n{last} är {filler} bra. {upper}, {last}s plan och {last}, {first}."
    );
    let field = |value: &str| Field {
        value: FieldValue::Text(value.to_owned()),
        raw: value.to_owned(),
        confidence: 1.0,
        repaired: false,
        span: span(&text, value),
    };
    let other = |label: &str, field_type, value: &str| OtherField {
        label: label.to_owned(),
        field_type,
        value: FieldValue::Text(value.to_owned()),
        raw: value.to_owned(),
        confidence: 0.8,
        span: span(&text, value),
    };
    let fields = [
        ("contact_name", name),
        ("email", email),
        ("phone", phone),
        ("project_number", number),
    ]
    .map(|(key, value)| (key.to_owned(), field(value)));
    let everything = format!("{filler} {name} {email} {phone} {number}");
    let whole = Span {
        page: 1,
        start: 0,
        end: text.chars().count(),
        rect: None,
    };
    let mut lists = Lists::default();
    lists
        .0
        .insert("partners".to_owned(), vec![everything.clone()]);
    Record {
        schema: "document/2".to_owned(),
        id: "0".repeat(64),
        kind: "document".to_owned(),
        kind_confidence: 1.0,
        title: Some(everything.clone()),
        title_span: Some(whole.clone()),
        language: Some("sv".to_owned()),
        source: SourceRecord {
            path: format!("{}_{}.pdf", first.to_lowercase(), last.to_lowercase()),
            media_type: "application/pdf".to_owned(),
            bytes: 1,
            sha256: "0".repeat(64),
            carrier: Carrier::Pdf,
            encoding: None,
            pages_stated: None,
            parent: Some(format!(
                "{}_{}.zip",
                first.to_lowercase(),
                last.to_lowercase()
            )),
            files: Vec::new(),
        },
        letterhead: vec![Letterhead {
            text: everything.clone(),
            pages: vec![1],
        }],
        fields: BTreeMap::from(fields.clone()),
        other: vec![
            other(&everything, FieldType::Text, name),
            other("Nås på", FieldType::Phone, phone),
            other("Beteckning", FieldType::Identifier, number),
        ],
        sections: vec![Section {
            number: None,
            heading: everything.clone(),
            level: 1,
            text: text.clone(),
            spans: vec![whole.clone()],
        }],
        people: vec![Person {
            name: name.clone(),
            organisation: Some(everything.clone()),
            confidence: Some(0.8),
            span: span(&text, name),
        }],
        budget: Some(Budget {
            currency: None,
            items: vec![
                BudgetItem {
                    label: everything.clone(),
                    amount: 8_112_189_876,
                    confidence: Some(0.8),
                    span: whole.clone(),
                },
                BudgetItem {
                    label: "Resor".to_owned(),
                    amount: 5,
                    confidence: Some(0.8),
                    span: whole.clone(),
                },
            ],
            stated_total: None,
            computed_total: 8_112_189_881,
            consistent: None,
        }),
        choices: vec![Choice {
            label: everything.clone(),
            checked: None,
            confidence: Some(0.8),
            span: whole.clone(),
        }],
        lists,
        list_spans: ListSpans(BTreeMap::from([(
            "partners".to_owned(),
            vec![whole.clone()],
        )])),
        items: vec![Item {
            title: everything.clone(),
            fields: BTreeMap::from(fields),
            span: whole.clone(),
        }],
        related: vec![Related {
            title: everything.clone(),
            excerpt: everything.clone(),
        }],
        warnings: vec![Warning::new(WarningCode::LowConfidence, everything)],
        pages: vec![PageRecord {
            number: 1,
            label: None,
            origin: Origin::TextLayer,
            text,
            confidence: 1.0,
            width: None,
            height: None,
        }],
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_found_is_left_and_the_record_hangs_together(
        values in values(),
        filler in "[a-zåäö .,;:0-9\n\t\"@()\\-]{0,40}",
        keyed in any::<bool>(),
    ) {
        let before = record(&values, &filler);
        let style = if keyed { Style::pseudonym(&[7; 32]).unwrap() } else { Style::mask() };
        let redacted = redact(&before, &style).unwrap();
        prop_assert_eq!(check_spans(&redacted.record), []);
        prop_assert_eq!(check_budget(&redacted.record), []);
        let json = serde_json::to_string(&redacted.record).unwrap();
        let told = serde_json::to_string(&redacted.findings).unwrap();
        let (_, last) = values.name.split_once(' ').unwrap();
        for text in [&json, &told] {
            for value in [&values.name, &values.name.to_uppercase(), &values.email, &values.phone, &values.number] {
                prop_assert!(!text.contains(value.as_str()), "{} is left in {}", value, text);
            }
            prop_assert!(!text.contains(&format!("{last}s plan")), "{} is left", last);
        }
        prop_assert!(!json.contains(&digits(&values.number)), "{} is left", values.number);
        let path = &redacted.record.source.path;
        prop_assert!(!path.contains(&last.to_lowercase()), "{path}");
    }

    #[test]
    fn no_text_makes_it_fail(text in "\\PC{0,300}") {
        let mut record = record(
            &Values {
                name: "Ulla Ek".to_owned(),
                email: "u@e.se".to_owned(),
                phone: "08-12 34 56".to_owned(),
                number: "811218-9876".to_owned(),
            },
            &text,
        );
        record.title = Some(text);
        let redacted = redact(&record, &Style::mask()).unwrap();
        prop_assert_eq!(check_spans(&redacted.record), []);
    }
}

#[test]
fn the_same_person_has_the_same_pseudonym_in_every_document_under_one_key() {
    let named = |title: &str, key: u8| {
        let values = Values {
            name: "Ulla Björk".to_owned(),
            email: "kansli@exempel.se".to_owned(),
            phone: "08-12 34 56".to_owned(),
            number: "811218-9876".to_owned(),
        };
        let mut record = record(&values, "");
        record.title = Some(title.to_owned());
        redact(&record, &Style::pseudonym(&[key; 32]).unwrap())
            .unwrap()
            .record
            .title
            .unwrap()
    };
    let one = named("Ulla Björk", 1);
    assert!(one.starts_with("person-") && one.len() == 19, "{one}");
    for spelling in [
        "ULLA BJÖRK",
        "Ulla  Björk",
        "Björk, Ulla",
        "Björk",
        "U. Björk",
        "Ulla\nBjörk",
    ] {
        assert_eq!(named(spelling, 1), one, "{spelling}");
    }
    assert_eq!(named("Björks", 1), format!("{one}s"));
    assert_ne!(named("Ulla Björk", 2), one);
    assert!(Style::pseudonym(&[1; 31]).is_err());
}

#[test]
fn names_in_small_letters_are_found_where_their_place_announces_a_person() {
    let values = Values {
        name: "Ulla Björk".to_owned(),
        email: "kansli@exempel.se".to_owned(),
        phone: "08-12 34 56".to_owned(),
        number: "811218-9876".to_owned(),
    };
    let mut record = record(&values, "");
    record.people[0].name = "nils-erik lövgren".to_owned();
    record.sections[0].text = "Namn\tOrt\nanna svensson\tSala\nsaknas\tEda".to_owned();
    let redacted = redact(&record, &Style::mask()).unwrap().record;
    assert_eq!(redacted.people[0].name, "[NAME]");
    let text = "Namn\tOrt\n[NAME]\tSala\nsaknas\tEda";
    assert_eq!(redacted.sections[0].text, text);
}
