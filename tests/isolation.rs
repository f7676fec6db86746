//! Does a document that brings down what works on it cost no other anything?
//!
//! Debug builds strike where `DIARIUM_FAULT` says; release builds have nothing of it, and none of
//! these tests.

#![cfg(all(unix, debug_assertions))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod house;

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use house::{House, PLAN, assert_exit, stderr, stdout};
#[cfg(target_os = "linux")]
use house::{children, signal};

fn house(names: &[&str]) -> House {
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, PLAN.as_bytes())).collect();
    House::with(&files)
}

fn run(house: &House, faults: &str, options: &[&str]) -> Output {
    house
        .command(options)
        .env("DIARIUM_FAULT", faults)
        .output()
        .unwrap()
}

#[test]
fn what_dies_in_any_way_is_quarantined_with_the_reason_and_costs_nobody_else_anything() {
    let deaths = [
        ("abort", "killed by signal 6"),
        ("exit", "ended with code 7"),
        ("grow", "out of memory"),
        ("hang", "no progress for 8 s"),
        ("overflow", "stack overflow"),
    ];
    let mut names = deaths.map(|(name, _)| name).to_vec();
    names.extend(["a", "good", "z"]);
    let house = house(&names);
    let faults = deaths.map(|(name, _)| format!("{name}={name}")).join(" ");
    let bounds = ["--timeout", "8", "--memory", "400M", "--jobs", "2"];

    assert_exit(&run(&house, &faults, &bounds), 1);
    let counts = house.counts();
    assert_eq!(
        (&counts["done"], &counts["quarantined"]),
        (&3.into(), &5.into())
    );
    assert_eq!(house.records().len(), 3);
    let status = house.on_output(&["status"]);
    let told = stdout(&status)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    for (name, reason) in deaths {
        assert!(
            told.contains(&format!("{name} (quarantined) {reason}")),
            "{told}"
        );
    }

    assert_exit(&house.run(&bounds), 1);
    assert_eq!(
        house.counts()["failed_earlier"],
        5,
        "tried again without need"
    );
    assert_exit(&house.run(&[&bounds[..], &["--retry-failed"]].concat()), 0);
    assert_eq!(house.counts()["done"], 5);
}

#[test]
fn a_document_that_takes_every_run_with_it_is_in_the_end_left_alone() {
    let house = house(&["a", "bad", "z"]);
    for _ in 0..4 {
        let killed = run(&house, "orphan=bad", &["--jobs", "1"]);
        assert_eq!(killed.status.code(), None, "{}", stderr(&killed));
    }
    assert_eq!(house.records().len(), 2, "its neighbors wait for it");
    assert_exit(&run(&house, "orphan=bad", &["--jobs", "1"]), 1);
    assert_eq!(house.counts()["quarantined"], 1);
    assert_exit(&run(&house, "orphan=bad", &["--jobs", "1"]), 1);
    assert_eq!(house.counts()["failed_earlier"], 1);
    assert_exit(&house.run(&["--retry-failed"]), 0);
    assert_eq!(house.records().len(), 3);
}

#[test]
fn a_disk_that_is_full_stops_the_run_and_the_next_goes_on() {
    for fault in ["disk-full", "no-permission"] {
        let house = house(&["a", "b", "c"]);
        let stopped = run(&house, &format!("{fault}=b"), &["--jobs", "1"]);
        assert_exit(&stopped, 3);
        assert!(
            stderr(&stopped).contains("b cannot be written"),
            "{}",
            stderr(&stopped)
        );
        assert_exit(&house.run(&[]), 0);
        assert_eq!(house.records().len(), 3);
        assert_eq!(house.counts()["unchanged"], 1, "what was done was lost");
    }
}

#[test]
fn workers_that_do_not_come_up_stop_the_run() {
    let house = house(&["a"]);
    let stopped = house.run(&["--memory", "1M"]);
    assert_exit(&stopped, 3);
    assert!(
        stderr(&stopped).contains("do not come up"),
        "{}",
        stderr(&stopped)
    );
}

/// A terminal signals all that it sees, a service manager all processes of the service.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_finishes_what_its_workers_have_in_hand() {
    let house = House::mixed(40);
    let mut command = house.command(&["--ocr", "never", "-vv", "--log-format", "json"]);
    let mut run = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(run.stderr.take().unwrap()).lines();
    let is_document = |line: &String| line.contains("\"path\"");
    assert!(
        log.by_ref()
            .map(Result::unwrap)
            .any(|line| is_document(&line))
    );
    for worker in children(&run) {
        signal("TERM", worker);
        signal("INT", worker);
    }
    signal("INT", run.id());
    log.for_each(drop);
    assert_eq!(run.wait().unwrap().code(), Some(130));
    let counts = house.counts();
    assert_eq!(counts["quarantined"], 0);
    assert_eq!(counts["done"], house.records().len());

    let second = house.run(&["--ocr", "never"]);
    assert_exit(&second, 1);
    let again = house.counts();
    assert_eq!(again["unchanged"], counts["done"]);
    assert_eq!(again["found"], 40);
    assert_eq!(again["quarantined"], 0);
}
