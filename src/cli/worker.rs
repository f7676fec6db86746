//! `diarium worker`: the worker process that a run starts, and its command line.
//!
//! Hidden: only a run starts it. [`pipeline`](crate::pipeline) has both ends of the protocol between
//! them. Every option that changes a record must be passed on by [`arguments`].

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::arguments::{Run, Worker};
use super::exit::Exit;
use super::processing;
use super::signals;
use crate::extractor::Extractor;
use crate::pipeline::{self, RunContext, Workers};
use crate::readings::{Access, ReadingCache};
use diarium_read::Passwords;

/// Serves the run that started this process, until it closes standard input.
pub(super) fn run(arguments: &Worker) -> anyhow::Result<Exit> {
    // First, so that the limit also holds while profiles and weights are loaded.
    pipeline::restrict_worker(arguments.memory)?;
    // Before the profiles are loaded: an interruption in between would look like a worker that was
    // killed.
    signals::ignore_signals()?;
    let mut options = processing::limited_read_options(&arguments.processing)?;
    options.heartbeat = pipeline::heartbeat();
    options.passwords = pipeline::receive_passwords()?;
    let access = if arguments.refresh_readings {
        Access::Refresh
    } else {
        Access::Use
    };
    let limit = arguments.processing.readings_limit;
    let extractor = Extractor::load(
        arguments.processing.profiles.as_deref(),
        arguments.processing.letterhead.as_deref(),
        options,
    )?;
    let readings = ReadingCache::new(&arguments.out, limit, access);
    let renditions = processing::renditions(&arguments.processing);
    let context = RunContext::new(extractor, renditions, readings);
    pipeline::serve(context, arguments.out.clone())?;
    Ok(Exit::Success)
}

/// The command that starts the workers of a run, and their limits.
///
/// # Errors
/// If the path of this program cannot be determined.
pub(super) fn command(run: &Run, passwords: Passwords) -> anyhow::Result<Workers> {
    Ok(Workers {
        program: program()?,
        arguments: arguments(run),
        memory: run.memory,
        timeout: run.timeout,
        passwords,
    })
}

/// The arguments of a worker of this run.
// Not `String`: a path need not be UTF-8.
fn arguments(run: &Run) -> Vec<OsString> {
    let processing = &run.processing;
    let engine = &processing.reading.engine;
    let mut arguments: Vec<OsString> = vec!["worker".into()];
    // Each option is written out, not copied from this process's arguments: defaults are resolved once,
    // and options of the run alone, such as --prune, are not passed on.
    let mut option = |name: &str, value: OsString| arguments.extend([name.into(), value]);
    option("--out", run.out.clone().into());
    // `--timeout` stays with the run: a worker that hangs could not enforce it.
    option("--memory", run.memory.to_string().into());
    if let Some(folder) = &processing.profiles {
        option("--profiles", folder.into());
    }
    if let Some(file) = &processing.letterhead {
        option("--letterhead", file.into());
    }
    option(
        "--readings-limit",
        processing.readings_limit.to_string().into(),
    );
    if let Some(bytes) = processing.max_bytes {
        option("--max-bytes", bytes.to_string().into());
    }
    if let Some(pages) = processing.reading.ocr.to_possible_value() {
        option("--ocr", pages.get_name().into());
    }
    if let Some(name) = engine.ocr_engine.to_possible_value() {
        option("--ocr-engine", name.get_name().into());
    }
    if let Some(languages) = &engine.ocr_language {
        option("--ocr-language", languages.into());
    }
    if let Some(folder) = &engine.ocr_models {
        option("--ocr-models", folder.into());
    }
    let flags = [
        ("--pdf", processing.pdf),
        ("--alto", processing.alto),
        ("--refresh-readings", run.force),
    ];
    let set = flags.into_iter().filter(|(_, is_set)| *is_set);
    arguments.extend(set.map(|(name, _)| name.into()));
    arguments
}

/// The path of this program.
fn program() -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("the path of this program cannot be determined")?;
    // An upgrade during a run removes the file. On Linux this link still leads to the same program,
    // so that workers that are started later speak the same protocol.
    let link = Path::new("/proc/self/exe");
    if !program.exists() && link.exists() {
        return Ok(link.to_owned());
    }
    Ok(program)
}
