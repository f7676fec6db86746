//! What is wrong with a profile, all of it, and where?
//!
//! [`super::Profiles::load`] stops at the first thing that keeps a profile from being used. Whoever
//! writes one wants everything at once, and also what loads but cannot work: a pattern that matches
//! nothing, a label that two fields claim, a profile that can never win. One file one group of rules;
//! each rule says what to do.

mod keys;
mod patterns;
mod tree;
mod words;

use std::collections::BTreeMap;

use super::{BUILT_IN, Error, SHARED, declaration};
pub(super) use keys::nearest;
use tree::Tree;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The profile's file.
    pub file: String,
    /// The line where it stands, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Everything that is wrong with the profiles, each a file name and its TOML, in the order of their
/// lines. Nothing found: they load, and each of them can win.
///
/// # Errors
/// If the built-in vocabulary cannot be read; a test holds that it can.
pub fn lint(profiles: &[(String, String)]) -> Result<Vec<Finding>, Error> {
    let shared = declaration::parse_shared("shared.toml", SHARED)?;
    let mut findings = Vec::new();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (file, text) in profiles {
        let mut report = Report {
            file,
            text,
            findings: Vec::new(),
        };
        match toml::de::DeTable::parse(text) {
            Ok(table) => {
                let root = Tree::root(table.get_ref());
                keys::check(&root, &mut report);
                patterns::check(&root, &mut report);
                words::check(&root, &shared, &mut report);
                same_name(&root, &mut names, &mut report);
            }
            Err(error) => report.add(error.span().unwrap_or(0..0).start, error.message()),
        }
        // What the rules do not know of still keeps a profile from being loaded.
        if report.findings.is_empty()
            && let Err(error) = toml::from_str::<declaration::Declaration>(text)
        {
            report.add(error.span().unwrap_or(0..0).start, error.message());
        }
        findings.append(&mut report.findings);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Everything that is wrong with the profiles that diarium brings.
///
/// # Errors
/// As [`lint`].
pub fn lint_built_in() -> Result<Vec<Finding>, Error> {
    lint(&BUILT_IN.map(|(file, text)| (file.to_owned(), text.to_owned())))
}

fn same_name<'f>(root: &Tree<'_>, names: &mut BTreeMap<String, &'f str>, report: &mut Report<'f>) {
    let Some(name) = root.get("name") else { return };
    let Some(text) = name.text() else { return };
    if let Some(other) = names.insert(text.to_owned(), report.file) {
        let message = format!("{other} has the name {text} too and is used instead; rename one");
        report.add(name.start, &message);
    }
}

/// What was found in one file so far.
struct Report<'f> {
    file: &'f str,
    text: &'f str,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, byte: usize, message: &str) {
        let line = declaration::line_of(self.text, byte);
        self.findings.push(Finding {
            file: self.file.to_owned(),
            line,
            message: message.to_owned(),
        });
    }
}

#[cfg(test)]
mod tests;
