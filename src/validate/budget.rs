//! Are a budget's sums the sums of its rows?

use super::Violation;
use diarium_document::{Budget, Record};

/// Checks the computed total against the rows, and the verdict against the two totals. That the
/// author's own total is wrong is no violation: the record says so in `consistent`.
pub fn check_budget(record: &Record) -> Vec<Violation> {
    let Some(budget) = &record.budget else {
        return Vec::new();
    };
    let mut violations = Vec::new();
    match sum(budget) {
        Some(sum) if sum == budget.computed_total_sek => {}
        Some(sum) => violations.push(Violation::new(
            "/budget/computed_total_sek",
            format!(
                "the rows add up to {sum}, the record says {}",
                budget.computed_total_sek
            ),
        )),
        None => violations.push(Violation::new(
            "/budget/items",
            "the rows add up to more than a whole number of kronor can hold",
        )),
    }
    let verdict = budget
        .stated_total_sek
        .map(|stated| stated == budget.computed_total_sek);
    if verdict != budget.consistent {
        violations.push(Violation::new(
            "/budget/consistent",
            format!("should be {}", told(verdict)),
        ));
    }
    violations
}

fn sum(budget: &Budget) -> Option<i64> {
    budget
        .items
        .iter()
        .try_fold(0_i64, |sum, item| sum.checked_add(item.amount_sek))
}

fn told(verdict: Option<bool>) -> &'static str {
    match verdict {
        Some(true) => "true: the two totals are equal",
        Some(false) => "false: the two totals differ",
        None => "null: no total is stated",
    }
}
