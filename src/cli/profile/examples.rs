//! Which examples does a folder of profiles hold?
//!
//! `examples/<profile>/` beside the profiles holds documents, each with what is expected of it in
//! `<same name>.expected.json`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use walkdir::WalkDir;

/// What the name of an expectation ends in.
const EXPECTED: &str = ".expected.json";

/// A document of a profile, and what is expected of it.
#[derive(Debug)]
pub(super) struct Example {
    /// The profile's name.
    pub(super) profile: String,
    /// The document's file name.
    pub(super) file: String,
    pub(super) bytes: Vec<u8>,
    /// The expectation; `None` where nobody has written one.
    pub(super) expected: Option<String>,
}

/// The examples of a folder of profiles, by profile and file name.
pub(super) fn of_folder(profiles: &Path) -> anyhow::Result<Vec<Example>> {
    let folder = profiles.join("examples");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut examples = Vec::new();
    let entries = WalkDir::new(&folder).min_depth(2).max_depth(2);
    for entry in entries.sort_by_file_name() {
        let entry = entry.with_context(|| format!("{}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().is_file() && !name.ends_with(EXPECTED) && !name.starts_with('.') {
            examples.push(load(entry.path(), name)?);
        }
    }
    Ok(examples)
}

fn load(path: &Path, file: String) -> anyhow::Result<Example> {
    let told = || format!("{}", path.display());
    let beside = expected_path(path);
    let profile = path.parent().and_then(Path::file_name);
    Ok(Example {
        profile: profile.unwrap_or_default().to_string_lossy().into_owned(),
        file,
        bytes: fs::read(path).with_context(told)?,
        expected: beside
            .is_file()
            .then(|| fs::read_to_string(&beside))
            .transpose()
            .with_context(|| format!("{}", beside.display()))?,
    })
}

/// Where the expectation of a document stands: `plan.txt` has `plan.expected.json`.
pub(super) fn expected_path(document: &Path) -> PathBuf {
    let stem = document.file_stem().unwrap_or_default().to_string_lossy();
    document.with_file_name(format!("{stem}{EXPECTED}"))
}
