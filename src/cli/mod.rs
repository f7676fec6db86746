//! What does the person see?
//!
//! The only room that prints. Results go to standard output, progress and messages to standard
//! error; one file a command. [`main`] parses the command line, hands it to its command and turns
//! what comes back into an exit code.

mod arguments;
mod exit;
mod logging;
mod plain;
mod progress;
mod run;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

pub use exit::{Exit, Usage};

/// Runs the program with the arguments of this process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
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
    match &arguments.command {
        Command::Run(options) => run::run(options, logging),
        _ => anyhow::bail!("this command comes with the next change"),
    }
}
