//! Crash recovery: a run that is killed at any point loses no record and makes none twice.
//!
//! Runs over a mixed folder, and workers of such runs, are killed at many points. In the end the output
//! folder equals, byte for byte, that of an uninterrupted run. A longer test, with the numbers for a
//! release:
//!
//! ```text
//! CUT_OFF_KILLS=200 CUT_OFF_DOCUMENTS=500 cargo test --test it crash_recovery -- --nocapture
//! ```

use std::env;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::cli::{Rng, TestContext, assert_exit, children, signal, stdout};
use serde_json::Value;

/// The options of every run: OCR is off, because it takes seconds a page.
const OPTIONS: [&str; 4] = ["--jobs", "2", "--ocr", "never"];

#[test]
fn a_run_killed_at_any_point_ends_with_the_records_of_an_uninterrupted_one() {
    let kills = number("CUT_OFF_KILLS", 20);
    let documents = number("CUT_OFF_DOCUMENTS", 40);
    let whole = TestContext::mixed(documents);
    assert_exit(&whole.run(&OPTIONS), 1);

    let cut = TestContext::mixed(documents);
    let mut rng = Rng::new(0x5eed);
    let (mut workers, mut supervisors) = (0, 0);
    while workers + supervisors < kills {
        let killed = cut_off(&cut, documents, &mut rng);
        workers += killed.0;
        supervisors += killed.1;
        println!("killed so far: {workers} workers, {supervisors} supervisors");
    }
    // What only runs that were cut off have seen is known from the last one on.
    assert_exit(&cut.run(&OPTIONS), 1);
    println!("killed: {workers} workers, {supervisors} supervisors, {documents} documents");
    assert!(
        cut.records() == whole.records(),
        "{}",
        difference(&cut, &whole)
    );
    assert_eq!(outcomes(&cut), outcomes(&whole));
    assert_exit(&cut.on_output(&["check"]), 0);
    assert_exit(&cut.run(&OPTIONS), 1);
    assert_eq!(cut.counts()["done"], 0);
}

#[test]
fn thirty_workers_killed_at_random_lose_no_record() {
    let whole = TestContext::mixed(9);
    assert_exit(&whole.run(&OPTIONS), 1);
    let context = TestContext::mixed(9);
    let mut command = context.command(&OPTIONS);
    command
        .stderr(Stdio::null())
        .env("DIARIUM_FAULT_WAIT_MS", "1");
    let mut run = command.spawn().unwrap();
    let mut kills = 0;
    while kills < 30 && run.try_wait().unwrap().is_none() {
        let workers = children(&run).into_iter();
        kills += workers.filter(|worker| signal("KILL", *worker)).count();
    }
    // The run may go on, or stop because nothing comes to its end any more.
    let code = run.wait().unwrap().code();
    assert!(matches!(code, Some(1 | 3)), "{code:?}");
    assert_exit(&context.run(&OPTIONS), 1);
    assert!(context.records() == whole.records());
    assert_eq!(outcomes(&context), outcomes(&whole));
}

/// Starts a run and kills a worker of it, the supervisor, or both, each at some point. Returns how many
/// workers and how many supervisors were killed.
fn cut_off(context: &TestContext, documents: usize, rng: &mut Rng) -> (usize, usize) {
    let mut command = context.command(&OPTIONS);
    command.args(["-vv", "--log-format", "json"]);
    // Every other run has everything to do, also where records stand already.
    command.args((rng.below(2) == 0).then_some("--force"));
    command.stderr(Stdio::piped()).stdout(Stdio::null());
    let mut run = command.spawn().unwrap();
    let mut log = BufReader::new(run.stderr.take().unwrap()).lines();
    let (mut dead_workers, mut dead) = (0, false);
    if rng.below(2) == 0 {
        wait(&mut log, documents, rng);
        let worker = children(&run).into_iter().next();
        dead_workers += usize::from(worker.is_some_and(|worker| signal("KILL", worker)));
    }
    if dead_workers == 0 || rng.below(4) > 0 {
        wait(&mut log, documents / 2, rng);
        dead = run.try_wait().unwrap().is_none() && run.kill().is_ok();
    }
    // A log that nobody reads would stop the run.
    log.for_each(drop);
    let status = run.wait().unwrap();
    if !dead {
        assert_eq!(
            status.code(),
            Some(1),
            "the death of a worker stopped the run"
        );
    }
    (dead_workers, usize::from(status.code().is_none()))
}

/// Waits until a run has logged some lines, and a moment more.
fn wait(log: &mut impl Iterator, most: usize, rng: &mut Rng) {
    for _ in 0..rng.below(most + 2) {
        if log.next().is_none() {
            break;
        }
    }
    for _ in 0..rng.below(1 << 22) {
        std::hint::spin_loop();
    }
}

fn outcomes(context: &TestContext) -> Value {
    let status = context.on_output(&["status", "--json"]);
    let report: Value = serde_json::from_str(stdout(&status)).unwrap();
    report["outcomes"].clone()
}

fn difference(one: &TestContext, other: &TestContext) -> String {
    let (one, other) = (one.records(), other.records());
    let names = one.keys().chain(other.keys());
    let differing = names.filter(|name| one.get(*name) != other.get(*name));
    differing.cloned().collect::<Vec<_>>().join(", ")
}

fn number(name: &str, usual: usize) -> usize {
    env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}
