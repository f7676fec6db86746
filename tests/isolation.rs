//! Does a document that brings down what works on it cost no other anything?
//!
//! `DIARIUM_FAULT` says where faults are injected. Debug builds contain this, release builds only with
//! the feature `fault-injection`.

#![cfg(all(unix, any(feature = "fault-injection", debug_assertions)))]
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
        (&3.into(), &4.into())
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
        4,
        "tried again without need"
    );
    assert_exit(&house.run(&[&bounds[..], &["--retry-failed"]].concat()), 0);
    assert_eq!(house.counts()["done"], 4);
}

/// What `status` says, on one line.
fn status(house: &House) -> String {
    let status = house.on_output(&["status"]);
    let words: Vec<&str> = stdout(&status).split_whitespace().collect();
    words.join(" ")
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_spins_and_one_that_waits_are_quarantined_with_the_limit_they_exceeded() {
    let house = house(&["good", "spin", "wait"]);
    let faults = "spin=spin hang=wait";
    assert_exit(
        &run(&house, faults, &["--timeout", "0.5", "--jobs", "2"]),
        1,
    );
    assert_eq!(house.counts()["quarantined"], 2);
    assert_eq!(house.counts()["done"], 1);
    let told = status(&house);
    for reason in [
        "spin (quarantined) no progress in 0.5 s of CPU time",
        "wait (quarantined) no progress for 5 s (10 times --timeout)",
    ] {
        assert!(told.contains(reason), "{told}");
    }
}

/// Runs with faults that kill workers, without waits between attempts.
#[cfg(target_os = "linux")]
fn run_with_kills(house: &House, faults: &str, options: &[&str]) -> Output {
    let counts = tempfile::tempdir().unwrap();
    let mut command = house.command(options);
    command.env("DIARIUM_FAULT", faults);
    command.env("DIARIUM_FAULT_COUNTS", counts.path());
    command.env("DIARIUM_FAULT_WAIT_MS", "0");
    command.output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn workers_killed_thirty_times_from_outside_cost_no_document_its_record() {
    let killed = ["b", "c", "d", "f", "g", "h"];
    let mut names = killed.to_vec();
    names.extend(["a", "e", "i"]);
    let house = house(&names);
    let faults = killed.map(|name| format!("kill-5={name}")).join(" ");
    assert_exit(&run_with_kills(&house, &faults, &["--jobs", "2"]), 0);
    assert_eq!(house.records().len(), 9);
}

#[cfg(target_os = "linux")]
#[test]
fn documents_whose_workers_are_always_killed_while_others_end_are_quarantined() {
    for (faults, quarantined) in [("kill=b kill=c", 2), ("kill=d", 1)] {
        let house = house(&["a", "b", "c", "d"]);
        assert_exit(&run_with_kills(&house, faults, &["--jobs", "1"]), 1);
        assert_eq!(house.counts()["quarantined"], quarantined);
        assert_eq!(house.records().len(), 4 - quarantined);
        let told = status(&house);
        assert!(
            told.contains("killed by signal 9") && told.contains("each of 5 times"),
            "{told}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_that_kills_every_worker_stops_the_run_and_no_document_is_charged() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    for (killed, runs) in [(2, 1), (9, 4)] {
        let house = house(&names[..killed]);
        let faults: Vec<String> = names.iter().map(|name| format!("kill={name}")).collect();
        for _ in 0..runs {
            let stopped = run_with_kills(&house, &faults.join(" "), &["--jobs", "2"]);
            assert_exit(&stopped, 3);
            let told = stderr(&stopped);
            assert!(
                told.contains("worker processes are killed from outside (killed by signal 9"),
                "{told}"
            );
        }
        assert_exit(&house.run(&[]), 0);
        assert_eq!(house.records().len(), killed);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_killed_before_it_begins_a_document_counts_against_none() {
    let house = house(&["a", "b", "c"]);
    let killed = run_with_kills(&house, "idle-kill-6=b", &["--jobs", "1"]);
    assert_exit(&killed, 0);
    assert!(
        !stderr(&killed).contains("tried again"),
        "{}",
        stderr(&killed)
    );
    assert_eq!(house.records().len(), 3);
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
fn machine_faults_in_run_after_run_do_not_quarantine_a_document() {
    for fault in ["disk-full", "no-permission"] {
        let house = house(&["a", "b", "c"]);
        for _ in 0..4 {
            assert_exit(&run(&house, &format!("{fault}=b"), &["--jobs", "1"]), 3);
        }
        assert_exit(&house.run(&[]), 0);
        assert_eq!(house.records().len(), 3);
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
