//! `diarium manual`: what does the manual page say?

use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::arguments::Arguments;
use super::exit::Exit;

/// Prints one page for all commands, in roff.
pub(super) fn run() -> anyhow::Result<Exit> {
    io::stdout().lock().write_all(page()?.as_bytes())?;
    Ok(Exit::Success)
}

fn page() -> io::Result<String> {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    for inner in command.get_subcommands() {
        page.extend(chapter(inner)?);
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// A command's own sections as subsections of one.
fn chapter(command: &Command) -> io::Result<Vec<u8>> {
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
    fn the_page_tells_of_every_command_and_its_options() {
        let page = page().unwrap();
        for words in ["DIARIUM RUN", "DIARIUM STATUS", "retry\\-failed"] {
            assert!(page.contains(words), "{words}");
        }
    }
}
