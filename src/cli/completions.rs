//! `diarium completions`: how does a shell learn the command line?

use std::io::{self, Write};

use clap::CommandFactory;

use super::arguments::{Arguments, Completions};
use super::exit::Exit;

/// Prints the script.
pub(super) fn run(arguments: &Completions) -> anyhow::Result<Exit> {
    // Made whole first: the generator panics where its writer fails, as a closed pipe does.
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "diarium", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Success)
}
