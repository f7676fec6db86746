//! `diarium diff`: print what differs between two output folders.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::arguments::Diff;
use super::exit::Exit;
use super::plain::harmless;
use super::run::counted;
use crate::catalogue::Catalogue;
use crate::compare::{Change, Effect, Excerpt, Part};
use crate::pipeline::{DiffCounts, Difference, diff};

/// Prints each difference as it is found, then the counts. Like `diff` of POSIX, it ends with 1 if
/// there are any.
pub(super) fn run(arguments: &Diff) -> anyhow::Result<Exit> {
    for folder in [&arguments.old, &arguments.new] {
        // A folder that is no output folder has no records, and would look as if all were gone.
        Catalogue::open_to_read(folder)?;
    }
    let mut output = io::stdout().lock();
    let counts = diff(&arguments.old, &arguments.new, |difference| {
        match arguments.json {
            true => writeln!(output, "{}", json!(difference))?,
            false => output.write_all(text(difference).as_bytes())?,
        }
        anyhow::Ok(())
    })?;
    match arguments.json {
        true => writeln!(output, "{}", json!({ "counts": counts }))?,
        false => output.write_all(summary(&counts).as_bytes())?,
    }
    Ok(match counts.is_equal() {
        true => Exit::Success,
        false => Exit::SomeFailed,
    })
}

/// A document's differences: its path, then a line for each, indented.
fn text(difference: &Difference) -> String {
    match difference {
        Difference::Changed { path, changes } => listed(&harmless(path), changes),
        Difference::Renamed {
            old_path,
            path,
            changes,
        } => {
            let head = format!("{} -> {}", harmless(old_path), harmless(path));
            listed(&head, changes)
        }
        Difference::OnlyOld { path, .. } => format!("only in OLD: {}\n", harmless(path)),
        Difference::OnlyNew { path, .. } => format!("only in NEW: {}\n", harmless(path)),
        Difference::Unreadable { file, message } => {
            let file = file.to_string_lossy();
            format!("not compared: {}: {}\n", harmless(&file), harmless(message))
        }
    }
}

fn listed(head: &str, changes: &[Change]) -> String {
    let mut text = format!("{head}\n");
    for change in changes {
        push(&mut text, change);
    }
    text
}

/// `  field granted_sek: value 691000 -> 700000`
fn push(text: &mut String, change: &Change) {
    text.push_str("  ");
    text.push_str(change.part.as_str());
    if !change.name.is_empty() {
        let name = match change.part {
            Part::Field | Part::List | Part::Warning => change.name.clone(),
            _ => quoted(&change.name),
        };
        let _ = write!(text, " {}", harmless(&name));
    }
    let _ = writeln!(text, ": {}", what(change));
    if let Some(Excerpt { old, new }) = &change.excerpt {
        let _ = writeln!(text, "    - {}\n    + {}", harmless(old), harmless(new));
    }
}

fn what(change: &Change) -> String {
    let old = change.old.as_ref().map(|value| shown(change.part, value));
    let new = change.new.as_ref().map(|value| shown(change.part, value));
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

/// A value on one line. A warning is told by its page and message.
fn shown(part: Part, value: &Value) -> String {
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
    harmless(&text).into_owned()
}

/// Characters of a value that are shown; `--json` has all of them.
const LONGEST: usize = 200;

fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("“{}…”", &text[..at]),
        None => format!("“{text}”"),
    }
}

fn summary(counts: &DiffCounts) -> String {
    let mut text = format!(
        "{} compared: {} changed, {} renamed, {} only in OLD, {} only in NEW, {} not compared\n",
        counted(counts.compared, "document"),
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
            counted(counts.values, "value"),
            parts.join(", ")
        );
    }
    text
}
