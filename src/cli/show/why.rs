//! Why did a document become what it did?
//!
//! The kind with its evidence and its runners-up; each field with the label that led to it; every line
//! that was taken for letterhead, with what gave it away.

use std::collections::BTreeMap;

use super::sheet::{Cell, Look, Sheet};
use crate::process::StageOutputs;
use diarium_document::{Field, Removed, RemovedBecause};
use diarium_extract::extract::Reason;

/// Characters of a letterhead that are told; its start is enough to know it again.
const TOLD: usize = 100;

/// The reasons, stage by stage.
pub(super) fn show(outputs: &StageOutputs<'_>, sheet: &mut Sheet) {
    kind(outputs, sheet);
    fields(outputs, sheet);
    letterhead(&outputs.clean.removed, sheet);
}

fn kind(outputs: &StageOutputs<'_>, sheet: &mut Sheet) {
    let classification = &outputs.classification;
    let profile = classification.profile;
    let headline = format!(
        "{}, confidence {:.2}",
        profile.name, classification.confidence
    );
    sheet.title("Kind");
    sheet.paragraph(2, Look::Plain, &headline);
    if classification.score > 0.0 {
        let sum = format!(
            "its evidence weighs {:.1}; {:.1} are needed:",
            classification.score, profile.minimum
        );
        sheet.paragraph(2, Look::Dim, &sum);
    }
    for finding in &classification.evidence {
        sheet.paragraph(4, Look::Plain, finding);
    }
    if classification.runners_up.is_empty() {
        return;
    }
    sheet.paragraph(2, Look::Dim, "the others:");
    let rows: Vec<Vec<Cell>> = classification
        .runners_up
        .iter()
        .map(|runner_up| {
            vec![
                Cell::words(format!("  {}", runner_up.name)),
                Cell::figures(format!("{:.1}", runner_up.score)),
                Cell::words(format!("of {:.1}", runner_up.minimum)).look(Look::Dim),
            ]
        })
        .collect();
    sheet.table(&rows, 0);
}

fn fields(outputs: &StageOutputs<'_>, sheet: &mut Sheet) {
    let fields = &outputs.extracted.fields;
    if !fields.is_empty() {
        sheet.title("Fields");
    }
    for reason in &outputs.extracted.reasons {
        if let Some(field) = fields.get(&reason.field) {
            let value = format!("{}: “{}”", reason.field, field.raw);
            sheet.paragraph(2, Look::Plain, &value);
            sheet.paragraph(6, Look::Dim, &rule(reason, field, outputs));
        }
    }
}

fn rule(reason: &Reason, field: &Field, outputs: &StageOutputs<'_>) -> String {
    let place = match line_of(field, outputs) {
        Some(line) => format!("page\u{a0}{}, line\u{a0}{line}", reason.page),
        None => format!("page\u{a0}{}", reason.page),
    };
    let confidence = format!("{:.2}", field.confidence);
    format!(
        "“{}” ({}); {place}; {confidence}",
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

fn letterhead(removed: &[Removed], sheet: &mut Sheet) {
    if removed.is_empty() {
        return;
    }
    sheet.title("Taken out as letterhead");
    let rows: Vec<Vec<Cell>> = grouped(removed)
        .iter()
        .map(|(removed, times)| {
            let text: String = removed.text.chars().take(TOLD).collect();
            let often = match times {
                1 => format!("p.\u{a0}{}", removed.page),
                times => format!("{times}\u{a0}times from p.\u{a0}{}", removed.page),
            };
            vec![
                Cell::words(text),
                Cell::words(often).look(Look::Dim),
                Cell::words(told(removed.because)).look(Look::Dim),
            ]
        })
        .collect();
    sheet.table(&rows, 0);
}

/// What was taken out for one reason, each text once, with how often.
fn grouped(removed: &[Removed]) -> Vec<(&Removed, usize)> {
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<(&Removed, usize)> = Vec::new();
    for removed in removed {
        let key = (removed.text.as_str(), told(removed.because));
        match places.get(&key) {
            Some(&place) => groups[place].1 += 1,
            None => {
                places.insert(key, groups.len());
                groups.push((removed, 1));
            }
        }
    }
    groups
}

fn told(because: RemovedBecause) -> &'static str {
    match because {
        RemovedBecause::Furniture => "the site's own words",
        RemovedBecause::ProfileLine => "a line that a profile names",
        RemovedBecause::PageEdge => "repeats at the pages' edges",
        RemovedBecause::RepeatedBlock => "a block of lines that repeats",
        RemovedBecause::Phrase => "a repeated block inside a paragraph",
        RemovedBecause::BesideBlock => "stands beside a repeated block",
        RemovedBecause::Stamp => "a printing system's stamp",
        RemovedBecause::PageLabel => "the page's own label",
    }
}
