//! Process isolation: a document that crashes or blocks its worker affects no other document.
//!
//! `DIARIUM_FAULT` injects faults. Debug builds contain fault injection, release builds only with the
//! feature `fault-injection`; other builds have none of these tests.

use std::io::{BufRead, BufReader};
use std::process::{Output, Stdio};

use crate::support::cli::{PLAN, TestContext, assert_exit, stderr, stdout};
#[cfg(target_os = "linux")]
use crate::support::cli::{children, signal};

fn context(names: &[&str]) -> TestContext {
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, PLAN.as_bytes())).collect();
    TestContext::with(&files)
}

fn run(context: &TestContext, faults: &str, options: &[&str]) -> Output {
    context
        .command(options)
        .env("DIARIUM_FAULT", faults)
        .output()
        .unwrap()
}

#[test]
fn crashing_documents_are_quarantined_with_the_reason_and_affect_no_other() {
    let deaths = [
        ("abort", "killed by signal 6"),
        ("exit", "ended with code 7"),
        ("grow", "out of memory"),
        ("overflow", "stack overflow"),
    ];
    let mut names = deaths.map(|(name, _)| name).to_vec();
    names.extend(["a", "good", "z"]);
    let context = context(&names);
    let faults = deaths.map(|(name, _)| format!("{name}={name}")).join(" ");
    let bounds = ["--timeout", "8", "--memory", "400M", "--jobs", "2"];

    assert_exit(&run(&context, &faults, &bounds), 1);
    let counts = context.counts();
    assert_eq!(
        (&counts["done"], &counts["quarantined"]),
        (&3.into(), &4.into())
    );
    assert_eq!(context.records().len(), 3);
    let status = context.on_output(&["status"]);
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

    assert_exit(&context.run(&bounds), 1);
    assert_eq!(
        context.counts()["failed_earlier"],
        4,
        "tried again without need"
    );
    assert_exit(
        &context.run(&[&bounds[..], &["--retry-failed"]].concat()),
        0,
    );
    assert_eq!(context.counts()["done"], 4);
}

/// What `status` says, on one line.
fn status(context: &TestContext) -> String {
    let status = context.on_output(&["status"]);
    let words: Vec<&str> = stdout(&status).split_whitespace().collect();
    words.join(" ")
}

#[cfg(target_os = "linux")]
#[test]
fn documents_that_spin_or_block_are_quarantined_with_the_exceeded_limit() {
    let context = context(&["good", "spin", "wait"]);
    let faults = "spin=spin hang=wait";
    assert_exit(
        &run(&context, faults, &["--timeout", "0.5", "--jobs", "2"]),
        1,
    );
    assert_eq!(context.counts()["quarantined"], 2);
    assert_eq!(context.counts()["done"], 1);
    let told = status(&context);
    for reason in [
        "spin (quarantined) no progress in 0.5 s of CPU time",
        "wait (quarantined) no progress for 5 s (10 times --timeout)",
    ] {
        assert!(told.contains(reason), "{told}");
    }
}

/// Runs with faults that kill workers, without waits between attempts.
#[cfg(target_os = "linux")]
fn run_with_kills(context: &TestContext, faults: &str, options: &[&str]) -> Output {
    let counts = tempfile::tempdir().unwrap();
    let mut command = context.command(options);
    command.env("DIARIUM_FAULT", faults);
    command.env("DIARIUM_FAULT_COUNTS", counts.path());
    command.env("DIARIUM_FAULT_WAIT_MS", "0");
    command.output().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn thirty_workers_killed_from_outside_lose_no_record() {
    let killed = ["b", "c", "d", "f", "g", "h"];
    let mut names = killed.to_vec();
    names.extend(["a", "e", "i"]);
    let context = context(&names);
    let faults = killed.map(|name| format!("kill-5={name}")).join(" ");
    assert_exit(&run_with_kills(&context, &faults, &["--jobs", "2"]), 0);
    assert_eq!(context.records().len(), 9);
}

#[cfg(target_os = "linux")]
#[test]
fn documents_whose_workers_are_always_killed_while_others_end_are_quarantined() {
    for (faults, quarantined) in [("kill=b kill=c", 2), ("kill=d", 1)] {
        let context = context(&["a", "b", "c", "d"]);
        assert_exit(&run_with_kills(&context, faults, &["--jobs", "1"]), 1);
        assert_eq!(context.counts()["quarantined"], quarantined);
        assert_eq!(context.records().len(), 4 - quarantined);
        let told = status(&context);
        assert!(
            told.contains("killed by signal 9") && told.contains("each of 5 times"),
            "{told}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_that_kills_every_worker_stops_the_run_and_quarantines_nothing() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    for (killed, runs) in [(2, 1), (9, 4)] {
        let context = context(&names[..killed]);
        let faults: Vec<String> = names.iter().map(|name| format!("kill={name}")).collect();
        for _ in 0..runs {
            let stopped = run_with_kills(&context, &faults.join(" "), &["--jobs", "2"]);
            assert_exit(&stopped, 3);
            let told = stderr(&stopped);
            assert!(
                told.contains("worker processes are killed from outside (killed by signal 9"),
                "{told}"
            );
        }
        assert_exit(&context.run(&[]), 0);
        assert_eq!(context.records().len(), killed);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_killed_before_it_begins_a_document_counts_against_no_document() {
    let context = context(&["a", "b", "c"]);
    let killed = run_with_kills(&context, "idle-kill-6=b", &["--jobs", "1"]);
    assert_exit(&killed, 0);
    assert!(
        !stderr(&killed).contains("tried again"),
        "{}",
        stderr(&killed)
    );
    assert_eq!(context.records().len(), 3);
}

#[test]
fn a_document_that_kills_every_run_is_quarantined_in_the_end() {
    let context = context(&["a", "bad", "z"]);
    for _ in 0..4 {
        let killed = run(&context, "orphan=bad", &["--jobs", "1"]);
        assert_eq!(killed.status.code(), None, "{}", stderr(&killed));
    }
    assert_eq!(context.records().len(), 2, "its neighbors wait for it");
    assert_exit(&run(&context, "orphan=bad", &["--jobs", "1"]), 1);
    assert_eq!(context.counts()["quarantined"], 1);
    assert_exit(&run(&context, "orphan=bad", &["--jobs", "1"]), 1);
    assert_eq!(context.counts()["failed_earlier"], 1);
    assert_exit(&context.run(&["--retry-failed"]), 0);
    assert_eq!(context.records().len(), 3);
}

#[test]
fn a_full_disk_stops_the_run_and_the_next_run_continues() {
    for fault in ["disk-full", "no-permission"] {
        let context = context(&["a", "b", "c"]);
        let stopped = run(&context, &format!("{fault}=b"), &["--jobs", "1"]);
        assert_exit(&stopped, 3);
        assert!(
            stderr(&stopped).contains("b cannot be written"),
            "{}",
            stderr(&stopped)
        );
        assert_exit(&context.run(&[]), 0);
        assert_eq!(context.records().len(), 3);
        assert_eq!(context.counts()["unchanged"], 1, "what was done was lost");
    }
}

#[test]
fn machine_faults_in_run_after_run_do_not_quarantine_a_document() {
    for fault in ["disk-full", "no-permission"] {
        let context = context(&["a", "b", "c"]);
        for _ in 0..4 {
            assert_exit(&run(&context, &format!("{fault}=b"), &["--jobs", "1"]), 3);
        }
        assert_exit(&context.run(&[]), 0);
        assert_eq!(context.records().len(), 3);
    }
}

#[test]
fn workers_that_do_not_start_stop_the_run() {
    let context = context(&["a"]);
    let stopped = context.run(&["--memory", "1M"]);
    assert_exit(&stopped, 3);
    assert!(
        stderr(&stopped).contains("do not come up"),
        "{}",
        stderr(&stopped)
    );
}

/// A terminal signals every process of its group, a service manager every process of the service.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_finishes_the_documents_in_progress() {
    let context = TestContext::mixed(40);
    let mut command = context.command(&["--ocr", "never", "-vv", "--log-format", "json"]);
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
    let counts = context.counts();
    assert_eq!(counts["quarantined"], 0);
    assert_eq!(counts["done"], context.records().len());

    let second = context.run(&["--ocr", "never"]);
    assert_exit(&second, 1);
    let again = context.counts();
    assert_eq!(again["unchanged"], counts["done"]);
    assert_eq!(again["found"], 40);
    assert_eq!(again["quarantined"], 0);
}
