//! Has each description the shape that its specification asks for?

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use serde_json::Map;

use super::*;
use crate::export::test_support::layout;
use crate::export::{Format, Selection};

/// The three descriptions of a dataset in CSV with splits.
fn described(given: &Given) -> [Value; 3] {
    let layout = layout();
    let file = |name: &str| FileFacts {
        path: format!("{name}.csv"),
        bytes: 10,
        sha256: "ab".repeat(32),
        tables: vec![TableFacts {
            name: name.to_owned(),
            rows: 1,
            made_harmless: 2,
        }],
    };
    let facts = Facts {
        folder: "Min mapp".to_owned(),
        given,
        format: Format::Csv,
        layout: &layout,
        selection: &Selection::default(),
        is_transformed: false,
        files: ["records", "esf_project", "people"].map(file).into(),
        counts: Counts::default(),
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
        frictionless::package(&facts),
        croissant::dataset(&facts),
        ro_crate::crate_of(&facts),
    ]
}

#[test]
fn a_package_tells_types_keys_and_checksums() {
    let [package, ..] = described(&Given::default());
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
fn every_reference_within_a_description_leads_somewhere() {
    let example = include_str!("../../../../../docs/dataset.example.toml");
    let given = Given::parse(example).unwrap();
    for given in [Given::default(), given] {
        let [_, croissant, crate_of] = described(&given);
        for description in [croissant, crate_of] {
            let mut named = Vec::new();
            let mut referred = Vec::new();
            ids(&description, &mut named, &mut referred);
            for id in referred {
                let outside = id.starts_with("https://w3id.org/");
                assert!(outside || named.contains(&id), "{id}: {description:#}");
            }
        }
    }
}

/// `{"@id": …}` alone refers, with more beside it it names.
fn ids(value: &Value, named: &mut Vec<String>, referred: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(id)) = members.get("@id") {
                let list = if members.len() == 1 {
                    &mut *referred
                } else {
                    &mut *named
                };
                list.push(id.clone());
            }
            let others = members.iter().filter(|(name, _)| *name != "@context");
            others.for_each(|(_, value)| ids(value, named, referred));
        }
        Value::Array(values) => values.iter().for_each(|value| ids(value, named, referred)),
        _ => {}
    }
}

#[test]
fn what_nobody_said_is_not_there() {
    let [package, croissant, crate_of] = described(&Given::default());
    assert!(package.get("licenses").is_none());
    assert!(croissant.get("license").is_none());
    assert_eq!(crate_of["@graph"][1]["license"]["@id"], "#no-licence");
    assert_eq!(crate_of["@graph"][1]["datePublished"], "2026-11-01");
}
