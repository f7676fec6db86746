//! Budget validation: totals and consistency.

use super::Violation;
use diarium_document::{Budget, Record};

/// Checks that the computed total is the sum of the rows, and that `consistent` says whether the stated
/// total equals it. A stated total that differs is not a violation: it is what the document says.
pub fn check_budget(record: &Record) -> Vec<Violation> {
    let Some(budget) = &record.budget else {
        return Vec::new();
    };
    let mut violations = Vec::new();
    match sum(budget) {
        Some(sum) if sum == budget.computed_total => {}
        Some(sum) => violations.push(Violation::new(
            format!("/budget/{}", budget.key("computed_total")),
            format!(
                "the rows add up to {sum}, but the computed total is {}",
                budget.computed_total
            ),
        )),
        None => violations.push(Violation::new(
            "/budget/items",
            "the sum of the rows is too large",
        )),
    }
    let consistent = budget
        .stated_total
        .map(|stated| stated == budget.computed_total);
    if consistent != budget.consistent {
        violations.push(Violation::new(
            "/budget/consistent",
            format!("should be {}", explained(consistent)),
        ));
    }
    violations
}

/// The sum of the rows; `None` if it overflows.
fn sum(budget: &Budget) -> Option<i64> {
    budget
        .items
        .iter()
        // Amounts come from documents: a few numbers of 19 digits exceed `i64`, and a plain sum would
        // panic or wrap.
        .try_fold(0_i64, |sum, item| sum.checked_add(item.amount))
}

fn explained(consistent: Option<bool>) -> &'static str {
    match consistent {
        Some(true) => "true: the stated total is the computed total",
        Some(false) => "false: the stated total differs from the computed total",
        None => "null: there is no stated total",
    }
}
