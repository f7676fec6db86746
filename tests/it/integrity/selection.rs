//! Selection: what `--include` and `--exclude` leave out stays as it is, and companions are no failures.

use std::fs;

use super::plan;
use crate::support::cli::{TestContext, assert_exit, stderr, stdout};

fn three() -> TestContext {
    let context = TestContext::with(&[]);
    for name in ["a.txt", "1998/b.txt", "1998/c.md"] {
        context.put(&format!("in/{name}"), plan(name));
    }
    context
}

#[test]
fn a_document_that_an_option_leaves_out_is_not_deleted() {
    let context = three();
    context.ran(&[]);
    context.ran(&["--exclude", "1998/", "--prune"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("left_out", 1)]);
    context.ran(&["--include", "*.md", "--prune"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("left_out", 2)]);
    assert_eq!(context.records().len(), 3);
    context.ran(&[]);
    context.assert_counts(&[("found", 3), ("unchanged", 3)]);
}

#[test]
fn a_document_is_deleted_only_by_a_run_that_looks_for_it() {
    let context = three();
    context.ran(&[]);
    fs::remove_file(context.at("in/1998/b.txt")).unwrap();
    let planned = context.run(&["--exclude", "*.txt", "--prune", "--dry-run"]);
    assert_eq!(stdout(&planned), "");
    context.ran(&["--exclude", "*.txt", "--prune"]);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("left_out", 1)]);
    context.ran(&["--include", "1998/*.txt", "--exclude", "a.*"]);
    context.assert_counts(&[("removed", 1), ("left_out", 2)]);
}

#[test]
fn a_glob_that_cannot_be_used_is_a_usage_error() {
    let context = three();
    let run = context.run(&["--include", "[a"]);
    assert_exit(&run, 2);
    assert!(stderr(&run).contains("`[a`"), "{}", stderr(&run));
    assert!(!context.output().exists());
    let run = context.run(&["--include", "*.odt"]);
    assert_exit(&run, 0);
    assert!(stderr(&run).contains("check --include and --exclude"));
}

#[test]
fn companion_files_are_counted_and_listed_and_never_fail() {
    let context = three();
    context.put("in/Thumbs.db", [0xd0, 0xcf, 0x11, 0xe0]);
    context.put(
        "in/sida.html",
        "<html><body><p>Utlysning av medel.</p></body></html>",
    );
    context.put("in/sida_files/logo.gif", "GIF89a\0\0");
    context.put("in/sida_files/lista.js", "var lista = 1;");
    let run = context.run(&["-v"]);
    assert_exit(&run, 0);
    for line in [
        "Thumbs.db",
        "saved page sida.html",
        "Skipped 3 companion files",
    ] {
        assert!(stderr(&run).contains(line), "{}", stderr(&run));
    }
    context.assert_counts(&[("found", 4), ("done", 4), ("companions", 3)]);
    let status = context.on_output(&["status"]);
    let expected = "3 companion files of other programs";
    assert!(stdout(&status).contains(expected), "{}", stdout(&status));
    context.ran_over(&["in/Thumbs.db"], &["--dry-run"]);
}
