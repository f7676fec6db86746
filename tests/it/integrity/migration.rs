//! Migration: an output folder of the previous version opens, once, and loses nothing.

use std::fs;

use rusqlite::Connection;

use super::plan;
use crate::support::cli::{House, assert_exit};

/// Takes the catalogue of an output folder back to version 3, as that described the same files.
fn make_older(house: &House) {
    let file = house.at("out/catalogue.db");
    let new = Connection::open(&file).unwrap();
    let old = Connection::open(house.at("old.db")).unwrap();
    for step in [
        include_str!("../../../src/catalogue/schema.sql"),
        include_str!("../../../src/catalogue/incremental.sql"),
        include_str!("../../../src/catalogue/shards.sql"),
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
        let _ = fs::remove_file(house.at(&format!("out/catalogue.db{end}")));
    }
    fs::rename(house.at("old.db"), file).unwrap();
    fs::remove_dir_all(house.at("out/.tmp")).unwrap();
    let _ = fs::remove_dir_all(house.at("out/readings"));
}

/// Two inputs with a name in common, with copies, a document that fails, one that was removed, and
/// what a killed run left.
fn older_house() -> House {
    let house = House::with(&[]);
    house.put("a/in/plan.txt", plan("Ett"));
    house.put("a/in/gone.txt", plan("Borta"));
    house.put(
        "a/in/sub/p.pdf",
        fs::read("fixtures/pdf/rotated.pdf").unwrap(),
    );
    house.put("a/in/fails.txt", "");
    house.put("b/in/plan.txt", plan("Två"));
    house.put("b/in/q.txt", plan("Tre"));
    let inputs = ["a/in", "b/in"];
    assert_exit(&house.run_over(&inputs, &["--alto"]), 1);
    fs::remove_file(house.at("a/in/gone.txt")).unwrap();
    assert_exit(&house.run_over(&inputs, &["--alto"]), 1);
    // Version 3 called the second root by its folder, without a number.
    let old = house.at("out/records/in~2/plan.txt.json");
    if old.exists() {
        fs::create_dir_all(house.at("out/records/in")).unwrap();
        let record = fs::read_to_string(&old).unwrap();
        let record = record.replace("in~2/plan.txt", "in/plan.txt");
        fs::write(house.at("out/records/in/plan.txt.json"), record).unwrap();
        fs::remove_file(old).unwrap();
        fs::remove_dir(house.at("out/records/in~2")).unwrap();
        let catalogue = Connection::open(house.at("out/catalogue.db")).unwrap();
        let rename = "update documents set path = 'in/plan.txt',
            record = 'records/in/plan.txt.json' where path = 'in~2/plan.txt'";
        catalogue.execute_batch(rename).unwrap();
    }
    make_older(&house);
    for left in [
        "records/.plan.txt.json.tmp-Ab12Cd",
        "alto/.PAGE.XML.tmp-ABCDEF",
        ".run.json.tmp-zzzzzz",
    ] {
        house.put(&format!("out/{left}"), "{");
    }
    house
}

#[test]
fn an_output_folder_of_the_previous_version_opens_and_loses_nothing() {
    let house = older_house();
    let mut before = house.records();
    before.retain(|name, _| !name.contains(".tmp-"));
    let mut alto = house.files("alto");
    alto.retain(|name, _| !name.contains(".tmp-"));
    // To look at it, it must be brought up to date; nothing is changed by looking.
    assert_exit(&house.on_output(&["status"]), 3);

    let inputs = ["a/in", "b/in"];
    assert_exit(&house.run_over(&inputs, &["--alto"]), 1);
    house.assert_counts(&[("found", 5), ("done", 4), ("failed", 1)]);
    assert!(house.records() == before, "{:?}", house.records().keys());
    assert!(house.files("alto") == alto);
    assert!(!house.at("out/.run.json.tmp-zzzzzz").exists());
    assert_exit(&house.on_output(&["check"]), 0);
    let status = house.status();
    let outcomes = &status["outcomes"];
    assert_eq!(
        (&outcomes["done"], &outcomes["failed"], &outcomes["removed"]),
        (&4.into(), &1.into(), &1.into())
    );
    let roots = status["roots"].as_array().unwrap().iter();
    let ends = roots.map(|root| root["path"].as_str().unwrap().ends_with("/in"));
    assert_eq!(ends.collect::<Vec<_>>(), [true, true]);
    assert_exit(&house.run_over(&inputs, &["--alto"]), 1);
    house.assert_counts(&[
        ("found", 5),
        ("unchanged", 4),
        ("failed", 1),
        ("failed_earlier", 1),
    ]);
}

#[test]
fn repairing_an_output_folder_of_the_previous_version_brings_it_up_to_date() {
    let house = older_house();
    assert_exit(&house.on_output(&["check", "--repair"]), 0);
    assert_eq!(house.status()["outcomes"]["done"], 4);
    assert_exit(&house.on_output(&["check"]), 0);
}
