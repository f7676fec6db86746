//! The period of a budget, in the line above it.

use lazy_regex::regex_is_match;

use crate::extract::{
    confidence::{Evidence, EvidenceClass},
    field::Fact,
    value,
};
use diarium_document::{CleanText, FieldType};

/// The longest line whose period is the budget's, in characters.
// A longer line is a sentence that may mention any period.
const MAX_PERIOD_LINE: usize = 160;

/// The period in a line above a budget: `Budget för förstudie 2016/03/01 - 2016/05/31:`
pub(super) fn period(text: &CleanText, line: usize) -> Vec<Fact> {
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
                class: EvidenceClass::new(Evidence::BudgetPeriod, FieldType::Period),
                factor: 1.0,
                rule: "a period in the line above a budget",
                label: offset..offset + at,
            };
            return vec![fact("period_start", from), fact("period_end", until)];
        }
    }
    Vec::new()
}
