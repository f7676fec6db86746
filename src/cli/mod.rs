//! What does the person see?
//!
//! The only room that prints. Results go to standard output, progress and messages to standard
//! error; one file a command. [`main`] parses the command line, hands it to its command and turns
//! what comes back into an exit code.

mod arguments;
mod check;
mod completions;
mod diff;
mod doctor;
mod eval;
mod exit;
mod export;
mod forget;
mod logging;
mod manual;
mod merge;
mod message;
mod plain;
mod profile;
mod progress;
mod reading;
mod redaction;
mod run;
mod show;
mod stats;
mod status;
mod terminal;
mod worker;

use std::process::ExitCode;

use clap::Parser;

use crate::panic_guard::install_panic_hook;
use arguments::{Arguments, Command};

pub(crate) use exit::Exit;

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    install_panic_hook();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::of_command_line(&error),
    };
    let logging = logging::start(&arguments.global);
    match dispatch(&arguments, &logging) {
        Ok(exit) => exit.into(),
        Err(error) if exit::is_broken_pipe(&error) => Exit::Success.into(),
        Err(error) => {
            logging.error(&error);
            Exit::of(&error).into()
        }
    }
}

fn dispatch(arguments: &Arguments, logging: &logging::Logging) -> anyhow::Result<Exit> {
    let style = terminal::Style::of_standard_output(arguments.global.color);
    match &arguments.command {
        Command::Run(options) => run::run(options, logging),
        Command::Forget(options) => forget::run(options, logging),
        Command::Merge(options) => merge::run(options, logging),
        Command::Show(options) => show::run(options, &style, logging),
        Command::Check(options) => check::run(options, logging),
        Command::Status(options) => status::run(options, &style),
        Command::Stats(options) => stats::run(options, &style),
        Command::Eval(options) => eval::run(options, &style),
        Command::Diff(options) => diff::run(options),
        Command::Export(options) => export::run(options, logging),
        Command::Doctor(options) => doctor::run(options),
        Command::Profile(options) => profile::run(options, &style),
        Command::Completions(options) => completions::run(options),
        Command::Manual => manual::run(),
        Command::Worker(options) => worker::run(options),
    }
}
