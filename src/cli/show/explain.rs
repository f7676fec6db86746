//! Explanation report: how a document's kind, fields and letterhead were determined.
//!
//! The kind with its evidence and the scores of the other profiles; each field with its label, rule and
//! line; each text that was removed as letterhead, with the rule that removed it.

use std::collections::BTreeMap;

use crate::cli::text_report::{Cell, Style, TextReport};
use crate::process::StageOutputs;
use diarium_document::{Field, RemovalReason, RemovedText};
use diarium_extract::extract::Reason;
use diarium_extract::profile::Profiles;

/// Characters of each removed text that are printed.
// Enough to recognize a header; a repeated block may be a page long.
const MAX_REMOVED_CHARS: usize = 100;

/// Adds the explanation, stage by stage, to a report.
pub(super) fn write(outputs: &StageOutputs<'_>, profiles: &Profiles, report: &mut TextReport) {
    kind(outputs, report);
    fields(outputs, report);
    letterhead(&outputs.clean.removed, profiles, report);
}

fn kind(outputs: &StageOutputs<'_>, report: &mut TextReport) {
    let classification = &outputs.classification;
    let profile = classification.profile;
    let headline = format!(
        "{}, confidence {:.2}",
        profile.name, classification.confidence
    );
    report.heading("Kind");
    report.paragraph(2, Style::Plain, &headline);
    // The kind `document` is what remains if no profile matches; it needs no evidence.
    if classification.score > 0.0 {
        let sum = format!(
            "score {:.1}, minimum {:.1}; evidence:",
            classification.score, profile.minimum
        );
        report.paragraph(2, Style::Dim, &sum);
    }
    for finding in &classification.evidence {
        report.paragraph(4, Style::Plain, finding);
    }
    if classification.runners_up.is_empty() {
        return;
    }
    report.paragraph(2, Style::Dim, "other profiles:");
    let rows: Vec<Vec<Cell>> = classification
        .runners_up
        .iter()
        .map(|runner_up| {
            vec![
                Cell::left(format!("  {}", runner_up.name)),
                Cell::right(format!("{:.1}", runner_up.score)),
                Cell::left(format!("of {:.1}", runner_up.minimum)).style(Style::Dim),
            ]
        })
        .collect();
    report.table(&rows, 0);
}

fn fields(outputs: &StageOutputs<'_>, report: &mut TextReport) {
    let fields = &outputs.extracted.fields;
    if !fields.is_empty() {
        report.heading("Fields");
    }
    for reason in &outputs.extracted.reasons {
        if let Some(field) = fields.get(&reason.field) {
            let value = format!("{}: “{}”", reason.field, field.raw);
            report.paragraph(2, Style::Plain, &value);
            report.paragraph(6, Style::Dim, &rule(reason, field, outputs));
        }
    }
}

fn rule(reason: &Reason, field: &Field, outputs: &StageOutputs<'_>) -> String {
    let position = match line_of(field, outputs) {
        Some(line) => format!("page\u{a0}{}, line\u{a0}{line}", reason.page),
        None => format!("page\u{a0}{}", reason.page),
    };
    let confidence = format!("{:.2}", field.confidence);
    let class = reason.class.name();
    format!(
        "“{}” ({}); {position}; {confidence} ({class})",
        reason.label, reason.rule
    )
}

/// The line of its page on which a value begins, from 1.
fn line_of(field: &Field, outputs: &StageOutputs<'_>) -> Option<usize> {
    let pages = &outputs.read.document.pages;
    let page = pages.iter().find(|page| page.number == field.span.page)?;
    let before = page.text.chars().take(field.span.start);
    Some(before.filter(|&character| character == '\n').count() + 1)
}

fn letterhead(removed: &[RemovedText], profiles: &Profiles, report: &mut TextReport) {
    if removed.is_empty() {
        return;
    }
    report.heading("Removed as letterhead");
    let rows: Vec<Vec<Cell>> = grouped_by_text(removed)
        .iter()
        .map(|(removed, times)| {
            let text: String = removed.text.chars().take(MAX_REMOVED_CHARS).collect();
            let occurrences = match times {
                1 => format!("p.\u{a0}{}", removed.page),
                times => format!("{times}\u{a0}times from p.\u{a0}{}", removed.page),
            };
            vec![
                Cell::left(text),
                Cell::left(occurrences).style(Style::Dim),
                Cell::left(reason(removed.reason, profiles)).style(Style::Dim),
            ]
        })
        .collect();
    report.table(&rows, 0);
}

/// Each text once for each reason, with the number of times that it was removed.
fn grouped_by_text(removed: &[RemovedText]) -> Vec<(&RemovedText, usize)> {
    let mut indexes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<(&RemovedText, usize)> = Vec::new();
    for removed in removed {
        let key = (removed.text.as_str(), description(removed.reason));
        match indexes.get(&key) {
            Some(&index) => groups[index].1 += 1,
            None => {
                indexes.insert(key, groups.len());
                groups.push((removed, 1));
            }
        }
    }
    groups
}

/// The reason with the text of the letterhead file's entry, which may be spelled differently.
fn reason(reason: RemovalReason, profiles: &Profiles) -> String {
    let description = description(reason);
    let RemovalReason::LetterheadFile { entry } = reason else {
        return description.to_owned();
    };
    let entry = profiles.letterhead_file().entries.get(entry);
    let text = entry.map_or_else(String::new, |entry| entry.lines.join(" "));
    let text: String = text.chars().take(MAX_REMOVED_CHARS).collect();
    format!("{description}: “{text}”")
}

fn description(reason: RemovalReason) -> &'static str {
    match reason {
        RemovalReason::Boilerplate => "boilerplate of the site",
        RemovalReason::StruckOut => "crossed out",
        RemovalReason::HeaderOrFooter => "a header or footer of the document",
        RemovalReason::ProfileLine => "a letterhead line of the profile",
        RemovalReason::LetterheadFile { .. } => "an entry of the letterhead file",
        RemovalReason::PageEdge => "repeated at the page edges",
        RemovalReason::RepeatedBlock => "a repeated block of lines",
        RemovalReason::Phrase => "a repeated block inside a paragraph",
        RemovalReason::BesideBlock => "next to a repeated block",
        RemovalReason::Stamp => "a stamp of a printing system",
        RemovalReason::PageLabel => "the page label",
    }
}
