//! Evaluation report: precision, recall, F1, character error rates and calibration as tables.

use crate::cli::text_report::{Cell, Style, TextReport};
use diarium_dataset::evaluate::{CharacterErrors, EvaluationReport, Mistake, Score};

/// Mistakes that are listed; `--json` has all.
// Two screens: enough to see which field goes wrong, and the scores above stay within reach.
const MAX_MISTAKES: usize = 40;

/// Documents in the table of character error rates, the worst first; `--json` has all.
// One screen. The rates are sorted, so that the documents left out are better than all that are listed.
const MAX_DOCUMENTS: usize = 20;

/// Scores below this are highlighted.
// About one wrong or missing value in 20. It only colors the report; `--min-f1` sets what is
// acceptable.
const LOW_SCORE: f64 = 0.95;

/// Character error rates above this are highlighted.
// One wrong character in 100 is about one wrong word in 15.
const HIGH_ERROR_RATE: f64 = 0.01;

/// Adds the evaluation to a report, the headline first.
pub(super) fn write(evaluated: &EvaluationReport, report: &mut TextReport) {
    headline(evaluated, report);
    let fields = evaluated
        .by_field
        .iter()
        .map(|(name, score)| score_row(name, score, Style::Plain))
        .chain([score_row("all fields", &evaluated.fields, Style::Bold)]);
    scores("Fields", fields.collect(), report);
    let kinds = evaluated
        .kinds
        .iter()
        .map(|(name, score)| score_row(name, score, Style::Plain));
    scores("Fields by kind", kinds.collect(), report);
    let parts = evaluated
        .parts
        .iter()
        .map(|(name, score)| score_row(name, score, Style::Plain));
    scores("Other parts", parts.collect(), report);
    character_errors(evaluated, report);
    calibration(evaluated, report);
    mistakes(&evaluated.mistakes, report);
}

fn headline(evaluated: &EvaluationReport, report: &mut TextReport) {
    let (count, right) = evaluated.high_confidence();
    let whole = &evaluated.whole;
    let mut lines = vec![
        format!(
            "{} documents, {} without a record; {} wholly right, {} nearly",
            evaluated.documents, evaluated.without_record, whole.strict, whole.soft
        ),
        format!("{right} of the {count} values with confidence 0.9 or more are right"),
    ];
    if let Some(similarity) = evaluated.section_similarity {
        lines.push(format!(
            "{:.1} % of the words of {} section texts agree",
            similarity * 100.0,
            evaluated.section_texts
        ));
    }
    for line in lines {
        report.paragraph(0, Style::Plain, &line);
    }
}

/// The columns of the tables of scores.
const SCORE_COLUMNS: [&str; 7] = [
    "precision",
    "recall",
    "F1",
    "soft F1",
    "right",
    "wrong",
    "missing",
];

/// The columns of the table of character error rates.
const ERROR_COLUMNS: [&str; 4] = ["pages", "characters", "wrong", "error rate"];

/// The first row of a table, whose first column has no name.
fn header_row(columns: &[&str]) -> Vec<Cell> {
    let columns = columns
        .iter()
        .map(|name| Cell::right(*name).style(Style::Dim));
    std::iter::once(Cell::left("")).chain(columns).collect()
}

fn score_row(name: &str, score: &Score, style: Style) -> Vec<Cell> {
    let strict = &score.strict;
    let share = |share: f64| {
        let low = share < LOW_SCORE;
        Cell::right(format!("{share:.3}")).style(if low { Style::Warning } else { style })
    };
    let number = |number: usize| Cell::right(number.to_string()).style(style);
    vec![
        Cell::left(name).style(style),
        share(strict.precision()),
        share(strict.recall()),
        share(strict.f1()),
        share(score.soft.f1()),
        number(strict.right),
        number(strict.wrong),
        number(strict.missing),
    ]
}

/// A table of scores, unless it has no rows.
fn scores(title: &str, rows: Vec<Vec<Cell>>, report: &mut TextReport) {
    if !rows.is_empty() {
        report.heading(title);
        let header = std::iter::once(header_row(&SCORE_COLUMNS));
        let rows: Vec<Vec<Cell>> = header.chain(rows).collect();
        report.table(&rows, 0);
    }
}

/// Character error rates, the worst documents first.
fn character_errors(evaluated: &EvaluationReport, report: &mut TextReport) {
    let mut documents: Vec<(&str, &CharacterErrors)> = evaluated
        .misread_by_document
        .iter()
        .map(|(name, misread)| (name.as_str(), misread))
        .collect();
    if documents.is_empty() {
        return;
    }
    // A stable sort: documents with equal rates stay in the order of their names.
    documents.sort_by(|first, second| second.1.rate().total_cmp(&first.1.rate()));
    documents.truncate(MAX_DOCUMENTS);
    let mut rows = vec![header_row(&ERROR_COLUMNS)];
    rows.extend(
        documents
            .iter()
            .map(|(name, misread)| error_row(name, misread, Style::Plain)),
    );
    rows.push(error_row("all documents", &evaluated.misread, Style::Bold));
    report.heading("Characters of pages");
    report.table(&rows, 0);
}

fn error_row(name: &str, misread: &CharacterErrors, style: Style) -> Vec<Cell> {
    let number = |number: usize| Cell::right(number.to_string()).style(style);
    let rate = format!("{:.2} %", 100.0 * misread.rate());
    let rate_style = if misread.rate() > HIGH_ERROR_RATE {
        Style::Warning
    } else {
        style
    };
    vec![
        Cell::left(name).style(style),
        number(misread.pages),
        number(misread.characters),
        number(misread.wrong),
        Cell::right(rate).style(rate_style),
    ]
}

/// The share of right values in each interval of confidence.
fn calibration(evaluated: &EvaluationReport, report: &mut TextReport) {
    let rows: Vec<Vec<Cell>> = evaluated
        .calibration
        .iter()
        .filter(|bin| bin.count > 0)
        .map(|bin| {
            vec![
                Cell::left(format!("{:.2}–{:.2}", bin.from, bin.to)),
                Cell::right(format!("{} values", bin.count)),
                Cell::right(format!("{:.1} % right", bin.share() * 100.0)),
            ]
        })
        .collect();
    if !rows.is_empty() {
        report.heading("Confidence");
        report.table(&rows, 0);
    }
}

fn mistakes(mistakes: &[Mistake], report: &mut TextReport) {
    if mistakes.is_empty() {
        return;
    }
    report.heading("Differences from gold");
    for mistake in mistakes.iter().take(MAX_MISTAKES) {
        report.item("–", Style::Dim, &mistake_line(mistake));
    }
    if mistakes.len() > MAX_MISTAKES {
        let omitted = mistakes.len() - MAX_MISTAKES;
        let line = format!("and {omitted} more (use --json to list all)");
        report.paragraph(2, Style::Dim, &line);
    }
}

/// `plan.txt: fields.phone: expected “1”, found “08-465 004 77” (0.90)`
pub(in crate::cli) fn mistake_line(mistake: &Mistake) -> String {
    let difference = match (&mistake.expected, &mistake.found) {
        (Some(expected), Some(found)) => format!("expected “{expected}”, found “{found}”"),
        (Some(expected), None) => format!("expected “{expected}”, found nothing"),
        (None, Some(found)) => format!("expected nothing, found “{found}”"),
        (None, None) => String::new(),
    };
    let confidence = mistake
        .confidence
        .map_or(String::new(), |confidence| format!(" ({confidence:.2})"));
    format!(
        "{}: {}: {difference}{confidence}",
        mistake.document, mistake.place
    )
}
