//! Tests of the metadata formats: types, keys and references.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use serde_json::Map;

use super::*;
use crate::export::test_support::layout;
use crate::export::{Format, Selection};

/// The three metadata documents of a dataset in CSV with splits.
fn documents(description: &DatasetDescription) -> [Value; 3] {
    let layout = layout();
    let file = |name: &str| FileMetadata {
        path: format!("{name}.csv"),
        bytes: 10,
        sha256: "ab".repeat(32),
        tables: vec![TableMetadata {
            name: name.to_owned(),
            rows: 1,
            escaped_formulas: 2,
        }],
    };
    let metadata = Metadata {
        folder: "Min mapp".to_owned(),
        description,
        format: Format::Csv,
        layout: &layout,
        selection: &Selection::default(),
        is_transformed: false,
        files: ["records", "esf_project", "people"].map(file).into(),
        counts: ExportCounts::default(),
        splits: vec![("train".to_owned(), 1)],
        runs: vec![Run {
            id: 3,
            started: "2026-11-01T10:00:00Z".to_owned(),
            ended: None,
            version: "0.1.0".to_owned(),
            profiles: "cd".to_owned(),
            engine: "none".to_owned(),
        }],
        notes: Map::new(),
    };
    [
        frictionless::package(&metadata),
        croissant::dataset(&metadata),
        ro_crate::document(&metadata),
    ]
}

#[test]
fn a_data_package_has_types_keys_and_checksums() {
    let [package, ..] = documents(&DatasetDescription::default());
    assert_eq!(package["name"], "min-mapp");
    let records = &package["resources"][0];
    assert_eq!(records["hash"], format!("sha256:{}", "ab".repeat(32)));
    assert_eq!(records["schema"]["primaryKey"][0], "record");
    let people = &package["resources"][2]["schema"];
    assert_eq!(people["foreignKeys"][0]["reference"]["resource"], "records");
    let fields = records["schema"]["fields"].as_array().unwrap();
    let amount = fields
        .iter()
        .find(|field| field["name"] == "granted_sek")
        .unwrap();
    assert_eq!(amount["type"], "integer");
    assert_eq!(amount["constraints"]["minimum"], 0);
    assert_eq!(package["diarium"]["runs"][0]["run"], 3);
    assert_eq!(package["diarium"]["counts"]["cells_made_harmless"], 6);
}

#[test]
fn every_reference_in_a_document_has_a_target() {
    let example = include_str!("../../../../../docs/dataset.example.toml");
    let description = DatasetDescription::parse(example).unwrap();
    for description in [DatasetDescription::default(), description] {
        let [_, croissant, ro_crate] = documents(&description);
        for document in [croissant, ro_crate] {
            let mut entities = Vec::new();
            let mut references = Vec::new();
            ids(&document, &mut entities, &mut references);
            for id in references {
                let is_external = id.starts_with("https://w3id.org/");
                assert!(is_external || entities.contains(&id), "{id}: {document:#}");
            }
        }
    }
}

/// Collects the ids of entities, and the ids in references, which have no other members.
fn ids(value: &Value, entities: &mut Vec<String>, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(id)) = members.get("@id") {
                let list = if members.len() == 1 {
                    &mut *references
                } else {
                    &mut *entities
                };
                list.push(id.clone());
            }
            let others = members.iter().filter(|(name, _)| *name != "@context");
            others.for_each(|(_, value)| ids(value, entities, references));
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| ids(value, entities, references)),
        _ => {}
    }
}

#[test]
fn properties_without_a_value_are_left_out() {
    let [package, croissant, ro_crate] = documents(&DatasetDescription::default());
    assert!(package.get("licenses").is_none());
    assert!(croissant.get("license").is_none());
    assert_eq!(ro_crate["@graph"][1]["license"]["@id"], "#no-licence");
    assert_eq!(ro_crate["@graph"][1]["datePublished"], "2026-11-01");
}
