//! Where does gold come from?
//!
//! A folder of `.json` files, one a document, named as their documents are (`a/plan.txt.json` or
//! `a/plan.json`), or one file of lines, `.jsonl`, each an object that names its source.

use std::fs;
use std::path::Path;

use anyhow::Context;
use walkdir::WalkDir;

use crate::cli::exit::Usage;
use diarium_dataset::evaluate::Gold;

/// All gold of a folder or a file.
pub(super) fn load(place: &Path) -> anyhow::Result<Vec<Gold>> {
    let golds = if place.is_dir() {
        from_folder(place)?
    } else {
        from_lines(place)?
    };
    if golds.is_empty() {
        return Err(Usage(format!("{} holds no gold", place.display())).into());
    }
    Ok(golds)
}

fn from_folder(folder: &Path) -> anyhow::Result<Vec<Gold>> {
    let mut golds = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{}", folder.display()))?;
        let path = entry.path();
        if entry.file_type().is_file() && path.extension().is_some_and(|end| end == "json") {
            let inside = path.strip_prefix(folder).unwrap_or(path);
            let name = path_without_json(inside);
            golds.push(parse(&read(path)?, Some(&name), &path.display())?);
        }
    }
    Ok(golds)
}

fn from_lines(file: &Path) -> anyhow::Result<Vec<Gold>> {
    let text = read(file)?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            let place = format!("{}:{}", file.display(), index + 1);
            Ok(parse(line, None, &place)?)
        })
        .collect()
}

fn read(file: &Path) -> Result<String, Usage> {
    fs::read_to_string(file).map_err(|error| Usage(format!("{}: {error}", file.display())))
}

fn parse(json: &str, name: Option<&str>, place: &impl std::fmt::Display) -> Result<Gold, Usage> {
    Gold::parse(json, name).map_err(|error| Usage(format!("{place}: {error}")))
}

/// A path inside a folder as records tell it, with `/`, without its closing `.json`.
pub(super) fn path_without_json(inside: &Path) -> String {
    let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
    let path = parts.join("/");
    path.strip_suffix(".json").unwrap_or(&path).to_owned()
}
