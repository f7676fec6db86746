//! `diarium eval`: evaluate the records of an output folder against ground truth (gold).
//!
//! Gold is a folder of `.json` files, one per document and named after it (`a/plan.txt.json` or
//! `a/plan.json`), or one `.jsonl` file with an object per line that names its source.

mod report;

pub(super) use report::mistake_line;

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;
use walkdir::WalkDir;

use super::arguments::Eval;
use super::exit::{Exit, UsageError};
use super::terminal::Terminal;
use super::text_report::TextReport;
use crate::archive::{self, Archive};
use diarium_dataset::evaluate::{Evaluation, EvaluationReport, Gold};
use diarium_document::Record;

/// Prints the scores, as text or JSON.
pub(super) fn run(arguments: &Eval, terminal: Terminal) -> anyhow::Result<Exit> {
    let evaluated = evaluate(&arguments.folder.folder, &arguments.gold)?;
    let text = if arguments.json {
        to_json(&evaluated)?
    } else {
        let mut report = TextReport::new(terminal);
        report::write(&evaluated, &mut report);
        report.into_text()
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    let meets_limits = evaluated.fields.strict.f1() >= arguments.min_f1.unwrap_or(0.0)
        && evaluated.worst_character_error_rate() <= arguments.max_misread.unwrap_or(f64::MAX);
    Ok(if meets_limits {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn to_json(evaluated: &EvaluationReport) -> anyhow::Result<String> {
    let mut value = serde_json::to_value(evaluated)?;
    let (count, right) = evaluated.high_confidence();
    // The report serializes only what it stores; this is computed from the calibration.
    value["sure"] = json!({ "from": 0.9, "count": count, "right": right });
    Ok(format!("{value:#}\n"))
}

fn evaluate(folder: &Path, gold: &Path) -> anyhow::Result<EvaluationReport> {
    let golds = load_gold(gold)?;
    let files = records_by_source(folder)?;
    let sources: Vec<String> = files.keys().cloned().collect();
    let mut evaluation = Evaluation::default();
    for gold in &golds {
        let source = gold
            .find_source(&sources)
            .map_err(|error| UsageError(error.to_string()))?;
        let record = source.and_then(|source| files.get(source));
        let record = record.map(|file| load_record(file)).transpose()?;
        // A document without a record counts as one that misses everything; left out, it would improve
        // the score.
        evaluation.add(gold, record.as_ref());
    }
    Ok(evaluation.finish())
}

/// The records' files by the paths of their sources, which the files' own paths contain.
fn records_by_source(folder: &Path) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let archive = Archive::new(folder);
    let records = archive.records();
    let mut by_source = BTreeMap::new();
    for file in archive.files() {
        let file = file?;
        let relative = file.strip_prefix(&records).unwrap_or(&file);
        by_source.insert(source_path(relative), file);
    }
    // A wrong folder would otherwise score zero instead of being an error.
    if by_source.is_empty() {
        let message = format!("{} contains no records", folder.display());
        return Err(UsageError(message).into());
    }
    Ok(by_source)
}

fn load_record(file: &Path) -> Result<Record, UsageError> {
    archive::load_record(file).map_err(|error| UsageError(format!("{} {error}", file.display())))
}

/// All gold of a folder or a file.
fn load_gold(path: &Path) -> anyhow::Result<Vec<Gold>> {
    let golds = if path.is_dir() {
        gold_of_folder(path)?
    } else {
        gold_of_lines(path)?
    };
    if golds.is_empty() {
        return Err(UsageError(format!("{} contains no gold", path.display())).into());
    }
    Ok(golds)
}

fn gold_of_folder(folder: &Path) -> anyhow::Result<Vec<Gold>> {
    let mut golds = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{}", folder.display()))?;
        let path = entry.path();
        if entry.file_type().is_file() && path.extension().is_some_and(|end| end == "json") {
            let relative = path.strip_prefix(folder).unwrap_or(path);
            let source = source_path(relative);
            golds.push(parse_gold(&read(path)?, Some(&source), &path.display())?);
        }
    }
    Ok(golds)
}

fn gold_of_lines(file: &Path) -> anyhow::Result<Vec<Gold>> {
    let text = read(file)?;
    let lines = text.lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            // Numbered before blank lines are dropped, so that the number is that of an editor.
            let position = format!("{}:{}", file.display(), index + 1);
            Ok(parse_gold(line, None, &position)?)
        })
        .collect()
}

fn read(file: &Path) -> Result<String, UsageError> {
    fs::read_to_string(file).map_err(|error| UsageError(format!("{}: {error}", file.display())))
}

fn parse_gold(
    json: &str,
    source: Option<&str>,
    position: &impl Display,
) -> Result<Gold, UsageError> {
    Gold::parse(json, source).map_err(|error| UsageError(format!("{position}: {error}")))
}

/// The path of a document as in records, with `/`, from the relative path of its `.json` file.
fn source_path(json_file: &Path) -> String {
    let parts: Vec<_> = json_file
        .iter()
        .map(|part| part.to_string_lossy())
        .collect();
    let path = parts.join("/");
    path.strip_suffix(".json").unwrap_or(&path).to_owned()
}
