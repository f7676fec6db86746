//! `diarium diff`: print what differs between two output folders.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::arguments::Diff;
use super::exit::Exit;
use super::format::plural;
use super::sanitize::escape_control_chars;
use crate::catalogue::Catalogue;
use crate::compare::{Change, Effect, Excerpt, Part};
use crate::pipeline::{DiffCounts, Difference, diff};

/// Prints each document that differs, then the counts. As POSIX `diff` does, it exits with 1 if there
/// are differences.
pub(super) fn run(arguments: &Diff) -> anyhow::Result<Exit> {
    for folder in [&arguments.old, &arguments.new] {
        // Another folder has no records, and would look as if all documents had been removed.
        Catalogue::open_to_read(folder)?;
    }
    let mut output = io::stdout().lock();
    // Each difference is printed as soon as it is found: two archives may differ in every document.
    let counts = diff(&arguments.old, &arguments.new, |difference| {
        if arguments.json {
            writeln!(output, "{}", json!(difference))?;
        } else {
            output.write_all(document_text(difference).as_bytes())?;
        }
        anyhow::Ok(())
    })?;
    if arguments.json {
        writeln!(output, "{}", json!({ "counts": counts }))?;
    } else {
        output.write_all(summary(&counts).as_bytes())?;
    }
    Ok(if counts.is_equal() {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

/// The differences of a document: its path, then an indented line for each.
fn document_text(difference: &Difference) -> String {
    match difference {
        Difference::Changed { path, changes } => with_changes(&escape_control_chars(path), changes),
        Difference::Renamed {
            old_path,
            path,
            changes,
        } => {
            let head = format!(
                "{} -> {}",
                escape_control_chars(old_path),
                escape_control_chars(path)
            );
            with_changes(&head, changes)
        }
        Difference::OnlyOld { path, .. } => {
            format!("only in OLD: {}\n", escape_control_chars(path))
        }
        Difference::OnlyNew { path, .. } => {
            format!("only in NEW: {}\n", escape_control_chars(path))
        }
        Difference::Unreadable { file, message } => {
            let file = file.to_string_lossy();
            format!(
                "not compared: {}: {}\n",
                escape_control_chars(&file),
                escape_control_chars(message)
            )
        }
    }
}

fn with_changes(head: &str, changes: &[Change]) -> String {
    let mut text = format!("{head}\n");
    for change in changes {
        push_change(&mut text, change);
    }
    text
}

/// `  field granted_sek: value 691000 -> 700000`
fn push_change(text: &mut String, change: &Change) {
    text.push_str("  ");
    text.push_str(change.part.as_str());
    if !change.name.is_empty() {
        let name = match change.part {
            // Identifiers; the names of other parts are texts of the document.
            Part::Field | Part::List | Part::Warning => change.name.clone(),
            _ => quoted(&change.name),
        };
        // Writing to a String cannot fail; likewise below.
        let _ = write!(text, " {}", escape_control_chars(&name));
    }
    let _ = writeln!(text, ": {}", effect(change));
    if let Some(Excerpt { old, new }) = &change.excerpt {
        let _ = writeln!(
            text,
            "    - {}\n    + {}",
            escape_control_chars(old),
            escape_control_chars(new)
        );
    }
}

fn effect(change: &Change) -> String {
    let old = change
        .old
        .as_ref()
        .map(|value| one_line(change.part, value));
    let new = change
        .new
        .as_ref()
        .map(|value| one_line(change.part, value));
    let property = change.property.unwrap_or("changed");
    match (change.effect, old, new) {
        (Effect::Moved, ..) => "moved".to_owned(),
        (Effect::Added, _, None) => "added".to_owned(),
        (Effect::Added, _, Some(new)) => format!("added {new}"),
        (Effect::Removed, None, _) => "removed".to_owned(),
        (Effect::Removed, Some(old), _) => format!("removed {old}"),
        (Effect::Changed, None, None) => property.to_owned(),
        (Effect::Changed, None, Some(new)) if change.property.is_none() => format!("changed {new}"),
        (Effect::Changed, old, new) => {
            let side = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
            format!("{property} {} -> {}", side(old), side(new))
        }
    }
}

/// A value on one line; of a warning, its page and message.
fn one_line(part: Part, value: &Value) -> String {
    let text = match (part, value) {
        (Part::Warning, Value::Object(warning)) => {
            let message = warning.get("message").and_then(Value::as_str);
            let page = warning.get("page").map(|page| format!("p. {page}: "));
            format!(
                "{}{}",
                page.unwrap_or_default(),
                message.unwrap_or_default()
            )
        }
        (_, Value::String(text)) => quoted(text),
        (_, value) => value.to_string(),
    };
    escape_control_chars(&text).into_owned()
}

/// Characters of a value that are printed; `--json` prints all of them.
// About two lines of a terminal. A section's text can be many pages; an excerpt of it is printed too.
const MAX_VALUE_CHARS: usize = 200;

fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_VALUE_CHARS) {
        Some((at, _)) => format!("“{}…”", &text[..at]),
        None => format!("“{text}”"),
    }
}

fn summary(counts: &DiffCounts) -> String {
    let mut text = format!(
        "{} compared: {} changed, {} renamed, {} only in OLD, {} only in NEW, {} not compared\n",
        plural(counts.compared, "document"),
        counts.changed,
        counts.renamed,
        counts.only_old,
        counts.only_new,
        counts.unreadable
    );
    if !counts.parts.is_empty() {
        let parts = counts.parts.iter();
        let parts: Vec<String> = parts
            .map(|(part, count)| format!("{part} {count}"))
            .collect();
        let _ = writeln!(
            text,
            "{} changed; differences by part: {}",
            plural(counts.values, "value"),
            parts.join(", ")
        );
    }
    text
}
