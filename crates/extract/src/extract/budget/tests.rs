//! Budget tests: the small budgets of `tests/data/budgets.txt`.

use crate::extract::tests::extracted;
use diarium_document::Budget;

const BUDGETS: &str = include_str!("../../../tests/data/budgets.txt");

/// A budget as the file writes it.
fn written(budget: Option<Budget>) -> String {
    let Some(budget) = budget else {
        return "none\n".to_owned();
    };
    let mut lines: String = budget
        .items
        .iter()
        .map(|item| format!("{} = {}\n", item.label, item.amount))
        .collect();
    if let Some(total) = budget.stated_total {
        lines += &format!("total = {total}\n");
    }
    if let Some(currency) = &budget.currency {
        lines += &format!("currency = {currency}\n");
    }
    if budget.consistent == Some(false) {
        lines += "inconsistent\n";
    }
    lines
}

#[test]
fn every_budget_is_read_as_a_person_reads_it() {
    let mut wrong = String::new();
    let budgets = BUDGETS.split("=== ").skip(1);
    for budget in budgets {
        let (name, rest) = budget.split_once('\n').unwrap();
        let (text, expected) = rest.split_once("---\n").unwrap();
        let found = written(extracted("application", text).budget);
        if found != expected {
            wrong += &format!("{name}: expected\n{expected}found\n{found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
