//! `diarium worker`: how does a run start its workers, and what are they told?
//!
//! Hidden: only a run starts it, and both ends of what they say to each other are in
//! [`pipeline`](crate::pipeline).

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::ValueEnum;

use super::arguments::{Run, Worker};
use super::exit::Exit;
use super::run::{read_options, renditions};
use crate::extractor::Extractor;
use crate::pipeline::{self, RunContext, Workers};
use crate::readings::{Access, ReadingCache};

/// Works for the run that started it.
pub(super) fn run(arguments: &Worker) -> anyhow::Result<Exit> {
    pipeline::restrict_worker(arguments.memory)?;
    // Those who interrupt a run, a terminal or a service manager, may signal all its processes. When
    // to end is for the run to say: it closes our input.
    ctrlc::set_handler(|| {}).context("signals cannot be caught")?;
    let mut read = read_options(&arguments.processing)?;
    read.heartbeat = pipeline::heartbeat();
    let access = match arguments.refresh_readings {
        true => Access::Refresh,
        false => Access::Use,
    };
    let limit = arguments.processing.readings_limit;
    let extractor = Extractor::load(arguments.processing.profiles.as_deref(), read)?;
    let readings = ReadingCache::new(&arguments.out, limit, access);
    let context = RunContext::new(extractor, renditions(&arguments.processing), readings);
    pipeline::serve(context, arguments.out.clone())?;
    Ok(Exit::Success)
}

/// How a run with these arguments starts its workers.
pub(super) fn command(run: &Run) -> anyhow::Result<Workers> {
    Ok(Workers {
        program: program()?,
        arguments: arguments(run),
        memory: run.memory,
        timeout: run.timeout,
    })
}

fn arguments(run: &Run) -> Vec<OsString> {
    let processing = &run.processing;
    let mut arguments: Vec<OsString> = vec!["worker".into()];
    let mut option = |name: &str, value: OsString| arguments.extend([name.into(), value]);
    option("--out", run.out.clone().into());
    option("--memory", run.memory.to_string().into());
    if let Some(folder) = &processing.profiles {
        option("--profiles", folder.into());
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
    let engine = &processing.reading.engine;
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
    let asked = flags.into_iter().filter(|(_, is_asked)| *is_asked);
    arguments.extend(asked.map(|(name, _)| name.into()));
    arguments
}

/// This program, also where it was replaced by another version since it was started.
fn program() -> anyhow::Result<PathBuf> {
    let program = env::current_exe().context("the program does not find itself")?;
    let itself = Path::new("/proc/self/exe");
    Ok(match !program.exists() && itself.exists() {
        true => itself.to_owned(),
        false => program,
    })
}
