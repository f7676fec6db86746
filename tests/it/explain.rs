//! Explanations and quality reports: `show --why`, `eval` and `profile lint`.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Exit code and standard output.
fn diarium(words: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_diarium"))
        .args(words)
        .env("COLUMNS", "100")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), told)
}

#[test]
fn show_why_explains_the_kind_and_the_fields() {
    let (code, told) = diarium(&["show", "--why", "fixtures/text/piacs-application.txt"]);
    assert_eq!(code, 0);
    for line in [
        "piacs-application, confidence",
        "+2.0 “Namn på utvecklingsidén”",
        "application  ",
        "phone: “031-390 06 12”",
        "“Telefonnummer” (label: value, at a line's start); page\u{a0}1, line\u{a0}23; 0.99",
        "(boxed-colon.form)",
        "(a period in the line above a budget)",
        "a repeated block of lines",
        "next to a repeated block",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}

#[test]
fn show_why_gives_the_reason_for_letterhead() {
    for (file, reason) in [
        (
            "fixtures/pdf/piacs-application.pdf",
            "repeated at the page edges",
        ),
        (
            "fixtures/text/piacs-application.md",
            "a repeated block inside a paragraph",
        ),
        ("fixtures/web/esf-project.html", "boilerplate of the site"),
    ] {
        let (_, told) = diarium(&["show", "--why", file]);
        assert!(told.contains(reason), "{file}\n{told}");
    }
}

#[test]
fn show_why_names_lines_that_a_profile_removes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.txt");
    fs::write(
        &file,
        "Projektnamn: Bron\n\nEuropeiska socialfonden\n\nVi bygger.\n",
    )
    .unwrap();
    let (_, told) = diarium(&["show", "--why", file.to_str().unwrap()]);
    assert!(told.contains("a letterhead line of the profile"), "{told}");
}

#[test]
fn show_why_refuses_a_record() {
    let (code, _) = diarium(&["show", "--why", "Cargo.json"]);
    assert_eq!(code, 2);
}

#[test]
fn eval_reports_as_text_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    diarium(&["run", "--quiet", "fixtures/text", "--out", out]);
    let gold = folder.path().join("gold.jsonl");
    let line = r#"{"source": {"path": "scripts.txt"}, "fields": {"contact_name": "Noor Wikander", "phone": "1"}}"#;
    fs::write(&gold, format!("{line}\n\n")).unwrap();
    let gold = gold.to_str().unwrap();
    let (code, told) = diarium(&["eval", out, "--gold", gold]);
    assert_eq!(code, 0);
    assert!(
        told.contains("1 of the 2 values with confidence 0.9 or more are right"),
        "{told}"
    );
    assert!(
        told.contains("fields.phone: expected “1”, found “08-465 004 77”"),
        "{told}"
    );
    let (code, told) = diarium(&["eval", out, "--gold", gold, "--json", "--min-f1", "0.9"]);
    assert_eq!(code, 1);
    let report: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(report["fields"]["strict"]["f1"], 0.5);
    assert_eq!(report["sure"]["right"], 1);
    let nothing = Path::new("fixtures/text").to_str().unwrap();
    assert_eq!(diarium(&["eval", nothing, "--gold", gold]).0, 2);
}

#[test]
fn lint_reports_all_problems_with_file_and_line() {
    assert_eq!(diarium(&["profile", "lint"]).0, 0);
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"mine\"\nversion = 1\ndescription = \"\"\n\n[recognise]\nminimum = 1\n";
    fs::write(folder.path().join("mine.toml"), text).unwrap();
    let (code, told) = diarium(&["profile", "lint", folder.path().to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(
        told.contains("mine.toml:5: a profile has no key recognise; did you mean recognize?"),
        "{told}"
    );
    assert!(
        told.contains("mine.toml:1: without recognize.minimum"),
        "{told}"
    );
}
