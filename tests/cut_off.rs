//! Does a run that is cut off anywhere leave nothing half, lost or doubled?
//!
//! Runs over a mixed folder, and workers of such runs, are killed at many points; in the end the
//! output folder is byte for byte what a run that nobody cut off makes. More of it, such as the 200
//! kills over 500 documents that a release should stand:
//!
//! ```text
//! CUT_OFF_KILLS=200 CUT_OFF_DOCUMENTS=500 cargo test --test cut_off -- --nocapture
//! ```

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod house;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

use house::{Dice, House, assert_exit, stdout};
use serde_json::Value;

/// A worker that dies, or a supervisor that does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Victim {
    Supervisor,
    Worker,
}

/// The options of every run: pictures are left out, which take seconds a page.
const OPTIONS: [&str; 4] = ["--jobs", "2", "--ocr", "never"];

#[test]
fn a_run_that_was_killed_anywhere_ends_like_one_that_was_not() {
    let kills = number("CUT_OFF_KILLS", 20);
    let documents = number("CUT_OFF_DOCUMENTS", 40);
    let whole = House::mixed(documents);
    assert_exit(&whole.run(&OPTIONS), 1);

    let cut = House::mixed(documents);
    let mut dice = Dice::new(0x5eed);
    let mut killed = [0, 0];
    while killed.iter().sum::<usize>() < kills {
        let victim = match dice.below(2) {
            0 => Victim::Supervisor,
            _ => Victim::Worker,
        };
        // Every other run has everything to do, also where records stand already.
        let options: &[&str] = if dice.below(2) == 0 {
            &["--force"]
        } else {
            &[]
        };
        if kill(&cut, victim, options, documents, &mut dice) {
            killed[victim as usize] += 1;
            println!("{killed:?} supervisors and workers killed");
        }
    }
    // What only runs that were cut off have seen is known from the last one on.
    assert_exit(&cut.run(&OPTIONS), 1);
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

/// Starts a run and kills somebody at some point of it; whether anybody was still there.
fn kill(
    house: &House,
    victim: Victim,
    options: &[&str],
    documents: usize,
    dice: &mut Dice,
) -> bool {
    let mut command = house.command(&OPTIONS);
    command.args(options).args(["-vv", "--log-format", "json"]);
    let mut child = command
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // So many lines of its log, and a moment.
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    for _ in 0..dice.below(documents + 2) {
        if log.next().is_none() {
            break;
        }
    }
    for _ in 0..dice.below(1 << 22) {
        std::hint::spin_loop();
    }
    let hit = match victim {
        Victim::Supervisor => child.try_wait().unwrap().is_none() && child.kill().is_ok(),
        Victim::Worker => workers(&child)
            .first()
            .is_some_and(|worker| kill_process(*worker)),
    };
    // A log that nobody reads would stop the run.
    log.for_each(drop);
    let status = child.wait().unwrap();
    let expected = match (victim, hit) {
        (Victim::Supervisor, true) => None,
        _ => Some(1),
    };
    assert_eq!(status.code(), expected, "{victim:?}");
    hit
}

/// The processes whose parent is this one.
fn workers(parent: &Child) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(1) == Some(&parent.id().to_string())
    };
    numbers.filter(is_child).collect()
}

fn kill_process(process: u32) -> bool {
    let mut command = Command::new("kill");
    command
        .args(["-9", &process.to_string()])
        .status()
        .unwrap()
        .success()
}

fn outcomes(house: &House) -> Value {
    let status = house.on_output(&["status", "--json"]);
    let report: Value = serde_json::from_str(stdout(&status)).unwrap();
    report["outcomes"].clone()
}

fn difference(one: &House, other: &House) -> String {
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
