//! Counts how often values are right, by evidence class, and prints the counts for `confidence.toml`.
//!
//! `cargo run --example fit_confidence -- DIR... [--half odd|even] [--against odd|even] [--write FILE] [-v]`
//!
//! Each DIR has `docs/*.txt` and `facts.jsonl`, a line a document: its `id`, its `family` and `layout`, and
//! the `expected` values by name; `accepted` has other spellings, `optional` values that may be missing. A
//! row with a `kind`, and every row of family A or B, is labelled completely. `--half` counts the documents
//! with odd or even numbers only, `--against` says how well these counts fit the other half.
//! `-v` lists the wrong values that are counted.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use diarium::Extractor;
use diarium::document::{Field, FieldValue};
use diarium::extract::confidence::{Calibration, Evidence, EvidenceClass, ValueGroup};
use serde_json::Value;

/// Names of labels in older rows.
const NAMES: [(&str, &str); 5] = [
    ("owner", "organisation"),
    ("diarienummer", "diary_number"),
    ("start_date", "opens"),
    ("end_date", "closes"),
    ("amount_sek", "call_sek"),
];
/// The fields that rows are labelled for.
const FIELDS: [&str; 19] = [
    "project_name",
    "project_number",
    "call",
    "diary_number",
    "organisation",
    "contact_name",
    "email",
    "phone",
    "programme_area",
    "phase",
    "region",
    "granted_sek",
    "total_budget_sek",
    "call_sek",
    "participants",
    "period_start",
    "period_end",
    "opens",
    "closes",
];
/// The fields that rows without a kind, of families C and D, are labelled for.
const OLD_PART: [&str; 5] = [
    "project_name",
    "diary_number",
    "participants",
    "period_start",
    "period_end",
];
/// The intervals of confidence, each with the share of right values that it needs.
const INTERVALS: [(f64, f64, &str); 3] = [(0.9, 1.01, "0.99"), (0.7, 0.9, "0.75"), (0.0, 0.7, "-")];

/// A value that a person labelled.
struct Judged {
    class: EvidenceClass,
    factor: f64,
    is_right: bool,
    /// The document and the value, for people.
    place: String,
}

/// A half of the documents, by whether their numbers are odd.
type Half = Option<bool>;

struct Arguments {
    folders: Vec<PathBuf>,
    half: Half,
    against: Half,
    write: Option<PathBuf>,
    is_verbose: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let extractor = Extractor::builder().build()?;
    let mut counts = Calibration::default();
    for judged in judge(&extractor, &arguments.folders, arguments.half)? {
        counts.add(judged.class, judged.is_right);
        if arguments.is_verbose && !judged.is_right {
            println!("{}: {}", judged.class.name(), judged.place);
        }
    }
    print_counts(&counts);
    if let Some(path) = &arguments.write {
        fs::write(path, written(&counts))?;
    }
    if arguments.against.is_some() {
        let held_out = judge(&extractor, &arguments.folders, arguments.against)?;
        print_calibration(&counts, &held_out);
    }
    Ok(())
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut parsed = Arguments {
        folders: Vec::new(),
        half: None,
        against: None,
        write: None,
        is_verbose: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--half" => parsed.half = Some(value()? == "odd"),
            "--against" => parsed.against = Some(value()? == "odd"),
            "-v" => parsed.is_verbose = true,
            "--write" => parsed.write = Some(value()?.into()),
            _ => parsed.folders.push(word.into()),
        }
    }
    if parsed.folders.is_empty() {
        return Err("name at least one folder with docs/ and facts.jsonl".into());
    }
    Ok(parsed)
}

/// The values of all labelled documents.
fn judge(
    extractor: &Extractor,
    folders: &[PathBuf],
    half: Half,
) -> Result<Vec<Judged>, Box<dyn Error>> {
    let mut judged = Vec::new();
    for folder in folders {
        let facts = fs::read_to_string(folder.join("facts.jsonl"))?;
        for line in facts.lines().filter(|line| !line.trim().is_empty()) {
            let row: Value = serde_json::from_str(line)?;
            let id = row["id"].as_str().ok_or("a row has no id")?;
            if half.is_none_or(|odd| is_odd(id) == odd) {
                let file = folder.join(format!("docs/{id}.txt"));
                judged.extend(judge_document(extractor, &row, &file)?);
            }
        }
    }
    Ok(judged)
}

/// Whether the last number in a document's name is odd.
fn is_odd(id: &str) -> bool {
    let digits = id.bytes().rev().find(u8::is_ascii_digit);
    digits.is_some_and(|digit| digit % 2 == 1)
}

fn judge_document(
    extractor: &Extractor,
    row: &Value,
    file: &Path,
) -> Result<Vec<Judged>, Box<dyn Error>> {
    let name = file.to_string_lossy();
    let outputs = extractor.explain_bytes(&name, &fs::read(file)?)?;
    let mut fields: BTreeMap<&str, &Field> = BTreeMap::new();
    for (name, field) in &outputs.extracted.fields {
        fields.insert(name, field);
    }
    // The number of a call is its case number as well: either name is right.
    let is_call = row["family"] == "B" && !wanted(row, "diary_number").is_empty();
    let is_case = is_call && !fields.contains_key("diary_number");
    let judge = |reason: &diarium::extract::Reason| {
        let field = fields.get(reason.field.as_str())?;
        let name = match reason.field.as_str() {
            "call" if is_case => "diary_number",
            name => name,
        };
        Some(Judged {
            class: reason.class,
            factor: reason.factor,
            is_right: is_right(row, name, &field.value)?,
            place: format!("{} {} “{}”", row["id"], reason.field, field.raw),
        })
    };
    Ok(outputs.extracted.reasons.iter().filter_map(judge).collect())
}

/// Whether a value is right; `None` if the row does not say.
fn is_right(row: &Value, name: &str, value: &FieldValue) -> Option<bool> {
    let is_full = row.get("kind").is_some();
    let family = row["family"].as_str().unwrap_or_default();
    let is_complete = is_full || matches!(family, "A" | "B");
    if !FIELDS.contains(&name) || !is_complete && !OLD_PART.contains(&name) {
        return None;
    }
    let wanted = wanted(row, name);
    if !wanted.is_empty() {
        return Some(wanted.iter().any(|wanted| is_same(name, wanted, value)));
    }
    let mut optional = row["optional"][name].as_array().into_iter().flatten();
    if optional.any(|wanted| is_same(name, wanted, value)) {
        return Some(true);
    }
    let several = row["layout"]
        .as_str()
        .is_some_and(|layout| layout.contains("several"));
    let is_labelled = is_full || is_complete && name != "project_name";
    (is_labelled && !several).then_some(false)
}

/// The values of a row that are right for a field.
fn wanted<'r>(row: &'r Value, name: &str) -> Vec<&'r Value> {
    let accepted: Vec<&Value> = row["accepted"][name]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    if !accepted.is_empty() {
        return accepted;
    }
    let old = NAMES
        .iter()
        .filter(|(_, new)| *new == name)
        .map(|(old, _)| *old);
    let expected = old.chain([name]).map(|name| &row["expected"][name]);
    expected.filter(|value| !value.is_null()).collect()
}

fn is_same(name: &str, wanted: &Value, value: &FieldValue) -> bool {
    match (wanted, value) {
        (Value::Number(wanted), FieldValue::Integer(value)) => wanted.as_i64() == Some(*value),
        (Value::String(wanted), FieldValue::Text(value)) if name == "phone" => {
            let digits = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
            };
            digits(wanted) == digits(value)
        }
        (Value::String(wanted), FieldValue::Text(value)) => normalized(wanted) == normalized(value),
        (Value::String(wanted), FieldValue::Integer(value)) => *wanted == value.to_string(),
        _ => false,
    }
}

fn normalized(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .to_lowercase()
        .trim_end_matches(['.', ':'])
        .to_owned()
}

/// All classes, by name.
fn classes() -> impl Iterator<Item = EvidenceClass> {
    let groups = |evidence| ValueGroup::ALL.map(|group| EvidenceClass { evidence, group });
    Evidence::ALL.into_iter().flat_map(groups)
}

fn print_counts(counts: &Calibration) {
    for class in classes() {
        let count = counts.count(class);
        if count.total > 0 {
            println!(
                "{:24} {:4} of {:4} right; confidence {:.2}",
                class.name(),
                count.right,
                count.total,
                counts.confidence(class, 1.0)
            );
        }
    }
}

fn print_calibration(counts: &Calibration, judged: &[Judged]) {
    println!("on the other half, with these counts:");
    for (low, high, needed) in INTERVALS {
        let inside = judged.iter().filter(|judged| {
            let confidence = counts.confidence(judged.class, judged.factor);
            // As records round it.
            let confidence = (confidence * 100.0).round() / 100.0;
            (low..high).contains(&confidence)
        });
        let (mut right, mut total) = (0, 0);
        for judged in inside {
            right += u32::from(judged.is_right);
            total += 1;
        }
        let share = f64::from(right) / f64::from(total.max(1));
        println!("confidence {low:.1}: {right} of {total} right, {share:.3}; needed {needed}");
    }
}

/// The counts as `confidence.toml`.
fn written(counts: &Calibration) -> String {
    let mut text = String::from(
        "# Right and all values of labelled documents, by evidence class. Written by\n\
         # `cargo run --example fit_confidence`; CONTRIBUTING.md says when to run it.\n",
    );
    let mut section = "";
    for class in classes() {
        let count = counts.count(class);
        if count.total == 0 {
            continue;
        }
        if class.evidence.name() != section {
            section = class.evidence.name();
            text.push_str(&format!("\n[{section}]\n"));
        }
        let name = class.name();
        let group = name.rsplit('.').next().unwrap_or_default();
        text.push_str(&format!(
            "{group} = {{ right = {}, total = {} }}\n",
            count.right, count.total
        ));
    }
    text
}
