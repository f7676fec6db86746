//! Profile drafts: `diarium profile new` makes a profile of a new form without any Rust.
//!
//! The profile of an unknown form is drafted from one completed copy. Another copy, completed by somebody
//! else, is then read with the unchanged draft.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use diarium::profile::Profiles;
use serde_json::{Value, json};

const FIRST: &str = "tests/forms/culture-grant-1.txt";
const SECOND: &str = "tests/forms/culture-grant-2.txt";

fn diarium(words: &[&str], paths: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_diarium"));
    let output = command.args(words).args(paths).output().unwrap();
    assert!(
        output.status.success(),
        "{words:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

struct Drafted {
    folder: tempfile::TempDir,
}

impl Drafted {
    fn from(samples: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let drafted = Self { folder };
        let mut words = vec!["profile", "new", "culture-grant", "--from"];
        words.extend(samples);
        words.push("--out");
        diarium(&words, &[&drafted.profiles()]);
        drafted
    }

    fn profiles(&self) -> PathBuf {
        self.folder.path().join("profiles")
    }

    fn record_of(&self, document: &str) -> Value {
        let out = self.folder.path().join("out");
        let words = ["run", "--quiet", document, "--profiles"];
        diarium(&words, &[&self.profiles(), Path::new("--out"), &out]);
        let name = Path::new(document).file_name().unwrap().to_str().unwrap();
        let file = out.join("records").join(format!("{name}.json"));
        serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
    }
}

fn values(record: &Value) -> Value {
    let fields = record["fields"].as_object().unwrap();
    let values = fields
        .iter()
        .map(|(name, field)| (name.clone(), field["value"].clone()));
    Value::Object(values.collect())
}

fn of_second_copy() -> Value {
    json!({
        "antal_medlemmar": 19,
        "contact_name": "Birger Tallkvist",
        "diary_number": "KF 2020/0107",
        "email": "birger@heshals.example.se",
        "forvantad_publik": 1150,
        "konstform": "Körsång utomhus",
        "organisation": "Kören Hes Hals",
        "organisation_number": "000000-9911",
        "own_cofinancing_sek": 3000,
        "phone": "0999-480 02",
        "premiardatum": "2020-06-21",
        "project_name": "Sång från sju bryggor",
        "sokt_belopp_sek": 9750,
        "spelperiod_end": "2020-08-20",
        "spelperiod_start": "2020-06-10",
        "teknikansvarig": "Hjördis Almlöf",
    })
}

#[test]
fn a_profile_drafted_from_one_copy_reads_every_field_of_another() {
    let drafted = Drafted::from(&[FIRST]);
    let record = drafted.record_of(SECOND);
    assert_eq!(record["kind"], "culture-grant");
    assert_eq!(values(&record), of_second_copy());
    let sections = record["sections"].as_array().unwrap().iter();
    let numbers: Vec<&str> = sections
        .filter_map(|section| section["number"].as_str())
        .collect();
    assert_eq!(numbers, ["1", "2", "3"]);
    let list = &record["lists"]["samarbetande_foreningar"];
    assert_eq!(*list, json!(["Lerviks båtklubb", "Strandens scoutkår"]));
    assert_eq!(record["people"].as_array().unwrap().len(), 3);
    assert_eq!(record["choices"][1]["checked"], true);
}

#[test]
fn two_copies_give_the_same_fields_and_the_required_ones() {
    let drafted = Drafted::from(&[FIRST, SECOND]);
    assert_eq!(values(&drafted.record_of(SECOND)), of_second_copy());
    let toml = fs::read_to_string(drafted.profiles().join("culture-grant.toml")).unwrap();
    assert!(toml.contains("required = true"), "{toml}");
    assert!(!toml.contains("Skuggteater"), "{toml}");
}

#[test]
fn a_draft_loads_passes_its_own_example_and_has_a_schema() {
    let drafted = Drafted::from(&[FIRST]);
    let file = |name: &str| fs::read_to_string(drafted.profiles().join(name)).unwrap();
    let toml = file("culture-grant.toml");
    Profiles::load(&[("culture-grant.toml".to_owned(), toml)]).unwrap();
    let schema: Value = serde_json::from_str(&file("culture-grant.schema.json")).unwrap();
    let amount = "/properties/fields/properties/sokt_belopp_sek/properties/value/type";
    assert_eq!(schema.pointer(amount).unwrap(), "integer");
    let expected: Value = serde_json::from_str(&file(
        "examples/culture-grant/culture-grant-1.expected.json",
    ))
    .unwrap();
    assert_eq!(expected["fields"]["sokt_belopp_sek"], 48_500);
    diarium(&["profile", "test", "--profiles"], &[&drafted.profiles()]);
}

#[test]
fn a_document_of_another_form_keeps_its_kind() {
    let drafted = Drafted::from(&[FIRST]);
    let record = drafted.record_of("fixtures/text/application.txt");
    assert_eq!(record["kind"], "application");
}

#[test]
fn the_examples_of_the_built_in_profiles_pass() {
    diarium(&["profile", "test"], &[]);
}

#[test]
fn a_failing_example_is_reported_with_both_values() {
    let drafted = Drafted::from(&[FIRST]);
    let file = drafted
        .profiles()
        .join("examples/culture-grant/culture-grant-1.expected.json");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("48500", "48501")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_diarium"))
        .args(["profile", "test", "--profiles"])
        .arg(drafted.profiles())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.contains("fields.sokt_belopp_sek: expected “48501”, found “48500”"),
        "{told}"
    );
}
