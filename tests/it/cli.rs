//! Command line: the output folder, the messages and the exit codes that README.md describes.

use std::fs;
use std::path::Path;

use crate::support::cli::{PLAN, TestContext, assert_exit, diarium, stderr, stdout};
use diarium::catalogue::Lock;

#[test]
fn a_second_run_finds_nothing_to_do() {
    let context = TestContext::with_plans();
    let first = context.run(&[]);
    assert_exit(&first, 0);
    assert!(first.stdout.is_empty());
    assert!(stderr(&first).contains("2 documents found: 2 done"));
    let records = context.records();
    let names: Vec<&String> = records.keys().collect();
    assert_eq!(names, ["2009/ansökan.txt.json", "plan.txt.json"]);

    assert_exit(&context.run(&[]), 0);
    assert_eq!(context.counts()["unchanged"], 2);
    assert_eq!(context.counts()["done"], 0);
    assert_exit(&context.run(&["--force"]), 0);
    assert_eq!(context.counts()["done"], 2);
    assert_eq!(context.records(), records);
}

#[test]
fn a_failed_document_does_not_affect_the_others() {
    let context = TestContext::with(&[
        ("plan.txt", PLAN.as_bytes()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
        ("nothing.txt", b""),
    ]);
    assert_exit(&context.run(&[]), 1);
    assert_eq!(context.records().len(), 1);
    assert_eq!(context.counts()["failed"], 2);

    let again = context.run(&[]);
    assert_exit(&again, 1);
    assert!(stderr(&again).contains("--retry-failed"));
    assert_eq!(context.counts()["failed_earlier"], 2);
    assert_exit(&context.run(&["--retry-failed"]), 1);
    assert_eq!(context.counts()["failed_earlier"], 0);

    let status = context.on_output(&["status"]);
    assert_exit(&status, 0);
    assert!(stdout(&status).contains("picture.png"));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_skipped() {
    let context = TestContext::with_plans();
    std::os::unix::fs::symlink("gone", context.input().join("link.txt")).unwrap();
    assert_exit(&context.run(&["-v"]), 0);
    assert_eq!(context.counts()["found"], 2);
}

#[test]
fn records_do_not_depend_on_the_number_of_jobs() {
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
    let one = TestContext::with(&files);
    let many = TestContext::with(&files);
    assert_exit(&one.run(&["--jobs", "1"]), 0);
    assert_exit(&many.run(&["--jobs", "8"]), 0);
    assert_eq!(one.records().len(), 60);
    assert!(one.records() == many.records());
}

#[test]
fn a_locked_output_folder_is_refused() {
    let context = TestContext::with_plans();
    let _lock = Lock::acquire(&context.output()).unwrap();
    let refused = context.run(&[]);
    assert_exit(&refused, 3);
    let told = format!(
        "another run holds the folder {}",
        context.output().display()
    );
    assert!(stderr(&refused).contains(&told), "{}", stderr(&refused));
    assert!(stderr(&refused).contains(&format!("pid {}", std::process::id())));
}

#[test]
fn usage_errors_exit_with_2() {
    let context = TestContext::with_plans();
    let folder = context.folder.path().to_str().unwrap();
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
    let context = TestContext::with_plans();
    fs::write(context.output(), "a file").unwrap();
    assert_exit(&context.run(&[]), 3);
}

#[test]
fn an_output_folder_inside_the_input_is_never_read() {
    let context = TestContext::with_plans();
    let output = context.input().join("records of mine");
    let run = || {
        let mut command = diarium();
        command
            .arg("run")
            .arg(context.input())
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
fn unprintable_names_are_escaped() {
    let context = TestContext::with(&[("two\nlines\u{1b}.txt", PLAN.as_bytes())]);
    assert_exit(&context.run(&["-vv"]), 0);
    let records = context.records();
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
    let context = TestContext::with(&files);
    assert_exit(&context.run(&[]), 0);
    assert_eq!(context.records().len(), 2);
    assert_exit(&context.run(&[]), 0);
    assert_eq!(context.counts()["unchanged"], 2);
}

#[test]
fn documents_and_records_are_shown() {
    let context = TestContext::with_plans();
    assert_exit(&context.run(&[]), 0);
    for file in [
        context.input().join("plan.txt"),
        context.output().join("records/plan.txt.json"),
    ] {
        let shown = diarium().arg("show").arg(&file).output().unwrap();
        assert_exit(&shown, 0);
        assert!(stdout(&shown).contains("plan.txt"));
        assert!(!stdout(&shown).contains('\u{1b}'));
    }
    let colored = diarium()
        .args(["show", "--color", "always"])
        .arg(context.input().join("plan.txt"))
        .output()
        .unwrap();
    assert!(stdout(&colored).contains('\u{1b}'));
}

#[test]
fn a_document_that_cannot_be_shown_says_why() {
    let context = TestContext::with(&[("nothing.txt", b"")]);
    let shown = diarium()
        .arg("show")
        .arg(context.input().join("nothing.txt"))
        .output()
        .unwrap();
    assert_exit(&shown, 1);
    assert!(stderr(&shown).contains("empty"));
}

#[test]
fn check_reports_damaged_and_missing_records() {
    let context = TestContext::with_plans();
    assert_exit(&context.run(&[]), 0);
    let well = context.on_output(&["check"]);
    assert_exit(&well, 0);
    assert!(stdout(&well).ends_with("2 records checked, all valid\n"));

    fs::write(context.output().join("records/plan.txt.json"), "{}").unwrap();
    fs::remove_file(context.output().join("records/2009/ansökan.txt.json")).unwrap();
    let broken = context.on_output(&["check"]);
    assert_exit(&broken, 1);
    let told = stdout(&broken);
    assert!(told.contains("plan.txt.json: /: is not a record"), "{told}");
    assert!(
        told.contains("ansökan.txt.json: /: the catalogue lists this record"),
        "{told}"
    );
}

#[test]
fn a_users_own_kind_is_found_and_checked() {
    let context = TestContext::with(&[("dikt.txt", "SONETT\n\nProjektnamn: Rosen\n".as_bytes())]);
    let profiles = context.folder.path().join("profiles");
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

    let before = context.run(&[]);
    assert_exit(&before, 0);
    assert_exit(&context.run(&["--profiles", profiles]), 0);
    assert_eq!(context.counts()["done"], 1, "other profiles, other record");
    let record = &context.records()["dikt.txt.json"];
    let record: serde_json::Value = serde_json::from_slice(record).unwrap();
    assert_eq!(record["schema"], "poem/3");

    assert_exit(&context.on_output(&["check", "--profiles", profiles]), 0);
    let list = diarium()
        .args(["profile", "list", "--profiles", profiles])
        .output()
        .unwrap();
    assert!(stdout(&list).contains("A poem"));
}

#[test]
fn status_prints_json() {
    let context = TestContext::with_plans();
    assert_exit(&context.run(&[]), 0);
    let status = context.on_output(&["status", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(report["outcomes"]["done"], 2);
    assert_eq!(report["runs"][0]["outcome"], "finished");
}

#[test]
fn stats_prints_json_or_an_html_page() {
    let context = TestContext::with_plans();
    assert_exit(&context.run(&[]), 0);
    let counted = context.on_output(&["stats", "--json"]);
    assert_exit(&counted, 0);
    let counted: serde_json::Value = serde_json::from_str(stdout(&counted)).unwrap();
    assert_eq!(counted["records"], 2);
    let page = context.output().with_file_name("page.html");
    let told = context.on_output(&["stats", "--html", page.to_str().unwrap()]);
    assert_exit(&told, 0);
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && !page.contains("http:") && !page.contains("<script"));
}

#[test]
fn a_json_log_has_one_object_per_line() {
    let context = TestContext::with(&[("nothing.txt", b""), ("plan.txt", PLAN.as_bytes())]);
    let output = context.run(&["--log-format", "json"]);
    assert_exit(&output, 1);
    let lines: Vec<serde_json::Value> = stderr(&output)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(last["message"], "run ended");
    // A parser keeps the last of several equal keys, so that only the text shows them.
    let text = stderr(&output).lines().last().unwrap();
    for key in last.as_object().unwrap().keys() {
        assert_eq!(text.matches(&format!("\"{key}\":")).count(), 1, "{key}");
    }
    assert_eq!(last["failed"], 1);
    assert!(lines.iter().any(|line| line["path"] == "nothing.txt"));
}

#[test]
fn quiet_prints_nothing() {
    let context = TestContext::with_plans();
    let output = context.run(&["-q"]);
    assert_exit(&output, 0);
    assert!(output.stderr.is_empty() && output.stdout.is_empty());
}

#[test]
fn a_closed_output_pipe_is_not_an_error() {
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
fn doctor_reports_no_problem() {
    let output = diarium().arg("doctor").output().unwrap();
    assert_exit(&output, 0);
    assert!(stdout(&output).contains(env!("CARGO_PKG_VERSION")));
    assert!(stdout(&output).contains("PP-OCR"));
}
