//! `diarium completions` and `diarium manual`: text generated from the command line's definition.

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::arguments::{Arguments, Completions};
use super::exit::Exit;

/// Prints the completion script for a shell.
pub(super) fn completions(arguments: &Completions) -> anyhow::Result<Exit> {
    // Into memory first: the generator panics if its writer fails, as a closed pipe does.
    let mut script = Vec::new();
    let mut command = Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "diarium", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Success)
}

/// Prints the manual page of all commands, in roff.
pub(super) fn manual() -> anyhow::Result<Exit> {
    io::stdout().lock().write_all(manual_page()?.as_bytes())?;
    Ok(Exit::Success)
}

fn manual_page() -> io::Result<String> {
    // `help` repeats every command. Names of subcommands are complete only after `build`.
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands() {
        page.extend(subcommand_section(subcommand)?);
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A section for a subcommand; the sections of its own page become subsections.
fn subcommand_section(command: &Command) -> io::Result<Vec<u8>> {
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name());
    let heading = name.replace('-', " ").to_uppercase();
    let man = Man::new(command.clone());
    let mut sections = Vec::new();
    man.render_description_section(&mut sections)?;
    man.render_synopsis_section(&mut sections)?;
    man.render_options_section(&mut sections)?;
    let sections = String::from_utf8_lossy(&sections).replace(".SH ", ".SS ");
    Ok(format!(".SH \"{heading}\"\n{sections}").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_page_describes_every_command_with_its_options() {
        let page = manual_page().unwrap();
        for text in ["DIARIUM RUN", "DIARIUM STATUS", "retry\\-failed"] {
            assert!(page.contains(text), "{text}");
        }
    }
}
