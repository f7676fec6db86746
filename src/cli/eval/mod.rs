//! `diarium eval`: how good are the records of an output folder?

mod gold;
mod table;

pub(super) use table::told;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::arguments::Eval;
use super::exit::{Exit, Usage};
use super::show::sheet::Sheet;
use super::terminal::Style;
use crate::archive::{self, Archive};
use diarium_dataset::evaluate::{Evaluation, EvaluationReport};
use diarium_document::Record;

/// Compares the records with gold, and tells the scores.
pub(super) fn run(arguments: &Eval, style: &Style) -> anyhow::Result<Exit> {
    let report = evaluate(&arguments.folder.folder, &arguments.gold)?;
    let text = if arguments.json {
        json_of(&report)?
    } else {
        let mut sheet = Sheet::new(*style);
        table::show(&report, &mut sheet);
        sheet.text().to_owned()
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    let is_good = report.fields.strict.f1() >= arguments.min_f1.unwrap_or(0.0)
        && report.worst_character_error_rate() <= arguments.max_misread.unwrap_or(f64::MAX);
    Ok(if is_good {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn evaluate(folder: &Path, gold: &Path) -> anyhow::Result<EvaluationReport> {
    let golds = gold::load(gold)?;
    let files = records_by_source(folder)?;
    let sources: Vec<String> = files.keys().cloned().collect();
    let mut evaluation = Evaluation::default();
    for gold in &golds {
        let source = gold
            .find_source(&sources)
            .map_err(|error| Usage(error.to_string()))?;
        let record = source.and_then(|source| files.get(source));
        let record = record.map(|file| load(file)).transpose()?;
        evaluation.add(gold, record.as_ref());
    }
    Ok(evaluation.finish())
}

/// The records' files by the paths of their sources, which their own paths tell.
fn records_by_source(folder: &Path) -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let archive = Archive::new(folder);
    let records = archive.records();
    let mut by_source = BTreeMap::new();
    for file in archive.files() {
        let file = file?;
        let inside = file.strip_prefix(&records).unwrap_or(&file);
        by_source.insert(gold::path_without_json(inside), file);
    }
    if by_source.is_empty() {
        let message = format!("{} holds no records", folder.display());
        return Err(Usage(message).into());
    }
    Ok(by_source)
}

fn load(file: &Path) -> Result<Record, Usage> {
    archive::load_record(file).map_err(|why| Usage(format!("{} {why}", file.display())))
}

fn json_of(report: &EvaluationReport) -> anyhow::Result<String> {
    let mut value = serde_json::to_value(report)?;
    let (count, right) = report.high_confidence();
    value["sure"] = json!({ "from": 0.9, "count": count, "right": right });
    Ok(format!("{value:#}\n"))
}
