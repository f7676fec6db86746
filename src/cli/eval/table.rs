//! How is a report told to people?

use crate::cli::show::sheet::{Cell, Look, Sheet};
use diarium_dataset::evaluate::{CharacterErrors, EvaluationReport, Mistake, Score};

/// Mistakes told in full; `--json` tells all.
const MISTAKES_TOLD: usize = 40;
/// Shares below this are to be looked at.
const GOOD: f64 = 0.95;
/// Pages with more characters wrong than this are to be looked at.
const MISREAD: f64 = 0.01;
/// Documents whose error rates are told; `--json` tells all.
const DOCUMENTS_TOLD: usize = 20;

/// The report, headline first.
pub(super) fn show(report: &EvaluationReport, sheet: &mut Sheet) {
    headline(report, sheet);
    let mut rows = vec![heads()];
    rows.extend(
        report
            .by_field
            .iter()
            .map(|(name, score)| row(name, score, Look::Plain)),
    );
    rows.push(row("all fields", &report.fields, Look::Bold));
    scores("Fields", rows, sheet);
    let kinds = report
        .kinds
        .iter()
        .map(|(name, score)| row(name, score, Look::Plain));
    scores(
        "Fields by kind",
        std::iter::once(heads()).chain(kinds).collect(),
        sheet,
    );
    let parts = report
        .parts
        .iter()
        .map(|(name, score)| row(name, score, Look::Plain));
    scores(
        "Other parts",
        std::iter::once(heads()).chain(parts).collect(),
        sheet,
    );
    misread(report, sheet);
    calibration(report, sheet);
    mistakes(&report.mistakes, sheet);
}

fn headline(report: &EvaluationReport, sheet: &mut Sheet) {
    let (count, right) = report.high_confidence();
    let mut lines = vec![format!(
        "{} documents, {} without a record; {} wholly right, {} nearly",
        report.documents, report.without_record, report.whole.strict, report.whole.soft
    )];
    lines.push(format!(
        "{right} of the {count} values given with confidence 0.9 or more are right"
    ));
    if let Some(similarity) = report.section_similarity {
        lines.push(format!(
            "{:.1} % of the words of {} section texts agree",
            similarity * 100.0,
            report.section_texts
        ));
    }
    for line in lines {
        sheet.paragraph(0, Look::Plain, &line);
    }
}

fn heads() -> Vec<Cell> {
    let figures = [
        "precision",
        "recall",
        "F1",
        "soft F1",
        "right",
        "wrong",
        "missing",
    ];
    let figures = figures
        .iter()
        .map(|head| Cell::figures(*head).look(Look::Dim));
    std::iter::once(Cell::words("")).chain(figures).collect()
}

fn row(name: &str, score: &Score, look: Look) -> Vec<Cell> {
    let strict = &score.strict;
    let share = |share: f64| {
        let look = if share < GOOD { Look::Odd } else { look };
        Cell::figures(format!("{share:.3}")).look(look)
    };
    let number = |number: usize| Cell::figures(number.to_string()).look(look);
    vec![
        Cell::words(name).look(look),
        share(strict.precision()),
        share(strict.recall()),
        share(strict.f1()),
        share(score.soft.f1()),
        number(strict.right),
        number(strict.wrong),
        number(strict.missing),
    ]
}

/// A table with its title, unless there are no rows under its heads.
fn scores(title: &str, rows: Vec<Vec<Cell>>, sheet: &mut Sheet) {
    if rows.len() > 1 {
        sheet.title(title);
        sheet.table(&rows, 0);
    }
}

/// Character error rates, the worst documents first.
fn misread(report: &EvaluationReport, sheet: &mut Sheet) {
    let mut documents: Vec<(&str, &CharacterErrors)> = report
        .misread_by_document
        .iter()
        .map(|(name, misread)| (name.as_str(), misread))
        .collect();
    if documents.is_empty() {
        return;
    }
    documents.sort_by(|first, second| second.1.rate().total_cmp(&first.1.rate()));
    documents.truncate(DOCUMENTS_TOLD);
    let heads = ["pages", "characters", "wrong", "error rate"];
    let heads = heads
        .iter()
        .map(|head| Cell::figures(*head).look(Look::Dim));
    let row = |name: &str, misread: &CharacterErrors, look: Look| {
        let number = |number: usize| Cell::figures(number.to_string()).look(look);
        let rate = format!("{:.2} %", 100.0 * misread.rate());
        vec![
            Cell::words(name).look(look),
            number(misread.pages),
            number(misread.characters),
            number(misread.wrong),
            Cell::figures(rate).look(if misread.rate() > MISREAD {
                Look::Odd
            } else {
                look
            }),
        ]
    };
    let mut rows = vec![std::iter::once(Cell::words("")).chain(heads).collect()];
    rows.extend(
        documents
            .iter()
            .map(|(name, misread)| row(name, misread, Look::Plain)),
    );
    rows.push(row("all documents", &report.misread, Look::Bold));
    sheet.title("Characters of pages");
    sheet.table(&rows, 0);
}

fn calibration(report: &EvaluationReport, sheet: &mut Sheet) {
    let rows: Vec<Vec<Cell>> = report
        .calibration
        .iter()
        .filter(|bin| bin.count > 0)
        .map(|bin| {
            vec![
                Cell::words(format!("{:.2}–{:.2}", bin.from, bin.to)),
                Cell::figures(format!("{} values", bin.count)),
                Cell::figures(format!("{:.1} % right", bin.share() * 100.0)),
            ]
        })
        .collect();
    if !rows.is_empty() {
        sheet.title("Confidence");
        sheet.table(&rows, 0);
    }
}

fn mistakes(mistakes: &[Mistake], sheet: &mut Sheet) {
    if mistakes.is_empty() {
        return;
    }
    sheet.title("Not as gold has it");
    for mistake in mistakes.iter().take(MISTAKES_TOLD) {
        sheet.item("–", Look::Dim, &told(mistake));
    }
    if let Some(more) = mistakes
        .len()
        .checked_sub(MISTAKES_TOLD)
        .filter(|&more| more > 0)
    {
        let line = format!("and {more} more; --json tells them all");
        sheet.paragraph(2, Look::Dim, &line);
    }
}

/// One mistake as a line.
pub(in crate::cli) fn told(mistake: &Mistake) -> String {
    let what = match (&mistake.expected, &mistake.found) {
        (Some(expected), Some(found)) => format!("“{found}” where gold has “{expected}”"),
        (Some(expected), None) => format!("“{expected}” is missing"),
        (None, Some(found)) => format!("“{found}” is too much"),
        (None, None) => String::new(),
    };
    let confidence = mistake
        .confidence
        .map_or(String::new(), |confidence| format!(" ({confidence:.2})"));
    format!(
        "{}: {}: {what}{confidence}",
        mistake.document, mistake.place
    )
}
