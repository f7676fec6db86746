//! What does it cost, and does that add up?

use super::fields::grouped;
use super::sheet::{Cell, Look, Sheet};
use diarium_document::Budget;

/// The rows, then the total that is stated and the one that they make.
pub(super) fn show(budget: &Budget, sheet: &mut Sheet) {
    sheet.title("Budget (SEK)");
    let mut rows: Vec<Vec<Cell>> = budget
        .items
        .iter()
        .map(|item| {
            let page = format!("p.\u{a0}{}", item.span.page);
            vec![
                Cell::words(&item.label),
                Cell::figures(grouped(item.amount_sek)),
                Cell::figures(page).look(Look::Dim),
            ]
        })
        .collect();
    if let Some(stated) = budget.stated_total_sek {
        rows.push(total("stated total", stated, Look::Bold));
    }
    let look = match budget.consistent {
        Some(false) => Look::Bad,
        Some(true) => Look::Good,
        None => Look::Bold,
    };
    rows.push(total("sum of the rows", budget.computed_total_sek, look));
    sheet.table(&rows, 0);
}

fn total(name: &str, amount: i64, look: Look) -> Vec<Cell> {
    vec![
        Cell::words(name).look(look),
        Cell::figures(grouped(amount)).look(look),
    ]
}
