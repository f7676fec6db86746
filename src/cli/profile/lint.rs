//! `diarium profile lint`: report all problems of document types, as `file:line: message`.

use std::fmt::Write as _;
use std::path::Path;

use super::examples::{self, Example, differences};
use crate::cli::exit::Exit;
use crate::cli::format::plural;
use crate::cli::sanitize::escape_control_chars;
use crate::extractor::{Extractor, read_profiles};
use diarium_extract::classify::RunnerUp;
use diarium_extract::profile::lint::{Finding, label_counts, lint, lint_built_in};
use diarium_read as read;

/// Scores that differ by less are a tie.
// Scores are printed with one decimal: a smaller difference looks like none. The next edition of the
// form, or one misread label, may then change the kind.
const TIE: f64 = 0.05;

/// Lints the profiles of a folder, or the built-in ones. Returns a line for each problem. The examples
/// are run as well if all profiles load.
pub(super) fn run(folder: Option<&Path>) -> anyhow::Result<(String, Exit)> {
    let findings = match folder {
        Some(folder) => lint_folder(folder)?,
        None => lint_built_in()?,
    };
    let mut text = String::new();
    for finding in &findings {
        let line = format!("{}:{}: {}", finding.file, finding.line, finding.message);
        writeln!(text, "{}", escape_control_chars(&line))?;
    }
    if folder.is_none() {
        for (file, count) in label_counts()? {
            writeln!(text, "{file}: {}", plural(count, "label"))?;
        }
    }
    match findings.len() {
        0 => writeln!(text, "no problems found")?,
        count => writeln!(text, "{} found", plural(count, "problem"))?,
    }
    let exit = if findings.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    };
    Ok((text, exit))
}

fn lint_folder(folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let profiles = read_profiles(folder)?;
    let findings = lint(&profiles)?;
    // Examples need profiles that load.
    if !findings.is_empty() {
        return Ok(findings);
    }
    let extractor = Extractor::load(Some(folder), None, read::Options::default())?;
    let mut findings = Vec::new();
    for example in examples::of_folder(folder)? {
        let file = format!("examples/{}/{}", example.profile, example.file);
        for message in lint_example(&example, &extractor) {
            findings.push(Finding {
                file: file.clone(),
                line: 1,
                message,
            });
        }
    }
    Ok(findings)
}

/// Differences from the expected record, and profiles that match the example equally well.
fn lint_example(example: &Example, extractor: &Extractor) -> Vec<String> {
    let mut messages = differences(example, extractor);
    if let Ok(outputs) = extractor.explain_bytes(&example.file, &example.bytes) {
        let classification = &outputs.classification;
        let runners_up = classification.runners_up.iter();
        let ties = |runner_up: &&RunnerUp| {
            runner_up.score >= runner_up.minimum && classification.score - runner_up.score < TIE
        };
        messages.extend(runners_up.filter(ties).map(|runner_up| {
            format!(
                "{} and {} match it with the same score, {:.1}; add evidence that only one of them has",
                classification.profile.name, runner_up.name, runner_up.score
            )
        }));
    }
    messages
}
