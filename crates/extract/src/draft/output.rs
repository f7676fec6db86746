//! Draft output: the inferred form as a profile in TOML and as a JSON Schema.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Value, json};

use super::form::{DraftField, Form};
use diarium_document::FieldType;

/// The sum of the weights of all evidence.
// No built-in profile scores as much for a document of another kind.
const TOTAL_WEIGHT: f64 = 12.0;
/// The share of the weight that a document must have.
// Half a form is still a copy of the form: pages may be missing.
const MINIMUM_SHARE: f64 = 0.5;
/// Pieces of evidence in a draft, at most.
// More evidence does not distinguish a form better, and each piece must be read by a person.
const MAX_EVIDENCE: usize = 12;
/// The fewest letters of a line that is evidence.
// A shorter line, such as `Ort`, is on most forms.
const MIN_LETTERS: usize = 6;

/// The profile as TOML, for a person to correct.
pub(super) fn toml(name: &str, form: &Form) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = header(&mut text, name, form)
        .and_then(|()| recognition(&mut text, form))
        .and_then(|()| sections(&mut text, form))
        .and_then(|()| people_and_lists(&mut text, form))
        .and_then(|()| fields(&mut text, form));
    text
}

fn header(text: &mut String, name: &str, form: &Form) -> std::fmt::Result {
    let copies = match form.copies {
        1 => {
            "one filled-in copy, so look twice: what one author wrote may pass for the form's words"
                .to_owned()
        }
        copies => format!("{copies} filled-in copies: what all of them share"),
    };
    let title = title(form).unwrap_or(name);
    writeln!(text, "# Drafted from {copies}.")?;
    writeln!(
        text,
        "# docs/profiles.md explains every key. Correct it, then: diarium profile test --profiles DIR"
    )?;
    writeln!(text, "name = {}", quoted(name))?;
    writeln!(text, "version = 1")?;
    writeln!(text, "description = {}", quoted(title))?;
    if !form.letterhead.is_empty() {
        writeln!(
            text,
            "\n# Taken out of every copy because it repeats on the pages. Whole lines that always are the"
        )?;
        writeln!(
            text,
            "# publisher's can be named, as regular expressions: letterhead = ['(?i)…']"
        )?;
        for line in &form.letterhead {
            writeln!(text, "#   {}", line.chars().take(100).collect::<String>())?;
        }
    }
    Ok(())
}

/// Words that the names of forms contain.
const FORM_WORDS: [&str; 9] = [
    "ansökan",
    "anmälan",
    "blankett",
    "rapport",
    "redovisning",
    "rekvisition",
    "intyg",
    "formulär",
    "application",
];

/// The line at the top of the copies that most likely names the form.
fn title(form: &Form) -> Option<&str> {
    let is_name = |line: &&String| {
        let line = line.to_lowercase();
        FORM_WORDS.iter().any(|word| line.contains(word))
    };
    let line = form
        .top_lines
        .iter()
        .find(is_name)
        .or(form.top_lines.first());
    line.map(String::as_str)
}

fn recognition(text: &mut String, form: &Form) -> std::fmt::Result {
    let evidence = evidence(form);
    let total: f64 = evidence.iter().map(|(_, share)| share).sum();
    writeln!(
        text,
        "\n# The form is known by these lines. A document needs weights that sum up to `minimum`; of the"
    )?;
    writeln!(
        text,
        "# kinds that reach their own minimum the heaviest wins. Keep what no other form says."
    )?;
    writeln!(text, "[recognize]")?;
    writeln!(text, "minimum = {:.1}", TOTAL_WEIGHT * MINIMUM_SHARE)?;
    writeln!(text, "evidence = [")?;
    for (line, share) in &evidence {
        let weight = (TOTAL_WEIGHT * share / total * 10.0).round() / 10.0;
        let weight = weight.max(0.1);
        writeln!(
            text,
            "  {{ pattern = {}, weight = {weight:.1} }},",
            pattern(line)
        )?;
    }
    writeln!(text, "]")
}

/// Lines that distinguish the form from others, each with its share of the weight.
// The form's name is the strongest evidence, then its questions, its own labels and its headings. Labels
// that all kinds share are the weakest.
fn evidence(form: &Form) -> Vec<(&str, f64)> {
    let name = title(form).map(|line| (line, 3.0));
    let top = form.top_lines.iter().map(String::as_str);
    let top = top
        .filter(|line| title(form) != Some(line))
        .map(|line| (line, 0.6));
    let questions = form
        .questions
        .iter()
        .map(|(_, title)| (title.as_str(), 1.5));
    let own = form.fields.iter().filter(|field| !field.shared);
    let own = own.map(|field| (field.label.as_str(), 1.0));
    let lists = form.lists.iter().map(|(_, heading)| heading);
    let headings = form.headings.iter().chain(lists).chain(&form.people_labels);
    let headings = headings.map(|line| (line.as_str(), 0.8));
    let common = form.fields.iter().filter(|field| field.shared);
    let common = common.map(|field| (field.label.as_str(), 0.3));
    let has_enough_letters =
        |line: &str| line.chars().filter(|c| c.is_alphabetic()).count() >= MIN_LETTERS;
    name.into_iter()
        .chain(questions)
        .chain(own)
        .chain(headings)
        .chain(top.take(2))
        .chain(common)
        .filter(|(line, _)| has_enough_letters(line))
        .take(MAX_EVIDENCE)
        .collect()
}

/// A line as a regular expression that finds it at the start of a line, with any spacing.
fn pattern(line: &str) -> String {
    let words: Vec<String> = line
        .split_whitespace()
        .map(|word| regex::escape(word).replace('\'', r"\x27"))
        .collect();
    format!(r"'(?im)^(?:\d+[.)]?\s)?{}'", words.join(r"\s+"))
}

fn sections(text: &mut String, form: &Form) -> std::fmt::Result {
    writeln!(text, "\n[sections]")?;
    let style = match (form.questions.len(), form.headings.is_empty()) {
        (2.., _) => "numbered",
        (_, false) => "named",
        _ => "free",
    };
    writeln!(text, "style = {}", quoted(style))?;
    if form.questions.len() >= 2 {
        writeln!(
            text,
            "# The form's own questions; the first words are enough where editions differ."
        )?;
        writeln!(text, "questions = [")?;
        for (number, title) in &form.questions {
            writeln!(
                text,
                "  {{ number = {}, heading = {} }},",
                quoted(number),
                quoted(title)
            )?;
        }
        writeln!(text, "]")?;
    }
    if !form.headings.is_empty() {
        writeln!(text, "# Headings without a number.")?;
        writeln!(text, "headings = [{}]", list(&form.headings))?;
    }
    if form.checkboxes > 0 {
        writeln!(
            text,
            "# {} boxes to tick were seen; they need no declaration.",
            form.checkboxes
        )?;
    }
    Ok(())
}

fn people_and_lists(text: &mut String, form: &Form) -> std::fmt::Result {
    if !form.people_labels.is_empty() {
        writeln!(
            text,
            "\n# Below these labels stand people, one a line, with their organisations."
        )?;
        writeln!(text, "[people]")?;
        writeln!(text, "labels = [{}]", list(&form.people_labels))?;
    }
    let mut lists: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, heading) in &form.lists {
        lists.entry(name).or_default().push(heading.clone());
    }
    for (name, headings) in &lists {
        writeln!(text, "\n[lists.{name}]")?;
        writeln!(text, "headings = [{}]", list(headings))?;
    }
    Ok(())
}

fn fields(text: &mut String, form: &Form) -> std::fmt::Result {
    for field in &form.fields {
        writeln!(text)?;
        if field.shared {
            writeln!(
                text,
                "# “{}” is a label that all kinds share; its type is {}.",
                field.label,
                field.type_name()
            )?;
        }
        writeln!(text, "[fields.{}]", field.name)?;
        if !field.shared {
            writeln!(text, "type = {}", quoted(field.type_name()))?;
            writeln!(text, "labels = [{}]", quoted(&field.label))?;
        }
        // One copy cannot tell what all must have.
        if form.copies > 1 {
            writeln!(text, "required = {}", field.always)?;
        }
    }
    if !form.uncertain_labels.is_empty() {
        writeln!(
            text,
            "\n# Only some of the copies have these labels; declare those that are the form's:"
        )?;
        for label in &form.uncertain_labels {
            writeln!(text, "#   {label}")?;
        }
    }
    Ok(())
}

fn list(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
    lines.join(", ")
}

/// A TOML string.
fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            _ if character.is_control() => written.push(' '),
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}

/// The schema of the kind's records: the schema of all records, with this kind's own fields.
pub(super) fn schema(name: &str, form: &Form) -> String {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://diarium.example/schemas/{name}/1"),
        "title": name,
        "description": title(form).unwrap_or(name),
        "allOf": [{ "$ref": "https://diarium.example/schemas/record/2" }],
        "properties": {
            "schema": { "description": "This schema and its version.", "const": format!("{name}/1") },
            "kind": { "description": "This kind.", "const": name },
            "fields": {
                "description": "The fields that this form adds to those that all kinds share.",
                "properties": field_schemas(form)
            }
        }
    });
    format!("{schema:#}\n")
}

fn field_schemas(form: &Form) -> Value {
    let mut schemas = Map::new();
    for field in form.fields.iter().filter(|field| !field.shared) {
        for name in field.record_names() {
            schemas.insert(name, field_schema(field));
        }
    }
    Value::Object(schemas)
}

fn field_schema(field: &DraftField) -> Value {
    let value = match field.field_type {
        FieldType::Amount | FieldType::Integer => json!({ "type": "integer" }),
        FieldType::Date | FieldType::Period => json!({ "type": "string", "format": "date" }),
        _ => json!({ "type": "string" }),
    };
    json!({
        "description": format!("What stands beside “{}”; type {}.", field.label, field.type_name()),
        "properties": { "value": value }
    })
}
