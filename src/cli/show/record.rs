//! Record report: one record for a person to read, part by part.
//!
//! Parts that the record does not have are left out. The text is never shortened.

use std::collections::BTreeMap;

use crate::cli::format::{group_thousands, plural};
use crate::cli::text_report::{Cell, Style, TextReport};
use diarium_document::{
    Budget, Carrier, Choice, Field, FieldValue, Item, Lists, OtherField, Person, Record, Section,
    Warning, WarningCode,
};

/// Below this confidence, a value is highlighted.
// The PDF reader gives a page below this the warning `low-confidence`; table and warnings must agree.
const LOW_CONFIDENCE: f64 = 0.8;

/// Adds all parts of a record to a report.
pub(super) fn write(record: &Record, report: &mut TextReport) {
    header(record, report);
    warnings(&record.warnings, report);
    fields(&record.fields, report);
    other(&record.other, report);
    items(&record.items, report);
    people(&record.people, report);
    if let Some(budget) = &record.budget {
        write_budget(budget, report);
    }
    choices(&record.choices, report);
    lists(&record.lists, report);
    sections(&record.sections, report);
}

/// Title, kind, source and counts.
fn header(record: &Record, report: &mut TextReport) {
    let title = record.title.as_deref().unwrap_or("(no title)");
    report.paragraph(0, Style::Bold, title);
    let rows: Vec<Vec<Cell>> = header_lines(record)
        .into_iter()
        .map(|(name, value)| vec![Cell::left(name).style(Style::Dim), Cell::left(value)])
        .collect();
    report.table(&rows, 1);
}

fn header_lines(record: &Record) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        (
            "kind",
            format!("{}, confidence {:.2}", record.kind, record.kind_confidence),
        ),
        ("source", record.source.path.clone()),
        ("carrier", carrier(record)),
        ("pages", page_count(record)),
    ];
    if let Some(language) = &record.language {
        lines.push(("language", language.clone()));
    }
    let removed = match record.letterhead.len() {
        0 => "none found".to_owned(),
        count => format!("{} removed", plural(count, "repeated text")),
    };
    lines.push(("letterhead", removed));
    if !record.related.is_empty() {
        let mentioned = plural(record.related.len(), "other document");
        lines.push(("related", format!("{mentioned} mentioned")));
    }
    lines
}

fn carrier(record: &Record) -> String {
    let source = &record.source;
    let carrier = match source.carrier {
        Carrier::Text => "text",
        Carrier::Web => "web page",
        Carrier::Transcript => "transcript",
        Carrier::Pdf => "PDF",
        Carrier::Image => "image",
        Carrier::Office => "office document",
        Carrier::Mail => "e-mail",
        Carrier::Ocr => "OCR result",
    };
    let encoding = source.encoding.as_deref();
    let encoding = encoding.map_or(String::new(), |name| format!(", {name}"));
    format!("{carrier}, {} bytes{encoding}", source.bytes)
}

fn page_count(record: &Record) -> String {
    let present = record.pages.len();
    match record.source.pages_stated {
        Some(stated) if stated as usize != present => format!("{present} of {stated} stated"),
        _ => present.to_string(),
    }
}

/// Each warning with its page and advice.
fn warnings(warnings: &[Warning], report: &mut TextReport) {
    if warnings.is_empty() {
        return;
    }
    report.heading("Warnings");
    for warning in warnings {
        let page = match warning.page {
            Some(page) => format!(", {}", page_reference(page)),
            None => String::new(),
        };
        let text = format!("{}{page}: {}", warning.code, warning.message);
        report.item("!", Style::Warning, &text);
        report.item("  →", Style::Dim, advice(warning.code));
    }
}

fn advice(code: WarningCode) -> &'static str {
    match code {
        WarningCode::PagesMissing => {
            "This record has no text of the missing pages. Process a complete copy if there is one."
        }
        WarningCode::ContinuedElsewhere => "Find the other file and process it as well.",
        WarningCode::BudgetInconsistent => {
            "Compare the budget with the page: a row may be misread, or the form may be wrong."
        }
        WarningCode::LowConfidence => "Compare the value with the page before you rely on it.",
        WarningCode::OcrNeeded => {
            "Process the file without `--ocr never`; otherwise look for a better scan."
        }
        WarningCode::EncodingRepaired => {
            "Check names with å, ä and ö: some characters may still be wrong."
        }
        WarningCode::UnknownKind => {
            "Numbered sections, labels, people and budgets were extracted without a profile."
        }
        WarningCode::FieldMissing => {
            "The form may leave the field empty, or use a label that the profile does not have."
        }
        WarningCode::DamagedFile => "Compare with the original; look for an undamaged copy.",
        WarningCode::NoCopy => "The record is complete; only the copy is missing.",
        WarningCode::SeveralInOne => "Take the values of each from `items`.",
        WarningCode::UnknownLanguage => {
            "Expect few fields. A profile with the labels of this language finds more."
        }
        WarningCode::OcrLayerReplaced => {
            "The text of the page is that of the picture, not of the hidden text layer."
        }
        WarningCode::CoveredText => {
            "Text under the covering shape is still in the file: do not publish the file itself."
        }
        WarningCode::HiddenText => "The record has only what a reader of the page sees.",
    }
}

/// A table: name, value, confidence, page.
fn fields(fields: &BTreeMap<String, Field>, report: &mut TextReport) {
    if fields.is_empty() {
        return;
    }
    report.heading("Fields");
    let rows: Vec<Vec<Cell>> = fields
        .iter()
        .map(|(name, field)| field_row(name, field))
        .collect();
    report.table(&rows, 1);
}

fn field_row(name: &str, field: &Field) -> Vec<Cell> {
    value_row(name, &field.value, field.confidence, field.span.page)
}

fn value_row(name: &str, value: &FieldValue, confidence: f64, page: u32) -> Vec<Cell> {
    let value = match value {
        FieldValue::Integer(number) => group_thousands(*number),
        FieldValue::Text(text) => text.clone(),
    };
    let style = if confidence < LOW_CONFIDENCE {
        Style::Warning
    } else {
        Style::Dim
    };
    vec![
        Cell::left(name),
        Cell::left(value),
        Cell::right(format!("{confidence:.2}")).style(style),
        page_cell(page),
    ]
}

/// A table: label, value, confidence, page.
fn other(other: &[OtherField], report: &mut TextReport) {
    if other.is_empty() {
        return;
    }
    report.heading("Other values");
    let rows: Vec<Vec<Cell>> = other
        .iter()
        .map(|field| {
            value_row(
                &field.label,
                &field.value,
                field.confidence,
                field.span.page,
            )
        })
        .collect();
    report.table(&rows, 1);
}

/// Each project or call with a table of its fields.
fn items(items: &[Item], report: &mut TextReport) {
    for (number, item) in items.iter().enumerate() {
        report.heading(&format!(
            "{} of {}: {}",
            number + 1,
            items.len(),
            item.title
        ));
        let fields = item.fields.iter();
        let rows: Vec<Vec<Cell>> = fields.map(|(name, field)| field_row(name, field)).collect();
        report.table(&rows, 1);
    }
}

/// People with their organisations.
fn people(people: &[Person], report: &mut TextReport) {
    if people.is_empty() {
        return;
    }
    report.heading("People");
    let rows: Vec<Vec<Cell>> = people
        .iter()
        .map(|person| {
            vec![
                Cell::left(&person.name),
                Cell::left(person.organisation.clone().unwrap_or_default()),
                page_cell(person.span.page),
            ]
        })
        .collect();
    report.table(&rows, 1);
}

/// The rows, the stated total and the computed total.
fn write_budget(budget: &Budget, report: &mut TextReport) {
    let currency = budget.currency.as_deref().unwrap_or("SEK");
    report.heading(&format!("Budget ({currency})"));
    let mut rows: Vec<Vec<Cell>> = budget
        .items
        .iter()
        .map(|item| {
            vec![
                Cell::left(&item.label),
                Cell::right(group_thousands(item.amount)),
                page_cell(item.span.page),
            ]
        })
        .collect();
    if let Some(stated) = budget.stated_total {
        rows.push(total_row("stated total", stated, Style::Bold));
    }
    let style = match budget.consistent {
        Some(false) => Style::Error,
        Some(true) => Style::Success,
        None => Style::Bold,
    };
    rows.push(total_row("computed total", budget.computed_total, style));
    report.table(&rows, 0);
}

fn total_row(name: &str, amount: i64, style: Style) -> Vec<Cell> {
    vec![
        Cell::left(name).style(style),
        Cell::right(group_thousands(amount)).style(style),
    ]
}

/// Each checkbox as `[x]`, `[ ]`, or `[?]` if its state could not be determined.
fn choices(choices: &[Choice], report: &mut TextReport) {
    if choices.is_empty() {
        return;
    }
    report.heading("Choices");
    for choice in choices {
        let (mark, style) = match choice.checked {
            Some(true) => ("[x]", Style::Bold),
            Some(false) => ("[ ]", Style::Plain),
            None => ("[?]", Style::Warning),
        };
        report.item(mark, style, &choice.label);
    }
}

/// Each list as one paragraph.
fn lists(lists: &Lists, report: &mut TextReport) {
    for (name, items) in lists.0.iter().filter(|(_, items)| !items.is_empty()) {
        report.heading(&format!(
            "List of {} ({})",
            name.replace('_', " "),
            items.len()
        ));
        report.paragraph(2, Style::Plain, &items.join(" · "));
    }
}

/// The sections in order, with bold headings. The text of a section contains its subheadings, which
/// are made bold there; a subsection of its own is added only if its text is missing from the section.
fn sections(sections: &[Section], report: &mut TextReport) {
    let mut parent: Option<&Section> = None;
    let mut rest = sections;
    while let [section, others @ ..] = rest {
        rest = others;
        // Printed again, the text of a nested heading would be on the screen twice.
        if section.level > 1 && parent.is_some_and(|parent| contains(parent, section)) {
            continue;
        }
        if section.level <= 1 {
            parent = Some(section);
        }
        let subsections = others.iter().take_while(|other| other.level > 1);
        let subheadings: Vec<&str> = subsections.map(|other| other.heading.trim()).collect();
        write_section(section, &subheadings, report);
    }
}

/// Whether a section's text has the heading and every line of a subsection.
fn contains(parent: &Section, subsection: &Section) -> bool {
    let mut lines = parent.text.lines();
    lines.any(|line| line.trim() == subsection.heading.trim())
        && subsection
            .text
            .lines()
            .all(|line| parent.text.contains(line))
}

fn write_section(section: &Section, subheadings: &[&str], report: &mut TextReport) {
    let indent = usize::from(section.level.saturating_sub(1)) * 2;
    report.blank_line();
    let heading = match &section.number {
        Some(number) => format!("{number}. {}", section.heading),
        None => section.heading.clone(),
    };
    report.paragraph(indent, Style::Bold, &heading);
    for line in section.text.lines() {
        if line.trim().is_empty() {
            report.blank_line();
        } else if subheadings.contains(&line.trim()) {
            report.paragraph(indent + 2, Style::Bold, line);
        } else {
            report.paragraph(indent + 2, Style::Plain, line);
        }
    }
}

fn page_cell(page: u32) -> Cell {
    Cell::right(page_reference(page)).style(Style::Dim)
}

/// `p. 3`, with a no-break space.
fn page_reference(page: u32) -> String {
    format!("p.\u{a0}{page}")
}
