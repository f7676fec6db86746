//! `diarium profile`: list, print, lint, test and draft document types.

mod examples;
mod labels;
mod lint;
mod new;

use std::io::{self, Write};

use super::arguments::{Profile, ProfileCommand};
use super::exit::{Exit, UsageError};
use super::terminal::Terminal;
use super::text_report::{Cell, Style, TextReport};
use crate::extractor::Extractor;
use diarium_extract::profile::{self, Profiles};
use diarium_read as read;

/// Runs a subcommand, and prints its text.
pub(super) fn run(arguments: &Profile, terminal: Terminal) -> anyhow::Result<Exit> {
    let folder = arguments.profiles.as_deref();
    // Loaded only by the commands that need it: `lint` reports what does not load.
    let load = || Extractor::load(folder, None, read::Options::default());
    let (text, exit) = match &arguments.command {
        ProfileCommand::List => (list(load()?.profiles(), terminal), Exit::Success),
        ProfileCommand::Show { name, labels } => {
            let extractor = load()?;
            let profile = profile(extractor.profiles(), name)?;
            let text = if *labels {
                labels::labels(profile)
            } else {
                // The TOML as its author wrote it.
                profile.source.clone()
            };
            (text, Exit::Success)
        }
        ProfileCommand::Lint { folder: own } => lint::run(own.as_deref().or(folder))?,
        ProfileCommand::Test => examples::run(folder, &load()?, terminal)?,
        ProfileCommand::New(options) => (new::run(options, &load()?, terminal)?, Exit::Success),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit)
}

fn list(profiles: &Profiles, terminal: Terminal) -> String {
    let mut report = TextReport::new(terminal);
    let rows: Vec<Vec<Cell>> = profiles
        .iter()
        .map(|profile| {
            vec![
                Cell::left(&profile.name).style(Style::Bold),
                Cell::left(format!("/{}", profile.version)).style(Style::Dim),
                Cell::left(&profile.description),
            ]
        })
        .collect();
    report.table(&rows, 2);
    report.into_text()
}

/// The profile of that name.
fn profile<'p>(profiles: &'p Profiles, name: &str) -> Result<&'p profile::Profile, UsageError> {
    if let Some(profile) = profiles.get(name) {
        return Ok(profile);
    }
    // Jaro-Winkler favors a common prefix: most names differ at the end (`esf-call`, `esf-project`).
    let similarity = |known: &str| strsim::jaro_winkler(known, name);
    let nearest = profiles
        .iter()
        .max_by(|one, other| similarity(&one.name).total_cmp(&similarity(&other.name)));
    let hint = nearest.map_or(String::new(), |profile| {
        format!("did you mean {}? ", profile.name)
    });
    Err(UsageError(format!(
        "there is no profile {name}; {hint}`diarium profile list` lists all"
    )))
}
