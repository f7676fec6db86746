//! `diarium profile`: which document types are known, and how is one made?

mod draft;
mod examples;
mod lint;
mod test;

use std::io::{self, Write};

use super::arguments::{Profile, ProfileCommand};
use super::exit::{Exit, Usage};
use super::show::sheet::{Cell, Look, Sheet};
use super::terminal::Style;
use crate::extractor::Extractor;
use diarium_extract::profile::Profiles;
use diarium_read as read;

/// Lists the profiles, prints one as its author wrote it, tries them out, or drafts a new one.
pub(super) fn run(arguments: &Profile, style: &Style) -> anyhow::Result<Exit> {
    let own = arguments.profiles.as_deref();
    // Not before the command is known: to lint, profiles need not load.
    let load = || Extractor::load(own, read::Options::default());
    let (text, exit) = match &arguments.command {
        ProfileCommand::List => (list(load()?.profiles(), style), Exit::Success),
        ProfileCommand::Show { name } => (declaration(load()?.profiles(), name)?, Exit::Success),
        ProfileCommand::Lint { folder } => lint::run(folder.as_deref().or(own))?,
        ProfileCommand::Test => test::run(own, &load()?, style)?,
        ProfileCommand::New(options) => (draft::run(options, &load()?, style)?, Exit::Success),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit)
}

fn list(profiles: &Profiles, style: &Style) -> String {
    let mut sheet = Sheet::new(*style);
    let rows: Vec<Vec<Cell>> = profiles
        .iter()
        .map(|profile| {
            vec![
                Cell::words(&profile.name).look(Look::Bold),
                Cell::words(format!("/{}", profile.version)).look(Look::Dim),
                Cell::words(&profile.description),
            ]
        })
        .collect();
    sheet.table(&rows, 2);
    sheet.text().to_owned()
}

fn declaration(profiles: &Profiles, name: &str) -> Result<String, Usage> {
    if let Some(profile) = profiles.get(name) {
        return Ok(profile.source.clone());
    }
    let alike = |known: &str| strsim::jaro_winkler(known, name);
    let nearest = profiles
        .iter()
        .max_by(|one, other| alike(&one.name).total_cmp(&alike(&other.name)));
    let hint = nearest.map_or(String::new(), |profile| {
        format!("did you mean {}? ", profile.name)
    });
    Err(Usage(format!(
        "there is no profile {name}; {hint}diarium profile list names them all"
    )))
}
