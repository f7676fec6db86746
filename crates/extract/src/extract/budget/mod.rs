//! Budget extraction: rows, totals and their sum.
//!
//! A budget is a part of the text that a heading or a line announces, up to the next section or to where
//! the money comes from. Its rows are taken apart (`row`), the column of the budget and its unit are
//! chosen (`column`), and arithmetic decides which rows count and which sum is the total (`total`).

mod column;
mod currency;
mod period;
mod row;
mod total;

use std::ops::Range;

use lazy_regex::{regex, regex_is_match};

use super::{
    confidence::{self, Evidence},
    field::Fact,
    heading::{Heading, headings_on_line},
    label::{BOX_NEIGHBORS, LabelHit, labels_on_line},
    span::SpanResolver,
};
use crate::profile::BudgetWords;
use column::{Column, Head, Unit};
use diarium_document::{
    Budget, BudgetItem, CleanText, FieldType, Heartbeat, Warning, WarningCode, collapse_whitespace,
    operations,
};
use row::{Cell, Currency, Row, Sign};
use total::{Entry, Kind, Settled};

/// Rows of a budget, at most.
// Applications have some dozens; a longer run of rows is another table.
const MAX_ROWS: usize = 50_000;
/// Periods in the lines above budgets, at most.
// Only the first of equally certain values is used, and only the lines of a scan differ in certainty.
const MAX_FACTS: usize = 1_000;
/// The longest line with a colon that announces a budget, in characters.
// Forms print a note before the colon; a longer line is a paragraph.
const MAX_INTRODUCTION: usize = 200;
/// The longest line without a colon that announces a budget, in characters.
// A longer line is a sentence that mentions a budget.
const MAX_BARE_INTRODUCTION: usize = 60;
/// The longest label on a line above its amount, in characters.
const MAX_LABEL_ABOVE: usize = 80;
/// Notes above a budget that may state its unit, at most.
const MAX_NOTES: usize = 40;

/// The budget of a document, and what was found with it.
pub(super) struct FoundBudget {
    pub budget: Option<Budget>,
    /// The period in the line above the budget.
    pub facts: Vec<Fact>,
    pub warning: Option<Warning>,
}

/// Finds the budget: the costs, or else the financing, of the document.
pub(super) fn find_budget(
    text: &CleanText,
    words: &BudgetWords,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> FoundBudget {
    let mut scan = Scan {
        text,
        words,
        headings,
        hits,
        spans,
        part: None,
        financing: None,
    };
    let mut facts = Vec::new();
    let mut costs = None;
    for index in 0..text.lines().len() {
        heartbeat.step(index);
        operations::count(1 + text.line(index).len());
        if facts.len() < MAX_FACTS {
            facts.extend(period::period(text, index));
        }
        if costs.is_none() {
            costs = scan.line(index);
        }
    }
    let part = costs.or_else(|| scan.end()).or(scan.financing.take());
    let budget = part.and_then(|part| part.budget(text, words, spans));
    FoundBudget {
        warning: budget.as_ref().and_then(inconsistency),
        budget,
        facts,
    }
}

/// What a part of a budget is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Costs,
    Financing,
}

/// Rows below the same heading.
struct Part {
    subject: Subject,
    /// Lines above and between the rows that may state a unit.
    notes: Vec<String>,
    head: Option<Head>,
    rows: Vec<PlacedRow>,
}

/// A row and its place.
struct PlacedRow {
    row: Row,
    bytes: Range<usize>,
    is_numbered: bool,
    /// The line above it if the label may begin there.
    above: Option<Above>,
}

/// The line above a row.
struct Above {
    text: String,
    start: usize,
}

/// The search for parts of a budget along the lines.
struct Scan<'c> {
    text: &'c CleanText,
    words: &'c BudgetWords,
    headings: &'c [Heading],
    hits: &'c [LabelHit<'c>],
    spans: &'c SpanResolver<'c>,
    part: Option<Part>,
    /// The first part about financing.
    financing: Option<Part>,
}

impl Scan<'_> {
    /// Reads one line. Returns the costs once they are complete.
    fn line(&mut self, index: usize) -> Option<Part> {
        let row = self.part.as_ref().and_then(|_| self.row(index));
        let numbered_row = row.as_ref().is_some_and(|row| row.is_numbered);
        let section = headings_on_line(self.headings, index).first();
        let section = section.filter(|heading| heading.level == 1 && !numbered_row);
        let written = self.text.line(index);
        if let Some(section) = section {
            let is_group = section.number.is_none()
                && self.may_have_group(&section.title)
                && self.is_row(index + 1);
            if !is_group {
                let subject = self.subject(&section.title);
                return self.begin(subject, index);
            }
        } else if self.introduces_budget(written) {
            let subject = self.subject(written);
            let current = self.part.as_ref().map(|part| part.subject);
            if current.is_none() || subject != current && subject.is_some() {
                return self.begin(subject, index);
            }
        }
        let raw = self.raw(index);
        let part = self.part.as_mut()?;
        match row {
            Some(row) if part.rows.len() < MAX_ROWS => part.rows.push(row),
            Some(_) => {}
            None => part.add_note(written, &raw, self.words),
        }
        None
    }

    /// Ends the part and begins one about `subject`. Returns costs that ended.
    fn begin(&mut self, subject: Option<Subject>, index: usize) -> Option<Part> {
        let ended = self.end();
        let raw = self.raw(index);
        self.part = subject.map(|subject| {
            let mut part = Part {
                subject,
                notes: Vec::new(),
                head: None,
                rows: Vec::new(),
            };
            part.add_note(self.text.line(index), &raw, self.words);
            part
        });
        ended
    }

    /// Ends the part. Returns it if it has costs; financing is kept aside.
    fn end(&mut self) -> Option<Part> {
        let part = self.part.take().filter(|part| !part.rows.is_empty())?;
        if part.subject == Subject::Costs {
            return Some(part);
        }
        self.financing.get_or_insert(part);
        None
    }

    /// Whether a heading may be that of a group of rows: there are rows above, or the budget's own heading
    /// is directly above.
    fn may_have_group(&self, title: &str) -> bool {
        let subject = self.subject(title);
        self.part.as_ref().is_some_and(|part| {
            let is_same = subject.is_none_or(|subject| subject == part.subject);
            is_same && (!part.rows.is_empty() || part.notes.len() == 1)
        })
    }

    /// What a heading or an introduction is about, if it is about a budget.
    fn subject(&self, written: &str) -> Option<Subject> {
        if self.words.costs.is_match(written) {
            Some(Subject::Costs)
        } else {
            let is_financing = self.words.financing.is_match(written);
            is_financing.then_some(Subject::Financing)
        }
    }

    /// Whether a line announces a budget: `Budget för förstudien:`, `Projektets kostnader`.
    fn introduces_budget(&self, line: &str) -> bool {
        // 5. Budget
        let line = regex!(r"^(?:\d{1,2}(?:\.\d{1,2})*|\p{Lu})[.)]?\s+").replace(line, "");
        let line = line.as_ref();
        let characters = line.chars().count();
        let has_colon = line.ends_with(':') && characters <= MAX_INTRODUCTION;
        let is_bare = characters <= MAX_BARE_INTRODUCTION
            && !line.ends_with('.')
            // `Budget 2011–2013` and heads with years, but no amounts and no sentences about a year.
            && (!line.contains(|c: char| c.is_ascii_digit())
                || line.contains('\t')
                || regex_is_match!(r"(?i)^\W*\p{L}+\W+(?:19|20)\d\d(?:\W+(?:19|20)\d\d)?\W*$", line));
        (has_colon || is_bare) && self.subject(line).is_some()
    }

    fn raw(&self, index: usize) -> String {
        let bytes = self.text.lines()[index].bytes.clone();
        self.spans
            .resolve(bytes)
            .map_or_else(String::new, |resolved| resolved.raw)
    }

    fn is_row(&self, index: usize) -> bool {
        index < self.text.lines().len() && self.row(index).is_some()
    }

    /// The row on a line, or on a line and the label above it.
    fn row(&self, index: usize) -> Option<PlacedRow> {
        // Below a row, a label such as `Sum` is a row of the same table.
        if !self.follows_row(index) && self.is_in_fact_box(index) {
            return None;
        }
        let written = self.text.line(index);
        let bytes = self.text.lines()[index].bytes.clone();
        let is_numbered = regex_is_match!(r"^\d{1,2}[.)]\s", written);
        if let Some(row) = row::parse(written, &self.raw(index)) {
            let is_row = !self.is_head(&row, written) && self.fits_numbers(is_numbered, written);
            return is_row.then(|| PlacedRow {
                above: self.beginning_of_label(&row.label, index),
                row,
                bytes,
                is_numbered,
            });
        }
        let cells = row::amounts(written).filter(|cells| cells.iter().all(|cell| cell.is_money))?;
        let above = self.label_above(index)?;
        Some(PlacedRow {
            row: Row {
                label: self
                    .text
                    .line(above)
                    .trim_end_matches([':', ' '])
                    .to_owned(),
                cells: cells.into_iter().map(Some).collect(),
                is_weak: false,
            },
            bytes: self.text.lines()[above].bytes.start..bytes.end,
            is_numbered: false,
            above: None,
        })
    }

    /// Whether a line with numbers is the head of a table: years, or a unit such as `(1 000 kr)`.
    fn is_head(&self, row: &Row, written: &str) -> bool {
        let has_years = row.amounts().all(Cell::is_year)
            && (row.amounts().count() > 1 || self.subject(&row.label).is_some());
        let has_unit = self.part.as_ref().is_none_or(|part| part.rows.is_empty())
            && written.contains('(')
            && self.words.thousand_units.is_match(written);
        has_years || has_unit
    }

    /// The line above a row whose label begins in lowercase: a long label may be wrapped.
    fn beginning_of_label(&self, label: &str, index: usize) -> Option<Above> {
        if !label.starts_with(char::is_lowercase) || self.text.lines()[index].gap_before {
            return None;
        }
        let above = self.label_above(index)?;
        let text = self.text.line(above);
        (!text.ends_with(':') && !text.contains('\t')).then(|| Above {
            text: collapse_whitespace(text),
            start: self.text.lines()[above].bytes.start,
        })
    }

    /// Whether a number before a row counts rows: the numbers begin at 1 and all rows have one. Other
    /// numbers are those of the form's questions.
    fn fits_numbers(&self, is_numbered: bool, written: &str) -> bool {
        let rows = self.part.as_ref().map_or(&[][..], |part| &part.rows);
        match rows.first() {
            _ if !is_numbered => true,
            None => written.starts_with("1.") || written.starts_with("1)"),
            Some(first) => first.is_numbered,
        }
    }

    /// The line above an amount that has its own line, if that is its label.
    fn label_above(&self, index: usize) -> Option<usize> {
        let above = index.checked_sub(1)?;
        let written = self.text.line(above);
        let is_label = written.chars().count() <= MAX_LABEL_ABOVE
            && written.starts_with(char::is_alphabetic)
            && !written.contains(|c: char| c.is_ascii_digit())
            && !written.ends_with(['.', '?', ','])
            && labels_on_line(self.hits, above).is_empty()
            && headings_on_line(self.headings, above).is_empty()
            && !self.introduces_budget(written);
        is_label.then_some(above)
    }

    /// Whether the line above is the last row.
    fn follows_row(&self, line: usize) -> bool {
        let last = self.part.as_ref().and_then(|part| part.rows.last());
        let above = line
            .checked_sub(1)
            .map(|above| &self.text.lines()[above].bytes);
        last.zip(above)
            .is_some_and(|(last, above)| last.bytes.end >= above.end)
    }

    fn is_in_fact_box(&self, line: usize) -> bool {
        let mut labels = labels_on_line(self.hits, line).iter();
        // The value of a label for words is no amount: `Projektledare` is a cost here.
        let is_of_words =
            |hit: &LabelHit<'_>| matches!(hit.label.field_type, FieldType::Text | FieldType::Name);
        labels.any(|hit| hit.neighbor_count >= BOX_NEIGHBORS && !is_of_words(hit))
    }
}

impl Part {
    /// Keeps a line that is no row: it may be the table's head, or state its unit.
    fn add_note(&mut self, line: &str, raw: &str, words: &BudgetWords) {
        if line.chars().count() > MAX_INTRODUCTION || self.notes.len() >= MAX_NOTES {
            return;
        }
        if self.head.is_none() && self.rows.is_empty() {
            self.head = Head::parse(line, raw, words);
        }
        self.notes.push(line.to_owned());
    }

    /// The budget of the rows.
    fn budget(
        mut self,
        text: &CleanText,
        words: &BudgetWords,
        spans: &SpanResolver<'_>,
    ) -> Option<Budget> {
        let (settled, unit) = self.settle(words);
        // Amounts in different currencies have no sum.
        let mut named = self.currencies(&settled);
        let first = named.next();
        let is_mixed = first.is_some_and(|first| named.any(|other| other != first));
        drop(named);
        if settled.items.is_empty() || is_mixed {
            return None;
        }
        let currency = currency::of_budget(unit.currency, text.text());
        let evidence = evidence(&settled);
        self.join_labels();
        let mut items = Vec::with_capacity(settled.items.len());
        for (index, amount) in settled.items {
            let placed = &self.rows[index];
            if let Some(resolved) = spans.resolve(placed.bytes.clone()) {
                items.push(BudgetItem {
                    label: placed.row.label.clone(),
                    amount,
                    confidence: Some(confidence::of_part(
                        evidence,
                        text.confidence(placed.bytes.clone()),
                    )),
                    span: resolved.span,
                });
            }
        }
        let amounts = items.iter().map(|item| item.amount);
        let computed = amounts.fold(0_i64, i64::saturating_add);
        Some(Budget {
            currency: currency.map(str::to_owned),
            items,
            stated_total: settled.total,
            computed_total: computed,
            consistent: settled.total.map(|total| total == computed),
        })
    }

    /// The currencies that the rows of a budget name.
    fn currencies<'s>(&'s self, settled: &'s Settled) -> impl Iterator<Item = Currency> + 's {
        let rows = settled
            .items
            .iter()
            .map(|(index, _)| &self.rows[*index].row);
        let cells = rows.flat_map(Row::amounts);
        let currencies = cells.filter_map(|cell| cell.currency);
        currencies.filter(|currency| *currency != Currency::Krona)
    }

    /// Joins wrapped labels. Where most labels begin in lowercase, that says nothing.
    fn join_labels(&mut self) {
        let lowercase = |placed: &&PlacedRow| placed.row.label.starts_with(char::is_lowercase);
        if 2 * self.rows.iter().filter(lowercase).count() > self.rows.len() {
            return;
        }
        for placed in &mut self.rows {
            if let Some(above) = placed.above.take() {
                placed.row.label = format!("{} {}", above.text, placed.row.label);
                placed.bytes.start = above.start;
            }
        }
    }

    /// The rows that count, by the column and the unit that the heads state; if they do not add up, by the
    /// first of the others that does.
    fn settle(&self, words: &BudgetWords) -> (Settled, Unit) {
        let rows = self.rows.iter().map(|placed| &placed.row);
        let stated = self.head.as_ref().and_then(Head::column);
        let first = stated.clone().unwrap_or_else(|| Column::of_rows(rows));
        let unit = self.unit(&first, words);
        let settled = total::settle(&self.entries(&first, unit, words));
        if settled.is_consistent() || stated.is_some() {
            return (settled, unit);
        }
        for column in [Column::Last, Column::First] {
            let unit = self.unit(&column, words);
            let other = total::settle(&self.entries(&column, unit, words));
            if other.is_consistent() {
                return (other, unit);
            }
        }
        (settled, unit)
    }

    /// The unit of a column: its head's, or that of the nearest note. The currency of the amounts wins.
    fn unit(&self, column: &Column, words: &BudgetWords) -> Unit {
        let head = self.head.as_ref().and_then(|head| head.cell(column));
        let notes = self.notes.iter().rev().map(String::as_str);
        let mut stated = head
            .into_iter()
            .chain(notes)
            .filter_map(|note| column::unit(note, words));
        let unit = stated.next().unwrap_or(Unit {
            factor: 1,
            currency: None,
        });
        let mut cells = self
            .rows
            .iter()
            .flat_map(|placed| column.cells(&placed.row));
        let currency = cells.find_map(|cell| cell.currency).or(unit.currency);
        Unit { currency, ..unit }
    }

    fn entries(&self, column: &Column, unit: Unit, words: &BudgetWords) -> Vec<Entry> {
        let has_dash = |placed: &PlacedRow| {
            column
                .cells(&placed.row)
                .iter()
                .any(|cell| cell.sign == Sign::Dash)
        };
        // A dash in every row separates the label from the amount.
        let is_separator = self.rows.iter().all(has_dash);
        let rows = self.rows.iter();
        rows.map(|placed| {
            operations::count(placed.row.label.len());
            let label = placed.row.label.as_str();
            let amount = column.amount(&placed.row, unit.factor);
            let is_deduction = words.deductions.is_match(label);
            Entry {
                kind: kind(&placed.row, unit, words),
                amount: amount.unwrap_or(0),
                may_be_negative: !is_separator && has_dash(placed)
                    || is_deduction && amount.is_some_and(|amount| amount > 0),
            }
        })
        .collect()
    }
}

/// What a row is by its label.
fn kind(row: &Row, unit: Unit, words: &BudgetWords) -> Kind {
    let label = row.label.as_str();
    if words.subtotals.is_match(label) {
        Kind::Subtotal
    } else if words.totals.is_match(label) {
        let is_general = |word: &str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            word.is_empty() || words.general.is_match(word) || words.totals.is_match(word)
        };
        Kind::Total {
            of_group: !label.split_whitespace().all(is_general),
        }
    } else if words.counts.is_match(label) || row.is_weak && unit.factor == 1 {
        Kind::Weak
    } else {
        Kind::Item
    }
}

/// What shows that the rows are those of a budget.
fn evidence(settled: &Settled) -> Evidence {
    match settled.total {
        Some(_) if settled.is_consistent() => Evidence::ConfirmedRow,
        Some(_) => Evidence::ContradictedRow,
        None => Evidence::BudgetRow,
    }
}

/// A warning if the stated total is not the sum of the rows.
fn inconsistency(budget: &Budget) -> Option<Warning> {
    let stated = budget.stated_total?;
    let unit = budget.currency.as_deref().unwrap_or("kr");
    (stated != budget.computed_total).then(|| {
        Warning::new(
            WarningCode::BudgetInconsistent,
            format!(
                "the budget's {} rows add up to {} {unit}, but its total says {stated} {unit}; compare with the page",
                budget.items.len(),
                budget.computed_total
            ),
        )
    })
}

#[cfg(test)]
mod tests;
