//! Profile linter: everything that is wrong with a profile, with file and line.
//!
//! [`super::Profiles::load`] stops at the first error. The linter reports all errors at once, and also
//! what loads but cannot work: a pattern that matches nothing, a label of two fields, a profile that
//! no document can match. One file is one group of rules, and each message says what to do.

mod duplicates;
mod keys;
mod labels;
mod patterns;
mod toml_node;

use std::collections::BTreeMap;

use super::{
    Error,
    built_in::{BUILT_IN, LABEL_FILES, SHARED, SHARED_FILE},
    declaration::{self, Declaration, SharedDeclaration},
    labels::LabelFile,
};
use toml_node::TomlNode;

/// One error in a profile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The profile's file.
    pub file: String,
    /// The line number, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Everything that is wrong with the profiles, each a file name and its TOML, in the order of files
/// and lines. Profiles without findings load, and each of them can match a document.
///
/// # Errors
/// If the built-in vocabulary cannot be parsed; a test parses it.
pub fn lint(profiles: &[(String, String)]) -> Result<Vec<Finding>, Error> {
    let shared = SharedDeclaration::parse(SHARED_FILE, SHARED)?;
    let mut findings = Vec::new();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (file, text) in profiles {
        let mut linted = LintedFile {
            file,
            text,
            findings: Vec::new(),
        };
        match toml::de::DeTable::parse(text) {
            Ok(table) => {
                let root = TomlNode::root(table.get_ref());
                keys::check(&root, &mut linted);
                patterns::check(&root, &mut linted);
                duplicates::check(&root, &shared, &mut linted);
                check_unique_name(&root, &mut names, &mut linted);
            }
            Err(error) => linted.add(error.span().unwrap_or(0..0).start, error.message()),
        }
        // The parser may refuse what no rule covers.
        if linted.findings.is_empty()
            && let Err(error) = toml::from_str::<Declaration>(text)
        {
            linted.add(error.span().unwrap_or(0..0).start, error.message());
        }
        findings.append(&mut linted.findings);
    }
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Everything that is wrong with the built-in profiles and label files.
///
/// # Errors
/// As [`lint`].
pub fn lint_built_in() -> Result<Vec<Finding>, Error> {
    let shared = SharedDeclaration::parse(SHARED_FILE, SHARED)?;
    let mut findings = lint(&BUILT_IN.map(|(file, text)| (file.to_owned(), text.to_owned())))?;
    findings.extend(labels::check_built_in(&shared));
    Ok(findings)
}

/// How many labels each built-in label file has.
///
/// # Errors
/// As [`lint`].
pub fn label_counts() -> Result<Vec<(&'static str, usize)>, Error> {
    let shared = SharedDeclaration::parse(SHARED_FILE, SHARED)?;
    let files = LabelFile::built_in()?;
    let counts = files.iter().map(|file| file.labels(&shared).count());
    Ok(LABEL_FILES
        .iter()
        .map(|(_, file, _)| *file)
        .zip(counts)
        .collect())
}

fn check_unique_name<'f>(
    root: &TomlNode<'_>,
    names: &mut BTreeMap<String, &'f str>,
    linted: &mut LintedFile<'f>,
) {
    let Some(name) = root.get("name") else { return };
    let Some(text) = name.text() else { return };
    if let Some(other) = names.insert(text.to_owned(), linted.file) {
        let message = format!("{other} has the name {text} too and is used instead; rename one");
        linted.add(name.start, &message);
    }
}

/// A profile's file and its findings so far.
struct LintedFile<'f> {
    file: &'f str,
    text: &'f str,
    findings: Vec<Finding>,
}

impl LintedFile<'_> {
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
