//! Dataset export: `diarium export`, seen from outside.
//!
//! `tests/datasets/` loads the datasets with other tools; these tests need none.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::cli::{assert_exit, diarium, stderr};

const FORMATS: [&str; 5] = ["parquet", "arrow", "csv", "jsonl", "sqlite"];

const BRIDGE: &str = "Projektnamn: Bron över ån\nTelefon: +46 70-174 06 05\nBeviljat ESF-stöd: 691 000 kr\n\n\
    1. Bakgrund\n\nHär finns ingen bro, och det har länge varit så att den som vill över ån får gå runt.\n\
    Det tar en halv timme på sommaren och längre när det är halt, och de flesta stannar hemma i stället. \
    Med en bro av trä skulle de komma till skolan, affären och varandra utan att blöta ner sina skor.\n";
const FERRY: &str = "Projektnamn: Färjan\nBeviljat ESF-stöd: 5 000 kr\n\n\
    1. Bakgrund\n\nEn färja går en gång i timmen, utom på vintern, när den som vill kan gå på isen.\n";

/// An output folder with the records of some plans, and places for datasets beside it.
struct ExportContext {
    folder: tempfile::TempDir,
}

impl ExportContext {
    fn with(files: &[(&str, &str)]) -> Self {
        let context = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        for (name, text) in files {
            context.write(&format!("in/{name}"), text);
        }
        context.process();
        context
    }

    /// Processes the documents in `in/` into `archive/`.
    fn process(&self) {
        let run = diarium()
            .arg("run")
            .arg(self.path("in"))
            .arg("--out")
            .arg(self.path("archive"))
            .output();
        assert_exit(&run.unwrap(), 0);
    }

    fn with_plans() -> Self {
        let copy = BRIDGE.replace("06 05", "06 06");
        Self::with(&[
            ("bro.txt", BRIDGE),
            ("a/farja.txt", FERRY),
            ("kopia.txt", &copy),
        ])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn export(&self, format: &str, to: &str, options: &[&str]) -> Output {
        let mut command = diarium();
        command.arg("export").arg(self.path("archive"));
        command
            .args(["--format", format, "--to"])
            .arg(self.path(to));
        command.args(options).output().unwrap()
    }

    fn exported(&self, format: &str, to: &str, options: &[&str]) -> BTreeMap<String, Vec<u8>> {
        assert_exit(&self.export(format, to, options), 0);
        files(&self.path(to))
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn lines(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<String> {
    let text = String::from_utf8(files[name].clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn json(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap()
}

#[test]
fn the_same_records_give_the_same_bytes_in_every_format() {
    let context = ExportContext::with_plans();
    for format in FORMATS {
        let first = context.exported(format, &format!("{format}-1"), &[]);
        let mut command = diarium();
        command.env("RAYON_NUM_THREADS", "1");
        command.arg("export").arg(context.path("archive"));
        command
            .args(["--format", format, "--to"])
            .arg(context.path("other/again"));
        assert_exit(&command.output().unwrap(), 0);
        let mut second = files(&context.path("other/again"));
        // The name of the dataset is its folder's.
        for description in [
            "datapackage.json",
            "croissant.json",
            "ro-crate-metadata.json",
        ] {
            let text = String::from_utf8(second[description].clone()).unwrap();
            let text = text.replace("\"again\"", &format!("\"{format}-1\""));
            second.insert(description.to_owned(), text.into_bytes());
        }
        assert_eq!(
            first.keys().collect::<Vec<_>>(),
            second.keys().collect::<Vec<_>>()
        );
        for (name, bytes) in &first {
            assert!(bytes == &second[name], "{format}: {name} differs");
        }
        fs::remove_dir_all(context.path("other")).unwrap();
    }
}

#[test]
fn tables_do_not_depend_on_the_order_of_processing() {
    let context = ExportContext::with(&[("a.txt", BRIDGE)]);
    context.write("in/b.txt", FERRY);
    let other = ExportContext::with(&[("b.txt", FERRY)]);
    other.write("in/a.txt", BRIDGE);
    for context in [&context, &other] {
        context.process();
    }
    for format in FORMATS {
        let (one, two) = (
            context.exported(format, format, &[]),
            other.exported(format, format, &[]),
        );
        for (name, bytes) in one.iter().filter(|(name, _)| !name.ends_with(".json")) {
            assert!(bytes == &two[name], "{format}: {name} differs");
        }
    }
}

#[test]
fn each_line_of_jsonl_equals_its_record_file() {
    let context = ExportContext::with_plans();
    let dataset = context.exported("jsonl", "dataset", &[]);
    let lines = lines(&dataset, "records.jsonl");
    let found: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expected = ["a/farja.txt", "bro.txt", "kopia.txt"].map(|name| {
        let path = context.path(&format!("archive/records/{name}.json"));
        serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap()
    });
    assert_eq!(found, expected);
}

#[test]
fn where_and_columns_select_records_and_columns() {
    let context = ExportContext::with_plans();
    let options = [
        "--where",
        "granted_sek>100 000",
        "--where",
        "project_name~BRON",
        "--columns",
        "granted_sek,people",
    ];
    let dataset = context.exported("csv", "dataset", &options);
    let records = lines(&dataset, "records.csv");
    assert_eq!(records.len(), 3, "{records:?}");
    assert_eq!(records[0], "record,id,granted_sek");
    assert!(records[1].starts_with("1,") && records[1].ends_with(",691000"));
    assert!(dataset.contains_key("people.csv") && !dataset.contains_key("sections.csv"));
    let package = json(&dataset, "datapackage.json");
    assert_eq!(package["diarium"]["counts"]["not_selected"], 1);
    assert_eq!(
        package["diarium"]["selection"]["where"][0],
        "granted_sek>100 000"
    );

    let none = context.exported("csv", "none", &["--kind", "esf-call"]);
    assert_eq!(lines(&none, "records.csv").len(), 1);
}

#[test]
fn values_below_the_minimum_confidence_are_left_out_and_counted() {
    let context = ExportContext::with_plans();
    let dataset = context.exported("csv", "dataset", &["--min-confidence", "1.0"]);
    let all = context.exported("csv", "all", &[]);
    let left_out =
        json(&dataset, "datapackage.json")["diarium"]["counts"]["unsure_values_left_out"].as_u64();
    let fewer = lines(&all, "fields.csv").len() - lines(&dataset, "fields.csv").len();
    assert_eq!(left_out, Some(fewer as u64));
}

#[test]
fn an_unknown_column_is_a_usage_error_with_a_suggestion() {
    let context = ExportContext::with_plans();
    for options in [["--where", "grantd_sek>1"], ["--columns", "grantd_sek"]] {
        let output = context.export("csv", "dataset", &options);
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains("did you mean granted_sek?"),
            "{}",
            stderr(&output)
        );
    }
    assert_exit(
        &context.export("csv", "dataset", &["--where", "granted_sek>many"]),
        2,
    );
    assert_exit(&context.export("csv", "dataset", &["--where", "="]), 2);
    assert!(!context.path("dataset").exists());
}

#[test]
fn cells_that_look_like_formulas_are_escaped_and_reported() {
    let context = ExportContext::with_plans();
    let output = context.export("csv", "dataset", &[]);
    assert!(
        stderr(&output).contains("cells prefixed with an apostrophe"),
        "{}",
        stderr(&output)
    );
    let dataset = files(&context.path("dataset"));
    let phones = lines(&dataset, "records.csv").join("\n");
    assert!(phones.contains(",'+46 70-174 06 05,"), "{phones}");
    let counts = &json(&dataset, "datapackage.json")["diarium"]["counts"];
    assert!(counts["cells_made_harmless"].as_u64() > Some(0));
}

#[test]
fn no_escape_formulas_writes_cells_unchanged() {
    let context = ExportContext::with_plans();
    let output = context.export("csv", "dataset", &["--no-escape-formulas"]);
    assert_exit(&output, 0);
    assert!(
        !stderr(&output).contains("apostrophe"),
        "{}",
        stderr(&output)
    );
    let dataset = files(&context.path("dataset"));
    let phones = lines(&dataset, "records.csv").join("\n");
    assert!(phones.contains(",+46 70-174 06 05,"), "{phones}");
    let counts = &json(&dataset, "datapackage.json")["diarium"]["counts"];
    assert_eq!(counts["cells_made_harmless"], 0);
}

#[test]
fn search_distinguishes_swedish_letters() {
    let context = ExportContext::with_plans();
    context.exported("sqlite", "dataset", &[]);
    let database = Connection::open(context.path("dataset/dataset.sqlite")).unwrap();
    let found = |word: &str| -> i64 {
        let query = "select count(*) from search where search match ?1";
        database.query_row(query, [word], |row| row.get(0)).unwrap()
    };
    assert_eq!(
        [found("HÄR"), found("har"), found("ån"), found("an")],
        [2, 2, 2, 0]
    );
    // Fails where the index is not that of the texts in `sections`.
    let check = "insert into search (search, rank) values ('integrity-check', 1)";
    database.execute(check, []).unwrap();
    let broken: i64 = database
        .query_row("select count(*) from pragma_foreign_key_check", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(broken, 0);
    let amount = "select sum(granted_sek) from records";
    let sum: i64 = database.query_row(amount, [], |row| row.get(0)).unwrap();
    assert_eq!(sum, 1_387_000);
}

#[test]
#[cfg(unix)]
fn a_folder_name_may_be_invalid_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let context = ExportContext::with_plans();
    for format in FORMATS {
        let target = context.path(".").join(OsStr::from_bytes(b"m\xe5ngd/data"));
        let mut command = diarium();
        command.arg("export").arg(context.path("archive"));
        command.args(["--format", format, "--to"]).arg(&target);
        assert_exit(&command.output().unwrap(), 0);
    }
}

#[test]
fn a_database_without_sections_has_no_search() {
    let context = ExportContext::with_plans();
    let dataset = context.exported("sqlite", "dataset", &["--columns", "title"]);
    assert!(!dataset.contains_key("search.sqlite"));
    let database = Connection::open(context.path("dataset/dataset.sqlite")).unwrap();
    let tables = "select count(*) from sqlite_schema where name like 'search%'";
    let tables: i64 = database.query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 0);
}

#[test]
fn near_duplicates_share_a_split_or_are_removed_and_listed() {
    let context = ExportContext::with_plans();
    let split = [
        "--split",
        "one=0.25,two=0.25,three=0.25,four=0.25",
        "--columns",
        "title",
    ];
    let dataset = context.exported("jsonl", "split", &split);
    let splits: Vec<Value> = lines(&dataset, "records.jsonl")
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["split"].clone())
        .collect();
    assert_eq!(splits[1], splits[2]);

    let dataset = context.exported("csv", "dedup", &["--dedup"]);
    assert_eq!(lines(&dataset, "records.csv").len(), 3);
    let duplicates = lines(&dataset, "duplicates.csv");
    assert_eq!(duplicates.len(), 2);
    assert!(
        duplicates[1].contains("kopia.txt") && duplicates[1].contains(",2,"),
        "{duplicates:?}"
    );
    assert_exit(&context.export("csv", "x", &["--split", "a=0.5"]), 2);
}

#[test]
fn only_an_earlier_export_is_replaced() {
    let context = ExportContext::with_plans();
    context.exported("csv", "dataset", &[]);
    let second = context.exported("jsonl", "dataset", &[]);
    assert!(!second.contains_key("records.csv") && second.contains_key("records.jsonl"));

    context.write("dataset/notes.txt", "mine");
    let output = context.export("csv", "dataset", &[]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("notes.txt"), "{}", stderr(&output));
    let third = context.exported("csv", "dataset", &["--force"]);
    assert_eq!(third["notes.txt"], b"mine");
    assert!(third.contains_key("records.csv") && !third.contains_key("records.jsonl"));

    let beside = files_and_folders(&context.path("."));
    assert_eq!(beside, ["archive", "dataset", "in"]);
}

#[test]
fn nothing_is_written_below_an_output_folder() {
    let context = ExportContext::with_plans();
    // A reader of the catalogue may leave SQLite's own files beside it.
    let ours = || {
        let mut names = files_and_folders(&context.path("archive"));
        names.retain(|name| !name.starts_with("catalogue.db-"));
        names
    };
    let before = ours();
    for inside in [
        "archive",
        "archive/records/x",
        "archive/pdf",
        "archive/ds",
        "missing/../archive/ds",
        ".",
    ] {
        let output = context.export("csv", inside, &["--force"]);
        assert_exit(&output, 2);
        assert!(
            stderr(&output).contains("output folder"),
            "{}",
            stderr(&output)
        );
    }
    let report = context.path("archive/report.json");
    let options = ["--redact", "mask", "--redact-report"];
    let options = [&options[..], &[report.to_str().unwrap()]].concat();
    assert_exit(&context.export("csv", "dataset", &options), 2);
    let archive = context.path("archive");
    let page = archive.join("page.html");
    let plan = context.path("in/bro.txt");
    let stats: [&OsStr; 4] = [
        "stats".as_ref(),
        archive.as_ref(),
        "--html".as_ref(),
        page.as_ref(),
    ];
    let profile: [&OsStr; 7] = [
        "profile".as_ref(),
        "new".as_ref(),
        "plan".as_ref(),
        "--from".as_ref(),
        plan.as_ref(),
        "--out".as_ref(),
        archive.as_ref(),
    ];
    for words in [&stats[..], &profile[..]] {
        assert_exit(&diarium().args(words).output().unwrap(), 2);
    }
    assert_eq!(ours(), before);
    assert_eq!(files_and_folders(&context.path(".")), ["archive", "in"]);
}

#[test]
#[cfg(unix)]
fn symbolic_links_to_folders_are_followed() {
    use std::os::unix::fs::symlink;
    let context = ExportContext::with_plans();
    symlink(context.path("archive"), context.path("into")).unwrap();
    for inside in ["into", "into/ds", "into/pdf"] {
        assert_exit(&context.export("csv", inside, &[]), 2);
    }
    context.exported("csv", "dataset", &[]);
    symlink(context.path("dataset"), context.path("latest")).unwrap();
    let replaced = context.exported("jsonl", "latest", &[]);
    assert_eq!(replaced, files(&context.path("dataset")));
    assert!(context.path("latest").is_symlink());
}

#[test]
fn the_current_folder_is_not_replaced_and_the_message_says_what_to_do() {
    let context = ExportContext::with_plans();
    fs::create_dir(context.path("here")).unwrap();
    let mut command = diarium();
    command.arg("export").arg(context.path("archive"));
    command.args(["--format", "csv", "--to", "."]);
    let output = command.current_dir(context.path("here")).output().unwrap();
    assert_exit(&output, 2);
    assert!(
        stderr(&output).contains("go to another folder"),
        "{}",
        stderr(&output)
    );
    assert_eq!(files_and_folders(&context.path("here")), [""; 0]);
    // From another folder the same place will do.
    context.exported("csv", "here", &[]);
}

#[test]
fn an_export_cleans_up_after_an_interrupted_one() {
    let context = ExportContext::with_plans();
    context.exported("csv", "dataset", &[]);
    // What a program that ends in the middle of a replacement leaves where none is atomic.
    fs::create_dir(context.path(".dataset.old-1")).unwrap();
    fs::rename(
        context.path("dataset"),
        context.path(".dataset.old-1/dataset"),
    )
    .unwrap();
    let output = context.export("csv", "dataset", &["--where", "grantd_sek>1"]);
    assert_exit(&output, 2);
    assert_eq!(
        files_and_folders(&context.path(".")),
        ["archive", "dataset", "in"]
    );
    assert!(context.path("dataset/datapackage.json").is_file());
}

fn files_and_folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_invalid_record_file_is_skipped_and_reported() {
    let context = ExportContext::with_plans();
    context.write("archive/records/broken.json", "{");
    let record = fs::read(context.path("archive/records/bro.txt.json")).unwrap();
    let mut hostile: Value = serde_json::from_slice(&record).unwrap();
    hostile["kind"] = "../../../evil".into();
    context.write("archive/records/hostile.json", &hostile.to_string());
    let output = context.export("csv", "dataset", &[]);
    assert_exit(&output, 1);
    assert!(
        stderr(&output).contains("broken.json"),
        "{}",
        stderr(&output)
    );
    let dataset = files(&context.path("dataset"));
    assert_eq!(lines(&dataset, "records.csv").len(), 4);
    assert_eq!(
        json(&dataset, "datapackage.json")["diarium"]["counts"]["unreadable_files"],
        2
    );
    assert_eq!(
        files_and_folders(&context.path(".")),
        ["archive", "dataset", "in"]
    );
}

#[test]
fn metadata_of_the_user_is_in_every_description() {
    let context = ExportContext::with_plans();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dataset.example.toml");
    let dataset = context.exported(
        "parquet",
        "dataset",
        &["--metadata", example.to_str().unwrap()],
    );
    let package = json(&dataset, "datapackage.json");
    let croissant = json(&dataset, "croissant.json");
    let crate_of = json(&dataset, "ro-crate-metadata.json");
    let licence = "https://creativecommons.org/licenses/by/4.0/";
    assert_eq!(package["licenses"][0]["path"], licence);
    assert_eq!(croissant["license"], licence);
    assert_eq!(crate_of["@graph"][1]["license"]["@id"], licence);
    assert_eq!(package["title"], crate_of["@graph"][1]["name"]);
    for resource in package["resources"].as_array().unwrap() {
        let bytes = &dataset[resource["path"].as_str().unwrap()];
        assert_eq!(resource["bytes"], bytes.len());
    }
    context.write("wrong.toml", "titel = 1");
    let wrong = context.path("wrong.toml");
    let output = context.export("csv", "other", &["--metadata", wrong.to_str().unwrap()]);
    assert_exit(&output, 2);
    assert!(stderr(&output).contains("titel"), "{}", stderr(&output));
}

#[test]
fn a_folder_without_a_catalogue_is_a_usage_error() {
    let context = ExportContext::with_plans();
    let output = diarium()
        .arg("export")
        .arg(context.path("in"))
        .args(["--format", "csv", "--to"])
        .arg(context.path("x"))
        .output();
    assert_exit(&output.unwrap(), 2);
}

#[test]
fn redacted_datasets_do_not_contain_the_values_of_their_selection() {
    let context = ExportContext::with_plans();
    let options = ["--redact", "mask", "--where", "phone~174 06 05"];
    let dataset = context.exported("jsonl", "dataset", &options);
    assert_eq!(lines(&dataset, "records.jsonl").len(), 1);
    for (name, bytes) in &dataset {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("174 06 05"), "{name}");
    }
    let open = context.exported("jsonl", "open", &options[2..]);
    let described = String::from_utf8_lossy(&open["datapackage.json"]);
    assert!(described.contains("phone~174 06 05"));
}
