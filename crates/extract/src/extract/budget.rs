//! Budget extraction: rows, totals and their sum.
//!
//! A budget is the first run of rows below a heading or a line that announces one. A row is a label and an
//! amount that looks like money. The last total of the run is compared with the sum of the rows.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex, regex_is_match};

use super::{
    field::Fact,
    heading::{Heading, headings_on_line},
    label::{BOX_NEIGHBORS, LabelHit, labels_on_line},
    span::SpanResolver,
    value,
};
use diarium_document::{
    Budget, BudgetItem, CleanText, FieldValue, Heartbeat, Warning, WarningCode,
    collapse_whitespace, operations,
};

// Resor och boende	47 000 | Arbetstid 20 250:- | Summa kr: 54 940
static ROW: Lazy<Regex> = lazy_regex!(
    r"^(?P<label>\S.*?)(?P<gap>[\s.:]*[\t ])(?P<amount>(?:kr|sek)?\s?\d[\d  .\u{a0}\u{2009}\u{202f}]*(?:,\d{2})?)(?P<unit>\s?(?:kr(?:onor)?\.?|SEK|:-|,-|tkr))?\s*$"i
);
// Summa kr | Totalt | Summa kostnader
static TOTAL: Lazy<Regex> = lazy_regex!(
    r"^(?:delsumma|summa|s:a|totalt?|totalsumma|totala? (?:kostnad|budget)|att söka)\b"i
);

/// Rows of a budget, at most.
// Applications have some dozens; a longer run of rows is another table.
const MAX_ROWS: usize = 50_000;
/// Periods in the lines above budgets, at most.
// Only the first of equally certain values is used, and only the lines of a scan differ in certainty.
const MAX_FACTS: usize = 1_000;
/// The longest row of a budget, in characters.
// A longer line is a sentence that ends with an amount.
const MAX_ROW: usize = 200;
/// The longest line with a colon that announces a budget, in characters.
// Forms print a note before the colon; a longer line is a paragraph.
const MAX_INTRODUCTION: usize = 200;
/// The longest line without a colon that announces a budget, in characters.
// A longer line is a sentence that mentions a budget.
const MAX_BARE_INTRODUCTION: usize = 60;
/// The longest line whose period is the budget's, in characters.
// A longer line is a sentence that may mention any period.
const MAX_PERIOD_LINE: usize = 160;
/// The confidence in a period above a budget.
// Below that of a period with a label of its own in a fact box.
const PERIOD_CONFIDENCE: f64 = 0.95;

/// Whether a line mentions a budget or costs.
fn mentions_budget(line: &str) -> bool {
    regex_is_match!(r"\b(?:budget|kostnad|ekonomi|finansiering|utgift)"i, line)
}

/// Whether a line announces a budget: `Budget för förstudien:`, `Projektets kostnader`.
fn introduces_budget(line: &str) -> bool {
    let characters = line.chars().count();
    let has_colon = line.ends_with(':') && characters <= MAX_INTRODUCTION;
    let is_bare = characters <= MAX_BARE_INTRODUCTION
        && !line.contains(|c: char| c.is_ascii_digit() || c == '.');
    (has_colon || is_bare) && mentions_budget(line)
}

/// The budget of a document, and what was found with it.
pub(super) struct FoundBudget {
    pub budget: Option<Budget>,
    /// The period in the line above the budget.
    pub facts: Vec<Fact>,
    pub warning: Option<Warning>,
}

/// Finds the first run of rows below a heading or line that announces a budget.
pub(super) fn find_budget(
    text: &CleanText,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> FoundBudget {
    let mut rows = Rows::default();
    let mut facts = Vec::new();
    let mut in_budget = false;
    for (index, line) in text.lines().iter().enumerate() {
        heartbeat.step(index);
        let written = text.line(index);
        operations::count(1 + written.len());
        let heading = headings_on_line(headings, index).first();
        let section = heading.filter(|heading| heading.level == 1);
        if let Some(section) = section {
            if rows.is_complete() {
                break;
            }
            in_budget = mentions_budget(&section.title);
        } else if introduces_budget(written) {
            in_budget = true;
        }
        if facts.len() < MAX_FACTS {
            facts.extend(period(text, index));
        }
        if !in_budget || section.is_some() || is_in_fact_box(hits, index) {
            continue;
        }
        match row(written) {
            Some(_) if rows.items.len() >= MAX_ROWS => break,
            Some(row) => rows.add(row, spans, line.bytes.clone()),
            None if rows.is_complete() => break,
            None => {}
        }
    }
    let budget = rows.finish();
    FoundBudget {
        warning: budget.as_ref().and_then(inconsistency),
        budget,
        facts,
    }
}

fn is_in_fact_box(hits: &[LabelHit<'_>], line: usize) -> bool {
    let mut labels = labels_on_line(hits, line).iter();
    labels.any(|hit| hit.neighbor_count >= BOX_NEIGHBORS)
}

/// A row of a budget.
struct Row {
    label: String,
    amount: i64,
    is_total: bool,
}

/// The row on a line: a label, then an amount that looks like money by its unit, its cell or its grouping.
fn row(line: &str) -> Option<Row> {
    if line.chars().count() > MAX_ROW {
        return None;
    }
    let captures = ROW.captures(line)?;
    let amount = captures.name("amount")?;
    let written = amount.as_str().trim();
    let has_unit = captures.name("unit").is_some();
    let is_cell = captures.name("gap")?.as_str().contains('\t');
    // 20 250 | 3.954.500,00
    let is_grouped = regex_is_match!(
        r"^\d{1,3}(?:[  .\u{a0}\u{2009}\u{202f}]\d{3})+(?:,\d{2})?$",
        written
    );
    let label = captures
        .name("label")?
        .as_str()
        .trim_matches([' ', '\t', ':', '.', '-', '–', '•']);
    if !(has_unit || is_cell || is_grouped) || !label.chars().any(char::is_alphabetic) {
        return None;
    }
    let FieldValue::Integer(amount) = value::amount(line[amount.start()..].trim_start())?.value
    else {
        return None;
    };
    Some(Row {
        is_total: TOTAL.is_match(label),
        label: collapse_whitespace(label),
        amount,
    })
}

/// The rows so far.
#[derive(Default)]
struct Rows {
    items: Vec<BudgetItem>,
    total: Option<i64>,
}

impl Rows {
    fn add(&mut self, row: Row, spans: &SpanResolver<'_>, bytes: Range<usize>) {
        if row.is_total {
            // The last total counts; the ones before it are subtotals.
            self.total = Some(row.amount);
        } else if let Some(resolved) = spans.resolve(bytes) {
            self.items.push(BudgetItem {
                label: row.label,
                amount_sek: row.amount,
                span: resolved.span,
            });
        }
    }

    /// Whether there are rows and a total, so that further rows are another table.
    fn is_complete(&self) -> bool {
        !self.items.is_empty() && self.total.is_some()
    }

    fn finish(self) -> Option<Budget> {
        if self.items.is_empty() {
            return None;
        }
        let computed = self
            .items
            .iter()
            .fold(0_i64, |sum, item| sum.saturating_add(item.amount_sek));
        Some(Budget {
            items: self.items,
            stated_total_sek: self.total,
            computed_total_sek: computed,
            consistent: self.total.map(|total| total == computed),
        })
    }
}

/// A warning if the stated total is not the sum of the rows.
fn inconsistency(budget: &Budget) -> Option<Warning> {
    let stated = budget.stated_total_sek?;
    (stated != budget.computed_total_sek).then(|| {
        Warning::new(
            WarningCode::BudgetInconsistent,
            format!(
                "the budget's {} rows add up to {} kr, but its total says {stated} kr; compare with the page",
                budget.items.len(),
                budget.computed_total_sek
            ),
        )
    })
}

/// The period in a line above a budget: `Budget för förstudie 2016/03/01 - 2016/05/31:`
fn period(text: &CleanText, line: usize) -> Vec<Fact> {
    let written = text.line(line);
    let is_above_budget = written.chars().count() <= MAX_PERIOD_LINE
        && regex_is_match!(r"^\W*(?:total )?budget\b"i, written);
    if !is_above_budget {
        return Vec::new();
    }
    let offset = text.lines()[line].bytes.start;
    let starts = written
        .char_indices()
        .filter(|(at, character)| {
            character.is_ascii_digit() && !written[..*at].ends_with(|c: char| c.is_ascii_digit())
        })
        .map(|(at, _)| at);
    for at in starts {
        if let Some((mut from, mut until)) = value::period(&written[at..]) {
            for value in [&mut from, &mut until] {
                value.bytes = value.bytes.start + at + offset..value.bytes.end + at + offset;
            }
            let fact = |field: &str, value| Fact {
                field: field.to_owned(),
                value,
                confidence: PERIOD_CONFIDENCE,
                rule: "a period in the line above a budget",
                label: offset..offset + at,
            };
            return vec![fact("period_start", from), fact("period_end", until)];
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<(String, i64, bool)> {
        row(line).map(|row| (row.label, row.amount, row.is_total))
    }

    #[test]
    fn every_layout_of_a_row_is_accepted() {
        assert_eq!(
            read("Resor och boende\t47 000"),
            Some(("Resor och boende".into(), 47_000, false))
        );
        assert_eq!(
            read("Arbetstid, rapport 20 250:-"),
            Some(("Arbetstid, rapport".into(), 20_250, false))
        );
        assert_eq!(
            read("Lokaler: 900 kr"),
            Some(("Lokaler".into(), 900, false))
        );
        assert_eq!(
            read("Summa kr:\t54 940"),
            Some(("Summa kr".into(), 54_940, true))
        );
    }

    #[test]
    fn sentences_and_dates_are_not_rows() {
        for line in [
            "Vi var 49 deltagare",
            "Fas 2",
            "mars – nov 2016",
            "I mars 2016",
            "100 % av tiden",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
