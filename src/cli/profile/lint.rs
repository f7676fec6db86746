//! `diarium profile lint`: what is wrong with the profiles, all of it, and where?

use std::fmt::Write as _;
use std::path::Path;

use super::examples::{self, Example};
use super::test::differences;
use crate::cli::exit::Exit;
use crate::cli::plain::harmless;
use crate::extractor::{Extractor, read_profiles};
use diarium_extract::classify::RunnerUp;
use diarium_extract::profile::lint::{Finding, lint, lint_built_in};
use diarium_read as read;

/// Two weights that differ less decide nothing: the next edition of the form may turn them.
const EQUAL: f64 = 0.05;

/// Lints the profiles of a folder, or those that diarium brings, and tells every finding as
/// `file:line: message`. Profiles that load are tried on their examples too.
pub(super) fn run(folder: Option<&Path>) -> anyhow::Result<(String, Exit)> {
    let findings = match folder {
        Some(folder) => of_folder(folder)?,
        None => lint_built_in()?,
    };
    let mut text = String::new();
    for finding in &findings {
        let line = format!("{}:{}: {}", finding.file, finding.line, finding.message);
        writeln!(text, "{}", harmless(&line))?;
    }
    match findings.len() {
        0 => text.push_str("nothing is wrong\n"),
        1 => text.push_str("1 thing is wrong\n"),
        count => writeln!(text, "{count} things are wrong")?,
    }
    let exit = if findings.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    };
    Ok((text, exit))
}

fn of_folder(folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let profiles = read_profiles(folder)?;
    let findings = lint(&profiles)?;
    if !findings.is_empty() {
        return Ok(findings);
    }
    let extractor = Extractor::load(Some(folder), read::Options::default())?;
    let mut findings = Vec::new();
    for example in examples::of_folder(folder)? {
        let file = format!("examples/{}/{}", example.profile, example.file);
        for message in of_example(&example, &extractor) {
            findings.push(Finding {
                file: file.clone(),
                line: 1,
                message,
            });
        }
    }
    Ok(findings)
}

fn of_example(example: &Example, extractor: &Extractor) -> Vec<String> {
    let mut messages = differences(example, extractor);
    if let Ok(outputs) = extractor.explain_bytes(&example.file, &example.bytes) {
        let classification = &outputs.classification;
        let runners_up = classification.runners_up.iter();
        let claims = |runner_up: &&RunnerUp| {
            runner_up.score >= runner_up.minimum && classification.score - runner_up.score < EQUAL
        };
        messages.extend(runners_up.filter(claims).map(|runner_up| {
            format!(
                "{} and {} claim it with equal weight, {:.1}; give one of them evidence of its own",
                classification.profile.name, runner_up.name, runner_up.score
            )
        }));
    }
    messages
}
