//! Budget extraction: rows, totals and their sum.

use lazy_regex::{Lazy, Regex, lazy_regex, regex_is_match};

use super::{
    field::Fact,
    heading::{Heading, of_line as of_headings},
    label::{LabelHit, of_line},
    place::Places,
    value,
};
use diarium_document::{
    Budget, BudgetItem, CleanText, FieldValue, Heartbeat, Warning, WarningCode,
    collapse_whitespace, work,
};

// Resor och boende	47 000 | Arbetstid 20 250:- | Summa kr: 54 940
static ROW: Lazy<Regex> = lazy_regex!(
    r"^(?P<label>\S.*?)(?P<gap>[\s.:]*[\t ])(?P<amount>(?:kr|sek)?\s?\d[\d  .\u{a0}\u{2009}\u{202f}]*(?:,\d{2})?)(?P<unit>\s?(?:kr(?:onor)?\.?|SEK|:-|,-|tkr))?\s*$"i
);
// Summa kr | Totalt | Summa kostnader
static TOTAL: Lazy<Regex> = lazy_regex!(
    r"^(?:delsumma|summa|s:a|totalt?|totalsumma|totala? (?:kostnad|budget)|att söka)\b"i
);

/// Rows of a budget, at most. Applications have some dozens; behind so many it is another table.
const MOST_ROWS: usize = 50_000;
/// Periods in the lines above budgets, at most: of equals the first is taken, and only the lines of a
/// scan are not equal.
const MOST_FACTS: usize = 1_000;

/// The lines of a text in which a budget may stand: below a heading or a line that says so.
fn is_budget_word(line: &str) -> bool {
    regex_is_match!(r"\b(?:budget|kostnad|ekonomi|finansiering|utgift)"i, line)
}

/// A line that says that a budget follows: `Budget för förstudien:`, `Projektets kostnader`.
fn introduces(line: &str) -> bool {
    let colon = line.ends_with(':') && line.chars().count() <= 200;
    let short =
        line.chars().count() <= 60 && !line.contains(|c: char| c.is_ascii_digit() || c == '.');
    (colon || short) && is_budget_word(line)
}

/// What was found of a budget.
pub(super) struct Found {
    pub budget: Option<Budget>,
    /// A period in the budget's heading.
    pub facts: Vec<Fact>,
    pub warning: Option<Warning>,
}

/// Reads the first run of rows that stands where a budget may.
pub(super) fn find(
    text: &CleanText,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    places: &Places<'_>,
    heartbeat: &Heartbeat,
) -> Found {
    let mut rows = Rows::default();
    let mut facts = Vec::new();
    let mut in_budget = false;
    for (index, line) in text.lines().iter().enumerate() {
        heartbeat.step(index);
        let written = text.line(index);
        work::spend(1 + written.len());
        let heading = of_headings(headings, index).first();
        if let Some(heading) = heading
            && heading.level == 1
        {
            if rows.complete() {
                break;
            }
            in_budget = is_budget_word(&heading.title);
        } else if introduces(written) {
            in_budget = true;
        }
        if facts.len() < MOST_FACTS {
            facts.extend(period(text, index));
        }
        let fact = || of_line(hits, index).iter().any(|hit| hit.company >= 2);
        if !in_budget || fact() || heading.is_some_and(|heading| heading.level == 1) {
            continue;
        }
        match row(written) {
            Some(_) if rows.items.len() >= MOST_ROWS => break,
            Some(row) => rows.add(row, places, line.bytes.clone()),
            None if rows.complete() => break,
            None => {}
        }
    }
    let budget = rows.finish();
    Found {
        warning: budget.as_ref().and_then(inconsistent),
        budget,
        facts,
    }
}

struct Row {
    label: String,
    amount: i64,
    total: bool,
}

/// `label … amount`: the amount must look like money, by its cell, its unit or its spacing.
fn row(line: &str) -> Option<Row> {
    if line.chars().count() > 200 {
        return None;
    }
    let captures = ROW.captures(line)?;
    let amount = captures.name("amount")?;
    let written = amount.as_str().trim();
    let unit = captures.name("unit").is_some();
    let cell = captures.name("gap")?.as_str().contains('\t');
    let grouped = regex_is_match!(
        r"^\d{1,3}(?:[  .\u{a0}\u{2009}\u{202f}]\d{3})+(?:,\d{2})?$",
        written
    );
    let label = captures
        .name("label")?
        .as_str()
        .trim_matches([' ', '\t', ':', '.', '-', '–', '•']);
    if !(unit || cell || grouped) || !label.chars().any(char::is_alphabetic) {
        return None;
    }
    let FieldValue::Integer(amount) = value::amount(line[amount.start()..].trim_start())?.value
    else {
        return None;
    };
    Some(Row {
        total: TOTAL.is_match(label),
        label: collapse_whitespace(label),
        amount,
    })
}

#[derive(Default)]
struct Rows {
    items: Vec<BudgetItem>,
    total: Option<i64>,
}

impl Rows {
    fn add(&mut self, row: Row, places: &Places<'_>, bytes: std::ops::Range<usize>) {
        if row.total {
            // The last total stands; the ones before it were parts.
            self.total = Some(row.amount);
        } else if let Some(place) = places.place(bytes) {
            self.items.push(BudgetItem {
                label: row.label,
                amount_sek: row.amount,
                span: place.span,
            });
        }
    }

    /// Rows have been read, and their total, so that what follows is another matter.
    fn complete(&self) -> bool {
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

fn inconsistent(budget: &Budget) -> Option<Warning> {
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

/// `Budget för förstudie 2016/03/01 - 2016/05/31:`
fn period(text: &CleanText, line: usize) -> Vec<Fact> {
    let written = text.line(line);
    let heads_budget =
        written.chars().count() <= 160 && regex_is_match!(r"^\W*(?:total )?budget\b"i, written);
    if !heads_budget {
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
                confidence: 0.95,
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
        row(line).map(|row| (row.label, row.amount, row.total))
    }

    #[test]
    fn rows_in_every_spelling() {
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
    fn what_is_no_row() {
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
