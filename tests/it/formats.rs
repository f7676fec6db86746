//! Formats: `diarium formats` and docs/formats.md list what the readers read.

use std::fmt::Write as _;
use std::fs;

use diarium::read::{SUPPORTED, unread_formats};

use crate::support::cli::{assert_exit, diarium, stdout};

const DOCUMENT: &str = "docs/formats.md";
const START: &str = "<!-- formats: tests/it/formats.rs compares these tables with the program; UPDATE_DOCS=1 writes them -->\n";
const END: &str = "<!-- end of formats -->\n";

/// The tables of docs/formats.md.
fn tables() -> String {
    let mut text = "\n| format | extensions | media type | carrier | how it is read |\n".to_owned();
    text += "| --- | --- | --- | --- | --- |\n";
    for format in SUPPORTED {
        let extensions: Vec<String> = format
            .extensions
            .iter()
            .map(|extension| format!("`.{extension}`"))
            .collect();
        let carrier = format.carrier.map_or("–".to_owned(), |carrier| {
            format!("`{}`", carrier.as_str())
        });
        let (name, media_type, how) = (format.name, format.media_type, format.how);
        let extensions = extensions.join(" ");
        writeln!(
            text,
            "| {name} | {extensions} | `{media_type}` | {carrier} | {how} |"
        )
        .unwrap();
    }
    text +=
        "\nThese formats are recognized and not read:\n\n| format | what to do |\n| --- | --- |\n";
    for format in unread_formats() {
        writeln!(text, "| {} | {} |", format.name, format.advice).unwrap();
    }
    text + "\n"
}

#[test]
fn the_documentation_lists_the_formats_of_the_program() {
    let document = fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(START).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    let tables = tables();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = [before, START, &tables, END, after].concat();
        fs::write(DOCUMENT, updated).unwrap();
        return;
    }
    assert!(listed == tables, "run this test with UPDATE_DOCS=1");
}

#[test]
fn the_command_lists_the_formats_as_text_and_as_json() {
    let run = diarium().arg("formats").output().unwrap();
    assert_exit(&run, 0);
    for text in ["PDF", "xhtml", "RAR archive", "unpack it first"] {
        assert!(stdout(&run).contains(text), "{text}");
    }
    let run = diarium().args(["formats", "--json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_str(stdout(&run)).unwrap();
    assert_eq!(list["read"].as_array().unwrap().len(), SUPPORTED.len());
    assert_eq!(list["read"][0]["media_type"], "application/pdf");
    assert!(list["not_read"][0]["what_to_do"].is_string());
}
