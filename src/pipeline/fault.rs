//! What if this goes wrong now? For tests only: no release build has it.
//!
//! `DIARIUM_FAULT="hang=a.txt abort=b.txt"` makes what works on those documents hang and abort, the
//! way a hostile file would, but whatever the readers learn to withstand.

use std::io::{ErrorKind, Write};
use std::{env, fs, process, thread};

use crate::document::Source;
use crate::emit;

/// Does what the environment asks for with this document.
pub(super) fn strike(source: &Source) {
    match asked(source).as_deref() {
        Some("abort") => process::abort(),
        Some("exit") => process::exit(7),
        Some("grow") => grow(),
        Some("hang") => loop {
            thread::park();
        },
        Some("overflow") => {
            overflow(0);
        }
        Some("write") => write_on(source),
        #[cfg(unix)]
        Some("orphan") => orphan(),
        _ => {}
    }
}

/// Fails to write the record of this document if the environment asks for it.
pub(super) fn strike_disk(source: &Source) -> Result<(), emit::Error> {
    let kind = match asked(source).as_deref() {
        Some("disk-full") => ErrorKind::StorageFull,
        Some("no-permission") => ErrorKind::PermissionDenied,
        _ => return Ok(()),
    };
    Err(emit::Error {
        path: source.relative.clone().into(),
        source: kind.into(),
    })
}

fn asked(source: &Source) -> Option<String> {
    let faults = env::var("DIARIUM_FAULT").ok()?;
    let pairs = faults
        .split_whitespace()
        .filter_map(|fault| fault.split_once('='));
    let mut ours = pairs.filter(|(_, name)| *name == source.relative);
    ours.next().map(|(fault, _)| fault.to_owned())
}

fn grow() {
    let mut hoard = Vec::new();
    loop {
        // Asked for, not used: the bound is met at once, whatever else the machine does.
        hoard.push(std::hint::black_box(Vec::<u8>::with_capacity(16 << 20)));
    }
}

fn overflow(depth: u64) -> u64 {
    let here = std::hint::black_box([depth; 64]);
    match here[7] {
        u64::MAX => 0,
        depth => overflow(depth + 1) + here[3],
    }
}

/// Somebody else writes to the file meanwhile.
fn write_on(source: &Source) {
    let file = fs::File::options().append(true).open(&source.file);
    let _ = file.and_then(|mut file| file.write_all(b"\nOch mer.\n"));
}

/// Ends the supervisor, as the system does where the whole machine runs out of memory.
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
