//! Values: a table of texts after labels and the fields that they give.
//!
//! Each row of `values.tsv` has a type, the text as printed, and the fields expected, or `-` for none. `~`
//! before a field means that it must be uncertain. `{nb}`, `{nnb}` and `{thin}` stand for spaces.

use std::collections::BTreeMap;

use super::super::extract;
use crate::clean::clean;
use crate::profile::Profiles;
use diarium_document::{Carrier, FieldValue, Heartbeat, Page, RawDocument};

const TABLE: &str = include_str!("values.tsv");

/// The confidence from which a value must be right.
const CERTAIN: f64 = 0.9;

fn label(field_type: &str) -> &'static str {
    match field_type {
        "amount" => "Beviljat belopp",
        "date" => "Startdatum",
        "period" => "Projektperiod",
        "name" => "Kontaktperson",
        "email" => "E-post",
        "phone" => "Telefon",
        "integer" => "Antal deltagare",
        "organisation" => "Organisationsnummer",
        "text" => "Projektnamn",
        other => panic!("the table has no type {other}"),
    }
}

/// The fields of a document with one label: their values and confidences.
fn found(profiles: &Profiles, field_type: &str, text: &str) -> BTreeMap<String, (String, f64)> {
    let text = text
        .replace("{nb}", "\u{a0}")
        .replace("{nnb}", "\u{202f}")
        .replace("{thin}", "\u{2009}");
    let written = format!(
        "Torget\n\n{}: {text}\n\nVi bygger ett torg.\n",
        label(field_type)
    );
    let document = RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: vec![Page::from_text(1, written)],
        related: Vec::new(),
        warnings: Vec::new(),
    };
    let heartbeat = Heartbeat::default();
    let clean = clean(&document, profiles, &heartbeat);
    let profile = profiles.get("document").unwrap();
    let fields = extract(&document, &clean, profile, &heartbeat).fields;
    let named = fields.into_iter().map(|(name, field)| {
        let value = match field.value {
            FieldValue::Integer(number) => number.to_string(),
            FieldValue::Text(text) => text,
        };
        (name, (value, field.confidence))
    });
    named.collect()
}

/// Whether the fields are the expected ones, and uncertain where they must be.
fn is_expected(found: &BTreeMap<String, (String, f64)>, expected: &str) -> bool {
    let mut expected = expected
        .split(';')
        .filter_map(|field| field.split_once('='));
    let count = expected.clone().count();
    found.len() == count
        && expected.all(|(name, value)| {
            let bare = name.trim_start_matches('~');
            found.get(bare).is_some_and(|(given, confidence)| {
                given == value && (bare == name || *confidence < CERTAIN)
            })
        })
}

#[test]
fn every_row_of_the_table_gives_its_fields() {
    let profiles = Profiles::built_in().unwrap();
    let mut wrong = Vec::new();
    for row in TABLE.lines() {
        let [field_type, text, expected] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("a row has three cells: {row}");
        };
        let found = found(&profiles, field_type, text);
        if !is_expected(&found, expected) {
            wrong.push(format!("{field_type} {text:?}: {found:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
