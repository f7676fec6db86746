//! Does the program keep the promises of README.md, seen from outside?

use std::fs;
use std::path::Path;

use crate::support::cli::{House, PLAN, assert_exit, diarium, stderr, stdout};
use diarium::catalogue::Lock;

#[test]
fn a_second_run_finds_nothing_to_do() {
    let house = House::with_plans();
    let first = house.run(&[]);
    assert_exit(&first, 0);
    assert!(first.stdout.is_empty());
    assert!(stderr(&first).contains("2 documents found: 2 done"));
    let records = house.records();
    let names: Vec<&String> = records.keys().collect();
    assert_eq!(names, ["2009/ansökan.txt.json", "plan.txt.json"]);

    assert_exit(&house.run(&[]), 0);
    assert_eq!(house.counts()["unchanged"], 2);
    assert_eq!(house.counts()["done"], 0);
    assert_exit(&house.run(&["--force"]), 0);
    assert_eq!(house.counts()["done"], 2);
    assert_eq!(house.records(), records);
}

#[test]
fn a_document_that_fails_costs_no_other_anything() {
    let house = House::with(&[
        ("plan.txt", PLAN.as_bytes()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("nothing.txt", b""),
    ]);
    assert_exit(&house.run(&[]), 1);
    assert_eq!(house.records().len(), 1);
    assert_eq!(house.counts()["failed"], 2);

    let again = house.run(&[]);
    assert_exit(&again, 1);
    assert!(stderr(&again).contains("--retry-failed"));
    assert_eq!(house.counts()["failed_earlier"], 2);
    assert_exit(&house.run(&["--retry-failed"]), 1);
    assert_eq!(house.counts()["failed_earlier"], 0);

    let status = house.on_output(&["status"]);
    assert_exit(&status, 0);
    assert!(stdout(&status).contains("picture.png"));
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_passed_over() {
    let house = House::with_plans();
    std::os::unix::fs::symlink("gone", house.input().join("link.txt")).unwrap();
    assert_exit(&house.run(&["-v"]), 0);
    assert_eq!(house.counts()["found"], 2);
}

#[test]
fn the_number_of_threads_shows_in_no_record() {
    let files: Vec<(String, String)> = (0..60)
        .map(|number| {
            (
                format!("{}/{number}.txt", number % 7),
                format!("{PLAN}\n{number}\n"),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    let one = House::with(&files);
    let many = House::with(&files);
    assert_exit(&one.run(&["--jobs", "1"]), 0);
    assert_exit(&many.run(&["--jobs", "8"]), 0);
    assert_eq!(one.records().len(), 60);
    assert!(one.records() == many.records());
}

#[test]
fn a_folder_that_another_run_holds_is_left_alone() {
    let house = House::with_plans();
    let _lock = Lock::take(&house.output()).unwrap();
    let refused = house.run(&[]);
    assert_exit(&refused, 3);
    let told = format!("another run holds the folder {}", house.output().display());
    assert!(stderr(&refused).contains(&told), "{}", stderr(&refused));
    assert!(stderr(&refused).contains(&format!("pid {}", std::process::id())));
}

#[test]
fn wrong_usage_exits_with_2() {
    let house = House::with_plans();
    let folder = house.folder.path().to_str().unwrap();
    for words in [
        &["run"][..],
        &["run", "/no/such/input", "--out", "/tmp/unused"],
        &["run", folder, "--out", folder],
        &["run", folder, "--out", "x", "--profiles", "/no/such/folder"],
        &["run", folder, "--out", "x", "--jobs", "0"],
        &["show", "/no/such/file.json"],
        &["show", folder],
        &["status", folder],
        &["check", folder],
        &["profile", "show", "no-such-kind"],
        &["no-such-command"],
    ] {
        let output = diarium().args(words).output().unwrap();
        assert_exit(&output, 2);
        assert!(output.stdout.is_empty(), "{words:?}");
        assert!(!output.stderr.is_empty(), "{words:?}");
    }
    assert!(!Path::new("/tmp/unused").exists());
}

#[test]
fn an_output_folder_that_cannot_be_made_stops_the_run() {
    let house = House::with_plans();
    fs::write(house.output(), "a file").unwrap();
    assert_exit(&house.run(&[]), 3);
}

#[test]
fn an_output_folder_inside_the_input_is_never_read() {
    let house = House::with_plans();
    let output = house.input().join("records of mine");
    let run = || {
        let mut command = diarium();
        command
            .arg("run")
            .arg(house.input())
            .arg("--out")
            .arg(&output);
        command.output().unwrap()
    };
    assert_exit(&run(), 0);
    let second = run();
    assert_exit(&second, 0);
    assert!(stderr(&second).contains("2 documents found: 0 done, 2 unchanged"));
}

#[cfg(unix)]
#[test]
fn names_that_cannot_be_printed_are_escaped() {
    let house = House::with(&[("two\nlines\u{1b}.txt", PLAN.as_bytes())]);
    assert_exit(&house.run(&["-vv"]), 0);
    let records = house.records();
    let (name, bytes) = records.first_key_value().unwrap();
    assert_eq!(name, "two%0Alines%1B.txt.json");
    let record: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    assert_eq!(record["source"]["path"], "two%0Alines%1B.txt");
}

#[test]
fn names_as_long_as_a_file_system_allows_get_their_records() {
    let names = ["a", "b"].map(|end| format!("{}{end}.txt", "x".repeat(250)));
    let files = names
        .each_ref()
        .map(|name| (name.as_str(), PLAN.as_bytes()));
    let house = House::with(&files);
    assert_exit(&house.run(&[]), 0);
    assert_eq!(house.records().len(), 2);
    assert_exit(&house.run(&[]), 0);
    assert_eq!(house.counts()["unchanged"], 2);
}

#[test]
fn documents_and_records_are_shown() {
    let house = House::with_plans();
    assert_exit(&house.run(&[]), 0);
    for file in [
        house.input().join("plan.txt"),
        house.output().join("records/plan.txt.json"),
    ] {
        let shown = diarium().arg("show").arg(&file).output().unwrap();
        assert_exit(&shown, 0);
        assert!(stdout(&shown).contains("plan.txt"));
        assert!(!stdout(&shown).contains('\u{1b}'));
    }
    let colored = diarium()
        .args(["show", "--color", "always"])
        .arg(house.input().join("plan.txt"))
        .output()
        .unwrap();
    assert!(stdout(&colored).contains('\u{1b}'));
}

#[test]
fn a_document_that_cannot_be_shown_says_why() {
    let house = House::with(&[("nothing.txt", b"")]);
    let shown = diarium()
        .arg("show")
        .arg(house.input().join("nothing.txt"))
        .output()
        .unwrap();
    assert_exit(&shown, 1);
    assert!(stderr(&shown).contains("empty"));
}

#[test]
fn check_finds_records_that_are_broken_or_gone() {
    let house = House::with_plans();
    assert_exit(&house.run(&[]), 0);
    let well = house.on_output(&["check"]);
    assert_exit(&well, 0);
    assert!(stdout(&well).ends_with("2 records checked, all valid\n"));

    fs::write(house.output().join("records/plan.txt.json"), "{}").unwrap();
    fs::remove_file(house.output().join("records/2009/ansökan.txt.json")).unwrap();
    let broken = house.on_output(&["check"]);
    assert_exit(&broken, 1);
    let told = stdout(&broken);
    assert!(told.contains("plan.txt.json: /: is no record"), "{told}");
    assert!(
        told.contains("ansökan.txt.json: /: the catalogue lists this record"),
        "{told}"
    );
}

#[test]
fn a_users_own_kind_is_found_and_checked() {
    let house = House::with(&[("dikt.txt", "SONETT\n\nProjektnamn: Rosen\n".as_bytes())]);
    let profiles = house.folder.path().join("profiles");
    fs::create_dir(&profiles).unwrap();
    let poem = r#"
name = "poem"
version = 3
description = "A poem"

[recognize]
minimum = 1.0
evidence = [{ pattern = '\A\s*SONETT\b', weight = 9.0 }]

[sections]
style = "free"
"#;
    fs::write(profiles.join("poem.toml"), poem).unwrap();
    let profiles = profiles.to_str().unwrap();

    let before = house.run(&[]);
    assert_exit(&before, 0);
    assert_exit(&house.run(&["--profiles", profiles]), 0);
    assert_eq!(house.counts()["done"], 1, "other profiles, other record");
    let record = &house.records()["dikt.txt.json"];
    let record: serde_json::Value = serde_json::from_slice(record).unwrap();
    assert_eq!(record["schema"], "poem/3");

    assert_exit(&house.on_output(&["check", "--profiles", profiles]), 0);
    let list = diarium()
        .args(["profile", "list", "--profiles", profiles])
        .output()
        .unwrap();
    assert!(stdout(&list).contains("A poem"));
}

#[test]
fn status_speaks_to_machines() {
    let house = House::with_plans();
    assert_exit(&house.run(&[]), 0);
    let status = house.on_output(&["status", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(report["outcomes"]["done"], 2);
    assert_eq!(report["runs"][0]["outcome"], "finished");
}

#[test]
fn what_an_archive_holds_is_counted_for_people_and_machines() {
    let house = House::with_plans();
    assert_exit(&house.run(&[]), 0);
    let counted = house.on_output(&["stats", "--json"]);
    assert_exit(&counted, 0);
    let counted: serde_json::Value = serde_json::from_str(stdout(&counted)).unwrap();
    assert_eq!(counted["records"], 2);
    let page = house.output().with_file_name("page.html");
    let told = house.on_output(&["stats", "--html", page.to_str().unwrap()]);
    assert_exit(&told, 0);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && !page.contains("http:") && !page.contains("<script"));
}

#[test]
fn a_log_for_machines_is_one_object_a_line() {
    let house = House::with(&[("nothing.txt", b""), ("plan.txt", PLAN.as_bytes())]);
    let output = house.run(&["--log-format", "json"]);
    assert_exit(&output, 1);
    let lines: Vec<serde_json::Value> = stderr(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(last["message"], "run ended");
    assert_eq!(last["failed"], 1);
    assert!(lines.iter().any(|line| line["path"] == "nothing.txt"));
}

#[test]
fn quiet_is_quiet() {
    let house = House::with_plans();
    let output = house.run(&["-q"]);
    assert_exit(&output, 0);
    assert!(output.stderr.is_empty() && output.stdout.is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for words in [
        &["doctor"][..],
        &["manual"],
        &["completions", "bash"],
        &["profile", "list"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = diarium().args(words).stdout(writer).output().unwrap();
        assert_exit(&output, 0);
        assert!(output.stderr.is_empty(), "{words:?}: {}", stderr(&output));
    }
}

#[test]
fn the_doctor_finds_everything_in_place() {
    let output = diarium().arg("doctor").output().unwrap();
    assert_exit(&output, 0);
    assert!(stdout(&output).contains(env!("CARGO_PKG_VERSION")));
    assert!(stdout(&output).contains("PP-OCR"));
}
