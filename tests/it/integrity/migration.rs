//! Migration: an output folder of the previous version opens, once, and loses nothing.

use std::fs;

use rusqlite::Connection;

use super::plan;
use crate::support::cli::{TestContext, assert_exit};

/// Takes the catalogue of an output folder back to version 3, as that described the same files.
fn make_older(context: &TestContext) {
    let file = context.at("out/catalogue.db");
    let new = Connection::open(&file).unwrap();
    let old = Connection::open(context.at("old.db")).unwrap();
    for step in [
        include_str!("../../../src/catalogue/migrations/version_1.sql"),
        include_str!("../../../src/catalogue/migrations/version_2.sql"),
        include_str!("../../../src/catalogue/migrations/version_3.sql"),
    ] {
        old.execute_batch(step).unwrap();
    }
    old.execute_batch(
        "pragma user_version = 3;
         insert into runs (started, version, profiles, engine, options)
             values ('2026-11-22T06:00:00Z', '0.1.0', 'p', 'e', '{}')",
    )
    .unwrap();
    old.execute("attach ?1 as new", [file.to_str().unwrap()])
        .unwrap();
    old.execute_batch(
        "insert into documents (path, place, id, bytes, modified_ns, fingerprint, outcome,
             failure_code, failure_message, kind, pages, warnings, duration_ms, first_run,
             last_run, seen_run, removed_run, record)
         select documents.path, roots.path || '/' || relative, id, bytes, modified_ns, 'earlier',
             outcome, failure_code, failure_message, kind, pages, warnings, duration_ms, 1, 1, 1,
             iif(removed_run is null, null, 1), record
         from new.documents join new.roots using (root);
         detach new",
    )
    .unwrap();
    new.close().unwrap();
    old.close().unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(context.at(&format!("out/catalogue.db{end}")));
    }
    fs::rename(context.at("old.db"), file).unwrap();
    fs::remove_dir_all(context.at("out/.tmp")).unwrap();
    let _ = fs::remove_dir_all(context.at("out/readings"));
}

/// Two inputs with a name in common, with copies, a document that fails, one that was removed, and
/// what a killed run left.
fn with_older_catalogue() -> TestContext {
    let context = TestContext::with(&[]);
    context.put("a/in/plan.txt", plan("Ett"));
    context.put("a/in/gone.txt", plan("Borta"));
    context.put(
        "a/in/sub/p.pdf",
        fs::read("fixtures/pdf/rotated.pdf").unwrap(),
    );
    context.put("a/in/fails.txt", "");
    context.put("b/in/plan.txt", plan("Två"));
    context.put("b/in/q.txt", plan("Tre"));
    let inputs = ["a/in", "b/in"];
    assert_exit(&context.run_over(&inputs, &["--alto"]), 1);
    fs::remove_file(context.at("a/in/gone.txt")).unwrap();
    assert_exit(&context.run_over(&inputs, &["--alto"]), 1);
    // Version 3 called the second root by its folder, without a number.
    let old = context.at("out/records/in~2/plan.txt.json");
    if old.exists() {
        fs::create_dir_all(context.at("out/records/in")).unwrap();
        let record = fs::read_to_string(&old).unwrap();
        let record = record.replace("in~2/plan.txt", "in/plan.txt");
        fs::write(context.at("out/records/in/plan.txt.json"), record).unwrap();
        fs::remove_file(old).unwrap();
        fs::remove_dir(context.at("out/records/in~2")).unwrap();
        let catalogue = Connection::open(context.at("out/catalogue.db")).unwrap();
        let rename = "update documents set path = 'in/plan.txt',
            record = 'records/in/plan.txt.json' where path = 'in~2/plan.txt'";
        catalogue.execute_batch(rename).unwrap();
    }
    make_older(&context);
    for left in [
        "records/.plan.txt.json.tmp-Ab12Cd",
        "alto/.PAGE.XML.tmp-ABCDEF",
        ".run.json.tmp-zzzzzz",
    ] {
        context.put(&format!("out/{left}"), "{");
    }
    context
}

#[test]
fn an_output_folder_of_the_previous_version_opens_and_loses_nothing() {
    let context = with_older_catalogue();
    let mut before = context.records();
    before.retain(|name, _| !name.contains(".tmp-"));
    let mut alto = context.files("alto");
    alto.retain(|name, _| !name.contains(".tmp-"));
    // To look at it, it must be brought up to date; nothing is changed by looking.
    assert_exit(&context.on_output(&["status"]), 3);

    let inputs = ["a/in", "b/in"];
    assert_exit(&context.run_over(&inputs, &["--alto"]), 1);
    context.assert_counts(&[("found", 5), ("done", 4), ("failed", 1)]);
    assert!(
        context.records() == before,
        "{:?}",
        context.records().keys()
    );
    assert!(context.files("alto") == alto);
    assert!(!context.at("out/.run.json.tmp-zzzzzz").exists());
    assert_exit(&context.on_output(&["check"]), 0);
    let status = context.status();
    let outcomes = &status["outcomes"];
    assert_eq!(
        (&outcomes["done"], &outcomes["failed"], &outcomes["removed"]),
        (&4.into(), &1.into(), &1.into())
    );
    let roots = status["roots"].as_array().unwrap().iter();
    let ends = roots.map(|root| root["path"].as_str().unwrap().ends_with("/in"));
    assert_eq!(ends.collect::<Vec<_>>(), [true, true]);
    assert_exit(&context.run_over(&inputs, &["--alto"]), 1);
    context.assert_counts(&[
        ("found", 5),
        ("unchanged", 4),
        ("failed", 1),
        ("failed_earlier", 1),
    ]);
}

#[test]
fn repairing_an_output_folder_of_the_previous_version_brings_it_up_to_date() {
    let context = with_older_catalogue();
    assert_exit(&context.on_output(&["check", "--repair"]), 0);
    assert_eq!(context.status()["outcomes"]["done"], 4);
    assert_exit(&context.on_output(&["check"]), 0);
}
