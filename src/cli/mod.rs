//! Command-line interface: arguments, output, messages and exit codes.
//!
//! [`main`] parses the command line, calls the command's module and turns its result into an exit code.
//! Results go to standard output, messages and progress to standard error. No other module prints.

mod arguments;
mod check;
mod diff;
mod doctor;
mod eval;
mod exit;
mod export;
mod forget;
mod format;
mod formats;
mod generate;
mod letterhead;
mod logging;
mod merge;
mod processing;
mod profile;
mod progress;
mod redaction;
mod run;
mod run_summary;
mod sanitize;
mod show;
mod signals;
mod stats;
mod status;
mod terminal;
mod text_report;
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
        // Printed without the log, whose options are part of what could not be parsed.
        Err(error) => return exit::print_command_line_error(&error),
    };
    let logging = logging::start(&arguments.global);
    match dispatch(&arguments, &logging) {
        Ok(exit) => exit.into(),
        // As for `cat FILE | head`: the reader had enough, and a script with `pipefail` should go on.
        Err(error) if exit::is_broken_pipe(&error) => Exit::Success.into(),
        Err(error) => {
            logging.error(&error);
            Exit::from_error(&error).into()
        }
    }
}

fn dispatch(arguments: &Arguments, logging: &logging::Logging) -> anyhow::Result<Exit> {
    let terminal = terminal::Terminal::stdout(arguments.global.color);
    match &arguments.command {
        Command::Run(options) => run::run(options, logging),
        Command::Forget(options) => forget::run(options, logging),
        Command::Merge(options) => merge::run(options, logging),
        Command::Show(options) => show::run(options, terminal, logging),
        Command::Check(options) => check::run(options, logging),
        Command::Status(options) => status::run(options, terminal),
        Command::Stats(options) => stats::run(options, terminal),
        Command::Eval(options) => eval::run(options, terminal),
        Command::Diff(options) => diff::run(options),
        Command::Export(options) => export::run(options, logging),
        Command::Doctor(options) => doctor::run(options),
        Command::Formats(options) => formats::run(options, terminal),
        Command::Letterhead(options) => letterhead::run(options, logging),
        Command::Profile(options) => profile::run(options, terminal),
        Command::Completions(options) => generate::completions(options),
        Command::Manual => generate::manual(),
        Command::Worker(options) => worker::run(options),
    }
}
