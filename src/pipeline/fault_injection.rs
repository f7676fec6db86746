//! Fault injection: make documents crash, hang or fail, for tests.
//!
//! Debug builds contain it, and builds with the feature `fault-injection`: tests can then also run
//! against an optimized program. A released program contains none of it and ignores the variables.
//!
//! - `DIARIUM_FAULT="hang=a.txt abort=b.txt"` makes the processing of these documents hang and abort,
//!   as a hostile file might, even when no real file does so any more. `kill-3=a.txt` kills the first
//!   three workers that begin the document, `idle-kill-3=a.txt` the first three that are about to
//!   begin it.
//! - `DIARIUM_FAULT_COUNTS` names a folder for the counters of these kills.
//! - `DIARIUM_FAULT_WAIT_MS` is the unit of the supervisor's waits.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Duration;
use std::{env, fs, hint, process, thread};

use crate::files;
use diarium_document::Source;

/// Injects the fault that the environment names for this document into its processing.
pub(super) fn inject_fault(source: &Source) {
    match fault_of(source).as_deref() {
        Some("abort") => process::abort(),
        // A code with which the program never ends by itself.
        Some("exit") => process::exit(7),
        Some("grow") => grow(),
        Some("hang") => loop {
            thread::park();
        },
        Some("overflow") => {
            overflow(0);
        }
        Some("spin") => loop {
            hint::spin_loop();
        },
        Some("write") => append_to(source),
        #[cfg(unix)]
        Some("orphan") => orphan(),
        #[cfg(unix)]
        Some(fault) => kill_worker(fault, "kill", source),
        _ => {}
    }
}

/// Injects a fault into a worker that has received the document and not begun it.
pub(super) fn inject_before_start(source: &Source) {
    #[cfg(unix)]
    if let Some(fault) = fault_of(source) {
        kill_worker(&fault, "idle-kill", source);
    }
}

/// The unit of the supervisor's waits, where the environment sets it.
pub(super) fn wait_unit() -> Option<Duration> {
    let milliseconds = env::var("DIARIUM_FAULT_WAIT_MS").ok()?.parse().ok()?;
    Some(Duration::from_millis(milliseconds))
}

/// Kills this process if the fault has this name, or the name and a number that is not used up.
#[cfg(unix)]
fn kill_worker(fault: &str, name: &str, source: &Source) {
    use rustix::process::{Signal, getpid, kill_process};
    let is_due = match fault.strip_prefix(name) {
        Some("") => true,
        Some(number) => counts_down(number, source),
        None => false,
    };
    if is_due {
        let _ = kill_process(getpid(), Signal::KILL);
    }
}

/// Whether fewer kills than `number` (`-3`: three) were counted for this document; counts one more.
#[cfg(unix)]
fn counts_down(number: &str, source: &Source) -> bool {
    let limit = number.strip_prefix('-').and_then(|text| text.parse().ok());
    let Some(folder) = env::var_os("DIARIUM_FAULT_COUNTS") else {
        return false;
    };
    let counter = |count| Path::new(&folder).join(format!("{}-{count}", source.relative));
    (0..limit.unwrap_or(0)).any(|count: u32| fs::File::create_new(counter(count)).is_ok())
}

/// Fails to write the record of this document if the environment says so.
pub(super) fn inject_io_error(source: &Source) -> Result<(), files::Error> {
    let kind = match fault_of(source).as_deref() {
        Some("disk-full") => ErrorKind::StorageFull,
        Some("no-permission") => ErrorKind::PermissionDenied,
        _ => return Ok(()),
    };
    Err(files::Error {
        path: source.relative.clone().into(),
        source: kind.into(),
    })
}

/// The fault that the environment names for this document.
fn fault_of(source: &Source) -> Option<String> {
    let faults = env::var("DIARIUM_FAULT").ok()?;
    let pairs = faults
        .split_whitespace()
        .filter_map(|fault| fault.split_once('='));
    let mut own = pairs.filter(|(_, name)| *name == source.relative);
    own.next().map(|(fault, _)| fault.to_owned())
}

fn grow() {
    let mut reserved = Vec::new();
    loop {
        // Reserved, not used: the process reaches its limit at once and the machine never does.
        reserved.push(std::hint::black_box(Vec::<u8>::with_capacity(16 << 20)));
    }
}

fn overflow(depth: u64) -> u64 {
    // 512 bytes per call overflow any stack at once. They are used after the inner call as well, which
    // is therefore no tail call that an optimizer could turn into a loop.
    let here = std::hint::black_box([depth; 64]);
    match here[7] {
        u64::MAX => 0,
        depth => overflow(depth + 1) + here[3],
    }
}

/// Appends to the file, as another program might that is still writing it.
fn append_to(source: &Source) {
    let file = fs::File::options().append(true).open(&source.file);
    let _ = file.and_then(|mut file| file.write_all(b"\nOch mer.\n"));
}

/// Kills the supervisor, as the kernel does when the machine runs out of memory, and waits.
#[cfg(unix)]
fn orphan() {
    use rustix::process::{Signal, getppid, kill_process};
    if let Some(supervisor) = getppid() {
        let _ = kill_process(supervisor, Signal::KILL);
    }
    loop {
        thread::park();
    }
}
