//! Budget words: what budgets call their rows, totals and columns, compiled from `built_in/budget.toml`.

use regex::Regex;
use serde::Deserialize;

use super::{
    Error,
    declaration::{compile, invalid},
};

/// The words of budgets, as patterns.
#[derive(Debug)]
pub struct BudgetWords {
    /// A line that announces costs.
    pub costs: Regex,
    /// A line that announces where the money comes from.
    pub financing: Regex,
    /// The label of a total.
    pub totals: Regex,
    /// The label of a sum within a budget.
    pub subtotals: Regex,
    /// A word of a total's label that says nothing about its rows.
    pub general: Regex,
    /// The label of a row that is taken off.
    pub deductions: Regex,
    /// The head of a column of results, or of parts of an amount.
    pub outcomes: Regex,
    /// The head of a column of numbers that are no money; the label of such a row.
    pub counts: Regex,
    /// A note that amounts are in thousands.
    pub thousands: Regex,
    /// A note that amounts are in millions.
    pub millions: Regex,
    /// A unit of thousands that has a cell or brackets for itself.
    pub thousand_units: Regex,
    /// A unit of single kronor or euros that has a cell or brackets for itself.
    pub single_units: Regex,
}

/// The words as written in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BudgetDeclaration {
    costs: Vec<String>,
    financing: Vec<String>,
    totals: Vec<String>,
    subtotals: Vec<String>,
    general: Vec<String>,
    deductions: Vec<String>,
    outcomes: Vec<String>,
    counts: Vec<String>,
    thousands: Vec<String>,
    millions: Vec<String>,
    thousand_units: Vec<String>,
    single_units: Vec<String>,
}

impl BudgetWords {
    /// Parses and compiles the words.
    pub(super) fn load(file: &str, text: &str) -> Result<Self, Error> {
        let words: BudgetDeclaration =
            toml::from_str(text).map_err(|error| invalid(file, text, &error))?;
        let anywhere = |words: &[String]| compile(file, &format!("(?i){}", any_of(words)));
        let at_start = |words: &[String]| compile(file, &format!(r"(?i)^\W*{}", any_of(words)));
        // Amounts are written like units: `500 tkr` is no note about other amounts.
        let no_amount = |words: &[String]| {
            compile(
                file,
                &format!(r"(?i)(?:^|[^\d\s]\s*|^\s+){}", any_of(words)),
            )
        };
        // (belopp i tusental kr)
        let alone = |words: &[String]| {
            let words = any_of(words);
            compile(
                file,
                &format!(
                    r"(?i)\(\s*(?:[^()]{{0,30}}\b(?:i|in)\s)?{words}\s*\)|^\s*(?:i\s)?{words}\s*$|\bi\s{words}\s*$"
                ),
            )
        };
        Ok(Self {
            costs: anywhere(&words.costs)?,
            financing: anywhere(&words.financing)?,
            totals: compile(
                file,
                &format!(r"(?i)^\W*{all}|{all}[\s:.]*$", all = any_of(&words.totals)),
            )?,
            subtotals: at_start(&words.subtotals)?,
            general: compile(file, &format!("(?i)^{}$", any_of(&words.general)))?,
            deductions: at_start(&words.deductions)?,
            outcomes: at_start(&words.outcomes)?,
            counts: at_start(&words.counts)?,
            thousands: no_amount(&words.thousands)?,
            millions: no_amount(&words.millions)?,
            thousand_units: alone(&words.thousand_units)?,
            single_units: alone(&words.single_units)?,
        })
    }
}

/// A group that matches any of the words as a whole word; one with `…` with any ending.
fn any_of(words: &[String]) -> String {
    let bounded = |edge: Option<char>| edge.is_some_and(|edge| edge.is_alphanumeric());
    let alternatives: Vec<String> = words
        .iter()
        .map(|word| {
            let stem = word.trim_end_matches('…');
            let before = if bounded(stem.chars().next()) {
                r"\b"
            } else {
                ""
            };
            let after = match (word.len() > stem.len(), bounded(stem.chars().last())) {
                (true, _) => r"\p{L}*",
                (false, true) => r"\b",
                (false, false) => "",
            };
            format!(
                "{before}{}{after}",
                regex::escape(stem).replace(' ', r"\s+")
            )
        })
        .collect();
    format!("(?:{})", alternatives.join("|"))
}
